"""How normalisations and losses treat many values at once."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.batching import elementwise, from_the_end
from gradstudio.engine.primitive import Primitive, op, raw_call


def aligned(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """Element by element with broadcasting, but for a sum over `axis`, which counts in the input of highest rank."""
    rank = max(shapes.rank(x) - m for x, m in zip(values, mapped, strict=True) if x is not None)
    axis = from_the_end(params.get("axis", row.params["axis"]), rank)
    return elementwise(row, values, mapped, {**params, "axis": axis})


def reduced_losses(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """Losses that are element by element up to their reduction."""
    return _reduction(row, elementwise(row, values, mapped, {**params, "reduction": "none"}), params)


def together(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """Inputs of different ranks, where the op takes any axes in front: those without the batch are repeated."""
    count = next(x.shape[0] for x, m in zip(values, mapped, strict=True) if m)
    every = tuple(
        x if m else op.broadcast_to(x, shape=(count, *shapes.shape(x))) for x, m in zip(values, mapped, strict=True)
    )
    rank = max(shapes.rank(x) for x in every) - 1
    more = {**params, "axis": from_the_end(params.get("axis", row.params["axis"]), rank)}
    if "reduction" not in row.params:
        return raw_call(row, every, more)
    return _reduction(row, raw_call(row, every, {**more, "reduction": "none"}), params)


def _reduction(row: Primitive, each: Any, params: dict[str, Any]) -> Any:
    reduction = params.get("reduction", row.params["reduction"])
    axes = tuple(range(1, shapes.rank(each)))
    if reduction == "none" or not axes:
        return each
    return op.mean(each, axis=axes) if reduction == "mean" else op.sum(each, axis=axes)
