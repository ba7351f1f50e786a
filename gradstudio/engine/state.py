"""What is active right now: the tapes that record and the recorder that inspects. Nothing else is global."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock, get_ident
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradstudio.engine.plan.listener import Listener
    from gradstudio.engine.recorder import Recorder


def _nowhere(node: Any) -> None:
    """Where nodes go while no tape records."""


_NONE: frozenset[Any] = frozenset()
_NODES = 100_000
"""How many new objects a garbage collection waits for while a tape has nodes; Python's own number is 700 or so."""


class Token:
    """What tensors hold of the tape that follows them; `state` is what the tape does at present.

    A tensor that holds the token of a GradientTape is floating or complex.
    """

    __slots__ = ("append", "covers", "cuts", "is_heard", "note", "state")

    def __init__(self, append: Callable[[Any], None] = _nowhere) -> None:
        self.append = append  # adds a node to its tape
        self.note = append  # the same, and tells the recorder that listens; for whoever makes nodes the short way
        self.is_heard = False  # whether a recorder listens: it is told how long ops on arrays take
        self.covers = _NONE  # the tokens that it implies besides itself
        self.state = (
            "recording"  # "recording" | "stopped" (inside stop_recording) | "closed" | "gone" (no tape any more)
        )
        self.cuts: list[Any] = []  # the first places where what it follows was lost


class Joint:
    """What tensors hold that several tapes follow. Equal sets of tapes share one, so that ops need only one look."""

    __slots__ = ("append", "covers", "is_heard", "note", "tokens")

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        appends = [token.append for token in tokens if token.append is not _nowhere]
        self.append = _each(appends)  # adds a node to each of the tapes
        self.note = self.append  # as for a token
        self.is_heard = False
        self.covers: set[Token | Joint] = set(tokens)  # and the joints of some of them

    @property
    def is_gone(self) -> bool:
        """Whether none of the tapes is left."""
        for token in self.tokens:  # noqa: SIM110  (asked for every node of a tape that goes)
            if token.state != "gone":
                return False
        return True


def _each(appends: list[Callable[[Any], None]]) -> Callable[[Any], None]:
    """All of these as one function. It runs for every node, so that for two, the usual case, it has no loop."""
    if len(appends) < 2:
        return appends[0] if appends else _nowhere
    first, second = appends[:2]

    def both(node: Any) -> None:
        first(node)
        second(node)

    def every(node: Any) -> None:
        for append in appends:
            append(node)

    return both if len(appends) == 2 else every


SHORT = "GRADSTUDIO_SHORT_WAYS"
"""The environment variable which, set to 0, sends every op and every sweep the general way: same numbers, slower."""

NOBODY, MANY = Token(), Token()
"""Tokens that no tensor holds: of no tape, and of whatever needs the long way."""


def follows(held: Any, token: Token) -> bool:
    """Whether the tape with this token follows a tensor that holds `held` (None, a Token, a Joint or a Cut)."""
    return held is token or (held is not None and token in held.covers)


class Active:
    """The one mutable cell every op looks at.

    `single` decides in one look whether an op may take the short way. It is what the result of an op on something
    followed will hold: the token of the only recording tape, or the Joint of several. NOBODY while no tape records,
    MANY when an accumulator, several threads, or a recorder that does not follow all of these tapes want to hear of the
    op. `inspected` is the same where a recorder listens that does follow all of them, else None.
    """

    __slots__ = (
        "_holding",
        "_joints",
        "_thresholds",
        "backend",
        "changing",
        "depth",
        "inspected",
        "levels",
        "listener",
        "opened",
        "plans",
        "recorder",
        "short",
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
        self.single: Token | Joint = NOBODY
        self.inspected: Token | Joint | None = None
        self.short = os.environ.get(SHORT, "1") != "0"
        self._joints: dict[frozenset[Token], Joint] = {}
        self._holding: set[Token] = set()  # tapes that have nodes
        self._thresholds = gc.get_threshold()  # as they were before

    def refresh(self) -> None:
        """To be called after every change of tapes, recorder, or a tape's token."""
        tapes = self.tapes
        heard = self.inspected
        if heard is not None:
            heard.note, heard.is_heard = heard.append, False
            self.inspected = None
        if not all(tape.records and tape.thread == tapes[0].thread for tape in tapes):
            self.single = MANY
        elif not tapes:
            self.single = NOBODY
        elif len(tapes) == 1:
            self.single = tapes[0]._token
        else:
            self.single = self.joint(tuple([tape._token for tape in tapes]))
        if self.recorder is not None:
            single = self.single
            if single not in (MANY, NOBODY) and all([self.recorder.follow(tape) for tape in tapes]):
                single.note, single.is_heard = self.recorder.hearing(single.append), True
                self.inspected = single
            else:
                self.single = MANY
        if not tapes:
            self._joints.clear()

    def joint(self, tokens: tuple[Token, ...]) -> Joint:
        """The one Joint of these tokens, two or more."""
        key = frozenset(tokens)
        found = self._joints.get(key)
        if found is None:
            with self.changing:
                known = {k: j for k, j in self._joints.items() if not any(token.state == "gone" for token in k)}
                found = Joint(tokens)
                for others, other in known.items():
                    if others < key:
                        found.covers.add(other)
                    elif key < others:
                        other.covers.add(found)
                self._joints = {**known, key: found}
        return found

    def hold(self, token: Token) -> None:
        """A tape starts to keep nodes: they all survive, and to look for garbage among them is work for nothing."""
        if not self._holding:
            self._thresholds = gc.get_threshold()
            if 0 < self._thresholds[0] < _NODES:
                gc.set_threshold(_NODES, *self._thresholds[1:])
        self._holding.add(token)

    def let_go(self, token: Token) -> None:
        """A tape has no nodes any more."""
        self._holding.discard(token)
        if not self._holding and gc.get_threshold()[0] == _NODES:  # nobody has changed it meanwhile
            gc.set_threshold(*self._thresholds)

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
            try:
                if before is not None and before is not recorder:
                    before.pause()
            finally:
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
