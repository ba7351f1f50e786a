"""How long a run has been going, by a clock that is fair on a busy machine.

A run is ended when its time is over and it has computed for about half of that. One that the machine gave less, or that
waits for what never comes, is ended a while later, whatever it did. What it waits for its data files is not its time.
"""

from __future__ import annotations

import time

from gradstudio.worker.vitals import Vitals

LATEST = 1.5
"""Times the seconds that a run may take: then it is ended even if it did not get to compute. With what a command needs
besides, it still ends in 20 seconds."""

_SHARE = 0.5  # of its seconds that a run is to have computed


class RunClock:
    """Of one run after the other."""

    def __init__(self) -> None:
        self._since = self._looked = time.monotonic()
        self._waited = 0.0
        self._processor = 0.0

    def start(self, processor: float = 0.0) -> None:
        """A run begins now. processor: seconds of it that its process has used before."""
        self._since = self._looked = time.monotonic()
        self._waited, self._processor = 0.0, processor

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._since

    @property
    def waited(self) -> float:
        """Seconds of them that it waited for its data."""
        return self._waited

    def look(self, is_waiting: bool) -> None:
        """To be called again and again. is_waiting: it has waited for its data since the last look."""
        now = time.monotonic()
        self._waited += now - self._looked if is_waiting else 0.0
        self._looked = now

    def is_over(self, seconds: float, vitals: Vitals) -> bool:
        """Whether a run that may take so long is to be ended. vitals: of its process, now."""
        elapsed = self.elapsed
        if elapsed >= LATEST * seconds:
            return True
        has_computed = not vitals.state or vitals.processor - self._processor >= _SHARE * seconds
        return elapsed - self._waited >= seconds and has_computed
