"""Frames on a pipe: a length, then MessagePack with arrays as raw buffers, decoded against the message types.

What comes from the worker is the word of a stranger: frames are capped, arrays are checked before they are built, the
columns of a trace must agree in length, and anything else raises BadMessage.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec
import numpy as np

from gradstudio.engine.trace import Summaries, Trace, renewed
from gradstudio.language.data import BYTES
from gradstudio.worker.messages import Drawn, Finished, Renewed, Reply, Request

_HEAD = struct.Struct("<Q")
_ARRAY = 1  # extension code
LARGEST = 256 << 20
LARGEST_REQUEST = BYTES + (32 << 20)  # all data files of a program, or one trace to be drawn


class BadMessage(Exception):
    """The other side sent something that is not a message."""


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        array = np.ascontiguousarray(value)
        shape = np.shape(value)
        head = f"{array.dtype.str}|{','.join(map(str, shape))}|".encode()
        return msgspec.msgpack.Ext(_ARRAY, head + array.tobytes())
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _array(data: memoryview) -> np.ndarray:
    head = bytes(data[:200])
    first, second = head.find(b"|"), head.find(b"|", head.find(b"|") + 1)
    # The mark of a one-byte dtype is itself a bar: "|b1".
    if first == 0:
        first, second = head.find(b"|", 1), head.find(b"|", head.find(b"|", 1) + 1)
    try:
        dtype = np.dtype(head[:first].decode("ascii"))
        text = head[first + 1 : second].decode("ascii")
        shape = tuple(int(n) for n in text.split(",")) if text else ()
    except (ValueError, TypeError, UnicodeDecodeError):
        raise BadMessage("an array without a valid head") from None
    if dtype.kind not in "biufc" or len(shape) > 32 or any(n < 0 for n in shape):
        raise BadMessage("an array of an unknown kind")
    body = data[second + 1 :]
    if math.prod(shape) * dtype.itemsize != len(body):
        raise BadMessage("an array whose size does not fit its shape")
    return np.frombuffer(bytes(body), dtype).reshape(shape)


def _ext(code: int, data: memoryview) -> Any:
    if code != _ARRAY:
        raise BadMessage("an unknown extension")
    return _array(data)


def _decode(kind: type, value: Any) -> Any:
    if kind is np.ndarray and isinstance(value, np.ndarray):
        return value
    raise BadMessage("a value of the wrong kind")


_encoder = msgspec.msgpack.Encoder(enc_hook=_encode)
_requests = msgspec.msgpack.Decoder(Request, dec_hook=_decode, ext_hook=_ext)
_replies = msgspec.msgpack.Decoder(Reply, dec_hook=_decode, ext_hook=_ext)


def frame(message: Request | Reply) -> bytes:
    """A message ready to be written."""
    body = _encoder.encode(message)
    return _HEAD.pack(len(body)) + body


def read_frame(stream: BinaryIO, largest: int = LARGEST) -> bytes | None:
    """The body of the next frame; None at the end of the stream. Raises BadMessage for oversized or torn frames."""
    head = _exactly(stream, _HEAD.size)
    if head is None:
        return None
    (length,) = _HEAD.unpack(head)
    if length > largest:
        raise BadMessage(f"a message of {length:,} bytes")
    body = _exactly(stream, length)
    if body is None and length:
        raise BadMessage("a message that ends early")
    return body or b""


def _exactly(stream: BinaryIO, count: int) -> bytes | None:
    parts: list[bytes] = []
    left = count
    while left:
        part = stream.read(min(left, 1 << 20))
        if not part:
            if parts:
                raise BadMessage("a message that ends early")
            return None
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _guarded(decode: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return decode(body)
    except (msgspec.MsgspecError, BadMessage, ValueError, RecursionError, MemoryError) as error:
        raise BadMessage(str(error).splitlines()[0][:200] if str(error) else "not a message") from None


def request(body: bytes) -> Request:
    """Decode what the window sent."""
    return _guarded(_requests.decode, body)  # type: ignore[no-any-return]


def reply(body: bytes) -> Reply:
    """Decode and check what a worker sent. Raises BadMessage."""
    message: Reply = _guarded(_replies.decode, body)
    if isinstance(message, Finished) and message.trace is not None:
        _check_trace(message.trace)
    if isinstance(message, Drawn):
        n = len(message.graph.record)
        if len(message.layout.boxes) != n or len(message.layout.cells) != n:
            raise BadMessage("a layout that does not fit its graph")
    return message


def finished(message: Renewed, before: Finished | None) -> Finished:
    """The whole message that a Renewed stands for, given the last one of the same worker. Raises BadMessage."""
    if before is None or before.trace is None:
        raise BadMessage("a trace renewed before there was one")
    trace = before.trace
    _need(message.span.dtype == np.int32 and message.span.shape == trace.records.span.shape)
    _need(len(message.flows) == len(trace.sweeps))
    _check_summaries(message.values, len(trace.records.op))
    for flow, sweep in zip(message.flows, trace.sweeps, strict=True):
        _need(all(len(c) == len(sweep.edge_record) for c in (flow.edge_share, flow.edge_sign, flow.edge_rms)))
        _check_summaries(flow.cotangents, len(sweep.record))
    now = renewed(trace, message.span, message.values, message.flows)
    return Finished(message.run, before.status, now, before.problems, seconds=message.seconds)


def _check_trace(trace: Trace) -> None:
    """Columns of equal length, and every index inside its table."""
    r = trace.records
    n = len(r.op)
    for column in (r.kind, r.name, r.params, r.scope, r.tracked, r.sweep, r.seconds):
        _need(column.shape == (n,))
    _need(r.span.shape == (n, 4) and r.input_start.shape == (n + 1,) and len(r.input_text) == len(r.input_record))
    _need(n == 0 or (r.input_start[0] == 0 and bool((np.diff(r.input_start) >= 0).all())))
    _need(int(r.input_start[-1]) == len(r.input_record))
    _need(r.seconds.dtype == np.float32 and bool(np.isfinite(r.seconds).all()) and bool((r.seconds >= 0).all()))
    _within(r.op, 0, len(r.ops))
    _within(r.name, -1, len(r.strings))
    _within(r.params, -1, len(r.strings))
    _within(r.input_text, -1, len(r.strings))
    _within(r.scope, 0, len(trace.scopes))
    _within(r.kind, 0, 5)
    _within(r.input_record, -1, n)
    owner = np.repeat(np.arange(n), np.diff(r.input_start))
    _need(bool((r.input_record < owner).all()))  # only earlier records: no cycles
    for i, scope in enumerate(trace.scopes):
        _need(-1 <= scope.parent < i or (i == 0 and scope.parent == -1))
    _check_summaries(r.values, n)
    for sweep in trace.sweeps:
        m, k = len(sweep.record), len(sweep.edge_record)
        _within(sweep.record, 0, n)
        _within(sweep.blocked, 0, n)
        _within(sweep.edge_record, 0, n)
        _need(all(-1 <= s < n for s in (*sweep.target, *sweep.sources)))
        _need(len(sweep.target_names) == len(sweep.target))
        _need(len(sweep.source_names) == len(sweep.connected) == len(sweep.sources))
        _need(0 <= sweep.scope < len(trace.scopes) and 0 <= sweep.position <= n)
        _need(all(len(c) == k for c in (sweep.edge_slot, sweep.edge_share, sweep.edge_sign, sweep.edge_rms)))
        _check_summaries(sweep.cotangents, m)


def _check_summaries(s: Summaries, n: int) -> None:
    columns = (
        s.shape, s.dtype, s.size, s.minimum, s.maximum, s.mean, s.rms,
        s.negative, s.zero, s.positive, s.infinite, s.nan,
    )  # fmt: skip
    _need(all(c.shape == (n,) for c in columns))
    _within(s.shape, 0, len(s.shapes))
    _within(s.dtype, 0, len(s.dtypes))
    _need(s.thumbnail_start.shape == (n + 1,) and bool((np.diff(s.thumbnail_start) >= 0).all()))
    _need(int(s.thumbnail_start[-1]) == len(s.thumbnail))


def _within(column: np.ndarray, low: int, high: int) -> None:
    _need(column.dtype.kind in "iu" and (column.size == 0 or (int(column.min()) >= low and int(column.max()) < high)))


def _need(condition: bool) -> None:
    if not condition:
        raise BadMessage("a trace whose columns do not fit together")
