"""Open inputs in the engine: `...` is refused under plain Python, and makes ops wait under a recorder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.opening import Open, Waiting
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.trace import Trace, is_missing


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gs.mse(..., np.ones(3)), "mse(): its first input is open (...); give it a value"),
        (lambda: gs.constant(2.0) * ..., "multiply(): its second input is open (...); give it a value"),
        (lambda: ... + gs.Variable(1.0), "add(): its first input is open (...); give it a value"),
        (lambda: gs.sigmoid(...), "sigmoid(): its first input is open (...); give it a value"),
        (lambda: gs.sum(np.ones(3), axis=...), "sum(): axis is open (...); give it a value"),
        (lambda: gs.concatenate(...), "concatenate(): its first input is open (...); give it a value"),
        (lambda: gs.stack([gs.ones(2), ...]), "stack(): its second input is open (...); give it a value"),
        (lambda: gs.conv2d(..., np.ones((3, 3, 1, 1))), "conv2d(): its first input is open (...); give it a value"),
    ],
)
def test_without_a_recorder_an_open_input_is_one_clear_error(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(TypeError) as error:
        call()
    assert str(error.value) == words


def test_where_the_ellipsis_means_something_it_still_does() -> None:
    x = gs.constant([[1.0, 2.0], [3.0, 4.0]])
    with Recorder(__file__) as recorder:
        assert x[..., 0].tolist() == [1.0, 3.0]
        assert x[...].tolist() == x.tolist()
        assert gs.getitem(x, ...).tolist() == x.tolist()
        assert gs.einsum("...i,i", x, gs.ones(2)).tolist() == [3.0, 7.0]
    assert recorder.waiting == []


def recorded(compute: Callable[[Any, Any], Any]) -> tuple[Any, Recorder, Trace]:
    """What compute(an array tensor, an op that waits) gives under a recorder; the two are records 0 and 1."""
    with Recorder(__file__) as recorder:
        x = gs.constant([1.0, 2.0])
        waiting = gs.mse(..., x)
        found = compute(x, waiting)
    return found, recorder, recorder.trace()


@pytest.mark.parametrize(
    ("compute", "op"),
    [
        (lambda x, o: o + 1.0, "add"),
        (lambda x, o: 1.0 - o, "subtract"),
        (lambda x, o: x * o, "multiply"),
        (lambda x, o: np.ones(2) / o, "divide"),
        (lambda x, o: gs.Variable(2.0) ** o, "power"),
        (lambda x, o: -o, "negative"),
        (lambda x, o: o @ x, "matmul"),
        (lambda x, o: o < 0.5, "less"),
        (lambda x, o: o == x, "equal"),
        (lambda x, o: o.sum(), "sum"),
        (lambda x, o: o.T, "transpose"),
        (lambda x, o: o.reshape(2, 1), "reshape"),
        (lambda x, o: o[0], "getitem"),
        (lambda x, o: x[o], "getitem"),
        (lambda x, o: np.sin(o), "sin"),
        (lambda x, o: np.mean(o), "mean"),
        (lambda x, o: gs.softmax(o, axis=0), "softmax"),
        (lambda x, o: gs.where(x > 0.0, o, 0.0), "where"),
        (lambda x, o: gs.concatenate([x, o]), "concatenate"),
        (lambda x, o: gs.cosine_similarity(x, o), "cosine_similarity"),
        (lambda x, o: gs.sum(x, axis=o), "sum"),
        (lambda x, o: gs.one_hot(o, depth=3), "one_hot"),
    ],
)
def test_whatever_an_op_does_with_what_waits_waits_too(compute: Callable[[Any, Any], Any], op: str) -> None:
    found, recorder, trace = recorded(compute)
    assert type(found) is Open
    r = trace.records
    assert r.ops[r.op[-1]] == op
    assert is_missing(r.values)[-1]
    assert recorder.value(len(r.op) - 1) is None
    assert recorder.waiting[-1].waits_for == recorder.waiting[0].waits_for


def test_a_waiting_record_has_no_value_but_its_inputs_and_its_place() -> None:
    _, _, trace = recorded(lambda x, o: None)
    r, row = trace.records, 1
    start = int(r.input_start[row])
    assert r.ops[r.op[row]] == "mse"
    assert r.input_record[start : start + 2].tolist() == [-1, 0]
    assert r.strings[r.input_text[start]] == "..."
    assert (int(r.values.size[row]), r.values.shapes[r.values.shape[row]], r.values.dtypes[r.values.dtype[row]]) == (
        0,
        (),
        "",
    )
    assert int(r.values.nan[row]) == 0
    assert not r.tracked[row]
    assert r.span[row, 0] > 0
    assert is_missing(r.values).tolist() == [False, True]


def test_one_op_can_wait_for_several_inputs() -> None:
    with Recorder(__file__) as recorder:
        gs.clip(..., ..., 1.0)
    assert list(recorder.waiting[0].blanks) == [0, 1]
    assert len(recorder.waiting[0].waits_for) == 2


@pytest.mark.parametrize(
    "need",
    [
        bool,
        float,
        int,
        len,
        list,
        str,
        np.asarray,
        gs.constant,
        gs.Variable,
        lambda o: f"{o:.3f}",
        lambda o: o.numpy(),
        lambda o: o.item(),
        lambda o: o.shape,
        lambda o: gs.Variable(1.0).assign(o),
        lambda o: _watched(o),
        lambda o: _gradient(o, None),
        lambda o: _gradient(None, o),
        lambda o: range(o),
    ],
)
def test_what_needs_the_value_ends_the_run(need: Callable[[Any], Any]) -> None:
    with Recorder(__file__), pytest.raises(Waiting) as ended:
        need(gs.sigmoid(...))
    assert ended.value.what.result.op.name == "sigmoid"


def _watched(o: Any) -> None:
    with gs.GradientTape() as tape:
        tape.watch(o)


def _gradient(target: Any, source: Any) -> Any:
    x = gs.Variable(1.0)
    with gs.GradientTape() as tape:
        y = x * x
    return tape.gradient(y if target is None else target, x if source is None else source)


def test_a_programs_own_except_does_not_swallow_the_end() -> None:
    def guarded() -> float:
        try:
            return float(gs.sigmoid(...))
        except Exception:
            return 0.0

    with Recorder(__file__), pytest.raises(Waiting):
        guarded()


def test_a_run_with_an_open_input_is_not_repeated_by_replay() -> None:
    _, recorder, _ = recorded(lambda x, o: None)
    assert recorder.obstacle == "an op waits for an open input"
