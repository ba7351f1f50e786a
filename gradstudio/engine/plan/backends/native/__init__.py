"""The back-end for long programs on numbers and short vectors: machine code, by the compiler inside numba.

It needs numba (`pip install 'gradstudio[jit]'`) and declines every program that it does not know all of (`knowing.py`).
`selecting.py` makes instructions of a program, `loops.py` finds in them the loops that Python went through,
`memory.py` makes room for values, and `assembly.py` has it all written for LLVM, by `writing.py`. What is done on whole
vectors stands in functions that are compiled once: `kernels.py` makes them of the rows in `rows.py`.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from gradstudio.engine.plan.backends.backend import Built, Missed, Plan
from gradstudio.engine.plan.program import Form, Program, Value

FEWEST_STEPS = 100
"""Shorter programs are over before the compiler is."""
_SHOWN = 500
"""Steps that the text of a plan shows; all those of a long one would take as long as compiling it."""
SWITCH = "GRADSTUDIO_NUMBA"
"""The environment variable which, set to 0, leaves numba alone."""


def is_at_hand() -> bool:
    """Whether numba's compiler can be imported, and may be."""
    return os.environ.get(SWITCH, "1") != "0" and find_spec("llvmlite") is not None


def suits(program: Program) -> bool:
    """Whether machine code can run a program, and pays."""
    if len(program.body) < FEWEST_STEPS or not is_at_hand():
        return False
    from gradstudio.engine.plan.backends.native.knowing import can_run

    return can_run(program)


class Native:
    """The back-end."""

    def build(self, program: Program) -> Built:
        """A function that runs the program as machine code, on memory of its own."""
        from gradstudio.engine.plan.backends.native.assembly import Assembled
        from gradstudio.engine.plan.backends.native.selecting import Selector

        code = Selector(program).code()
        assembled = Assembled(code, program.values)
        count = len(code.instructions)
        found = "".join([f", {loop.count} turns of {loop.period}" for loop in assembled.loops])
        shown = Program(program.values, program.body[:_SHOWN], program.outputs)
        rest = f" (the first {_SHOWN} steps)" if len(program.body) > _SHOWN else ""
        plan = _plan(assembled)
        assembled.let_go()
        return Built(plan, f"machine code of {count} instructions{found}{rest}:\n{shown}", True)


def _plan(assembled: Any) -> Plan:
    values, inputs, outputs = assembled.values, assembled.code.inputs, assembled.code.outputs
    memory: np.ndarray = assembled.memory
    cells = memory.data  # faster than an array for single numbers
    run = ctypes.PYFUNCTYPE(ctypes.c_int32)(assembled.address)  # it keeps the lock of the interpreter: it is short

    def view(n: int) -> np.ndarray:
        start = assembled.cell(n)
        return memory[start : start + values[n].size].reshape(values[n].shape)

    places = [assembled.cell(n) if not values[n].shape else view(n) for n in inputs]
    numbers = [(i, place) for i, place in enumerate(places) if type(place) is int]
    vectors = [(i, place) for i, place in enumerate(places) if type(place) is not int]
    readers = [_reader(values[n], cells, assembled.cell(n), view(n)) for n in outputs]
    looks = [
        _reader(values[g.guard.value], cells, assembled.cell(g.guard.value), view(g.guard.value))
        for g in assembled.guards
    ]

    def plan(*given: Any) -> tuple[Any, ...] | Missed:
        for i, cell in numbers:
            cells[cell] = given[i]
        for i, place in vectors:
            place[...] = given[i]
        missed = run()
        if missed:
            return _missed(assembled.guards[missed - 1].guard, looks[missed - 1]())  # it also keeps the code alive
        return tuple([read() for read in readers])

    return plan


def _reader(value: Value, cells: memoryview, cell: int, place: np.ndarray) -> Callable[[], Any]:
    """What takes a result out of memory, in the form that it has."""
    is_truth = value.dtype.kind == "b"
    if value.form is Form.ARRAY:
        return (lambda: place != 0.0) if is_truth else place.copy
    return (lambda: np.bool_(cells[cell])) if is_truth else lambda: cells[cell]


def _missed(guard: Any, seen: Any) -> Missed:
    see: dict[str, Callable[[Any], Any]] = {"bool": bool, "int": int}
    return Missed(guard.number, see.get(guard.kind, lambda x: x)(seen))


NATIVE = Native()
