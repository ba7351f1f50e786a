"""Graph and layout of one view of a trace: the same few lines in the window and in the drawing process."""

from __future__ import annotations

from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.model import Graph
from gradstudio.layout import layout
from gradstudio.layout.model import Layout, Options
from gradstudio.picture.anatomy import sizes


def draw(trace: Trace, text: str, sweep: int, options: Options) -> tuple[Graph, Layout]:
    """What a sweep sees of a trace (-1: everything), and where it stands."""
    graph = build(trace, text, sweep)
    return graph, layout(graph, sizes(graph), options)
