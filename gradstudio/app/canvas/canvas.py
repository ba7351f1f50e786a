"""Canvas: the live network. Its mouse and its keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas import marks
from gradstudio.app.canvas.building.builder import Builder
from gradstudio.app.canvas.building.dropping import carried
from gradstudio.app.canvas.building.keys import KEYS
from gradstudio.app.canvas.edges import Edges
from gradstudio.app.canvas.gestures import Gestures
from gradstudio.app.canvas.hover import Hover
from gradstudio.app.canvas.lights import Lights
from gradstudio.app.canvas.painter import PicturePainter
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.app.canvas.unfolding import Unfolding
from gradstudio.picture.model import Layer
from gradstudio.picture.tokens import Theme

_NONE, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_ALT, _CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
_PAGE = 0.8  # of the view, by which Page Up and Page Down move it
_IGNORED = Qt.KeyboardModifier.KeypadModifier
_LAYERS = {
    Qt.Key.Key_1: Layer.VALUES, Qt.Key.Key_2: Layer.GRADIENTS, Qt.Key.Key_3: Layer.BOTH, Qt.Key.Key_4: Layer.LOCAL
}  # fmt: skip
_PASSES = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
_MOVES = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Canvas(Selectable):
    """Signals beside those of what it is made of: node_hovered(node), -1 for none; node_activated(node) on double click
    or Enter; layer_wanted(layer) for the keys 1 to 4; node_moved(id, columns, rows): by that many cells along and
    across the way of the data; lit_changed(words), see Lights; fold_opened, fold_closed, pass_chosen, pass_opened and
    pass_moved, see Unfolding."""

    node_hovered = Signal(int)
    node_activated = Signal(int)
    layer_wanted = Signal(int)
    node_moved = Signal(str, int, int)
    lit_changed = Signal(str)
    fold_opened = Signal(str)
    fold_closed = Signal(str)
    pass_chosen = Signal(str, int)
    pass_opened = Signal(str, int)
    pass_moved = Signal(str, int, int)

    def __init__(self, parent: QWidget | None = None, theme: Theme | None = None) -> None:
        super().__init__(parent, theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.hover = Hover(self)
        self.lights = Lights(self)
        self.unfolding = Unfolding(self)
        self.gestures = Gestures(self, self.unfolding)
        self.builder = Builder(self)
        self.edges = Edges(self, self.builder.chosen_edits, self.hover)
        self.gestures.clicked.connect(self.builder.click)
        self.gestures.clicked.connect(lambda *_: self.edges.tell())
        self.builder.wiring.changed.connect(self.hover.hide_card)
        self.setAcceptDrops(True)
        self.hover.node_changed.connect(self.node_hovered)
        self.gestures.activated.connect(self.node_activated)
        self.gestures.moved.connect(self.node_moved)
        self.lights.changed.connect(self.lit_changed)
        self.unfolding.opened.connect(self.fold_opened)
        self.unfolding.closed.connect(self.fold_closed)
        self.unfolding.pass_chosen.connect(self.pass_chosen)
        self.unfolding.pass_opened.connect(self.pass_opened)
        self.unfolding.pass_moved.connect(self.pass_moved)
        self.scene_changed.connect(self._on_scene_changed)
        self._keys = self._key_table()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.hover.hide_card()
        self.builder.set_theme(theme.name)
        super().set_theme(theme)

    def leave(self) -> None:
        """Escape: leave the last of what was begun, from the drag under way to the selection."""
        if self.gestures.cancel() or self.builder.leave() or self.lights.step_back():
            self.edges.tell()
            return
        if self.also:
            self.leave_also()
        else:
            self.choose(-1)

    def choose_frame(self, frame: int) -> None:
        """Select the frame of an open group, and neither a node nor an edge."""
        super().choose_frame(frame)
        self.edges.tell()

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        self.hover.hide_card()
        if self.builder.press(event.position(), event.button(), event.modifiers()):
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self.gestures.press(event.position(), event.button())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.gestures.is_busy:
            self.gestures.move(event.position())
        elif self.builder.move(event.position()):
            self.hover.leave()
            self.setCursor(self.builder.cursor)
        else:
            self.hover.set_comparing(bool(event.modifiers() & _ALT))
            self.hover.move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gestures.is_busy:
            self.gestures.release(event.modifiers())
        else:
            self.builder.release(event.position(), event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.builder.double(event.position()):
            self.gestures.double(event.position())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        edge = self.edges.middle() if is_key else None
        if edge is not None:
            self.builder.context_of_edge(self.edges.current, self.edges.kind(), edge)
        elif is_key and self.selected >= 0:
            self.builder.context(self.node_rect(self.selected).center())
        else:
            self.builder.context(QPointF(event.pos()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & _SHIFT:
            self.pan(event.angleDelta().y() + event.angleDelta().x(), 0.0)
            return
        steps = event.angleDelta().y() / 120.0
        if steps:
            self._zoom_by(1.15**steps, event.position().x(), event.position().y())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_by(1.0 + event.value(), event.position().x(), event.position().y())
            return True
        is_asked = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if is_asked and (self._steps_passes(event) or self.builder.takes_key(event)):
            event.accept()
            return True
        return super().event(event)

    def _steps_passes(self, event: QKeyEvent) -> bool:
        """Whether a key goes through passes, so that the menu must not take it for what it means elsewhere."""
        is_aside = event.key() in _PASSES and event.modifiers() & ~_IGNORED == _ALT
        return is_aside and self.unfolding.can_step()

    def leaveEvent(self, event: QEvent) -> None:
        self.hover.leave()
        self.builder.pointer_left()

    # keys

    def _key_table(self) -> dict[tuple[Qt.KeyboardModifier, Qt.Key], Callable[[], object]]:
        """Everything a key does, besides walking."""
        key, lights, unfolding = Qt.Key, self.lights, self.unfolding
        table: dict[tuple[Qt.KeyboardModifier, Qt.Key], Callable[[], object]] = {
            (_NONE, key.Key_Home): self.fit,
            (_NONE, key.Key_F): self.frame_selected,
            (_NONE, key.Key_M): self.toggle_map,
            (_NONE, key.Key_K): self.keep_second,
            (_NONE, key.Key_J): lambda: self._next_edge(1),
            (_SHIFT, key.Key_J): lambda: self._next_edge(-1),
            (_NONE, key.Key_Q): self.edges.show_card,
            (_NONE, key.Key_U): lights.toggle_upstream,
            (_NONE, key.Key_D): lights.toggle_downstream,
            (_NONE, key.Key_P): lights.toggle_path,
            (_NONE, key.Key_I): lights.toggle_isolated,
            (_NONE, key.Key_H): lights.hide,
            (_ALT, key.Key_H): lights.show_all,
            (_NONE, key.Key_Escape): self.leave,
            (_NONE, key.Key_Backspace): unfolding.close,
            (_ALT, key.Key_Left): lambda: unfolding.step(-1),
            (_ALT, key.Key_Right): lambda: unfolding.step(1),
            (_ALT, key.Key_Home): lambda: unfolding.go_to_end(-1),
            (_ALT, key.Key_End): lambda: unfolding.go_to_end(1),
        }
        for command, keys in KEYS.items():
            for text in keys:
                typed = QKeySequence(text)[0]
                modifiers = typed.keyboardModifiers()
                table[modifiers, typed.key()] = lambda name=command: self.builder.orders.do(name)  # type: ignore[misc]
        for name in (key.Key_Return, key.Key_Enter):
            table[_NONE, name] = self._activate
        for name in (key.Key_Plus, key.Key_Equal):
            table[_NONE, name] = table[_SHIFT, name] = self._plus
        table[_NONE, key.Key_Minus] = self._minus
        for name, way in ((key.Key_PageUp, 1.0), (key.Key_PageDown, -1.0)):
            table[_NONE, name] = lambda way=way: self.pan(0.0, way * _PAGE * self.height())  # type: ignore[misc]
            table[_SHIFT, name] = lambda way=way: self.pan(way * _PAGE * self.width(), 0.0)  # type: ignore[misc]
        for name, layer in _LAYERS.items():
            table[_NONE, name] = lambda layer=layer: self.layer_wanted.emit(int(layer))  # type: ignore[misc]
        for name, (right, down) in _MOVES.items():
            table[_SHIFT, name] = lambda right=right, down=down: self._move(right, down)  # type: ignore[misc]
        return table

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~_IGNORED
        if key == Qt.Key.Key_Alt:
            self.hover.set_comparing(True)
        if self.builder.key(event):
            self._by_keyboard = True
            return
        if modifiers == _NONE and self.edges.key(key):
            self._by_keyboard = True
            self.update()
            return
        act = self._keys.get((modifiers, key))
        if act is not None:
            act()
            return
        is_walk = self.scene is not None and modifiers in (_NONE, _CONTROL)
        node = self.scene.walk.step(self.selected, key) if self.scene is not None and is_walk else None
        if node is None:
            super().keyPressEvent(event)
            return
        self._by_keyboard = True
        if modifiers == _CONTROL:
            self.choose_with(node)
        else:
            self.choose(node)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Alt:
            self.hover.set_comparing(False)
        super().keyReleaseEvent(event)

    def frame_selected(self) -> None:
        """Show the selected nodes, large."""
        if self.selected >= 0:
            self.frame(self.chosen)

    def _activate(self) -> None:
        """Enter: to a node's source, into a box, to the first node of a frame; takes the example of an empty canvas."""
        if self.welcome.isVisible():
            self.welcome.example.click()
        elif self.unfolding.can_open():
            self.unfolding.open_pass()
        elif self.selected >= 0:
            self.node_activated.emit(self.selected)
        elif self.selected_frame >= 0:
            self._go(True)

    def _next_edge(self, by: int) -> None:
        self._by_keyboard = True
        self.edges.step(by)

    def _plus(self) -> None:
        if self.unfolding.can_open():
            self.unfolding.open()
        else:
            self.zoom_in()

    def _minus(self) -> None:
        if self.unfolding.can_close():
            self.unfolding.close()
        else:
            self.zoom_out()

    def _move(self, right: int, down: int) -> None:
        """The selected node, by a cell to the right or down on the screen."""
        if self.selected >= 0 and self.scene is not None:
            across = self.scene.layout.direction == "down"
            self.node_moved.emit(self.id_of(self.selected), *((down, right) if across else (right, down)))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks nodes and frames in tape order; at the last one it leaves the canvas. A wire goes on to a port."""
        if self.builder.walking.key(Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab):
            return True
        return self._go(forward) or bool(super().focusNextPrevChild(forward))

    def _go(self, forward: bool) -> bool:
        """To the next or previous halt of Tab; False if there is none."""
        if self.scene is None:
            return False
        node, frame = max(self.selected, self.edges.home), max(self.selected_frame, self.edges.home_frame)
        here = ("node", node) if node >= 0 else ("frame", frame)
        stop = self.scene.walk.after(here if here[1] >= 0 else None, forward)
        if stop is None:
            return False
        self._by_keyboard = True
        if stop[0] == "frame":
            self.choose_frame(stop[1])
        else:
            self.choose(stop[1])
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._by_keyboard = True
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hover.set_comparing(False)
        self.update()
        super().focusOutEvent(event)

    # operations that are carried here

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._carry(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._carry(event)

    def _carry(self, event: QDragMoveEvent) -> None:
        entry = carried(event.mimeData())
        if entry:
            event.acceptProposedAction()
            self.builder.carry(entry, event.position())
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.builder.carry_away()

    def dropEvent(self, event: QDropEvent) -> None:
        entry = carried(event.mimeData())
        if entry:
            event.acceptProposedAction()
            self.builder.put_down(entry, event.position())
            self.setFocus()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.builder.resized()

    # painting

    def _paint_empty(self, p: QPainter) -> None:
        self.builder.paint(p)

    def _paint_above(self, p: QPainter, painter: PicturePainter) -> None:
        super()._paint_above(p, painter)
        lines = marks.emphasised(painter.picture.lines, self.hover.edges(), self._theme)
        if lines is not None:
            marks.draw_lines(p, lines, self._view, self._area())
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hover.node < 0 or self.hover.node != self.selected:
            for rect in self.hover.outlines():
                marks.hover(p, self._theme, rect)
        ghost = self.gestures.ghost()
        if ghost is not None:
            marks.ghost(p, self._theme, ghost)
        self.builder.paint(p)
        self.edges.paint(p, self._has_ring())

    def _is_nothing_selected(self) -> bool:
        return super()._is_nothing_selected() and self.edges.current < 0

    def _words(self) -> str:
        return self.edges.words() or super()._words()

    def _on_scene_changed(self) -> None:
        self.hover.forget()
        self.gestures.scene_changed()
