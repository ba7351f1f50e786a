"""Reductions that leave NaN out; a NaN gets the gradient 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.ranks import HOLES
from gradstudio.engine.ops.reduction import M, S, conjugate

composite = composites("reduction")
H = (
    *S,
    Sample((HOLES,), smooth=False),
    Sample((HOLES,), {"axis": 1}, smooth=False),
    Sample((np.array([[np.nan, 1.0], [np.nan, 2.0]]),), {"axis": 0}, smooth=False),
)


def _count(x: Any, axis: Any) -> Any:
    """How many elements over axis are no NaN, with the axes kept."""
    dtype = np.float64 if x.dtype.kind not in "fc" else op.real(x).dtype
    return op.sum(op.cast(op.logical_not(op.isnan(x)), dtype=dtype), axis=axis, keepdims=True)


def _filled(x: Any, value: float) -> Any:
    return op.where(op.isnan(x), value, x) if x.dtype.kind in "fc" else x


@composite(samples=H)
def nansum(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Sum over axis without the NaN; 0 where there is nothing else."""
    return op.sum(_filled(x, 0.0), axis=axis, keepdims=keepdims)


@composite(samples=H)
def nanprod(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Product over axis without the NaN; 1 where there is nothing else."""
    return op.prod(_filled(x, 1.0), axis=axis, keepdims=keepdims)


def _mean(x: Any, axis: Any) -> Any:
    count = _count(x, axis)
    total = op.sum(_filled(x, 0.0), axis=axis, keepdims=True)
    return op.where(op.equal(count, 0), np.nan, total / op.maximum(count, 1.0))


def _dropped(y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """The kept axes of length 1 taken away, if they are to be."""
    return y if keepdims else op.sum(y, axis=axis)


@composite(samples=H)
def nanmean(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Mean over axis without the NaN; NaN where there is nothing else."""
    return _dropped(_mean(x, axis), x, axis, keepdims)


def _variance(x: Any, axis: Any, ddof: float) -> Any:
    off = op.where(op.isnan(x), 0.0, x - _mean(x, axis))
    squares = op.real(off * conjugate(off)) if x.dtype.kind == "c" else op.square(off)
    freedom = _count(x, axis) - ddof
    none = op.less_equal(freedom, 0)
    return op.where(none, np.nan, op.sum(squares, axis=axis, keepdims=True) / op.where(none, 1.0, freedom))


D = (*H, Sample((M,), {"ddof": 1}))


@composite(renamed={"correction": "ddof"}, samples=D)
def nanvar(x: Any, *, axis: Any = None, keepdims: bool = False, ddof: float = 0) -> Any:
    """Variance over axis without the NaN, dividing by their number less ddof; NaN where that is not positive."""
    return _dropped(_variance(x, axis, ddof), x, axis, keepdims)


@composite(renamed={"correction": "ddof"}, samples=D)
def nanstd(x: Any, *, axis: Any = None, keepdims: bool = False, ddof: float = 0) -> Any:
    """Square root of nanvar; its gradient is 0 where all elements are equal."""
    square = _variance(x, axis, ddof)
    flat = op.equal(square, 0)
    return _dropped(op.where(flat, 0.0, op.sqrt(op.where(flat, 1.0, square))), x, axis, keepdims)


def _extreme(x: Any, axis: Any, keepdims: bool, largest: bool) -> Any:
    reduce = op.max if largest else op.min
    if x.dtype.kind != "f":
        return reduce(x, axis=axis, keepdims=keepdims)
    found = reduce(_filled(x, -np.inf if largest else np.inf), axis=axis, keepdims=keepdims)
    return op.where(op.all(op.isnan(x), axis=axis, keepdims=keepdims), np.nan, found)


@composite(samples=H)
def nanmax(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element over axis that is no NaN, NaN where there is none; equal ones share the gradient."""
    return _extreme(x, axis, keepdims, largest=True)


@composite(samples=H)
def nanmin(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Smallest element over axis that is no NaN, NaN where there is none; equal ones share the gradient."""
    return _extreme(x, axis, keepdims, largest=False)


@composite(samples=(Sample((M,)), Sample((HOLES,), {"axis": 1}, smooth=False)))
def nancumsum(x: Any, *, axis: Any = None) -> Any:
    """Running sum along axis in which NaN counts as 0; over all elements in C order without axis."""
    return op.cumsum(_filled(x, 0.0), axis=axis)


@composite(samples=(Sample((M,)), Sample((HOLES,), {"axis": 1}, smooth=False)))
def nancumprod(x: Any, *, axis: Any = None) -> Any:
    """Running product along axis in which NaN counts as 1; over all elements in C order without axis."""
    return op.cumprod(_filled(x, 1.0), axis=axis)


P = (Sample((HOLES,), smooth=False), Sample((HOLES,), {"axis": 1, "keepdims": True}, smooth=False))


@composite(differentiable=False, samples=P)
def nanargmax(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Position along axis (in the flattened x without it) of the largest element that is no NaN; no gradient."""
    return op.argmax(_filled(x, -np.inf), axis=axis, keepdims=keepdims)


@composite(differentiable=False, samples=P)
def nanargmin(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Position along axis (in the flattened x without it) of the smallest element that is no NaN; no gradient."""
    return op.argmin(_filled(x, np.inf), axis=axis, keepdims=keepdims)
