"""Frames on a pipe: a length, then MessagePack with arrays as raw buffers, decoded against the message types.

What comes from the worker is the word of a stranger: frames are capped, what a message would become is weighed before
it is decoded, arrays are checked before they are built, and whatever does not fit together raises BadMessage.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

import msgspec
import numpy as np

from gradstudio.engine.trace import renewed
from gradstudio.language.data import BYTES
from gradstudio.worker.checks import BadMessage, check_finished, check_renewed, check_spans
from gradstudio.worker.messages import Drawn, Finished, Renewed, Reply, Request
from gradstudio.worker.picture_checks import check_drawn
from gradstudio.worker.weight import too_much

_HEAD = struct.Struct("<Q")
HEAD = _HEAD.size
"""Bytes of a frame in front of its message."""
_ARRAY = 1  # extension code
_ARRAY_HEAD = re.compile(rb"(\|[biu]1|[<>][iu][248]|[<>]f[248]|[<>]c(?:8|16))\|(|\d{1,19}(?:,\d{1,19})*)\|")
_LONGEST_HEAD = 700
LARGEST = 256 << 20
LARGEST_REQUEST = BYTES + (32 << 20)  # all data files of a program, or one trace to be drawn
_UNFIT = (TypeError, IndexError, OverflowError)  # what a column of another shape than it should have may raise


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        array = np.ascontiguousarray(value, _plain(value.dtype))
        shape = np.shape(value)
        head = f"{array.dtype.str}|{','.join(map(str, shape))}|".encode()
        return msgspec.msgpack.Ext(_ARRAY, head + array.tobytes())
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _plain(dtype: np.dtype) -> np.dtype:
    """A dtype that every machine's NumPy has in the same form."""
    if dtype.char in "gG":
        return np.dtype(np.float64 if dtype.char == "g" else np.complex128)
    return dtype.newbyteorder("=")


def _array(data: memoryview) -> np.ndarray:
    head = _ARRAY_HEAD.match(bytes(data[:_LONGEST_HEAD]))
    if head is None:
        raise BadMessage("an array without a valid head")
    dtype = np.dtype(head[1].decode())
    shape = tuple(map(int, head[2].split(b","))) if head[2] else ()
    body = data[head.end() :]
    if not dtype.isnative or len(shape) > 64 or math.prod(shape) * dtype.itemsize != len(body):
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


def read_frame(stream: BinaryIO, largest: int = LARGEST) -> bytearray | None:
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
    return body or bytearray()


def _exactly(stream: BinaryIO, count: int) -> bytearray | None:
    whole = bytearray(count)  # the pages of a large one are there only once they are written
    room, done = memoryview(whole), 0
    while done < count:
        part = stream.readinto(room[done : done + (1 << 20)])  # type: ignore[attr-defined]
        if not part:
            if done:
                raise BadMessage("a message that ends early")
            return None
        done += part
    return whole


def _guarded(decode: Callable[[Any], Any], body: Any) -> Any:
    try:
        return decode(body)
    except (msgspec.MsgspecError, BadMessage, ValueError, RecursionError, MemoryError, *_UNFIT) as error:
        raise BadMessage(str(error).splitlines()[0][:200] if str(error) else "not a message") from None


def request(body: bytes | bytearray) -> Request:
    """Decode what the window sent."""
    return _guarded(_requests.decode, body)  # type: ignore[no-any-return]


def reply(body: bytes | bytearray) -> Reply:
    """Decode and check what a worker sent. Raises BadMessage."""
    if field := _guarded(too_much, body):
        raise BadMessage(f"{field} that are too many")
    return _guarded(_checked, body)  # type: ignore[no-any-return]


def _checked(body: bytes | bytearray) -> Reply:
    message: Reply = _replies.decode(body)
    if isinstance(message, Finished):
        check_finished(message)
    elif isinstance(message, Renewed):
        check_spans(message)
    elif isinstance(message, Drawn):
        check_drawn(message)
    return message


def finished(message: Renewed, before: Finished | None) -> Finished:
    """The whole message that a Renewed stands for, given the last one of the same worker. Raises BadMessage."""
    if before is None or before.trace is None:
        raise BadMessage("a trace renewed before there was one")
    _guarded(partial(check_renewed, trace=before.trace), message)
    now = renewed(before.trace, message.span, message.values, message.flows)
    return Finished(message.run, before.status, now, before.problems, seconds=message.seconds)
