"""The surface of the canvas: which graph is shown, which part of it is in view, and how it is painted."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas.buffer import Buffer
from gradstudio.app.canvas.ground import Ground, welcome
from gradstudio.app.canvas.minimap import Minimap
from gradstudio.app.canvas.nearby import Nearby
from gradstudio.app.canvas.painter import PicturePainter, color
from gradstudio.app.canvas.view import Bounds, View, ink_bounds
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.model import Layer, Look
from gradstudio.picture.tokens import Theme, load_theme

_AIR = 8.0  # layout units around what a fitted view shows
_READABLE = 0.46  # a picture too tall to be shown whole is not shown smaller than this, but from its top


class Surface(QWidget):
    """Signals: node_selected(node), -1 when the selected node is gone; zoom_changed(zoom), 1.0 = 100 %."""

    node_selected = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None, theme: Theme | None = None) -> None:
        super().__init__(parent)
        self._theme = theme or load_theme("light")
        self._trace: Trace | None = None
        self._graph: Graph | None = None
        self._layout: Layout | None = None
        self._layer = Layer.BOTH
        self._stale = False
        self._waiting = False
        self._nearby = Nearby()
        self._buffer = Buffer()
        self._ground = Ground()
        self._view = View()
        self._ink_known: Bounds | None = None
        self._fitted = True  # the view shows all, and goes on doing so when the picture changes
        self.selected = -1
        self._highlighted: list[int] = []
        self._hovered = -1
        self._by_keyboard = False  # the keyboard was used last: the focus is to be seen
        self.setAccessibleName("Network of recorded operations")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)
        self._minimap = Minimap(self)
        self._minimap.centred.connect(self._centre)

    def sizeHint(self) -> QSize:
        return QSize(688, 555)

    # what the window tells the canvas

    def set_scene(self, trace: Trace, graph: Graph, layout: Layout, theme: Theme | None = None) -> None:
        """Show a graph. Selection follows the node's id; the view stays unless the picture is a different one."""
        before = self._graph
        chosen = before.ids[self.selected] if before is not None and 0 <= self.selected < len(before.ids) else ""
        if theme is not None:
            self._theme = theme
        similar = before is not None and _alike(before.ids, graph.ids)
        self._trace, self._graph, self._layout = trace, graph, layout
        self._ink_known = None
        self._nearby.clear()
        self._buffer.clear()
        self._hovered = -1
        self._highlighted = []
        self.selected = graph.ids.index(chosen) if chosen in graph.ids else -1
        if not similar or self._fitted:
            self._fit()
        self._changed_view()
        if chosen and self.selected < 0:
            self.node_selected.emit(-1)

    def clear(self) -> None:
        """Show nothing: the program computes nothing."""
        self._trace = self._graph = self._layout = None
        self._nearby.clear()
        self._buffer.clear()
        self.selected = self._hovered = -1
        self._highlighted = []
        self._fit()
        self._changed_view()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._nearby.clear()
        self._buffer.clear()
        self._changed_view()

    def set_stale(self, stale: bool) -> None:
        """The text has changed since this picture was true."""
        if stale != self._stale:
            self._stale = stale
            self._nearby.clear()
            self._buffer.clear()
            self.update()

    def set_waiting(self, is_waiting: bool) -> None:
        """A first run is under way: an empty canvas does not say yet that nothing is computed."""
        if is_waiting != self._waiting:
            self._waiting = is_waiting
            self.update()

    def set_layer(self, layer: int) -> None:
        """Which numbers count: picture.model.Layer."""
        if layer != self._layer:
            self._layer = Layer(layer)
            self._nearby.clear()
            self._buffer.clear()
            self.update()

    def select(self, node: int | None) -> None:
        """Select a node without telling anyone; None or -1: none. It is scrolled into view."""
        self.selected = -1 if node is None else node
        if self.selected >= 0:
            self._reveal(self.selected)
        self.setAccessibleDescription(self.node_words(self.selected))
        self.update()

    def highlight(self, nodes: list[int]) -> None:
        """Mark the nodes of the editor's line."""
        if nodes != self._highlighted:
            self._highlighted = list(nodes)
            self.update()

    def fit(self) -> None:
        """Show all."""
        self._fit()
        self._changed_view()

    def frame(self, nodes: list[int]) -> None:
        """Show these nodes, large."""
        if self._layout is None or not nodes:
            return
        boxes = self._layout.boxes[nodes]
        x, y = boxes[:, 0].min() - 60, boxes[:, 1].min() - 60
        right, bottom = (boxes[:, 0] + boxes[:, 2]).max() + 60, (boxes[:, 1] + boxes[:, 3]).max() + 60
        self._view.frame((x, y, right - x, bottom - y), self.width(), self.height(), 1.5)
        self._fitted = False
        self._changed_view()

    @property
    def zoom(self) -> float:
        """Screen pixels per layout unit."""
        return self._view.zoom

    def set_zoom(self, zoom: float) -> None:
        """Zoom about the middle."""
        self._zoom_by(zoom / self._view.zoom, self.width() / 2, self.height() / 2)

    def zoom_in(self) -> None:
        """A step nearer."""
        self._zoom_by(1.25, self.width() / 2, self.height() / 2)

    def zoom_out(self) -> None:
        """A step further away."""
        self._zoom_by(0.8, self.width() / 2, self.height() / 2)

    def node_at(self, point: QPointF) -> int:
        """The node under a point of the widget, -1 for none."""
        if self._layout is None:
            return -1
        x, y = self._view.x + point.x() / self._view.zoom, self._view.y + point.y() / self._view.zoom
        b = self._layout.boxes
        hit = np.nonzero((b[:, 0] <= x) & (x <= b[:, 0] + b[:, 2]) & (b[:, 1] <= y) & (y <= b[:, 1] + b[:, 3]))[0]
        return int(hit[-1]) if len(hit) else -1

    def node_rect(self, node: int) -> QRectF:
        """Where a node is, in widget coordinates."""
        assert self._layout is not None
        x, y, w, h = self._layout.boxes[node].tolist()
        v = self._view
        return QRectF((x - v.x) * v.zoom, (y - v.y) * v.zoom, w * v.zoom, h * v.zoom)

    # view

    def _fit(self) -> None:
        self._fitted = True
        if self._layout is None:
            self._view = View()
            return
        x, y, w, h = self._ink()
        # A tall picture starts at its top, at a size that can be read, rather than shrinking to a thread.
        self._view.frame((x, y, w, h), self.width(), self.height())
        readable = min(1.0, self.width() / max(w, 1.0))
        if self._view.zoom < _READABLE <= readable and h * _READABLE > self.height():
            self._view.zoom = max(_READABLE, min(readable, 0.85))
            self._view.x = x + w / 2 - self.width() / self._view.zoom / 2
            self._view.y = y

    def _ink(self) -> Bounds:
        """What must be in view: everything that is painted, and a little air."""
        if self._ink_known is None:
            assert self._layout is not None
            self._ink_known = ink_bounds(self._layout, _AIR)
        return self._ink_known

    def _zoom_by(self, factor: float, px: float, py: float) -> None:
        self._fitted = False
        self._view.zoom_about(factor, px, py)
        self._changed_view()

    def _pan(self, dx: float, dy: float) -> None:
        self._fitted = False
        self._view.x -= dx / self._view.zoom
        self._view.y -= dy / self._view.zoom
        self._changed_view()

    def _centre(self, x: float, y: float) -> None:
        """The minimap asks for this layout point in the middle."""
        self._fitted = False
        self._view.x = x - self.width() / self._view.zoom / 2
        self._view.y = y - self.height() / self._view.zoom / 2
        self._changed_view()

    def _reveal(self, node: int) -> None:
        if self._layout is None:
            return
        # Less than the air of a fitted view, so that selecting a node at its border moves nothing.
        margin = max(_AIR * self._view.zoom - 1.0, 0.0)
        rect = self.node_rect(node).adjusted(-margin, -margin, margin, margin)
        dx = max(0.0, -rect.left()) - max(0.0, rect.right() - self.width())
        dy = max(0.0, -rect.top()) - max(0.0, rect.bottom() - self.height())
        if dx or dy:
            self._pan(dx, dy)

    def _changed_view(self) -> None:
        if self._layout is not None and not self._fitted:
            self._view.keep_near(self._layout.bounds, self.width(), self.height())
        self._view.settle()
        bounds = self._ink() if self._layout is not None else (0.0, 0.0, 0.0, 0.0)
        self._minimap.show_view(self._graph, self._layout, self._trace, self._theme, bounds, self._area())
        self.zoom_changed.emit(self._view.zoom)
        self.update()

    def _area(self) -> QRectF:
        v = self._view
        return QRectF(v.x, v.y, self.width() / v.zoom, self.height() / v.zoom)

    # painting

    def _painter(self) -> PicturePainter | None:
        if self._trace is None or self._graph is None or self._layout is None:
            return None
        return self._nearby.painter(
            self._graph,
            self._layout,
            self._trace,
            self._theme,
            self._view.level,
            Look(self._layer, self._stale),
            self._area(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            painter = self._painter()
            if painter is None or self._graph is None or not len(self._graph.record):
                self._ground.paint(p, self.rect(), self._theme, self._view, self.devicePixelRatioF())
                if not self._waiting:
                    welcome(p, self.rect(), self._theme)
                return
            ring = self._by_keyboard and self.hasFocus()
            key = (self._view.level, self.selected, ring, tuple(self._highlighted), self._theme.name)
            draw = partial(self._draw, painter)
            p.drawPixmap(0, 0, self._buffer.frame(key, self._view, self.size(), self.devicePixelRatioF(), draw))
            if self._hovered >= 0 and self._hovered != self.selected:
                p.setRenderHint(QPainter.RenderHint.Antialiasing)
                p.setPen(QPen(color(self._theme.accent), 1.0))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRoundedRect(self.node_rect(self._hovered), 4, 4)
            if ring and self.selected < 0:
                p.setPen(self._focus_pen())
                p.drawRect(self.rect().adjusted(2, 2, -3, -3))
        finally:
            p.end()

    def _draw(self, painter: PicturePainter, p: QPainter, area: QRectF) -> None:
        """A part of the frame (layout units)."""
        v, ratio = self._view, self.devicePixelRatioF()
        self._ground.paint(p, self.rect(), self._theme, v, ratio)
        painter.paint(p, v.x, v.y, v.zoom, area, self._rings, ratio, self._area())

    def _rings(self, p: QPainter) -> None:
        """What lies under the edges: the selection, its keyboard focus, and the nodes of the editor's line."""
        p.setBrush(Qt.BrushStyle.NoBrush)
        assert self._graph is not None
        for node in self._highlighted:
            if node != self.selected and node < len(self._graph.record):
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(color(self._theme.accent_soft))
                p.drawRoundedRect(self.node_rect(node).adjusted(-5, -5, 5, 5), 8, 8)
                p.setBrush(Qt.BrushStyle.NoBrush)
        if 0 <= self.selected < len(self._graph.record):
            rect = self.node_rect(self.selected)
            p.setPen(QPen(color(self._theme.accent), 2.0))
            p.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), 8, 8)
            if self._by_keyboard and self.hasFocus():
                p.setPen(self._focus_pen())
                p.drawRoundedRect(rect.adjusted(-7, -7, 7, 7), 10, 10)

    def _focus_pen(self) -> QPen:
        pen = QPen(color(self._theme.ink["ink"]), 1.5)
        pen.setDashPattern([2 / 1.5, 2 / 1.5])
        return pen

    def node_words(self, node: int) -> str:
        """A node for those who hear the screen: name, op, line."""
        if self._graph is None or not 0 <= node < len(self._graph.record):
            return "no node selected"
        g = self._graph
        return f"{g.title[node]}, {g.label[node]}, line {g.line[node]}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._minimap.move(self.width() - self._minimap.width() - 20, self.height() - self._minimap.height() - 14)
        if self._fitted:
            self._fit()
        self._changed_view()


def _alike(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether two pictures are mostly the same nodes, so that the eye's place should be kept."""
    if not before or not after:
        return False
    return len(set(before) & set(after)) * 2 >= min(len(before), len(after))
