"""What an inspecting run captures: records, exact spans, scopes, names, sweeps with every cotangent and product."""

from __future__ import annotations

import numpy as np
import pytest
from recordings import FILE, SQUARE, inputs, names, ops, record, source

import gradstudio as gs
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.trace import Kind


def test_records_are_the_leaf_and_the_ops_in_order_with_inputs_and_constants() -> None:
    _, trace, _ = record(SQUARE)
    assert ops(trace) == ["", "multiply", "multiply", "add", ""]
    assert list(trace.records.kind) == [Kind.PARAMETER, Kind.OP, Kind.OP, Kind.OP, Kind.GRADIENT]
    assert names(trace) == ["x", "y", "", "z", "dz"]
    assert [inputs(trace, i) for i in range(5)] == [[], [0, 0], [1, 1], [2, "0.02"], []]
    assert list(trace.records.values.mean) == [3.0, 9.0, 81.0, 81.02, 108.0]


def test_spans_are_the_exact_text_of_each_op_and_of_the_variables_call() -> None:
    _, trace, _ = record(SQUARE)
    found = [source(SQUARE, span) for span in trace.records.span]
    assert found == ["gs.Variable(3.0)", "x * x", "y * y", "y * y + 0.02", "tape.gradient(z, x)"]
    assert source(SQUARE, trace.sweeps[0].span) == "tape.gradient(z, x)"


def test_spans_count_characters_where_the_line_has_others_than_ascii() -> None:
    text = "größe = gs.constant(2.0)\nβ = größe * größe + gs.sin(größe)\n"
    _, trace, _ = record(text)
    assert [source(text, s) for s in trace.records.span] == [
        "gs.constant(2.0)",
        "größe * größe",
        "gs.sin(größe)",
        "größe * größe + gs.sin(größe)",
    ]
    assert names(trace)[-1] == "β"


def test_spans_over_several_lines_and_inside_functions_and_comprehensions() -> None:
    text = """\
def f(a, b):
    return gs.add(
        a,
        b,
    )
x = gs.constant(1.0)
y = f(x, 2.0)
z = [x * n for n in (1.0, 2.0)]
"""
    _, trace, _ = record(text)
    assert [source(text, s) for s in trace.records.span][1:] == [
        "gs.add(\n        a,\n        b,\n    )",
        "x * n",
        "x * n",
    ]


def test_a_sweep_holds_the_cotangent_of_every_record_on_its_path() -> None:
    recorder, trace, _ = record(SQUARE)
    (sweep,) = trace.sweeps
    assert sweep.target == (3,)
    assert sweep.sources == (0,)
    assert sweep.target_names == ("z",)
    assert sweep.source_names == ("x",)
    assert sweep.connected == (True,)
    assert not sweep.automatic
    assert list(sweep.record) == [0, 1, 2, 3]
    assert list(sweep.cotangents.mean) == [108.0, 18.0, 1.0, 1.0]
    assert [float(recorder.cotangent(0, i)) for i in range(4)] == [108.0, 18.0, 1.0, 1.0]
    assert float(recorder.value(3)) == 81.02
    assert recorder.cotangent(0, 99) is None
    assert recorder.cotangent(5, 0) is None
    assert recorder.value(99) is None
    assert [{k: float(v) for k, v in row.items()} for row in recorder.gradients()] == [{"x": 108.0}]


def test_edges_carry_share_sign_and_size_of_each_product() -> None:
    text = """\
x = gs.constant([1.0, 2.0])
with gs.GradientTape() as tape:
    tape.watch(x)
    a = x * 3.0
    b = x * -1.0
    y = gs.sum(a + b)
g = tape.gradient(y, x)
"""
    _, trace, _ = record(text)
    sweep = trace.sweeps[0]
    edges = {(int(r), int(s)): i for i, (r, s) in enumerate(zip(sweep.edge_record, sweep.edge_slot, strict=True))}
    numbers = {name: i for i, name in enumerate(names(trace)) if name}
    from_a, from_b = edges[(numbers["a"], 0)], edges[(numbers["b"], 0)]
    assert sweep.edge_share[from_a] == pytest.approx(0.75)
    assert sweep.edge_share[from_b] == pytest.approx(0.25)
    assert [int(sweep.edge_sign[i]) for i in (from_a, from_b)] == [1, -1]
    assert [float(sweep.edge_rms[i]) for i in (from_a, from_b)] == [3.0, 1.0]
    assert trace.records.kind[0] == Kind.INPUT


def test_mixed_signs_in_one_product_have_sign_zero() -> None:
    text = """\
x = gs.constant([1.0, 2.0])
with gs.GradientTape() as tape:
    tape.watch(x)
    y = gs.sum(x * np.array([1.0, -1.0]))
g = tape.gradient(y, x)
"""
    _, trace, _ = record(text)
    sweep = trace.sweeps[0]
    into_x = [i for i, r in enumerate(sweep.edge_record) if ops(trace)[r] == "multiply"]
    assert [int(sweep.edge_sign[i]) for i in into_x] == [0]
    assert list(trace.records.kind)[:2] == [Kind.INPUT, Kind.DATA]


def test_stop_gradient_is_blocked_and_an_unconnected_source_says_so() -> None:
    text = """\
x = gs.Variable(2.0)
w = gs.Variable(5.0)
with gs.GradientTape() as tape:
    s = gs.stop_gradient(w)
    y = x * s
g = tape.gradient(y, [x, w])
"""
    recorder, trace, scope = record(text)
    sweep = trace.sweeps[0]
    numbers = {name: i for i, name in enumerate(names(trace)) if name}
    assert list(sweep.blocked) == [numbers["s"]]
    assert sweep.connected == (True, False)
    assert sweep.source_names == ("x", "w")
    assert recorder.gradients()[0]["w"] is None
    assert scope["g"][1] is None


def test_scopes_are_made_when_something_is_recorded_in_them() -> None:
    text = """\
x = gs.constant(2.0)
depth = recorder.enter("loop", "for i in range(3)", 2)
passes = 3
for i in range(passes):
    recorder.turn(depth)
    if i != 1:
        y = x * x
recorder.leave(depth)
with gs.name_scope("block"):
    z = x + 1.0
w = x - 1.0
"""
    _, trace, _ = record(text)
    shown = [(s.parent, s.kind, s.name, s.index) for s in trace.scopes]
    assert shown == [
        (-1, "file", "", 0),
        (0, "loop", "for i in range(3)", 0),
        (1, "pass", "", 0),
        (1, "pass", "", 2),
        (0, "block", "block", 0),
    ]
    assert list(trace.records.scope) == [0, 2, 3, 4, 0]
    assert trace.scopes[4].line == 9


def test_a_name_scope_left_by_an_exception_is_closed() -> None:
    text = """\
x = gs.constant(2.0)
try:
    with gs.name_scope("inner"):
        raise ValueError
except ValueError:
    pass
y = x * 2.0
"""
    _, trace, _ = record(text)
    assert list(trace.records.scope) == [0, 0]


def test_each_assigned_value_of_a_variable_is_a_parameter_of_its_own() -> None:
    text = """\
w = gs.Variable(1.0)
with gs.GradientTape() as tape:
    a = w * 2.0
    w.assign(5.0)
    b = w * a
    w.assign(7.0)
g = tape.gradient(b, w)
"""
    _, trace, scope = record(text)
    parameters = [i for i, k in enumerate(trace.records.kind) if k == Kind.PARAMETER]
    assert [float(trace.records.values.mean[i]) for i in parameters][:2] == [1.0, 5.0]
    assert {names(trace)[i] for i in parameters} == {"w"}
    assert {source(text, trace.records.span[i]) for i in parameters} == {"gs.Variable(1.0)"}
    assert float(scope["g"]) == 2.0 + 10.0


def test_ops_that_no_tape_follows_are_records_too_and_marked_untracked() -> None:
    text = """\
c = gs.constant(2.0)
d = c * c
x = gs.Variable(1.0)
with gs.GradientTape() as tape:
    y = x * d
"""
    _, trace, _ = record(text)
    assert ops(trace) == ["", "multiply", "", "multiply"]
    assert list(trace.records.tracked) == [0, 0, 1, 1]
    assert list(trace.records.kind) == [Kind.DATA, Kind.OP, Kind.PARAMETER, Kind.OP]


def test_backward_ops_under_an_outer_tape_are_records_of_their_sweep() -> None:
    text = """\
x = gs.Variable(1.0)
with gs.GradientTape() as outer:
    with gs.GradientTape() as inner:
        y = x * x * x
    dy = inner.gradient(y, x)
d2y = outer.gradient(dy, x)
twice = d2y * 2.0
"""
    _, trace, scope = record(text)
    by_name = {name: i for i, name in enumerate(names(trace)) if name}
    backward = [i for i, s in enumerate(trace.records.sweep) if s == 0]
    assert by_name["dy"] in backward
    assert {ops(trace)[i] for i in backward} <= {"", "multiply", "add"}
    assert all(source(text, trace.records.span[i]) == "inner.gradient(y, x)" for i in backward)
    assert set(trace.sweeps[1].record) >= {by_name["dy"], by_name["x"]}
    assert trace.sweeps[0].position == 3
    assert trace.sweeps[1].source_names == ("x",)
    assert trace.records.kind[by_name["d2y"]] == Kind.GRADIENT
    assert inputs(trace, by_name["twice"]) == [by_name["d2y"], "2"]
    assert float(scope["d2y"]) == 6.0


def test_a_gradient_that_nothing_uses_is_no_record_until_it_is_named() -> None:
    text = """\
x = gs.Variable(3.0)
with gs.GradientTape(persistent=True) as tape:
    y = x * x
tape.gradient(y, x)
kept = tape.gradient(y, x)
"""
    _, trace, _ = record(text)
    assert len(trace.sweeps) == 2
    gradients = [i for i, k in enumerate(trace.records.kind) if k == Kind.GRADIENT]
    assert [names(trace)[i] for i in gradients] == ["kept"]
    assert source(text, trace.records.span[gradients[0]]) == "tape.gradient(y, x)"


def test_plain_arrays_are_one_data_record_each_with_their_name() -> None:
    text = """\
data = np.array([1.0, 2.0, 3.0])
recorder.assigned("data", data)
x = gs.Variable([1.0, 1.0, 1.0])
y = x * data
z = y + data
"""
    _, trace, _ = record(text)
    leaves = [i for i, k in enumerate(trace.records.kind) if k == Kind.DATA]
    assert [names(trace)[i] for i in leaves] == ["data"]
    assert inputs(trace, ops(trace).index("add"))[1] == leaves[0]


def test_an_array_that_changed_is_a_new_record_and_the_old_value_stays() -> None:
    text = """\
data = np.array([1.0, 2.0])
x = gs.Variable([1.0, 1.0])
y = x * data
data[0] = 5.0
z = x * data
"""
    recorder, trace, _ = record(text)
    used = [inputs(trace, i)[1] for i, op in enumerate(ops(trace)) if op == "multiply"]
    assert [np.asarray(recorder.value(int(i))).tolist() for i in used] == [[1.0, 2.0], [5.0, 2.0]]


def test_a_list_in_a_formula_is_a_constant_with_its_shape() -> None:
    _, trace, _ = record("x = gs.Variable([1.0, 1.0])\ny = x * [3.0, 4.0]\n")
    assert inputs(trace, 1) == [0, "[2]"]


def test_parameters_of_ops_are_written_as_in_the_program() -> None:
    text = """\
x = gs.ones((4, 3))
a = gs.sum(x, axis=1)
b = gs.reshape(x, (2, 6))
c = x[1:, 0]
d = gs.cast(x, gs.float32)
e = gs.sum(x)
"""
    _, trace, _ = record(text)
    found = [trace.records.strings[i] if i >= 0 else "" for i in trace.records.params]
    assert found == ["", "axis=1", "shape=(2, 6)", "1:, 0", "dtype=float32", ""]


def test_the_limit_on_records_stops_the_program_with_the_count_and_leaves_a_trace() -> None:
    class Limit(BaseException):
        pass

    recorder = Recorder(FILE, "", limit_ops=50, limit_error=Limit)

    def endless() -> None:
        x = gs.constant(1.0)
        while True:
            x = x + 1.0

    with recorder, pytest.raises(Limit, match="50"):
        endless()
    assert len(recorder.trace().records.op) == 50
    assert ACTIVE.recorder is None


def test_a_trace_can_be_taken_after_an_exception_in_the_middle() -> None:
    recorder = Recorder(FILE, "")

    def failing() -> None:
        y = gs.constant(2.0) * 3.0
        y + 1 / 0

    with recorder, pytest.raises(ZeroDivisionError):
        failing()
    assert ops(recorder.trace()) == ["", "multiply"]


def test_tensors_made_before_the_recorder_become_data_when_they_are_used() -> None:
    x = gs.constant(3.0)
    recorder = Recorder(FILE, "")
    with recorder:
        x * 2.0
    trace = recorder.trace()
    assert list(trace.records.kind) == [Kind.DATA, Kind.OP]
    again = Recorder(FILE, "")
    with again:
        x * 2.0
    assert inputs(again.trace(), 1) == [0, "2"]


def test_numbers_are_the_same_with_and_without_a_recorder() -> None:
    def program() -> list[float]:
        x = gs.Variable([0.3, -1.2, 2.0])
        s = gs.Variable(0.7)
        with gs.GradientTape() as tape:
            y = gs.sum(gs.tanh(x * s) / (2.0 + gs.exp(x)) - s**3) + gs.sin(s) * s
        dx, ds = tape.gradient(y, [x, s])
        return [float(y), *dx.tolist(), float(ds)]

    plain = program()
    with Recorder(FILE, ""):
        assert program() == plain


def test_values_that_are_not_finite_are_summarised() -> None:
    text = """\
x = gs.constant([1.0, np.nan, np.inf, -np.inf, -2.0, 0.0])
"""
    _, trace, _ = record(text)
    v = trace.records.values
    assert (v.negative[0], v.zero[0], v.positive[0], v.infinite[0], v.nan[0]) == (1, 1, 1, 2, 1)
    assert (v.minimum[0], v.maximum[0]) == (-2.0, 1.0)
    assert v.mean[0] == pytest.approx(-1 / 3)


def test_complex_values_are_recorded_and_summarised() -> None:
    text = """\
x = gs.constant([3.0 + 4.0j, 0.0])
y = x * 2.0
"""
    _, trace, _ = record(text)
    assert list(trace.records.values.maximum) == [5.0, 10.0]
