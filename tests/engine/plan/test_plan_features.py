"""What the library does with functions, compiled: control flow, forward mode, NumPy's functions, all kinds of tapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from agreement import agrees, t

import gradstudio as gs

A, C = np.array([0.5, -1.25, 2.0]), np.array([1.1, 0.2, -0.4])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])
VECTORS, MATRICES = ((t(*A),), (t(*C),)), ((gs.constant(B),), (gs.constant(-B),))
PAIRS = (t(*A), t(*C)), (t(*C), t(*A))
NUMBERS = (t(2.0),), (t(3.0),)


def linearized(x: Any, v: Any) -> Any:
    y, push = gs.linearize(lambda a: gs.sin(a) * gs.sum(a), x)
    return y, push(v), push(v * 2.0)


def pulled(x: Any) -> Any:
    y, pull = gs.vjp(lambda a: gs.sin(a) * gs.sum(a), x)
    return pull(y)


def counted(x: Any) -> Any:
    return gs.while_loop(lambda i, y: i < 5, lambda i, y: (i + 1, y * x), (0, gs.constant(1.0)))[1]


def written(x: Any) -> Any:
    array = gs.TensorArray(size=3)
    for i in range(3):
        array = array.write(i, x[i] * i)
    return array.stack()


def forward_over_reverse(x: Any, v: Any) -> Any:
    with gs.autodiff.ForwardAccumulator(x, v) as pushing:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.sum(x**3 * gs.exp(x))
        slope = tape.gradient(y, x)
    return pushing.jvp(slope), pushing.jvp(y)


def reverse_over_forward(x: Any, v: Any) -> Any:
    with gs.GradientTape() as tape:
        tape.watch(x)
        with gs.autodiff.ForwardAccumulator(x, v) as pushing:
            y = gs.sum(x**3 * gs.softmax(x))
        moved = pushing.jvp(y)
    return tape.gradient(moved, x)


def paused(x: Any) -> Any:
    with gs.GradientTape() as tape:
        tape.watch(x)
        with tape.stop_recording():
            s = x * x
        y = s * x
    return tape.gradient(y, x)


def persistent(x: Any) -> Any:
    tape = gs.GradientTape(persistent=True)
    with tape:
        tape.watch(x)
        y = x * x
        z = y * x
    return tape.gradient(y, x), tape.gradient(z, x), tape.gradient(z, y)


def given_cotangents(x: Any, g: Any) -> Any:
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = gs.sin(x)
    return tape.gradient(y, x, output_gradients=g)


def of_numpy(x: Any) -> Any:
    chosen = np.where(x > 0, x, -x)
    return np.sin(x), np.sum(x, axis=0), np.concatenate([x, x]), chosen, np.linalg.norm(x), x.mean(axis=0)


CASES: list[tuple[Callable[..., Any], Any]] = [
    (linearized, PAIRS),
    (pulled, VECTORS),
    (counted, NUMBERS),
    (written, VECTORS),
    (forward_over_reverse, PAIRS),
    (reverse_over_forward, PAIRS),
    (paused, NUMBERS),
    (persistent, NUMBERS),
    (given_cotangents, PAIRS),
    (of_numpy, MATRICES),
    (of_numpy, ((B,), (-B,))),
    (lambda x: gs.scan(lambda c, row: gs.tanh(c + row), x, gs.constant(0.5)), MATRICES),
    (lambda x: gs.map_fn(lambda row: gs.sum(row * row), x), MATRICES),
    (lambda x: [a * b for a, b in zip(x, x[::-1], strict=True)], VECTORS),
    (lambda x: (gs.sort(x), gs.argsort(x), gs.cumsum(x), gs.roll(x, 1)), VECTORS),
    (gs.grad(lambda z: gs.real(gs.sum(z * gs.conj(z) * gs.exp(z)))), ((A + 1j * C,), (C - 1j * A,))),
    (
        lambda x, i, u: gs.tensor_scatter_nd_add(x, i, u),
        ((t(*A), np.array([[0], [2]]), t(1.0, 2.0)), (t(*C), np.array([[1], [1]]), t(3.0, 4.0))),
    ),
]


@pytest.mark.parametrize(("f", "calls"), CASES, ids=lambda x: getattr(x, "__name__", None))
def test_it_has_one_plan(f: Callable[..., Any], calls: Any) -> None:
    agrees(f, *calls, tolerance=1e-10)


def test_control_flow_on_values_has_a_plan_for_each_way() -> None:
    agrees(lambda x: gs.cond(x > 0.0, lambda: x * 2.0, lambda: -x), (t(1.0),), (t(-1.0),), (t(2.0),), plans=2)
    grow = lambda x: gs.while_loop(lambda y: y < 100.0, lambda y: (y * y + 1.0,), (x,))[0]  # noqa: E731
    agrees(grow, (t(2.0),), (t(3.0),), (t(2.1),), (t(9.0),), plans=2)
    pick = lambda i, x: gs.switch_case(i, [lambda: x, lambda: x * x])  # noqa: E731
    agrees(pick, *[(t(i, dtype=gs.int64), t(3.0 + i)) for i in (0, 1, 0)], plans=2)
