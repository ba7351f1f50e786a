"""Witness: what a program that an inspecting recorder follows saw of the values it computed, and did to variables.

It uses the hooks with which plans listen; but where those change what is computed, so that a plan sees only ops, these
leave the run as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import get_ident
from typing import Any

from gradstudio.engine.batching import Batched
from gradstudio.engine.plan.changing import CHANGING
from gradstudio.engine.plan.constants import copied
from gradstudio.engine.plan.listener import Hook, elsewhere
from gradstudio.engine.plan.reading import READING
from gradstudio.engine.plan.watching import replaced
from gradstudio.engine.random import Random
from gradstudio.engine.structure import flatten
from gradstudio.engine.tensor import Tensor, clean
from gradstudio.engine.variable import Variable

Assignment = tuple[Any, Tensor | None, Any]
"""How a change joins the value before, that value (both None for assign()), what is assigned (None: a constant)."""

MOST_BYTES = 16 << 20
"""What a witness may keep, roughly: a run that looks at more is not worth repeating."""

SEEN: dict[str, Callable[[Any], Any]] = {"bool": bool, "int": int, "value": copied}
"""What each kind of look sees, as a guard of a plan says."""


class Witness:
    """What a program saw of the values it computed, while watched() is open around its run."""

    def __init__(self) -> None:
        self.thread = get_ident()
        self.seen: list[tuple[Tensor, str, Any]] = []
        self.obstacle = ""
        self._bytes = 0
        self.assigned: dict[int, Assignment] = {}  # id of a variable's new value -> what was assigned

    def looked(self, t: Any, kind: str) -> None:
        """Python saw a value."""
        if not isinstance(t, Tensor) or self.obstacle:
            return
        self._bytes += 200 if kind != "value" else 200 + 8 * t.size
        if type(t.value) is Batched:
            self.obstacle = "it looked into a batch"
        elif self._bytes > MOST_BYTES:
            self.obstacle = "it looked at too many values"
            self.seen.clear()
        else:
            self.seen.append((t, kind, SEEN[kind](t.value)))

    def depends(self, x: Any) -> bool:
        """A constant made of tensors has no past that could be followed."""
        if any(isinstance(v, Tensor | Variable) for v in flatten(x)):
            self.obstacle = "a constant is made of tensors"
        return False

    def escaped(self, why: str, values: Any) -> None:
        """The library reads values in a way that cannot be repeated."""
        self.obstacle = why

    def drew(self, stream: Random) -> None:
        """Every run begins with the same random numbers."""

    def fetched(self, variable: Variable, current: Tensor) -> None:
        """The recorder knows the values of variables."""

    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """The recorder hears of assignments."""

    def same(self, t: Tensor, value: Tensor) -> None:
        """Not told, because nothing `depends`."""

    def defined(self, outputs: list[Any]) -> None:
        """The op of a function with its own gradient is in no table."""


def watched(witness: Witness) -> AbstractContextManager[None]:
    """A context in which the witness is told what its thread sees of values, and does to variables."""
    return replaced(witness, (*READING, *_ASSIGNING, *(hook for hook in CHANGING if hook[1] == "_scattered")))


def _assign(before: Any, listener: Any) -> Any:
    """Variable.assign() reads a tensor without leaving the picture: the value is made again like any other."""

    def assign(self: Variable, value: Any, *args: Any, **kwargs: Any) -> Variable:
        if elsewhere(listener):
            return before(self, value, *args, **kwargs)  # type: ignore[no-any-return]
        given = value._current if isinstance(value, Variable) else value
        seen = len(listener.seen)
        found: Variable = before(self, value, *args, **kwargs)
        if isinstance(given, Tensor):
            del listener.seen[seen:]
        listener.assigned[id(self._current)] = (None, None, given if isinstance(given, Tensor) else None)
        return found

    return assign


def _change(before: Any, listener: Any) -> Any:
    """assign_add() and assign_sub()."""

    def change(self: Variable, combine: Any, delta: Any) -> Variable:
        if elsewhere(listener):
            return before(self, combine, delta)  # type: ignore[no-any-return]
        given = delta._current if isinstance(delta, Variable) else delta
        was = self._current
        found: Variable = before(self, combine, delta)
        listener.assigned[id(self._current)] = (combine, was, given if isinstance(given, Tensor) else clean(given))
        return found

    return change


_ASSIGNING: tuple[Hook, ...] = ((Variable, "assign", _assign), (Variable, "_change", _change))
