"""Ops on shapes with many values at once: how their axes and counts move on when a batch axis stands in front."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.batching import from_the_end, joined
from gradstudio.engine.primitive import Primitive, op, raw_call


def permuted(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """transpose."""
    rank = shapes.rank(values[0]) - 1
    axes = params.get("axes")
    order = range(rank - 1, -1, -1) if axes is None else [int(a) % rank for a in axes]
    return raw_call(row, (values[0],), {**params, "axes": (0, *[a + 1 for a in order])})


def squeezed(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """squeeze."""
    dims, axis = shapes.shape(values[0])[1:], params.get("axis")
    chosen = tuple(i - len(dims) for i, n in enumerate(dims) if n == 1) if axis is None else axis
    return raw_call(row, (values[0],), {"axis": from_the_end(chosen, len(dims))})


def lined(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """repeat and roll: along an axis, or over all elements in a line."""
    x, axis = values[0], params.get("axis")
    dims = shapes.shape(x)
    if axis is not None:
        return raw_call(row, (x,), {**params, "axis": from_the_end(axis, len(dims) - 1)})
    line = op.reshape(x, shape=(dims[0], shapes.count(x, None) // dims[0] if dims[0] else 0))
    out = raw_call(row, (line,), {**params, "axis": 1})
    return op.reshape(out, shape=dims) if row.name == "roll" else out


def tiled(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """tile."""
    x, reps = values[0], params["reps"]
    counts = (reps,) if isinstance(reps, int) else tuple(reps)
    dims = shapes.shape(x)
    new = max(0, len(counts) - len(dims) + 1)
    wide = op.reshape(x, shape=(dims[0], *(1,) * new, *dims[1:])) if new else x
    counts = (1,) * (len(dims) - 1 - len(counts)) + counts
    return raw_call(row, (wide,), {"reps": (1, *counts)})


def concatenated(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """concatenate, also of all elements in a line."""
    if params.get("axis", 0) is not None:
        return joined(row, values, mapped, params)
    lines = [
        op.reshape(x, shape=(shapes.shape(x)[0], -1)) if m else op.reshape(x, shape=-1)
        for x, m in zip(values, mapped, strict=True)
    ]
    return joined(row, lines, mapped, {"axis": 0})
