"""Norms of vectors and matrices of every order, at zeros and ties, and clipping by them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gradstudio as gs

CUBE = np.cos(np.arange(60.0) * 1.3 + 0.2).reshape(3, 4, 5)


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


@pytest.mark.parametrize("ord", [0, 1, 2, 3, 0.5, -1, -2, np.inf, -np.inf])
def test_vector_norms_are_numpys_for_every_order(ord: float) -> None:
    np.testing.assert_allclose(gs.norm(CUBE, ord, axis=1), np.linalg.norm(CUBE, ord, axis=1), rtol=1e-13)
    np.testing.assert_allclose(gs.norm(CUBE[0, 0], ord), np.linalg.norm(CUBE[0, 0], ord), rtol=1e-13)
    several = np.linalg.vector_norm(CUBE, axis=(0, 2), ord=ord)
    np.testing.assert_allclose(gs.linalg.vector_norm(CUBE, axis=(0, 2), ord=ord), several, rtol=1e-13)


@pytest.mark.parametrize("ord", ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
@pytest.mark.parametrize("keepdims", [False, True])
def test_matrix_norms_are_numpys_over_any_two_axes(ord: Any, keepdims: bool) -> None:
    for axis in ((0, 1), (2, 0), (-1, -2)):
        want = np.linalg.norm(CUBE, ord, axis, keepdims)
        got = gs.norm(CUBE, ord, axis, keepdims)
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-12)
    np.testing.assert_allclose(gs.linalg.matrix_norm(CUBE, ord), np.linalg.norm(CUBE, ord, (1, 2)), rtol=1e-12)


def test_without_an_axis_an_array_is_one_vector_as_in_tensorflow() -> None:
    x = np.array([[1.0, -2.0], [3.0, -4.0]])
    assert float(gs.norm(x, ord=1)) == 10.0
    assert float(gs.norm(x, ord=np.inf)) == 4.0
    assert float(gs.norm(x, ord=2)) == pytest.approx(np.sqrt(30.0), rel=1e-15)
    assert float(gs.norm(CUBE)) == pytest.approx(np.linalg.norm(CUBE), rel=1e-14)
    assert gs.norm(x, "euclidean", None, True).shape == (1, 1)


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no order of a vector norm"):
        gs.norm([1.0, 2.0], ord="nuc")
    with pytest.raises(ValueError, match="no matrix norm"):
        gs.norm(CUBE, ord=3, axis=(0, 1))
    with pytest.raises(ValueError, match="over 3 axes"):
        gs.norm(CUBE, ord=1, axis=(0, 1, 2))


@pytest.mark.parametrize(
    ("ord", "x", "expected"),
    [
        (2, [0.0, 0.0], [0.0, 0.0]),
        (2, [3.0, 4.0], [0.6, 0.8]),
        (1, [-2.0, 0.0, 5.0], [-1.0, 0.0, 1.0]),
        (np.inf, [-3.0, 3.0, 1.0], [-0.5, 0.5, 0.0]),
        (-np.inf, [-3.0, 1.0, 1.0], [0.0, 0.5, 0.5]),
        (3, [0.0, 2.0], [0.0, 1.0]),
        (3, [0.0, 0.0], [0.0, 0.0]),
        (0, [0.0, 2.0], [0.0, 0.0]),
        (0.5, [0.0, 2.0], [0.0, 1.0]),
        (-1, [0.0, 2.0], [0.0, 0.0]),
    ],
)
def test_gradients_of_norms_at_zeros_and_ties(ord: float, x: Any, expected: Any) -> None:
    (got,) = gradient(lambda v: gs.norm(v, ord), x)
    np.testing.assert_allclose(got, expected, rtol=1e-15)
    assert np.all(np.isfinite(hessian(lambda v: gs.norm(v, ord), x)))


def test_the_second_derivative_of_a_length_is_right_beside_a_zero_element() -> None:
    np.testing.assert_allclose(hessian(gs.norm, [0.0, 2.0]), [[0.5, 0.0], [0.0, 0.0]], atol=1e-16)


def test_norms_of_integers_are_floating() -> None:
    assert float(gs.norm(np.array([3, 4]))) == 5.0


def test_the_global_norm_joins_all_tensors_and_passes_over_none() -> None:
    assert float(gs.global_norm([np.array([3.0]), None, np.array([[0.0], [4.0]])])) == 5.0
    a, b = gradient(lambda x, y: gs.linalg.global_norm([x, y]), [0.0, 0.0], 0.0)
    np.testing.assert_array_equal(a, [0.0, 0.0])
    assert b == 0.0
    with pytest.raises(ValueError, match="no tensor"):
        gs.global_norm([])


def test_clipping_by_norm_shortens_what_is_too_long_and_leaves_the_rest() -> None:
    np.testing.assert_allclose(gs.clip_by_norm([3.0, 4.0], 1.0), [0.6, 0.8])
    np.testing.assert_array_equal(gs.clip_by_norm([3.0, 4.0], 10.0), [3.0, 4.0])
    np.testing.assert_allclose(gs.clip_by_norm([[3.0, 0.3], [4.0, 0.4]], 1.0, axes=[0]), [[0.6, 0.3], [0.8, 0.4]])
    np.testing.assert_array_equal(gs.clip_by_norm([0.0, 0.0], clip_norm=1.0), [0.0, 0.0])
    np.testing.assert_array_equal(gradient(lambda t: gs.clip_by_norm(t, 1.0), [0.0, 0.0])[0], [1.0, 1.0])
    x, c = gradient(gs.clip_by_norm, [3.0, 4.0], 1.0, g=[1.0, 0.0])
    np.testing.assert_allclose(x, [0.2 * 0.64, -0.2 * 0.48])
    assert float(c) == pytest.approx(0.6)


def test_clipping_by_the_global_norm_scales_all_alike_and_gives_the_norm() -> None:
    (a, none, b), length = gs.clip_by_global_norm([np.array([3.0]), None, np.array([4.0])], 2.5)
    assert none is None
    assert float(length) == 5.0
    np.testing.assert_allclose([a[0], b[0]], [1.5, 2.0])
    (a,), length = gs.clip_by_global_norm(t_list=[np.array([3.0])], clip_norm=6.0, use_norm=12.0)
    np.testing.assert_allclose(a, [1.5])
    assert float(length) == 12.0
    (a,), _ = gs.clip_by_global_norm([np.array([np.inf, 1.0])], 1.0)
    assert np.all(np.isnan(np.asarray(a)))
