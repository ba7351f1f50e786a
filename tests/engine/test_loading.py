"""Data files: what NumPy writes is read bit by bit, and whatever else is in a file ends in one line."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gradstudio.engine.loading import csv, npz, parsed


def npy(value: Any, version: tuple[int, int] | None = None) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(value), version)
    return file.getvalue()


def headed(header: str | bytes, body: bytes = b"", version: int = 1, length: int | None = None) -> bytes:
    """A .npy file with any header."""
    raw = header.encode("latin-1") if isinstance(header, str) else header
    size = struct.pack("<H" if version == 1 else "<I", len(raw) if length is None else length)
    return b"\x93NUMPY" + bytes([version, 0]) + size + raw + body


def described(descr: str = "'<f8'", order: str = "False", shape: str = "(1,)") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, body in members:
            made.writestr(name, body)
    return file.getvalue()


def patched(data: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    """The bytes with some replaced, counted from the last place of a mark."""
    at = data.rindex(mark) + offset
    return data[:at] + value + data[at + len(value) :]


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(ValueError, match=r"^[^\n]{1,300}$") as caught:
        parsed(data, name)
    assert str(caught.value).startswith(f"{name}: ")
    return str(caught.value)


EIGHT = bytes(8)
ONE = npy([1.0])
TWO = archive(("a.npy", ONE), ("b.npy", ONE))
CENTRAL = b"PK\1\2"

GOOD = [
    3.0,
    np.zeros((0, 3)),
    np.zeros((2, 0), order="F"),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.arange(24, dtype=">i4").reshape(2, 3, 4),
    np.array([True, False]),
    np.arange(3, dtype=np.uint64) + np.uint64(2**63),
    np.array([1 + 2j, -0.0j], np.complex64),
    np.array([1e-7, 6e4], np.float16),
    np.ones((1,) * 32),
    np.array([np.nan, np.inf, -0.0]),
]


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("value", GOOD, ids=lambda value: f"{np.asarray(value).dtype.str}{np.shape(value)[:4]}")
def test_what_numpy_writes_is_read_bit_by_bit(value: Any, version: tuple[int, int]) -> None:
    array, found = np.asarray(value), parsed(npy(value, version), "a.npy")[""]

    assert found.dtype == array.dtype.newbyteorder("=")
    assert found.dtype.isnative
    assert found.shape == array.shape
    assert found.tobytes() == array.astype(found.dtype).tobytes()
    assert not found.flags.writeable


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_archives_of_numpy_keep_names_and_order(save: Callable[..., None]) -> None:
    file = io.BytesIO()
    save(file, np.arange(3), X=np.ones((2, 2)), **{"layer/w": np.zeros(1000)}, größe=np.array(1.0))
    found = parsed(file.getvalue(), "a.npz")

    assert list(found) == ["X", "layer/w", "größe", "arr_0"]
    assert found["arr_0"].tolist() == [0, 1, 2]


def test_a_truth_value_is_true_or_false_whatever_its_byte() -> None:
    found = parsed(headed(described("'|b1'", shape="(3,)"), b"\0\1\2"), "a.npy")[""]

    assert found.view(np.uint8).tolist() == [0, 1, 1]


NO_ARRAY = {
    "empty": (b"", "empty"),
    "magic": (b"\x93NUMPX\1\0", "not in NumPy's format"),
    "text": (b"1,2,3\n4,5,6\n", "not in NumPy's format"),
    "version": (headed(described(), EIGHT, 9), "version 9.0"),
    "cut in magic": (ONE[:5], "not in NumPy's format"),
    "cut in length": (ONE[:9], "not in NumPy's format"),
    "cut in long length": (headed("", version=2)[:11], "ends within its header"),
    "cut in header": (ONE[:40], "ends within its header"),
    "cut in numbers": (ONE[:-1], "needs 8 bytes, and 7"),
    "no numbers": (ONE[:-8], "needs 8 bytes, and 0"),
    "too many": (ONE + b"x", "1 bytes follow"),
    "header length": (headed(described(), EIGHT, 2, 0xFFFFFFFF), "at most 10,000"),
    "long header": (headed(described() + " " * 20000, EIGHT), "at most 10,000"),
    "objects": (headed(described("'|O'"), EIGHT), "Python objects"),
    "pickle": (headed(described("'|O'"), b"cos\nsystem\n(S'true'\ntR."), "Python objects"),
    "records": (headed(described("[('x', '<f8')]"), EIGHT), "records"),
    "void": (headed(described("'|V8'"), EIGHT), "records"),
    "text cells": (headed(described("'<U2'"), EIGHT), "text"),
    "bytes cells": (headed(described("'|S8'"), EIGHT), "text"),
    "dates": (headed(described("'<M8[ns]'"), EIGHT), "dates"),
    "times": (headed(described("'<m8[s]'"), EIGHT), "times"),
    "long doubles": (headed(described("'<f16'"), bytes(16)), "long doubles"),
    "odd size": (headed(described("'<f3'"), EIGHT), "unknown type"),
    "huge size": (headed(described("'<f999999999'"), EIGHT), "unknown type"),
    "no type": (headed(described("''"), EIGHT), "unknown type"),
    "subarray": (headed(described("'3<f8'"), bytes(24)), "unknown type"),
    "comma type": (headed(described("'f8,f8'"), bytes(16)), "unknown type"),
    "type tuple": (headed(described("('<f8',)"), EIGHT), "damaged"),
    "type number": (headed(described("8"), EIGHT), "damaged"),
    "call": (headed(described("__import__('os').system('true')"), EIGHT), "damaged"),
    "order number": (headed(described(order="1"), EIGHT), "damaged"),
    "negative": (headed(described(shape="(-1,)"), EIGHT), "damaged"),
    "float side": (headed(described(shape="(1.0,)"), EIGHT), "damaged"),
    "no tuple": (headed(described(shape="(1)"), EIGHT), "damaged"),
    "nested tuple": (headed(described(shape="((1,),)"), EIGHT), "damaged"),
    "list": (headed(described(shape="[1]"), EIGHT), "damaged"),
    "huge side": (headed(described(shape="(9999999999999999999,)"), EIGHT), "too large"),
    "huge side of nothing": (headed(described(shape="(0, 9999999999999999999)")), "too large"),
    "overflow": (headed(described(shape="(4294967296, 4294967296)"), EIGHT), "too large"),
    "wraps to one": (headed(described(shape=f"({2**32}, {2**29}, 8)"), EIGHT), "too large"),
    "petabyte": (headed(described(shape="(1000000, 100000000)"), EIGHT), "needs 800,000,000,000,000 bytes"),
    "33 sides": (headed(described(shape="(" + "1," * 33 + ")"), EIGHT), "33 dimensions"),
    "3000 sides": (headed(described(shape="(" + "1," * 3000 + ")"), EIGHT), "3,000 dimensions"),
    "deep": (headed("{" * 5000), "damaged"),
    "twice": (headed("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", EIGHT), "damaged"),
    "missing": (headed("{'descr': '<f8', 'shape': (1,), }", EIGHT), "damaged"),
    "another": (headed("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': True}", EIGHT), "damaged"),
    "behind": (headed(described().strip() + " + 1\n", EIGHT), "damaged"),
    "not a dict": (headed("[1, 2]\n", EIGHT), "damaged"),
    "blank": (headed(" " * 100, EIGHT), "damaged"),
    "zeros": (headed(bytes(100), EIGHT), "damaged"),
    "high bytes": (headed(b"\xff" * 100, EIGHT), "damaged"),
}


@pytest.mark.parametrize("case", NO_ARRAY)
def test_a_broken_npy_is_one_line(case: str) -> None:
    data, said = NO_ARRAY[case]

    assert said in refusal(data, "a.npy")


NO_ARCHIVE = {
    "empty": (b"", "empty"),
    "magic": (b"PK\3\4 torn", "not a ZIP archive"),
    "npy": (ONE, "not a ZIP archive"),
    "cut": (TWO[:-1], "ZIP archive"),
    "cut half": (TWO[: len(TWO) // 2], "not a ZIP archive"),
    "prefixed": (b"#!/bin/sh\n" + TWO, "damaged"),
    "behind": (TWO + b"x", "damaged"),
    "comment": (patched(TWO, b"PK\5\6", 20, b"\xff\xff"), "damaged"),
    "no members": (archive(), "no arrays"),
    "65 members": (archive(*((f"a{i}.npy", ONE) for i in range(65))), "at most 64"),
    "count": (patched(TWO, b"PK\5\6", 8, b"\x03\0\x03\0"), "damaged"),
    "fewer": (patched(TWO, b"PK\5\6", 10, b"\x01\0"), "damaged"),
    "directory": (patched(TWO, b"PK\5\6", 16, b"\xff\xff\xff\xff"), "damaged"),
    "mark": (patched(TWO, CENTRAL, 0, b"XX"), "damaged"),
    "name length": (patched(TWO, CENTRAL, 28, b"\xff\xff"), "damaged"),
    "encrypted": (patched(TWO, CENTRAL, 8, b"\1\0"), "encrypted"),
    "bzip2": (archive(("a.npy", ONE), method=zipfile.ZIP_BZIP2), "unknown way"),
    "lzma": (archive(("a.npy", ONE), method=zipfile.ZIP_LZMA), "unknown way"),
    "method": (patched(TWO, CENTRAL, 10, b"\x63\0"), "method 99"),
    "crc": (patched(TWO, CENTRAL, 16, b"\0\0\0\0"), "checksum"),
    "larger": (patched(TWO, CENTRAL, 24, b"\xff\0\0\0"), "promises"),
    "smaller": (patched(TWO, CENTRAL, 24, b"\x10\0\0\0"), "promises"),
    "declares 4 GiB": (patched(TWO, CENTRAL, 24, b"\xff\xff\xff\xff"), "unpacks to"),
    "packed size": (patched(TWO, CENTRAL, 20, b"\xff\xff\xff\x7f"), "overlap"),
    "overlap": (patched(TWO, CENTRAL, 42, b"\0\0\0\0"), "damaged"),
    "offset": (patched(TWO, CENTRAL, 42, b"\xff\xff\xff\x7f"), "damaged"),
    "same name": (archive(("a.npy", ONE), ("b.npy", ONE)).replace(b"b.npy", b"a.npy"), "same name"),
    "text member": (archive(("readme.txt", b"hello")), "'readme.txt', which is not an array"),
    "folder": (archive(("a/", b"")), "not an array"),
    "parent": (archive(("../a.npy", ONE)), "odd name"),
    "inner parent": (archive(("a/../../b.npy", ONE)), "odd name"),
    "absolute": (archive(("/etc/a.npy", ONE)), "odd name"),
    "backslash": (archive(("..\\a.npy", ONE)), "odd name"),
    "drive": (archive(("C:a.npy", ONE)), "odd name"),
    "line in name": (archive(("a\nb.npy", ONE)), "odd name"),
    "escape in name": (archive(("\x1b[2Ja.npy", ONE)), "odd name"),
    "bidi in name": (archive(("\u202ea.npy", ONE)), "odd name"),
    "long name": (archive(("n" * 60000 + ".npy", ONE)), "odd name"),
    "objects": (archive(("a.npy", NO_ARRAY["pickle"][0])), "Python objects"),
    "broken member": (archive(("a.npy", b"\x93NUMPY")), "not in NumPy's format"),
    "packed bytes": (patched(TWO, b"PK\3\4", 36, b"\xff\xff\xff"), "damaged"),
    "bomb": (archive(("a.npy", bytes(17 << 20))), "more than 100 times"),
}


@pytest.mark.parametrize("case", NO_ARCHIVE)
def test_a_broken_npz_is_one_line(case: str) -> None:
    data, said = NO_ARCHIVE[case]

    assert said in refusal(data, "a.npz")


def test_members_that_share_bytes_are_refused() -> None:
    once = archive(("a.npy", ONE), method=zipfile.ZIP_STORED)
    at = once.index(CENTRAL)
    entry = once[at : once.index(b"PK\5\6")]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 2 * len(entry), at, 0)

    assert "same name" in refusal(once[:at] + entry + entry + end, "a.npz")
    inner = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, zlib.crc32(b""), 0, 0, 5, 0) + b"b.npy"
    outer = inner + inner
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, zlib.crc32(outer), len(outer), len(outer), 5, 0)
    body = local + b"a.npy" + outer

    def listed(name: bytes, size: int, offset: int) -> bytes:
        return struct.pack(
            "<4s6H3L5H2L", CENTRAL, 20, 20, 0, 0, 0, 0, zlib.crc32(outer), size, size, 5, 0, 0, 0, 0, 0, offset
        ) + name  # fmt: skip

    directory = listed(b"a.npy", len(outer), 0) + listed(b"b.npy", 0, 35)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(directory), len(body), 0)
    assert "overlap" in refusal(body + directory + end, "a.npz")


TABLES = {
    b"1,2\n3,4\n": [[1, 2], [3, 4]],
    b"a,b\n1,2\n": [[1, 2]],
    b"1\n2\n3": [1, 2, 3],
    b"\xef\xbb\xbfa;b\r\n1;2\r\n": [[1, 2]],
    b"1\t2\r3\t4\r": [[1, 2], [3, 4]],
    b"1,2\r\n\n\r3,4\n": [[1, 2], [3, 4]],
    b"# made by hand\n1.0 2.0\n# more\n3e2 -4\n": [[1, 2], [300, -4]],
    b' 1 , "2" \n"3","4"': [[1, 2], [3, 4]],
    b"1,2,\n3,4,\n": [[1, 2], [3, 4]],
    b"x,y,\n1,2\n": [[1, 2]],
    b"1,nan\ninf,-Infinity": [[1, np.nan], [np.inf, -np.inf]],
    b"id,2019\n7,\n": [[7, np.nan]],
    "größe,naïve\n1,2\n".encode(): [[1, 2]],
    b"1e-999,.5\n": [[0, 0.5]],
}


@pytest.mark.parametrize("data", TABLES)
def test_tables_are_read(data: bytes) -> None:
    found = parsed(data, "a.csv")[""]

    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, np.array(TABLES[data], np.float64))
    assert not found.flags.writeable


NO_TABLE = {
    b"": "empty",
    b"\n \n": "empty",
    b"# nothing\n": "no numbers",
    b"a,b\n": "column names but no numbers",
    b"a,b\nc,d\n": "line 2, cell 1 is not a number: 'c'",
    b"1,2\n3,4\n5\n": "line 3 has 1 cell, the first row has 2",
    b"1,2\n3,4,5\n": "line 2 has 3 cells",
    b"a,b\n1,2\n3,x\n": "line 3, cell 2",
    b"1,x\n": "line 1, cell 2",
    b"1e999,2\n": "too large",
    b"1_000,2": "'1_000'",
    b"1,5;2,5\n": "write decimals with a point",
    b"0x10,1": "'0x10'",
    b"1d5\n": "'1d5'",
    b"1,--2": "'--2'",
    b"1,2 3\n": "'2 3'",
    b"1,\"2\n": "cell 2",
    b"=cmd|' /C calc'!A0\n": "not a number",
    b"1,\xd9\xa2\n": "cell 2",
    b"1,2\n\0,4": "zero byte in line 2",
    b"\x89PNG\r\n\x1a\n\0\0": "zero byte",
    b"1,2\n\xe9": "byte 0xE9 in line 2",
    "1,2\n".encode("utf-16"): "UTF-16",
    b"1," + b"2" * 500: "line 1, cell 2",
    b"," * 10_001: "10,001 columns",
    b"1" * 1_000_001: "at most 1,000,000",
    b"\n" * 2_000_001: "2,000,000 lines",
    b"1,\x1b[31m2\n": "x1b",
    b"1,\xe2\x80\xae2\n": "u202e",
}  # fmt: skip


@pytest.mark.parametrize("data", NO_TABLE, ids=lambda data: repr(data[:20]))
def test_a_broken_table_is_one_line_that_names_the_place(data: bytes) -> None:
    assert NO_TABLE[data] in refusal(data, "a.csv")


def test_a_table_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "CELLS", 10)

    assert "more than 10 numbers" in refusal(b"1,2\n" * 6, "a.csv")


def test_an_archive_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz, "UNPACKED", 100)

    assert "unpacks to" in refusal(TWO, "a.npz")


def test_the_line_of_a_row_is_counted_in_the_file_wherever_it_stands() -> None:
    rows = [b"1,2\n"] * 3000
    rows[2500] = b"\n# a note\n1,2\n3\n"

    assert "line 2,504 has 1 cell" in refusal(b"".join(rows), "a.csv")


def small_or_refused(data: bytes, name: str) -> None:
    """Arrays of plain numbers or one line, and never much memory."""
    found: dict[str, np.ndarray] = {}
    said = ""
    tracemalloc.start()
    try:
        found = parsed(data, name)
    except ValueError as error:
        said = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert found or len(said.splitlines()) == 1
    assert all(array.dtype.kind in "biufc" for array in found.values())
    assert peak < 8 << 20


def changed(whole: bytes) -> st.SearchStrategy[bytes]:
    """A good file with some bytes written over, cut, or repeated."""
    patches = st.lists(st.tuples(st.integers(0, len(whole)), st.binary(max_size=8)), max_size=4)

    def apply(patches: list[tuple[int, bytes]], cut: int) -> bytes:
        data = whole
        for at, new in patches:
            data = data[:at] + new + data[at + len(new) :]
        return data[: len(data) - cut]

    return st.builds(apply, patches, st.sampled_from([0, 0, 0, 1, 7, 30]))


quick = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
CELLS = st.sampled_from(["1", "-2.5e3", "nan", "", " ", '"3"', "x", "1e999", "1_0", "=1", "\u0661", "#", "a b", "\x85"])


@quick
@given(st.one_of(st.binary(max_size=200), changed(npy(np.arange(6.0).reshape(2, 3))), changed(npy([1, 2], (2, 0)))))
@example(headed(described("'<f16'"), bytes(16)))
@example(headed(described("'=b1'"), b"\1"))
def test_any_bytes_are_an_array_or_one_line(data: bytes) -> None:
    small_or_refused(data, "a.npy")


@quick
@given(st.one_of(st.binary(max_size=200), changed(TWO), changed(archive(("a.npy", ONE), method=zipfile.ZIP_STORED))))
@example(b"PK\5\6" + bytes(18))
def test_any_bytes_are_an_archive_or_one_line(data: bytes) -> None:
    small_or_refused(data, "a.npz")


@quick
@given(
    st.one_of(
        st.binary(max_size=100),
        st.text('0123456789.,;e+-\t\n\r "#naif', max_size=80).map(str.encode),
        st.lists(st.lists(CELLS, min_size=1, max_size=3).map(",".join), max_size=5).map(
            lambda r: "\n".join(r).encode()
        ),
    )
)
@example(b"\x1c,1\n2,3")
@example(b",")
@example(b'"')
def test_any_bytes_are_a_table_or_one_line(data: bytes) -> None:
    small_or_refused(data, "a.csv")
