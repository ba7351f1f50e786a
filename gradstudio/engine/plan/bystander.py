"""What the engine tells tapes and recorders besides ops, and a recording of a plan has no use for."""

from __future__ import annotations

from typing import Any

from gradstudio.engine.state import Token
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable
from gradstudio.engine.why import NOWHERE, Place


class Bystander:
    """Stands among the active tapes and as the recorder, and does nothing."""

    records = False  # among the tapes: listens, but keeps no node

    def __init__(self) -> None:
        self._token = Token()  # it adds a node to nothing

    # as a tape

    def note(self, t: Tensor) -> None:
        """Nothing is followed by this token."""

    def wall(self, t: Tensor, inputs: tuple[Any, ...]) -> None:
        """Explanations are the tape's affair."""

    def lost(self, t: Tensor, kind: str, how: str) -> None:
        """Explanations are the tape's affair."""

    def _accessed(self, variable: Variable, current: Tensor) -> None:
        """Variables are the tape's affair."""

    # as a recorder

    def follow(self, tape: Any) -> bool:
        """It is told of every op by dispatch."""
        return False

    def count(self) -> None:
        """It keeps no records."""

    def meet(self, t: Tensor) -> None:
        """Leaves are told apart from what depends on an input when they are used."""

    def time(self, nanoseconds: int) -> None:
        """Times are the picture's affair."""

    def gather(self) -> None:
        """It keeps no inputs."""

    def pause(self) -> None:
        """It keeps nothing."""

    def begin(self, targets: list[Tensor], sources: list[list[Tensor]], seeds: list[tuple[Tensor, Any]]) -> None:
        """A backward pass starts; None asks for no log of it."""

    def end(self, log: Any, results: list[Any]) -> None:
        """The ops of the pass were told one by one."""

    def leaf(self, t: Tensor) -> None:
        """A tensor was made from numbers."""

    def variable(self, variable: Variable, t: Tensor) -> None:
        """A variable was made or assigned."""

    def watched(self, t: Tensor) -> None:
        """Tapes are their own affair."""

    def derived(self, t: Tensor) -> None:
        """Made op by op."""

    def enter(self, kind: str, name: str, line: int, index: int = 0) -> int:
        """Scopes are the picture's affair."""
        return 0

    def leave(self, depth: int | None = None) -> None:
        """Scopes are the picture's affair."""

    def turn(self, depth: int) -> None:
        """Scopes are the picture's affair."""

    def assigned(self, name: str, value: Any) -> None:
        """Names are the picture's affair."""

    def place(self, t: Tensor) -> Place:
        """Places are the picture's affair."""
        return NOWHERE
