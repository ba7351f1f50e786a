"""Arrays in NumPy's own format, read by a small strict grammar: no word of the file is ever evaluated or unpickled."""

from __future__ import annotations

import math
import re
import struct

import numpy as np

HEADER = 10_000  # bytes; NumPy's own headers of plain arrays have some hundred
DIMENSIONS = 32
_MAGIC = b"\x93NUMPY"
_LARGEST = 1 << 60  # bytes; also of an array without elements, so that its sides are numbers NumPy can hold
_ENTRY = re.compile(
    r"""\s*(?P<quote>['"])(?P<key>[a-z_]{1,20})(?P=quote)\s*:\s*"""
    r"""(?:(?P<truth>True|False)|(?P<mark>['"])(?P<descr>[^'"\\]{0,40})(?P=mark)|(?P<shape>\([\d\sL,]*\))|(?P<record>\[))"""
    r"""\s*(?P<end>,\s*\}?|\})?"""
)
_SHAPE = re.compile(r"\(\s*(?:(?:\d{1,19}L?\s*,\s*)+(?:\d{1,19}L?\s*)?)?\)")
_DTYPE = re.compile(r"[<>=|]?(?P<kind>[a-zA-Z?])(?P<size>\d{0,9})(?P<rest>.*)")
_KINDS = {"b": {1}, "i": {1, 2, 4, 8}, "u": {1, 2, 4, 8}, "f": {2, 4, 8}, "c": {8, 16}}
_LONG = {("f", 12), ("f", 16), ("c", 24), ("c", 32)}
_OTHERS = {"O": "Python objects", "S": "text", "a": "text", "U": "text", "V": "records", "M": "dates", "m": "times"}


def array(data: bytes | memoryview) -> np.ndarray:
    """The array in the bytes of a .npy file, read-only and in this machine's byte order. Raises ValueError.

    What its header promises is held against the size before anything is made of it.
    """
    version = bytes(data[6:8])
    if bytes(data[:6]) != _MAGIC or len(data) < 10:
        raise ValueError("it is not in NumPy's format" if len(data) else "the file is empty")
    if version not in (b"\1\0", b"\2\0", b"\3\0"):
        raise ValueError(f"version {version[0]}.{version[1]} of NumPy's format is unknown")
    field = struct.Struct("<H" if version[0] == 1 else "<I")
    if len(data) < 8 + field.size:
        raise ValueError("it ends within its header")
    (length,) = field.unpack_from(data, 8)
    start = 8 + field.size + length
    if length > HEADER:
        raise ValueError(f"its header has {length:,} bytes; at most {HEADER:,} are read")
    if start > len(data):
        raise ValueError("it ends within its header")
    dtype, is_fortran, shape = _header(bytes(data[8 + field.size : start]).decode("latin-1"))
    left = len(data) - start
    needed = math.prod(shape) * dtype.itemsize
    if math.prod(max(n, 1) for n in shape) * dtype.itemsize > _LARGEST:
        raise ValueError(f"its shape is too large: {_shown(shape)}")
    if needed > left:
        raise ValueError(f"it ends early: shape {_shown(shape)} needs {needed:,} bytes, and {left:,} are there")
    if needed < left:
        raise ValueError(f"{left - needed:,} bytes follow its {needed:,} of numbers; it is damaged")
    flat = np.frombuffer(data, dtype, math.prod(shape), start) if needed else np.empty(0, dtype)
    if dtype.kind == "b":
        flat = flat.view(np.uint8) != 0  # any other byte would be a truth value that is neither
    elif not dtype.isnative:
        flat = flat.astype(dtype.newbyteorder("="))
    elif not flat.flags.aligned:
        flat = flat.copy()
    found = flat.reshape(shape[::-1]).transpose() if is_fortran else flat.reshape(shape)
    found.flags.writeable = False
    return found


def _header(text: str) -> tuple[np.dtype, bool, tuple[int, ...]]:
    """dtype, whether in Fortran's order, and shape. Raises ValueError."""
    body = text.strip()
    found: dict[str, re.Match[str]] = {}
    at = 1
    is_whole = not body.startswith("{")
    while not is_whole:
        entry = _ENTRY.match(body, at)
        if entry is not None and entry["record"] and entry["key"] == "descr":
            raise ValueError("it holds records with named fields; only plain numbers are read")
        if entry is None or entry["key"] in found or entry["end"] is None:
            raise ValueError("its header is damaged")
        found[entry["key"]] = entry
        at, is_whole = entry.end(), entry["end"].endswith("}")
    if at != len(body) or found.keys() != {"descr", "fortran_order", "shape"}:
        raise ValueError("its header is damaged")
    descr, order, shape = found["descr"]["descr"], found["fortran_order"]["truth"], found["shape"]["shape"]
    if descr is None or order is None or shape is None or not _SHAPE.fullmatch(shape):
        raise ValueError("its header is damaged")
    sides = tuple(int(n) for n in re.findall(r"\d+", shape))
    if len(sides) > DIMENSIONS:
        raise ValueError(f"it has {len(sides):,} dimensions; at most {DIMENSIONS} are read")
    return _dtype(descr), order == "True", sides


def _dtype(descr: str) -> np.dtype:
    """The type of plain numbers. Raises ValueError for any other."""
    match = _DTYPE.fullmatch(descr)
    kind = match["kind"] if match else ""
    if kind in _OTHERS:
        raise ValueError(f"it holds {_OTHERS[kind]}; only plain numbers are read")
    size = int(match["size"] or 0) if match else 0
    if (kind, size) in _LONG:
        raise ValueError("it holds long doubles, which other machines cannot read; save it as float64")
    if match is None or match["rest"] or size not in _KINDS.get(kind, ()):
        raise ValueError(f"its numbers are of an unknown type: {descr!r}")
    try:
        return np.dtype(descr)
    except TypeError:
        raise ValueError(f"this machine has no numbers of type {descr!r}") from None


def _shown(shape: tuple[int, ...]) -> str:
    sides = ", ".join(map(str, shape[:6]))
    return f"({sides}{', ...' if len(shape) > 6 else ',' if len(shape) == 1 else ''})"
