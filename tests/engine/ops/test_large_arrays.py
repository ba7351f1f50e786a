"""Rules and forward functions that treat large arrays in a way of their own give what they give for small ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.ops.large_arrays import by_rows, lie_in_rows
from gradstudio.engine.ops.normal import distribution

Function = Callable[..., Any]
ROWS, WIDTH = 301, 1031  # several blocks of rows, the last of them shorter


def numbers(*dims: int, start: float = 0.3, dtype: Any = np.float64) -> np.ndarray:
    n = np.arange(float(np.prod(dims)))
    return (np.cos(1.7 * n + start) * 2.0).reshape(dims).astype(dtype)


X = numbers(ROWS, WIDTH)
FUNCTIONS: dict[str, tuple[Function, tuple[np.ndarray, ...]]] = {
    "softmax": (gs.softmax, (X,)),
    "softmax of many axes": (gs.softmax, (X.reshape(7, 43, WIDTH),)),
    "softmax of the other axis": (lambda x: gs.softmax(x, axis=0), (X,)),
    "softmax of a transpose": (lambda x: gs.softmax(gs.transpose(x)), (X,)),
    "log_softmax": (gs.log_softmax, (X,)),
    "logsumexp": (lambda x: gs.logsumexp(x, axis=-1), (X,)),
    "logsumexp, kept": (lambda x: gs.logsumexp(x, axis=1, keepdims=True), (X,)),
    "logsumexp of all": (gs.logsumexp, (X,)),
    "sparse cross entropy": (
        lambda x: gs.nn.sparse_softmax_cross_entropy_with_logits(labels=np.arange(ROWS), logits=x),
        (X,),
    ),
    "cross entropy": (
        lambda x: gs.nn.softmax_cross_entropy_with_logits(labels=np.abs(X[::-1]), logits=x),
        (X,),
    ),
    "tanh": (gs.tanh, (X,)),
    "sigmoid": (gs.sigmoid, (X,)),
    "sin": (gs.sin, (X,)),
    "relu": (gs.nn.relu, (X,)),
    "ndtr": (gs.ndtr, (X,)),
    "sum": (lambda x: gs.sum(x, axis=0), (X,)),
    "mean": (lambda x: gs.mean(x, axis=(0, 1)), (X,)),
    "product with a row": (gs.multiply, (X, numbers(WIDTH))),
    "product with a column": (gs.multiply, (numbers(ROWS, 1), X)),
    "product with thin axes": (gs.multiply, (X.reshape(7, 43, WIDTH), numbers(43, 1, start=1.0))),
    "product with a number": (gs.multiply, (X, np.array([1.5]))),
    "difference from a row": (gs.subtract, (X, numbers(WIDTH))),
    "difference from a column": (gs.subtract, (X, numbers(ROWS, 1))),
    "difference from a number": (gs.subtract, (X, np.array(1.5))),
    "quotient by a column": (gs.divide, (X, numbers(ROWS, 1) + 3.0)),
    "quotient by a row": (gs.divide, (X, numbers(WIDTH) + 3.0)),
}


def gradients(f: Function, values: tuple[np.ndarray, ...], recorded: bool) -> list[np.ndarray]:
    """Gradients of the products of the results with numbers; recorded ones come from the rules written over ops."""
    inputs = [gs.constant(v) for v in values]
    with gs.GradientTape() as outer:
        if recorded:
            outer.watch(inputs)
        with gs.GradientTape() as tape:
            tape.watch(inputs)
            y = f(*inputs)
            loss = gs.sum(y * numbers(*y.shape, start=0.9, dtype=y.dtype))
        found = tape.gradient(loss, inputs)
    return [np.asarray(g) for g in found]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_are_those_of_the_rules_that_are_recorded(name: str) -> None:
    f, values = FUNCTIONS[name]
    before = [v.copy() for v in values]
    plain, recorded = gradients(f, values, False), gradients(f, values, True)
    for a, b, v in zip(plain, recorded, values, strict=True):
        assert (a.shape, a.dtype) == (v.shape, v.dtype)
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-13)
    for v, old in zip(values, before, strict=True):
        np.testing.assert_array_equal(v, old)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_keeps_its_dtype_and_comes_near(name: str) -> None:
    f, values = FUNCTIONS[name]
    narrow = tuple(v.astype(np.float32) for v in values)
    for a, b in zip(gradients(f, narrow, False), gradients(f, values, False), strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-3 * np.abs(b).max())


def test_forward_by_rows_is_what_the_definition_says() -> None:
    e = np.exp(X)
    np.testing.assert_allclose(gs.softmax(X), e / e.sum(1, keepdims=True), rtol=1e-13)
    np.testing.assert_allclose(gs.logsumexp(X, axis=1), np.log(e.sum(1)), rtol=1e-13)
    assert gs.logsumexp(X, axis=-1, keepdims=True).shape == (ROWS, 1)


def test_rows_of_infinities_have_the_same_sums_as_small_ones() -> None:
    x = X.copy()
    x[0], x[1, 3], x[2, 5], x[3] = -np.inf, np.inf, np.nan, -np.inf
    x[3, 0] = 1.0
    whole = np.asarray(gs.logsumexp(x, axis=1))
    np.testing.assert_array_equal(whole[:4], [-np.inf, np.inf, np.nan, 1.0])
    (g,) = gradients(lambda x: gs.logsumexp(x, axis=1), (x,), False)
    np.testing.assert_array_equal(g[0], 0.0)


def test_relu_sends_nothing_through_what_is_not_positive() -> None:
    assert gs.grad(lambda x: gs.sum(gs.nn.relu(x)))(np.array([-1.0, 0.0, 2.0])).tolist() == [0.0, 0.0, 1.0]


def test_rows_are_visited_once_each() -> None:
    x = np.arange(3.0 * 100_000).reshape(3, 100_000)
    assert [lie_in_rows(x, -1), lie_in_rows(x, 1), lie_in_rows(x, 0), lie_in_rows(x.T, 1)] == [True, True, False, False]
    np.testing.assert_array_equal(by_rows(lambda x, y, out: np.add(x, y, out=out), x, x[:, :1]), x + x[:, :1])


def test_the_normal_distribution_is_right_to_a_few_roundings_in_both_tails() -> None:
    x = np.linspace(-12.9, 12.9, 40_001, dtype=np.float32)
    expected = [0.5 * math.erfc(-float(v) / math.sqrt(2.0)) for v in x]
    np.testing.assert_allclose(distribution(x), expected, rtol=4 * np.finfo(np.float32).eps)
    far = np.array([np.nan, np.inf, -np.inf, 0.0, 3e38, -3e38], np.float32)
    np.testing.assert_array_equal(distribution(far), np.array([np.nan, 1.0, 0.0, 0.5, 1.0, 0.0], np.float32))


def test_ndtr_gives_large_arrays_what_it_gives_small_ones() -> None:
    x = numbers(40, 500, dtype=np.float32)
    large = gs.ndtr(x)
    assert (large.shape, large.dtype) == ((40, 500), np.float32)
    np.testing.assert_allclose(large, gs.ndtr(x.astype(np.float64)), rtol=5e-7)
