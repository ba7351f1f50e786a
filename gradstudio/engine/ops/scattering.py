"""Putting values in chosen places of a new array, or of a copy: what item assignment would do."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.calling import PAIRED
from gradstudio.engine.ops.gathering import columns
from gradstudio.engine.ops.keys import INDEX

composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
P = np.array([[0, 2], [1, 0]])
R = np.array([[1], [1], [0]])
U = np.array([0.75, -2.0])
ONTO = (
    Sample((M, P, U)),
    Sample((M.T, np.array([[2], [0]]), M[:, :2] + 1.0)),
    Sample((M, R, np.arange(9.0).reshape(3, 3) / 7.0)),
    Sample((M, np.zeros((2, 0), np.int64), np.stack([M, M + 1.2]) / 3.0)),
)


def _fitting(name: str, dims: tuple[int, ...], indices: Any, updates: Any) -> tuple[tuple[Any, ...], Any]:
    """(the positions along each axis, the updates in full). Raises ValueError where they do not fit a shape."""
    places = columns(name, indices)
    if len(places) > len(dims):
        raise ValueError(f"{name}: index vectors of length {len(places)} are too long for shape {shapes.text(dims)}")
    have, want = shapes.shape(updates), shapes.shape(indices)[:-1] + dims[len(places) :]
    if have == want:
        return places, updates
    if len(have) > len(want) or any(m not in (1, n) for m, n in zip(have[::-1], want[::-1], strict=False)):
        raise ValueError(f"{name}: the updates have shape {shapes.text(have)}, their places {shapes.text(want)}")
    return places, op.broadcast_to(updates, shape=want)


def _put(name: str, dims: tuple[int, ...], indices: Any, updates: Any) -> Any:
    """Zeros of a shape with updates added at index vectors."""
    places, updates = _fitting(name, dims, indices, updates)
    if not places:
        return op.sum(updates, axis=tuple(range(len(shapes.shape(indices)) - 1)))
    return op.put_at(updates, *places, key=(INDEX,) * len(places), shape=dims)


@composite(
    samples=(
        Sample((P, U), {"shape": (2, 3)}),
        Sample((R, M[:1] * np.ones((3, 1))), {"shape": (4, 3)}),
    )
)
def scatter_nd(indices: Any, updates: Any, *, shape: Any) -> Any:
    """Zeros of a shape with updates added at index vectors (last axis of indices); repeated ones add up.

    Raises ValueError where the updates do not fit, IndexError for a position outside.
    """
    dims = (shape,) if isinstance(shape, int) else tuple([int(n) for n in shape])
    return _put("scatter_nd", dims, indices, updates)


@composite(samples=ONTO)
def tensor_scatter_nd_add(tensor: Any, indices: Any, updates: Any) -> Any:
    """tensor with updates added at index vectors (last axis of indices); repeated ones add up."""
    return op.add(tensor, _put("tensor_scatter_nd_add", shapes.shape(tensor), indices, updates))


@composite(samples=ONTO)
def tensor_scatter_nd_sub(tensor: Any, indices: Any, updates: Any) -> Any:
    """tensor with updates subtracted at index vectors (last axis of indices); repeated ones add up."""
    return op.subtract(tensor, _put("tensor_scatter_nd_sub", shapes.shape(tensor), indices, updates))


def _numbers(places: tuple[Any, ...], dims: tuple[int, ...]) -> Any:
    """Positions along the first axes as numbers of slices, counted in C order."""
    number: Any = 0
    for place, n in zip(places, dims, strict=False):
        number = op.add(op.multiply(number, n), op.mod(place, n))
    return op.reshape(number, shape=-1)


@composite(samples=ONTO)
def tensor_scatter_nd_update(tensor: Any, indices: Any, updates: Any) -> Any:
    """tensor with the slices at index vectors (last axis of indices) replaced by updates: functional item assignment.

    Of repeated index vectors the last one counts, and only it has a gradient. Raises ValueError where the updates do
    not fit, IndexError for a position outside.
    """
    dims = shapes.shape(tensor)
    places, updates = _fitting("tensor_scatter_nd_update", dims, indices, updates)
    each, rest = shapes.shape(indices)[:-1], dims[len(places) :]
    if not places:  # each update replaces all of it
        lined = op.reshape(updates, shape=(int(np.prod(each)), *dims))
        return op.where(True, lined[-1], tensor) if np.prod(each) else op.identity(tensor)
    numbers = _numbers(places, dims)
    order = namespace(tensor, updates).arange(int(np.prod(each)))
    last = op.unsorted_segment_max(order, numbers, num_segments=int(np.prod(dims[: len(places)])))
    is_new = op.reshape(op.greater_equal(last, 0), shape=dims[: len(places)] + (1,) * len(rest))
    is_last = op.reshape(op.equal(op.gather(last, numbers, axis=0), order), shape=each + (1,) * len(rest))
    placed = op.put_at(op.where(is_last, updates, 0), *places, key=(INDEX,) * len(places), shape=dims)
    return op.where(is_new, placed, tensor)


def _extreme(name: str, join: str, tensor: Any, indices: Any, updates: Any) -> Any:
    """The extreme of what is there and what comes: one reduction over both, so that equal ones share the gradient."""
    dims = shapes.shape(tensor)
    places, updates = _fitting(name, dims, indices, updates)
    rest, count = dims[len(places) :], int(np.prod(dims[: len(places)]))
    own = namespace(tensor, updates).arange(count)
    each = int(np.prod(shapes.shape(indices)[:-1]))
    numbers = _numbers(places, dims) if places else namespace(tensor).zeros(each, np.int64)
    rows = op.concatenate([op.reshape(tensor, shape=(count, *rest)), op.reshape(updates, shape=(-1, *rest))], axis=0)
    ids = op.concatenate([own, numbers], axis=0)
    return op.reshape(getattr(op, join)(rows, ids, num_segments=count), shape=dims)


@composite(samples=ONTO)
def tensor_scatter_nd_max(tensor: Any, indices: Any, updates: Any) -> Any:
    """The larger of tensor and the updates at index vectors (last axis of indices); equal ones share the gradient."""
    return _extreme("tensor_scatter_nd_max", "unsorted_segment_max", tensor, indices, updates)


@composite(samples=ONTO)
def tensor_scatter_nd_min(tensor: Any, indices: Any, updates: Any) -> Any:
    """The smaller of tensor and the updates at index vectors (last axis of indices); equal ones share the gradient."""
    return _extreme("tensor_scatter_nd_min", "unsorted_segment_min", tensor, indices, updates)


@composite(
    variadic=True,
    calling=PAIRED,
    samples=(
        Sample(([np.array([0, 3]), np.array([[1], [2]]), M, M[:, None] * 2.0],)),
        Sample(([np.array([1, 0]), np.array([1]), U, U[:1] + 1.0],)),
    ),
)
def dynamic_stitch(*values: Any) -> Any:
    """dynamic_stitch(indices, data): the slices of all data, each at the position that its index says.

    Two lists of the same length; data[m] begins with the shape of indices[m]. The later one counts where an index
    repeats; positions that none names are 0. The result has largest index + 1 slices.
    """
    half = len(values) // 2
    indices, data = values[:half], values[half:]
    ranks = [len(shapes.shape(i)) for i in indices]
    rest = shapes.shape(data[0])[ranks[0] :]
    lines = [op.reshape(d, shape=(shapes.count(i, None), *rest)) for i, d in zip(indices, data, strict=True)]
    places = op.concatenate([op.reshape(i, shape=-1) for i in indices], axis=0)
    count = int(op.max(places)) + 1 if shapes.count(places, None) else 0
    rows = op.concatenate(lines, axis=0)
    empty = namespace(rows).zeros((count, *rest), rows.dtype)
    return op.tensor_scatter_nd_update(empty, op.expand_dims(places, axis=-1), rows)


@composite(
    samples=(
        Sample((M.T, np.array([1, 0, 1])), {"num_partitions": 2}),
        Sample((M, np.array([[0, 2, 0], [1, 1, 2]])), {"num_partitions": 3}),
    ),
)
def dynamic_partition(data: Any, partitions: Any, *, num_partitions: int) -> list[Any]:
    """num_partitions tensors, a list: number i has the slices of data for which partitions (its first axes) says i."""
    return [op.getitem(data, op.equal(partitions, i), key=INDEX) for i in range(num_partitions)]
