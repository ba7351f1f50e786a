"""Reductions over segments: the rows of data that carry the same number are joined.

unsorted_* take any numbers below num_segments, and leave out rows with a negative one; segment_* make as many segments
as the largest number asks for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import host, namespace, on_host
from gradstudio.engine.batching import Batched
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.constants import beside
from gradstudio.engine.ops.index_batches import segmented
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import raw

primitive = category("shape", batch=segmented)
composite = composites("shape")
D = np.array([[0.5, -1.25], [2.0, 1.5], [0.25, -0.75], [1.0, 3.0]])
Z = np.array([[0.0, -1.25], [0.0, 0.0], [0.25, 0.0], [1.0, 3.0]])
U = np.array([2, 0, 2, -1])
N = np.array([[0, 2], [2, 0], [1, -1], [0, 0]])
UNSORTED = (
    Sample((D, U), {"num_segments": 4}),
    Sample((D, N), {"num_segments": 3}),
    Sample((D[:, 0], np.array([0, 0, 0, 0])), {"num_segments": 1}),
)
SORTED = (Sample((D, np.array([0, 0, 2, 2]))), Sample((D[:, 0], np.array([0, 1, 1, 1]))))


def _joined(xp: Any, name: str, start: Any, data: Any, ids: Any, num_segments: int) -> Any:
    """Every row of data joined into the segment it names; one segment more takes what names none.

    Raises ValueError for numbers that are not whole, or too large, or do not fit the data.
    """
    data, ids = xp.asarray(data), xp.asarray(ids)
    if ids.dtype.kind not in "iu" or data.shape[: ids.ndim] != ids.shape:
        raise ValueError("segment_ids must be whole numbers, and data must begin with their shape")
    if ids.size and int(ids.max()) >= num_segments:
        raise ValueError(f"segment_ids go up to {int(ids.max())}, but num_segments is {num_segments}")
    out = xp.full((num_segments + 1, *data.shape[ids.ndim :]), start, dtype=data.dtype)
    getattr(xp, name).at(out, xp.where(ids < 0, num_segments, ids), data)
    return out[:num_segments]


def _rows(of_segments: Any, ids: Any) -> Any:
    """What each row's segment has; 0 for rows that belong to none."""
    dims, rest = shapes.shape(ids), shapes.shape(of_segments)[1:]
    if not shapes.shape(of_segments)[0]:
        return op.broadcast_to(op.sum(of_segments), shape=dims + rest)
    is_in = op.reshape(op.greater_equal(ids, 0), shape=dims + (1,) * len(rest))
    return op.where(is_in, op.gather(of_segments, op.maximum(ids, 0), axis=0), 0.0)


@primitive(
    (lambda g, ans, data, segment_ids, num_segments: _rows(g, segment_ids), None),
    aliases=("math.unsorted_segment_sum",),
    samples=UNSORTED,
    jvp="multilinear",
)
def unsorted_segment_sum(xp: Any, data: Any, segment_ids: Any, *, num_segments: int) -> Any:
    """The sum of the rows of each segment, 0 where there are none: shape [num_segments, rest of data].

    segment_ids has the first axes of data; rows with a negative number are left out. Raises ValueError for larger ones.
    """
    return _joined(xp, "add", 0, data, segment_ids, num_segments)


def _shares(ans: Any, data: Any, ids: Any, num_segments: int) -> tuple[Any, Any]:
    """(which elements are the extreme of their segment, how many of them there are in each)."""
    hit = op.cast(op.equal(data, _rows(ans, ids)), dtype=data.dtype)
    return hit, op.maximum(op.unsorted_segment_sum(hit, ids, num_segments=num_segments), 1.0)


def _extreme(g: Any, ans: Any, data: Any, segment_ids: Any, num_segments: int) -> Any:
    hit, count = _shares(ans, data, segment_ids, num_segments)
    return hit * _rows(g / count, segment_ids)


def _push_extreme(slot: int, v: Any, ans: Any, data: Any, segment_ids: Any, num_segments: int) -> Any:
    hit, count = _shares(ans, data, segment_ids, num_segments)
    return op.unsorted_segment_sum(hit * v, segment_ids, num_segments=num_segments) / count


def _limit(data: Any, name: str) -> Any:
    dtype = np.dtype(getattr(data, "dtype", np.float64))
    return getattr(np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype), name)


@primitive((_extreme, None), aliases=("math.unsorted_segment_max",), samples=UNSORTED, jvp=_push_extreme)
def unsorted_segment_max(xp: Any, data: Any, segment_ids: Any, *, num_segments: int) -> Any:
    """The largest elements of the rows of each segment; equal ones share the gradient.

    A segment without rows has the lowest number of the dtype. Otherwise as unsorted_segment_sum.
    """
    return _joined(xp, "maximum", _limit(data, "min"), data, segment_ids, num_segments)


@primitive((_extreme, None), aliases=("math.unsorted_segment_min",), samples=UNSORTED, jvp=_push_extreme)
def unsorted_segment_min(xp: Any, data: Any, segment_ids: Any, *, num_segments: int) -> Any:
    """The smallest elements of the rows of each segment; equal ones share the gradient.

    A segment without rows has the highest number of the dtype. Otherwise as unsorted_segment_sum.
    """
    return _joined(xp, "minimum", _limit(data, "max"), data, segment_ids, num_segments)


def _before(lines: Any, ids: Any) -> Any:
    """The product of the elements before each one in its segment; segments lie together along the last axis."""
    is_first = op.concatenate([namespace(ids).ones(1, np.bool_), op.not_equal(ids[1:], ids[:-1])], axis=0)
    start = op.broadcast_to(op.cast(is_first, dtype=lines.dtype), shape=shapes.shape(lines))
    return op.recurrence(op.where(is_first, 0.0, op.roll(lines, shift=1, axis=-1)), start)


def _others(data: Any, ids: Any) -> Any:
    """For each element the product of all others of its segment, without a division, so that zeros do no harm."""
    dims, count = shapes.shape(data), shapes.count(ids, None)
    if not shapes.count(data, None):
        return data
    flat = op.reshape(ids, shape=count)
    order = op.argsort(flat, axis=0, stable=True)
    together = op.gather(flat, order, axis=0)
    lines = op.transpose(op.gather(op.reshape(data, shape=(count, -1)), order, axis=0))
    after = op.flip(_before(op.flip(lines, axis=-1), op.flip(together, axis=0)), axis=-1)
    others = op.transpose(_before(lines, together) * after)
    return op.reshape(op.gather(others, op.argsort(order, axis=0), axis=0), shape=dims)


def _push_prod(slot: int, v: Any, ans: Any, data: Any, segment_ids: Any, num_segments: int) -> Any:
    return op.unsorted_segment_sum(v * _others(data, segment_ids), segment_ids, num_segments=num_segments)


@primitive(
    (lambda g, ans, data, segment_ids, num_segments: _rows(g, segment_ids) * _others(data, segment_ids), None),
    aliases=("math.unsorted_segment_prod",),
    samples=(*UNSORTED, Sample((Z, U * 0), {"num_segments": 1}), Sample((Z, N), {"num_segments": 3})),
    jvp=_push_prod,
)
def unsorted_segment_prod(xp: Any, data: Any, segment_ids: Any, *, num_segments: int) -> Any:
    """The product of the rows of each segment, 1 where there are none; its gradient is right also where factors are 0.

    Otherwise as unsorted_segment_sum.
    """
    # CuPy's multiply has no at().
    return on_host(xp, lambda x, ids: _joined(np, "multiply", 1, x, ids, num_segments), data, segment_ids)


def _sizes(data: Any, ids: Any, num_segments: int) -> Any:
    """How many rows each segment has, at least 1, in the dtype of data and with as many axes as the result."""
    dtype = data.dtype if data.dtype.kind in "fc" else np.float64
    ones = namespace(data).ones(shapes.shape(ids), dtype)
    count = op.maximum(op.unsorted_segment_sum(ones, ids, num_segments=num_segments), 1.0)
    return op.reshape(count, shape=(num_segments,) + (1,) * (len(shapes.shape(data)) - len(shapes.shape(ids))))


@composite(aliases=("math.unsorted_segment_mean",), samples=UNSORTED)
def unsorted_segment_mean(data: Any, segment_ids: Any, *, num_segments: int) -> Any:
    """The mean of the rows of each segment, 0 where there are none; otherwise as unsorted_segment_sum."""
    total = op.unsorted_segment_sum(data, segment_ids, num_segments=num_segments)
    return total / _sizes(data, segment_ids, num_segments)


@composite(aliases=("math.unsorted_segment_sqrt_n",), samples=UNSORTED)
def unsorted_segment_sqrt_n(data: Any, segment_ids: Any, *, num_segments: int) -> Any:
    """The sum of the rows of each segment over the square root of how many they are, 0 where there are none."""
    total = op.unsorted_segment_sum(data, segment_ids, num_segments=num_segments)
    return total / op.sqrt(_sizes(data, segment_ids, num_segments))


def _numbers(name: str, ids: Any) -> tuple[int, Any]:
    """(how many segments there are, whether one is empty) by their largest number."""
    if ACTIVE.listener is not None:
        ACTIVE.listener.looked(ids, "value")
    value = raw(ids)
    if isinstance(value, Batched):
        raise ValueError(
            f"{name}: inside vmap the number of segments is not known: use unsorted_{name} with num_segments"
        )
    found = np.unique(host(value))
    count = int(found[-1]) + 1 if len(found) else 0
    return count, beside(~np.isin(np.arange(count), found), value) if len(found) != count else None


@composite(aliases=("math.segment_sum",), samples=SORTED)
def segment_sum(data: Any, segment_ids: Any) -> Any:
    """The sum of the rows of each segment, 0 where a number does not occur: shape [largest number + 1, rest of data].

    segment_ids: one whole number for each row, in any order. Raises ValueError where they do not fit the data.
    """
    return op.unsorted_segment_sum(data, segment_ids, num_segments=_numbers("segment_sum", segment_ids)[0])


@composite(aliases=("math.segment_mean",), samples=SORTED)
def segment_mean(data: Any, segment_ids: Any) -> Any:
    """The mean of the rows of each segment, 0 where a number does not occur; otherwise as segment_sum."""
    return op.unsorted_segment_mean(data, segment_ids, num_segments=_numbers("segment_mean", segment_ids)[0])


def _or_zero(name: str, data: Any, ids: Any) -> Any:
    count, is_empty = _numbers(name.removeprefix("unsorted_"), ids)
    out = getattr(op, name)(data, ids, num_segments=count)
    if is_empty is None:
        return out
    return op.where(op.reshape(is_empty, shape=(count,) + (1,) * (len(shapes.shape(out)) - 1)), 0, out)


@composite(aliases=("math.segment_max",), samples=SORTED)
def segment_max(data: Any, segment_ids: Any) -> Any:
    """The largest elements of the rows of each segment, 0 where a number does not occur.

    Equal ones share the gradient. Otherwise as segment_sum.
    """
    return _or_zero("unsorted_segment_max", data, segment_ids)


@composite(aliases=("math.segment_min",), samples=SORTED)
def segment_min(data: Any, segment_ids: Any) -> Any:
    """The smallest elements of the rows of each segment, 0 where a number does not occur.

    Equal ones share the gradient. Otherwise as segment_sum.
    """
    return _or_zero("unsorted_segment_min", data, segment_ids)


@composite(aliases=("math.segment_prod",), samples=SORTED)
def segment_prod(data: Any, segment_ids: Any) -> Any:
    """The product of the rows of each segment, 1 where a number does not occur; otherwise as segment_sum."""
    return op.unsorted_segment_prod(data, segment_ids, num_segments=_numbers("segment_prod", segment_ids)[0])
