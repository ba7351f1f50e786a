"""The worker and its warm spare: there is always one to run the next program, and another being made ready.

A process that falls before it was of any use is made anew after a pause, which grows: a system on which no worker can
live is not kept busy with starting them. Nothing here locks; client.py does.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field

from gradstudio.worker.process import Process
from gradstudio.worker.vitals import Vitals

STILL = frozenset("Tt")
"""States of a process that somebody stopped, and that will not go on by itself."""
_OF_USE = 2.0  # seconds that a ready process must have lived for its end not to be called a fall
_LONGEST_PAUSE = 10.0
_LONGEST_START = 30.0  # seconds
_LOOK = 1.0  # seconds between looks at a process that should be doing nothing
_BUSY_LOOKS = 5  # in a row, in which it used the processor all the time
PROCESSOR = 3600.0  # seconds that a process may use in all, and half of it before it is replaced while idle


def most_threads() -> int:
    """Threads that a worker may have: those of two libraries of linear algebra, of compiled functions, and our own."""
    return 16 + 2 * (os.cpu_count() or 1)


@dataclass
class _Watched:
    """What was seen of an idle process."""

    looked: float = 0.0
    processor: float = 0.0
    busy: int = 0


@dataclass
class Pair:
    """worker runs the programs, spare takes over from it; either may be missing. memory: bytes a process may hold."""

    memory: int
    worker: Process | None = None
    spare: Process | None = None
    ending: set[Process] = field(default_factory=set)  # killed, but not gone yet
    falls: int = 0  # in a row
    _due: float = 0.0  # when the next process may be started
    _watched: dict[Process, _Watched] = field(default_factory=dict)

    def all(self) -> list[Process]:
        """Every process that is not known to have gone."""
        return [p for p in (self.worker, self.spare, *self.ending) if p is not None]

    def wants(self) -> bool:
        """Whether a process is missing and may be started now: the spare only beside a worker that is ready."""
        is_missing = self.worker is None or (self.spare is None and self.worker.ready.is_set())
        return is_missing and time.monotonic() >= self._due

    def take(self, process: Process) -> None:
        """A process has been started."""
        if process.is_over.is_set():
            self._fell()
        elif self.worker is None:
            self.worker = process
        else:
            self.spare = process

    def failed(self) -> None:
        """No process could be started."""
        self._fell()

    def swap(self) -> None:
        """The worker is lost: end it and let the spare take over."""
        old, self.worker, self.spare = self.worker, self.spare, None
        if old is not None:
            self.end(old)

    def end(self, process: Process) -> None:
        """Kill a process that is in neither place any more."""
        self.ending.add(process)
        self._watched.pop(process, None)
        process.kill()

    def gone(self, process: Process, is_busy: bool) -> bool:
        """A process has ended; whether it was the worker. is_busy: it had something to do."""
        self._watched.pop(process, None)
        if process in self.ending:
            self.ending.discard(process)
            return False
        was_worker = process is self.worker
        if not was_worker and process is not self.spare:
            return False
        if was_worker:
            self.worker, self.spare = self.spare, None
        else:
            self.spare = None
        if not process.was_ready or (not is_busy and time.monotonic() - process.began < _OF_USE):
            self._fell()
        return was_worker

    def was_of_use(self) -> None:
        """A run has come to its end."""
        self.falls = 0

    def look(self, is_busy: bool) -> None:
        """Replace what should wait and does not, or cannot."""
        now = time.monotonic()
        idle = [self.spare] if is_busy else [self.worker, self.spare]
        for process in idle:
            if process is None:
                continue
            if not process.ready.is_set():
                if now - process.began > _LONGEST_START:
                    process.kill()
                continue
            seen = self._watched.setdefault(process, _Watched(now))
            if now - seen.looked >= _LOOK and self._is_unfit(process.vitals(), seen, now):
                if process is self.worker:
                    self.swap()
                else:
                    self.spare = None
                    self.end(process)
        if is_busy and self.worker is not None:
            self._watched.pop(self.worker, None)

    def _is_unfit(self, vitals: Vitals, seen: _Watched, now: float) -> bool:
        used = vitals.processor - seen.processor
        seen.busy = seen.busy + 1 if seen.processor and used > 0.8 * (now - seen.looked) else 0
        seen.looked, seen.processor = now, vitals.processor
        return (
            vitals.state in STILL
            or vitals.resident > self.memory
            or vitals.threads > most_threads()
            or seen.busy >= _BUSY_LOOKS
            or vitals.processor > PROCESSOR / 2
        )

    def _fell(self) -> None:
        self.falls += 1
        pause = 0.0 if self.falls < 2 else min(_LONGEST_PAUSE, 0.1 * 2.0**self.falls)
        self._due = time.monotonic() + pause
