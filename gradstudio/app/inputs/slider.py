"""A slider for one number: a track of 4 px with a knob of 12, ticks at every quarter, all of it by keyboard too."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from gradstudio.app.controls import focus_ring
from gradstudio.app.theme import Colors
from gradstudio.studio.input_ranges import Range

TRACK, KNOB = 4, 12
_WIDEST, _LEAST = 192, 72
_FINE = 1000  # what Qt's own slider counts in, for screen readers
_KEYS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}


class Slider(QAbstractSlider):
    """Turns a number inside a Range. What it is told never moves the knob while a hand holds it.

    Signals: turned(value) while it moves; taken(is_key) and let_go() when a hand, or a key, begins and ends.
    """

    turned = Signal(float)
    taken = Signal(bool)
    let_go = Signal()

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.number = 0.0
        self.range = Range(0.0, 1.0, 0.01)
        self._at: float | None = None  # where the hand holds the knob, 0..1
        self._by_key_here = False  # the focus came by keyboard, and is to be seen
        self._grip = 0.0  # from the middle of the knob to the pointer, when it was taken
        self.setRange(0, _FINE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMinimumWidth(_LEAST)
        self.setMaximumWidth(_WIDEST + KNOB)
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_WIDEST + KNOB, 28)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    @property
    def is_held(self) -> bool:
        """Whether a hand moves the knob."""
        return self._at is not None

    def show_number(self, number: float, range_: Range) -> None:
        """Another value or range; neither while a hand holds the knob."""
        if self.is_held:
            return
        self.number, self.range = number, range_
        self._tell()

    def _tell(self) -> None:
        """Qt's own value, which screen readers ask for."""
        self.blockSignals(True)
        self.setValue(round(self.position() * _FINE))
        self.blockSignals(False)
        r = self.range
        self.setAccessibleDescription(f"{self.number:g}, from {r.low:g} to {r.high:g}")
        self.update()

    def position(self) -> float:
        """Where the knob is, 0..1."""
        return self._at if self._at is not None else self.range.position(self.number)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        knob = self._x(self.position())
        self._grip = x - knob if abs(x - knob) <= KNOB / 2 + 2 else 0.0
        self._at = self.position()
        self.taken.emit(False)
        if not self._grip and abs(x - knob) > 1:
            self._move_to(x)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.is_held:
            self._move_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.is_held and event.button() == Qt.MouseButton.LeftButton:
            self._at = None
            self._tell()
            self.let_go.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the list scrolls

    def _move_to(self, x: float) -> None:
        self._at = min(max((x - self._grip - KNOB / 2) / self._long(), 0.0), 1.0)
        self._turn(self.range.value(self._at))
        self.update()

    def _turn(self, number: float) -> None:
        if number != self.number:
            self.number = number
            self.turned.emit(number)

    # keys

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key_here = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            event.ignore()
            return
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.step(_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._by_key(self.range.low if key == Qt.Key.Key_Home else self.range.high)
        else:
            event.ignore()

    def step(self, steps: int) -> None:
        """So many steps up or down."""
        self._by_key(self.range.stepped(self.number, steps))

    def _by_key(self, number: float) -> None:
        if not self.is_held:
            self.taken.emit(True)
            self._turn(number)
            self._tell()
            self.let_go.emit()

    # painting

    def _long(self) -> float:
        return max(self.width() - KNOB, 1.0)

    def _x(self, position: float) -> float:
        return KNOB / 2 + position * self._long()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = 13.0
            on = self.isEnabled()
            x = self._x(self.position())
            p.setPen(QPen(QColor(c.control), 1))
            for quarter in range(5):
                at = round(self._x(quarter / 4)) + 0.5
                p.drawLine(QPointF(at, middle + 7), QPointF(at, middle + 9))
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(c.control))
            p.drawRoundedRect(QRectF(KNOB / 2, middle - TRACK / 2, self._long(), TRACK), 2, 2)
            p.setBrush(QColor(c.accent if on else c.control))
            zero = self._x(self.range.position(0.0)) if self.range.scale == "linear" else self._x(0.0)
            p.drawRoundedRect(QRectF(min(zero, x), middle - TRACK / 2, abs(x - zero), TRACK), 2, 2)
            radius = KNOB / 2 - (0.0 if self.is_held or self.underMouse() else 0.5)
            p.setPen(QPen(QColor(c.accent if on else c.control), 2))
            p.setBrush(QColor(c.accent_soft if self.is_held else c.panel))
            p.drawEllipse(QPointF(x, middle), radius - 0.5, radius - 0.5)
            if self.hasFocus() and self._by_key_here:
                focus_ring(p, QRectF(self.rect()).adjusted(1, 2, -1, -3), c.ink)
        finally:
            p.end()
