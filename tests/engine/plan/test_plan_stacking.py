"""Equal ops on many short arrays run as one, and views and numbers of a plan are made with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, rows

import gradstudio as gs
from gradstudio.engine.plan.passes import improve, improve_arrays, stacking

X = np.linspace(0.1, 1.0, 6)


def improved(f: Any, *args: Any) -> list[str]:
    program = recorded(f, *args)
    improve(program)
    improve_arrays(program)
    return rows(program)


def gradient(f: Any) -> Any:
    def slope(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.sum(f(x))
        return tape.gradient(y, x)

    return slope


def chain(count: int) -> Any:
    def f(x: Any) -> Any:
        y = x
        for i in range(count):
            y = gs.tanh(y * x if i % 3 else y + x)
        return y

    return gradient(f)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(6,), (2, 3), (1, 6, 1)])
def test_what_the_way_back_wants_of_each_result_is_computed_at_once(shape: tuple[int, ...], dtype: Any) -> None:
    x = gs.constant(X.reshape(shape).astype(dtype))
    found = improved(chain(30), x)
    assert (found.count("stacked"), found.count("tanh")) == (1, 30)
    assert found.count("square") + found.count("subtract") < 4
    agrees(chain(30), (x,), (x * -0.7,), (x * np.nan,), jit=False)


def test_a_few_are_computed_one_by_one() -> None:
    assert "stacked" not in improved(chain(stacking._FEWEST - 1), gs.constant(X))
    agrees(chain(stacking._FEWEST - 1), (gs.constant(X),), (gs.constant(X * 2.0),), jit=False)


def test_stacks_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacking, "_MOST", 10 * X.nbytes)
    assert improved(chain(30), gs.constant(X)).count("stacked") == 3
    agrees(chain(30), (gs.constant(X),), (gs.constant(X * 2.0),), jit=False)
    monkeypatch.setattr(stacking, "_SHORT", X.nbytes - 1)
    assert "stacked" not in improved(chain(30), gs.constant(X))


def test_what_is_wanted_before_the_others_are_there_is_not_put_off() -> None:
    def f(x: Any) -> Any:
        y, total = x, x
        for _ in range(20):
            y = gs.tanh(y + x)
            total = total + (1.0 - y * y)
        return total

    agrees(gradient(f), (gs.constant(X),), (gs.constant(X * 2.0),), jit=False)
    agrees(f, (gs.constant(X),), (gs.constant(X * 2.0),), jit=False)


def test_results_outputs_and_conditions_take_part() -> None:
    def f(x: Any) -> Any:
        parts = [gs.sin(x * k) for k in range(1, 20)]
        squares = [p * p for p in parts]
        if gs.sum(squares[3]) > -1.0:
            squares[0] = squares[0] * 2.0
        return squares, parts[5], sum(squares[1:], squares[0]) * squares[2]

    agrees(f, (gs.constant(X),), (gs.constant(X * 2.0),), jit=False)


def test_several_ops_on_the_same_arrays() -> None:
    def f(x: Any) -> Any:
        parts = [gs.sin(x + k) for k in range(12)]
        first = [gs.exp(p * 0.5) for p in parts]
        second = [gs.cos(p) for p in parts]
        some = [gs.tanh(q) for q in first[::2]]
        return sum(first, x) * sum(second, x) * sum(some, x) * sum(parts, x)

    agrees(f, (gs.constant(X),), (gs.constant(X * -2.0),), jit=False)
    agrees(gradient(f), (gs.constant(X),), (gs.constant(X * -2.0),), jit=False, tolerance=1e-11)


def test_views_of_buffers_and_numbers_are_made_with_the_plan() -> None:
    def f(x: Any) -> Any:
        y = gs.sin(x) * 0.5
        z = gs.reshape(y, (3, 4))
        return gs.transpose(z) @ z + z[0], gs.reshape(y, (-1,)) * 2.0

    x = np.linspace(0.0, 1.0, 12).reshape(4, 3)
    source = agrees(f, (gs.constant(x),), (gs.constant(x * 2.0),), jit=False).sources[0]
    body = source.partition("\n")[2]
    assert "reshape" not in body
    assert "transpose" not in body
    assert "k0_5" in body
    assert "0.5" not in body
