"""Quantiles: what stands at a place between the smallest and the largest element."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.reduction import CUBE, M, S, beside, lined, reduced

composite = composites("reduction")
HOLES = np.array([[0.5, np.nan, 2.0, -1.0], [1.5, 0.25, -0.75, np.nan]])
ROW = np.array([0.3, -1.2, 2.5, 0.9, -0.4])

_PLACES = {
    "linear": (1.0, 1.0),
    "interpolated_inverted_cdf": (0.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}
"""alpha and beta of the methods that interpolate. Source: Hyndman and Fan (1996), Sample quantiles."""
_STEPS = ("lower", "higher", "nearest", "midpoint", "inverted_cdf")


def _place(q: Any, n: Any, method: str) -> tuple[Any, Any, Any]:
    """Where the quantile stands among n sorted elements: below, above, and how far it is on from the one below."""
    if method in _PLACES:
        alpha, beta = _PLACES[method]
        place = q * n + (alpha + q * (1.0 - alpha - beta)) - 1.0
    elif method == "inverted_cdf":
        place = op.ceil(q * n) - 1.0
    else:
        place = q * (n - 1.0)
    place = op.maximum(op.minimum(place, n - 1.0), 0.0)
    below, above = op.floor(place), op.ceil(place)
    if method == "lower":
        above = below
    elif method == "higher":
        below = above
    elif method == "nearest":
        below = above = op.round(place)
    elif method == "midpoint":
        return below, above, 0.5 * (above - below)
    return below, above, place - below


def _quantile(x: Any, q: Any, axis: Any, method: str, keepdims: bool, skip: bool) -> Any:
    if method not in _PLACES and method not in _STEPS:
        raise ValueError(f"there is no method {method!r}: use one of {', '.join([*_PLACES, *_STEPS])}")
    known = isinstance(q, int | float | np.generic | np.ndarray)
    if known and not np.all(np.logical_and(np.greater_equal(q, 0), np.less_equal(q, 1))):
        raise ValueError("a quantile is between 0 and 1 (a percentile between 0 and 100)")
    if x.dtype.kind == "c":
        raise TypeError("complex numbers have no order: take their real part or absolute value first")
    if x.dtype.kind != "f":
        x = op.cast(x, dtype=np.float64)
    asked = shapes.shape(q)
    keep = reduced(x, axis, keepdims)
    if not shapes.count(x, axis):
        # No element at all: NaN, of the shape that x and q give it.
        none = op.reshape(op.sum(x, axis=axis), shape=keep) * np.nan
        return op.broadcast_to(none, shape=(*asked, *keep))
    line = op.sort(lined(x, axis), axis=-1)  # NaN comes last
    there = op.logical_not(op.isnan(line))
    n = op.sum(op.cast(there, dtype=x.dtype), axis=-1, keepdims=True) if skip else float(shapes.shape(line)[-1])
    q = beside(q, x) if asked else op.add(q, namespace(x).zeros(1, x.dtype))
    flat = op.cast(op.reshape(q, shape=-1), dtype=x.dtype)
    below, above, share = _place(flat, n, method)
    dims = (*shapes.shape(line)[:-1], shapes.shape(flat)[0])
    low, high = (
        op.take_along_axis(line, op.broadcast_to(op.cast(i, dtype=np.int64), shape=dims), axis=-1)
        for i in (below, above)
    )
    # Exactly on an element nothing is mixed: 0 times an infinite neighbour would be NaN.
    exact = op.equal(share, 0)
    left, right = (op.where(exact, 0.0, value) for value in (low, high))
    found = op.where(exact, low, left * (1.0 - share) + right * share)
    if not skip:
        found = op.where(op.all(there, axis=-1, keepdims=True), found, np.nan)
    rank = len(dims)
    found = op.transpose(found, axes=(rank - 1, *range(rank - 1))) if asked else found
    return op.reshape(found, shape=(*asked, *keep))


Q = (
    Sample((ROW, 0.37)),
    Sample((M, np.array([0.2, 0.55, 0.9])), {"axis": 0}),
    Sample((CUBE, 0.43), {"axis": (0, -1), "keepdims": True}),
    Sample((ROW, 0.31), {"method": "hazen"}),
    Sample((ROW, 0.31), {"method": "midpoint"}),
    Sample((ROW, 0.6), {"method": "nearest"}),
)


@composite(renamed={"interpolation": "method"}, samples=Q)
def quantile(x: Any, q: Any, *, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """The value below which the share q of the elements over axis lies; several q come first in the shape.

    method: how to choose between two elements ("linear" goes in proportion). The gradient goes to the elements
    chosen, of equal ones to those that a stable sort puts there, and to q. NaN if an element is NaN or there is none.
    Raises ValueError for q outside 0..1 and for an unknown method.
    """
    return _quantile(x, q, axis, method, keepdims, skip=False)


@composite(renamed={"interpolation": "method"}, samples=(*Q, Sample((HOLES, 0.3), {"axis": 1}, smooth=False)))
def nanquantile(x: Any, q: Any, *, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """The quantile over axis of the elements that are no NaN; NaN where there is none."""
    return _quantile(x, q, axis, method, keepdims, skip=True)


C = (Sample((ROW, 37.0)), Sample((M, np.array([20.0, 55.0, 90.0])), {"axis": 0}))


@composite(renamed={"interpolation": "method"}, samples=C)
def percentile(x: Any, q: Any, *, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """The value below which q percent of the elements over axis lie: quantile with q / 100."""
    return _quantile(x, op.divide(q, 100.0), axis, method, keepdims, skip=False)


@composite(renamed={"interpolation": "method"}, samples=C)
def nanpercentile(x: Any, q: Any, *, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """The percentile over axis of the elements that are no NaN; NaN where there is none."""
    return _quantile(x, op.divide(q, 100.0), axis, method, keepdims, skip=True)


MIDDLE = (*S, Sample((M[0],)), Sample((np.arange(12.0).reshape(2, 2, 3),), {"axis": (0, 2)}))


@composite(samples=MIDDLE)
def median(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The middle element over axis, or the mean of the two in the middle; NaN if one is NaN or there is none."""
    return _quantile(x, 0.5, axis, "linear", keepdims, skip=False)


@composite(samples=(*MIDDLE, Sample((HOLES,), {"axis": 1}, smooth=False)))
def nanmedian(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The middle over axis of the elements that are no NaN; NaN where there is none."""
    return _quantile(x, 0.5, axis, "linear", keepdims, skip=True)


@composite(samples=S)
def ptp(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element less the smallest over axis; equal ones share the gradient."""
    return op.max(x, axis=axis, keepdims=keepdims) - op.min(x, axis=axis, keepdims=keepdims)
