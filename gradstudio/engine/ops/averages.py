"""Spread and averages: variance, standard deviation, weighted mean, covariance."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.reduction import CUBE, NEVER, M, S, beside, conjugate, rules

primitive = category("reduction", batch="along axis")
composite = composites("reduction")
SPREAD = (*S, Sample((M,), {"ddof": 1}), Sample((M,), {"axis": 1, "ddof": 2}), NEVER)


def _off(x: Any, axis: Any) -> Any:
    """How far each element is from the mean."""
    return x - op.mean(x, axis=axis, keepdims=True)


def _freedom(x: Any, axis: Any, ddof: float) -> float:
    """What the squares are divided by; NaN where nothing is left to divide by."""
    n = shapes.count(x, axis) - ddof
    return float(n) if n > 0 else np.nan


def _var(ans: Any, x: Any, axis: Any = None, keepdims: bool = False, ddof: float = 0) -> Any:
    return (2.0 / _freedom(x, axis, ddof)) * conjugate(_off(x, axis))


@primitive(
    **rules(_var),
    aliases=("reduce_variance", "math.reduce_variance"),
    samples=SPREAD,
    renamed={"correction": "ddof"},
)
def var(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ddof: float = 0) -> Any:
    """Variance over axis, dividing by n - ddof; that of complex numbers is real.

    Where n - ddof is not positive it is infinite, or NaN if the elements do not differ.
    """
    shapes.axes(x, axis)
    if shapes.count(x, axis) > ddof:
        return xp.var(x, axis=axis, keepdims=keepdims, ddof=ddof)
    off = xp.abs(x - xp.sum(x, axis=axis, keepdims=True) / (shapes.count(x, axis) or 1))
    total = xp.sum(off * off, axis=axis, keepdims=keepdims)
    return xp.where(total > 0, xp.full_like(total, np.inf), xp.full_like(total, np.nan))


def _std(ans: Any, x: Any, axis: Any = None, keepdims: bool = False, ddof: float = 0) -> Any:
    flat = op.equal(ans, 0)
    return op.where(flat, 0.0, conjugate(_off(x, axis)) / (_freedom(x, axis, ddof) * op.where(flat, 1.0, ans)))


@primitive(**rules(_std), aliases=("reduce_std", "math.reduce_std"), samples=SPREAD, renamed={"correction": "ddof"})
def std(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ddof: float = 0) -> Any:
    """Standard deviation over axis, dividing by n - ddof; its gradient is 0 where all elements are equal."""
    return xp.sqrt(var.forward(xp, x, axis=axis, keepdims=keepdims, ddof=ddof))


def _like(found: Any, total: Any) -> Any:
    """The sum of the weights as a tensor of the shape of the average, also where the weights are plain numbers."""
    return convert_to_tensor(op.broadcast_to(total, shape=shapes.shape(found)))


@composite(
    samples=(
        Sample((M,)),
        Sample((M,), {"axis": 1, "weights": np.array([1.0, 3.0, 0.5])}),
        Sample((CUBE,), {"axis": (2, 0), "weights": M.T + 2.0, "keepdims": True}),
    ),
)
def average(x: Any, *, axis: Any = None, weights: Any = None, returned: bool = False, keepdims: bool = False) -> Any:
    """Mean over axis in which each element counts as often as its weight says.

    weights have the shape of x, or of its reduced axes in the order in which `axis` names them; the gradient reaches
    them too. returned: give (average, sum of the weights). NaN where the weights add up to 0. Raises ValueError for
    weights of another shape.
    """
    if weights is None:
        found = op.mean(x, axis=axis, keepdims=keepdims)
        return (found, _like(found, beside(float(shapes.count(x, axis)), x))) if returned else found
    weights = beside(weights, x)
    dims, gone = shapes.shape(x), shapes.axes(x, axis)
    given = shapes.shape(weights)
    if given != dims:
        if given != tuple(dims[a] for a in gone):
            raise ValueError(
                f"average: weights of shape {shapes.text(given)} fit neither x {shapes.text(dims)} nor its axes {gone}"
            )
        order = tuple(int(i) for i in np.argsort(gone))
        weights = op.transpose(weights, axes=order) if len(order) > 1 else weights
        weights = op.reshape(weights, shape=tuple(n if i in gone else 1 for i, n in enumerate(dims)))
    total = op.sum(op.broadcast_to(weights, shape=dims), axis=axis, keepdims=keepdims)
    found = op.sum(x * weights, axis=axis, keepdims=keepdims) / total
    return (found, _like(found, total)) if returned else found


def _rows(x: Any, rowvar: bool) -> Any:
    """One row for each variable."""
    if len(shapes.shape(x)) > 2:
        raise ValueError(f"cov: a matrix of observations has at most 2 axes, not the shape {shapes.text(x.shape)}")
    if len(shapes.shape(x)) < 2:
        return op.reshape(x, shape=(1, -1))
    return x if rowvar else op.transpose(x)


OBSERVED = np.array([[0.5, -1.25, 2.0, 0.3], [1.5, 0.25, -0.75, 1.0]])


@composite(
    optional=1,
    renamed={"m": "x"},
    samples=(
        Sample((OBSERVED,)),
        Sample((OBSERVED[0], OBSERVED[1])),
        Sample((OBSERVED,), {"rowvar": False, "bias": True}),
        Sample((OBSERVED,), {"fweights": np.array([1, 2, 3, 1]), "aweights": np.array([1.0, 0.5, 2.0, 1.0])}),
    ),
)
def cov(
    x: Any,
    y: Any = None,
    *,
    rowvar: bool = True,
    bias: bool = False,
    ddof: Any = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Any:
    """Covariance matrix of the rows of x (columns if rowvar is False), and of those of y with them.

    It divides by n - 1, by n if bias is True, by n - ddof if ddof is given. fweights: how often each observation
    counts; aweights: how much it is worth. One variable alone gives its variance, without axes. Raises ValueError for
    more than 2 axes.
    """
    rows = _rows(x, rowvar)
    if y is not None:
        rows = op.concatenate([rows, _rows(y, rowvar)], axis=0)
    less = ddof if ddof is not None else 0 if bias else 1
    counts, worth = beside(fweights, x), beside(aweights, x)
    weights = counts if worth is None else worth if counts is None else op.multiply(counts, worth)
    if weights is None:
        off = _off(rows, 1)
        weighted, share = off, float(np.maximum(shapes.shape(rows)[1] - less, 0))
    else:
        total = op.sum(weights)
        off = rows - op.sum(rows * weights, axis=1, keepdims=True) / total
        twice = 1.0 if worth is None else op.sum(op.multiply(weights, worth)) / total
        weighted, share = off * weights, total - less * twice
    found = op.matmul(off, op.transpose(conjugate(weighted))) / share
    return op.reshape(found, shape=()) if shapes.shape(rows)[0] == 1 else found


@composite(
    optional=1,
    samples=(Sample((OBSERVED,)), Sample((OBSERVED[0], OBSERVED[1])), Sample((CUBE[0],), {"rowvar": False})),
)
def corrcoef(x: Any, y: Any = None, *, rowvar: bool = True) -> Any:
    """Correlation matrix of the rows of x (columns if rowvar is False), and of those of y with them."""
    found = op.cov(x, y, rowvar=rowvar)
    if not shapes.shape(found):
        return found / found
    own = op.sum(found * namespace(found).eye(shapes.shape(found)[0], dtype=found.dtype), axis=0, keepdims=True)
    spread = op.sqrt(op.real(own))
    return found / spread / op.transpose(spread)
