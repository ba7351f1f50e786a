"""Pictures with a stack, an open pass or a closed group, of a real trace."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from scenes import Scene, scene

from gradstudio.graph.folding import FoldState
from gradstudio.graph.stacks import stacks_of
from gradstudio.layout.model import Options
from gradstudio.worker.drawing import arrange

PASSES = 6
RNN = f"""\
import gradstudio as gs
w = gs.Variable(0.5)
with gs.GradientTape() as t:
    h = gs.sin(w)
    for step in range({PASSES}):
        a = w * h
        h = gs.tanh(a)
    loss = h * h
g = t.gradient(loss, w)
"""
"""w feeds every pass; each pass is a product and a tanh."""

TITLE = f"for step in range({PASSES})"


@cache
def whole() -> Scene:
    """Nothing folded."""
    return scene(RNN)


@cache
def stacked(chosen: int = 1) -> Scene:
    """All passes in one box, which shows the pass of that number."""
    return _folded(FoldState(closed=(stack(),), chosen=((stack(), chosen),)))


@cache
def opened(number: int = 3) -> Scene:
    """One pass open, with a stack before and one behind it."""
    return _folded(FoldState(passes=((stack(), number),)))


@cache
def grouped() -> Scene:
    """The first pass as a closed group, the others as they are."""
    return _folded(FoldState(opened=(stack(),), closed=(pass_group(1),)))


def stack() -> str:
    """The id of the stack of all passes."""
    (found,) = stacks_of(whole().graph.groups)
    return found.id


def pass_group(number: int) -> str:
    """The id of the group of a pass."""
    return [group.id for group in whole().graph.groups if group.kind == "pass"][number - 1]


def _folded(state: FoldState) -> Scene:
    shown = whole()
    graph, layout = arrange(shown.graph, state, Options())
    return replace(shown, graph=graph, layout=layout)
