"""A million ops in a row: recorded, differentiated and freed without recursion."""

from __future__ import annotations

import gc
import time
import weakref

import numpy as np

import gradstudio as gs

DEPTH = 1_000_000


def test_a_chain_of_a_million_ops_runs_forward_and_backward_and_is_freed() -> None:
    x = gs.constant(0.5)
    began = time.perf_counter()
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in range(DEPTH):
            y = y + 0.25
    forward = time.perf_counter()
    dy = tape.gradient(y, x)
    backward = time.perf_counter()
    del tape, y
    freed = time.perf_counter()
    assert float(dy) == 1.0
    print(f"forward {forward - began:.2f} s, backward {backward - forward:.2f} s, freed {freed - backward:.2f} s")


def test_a_chain_that_nobody_differentiates_is_freed() -> None:
    x = gs.Variable(0.5)
    with gs.GradientTape(persistent=True) as tape:
        y = x * 1.0
        for _ in range(DEPTH // 2):
            y = y + x
    del tape
    assert float(y) == 0.5 + DEPTH // 2 * 0.5
    del y


def test_a_chain_on_two_tapes_is_freed_whichever_goes_first() -> None:
    x = gs.constant(0.5)
    outer = gs.GradientTape()
    with outer, gs.GradientTape() as inner:
        outer.watch(x)
        inner.watch(x)
        y = x
        for _ in range(DEPTH // 10):
            y = y * 1.0
        dy = inner.gradient(y, x)
    assert float(dy) == 1.0
    assert outer.gradient(dy, x) is None
    del inner, outer, y, dy


def test_memory_of_one_scalar_op_stays_below_200_bytes() -> None:
    import tracemalloc

    x = gs.constant(0.5)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = x
        tracemalloc.start()
        try:
            for _ in range(10_000):
                y = y * 0.999
            used = tracemalloc.get_traced_memory()[0] / 10_000
        finally:
            tracemalloc.stop()
    assert used < 200


def test_dropping_a_tape_frees_its_arrays_at_once_without_the_garbage_collector() -> None:
    x = gs.constant(np.ones(1000))
    gc.collect()
    gc.disable()
    try:
        for use in ("dropped", "asked", "reset", "other branch"):
            tape = gs.GradientTape()
            with tape:
                tape.watch(x)
                y = gs.sum(gs.exp(gs.sin(x) * 2.0))
                unused = gs.cos(x)
                held = [weakref.ref(node.value) for node in tape._nodes if isinstance(node.value, np.ndarray)]
                if use == "reset":
                    tape.reset()
            if use == "asked":
                tape.gradient(y, x)
            elif use == "other branch":
                assert gs.explain(tape, unused, y).kind == "unconnected"
            assert len(held) == 4
            del y, unused, tape
            assert [ref() is None for ref in held] == [True] * 4, use
    finally:
        gc.enable()


def test_a_diamond_of_two_to_the_sixty_paths_is_linear_forward_and_backward_and_twice() -> None:
    x = gs.constant(1.0)
    with gs.GradientTape() as outer:
        outer.watch(x)
        with gs.GradientTape() as inner:
            inner.watch(x)
            y = x * x
            for _ in range(60):
                y = y + y
        dy = inner.gradient(y, x)
    assert float(dy) == 2.0**61
    assert float(outer.gradient(dy, x)) == 2.0**61


def test_a_hundred_thousand_ops_deep_on_arrays_and_in_forward_mode() -> None:
    a = gs.constant(np.ones(3))
    with gs.GradientTape() as tape:
        tape.watch(a)
        y = a
        for _ in range(100_000):
            y = y * 0.99999
    np.testing.assert_allclose(tape.gradient(y, a), np.full(3, 0.99999**100_000), rtol=1e-9)
    with gs.autodiff.ForwardAccumulator(a, gs.constant(np.ones(3))) as accumulator:
        z = a
        for _ in range(100_000):
            z = z * 0.99999
    np.testing.assert_allclose(accumulator.jvp(z), np.full(3, 0.99999**100_000), rtol=1e-9)
