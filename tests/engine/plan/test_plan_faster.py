"""Other ways to compute rows: bounds of many numbers, exponentials without a level, quotients as products."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded

import gradstudio as gs
from gradstudio.engine.plan.backends.faster import HIGHEST, clip, divided, levels, raised
from gradstudio.engine.plan.backends.runner import buffers_of
from gradstudio.engine.plan.passes import improve, improve_arrays

SPECIAL = [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-45, -3.0, 5.0]


@pytest.mark.parametrize("ufunc", [np.maximum, np.minimum])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 8, 4099])
def test_bounds_are_numpys(ufunc: Any, dtype: Any, size: int) -> None:
    x = np.resize(np.array(SPECIAL, dtype), size)
    for bound in (0, -2.5, 15.0):
        bounds = (dtype(bound), dtype(np.inf)) if ufunc is np.maximum else (dtype(-np.inf), dtype(bound))
        for into in (np.empty_like(x), None, np.empty((2 * size,), dtype)[::2]):
            assert np.array_equal(clip(x, *bounds, into), ufunc(x, bound), equal_nan=True)
        compiled = agrees(lambda x, bound=bound: getattr(gs, ufunc.__name__)(x, bound), (x,), (x[::-1],))
        assert f"clip(x0, {'k' if ufunc is np.maximum else 'k_minus_inf'}" in compiled.sources[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "tops", [[0.0, 3.0, 16.0], [0.5, -0.5], [2.0, 17.0], [np.nan, 1.0], [np.inf, 1.0], [-np.inf], []]
)
def test_exponentials_have_a_level_where_they_need_one(dtype: Any, tops: list[float]) -> None:
    top = np.array(tops, dtype)[:, None]
    with np.errstate(invalid="ignore"):
        x = top - np.array([0.0, 1.0, 90.0, np.inf], dtype)
        level, want = levels(top), np.exp(x - top)
        is_tame = all(0.0 <= t <= HIGHEST for t in tops)
        assert np.array_equal(level, np.zeros_like(top) if is_tame else top, equal_nan=True)
        got = raised(x, level, np.empty_like(x))
        assert np.array_equal(raised(x.copy(), level), got, equal_nan=True)
        np.testing.assert_allclose(got / np.exp(top - level), want, rtol=1e-5 if dtype is np.float32 else 1e-13)
    assert levels(top, top) is top


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_quotients_are_right_also_where_reciprocals_are_not(dtype: Any) -> None:
    tiny, huge = np.finfo(dtype).tiny, np.finfo(dtype).max
    for some in ([2.0, -3.0, 0.7], [1.0, 0.0], [tiny / 4, 1.0], [huge, 1.0], [np.inf, 1.0], [np.nan, 1.0], []):
        y = np.array(some, dtype)[:, None]
        x = np.array([[1.0, 0.0, tiny, huge, np.inf, np.nan, -5.5]], dtype) * np.ones_like(y)
        with np.errstate(all="ignore"):
            want = x / y
            np.testing.assert_allclose(divided(x, y, np.empty_like(x)), want, rtol=4 * np.finfo(dtype).eps)
            assert divided(x, y, x) is x
        assert np.array_equal(np.isnan(x), np.isnan(want))


def rows_of_plan(f: Any, *args: Any) -> str:
    program = recorded(f, *args)
    improve(program)
    improve_arrays(program)
    return str(program)


def layer(x: Any, gain: Any) -> Any:
    with gs.GradientTape() as tape:
        tape.watch([x, gain])
        c = x - gs.mean(x, axis=1, keepdims=True)
        y = c / gs.sqrt(gs.mean(c * c, axis=1, keepdims=True) + 1e-5) * gain
        loss = gs.sum(y * y * y)
    return loss, tape.gradient(loss, [x, gain])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layers_of_long_rows(dtype: Any) -> None:
    x = np.sin(np.arange(130 * 520.0) ** 2).reshape(130, 520).astype(dtype)
    calls = [(gs.constant(k * x), gs.constant(x[3] + 1.0)) for k in (1.0, -30.0, 0.0, 1e-3)]
    compiled = agrees(layer, *calls, tolerance=1e-10)
    assert compiled.sources[0].count("divided(") >= 2
    text = rows_of_plan(layer, *calls[0])
    doubled = [line for line in text.splitlines() if "= add(" in line and "[130,1]" in line]
    assert doubled  # a factor of rows is added to itself in place of a product of rows


def test_a_sum_of_quotients_is_divided_once() -> None:
    x = gs.constant(np.cos(np.arange(130 * 520.0)).reshape(130, 520))

    def f(x: Any) -> Any:
        r = gs.sum(gs.exp(x), axis=1, keepdims=True)
        return gs.sum((x / r) * gs.sin(x), axis=1, keepdims=True) * gs.sqrt(r)

    agrees(f, (x,), (x * 0.5,), tolerance=1e-11)
    line = next(line for line in rows_of_plan(f, x).splitlines() if "= divide(" in line)
    assert line.endswith("[130,1]")


def test_what_is_used_elsewhere_is_neither_doubled_nor_taken_out() -> None:
    x = gs.constant(np.cos(np.arange(130 * 520.0)).reshape(130, 520))

    def f(x: Any) -> Any:
        r = gs.sum(gs.exp(x), axis=1, keepdims=True)
        p, q = x * r, x / r
        s = gs.sin(x) + p
        return s + p, s, p, q, gs.sum(q * x, axis=1, keepdims=True), (gs.cos(x) + q) + q

    agrees(f, (x,), (x * 0.5,), tolerance=1e-11)


def test_buffers_are_numpys_own_again() -> None:
    before = np.getbufsize()
    compiled = gs.compile(layer)
    for _ in range(2):
        compiled(np.ones((130, 520)), np.ones(520))
    assert np.getbufsize() == before
    with buffers_of(4100):
        assert np.getbufsize() == 4096
    with buffers_of(100):
        assert np.getbufsize() == before
