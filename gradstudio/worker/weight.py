"""How much a message would become, looked up before it is decoded: a few bytes can stand for a large object.

A list of a million empty texts takes a megabyte on a pipe, sixty as objects, and as long to make as a window must not
stand still. So the lengths that MessagePack writes in front of its lists are read first, without making anything.
"""

from __future__ import annotations

import msgspec
import numpy as np

from gradstudio.engine.trace import ENDS, SCOPES, SWEEPS

PROBLEMS = 100
_MOST = {
    "problems": PROBLEMS,
    "gradients": SWEEPS,
    "flows": SWEEPS,
    "scopes": SCOPES,
    "sweeps": SWEEPS,
    "ops": 10_000,
    "strings": 1_000_000,
    "shapes": 300_000,
    "dtypes": 100,
    "layers": 20,
    "names": 1_000,
}
"""Items of each list, by the name of its field."""
_EACH = 100  # bytes that the items of a list of lists may have on average, and
_FREE = 1 << 20  # in all without being looked at
_ENDS = ("target", "sources", "target_names", "source_names", "connected")
_MOST_ENDS = len(_ENDS) * ENDS  # of all sweeps together
_LISTS = 12_000_000  # bytes of values that may look like the beginning of a list

_fields = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
_items = msgspec.msgpack.Decoder(list[msgspec.Raw])
_INNER = frozenset(["trace", "records", "values", "cotangents"])


def too_much(body: bytes | memoryview) -> str:
    """The name of the first field that would become too large, "" if none would. Raises MsgspecError for no message."""
    outermost = _opened(body)
    is_end = msgspec.msgpack.decode(outermost.get("type", b"\xa0")) == "Finished"
    waiting = [outermost]
    ends = 0
    while waiting:
        fields = waiting.pop()
        for name, raw in fields.items():
            size = _length(raw)
            if size > _MOST.get(name, size) or (name == "shapes" and _is_heavy(raw, size)):
                return name
            if name in _ENDS:
                ends += max(size, 0)
            if is_end and fields is outermost and name in ("values", "gradients"):
                if _lists(raw) > _LISTS:
                    return name
            elif name in _INNER and _is_map(raw):
                waiting.append(_opened(raw))
            elif name in ("sweeps", "flows") and size > 0:
                waiting.extend(_opened(item) for item in _items.decode(raw) if _is_map(item))
        if ends > _MOST_ENDS:
            return "sources"
    return ""


def _opened(raw: bytes | memoryview | msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The fields of a map; one that comes twice would be looked at once and decoded twice."""
    fields = _fields.decode(raw)
    if len(fields) != _length(raw, 0x80, 0xDE):
        raise msgspec.ValidationError("a field that comes twice")
    return fields


def _is_heavy(raw: msgspec.Raw, size: int) -> bool:
    return len(memoryview(raw)) > _FREE + _EACH * max(size, 0)


def _lists(raw: msgspec.Raw) -> int:
    """How many lists and maps there are at most: bytes of numbers may look like one as well."""
    view = memoryview(raw)
    if len(view) <= _LISTS:
        return 0
    first = np.frombuffer(view, np.uint8)
    return int(np.count_nonzero((first & 0xE0) == 0x80))


def _is_map(raw: msgspec.Raw) -> bool:
    return _length(raw, 0x80, 0xDE) >= 0


def _length(raw: bytes | memoryview | msgspec.Raw, short: int = 0x90, long: int = 0xDC) -> int:
    """How many items an encoded list (or map: 0x80, 0xDE) says that it has; -1 for anything else."""
    head = bytes(memoryview(raw)[:5])
    if head[0] & 0xF0 == short:
        return head[0] & 0x0F
    if head[0] in (long, long + 1):
        return int.from_bytes(head[1:3] if head[0] == long else head[1:5], "big")
    return -1
