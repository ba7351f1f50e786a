"""Compiled functions inside what follows every op: tapes, batches and accumulators get right gradients."""

from __future__ import annotations

from typing import Any

import gradstudio as gs


def cube(x: Any) -> Any:
    return x * x * x


def warm() -> Any:
    """A compiled function that already has a plan."""
    compiled = gs.compile(cube)
    assert [compiled(gs.constant(v)).item() for v in (2.0, 3.0)] == [8.0, 27.0]
    assert compiled.replays == 1
    return compiled


def test_tapes_around_a_call() -> None:
    compiled, x = warm(), gs.constant(2.0)
    with gs.GradientTape() as outer:
        outer.watch(x)
        with gs.GradientTape() as inner:
            inner.watch(x)
            y = compiled(x)
        slope = inner.gradient(y, x)
    assert (slope.item(), outer.gradient(slope, x).item()) == (12.0, 12.0)
    assert gs.grad(compiled)(2.0).item() == 12.0


def test_a_call_inside_vmap() -> None:
    assert gs.vmap(warm())(gs.constant([1.0, 2.0])).tolist() == [1.0, 8.0]
    assert gs.jacrev(gs.vmap(gs.compile(gs.grad(cube))))(gs.constant([1.0, 2.0])).tolist() == [[6.0, 0.0], [0.0, 12.0]]


def test_tangents_through_a_call() -> None:
    value, tangent = gs.jvp(warm(), (gs.constant(2.0),), (gs.constant(1.0),))
    assert (value.item(), tangent.item()) == (8.0, 12.0)


def test_a_call_inside_another_one_becomes_part_of_its_plan() -> None:
    inner = warm()
    outer = gs.compile(lambda x: inner(x) + 1.0)
    assert [outer(gs.constant(v)).item() for v in (1.0, 2.0)] == [2.0, 9.0]
    assert (outer.replays, inner.replays) == (1, 1)
