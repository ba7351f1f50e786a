"""Frames and their checks: what a worker sends is taken at its word only after it has been looked at."""

from __future__ import annotations

import io
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from gradstudio.language.program import run_program
from gradstudio.worker import codec
from gradstudio.worker.messages import Data, Fetch, Finished, Printed, Run, Value


def body(message: object) -> bytes:
    found = codec.read_frame(io.BytesIO(codec.frame(message)))  # type: ignore[arg-type]
    assert found is not None
    return found


def finished() -> Finished:
    done = run_program("x = 3.0\ny = sin(x) ** 2 + x * ones(5)\n", {}, lambda text: None)
    assert done.recorder is not None
    return Finished(1, "ok", done.recorder.trace())


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.float64(1.5),
        np.array(True),
        np.zeros((0, 3), np.int8),
        np.array([1 + 2j]),
        np.arange(4)[::2],
    ],
)
def test_arrays_keep_shape_dtype_and_bytes(array: np.ndarray) -> None:
    found = codec.reply(body(Value(1, 2, -1, np.asarray(array))))

    assert isinstance(found, Value)
    assert found.array is not None
    assert (found.array.shape, found.array.dtype) == (np.shape(array), np.asarray(array).dtype)
    assert np.array_equal(found.array, array)


def test_a_trace_survives_the_channel() -> None:
    sent = finished()
    found = codec.reply(body(sent))

    assert isinstance(found, Finished)
    assert found.trace is not None
    assert sent.trace is not None
    assert found.trace.records.ops == sent.trace.records.ops
    assert np.array_equal(found.trace.records.values.mean, sent.trace.records.values.mean)
    assert np.array_equal(found.trace.records.seconds, sent.trace.records.seconds)
    assert found.trace.sweeps[0].source_names == ("x",)


def test_requests_travel_the_other_way() -> None:
    for sent in (Run(7, "x = load('a.npy')"), Data(7, {"a.npy": b"bytes"}, {"b.npy": "why"}, ("c.npy",))):
        assert codec.request(body(sent)) == sent
    with pytest.raises(codec.BadMessage):
        codec.request(body(Printed(1, "hello")))
    with pytest.raises(codec.BadMessage):
        codec.reply(body(Fetch(1, 0)))


def test_an_oversized_frame_is_refused_before_it_is_read() -> None:
    with pytest.raises(codec.BadMessage, match="999,999,999,999"):
        codec.read_frame(io.BytesIO((999_999_999_999).to_bytes(8, "little")))


def test_a_torn_frame_is_refused() -> None:
    with pytest.raises(codec.BadMessage, match="ends early"):
        codec.read_frame(io.BytesIO(codec.frame(Printed(1, "hello"))[:-2]))
    assert codec.read_frame(io.BytesIO(b"")) is None


@pytest.mark.parametrize(
    "junk",
    [b"", b"\xc1", b"not msgpack", b"\x81\xa4type\xa3Nop", b"\xdd\xff\xff\xff\xff", b"\x91" * 2000 + b"\x00"],
)
def test_junk_is_refused(junk: bytes) -> None:
    with pytest.raises(codec.BadMessage):
        codec.reply(junk)


@pytest.mark.parametrize(
    "head", [b"|O||abc", b"<f8|9|12345678", b"<f8|-1|", b"<f8", b"no|3|abc", b"<f8|1,x|12345678", b"<U4|1|" + b"a" * 16]
)
def test_an_array_with_a_false_head_is_refused(head: bytes) -> None:
    message = {"type": "Value", "run": 1, "record": 0, "sweep": -1, "array": msgspec.msgpack.Ext(1, head)}

    with pytest.raises(codec.BadMessage):
        codec.reply(msgspec.msgpack.encode(message))


def test_a_trace_whose_columns_disagree_is_refused() -> None:
    sent = finished()
    assert sent.trace is not None
    r = sent.trace.records
    n = len(r.op)
    broken = [
        replace(r, kind=r.kind[:-1]),
        replace(r, op=r.op + 100),
        replace(r, name=r.name + 100),
        replace(r, input_record=np.full_like(r.input_record, n - 1)),  # a cycle
        replace(r, scope=r.scope + 5),
        replace(r, span=r.span[:, :3]),
        replace(r, input_start=r.input_start[::-1].copy()),
        replace(r, values=replace(r.values, mean=r.values.mean[:-1])),
        replace(r, seconds=r.seconds[:-1]),
        replace(r, seconds=np.full(n, -1.0, np.float32)),
        replace(r, seconds=np.full(n, np.nan, np.float32)),
    ]
    for records in broken:
        with pytest.raises(codec.BadMessage):
            codec.reply(body(Finished(1, "ok", replace(sent.trace, records=records))))
