"""What is active right now: the tapes that record and the recorder that inspects. Nothing else is global."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradstudio.engine.recorder import Recorder
    from gradstudio.engine.tape import GradientTape

_NOBODY = object()
"""The token of no tape: tensors never hold it."""


def _nowhere(node: Any) -> None:
    """Where nodes go while no tape records."""


class Active:
    """The one mutable cell every op looks at.

    `single` decides in one look whether an op may take the short way: it is the token of the only recording tape (or
    of none), and None when several tapes or a recorder want to hear of the op. `append` adds to that tape.
    """

    __slots__ = ("append", "depth", "recorder", "single", "tapes")

    def __init__(self) -> None:
        self.tapes: list[GradientTape] = []  # innermost last
        self.recorder: Recorder | None = None
        self.depth = 0  # how many sweeps are under way, one inside the other
        self.single: object | None = _NOBODY
        self.append: Callable[[Any], None] = _nowhere

    def refresh(self) -> None:
        """To be called after every change of tapes, recorder, or a tape's token."""
        if self.recorder is not None or len(self.tapes) > 1:
            self.single, self.append = None, _nowhere
        elif self.tapes:
            self.single, self.append = self.tapes[0]._token, self.tapes[0]._nodes.append
        else:
            self.single, self.append = _NOBODY, _nowhere

    def insert(self, position: int, tape: GradientTape) -> None:
        """A tape starts to record; it goes to a place among the others (a large number: innermost)."""
        self.tapes.insert(position, tape)
        self.refresh()

    def remove(self, tape: GradientTape) -> int:
        """A tape pauses or ends; gives the place it had. The tape must be recording."""
        position = next(i for i, active in enumerate(self.tapes) if active is tape)
        del self.tapes[position]
        self.refresh()
        return position

    def inspect(self, recorder: Recorder | None) -> Recorder | None:
        """Another recorder, or none, listens from now on; gives the one before."""
        before, self.recorder = self.recorder, recorder
        self.refresh()
        return before

    def clear(self) -> None:
        """Nothing records: the state at the start of a run."""
        self.tapes.clear()
        self.depth = 0
        self.refresh()


ACTIVE = Active()
