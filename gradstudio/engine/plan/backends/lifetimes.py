"""Where values live while a plan runs: which are over at which step, and which share a buffer one after the other.

Only ufuncs, reductions, matrix products and the like write into buffers, and only if their result is no output. A
result that may be a view keeps the memory that it looks at alive.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gradstudio.engine.plan.backends.convolutions import FILTERS, is_convolution
from gradstudio.engine.plan.backends.faster import IN_PLACE, INTO, STACKED
from gradstudio.engine.plan.backends.sums import REDUCTIONS
from gradstudio.engine.plan.program import NONE, Argument, Form, Item, Step, Stretch, Value, reads
from gradstudio.engine.plan.ufuncs import NEW, UFUNCS

_LOOKS = (Form.ARRAY, Form.BATCH)
FOREVER = 1 << 60
"""When the outputs are over."""


def may_be_view(step: Step) -> bool:
    """Whether a result may share memory with an input."""
    name = step.row.name
    return name not in UFUNCS and name not in NEW and name != FILTERS


def writes(step: Step, values: Sequence[Value]) -> bool:
    """Whether a step can put its result into an array that it is given."""
    out = values[step.out]
    if out.form is not Form.ARRAY or any(n == NONE or values[n].form is Form.BATCH for n in step.inputs):
        return False
    if step.row.name in UFUNCS or step.row.name in INTO or is_convolution(step, values):
        return True
    if step.row.name == "matmul":
        return not any(step.params.values()) and all(values[n].form is Form.ARRAY for n in step.inputs)
    return step.row.name in REDUCTIONS and values[step.inputs[0]].form is Form.ARRAY and not step.params.get("dtype")


@dataclass(slots=True)
class Lifetimes:
    """For numbered values: the position of the item that uses each last, and the buffer it is put into."""

    last: dict[int, int]
    buffers: dict[int, int] = field(default_factory=dict)  # value -> buffer
    forms: list[tuple[tuple[int, ...], Any]] = field(default_factory=list)  # shape and dtype of each buffer
    borrowed: set[int] = field(default_factory=set)  # values that may look at an array of the caller
    parts: dict[int, tuple[int, int]] = field(default_factory=dict)  # made where it will be stacked: the stack, place


def lifetimes(
    body: Sequence[Item],
    positions: Sequence[int],
    values: Sequence[Value],
    outputs: Sequence[int],
    given: Sequence[int] = (),
) -> Lifetimes:
    """positions: when each item runs; an expression that stands inside another one runs with that.

    given: values that are put into arrays that come from outside.
    """
    last: dict[int, int] = dict.fromkeys(outputs, FOREVER)
    for item, position in zip(reversed(body), reversed(positions), strict=True):
        until = position
        if type(item) is Step and values[item.out].form in _LOOKS and may_be_view(item):
            until = max(until, last.get(item.out, -1))
        for n in reads(item):
            if last.get(n, -1) < until:
                last[n] = until
    found = Lifetimes(last)
    _borrow(body, values, found)
    _stack(body, values, found)
    _place(body, positions, values, found, frozenset(given))
    return found


def _stack(body: Sequence[Item], values: Sequence[Value], found: Lifetimes) -> None:
    """Values that are stacked are made in the buffer of the stack, which nothing else uses before."""
    if not any([type(item) is Step and item.row.name == STACKED for item in body]):
        return
    made = {item.out for item in body if type(item) is Step and item.row.name != STACKED and writes(item, values)}
    for item in body:
        if type(item) is not Step or item.row.name != STACKED or found.last.get(item.out, FOREVER) == FOREVER:
            continue
        for place, n in enumerate(item.inputs):
            if n in made and n not in found.parts and found.last[n] != FOREVER:
                found.parts[n] = (item.out, place)
                found.last[item.out] = max(found.last[item.out], found.last[n])


def _borrow(body: Sequence[Item], values: Sequence[Value], found: Lifetimes) -> None:
    for number, value in enumerate(values):
        if type(value.origin) is Argument and not value.origin.is_tensor and value.form is Form.ARRAY:
            found.borrowed.add(number)
    for item in body if found.borrowed else ():
        is_view = type(item) is Step and may_be_view(item) and values[item.out].form is Form.ARRAY
        if is_view and not found.borrowed.isdisjoint(reads(item)):
            found.borrowed.add(item.out)  # type: ignore[union-attr]


def _place(
    body: Sequence[Item],
    positions: Sequence[int],
    values: Sequence[Value],
    found: Lifetimes,
    given: frozenset[int],
) -> None:
    """A linear scan: a buffer is free again after the last use of what is in it."""
    free: dict[Any, list[int]] = {}
    over: list[tuple[int, int]] = []  # a heap: (position, buffer that is free after it)
    stacks = {stack for stack, _ in found.parts.values()}
    for item, position in zip(body, positions, strict=True):
        if type(item) is Stretch:
            outs = item.outs
        elif type(item) is Step and values[item.out].form is Form.ARRAY and writes(item, values):
            outs = [item.out]
        else:
            continue
        # A ufunc may write over an input that is not used again: it reads each element before it writes there.
        in_place = type(item) is Step and (item.row.name in UFUNCS or item.row.name in IN_PLACE)
        while over and over[0][0] < position + in_place:
            number = heapq.heappop(over)[1]
            free.setdefault(found.forms[number], []).append(number)
        for out in outs:
            until = found.last.get(out, position)
            if until == FOREVER or out in given or out in found.parts:
                continue
            kind = (values[out].shape, values[out].dtype)
            same = free.get(kind) if out not in stacks else None
            if same:
                number = same.pop()
            else:
                number = len(found.forms)
                found.forms.append(kind)
            found.buffers[out] = number
            heapq.heappush(over, (until, number))
