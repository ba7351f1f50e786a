"""Sums as products with ones: the numbers of NumPy's sums in every layout, and no NaN beside its own row or column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine import sums

SHAPES = [(1, 1), (5, 3), (7, 1), (1, 9), (0, 4), (4, 0), (3, 4, 5), (2, 3, 4, 5), (sums._PART // 3 + 5, 3), (600, 900)]


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "c16", "i8"])
@pytest.mark.parametrize("dims", SHAPES)
def test_over_first_axes(dims: tuple[int, ...], dtype: str) -> None:
    g = (np.random.default_rng(0).normal(size=dims) * 4).astype(dtype)
    for extra in range(1, len(dims) + 1):
        found, plain = sums.over_first(g, extra), np.add.reduce(g, axis=tuple(range(extra)))
        assert (found.shape, found.dtype) == (plain.shape, plain.dtype)
        if dtype[0] == "f" and dtype != "f2":
            np.testing.assert_allclose(found, g.sum(axis=tuple(range(extra)), dtype="f8"), rtol=1e-4, atol=1e-2)
        else:
            np.testing.assert_array_equal(found, plain)


@pytest.mark.parametrize("dims", [(5, 3), (7, 1), (1, 9), (4, 3000), (2, 3, 4)])
def test_along_rows(dims: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=dims)
    for form in (x, x.astype("f4"), np.asfortranarray(x), x[::-1], x.astype("f2"), x + 1j):
        wanted = form.astype("c16").sum(axis=-1, keepdims=True)
        found = sums.along_rows(form)
        assert (found.shape, found.dtype) == (wanted.shape, form.dtype)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=0.2 if form.dtype == "f2" else 1e-4)


def test_layouts_without_gaps_and_with() -> None:
    whole = np.random.default_rng(2).normal(size=(40, 30))
    for g in (whole, whole.T, whole[::2], whole[:, ::3], np.asfortranarray(whole), np.broadcast_to(whole[0], (9, 30))):
        np.testing.assert_allclose(sums.over_first(g, 1), g.sum(axis=0), rtol=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stays_in_its_column_and_row(bad: float) -> None:
    for dims in ((50, 7), (sums._PART // 4 + 3, 4)):
        g = np.ones(dims, np.float32)
        g[11, 2] = bad
        np.testing.assert_array_equal(sums.over_first(g, 1), g.sum(axis=0))
        np.testing.assert_array_equal(sums.along_rows(g), g.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_the_gradient_of_what_is_broadcast(dtype: Any) -> None:
    b = gs.Variable(np.zeros(4, dtype))
    x = np.random.default_rng(3).normal(size=(2, 500, 4)).astype(dtype)
    with gs.GradientTape() as tape:
        y = gs.sum((x + b) * x)
    found = tape.gradient(y, b)
    assert (found.shape, found.dtype) == ((4,), dtype)
    np.testing.assert_allclose(found.numpy(), x.astype("f8").sum(axis=(0, 1)), rtol=1e-4, atol=1e-3)
