"""Random programs: plans of every back-end give what the programs give, forward and backward."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from agreement import same

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan.backends import runner, stretches
from gradstudio.engine.plan.backends.threads import SWITCH

ONE: list[Callable[[Any], Any]] = [
    gs.sin,
    gs.tanh,
    gs.square,
    gs.sigmoid,
    gs.softplus,
    gs.erf,
    gs.relu,
    gs.abs,
    gs.negative,
    gs.ndtr,
    lambda a: gs.exp(gs.tanh(a)),
    lambda a: gs.sqrt(a * a + 1.0),
    lambda a: a**3,
    lambda a: 2.0 / (3.0 + a * a),
    lambda a: 1 - a,
    lambda a: gs.log(1.5 + a * a),
    lambda a: gs.clip(a, -0.5, 1.5),
    lambda a: gs.cast(a > 0.1, a.dtype) * a,
    lambda a: gs.stop_gradient(a) + gs.ones_like(a),
]
TWO: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (2.0 + b * b),
    lambda a, b: gs.where(a > b, a * b, a - b),
    gs.maximum,
    gs.minimum,
    gs.atan2,
    gs.hypot,
    gs.logaddexp,
    gs.squared_difference,
]
ALONG: list[Callable[[Any], Any]] = [
    lambda a: gs.softmax(a, axis=-1),
    lambda a: a - gs.mean(a, axis=-1, keepdims=True),
    lambda a: a / (1.0 + gs.sum(a * a, axis=-1, keepdims=True)),
    lambda a: a - gs.max(a, axis=-1, keepdims=True),
    lambda a: gs.cumsum(a, axis=-1),
    lambda a: gs.expand_dims(gs.logsumexp(a, axis=-1), -1) + a,
    lambda a: gs.sum(a, axis=0) * a,
    lambda a: gs.mean(a) + a,
    lambda a: gs.reshape(gs.reshape(a, (a.shape[0], -1)) * 1.5, a.shape),
    lambda a: a[::-1] + a,
    lambda a: gs.flip(a, axis=[-1]),
]
SHAPES = [(5, 3), (5, 3), (5, 1), (1, 3), (3,), (), (5, 3)]


def program(seed: int) -> tuple[list[Any], Callable[..., Any]]:
    """Four inputs of random shapes, and a function that gives a scalar and what it is made of: about fourteen ops."""
    choose, numbers = random.Random(seed), np.random.default_rng(seed)
    inputs = [np.asarray(numbers.normal(size=choose.choice(SHAPES))) for _ in range(4)]
    steps = [(choose.random(), choose.choice(ONE), choose.choice(TWO), choose.choice(ALONG)) for _ in range(14)]
    picks = [(choose.random(), choose.random()) for _ in steps]

    def function(*xs: Any) -> Any:
        pool = list(xs)
        for (kind, one, two, along), (p, q) in zip(steps, picks, strict=True):
            a, b = pool[int(p * len(pool))], pool[int(q * len(pool))]
            made = one(a) if kind < 0.35 else two(a, b) if kind < 0.75 or not a.shape else along(a)
            pool.append(gs.tanh(made) if kind > 0.6 else made)
        return 0.3 * sum(gs.sum(v) for v in pool[-3:]) + gs.sum(pool[-1] * pool[-4]), pool[-1]

    return inputs, function


def both(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*xs: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(xs)
            y, made = function(*xs)
        return y, made, tape.gradient(y, xs, unconnected_gradients="zero")

    return run


def calls(inputs: list[Any], dtype: Any = None) -> list[list[Any]]:
    return [[gs.constant(v * k, dtype=dtype) for v in inputs] for k in (1.0, 0.8, -1.2)]


def check(f: Callable[..., Any], arguments: list[list[Any]], tolerance: float = 1e-9) -> None:
    compiled = compile(f)
    for args in (*arguments, arguments[0]):
        same(compiled(*args), f(*args), tolerance)
    assert (compiled.reasons, compiled.replays) == ([], len(arguments))


def cut(monkeypatch: pytest.MonkeyPatch, bytes_: int, threads: int) -> None:
    """Blocks of so many bytes, on so many threads."""
    monkeypatch.setattr(runner, "SMALLEST", bytes_)
    monkeypatch.setattr(runner, "LARGEST", bytes_)
    monkeypatch.setattr(runner, "ENOUGH", 0)
    monkeypatch.setattr(runner, "GROUPS", 4)
    monkeypatch.setenv(SWITCH, str(threads))


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_straight_plans_of_random_programs(start: int) -> None:
    for seed in range(start, start + 20):
        inputs, function = program(seed)
        check(both(function), calls(inputs))


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_blocked_plans_of_random_programs(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "LONG", 4)
    monkeypatch.setattr(stretches, "SHORTEST", 2)
    for seed in range(start, start + 20):
        cut(monkeypatch, 8 * (1 + seed % 11), threads=1 + seed % 3)
        inputs, function = program(seed)
        check(both(function), calls(inputs))


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_random_programs_in_float32(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(start, start + 20):
        monkeypatch.setattr(stretches, "LONG", 4 if seed % 2 else 1 << 16)
        cut(monkeypatch, 4 * (1 + seed % 11), threads=1 + seed % 3)
        inputs, function = program(seed)
        check(function, calls(inputs, np.float32))


@pytest.mark.parametrize("start", range(0, 40, 20))
def test_second_order_of_random_programs(start: int) -> None:
    for seed in range(start, start + 20):
        inputs, function = program(seed)
        check(lambda *xs, f=function: gs.hvp(lambda *a: f(*a)[0], xs, xs), calls(inputs)[:2], 1e-8)
