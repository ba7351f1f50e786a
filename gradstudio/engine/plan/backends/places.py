"""Which steps treat the places of a first axis one by one, and which of their inputs run along that axis.

Element by element with broadcasting, a reduction over other axes, a new axis behind, a product or convolution of each
place with something that is the same for all. A total is a step that adds up over that axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from gradstudio.engine.plan.backends import convolutions
from gradstudio.engine.plan.program import NONE, Form, Step, Value

VIEWS = frozenset(["reshape", "expand_dims", "squeeze"])
"""Rows that look at what they are given in another shape."""
_ALONG = frozenset(["along axis", "along one axis"])
_POOLS = frozenset(
    "max_pool max_pool1d max_pool2d max_pool3d avg_pool avg_pool1d avg_pool2d avg_pool3d "
    "largest_places put_places pick_places spread_averages".split()
)
"""Rows that take windows of images, all of whose inputs are images or like them."""

Parts = tuple[bool, ...]
"""For each input of a step whether it is taken part by part."""


def parts_of(step: Step, values: Sequence[Value], length: int) -> Parts | None:
    """How a step whose result has a first axis of that length takes its inputs; None: not place by place."""
    out = values[step.out]
    if not out.shape or out.shape[0] != length:
        return None
    if any(n != NONE and values[n].form is Form.BATCH for n in step.inputs):
        return None
    name, rank = step.row.name, len(out.shape)
    if step.row.batch == "elementwise":
        if name == "where" and NONE in step.inputs:
            return None
        return tuple([n != NONE and _runs(values[n], rank, length) for n in step.inputs])
    if name == "matmul":
        return _of_product(step, values, length)
    if convolutions.is_convolution(step, values):
        is_each = name != convolutions.FILTERS and _runs(values[step.inputs[0]], rank, length)
        return (True, False) if is_each else None
    if name in _POOLS:
        every = tuple([n != NONE and _runs(values[n], rank, length) for n in step.inputs])
        return every if all(every) else None
    x = values[step.inputs[0]]
    if len(step.inputs) > 1 or not _runs(x, len(x.shape), length):
        return None
    if name == "broadcast_to":
        return (True,) if len(x.shape) == rank else None
    if name in VIEWS:
        return (True,)
    batch = step.row.batch
    fits = isinstance(batch, str) and batch in _ALONG and 0 not in axes_of(step, len(x.shape))
    return (True,) if fits else None


def parts_of_total(step: Step, values: Sequence[Value], length: int) -> Parts | None:
    """The same for a step that adds up over the first axis of its inputs."""
    x = values[step.inputs[0]] if step.inputs[0] != NONE else None
    if x is None or not _runs(x, len(x.shape), length) or x.dtype.char not in "fd":
        return None
    if step.row.name == "sum" and not step.params.get("dtype") and 0 in axes_of(step, len(x.shape)):
        return (True,)
    if step.row.name == convolutions.FILTERS and convolutions.is_convolution(step, values):
        return (True, True) if _runs(values[step.inputs[1]], len(x.shape), length) else None
    return None


def axes_of(step: Step, rank: int) -> set[int]:
    """The axes that a reduction goes over."""
    axis = step.params.get("axis", step.row.params.get("axis"))
    if axis is None:
        return set(range(rank))
    return {int(a) % rank for a in (axis if isinstance(axis, tuple | list) else (axis,))}


def _runs(value: Value, rank: int, length: int) -> bool:
    """Whether an operand of a step whose result has so many axes runs along its first axis."""
    return value.form is Form.ARRAY and len(value.shape) == rank > 0 and value.shape[0] == length


def _of_product(step: Step, values: Sequence[Value], length: int) -> Parts | None:
    """Rows times columns, one by one."""
    out = values[step.out]
    rank = len(out.shape)
    if rank > 2 and out.size == prod(out.shape[:-2]) and all(_runs(values[n], rank, length) for n in step.inputs):
        return (True, True)
    return None
