"""Long programs as several functions: what one of them makes the others find, and nothing else is kept."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from agreement import agrees, t

import gradstudio as gs
from gradstudio.engine.plan.backends import straight, stretches

A = np.array([0.5, -1.25, 2.0])
M = np.sin(np.arange(12.0)).reshape(4, 3)


def gradients(x: Any, w: Any) -> Any:
    """Numbers and arrays, views and stacks, all used again on the way back."""
    with gs.GradientTape() as tape:
        tape.watch([x, w])
        y, total = x, 0.0
        for k in range(9):
            y = gs.tanh(y @ gs.transpose(w) @ w + y * (0.5 + k))
            part = gs.reshape(y, (3, -1))[1:]
            total = total + gs.sum(part * part) * gs.sin(total + 1.0) + gs.mean(gs.logsumexp(y, axis=0))
    return total, y, tape.gradient(total, [x, w])


def scalars(x: Any, y: Any) -> Any:
    found = []
    with gs.GradientTape() as tape:
        tape.watch([x, y])
        for k in range(12):
            x, y = gs.sin(x) * y + 0.25, gs.where(x > y, x * 0.5, y / (k + 2.0))
            found.append(x > 0.1)
    return found, x, tape.gradient(x, [y, x])


def branching(x: Any) -> Any:
    for _ in range(6):
        x = x * 1.5 + 0.125 if x > 0.75 else gs.exp(-x) + 1.0 / (x + 4.0)
        if int(x * 2.0) == 3:
            x = x - 0.375
    return x


@pytest.mark.parametrize("length", [1, 2, 3, 7, 20, 64])
def test_short_functions_give_what_one_gives(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight, "LENGTH", length)
    made = agrees(gradients, (t(*A), gs.constant(M)), (t(*-A), gs.constant(M[::-1])), jit=False)
    assert made.sources[0].startswith("# the first 4 of ")
    agrees(scalars, (t(0.5), t(2.0)), (t(-1.5), t(0.25)), (t(3.0), t(3.0)), jit=False)
    agrees(branching, (t(0.5),), (t(0.9),), (t(0.2),), (t(-3.0),), plans=None, jit=False)
    agrees(lambda x, y: (x, x * 2.0, [y, x]), (t(0.5), t(*A)), (t(1.5), t(*-A)), jit=False)  # inputs as results


@pytest.mark.parametrize("length", [1, 2, 5])
def test_long_arrays_block_by_block(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight, "LENGTH", length)
    monkeypatch.setattr(stretches, "LONG", 1 << 12)
    x = np.linspace(-2.0, 2.0, 70_001)

    def f(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.tanh(x * 1.5) * gs.sin(x)
            loss = gs.sum(y * y) + gs.sum(y)
            loss = loss + gs.sum(gs.exp(-(x - loss) * (x - loss)))
        return y, loss, tape.gradient(loss, x)

    agrees(f, (gs.constant(x),), (gs.constant(x * 0.5),), tolerance=1e-10, jit=False)


def test_variables_are_assigned_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight, "LENGTH", 2)
    v = gs.Variable(2.0)

    @gs.compile
    def f(x: Any) -> Any:
        v.assign_add(x * x)
        return gs.sin(v * x) + v

    found = [f(t(x)).item() for x in (1.0, 2.0, 0.5)]
    assert found == [np.sin(3.0) + 3.0, np.sin(14.0) + 7.0, np.sin(3.625) + 7.25]
    assert (v.numpy(), f.replays) == (7.25, 2)


def test_a_guard_in_a_later_function_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight, "LENGTH", 2)

    @gs.compile
    def f(x: Any) -> Any:
        y = gs.sin(gs.cos(gs.exp(x)) * 2.0) + x
        return gs.tanh(y) if y > 0.0 else gs.cosh(y)

    up, down = 0.5, -2.0
    want = {x: np.sin(np.cos(np.exp(x)) * 2.0) + x for x in (up, down)}
    for x in (up, down, up, down, up):
        assert f(t(x)).item() == pytest.approx((np.tanh if want[x] > 0.0 else np.cosh)(want[x]), rel=1e-14)
    assert (want[up] > 0.0 > want[down], f.replays, len(f.sources)) == (True, 3, 2)


def test_results_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight, "LENGTH", 1)
    f = gs.compile(lambda x: gs.matmul(x, x)[0] * 2.0 + x[1])
    f(gs.constant(M[:3]))
    found = f(gs.constant(M[:3])).numpy()
    kept = weakref.ref(found)
    del found
    gc.collect()
    assert kept() is None
    assert f.replays == 1


def test_more_than_a_hundred_thousand_ops_have_a_plan() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(51_000):
            y = y * 0.99 + x
        return y

    agrees(f, (t(0.5),), (t(-1.25),), jit=False)
