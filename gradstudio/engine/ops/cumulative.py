"""Running sums and products along an axis, and the recurrence that their gradients are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, category, op

primitive = category("reduction", batch="along one axis")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
Z = np.array([[0.5, 0.0, 2.0, -1.5], [0.0, 0.0, -0.75, 3.0]])
WAYS = (
    Sample((M,)),
    Sample((M,), {"axis": None}),
    Sample((M,), {"axis": -1}),
    Sample((M[0],)),
    Sample((M,), {"axis": 1, "reverse": True}),
)
LEFT_OUT = (
    Sample((M,), {"axis": 0, "exclusive": True}),
    Sample((M,), {"axis": -1, "exclusive": True, "reverse": True}),
)


def shifted(x: Any, start: float = 0.0) -> Any:
    """x moved on by one along the last axis, with `start` in front and the last element dropped."""
    dims = shapes.shape(x)
    edge = namespace(x).full((*dims[:-1], min(1, dims[-1])), start, x.dtype)
    return op.concatenate([edge, op.getitem(x, key=(..., slice(None, -1)))], axis=-1)


def later(factor: Any, g: Any) -> Any:
    """s[j] = g[j] + factor[j + 1] * s[j + 1] along the last axis: the transpose of a recurrence."""
    return op.flip(op.recurrence(shifted(op.flip(factor, axis=-1)), op.flip(g, axis=-1)), axis=-1)


@primitive(
    (
        lambda g, ans, factor, _term: later(factor, g) * shifted(ans),
        lambda g, _ans, factor, _term: later(factor, g),
    ),
    samples=(Sample((M, M + 1.0)), Sample((Z, Z[::-1] + 1.0)), Sample((M, M[0]))),
    batch="elementwise",
    jvp=lambda slot, v, ans, factor, term: op.recurrence(factor, v * shifted(ans) if slot == 0 else v),
)
def recurrence(xp: Any, factor: Any, term: Any) -> Any:
    """h[i] = factor[i] * h[i - 1] + term[i] along the last axis, from 0 before its start.

    Both inputs broadcast against each other. Raises ValueError for inputs without axes and for last axes of two
    lengths. Source of the way in log2(n) steps: Hillis and Steele (1986), Data parallel algorithms.
    """
    factor, term = xp.asarray(factor), xp.asarray(term)
    if not factor.ndim or factor.shape[-1:] != term.shape[-1:]:
        raise ValueError("factor and term must have at least one axis, and last axes of equal length")
    dims = np.broadcast_shapes(factor.shape, term.shape)
    factor, term = xp.broadcast_to(factor, dims), xp.broadcast_to(term, dims)
    step = 1
    while step < dims[-1]:
        joined = factor[..., step:] * term[..., :-step] + term[..., step:]
        term = xp.concatenate([term[..., :step], joined], axis=-1)
        factor = xp.concatenate([factor[..., :step], factor[..., step:] * factor[..., :-step]], axis=-1)
        step *= 2
    return term


def _line(x: Any, axis: Any, reverse: bool) -> Any:
    """x with the axis it runs along as the last, running forward; all elements in one line if axis is None."""
    rank = len(shapes.shape(x))
    line = op.reshape(x, shape=(-1,)) if axis is None or not rank else op.swapaxes(x, axis1=axis, axis2=rank - 1)
    return op.flip(line, axis=-1) if reverse else line


def _unline(line: Any, x: Any, axis: Any, reverse: bool) -> Any:
    """A line back in the shape of x."""
    line = op.flip(line, axis=-1) if reverse else line
    dims = shapes.shape(x)
    return (
        op.reshape(line, shape=dims) if axis is None or not dims else op.swapaxes(line, axis1=axis, axis2=len(dims) - 1)
    )


def scan_rules(run: str, parts: Callable[..., Any]) -> dict[str, Any]:
    """Both rules of a scan that moves by d ans[i] = factor[i] * d ans[i - 1] + weight[i] * dx[i].

    run: its name; parts(line, ans) gives factor and weight along the last axis.
    """

    def on_a_line(ans: Any, x: Any, axis: Any, exclusive: bool, reverse: bool) -> Any:
        line = _line(x, axis, reverse)
        return parts(line, getattr(op, run)(line, axis=-1) if exclusive else _line(ans, axis, reverse))

    def vjp(g: Any, ans: Any, x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False) -> Any:
        factor, weight = on_a_line(ans, x, axis, exclusive, reverse)
        along = _line(g, axis, reverse)
        if exclusive:  # an element reaches the results after it only
            along = op.flip(shifted(op.flip(along, axis=-1)), axis=-1)
        return _unline(weight * later(factor, along), x, axis, reverse)

    def jvp(slot: int, v: Any, ans: Any, x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False) -> Any:
        factor, weight = on_a_line(ans, x, axis, exclusive, reverse)
        moved = op.recurrence(factor, weight * _line(v, axis, reverse))
        return _unline(shifted(moved) if exclusive else moved, ans, axis, reverse)

    return {"vjps": (vjp,), "jvp": jvp}


def _cumsum(
    g: Any, _ans: Any, _x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, dtype: Any = None
) -> Any:
    along = 0 if axis is None else axis
    back = op.cumsum(g, axis=along, exclusive=exclusive, reverse=not reverse)
    return op.reshape(back, shape=shapes.shape(_x))


@primitive((_cumsum,), aliases=("math.cumsum",), samples=(*WAYS, *LEFT_OUT), jvp="linear")
def cumsum(xp: Any, x: Any, *, axis: Any = 0, exclusive: bool = False, reverse: bool = False, dtype: Any = None) -> Any:
    """Running sum along axis, over all elements in C order if axis is None.

    exclusive: without the element itself; reverse: from the end.
    """
    return running(xp, lambda line, n: xp.cumsum(line, axis=n, dtype=dtype), x, axis, exclusive, reverse, 0)


def running(xp: Any, run: Callable[..., Any], x: Any, axis: Any, exclusive: bool, reverse: bool, start: float) -> Any:
    """run(line, axis), with the three options that scans have."""
    x = xp.asarray(x)
    line, along = (xp.reshape(x, (-1,)), 0) if axis is None or not x.ndim else (x, axis)
    if reverse:
        line = xp.flip(line, along)
    if exclusive and line.shape[along]:
        moved = xp.moveaxis(line, along, 0)
        line = xp.moveaxis(xp.concatenate([xp.full_like(moved[:1], start), moved[:-1]]), 0, along)
    out = run(line, along)
    return xp.flip(out, along) if reverse else out


def _product(line: Any, ans: Any) -> Any:
    # No division: the factors before an element make its weight, so zeros do no harm.
    return line, shifted(ans, 1.0)


@primitive(
    **scan_rules("cumprod", _product),
    aliases=("math.cumprod",),
    samples=(
        *WAYS,
        *LEFT_OUT,
        Sample((Z,), {"axis": 1}),
        Sample((Z,)),
        Sample((Z,), {"axis": 1, "exclusive": True}),
        Sample((Z,), {"axis": 1, "reverse": True}),
    ),
)
def cumprod(xp: Any, x: Any, *, axis: Any = 0, exclusive: bool = False, reverse: bool = False) -> Any:
    """Running product along axis, over all elements in C order if axis is None.

    exclusive: without the element itself; reverse: from the end. Its gradients are right also where factors are 0.
    """
    return running(xp, lambda line, n: xp.cumprod(line, axis=n), x, axis, exclusive, reverse, 1)
