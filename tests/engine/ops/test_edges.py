"""Edges of single ops: corners, ties, zeros and extremes, by hand."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import gradstudio as gs


def gradient(function: Any, *values: Any) -> list[Any]:
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return [None if g is None else np.asarray(g).tolist() for g in tape.gradient(y, sources)]


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        (gs.maximum, (2.0, 2.0), [1.0, 0.0]),
        (gs.minimum, (2.0, 2.0), [1.0, 0.0]),
        (gs.maximum, ([1.0, 2.0], [2.0, 2.0]), [[0.0, 1.0], [1.0, 0.0]]),
        (gs.reduce_max, ([3.0, 3.0, 1.0, 3.0],), [[1 / 3, 1 / 3, 0.0, 1 / 3]]),
        (gs.reduce_min, ([1.0, 1.0],), [[0.5, 0.5]]),
        (lambda x: gs.clip(x, -1.0, 1.0), ([-2.0, -1.0, 1.0, 2.0],), [[0.0, 1.0, 1.0, 0.0]]),
        (gs.abs, ([-2.0, 0.0, 3.0],), [[-1.0, 0.0, 1.0]]),
        (gs.abs, (0.0,), [0.0]),
        (gs.relu, ([-1.0, 0.0, 2.0],), [[0.0, 0.0, 1.0]]),
        (gs.relu, (0.0,), [0.0]),
        (gs.relu6, ([0.0, 6.0, 3.0],), [[0.0, 0.0, 1.0]]),
        (gs.norm, ([0.0, 0.0],), [[0.0, 0.0]]),
        (gs.norm, ([3.0, 4.0],), [[0.6, 0.8]]),
        (gs.hypot, (0.0, 0.0), [0.0, 0.0]),
        (gs.std, ([2.0, 2.0],), [[0.0, 0.0]]),
        (lambda x: x**0.0, (0.0,), [0.0]),
        (lambda x: x**2, (0.0,), [0.0]),
        (lambda x: x**2, ([0.0, -3.0],), [[0.0, -6.0]]),
        (lambda x: x**3, (-2.0,), [12.0]),
        (gs.pow, (2.0, 3.0), [12.0, 8.0 * np.log(2.0)]),
        (gs.pow, (0.0, 0.0), [0.0, 0.0]),
        (gs.pow, (0.0, 2.0), [0.0, 0.0]),
        (gs.atan2, (0.0, 0.0), [0.0, 0.0]),
        (lambda x: gs.sqrt(x) * 0.0, (0.0,), [0.0]),
        (lambda x: gs.sqrt(x) * 0.0, ([0.0, 4.0],), [[0.0, 0.0]]),
        (gs.cumprod, ([2.0, 0.0, 3.0],), [[1.0, 2.0 + 6.0, 0.0]]),
        (gs.reduce_prod, ([2.0, 0.0, 3.0],), [[0.0, 6.0, 0.0]]),
        (gs.reduce_prod, ([0.0, 0.0, 3.0],), [[0.0, 0.0, 0.0]]),
        (gs.divide_no_nan, (1.0, 0.0), [0.0, 0.0]),
        (gs.mod, (5.5, 2.0), [1.0, -2.0]),
        (gs.sign, (-2.0,), [0.0]),
        (lambda x, y: gs.where(x > y, x, y), (1.0, 2.0), [0.0, 1.0]),
        (lambda x: x[gs.constant([0, 0, 1])], ([1.0, 2.0],), [[2.0, 1.0]]),
        (lambda x: gs.gather(x, [1, 1]), ([1.0, 2.0],), [[0.0, 2.0]]),
        (lambda x: x[x > 1.5], ([1.0, 2.0],), [[0.0, 1.0]]),
    ],
)
def test_gradient_at_corners_ties_and_zeros(function: Any, values: tuple[Any, ...], expected: list[Any]) -> None:
    found = gradient(function, *values)
    for got, want in zip(found, expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-15)


def test_sqrt_of_zero_has_an_infinite_slope() -> None:
    with np.errstate(all="ignore"):
        assert gradient(gs.sqrt, 0.0) == [np.inf]
        assert gradient(gs.sqrt, [0.0]) == [[np.inf]]


def test_a_log_of_zero_in_the_branch_that_is_not_taken_is_nan_by_the_chain_rule() -> None:
    with np.errstate(all="ignore"):
        (got,) = gradient(lambda x: gs.where(x > 0.0, gs.log(x), 0.0), [0.0, 1.0])
    assert np.isnan(got[0])
    assert got[1] == 1.0


@pytest.mark.parametrize(
    ("function", "value", "expected", "slope"),
    [
        (gs.sigmoid, [-1000.0, 1000.0], [0.0, 1.0], [0.0, 0.0]),
        (gs.softplus, [-1000.0, 1000.0], [0.0, 1000.0], [0.0, 1.0]),
        (gs.log_sigmoid, [-1000.0, 1000.0], [-1000.0, 0.0], [1.0, 0.0]),
        (gs.silu, [-1000.0, 1000.0], [0.0, 1000.0], [0.0, 1.0]),
        (gs.elu, [-1000.0, 1000.0], [-1.0, 1000.0], [0.0, 1.0]),
        (gs.tanh, [-1000.0, 1000.0], [-1.0, 1.0], [0.0, 0.0]),
        (gs.softmax, [1000.0, 0.0, -np.inf], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        (lambda x: gs.log_softmax(x)[:1], [1000.0, 0.0], [0.0], [0.0, 0.0]),
        (gs.logsumexp, [1000.0, 1000.0, -np.inf], 1000.0 + np.log(2.0), [0.5, 0.5, 0.0]),
        (lambda x: gs.sigmoid_cross_entropy([1.0, 0.0], x), [-1000.0, 1000.0], [1000.0, 1000.0], [-1.0, 1.0]),
        (lambda x: gs.softmax_cross_entropy([1.0, 0.0], x), [-1000.0, 0.0], 1000.0, [-1.0, 1.0]),
    ],
)
def test_extremes_stay_finite_and_make_no_warning(function: Any, value: Any, expected: Any, slope: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = gs.constant(value)
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        got = tape.gradient(y, x)
    np.testing.assert_allclose(y, expected, atol=1e-300)
    np.testing.assert_allclose(got, slope, atol=1e-300)


@pytest.mark.parametrize("op", [gs.sigmoid, gs.relu, gs.softplus, gs.tanh, gs.exp, gs.sin, gs.sqrt, gs.square, gs.silu])
def test_a_scalar_and_an_array_of_one_element_agree(op: Any) -> None:
    for value in (0.3, 1.7):
        scalar, array = gs.constant(value), gs.constant([value])
        with gs.GradientTape() as tape:
            tape.watch([scalar, array])
            y, z = op(scalar), op(array)
        ds, da = tape.gradient([y, z], [scalar, array])
        assert float(y) == pytest.approx(float(z[0]), rel=2e-16, abs=0)
        assert float(ds) == pytest.approx(float(da[0]), rel=4e-16, abs=0)


def test_the_hessian_of_a_product_with_a_zero_is_symmetric_and_right() -> None:
    x = gs.constant([2.0, 0.0, 3.0])
    with gs.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with gs.GradientTape() as inner:
            inner.watch(x)
            y = gs.reduce_prod(x)
        dy = inner.gradient(y, x)
        rows = [dy[i] for i in range(3)]
    hessian = np.stack([np.asarray(outer.gradient(r, x)) for r in rows])
    np.testing.assert_array_equal(hessian, [[0.0, 3.0, 0.0], [3.0, 0.0, 2.0], [0.0, 2.0, 0.0]])


def test_matmul_of_every_rank_against_the_sum_of_products() -> None:
    rng = np.random.default_rng(0)
    for a, b in [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 2)),
        ((4, 2, 3), (3, 5)),
        ((2, 3), (4, 3, 5)),
        ((4, 1, 2, 3), (5, 3, 2)),
    ]:
        x, y = gs.constant(rng.normal(size=a)), gs.constant(rng.normal(size=b))
        with gs.GradientTape() as tape:
            tape.watch([x, y])
            z = gs.matmul(x, y)
        dx, dy = tape.gradient(z, [x, y])
        np.testing.assert_allclose(np.asarray(z), np.matmul(np.asarray(x), np.asarray(y)))
        ones = np.ones(z.shape)
        left = np.asarray(x) if len(a) > 1 else np.asarray(x)[None]
        right = np.asarray(y) if len(b) > 1 else np.asarray(y)[:, None]
        batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        g = ones.reshape(*batch, left.shape[-2], right.shape[-1])
        want_x, want_y = g @ np.swapaxes(right, -1, -2), np.swapaxes(left, -1, -2) @ g
        while want_x.ndim > left.ndim:
            want_x = want_x.sum(0)
        while want_y.ndim > right.ndim:
            want_y = want_y.sum(0)
        want_x = want_x.sum(tuple(i for i, n in enumerate(left.shape) if n != want_x.shape[i]), keepdims=True)
        want_y = want_y.sum(tuple(i for i, n in enumerate(right.shape) if n != want_y.shape[i]), keepdims=True)
        np.testing.assert_allclose(np.asarray(dx), want_x.reshape(a))
        np.testing.assert_allclose(np.asarray(dy), want_y.reshape(b))


def test_binary_cross_entropy_at_certain_and_right_probabilities() -> None:
    p = gs.constant([1.0, 0.0])
    with gs.GradientTape() as tape:
        tape.watch(p)
        y = gs.binary_cross_entropy([1.0, 0.0], p)
    assert float(y) == 0.0
    np.testing.assert_array_equal(tape.gradient(y, p), [-0.5, 0.5])


def test_scans_take_exclusive_and_reverse() -> None:
    x = gs.constant([1.0, 2.0, 3.0])
    assert gs.cumsum(x, exclusive=True).tolist() == [0.0, 1.0, 3.0]
    assert gs.cumsum(x, reverse=True).tolist() == [6.0, 5.0, 3.0]
    assert gs.cumprod(x, exclusive=True, reverse=True).tolist() == [6.0, 3.0, 1.0]
    assert gs.cumsum(gs.ones((2, 2))).tolist() == [[1.0, 1.0], [2.0, 2.0]]


def test_special_functions_against_known_values() -> None:
    assert float(gs.erf(gs.constant(0.5))) == pytest.approx(0.5204998778130465, rel=1e-15)
    assert float(gs.lgamma(5.0)) == pytest.approx(np.log(24.0), rel=1e-15)
    assert float(gs.digamma(1.0)) == pytest.approx(-0.5772156649015329, rel=1e-14)
    assert float(gs.gelu(1.0)) == pytest.approx(0.8413447460685429, rel=1e-15)
