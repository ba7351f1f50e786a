"""Reductions over one, several or all axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.primitive import Sample, category, op

primitive = category("reduction")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
S = (Sample((M,)), Sample((M,), {"axis": 0}), Sample((M,), {"axis": -1, "keepdims": True}), Sample((M,), {"axis": (0, 1)}))


def _spread(g: Any, x: Any, axis: Any) -> Any:
    """The cotangent of a reduction, brought back to the shape of its input."""
    return op.broadcast_to(op.reshape(g, shape=shapes.kept(x, axis)), shape=shapes.shape(x))


def _up(g: Any, x: Any, axis: Any) -> Any:
    return op.reshape(g, shape=shapes.kept(x, axis))


@primitive(
    (lambda g, ans, x, axis=None, keepdims=False: _spread(g, x, axis),),
    aliases=("reduce_sum", "math.reduce_sum"),
    symbol="Σ",
    latex=r"\sum {x}",
    samples=S,
)
def sum(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Sum of the elements over axis."""
    return xp.sum(x, axis=axis, keepdims=keepdims)


@primitive(
    (lambda g, ans, x, axis=None, keepdims=False: _spread(g, x, axis) / float(max_(shapes.count(x, axis))),),
    aliases=("reduce_mean", "math.reduce_mean"),
    symbol="mean",
    samples=S,
)
def mean(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Mean of the elements over axis."""
    return xp.mean(x, axis=axis, keepdims=keepdims)


def max_(n: int) -> int:
    """A count that can be divided by."""
    return n if n > 0 else 1


def _extreme(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    hit = op.cast(op.equal(x, _up(ans, x, axis)), dtype=x.dtype)
    return hit * _up(g, x, axis) / op.sum(hit, axis=axis, keepdims=True)


@primitive((_extreme,), aliases=("reduce_max", "math.reduce_max", "amax"), symbol="max", samples=S)
def max(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element over axis; equal ones share the gradient."""
    return xp.max(x, axis=axis, keepdims=keepdims)


@primitive((_extreme,), aliases=("reduce_min", "math.reduce_min", "amin"), symbol="min", samples=S)
def min(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Smallest element over axis; equal ones share the gradient."""
    return xp.min(x, axis=axis, keepdims=keepdims)


def _var(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    n = max_(shapes.count(x, axis) - ddof)
    return _up(g, x, axis) * (2.0 / n) * (x - op.mean(x, axis=axis, keepdims=True))


@primitive((_var,), aliases=("reduce_variance", "math.reduce_variance"), samples=(*S, Sample((M,), {"ddof": 1})))
def var(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Variance over axis, dividing by n - ddof."""
    return xp.var(x, axis=axis, keepdims=keepdims, ddof=ddof)


def _std(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    n = max_(shapes.count(x, axis) - ddof)
    flat = op.equal(ans, 0)
    scale = op.where(flat, 0.0, g / op.where(flat, 1.0, ans)) / n
    return _up(scale, x, axis) * (x - op.mean(x, axis=axis, keepdims=True))


@primitive((_std,), aliases=("reduce_std", "math.reduce_std"), samples=(*S, Sample((M,), {"ddof": 1})))
def std(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Standard deviation over axis, dividing by n - ddof; its gradient is 0 where all elements are equal."""
    return xp.std(x, axis=axis, keepdims=keepdims, ddof=ddof)


@primitive(
    (lambda g, ans, x, axis=None, keepdims=False: _up(g, x, axis) * op.exp(x - _up(ans, x, axis)),),
    aliases=("reduce_logsumexp", "math.reduce_logsumexp"),
    samples=S,
)
def logsumexp(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Logarithm of the sum of exponentials over axis, safe for large inputs."""
    top = xp.max(x, axis=axis, keepdims=True)
    top = xp.where(xp.isfinite(top), top, 0.0)
    total = xp.log(xp.sum(xp.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else xp.reshape(total, [n for i, n in enumerate(np.shape(x)) if i not in shapes.axes(x, axis)])


@primitive(
    (
        lambda g, ans, x, axis=None, keepdims=False: _up(g, x, axis)
        * op.where(
            op.equal(_up(ans, x, axis), 0), 0.0, x / op.where(op.equal(_up(ans, x, axis), 0), 1.0, _up(ans, x, axis))
        ),
    ),
    aliases=("linalg.norm",),
    symbol="‖·‖",
    samples=S[:3],
)
def norm(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Euclidean length over axis (all elements by default); its gradient at 0 is 0."""
    return xp.sqrt(xp.sum(xp.abs(x) ** 2, axis=axis, keepdims=keepdims))


B = (Sample((np.array([[True, False], [True, True]]),), {"axis": 0}, smooth=False),)


@primitive(differentiable=False, aliases=("reduce_any", "math.reduce_any"), samples=B)
def any(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether any element over axis is true."""
    return xp.any(x, axis=axis, keepdims=keepdims)


@primitive(differentiable=False, aliases=("reduce_all", "math.reduce_all"), samples=B)
def all(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements over axis are true."""
    return xp.all(x, axis=axis, keepdims=keepdims)


@primitive(differentiable=False, aliases=("math.argmax",), samples=(Sample((M,), {"axis": 1}, smooth=False),))
def argmax(xp: Any, x: Any, *, axis: Any = None) -> Any:
    """Position of the largest element over axis; it has no gradient."""
    return xp.argmax(x, axis=axis)


@primitive(differentiable=False, aliases=("math.argmin",), samples=(Sample((M,), {"axis": 1}, smooth=False),))
def argmin(xp: Any, x: Any, *, axis: Any = None) -> Any:
    """Position of the smallest element over axis; it has no gradient."""
    return xp.argmin(x, axis=axis)


@primitive(differentiable=False, aliases=("math.count_nonzero",), samples=(Sample((M,), {"axis": 1}, smooth=False),))
def count_nonzero(xp: Any, x: Any, *, axis: Any = None) -> Any:
    """How many elements over axis are not zero."""
    return xp.count_nonzero(x, axis=axis)
