"""What a recording is told of a run besides its ops: ACTIVE.listener of state.py, None while no plan is recorded.

The places of the engine where Python reads a value, or where something changes that outlives a run, tell it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from gradstudio.engine.random import Random
    from gradstudio.engine.tensor import Tensor
    from gradstudio.engine.variable import Variable


class Listener(Protocol):
    """What a recording is told."""

    def looked(self, x: Any, kind: str) -> None:
        """Python saw a value: "bool", "int" or "value", as a Guard says."""

    def fetched(self, variable: Variable, current: Tensor) -> None:
        """Something used the value of a variable."""

    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """A variable has got another value; before is None where it was just made."""

    def source(self, value: Any) -> Tensor | None:
        """Before something is made of a value by other means than ops: the tensor that holds the same numbers.

        None where the value depends on nothing that a plan takes as input.
        """

    def same(self, t: Tensor, source: Tensor | None) -> None:
        """It has been made: t holds the numbers of `source`, perhaps in another dtype."""

    def change(self, variable: Variable, combine: Any, delta: Any) -> Variable | None:
        """A variable is about to be added to (or subtracted from); the variable if the listener has done it."""

    def drew(self, stream: Random) -> None:
        """Random numbers are about to come from a stream, so that every call gets others."""

    def defined(self, outputs: list[Any]) -> None:
        """A function with its own gradient has computed its outputs, which are about to be laid out in one vector."""

    def escaped(self, why: str, values: Any) -> None:
        """The library reads values in a way that no plan can repeat; it matters where they depend on the arguments."""


Method = TypeVar("Method", bound=Callable[..., Any])


def heard(method: Method) -> Method:
    """A method that only hears of what happens in the thread self.thread."""

    @functools.wraps(method)
    def told(self: Any, *args: Any) -> Any:
        return method(self, *args) if get_ident() == self.thread else None

    return told  # type: ignore[return-value]
