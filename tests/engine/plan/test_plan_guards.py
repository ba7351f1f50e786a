"""What Python reads while a run is recorded: plans hold only as long as it would read the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, same, t

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan import compiled as calling

A, C = np.array([0.5, -1.25, 2.0]), np.array([1.1, 0.2, -0.4])


def test_each_branch_has_a_plan() -> None:
    def f(x: Any) -> Any:
        if x > 1.0:
            return gs.sin(x)
        if gs.sum(x * x) > 4.0:
            return x * 2.0
        return -x

    numbers = [0.5, 2.0, -3.0, 0.25, 5.0, -9.0, 1.0]
    compiled = agrees(f, *[(t(n),) for n in numbers], plans=3)
    assert "not" in compiled.sources[0] or "if" in compiled.sources[0]


def test_branches_inside_a_tape() -> None:
    def f(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.sum(x)
            while y < 100.0:
                y = y * y + x[0]
        return y, tape.gradient(y, x)

    agrees(f, *[(t(*(A * k + 3.0)),) for k in (1.0, 0.5, 2.0, 1.1)], plans=None)


def test_conditions_on_arrays_of_one_element_and_on_variables() -> None:
    flag = gs.Variable(1.0)

    def f(x: Any) -> Any:
        return x * 2.0 if flag > 0.0 and x[:1] < 9.0 else x * 3.0

    compiled = compile(f)
    for state, x in ((1.0, t(*A)), (-1.0, t(*A)), (1.0, t(9.0, 1.0, 1.0)), (1.0, t(*C)), (-1.0, t(*C))):
        flag.assign(state)
        same(compiled(x), f(x))


@pytest.mark.parametrize(
    "read", [float, lambda x: x.item(), lambda x: x.numpy(), lambda x: np.asarray(x), str, repr, "{:.3f}".format]
)
def test_what_is_read_is_checked(read: Any) -> None:
    def f(x: Any) -> Any:
        y = x * 2.0
        return y + 1.0, read(y)

    compiled = compile(f)
    for number in (1.0, 1.0, 2.0, 1.0, 3.0, 2.0):
        got, want = compiled(t(number)), f(t(number))
        same(got[0], want[0])
        assert np.array_equal(got[1], want[1])
    assert len(compiled.sources) == 3


def test_whole_parts_are_checked_as_such() -> None:
    agrees(lambda x: x * int(x), (t(2.25),), (t(2.5),), (t(2.75),), (t(3.5),), plans=2)


def test_a_whole_array_that_is_read() -> None:
    def f(x: Any) -> Any:
        order = np.argsort(x.numpy())
        return x[order] * 2.0

    agrees(f, (t(*A),), (t(*A),), (t(*C),), plans=2)


def test_positions_that_are_computed() -> None:
    calls = (t(1.0, 5.0, 2.0),), (t(0.5, 4.0, 3.0),), (t(9.0, 4.0, 3.0),)
    agrees(lambda x: x[gs.argmax(x)] * 2.0, *calls)
    agrees(lambda x: x[: gs.argmax(x) + 1] * 2.0, *calls, plans=2)


def test_results_whose_shape_depends_on_the_values() -> None:
    agrees(lambda x: x[x > 0.0] * 2.0, (t(*A),), (t(1.0, -1.0, 2.0),), (t(1.0, -1.0, -2.0),), plans=None)
    agrees(lambda x: gs.where(x > 0.0), (t(*A),), (t(1.0, -1.0, 2.0),), (t(1.0, -1.0, -2.0),), plans=None)
    agrees(lambda x, i: gs.segment_sum(x, i), (t(*A), np.array([0, 0, 1])), (t(*A), np.array([0, 1, 2])), plans=2)


def test_a_number_that_is_not_a_number_is_read_like_others() -> None:
    agrees(lambda x: (x * 1.0, float(x) != float(x)), (t(np.nan),), (t(np.nan),), (t(1.0),), plans=2)


def test_values_that_change_with_every_call_end_the_attempts() -> None:
    compiled = compile(lambda x: x * float(x))
    with pytest.warns(RuntimeWarning, match="recorded again and again") as told:
        found = [compiled(t(float(i))).item() for i in range(40)]
    assert found == [float(i) ** 2 for i in range(40)]
    assert len(told) == 1
    assert compiled.sources == []
    assert "every call" in compiled.reasons[0]


@pytest.mark.parametrize(("steps", "recordings"), [(1000, 8), (10, 4), (5, 3)])
def test_long_recordings_are_attempted_less_often(steps: int, recordings: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "LONG", steps)
    made = 0

    def f(x: Any) -> Any:
        y = x
        for _ in range(10):
            y = y * 2.0
        return y * float(x)

    def making(*args: Any) -> Any:
        nonlocal made
        made += 1
        return make(*args)

    make = calling.make
    monkeypatch.setattr(calling, "make", making)
    g = compile(f)
    with pytest.warns(RuntimeWarning, match="recorded again and again"):
        found = [g(t(float(i))).item() for i in range(20)]
    assert found == [1024.0 * i * i for i in range(20)]
    assert (made, g.sources) == (recordings, [])


def test_arguments_that_change_with_every_call_end_the_attempts() -> None:
    compiled = compile(lambda x, n: x * n)
    with pytest.warns(RuntimeWarning, match="recorded again and again") as told:
        found = [compiled(t(2.0), i).item() for i in range(60)]
    assert found == [2.0 * i for i in range(60)]
    assert len(told) == 1
    assert len(compiled.sources) <= 16


def test_checks_of_the_library_are_checked() -> None:
    compiled = compile(lambda x: gs.debugging.check_numerics(x, "x") * 2.0)
    assert compiled(t(1.0)).item() == 2.0
    with pytest.raises(ValueError, match="holds NaN"):
        compiled(t(np.nan))
    assert compiled(t(3.0)).item() == 6.0


def test_constants_made_of_tensors_follow_them() -> None:
    def f(x: Any, y: Any) -> Any:
        a, b = gs.constant(x), gs.Variable(y * 2.0)
        rows = gs.constant([x, y])
        narrow = gs.convert_to_tensor(x, dtype=gs.float32)
        with gs.GradientTape() as tape:
            tape.watch(a)
            z = gs.sum(a * b * rows) + gs.cast(narrow, gs.float64)
        return z, tape.gradient(z, [a, b])

    agrees(f, (t(2.0), t(3.0)), (t(5.0), t(7.0)))


def test_a_constant_has_no_past() -> None:
    def f(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.constant(x) * x
        return tape.gradient(y, x)

    agrees(f, (t(2.0),), (t(3.0),))
