"""Threads that run blocks of long arrays beside the one that calls: NumPy lets go of Python's lock while it computes.

They are started when the first plan has work for them: as many as the process may use processors, at most 8. With the
environment variable GRADSTUDIO_THREADS=1 the calling thread does it all; other numbers are obeyed too.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

SWITCH = "GRADSTUDIO_THREADS"
_ALONE = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
"""Environment variables that keep the matrix products of the libraries that NumPy is built with to one thread."""
_MOST = 8
"""Every one of them has blocks of its own in memory, and they take turns at Python's lock."""


def threads() -> int:
    """How many threads share the blocks of a plan that is made now."""
    wanted = os.environ.get(SWITCH, "")
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST)


def products_are_alone() -> bool:
    """Whether matrix products are known to take one thread: threads that start threads get into each other's way."""
    return any(os.environ.get(name) == "1" for name in _ALONE)


class _Helpers:
    """The threads beside the calling ones, which all plans share."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """A process that was forked off has none of them."""
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._size = 0
        self._is_refused = False

    def refuse(self) -> None:
        """No thread can be started here: that is not tried again."""
        self._pool, self._is_refused = None, True

    def pool(self, count: int) -> ThreadPoolExecutor:
        """So many threads at least."""
        from concurrent.futures import ThreadPoolExecutor  # late: most plans are too small for it

        with self._lock:
            if self._is_refused:
                raise RuntimeError("no thread can be started")
            # A smaller one's threads end when nobody uses it any more.
            if self._pool is None or self._size < count:
                self._pool = ThreadPoolExecutor(count, "gradstudio-plan")
                self._size = count
            return self._pool


_helpers = _Helpers()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helpers.forget)


def together(work: Callable[[], None], count: int) -> None:
    """Call work in this thread and, as far as they are free, in count - 1 others; they share what is to be done.

    It is done when this returns: a call that found no free thread is dropped, the others are waited for. Raises what
    a call raised.
    """
    calls = []
    try:
        pool = _helpers.pool(count - 1)
        for _ in range(count - 1):
            calls.append(pool.submit(work))
    except RuntimeError:  # a process without the right to, or the interpreter is about to end
        _helpers.refuse()
    try:
        work()
    finally:
        begun = [call for call in calls if not call.cancel()]
        errors = [call.exception() for call in begun]  # waits for each
    for error in errors:
        if error is not None:
            raise error


class Pace:
    """Whether several threads are faster than one at some work, learnt from the work itself.

    On a machine that is busy with other things they are not: a thread that has to wait for a processor keeps the
    others waiting. What counts is how long half of the calls take at most; the slower way is tried again now and then.
    """

    FIRST = 8
    """So many calls take turns."""
    AGAIN = 32
    """Afterwards in one of so many calls."""
    _STEP = 1.25
    """By which factor a median is corrected at each call."""

    def __init__(self) -> None:
        self._medians = [0.0, 0.0]  # seconds alone, and together; 0: not known
        self._calls = 0

    def run(self, work: Callable[[], None], count: int) -> None:
        """work(), in this thread or also in count - 1 others."""
        way = self._way()
        start = perf_counter()
        if way:
            together(work, count)
        else:
            work()
        time, median = perf_counter() - start, self._medians[way]
        self._medians[way] = time if not median else median * self._STEP if time > median else median / self._STEP

    def _way(self) -> int:
        """1: together."""
        self._calls += 1
        if self._calls <= self.FIRST:
            return self._calls % 2
        alone, several = self._medians
        return int((several <= alone) != (self._calls % self.AGAIN == 0))
