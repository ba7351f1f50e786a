"""From the end of a run to the picture: the studio's own way, with worker, drawing process and canvas."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from gradstudio.app.bridge import Bridge
from gradstudio.app.canvas.canvas import Canvas
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.outcome import View
from gradstudio.studio.runs import Runs
from gradstudio.worker.client import Client
from gradstudio.worker.messages import Finished, Limits, Reply
from gradstudio.worker.permission import SAFE, Permission

WIDE, HIGH = 1280, 800
LIMITS = Limits(seconds=300.0, memory=8 << 30, ops=1_000_000, reply=2 << 30)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One picture. Seconds from the end of the program in the worker, so with making, sending and reading the trace.

    silent: the longest the window did not answer.
    """

    boxes: int
    size: tuple[float, float]  # of the whole picture, pixels at 100 %
    run: float  # seconds of the run itself
    drawn: float
    painted: float
    silent: float


class Desk:
    """A Runs with real processes and a canvas that paints what comes."""

    def __init__(self, application: QApplication) -> None:
        self._application = application
        self._bridge = Bridge()
        self.canvas = Canvas(theme=load_theme("dark"))
        self.canvas.resize(WIDE, HIGH)
        self.canvas.show()
        self._asked = self._finished = 0.0
        self._run_seconds = 0.0
        self.runs = Runs(self._connect, self._bridge.post)
        self._views: list[View] = []
        self._failed: list[str] = []
        self.runs.drawn.connect(self._on_drawn)
        self.runs.failed.connect(self._failed.append)

    def _connect(self, listener: Callable[[Reply], None]) -> Client:
        def heard(message: Reply) -> None:
            if isinstance(message, Finished):
                self._finished, self._run_seconds = self._asked + message.seconds, message.seconds
                self._problem = next((p.message for p in message.problems if p.severity == "error"), "")
            listener(message)

        self.client = Client(heard, LIMITS)
        run = self.client.run

        def with_own_limits(text: str, folder: Path | None, limits: Limits, permission: Permission) -> int:
            return run(text, folder, LIMITS, permission=permission)

        self.client.run = with_own_limits  # type: ignore[assignment, method-assign]
        return self.client

    def _on_drawn(self, view: View | None) -> None:
        if view is not None:
            self.canvas.set_scene(view.trace, view.graph, view.layout)
            self._views = [view]  # as the window, which lets the one before go

    def show(self, text: str, seconds: float = 300.0) -> Arrival:
        """Run a program and wait for its picture. Raises TimeoutError, and ValueError for a program that fails."""
        self.runs.reset()
        self._spin(lambda: True, 1.0)
        return self._arrival(lambda: self.runs.submit(text, Path(), SAFE, is_asked=True), seconds)

    def rearrange(self, text: str, seconds: float = 300.0) -> Arrival:
        """Arrange the picture shown as another header says."""

        def ask() -> None:
            self._finished = time.perf_counter()
            self.runs.rearrange(text)

        return self._arrival(ask, seconds)

    def stop_run(self, text: str, after: float) -> float:
        """Start a program, stop it so many seconds later; how long it takes until the window knows. 0 if it is over."""
        self.runs.submit(text, Path(), SAFE, is_asked=True)
        self._spin(lambda: self.runs.is_running, 60.0)
        return self._stop(lambda: self.runs.is_running, after)

    def stop_drawing(self, text: str, after: float) -> float:
        """The same of the picture shown, arranged as another header says."""
        self.runs.rearrange(text)
        self._spin(lambda: self.runs.is_drawing, 60.0)
        return self._stop(lambda: self.runs.is_drawing, after)

    def _stop(self, goes_on: Callable[[], bool], after: float) -> float:
        end = time.perf_counter() + after
        self._spin(lambda: not goes_on() or time.perf_counter() > end, after + 60.0)
        began = time.perf_counter()
        self.runs.stop()
        self._spin(lambda: not goes_on(), 60.0)
        return time.perf_counter() - began

    @property
    def view(self) -> View:
        """The picture shown."""
        return self._views[-1]

    def next_view(self, seconds: float = 60.0) -> View:
        """The picture of the program that was submitted last."""
        self._views.clear()
        self._spin(lambda: bool(self._views), seconds)
        return self._views[-1]

    def _arrival(self, ask: Callable[[], None], seconds: float) -> Arrival:
        self._views.clear()
        self._failed.clear()
        self._finished, self._problem = 0.0, ""
        self._asked = time.perf_counter()
        ask()
        silent = self._spin(lambda: bool(self._failed or self._problem) or self._has_lines(), seconds)
        if not self._views:
            raise ValueError(self._problem or (self._failed or ["no picture"])[0])
        drawn = time.perf_counter()
        self.canvas.repaint()
        painted = time.perf_counter()
        silent = max(silent, painted - drawn)
        layout = self.view.layout
        wide, high = layout.bounds[2:]
        return Arrival(
            len(layout.boxes), (wide, high), self._run_seconds, drawn - self._finished, painted - self._finished, silent
        )

    def _has_lines(self) -> bool:
        """Whether the last picture is there, and more than the boxes that very large ones show first."""
        if not self._views:
            return False
        graph, layout = self._views[-1].graph, self._views[-1].layout
        return len(layout.forward.points) > 0 or len(layout.chips) == len(graph.edge_source)

    def _spin(self, is_done: Callable[[], bool], seconds: float) -> float:
        """Let the window live until something is so; the longest time one turn of its loop took."""
        end, longest = time.perf_counter() + seconds, 0.0
        while True:
            began = time.perf_counter()
            self._application.processEvents()
            longest = max(longest, time.perf_counter() - began)
            if is_done():
                return longest
            if began > end:
                raise TimeoutError(f"no picture within {seconds:.0f} s")
            threading.Event().wait(0.001)

    def close(self) -> None:
        """End the processes."""
        self.runs.close()
        self._bridge.close()
        self.canvas.close()
