"""Computing before broadcasting instead of after it: the backward pass of a mean spreads one number over an array."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.plan.passes.folding import number_in
from gradstudio.engine.plan.program import NONE, Form, Item, Program, Step, Value
from gradstudio.engine.plan.ufuncs import UFUNCS
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.tensor import FLOAT64

_FEWEST = 256
"""With fewer elements a repetition costs more than it saves."""


def narrow(program: Program) -> None:
    """Take repetitions out of what ufuncs read.

    Where another input has the full shape, an input comes without its repetition; where all are repetitions, the ufunc
    works on what they repeat and its result is repeated. Constants that are one number everywhere become that number.
    """
    kept: list[Item] = []
    for item in program.body:
        if type(item) is Step and _spreads(item, program.values):
            for slot in range(len(item.inputs)):
                item.inputs = (*item.inputs[:slot], _narrowed(program, item, slot), *item.inputs[slot + 1 :])
            inner = _postponed(program, item)
            if inner is not None:
                kept.append(inner)
        kept.append(item)
    program.body = kept


def _spreads(step: Step, values: list[Value]) -> bool:
    """Whether a step gives an array, element by element, and broadcasts its inputs."""
    return values[step.out].form is Form.ARRAY and (step.row.name in UFUNCS or step.row.name == "where")


def _narrowed(program: Program, step: Step, slot: int) -> int:
    """An input of a step without what broadcasting does by itself."""
    values, number = program.values, step.inputs[slot]
    if number == NONE or values[number].form is not Form.ARRAY:
        return number
    rest = [values[n].shape for i, n in enumerate(step.inputs) if i != slot and n != NONE]
    if not rest:
        return number
    inner, one = _repeats(values[number]), number_in(values[number])
    left = () if one is not None else None if inner is None else values[inner].shape
    if left is None or np.broadcast_shapes(left, *rest) != values[step.out].shape:
        return number
    return inner if inner is not None else program.constant(one)


def _repeats(value: Value) -> int | None:
    """What a value repeats."""
    made = value.origin
    return made.inputs[0] if type(made) is Step and made.row.name == "broadcast_to" else None


def _postponed(program: Program, step: Step) -> Step | None:
    """The same step on what its inputs repeat; it becomes the repetition of that. None where an input is no repetition.

    A scalar that is no Python number has the dtype that its array had, so that dtypes meet as before.
    """
    values, out = program.values, program.values[step.out]
    if out.size < _FEWEST:
        return None
    inputs = [n if n == NONE or values[n].form is not Form.ARRAY else _repeats(values[n]) for n in step.inputs]
    shapes = [values[n].shape for n in inputs if n is not None and n != NONE]
    shape = np.broadcast_shapes(*shapes)
    if None in inputs or any(n != NONE and values[n].form is Form.BATCH for n in step.inputs) or shape == out.shape:
        return None
    form = Form.ARRAY if shape else Form.FLOAT if out.dtype == FLOAT64 else Form.SCALAR
    inner = Step(step.row, tuple([n for n in inputs if n is not None]), step.params, -1)
    inner.out = program.add(Value(inner, form, shape, out.dtype))
    step.row, step.inputs, step.params = TABLE["broadcast_to"], (inner.out,), {"shape": out.shape}
    return inner
