"""Forward mode: tangents pushed along while a program runs, alone and nested with tapes and other accumulators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs

Accumulator = gs.autodiff.ForwardAccumulator
X = np.array([0.3, -0.7, 1.1])
V = np.array([1.0, 2.0, -0.5])


def test_a_tangent_is_the_jacobian_times_the_direction() -> None:
    with Accumulator(gs.constant(X), gs.constant(V)) as accumulator:
        x = accumulator._primals[0]
        y = gs.sin(x) * gs.sum(x)
    want = np.cos(X) * V * X.sum() + np.sin(X) * V.sum()
    np.testing.assert_allclose(accumulator.jvp(y), want, rtol=1e-14)


def test_structures_none_and_zeros() -> None:
    a, b = gs.constant(2.0), gs.Variable([1.0, 3.0])
    with Accumulator([a, b], [gs.constant(1.0), gs.constant([0.0, 1.0])]) as accumulator:
        y = {"product": a * b, "other": gs.constant(1.0) * 2.0}
    found = accumulator.jvp(y)
    np.testing.assert_array_equal(found["product"], [1.0, 5.0])
    assert found["other"] is None
    assert float(accumulator.jvp(y["other"], unconnected_gradients="zero")) == 0.0
    assert accumulator.jvp(gs.cast(a, gs.int32)) is None


def test_ops_before_and_after_the_block_do_not_move() -> None:
    x = gs.constant(3.0)
    before = x * x
    with Accumulator(x, gs.constant(1.0)) as accumulator:
        inside = x * before
    after = inside * 2.0
    assert float(accumulator.jvp(inside)) == 9.0
    assert accumulator.jvp(before) is None
    assert accumulator.jvp(after) is None


def test_forward_over_reverse_gives_hessian_vector_products() -> None:
    x = gs.Variable(X)
    with Accumulator(x, gs.constant(V)) as accumulator:
        with gs.GradientTape() as tape:
            loss = gs.reduce_sum(x**3) * gs.reduce_prod(x)
        slope = tape.gradient(loss, x)
    want = gs.hessian(lambda v: gs.reduce_sum(v**3) * gs.reduce_prod(v))(X).numpy() @ V
    np.testing.assert_allclose(accumulator.jvp(slope), want, rtol=1e-12)


def test_reverse_over_forward() -> None:
    x = gs.constant(X)
    with gs.GradientTape() as tape:
        tape.watch(x)
        with Accumulator(x, gs.constant(V)) as accumulator:
            y = gs.reduce_sum(gs.exp(x) * x)
        tangent = accumulator.jvp(y)
    want = (2.0 + X) * np.exp(X) * V
    np.testing.assert_allclose(tape.gradient(tangent, x), want, rtol=1e-13)


def test_two_accumulators_give_second_derivatives() -> None:
    x = gs.constant(1.3)
    with Accumulator(x, gs.constant(1.0)) as outer:
        with Accumulator(x, gs.constant(1.0)) as inner:
            y = gs.sin(x) * x
        first = inner.jvp(y)
    assert float(first) == pytest.approx(np.cos(1.3) * 1.3 + np.sin(1.3), rel=1e-14)
    assert float(outer.jvp(first)) == pytest.approx(2.0 * np.cos(1.3) - 1.3 * np.sin(1.3), rel=1e-14)


def test_three_levels_of_forward_mode() -> None:
    f: Any = lambda v: v**4  # noqa: E731
    d = lambda g: lambda v: gs.jvp(g, (v,), (1.0,))[1]  # noqa: E731
    assert float(d(d(d(f)))(gs.constant(2.0))) == 48.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Accumulator(gs.constant(1.0), gs.constant([1.0])), "does not fit its primal"),
        (lambda: Accumulator([gs.constant(1.0)], []), "1 primals need as many tangents"),
        (lambda: Accumulator(1.0, gs.constant(1.0)), "a primal is a tensor or Variable, not float"),
        (lambda: Accumulator(gs.constant(1.0), gs.constant(1.0, dtype=gs.float32)), "float32 does not fit"),
    ],
)
def test_primals_and_tangents_that_do_not_match(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_primal_named_twice_and_reentry_are_refused() -> None:
    x = gs.constant(1.0)
    with pytest.raises(ValueError, match="named twice"):
        Accumulator([x, x], [gs.constant(1.0), gs.constant(2.0)])
    accumulator = Accumulator(x, gs.constant(1.0))
    with accumulator, pytest.raises(ValueError, match="already active"):
        accumulator.__enter__()


def test_complex_tangents_go_through_holomorphic_and_other_ops() -> None:
    z, v = np.array([1.0 + 2.0j, -0.5j]), np.array([0.3 - 1.0j, 2.0 + 0.0j])
    for f, want in (
        (gs.exp, np.exp(z) * v),
        (gs.abs, np.real(np.conj(z) * v) / np.abs(z)),
        (gs.math.conj, np.conj(v)),
        (lambda x: gs.sum(x * x), np.sum(2.0 * z * v)),
    ):
        np.testing.assert_allclose(gs.jvp(f, (z,), (v,))[1], want, rtol=1e-13)


def test_linearize_runs_the_function_once() -> None:
    runs = []

    def f(x: Any) -> Any:
        runs.append(1)
        return gs.tanh(x) * gs.sum(x), gs.sum(x**2)

    result, push = gs.linearize(f, X)
    for direction in np.eye(3):
        got = push(direction)
        want = gs.jvp(lambda x: (gs.tanh(x) * gs.sum(x), gs.sum(x**2)), (X,), (direction,))[1]
        np.testing.assert_allclose(got[0], want[0], rtol=1e-13)
        np.testing.assert_allclose(got[1], want[1], rtol=1e-13)
    assert len(runs) == 1
    assert result[0].shape == (3,)
