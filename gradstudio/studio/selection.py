"""Selection: the node that canvas, editor, inspector and problems all look at."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.graph.model import Graph
from gradstudio.studio.events import Event


class Selection:
    """One selected and one hovered node of the graph shown; a node keeps its id when the graph is built anew."""

    def __init__(self) -> None:
        self.node_changed: Event[[int | None]] = Event()
        self.hovered_changed: Event[[int | None]] = Event()
        self.lines_changed: Event[[tuple[int, ...]]] = Event()  # nodes of the editor's current line
        self.place_wanted: Event[[Span]] = Event()  # the editor is to go there
        self.node: int | None = None
        self.hovered: int | None = None
        self.marked: tuple[int, ...] = ()
        self._id: str | None = None
        self._graph: Graph | None = None

    def set_graph(self, graph: Graph | None) -> None:
        """Another graph is shown: find the selected node in it by its id."""
        self._graph = graph
        self.hovered = None
        found = None
        if graph is not None and self._id is not None and self._id in graph.ids:
            found = graph.ids.index(self._id)
        self.node = found
        self.marked = ()
        self.node_changed.emit(found)

    def select(self, node: int | None) -> None:
        """Select a node of the graph shown, or nothing."""
        if node is not None and (self._graph is None or not 0 <= node < len(self._graph.ids)):
            node = None
        self._id = None if node is None or self._graph is None else self._graph.ids[node]
        if node != self.node:
            self.node = node
            self.node_changed.emit(node)

    def select_record(self, record: int) -> bool:
        """Select the node that shows a record of the trace; False if none does."""
        if self._graph is None:
            return False
        found = np.flatnonzero(self._graph.record == record)
        if not len(found):
            return False
        self.select(int(found[0]))
        return True

    def hover(self, node: int | None) -> None:
        """The pointer is over a node, or over none."""
        if node != self.hovered:
            self.hovered = node
            self.hovered_changed.emit(node)

    def go_to(self, span: Span) -> None:
        """Ask the editor to show a place in the text."""
        if span != NO_SPAN:
            self.place_wanted.emit(span)

    def mark_line(self, line: int) -> None:
        """The editor's cursor is in a line: mark the nodes it made (0: none)."""
        nodes: tuple[int, ...] = ()
        if self._graph is not None and line > 0:
            nodes = tuple(int(node) for node in np.flatnonzero(self._graph.line == line))
        if nodes != self.marked:
            self.marked = nodes
            self.lines_changed.emit(nodes)
