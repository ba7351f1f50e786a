"""A view of a real program, as the picture needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.model import Graph
from gradstudio.language.program import run_program
from gradstudio.layout import layout
from gradstudio.layout.model import Layout
from gradstudio.picture.anatomy import sizes
from gradstudio.picture.build import build_picture
from gradstudio.picture.model import Layer, Level, Look, Picture
from gradstudio.picture.tokens import load_theme

STATES = """\
import gradstudio as gs
x = gs.constant([0.0, -1.0, 4.0])
w = gs.Variable([1.0, 2.0, 3.0])
flag = gs.constant(1.0)
with gs.GradientTape() as t:
    t.watch([x, flag])
    dead = gs.relu(flag - 2.0)
    stopped = gs.stop_gradient(w)
    tiny = flag * 1e-9
    huge = flag * 1e6
    root = gs.sqrt(x)
    pole = gs.log(flag - 1.0)
    aside = gs.exp(flag)
    total = gs.sum(root) + gs.sum(stopped) + tiny * 1e-9 + huge * 1e6 + dead + pole
g = t.gradient(total, [x, w, flag])
"""
"""One node in nearly every state a gradient can have."""


@dataclass
class Shown:
    """A program's view, and pictures of it."""

    trace: Trace
    graph: Graph
    layout: Layout

    def picture(
        self, theme: str = "light", level: Level = Level.FULL, layer: Layer = Layer.BOTH, stale: bool = False
    ) -> Picture:
        return build_picture(self.graph, self.layout, self.trace, load_theme(theme), level, Look(layer, stale))

    def node(self, title: str) -> int:
        return self.graph.title.index(title)


@pytest.fixture(scope="session")
def show() -> Callable[[str], Shown]:
    def make(text: str) -> Shown:
        with np.errstate(all="ignore"):
            done = run_program(text, {}, lambda printed: None)
        assert done.recorder is not None, done.problems
        trace = done.recorder.trace()
        graph = build(trace, text, len(trace.sweeps) - 1)
        return Shown(trace, graph, layout(graph, sizes(graph)))

    return make


@pytest.fixture(scope="session")
def states_program() -> str:
    return STATES
