"""Selecting: which nodes or frame of the surface are selected, and what lies where."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas import marks
from gradstudio.app.canvas.anchor import heir, next_pass
from gradstudio.app.canvas.painter import PicturePainter, color
from gradstudio.app.canvas.said import in_words
from gradstudio.app.canvas.scene import Scene
from gradstudio.app.canvas.spots import Spot
from gradstudio.app.canvas.surface import Surface
from gradstudio.app.controls import focus_pen
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.fonts import plain
from gradstudio.picture.model import Level
from gradstudio.picture.tokens import Theme

_SAID = 3  # selected nodes that are named to those who hear the screen


class Selectable(Surface):
    """Signal node_selected(node), -1 for none: a person selected it, or another one stands now for the selected one.

    selected: the node, -1 for none; also: those added to it; selected_frame: instead of them.
    """

    node_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None, theme: Theme | None = None) -> None:
        super().__init__(parent, theme)
        self.selected = self.selected_frame = -1
        self.also: list[int] = []
        self._keeps = False  # the second node stays while others are selected
        self._highlighted: list[int] = []
        self._by_keyboard = False  # the keyboard was used last: the focus is to be seen

    def set_scene(self, trace: Trace, graph: Graph, layout: Layout, theme: Theme | None = None) -> None:
        """Show a graph. Selection follows the node's id, or the box it went into or came out of."""
        before = self.id_of(self.selected)
        super().set_scene(trace, graph, layout, theme)
        # Where nothing stands for it nobody is told: what is selected then may have been decided already.
        if self.selected >= 0 and self.id_of(self.selected) != before:
            self.node_selected.emit(self.selected)

    @property
    def second(self) -> int:
        """The node that was added last, -1 for none."""
        return self.also[-1] if self.also else -1

    @property
    def chosen(self) -> list[int]:
        """All selected nodes."""
        return [node for node in (self.selected, *self.also) if node >= 0]

    def clear(self) -> None:
        """Show nothing: the program computes nothing."""
        self.selected = self.selected_frame = -1
        self.also = []
        self._highlighted = []
        super().clear()

    def select(self, node: int | None) -> None:
        """Select a node without telling anyone and bring it into view; None or -1: none, but a selected frame stays."""
        before, self.selected = self.selected, -1 if node is None else node
        self._keeps = self._keeps and 0 <= self.second != self.selected
        if not self._keeps and self.selected != before:
            self.also = []
        if self.selected >= 0:
            self.selected_frame = -1
            if self._layout is not None:
                self._reveal(self.node_rect(self.selected))
        self.setAccessibleDescription(self._words())
        self.update()

    def _words(self) -> str:
        """What is selected, for those who hear the screen."""
        return self.node_words(self.selected) if self.selected_frame < 0 else self._frame_words()

    def highlight(self, nodes: list[int]) -> None:
        """Mark the nodes of the editor's line."""
        if nodes != self._highlighted:
            self._highlighted = list(nodes)
            self.update()

    def node_words(self, node: int) -> str:
        """A node for those who hear the screen: name, op, line, value, gradient."""
        if self.scene is None or not 0 <= node < len(self.scene.graph.record):
            return "no node selected"
        return in_words(self.scene.graph, self.scene.trace, node)

    # what is where

    def spot_at(self, point: QPointF) -> Spot:
        """What lies under a point of the widget."""
        painter = self._painter() if self._view.level < Level.BLOCK else None
        if self.scene is None:
            return Spot()
        lines = painter.picture.lines if painter is not None else None
        return self.scene.spots.at(*self.place(point), self.zoom, self._view.level, lines)

    def node_at(self, point: QPointF) -> int:
        """The node under a point of the widget, -1 for none."""
        return self.scene.spots.node_at(*self.place(point)) if self.scene is not None else -1

    def id_of(self, node: int) -> str:
        """The id of a node, "" for -1."""
        return self.scene.graph.ids[node] if self.scene is not None and node >= 0 else ""

    def title_of(self, node: int) -> str:
        """What a node is called."""
        return plain(self.scene.graph.title[node], 32) if self.scene is not None and node >= 0 else ""

    def number_of(self, name: str) -> int:
        """The number of the node with an id, -1 for none."""
        return self.scene.graph.ids.index(name) if self.scene is not None and name in self.scene.graph.ids else -1

    def choose(self, node: int) -> None:
        """Select a node (-1: none), nothing beside it and no frame, and tell it."""
        self.selected_frame = -1
        if not self._keeps:
            self.also = []
        self.select(node)
        self.node_selected.emit(node)

    def choose_also(self, node: int) -> None:
        """Select a node beside the selected ones; the same once more: no longer."""
        if self.selected < 0 or node == self.selected:
            self.choose(node)
            return
        self._keeps = False
        self.also = [other for other in self.also if other != node] + [node] * (node not in self.also)
        self._tell_also()

    def choose_with(self, node: int) -> None:
        """Look at another node; those that were selected stay so beside it."""
        chosen = self.chosen
        self.choose(node)
        self._keeps = False
        self.also = [other for other in chosen if other != node]
        self._tell_also()

    def choose_all(self, nodes: list[int]) -> None:
        """Select several nodes, the first of them as the one that is looked at."""
        self.choose(nodes[0] if nodes else -1)
        self.also = nodes[1:]
        self._tell_also()

    def leave_also(self) -> None:
        """Of several selected nodes, the one that is looked at stays."""
        self.also, self._keeps = [], False
        self._tell_also()

    def _tell_also(self) -> None:
        words = [self.node_words(node) for node in self.chosen[:_SAID]] or [self.node_words(-1)]
        more = len(self.chosen) - _SAID
        self.setAccessibleDescription(" and ".join([*words, *([f"{more:,} more"] if more > 0 else [])]))
        self.update()

    def keep_second(self) -> None:
        """Keep the selected node as the second one while a person walks on to the first; again: no longer."""
        self.also, self._keeps = ([], False) if self._keeps or self.selected < 0 else ([self.selected], True)
        kept = ", kept as the second node" if self._keeps else ""
        self.setAccessibleDescription(self.node_words(self.selected) + kept)
        self.update()

    def bring_into_view(self, node: int) -> None:
        """Scroll until a node is in view."""
        self._reveal(self.node_rect(node))

    def show_rect(self, rect: QRectF) -> None:
        """Scroll until a rectangle of the widget is in view."""
        self._reveal(rect)

    def choose_frame(self, frame: int) -> None:
        """Select the frame of an open group, and no node."""
        self.choose(-1)
        self.selected_frame = frame
        self._reveal(self._frame_rect(frame))
        self.setAccessibleDescription(self._frame_words())
        self.update()

    def _frame_words(self) -> str:
        """The selected frame for those who hear the screen."""
        assert self.scene is not None
        shown = self.scene.graph.frames[self.selected_frame]
        kind = self.scene.graph.groups[shown.group].kind
        of = f", {kind} {shown.number} of {shown.of}" if shown.stack else ""
        return f"open group {plain(shown.title)}{of}, Backspace closes it"

    # carrying over, painting

    def _carry_over(self, before: Scene | None, now: Scene) -> int:
        """Select what stands now for what was selected before."""
        chosen, also, frame = self.selected, self.also, self.selected_frame
        self.selected = self.selected_frame = -1
        self.also, self._highlighted = [], []
        if before is None:
            return -1
        self.selected = heir(before.graph, chosen, now.graph)
        heirs = dict.fromkeys(heir(before.graph, node, now.graph) for node in also)
        self.also = [node for node in heirs if node not in (-1, self.selected)]
        if frame >= 0:
            old = before.graph.frames[frame]
            self.selected_frame = max(now.frame_of(old.id), next_pass(before.graph, frame, now.graph))
            boxes = [now.graph.ids.index(name) for name in (old.id, old.stack) if name in now.graph.ids]
            if self.selected_frame < 0 and boxes:  # it was closed
                self.selected = boxes[0]
        return chosen

    def _is_nothing_selected(self) -> bool:
        return self.selected < 0 and self.selected_frame < 0

    def _has_ring(self) -> bool:
        """Whether the focus is to be seen."""
        return self._by_keyboard and self.hasFocus()

    def _marks_key(self) -> object:
        return self.selected, tuple(self.also), self.selected_frame, tuple(self._highlighted), self._has_ring()

    def _paint_below(self, p: QPainter) -> None:
        """What lies under the edges: the selection, its keyboard focus, and the nodes of the editor's line."""
        assert self.scene is not None
        n, ring = len(self.scene.graph.record), self._has_ring()
        chosen = self.chosen
        marks.line_marks(p, self._theme, [self.node_rect(k) for k in self._highlighted if k not in chosen and k < n])
        for node in self.also:
            if node < n:
                marks.selection(p, self._theme, self.node_rect(node), False, is_second=True)
        if 0 <= self.selected < n:
            marks.selection(p, self._theme, self.node_rect(self.selected), ring)
        if 0 <= self.selected_frame < len(self.scene.layout.frames):
            marks.selection(p, self._theme, self._frame_rect(self.selected_frame), ring)

    def _paint_above(self, p: QPainter, painter: PicturePainter) -> None:
        """The focus of a canvas on which nothing is selected."""
        if self._has_ring() and self._is_nothing_selected():
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(focus_pen(color(self._theme.ink["ink"])))
            p.drawRect(self.rect().adjusted(2, 2, -3, -3))

    def _frame_rect(self, frame: int) -> QRectF:
        """Where the frame of an open group is, in widget coordinates."""
        assert self._layout is not None
        x, y, w, h = self._layout.frames[frame].tolist()
        return self.screen((x, y, w, h))
