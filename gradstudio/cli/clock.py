"""The clock of a command: whatever a file makes it do, it ends in time."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EXTRA = 6.0
"""Seconds that a command may take besides the run itself: starting a worker, drawing, writing."""

LONGEST = 86_400.0


class Late(BaseException):
    """The time of a command is over. Not an Exception, so that nothing on the way swallows it."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises Late inside the block when its time is over. Where there is no such signal, nothing happens."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def sensible(seconds: float) -> float:
    """How long a run may take, for what was asked for. Raises ValueError for what is no time."""
    if math.isnan(seconds):
        raise ValueError("--seconds nan is no time: give a number of seconds")
    return min(seconds, LONGEST)
