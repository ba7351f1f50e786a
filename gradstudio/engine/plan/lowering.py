"""Batches without batches: what vmap and Jacobians do with many values at once, as ops on plain arrays.

A batch is an array with an axis in front that the op does not see. The op's own batch rule says which ops on the plain
arrays do the same; a recording writes down those, so that a plan has no batches in it. Where there is no rule, the
batched op stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradstudio.engine.batching import RULES, Batched
from gradstudio.engine.ops.batches import unbatch
from gradstudio.engine.tensor import Tensor, leaf

if TYPE_CHECKING:
    from gradstudio.engine.plan.recording import Recording


def plain_result(recording: Recording, t: Tensor) -> Tensor | None:
    """The result of a batched op as a tensor with the batch axis in front, if plain ops make it.

    t: the result, with inputs still attached. Where a batch is left (unbatch) the plain tensor is the result itself.
    Gives None for an op on no batch, and where only the batched op will do.
    """
    inputs, row = t.inputs, t.op
    assert row is not None
    levels = [_held(x).level for x in inputs if type(_held(x)) is Batched]
    level = max(levels, default=0)
    if row.name == "batch":
        return inputs[0] if t.params["level"] > level and type(inputs[0]) is Tensor else None
    if not levels:
        return None
    mapped = [type(_held(x)) is Batched and _held(x).level == level for x in inputs]
    if row.name == "unbatch":
        return _plain(recording, inputs[0]) if t.params["level"] == level else None
    rule = RULES.get(row.batch) if isinstance(row.batch, str) else row.batch
    if rule is None or type(t.value) is not Batched or t.value.level != level:
        return None
    values = [_plain(recording, x) if m else x for x, m in zip(inputs, mapped, strict=True)]
    found = rule(row, values, mapped, t.params)
    return found if type(found) is Tensor else None


def _held(x: Any) -> Any:
    return x.value if type(x) is Tensor else x


def _plain(recording: Recording, x: Any) -> Tensor:
    """A batch as one array."""
    number = recording.known(x)
    if number is None:
        return leaf(_held(x).value)
    known = recording.plain.get(number)
    if known is None:  # only a batched op can make it
        batch = x.value
        known = recording.plain[number] = leaf(batch.value)
        recording.made(known, unbatch, (number,), {"level": batch.level, "size": batch.value.shape[0]})
    return known
