"""Taking elements out and putting cotangents back."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.primitive import Sample, category, op

primitive = category("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])


def _plain(key: Any) -> Any:
    """An index without tensors in it."""
    if isinstance(key, tuple):
        return tuple(_plain(k) for k in key)
    if isinstance(key, list):
        return [_plain(k) for k in key]
    if isinstance(key, slice):
        return slice(_plain(key.start), _plain(key.stop), _plain(key.step))
    return key.numpy() if hasattr(key, "numpy") else key


@primitive(
    (lambda g, ans, x, key: op.put_at(g, key=key, shape=shapes.shape(x)),),
    symbol="[ ]",
    samples=(
        Sample((M,), {"key": 1}),
        Sample((M,), {"key": (slice(None), slice(0, 2))}),
        Sample((M,), {"key": ([0, 0, 1], [1, 1, 2])}),
        Sample((M,), {"key": M > 0}),
    ),
    batch="indexed",
)
def getitem(xp: Any, x: Any, *, key: Any) -> Any:
    """x[key] with NumPy's indexing."""
    return xp.asarray(x)[_plain(key)]


@primitive(
    (lambda g, ans, x, key, shape: op.getitem(g, key=key),),
    samples=(Sample((M[0],), {"key": 1, "shape": (2, 3)}),),
    batch="indexed",
)
def put_at(xp: Any, x: Any, *, key: Any, shape: Any) -> Any:
    """Zeros of a shape with x added at key; the transpose of getitem (repeated positions add up)."""
    key = _plain(key)
    out = xp.zeros(shape, dtype=np.asarray(x).dtype)
    if isinstance(key, int | slice) or (isinstance(key, tuple) and all(isinstance(k, int | slice) for k in key)):
        out[key] = x
    else:
        xp.add.at(out, key, x)
    return out


def _scalar_where(condition: bool, x: Any, y: Any) -> Any:
    return x if condition else y


@primitive(
    (
        None,
        lambda g, ans, condition, x, y: op.where(condition, g, 0.0),
        lambda g, ans, condition, x, y: op.where(condition, 0.0, g),
    ),
    symbol="where",
    samples=(Sample((M > 0, M, 2.0 * M)), Sample((np.array([True, False, True]), M, 1.5))),
    scalar=_scalar_where,
    batch="elementwise",
)
def where(xp: Any, condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y; the branch that is not taken receives 0."""
    return xp.where(condition, x, y)


def _taken(g: Any, ans: Any, x: Any, indices: Any, axis: int = 0) -> Any:
    rank = len(shapes.shape(x))
    plain = indices.numpy() if hasattr(indices, "numpy") else np.asarray(indices)
    key = (slice(None),) * (axis % rank) + (plain,)
    return op.put_at(g, key=key, shape=shapes.shape(x))


@primitive(
    (_taken, None),
    aliases=("gather",),
    samples=(Sample((M, np.array([0, 1, 1]))), Sample((M, np.array([[0, 2]])), {"axis": 1})),
)
def take(xp: Any, x: Any, indices: Any, *, axis: int = 0) -> Any:
    """Elements at whole-number positions along axis."""
    return xp.take(x, indices, axis=axis)


@primitive(differentiable=False, samples=(Sample((np.array([0, 2]),), {"depth": 3}, smooth=False),))
def one_hot(xp: Any, indices: Any, *, depth: int, dtype: Any = np.float64) -> Any:
    """A row of zeros with a one at each index, along a new last axis of length depth."""
    return (xp.asarray(indices)[..., None] == xp.arange(depth)).astype(dtype)


def _along(g: Any, ans: Any, x: Any, indices: Any, axis: int = -1) -> Any:
    plain = np.asarray(indices)
    key: list[Any] = list(np.indices(plain.shape, sparse=True))
    key[axis] = plain
    return op.put_at(g, key=tuple(key), shape=shapes.shape(x))


@primitive(
    (_along, None),
    samples=(Sample((M, np.array([[0, 0], [2, 1]]))), Sample((M, np.array([[0, 1, 1]])), {"axis": 0})),
)
def take_along_axis(xp: Any, x: Any, indices: Any, *, axis: int = -1) -> Any:
    """The element at each whole-number position along axis; indices and x agree in the other axes."""
    return xp.take_along_axis(xp.asarray(x), xp.asarray(indices), axis=axis)


def _sorted(g: Any, ans: Any, x: Any, axis: int = -1) -> Any:
    order = np.argsort(np.asarray(x), axis=axis, kind="stable")
    return op.take_along_axis(g, np.argsort(order, axis=axis, kind="stable"), axis=axis)


@primitive((_sorted,), samples=(Sample((M,)), Sample((M,), {"axis": 0})))
def sort(xp: Any, x: Any, *, axis: int = -1) -> Any:
    """Elements in rising order along axis."""
    return xp.sort(x, axis=axis, kind="stable")


@primitive(differentiable=False, samples=(Sample((M,), smooth=False),))
def argsort(xp: Any, x: Any, *, axis: int = -1) -> Any:
    """Positions that would sort x along axis; it has no gradient."""
    return xp.argsort(x, axis=axis, kind="stable")
