"""Computing once, when a plan is made, what is the same in every call."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.dispatch import apply
from gradstudio.engine.plan.constants import read_only
from gradstudio.engine.plan.program import NONE, Constant, Form, Guard, Item, Program, Step, Value
from gradstudio.engine.tensor import leaf

LARGEST = 1 << 26
"""Bytes of the largest constant that is kept in place of a step."""

MAKERS = frozenset(["zeros_like", "ones_like"])
"""Rows that look at no element of what they are given."""


def fold(program: Program) -> None:
    """Steps on constants alone become constants, and so do zeros and ones in the shape of anything.

    A guard of a constant always holds and is dropped.
    """
    values = program.values
    for value in values:
        if type(value.origin) is Constant and value.form is Form.ARRAY:
            value.origin = Constant(_narrow(value.origin.value))
    kept: list[Item] = []
    with np.errstate(all="ignore"):
        for item in program.body:
            if type(item) is Guard:
                if type(values[item.value].origin) is Constant:
                    continue
            elif type(item) is Step:
                out = values[item.out]
                found = _constant(item, values)
                if found is not None:
                    out.origin = Constant(found)
                    continue
            kept.append(item)
    program.body = kept


def _constant(step: Step, values: list[Value]) -> Any:
    """The result of a step that needs no input, None where it needs one."""
    out = values[step.out]
    if step.row.name in MAKERS and out.form is not Form.BATCH:
        number = out.dtype.type(step.row.name == "ones_like")
        return np.broadcast_to(number, out.shape) if out.form is Form.ARRAY else number
    inputs: list[Any] = []
    size = 0
    for n in step.inputs:
        if n == NONE:
            inputs.append(None)
            continue
        value = values[n]
        if type(value.origin) is not Constant:
            return None
        held = value.origin.value
        size += value.nbytes
        if value.form is not Form.NUMBER:
            held = leaf(float(held) if value.form is Form.FLOAT else held)
        inputs.append(held)
    if out.nbytes > max(LARGEST, size):
        return None
    found = apply(step.row, tuple(inputs), dict(step.params)).value
    return np.float64(found) if type(found) is float else _compact(step, found, values)


def _compact(step: Step, found: Any, values: list[Value]) -> Any:
    """An array whose elements are all the same takes the room of one."""
    if type(found) is np.ndarray and found.size > 1 and step.row.batch == "elementwise":
        arrays = [values[n].origin.value for n in step.inputs if n != NONE]  # type: ignore[union-attr]
        if all(type(x) is not np.ndarray or is_uniform(x) for x in arrays):
            return np.broadcast_to(found[(0,) * found.ndim], found.shape)
    return read_only(found)


def _narrow(x: np.ndarray) -> np.ndarray:
    """An array of floats that are equal in every bit takes the room of one too."""
    if x.size < 2 or x.dtype.char not in "fd" or is_uniform(x):
        return x
    one = x[(0,) * x.ndim]
    if x[(-1,) * x.ndim].tobytes() != one.tobytes():
        return x
    bits = x.view(f"u{x.itemsize}")
    return np.broadcast_to(one, x.shape) if (bits == bits[(0,) * x.ndim]).all() else x


def is_uniform(x: np.ndarray) -> bool:
    """Whether all elements are known to be one in memory; looks at the layout only."""
    return all(stride == 0 or n == 1 for stride, n in zip(x.strides, x.shape, strict=True))


def number_in(value: Value) -> Any:
    """The one number that a constant is made of, None for anything else."""
    if type(value.origin) is not Constant or value.form is Form.BATCH:
        return None
    held = value.origin.value
    if type(held) is np.ndarray:
        return held[(0,) * held.ndim] if held.size and is_uniform(held) else None
    return held
