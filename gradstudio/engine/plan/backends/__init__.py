"""Back-ends: each makes a program into a function that runs it.

The interface is all in `backend.py`. A back-end is an object with build(program) -> Built. It gets a Program
(`program.py`) that the passes have improved and must not change it: numbered values with form, shape and dtype, all
known, and a body of steps (rows of the table of ops on numbered values, with params) and guards. It gives a plan: a
callable that takes one raw value for each number in inputs_of(program), in that order (Python float for Form.FLOAT,
NumPy scalar or array else), and gives the raw outputs in the order of program.outputs, or Missed where a guard sees
something else. Outputs are memory of their own, or read-only inputs; everything else may live in buffers made by
build(), because a plan is called by one thread at a time and never from within itself. An exception says "run the
function itself": nothing but the plan's own buffers has been changed then.

What a row computes a back-end learns from the row (`forward`, `scalar`) and from `ufuncs.py`. One that knows fewer
rows is chosen only for programs that it can take: backend_for(), the one place where a back-end is chosen, asks the
entries of BACKENDS in turn whether one suits the program, by its rows and the size of its arrays; the last takes all.
"""

from collections.abc import Callable

from gradstudio.engine.plan.backends import stretches
from gradstudio.engine.plan.backends.backend import Backend, Built, Missed
from gradstudio.engine.plan.backends.blocked import BLOCKED
from gradstudio.engine.plan.backends.native import NATIVE, suits
from gradstudio.engine.plan.backends.straight import STRAIGHT, inputs_of
from gradstudio.engine.plan.program import Program

BACKENDS: tuple[tuple[Callable[[Program], bool], Backend], ...] = (
    (lambda program: program.longest() >= stretches.LONG and stretches.is_worth_blocks(program), BLOCKED),
    (suits, NATIVE),
    (lambda program: True, STRAIGHT),
)
"""(whether it suits a program, back-end), the most special one first."""


def backend_for(program: Program, jit: bool = True) -> Backend:
    """The back-end that suits the rows of a program and the size of its arrays; jit: it may be machine code."""
    return next(backend for suits, backend in BACKENDS if (jit or backend is not NATIVE) and suits(program))


__all__ = [
    "BACKENDS",
    "BLOCKED",
    "NATIVE",
    "STRAIGHT",
    "Backend",
    "Built",
    "Missed",
    "backend_for",
    "inputs_of",
]
