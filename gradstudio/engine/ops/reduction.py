"""Reductions over one, several or all axes: sums, products, extremes, and what is true of any or all."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine import shapes
from gradstudio.engine.backends import backend_of
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.large_arrays import FEW, by_rows, lie_in_rows
from gradstudio.engine.sums import over_first

primitive = category("reduction", batch="along axis")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
CUBE = np.cos(np.arange(12.0) * 1.3 + 0.2).reshape(2, 2, 3)
S = (
    Sample((M,)),
    Sample((M,), {"axis": 0}),
    Sample((M,), {"axis": -1, "keepdims": True}),
    Sample((M,), {"axis": (0, 1)}),
    Sample((CUBE,), {"axis": (0, -1)}),
)
NEVER = Sample((np.zeros((2, 0)),), {"axis": 1}, smooth=False)


def up(g: Any, x: Any, axis: Any) -> Any:
    """What belongs to a reduction of x over axis, with the reduced axes kept as axes of length 1."""
    dims = shapes.kept(x, axis)
    return g.reshape(dims) if type(g) is ndarray else op.reshape(g, shape=dims)


def dtype_of(x: Any) -> np.dtype[Any]:
    """The dtype of a value or number."""
    return np.dtype(getattr(x, "dtype", np.float64))


def conjugate(x: Any) -> Any:
    """The conjugate of complex x; real x as it is."""
    return op.conj(x) if dtype_of(x).kind == "c" else x


def beside(value: Any, x: Any) -> Any:
    """Plain numbers that a program gives besides x: where x is, and in its dtype; tensors stay as they are."""
    if not isinstance(value, int | float | complex | np.generic | np.ndarray | list | tuple):
        return value
    dtype = dtype_of(x)
    return backend_of(x).from_host(np.asarray(value, dtype if dtype.kind in "fc" else None))


def reduced(x: Any, axis: Any, keepdims: bool) -> tuple[int, ...]:
    """The shape of a reduction of x over axis."""
    gone = () if keepdims else shapes.axes(x, axis)
    return tuple(n for i, n in enumerate(shapes.kept(x, axis)) if i not in gone)


def empty(xp: Any, x: Any, axis: Any, keepdims: bool, value: float) -> Any:
    """The result of a reduction of no elements at all, where every one is the same value."""
    return xp.full(reduced(x, axis, keepdims), value, dtype_of(x) if dtype_of(x).kind in "fc" else np.float64)


def rules(weight: Callable[..., Any]) -> dict[str, Any]:
    """Both rules of a reduction that moves by the sum over axis of weight(ans, x, **params) * dx.

    The weight gets the result with its reduced axes kept.
    """

    def vjp(g: Any, ans: Any, x: Any, **params: Any) -> Any:
        axis = params.get("axis")
        return up(g, x, axis) * weight(up(ans, x, axis), x, **params)

    def jvp(slot: int, v: Any, ans: Any, x: Any, **params: Any) -> Any:
        axis = params.get("axis")
        moved = weight(up(ans, x, axis), x, **params) * v
        return op.sum(moved, axis=axis, keepdims=params.get("keepdims", False))

    return {"vjps": (vjp,), "jvp": jvp}


def lined(x: Any, axis: Any) -> Any:
    """x with the axes that are reduced joined into one, the last."""
    order, _ = _order(x, axis)
    dims = shapes.shape(x)
    moved = x if order == tuple(range(len(dims))) else op.transpose(x, axes=order)
    rest = len(dims) - len(shapes.axes(x, axis))
    return op.reshape(moved, shape=(*[dims[i] for i in order[:rest]], shapes.count(x, axis)))


def unlined(y: Any, x: Any, axis: Any) -> Any:
    """lined(x, axis) back in the shape of x."""
    order, back = _order(x, axis)
    moved = op.reshape(y, shape=tuple(shapes.shape(x)[i] for i in order))
    return moved if back == tuple(range(len(back))) else op.transpose(moved, axes=back)


def _order(x: Any, axis: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    gone = shapes.axes(x, axis)
    order = (*[i for i in range(len(shapes.shape(x))) if i not in gone], *gone)
    return order, tuple(int(i) for i in np.argsort(order))


def _spread(g: Any, _ans: Any, _x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    if axis is None and isinstance(g, np.generic):
        dims = shapes.shape(_x)
        return np.ndarray(dims, g.dtype, g, 0, (0,) * len(dims))  # what broadcast_to gives, six times as fast
    dims = shapes.shape(_x)
    if type(g) is ndarray and math.prod(dims) <= FEW:
        out = np.empty(dims, g.dtype)
        out[...] = up(g, _x, axis)
        return out
    return op.broadcast_to(up(g, _x, axis), shape=dims)


@primitive(
    (_spread,),
    aliases=("reduce_sum", "math.reduce_sum"),
    symbol="Σ",
    latex=r"\sum {x}",
    samples=(*S, NEVER),
    jvp="linear",
)
def sum(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Sum of the elements over axis; 0 where there is none."""
    x = xp.asarray(x)
    if type(axis) is int and axis == 0 and x.ndim == 2 and type(x) is ndarray and dtype is None:
        total = over_first(x, 1)
        return total[None] if keepdims else total
    return x.sum(axis=axis, keepdims=keepdims, dtype=dtype)


def _shared(g: Any, _ans: Any, _x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    # Divided before it is spread, while there is little to divide.
    return _spread(g / float(shapes.count(_x, axis) or 1), _ans, _x, axis)


@primitive((_shared,), aliases=("reduce_mean", "math.reduce_mean"), symbol="mean", samples=(*S, NEVER), jvp="linear")
def mean(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Mean of the elements over axis; NaN where there is none."""
    if 0 in shapes.shape(x) and not shapes.count(x, axis):
        return empty(xp, x, axis, keepdims, np.nan)
    x = xp.asarray(x)
    if type(x) is ndarray and dtype is None and x.dtype.char in "fd":  # what NumPy's mean does, in a third of the time
        return x.sum(axis=axis, keepdims=keepdims) / (x.size if axis is None else shapes.count(x, axis))
    return x.mean(axis=axis, keepdims=keepdims, dtype=dtype)


def _others(ans: Any, x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    # What the factors before and after make; there is no division, so zeros do no harm, at any order.
    line = lined(x, axis)
    before = op.cumprod(line, axis=-1, exclusive=True)
    after = op.cumprod(line, axis=-1, exclusive=True, reverse=True)
    return unlined(before * after, x, axis)


@primitive(
    **rules(_others),
    aliases=("reduce_prod", "math.reduce_prod"),
    symbol="Π",
    latex=r"\prod {x}",
    samples=(
        *S,
        Sample((np.where(M == 2.0, 0.0, M),)),
        Sample((np.where(M > 0, 0.0, M),), {"axis": 1}),
        Sample((np.where(CUBE > 0.9, 0.0, CUBE),), {"axis": (2, 0)}),
        NEVER,
    ),
)
def prod(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Product of the elements over axis, 1 where there is none; its gradients are right also where factors are 0."""
    return xp.asarray(x).prod(axis=axis, keepdims=keepdims, dtype=dtype)


def extreme(ans: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The weight of each element in the largest or smallest one: equal ones share."""
    hit = op.cast(op.equal(x, ans), dtype=dtype_of(x))
    return hit / op.sum(hit, axis=axis, keepdims=True)


@primitive(**rules(extreme), aliases=("reduce_max", "math.reduce_max", "amax"), symbol="max", samples=S)
def max(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element over axis; equal ones share the gradient. Raises ValueError where there is none."""
    return xp.asarray(x).max(axis=axis, keepdims=keepdims)


@primitive(**rules(extreme), aliases=("reduce_min", "math.reduce_min", "amin"), symbol="min", samples=S)
def min(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Smallest element over axis; equal ones share the gradient. Raises ValueError where there is none."""
    return xp.asarray(x).min(axis=axis, keepdims=keepdims)


def _sums_of_rows(x: Any, out: Any) -> None:
    top = x.max(axis=-1, keepdims=True)
    top[~np.isfinite(top)] = 0.0
    e = np.subtract(x, top)
    np.log(np.exp(e, out=e).sum(axis=-1, keepdims=True), out=out)
    out += top


def _shares_of_rows(x: Any, total: Any, g: Any, out: Any) -> None:
    np.subtract(x, total, out=out)
    np.exp(out, out=out)
    out *= g


def _finite_total(ans: Any, x: Any, axis: Any) -> Any:
    # Where all elements are -inf each weight is exp(-inf) = 0, not exp(-inf + inf).
    total = up(ans, x, axis)
    return op.where(op.equal(total, -np.inf), 0.0, total)


def _shared_out(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    total, g = _finite_total(ans, x, axis), up(g, x, axis)
    if type(x) is np.ndarray is type(total) is type(g) and x.dtype == total.dtype == g.dtype:
        if lie_in_rows(x, axis):
            return by_rows(_shares_of_rows, x, total, g)
        out = np.empty_like(x)
        _shares_of_rows(x, total, g, out)
        return out
    return g * op.exp(x - total)


def _pushed_together(slot: int, v: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return op.sum(op.exp(x - _finite_total(ans, x, axis)) * v, axis=axis, keepdims=keepdims)


@primitive(
    (_shared_out,),
    jvp=_pushed_together,
    aliases=("reduce_logsumexp", "math.reduce_logsumexp"),
    samples=(*S, Sample((np.array([-np.inf, 1.0]),), smooth=False), NEVER),
)
def logsumexp(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Logarithm of the sum of exponentials over axis, safe for large inputs; -inf where there is no element."""
    x = xp.asarray(x)
    if not shapes.count(x, axis):
        return empty(xp, x, axis, keepdims, -np.inf)
    if lie_in_rows(x, axis) and x.dtype.kind == "f":
        with np.errstate(divide="ignore", over="ignore"):
            total = by_rows(_sums_of_rows, x, into=np.empty((*x.shape[:-1], 1), x.dtype))
        return total if keepdims else total.reshape(x.shape[:-1])
    top = xp.real(x).max(axis=axis, keepdims=True)
    top = xp.where(xp.isfinite(top), top, xp.zeros_like(top))
    with np.errstate(divide="ignore", over="ignore"):
        total = xp.log(xp.exp(x - top).sum(axis=axis, keepdims=True)) + top
    return total if keepdims else xp.reshape(total, reduced(x, axis, keepdims))


B = (Sample((np.array([[True, False], [True, True]]),), {"axis": 0}, smooth=False),)


@primitive(differentiable=False, aliases=("reduce_any", "math.reduce_any"), samples=B)
def any(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether any element over axis is true."""
    return xp.any(x, axis=axis, keepdims=keepdims)


@primitive(differentiable=False, aliases=("reduce_all", "math.reduce_all"), samples=B)
def all(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements over axis are true."""
    return xp.all(x, axis=axis, keepdims=keepdims)


N = (Sample((M,), smooth=False), Sample((M,), {"axis": 1, "keepdims": True}, smooth=False))


@primitive(differentiable=False, aliases=("math.count_nonzero",), samples=N)
def count_nonzero(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, dtype: Any = np.int64) -> Any:
    """How many elements over axis are not zero."""
    return xp.sum(xp.not_equal(x, 0), axis=axis, keepdims=bool(keepdims), dtype=np.dtype(dtype))


P = (*N, Sample((M,), {"axis": None}, smooth=False))


@primitive(differentiable=False, aliases=("math.argmax",), samples=P, batch="along one axis")
def argmax(xp: Any, x: Any, *, axis: Any = 0, output_type: Any = np.int64, keepdims: bool = False) -> Any:
    """Position of the largest element along axis, the first of equal ones; in the flattened x if axis is None.

    It has no gradient. Raises ValueError where there is no element.
    """
    return xp.argmax(xp.asarray(x), axis=axis, keepdims=keepdims).astype(np.dtype(output_type))


@primitive(differentiable=False, aliases=("math.argmin",), samples=P, batch="along one axis")
def argmin(xp: Any, x: Any, *, axis: Any = 0, output_type: Any = np.int64, keepdims: bool = False) -> Any:
    """Position of the smallest element along axis, the first of equal ones; in the flattened x if axis is None.

    It has no gradient. Raises ValueError where there is no element.
    """
    return xp.argmin(xp.asarray(x), axis=axis, keepdims=keepdims).astype(np.dtype(output_type))
