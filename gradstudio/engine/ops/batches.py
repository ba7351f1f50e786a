"""Into a batch and out of it: what vmap and vectorised Jacobians do at their borders. Never called by programs."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.batching import Batched
from gradstudio.engine.declaring import category, op

primitive = category("control", batch="own", jvp="linear")


@primitive((lambda g, _ans, _x, level: op.unbatch(g, level=level, size=shapes.shape(_x)[0]),), listed=False)
def batch(xp: Any, x: Any, *, level: int) -> Any:
    """The values along the first axis as a batch of that level."""
    if type(x) is Batched and x.level > level:
        return Batched(batch.forward(xp, op.swapaxes(x.value, axis1=0, axis2=1), level=level), x.level)
    return Batched(x, level)


@primitive((lambda g, _ans, _x, level, size: op.batch(g, level=level),), listed=False)
def unbatch(xp: Any, x: Any, *, level: int, size: int) -> Any:
    """A batch of that level as an array with one axis more, in front; what is no such batch is repeated."""
    if type(x) is Batched and x.level == level:
        return x.value
    if type(x) is Batched and x.level > level:
        inner = unbatch.forward(xp, x.value, level=level, size=size)
        return Batched(op.swapaxes(inner, axis1=0, axis2=1), x.level)
    return op.broadcast_to(x, shape=(size, *shapes.shape(x)))
