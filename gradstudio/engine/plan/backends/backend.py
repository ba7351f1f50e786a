"""What a back-end is, and what it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from gradstudio.engine.plan.program import Program


@dataclass(frozen=True, slots=True)
class Missed:
    """A run that ended early, because Python would have gone another way: what it saw at a guard."""

    number: int  # of the guard; -1: a value has another shape or dtype than when it was recorded
    seen: Any


Plan = Callable[..., Any]
"""(raw value of each input of the program, in their order) -> a tuple of raw outputs, or Missed.

An exception says that the run cannot go on; nothing has been changed then. It is not reentrant.
"""


class Built(NamedTuple):
    """What a back-end makes of a program."""

    plan: Plan
    source: str  # for people to read
    is_python: bool  # all numbers are Python's own: there is no NumPy function that could warn


class Backend(Protocol):
    """A way to run programs."""

    def build(self, program: Program) -> Built:
        """A function that runs the program."""
