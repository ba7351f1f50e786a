"""Fits: what can be wired to what, found out a little at a time while a wire is in the hand."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable

from gradstudio.studio.edits.fitting import Fit

Port = tuple[int, int]
"""Node and slot."""


class Fits:
    """Answers for one wire, each asked for once."""

    def __init__(self, ask: Callable[[int, int], Fit]) -> None:
        self._ask = ask
        self._known: dict[Port, Fit] = {}
        self._waiting: deque[Port] = deque()

    def known(self, port: Port) -> Fit | None:
        """Whether the wire fits, if that was found out."""
        return self._known.get(port)

    def now(self, port: Port) -> Fit:
        """Whether the wire fits."""
        if port not in self._known:
            self._known[port] = self._ask(*port)
        return self._known[port]

    def want(self, ports: Iterable[Port]) -> None:
        """Find out about these next, in this order, and about no others."""
        self._waiting = deque(port for port in ports if port not in self._known)

    def work(self, seconds: float) -> bool:
        """Go on for about so long; whether there is more to do."""
        end = time.perf_counter() + seconds
        while self._waiting and time.perf_counter() < end:
            self.now(self._waiting.popleft())
        return bool(self._waiting)
