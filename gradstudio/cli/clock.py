"""The clock of a command: whatever a file makes it do, it ends in time."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gradstudio.worker.run_clock import LATEST

_EXTRA, _LAST = 6.0, 3.0
"""Seconds that a command may take besides the run itself (starting a worker, drawing, writing), and besides one that
had to be ended because the machine gave it too little time."""

_AGAIN = 3.0
"""Seconds after which the clock rings once more: what is raised while Python cleans up is lost."""

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
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def whole(seconds: float) -> float:
    """How long a command may take whose run may take so long."""
    return max(seconds + _EXTRA, LATEST * seconds + _LAST)


def sensible(seconds: float) -> float:
    """How long a run may take, for what was asked for. Raises ValueError for what is no time."""
    if math.isnan(seconds):
        raise ValueError("--seconds nan is no time: give a number of seconds")
    return min(seconds, LONGEST)
