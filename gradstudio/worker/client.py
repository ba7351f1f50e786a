"""Client: runs programs in a worker, keeps a warm spare, ends what takes too long, and drops what is out of date."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace
from gradstudio.graph.fold_state import FoldState
from gradstudio.layout.model import Before, Options
from gradstudio.worker import endings
from gradstudio.worker.data_files import DataFiles
from gradstudio.worker.drawings import Drawings
from gradstudio.worker.full_run import FullRuns
from gradstudio.worker.messages import (
    Drawn,
    Fetch,
    Finished,
    Limits,
    NotDrawn,
    Printed,
    Ready,
    Reply,
    Run,
    Started,
    Value,
    Wanted,
)
from gradstudio.worker.pair import PROCESSOR, STILL, Pair, most_threads
from gradstudio.worker.permission import SAFE, Permission
from gradstudio.worker.process import Process
from gradstudio.worker.run_clock import RunClock
from gradstudio.worker.whereabouts import Place

_POLL = 0.1  # seconds between looks at a running worker
_MARGIN = 512 << 20  # resident bytes over the limit that the worker's own accounting may miss
_SIGN_OF_LIFE = 0.4  # seconds in which a worker says that it has begun with a run, and
_LATEST_SIGN = 2.0  # where it would, if it were its turn
_TRIES = 3  # workers that a run is given to before it is given up
_LONGEST_WAIT = 60.0  # seconds for a worker to be there at all


class Client:
    """The window's side. on_message(reply) is called on a reader thread, for the newest run only.

    A newer run supersedes an older one: its worker is ended and the warm spare takes over.
    """

    def __init__(
        self, on_message: Callable[[Reply], None], limits: Limits | None = None, advice: str = "press Run to allow more"
    ) -> None:
        """advice: how to allow a run more than `limits` do, said where one took too long."""
        self._on_message = on_message
        self.limits = limits or Limits()
        self._advice = advice
        self._lock = threading.RLock()
        self._number = 0  # of the newest run
        self._closed = False
        self._busy: Run | None = None
        self._is_sent = False  # a worker that is still starting gets only the newest run, when it is ready
        self._time = RunClock()  # since the run was sent, or began to wait
        self._has_started = False  # the worker has said that it has begun with it
        self._tries = 0
        self._data_files = DataFiles()
        self._fetches: list[Fetch] = []  # not answered yet
        self._layers: tuple[str, ...] = ()
        self._wake = threading.Event()
        self._pair = Pair(self.limits.memory + _MARGIN)
        self._prepare()
        self._drawings = Drawings(on_message)
        self._full = FullRuns(on_message, advice)
        self._clock = threading.Thread(target=self._watch, daemon=True, name="gradstudio clock")
        self._clock.start()

    @property
    def layers(self) -> tuple[str, ...]:
        """Which isolation the worker has, e.g. ("limits", "landlock"); () until it is ready."""
        return self._layers

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._busy is not None or self._full.is_running

    def run(
        self,
        text: str,
        folder: Path | None = None,
        limits: Limits | None = None,
        want_values: bool = False,
        check_only: bool = False,
        permission: Permission = SAFE,
    ) -> int:
        """Start a run as its permission says and give its number. Raises ValueError for a paused one.

        folder: where the data files are that the text may name.
        """
        if permission.mode == "paused":
            raise ValueError("a paused text was about to be run")
        with self._lock:
            self._number += 1
            request = Run(self._number, text, limits or self.limits, want_values, check_only)
            self._data_files.begin(request.run, text, folder)
            if self._busy is not None and self._is_sent:
                self._pair.swap()
            self._fetches.clear()
            self._busy = None
            if permission.mode == "trusted":
                self._full.start(request, permission)
                return request.run
            self._full.end()
            self._busy, self._tries = request, 0
            self._time.start()
            self._give()
        return request.run

    def fetch(self, record: int, sweep: int = -1) -> None:
        """Ask for a whole array of the last run; the answer is a Value."""
        with self._lock:
            worker, request = self._pair.worker, Fetch(self._number, record, sweep)
            if self._full.is_here:
                self._full.fetch(request)
                return
            if worker is not None:
                self._fetches.append(request)
                worker.send(request)
        if worker is None:
            self._on_message(Value(request.run, record, sweep, None))

    def draw(
        self, trace: Trace | None, text: str, sweep: int, folds: FoldState, options: Options, before: Before | None
    ) -> int:
        """Ask the drawing process for a graph and layout; the answer is Drawn with the number given here.

        trace: None arranges the graph of the drawing before anew.
        """
        return self._drawings.draw(trace, text, sweep, folds, options, before)

    def stop_drawing(self) -> None:
        """End the drawing under way; nothing more comes of it."""
        self._drawings.stop()

    def stop(self) -> bool:
        """End the present run; its Finished says so. False if nothing runs."""
        if self._full.stop():
            return True
        with self._lock:
            request = self._busy
            if request is None:
                return False
            problem = endings.stopped(request, self._place())
            self._lose()
        self._finish(request, "limited", problem)
        return True

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._closed = True
            self._busy = None
            drawing = self._drawings.close()
            processes = [*self._pair.all(), *([drawing] if drawing is not None else [])]
        self._wake.set()
        for process in processes:
            process.kill()
        if self._clock is not threading.current_thread():
            self._clock.join(2.0)  # it may be starting another one
        for process in processes:
            process.close()
        self._full.close()

    # inside

    def _prepare(self) -> None:
        """Start a process that is missing."""
        with self._lock:
            if self._closed or not self._pair.wants():
                return
        try:
            made = Process("run", self.limits.memory, self._replied, self._ended, PROCESSOR + 4 * self.limits.seconds)
        except OSError:
            with self._lock:
                self._pair.failed()
            return
        with self._lock:
            is_late = self._closed
            if not is_late:
                self._pair.take(made)
        if is_late:
            made.close()

    def _give(self) -> None:
        """Hand the present run to the worker, if it is ready (with the lock held); else it waits for one."""
        worker, request = self._pair.worker, self._busy
        self._is_sent = worker is not None and worker.ready.is_set()
        self._has_started = False
        if worker is not None and request is not None and self._is_sent:
            self._time.start(worker.vitals().processor)
            self._tries += 1
            worker.send(request)
        self._wake.set()

    def _lose(self) -> None:
        """The worker is lost, and the present run with it (with the lock held)."""
        self._pair.swap()
        self._busy = None
        self._wake.set()

    def _place(self) -> Place:
        return self._pair.worker.place() if self._pair.worker is not None else Place()

    def _replied(self, process: Process, message: Reply) -> None:
        with self._lock:
            is_worker = process is self._pair.worker
            if isinstance(message, Ready):
                self._layers = process.layers if process.role == "run" else self._layers
                if is_worker and self._busy is not None and not self._is_sent:
                    self._give()
                self._wake.set()
                return
            current = is_worker and not isinstance(message, Drawn | NotDrawn) and message.run == self._number
            if current and isinstance(message, Started):
                self._has_started = True
                return
            if current and isinstance(message, Wanted):
                if not self._data_files.serve(message, process.send):
                    process.kill()
                return
            if current and isinstance(message, Value):
                self._fetches = [f for f in self._fetches if (f.record, f.sweep) != (message.record, message.sweep)]
            if current and isinstance(message, Finished):
                self._busy = None
                self._pair.was_of_use()
        if current:
            self._on_message(message)

    def _ended(self, process: Process) -> None:
        with self._lock:
            if self._closed:
                return
            is_busy = self._busy is not None and self._is_sent
            if not self._pair.gone(process, is_busy):
                self._wake.set()
                return
            fetches, self._fetches = self._fetches, []
            request, problem = self._busy, None
            if request is not None and self._has_started:
                self._busy = None
                problem = endings.died(request, process)
            elif request is not None and self._tries < _TRIES:  # it ended before it had begun: another one can
                self._give()
            elif request is not None:
                self._busy, problem = None, endings.died(request, process)
            self._wake.set()
        for f in fetches:
            self._on_message(Value(f.run, f.record, f.sweep, None))
        if request is not None and problem is not None:
            self._finish(request, "died", problem)

    def _finish(self, request: Run, status: str, problem: Problem) -> None:
        with self._lock:
            if request.run != self._number or self._closed:
                return
        self._on_message(Finished(request.run, status, None, (problem,), seconds=self._time.elapsed))

    def _watch(self) -> None:
        """The clock outside: time, memory, signs of life, and a spare as soon as the worker is warm."""
        while not self._closed:
            self._wake.wait(_POLL)
            self._wake.clear()
            self._prepare()
            with self._lock:
                if self._closed:
                    return
                self._pair.look(self._busy is not None and self._is_sent)
                self._drawings.look()
                request = self._busy
                found = None if request is None else self._look(request)
                if found is not None:
                    self._lose()
            if request is not None and found is not None:
                self._finish(request, *found)

    def _look(self, request: Run) -> tuple[str, Problem] | None:
        """Whether the present run must be ended: as what, and why (with the lock held)."""
        elapsed = self._time.elapsed
        worker = self._pair.worker
        if worker is None or not self._is_sent:
            if self._pair.falls >= _TRIES or elapsed > _LONGEST_WAIT:
                return "died", endings.never_started(request)
            if worker is not None and worker.ready.is_set():
                self._give()
            return None
        vitals = worker.vitals()
        if vitals.state in STILL or not self._has_started:
            is_late = elapsed > (_LATEST_SIGN if vitals.state in ("R", "") else _SIGN_OF_LIFE)
            if self._has_started or (is_late and self._tries >= _TRIES):
                return "died", endings.stands_still(request, worker.place())
            if is_late and self._pair.spare is not None and self._pair.spare.ready.is_set():
                self._pair.swap()
                self._give()
                return None
        is_reading = self._data_files.is_reading(request.run)
        self._time.look(is_reading or worker.is_sending)
        if is_reading and self._time.waited >= request.limits.seconds:
            return "limited", endings.unread(request)
        if self._time.is_over(request.limits.seconds, vitals):
            advice = self._advice if request.limits.seconds <= self.limits.seconds else ""
            return "limited", endings.too_long(request, worker.place(), advice, elapsed)
        if vitals.resident > request.limits.memory + _MARGIN:
            return "limited", endings.too_large(request, worker.place())
        if vitals.threads > most_threads():
            return "limited", endings.crowded(request, worker.place())
        return None


def run_once(
    text: str,
    folder: Path | None = None,
    limits: Limits | None = None,
    want_values: bool = True,
    check_only: bool = False,
    permission: Permission = SAFE,
) -> tuple[Finished, str]:
    """Run a program in a worker and wait: what it gave, and what it printed. For the command line."""
    done = threading.Event()
    printed: list[str] = []
    result: list[Finished] = []

    def receive(message: Reply) -> None:
        if isinstance(message, Printed):
            printed.append(message.text)
        elif isinstance(message, Finished):
            result.append(message)
            done.set()

    client = Client(receive, limits, "use --seconds to allow more")
    try:
        client.run(text, folder, limits, want_values, check_only, permission)
        done.wait()
    finally:
        client.close()
    return result[0], "".join(printed)
