"""Selection: the node that canvas, editor, inspector and problems all look at."""

from __future__ import annotations

from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.graph.model import Graph
from gradstudio.graph.query import node_of_record, nodes_on_line
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
        self.record = -1  # selected, -1 for none; it stays while its node is folded away or unfolded
        self._graph: Graph | None = None

    def set_graph(self, graph: Graph | None) -> None:
        """Another graph is shown: find the selected node in it by its id, else the box that its record lies in."""
        self._graph = graph
        self.hovered = None
        found = None
        if graph is not None and self._id is not None:
            if self._id and self._id in graph.ids:
                found = graph.ids.index(self._id)
            elif (box := node_of_record(graph, self.record)) >= 0:
                found = box
        self.node = found
        self.marked = ()
        self.node_changed.emit(found)

    def select(self, node: int | None) -> None:
        """Select a node of the graph shown, or nothing."""
        if node is not None and (self._graph is None or not 0 <= node < len(self._graph.ids)):
            node = None
        graph = self._graph
        self._id = None if node is None or graph is None else graph.ids[node]
        self.record = -1 if node is None or graph is None else int(graph.record[node])
        if node != self.node:
            self.node = node
            self.node_changed.emit(node)

    def select_record(self, record: int) -> bool:
        """Select the node that shows a record of the trace, or the box that hides it; False if there is neither.

        Once the box is opened the record's own node is the selected one.
        """
        node = node_of_record(self._graph, record) if self._graph is not None else -1
        if node < 0:
            return False
        self.select(node)
        if self._graph is not None and self._graph.fold[node] >= 0:
            self._id, self.record = "", record  # the record decides, not the box that hides it now
        return True

    def expect(self, record: int) -> None:
        """Select what shows a record as soon as it is drawn."""
        self._id, self.record = "", record

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
            nodes = tuple(nodes_on_line(self._graph, line))
        if nodes != self.marked:
            self.marked = nodes
            self.lines_changed.emit(nodes)
