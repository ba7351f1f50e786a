"""Which programs the machine can run: those of float64 numbers, short vectors and truths, and of rows that it knows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstudio.engine.plan.backends.native.moving import FOLDS, is_index, is_product, moves
from gradstudio.engine.plan.backends.native.rows import ROWS
from gradstudio.engine.plan.backends.straight import inputs_of
from gradstudio.engine.plan.program import NONE, Constant, Form, Guard, Program, Step, Value
from gradstudio.engine.tensor import FLOAT64

WIDEST = 512
"""Elements of the longest vectors; beyond, NumPy's loops are as fast."""
_BOOL = np.dtype(bool)
_LARGEST = 1 << 53
"""Whole numbers below it are floats without loss."""


def can_run(program: Program) -> bool:
    """Whether the machine knows all that a program does."""
    values = program.values
    fit = [_fits(value) for value in values]
    for item in program.body:
        if type(item) is Guard:
            if not is_number(values[item.value]) or not fit[item.value]:
                return False
        elif type(item) is not Step or not _takes(item, values, fit):
            return False
    ends = {*inputs_of(program), *program.outputs}
    return all(fit[n] and values[n].form is not Form.NUMBER and _is_result(values[n]) for n in ends)


def row_of(step: Step) -> tuple[str, tuple[int, ...]] | None:
    """The row of ROWS that a step is, and its inputs; None for a step that is none, or needs its parameters."""
    name, inputs = step.row.name, step.inputs
    if name == "clip":
        x, low, high = inputs
        if low == NONE or high == NONE:
            limit = low if high == NONE else high
            name = "identity" if limit == NONE else "maximum" if high == NONE else "minimum"
            inputs = (x,) if limit == NONE else (x, limit)
    elif name == "cast":
        name = "identity"
    elif step.params and any(v is not None for v in step.params.values()):
        return None
    row = ROWS.get(name)
    return None if row is None or len(row.takes) != len(inputs) or NONE in inputs else (name, inputs)


def is_number(value: Value) -> bool:
    """Whether a value has no axes."""
    return not value.shape


def _takes(step: Step, values: Sequence[Value], fit: Sequence[bool]) -> bool:
    """fit: which values the machine can hold."""
    out, known = values[step.out], row_of(step)
    if not step.inputs or not fit[step.out]:
        return False
    if known is not None:
        return out.dtype == (FLOAT64 if ROWS[known[0]].gives == "f" else _BOOL) and all([fit[n] for n in known[1]])
    if NONE in step.inputs or not _is_result(out):
        return False
    if moves(step, values):
        return all([fit[n] for n in step.inputs if not is_index(values[n])])
    if not all([fit[n] for n in step.inputs]) or out.dtype != FLOAT64:
        return False
    if step.row.name in FOLDS:
        return not is_number(values[step.inputs[0]]) and step.params.get("dtype") is None
    return is_product(step, values)


def _fits(value: Value) -> bool:
    """Whether the machine can hold a value."""
    if value.form is Form.FLOAT:  # the most frequent
        return True
    if value.form is Form.BATCH or not 1 <= value.size <= WIDEST:
        return False
    if type(value.origin) is not Constant:
        return _is_result(value)
    kind = value.dtype.kind
    return kind in "fb" or (kind in "iu" and bool(np.all(np.abs(value.origin.value) < _LARGEST)))


def _is_result(value: Value) -> bool:
    return value.dtype == FLOAT64 or value.dtype == _BOOL
