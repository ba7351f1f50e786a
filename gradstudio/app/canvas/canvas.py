"""Canvas: the live network. The mouse and the keys of its surface, and the card beside a node."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas.card import HoverCard
from gradstudio.app.canvas.surface import Surface
from gradstudio.app.canvas.walk import step
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.model import Layer
from gradstudio.picture.tokens import Theme

_DRAG = 4  # pixels the mouse may move in a click
_HOVER_MS = 150
_LAYERS = {Qt.Key.Key_1: Layer.VALUES, Qt.Key.Key_2: Layer.GRADIENTS, Qt.Key.Key_3: Layer.BOTH}


class Canvas(Surface):
    """Signals beside its surface's: node_selected(node, -1 for none) also when a person selects, node_hovered(node),
    node_activated(node) on double click or Enter, layer_wanted(layer) for the keys 1 to 3."""

    node_hovered = Signal(int)
    node_activated = Signal(int)
    layer_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None, theme: Theme | None = None) -> None:
        super().__init__(parent, theme)
        self._pressed: QPointF | None = None
        self._moved = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._card = HoverCard(self)
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.setInterval(_HOVER_MS)
        self._hover_timer.timeout.connect(self._show_card)

    def set_scene(self, trace: Trace, graph: Graph, layout: Layout, theme: Theme | None = None) -> None:
        """Show a graph, as Surface does; the card goes."""
        self._card.hide()
        super().set_scene(trace, graph, layout, theme)

    def clear(self) -> None:
        """Show nothing."""
        self._card.hide()
        super().clear()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._card.hide()
        super().set_theme(theme)

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
        if key in _LAYERS:
            self.layer_wanted.emit(int(_LAYERS[key]))
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

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._by_keyboard = True
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def _choose(self, node: int) -> None:
        self._card.hide()
        self.selected = node
        if node >= 0:
            self._reveal(node)
        self.setAccessibleDescription(self.node_words(node))
        self.update()
        self.node_selected.emit(node)

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
