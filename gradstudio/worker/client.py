"""Client: runs programs in a worker, keeps a warm spare, ends what takes too long, and drops what is out of date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Span, Trace
from gradstudio.graph.fold_state import FoldState
from gradstudio.language.data import FILES, shown_name
from gradstudio.layout.model import Before, Options
from gradstudio.worker.data_files import DataFiles
from gradstudio.worker.full_run import FullRuns
from gradstudio.worker.messages import (
    Data,
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
    Value,
    Wanted,
)
from gradstudio.worker.permission import SAFE, Permission
from gradstudio.worker.process import Process
from gradstudio.worker.whereabouts import whole_line

_POLL = 0.1  # seconds between looks at a running worker
_READERS = 4  # threads that may wait for a disk at the same time
_ASKS = 4  # how often a worker may ask for the data files of one run
_MARGIN = 512 << 20  # resident bytes over the limit that the worker's own accounting may miss


class Client:
    """The window's side. on_message(reply) is called on a reader thread, for the newest run only.

    A newer run supersedes an older one: its worker is ended and the warm spare takes over.
    """

    def __init__(self, on_message: Callable[[Reply], None], limits: Limits | None = None) -> None:
        self._on_message = on_message
        self.limits = limits or Limits()
        self._lock = threading.RLock()
        self._number = 0  # of the newest run
        self._drawing = 0  # of the newest drawing
        self._closed = False
        self._busy: Run | None = None
        self._is_sent = False  # a worker that is still starting gets only the newest run, when it is ready
        self._picture: Draw | None = None  # what the drawing process works on
        self._source: Draw | None = None  # the last drawing that brought a trace
        self._drawing_fell = 0  # how often it ended over it
        self._since = 0.0
        self._folder: Path | None = None  # where the newest run's data files are
        self._data_files = DataFiles()
        self._reading: list[int] = []  # the runs whose data files are being read
        self._asks = 0  # how often the newest run's were asked for
        self._ending: set[Process] = set()  # killed, but not gone yet
        self._full = FullRuns(on_message)
        self._worker = self._start()
        self._spare: Process | None = None
        self._drawer: Process | None = None
        threading.Thread(target=self._watch, daemon=True, name="gradstudio clock").start()

    @property
    def layers(self) -> tuple[str, ...]:
        """Which isolation the worker has, e.g. ("limits", "landlock"); () until it is ready."""
        return self._worker.layers

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
            self._folder, self._asks = folder, 0
            if self._busy is not None and self._is_sent:
                self._swap()
            self._busy = None
            if permission.mode == "trusted":
                self._full.start(request, permission)
                return request.run
            self._full.end()
            self._busy = request
            self._since = time.monotonic()
            self._is_sent = self._worker.ready.is_set()
            worker = self._worker if self._is_sent else None
        if worker is not None:
            worker.send(request)
        return request.run

    def fetch(self, record: int, sweep: int = -1) -> None:
        """Ask for a whole array of the last run; the answer is a Value."""
        with self._lock:
            worker, request = self._worker, Fetch(self._number, record, sweep)
        if self._full.is_here:
            self._full.fetch(request)
        else:
            worker.send(request)

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
            line = self._worker.line()
            self._swap()
            self._busy = None
        self._finish(request, "limited", Problem("error", "stopped", "stopped by you", _span(request, line)))
        return True

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._closed = True
            self._busy = None
            processes = [p for p in (self._worker, self._spare, self._drawer, *self._ending) if p is not None]
        for process in processes:
            process.kill()
        for process in processes:
            process.close()
        self._full.close()

    # inside

    def _start(self) -> Process:
        return Process("run", self.limits.memory, self._replied, self._ended)

    def _swap(self) -> None:
        """The worker is lost: end it and let the spare take over (with the lock held)."""
        old = self._worker
        self._worker = self._spare or self._start()
        self._spare = None
        self._is_sent = False
        self._ending.add(old)
        old.kill()

    def _replied(self, process: Process, message: Reply) -> None:
        if isinstance(message, Ready):
            self._send_waiting(process)
            return
        if isinstance(message, Wanted):
            self._wanted(process, message)
            return
        with self._lock:
            if isinstance(message, Drawn):
                current = message.run == self._drawing
                self._picture = None if current and not message.is_coarse else self._picture
            else:
                current = (
                    process is self._worker
                    and isinstance(message, Printed | Finished | Value)
                    and message.run == self._number
                )
            if current and isinstance(message, Finished):
                self._busy = None
        if current:
            self._on_message(message)

    def _send_waiting(self, process: Process) -> None:
        """A worker is ready: the run that waited for it, if there is one, goes out."""
        with self._lock:
            if process is not self._worker or self._busy is None or self._is_sent:
                return
            request, self._is_sent, self._since = self._busy, True, time.monotonic()
        process.send(request)

    def _wanted(self, process: Process, wanted: Wanted) -> None:
        """A run names data files: they are read on a thread of their own, as a disk may take its time."""
        with self._lock:
            request, folder = self._busy, self._folder
            if request is None or process is not self._worker or wanted.run != request.run:
                return
            self._asks += 1
            if wanted.run in self._reading or self._asks > _ASKS:
                process.kill()  # ours asks once or twice
                return
            if len(self._reading) >= _READERS:
                said = {name: f"{shown_name(name)}: the folder does not answer" for name in wanted.names[:FILES]}
                process.send(Data(wanted.run, refusals=said))
                return
            self._reading.append(wanted.run)

        def read() -> None:
            answer = self._data_files.answer(wanted, request.text, folder)
            with self._lock:
                self._reading.remove(wanted.run)
            process.send(answer)

        threading.Thread(target=read, daemon=True, name="gradstudio data").start()

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
                self._drawer = drawer = Process("draw", 0, self._replied, self._ended)
            else:
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
            self._ending.discard(process)
            if self._closed:
                return
            if process is self._spare:
                self._spare = None
                return
            if process is not self._worker:
                return
            request, self._busy = self._busy, None
            self._worker = self._spare or self._start()
            self._spare = None
        if request is not None:
            self._finish(
                request,
                "died",
                Problem(
                    "error",
                    "died",
                    "the run ended unexpectedly (often too much memory or nesting); your text is untouched",
                    _span(request, process.line()),
                ),
            )

    def _finish(self, request: Run, status: str, problem: Problem) -> None:
        with self._lock:
            if request.run != self._number or self._closed:
                return
        self._on_message(Finished(request.run, status, None, (problem,), seconds=time.monotonic() - self._since))

    def _watch(self) -> None:
        """The clock outside: time, memory, and a spare as soon as the worker is warm."""
        while not self._closed:
            time.sleep(_POLL)
            with self._lock:
                if self._closed:
                    return
                if self._spare is None and self._worker.ready.is_set():
                    self._spare = self._start()
                request = self._busy
                if request is None or not self._is_sent:
                    continue
                over_time = time.monotonic() - self._since > request.limits.seconds
                over_memory = self._worker.vitals().resident > request.limits.memory + _MARGIN
                if not (over_time or over_memory):
                    continue
                span = _span(request, self._worker.line())
                self._swap()
                self._busy = None
            if over_time and request.run in self._reading:
                message = f"its data files could not be read in {request.limits.seconds:g} s"
                problem = Problem("error", "limit", message, span, "is the folder on a disk that does not answer?")
            elif over_time:
                message = f"stopped after {request.limits.seconds:g} s, the limit for one run"
                hint = "does this loop end? Is the input very large?"
                problem = Problem("error", "limit", message, span, hint)
            else:
                message = f"stopped: it held more than {request.limits.memory / 2**30:.3g} GiB"
                problem = Problem("error", "memory", message, span)
            self._finish(request, "limited", problem)


def _span(request: Run, line: int) -> Span:
    return whole_line(request.text, line)


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

    client = Client(receive, limits)
    try:
        client.run(text, folder, limits, want_values, check_only, permission)
        done.wait()
    finally:
        client.close()
    return result[0], "".join(printed)
