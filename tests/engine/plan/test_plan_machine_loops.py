"""Loops in machine code: what Python's loops did turn by turn is found again, and computes what it did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, same, t

import gradstudio as gs
from gradstudio.engine.plan.passes import improve

pytest.importorskip("llvmlite", reason="machine code needs numba's compiler")

from gradstudio.engine.plan.backends.native import assembly
from gradstudio.engine.plan.backends.native.assembly import Assembled
from gradstudio.engine.plan.backends.native.knowing import can_run
from gradstudio.engine.plan.backends.native.selecting import Selector


def _coded(f: Any, *args: Any) -> Any:
    program = recorded(f, *args)
    improve(program)
    assert can_run(program)
    return Assembled(Selector(program).code(), program.values)


def test_memory_is_used_again() -> None:
    def f(x: Any) -> Any:
        for k in range(300):
            x = gs.tanh(x) if k % 7 else gs.exp(x * -float(k))
        return x

    assert _coded(f, t(*np.linspace(-1.0, 1.0, 40))).memory.size < 6 * 40


def _rolling(x: Any, w: Any) -> Any:
    """A number or a vector that goes through the same in every turn."""
    y = x
    for _ in range(50):
        y = gs.sin(y * 0.99 + 0.1) * x * w
    return gs.sum(y)


def _momentum(x: Any, w: Any) -> Any:
    speed = 0.0 * x
    for _ in range(40):
        slope = gs.sin(x) * w + x
        speed = 0.9 * speed - 0.1 * slope
        x = x + speed
    return gs.sum(x * speed)


def _fibonacci(x: Any, w: Any) -> Any:
    """What a turn needs of the last but one."""
    a, b = x, gs.tanh(x)
    for _ in range(60):
        a, b = b, gs.tanh(a * w + b * 0.5)
    return gs.sum(a * b)


def _elements(x: Any, w: Any) -> Any:
    """Each turn takes the next element of an argument, and of a constant."""
    row = gs.reshape(gs.sin(gs.broadcast_to(x, (3,)))[0] * np.linspace(0.0, 1.0, 120), (40, 3))
    total = w
    for k in range(40):
        total = gs.tanh(total * 0.5 + gs.sum(row[k]) * row[39 - k, 2]) + row[k, 1]
    return gs.sum(total)


def _nested(x: Any, w: Any) -> Any:
    for k in range(12):
        total = x * 0.0
        for _ in range(9):
            total = total * 0.5 + gs.exp(-x * w)
        x = x * 0.9 + total * (0.1 if k < 11 else 0.2)
    return gs.sum(x)


def _collected(x: Any, w: Any) -> Any:
    found = []
    for _ in range(30):
        x = gs.sin(x) * w
        x = x + gs.where(x > 0.3, w * 0.1, x * 0.2)
        found.append(gs.sum(x))
    return gs.sum(gs.stack(found) * np.linspace(-1.0, 1.0, 30)) + found[3] * found[-1]


def _late(x: Any, w: Any) -> Any:
    """A vector meets the number of the turn before after that of this turn is known."""
    v = gs.sin(gs.stack([w, w * 2.0, w + 0.5])) + x
    for _ in range(40):
        before, w = w, w * 1.01 + 0.1
        v = gs.tanh(v * before * 0.3 + gs.sin(w))
    return gs.sum(v) * w


def _truths(x: Any, w: Any) -> Any:
    was = x > 0.0
    for _ in range(40):
        now = gs.logical_xor(was, gs.sin(x * 3.0) > 0.2)
        x = gs.where(now, x * 0.9, x + w)
        was = now
    return gs.sum(x)


@pytest.mark.parametrize("start", [t(0.7), t(0.1, 0.5, -2.0)], ids=["number", "vector"])
@pytest.mark.parametrize("f", [_rolling, _momentum, _fibonacci, _elements, _nested, _collected, _late, _truths])
def test_what_repeats_is_a_loop_again(f: Any, start: Any) -> None:
    for g in (f, gs.value_and_grad(f, (0, 1))):
        compiled = agrees(g, (start, t(0.9)), (start * 2.0, t(0.3)), (start * -1.0, t(1.1)), tolerance=1e-11)
        assert compiled.sources[0].startswith("machine code")
    whole = _coded(f, start, t(0.9))
    turns = sum(loop.count * loop.period for loop in whole.loops)
    assert turns > 0.6 * len(whole.code.instructions)


def test_a_small_recurrent_network_is_a_loop_both_ways() -> None:
    def loss(w: Any, u: Any, xs: Any) -> Any:
        h = gs.zeros(4)
        for k in range(30):
            h = gs.tanh(xs[k] @ w + h @ u)
        return gs.sum(h * h)

    generator = np.random.default_rng(2)
    w, u, xs = [gs.constant(generator.normal(0.0, 0.5, shape)) for shape in ((3, 4), (4, 4), (30, 3))]
    slope = gs.value_and_grad(loss, (0, 1))
    compiled = agrees(slope, (w, u, xs), (w * 0.5, u * 2.0, xs * -1.0), tolerance=1e-11)
    assert compiled.sources[0].startswith("machine code")
    assert len(_coded(slope, w, u, xs).loops) >= 2


def test_a_loop_in_a_loop_of_derivatives() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(25):
            y = gs.sin(y) * 1.1 * x + 0.2
        return y

    agrees(gs.grad(gs.grad(gs.grad(f))), (t(0.6),), (t(-0.3),), (t(2.0),), tolerance=1e-9)


def test_a_function_can_do_without_it() -> None:
    f, x = gs.value_and_grad(lambda x: _rolling(x, 0.5)), t(0.1, 0.5)
    with_it, without = gs.compile(f), gs.compile(f, jit=False)
    same(with_it(x), without(x))
    same(with_it(x), without(x))
    assert with_it.sources[0].startswith("machine code")
    assert without.sources[0].startswith("def plan")


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (3, 2), (500, 1), (7, 100)])
def test_a_program_compiled_in_several_goes(length: int, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "LENGTH", length)
    monkeypatch.setattr(assembly, "PARTS", parts)

    def f(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y, v = x, gs.stack([x, x * 2.0, x * x])
            for k in range(30):
                y = gs.sin(y * 0.75 + k) + x
                if k % 10 == 5:
                    y = y * 2.0 if y > 0.0 else gs.exp(y)
                    v = gs.tanh(v * y)
            for _ in range(40):
                y = y * 0.5 + gs.cos(y)
            total = y + gs.sum(v)
        return total, v, tape.gradient(total, x)

    agrees(f, *[(gs.constant(x),) for x in (0.5, 0.9, -0.4, 1.7)], plans=None)
