"""Buffers, blocks and other ways to compute: what back-ends do with memory and with long arrays."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, same, t

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan.backends import BLOCKED, STRAIGHT, backend_for, stretches
from gradstudio.engine.plan.backends.lifetimes import lifetimes
from gradstudio.engine.plan.backends.pool import Pool
from gradstudio.engine.plan.program import Stretch

LONG = np.linspace(-2.0, 2.0, 70_001)
WIDE = np.sin(np.arange(300 * 257.0)).reshape(300, 257)


def buffers(f: Any, *args: Any) -> int:
    program = recorded(f, *args)
    return len(lifetimes(program.body, range(len(program.body)), program.values, program.outputs).forms)


def test_a_chain_needs_one_buffer() -> None:
    def f(x: Any) -> Any:
        for _ in range(10):
            x = gs.sin(x) + 1.0
        return x

    assert buffers(f, t(1.0, 2.0)) == 1


def test_values_that_live_together_have_buffers_of_their_own() -> None:
    def f(x: Any) -> Any:
        a, b, c = x * 1.5, x * 2.5, x * 3.5
        return (a + b) * c * (a - b)

    assert buffers(f, t(1.0, 2.0)) == 4
    agrees(f, (t(1.0, 2.0),), (t(3.0, -1.0),))


def test_a_view_keeps_what_it_looks_at() -> None:
    def f(x: Any) -> Any:
        y = x * 2.0
        view = y.T
        for k in range(4):
            x = x + k
        rows = view[1:]
        z = x * 3.0 + x
        return z @ view + gs.sum(rows), view * 1.0

    agrees(f, (np.arange(9.0).reshape(3, 3),), (np.arange(9.0)[::-1].reshape(3, 3),))


def test_an_input_is_overwritten_only_where_each_element_is_read_first() -> None:
    def f(x: Any) -> Any:
        y = x + 1.0
        a = y @ y
        b = a * 2.0
        return gs.sum(b + b.T, axis=0) + (b - b[::-1])[0]

    agrees(f, (np.arange(9.0).reshape(3, 3),), (np.eye(3),))


def test_dropped_arrays_are_used_again_and_kept_ones_are_not() -> None:
    pool = Pool((10,), np.dtype(np.float64))
    kept = pool.take()
    assert all(pool.take() is not kept for _ in range(3))
    pool = Pool((10,), np.dtype(np.float64))
    first, second = pool.take(), pool.take()
    places = {first.ctypes.data, second.ctypes.data}
    del first, second
    assert all(pool.take().ctypes.data in places for _ in range(4))
    view = pool.take()[2:]
    assert all(not np.shares_memory(pool.take(), view) for _ in range(4))
    watcher = weakref.ref(pool.take())
    assert all(pool.take() is not watcher() for _ in range(4))


def test_the_size_of_arrays_chooses_the_back_end() -> None:
    assert backend_for(recorded(gs.sin, t(1.0, 2.0))) is STRAIGHT
    assert backend_for(recorded(gs.sin, gs.constant(LONG))) is BLOCKED


def price(s: Any, k: Any, v: Any) -> Any:
    d = gs.log(s / k) / v + 0.5 * v
    return gs.sum(s * gs.ndtr(d) - k * gs.ndtr(d - v))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(70_001,), (2, 70_001), (1, 70_001), (70_001, 1), (20, 3501)])
def test_long_arrays_run_in_blocks(shape: tuple[int, ...], dtype: Any) -> None:
    random = np.random.default_rng(0)
    s, k, v = (random.uniform(a, b, shape).astype(dtype) for a, b in ((50, 150), (50, 150), (0.1, 0.9)))

    def f(*xs: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(xs)
            y = price(*xs)
        return y, tape.gradient(y, xs)

    s, k, v = gs.constant(s), gs.constant(k), gs.constant(v)
    compiled = agrees(f, (s, k, v), (k, s, v))
    assert "def stretch1" in compiled.sources[0]


def test_numbers_and_short_arrays_meet_long_ones() -> None:
    def f(x: Any, s: Any, row: Any, column: Any) -> Any:
        y = x * s + row - column * gs.tanh(x) + gs.where(x > s, row, 0.5)
        return y, gs.sum(y), gs.mean(y, axis=0), gs.max(y), gs.sum(y * y, axis=0, keepdims=True)

    scales = t(0.3), t(-0.2)
    compiled = agrees(f, *[(WIDE * k, s, WIDE[:1], WIDE[:, :1]) for k, s in zip((1.0, 2.0), scales, strict=True)])
    assert "stretch1" in compiled.sources[0]


def test_rows_are_reduced_inside_blocks() -> None:
    def f(x: Any, scale: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch([x, scale])
            centred = x - gs.mean(x, axis=1, keepdims=True)
            y = centred / gs.sqrt(gs.mean(centred * centred, axis=1, keepdims=True) + 1e-5) * scale
            loss = gs.sum(gs.softmax(y) * y)
        return tape.gradient(loss, [x, scale])

    compiled = agrees(f, *[(gs.constant(WIDE * k), gs.constant(WIDE[1] * k)) for k in (1.0, 2.0)], tolerance=1e-9)
    assert "return (matmul(" in compiled.sources[0]


def test_what_stands_between_stretches_comes_before_or_after() -> None:
    def f(x: Any, w: Any) -> Any:
        small = gs.sum(w) * 2.0
        y = gs.sin(x) * small + x
        total = gs.sum(y)
        z = gs.cos(x) * y + 1.0
        after = gs.exp(z / (total + 1.0)) + z
        order = gs.argmax(after)
        return after * gs.max(after) + gs.cast(order, gs.float64), total, gs.cumsum(z)

    program = recorded(f, gs.constant(LONG), t(1.0, 2.0))
    assert sum(type(item) is Stretch for item in stretches.schedule(program)) == 2
    agrees(f, (LONG + 0.25, t(1.0, 2.0)), (LONG[::-1] + 0.5, t(0.5, 2.0)), tolerance=1e-9)


def test_guards_between_long_steps() -> None:
    def f(x: Any) -> Any:
        y = gs.sin(x) * 2.0 + 1.0
        z = y * y + x - 0.5
        if gs.sum(z) > 0.0:
            z = z + gs.cos(z) * 2.0 - y
        return z

    compiled = agrees(f, (LONG,), (LONG - 9.0,), (LONG * 1.1,), (LONG - 8.0,), plans=None)
    assert compiled.replays > 0


def test_arrays_that_do_not_lie_in_one_piece() -> None:
    every = np.arange(300_000.0).reshape(600, 500)
    f = lambda x: gs.sin(x) * x + gs.cos(x) - 1.0  # noqa: E731
    compiled = agrees(f, (every[::2],), (every[1::2],))
    assert "stretch1" in compiled.sources[0]
    agrees(f, (every.T,), (every.T * 0.5,))


def test_memory_of_results_is_used_again_when_they_are_dropped() -> None:
    compiled = compile(lambda x: gs.sin(x) * x + 1.0)
    first = compiled(LONG)
    same(compiled(LONG), first)
    places = {compiled(LONG).value.ctypes.data for _ in range(6)}
    assert len(places) <= 2
