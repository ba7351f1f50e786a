"""Softmax, its relatives and the normal distribution as arithmetic: fewer exponentials, the same numbers everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, rows, same
from scipy import special

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan.passes import improve, improve_arrays, split_normal
from gradstudio.engine.plan.passes import rows as splitting

SOME = np.random.default_rng(3).normal(size=(300, 257)) * 3.0
WEIGHTS = np.cos(np.arange(300.0)) + 1.5


def gradient(f: Any) -> Any:
    """The value of a function and its gradient."""

    def both(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return y, tape.gradient(y, x)

    return both


def log_sum(x: Any) -> Any:
    return gs.sum(gs.logsumexp(x, axis=-1) * gs.cast(WEIGHTS, x.dtype))


def kept_log_sum(x: Any) -> Any:
    return gs.sum(gs.logsumexp(x, axis=1, keepdims=True) * (gs.sin(x) + 1.5))


def shares(x: Any) -> Any:
    p = gs.softmax(x)
    return gs.sum(p * p)


def logarithms(x: Any) -> Any:
    return gs.sum(gs.log_softmax(x) * (gs.cos(x) + 1.5))


def entropy(x: Any) -> Any:
    return gs.sum(gs.exp(gs.log_softmax(x)) * gs.log_softmax(x))


EVERY = [log_sum, kept_log_sum, shares, logarithms, entropy]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_million_exponentials_need_no_level_where_they_are_small(monkeypatch: pytest.MonkeyPatch, dtype: Any) -> None:
    monkeypatch.setattr(splitting, "_MANY", SOME.size)
    x = gs.constant(SOME.astype(dtype))
    compiled = agrees(gradient(shares), (x,), (x * -20.0,), (x + 300.0,), (x - 9.0,), tolerance=1e-11)
    assert "raised(" in compiled.sources[0]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("f", EVERY)
def test_rows_in_blocks_give_what_ops_give(f: Any, dtype: Any) -> None:
    x = gs.constant(SOME.astype(dtype))
    compiled = agrees(gradient(f), (x,), (x * -20.0,), (x + 300.0,), tolerance=1e-11)
    assert "def stretch1" in compiled.sources[0]


@pytest.mark.parametrize("f", EVERY)
def test_exponentials_are_computed_once(f: Any) -> None:
    program = recorded(gradient(f), gs.constant(SOME))
    improve(program)
    improve_arrays(program)
    assert rows(program).count("exp") == 1
    assert not {"softmax", "log_softmax", "logsumexp"} & set(rows(program))


@pytest.mark.parametrize("f", [gs.logsumexp, gs.softmax, gs.log_softmax])
def test_rows_with_infinities_and_nan(f: Any) -> None:
    x = SOME.copy()
    x[1, 5] = -np.inf
    x[2] = -np.inf
    x[3, 7] = np.inf
    x[4] = np.inf
    x[5, 1], x[5, 2] = np.inf, -np.inf
    x[6, 6] = np.nan
    x[7], x[7, 0] = -np.finfo(np.float64).max, np.finfo(np.float64).max
    x[8], x[8, 0] = -1e300, 1e300
    each_row = gradient(lambda x: f(x, axis=-1))
    compiled = compile(each_row)
    compiled(SOME)
    with np.errstate(all="ignore"):
        for got, want in zip(compiled(x), each_row(gs.constant(x)), strict=True):
            np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-12, atol=1e-15)
    assert compiled.replays == 1


def test_rows_of_equal_numbers_share_equally_however_large_they_are() -> None:
    compiled = compile(gradient(lambda x: gs.logsumexp(x, axis=-1)))
    for x in (SOME, np.full_like(SOME, 1e300), np.full_like(SOME, -np.finfo(np.float64).max)):
        found = compiled(x)[1].numpy()
    np.testing.assert_allclose(found, 1.0 / 257.0, rtol=1e-14)


def test_what_only_looks_like_a_way_back_stays() -> None:
    square = gs.constant(SOME[:257])

    def f(x: Any) -> Any:
        total = gs.logsumexp(x, axis=-1)
        return gs.exp(x - total), gs.exp(x.T - gs.reshape(total, (-1, 1))), gs.exp(x - gs.reshape(total, (-1, 1)))

    agrees(f, (square,), (square * 0.5,), tolerance=1e-11)
    one = gs.constant(np.linspace(-1.0, 1.0, 70_000)[:, None])
    agrees(lambda x: gs.exp(x - gs.log_softmax(x)) + gs.exp(x - gs.logsumexp(x, axis=-1, keepdims=True)), (one,))


def test_second_derivatives_of_rows() -> None:
    def f(x: Any) -> Any:
        with gs.GradientTape() as outer:
            outer.watch(x)
            with gs.GradientTape() as inner:
                inner.watch(x)
                y = log_sum(x) + shares(x)
            slope = gs.sum(inner.gradient(y, x) ** 2)
        return outer.gradient(slope, x)

    agrees(f, (gs.constant(SOME),), (gs.constant(SOME * 0.3),), tolerance=1e-10)


def test_the_normal_distribution_shares_the_exponential_of_its_density() -> None:
    def f(x: Any) -> Any:
        return gs.sum(gs.ndtr(x) * x)

    long = gs.constant(np.linspace(-9.0, 9.0, 70_001))
    program = recorded(gradient(f), long)
    improve(program)
    improve_arrays(program)
    assert rows(program).count("exp") == 1
    agrees(gradient(f), (long,), (long * 0.25,), tolerance=1e-12)
    short = recorded(gradient(f), gs.constant(np.linspace(-9.0, 9.0, 7)))
    split_normal(short)
    assert "ndtr" in rows(short)


@pytest.mark.parametrize(("dtype", "near", "far"), [(np.float64, 1e-14, 5e-13), (np.float32, 1e-6, 5e-6)])
def test_the_normal_distribution_is_right_everywhere(dtype: Any, near: float, far: float) -> None:
    ends = (-37.0, 9.0) if dtype is np.float64 else (-12.9, 6.0)
    some = [0.0, -0.0, -50.0, 50.0, np.inf, -np.inf, np.nan]
    x = np.concatenate([np.linspace(*ends, 70_001), some]).astype(dtype)
    compiled = compile(lambda x: gs.ndtr(x) + 0.0)
    compiled(gs.constant(x))
    found = compiled(gs.constant(x)).numpy()
    assert (compiled.replays, found.dtype) == (1, dtype)
    wide = x.astype(np.float64)
    # The logarithm's relative error is what SciPy is right to so far out.
    want = np.where(wide < -1.0, np.exp(special.log_ndtr(wide)), special.ndtr(wide))
    np.testing.assert_allclose(found, want, rtol=far, atol=0.0)
    close = x > -5.0
    np.testing.assert_allclose(found[close], want[close], rtol=near)


def test_quotients_that_are_0_where_the_numerator_is() -> None:
    x = SOME.copy()
    x[::3] = 0.0

    def f(x: Any) -> Any:
        return gs.sum(gs.sqrt(x * x)) + gs.sum(gs.math.xdivy(x, gs.sin(x)))

    agrees(gradient(f), (gs.constant(SOME),), (gs.constant(x),), (gs.constant(x[:, ::-1].copy()),), tolerance=1e-11)
    small = gs.constant([0.0, 2.0, 0.0]), gs.constant([0.0, 0.5, np.nan])
    agrees(gs.math.xdivy, small)
    same(compile(gs.math.xdivy)(*small), gs.constant([0.0, 4.0, 0.0]))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("axis", [0, 1, 2, -1, (0,), (1,), (0, 1), (1, 2), (0, 2), (2, 0), (0, 1, 2), None])
@pytest.mark.parametrize("keepdims", [False, True])
def test_sums_and_extremes_over_any_axes(axis: Any, keepdims: bool, dtype: Any) -> None:
    x = np.sin(np.arange(61 * 40 * 33.0)).reshape(61, 40, 33).astype(dtype)

    def f(x: Any) -> Any:
        y = gs.cos(x) * x - 0.25
        return [g(y, axis=axis, keepdims=keepdims) for g in (gs.sum, gs.max, gs.min, gs.mean)]

    agrees(f, (x,), (x * 2.0,), (np.asfortranarray(x),))
    agrees(f, (x[:, :, :5],), (x[:, :, :5] * 2.0,))
    agrees(lambda x: gs.sum(x, axis=axis, keepdims=keepdims) * 1.5, (x,), (x * 2.0,), (np.asfortranarray(x),))
