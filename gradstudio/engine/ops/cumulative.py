"""Running results along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.primitive import Sample, category, op

primitive = category("reduction")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
Z = np.array([[0.5, 0.0, 2.0, -1.5], [0.0, 0.0, -0.75, 3.0]])


def _shifted(x: Any) -> Any:
    """x moved on by one along the last axis, with 0 in front and the last element dropped."""
    dims = shapes.shape(x)
    edge = np.zeros((*dims[:-1], min(1, dims[-1])), x.dtype)
    return op.concatenate([edge, op.getitem(x, key=(..., slice(None, -1)))], axis=-1)


def _cumsum(g: Any, ans: Any, x: Any, axis: Any = None, exclusive: bool = False, reverse: bool = False) -> Any:
    back = op.cumsum(g, axis=-1 if axis is None else axis, exclusive=exclusive, reverse=not reverse)
    return op.reshape(back, shape=shapes.shape(x))


@primitive(
    (_cumsum,),
    aliases=("math.cumsum",),
    samples=(
        Sample((M,)),
        Sample((M,), {"axis": 1}),
        Sample((M[0],)),
        Sample((M,), {"axis": 0, "exclusive": True}),
        Sample((M,), {"axis": -1, "reverse": True}),
        Sample((M,), {"axis": -1, "reverse": True, "exclusive": True}),
    ),
    batch="along one axis",
)
def cumsum(xp: Any, x: Any, *, axis: Any = None, exclusive: bool = False, reverse: bool = False) -> Any:
    """Running sum along axis, over all elements in C order if axis is None; exclusive leaves out the element itself."""
    return _running(xp, xp.cumsum, xp.asarray(x), axis, exclusive, reverse, 0)


def _running(xp: Any, run: Any, x: Any, axis: Any, exclusive: bool, reverse: bool, start: int) -> Any:
    lined, along = (x.ravel(), 0) if axis is None else (x, axis)
    if reverse:
        lined = xp.flip(lined, along)
    if exclusive and lined.shape[along]:
        moved = xp.moveaxis(lined, along, 0)
        lined = xp.moveaxis(xp.concatenate([xp.full_like(moved[:1], start), moved[:-1]]), 0, along)
    out = run(lined, axis=along)
    return xp.flip(out, along) if reverse else out


def _recurrence_factor(g: Any, ans: Any, factor: Any, term: Any) -> Any:
    return _recurrence_term(g, ans, factor, term) * _shifted(ans)


def _recurrence_term(g: Any, ans: Any, factor: Any, term: Any) -> Any:
    moved = _shifted(op.flip(factor, axis=-1))
    return op.flip(op.recurrence(moved, op.flip(g, axis=-1)), axis=-1)


@primitive((_recurrence_factor, _recurrence_term), samples=(Sample((M, M + 1.0)), Sample((Z, Z[::-1] + 1.0))))
def recurrence(xp: Any, factor: Any, term: Any) -> Any:
    """h[i] = factor[i] * h[i - 1] + term[i] along the last axis, from h[-1] = 0; both inputs have the same shape."""
    factor, term = xp.asarray(factor), xp.asarray(term)
    if factor.shape != term.shape or not factor.ndim:
        raise ValueError("factor and term must have the same shape and at least one axis")
    out = xp.empty(term.shape, xp.result_type(factor, term))
    state = 0.0 * term[..., 0] if term.shape[-1] else None
    for i in range(term.shape[-1]):
        state = factor[..., i] * state + term[..., i]
        out[..., i] = state
    return out


def _cumprod(g: Any, ans: Any, x: Any, axis: Any = None, exclusive: bool = False, reverse: bool = False) -> Any:
    # No division: what the factors before make, times what is still to come, so that zeros do no harm.
    rank = len(shapes.shape(x))
    line = op.reshape(x, shape=-1) if axis is None else op.swapaxes(x, axis1=axis, axis2=rank - 1)
    along = g if axis is None else op.swapaxes(g, axis1=axis, axis2=rank - 1)
    if reverse:
        line, along = op.flip(line, axis=-1), op.flip(along, axis=-1)
    before = op.cumprod(line, axis=-1, exclusive=True)
    if exclusive:  # element i reaches the outputs after it only
        along = op.flip(_shifted(op.flip(along, axis=-1)), axis=-1)
    to_come = _shifted(op.flip(line, axis=-1))
    back = before * op.flip(op.recurrence(to_come, op.flip(along, axis=-1)), axis=-1)
    if reverse:
        back = op.flip(back, axis=-1)
    return op.reshape(back, shape=shapes.shape(x)) if axis is None else op.swapaxes(back, axis1=axis, axis2=rank - 1)


@primitive(
    (_cumprod,),
    aliases=("math.cumprod",),
    samples=(
        Sample((M,)),
        Sample((Z,), {"axis": 1}),
        Sample((Z,), {"axis": 0}),
        Sample((Z,), {"axis": 1, "exclusive": True}),
        Sample((Z,), {"axis": 1, "reverse": True}),
        Sample((M,), {"axis": -1, "reverse": True, "exclusive": True}),
    ),
    batch="along one axis",
)
def cumprod(xp: Any, x: Any, *, axis: Any = None, exclusive: bool = False, reverse: bool = False) -> Any:
    """Running product along axis, over all elements if axis is None; its gradient is right also where factors are 0."""
    return _running(xp, xp.cumprod, xp.asarray(x), axis, exclusive, reverse, 1)


def _diff(g: Any, ans: Any, x: Any, axis: int = -1) -> Any:
    dims = list(shapes.shape(x))
    dims[axis] = 1
    edge = np.zeros(dims, g.dtype)
    return op.concatenate([edge, g], axis=axis) - op.concatenate([g, edge], axis=axis)


@primitive((_diff,), samples=(Sample((M,)), Sample((M,), {"axis": 0})), batch="along one axis")
def diff(xp: Any, x: Any, *, axis: int = -1) -> Any:
    """Each element less the one before it along axis: one element fewer."""
    return xp.diff(x, axis=axis)
