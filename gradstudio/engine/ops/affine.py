"""The scale and offset of a normalisation: on which axes of x they lie, and how cotangents come back to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import op
from gradstudio.engine.primitive import Primitive, raw_call

Axes = tuple[int, ...]
Span = Callable[[int, Any], tuple[Axes, Axes]]
"""(number of axes of x, axis) -> the axes that are averaged over, and those that have their own scale and offset."""


def layer(rank: int, axis: Any) -> tuple[Axes, Axes]:
    """Every element of the axes that are averaged over has a scale of its own."""
    gone = _numbers(rank, axis)
    return gone, gone


def batch(rank: int, axis: Any) -> tuple[Axes, Axes]:
    """Every element of the other axes has a scale of its own; by default the last axis is the only other one."""
    gone = tuple(range(rank - 1)) if axis is None else _numbers(rank, axis)
    return gone, tuple(a for a in range(rank) if a not in gone)


def _numbers(rank: int, axis: Any) -> Axes:
    """Axes as rising non-negative numbers, None for all. Raises ValueError for one that x has not."""
    chosen = tuple(range(rank)) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, rank)
    return tuple(sorted(int(a) for a in chosen))


def strays(rank_of_value: int, rank: int, own: Axes) -> bool:
    """Whether a scale has to be put on its axes, because they are not the last ones of x."""
    return rank_of_value == len(own) and own != tuple(range(rank - len(own), rank))


def put(value: Any, x: Any, own: Axes) -> Any:
    """A scale or offset in a shape that broadcasts against x."""
    if not strays(shapes.rank(value), shapes.rank(x), own):
        return value
    return op.reshape(value, shape=tuple(n if i in own else 1 for i, n in enumerate(shapes.shape(x))))


def taken(g: Any, value: Any, x: Any, own: Axes) -> Any:
    """The cotangent of a scale or offset; the walk sums it where plain broadcasting put the value on its axes."""
    if not strays(shapes.rank(value), shapes.rank(x), own):
        return g
    rest = tuple(i for i in range(shapes.rank(x)) if i not in own)
    return op.reshape(op.sum(g, axis=rest), shape=shapes.shape(value))


def _many(span: Span) -> Callable[[Primitive, list[Any], list[bool], dict[str, Any]], Any]:
    def many(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
        """Axes are counted from the end, and every scale and offset gets all the axes of x and the batch axis."""
        rank = shapes.rank(values[0]) - mapped[0]
        gone, own = span(rank, params.get("axis", row.params["axis"]))
        wide = [values[0]]
        for x, m in zip(values[1:], mapped[1:], strict=True):
            dims = shapes.shape(x)[m:]
            full = (1,) * (rank - len(dims)) + dims
            if x is not None and strays(len(dims), rank, own):
                length = dict(zip(own, dims, strict=True))
                full = tuple(length.get(i, 1) for i in range(rank))
            wide.append(x if x is None else op.reshape(x, shape=(shapes.shape(x)[0] if m else 1, *full)))
        return raw_call(row, tuple(wide), {**params, "axis": tuple(a - rank for a in gone)})

    return many


layers, batches_of_layers = _many(layer), _many(batch)
