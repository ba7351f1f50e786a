"""Running results, differences, areas, convolution and interpolation: options, zeros, ties, knots and empty axes."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gradstudio as gs

CUBE = np.cos(np.arange(60.0) * 1.3 + 0.2).reshape(3, 4, 5)
MINUS = -np.inf


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def gradient(function: Callable[..., Any], *values: Any, g: Any = None) -> list[np.ndarray]:
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return [np.asarray(d) for d in tape.gradient(y, sources, output_gradients=None if g is None else np.array(g))]


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_running_results_are_numpys_along_every_axis(axis: int | None) -> None:
    np.testing.assert_allclose(gs.cumsum(CUBE, axis), np.cumsum(CUBE, axis), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(gs.cumprod(CUBE, axis), np.cumprod(CUBE, axis), rtol=1e-13)
    lined, along = (CUBE.ravel(), 0) if axis is None else (CUBE, axis)
    np.testing.assert_array_equal(gs.cummax(CUBE, axis), np.maximum.accumulate(lined, along))
    np.testing.assert_array_equal(gs.cummin(CUBE, axis), np.minimum.accumulate(lined, along))
    np.testing.assert_allclose(gs.cumulative_logsumexp(CUBE, axis), np.logaddexp.accumulate(lined, along), rtol=1e-13)


def test_without_a_word_scans_run_along_the_first_axis() -> None:
    x = np.ones((2, 3))
    np.testing.assert_array_equal(gs.cumsum(x), [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])
    for scan in (gs.cumprod, gs.cummax, gs.cummin, gs.math.cumulative_logsumexp):
        assert scan(x).shape == (2, 3)


def test_scans_leave_the_element_out_and_run_backwards_when_asked() -> None:
    x = [1.0, 2.0, 3.0]
    assert gs.cumsum(x, 0, True).tolist() == [0.0, 1.0, 3.0]
    assert gs.cumsum(x, reverse=True).tolist() == [6.0, 5.0, 3.0]
    assert gs.cumsum(x, 0, True, True).tolist() == [5.0, 3.0, 0.0]
    assert gs.math.cumprod(x, exclusive=True).tolist() == [1.0, 1.0, 2.0]
    assert gs.cumprod(x, exclusive=True, reverse=True).tolist() == [6.0, 3.0, 1.0]
    assert gs.cummax([1.0, 3.0, 2.0], reverse=True).tolist() == [3.0, 3.0, 2.0]
    np.testing.assert_allclose(gs.cumulative_logsumexp(x, exclusive=True), [MINUS, 1.0, np.logaddexp(1.0, 2.0)])


def test_scans_of_numbers_of_empty_axes_and_of_integers() -> None:
    for scan in (gs.cumsum, gs.cumprod, gs.cummax, gs.cummin, gs.cumulative_logsumexp):
        np.testing.assert_array_equal(scan(2.0), [2.0])
        assert float(gradient(scan, 2.0)[0]) == 1.0
        assert scan(np.zeros((2, 0)), axis=1).shape == (2, 0)
        assert gradient(lambda x, f=scan: f(x, axis=1), np.zeros((2, 0)))[0].shape == (2, 0)
        assert gradient(lambda x, f=scan: f(x, axis=1), np.zeros((0, 3)))[0].shape == (0, 3)
    assert gs.cumsum(np.array([1, 2])).dtype == np.int64
    assert gs.cumsum(np.array([1, 2]), dtype=gs.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("x", "options", "expected"),
    [
        ([2.0, 0.0, 3.0], {}, [1.0, 8.0, 0.0]),
        ([0.0, 0.0, 3.0], {}, [1.0, 0.0, 0.0]),
        ([2.0, 0.0, 3.0], {"reverse": True}, [0.0, 3.0 + 6.0, 1.0]),
        ([2.0, 0.0, 3.0], {"exclusive": True}, [1.0, 2.0, 0.0]),
    ],
)
def test_the_gradient_of_a_running_product_is_right_with_zeros(x: Any, options: Any, expected: Any) -> None:
    (got,) = gradient(lambda v: gs.cumprod(v, **options), x)
    np.testing.assert_array_equal(got, expected)


def test_the_hessian_of_a_running_product_is_right_with_zeros() -> None:
    x = gs.constant([2.0, 0.0, 0.0])
    with gs.GradientTape() as outer:
        outer.watch(x)
        with gs.GradientTape() as inner:
            inner.watch(x)
            y = gs.cumprod(x)
        dy = inner.gradient(y, x, output_gradients=np.array([0.0, 0.0, 1.0]))
    np.testing.assert_array_equal(outer.jacobian(dy, x), [[0.0, 0.0, 0.0], [0.0, 0.0, 2.0], [0.0, 2.0, 0.0]])


def test_a_recurrence_is_what_a_loop_makes() -> None:
    factor, term = CUBE[0], CUBE[1]
    want, state = [], np.zeros(4)
    for i in range(5):
        state = factor[:, i] * state + term[:, i]
        want.append(state)
    np.testing.assert_allclose(gs.recurrence(factor, term), np.stack(want, -1), rtol=1e-13)
    with pytest.raises(ValueError, match="last axes of equal length"):
        gs.recurrence([1.0, 2.0], [1.0])


def test_running_logarithms_of_sums_stay_finite_and_never_see_infinity_less_infinity() -> None:
    x = [MINUS, 1000.0, MINUS, 1000.0]
    np.testing.assert_allclose(gs.cumulative_logsumexp(x), [MINUS, 1000.0, 1000.0, 1000.0 + np.log(2.0)])
    (got,) = gradient(gs.cumulative_logsumexp, x, g=[1.0, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(got, [0.0, 2.5, 0.0, 0.5])
    (got,) = gradient(lambda v: gs.cumulative_logsumexp(v, exclusive=True), [1.0, 2.0], g=[5.0, 1.0])
    np.testing.assert_allclose(got, [1.0, 0.0])


def test_of_equal_running_extremes_the_last_gets_the_gradient() -> None:
    g = [1.0, 10.0, 100.0, 1000.0]
    np.testing.assert_array_equal(gradient(gs.cummax, [2.0, 2.0, 1.0, 3.0], g=g)[0], [1.0, 110.0, 0.0, 1000.0])
    np.testing.assert_array_equal(gradient(gs.cummin, [2.0, 2.0, 3.0, 1.0], g=g)[0], [1.0, 110.0, 0.0, 1000.0])
    np.testing.assert_array_equal(gs.cummax([1.0, np.nan, 2.0]), [1.0, np.nan, np.nan])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_differences_are_numpys_any_number_of_times(n: int, axis: int) -> None:
    want = np.diff(CUBE, n, axis)
    got = gs.diff(CUBE, n, axis)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-15)
    (back,) = gradient(lambda x: gs.diff(x, n, axis), CUBE)
    assert back.shape == CUBE.shape


def test_differences_take_edges_and_refuse_what_has_no_axis() -> None:
    np.testing.assert_array_equal(gs.diff([1.0, 4.0], prepend=0.0, append=[9.0, 16.0]), [1.0, 3.0, 5.0, 7.0])
    with pytest.raises(ValueError, match="no axis"):
        gs.diff(3.0)
    with pytest.raises(ValueError, match="n=-1"):
        gs.diff([1.0, 2.0], n=-1)


def test_areas_are_numpys_with_steps_with_points_and_along_any_axis() -> None:
    points = np.array([0.0, 0.5, 1.0, 3.0])
    np.testing.assert_allclose(gs.trapezoid(CUBE, dx=0.5, axis=0), np.trapezoid(CUBE, dx=0.5, axis=0), rtol=1e-13)
    np.testing.assert_allclose(gs.trapezoid(CUBE, points, axis=1), np.trapezoid(CUBE, points, axis=1), rtol=1e-13)
    np.testing.assert_allclose(gs.trapezoid(y=CUBE, x=CUBE * 2.0), np.trapezoid(CUBE, CUBE * 2.0), rtol=1e-13)
    y, x = gradient(gs.trapezoid, [1.0, 3.0, 2.0], [0.0, 1.0, 3.0])
    np.testing.assert_allclose(y, [0.5, 1.5, 1.0])
    np.testing.assert_allclose(x, [-2.0, -0.5, 2.5])


@pytest.mark.parametrize("edge_order", [1, 2])
def test_slopes_are_those_of_numpys_gradient(edge_order: int) -> None:
    places = np.array([0.0, 0.5, 1.75, 2.0])
    for spacing in ((), (0.5,), (places,)):
        got = gs.gradient(CUBE, *spacing, axis=1, edge_order=edge_order)
        want = np.gradient(CUBE, *spacing, axis=1, edge_order=edge_order)
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)
    found = gs.gradient(CUBE, 2.0, places, [0, 1, 3, 4, 7], edge_order=edge_order)
    for got, want in zip(found, np.gradient(CUBE, 2.0, places, [0, 1, 3, 4, 7], edge_order=edge_order), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)


def test_slopes_need_enough_elements_and_fitting_coordinates() -> None:
    np.testing.assert_array_equal(gs.gradient([1.0, 4.0]), [3.0, 3.0])
    with pytest.raises(ValueError, match="too short: it needs at least 3"):
        gs.gradient([1.0, 4.0], edge_order=2)
    with pytest.raises(ValueError, match="do not fit an axis of length 2"):
        gs.gradient([1.0, 4.0], [0.0, 1.0, 2.0])
    with pytest.raises(TypeError, match="2 spacings do not fit 3 axes"):
        gs.gradient(CUBE, 1.0, 2.0)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_convolution_and_correlation_are_numpys_for_all_lengths(mode: str) -> None:
    for n, m in itertools.product(range(1, 6), repeat=2):
        a, v = CUBE.ravel()[:n], CUBE.ravel()[7 : 7 + m]
        np.testing.assert_allclose(gs.convolve(a, v, mode), np.convolve(a, v, mode), rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(gs.correlate(a, v, mode), np.correlate(a, v, mode), rtol=1e-12, atol=1e-15)
        z, w = a + 1j * v[0], v - 2j * a[0]
        np.testing.assert_allclose(gs.correlate(z, w, mode), np.correlate(z, w, mode), rtol=1e-12, atol=1e-15)


def test_convolution_refuses_matrices_empty_sequences_and_unknown_modes() -> None:
    with pytest.raises(ValueError, match=r"two sequences .*\[2,2\] and \[1\]"):
        gs.convolve(np.ones((2, 2)), [1.0])
    with pytest.raises(ValueError, match="two sequences"):
        gs.correlate(np.zeros(0), [1.0])
    with pytest.raises(ValueError, match="no mode 'some'"):
        gs.convolve([1.0], [1.0], "some")


POINTS, KNOWN = [0.0, 1.0, 3.0], [1.0, 3.0, -1.0]


def test_interpolation_is_numpys_inside_outside_and_around() -> None:
    x = np.array([[-1.0, 0.0, 0.5], [1.0, 2.0, 3.5]])
    for options in ({}, {"left": 7.0}, {"right": -7.0}, {"period": 4.0}, {"period": -2.5}):
        np.testing.assert_allclose(gs.interp(x, POINTS, KNOWN, **options), np.interp(x, POINTS, KNOWN, **options))
    np.testing.assert_allclose(gs.interp(x=0.5, xp=POINTS, fp=KNOWN), 2.0)
    np.testing.assert_allclose(gs.interp([-1.0, 0.0, 1.0], [0.0], [5.0]), [5.0, 5.0, 5.0])
    assert np.isnan(float(gs.interp(np.nan, POINTS, KNOWN)))


def test_interpolation_passes_gradients_to_the_place_the_points_and_the_values() -> None:
    x, points, known = gradient(gs.interp, 1.5, POINTS, KNOWN)
    assert float(x) == -2.0
    np.testing.assert_allclose(points, [0.0, 1.5, 0.5])  # the line from (1, 3) moves along with its ends
    np.testing.assert_allclose(known, [0.0, 0.75, 0.25])


def test_at_a_point_the_slope_is_the_one_on_the_right_and_outside_it_is_zero() -> None:
    (x, _, known) = gradient(gs.interp, [-1.0, 0.0, 1.0, 3.0, 4.0], POINTS, KNOWN)
    np.testing.assert_array_equal(x, [0.0, 2.0, -2.0, -2.0, 0.0])
    np.testing.assert_array_equal(known, [2.0, 1.0, 2.0])


def test_interpolation_refuses_points_and_values_that_do_not_pair() -> None:
    with pytest.raises(ValueError, match=r"points \[2\] and values \[3\]"):
        gs.interp(0.5, [0.0, 1.0], KNOWN)
