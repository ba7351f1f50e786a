"""What a recorder reads off tensors afterwards is what was there when the ops ran, whatever tapes did meanwhile."""

from __future__ import annotations

import numpy as np
import pytest
from recordings import FILE, inputs, names, ops, record, source

import gradstudio as gs
from gradstudio.engine.mending import mend
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.runs import Runs
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.trace import Kind


def test_inputs_outlive_tapes_that_are_used_up_dropped_or_reset() -> None:
    text = """\
x = gs.Variable(2.0)
def used():
    with gs.GradientTape() as tape:
        y = gs.sin(x) * 3.0
    return tape.gradient(y, x)
def dropped():
    with gs.GradientTape(persistent=True) as tape:
        y = 5.0 - x
        tape.reset()
        return x / y
used()
z = dropped()
"""
    _, trace, _ = record(text)
    found = {op: inputs(trace, i) for i, op in enumerate(ops(trace)) if op}
    sine, difference = ops(trace).index("sin"), ops(trace).index("subtract")
    assert found == {"sin": [0], "multiply": [sine, "3"], "subtract": ["5", 0], "divide": [0, difference]}


def test_a_tape_that_is_older_than_the_recorder_is_recorded_from_then_on() -> None:
    x = gs.Variable(3.0)
    with gs.GradientTape() as tape:
        y = x * x
        recorder = Recorder(FILE, "")
        with recorder:
            z = y * x
            g = tape.gradient(z, x)
    trace = recorder.trace()
    assert g.item() == 27.0
    assert list(trace.records.kind) == [Kind.DATA, Kind.DATA, Kind.OP]
    assert inputs(trace, 2) == [0, 1]
    (sweep,) = trace.sweeps
    assert (sweep.target, sweep.record.tolist()) == ((2,), [0, 1, 2])
    assert list(zip(sweep.edge_record.tolist(), sweep.edge_slot.tolist(), strict=True))[:2] == [(2, 0), (2, 1)]


def test_what_happens_while_a_recorder_does_not_listen_comes_in_as_data() -> None:
    recorder = Recorder(FILE, "")
    x = gs.Variable(2.0)
    with recorder, gs.GradientTape() as tape:
        y = x * 3.0
        ACTIVE.inspect(None)
        unheard = y * y
        ACTIVE.inspect(recorder)
        z = unheard + y
        g = tape.gradient(z, x)
    trace = recorder.trace()
    assert g.item() == 2 * 6.0 * 3.0 + 3.0
    assert list(trace.records.kind) == [Kind.INPUT, Kind.OP, Kind.DATA, Kind.OP]
    assert [inputs(trace, i) for i in range(4)] == [[], [0, "3"], [], [2, 1]]
    assert trace.sweeps[0].cotangents.mean.tolist() == [39.0, 13.0, 1.0, 1.0]


def test_a_constant_tensor_is_a_record_before_the_op_that_meets_it_and_gets_no_product() -> None:
    c = gs.constant(5.0)
    recorder = Recorder(FILE, "")
    with recorder, gs.GradientTape() as tape:
        x = gs.Variable(2.0)
        y = (x * 1.5) * c - c
        tape.gradient(y, x)
    trace = recorder.trace()
    assert ops(trace) == ["", "multiply", "", "multiply", "subtract"]
    assert [inputs(trace, i) for i in (3, 4)] == [[1, 2], [3, 2]]
    sweep = trace.sweeps[0]
    assert sweep.record.tolist() == [0, 1, 3, 4]
    assert list(zip(sweep.edge_record.tolist(), sweep.edge_slot.tolist(), strict=True)) == [(4, 0), (3, 0), (1, 0)]
    assert sweep.edge_rms.tolist() == [1.0, 5.0, 7.5]


def test_parameters_are_still_known_after_a_jacobian() -> None:
    text = """\
x = gs.Variable([1.0, 2.0])
with gs.GradientTape() as tape:
    y = gs.cumsum(x * x, axis=0)
j = tape.jacobian(y, x)
"""
    _, trace, _ = record(text)
    number = ops(trace).index("cumsum")
    assert "axis=0" in trace.records.strings[trace.records.params[number]]
    assert inputs(trace, number) == [ops(trace).index("multiply")]
    assert names(trace)[number] == "y"


@pytest.mark.parametrize("depth", [2, 3])
def test_ops_under_several_tapes_are_records_with_places_and_sweeps(depth: int) -> None:
    lines = ["x = gs.Variable(0.5)"]
    lines += [f"{'    ' * k}with gs.GradientTape() as t{k}:" for k in range(depth)]
    lines += [f"{'    ' * depth}y = x * x * x", f"{'    ' * (depth - 1)}g = t{depth - 1}.gradient(y, x)"]
    text = "\n".join([*lines, "h = t0.gradient(g, x)\n"])
    _, trace, scope = record(text)
    assert float(scope["h"]) == 3.0
    first = [source(text, span) for span in trace.records.span[:3]]
    assert first == ["gs.Variable(0.5)", "x * x", "x * x * x"]
    assert trace.records.tracked[:3].all()
    assert set(trace.sweeps[1].record.tolist()) >= {0, 1}


@pytest.mark.skipif(not ACTIVE.short, reason="the general way clocks each op by itself")
def test_a_float_op_has_the_mean_time_of_its_function_on_numbers_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 1000))  # every look at the clock is a microsecond later
    monkeypatch.setattr("gradstudio.engine.freezing.perf_counter_ns", lambda: next(clock))
    text = """\
x = gs.Variable(0.5)
with gs.GradientTape() as tape:
    y = gs.sin(x) * 2.0
    for _ in range(3):
        y = y * 2.0
"""
    _, trace, _ = record(text)
    assert ops(trace) == ["", "sin", *["multiply"] * 4]
    assert trace.records.seconds.tolist() == pytest.approx([0.0, 1e-6, *[0.25e-6] * 4])


def test_numbers_lie_in_tensors_only_while_they_are_frozen() -> None:
    recorder, trace, scope = record("x = gs.Variable(2.0)\nwith gs.GradientTape() as t:\n    y = x * x\n")
    assert [t.g for t in recorder.tensors] == [None] * len(trace.records.op)
    assert float(scope["t"].gradient(scope["y"], scope["x"])) == 4.0


def test_a_cut_takes_back_scopes_codes_and_names_too() -> None:
    recorder = Recorder(FILE, "")
    with recorder:
        x = gs.constant(2.0)
        recorder.enter("loop", "for", 1)
        lost = x * 2.0
        recorder.assigned("lost", lost)
        recorder.instructions.pop()
        mend(recorder)
        recorder.leave(0)
        kept = x * 3.0
        recorder.assigned("kept", kept)
    trace = recorder.trace()
    assert ops(trace) == ["", "multiply"]
    assert names(trace) == ["", "kept"]
    assert trace.records.scope.tolist() == [0, 0]


def test_runs_are_columns_of_few_values() -> None:
    runs = Runs(7)
    runs.change(2, 8)
    runs.change(2, 9)
    runs.change(5, 1)
    assert runs.column(6).tolist() == [7, 7, 9, 9, 9, 1]
    runs.cut(3)
    assert runs.column(4).tolist() == [7, 7, 9, 1]
    assert Runs(4).column(0).dtype == np.int32
