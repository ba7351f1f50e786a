"""Indexing with many values at once: how the batch axis goes into a key and comes out of its result."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.ops.keys import INDEX, Layout, layout
from gradstudio.engine.primitive import Primitive, op, raw_call


class _One:
    """An index array as one item of the batch sees it."""

    def __init__(self, array: Any, is_mapped: bool) -> None:
        self.dtype = array.dtype
        self.ndim = shapes.rank(array) - is_mapped


def keyed(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """getitem and put_at: any of x and the index arrays may be batched."""
    pattern, shape = params["key"], params.get("shape")
    x, arrays = values[0], values[1:]
    parts = pattern if type(pattern) is tuple else (pattern,)
    more = {} if shape is None else {"shape": (_count(values, mapped), *shape)}
    if not arrays:
        return raw_call(row, (x,), {"key": (slice(None), *parts), **more})
    items = [_One(a, m) for a, m in zip(arrays, mapped[1:], strict=True)]
    if any(type(part) is bool for part in parts) or any(
        m and i.dtype.kind == "b" for i, m in zip(items, mapped[1:], strict=True)
    ):
        return None  # masks that differ take out different numbers of elements
    form = layout(parts, items, shapes.rank(x) - mapped[0] if shape is None else len(shape))
    if shape is not None and shapes.rank(x) - mapped[0] != form.rank:
        return None  # a value that is spread over several places
    if not any(mapped[1:]):
        return _shared_key(row, values, {"key": (slice(None), *parts), **more}, form)
    wide = [
        op.reshape(a, shape=(shapes.shape(a)[0], *(1,) * (form.joint - i.ndim), *shapes.shape(a)[1:])) if m else a
        for a, i, m in zip(arrays, items, mapped[1:], strict=True)
    ]
    if shape is None and not mapped[0]:
        return op.moveaxis(raw_call(row, (x, *wide), {"key": pattern}), source=form.place, destination=0)
    return _own_keys(
        row,
        x if mapped[0] else op.broadcast_to(x, shape=(more["shape"][0], *shapes.shape(x))),
        wide,
        {"key": (INDEX, *parts), **more},
        form,
    )


def _count(values: list[Any], mapped: list[bool]) -> int:
    return int(next(shapes.shape(x)[0] for x, m in zip(values, mapped, strict=True) if m))


def _shared_key(row: Primitive, values: list[Any], params: dict[str, Any], form: Layout) -> Any:
    """The same key for all items; index arrays that stand apart put the batch axis behind their own axes."""
    if not form.is_apart:
        return raw_call(row, tuple(values), params)
    if "shape" in params:
        values = [op.moveaxis(values[0], source=0, destination=form.joint), *values[1:]]
        return raw_call(row, tuple(values), params)
    return op.moveaxis(raw_call(row, tuple(values), params), source=form.joint, destination=0)


def _own_keys(row: Primitive, x: Any, arrays: list[Any], params: dict[str, Any], form: Layout) -> Any:
    """A key for each item: the number of the item is one more index, which brings all joint axes to the front."""
    count = shapes.shape(x)[0]
    items = namespace(x, *arrays).arange(count).reshape(count, *(1,) * form.joint)
    front = tuple(range(1, 1 + form.joint))
    back = tuple(a + form.place for a in front)
    if "shape" in params:
        x = op.moveaxis(x, source=back, destination=front) if form.place else x
        return raw_call(row, (x, items, *arrays), params)
    out = raw_call(row, (x, items, *arrays), params)
    return op.moveaxis(out, source=front, destination=back) if form.place else out


def gathered(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """gather."""
    x, indices = values
    batch_dims = params.get("batch_dims", 0)
    axis = params.get("axis")
    rank = shapes.rank(x) - mapped[0]
    axis = batch_dims if axis is None else axis % rank
    if not mapped[1] and not batch_dims:
        return raw_call(row, (x, indices), {"axis": axis + 1})
    if not mapped[0] and not batch_dims:
        return op.moveaxis(raw_call(row, (x, indices), {"axis": axis}), source=axis, destination=0)
    count = _count(values, mapped)
    x, indices = [
        v if m else op.broadcast_to(v, shape=(count, *shapes.shape(v))) for v, m in zip(values, mapped, strict=True)
    ]
    return raw_call(row, (x, indices), {"axis": axis + 1, "batch_dims": batch_dims + 1})


def picked(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """take_along_axis: two inputs of one rank; an axis of length 1 stands for the items of the one that has none."""
    rank = max(shapes.rank(v) - m for v, m in zip(values, mapped, strict=True))
    axis = params.get("axis", row.params["axis"])
    if axis is None:
        return None
    wide = [v if m else op.expand_dims(v, axis=0) for v, m in zip(values, mapped, strict=True)]
    return raw_call(row, tuple(wide), {"axis": axis % rank + 1})


def segmented(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """unsorted_segment_sum and its kin."""
    data, ids = values
    count, number = _count(values, mapped), params["num_segments"]
    rank = shapes.rank(ids) - mapped[1]
    if not mapped[1]:
        out = raw_call(row, (op.moveaxis(data, source=0, destination=rank), ids), params)
        return op.moveaxis(out, source=1, destination=0)
    if not mapped[0]:
        data = op.broadcast_to(data, shape=(count, *shapes.shape(data)))
    first = namespace(ids).arange(count).reshape(count, *(1,) * rank) * number
    own = op.where(op.less(ids, 0), -1, op.add(ids, first))
    out = raw_call(row, (data, own), {"num_segments": count * number})
    return op.reshape(out, shape=(count, number, *shapes.shape(out)[1:]))
