"""Taking elements out with x[...], putting cotangents back, and choosing between two values."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.calling import KEYED
from gradstudio.engine.ops.index_batches import keyed
from gradstudio.engine.ops.keys import INDEX, fill
from gradstudio.engine.tensor import raw

primitive = category("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.arange(24.0).reshape(2, 3, 4) / 7.0 - 1.3
I = np.array([0, 1, 1])  # noqa: E741
J = np.array([[0], [2]])


def _taken(slot: int, g: Any, _ans: Any, _x: Any, *indices: Any, key: Any) -> Any:
    return None if slot else op.put_at(g, *indices, key=key, shape=shapes.shape(_x))


@primitive(
    _taken,
    symbol="[ ]",
    samples=(
        Sample((M,), {"key": 1}),
        Sample((M,), {"key": (..., None, slice(None, None, -2))}),
        Sample((M,), {"key": ([0, 0, 1], [1, 1, 2])}),
        Sample((M,), {"key": M > 0}),
        Sample((M, np.array([0, 1, 0])), {"key": INDEX}),
        Sample((C, I, J), {"key": (0, INDEX, INDEX)}),
        Sample((C, np.array([0, -1])), {"key": (slice(None), INDEX, slice(1, 3))}),
        Sample((C, np.array([0, 1]), I[:2]), {"key": (INDEX, slice(None), INDEX)}),
        Sample((C, M > 0, np.array(2)), {"key": (INDEX, INDEX)}),
    ),
    batch=keyed,
    calling=KEYED,
    jvp="multilinear",
)
def getitem(xp: Any, x: Any, *indices: Any, key: Any) -> Any:
    """x[key] with all of NumPy's indexing: numbers, slices, None, ..., arrays of whole numbers, masks.

    Index arrays (and tensors) are inputs of the op; `key` shows "idx" in their places. Repeated positions add up in
    the gradient. Raises IndexError for a position outside x.
    """
    return xp.asarray(x)[fill(key, indices)]


def _put(slot: int, g: Any, _ans: Any, _x: Any, *indices: Any, key: Any, shape: Any) -> Any:
    return None if slot else op.getitem(g, *indices, key=key)


@primitive(
    _put,
    samples=(
        Sample((M[0],), {"key": 1, "shape": (2, 3)}),
        Sample((M, np.array([2, -2])), {"key": INDEX, "shape": (4, 3)}),
        Sample((C, I, J), {"key": (INDEX, INDEX), "shape": (2, 3, 4)}),
        Sample((M, I), {"key": (slice(None), INDEX), "shape": (2, 2)}),
        Sample((1.5, I), {"key": (slice(None), INDEX), "shape": (2, 3)}),
        Sample((np.array([0.5, 2.0]), np.array([[False, True], [True, False]])), {"key": INDEX, "shape": (2, 2)}),
    ),
    batch=keyed,
    calling=KEYED,
    jvp="multilinear",
)
def put_at(xp: Any, x: Any, *indices: Any, key: Any, shape: Any) -> Any:
    """Zeros of a shape with x added at key; the transpose of getitem (repeated positions add up)."""
    x = xp.asarray(x)
    shape = tuple(shape)
    out = xp.zeros(shape, dtype=x.dtype)
    parts = key if type(key) is tuple else (key,)
    if not indices:
        out[key] = x
    elif all(type(part) is str for part in parts) and all(i.dtype.kind != "b" for i in indices):
        _add_rows(xp, out, indices, x)
    else:
        xp.add.at(out, fill(key, indices), x)
    return out


def _add_rows(xp: Any, out: Any, indices: tuple[Any, ...], x: Any) -> None:
    """The same with one number for each place: add.at is several times as fast along one axis."""
    row: Any = 0
    rest = out.shape[len(indices) :]
    for given, n in zip(indices, out.shape, strict=False):
        if given.dtype.kind not in "iu":
            raise IndexError(f"positions are whole numbers, not {given.dtype} values")
        index = xp.asarray(given, dtype=np.int64)
        if index.size and (index.min() < -n or index.max() >= n):
            raise IndexError(f"an index is out of bounds for an axis of length {n}")
        row = row * n + xp.where(index < 0, index + n, index)
    size = int(np.prod(rest))
    places = row[..., None] * size + xp.arange(size)
    values = xp.broadcast_to(x, (*row.shape, *rest))
    xp.add.at(xp.reshape(out, -1), places.reshape(-1), values.reshape(-1))


def _scalar_where(condition: bool, x: Any, y: Any) -> Any:
    return x if condition else y


@primitive(
    (
        None,
        lambda g, _ans, condition, _x, _y: op.where(condition, g, 0.0),
        lambda g, _ans, condition, _x, _y: op.where(condition, 0.0, g),
    ),
    symbol="where",
    samples=(Sample((M > 0, M, 2.0 * M)), Sample((np.array([True, False, True]), M, 1.5))),
    optional=2,
    scalar=_scalar_where,
    batch="elementwise",
)
def where(xp: Any, condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y, with broadcasting; the branch that is not taken receives 0.

    With the condition alone: where its true elements are, integer, shape [how many, rank].
    """
    if x is None and y is None:
        return xp.argwhere(xp.asarray(condition))
    if x is None or y is None:
        raise TypeError("it needs a condition, and both x and y or none of them: where(condition, x, y)")
    return xp.where(condition, x, y)


@primitive(differentiable=False, samples=(Sample((M > 0,), smooth=False),))
def argwhere(xp: Any, x: Any) -> Any:
    """The positions of the elements that are not zero or false, in order: int64, shape [how many, rank]."""
    return xp.argwhere(x)


@primitive(
    differentiable=False, batch="along one axis", samples=(Sample((np.array([0, 2]),), {"depth": 3}, smooth=False),)
)
def one_hot(
    xp: Any,
    indices: Any,
    *,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int = -1,
    dtype: Any = None,
) -> Any:
    """Along a new axis of length depth: on_value (1) at the place each index names, off_value (0) elsewhere.

    An index outside 0..depth - 1 gives no on_value. dtype: that of the values, float64 if neither is given.
    """
    on, off = 1 if on_value is None else raw(on_value), 0 if off_value is None else raw(off_value)
    if dtype is None:
        dtype = np.float64 if on_value is None and off_value is None else np.result_type(on, off)
    hit = xp.expand_dims(xp.asarray(indices), -1) == xp.arange(depth)
    return xp.moveaxis(xp.where(hit, xp.asarray(on, dtype), xp.asarray(off, dtype)), -1, axis)
