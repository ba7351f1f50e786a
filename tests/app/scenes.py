"""Programs run in this process, drawn, and sessions without a worker: what canvas and panels are tested on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.model import Graph
from gradstudio.language.program import run_program
from gradstudio.layout import layout
from gradstudio.layout.model import Layout
from gradstudio.picture.anatomy import sizes
from gradstudio.studio.arrangement import Arrangement
from gradstudio.studio.outcome import Outcome, View
from gradstudio.studio.runs import Runs
from gradstudio.studio.session import Session
from gradstudio.studio.settings import Settings
from gradstudio.worker.messages import Finished, Value

PRODUCT = """\
import gradstudio as gs
x = gs.Variable(3.0)
unused = gs.Variable(1.0)
with gs.GradientTape() as t:
    y = x * x
    aside = unused * 2.0
    z = y * y
g = t.gradient(z, [x, unused])
"""
"""dz/dx = 108, dz/dy = 18; `unused` gets None."""

ARRAYS = """\
import gradstudio as gs
w = gs.Variable([[1.0, -2.0, 0.0], [4.0, 5.0, -6.0]])
with gs.GradientTape() as t:
    square = w * w
    loss = gs.sum(square)
g = t.gradient(loss, w)
"""
"""dloss/dw = 2 w."""

POISON = """\
import gradstudio as gs
s = gs.Variable([4.0, 0.0])
with gs.GradientTape() as t:
    inv = 1.0 / gs.sqrt(s)
    loss = gs.sum(gs.where(s > 0.0, inv, 0.0))
g = t.gradient(loss, s)
"""
"""where hides an infinity; 0 times infinity is NaN on the way back."""


@dataclass(frozen=True)
class Scene:
    """A program and its picture."""

    text: str
    trace: Trace
    graph: Graph
    layout: Layout

    def node(self, title: str) -> int:
        """The first node of that title."""
        return self.graph.title.index(title)


@cache
def scene(text: str) -> Scene:
    """Run and draw a program, nothing folded; its last sweep is shown."""
    with np.errstate(all="ignore"):
        run = run_program(text, {}, lambda printed: None)
    assert run.status == "ok", run.problems
    assert run.recorder is not None
    trace = run.recorder.trace()
    graph = build(trace, text, len(trace.sweeps) - 1)
    return Scene(text, trace, graph, layout(graph, sizes(graph)))


@cache
def whole(text: str) -> tuple[Graph, Trace]:
    """The graph of the same run with nothing folded."""
    shown = scene(text)
    return build(shown.trace, text, len(shown.trace.sweeps) - 1), shown.trace


def chain(length: int) -> str:
    """A program of that many multiplications, one after the other."""
    return f"""\
import gradstudio as gs
x = gs.Variable(1.5)
with gs.GradientTape() as t:
    y = x
    for step in range({length}):
        y = gs.tanh(y)
g = t.gradient(y, x)
"""


class NoWorker:
    """A client that runs nothing and remembers what it was asked for."""

    layers: tuple[str, ...] = ()

    def run(self, *_: object) -> int:
        return 1

    def fetch(self, record: int, sweep: int = -1) -> None: ...
    def draw(self, *_: object) -> int:
        return 1

    def stop(self) -> bool:
        return True

    def close(self) -> None: ...


class PlainSession(Session):
    """A session whose events a test makes by hand."""

    def __init__(self) -> None:
        def post(what: Callable[[], None]) -> None:
            what()

        super().__init__(Settings(), Runs(lambda listener: NoWorker(), post))
        self.asked: list[tuple[int, int]] = []
        self.runs.fetch = self._fetch  # type: ignore[method-assign]
        self._number = 0

    def _fetch(self, record: int, sweep: int = -1) -> None:
        self.asked.append((record, sweep))

    def show(self, shown: Scene) -> View:
        """A run has ended and its picture is there."""
        self._number += 1
        graph = shown.graph
        view = View(
            self._number, shown.text, shown.trace, graph.sweep, graph, graph, shown.layout, {}, Arrangement()
        )  # fmt: skip
        self.runs.view = view
        self.runs.drawn.emit(view)
        return view

    def end(self, text: str, *problems: Problem) -> None:
        """A run has ended."""
        outcome = Outcome(text, Finished(1, "ok"), problems)
        self.runs.outcome = outcome
        self.runs.finished.emit(outcome)

    def answer(self, array: np.ndarray | None) -> None:
        """The worker sends what was asked for last."""
        view = self.runs.view
        assert view is not None
        self.runs.value.emit(Value(view.run, *self.asked[-1], array))
