"""Squared distances of all pairs of points, and sums over their differences, as products of matrices.

For float32 points x[n, 1, k] and y[1, m, k]. |x - y|² = |x|² + |y|² - 2 x y loses the digits that the points have in
common, so it is computed in float64, from the middle of the points as the origin, and what may have lost too many is
computed from the differences. With e = 2^-53 and N = |x|² + |y|², seen from that origin, the products are off by
(k + 8) 4 e N at most. Where that is more than 2^-26 of the distance the differences are taken; so every squared
distance is right to 2^-26 of itself before it is rounded to float32, closer than a sum of float32 squares.

The sums over j of w[i, j] (x[i] - y[j]), and over i, are off by (m + 8) 4 e sum |w[i, j]| (|x[i]| + |y[j]|) at most,
axis by axis: for thousands of points as if each lay elsewhere by a thousandth of its own rounding. Pairs of equal
points add exactly nothing. Where a number is not finite the differences are taken.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_BLOCK = 1 << 17
"""How many pairs are computed at once: 1 MiB of float64."""
_TOO_MANY = 16
"""If more than one pair in so many is too close, all of a block are computed from their differences."""


_SOME = 32
"""About so many points say where the middle is."""


def squared_distances(x: np.ndarray, y: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Of all pairs: [n, m], float32."""
    found: np.ndarray = np.empty((x.shape[0], y.shape[1]), x.dtype) if out is None else out
    a, b = _from_origin(x[:, 0], y[0])
    norms, others = np.einsum("ij,ij->i", a, a), np.einsum("ij,ij->i", b, b)
    columns = np.ascontiguousarray(-2.0 * b.T)
    limit = (x.shape[-1] + 8) * 2.0**-25
    most = others.max()
    for rows in _blocks(len(a), len(b)):
        d = a[rows] @ columns
        d += norms[rows, None]
        d += others
        if not d.min() >= limit * (norms[rows].max() + most):  # some may be too close, or not finite
            close = ~(d >= limit * (norms[rows, None] + others))
            count = np.count_nonzero(close)
            if count * _TOO_MANY > d.size:
                d = _of_differences(x[rows], y)
            elif count:
                i, j = np.nonzero(close)
                d[close] = _of_differences(x[rows, 0][i], y[0][j])
        found[rows] = d
    return found


def pulled_first(
    w: np.ndarray, x: np.ndarray, y: np.ndarray, d: np.ndarray, out: np.ndarray | None = None
) -> np.ndarray:
    """The sums over j of w[i, j] (x[i] - y[j]): [n, 1, k]. w: [n, m]; d: the squared distances."""
    found: np.ndarray = np.empty_like(x) if out is None else out
    a, b = _from_origin(x[:, 0], y[0])
    with_ones = np.concatenate([b, np.ones((len(b), 1))], 1)
    for rows in _blocks(len(a), len(b)):
        sums = _weights(w[rows], d[rows]) @ with_ones
        found[rows, 0] = a[rows] * sums[:, -1:] - sums[:, :-1]
    return found if _is_finite(found) else np.sum(w[:, :, None] * (x - y), axis=1, keepdims=True, out=found)


def pulled_second(
    w: np.ndarray, x: np.ndarray, y: np.ndarray, d: np.ndarray, out: np.ndarray | None = None
) -> np.ndarray:
    """The sums over i of w[i, j] (x[i] - y[j]): [1, m, k]."""
    found: np.ndarray = np.empty_like(y) if out is None else out
    a, b = _from_origin(x[:, 0], y[0])
    with_ones = np.concatenate([a, np.ones((len(a), 1))], 1)
    sums = np.zeros((len(b), x.shape[-1] + 1))
    for rows in _blocks(len(a), len(b)):
        sums += _weights(w[rows], d[rows]).T @ with_ones[rows]
    found[0] = sums[:, :-1] - b * sums[:, -1:]
    return found if _is_finite(found) else np.sum(w[:, :, None] * (x - y), axis=0, keepdims=True, out=found)


def _from_origin(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points as float64, seen from the middle of some of them, whatever lies far out."""
    origin = np.median(y[:: max(1, len(y) // _SOME)].astype(np.float64), axis=0)
    return x - origin, y - origin


def _blocks(count: int, width: int) -> Iterator[slice]:
    step = max(1, _BLOCK // width)
    return (slice(i, min(i + step, count)) for i in range(0, count, step))


def _of_differences(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Squared distances over the last axis."""
    d = np.subtract(x, y, dtype=np.float64)
    found: np.ndarray = np.einsum("...i,...i->...", d, d)
    return found


def _weights(w: np.ndarray, d: np.ndarray) -> np.ndarray:
    """The weights as float64, 0 for pairs of equal points unless they are infinite or NaN, which makes all NaN."""
    found = w.astype(np.float64)
    if not d.min(initial=1.0) > 0.0:
        found[(d == 0.0) & np.isfinite(w)] = 0.0
    return found


def _is_finite(x: np.ndarray) -> bool:
    return bool(np.isfinite(x).all())
