"""Witness: what a program that an inspecting recorder follows saw of the values it computed, and did to variables.

It listens where plans do, but leaves the run as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from gradstudio.engine.batching import Batched
from gradstudio.engine.plan.constants import copied
from gradstudio.engine.plan.listener import heard
from gradstudio.engine.random import Random
from gradstudio.engine.state import ACTIVE
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
        self.assigned: dict[int, Assignment] = {}  # id of a tensor that something else than an op made -> of what
        self._bytes = 0
        self._making: tuple[Assignment, int] | None = None  # of what one is being made, and how much was seen before
        self._changing: Assignment | None = None

    @heard
    def looked(self, x: Any, kind: str) -> None:
        """Python saw a value."""
        if not isinstance(x, Tensor) or self.obstacle:
            return
        self._bytes += 200 if kind != "value" else 200 + 8 * x.size
        if type(x.value) is Batched:
            self.obstacle = "it looked into a batch"
        elif self._bytes > MOST_BYTES:
            self.obstacle = "it looked at too many values"
            self.seen.clear()
        else:
            self.seen.append((x, kind, SEEN[kind](x.value)))

    @heard
    def source(self, value: Any) -> Tensor | None:
        """A variable or constant is about to be made of a value. None: it is made as always."""
        given = value._held if isinstance(value, Variable) else value
        if not isinstance(given, Tensor) and any(isinstance(v, Tensor | Variable) for v in flatten(given)):
            self.obstacle = "a value is made of several tensors"
        self._making = (None, None, given if isinstance(given, Tensor) else None), len(self.seen)
        return None

    @heard
    def same(self, t: Tensor, source: Tensor | None) -> None:
        """It has been made."""
        if self._changing is not None:
            self.assigned[id(t)] = self._changing
        elif self._making is not None and self._making[0][2] is not None:
            self.assigned[id(t)], count = self._making
            del self.seen[count:]  # what was read in order to make it is no look
        elif self._making is not None:
            self.assigned.pop(id(t), None)
        self._making = self._changing = None

    @heard
    def change(self, variable: Variable, combine: Any, delta: Any) -> Variable | None:
        """A variable is about to be added to. None: it is done as always."""
        given = delta._held if isinstance(delta, Variable) else delta
        self._changing = combine, variable._held, given if isinstance(given, Tensor) else clean(given)
        return None

    @heard
    def escaped(self, why: str, values: Any) -> None:
        """The library reads values in a way that cannot be repeated."""
        self.obstacle = why

    def drew(self, stream: Random) -> None:
        """Every run begins with the same random numbers."""

    def fetched(self, variable: Variable, current: Tensor) -> None:
        """The recorder knows the values of variables."""

    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """The recorder hears of assignments."""

    def defined(self, outputs: list[Any]) -> None:
        """The op of a function with its own gradient is in no table."""


@contextmanager
def watched(witness: Witness) -> Iterator[None]:
    """Inside the block the witness is told what its thread sees of values, and does to variables."""
    before, ACTIVE.listener = ACTIVE.listener, witness
    try:
        yield
    finally:
        ACTIVE.listener = before
