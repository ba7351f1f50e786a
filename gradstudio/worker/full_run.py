"""Full runs: a trusted program in a process of its own, with the person's own rights; never a spare, never reused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

from gradstudio.engine.problem import Problem
from gradstudio.worker import endings
from gradstudio.worker.messages import Fetch, Finished, Printed, Ready, Reply, Run, Value
from gradstudio.worker.permission import Permission
from gradstudio.worker.process import Process
from gradstudio.worker.whereabouts import Place

_POLL = 0.1  # seconds between looks at a running program
_BEGINNING = 30.0  # seconds that a process may take to be ready, which do not count as the program's
_MARGIN = 512 << 20  # resident bytes over the limit: what the program imports


class FullRuns:
    """One full run at a time; the process stays after it for the arrays that are asked for, until the next run.

    on_message(reply) is called on a reader thread, for the present run only.
    """

    def __init__(self, on_message: Callable[[Reply], None], advice: str = "") -> None:
        self._on_message = on_message
        self._advice = advice  # said where a run took too long
        self._lock = threading.RLock()
        self._process: Process | None = None
        self._request: Run | None = None
        self._is_running = False
        self._since = 0.0
        self._gone: set[Process] = set()  # ended, but not gone yet

    @property
    def is_here(self) -> bool:
        """Whether the last run was a full one."""
        return self._process is not None

    @property
    def is_running(self) -> bool:
        """Whether one is under way."""
        return self._is_running

    def start(self, request: Run, permission: Permission) -> None:
        """Run a program; ends the one before."""
        with self._lock:
            self.end()
            self._request, self._is_running, self._since = request, True, time.monotonic() + _BEGINNING
            try:
                self._process = process = Process("full", 0, self._replied, self._ended, permission=permission)
            except OSError:
                self._is_running = False
                self._on_message(Finished(request.run, "died", None, (endings.never_started(request),)))
                return
        threading.Thread(target=self._watch, args=(process, request), daemon=True, name="gradstudio full").start()

    def stop(self) -> bool:
        """End the present run and all that it started; its Finished says so. False if none is running."""
        return self._give_up(self._process, "limited", endings.stopped)

    def end(self) -> None:
        """Let go of the last run; nothing more is told of it."""
        with self._lock:
            process, self._process, self._request, self._is_running = self._process, None, None, False
            if process is not None:
                self._gone.add(process)
                process.kill()

    def fetch(self, request: Fetch) -> None:
        """Ask for a whole array of the last run."""
        with self._lock:
            process = self._process
        if process is not None:
            process.send(request)

    def close(self) -> None:
        """End and wait until nothing is left."""
        self.end()
        for process in list(self._gone):
            process.close()

    # inside

    def _replied(self, process: Process, message: Reply) -> None:
        with self._lock:
            if process is not self._process or self._request is None:
                return
            request = self._request
            if isinstance(message, Ready):
                self._since = time.monotonic()
            if isinstance(message, Finished) and message.run == request.run:
                self._is_running = False
        if isinstance(message, Ready):
            process.send(request)
        elif isinstance(message, Printed | Finished | Value) and message.run == request.run:
            self._on_message(message)

    def _ended(self, process: Process) -> None:
        self._give_up(process, "died", lambda request, _: endings.died(request, process))
        with self._lock:
            self._gone.discard(process)
            if process is self._process:
                self._process = None

    def _give_up(self, process: Process | None, status: str, why: Callable[[Run, Place], Problem]) -> bool:
        """End a run before its time, and say why; False if it is not under way."""
        with self._lock:
            if process is None or process is not self._process or not self._is_running or self._request is None:
                return False
            request, seconds, self._is_running = self._request, max(0.0, time.monotonic() - self._since), False
            problem = why(request, process.place())
            process.kill()
        self._on_message(Finished(request.run, status, None, (problem,), seconds=seconds))
        return True

    def _watch(self, process: Process, request: Run) -> None:
        """The clock outside: time and memory."""
        limits = request.limits
        while process is self._process and self._is_running:
            time.sleep(_POLL)
            vitals = process.vitals()
            if time.monotonic() - self._since > limits.seconds:
                why = partial(endings.too_long, advice=self._advice, elapsed=limits.seconds)
                self._give_up(process, "limited", why)
            elif vitals.resident > limits.memory + _MARGIN:
                self._give_up(process, "limited", endings.too_large)
            elif vitals.state == "Z":  # it ended, but what it started holds its pipe open
                process.kill()
