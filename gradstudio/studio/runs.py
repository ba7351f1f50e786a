"""Runs: from text to picture. Decides when a text is run, keeps the last good picture, and chooses the sweep shown.

A thread of its own does all waiting and drawing; what it has to say reaches listeners through `post`, which the
window sets to hop to its own thread. So nothing here ever blocks the caller, and listeners never meet a race.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from gradstudio.engine.trace import Trace, is_renewal
from gradstudio.graph.model import Graph
from gradstudio.language.inputs import change
from gradstudio.layout.model import Layout, Options
from gradstudio.studio.events import Event
from gradstudio.studio.line_notes import line_notes
from gradstudio.studio.outcome import Outcome, View
from gradstudio.studio.ports import DataReader, Post, WorkerClient
from gradstudio.studio.sweeps import best_sweep, same_sweep
from gradstudio.worker.drawing import draw
from gradstudio.worker.messages import Drawn, Finished, Limits, NotDrawn, Printed, Reply, Value

DEBOUNCE = 0.015
"""Seconds without a further key before a text runs by itself. A number that becomes another one runs at once: most
often the worker only repeats its last run, and what follows a number that is dragged has to be seen all the time."""

PATIENCE = 0.15
"""Seconds a run is left alone before a newer text ends it: ending a worker costs more than a short wait."""

WARMING = 3.0
"""The same while the worker is still starting, so that fast typing does not end one beginner after the other."""

STALE_AFTER = 0.2
"""Seconds after an edit until the old picture is marked, so that it does not flicker at every key."""

PRINT_EVERY = 0.05
"""Seconds between two pieces of printed text, so that a flood of lines does not keep the window busy."""

INLINE_NODES = 300
"""Pictures of fewer nodes are laid out here (a few ms); larger ones in the drawing process, so that the window keeps
its interpreter."""

INLINE_RECORDS = 20_000
"""The same for the whole trace, which has to be looked through."""

LIVE_SECONDS = 10.0
ASKED_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Submission:
    text: str
    folder: Path | None
    is_asked: bool  # by Run, not by typing
    due: float


@dataclass(slots=True)
class _Current:
    """The run under way."""

    number: int
    text: str
    began: float


class Runs:
    """Runs texts in the worker and says what came of them.

    Events, all on the thread `post` leads to: started(); printed(text); finished(Outcome); drawn(View | None), None
    for a program that computes nothing; stale(is_stale); value(Value); paused() when a text that ended the worker twice
    is not run by itself any more; failed(message) when the studio itself could not go on.
    """

    def __init__(
        self, connect: Callable[[Callable[[Reply], None]], WorkerClient], post: Post, read_data: DataReader
    ) -> None:
        self.started: Event[[]] = Event()
        self.printed: Event[[str]] = Event()
        self.finished: Event[[Outcome]] = Event()
        self.drawn: Event[[View | None]] = Event()
        self.stale: Event[[bool]] = Event()
        self.value: Event[[Value]] = Event()
        self.paused: Event[[]] = Event()
        self.failed: Event[[str]] = Event()
        self.view: View | None = None
        self.outcome: Outcome | None = None
        self.is_running = False
        self.is_stale = False
        self._post = post
        self._read_data = read_data
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._client = connect(self._on_message)
        self._generation = 0  # which document; what belongs to an earlier one is dropped
        # Everything below belongs to the thread.
        self._pending: _Submission | None = None
        self._newest = ""  # text that was submitted
        self._current: _Current | None = None
        self._trace: Trace | None = None  # of the picture shown
        self._shown = -1  # its sweep
        self._views: dict[int, View] = {}
        self._last_run = -1
        self._drawing: tuple[int, int, str, Trace, int] | None = None
        self._stale_at: float | None = None
        self._prints: list[str] = []
        self._print_at: float | None = None
        self._crashes = 0
        self._crashed_text = ""
        self._thread = threading.Thread(target=self._loop, name="runs", daemon=True)
        self._thread.start()

    # what the window asks for; each returns at once

    def submit(self, text: str, folder: Path | None, is_asked: bool = False) -> None:
        """Run a text soon (or now if a person asked); a newer text replaces it until then."""
        due = time.monotonic() + (0.0 if is_asked else DEBOUNCE)
        self._jobs.put(lambda: self._submitted(_Submission(text, folder, is_asked, due)))

    def stop(self) -> None:
        """End the run under way."""
        self._jobs.put(self._stop)

    def choose(self, sweep: int) -> None:
        """Show another sweep of the trace shown."""
        self._jobs.put(lambda: self._choose(sweep))

    def fetch(self, record: int, sweep: int = -1) -> None:
        """Ask for a whole array (the value, or the cotangent in a sweep); it comes as the event `value`."""
        self._jobs.put(lambda: self._fetch(record, sweep))

    def mark_stale(self) -> None:
        """The text was changed and will not run by itself."""
        self._jobs.put(self._mark_stale)

    def reset(self) -> None:
        """Another document: forget picture and outcome."""
        self._generation += 1
        self.view = self.outcome = None
        self.is_stale = self.is_running = False
        self._jobs.put(self._forget)
        self.drawn.emit(None)
        self.stale.emit(False)

    @property
    def layers(self) -> tuple[str, ...]:
        """Which isolation the worker has; () until it is ready."""
        return self._client.layers

    def close(self) -> None:
        """End thread and worker."""
        self._jobs.put(None)
        self._thread.join(5.0)

    # the thread

    def _on_message(self, message: Reply) -> None:
        self._jobs.put(lambda: self._received(message))

    def _loop(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._wait())
            except queue.Empty:
                job = self._tick
            if job is None:
                break
            try:
                job()
                self._tick()
            except Exception as error:
                log.exception("a run failed inside the studio")
                self._current = None
                self._say_failed(f"The studio could not show this run ({type(error).__name__}); the text is unchanged.")
        self._client.close()

    def _wait(self) -> float | None:
        """Seconds until something is due; None: until the next job."""
        due = [at for at in (self._stale_at, self._print_at, self._run_at()) if at is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _run_at(self) -> float | None:
        """When the pending text may run."""
        if self._pending is None:
            return None
        if self._current is None or self._pending.is_asked:
            return self._pending.due
        return max(self._pending.due, self._current.began + (PATIENCE if self._client.layers else WARMING))

    def _tick(self) -> None:
        now = time.monotonic()
        if self._stale_at is not None and self._stale_at <= now:
            self._mark_stale()
        if self._print_at is not None and self._print_at <= now:
            self._tell_printed()
        at = self._run_at()
        if at is not None and at <= now:
            pending, self._pending = self._pending, None
            if pending is not None:
                self._start(pending)

    def _submitted(self, submission: _Submission) -> None:
        if not submission.is_asked and self._crashes >= 2 and submission.text == self._crashed_text:
            self._mark_stale()
            self._tell(self.paused.emit)
            return
        if self._pending is not None and self._pending.is_asked and not submission.is_asked:
            submission = _Submission(submission.text, submission.folder, True, submission.due)
        if change(self._newest, submission.text) is not None:
            submission = replace(submission, due=time.monotonic())
        self._newest = submission.text
        self._pending = submission
        if self._trace is not None and self._stale_at is None:
            self._stale_at = time.monotonic() + STALE_AFTER

    def _start(self, submission: _Submission) -> None:
        data, problems = self._read_data(submission.text, submission.folder)
        if problems:
            self._end(submission.text, Finished(run=-1, status="error", problems=problems))
            return
        limits = Limits(seconds=ASKED_SECONDS if submission.is_asked else LIVE_SECONDS)
        number = self._client.run(submission.text, data, limits)
        self._current = _Current(number, submission.text, time.monotonic())
        self._prints, self._print_at = [], None
        self._tell(self._started)

    def _received(self, message: Reply) -> None:
        match message:
            case Printed():
                if self._current is not None and message.run == self._current.number:
                    self._prints.append(message.text)
                    self._print_at = self._print_at or time.monotonic() + PRINT_EVERY
            case Finished():
                if self._current is not None and message.run == self._current.number:
                    text, self._current = self._current.text, None
                    self._end(text, message)
            case Drawn():
                self._drawn(message)
            case NotDrawn():
                self._drawing = None
                self._mark_stale()
                self._say_failed("This picture is too large to draw; the report and the command line have its numbers.")
            case Value():
                self._tell(partial(self.value.emit, message))

    def _end(self, text: str, finished: Finished) -> None:
        """A run is over: tell, then draw if it is good (or if there is nothing better to look at)."""
        if finished.status == "died":
            self._crashes = self._crashes + 1 if text == self._crashed_text else 1
            self._crashed_text = text
        self._tell_printed()
        self._tell(partial(self._finished, Outcome.of(text, finished)))
        self._last_run = finished.run
        trace = finished.trace
        if finished.status == "ok":
            if trace is None or not len(trace.records.op):
                self._forget_picture()
                self._tell(lambda: self._show(None, False))
                return
            if self._renew(finished.run, text, trace):
                return
            sweep = best_sweep(trace) if self._trace is None else same_sweep(self._trace, self._shown, trace)
            self._views = {}
            self._draw(finished.run, text, trace, sweep)
        elif self._trace is None and trace is not None and len(trace.records.op):
            self._views = {}
            self._draw(finished.run, text, trace, best_sweep(trace), is_stale=False)
        elif self._pending is None:
            self._mark_stale()

    def _renew(self, run: int, text: str, trace: Trace) -> bool:
        """Show another run of the same ops: graphs and layouts stay. False if there is nothing to be kept."""
        if self._drawing is not None and is_renewal(trace, self._drawing[3]):
            number, _, _, _, sweep = self._drawing
            self._drawing = (number, run, text, trace, sweep)
            self._views = {}
            return True
        shown = self._views.get(self._shown)
        if self._drawing is not None or shown is None or not is_renewal(trace, shown.trace):
            return False
        for sweep, view in self._views.items():
            notes = line_notes(trace, sweep, view.graph)
            self._views[sweep] = replace(view, run=run, text=text, trace=trace, notes=notes)
        now = self._views[self._shown]
        self._keep(run, text, trace, now.sweep, now.graph, now.layout, False)
        return True

    def _tell_printed(self) -> None:
        text, self._prints, self._print_at = "".join(self._prints), [], None
        if text:
            self._tell(partial(self.printed.emit, text))

    def _draw(self, run: int, text: str, trace: Trace, sweep: int, is_stale: bool = False) -> None:
        records = len(trace.records.op)
        nodes = len(trace.sweeps[sweep].record) if sweep >= 0 else records
        if nodes < INLINE_NODES and records < INLINE_RECORDS:
            graph, placed = draw(trace, text, sweep, Options())
            self._keep(run, text, trace, sweep, graph, placed, is_stale)
        else:
            number = self._client.draw(trace, text, sweep, Options())
            self._drawing = (number, run, text, trace, sweep)

    def _drawn(self, message: Drawn) -> None:
        if self._drawing is None or message.run != self._drawing[0]:
            return
        _, run, text, trace, sweep = self._drawing
        self._drawing = None
        self._keep(run, text, trace, sweep, message.graph, message.layout, False)

    def _keep(
        self, run: int, text: str, trace: Trace, sweep: int, graph: Graph, placed: Layout, is_stale: bool
    ) -> None:
        view = View(run, text, trace, sweep, graph, placed, line_notes(trace, sweep, graph))
        self._trace, self._shown = view.trace, view.sweep
        self._views[view.sweep] = view
        self._drawing = None
        if self._pending is None:
            self._stale_at = None
        self._tell(lambda: self._show(view, is_stale))

    def _choose(self, sweep: int) -> None:
        if self._trace is None or not -1 <= sweep < len(self._trace.sweeps):
            return
        known = self._views.get(sweep)
        if known is not None:
            self._shown, self._drawing = sweep, None
            self._tell(lambda: self._show(known, self.is_stale))
            return
        shown = self._views.get(self._shown)
        if shown is not None:
            self._draw(shown.run, shown.text, self._trace, sweep, self._stale_at is None and self.is_stale)

    def _fetch(self, record: int, sweep: int) -> None:
        shown = self._views.get(self._shown)
        if shown is not None and shown.run == self._last_run and self._current is None:
            self._client.fetch(record, sweep)
        else:  # the worker has gone on to another text
            self._tell(lambda: self.value.emit(Value(-1, record, sweep, None)))

    def _stop(self) -> None:
        self._pending = None
        if self._current is not None:
            self._client.stop()  # says so with a Finished

    def _forget(self) -> None:
        if self._current is not None:
            self._client.stop()
        self._pending = self._current = None
        self._forget_picture()

    def _forget_picture(self) -> None:
        self._trace, self._shown, self._views, self._drawing, self._stale_at = None, -1, {}, None, None

    def _mark_stale(self) -> None:
        self._stale_at = None
        if self._trace is not None:
            self._tell(lambda: self._set_stale(True))

    # on the listeners' thread

    def _tell(self, what: Callable[[], None]) -> None:
        generation = self._generation

        def said() -> None:
            if generation == self._generation:
                what()

        self._post(said)

    def _say_failed(self, message: str) -> None:
        self._tell(partial(self.failed.emit, message))

    def _started(self) -> None:
        self.is_running = True
        self.started.emit()

    def _finished(self, outcome: Outcome) -> None:
        self.is_running = False
        self.outcome = outcome
        self.finished.emit(outcome)

    def _show(self, view: View | None, is_stale: bool) -> None:
        self.view = view
        self.drawn.emit(view)
        self._set_stale(is_stale)

    def _set_stale(self, is_stale: bool) -> None:
        if is_stale != self.is_stale:
            self.is_stale = is_stale
            self.stale.emit(is_stale)
