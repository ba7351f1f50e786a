"""Large values that no rule reads are let go of, and never one that somebody can see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.shedding import LARGE
from gradstudio.engine.state import ACTIVE

N = LARGE + 3


def _start() -> gs.Tensor:
    return gs.constant(np.linspace(0.1, 1.0, N))


def _kept(tape: gs.GradientTape) -> int:
    """How many large arrays the tape's nodes hold."""
    return sum(isinstance(t.value, np.ndarray) and t.value.size == N and all(t.value.strides) for t in tape._nodes)


def _chain(x: Any) -> Any:
    y = x
    for _ in range(5):
        y = gs.sin(y * 1.01)
        y = gs.tanh(y + x)
    return y


def test_a_chain_keeps_only_what_its_rules_read_and_its_gradient_is_the_same() -> None:
    x = _start()
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = gs.sum(_chain(x))
        assert _kept(tape) <= (12 if ACTIVE.short else 20)  # the inputs of sin, the results of tanh, the last ones
    small = gs.constant(x.numpy()[:5])
    with gs.GradientTape() as other:
        other.watch(small)
        wanted = gs.sum(_chain(small))
    np.testing.assert_array_equal(tape.gradient(y, x).numpy()[:5], other.gradient(wanted, small).numpy())


def test_what_the_last_ops_before_the_target_left_is_let_go_of_when_the_way_back_begins() -> None:
    held, tapes = [], []

    @gs.custom_gradient
    def watched(v: Any) -> Any:
        def back(g: Any) -> Any:
            held.append(_kept(tapes[0]))
            return g

        return v + 0.0, back

    x = _start()
    with gs.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = gs.sum(gs.tanh(watched(x * 1.0) + 1.0))
        before = _kept(tape)
    tapes.append(tape)
    np.testing.assert_allclose(tape.gradient(y, x).numpy(), 1.0 - np.tanh(x.numpy() + 1.0) ** 2, rtol=1e-12)
    assert held[0] < before  # the sum that tanh was applied to; tanh's rule reads only its result
    tapes.clear()  # the tape holds the rule that looks at it


def test_a_recorded_chain_keeps_no_more_and_its_plan_gives_the_same() -> None:
    kept = []

    def slope(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.sum(_chain(x), axis=0)
            kept.append(_kept(tape))
        return tape.gradient(y, x)

    compiled = gs.compile(slope)
    recorded = compiled(_start()).numpy()
    assert kept[0] <= 12
    np.testing.assert_allclose(compiled(_start()).numpy(), recorded, rtol=1e-12)
    np.testing.assert_allclose(recorded, slope(_start()).numpy(), rtol=1e-12)
    assert compiled.replays == 1


def test_what_a_program_still_holds_keeps_its_numbers() -> None:
    x = _start()
    with gs.GradientTape() as tape:
        tape.watch(x)
        held = x + 1.0
        listed = [held + 2.0]
        y = held + listed[0]
        for _ in range(4):
            y = y + 1.0
        total = gs.sum(y)
    np.testing.assert_array_equal(held.numpy(), x.numpy() + 1.0)
    np.testing.assert_array_equal(listed[0].numpy(), x.numpy() + 1.0 + 2.0)
    np.testing.assert_array_equal(tape.gradient(total, x).numpy(), np.full(N, 2.0))


def test_what_a_later_op_reads_is_kept() -> None:
    x = _start()
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = (x + 1.0) * (x + 2.0)  # each factor is read by the other's rule
        z = ((y + 1.0) + 1.0) + 1.0
        total = gs.sum(z)
    np.testing.assert_allclose(tape.gradient(total, x).numpy(), 2 * x.numpy() + 3.0)


def test_a_persistent_tape_answers_twice_and_with_several_derivatives() -> None:
    x = _start()
    with gs.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = _chain(x)
        total = gs.sum(y)
    first, again = tape.gradient(total, x), tape.gradient(total, x)
    np.testing.assert_array_equal(first.numpy(), again.numpy())
    np.testing.assert_array_equal(tape.gradient(y, x).numpy(), first.numpy())


@pytest.mark.parametrize("depth", [2, 3])
def test_nested_tapes_have_all_their_derivatives(depth: int) -> None:
    def nth(f: Any, n: int) -> Any:
        def slope(x: Any) -> Any:
            with gs.GradientTape() as tape:
                tape.watch(x)
                y = gs.sum(f(x))
            return tape.gradient(y, x)

        return f if not n else nth(slope, n - 1)

    x = _start()
    found = nth(lambda v: ((v + 1.0) * v + 2.0) * v + 1.0, depth)(x).numpy()
    wanted = 6 * x.numpy() + 2 if depth == 2 else np.full(N, 6.0)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
