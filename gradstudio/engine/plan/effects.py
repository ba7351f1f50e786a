"""What a run did to variables and random streams: to be done by its plan, or undone."""

from __future__ import annotations

import sys
from typing import Any

from gradstudio.engine.random import Random
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable


class Effects:
    """The variables and streams that a run changed, and what they were before."""

    def __init__(self) -> None:
        self.created: dict[int, Variable] = {}  # in the run
        self._changed: dict[int, tuple[Variable, Tensor]] = {}
        self._streams: list[tuple[Random, Any]] = []

    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """A variable has got another value; before is None where it was just made."""
        if before is None:
            self.created[id(variable)] = variable
        elif id(variable) not in self.created:
            self._changed.setdefault(id(variable), (variable, before))

    def drew(self, stream: Random) -> None:
        """Random numbers are about to come from a stream."""
        self._streams.append((stream, stream._generator.bit_generator.state))

    def knows(self, variable: Variable) -> bool:
        """Whether the value of a variable is no longer that with which the run began."""
        return id(variable) in self._changed or id(variable) in self.created

    def assigned(self) -> list[Variable]:
        """The variables from outside that have other values."""
        return [variable for variable, _ in self._changed.values()]

    def undo(self) -> None:
        """Variables and random streams are again what they were before the run."""
        for variable, before in self._changed.values():
            variable._held = before
        for stream, state in reversed(self._streams):
            stream._generator.bit_generator.state = state

    def keeps_variables(self) -> bool:
        """Whether the program holds a variable that was made in the run: then the next run will not make it."""
        return _references(self.created) > _OURS


def _references(held: dict[int, Any]) -> int:
    """How often Python counts the object in a table that is referred to most."""
    return max([sys.getrefcount(x) for x in held.values()], default=0)


_OURS = _references({0: object()})
"""What it counts where nothing else refers to it."""
