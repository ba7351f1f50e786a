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

from gradstudio.graph.fold_state import choose
from gradstudio.language.inputs import change
from gradstudio.studio.arrangement import Arrangement, is_same_program, read_arrangement
from gradstudio.studio.crash_marker import CrashMarker
from gradstudio.studio.events import Event
from gradstudio.studio.outcome import Outcome, View
from gradstudio.studio.ports import Post, WorkerClient
from gradstudio.studio.sweeps import best_sweep, same_sweep
from gradstudio.studio.views import Views
from gradstudio.worker.messages import Drawn, Finished, Limits, NotDrawn, Printed, Reply, Value
from gradstudio.worker.permission import Permission

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

LIVE_SECONDS = 10.0
ASKED_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Submission:
    text: str
    folder: Path | None
    permission: Permission
    is_asked: bool  # by Run, not by typing
    due: float


@dataclass(slots=True)
class _Current:
    """The run under way."""

    number: int
    text: str
    permission: Permission
    began: float


class Runs:
    """Runs texts in the worker and says what came of them.

    Events, all on the thread `post` leads to: started(); printed(text); finished(Outcome); drawn(View | None), None
    for a program that computes nothing; drawing(is_drawing) while a large picture is worked on elsewhere;
    stale(is_stale); value(Value); failed(message) when the studio itself could not go on.
    """

    def __init__(
        self,
        connect: Callable[[Callable[[Reply], None]], WorkerClient],
        post: Post,
        marker: CrashMarker | None = None,
    ) -> None:
        self.started: Event[[]] = Event()
        self.printed: Event[[str]] = Event()
        self.finished: Event[[Outcome]] = Event()
        self.drawn: Event[[View | None]] = Event()
        self.drawing: Event[[bool]] = Event()
        self.stale: Event[[bool]] = Event()
        self.value: Event[[Value]] = Event()
        self.failed: Event[[str]] = Event()
        self.view: View | None = None
        self.outcome: Outcome | None = None
        self.is_running = False
        self.is_drawing = False
        self.is_stale = False
        self.post = post  # runs something soon on the listeners' thread
        self._marker = marker or CrashMarker(None)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._client = connect(self._on_message)
        self._is_stopped = threading.Event()  # a person has ended what is under way
        self._generation = 0  # which document; what belongs to an earlier one is dropped
        # Everything below belongs to the thread.
        self._told = 0  # the document that what is told belongs to
        self._pending: _Submission | None = None
        self._newest = ""  # text that was submitted
        self._current: _Current | None = None
        self._views = Views(
            self._client,
            self._show_soon,
            busy=lambda busy: self._tell(partial(self._set_drawing, busy)),
            is_stopped=self._is_stopped.is_set,
        )
        self._arrangement = Arrangement()
        self._last_run = -1
        self._stale_at: float | None = None
        self._prints: list[str] = []
        self._print_at: float | None = None
        self._thread = threading.Thread(target=self._loop, name="runs", daemon=True)
        self._thread.start()

    # what the window asks for; each returns at once

    def submit(
        self, text: str, folder: Path | None, permission: Permission, is_asked: bool = False, at_once: bool = False
    ) -> None:
        """Run a text soon (or now if a person asked, or if so told); a newer text replaces it until then."""
        due = time.monotonic() + (0.0 if is_asked or at_once else DEBOUNCE)
        self._jobs.put(lambda: self._submitted(_Submission(text, folder, permission, is_asked, due)))

    def stop(self) -> None:
        """End the run or the drawing under way; a large picture that is being taken in meanwhile is left half way."""
        self._is_stopped.set()
        self._jobs.put(self._stop)

    def choose(self, sweep: int) -> None:
        """Show another sweep of the trace shown."""
        self._jobs.put(lambda: self._views.choose(sweep, self._arrangement))

    def rearrange(self, text: str) -> None:
        """The text was changed in its arrangement only: show the picture as it says, without a run."""
        self._jobs.put(lambda: self._rearrange(text))

    def choose_pass(self, stack: str, number: int) -> None:
        """Let the box of a stack show another of its passes (from 1)."""
        self._jobs.put(lambda: self._choose_pass(stack, number))

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
        self.is_stale = self.is_running = self.is_drawing = False
        generation = self._generation
        self._jobs.put(lambda: self._forget(generation))
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
                self._leave()
                self._say_failed(f"The studio could not show this run ({type(error).__name__}); the text is unchanged.")
            del job  # it holds the message it came with, and the next one may be long in coming
        self._client.close()
        self._marker.close()

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
        if self._pending is not None and self._pending.is_asked and not submission.is_asked:
            submission = replace(submission, is_asked=True)
        if change(self._newest, submission.text) is not None:
            submission = replace(submission, due=time.monotonic())
        self._newest = submission.text
        self._pending = submission
        if self._views.trace is not None and self._stale_at is None:
            self._stale_at = time.monotonic() + STALE_AFTER

    def _start(self, submission: _Submission) -> None:
        permission = submission.permission
        limits = Limits(seconds=ASKED_SECONDS if submission.is_asked else LIVE_SECONDS)
        self._marker.begin(permission.digest)
        number = self._client.run(submission.text, submission.folder, limits, permission=permission)
        self._current = _Current(number, submission.text, permission, time.monotonic())
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
                    text, permission = self._current.text, self._current.permission
                    self._leave()
                    self._end(text, message, permission)
            case Drawn():
                self._views.drawn(message)
            case NotDrawn():
                self._views.give_up()
                self._mark_stale()
                self._say_failed("This picture is too large to draw; the report and the command line have its numbers.")
            case Value():
                self._tell(partial(self.value.emit, message))

    def _leave(self) -> None:
        """No run is under way any more."""
        self._current = None
        self._marker.end()

    def _end(self, text: str, finished: Finished, permission: Permission) -> None:
        """A run is over: tell, then draw if it is good (or if there is nothing better to look at)."""
        self._tell_printed()
        self._tell(partial(self._finished, Outcome.of(text, finished, permission)))
        self._last_run = finished.run
        trace, views = finished.trace, self._views
        if finished.status == "ok":
            self._arrangement = self._arranged(text)
            if trace is None or not len(trace.records.op):
                self._forget_picture()
                self._tell(lambda: self._show(None, False))
                return
            if views.renew(finished.run, text, trace):
                return
            sweep = best_sweep(trace) if views.trace is None else same_sweep(views.trace, views.sweep, trace)
            views.draw(finished.run, text, trace, sweep, self._arrangement)
        elif views.trace is None and trace is not None and len(trace.records.op):
            views.draw(finished.run, text, trace, best_sweep(trace), self._arrangement)
        elif self._pending is None:
            self._mark_stale()

    def _arranged(self, text: str) -> Arrangement:
        """What a text says of its picture, with the passes that boxes show, which no text keeps."""
        return read_arrangement(text, self._arrangement.folds.chosen)

    def _rearrange(self, text: str) -> None:
        if self._pending is not None:
            self._pending = replace(self._pending, text=text)
        if self._current is not None and is_same_program(self._current.text, text):
            self._current.text = text
        self._newest = text
        self._arrangement = self._arranged(text)
        self._tell(partial(self._retitle, text))
        self._views.rearrange(text, self._arrangement)

    def _choose_pass(self, stack: str, number: int) -> None:
        self._arrangement = replace(self._arrangement, folds=choose(self._arrangement.folds, stack, number))
        shown = self._views.shown
        if shown is not None:
            self._views.rearrange(shown.text, self._arrangement)

    def _tell_printed(self) -> None:
        text, self._prints, self._print_at = "".join(self._prints), [], None
        if text:
            self._tell(partial(self.printed.emit, text))

    def _show_soon(self, view: View, is_stale: bool | None) -> None:
        if self._pending is None and is_stale is not None:
            self._stale_at = None
        self._tell(lambda: self._show(view, self.is_stale if is_stale is None else is_stale))

    def _fetch(self, record: int, sweep: int) -> None:
        shown = self._views.shown
        if shown is not None and shown.run == self._last_run and self._current is None:
            self._client.fetch(record, sweep)
        else:  # the worker has gone on to another text
            self._tell(lambda: self.value.emit(Value(-1, record, sweep, None)))

    def _stop(self) -> None:
        self._is_stopped.clear()
        self._pending = None
        if self._current is not None:
            self._client.stop()  # says so with a Finished
        elif self._views.is_drawing:
            self._views.give_up()
            self._mark_stale()
            self._say_failed("Drawing stopped by you; the numbers are in the outline and the report.")

    def _forget(self, generation: int) -> None:
        self._told = generation
        if self._current is not None:
            self._client.stop()
        self._pending = None
        self._leave()
        self._forget_picture()

    def _forget_picture(self) -> None:
        self._views.forget()
        self._stale_at = None

    def _mark_stale(self) -> None:
        self._stale_at = None
        if self._views.trace is not None:
            self._tell(lambda: self._set_stale(True))

    # on the listeners' thread

    def _tell(self, what: Callable[[], None]) -> None:
        generation = self._told

        def said() -> None:
            if generation == self._generation:
                what()

        self.post(said)

    def _say_failed(self, message: str) -> None:
        self._tell(partial(self.failed.emit, message))

    def _started(self) -> None:
        self.is_running = True
        self.started.emit()

    def _finished(self, outcome: Outcome) -> None:
        self.is_running = False
        self.outcome = outcome
        self.finished.emit(outcome)

    def _retitle(self, text: str) -> None:
        """The outcome goes on being that of the text."""
        if self.outcome is not None and is_same_program(self.outcome.text, text):
            self.outcome = replace(self.outcome, text=text)

    def _set_drawing(self, is_drawing: bool) -> None:
        if is_drawing != self.is_drawing:
            self.is_drawing = is_drawing
            self.drawing.emit(is_drawing)

    def _show(self, view: View | None, is_stale: bool) -> None:
        self.view = view
        self.drawn.emit(view)
        self._set_stale(is_stale)

    def _set_stale(self, is_stale: bool) -> None:
        if is_stale != self.is_stale:
            self.is_stale = is_stale
            self.stale.emit(is_stale)
