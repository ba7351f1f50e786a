"""Squared distances of all pairs by products of matrices: right to float32's rounding, wherever the points lie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, rows

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan.backends import distances
from gradstudio.engine.plan.passes import improve

RANDOM = np.random.default_rng(11)
N, M, K = 90, 70, 16


def points(count: int, spread: float = 1.0, centre: float = 0.0) -> np.ndarray:
    return (RANDOM.normal(size=(count, K)) * spread + centre).astype(np.float32)


def kernel(x: Any, y: Any) -> Any:
    """A sum over all pairs, and its gradients."""
    with gs.GradientTape() as tape:
        tape.watch([x, y])
        d = x - y
        total = gs.sum(gs.exp(gs.sum(d * d, axis=2) * -0.05))
    return total, tape.gradient(total, [x, y])


def root(x: Any, y: Any) -> Any:
    with gs.GradientTape() as tape:
        tape.watch([x, y])
        r = gs.sqrt(gs.sum((x - y) ** 2, axis=-1, keepdims=True))
        total = gs.sum(r)
    return r, tape.gradient(total, [x, y])


def pairs(x: np.ndarray, y: np.ndarray) -> tuple[Any, Any]:
    return gs.constant(x[:, None]), gs.constant(y[None])


@pytest.fixture(autouse=True)
def several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distances, "_BLOCK", 1 << 11)


@pytest.mark.parametrize("f", [kernel, root])
def test_distances_and_their_gradients_need_no_array_of_differences(f: Any) -> None:
    same = points(N)
    calls = [pairs(points(N), points(M)), pairs(points(N, 0.1), points(M, 3.0)), pairs(same, same[:M])]
    program = recorded(f, *calls[0])
    improve(program)
    assert all(len(v.shape) < 3 or v.size < N * M * K for v in [program.values[s.out] for s in program.body])
    assert {"squared_distances", "pulled_first", "pulled_second"} <= set(rows(program))
    agrees(f, *calls)


CLOUDS = {
    "around the origin": (points(N), points(M)),
    "far from it": (points(N, 1e-3, 1e3), points(M, 1e-3, 1e3)),
    "two far clusters": (points(N, 1e-2, 0.0), np.concatenate([points(M // 2, 1e-2), points(M - M // 2, 1e-2, 1e4)])),
    "equal points": (np.repeat(points(9), 10, 0), np.repeat(points(7), 10, 0)),
    "the same points": ((same := points(N)), same[:M]),
    "a large constant axis": (
        np.where(np.arange(K) == 3, np.float32(1.7e9), points(N)),
        np.where(np.arange(K) == 3, np.float32(1.7e9), points(M)),
    ),
    "tiny": (points(N, 1e-18), points(M, 1e-18)),
    "large": (points(N, 1e15), points(M, 1e15)),
}


@pytest.mark.parametrize("name", CLOUDS)
def test_every_distance_is_right_to_rounding(name: str) -> None:
    x, y = CLOUDS[name]
    wide = ((x[:, None].astype(np.float64) - y[None]) ** 2).sum(-1)
    found = distances.squared_distances(x[:, None], y[None])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wide, rtol=2.0**-23, atol=1e-45)


@pytest.mark.parametrize("name", CLOUDS)
def test_weighted_sums_of_differences_are_right_to_rounding(name: str) -> None:
    x, y = CLOUDS[name]
    w = RANDOM.normal(size=(N, M)).astype(np.float32)
    d = distances.squared_distances(x[:, None], y[None])
    each = w[:, :, None].astype(np.float64) * (x[:, None].astype(np.float64) - y[None])
    # As exact as float32 sums of float32 differences: units of rounding of all that is added up, and of the points.
    moved = 2.0**-30 * np.abs(w).sum() * (np.abs(x - y[0]).max() + np.abs(y - y[0]).max())
    for found, axis in ((distances.pulled_first, 1), (distances.pulled_second, 0)):
        error = np.abs(found(w, x[:, None], y[None], d) - each.sum(axis=axis, keepdims=True))
        assert (error <= 2.0**-23 * np.abs(each).sum(axis=axis, keepdims=True) + 2.0**-20 * moved).all()


def test_equal_points_add_nothing_however_large_their_weights() -> None:
    x = points(N)
    w = np.where(np.eye(N, dtype=bool), np.float32(1e20), np.float32(1e-20))
    d = distances.squared_distances(x[:, None], x[None])
    want = 1e-20 * (x.astype(np.float64) * N - x.sum(0, dtype=np.float64))
    np.testing.assert_allclose(distances.pulled_first(w, x[:, None], x[None], d)[:, 0], want, rtol=1e-5, atol=1e-24)
    np.testing.assert_allclose(distances.pulled_second(w, x[:, None], x[None], d)[0], -want, rtol=1e-5, atol=1e-24)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 3e38])
@pytest.mark.parametrize("place", [(0, 0), (5, 3)])
def test_points_that_are_not_finite_or_too_large(value: float, place: tuple[int, int]) -> None:
    x, y = points(N), points(M)
    odd = y.copy()
    odd[place] = value
    compiled = compile(kernel)
    compiled(*pairs(x, y))
    with np.errstate(all="ignore"):
        for args in (pairs(x, odd), (gs.constant(np.append(odd, odd[:20], 0)[:, None]), gs.constant(y[None]))):
            got, want = compiled(*args), kernel(*args)
            np.testing.assert_allclose(got[0].numpy(), want[0].numpy(), rtol=1e-5)
            for a, b in zip(got[1], want[1], strict=True):
                np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-3, atol=1e-5)
    assert compiled.replays == 2


def test_what_needs_the_differences_keeps_them() -> None:
    def outside(x: Any, y: Any) -> Any:
        d = x - y
        return gs.sum(d * d, axis=2), gs.sum(gs.abs(d), axis=2)

    def cubes(x: Any, y: Any) -> Any:
        d = x - y
        return gs.sum(d * d, axis=2), gs.sum(d, axis=1)

    def given(x: Any, y: Any) -> Any:
        d = x - y
        return gs.sum(d * d, axis=2), d

    def over_pairs(x: Any, y: Any) -> Any:
        d = x - y
        return gs.sum(d * d, axis=1)

    for f in (outside, cubes, given, over_pairs):
        program = recorded(f, *pairs(points(N), points(M)))
        improve(program)
        assert "squared_distances" not in rows(program)
        agrees(f, pairs(points(N), points(M)), pairs(points(N), points(M)))
    wide = [gs.cast(v, np.float64) for v in pairs(points(N), points(M))]
    program = recorded(kernel, *wide)
    improve(program)
    assert "squared_distances" not in rows(program)
