"""Data files of every kind of wrong: bytes, and things in a folder that are no files."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np


def npy(array: Any, pickled: bool = False) -> bytes:
    """An array as NumPy writes it."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=pickled)
    return file.getvalue()


def npz(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of members with any names and bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def header(text: str, body: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    """A .npy file with any header."""
    data = text.encode("latin-1")
    size = struct.pack("<H" if version == (1, 0) else "<I", len(data))
    return b"\x93NUMPY" + bytes(version) + size + data + body


GOOD = npy(np.arange(6.0).reshape(2, 3))


class Boom:
    """A pickle that would write a file, if anybody read it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch pickled",)


def _descr(kind: str, shape: str = "(3,)", order: str = "False") -> str:
    return f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}"


def lying(declared: int) -> bytes:
    """An archive whose directory declares another size of its member than it has."""
    data = npz({"a.npy": npy(np.zeros(1000))})
    place = data.rindex(b"PK\x01\x02")
    return data[: place + 24] + struct.pack("<I", declared) + data[place + 28 :]


def wrong_sum() -> bytes:
    """An archive whose member does not have its checksum."""
    data = bytearray(npz({"a.npy": npy(np.arange(1000.0))}, zipfile.ZIP_STORED))
    data[200] ^= 0xFF
    return bytes(data)


def overlapping() -> bytes:
    """An archive whose two members lie on one another."""
    data = npz({"a.npy": npy(np.arange(50.0)), "b.npy": npy(np.arange(50.0))}, zipfile.ZIP_STORED)
    place = data.rindex(b"PK\x01\x02")
    return data[: place + 42] + struct.pack("<I", 0) + data[place + 46 :]


NPY: dict[str, bytes] = {
    "empty": b"",
    "one byte": b"\x93",
    "magic only": b"\x93NUMPY",
    "magic and version": b"\x93NUMPY\x01\x00",
    "wrong magic": b"\x93NUMPX" + GOOD[6:],
    "version 9": GOOD[:6] + b"\x09\x00" + GOOD[8:],
    "version 255.255": GOOD[:6] + b"\xff\xff" + GOOD[8:],
    "header cut": GOOD[:40],
    "header length of 65535": GOOD[:8] + b"\xff\xff" + GOOD[10:],
    "header of 4 GiB": header("", b"", (2, 0))[:8] + b"\xff\xff\xff\xff" + b"{" * 100,
    "header of 20,000 blanks": header(_descr("'<f8'") + " " * 20000, bytes(24)),
    "body cut": GOOD[:-8],
    "body too long": GOOD + bytes(8),
    "no body": header(_descr("'<f8'")),
    "shape of 32 GiB": header(_descr("'<f8'", "(4294967296,)"), bytes(8)),
    "shape that overflows": header(_descr("'<f8'", "(4611686018427387904, 4)"), bytes(8)),
    "shape with a huge number": header(_descr("'<f8'", f"({'9' * 5000},)"), bytes(8)),
    "negative shape": header(_descr("'<f8'", "(-3,)"), bytes(24)),
    "twice negative shape": header(_descr("'<f8'", "(-1, -3)"), bytes(24)),
    "floating shape": header(_descr("'<f8'", "(3.0,)"), bytes(24)),
    "shape that is a number": header(_descr("'<f8'", "3"), bytes(24)),
    "shape that is a text": header(_descr("'<f8'", "'3'"), bytes(24)),
    "shape of 40 axes": header(_descr("'<f8'", str((1,) * 40)), bytes(8)),
    "shape of a thousand axes": header(_descr("'<f8'", str((1,) * 1000)), bytes(8)),
    "objects": npy(np.array([1, "a"], object), pickled=True),
    "objects that run": npy(np.array([Boom()], object), pickled=True),
    "objects, declared": header(_descr("'|O'"), pickle.dumps([1])),
    "structure": npy(np.zeros(3, [("a", "f8")])),
    "structure with objects": header(_descr("[('a', '|O')]"), bytes(24)),
    "texts": npy(np.array(["a", "b"])),
    "bytes": npy(np.array([b"a", b"b"])),
    "dates": npy(np.array(["2026-01-01"], "M8[D]")),
    "voids": header(_descr("'|V8'"), bytes(24)),
    "descr of a tuple of one": header(_descr("('<f8',)"), bytes(24)),
    "descr of nested tuples": header(_descr("(" * 50 + "'<f8'" + ",)" * 50), bytes(24)),
    "descr of a number": header(_descr("8"), bytes(24)),
    "descr unknown": header(_descr("'<x8'"), bytes(24)),
    "descr of a sub-array": header(_descr("('<f8', (1000000000,))"), bytes(24)),
    "header of no dict": header("[1, 2, 3]\n", bytes(24)),
    "header of a name": header("a\n", bytes(24)),
    "header of a call": header("__import__('os').system('touch called')\n", bytes(24)),
    "header of deep brackets": header("[" * 5000 + "]" * 5000 + "\n", bytes(24)),
    "header of minus signs": header("-" * 9000 + "1\n", bytes(24)),
    "header with a key missing": header("{'descr': '<f8', 'shape': (3,)}\n", bytes(24)),
    "header with one key more": header("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'x': 1}\n", bytes(24)),
    "header not of text": header("\xff\xfe\x00\x01", bytes(24)),
    "fortran_order that is none": header(_descr("'<f8'", "(3,)", "'maybe'"), bytes(24)),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "a program": b"\x7fELF" + bytes(1000),
    "an archive": npz({"a.npy": GOOD}),
    "a pickle": pickle.dumps({"a": 1}),
    "a pickle that runs": pickle.dumps(Boom()),
    "text": b"1, 2, 3\n",
    "zeros": bytes(1000),
    "noise": bytes((i * 7919 + 13) % 256 for i in range(5000)),
}
"""Broken .npy files."""

NPZ: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "cut": lambda: npz({"a.npy": GOOD})[:50],
    "directory cut": lambda: npz({"a.npy": GOOD})[:-10],
    "no members": lambda: npz({}),
    "bomb": lambda: npz({"a.npy": npy(np.zeros(30 << 20))}),
    "bomb of many": lambda: npz({f"{i}.npy": npy(np.zeros(2 << 20)) for i in range(60)}),
    "ratio": lambda: npz({"a.npy": npy(np.zeros(10 << 20))}),
    "declares 4 GiB": lambda: lying(0xFFFFFFFF),
    "declares less": lambda: lying(200),
    "declares nothing": lambda: lying(0),
    "wrong checksum": wrong_sum,
    "overlapping": overlapping,
    "a thousand members": lambda: npz({f"a{i}.npy": GOOD for i in range(1000)}),
    "100 members": lambda: npz({f"a{i}.npy": GOOD for i in range(100)}),
    "member that climbs": lambda: npz({"../../evil.npy": GOOD}),
    "member at the root": lambda: npz({"/tmp/evil.npy": GOOD}),
    "member of a drive": lambda: npz({"C:\\evil.npy": GOOD}),
    "member with a line end": lambda: npz({"a\nb.npy": GOOD}),
    "member with controls": lambda: npz({"a\x1b[2J.npy": GOOD}),
    "member with a huge name": lambda: npz({"a" * 60000 + ".npy": GOOD}),
    "member that is a folder": lambda: npz({"a/": b""}),
    "member that is text": lambda: npz({"readme.txt": b"hello"}),
    "member of objects": lambda: npz({"a.npy": npy(np.array([Boom()], object), pickled=True)}),
    "member that is broken": lambda: npz({"a.npy": GOOD[:50]}),
    "member that is empty": lambda: npz({"a.npy": b""}),
    "archive in an archive": lambda: npz({"a.npy": npz({"a.npy": GOOD})}),
    "only a directory": lambda: npz({"a.npy": GOOD})[-80:],
    "compressed in a way unknown": lambda: npz({"a.npy": GOOD}).replace(b"\x08\x00", b"\x63\x00"),
    "encrypted": lambda: npz({"a.npy": GOOD}).replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    ),
    "torn stream": lambda: npz({"a.npy": npy(np.random.default_rng(0).random(1000))})[:3000] + bytes(500),
    "an array": lambda: GOOD,
    "deflated text": lambda: zlib.compress(b"1,2,3"),
}  # fmt: skip
"""Broken .npz files; some are large, so they are made when they are asked for."""

CSV: dict[str, bytes] = {
    "empty": b"",
    "blanks": b"\n\n   \n",
    "names only": b"a,b,c\n",
    "ragged": b"1,2\n3,4,5\n",
    "short row": b"1,2\n3\n",
    "text in a cell": b"a,b\n1,2\n3,four\n",
    "formula in a cell": b"a,b\n1,2\n3,=1+1\n",
    "quoted": b'a,b\n"1,5",2\n',
    "quote that does not end": b'a,b\n"1,2\n3,4\n',
    "semicolons": b"1;2\n3;4\n",
    "latin-1": b"gr\xf6\xdfe,b\n1,2\n\xff,3\n",
    "UTF-16": "a,b\n1,2\n".encode("utf-16"),
    "a zero byte": b"a,b\n1,\x002\n",
    "binary": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "one endless line": b"1," * 3_000_000,
    "two lines of names": b"a,b\nc,d\n1,2\n",
    "underscores": b"a\n1_000_\n",
    "only separators": b",,,\n,,,x\n",
    "date": b"a,b\n2026-01-01,2\n",
    "HTML": b"<html><body>404</body></html>\n",
}
"""Broken .csv files."""


def link(target: str) -> Callable[[Path], None]:
    """A symbolic link."""
    return lambda path: path.symlink_to(target)


def fifo(path: Path) -> None:
    """A pipe with a name, which nobody writes to."""
    os.mkfifo(path)


def folder(path: Path) -> None:
    """A folder where a file is expected."""
    path.mkdir()


def sparse(size: int) -> Callable[[Path], None]:
    """A file of any size that takes no room."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)

    return make
