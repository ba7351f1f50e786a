"""Reductions over one, several or all axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.primitive import Sample, category, op

primitive = category("reduction")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
S = (
    Sample((M,)),
    Sample((M,), {"axis": 0}),
    Sample((M,), {"axis": -1, "keepdims": True}),
    Sample((M,), {"axis": (0, 1)}),
)


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
    batch="along axis",
)
def sum(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Sum of the elements over axis."""
    return xp.sum(x, axis=axis, keepdims=keepdims)


@primitive(
    (lambda g, ans, x, axis=None, keepdims=False: _spread(g, x, axis) / float(max_(shapes.count(x, axis))),),
    aliases=("reduce_mean", "math.reduce_mean"),
    symbol="mean",
    samples=S,
    batch="along axis",
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


@primitive((_extreme,), aliases=("reduce_max", "math.reduce_max", "amax"), symbol="max", samples=S, batch="along axis")
def max(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element over axis; equal ones share the gradient."""
    return xp.max(x, axis=axis, keepdims=keepdims)


@primitive((_extreme,), aliases=("reduce_min", "math.reduce_min", "amin"), symbol="min", samples=S, batch="along axis")
def min(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Smallest element over axis; equal ones share the gradient."""
    return xp.min(x, axis=axis, keepdims=keepdims)


def _var(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    n = max_(shapes.count(x, axis) - ddof)
    return _up(g, x, axis) * (2.0 / n) * (x - op.mean(x, axis=axis, keepdims=True))


@primitive(
    (_var,),
    aliases=("reduce_variance", "math.reduce_variance"),
    samples=(*S, Sample((M,), {"ddof": 1})),
    batch="along axis",
)
def var(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Variance over axis, dividing by n - ddof."""
    return xp.var(x, axis=axis, keepdims=keepdims, ddof=ddof)


def _std(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    n = max_(shapes.count(x, axis) - ddof)
    flat = op.equal(ans, 0)
    scale = op.where(flat, 0.0, g / op.where(flat, 1.0, ans)) / n
    return _up(scale, x, axis) * (x - op.mean(x, axis=axis, keepdims=True))


@primitive(
    (_std,), aliases=("reduce_std", "math.reduce_std"), samples=(*S, Sample((M,), {"ddof": 1})), batch="along axis"
)
def std(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Standard deviation over axis, dividing by n - ddof; its gradient is 0 where all elements are equal."""
    return xp.std(x, axis=axis, keepdims=keepdims, ddof=ddof)


@primitive(
    (lambda g, ans, x, axis=None, keepdims=False: _up(g, x, axis) * op.exp(x - _up(ans, x, axis)),),
    aliases=("reduce_logsumexp", "math.reduce_logsumexp"),
    samples=S,
    batch="along axis",
)
def logsumexp(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Logarithm of the sum of exponentials over axis, safe for large inputs."""
    top = xp.max(x, axis=axis, keepdims=True)
    top = xp.where(xp.isfinite(top), top, 0.0)
    total = xp.log(xp.sum(xp.exp(x - top), axis=axis, keepdims=True)) + top
    return (
        total
        if keepdims
        else xp.reshape(total, [n for i, n in enumerate(np.shape(x)) if i not in shapes.axes(x, axis)])
    )


def _prod(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if np.all(np.asarray(x) != 0):
        return _up(g * ans, x, axis) / x
    # With a zero among the factors: what the others make, without a division.
    gone = shapes.axes(x, axis)
    rest = tuple(i for i in range(len(shapes.shape(x))) if i not in gone)
    order = rest + gone
    dims = shapes.shape(x)
    lined = op.reshape(op.transpose(x, axes=order), shape=(*[dims[i] for i in rest], shapes.count(x, axis)))
    one = np.ones((*shapes.shape(lined)[:-1], 1))
    before = op.cumprod(op.concatenate([one, lined[..., :-1]], axis=-1), axis=-1)
    after = op.cumprod(op.concatenate([one, op.flip(lined[..., 1:], axis=-1)], axis=-1), axis=-1)
    others = op.reshape(before * op.flip(after, axis=-1), shape=tuple(dims[i] for i in order))
    return _up(g, x, axis) * op.transpose(others, axes=tuple(int(i) for i in np.argsort(order)))


@primitive(
    (_prod,),
    aliases=("reduce_prod", "math.reduce_prod"),
    symbol="Π",
    latex=r"\prod {x}",
    samples=(*S, Sample((np.where(M == 2.0, 0.0, M),)), Sample((np.where(M > 0, 0.0, M),), {"axis": 1})),
    batch="along axis",
)
def prod(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Product of the elements over axis; its gradient is right also where factors are 0."""
    return xp.prod(x, axis=axis, keepdims=keepdims)


def _kind_of_norm(x: Any, ord: Any, axis: Any) -> str:
    """ "euclidean", "one" or "largest". Raises ValueError for the matrix norms that are not here."""
    if ord is None or ord in ("euclidean", "fro"):
        return "euclidean"
    if len(shapes.axes(x, axis)) == 1:
        if ord == 2:
            return "euclidean"
        if ord == 1:
            return "one"
        if ord == np.inf:
            return "largest"
    raise ValueError(
        f"ord={ord!r} is not available over {len(shapes.axes(x, axis))} axes: leave it out, or name one axis"
    )


def _norm(g: Any, ans: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    kind = _kind_of_norm(x, ord, axis)
    if kind == "one":
        return _up(g, x, axis) * op.sign(x)
    if kind == "largest":
        return _extreme(g, ans, op.abs(x), axis) * op.sign(x)
    length = _up(ans, x, axis)
    flat = op.equal(length, 0)
    return _up(g, x, axis) * op.where(flat, 0.0, x / op.where(flat, 1.0, length))


@primitive(
    (_norm,),
    aliases=("linalg.norm",),
    symbol="‖·‖",
    samples=(
        *S[:3],
        Sample((M[0],), {"ord": 1}),
        Sample((M,), {"ord": np.inf, "axis": 1}),
        Sample((M,), {"ord": 2, "axis": 0, "keepdims": True}),
    ),
    batch="along axis",
)
def norm(xp: Any, x: Any, *, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Length over axis (all elements by default): Euclidean, or the 1 or infinity norm; its gradient at 0 is 0."""
    kind = _kind_of_norm(x, ord, axis)
    if kind == "one":
        return xp.sum(xp.abs(x), axis=axis, keepdims=keepdims)
    if kind == "largest":
        return xp.max(xp.abs(x), axis=axis, keepdims=keepdims)
    return xp.sqrt(xp.sum(xp.abs(x) ** 2, axis=axis, keepdims=keepdims))


B = (Sample((np.array([[True, False], [True, True]]),), {"axis": 0}, smooth=False),)


@primitive(differentiable=False, aliases=("reduce_any", "math.reduce_any"), samples=B, batch="along axis")
def any(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether any element over axis is true."""
    return xp.any(x, axis=axis, keepdims=keepdims)


@primitive(differentiable=False, aliases=("reduce_all", "math.reduce_all"), samples=B, batch="along axis")
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


def _middle(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    # The middle element, or half to each of the two around the middle; equal ones share as they are sorted.
    gone = shapes.axes(x, axis)
    count = shapes.count(x, axis)
    plain = np.asarray(x)
    rest = [i for i in range(plain.ndim) if i not in gone]
    lined = plain.transpose(*rest, *gone).reshape(*[plain.shape[i] for i in rest], count)
    rank = np.argsort(np.argsort(lined, axis=-1, kind="stable"), axis=-1, kind="stable")
    share = np.where((rank == (count - 1) // 2) | (rank == count // 2), 1.0 if count % 2 else 0.5, 0.0)
    dims = [plain.shape[i] for i in rest] + [plain.shape[i] for i in gone]
    share = share.reshape(dims).transpose(*[int(i) for i in np.argsort([*rest, *gone])])
    return _up(g, x, axis) * share


@primitive((_middle,), samples=(*S, Sample((M[0],)), Sample((np.arange(12.0).reshape(2, 2, 3),), {"axis": (0, 2)})))
def median(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The middle element over axis, or the mean of the two in the middle."""
    return xp.median(x, axis=axis, keepdims=keepdims)


@primitive(
    (lambda g, ans, x, axis=None, keepdims=False: op.where(op.isnan(x), 0.0, _spread(g, x, axis)),),
    samples=(*S, Sample((np.array([1.0, np.nan]),), smooth=False)),
)
def nansum(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Sum over axis that leaves NaN out; it gets the gradient 0."""
    return xp.nansum(x, axis=axis, keepdims=keepdims)


def _nanmean(g: Any, ans: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    there = op.cast(op.logical_not(op.isnan(x)), dtype=x.dtype)
    return there * (_up(g, x, axis) / op.sum(there, axis=axis, keepdims=True))


@primitive((_nanmean,), samples=(*S, Sample((np.array([1.0, np.nan, 3.0]),), smooth=False)))
def nanmean(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Mean over axis that leaves NaN out; it gets the gradient 0."""
    return xp.nanmean(x, axis=axis, keepdims=keepdims)


@primitive(
    (
        lambda g, ans, x, axis=None, keepdims=False: (
            _extreme(g, op.max(x, axis=axis), x, axis) - _extreme(g, op.min(x, axis=axis), x, axis)
        ),
    ),
    samples=S,
)
def ptp(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element less the smallest over axis."""
    return xp.ptp(x, axis=axis, keepdims=keepdims)
