"""A desk with a Runs on it, a stand-in for the worker, and everything that was said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.folding import FoldState
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Before, Options
from gradstudio.studio.crash_marker import CrashMarker
from gradstudio.studio.runs import Runs
from gradstudio.worker.client import run_once
from gradstudio.worker.drawing import arrange
from gradstudio.worker.messages import Drawn, Finished, Limits, Reply, Value
from gradstudio.worker.permission import SAFE, Permission

GOOD = "x = 3.0\ny = x * x\n"


class Worker:
    """Stands for the worker: notes what it is asked, and answers when the test says so."""

    layers = ("test",)

    def __init__(self, listener: Callable[[Reply], None]) -> None:
        self.listener = listener
        self.texts: list[str] = []
        self.seconds: list[float] = []
        self.fetched: list[tuple[int, int]] = []
        self.drawn: list[int] = []
        self.stops = self.stopped_drawings = 0
        self.whole: Graph | None = None
        self.asked = threading.Condition()

    def run(self, text: str, folder: Path | None, limits: Limits, *, permission: Permission) -> int:
        with self.asked:
            self.texts.append(text)
            self.seconds.append(limits.seconds)
            self.asked.notify_all()
        return len(self.texts)

    def fetch(self, record: int, sweep: int = -1) -> None:
        self.fetched.append((record, sweep))
        self.listener(Value(len(self.texts), record, sweep, np.array([9.0])))

    def draw(
        self, trace: Trace | None, text: str, sweep: int, folds: FoldState, options: Options, before: Before | None
    ) -> int:
        self.drawn.append(sweep)
        whole = build(trace, text, sweep) if trace is not None else None
        self.whole = whole or self.whole
        assert self.whole is not None
        graph, layout = arrange(self.whole, folds, options, before)
        number = len(self.drawn)
        threading.Thread(target=lambda: self.listener(Drawn(number, whole, graph, layout))).start()
        return number

    def stop_drawing(self) -> None:
        self.stopped_drawings += 1

    def stop(self) -> bool:
        self.stops += 1
        self.listener(Finished(len(self.texts), "limited", None, (Problem("error", "stopped", "stopped by you"),)))
        return True

    def close(self) -> None:
        pass

    def wait_for(self, count: int) -> None:
        """Until so many runs were asked for."""
        with self.asked:
            assert self.asked.wait_for(lambda: len(self.texts) >= count, 5), f"only {self.texts}"


class Desk:
    """A Runs over the stand-in, and everything it said, in order."""

    def __init__(self, marker: CrashMarker | None = None) -> None:
        self.said: list[tuple[str, object]] = []
        self.news = threading.Condition()
        self.runs = Runs(self._connect, self._post, marker)
        for name in ("started", "printed", "finished", "drawn", "drawing", "stale", "value", "failed"):
            getattr(self.runs, name).connect(lambda *a, name=name: self.said.append((name, a[0] if a else None)))

    def _connect(self, listener: Callable[[Reply], None]) -> Worker:
        self.worker = Worker(listener)
        return self.worker

    def _post(self, what: Callable[[], None]) -> None:
        with self.news:
            what()
            self.news.notify_all()

    def wait(self, done: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(done, 5), self.names()

    def names(self) -> list[str]:
        return [name for name, _ in self.said]

    def run(self, text: str, finished: Finished | None = None) -> None:
        """Submit and answer."""
        count = len(self.worker.texts) + 1
        self.runs.submit(text, None, SAFE)
        self.worker.wait_for(count)
        before = len(self.said)
        self.answer(finished or traced(text))
        self.wait(lambda: "finished" in self.names()[before:])

    def answer(self, finished: Finished) -> None:
        number = len(self.worker.texts)
        self.worker.listener(
            Finished(number, finished.status, finished.trace, finished.problems, seconds=finished.seconds)
        )


_KNOWN: dict[str, Finished] = {}


def traced(text: str) -> Finished:
    """What a real worker answers."""
    if text not in _KNOWN:
        _KNOWN[text] = run_once(text)[0]
    return _KNOWN[text]
