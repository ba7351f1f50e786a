"""Several arrays in one file: a ZIP archive of .npy members, of which nothing is unpacked before it has been measured.

Only what numpy.savez and numpy.savez_compressed write is read, so that there is little to be wrong about.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from gradstudio.engine.loading import npy

MEMBERS = 64
UNPACKED = 512 << 20  # bytes of all members together
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_RATIO, _SMALL = 100, 16 << 20  # below this many bytes, any ratio will do: an array of zeros packs very well
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x41, 0x800


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    method: int
    crc: int
    start: int  # of its packed bytes
    packed: int
    size: int


def arrays(data: bytes) -> dict[str, np.ndarray]:
    """The arrays of a .npz file by name, in its order. Raises ValueError."""
    members = _members(data)
    total = sum(member.size for member in members)
    if total > UNPACKED:
        raise ValueError(f"it unpacks to {total / 2**20:,.0f} MiB; at most {UNPACKED >> 20} MiB are read")
    if total > _SMALL and total > _RATIO * sum(member.packed for member in members):
        raise ValueError(f"it unpacks to {total / 2**20:,.0f} MiB, more than {_RATIO} times its size")
    found: dict[str, np.ndarray] = {}
    for member in members:
        try:
            found[member.name] = npy.array(_unpacked(data, member))
        except ValueError as error:
            raise ValueError(f"array {_shown(member.name)}: {error}") from None
    return found


def _members(data: bytes) -> list[_Member]:
    """What the archive lists, each checked against the bytes it names. Raises ValueError."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - 65557))
    if at < 0 or at + _END.size > len(data):
        raise ValueError("it is not a ZIP archive, as .npz files are" if data else "the file is empty")
    _, disk, first_disk, here, count, length, start, comment = _END.unpack_from(data, at)
    if disk or first_disk or here != count or at + _END.size + comment != len(data) or start + length != at:
        raise ValueError("it is a damaged ZIP archive")
    if count > MEMBERS:
        raise ValueError(f"it has {count:,} arrays; at most {MEMBERS} are read")
    if not count:
        raise ValueError("it has no arrays")
    members: list[_Member] = []
    at, end = start, start + length
    for _ in range(count):
        if at + _ENTRY.size > end:
            raise ValueError("it is a damaged ZIP archive")
        mark, _, _, flags, method, _, _, crc, packed, size, n, extra, said, *_, local = _ENTRY.unpack_from(data, at)
        raw = data[at + _ENTRY.size : at + _ENTRY.size + n]
        at += _ENTRY.size + n + extra + said
        if mark != b"PK\1\2" or at > end:
            raise ValueError("it is a damaged ZIP archive")
        name = _name(raw, flags)
        if flags & _ENCRYPTED:
            raise ValueError(f"array {_shown(name)} is encrypted")
        if method not in (_STORED, _DEFLATED):
            raise ValueError(f"array {_shown(name)} is packed in an unknown way (method {method})")
        members.append(_Member(name, method, crc, _start(data, local, raw, start), packed, size))
    if len({member.name for member in members}) < len(members):
        raise ValueError("two of its arrays have the same name")
    _apart(members, start)
    return members


def _start(data: bytes, local: int, raw: bytes, limit: int) -> int:
    """Where a member's packed bytes begin. Raises ValueError."""
    if local + _LOCAL.size > limit:
        raise ValueError("it is a damaged ZIP archive")
    fields = _LOCAL.unpack_from(data, local)
    mark, n, extra = fields[0], int(fields[-2]), int(fields[-1])
    if mark != b"PK\3\4" or data[local + _LOCAL.size : local + _LOCAL.size + n] != raw:
        raise ValueError("it is a damaged ZIP archive")
    return local + _LOCAL.size + n + extra


def _apart(members: list[_Member], limit: int) -> None:
    """No two members share bytes. Raises ValueError."""
    before = 0
    for member in sorted(members, key=lambda m: m.start):
        if member.start < before or member.start + member.packed > limit:
            raise ValueError("its arrays overlap or lie outside the file")
        before = member.start + member.packed


def _name(raw: bytes, flags: int) -> str:
    """The array's name. Raises ValueError for one that no array has."""
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "latin-1")
    except UnicodeDecodeError:
        raise ValueError("the name of an array is not text") from None
    if not name.endswith(".npy"):
        raise ValueError(f"it holds {_shown(name)}, which is not an array")
    name = name.removesuffix(".npy")
    is_odd = name.startswith("/") or ".." in name.split("/") or any(c in name for c in "\\:\0")
    if is_odd or len(name) > 200 or not name.isprintable():
        raise ValueError(f"an array has an odd name: {_shown(name)}")
    return name


def _unpacked(data: bytes, member: _Member) -> bytes:
    """A member's bytes, counted and held against their checksum. Raises ValueError."""
    packed = memoryview(data)[member.start : member.start + member.packed]
    if member.method == _STORED:
        body = bytes(packed)
    else:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            body = stream.decompress(packed, member.size + 1)
        except zlib.error:
            raise ValueError("its packed bytes are damaged") from None
    if len(body) != member.size:
        raise ValueError(f"it unpacks to other than the {member.size:,} bytes that it promises")
    if zlib.crc32(body) != member.crc:
        raise ValueError("its checksum is wrong; the file is damaged")
    return body


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:60] + "…")
