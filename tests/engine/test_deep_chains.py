"""A million ops in a row: recorded, differentiated and freed without recursion."""

from __future__ import annotations

import time

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
