"""The drawing process, seen from the window: what it works on, that it ends in time, and what is sent it again.

Its code is ours, but it draws what a stranger's program recorded, so it has limits and no rights either.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import msgspec

from gradstudio.engine.trace import Trace
from gradstudio.graph.fold_state import FoldState
from gradstudio.layout.model import Before, Options
from gradstudio.worker.messages import Draw, Drawn, NotDrawn, Reply
from gradstudio.worker.pair import STILL
from gradstudio.worker.process import Process
from gradstudio.worker.run_clock import RunClock

SECONDS = 20.0
"""What one picture may take, or each half of one that comes in two."""

MEMORY = 3 << 30
"""Bytes over those of the idle process."""

_LIFETIME = 30 * 86_400.0  # seconds of processor time of a process that draws many pictures
_TRIES = 2  # processes that a picture is given to


class Drawings:
    """on_message(Drawn or NotDrawn) is called on a reader thread, or by look()."""

    def __init__(self, on_message: Callable[[Reply], None]) -> None:
        self._on_message = on_message
        self._lock = threading.RLock()
        self._number = 0  # of the newest drawing
        self._closed = False
        self._process: Process | None = None
        self._picture: Draw | None = None  # what it works on
        self._source: Draw | None = None  # the last drawing that brought a trace
        self._falls = 0  # how often a process ended over it
        self._clock = RunClock()

    def draw(
        self, trace: Trace | None, text: str, sweep: int, folds: FoldState, options: Options, before: Before | None
    ) -> int:
        """Ask for a graph and layout; the answer has the number given here. trace: None arranges the last one anew."""
        with self._lock:
            self._number += 1
            request = Draw(self._number, trace, text, sweep, folds, options, before)
            if trace is not None:
                self._source = request
            elif self._process is None:
                request = self._with_trace(request)
            if self._process is None:
                self._process = self._started()
            process, self._picture, self._falls = self._process, request, 0
            self._clock.start(process.vitals().processor)
        process.send(request)
        return request.run

    def stop(self) -> None:
        """End the drawing under way; nothing more comes of it."""
        with self._lock:
            self._number += 1
            process, self._process = (self._process, None) if self._picture is not None else (None, self._process)
            self._picture = None
        if process is not None:
            process.kill()

    def look(self) -> None:
        """End a process that stands still, or works on one picture for too long. To be called again and again."""
        with self._lock:
            process = self._process
            if process is None or self._picture is None:
                return
            vitals = process.vitals()
            if self._clock.is_over(SECONDS, vitals):
                self._falls = _TRIES  # the next one would take as long
            elif vitals.state not in STILL and vitals.resident <= MEMORY + (1 << 29):
                return
        process.kill()

    def close(self) -> Process | None:
        """Nothing is drawn any more; gives the process that is to be closed."""
        with self._lock:
            self._closed = True
            return self._process

    # inside

    def _started(self) -> Process:
        return Process("draw", MEMORY, self._replied, self._ended, _LIFETIME)

    def _with_trace(self, request: Draw) -> Draw:
        """For a process that knows nothing yet."""
        if request.trace is not None or self._source is None:
            return request
        return msgspec.structs.replace(request, trace=self._source.trace)

    def _replied(self, process: Process, message: Reply) -> None:
        if not isinstance(message, Drawn):
            return
        with self._lock:
            is_current = message.run == self._number
            if is_current:
                self._picture = self._picture if message.is_coarse else None
                self._clock.start(process.vitals().processor)
        if is_current:
            self._on_message(message)

    def _ended(self, process: Process) -> None:
        """Once more with a fresh one, then the picture is given up."""
        with self._lock:
            if process is not self._process:
                return
            self._process = None
            request, self._falls = self._picture, self._falls + 1
            if request is None or self._closed:
                return
            again = None
            if self._falls < _TRIES:
                request = self._with_trace(request)
                with contextlib.suppress(OSError):
                    again = self._process = self._started()
            if again is None:
                self._picture = None
            else:
                self._clock.start()
        if again is not None:
            again.send(request)
        else:
            self._on_message(NotDrawn(request.run))
