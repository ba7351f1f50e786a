"""Graph and layout of one view of a trace: the same few lines in the window and in the drawing process."""

from __future__ import annotations

from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.folding import FoldState, fold
from gradstudio.graph.model import Graph
from gradstudio.layout import layout
from gradstudio.layout.model import Before, Layout, Options
from gradstudio.picture.anatomy import sizes


def draw(
    trace: Trace, text: str, sweep: int, options: Options | None = None, folds: FoldState | None = None
) -> tuple[Graph, Layout]:
    """What a sweep sees of a trace (-1: everything), folded, and where it stands."""
    return arrange(build(trace, text, sweep), folds or FoldState(), options or Options())


COARSE = 3_000
"""Boxes from which on the lines of a picture take so long that it is shown without them first."""


def arrange(whole: Graph, folds: FoldState, options: Options, before: Before | None = None) -> tuple[Graph, Layout]:
    """A whole graph folded, and where its boxes stand. before: where they stood in the picture shown until now."""
    graph = fold(whole, folds)
    return graph, stand(graph, options, before)


def stand(graph: Graph, options: Options, before: Before | None = None) -> Layout:
    """Where the boxes of a folded graph stand."""
    return layout(graph, sizes(graph), options, before)
