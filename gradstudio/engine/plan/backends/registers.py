"""The back-end for long programs of scalars or of short vectors: instructions of a register machine (machine.py).

It needs numba (`pip install 'gradstudio[jit]'`) and declines every program that the machine does not know all of. A
program is not compiled but only written down as numbers, so that its first run comes soon.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from gradstudio.engine.plan.backends.backend import Built
from gradstudio.engine.plan.backends.straight import inputs_of
from gradstudio.engine.plan.program import Constant, Form, Program, Step, Value

WIDEST = 64
"""The longest vectors; beyond, NumPy's loops are as fast."""
_FEWEST_STEPS = 200
"""Shorter programs are over before the machine is loaded, and as fast in Python."""


SWITCH = "GRADSTUDIO_NUMBA"
"""The environment variable which, set to 0, leaves numba alone."""


def is_at_hand() -> bool:
    """Whether numba can be imported, and may be."""
    return os.environ.get(SWITCH, "1") != "0" and find_spec("numba") is not None


def suits(program: Program) -> bool:
    """Whether the machine can run a program, and pays."""
    return len(program.body) >= _FEWEST_STEPS and is_at_hand() and can_run(program)


def can_run(program: Program) -> bool:
    """Whether the machine knows all that a program does."""
    from gradstudio.engine.plan.backends.machine import OPCODES

    values = program.values
    width = _width(program)
    if width > WIDEST:
        return False
    for item in program.body:
        if type(item) is not Step or item.row.name not in OPCODES or any(n < 0 for n in item.inputs):
            return False
        if not all(_fits(values[n], width) for n in (*item.inputs, item.out)):
            return False
        if item.row.name == "sum":
            if not _is_whole_sum(item, values):
                return False
        elif any(v is not None for v in item.params.values()) or len(item.row.inputs) != len(item.inputs):
            return False
    ends = [*inputs_of(program), *program.outputs]
    return all(_fits(values[n], width) and values[n].dtype == np.float64 for n in ends)


def _width(program: Program) -> int:
    """The length of the program's vectors, 1 if it has none."""
    return max([v.size for v in program.values if v.form is Form.ARRAY], default=1)


def _fits(value: Value, width: int) -> bool:
    """Whether a register can hold a value: a number, or a vector of the one length."""
    if value.form is Form.NUMBER:
        return value.dtype.kind in "fi" and type(value.origin) is Constant and abs(value.origin.value) < 2**53
    if value.dtype not in (np.float64, np.bool_):
        return False
    return not value.shape or value.shape == (width,)


def _is_whole_sum(step: Step, values: list[Value]) -> bool:
    axis = step.params.get("axis")
    is_plain = not step.params.get("keepdims") and step.params.get("dtype") is None
    return is_plain and bool(values[step.inputs[0]].shape) and axis in (None, 0, -1, (0,), (-1,))


class Registers:
    """The back-end."""

    def build(self, program: Program) -> Built:
        """A function that runs the program on registers of its own."""
        plan, _ = assembled(program)
        return Built(plan, f"register machine of {len(program.body)} instructions:\n{program}", True)


def assembled(program: Program) -> tuple[Callable[..., Any], np.ndarray]:
    """The plan, and its registers: row n holds value number n of the program after a run; none is used twice."""
    from gradstudio.engine.plan.backends.machine import OPCODES, run

    values = program.values
    width = _width(program)
    registers = np.zeros((len(values), width))
    for number, value in enumerate(values):
        if type(value.origin) is Constant:
            registers[number] = value.origin.value
    code = np.array(
        [[OPCODES[s.row.name], s.out, *s.inputs, *[s.inputs[0]] * (3 - len(s.inputs))] for s in _steps(program)],
        np.int32,
    ).reshape(-1, 5)
    code[:, 1:] *= width  # where a register begins
    numbers = registers.ravel()
    like = numbers if width == 1 else registers
    run(code[:0], numbers, like)  # compiles it, or loads it, now
    inputs = inputs_of(program)
    outputs = [(n, values[n].form is Form.ARRAY) for n in program.outputs]

    def plan(*given: Any) -> tuple[Any, ...]:
        for number, value in zip(inputs, given, strict=True):
            registers[number] = value
        run(code, numbers, like)
        return tuple([registers[n].copy() if is_array else float(registers[n, 0]) for n, is_array in outputs])

    return plan, registers


def _steps(program: Program) -> list[Step]:
    return [item for item in program.body if type(item) is Step]


REGISTERS = Registers()
