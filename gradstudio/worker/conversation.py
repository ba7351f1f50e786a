"""What a child may say next: every reply has been asked for, comes once, and is no longer than agreed.

A child that was taken over can send whatever it likes as fast as a pipe allows. So its window holds it to the
conversation: what does not belong to it ends the child, before anything is kept of it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from gradstudio.engine.trace import Trace
from gradstudio.worker.bounds import bounded, renewal
from gradstudio.worker.checks import BadMessage
from gradstudio.worker.lockdown import LAYERS
from gradstudio.worker.messages import (
    Draw,
    Drawn,
    Fetch,
    Finished,
    NotDrawn,
    Printed,
    Ready,
    Renewed,
    Reply,
    Request,
    Run,
    Started,
    Value,
)
from gradstudio.worker.picture_checks import check_view

_PIECES = 100  # of printed text that may come at once
_PIECES_A_SECOND = 40
_CUT = 200  # characters that a printer may add to say that it stopped
_QUESTIONS = 16  # that a run may have
_STATUSES = frozenset(["ok", "refused", "limited", "error"])


class Conversation:
    """One child's side of it. Requests and replies are noted on different threads."""

    def __init__(self, role: str) -> None:
        self._lock = threading.Lock()
        self._role = role
        self._is_ready = False
        self._run: Run | None = None  # asked for and not finished
        self._since = 0.0
        self._has_started = False
        self._printed = self._pieces = self._questions = 0
        self._fetches: Counter[tuple[int, int, int]] = Counter()
        self._shown: tuple[Trace | None, int] = None, -1  # what a drawing without a trace goes on with
        self._drawings: dict[int, list[Any]] = {}  # how many replies may still come, and to what

    def asked(self, request: Request) -> None:
        """A request is about to be sent."""
        with self._lock:
            if isinstance(request, Run):
                self._run, self._since, self._has_started = request, time.monotonic(), False
                self._printed = self._pieces = self._questions = 0
            elif isinstance(request, Fetch):
                self._fetches[request.run, request.record, request.sweep] += 1
            elif isinstance(request, Draw):
                if request.trace is not None:
                    self._shown = request.trace, request.sweep
                self._drawings[request.run] = [2, *self._shown]

    def heard(self, message: Reply) -> Reply:
        """The reply as it may be shown. Raises BadMessage for one that may not come now."""
        with self._lock:
            if isinstance(message, Ready):
                _need(not self._is_ready)
                self._is_ready = True
                return Ready(tuple(layer for layer in LAYERS if layer in message.layers))
            _need(self._is_ready)
            if self._role == "draw":
                return self._drawn(message)
            if isinstance(message, Value):
                what = message.run, message.record, message.sweep
                _need(self._fetches[what] > 0)
                self._fetches[what] -= 1
                self._fetches = +self._fetches
                return message
            run = self._run
            if run is None or message.run != run.run or isinstance(message, Drawn | NotDrawn):
                raise BadMessage("an answer that nobody asked for")
            if isinstance(message, Started):
                _need(not self._has_started)
                self._has_started = True
            elif isinstance(message, Printed):
                self._count(message.text, run)
            elif isinstance(message, Finished | Renewed):
                self._run = None
                if isinstance(message, Finished):
                    _need(message.status in _STATUSES)
                    _need(run.want_values or not (message.values or message.gradients))
                    return bounded(message, run.text)
                return renewal(message, run.text)
            else:
                self._questions += 1
                _need(self._questions <= _QUESTIONS)
            return message

    def _drawn(self, message: Reply) -> Reply:
        if not isinstance(message, Drawn) or message.run not in self._drawings:
            raise BadMessage("a picture that nobody asked for")
        left, trace, sweep = self._drawings[message.run]
        _need(left > 0 and trace is not None)
        check_view(message, trace, sweep)
        # They are answered in order; an earlier one that is not, will not be.
        self._drawings = {run: asked for run, asked in self._drawings.items() if run >= message.run}
        self._drawings[message.run][0] = 1 if message.is_coarse and left == 2 else 0
        return message

    def _count(self, text: str, run: Run) -> None:
        self._printed += len(text)
        self._pieces += 1
        seconds = time.monotonic() - self._since
        _need(self._printed <= run.limits.printed + _CUT)
        _need(self._pieces <= _PIECES + _PIECES_A_SECOND * seconds + self._printed / 8192)


def _need(condition: bool) -> None:
    if not condition:
        raise BadMessage("an answer that nobody asked for")
