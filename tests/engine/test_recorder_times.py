"""What a recorder measures beside the values: the time of each op, and products along edges."""

from __future__ import annotations

import numpy as np
import pytest
from recordings import ops, record

from gradstudio.engine.trace import Kind


def test_each_op_has_the_time_its_own_value_took_and_leaves_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 1000))  # every look at the clock is a microsecond later
    monkeypatch.setattr("gradstudio.engine.dispatch.perf_counter_ns", lambda: next(clock))
    _, trace, _ = record("x = gs.Variable(3.0)\ny = gs.exp(x * x)\n")
    assert trace.records.seconds.dtype == np.float32
    assert trace.records.seconds.tolist() == pytest.approx([0.0, 1e-6, 1e-6])


def test_the_time_of_an_op_is_without_the_program_around_it() -> None:
    slow = "import time\nx = gs.Variable(3.0)\ny = x * x\ntime.sleep(0.02)\nz = y * y\n"
    _, trace, _ = record(slow)
    assert ops(trace) == ["", "multiply", "multiply"]
    assert (trace.records.seconds[1:] > 0).all()
    assert trace.records.seconds.sum() < 0.02


def test_the_ops_of_a_composite_have_a_time_each() -> None:
    _, trace, _ = record("x = gs.constant([1.0, 2.0])\ny = gs.nn.softmax(gs.divmod(x, 0.7)[1])\n")
    is_op = trace.records.kind == Kind.OP
    assert is_op.sum() > 2
    assert (trace.records.seconds[is_op] > 0).all()
    assert (trace.records.seconds[~is_op] == 0).all()


@pytest.mark.parametrize(("small", "waiting"), [(4096, 0), (0, 0), (2, 5)])
def test_products_measured_at_once_or_one_by_one_say_the_same(
    monkeypatch: pytest.MonkeyPatch, small: int, waiting: int
) -> None:
    text = (
        "w = gs.Variable([[1.0, -2.0], [0.5, 3.0]])\nv = gs.Variable([1.0, -1.0])\n"
        "with gs.GradientTape() as tape:\n    h = gs.tanh(w @ v) * v\n    y = gs.sum(h * h + v)\n"
        "g = tape.gradient(y, [w, v])\n"
    )
    _, wanted, _ = record(text)
    monkeypatch.setattr("gradstudio.engine.sweeplog._SMALL", small)
    monkeypatch.setattr("gradstudio.engine.sweeplog._WAITING", waiting)
    _, found, _ = record(text)
    for column in ("edge_share", "edge_sign", "edge_rms"):
        assert getattr(found.sweeps[0], column).tolist() == getattr(wanted.sweeps[0], column).tolist()
    assert found.sweeps[0].edge_rms.min() > 0
