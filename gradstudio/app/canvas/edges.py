"""Edges: going from line to line and from reference to reference by keyboard."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter

from gradstudio.app.canvas import marks
from gradstudio.app.canvas.building.bench import around
from gradstudio.app.canvas.building.chosen import Chosen
from gradstudio.app.canvas.hover import Hover
from gradstudio.app.canvas.said import edge_words
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.app.canvas.spots import Spot
from gradstudio.app.canvas.walk import Stop, nodes_of
from gradstudio.picture.fonts import plain

_MOST = 0.7  # of the view, that what a card leaves free may take
Home = tuple[str, str]
"""Where an edge was reached from: "node" or "frame", and its id."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Edges(QObject):
    """The chosen edge, while no node is selected beside it, has the keys. Signal changed(edge): another, -1: none.

    It was reached from a node or a frame, its home, or with the mouse. Arrows with and against the data lead to its
    ends, those across to the next edge of its home; Enter to the end that is not home, Escape home.
    """

    changed = Signal(int)

    def __init__(self, canvas: Selectable, chosen: Chosen, hover: Hover) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._chosen = chosen
        self._hover = hover
        self._reached: tuple[Home, object] = (("", ""), None)  # the home, and the edge that was reached from it

    @property
    def current(self) -> int:
        """The edge that has the keys, -1 for none."""
        canvas = self._canvas
        return self._chosen.edge if canvas.selected < 0 and canvas.selected_frame < 0 else -1

    @property
    def home(self) -> int:
        """The node from which the present edge was reached: one of its ends; -1 without an edge, or from a frame."""
        scene, edge = self._canvas.scene, self.current
        if scene is None or edge < 0 or self.home_frame >= 0:
            return -1
        ends = int(scene.graph.edge_source[edge]), int(scene.graph.edge_target[edge])
        kind, name = self._reached[0]
        home = self._canvas.number_of(name) if kind == "node" and self._is_reached() else -1
        return home if home in ends else ends[0]

    @property
    def home_frame(self) -> int:
        """The frame from which the present edge was reached, -1 for none."""
        scene, (kind, name) = self._canvas.scene, self._reached[0]
        is_from = scene is not None and kind == "frame" and self.current >= 0 and self._is_reached()
        return scene.frame_of(name) if is_from and scene is not None else -1

    def can_step(self) -> bool:
        """Whether there is a node or a frame, or an edge of one, to go on from."""
        return bool(self._around(self._from()))

    def step(self, by: int) -> None:
        """The next edge of the selected node or frame (1) or the one before (-1): what goes in, then what goes out."""
        home, edge = self._from(), self.current
        row = self._around(home)
        if not row:
            return
        at = (row.index(edge) + by) % len(row) if edge in row else (0 if by > 0 else -1)
        self._choose(home, row[at])

    def tell(self) -> None:
        """Say which edge has the keys."""
        self.changed.emit(self.current)

    def key(self, key: Qt.Key) -> bool:
        """A key while an edge has them; whether it was meant for it."""
        scene, edge, home, frame = self._canvas.scene, self.current, self.home, self.home_frame
        if scene is None or edge < 0:
            return False
        ends = int(scene.graph.edge_source[edge]), int(scene.graph.edge_target[edge])
        way = scene.walk.way(key)
        if key in _ENTER:
            outer = [end for end in ends if end not in nodes_of(scene.graph, frame)] if frame >= 0 else []
            self._canvas.choose(outer[0] if outer else ends[1] if home == ends[0] else ends[0])
        elif key == Qt.Key.Key_Escape and self._is_reached() and frame >= 0:
            self._canvas.choose_frame(frame)
        elif key == Qt.Key.Key_Escape and self._is_reached():
            self._canvas.choose(home)
        elif way is None:
            return False
        elif way[0]:
            self._canvas.choose(ends[0] if way[1] < 0 else ends[1])
        else:
            self.step(way[1])
        return True

    def show_card(self) -> None:
        """Say what there is to know of the edge, or of the selected node, beside it; once more: no longer."""
        canvas, edge = self._canvas, self.current
        if self._hover.card.isVisible():
            self._hover.hide_card()
            return
        if edge >= 0:
            self._look_at(edge)
        elif canvas.selected >= 0:
            self._hover.look_at(Spot("node", canvas.selected), canvas.node_rect(canvas.selected))
        self._hover.show_card()

    def words(self) -> str:
        """The present edge for those who hear the screen; "" without one."""
        scene, edge = self._canvas.scene, self.current
        if scene is None or edge < 0:
            return ""
        home = self._from()
        row = self._around(home)
        where = f", {row.index(edge) + 1} of {len(row)} at {self._title(home)}" if edge in row else ""
        return edge_words(scene.graph, scene.trace, edge, self._is_chip(edge)) + where

    def middle(self) -> QPointF | None:
        """A point of the present edge in view, in widget coordinates; None without one."""
        edge = self.current
        return self._middle(edge) if edge >= 0 else None

    def kind(self) -> str:
        """How the present edge is drawn: "edge" or "chip"."""
        return "chip" if self._is_chip(self.current) else "edge"

    def paint(self, p: QPainter, has_focus: bool) -> None:
        """The present edge and, where it is to be seen, the focus it has."""
        edge = self.current
        if edge < 0:
            return
        if self._is_chip(edge):
            marks.chosen_chip(p, self._canvas.theme, self._chip(edge), has_focus)
        elif has_focus:
            marks.line_focus(p, self._canvas.theme, self._chosen.points(edge))

    # inside

    def _from(self) -> Stop:
        """Where the edges come from that are gone through."""
        canvas = self._canvas
        if self.current < 0 and canvas.selected_frame >= 0:
            return "frame", canvas.selected_frame
        if self.home_frame >= 0:
            return "frame", self.home_frame
        return "node", self.home if self.current >= 0 else canvas.selected

    def _is_reached(self) -> bool:
        """Whether the present edge was reached by keyboard."""
        return self._chosen.wire is not None and self._chosen.wire == self._reached[1]

    def _around(self, home: Stop) -> list[int]:
        scene = self._canvas.scene
        if scene is None or home[1] < 0:
            return []
        return scene.walk.edges(home[1]) if home[0] == "node" else scene.walk.edges_of_frame(home[1])

    def _title(self, home: Stop) -> str:
        scene = self._canvas.scene
        assert scene is not None
        return self._canvas.title_of(home[1]) if home[0] == "node" else plain(scene.graph.frames[home[1]].title)

    def _choose(self, home: Stop, edge: int) -> None:
        canvas, scene = self._canvas, self._canvas.scene
        assert scene is not None
        name = canvas.id_of(home[1]) if home[0] == "node" else scene.graph.frames[home[1]].id
        canvas.choose(-1)
        self._chosen.choose_edge(edge)
        self._reached = (home[0], name), self._chosen.wire
        self._reveal(home, edge)
        canvas.setAccessibleDescription(self.words())
        self._look_at(edge)
        self.tell()

    def _look_at(self, edge: int) -> None:
        """The card comes by itself, as it does under a pointer that rests."""
        self._hover.look_at(Spot(self.kind(), edge), self._clear(edge))

    def _clear(self, edge: int) -> QRectF:
        """What the card leaves free: the edge and both its ends; of one that takes most of the view only its middle."""
        canvas, scene = self._canvas, self._canvas.scene
        assert scene is not None
        if self._is_chip(edge):
            return self._chip(edge)
        ends = [canvas.node_rect(int(side[edge])) for side in (scene.graph.edge_source, scene.graph.edge_target)]
        both = reduce(QRectF.united, [*ends, *map(around, self._chosen.points(edge))])
        is_small = both.width() < _MOST * canvas.width() and both.height() < _MOST * canvas.height()
        return both if is_small else around(self._middle(edge))

    def _reveal(self, at: Stop, edge: int) -> None:
        """Bring the edge into view; of one that does not fit, what lies at its home."""
        canvas, scene = self._canvas, self._canvas.scene
        assert scene is not None
        node = at[1]
        if at[0] == "frame":
            ends = int(scene.graph.edge_source[edge]), int(scene.graph.edge_target[edge])
            inside = nodes_of(scene.graph, at[1])
            node = ends[0] if ends[0] in inside else ends[1]
        home = canvas.node_rect(node)
        if self._is_chip(edge):
            far = self._chip(edge)
        else:
            far = reduce(QRectF.united, map(around, self._chosen.points(edge)), home)
        both = home.united(far)
        fits = both.width() <= canvas.width() and both.height() <= canvas.height()
        canvas.show_rect(both if fits else far if self._is_chip(edge) else home)

    def _is_chip(self, edge: int) -> bool:
        scene = self._canvas.scene
        return scene is not None and edge in scene.spots.chips

    def _chip(self, edge: int) -> QRectF:
        assert self._canvas.scene is not None
        return self._canvas.screen(self._canvas.scene.spots.chip(edge))

    def _middle(self, edge: int) -> QPointF:
        """The middle of its chip, or of the longest stretch of its line that is in view."""
        if self._is_chip(edge):
            return self._chip(edge).center()
        points, view = self._chosen.points(edge), QRectF(self._canvas.rect())
        seen = (_inside(QRectF(a, b).normalized(), view) for a, b in pairwise(points))
        found = max((r for r in seen if r is not None), key=lambda r: r.width() + r.height(), default=None)
        return found.center() if found is not None else view.center()


def _inside(stretch: QRectF, view: QRectF) -> QRectF | None:
    """The part of a level or upright stretch that is in view; Qt's own cut is empty where a rectangle has no width."""
    left, right = max(stretch.left(), view.left()), min(stretch.right(), view.right())
    top, bottom = max(stretch.top(), view.top()), min(stretch.bottom(), view.bottom())
    return QRectF(left, top, right - left, bottom - top) if left <= right and top <= bottom else None
