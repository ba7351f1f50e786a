"""Client: runs programs in a worker, keeps a warm spare, ends what takes too long, and drops what is out of date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec
import numpy as np

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace
from gradstudio.graph.fold_state import FoldState
from gradstudio.layout.model import Before, Options
from gradstudio.worker import endings
from gradstudio.worker.full_run import FullRuns
from gradstudio.worker.messages import (
    Draw,
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
)
from gradstudio.worker.pair import PROCESSOR, STILL, Pair, most_threads
from gradstudio.worker.permission import SAFE, Permission
from gradstudio.worker.process import Process
from gradstudio.worker.whereabouts import Place

Data = dict[str, dict[str, np.ndarray]]
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
        self._drawing = 0  # of the newest drawing
        self._closed = False
        self._busy: Run | None = None
        self._is_sent = False  # a worker that is still starting gets only the newest run, when it is ready
        self._picture: Draw | None = None  # what the drawing process works on
        self._source: Draw | None = None  # the last drawing that brought a trace
        self._drawing_fell = 0  # how often it ended over it
        self._since = 0.0  # when the run was sent, or began to wait
        self._has_started = False  # the worker has said that it has begun with it
        self._tries = 0
        self._fetches: list[Fetch] = []  # not answered yet
        self._layers: tuple[str, ...] = ()
        self._wake = threading.Event()
        self._pair = Pair(self.limits.memory + _MARGIN)
        self._prepare()
        self._drawer: Process | None = None
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
        data: Data | None = None,
        limits: Limits | None = None,
        want_values: bool = False,
        permission: Permission = SAFE,
    ) -> int:
        """Start a run as its permission says and give its number. Raises ValueError for a paused one."""
        if permission.mode == "paused":
            raise ValueError("a paused text was about to be run")
        with self._lock:
            self._number += 1
            request = Run(self._number, text, data or {}, limits or self.limits, want_values)
            if self._busy is not None and self._is_sent:
                self._pair.swap()
            self._fetches.clear()
            self._busy = None
            if permission.mode == "trusted":
                self._full.start(request, permission)
                return request.run
            self._full.end()
            self._busy, self._tries, self._since = request, 0, time.monotonic()
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
        with self._lock:
            self._drawing += 1
            request = Draw(self._drawing, trace, text, sweep, folds, options, before)
            if trace is not None:
                self._source = request
            elif self._drawer is None:
                request = self._with_trace(request)
            if self._drawer is None:
                self._drawer = Process("draw", 0, self._replied, self._ended)
            drawer, self._picture, self._drawing_fell = self._drawer, request, 0
        drawer.send(request)
        return request.run

    def stop_drawing(self) -> None:
        """End the drawing under way; nothing more comes of it."""
        with self._lock:
            self._drawing += 1
            drawer, self._drawer = (self._drawer, None) if self._picture is not None else (None, self._drawer)
            self._picture = None
        if drawer is not None:
            drawer.kill()

    def _with_trace(self, request: Draw) -> Draw:
        """For a drawing process that knows nothing yet."""
        if request.trace is not None or self._source is None:
            return request
        return msgspec.structs.replace(request, trace=self._source.trace)

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
            processes = [*self._pair.all(), *([self._drawer] if self._drawer is not None else [])]
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
            self._since = time.monotonic()
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
            if isinstance(message, Drawn):
                current = message.run == self._drawing
                self._picture = None if current and not message.is_coarse else self._picture
            else:
                current = is_worker and not isinstance(message, NotDrawn) and message.run == self._number
            if current and isinstance(message, Started):
                self._has_started = True
                return
            if current and isinstance(message, Value):
                self._fetches = [f for f in self._fetches if (f.record, f.sweep) != (message.record, message.sweep)]
            if current and isinstance(message, Finished):
                self._busy = None
                self._pair.was_of_use()
        if current:
            self._on_message(message)

    def _redraw(self) -> None:
        """The drawing process has ended: once more with a fresh one, then give the picture up."""
        with self._lock:
            self._drawer = None
            request, self._drawing_fell = self._picture, self._drawing_fell + 1
            if request is None or self._closed:
                return
            again = self._drawing_fell < 2
            if again:
                request = self._with_trace(request)
                try:
                    self._drawer = drawer = Process("draw", 0, self._replied, self._ended)
                except OSError:
                    again = False
            if not again:
                self._picture = None
        if again:
            drawer.send(request)
        else:
            self._on_message(NotDrawn(request.run))

    def _ended(self, process: Process) -> None:
        if process is self._drawer:
            self._redraw()
            return
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
        self._on_message(Finished(request.run, status, None, (problem,), seconds=time.monotonic() - self._since))

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
                request = self._busy
                found = None if request is None else self._look(request)
                if found is not None:
                    self._lose()
            if request is not None and found is not None:
                self._finish(request, *found)

    def _look(self, request: Run) -> tuple[str, Problem] | None:
        """Whether the present run must be ended: as what, and why (with the lock held)."""
        elapsed = time.monotonic() - self._since
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
        if elapsed > request.limits.seconds:
            advice = self._advice if request.limits.seconds <= self.limits.seconds else ""
            return "limited", endings.too_long(request, worker.place(), advice)
        if vitals.resident > request.limits.memory + _MARGIN:
            return "limited", endings.too_large(request, worker.place())
        if vitals.threads > most_threads():
            return "limited", endings.crowded(request, worker.place())
        return None


def run_once(
    text: str,
    data: Data | None = None,
    limits: Limits | None = None,
    want_values: bool = True,
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
        client.run(text, data, limits, want_values, permission)
        done.wait()
    finally:
        client.close()
    return result[0], "".join(printed)
