"""Random programs of many ops with broadcasting: reverse, forward, recorded and float32 runs against differences."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.recorder import Recorder

ONE: list[Callable[[Any], Any]] = [
    gs.sin,
    gs.tanh,
    gs.exp,
    gs.square,
    gs.sigmoid,
    gs.softplus,
    gs.erf,
    gs.relu,
    gs.abs,
    lambda a: gs.sqrt(a * a + 1.0),
    lambda a: a**3,
    lambda a: 2.0 / (3.0 + a * a),
    lambda a: 1 - a,
    lambda a: gs.log(1.5 + a * a),
]
TWO: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (2.0 + b * b),
    lambda a, b: gs.where(a > b, a * b, a - b),
    gs.maximum,
    gs.atan2,
    gs.hypot,
    gs.logaddexp,
    gs.squared_difference,
]
REDUCE: list[Callable[[Any], Any]] = [
    gs.sum,
    gs.mean,
    gs.logsumexp,
    gs.norm,
    gs.reduce_prod,
    gs.var,
    lambda a: gs.cumsum(a)[-1],
]
SHAPES: list[tuple[int, ...]] = [(), (3,), (2, 3), (2, 1), (1, 3)]


def program(seed: int) -> tuple[list[np.ndarray], Callable[..., Any]]:
    """Three inputs of random shapes and a scalar function of them, made of about ten random ops."""
    choose = random.Random(seed)
    numbers = np.random.default_rng(seed)
    inputs = [np.asarray(numbers.normal(size=choose.choice(SHAPES))) for _ in range(3)]
    plan = [
        (choose.choice(ONE), choose.choice(TWO), choose.random(), choose.random(), choose.random()) for _ in range(8)
    ]
    reduce = choose.choice(REDUCE)

    def function(*xs: Any) -> Any:
        pool = list(xs)
        for one, two, p, q, kind in plan:
            a, b = pool[int(p * len(pool))], pool[int(q * len(pool))]
            made = one(a) if kind < 0.4 else two(a, b)
            pool.append(gs.tanh(made) if kind < 0.7 else made)
        return 0.3 * sum(gs.sum(v) for v in pool[-3:]) + reduce(gs.reshape(pool[-1], -1))

    return inputs, function


def gradients(function: Callable[..., Any], inputs: list[np.ndarray], dtype: Any = None) -> tuple[Any, list[Any]]:
    xs = [gs.constant(v, dtype=dtype) for v in inputs]
    with gs.GradientTape() as tape:
        tape.watch(xs)
        y = function(*xs)
    return y, tape.gradient(y, xs, unconnected_gradients="zero")


@pytest.mark.parametrize("seed", range(60))
def test_a_random_program_has_the_right_gradient_in_every_mode(seed: int) -> None:
    inputs, function = program(seed)
    directions = [np.random.default_rng(seed + 1000).normal(size=v.shape) for v in inputs]
    y, found = gradients(function, inputs)

    def at(step: float) -> float:
        return float(function(*[gs.constant(v + step * d) for v, d in zip(inputs, directions, strict=True)]))

    h = 1e-5
    slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    reverse = float(sum(np.sum(np.asarray(g) * d) for g, d in zip(found, directions, strict=True)))
    assert reverse == pytest.approx(slope, rel=1e-6, abs=1e-6)

    value, moved = gs.jvp(function, tuple(inputs), tuple(directions))
    assert float(value) == float(y)
    assert float(moved) == pytest.approx(reverse, rel=1e-9, abs=1e-9)

    with Recorder("<none>", ""):
        inspected, same = gradients(function, inputs)
    assert float(inspected) == float(y)
    for g, again in zip(found, same, strict=True):
        np.testing.assert_allclose(np.asarray(again), np.asarray(g), rtol=1e-12, atol=1e-14)

    _, narrow = gradients(function, inputs, gs.float32)
    for g, v in zip(narrow, inputs, strict=True):
        assert (g.dtype, g.shape) == (np.float32, v.shape)


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_a_random_program_has_the_right_second_derivative(seed: int) -> None:
    inputs, function = program(seed)
    _, found = gs.hvp(function, tuple(inputs), tuple(inputs))
    h = 1e-5
    _, above = gradients(function, [v * (1 + h) for v in inputs])
    _, below = gradients(function, [v * (1 - h) for v in inputs])
    for got, p, m in zip(found, above, below, strict=True):
        want = (np.asarray(p) - np.asarray(m)) / (2 * h)
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-4, atol=1e-4 * (1 + np.abs(want).max()))
