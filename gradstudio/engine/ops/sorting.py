"""Order: sorting, the largest elements, positions in a sorted sequence."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op

primitive = category("shape", batch="along one axis")
composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
K = np.array([[3, 1, 1], [2, 2, 0]])


def _is_falling(direction: str) -> bool:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f'direction is "ASCENDING" or "DESCENDING", not {direction!r}')
    return direction == "DESCENDING"


def _order(x: Any, axis: Any, direction: str) -> Any:
    return op.argsort(x, axis=axis, direction=direction, stable=True)


def _unsort(g: Any, _ans: Any, x: Any, axis: Any = -1, direction: str = "ASCENDING") -> Any:
    if axis is None:
        back = op.take_along_axis(g, op.argsort(_order(op.reshape(x, shape=-1), -1, direction), axis=-1), axis=-1)
        return op.reshape(back, shape=shapes.shape(x))
    return op.take_along_axis(g, op.argsort(_order(x, axis, direction), axis=axis), axis=axis)


def _push(slot: int, v: Any, ans: Any, x: Any, axis: Any = -1, direction: str = "ASCENDING") -> Any:
    if axis is None:
        x, v, axis = op.reshape(x, shape=-1), op.reshape(v, shape=-1), -1
    return op.take_along_axis(v, _order(x, axis, direction), axis=axis)


@primitive(
    (_unsort,),
    samples=(
        Sample((M,)),
        Sample((M,), {"axis": 0}),
        Sample((M,), {"axis": None}),
        Sample((M,), {"axis": 1, "direction": "DESCENDING"}),
    ),
    jvp=_push,
    renamed={"values": "x"},
)
def sort(xp: Any, x: Any, *, axis: Any = -1, direction: str = "ASCENDING") -> Any:
    """Elements in rising or falling order along axis; None: all of them in a line.

    The gradient goes to where each element came from; of equal ones, the first in x counts as the first.
    """
    out = xp.sort(xp.asarray(x), axis=axis, kind="stable")
    return xp.flip(out, -1 if axis is None else axis) if _is_falling(direction) else out


@primitive(
    differentiable=False,
    samples=(
        Sample((M,), smooth=False),
        Sample((K,), {"axis": 0, "direction": "DESCENDING"}, smooth=False),
    ),
    renamed={"values": "x"},
)
def argsort(xp: Any, x: Any, *, axis: Any = -1, direction: str = "ASCENDING", stable: bool = False) -> Any:
    """Positions that would sort x along axis (None: all elements in a line), int64; it has no gradient.

    Equal elements keep their order in either direction, whether stable is asked for or not.
    """
    x = xp.asarray(x)
    if not _is_falling(direction):
        return xp.argsort(x, axis=axis, kind="stable")
    x, axis = (xp.reshape(x, -1), 0) if axis is None else (x, axis)
    # Sorted backwards and read backwards: the first of equal elements is the first again.
    back = xp.argsort(xp.flip(x, axis), axis=axis, kind="stable")
    return x.shape[axis] - 1 - xp.flip(back, axis)


class TopK(NamedTuple):
    """The largest elements and where they are."""

    values: Any
    indices: Any


@composite(
    aliases=("math.top_k", "nn.top_k"),
    samples=(Sample((M,), {"k": 2}), Sample((M[0],))),
)
def top_k(x: Any, *, k: int = 1, sorted: bool = True, index_type: Any = np.int64) -> TopK:
    """(values, indices) of the k largest elements along the last axis, the largest first; of equal ones the first.

    Raises ValueError where there are fewer. They are sorted, whether that is asked for or not.
    """
    dims = shapes.shape(x)
    if not dims or not 0 <= k <= dims[-1]:
        raise ValueError(f"top_k: k is {k}, but the last axis of shape {shapes.text(dims)} has not as many elements")
    places = op.getitem(_order(x, -1, "DESCENDING"), key=(..., slice(None, k)))
    values = op.take_along_axis(x, places, axis=-1)
    return TopK(values, places if places.dtype == index_type else op.cast(places, dtype=index_type))


@primitive(differentiable=False, samples=(Sample((M,), {"kth": 1}, smooth=False),))
def argpartition(xp: Any, x: Any, *, kth: Any, axis: Any = -1) -> Any:
    """Positions that would partition x along axis as partition does, int64; it has no gradient."""
    return xp.argpartition(xp.asarray(x), kth, axis=axis)


@composite(
    samples=(Sample((M,), {"kth": 1}), Sample((M,), {"kth": 0, "axis": 0}), Sample((M,), {"kth": -2, "axis": None}))
)
def partition(x: Any, *, kth: Any, axis: Any = -1) -> Any:
    """Elements along axis (None: all in a line) so that number kth is where sorting would put it.

    Smaller ones stand before it and larger ones after it, in no particular order. kth may be several numbers.
    """
    if axis is None:
        x, axis = op.reshape(x, shape=-1), -1
    return op.take_along_axis(x, op.argpartition(x, kth=kth, axis=axis), axis=axis)


@primitive(
    differentiable=False,
    batch="",
    samples=(
        Sample((np.array([0.0, 1.0, 1.0, 2.0]), np.array([[1.0, -1.0], [5.0, 0.5]])), {"side": "right"}, smooth=False),
        Sample((np.sort(M), np.array([[0.0], [1.0]])), smooth=False),
    ),
    renamed={"v": "values"},
)
def searchsorted(xp: Any, sorted_sequence: Any, values: Any, *, side: str = "left", out_type: Any = np.int64) -> Any:
    """Where each value would go in a rising sequence so that it stays sorted; it has no gradient.

    side: before ("left") or after ("right") equal elements. A sequence of several axes is one for each row, and the
    values then have rows for the same leading axes.
    """
    rows, wanted = xp.asarray(sorted_sequence), xp.asarray(values)
    if rows.ndim < 2:
        return xp.searchsorted(rows, wanted, side=side).astype(out_type)
    if rows.shape[:-1] != wanted.shape[:-1]:
        raise ValueError("sequence and values must agree in all axes but the last")
    count = int(np.prod(rows.shape[:-1]))
    lines, sought = rows.reshape(count, rows.shape[-1]), wanted.reshape(count, wanted.shape[-1])
    found = [xp.searchsorted(line, v, side=side) for line, v in zip(lines, sought, strict=True)]
    return (xp.stack(found) if found else xp.zeros(wanted.shape)).reshape(wanted.shape).astype(out_type)


@primitive(
    differentiable=False,
    batch="",
    aliases=("math.invert_permutation",),
    samples=(Sample((np.array([2, 0, 1]),), smooth=False),),
)
def invert_permutation(xp: Any, x: Any) -> Any:
    """Position i of the result says where i stands in x. Raises ValueError unless x is 0..n - 1 in some order."""
    x = xp.asarray(x)
    back = xp.argsort(x, kind="stable")
    if x.ndim != 1 or x.dtype.kind not in "iu" or not bool(xp.all(x[back] == xp.arange(len(x)))):
        raise ValueError("it takes the whole numbers from 0 on, each once, in any order")
    return back


@primitive(differentiable=False, batch="", samples=(Sample((np.array([1, 3, 0]),), {"maxlen": 4}, smooth=False),))
def sequence_mask(xp: Any, lengths: Any, *, maxlen: Any = None, dtype: Any = np.bool_) -> Any:
    """True for the first elements of each row, as many as lengths says; rows of maxlen (the longest) elements."""
    lengths = xp.asarray(lengths)
    count = (int(lengths.max()) if lengths.size else 0) if maxlen is None else int(maxlen)
    return (xp.arange(count) < lengths[..., None]).astype(dtype)
