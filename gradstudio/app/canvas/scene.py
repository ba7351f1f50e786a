"""A scene: what the canvas shows, and what is worked out of it once, when it is first asked for."""

from __future__ import annotations

from functools import cached_property

from gradstudio.app.canvas.cells import Cells
from gradstudio.app.canvas.said import fold_of
from gradstudio.app.canvas.spots import Spots
from gradstudio.app.canvas.walk import Walk, frame_around
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Fold, Graph
from gradstudio.graph.neighbours import Neighbours
from gradstudio.layout.model import Layout


class Scene:
    """A trace, its graph and its layout."""

    def __init__(self, trace: Trace, graph: Graph, layout: Layout) -> None:
        self.trace = trace
        self.graph = graph
        self.layout = layout

    def renewed(self, trace: Trace) -> Scene:
        """The same picture of other values; what depends on none of them is kept."""
        other = Scene(trace, self.graph, self.layout)
        for name in ("neighbours", "spots", "walk"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    @cached_property
    def neighbours(self) -> Neighbours:
        """Inputs and consumers."""
        return Neighbours(self.graph)

    @cached_property
    def spots(self) -> Spots:
        """What lies where."""
        return Spots(self.graph, self.layout)

    @cached_property
    def walk(self) -> Walk:
        """Ways by keyboard."""
        return Walk(self.graph, self.layout, self.neighbours)

    def fold_of(self, node: int) -> Fold | None:
        """What a box hides; None for a node."""
        return fold_of(self.graph, node)

    def cells(self, node: int) -> Cells:
        """The grid around a node, as far as it can be moved by hand."""
        frame = frame_around(self.graph, node)
        if frame < 0:
            return Cells(self.layout, node)
        x, y, w, h = self.layout.frames[frame].tolist()
        return Cells(self.layout, node, (x, y, w, h))

    def frame_of(self, name: str) -> int:
        """The number of the frame with an id, -1 for none."""
        names = [frame.id for frame in self.graph.frames]
        return names.index(name) if name in names else -1
