"""Convolution of sequences, and straight lines between known points."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op

primitive = category("reduction")
composite = composites("reduction")
V = np.array([0.5, -1.25, 2.0, 0.75, 1.5])
W = np.array([1.0, -2.0, 0.5])


def _against(g: Any, other: Any, length: int) -> Any:
    """The transpose of a full convolution with `other`, for a sequence of a length."""
    start = shapes.shape(other)[0] - 1
    return op.getitem(op.full_convolution(g, op.flip(other, axis=0)), key=slice(start, start + length))


@primitive(
    (
        lambda g, _ans, _x, y: _against(g, y, shapes.shape(_x)[0]),
        lambda g, _ans, x, _y: _against(g, x, shapes.shape(_y)[0]),
    ),
    listed=False,
    jvp="multilinear",
)
def full_convolution(xp: Any, x: Any, y: Any) -> Any:
    """Every overlap of two sequences: x.size + y.size - 1 sums of products."""
    return xp.convolve(xp.asarray(x), xp.asarray(y))


def _part(full: Any, n: int, m: int, mode: str, start: int) -> Any:
    """The part of all overlaps that the mode asks for; start: where "same" begins."""
    if mode == "full":
        return full
    short, long = min(n, m), max(n, m)
    if mode == "same":
        return op.getitem(full, key=slice(start, start + long))
    if mode == "valid":
        return op.getitem(full, key=slice(short - 1, long))
    raise ValueError(f"there is no mode {mode!r}: use 'full', 'same' or 'valid'")


def _lengths(name: str, a: Any, v: Any) -> tuple[int, int]:
    dims = shapes.shape(a), shapes.shape(v)
    if not all(len(d) == 1 and d[0] for d in dims):
        raise ValueError(
            f"{name}: it takes two sequences (one axis, one or more elements), not "
            f"{shapes.text(dims[0])} and {shapes.text(dims[1])}"
        )
    return dims[0][0], dims[1][0]


MODES = (
    Sample((V, W)),
    Sample((V, W), {"mode": "same"}),
    Sample((W, V), {"mode": "valid"}),
    Sample((V, V[:2]), {"mode": "same"}),
    Sample((V + 0.5j, W - 1j), {"mode": "full"}),
)


@composite(samples=MODES)
def convolve(a: Any, v: Any, *, mode: str = "full") -> Any:
    """Convolution of two sequences: sums of the products of one with the other reversed, at every shift.

    mode: "full" gives every overlap; "same" as many as the longer has, from the middle; "valid" where they overlap
    entirely. Raises ValueError for inputs that are no sequences.
    """
    n, m = _lengths("convolve", a, v)
    return _part(op.full_convolution(a, v), n, m, mode, (min(n, m) - 1) // 2)


@composite(samples=MODES)
def correlate(a: Any, v: Any, *, mode: str = "valid") -> Any:
    """Correlation of two sequences: sums of the products of a with the conjugate of v, at every shift of v.

    mode: as in convolve. Raises ValueError for inputs that are no sequences.
    """
    n, m = _lengths("correlate", a, v)
    v = op.conj(v) if v.dtype.kind == "c" else v
    full = op.full_convolution(a, op.flip(v, axis=0))
    # NumPy slides the shorter one and turns the result round where that is a.
    return _part(full, n, m, mode, (m - 1) // 2 if n >= m else n // 2)


@primitive(differentiable=False, listed=False)
def interval(xp: Any, x: Any, points: Any) -> Any:
    """The number of the first point beyond x, but at least 1 and at most the last."""
    found = xp.searchsorted(xp.asarray(points), xp.asarray(x), side="right")
    last = shapes.shape(points)[0] - 1
    return xp.clip(found, min(1, last), last)


POINTS, VALUES = np.array([0.0, 1.0, 2.5, 4.0]), np.array([1.0, -0.5, 2.0, 0.25])


@composite(
    renamed={"xp": "points", "fp": "known"},
    samples=(
        Sample((np.array([[0.3, 1.7], [3.9, 2.2]]), POINTS, VALUES)),
        Sample((1.2, POINTS, VALUES)),
        Sample((np.array([-1.0, 0.5, 5.0]), POINTS, VALUES), {"left": 7.0}),
        Sample((np.array([-1.3, 2.9, 11.2]), POINTS[::-1], VALUES), {"period": 5.0}),
        Sample((POINTS, POINTS, VALUES), smooth=False),
    ),
)
def interp(x: Any, points: Any, known: Any, *, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The value at x on straight lines through (points, known); points rise.

    left, right: what holds below and above the points (the first and last value). period: the points repeat, in any
    order. Gradients go to x, to the points and to the values; at a point x gets the slope on its right, at the last
    one that on its left. Raises ValueError for points that are no sequence as long as the values.
    """
    if len(shapes.shape(points)) != 1 or shapes.shape(points) != shapes.shape(known) or not shapes.shape(points)[0]:
        raise ValueError(
            f"interp: points {shapes.text(shapes.shape(points))} and values {shapes.text(shapes.shape(known))} must be "
            "sequences of the same length, with one element or more"
        )
    if period is not None:
        period = abs(period)
        x, points = op.mod(x, period), op.mod(points, period)
        order = op.argsort(points)
        points, known = op.take(points, order), op.take(known, order)
        first, last = slice(0, 1), slice(-1, None)
        points = op.concatenate(
            [op.getitem(points, key=last) - period, points, op.getitem(points, key=first) + period], axis=0
        )
        known = op.concatenate([op.getitem(known, key=last), known, op.getitem(known, key=first)], axis=0)
    above = op.interval(x, points)
    below = above - 1
    x0, y0 = op.take(points, below), op.take(known, below)
    x1, y1 = op.take(points, above), op.take(known, above)
    width = x1 - x0
    none = op.equal(width, 0)
    share = op.where(none, 1.0, (x - x0) / op.where(none, 1.0, width))
    found = y0 + share * (y1 - y0)
    start, end = op.getitem(points, key=0), op.getitem(points, key=-1)
    found = op.where(op.less(x, start), op.getitem(known, key=0) if left is None else left, found)
    return op.where(op.greater(x, end), op.getitem(known, key=-1) if right is None else right, found)
