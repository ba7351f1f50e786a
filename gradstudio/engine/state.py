"""What is active right now: the tapes that record and the recorder that inspects. Nothing else is global."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock, get_ident
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradstudio.engine.plan.listener import Listener
    from gradstudio.engine.recorder import Recorder


def _nowhere(node: Any) -> None:
    """Where nodes go while no tape records."""


class Token:
    """What tensors hold of the tapes that follow them; `state` is what its tape does at present."""

    __slots__ = ("append", "cuts", "state")

    def __init__(self, append: Callable[[Any], None] = _nowhere) -> None:
        self.append = append  # adds a node to its tape
        self.state = (
            "recording"  # "recording" | "stopped" (inside stop_recording) | "closed" | "gone" (no tape any more)
        )
        self.cuts: list[Any] = []  # the first places where what it follows was lost


_NOBODY = Token()
"""The token of no tape: tensors never hold it."""


class Active:
    """The one mutable cell every op looks at.

    `single` decides in one look whether an op may take the short way: it is the token of the only recording tape (or
    of none), and None when several tapes or a recorder want to hear of the op.
    """

    __slots__ = (
        "backend",
        "changing",
        "depth",
        "levels",
        "listener",
        "opened",
        "plans",
        "recorder",
        "single",
        "sweeping",
        "tapes",
    )

    def __init__(self) -> None:
        self.tapes: list[Any] = []  # GradientTapes and ForwardAccumulators, innermost last
        self.recorder: Recorder | None = None
        self.listener: Listener | None = None  # a plan's recording: told where Python reads values and changes state
        self.changing = RLock()  # tapes of several threads come and go one after the other
        self.depth = 0  # how many sweeps are under way, one inside the other
        self.sweeping = RLock()  # sweeps of several threads go one after the other: they may meet in a variable
        self.levels: list[int] = []  # open batches (vmap, vectorised Jacobians), innermost last
        self.opened = 0  # how many batches were ever opened: the number of the next
        self.plans = True  # whether compiled functions may replay what they did
        self.backend: Any = None  # where new tensors are put; None: where their values are
        self.single: Token | None = _NOBODY

    def refresh(self) -> None:
        """To be called after every change of tapes, recorder, or a tape's token."""
        if self.recorder is not None or len(self.tapes) > 1:
            self.single = None
        elif self.tapes and self.tapes[0].records:
            self.single = self.tapes[0]._token
        elif self.tapes:
            self.single = None
        else:
            self.single = _NOBODY

    @property
    def here(self) -> list[Any]:
        """The tapes and accumulators of this thread, innermost last: each records what its own thread does."""
        thread = get_ident()
        return [tape for tape in self.tapes if tape.thread == thread]

    def insert(self, position: int, tape: Any) -> None:
        """A tape starts to record; it goes to a place among the others (a large number: innermost)."""
        with self.changing:
            self.tapes.insert(position, tape)
            self.refresh()

    def remove(self, tape: Any) -> int:
        """A tape pauses or ends; gives the place it had. The tape must be recording."""
        with self.changing:
            position = next(i for i, active in enumerate(self.tapes) if active is tape)
            del self.tapes[position]
            self.refresh()
        return position

    def inspect(self, recorder: Recorder | None) -> Recorder | None:
        """Another recorder, or none, listens from now on; gives the one before."""
        with self.changing:
            before, self.recorder = self.recorder, recorder
            self.refresh()
        return before

    @contextmanager
    def level(self) -> Iterator[int]:
        """A batch is open inside the block; gives its number."""
        self.opened += 1
        number = self.opened
        self.levels.append(number)
        try:
            yield number
        finally:
            self.levels.remove(number)

    def clear(self) -> None:
        """Nothing records: the state at the start of a run."""
        self.tapes.clear()
        self.levels.clear()
        self.depth = 0
        self.listener = None
        self.plans = True
        self.backend = None
        self.refresh()


ACTIVE = Active()
