"""Reductions at their edges: zeros, ties, NaN, nothing at all, every kind of axis."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gradstudio as gs

CUBE = np.cos(np.arange(60.0) * 1.3 + 0.2).reshape(3, 4, 5)
HOLES = np.where(CUBE > 0.9, np.nan, CUBE)
NAN = np.nan


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def gradient(function: Callable[..., Any], *values: Any, g: Any = None) -> list[Any]:
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return [
        None if d is None else np.asarray(d)
        for d in tape.gradient(y, sources, output_gradients=None if g is None else np.array(g))
    ]


def hessian(function: Callable[[Any], Any], value: Any) -> np.ndarray:
    x = gs.constant(value)
    with gs.GradientTape() as outer:
        outer.watch(x)
        with gs.GradientTape() as inner:
            inner.watch(x)
            y = function(x)
        dy = inner.gradient(y, x)
    return np.asarray(outer.jacobian(dy, x))


NAMES = "sum mean prod max min var std nansum nanmean nanprod nanmax nanmin nanvar nanstd median nanmedian ptp".split()


@pytest.mark.parametrize("name", [*NAMES, "any", "all", "count_nonzero"])
@pytest.mark.parametrize("axis", [None, 0, -1, 2, (0, 1), (-1, 0), [1, 2]])
@pytest.mark.parametrize("keepdims", [False, True])
def test_a_reduction_gives_what_numpy_gives_over_every_kind_of_axis(name: str, axis: Any, keepdims: bool) -> None:
    x = HOLES if name.startswith("nan") else CUBE
    plain = tuple(axis) if isinstance(axis, list) else axis
    want = getattr(np, name)(x, axis=plain, keepdims=keepdims)
    got = getattr(gs, name)(x, axis=axis, keepdims=keepdims)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("axis", [1, [1, 2], np.array([1, 2])])
def test_the_axis_may_be_an_integer_tensor(axis: Any) -> None:
    plain = tuple(np.atleast_1d(axis).tolist())
    got = gs.reduce_sum(CUBE, gs.constant(np.asarray(axis)), True)
    np.testing.assert_allclose(got, CUBE.sum(axis=plain, keepdims=True), rtol=1e-14)


def test_tensorflow_names_and_orders_of_arguments_are_taken() -> None:
    np.testing.assert_allclose(gs.reduce_mean(CUBE, 1, True, name="m"), CUBE.mean(1, keepdims=True))
    np.testing.assert_allclose(gs.math.reduce_variance(input_tensor=CUBE, axis=[0, 1]), CUBE.var((0, 1)))
    np.testing.assert_allclose(
        gs.math.reduce_euclidean_norm(CUBE, 2, True), np.linalg.norm(CUBE, axis=2, keepdims=True)
    )
    np.testing.assert_array_equal(gs.math.count_nonzero(CUBE > 0, axis=1, dtype=gs.int32), (CUBE > 0).sum(1))
    assert gs.math.count_nonzero(CUBE, dtype=gs.int32).dtype == np.int32


def test_a_sum_in_another_dtype_gives_a_gradient_in_its_own() -> None:
    x = gs.constant(np.ones(3, np.float32))
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = gs.sum(x, dtype=np.float64)
    assert y.dtype == np.float64
    assert tape.gradient(y, x).dtype == np.float32


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (gs.sum, 0.0),
        (gs.prod, 1.0),
        (gs.mean, NAN),
        (gs.var, NAN),
        (gs.std, NAN),
        (gs.median, NAN),
        (gs.nanmean, NAN),
        (gs.nansum, 0.0),
        (gs.logsumexp, -np.inf),
        (gs.norm, 0.0),
        (lambda x, axis=None: gs.quantile(x, 0.3, axis=axis), NAN),
    ],
)
def test_reductions_of_nothing_have_a_value_and_an_empty_gradient_without_warnings(
    function: Callable[..., Any], expected: float
) -> None:
    np.testing.assert_array_equal(function(np.zeros((2, 0)), axis=1), [expected, expected])
    np.testing.assert_array_equal(function(np.zeros((0, 2))), expected)
    (got,) = gradient(lambda x: function(x, axis=1), np.zeros((2, 0)))
    assert got.shape == (2, 0)
    (got,) = gradient(lambda x: function(x, axis=1), np.zeros((0, 2)))
    assert got.shape == (0, 2)


@pytest.mark.parametrize("function", [gs.max, gs.min, gs.argmax, gs.ptp])
def test_the_extreme_of_nothing_is_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"zero-size|empty"):
        function(np.zeros(0))


def test_an_empty_tuple_of_axes_reduces_nothing() -> None:
    for function in (gs.sum, gs.mean, gs.prod, gs.max, gs.logsumexp):
        np.testing.assert_allclose(function(CUBE, axis=()), CUBE, rtol=1e-15)
        (got,) = gradient(lambda x, f=function: f(x, axis=()), CUBE)
        np.testing.assert_allclose(got, np.ones_like(CUBE))


@pytest.mark.parametrize(
    ("x", "axis", "expected"),
    [
        ([2.0, 0.0, 3.0], None, [0.0, 6.0, 0.0]),
        ([0.0, 0.0, 3.0], None, [0.0, 0.0, 0.0]),
        ([[2.0, 0.0], [5.0, 3.0]], 0, [[5.0, 3.0], [2.0, 0.0]]),
        ([[2.0, 0.0], [5.0, 3.0]], (0, 1), [[0.0, 30.0], [0.0, 0.0]]),
        (0.0, None, 1.0),
    ],
)
def test_the_gradient_of_a_product_with_zeros_is_what_the_others_make(x: Any, axis: Any, expected: Any) -> None:
    (got,) = gradient(lambda v: gs.prod(v, axis=axis), x)
    np.testing.assert_array_equal(got, expected)


def test_a_product_with_zeros_is_right_to_the_third_order() -> None:
    x = gs.constant([2.0, 0.0, 0.0])
    with gs.GradientTape(persistent=True) as third:
        third.watch(x)
        with gs.GradientTape(persistent=True) as second:
            second.watch(x)
            with gs.GradientTape() as first:
                first.watch(x)
                y = gs.prod(x)
            d0 = first.gradient(y, x)[0]
        d01 = second.gradient(d0, x)[1]
    np.testing.assert_array_equal(third.gradient(d01, x), [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(
        hessian(gs.prod, [2.0, 0.0, 3.0]), [[0.0, 3.0, 0.0], [3.0, 0.0, 2.0], [0.0, 2.0, 0.0]]
    )


def test_equal_extremes_share_the_gradient() -> None:
    np.testing.assert_allclose(gradient(gs.reduce_max, [3.0, 3.0, 1.0, 3.0])[0], [1 / 3, 1 / 3, 0.0, 1 / 3])
    np.testing.assert_allclose(
        gradient(lambda x: gs.reduce_min(x, axis=0, keepdims=True), [[1.0, 5.0], [1.0, 2.0]])[0], [[0.5, 0], [0.5, 1]]
    )
    np.testing.assert_allclose(gradient(gs.ptp, [1.0, 4.0, 4.0])[0], [-1.0, 0.5, 0.5])


def test_logsumexp_of_infinities_is_finite_where_it_can_be() -> None:
    minus, plus = -np.inf, np.inf
    assert float(gs.logsumexp([minus, minus])) == minus
    assert float(gs.logsumexp([plus, 900.0])) == plus
    np.testing.assert_array_equal(gradient(gs.logsumexp, [minus, minus])[0], [0.0, 0.0])
    np.testing.assert_array_equal(gradient(gs.logsumexp, [minus, 3.0])[0], [0.0, 1.0])
    np.testing.assert_allclose(
        gradient(lambda x: gs.logsumexp(x, axis=0), [[1000.0, -1000.0], [1000.0, 0.0]])[0], [[0.5, 0.0], [0.5, 1.0]]
    )


def test_the_spread_of_complex_numbers_is_real_and_its_gradient_points_away_from_the_mean() -> None:
    z = np.array([1 + 2j, 3 - 1j, -0.5 + 0.25j])
    assert gs.var(z).dtype == np.float64
    assert float(gs.var(z)) == pytest.approx(np.var(z), rel=1e-15)
    np.testing.assert_allclose(gradient(gs.var, z)[0], 2.0 / 3.0 * (z - z.mean()), rtol=1e-14)
    np.testing.assert_allclose(gradient(gs.std, z)[0], (z - z.mean()) / (3.0 * np.std(z)), rtol=1e-14)
    np.testing.assert_allclose(gradient(gs.norm, z)[0], z / np.linalg.norm(z), rtol=1e-14)


@pytest.mark.parametrize(("x", "ddof", "expected"), [([3.0], 1, NAN), ([3.0, 4.0], 2, np.inf), ([3.0, 4.0], 3, np.inf)])
def test_a_variance_without_freedom_is_infinite_or_nan_and_makes_no_warning(x: Any, ddof: int, expected: float) -> None:
    np.testing.assert_array_equal(gs.var(x, ddof=ddof), expected)
    assert np.all(np.isnan(gradient(lambda v: gs.var(v, ddof=ddof), x)[0]))


def test_the_standard_deviation_of_equal_numbers_has_the_gradient_zero_at_both_orders() -> None:
    np.testing.assert_array_equal(gradient(gs.std, [2.0, 2.0])[0], [0.0, 0.0])
    np.testing.assert_array_equal(gradient(gs.nanstd, [2.0, NAN, 2.0])[0], [0.0, 0.0, 0.0])
    assert np.all(np.isfinite(hessian(gs.std, [2.0, 2.0])))


def test_nan_is_left_out_and_gets_the_gradient_zero() -> None:
    x = [1.0, NAN, 3.0]
    for function, value, slope in [
        (gs.nansum, 4.0, [1.0, 0.0, 1.0]),
        (gs.nanmean, 2.0, [0.5, 0.0, 0.5]),
        (gs.nanprod, 3.0, [3.0, 0.0, 1.0]),
        (gs.nanvar, 1.0, [-1.0, 0.0, 1.0]),
        (gs.nanstd, 1.0, [-0.5, 0.0, 0.5]),
        (gs.nanmax, 3.0, [0.0, 0.0, 1.0]),
        (gs.nanmin, 1.0, [1.0, 0.0, 0.0]),
        (gs.nanmedian, 2.0, [0.5, 0.0, 0.5]),
        (lambda v: gs.nanquantile(v, 0.25), 1.5, [0.75, 0.0, 0.25]),
        (lambda v: gs.nanpercentile(v, 75.0), 2.5, [0.25, 0.0, 0.75]),
    ]:
        assert float(function(x)) == pytest.approx(value, rel=1e-15)
        np.testing.assert_allclose(gradient(function, x)[0], slope, rtol=1e-14)


def test_where_everything_is_nan_the_result_is_what_is_left_without_warnings() -> None:
    x = [[NAN, NAN], [1.0, NAN]]
    for function, expected in [
        (gs.nansum, [0.0, 1.0]),
        (gs.nanprod, [1.0, 1.0]),
        (gs.nanmean, [NAN, 1.0]),
        (gs.nanvar, [NAN, 0.0]),
        (gs.nanmax, [NAN, 1.0]),
        (gs.nanmin, [NAN, 1.0]),
        (gs.nanmedian, [NAN, 1.0]),
    ]:
        np.testing.assert_array_equal(function(x, axis=1), expected)


METHODS = (
    "linear lower higher nearest midpoint inverted_cdf interpolated_inverted_cdf hazen weibull median_unbiased "
    "normal_unbiased"
).split()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("q", [0, 1, 0.3, [0.1, 0.9], [[0.25, 0.5], [0.75, 1.0]]])
@pytest.mark.parametrize(("axis", "keepdims"), [(None, False), (0, True), ((0, 2), False), (-1, True)])
def test_quantiles_are_those_of_numpy(method: str, q: Any, axis: Any, keepdims: bool) -> None:
    want = np.quantile(CUBE, q, axis=axis, method=method, keepdims=keepdims)
    got = gs.quantile(CUBE, q, axis, method, keepdims)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=1e-13)
    if np.ndim(q) > 1:
        return  # NumPy mixes up the axes there
    want = np.nanquantile(HOLES, q, axis=axis, method=method, keepdims=keepdims)
    np.testing.assert_allclose(gs.nanquantile(HOLES, q, axis, method, keepdims), want, rtol=1e-13)


def test_the_gradient_of_a_quantile_goes_to_its_two_neighbours_and_to_q() -> None:
    to_x, to_q = gradient(gs.quantile, [5.0, 1.0, 4.0, 2.0], 0.4)
    np.testing.assert_allclose(to_x, [0.0, 0.0, 0.2, 0.8], rtol=1e-14)  # at 1.2 of 0..3: between 2 and 4
    assert float(to_q) == pytest.approx(6.0)  # (4 - 2) * 3


def test_medians_and_quantiles_of_infinities_and_nan() -> None:
    assert float(gs.median([1.0, np.inf, np.inf])) == np.inf
    assert float(gs.median([-np.inf, 2.0, np.inf])) == 2.0
    assert np.isnan(float(gs.median([1.0, NAN, 2.0])))
    np.testing.assert_array_equal(gs.median([[1.0, NAN], [2.0, 3.0]], axis=1), [NAN, 2.5])
    np.testing.assert_array_equal(gs.median([3, 1, 2, 5]), 2.5)
    np.testing.assert_allclose(gradient(gs.median, [2.0, 7.0, 1.0, 2.0])[0], [0.5, 0.0, 0.0, 0.5])


def test_a_quantile_outside_0_to_1_and_an_unknown_method_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        gs.quantile(CUBE, 1.5)
    with pytest.raises(ValueError, match="between 0 and 100"):
        gs.percentile(CUBE, [50.0, -1.0])
    with pytest.raises(ValueError, match="no method 'best': use one of linear"):
        gs.quantile(CUBE, 0.5, method="best")


def test_a_weighted_average_is_numpys_and_passes_gradients_to_its_weights() -> None:
    weights = np.abs(CUBE) + 1.0
    for axis, w in [(None, weights), (1, np.arange(4.0) + 1), ((2, 0), weights[:, 0, :].T), ((0, 2), weights[:, 0, :])]:
        got, total = gs.average(CUBE, axis, w, True)
        want, count = np.average(CUBE, axis, w, True)
        np.testing.assert_allclose(got, want, rtol=1e-13)
        np.testing.assert_allclose(total, count, rtol=1e-13)
    to_x, to_w = gradient(lambda x, w: gs.average(x, weights=w), [1.0, 4.0], [1.0, 3.0])
    np.testing.assert_allclose(to_x, [0.25, 0.75])
    np.testing.assert_allclose(to_w, [(1.0 - 3.25) / 4, (4.0 - 3.25) / 4])
    with pytest.raises(ValueError, match=r"weights of shape \[3\] fit neither x \[2\]"):
        gs.average([1.0, 2.0], weights=[1.0, 2.0, 3.0])


def test_covariance_is_numpys_with_every_option() -> None:
    x, y = CUBE[0], CUBE[1]
    counts, worth = np.array([1, 2, 1, 3, 1]), np.abs(CUBE[2, 0])
    for options in (
        {},
        {"bias": True},
        {"ddof": 0},
        {"rowvar": False},
        {"fweights": counts},
        {"aweights": worth},
        {"fweights": counts, "aweights": worth, "ddof": 2},
    ):
        np.testing.assert_allclose(gs.cov(x, **options), np.cov(x, **options), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(gs.cov(x, y, True, True), np.cov(x, y, True, True), rtol=1e-12)
    assert gs.cov(x[0]).shape == ()
    np.testing.assert_allclose(gs.cov(x[0], y[0]), np.cov(x[0], y[0]), rtol=1e-12)
    z = x + 1j * y
    np.testing.assert_allclose(gs.cov(z), np.cov(z), rtol=1e-12)


def test_correlation_is_numpys_and_one_on_the_diagonal() -> None:
    x, y = CUBE[0], CUBE[1]
    np.testing.assert_allclose(gs.corrcoef(x, y), np.corrcoef(x, y), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(gs.corrcoef(x, rowvar=False), np.corrcoef(x, rowvar=False), rtol=1e-12, atol=1e-15)
    assert float(gs.corrcoef(x[0])) == 1.0


def test_scans_and_positions_leave_nan_out() -> None:
    np.testing.assert_allclose(gs.nancumsum(HOLES, axis=1), np.nancumsum(HOLES, axis=1), rtol=1e-13)
    np.testing.assert_allclose(gs.nancumprod(HOLES), np.nancumprod(HOLES), rtol=1e-13)
    np.testing.assert_array_equal(gs.nanargmax(HOLES, axis=2), np.nanargmax(HOLES, axis=2))
    assert int(gs.nanargmin(HOLES)) == int(np.nanargmin(HOLES))


def test_positions_of_extremes_are_along_the_first_axis_unless_it_is_said_otherwise() -> None:
    assert gs.argmax(CUBE).shape == (4, 5)
    assert gs.argmax(CUBE).dtype == np.int64
    np.testing.assert_array_equal(gs.argmin(CUBE, 2, gs.int32), np.argmin(CUBE, 2))
    assert gs.argmin(CUBE, 2, gs.int32).dtype == np.int32
    assert int(gs.argmax(CUBE, axis=None)) == int(np.argmax(CUBE))
    np.testing.assert_array_equal(gs.argmax(CUBE, axis=1, keepdims=True), np.argmax(CUBE, 1, keepdims=True))
    assert int(gs.math.argmax([1.0, 5.0, 5.0])) == 1


@pytest.mark.parametrize(
    "name", [*NAMES, "logsumexp", "quantile", "average", "norm", "count_nonzero", "argmax", "diff"]
)
def test_an_axis_that_does_not_exist_is_refused(name: str) -> None:
    more = {"q": 0.5} if name == "quantile" else {"ord": 1} if name == "norm" else {}
    for axis in (3, -4):
        with pytest.raises(ValueError, match=rf"axis {axis} (does not exist|is out of bounds)"):
            getattr(gs, name)(CUBE, axis=axis, **more)
