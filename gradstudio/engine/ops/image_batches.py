"""Ops of images with many values at once: the batch becomes more images, more channels, or groups.

In a convolution, images that alone are batched have one more batch axis. Filters that alone are batched make more
results of the same images; where both are, each item is a group of channels of its own.
"""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.ops.convolution_shapes import image_shape, transposed_form
from gradstudio.engine.ops.windows import channels_first
from gradstudio.engine.primitive import Primitive, op, raw_call


def _folded(x: Any, axis: int, groups: int) -> Any:
    """The batch axis in front as more channels, next to each other in each group; axis counts from the end."""
    count, *dims = shapes.shape(x)
    place = axis + len(dims)
    parted = (count, *dims[:place], groups, dims[place] // groups, *dims[place + 1 :])
    moved = op.moveaxis(op.reshape(x, shape=parted), source=0, destination=place + 1)
    return op.reshape(moved, shape=(*dims[:place], count * dims[place], *dims[place + 1 :]))


def _unfolded(x: Any, axis: int, groups: int, count: int) -> Any:
    """The opposite: the batch axis in front again."""
    dims = shapes.shape(x)
    place, own = axis + len(dims), dims[axis] // count
    parted = (*dims[:place], groups, count, own // groups, *dims[place + 1 :])
    moved = op.moveaxis(op.reshape(x, shape=parted), source=place + 1, destination=0)
    return op.reshape(moved, shape=(count, *dims[:place], own, *dims[place + 1 :]))


def _channels(rank: int, params: dict[str, Any]) -> int:
    """The axis of channels, counted from the end."""
    return -1 - rank if channels_first(params.get("data_format"), rank) else -1


def results(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """conv1d and its kin."""
    x, w = values
    if not mapped[1]:
        return raw_call(row, (x, w), params)
    count, rank = shapes.shape(w)[0], shapes.rank(w) - 3
    axis = _channels(rank, params)
    groups = 1 if mapped[0] else shapes.shape(x)[axis] // shapes.shape(w)[-2]
    x = _folded(x, axis, 1) if mapped[0] else x
    return _unfolded(raw_call(row, (x, _folded(w, -1, groups)), params), axis, groups, count)


def images(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """conv_transpose and its kin."""
    y, w = values
    if not mapped[1]:
        return raw_call(row, (y, w), params)
    count, dims = shapes.shape(w)[0], shapes.shape(w)[1:]
    rank = len(dims) - 2
    axis = _channels(rank, params)
    given = {"output_shape": None, "strides": None, "data_format": None, "dilations": None, "padding": "SAME", **params}
    form = transposed_form(shapes.shape(y)[mapped[0] :], dims, rank, **given)
    whole = list(image_shape(form, dims))
    whole[axis] *= count
    more = {**params, "output_shape": tuple(whole)}
    if mapped[0]:
        return _unfolded(raw_call(row, (_folded(y, axis, 1), _folded(w, -1, 1)), more), axis, 1, count)
    return _unfolded(raw_call(row, (y, _folded(w, -2, 1)), more), axis, form.groups, count)


def filters(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """The sum that gives filters."""
    x, y = values
    *taps, per, wide = params["shape"]
    count = shapes.shape(x if mapped[0] else y)[0]
    axis = _channels(len(taps), params)
    groups = 1 if all(mapped) else shapes.shape(x)[axis] // per
    if not mapped[1]:
        shape = (*taps, count * per, wide)
        return _unfolded(raw_call(row, (_folded(x, axis, groups), y), {**params, "shape": shape}), -2, 1, count)
    more = {**params, "shape": (*taps, per, count * wide)}
    x = _folded(x, axis, 1) if mapped[0] else x
    return _unfolded(raw_call(row, (x, _folded(y, axis, groups)), more), -1, groups, count)


def more_images(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """Pooling and patches: all inputs have a batch axis of their own, with which the new one becomes one."""
    count = next(shapes.shape(x)[0] for x, m in zip(values, mapped, strict=True) if m)
    every = [
        x if m else op.broadcast_to(x, shape=(count, *shapes.shape(x))) for x, m in zip(values, mapped, strict=True)
    ]
    joined = [op.reshape(x, shape=(count * shapes.shape(x)[1], *shapes.shape(x)[2:])) for x in every]
    out = raw_call(row, tuple(joined), params)
    return op.reshape(out, shape=(count, shapes.shape(every[0])[1], *shapes.shape(out)[1:]))
