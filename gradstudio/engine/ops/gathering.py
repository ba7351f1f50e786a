"""Taking elements and slices at whole-number positions: gather, take and their kin."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.batching import Batched
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.index_batches import gathered, picked
from gradstudio.engine.ops.keys import INDEX
from gradstudio.engine.slices import Slices
from gradstudio.engine.tensor import Tensor

primitive = category("shape")
composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.arange(24.0).reshape(2, 3, 4) / 7.0 - 1.3
B = np.arange(12.0).reshape(2, 3, 2, 1) / 7.0


def _axes(x: Any, indices: Any, axis: Any, batch_dims: int) -> tuple[int, int]:
    """axis and batch_dims as non-negative numbers. Raises ValueError where they do not fit."""
    rank, joint = len(shapes.shape(x)), len(shapes.shape(indices))
    if batch_dims < 0:
        batch_dims += joint
    axis = batch_dims if axis is None else axis
    axis = axis + rank if axis < 0 else axis
    if not 0 <= batch_dims <= min(axis, joint) or axis >= rank:
        raise ValueError(f"axis {axis} and batch_dims {batch_dims} do not fit {rank} axes and indices of {joint}")
    return axis, batch_dims


def _rows(xp: Any, indices: Any, batch_dims: int) -> tuple[Any, ...]:
    """One index array for each batch axis, and the indices."""
    dims = shapes.shape(indices)
    return (
        *[xp.arange(dims[i]).reshape((-1,) + (1,) * (len(dims) - 1 - i)) for i in range(batch_dims)],
        indices,
    )


def _spread(g: Any, x: Any, indices: Any, axis: int, batch_dims: int) -> Any:
    """The transpose of gather."""
    if not batch_dims:
        key = (*(slice(None),) * axis, indices)
        return op.put_at(g, key=key, shape=shapes.shape(x))
    joint = tuple(range(batch_dims, len(shapes.shape(indices))))
    lined = op.moveaxis(g, source=tuple(a + axis - batch_dims for a in joint), destination=joint)
    dims = list(shapes.shape(x))
    dims.insert(batch_dims, dims.pop(axis))
    keys = _rows(namespace(g), indices, batch_dims)
    back = op.put_at(lined, *keys, key=(INDEX,) * len(keys), shape=tuple(dims))
    return op.moveaxis(back, source=batch_dims, destination=axis)


def _ungather(
    slot: int,
    g: Any,
    _ans: Any,
    x: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Any:
    if slot:
        return None
    axis, batch_dims = _axes(x, indices, axis, batch_dims)
    if axis or batch_dims or isinstance(g, Tensor | Batched) or isinstance(indices, Batched) or g.dtype.kind == "c":
        return _spread(g, x, indices, axis, batch_dims)
    # Few rows of a large table: the gradient stays as those rows for as long as nothing needs all of it.
    dims = shapes.shape(x)
    places = op.mod(op.reshape(indices, shape=-1), dims[0])
    return Slices(op.reshape(g, shape=(shapes.count(indices, None), *dims[1:])), places, dims)


@primitive(
    _ungather,
    samples=(
        Sample((M, np.array([0, 1, 1]))),
        Sample((M, np.array([[0, 2]])), {"axis": 1}),
        Sample((C, np.array([[0, -1]])), {"axis": -2}),
        Sample((C, 1), {"axis": 2}),
        Sample((C, np.array([[2, 0], [1, 1]])), {"batch_dims": 1}),
        Sample((C, np.array([[3, 0, 0], [1, 1, 2]])), {"axis": 2, "batch_dims": 1}),
        Sample((B, np.array([[[1, 0, 1]] * 3] * 2)), {"axis": 2, "batch_dims": 2}),
    ),
    batch=gathered,
    jvp="multilinear",
)
def gather(
    xp: Any, x: Any, indices: Any, *, validate_indices: Any = None, axis: Any = None, batch_dims: int = 0
) -> Any:
    """Slices of x at whole-number positions along axis: shape x[:axis] + indices[batch_dims:] + x[axis + 1:].

    The first batch_dims axes of x and of the indices belong together. axis: 0, or the first after those, by default.
    Along axis 0 the gradient of a leaf is an IndexedSlices: its rows, not yet added up. Negative positions count from
    the end. Raises IndexError for a position outside, ValueError for axes that do not fit.
    """
    axis, batch_dims = _axes(x, indices, axis, batch_dims)
    x, indices = xp.asarray(x), xp.asarray(indices)
    if not batch_dims:
        return xp.take(x, indices, axis=axis)
    found = xp.moveaxis(x, axis, batch_dims)[_rows(xp, indices, batch_dims)]
    joint = tuple(range(batch_dims, indices.ndim))
    return xp.moveaxis(found, joint, tuple(a + axis - batch_dims for a in joint))


@composite(
    samples=(
        Sample((M, np.array([5, 0]))),
        Sample((M, np.array([[0, 2]])), {"axis": 1}),
        Sample((M, np.array([-4, 4])), {"axis": 1, "mode": "wrap"}),
        Sample((M, np.array([-4, 4])), {"axis": 1, "mode": "clip"}),
    ),
)
def take(x: Any, indices: Any, *, axis: Any = None, mode: str = "raise") -> Any:
    """NumPy's take: elements at whole-number positions along axis, or of all elements in a line by default.

    mode: what a position outside does: "raise" an IndexError, "wrap" around, or "clip" to the ends (where negative
    positions are outside too).
    """
    if axis is None:
        x, axis = op.reshape(x, shape=-1), 0
    count = shapes.shape(x)[axis]
    if mode == "wrap":
        indices = op.mod(indices, count)
    elif mode == "clip":
        indices = op.minimum(op.maximum(indices, 0), count - 1)
    elif mode != "raise":
        raise ValueError(f'take: mode is "raise", "wrap" or "clip", not {mode!r}')
    return op.gather(x, indices, axis=axis)


def columns(name: str, indices: Any) -> tuple[Any, ...]:
    """The positions along each axis, from index vectors in the last axis. Raises ValueError where there are none."""
    if not shapes.shape(indices):
        raise ValueError(f"{name}: indices must be vectors of positions, in the last axis")
    return tuple([op.getitem(indices, key=(..., i)) for i in range(shapes.shape(indices)[-1])])


@composite(
    samples=(
        Sample((M, np.array([[0, 2], [1, 0], [0, 2]]))),
        Sample((C, np.array([[[1]], [[0]]]))),
        Sample((C, np.array([[[2], [0]], [[1], [1]]])), {"batch_dims": 1}),
        Sample((M, np.zeros((2, 0), np.int64))),
    ),
)
def gather_nd(x: Any, indices: Any, *, batch_dims: int = 0) -> Any:
    """Slices of x at index vectors, which lie in the last axis of indices: shape indices[:-1] + x[their length:].

    The first batch_dims axes of x and of the indices belong together. Raises IndexError for a position outside.
    """
    places = columns("gather_nd", indices)
    if not places and not batch_dims:
        return op.broadcast_to(x, shape=shapes.shape(indices)[:-1] + shapes.shape(x))
    dims = shapes.shape(indices)[:-1]
    if not 0 <= batch_dims <= len(dims) or dims[:batch_dims] != shapes.shape(x)[:batch_dims]:
        raise ValueError(
            f"gather_nd: batch_dims is {batch_dims}: x and indices must begin with the same {batch_dims} lengths"
        )
    if len(places) + batch_dims > len(shapes.shape(x)):
        raise ValueError(
            f"gather_nd: index vectors of length {len(places)} are too long for {len(shapes.shape(x))} axes"
        )
    xp = namespace(x)
    rows = [xp.arange(dims[i]).reshape((-1,) + (1,) * (len(dims) - 1 - i)) for i in range(batch_dims)]
    return op.getitem(x, *rows, *places, key=(INDEX,) * (batch_dims + len(places)))


def _places(xp: Any, x: Any, indices: Any, axis: int) -> tuple[Any, ...]:
    """One index array for each axis of x, which broadcast to the shape of the result."""
    dims = shapes.shape(x)
    lines = [xp.arange(n).reshape((-1,) + (1,) * (len(dims) - 1 - i)) for i, n in enumerate(dims)]
    lines[axis % len(dims)] = indices
    return tuple(lines)


def _unpick(slot: int, g: Any, _ans: Any, x: Any, indices: Any, axis: Any = -1) -> Any:
    if slot:
        return None
    if axis is None:
        return op.reshape(op.put_at(g, indices, key=INDEX, shape=(shapes.count(x, None),)), shape=shapes.shape(x))
    places = _places(namespace(g), x, indices, axis)
    return op.put_at(g, *places, key=(INDEX,) * len(places), shape=shapes.shape(x))


@primitive(
    _unpick,
    samples=(
        Sample((M, np.array([[0, 0], [2, 1]]))),
        Sample((M, np.array([[0, 1, 1]])), {"axis": 0}),
        Sample((M[:1], np.array([[0, 1], [-1, 1]])), {"axis": 1}),
        Sample((M, np.array([5, 5, 0])), {"axis": None}),
    ),
    batch=picked,
    jvp="multilinear",
    renamed={"arr": "x"},
)
def take_along_axis(xp: Any, x: Any, indices: Any, *, axis: Any = -1) -> Any:
    """The element at each whole-number position along axis; x and the indices broadcast along the other axes.

    axis None: of all elements in a line. Raises IndexError for a position outside.
    """
    return xp.take_along_axis(xp.asarray(x), xp.asarray(indices), axis=axis)


@composite(
    aliases=("nn.embedding_lookup",),
    samples=(Sample((M.T, np.array([[0, 2], [2, 1]]))), Sample((M.T, np.array([2, 0])), {"max_norm": 1.0})),
)
def embedding_lookup(x: Any, ids: Any, *, max_norm: Any = None) -> Any:
    """The rows of a table at whole-number positions; rows longer than max_norm are shortened to it.

    The gradient of the table is an IndexedSlices, as of gather.
    """
    rows = op.gather(x, ids, axis=0)
    if max_norm is None:
        return rows
    over = tuple(range(len(shapes.shape(ids)), len(shapes.shape(rows))))
    squares = op.sum(op.square(rows), axis=over, keepdims=True)
    is_long = op.greater(squares, max_norm * max_norm)
    return op.where(is_long, rows * max_norm / op.sqrt(op.where(is_long, squares, 1.0)), rows)
