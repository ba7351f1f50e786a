"""Canvas: the live network. One widget paints the display list and turns mouse and keys into selection and view."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas.buffer import Buffer
from gradstudio.app.canvas.card import HoverCard
from gradstudio.app.canvas.minimap import Minimap
from gradstudio.app.canvas.painter import PicturePainter, color
from gradstudio.app.canvas.view import Bounds, View, ink_bounds
from gradstudio.app.canvas.walk import step
from gradstudio.app.fonts import words
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.build import build_picture
from gradstudio.picture.model import Layer, Level
from gradstudio.picture.tokens import Theme, load_theme

_DOTS = 24
_AIR = 8.0  # layout units around what a fitted view shows
_DRAG = 4  # pixels the mouse may move in a click
_HOVER_MS = 150


class Canvas(QWidget):
    """Signals: node_selected(node, -1 for none), node_hovered(node), node_activated(node) on double click or Enter,
    zoom_changed(zoom), layer_wanted(layer) for the keys 1 to 3."""

    node_selected = Signal(int)
    node_hovered = Signal(int)
    node_activated = Signal(int)
    zoom_changed = Signal(float)
    layer_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None, theme: Theme | None = None) -> None:
        super().__init__(parent)
        self._theme = theme or load_theme("light")
        self._trace: Trace | None = None
        self._graph: Graph | None = None
        self._layout: Layout | None = None
        self._layer = Layer.BOTH
        self._stale = False
        self._waiting = False
        self._painters: dict[Level, PicturePainter] = {}
        self._buffer = Buffer()
        self._view = View()
        self._ink_known: Bounds | None = None
        self._tile, self._tile_key = QPixmap(), (0, "", 0.0)
        self._fitted = True  # the view shows all, and goes on doing so when the picture changes
        self.selected = -1
        self._highlighted: list[int] = []
        self._hovered = -1
        self._pressed: QPointF | None = None
        self._moved = False
        self._space = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Network of recorded operations")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)
        self._card = HoverCard(self)
        self._minimap = Minimap(self)
        self._minimap.centred.connect(self._centre)
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.setInterval(_HOVER_MS)
        self._hover_timer.timeout.connect(self._show_card)

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
        self._painters = {}
        self._buffer.clear()
        self._hovered = -1
        self._card.hide()
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
        self._painters = {}
        self._buffer.clear()
        self.selected = self._hovered = -1
        self._highlighted = []
        self._fitted = True
        self._card.hide()
        self._changed_view()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._painters = {}
        self._buffer.clear()
        self._card.hide()
        self._changed_view()

    def set_stale(self, stale: bool) -> None:
        """The text has changed since this picture was true."""
        if stale != self._stale:
            self._stale = stale
            self._painters = {}
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
            self._painters = {}
            self._buffer.clear()
            self.update()

    def select(self, node: int | None) -> None:
        """Select a node without telling anyone; None or -1: none. It is scrolled into view."""
        self.selected = -1 if node is None else node
        if self.selected >= 0:
            self._reveal(self.selected)
        self._describe()
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
        if self._view.zoom < 0.46 <= readable and h * 0.46 > self.height():
            self._view.zoom = max(0.46, min(readable, 0.85))
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
        rect = self.node_rect(node).adjusted(-12, -12, 12, 12)
        dx = max(0.0, -rect.left()) - max(0.0, rect.right() - self.width())
        dy = max(0.0, -rect.top()) - max(0.0, rect.bottom() - self.height())
        if dx or dy:
            self._pan(dx, dy)

    def _changed_view(self) -> None:
        if self._layout is not None and not self._fitted:
            self._view.keep_near(self._layout.bounds, self.width(), self.height())
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
        level = self._view.level
        found = self._painters.get(level)
        if found is None:
            picture = build_picture(
                self._graph, self._layout, self._trace, self._theme, level, self._layer, self._stale
            )
            found = self._painters[level] = PicturePainter(picture)
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            painter = self._painter()
            if painter is None or self._graph is None or not len(self._graph.record):
                p.fillRect(self.rect(), color(self._theme.surface["canvas"]))
                if self._waiting:
                    self._grid(p)
                else:
                    self._welcome(p)
                return
            ring = self._by_keyboard and self.hasFocus()
            key = (id(painter), self.selected, ring, tuple(self._highlighted), self._theme.name)
            draw = partial(self._draw, painter)
            p.drawPixmap(0, 0, self._buffer.frame(key, self._view, self.size(), self.devicePixelRatioF(), draw))
            if self._hovered >= 0 and self._hovered != self.selected:
                p.setRenderHint(QPainter.RenderHint.Antialiasing)
                p.setPen(QPen(color(self._theme.accent), 1.0))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRoundedRect(self.node_rect(self._hovered), 4, 4)
        finally:
            p.end()

    def _draw(self, painter: PicturePainter, p: QPainter, area: QRectF) -> None:
        """A part of the frame (layout units)."""
        p.fillRect(self.rect(), color(self._theme.surface["canvas"]))
        self._grid(p)
        v = self._view
        painter.paint(p, v.x, v.y, v.zoom, area, self._rings, self.devicePixelRatioF(), self._area())

    def _grid(self, p: QPainter) -> None:
        """Dots that move with the picture; their distance is a whole number of pixels, so that one tile does."""
        pitch = round(_DOTS * self._view.zoom)
        if pitch < 10:
            return
        ratio = self.devicePixelRatioF()
        key = (pitch, self._theme.name, ratio)
        if self._tile_key != key:
            tile = QPixmap(round(pitch * ratio), round(pitch * ratio))
            tile.setDevicePixelRatio(ratio)
            tile.fill(color(self._theme.surface["canvas"]))
            dot = QPainter(tile)
            dot.setRenderHint(QPainter.RenderHint.Antialiasing)
            dot.setPen(
                QPen(color(self._theme.surface["canvas_dot"]), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            dot.drawPoint(QPointF(1.5, 1.5))
            dot.end()
            self._tile, self._tile_key = tile, key
        shift = QPointF((self._view.x * self._view.zoom) % pitch + 1.5, (self._view.y * self._view.zoom) % pitch + 1.5)
        p.drawTiledPixmap(QRectF(self.rect()), self._tile, QPointF(round(shift.x()), round(shift.y())))

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
            if self.hasFocus() and self.focusPolicy() != Qt.FocusPolicy.NoFocus and self._by_keyboard:
                pen = QPen(color(self._theme.ink["ink"]), 1.5)
                pen.setDashPattern([2 / 1.5, 2 / 1.5])
                p.setPen(pen)
                p.drawRoundedRect(rect.adjusted(-7, -7, 7, 7), 10, 10)

    _by_keyboard = False

    def _welcome(self, p: QPainter) -> None:
        """Nothing is recorded yet: how to begin."""
        p.setPen(color(self._theme.ink["ink2"]))
        p.setFont(words(14, 600))
        area = QRectF(self.rect()).adjusted(24, 0, -24, -24)
        p.drawText(area, Qt.AlignmentFlag.AlignCenter, "Nothing is computed yet")
        p.setPen(color(self._theme.ink["muted"]))
        p.setFont(words(12))
        hint = "Type a formula on the left, for example  x = 3.0  and below it  y = sin(x) ** 2 + x"
        p.drawText(area.adjusted(0, 52, 0, 52), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, hint)

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            delta = event.position() - self._pressed
            if self._moved or abs(delta.x()) + abs(delta.y()) > _DRAG:
                self._moved = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._pan(delta.x(), delta.y())
                self._pressed = event.position()
            return
        self._hover(self.node_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._moved and event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.node_at(event.position()))
        self._pressed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        node = self.node_at(event.position())
        if node >= 0:
            self.node_activated.emit(node)
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._pan(event.angleDelta().y() + event.angleDelta().x(), 0.0)
            return
        steps = event.angleDelta().y() / 120.0
        if steps:
            self._zoom_by(1.15**steps, event.position().x(), event.position().y())

    def event(self, event: object) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_by(1.0 + event.value(), event.position().x(), event.position().y())
            return True
        return bool(super().event(event))  # type: ignore[arg-type]

    def leaveEvent(self, event: object) -> None:
        self._hover(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        layers = {Qt.Key.Key_1: 0, Qt.Key.Key_2: 1, Qt.Key.Key_3: 2}
        if key in layers:
            self.layer_wanted.emit(layers[key])
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_F and self.selected >= 0 and not event.modifiers():
            self.frame([self.selected])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_Escape:
            self._choose(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected >= 0:
            self.node_activated.emit(self.selected)
        elif self._graph is not None and self._layout is not None:
            node = step(self._graph, self._layout, self.selected, key)
            if node is None:
                super().keyPressEvent(event)
            else:
                self._by_keyboard = True
                self._choose(node)
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks the nodes in tape order; at the last one it leaves the canvas."""
        if self._graph is None or not len(self._graph.record):
            return bool(super().focusNextPrevChild(forward))
        node = self.selected + (1 if forward else -1)
        if self.selected < 0:
            node = 0 if forward else len(self._graph.record) - 1
        if not 0 <= node < len(self._graph.record):
            return bool(super().focusNextPrevChild(forward))
        self._by_keyboard = True
        self._choose(node)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._minimap.move(self.width() - self._minimap.width() - 20, self.height() - self._minimap.height() - 14)
        if self._fitted:
            self._fit()
        self._changed_view()

    def _choose(self, node: int) -> None:
        self._card.hide()
        self.selected = node
        if node >= 0:
            self._reveal(node)
        self._describe()
        self.update()
        self.node_selected.emit(node)

    def _describe(self) -> None:
        """For screen readers: the selected node in words."""
        if self._graph is not None and 0 <= self.selected < len(self._graph.record):
            g, i = self._graph, self.selected
            self.setAccessibleDescription(f"{g.title[i]}, {g.label[i]}, line {g.line[i]}")
        else:
            self.setAccessibleDescription("no node selected")

    def _hover(self, node: int) -> None:
        if node != self._hovered:
            self._hovered = node
            self._card.hide()
            self._hover_timer.stop()
            if node >= 0:
                self._hover_timer.start()
            self.node_hovered.emit(node)
            self.update()

    def _show_card(self) -> None:
        if self._hovered >= 0 and self._graph is not None and self._trace is not None:
            self._card.show_node(self._graph, self._trace, self._hovered, self._theme, self.node_rect(self._hovered))


def _alike(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether two pictures are mostly the same nodes, so that the eye's place should be kept."""
    if not before or not after:
        return False
    return len(set(before) & set(after)) * 2 >= min(len(before), len(after))


__all__ = ["Canvas"]
