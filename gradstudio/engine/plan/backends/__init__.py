"""Back-ends: each makes a program into a function that runs it."""

from gradstudio.engine.plan.backends.backend import Backend, Built, Missed
from gradstudio.engine.plan.backends.blocked import BLOCKED
from gradstudio.engine.plan.backends.straight import STRAIGHT, inputs_of
from gradstudio.engine.plan.backends.stretches import is_worth_blocks
from gradstudio.engine.plan.program import Program


def backend_for(program: Program) -> Backend:
    """The back-end that suits the size of a program's arrays."""
    return BLOCKED if is_worth_blocks(program) else STRAIGHT


__all__ = ["BLOCKED", "STRAIGHT", "Backend", "Built", "Missed", "backend_for", "inputs_of"]
