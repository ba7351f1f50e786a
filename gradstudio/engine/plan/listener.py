"""What a recording is told of a run besides its ops."""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from typing import Any, Protocol

from gradstudio.engine.random import Random
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable


class Listener(Protocol):
    """What a recording is told."""

    thread: int

    def looked(self, t: Any, kind: str) -> None:
        """Python saw a value: "bool", "int" or "value", as a Guard says."""

    def fetched(self, variable: Variable, current: Tensor) -> None:
        """Something used the value of a variable."""

    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """A variable has got another value; before is None where it was just made."""

    def same(self, t: Tensor, value: Tensor) -> None:
        """A new tensor holds the value of another one, perhaps in another dtype."""

    def depends(self, x: Any) -> bool:
        """Whether a value, or one in a nesting, depends on what a plan takes as input."""

    def drew(self, stream: Random) -> None:
        """Random numbers are about to come from a stream, so that every call gets others."""

    def defined(self, outputs: list[Any]) -> None:
        """A function with its own gradient has computed its outputs, which are about to be laid out in one vector."""

    def escaped(self, why: str, values: Any) -> None:
        """The library reads values in a way that no plan can repeat; it matters where they depend on the arguments."""


Hook = tuple[Any, str, Callable[[Any, Listener], Any]]
"""(owner, name, make): a place of the engine, and what makes the thing that stands there tell a listener."""


def elsewhere(listener: Listener) -> bool:
    """Whether the present thread is another one than the listener's."""
    return get_ident() != listener.thread
