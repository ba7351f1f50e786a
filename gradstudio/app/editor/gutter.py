"""Gutters: line numbers at the left; value, gradient chip and its history over the passes at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from gradstudio.app.fonts import mono
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import tip

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

LEFT = 48
"""Pixels left of the code."""

BULB = 22
"""Pixels of them in which a click opens the fix of the line."""

TOP = 6
"""Pixels above the first line."""

RIGHT = 62
"""Pixels right of it that code never enters: chip and history."""

CHIP_X, CHIP_WIDTH, CHIP_HEIGHT = 4, 8, 14
ARROW = 14
"""Pixels of an arrow of the passes."""

HISTORY_X, HISTORY_WIDTH, HISTORY_HEIGHT = 16, 38, 12
ARROW = 14
"""Pixels of an arrow to another pass."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the right gutter shows beside one line; colours are "#RRGGBB", "" for none."""

    value: str = ""
    fill: str = ""
    is_nan: bool = False
    history: tuple[float, ...] = ()
    shown: int = -1
    tip: str = ""
    turn: int = 0  # the pass shown of the loop that begins here, 0 for none
    turns: int = 0


class LineNumbers(QWidget):
    """Numbers, the bar of the active line, a mark at the line of the sweep shown, and bulbs where there is a fix."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(LEFT, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        editor, c = self._editor, self._editor.colors
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), QColor(c.panel))
            painter.setFont(mono(editor.text_size - 1))
            active = editor.active_line()
            fixable = editor.fixing.lines()
            for number, top, height in editor.visible_lines():
                if number == active:
                    painter.fillRect(QRectF(0, top, self.width(), height), QColor(c.current_line))
                    painter.fillRect(QRectF(0, top, 3, height), QColor(c.accent))
                if number in editor.error_lines:
                    painter.fillRect(QRectF(0, top, self.width(), height), QColor(c.error_soft))
                    painter.fillRect(QRectF(0, top, 3, height), QColor(c.error))
                if number == editor.sweep_line and number != active:
                    painter.fillRect(QRectF(4, top + 4, 1.5, height - 8), QColor(c.faint))
                if number in fixable:
                    image = pixmap("fix", c.accent, 14, self.devicePixelRatioF())
                    painter.drawPixmap(QPointF(5, top + (height - 14) / 2), image)
                painter.setPen(QColor(c.ink if number == active else c.muted))
                painter.drawText(
                    QRectF(0, top, LEFT - 12, height),
                    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                    str(number),
                )
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._editor.line_at(event.position().y())
        if event.position().x() < BULB and line in self._editor.fixing.lines():
            self._editor.fixing.open_in_line(line)
        else:
            self._editor.go_to_line(line)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        line = self._editor.line_at(event.position().y())
        is_bulb = event.position().x() < BULB and line in self._editor.fixing.lines()
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_bulb else Qt.CursorShape.ArrowCursor)
        self.setToolTip("Show the fix (Ctrl+.)" if is_bulb else "")


class Marks(QWidget):
    """Chips and histories, and the passes of loops; a click says which line. Signal stepped(line, by): another pass is
    to be shown."""

    clicked = Signal(int)
    stepped = Signal(int, int)

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._turned = 0
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(RIGHT, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        editor, c = self._editor, self._editor.colors
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), QColor(c.panel))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if editor.is_stale:
                painter.setOpacity(0.4)
            active = editor.active_line()
            for number, top, height in editor.visible_lines():
                if number == active or number in editor.error_lines:
                    color = c.error_soft if number in editor.error_lines else c.current_line
                    painter.save()
                    painter.setOpacity(1)
                    painter.fillRect(QRectF(0, top, self.width(), height), QColor(color))
                    painter.restore()
                mark = editor.marks.get(number)
                if mark is not None and mark.turns:
                    self._stepper(painter, mark, top, height)
                elif mark is not None:
                    self._chip(painter, mark, top + (height - CHIP_HEIGHT) / 2)
                    self._history(painter, mark, top + (height - HISTORY_HEIGHT) / 2)
        finally:
            painter.end()

    def _chip(self, painter: QPainter, mark: Mark, top: float) -> None:
        c = self._editor.colors
        if not mark.fill and not mark.is_nan:
            return
        rect = QRectF(CHIP_X + 0.5, top + 0.5, CHIP_WIDTH - 1, CHIP_HEIGHT - 1)
        painter.setPen(QPen(QColor(c.nan_hatch if mark.is_nan else c.control), 1))
        painter.setBrush(QColor(c.nan_soft if mark.is_nan else mark.fill))
        painter.drawRoundedRect(rect, 2, 2)
        if mark.is_nan:
            painter.save()
            painter.setClipRect(rect)
            painter.setPen(QPen(QColor(c.nan_hatch), 2))
            for offset in range(-8, 24, 5):
                painter.drawLine(QPointF(rect.left() - 2, top + offset + 10), QPointF(rect.right() + 2, top + offset))
            painter.restore()

    def _stepper(self, painter: QPainter, mark: Mark, top: float, height: float) -> None:
        """‹ 37/60 ›"""
        c = self._editor.colors
        middle = top + height / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x, by in ((ARROW / 2 + 1, -1), (RIGHT - ARROW / 2 - 1, 1)):
            can = mark.turn > 1 if by < 0 else mark.turn < mark.turns
            painter.setPen(QPen(QColor(c.ink2 if can else c.faint), 1.4))
            end, back = x + by * 2, x - by * 2
            corner = [QPointF(back, middle - 4), QPointF(end, middle), QPointF(back, middle + 4)]
            painter.drawPolyline(QPolygonF(corner))
        font = mono(9.5, 500)
        room = RIGHT - 2 * ARROW
        words = f"{mark.turn}/{mark.turns}"
        if QFontMetricsF(font).horizontalAdvance(words) > room:
            words = str(mark.turn)
        painter.setFont(font)
        painter.setPen(QColor(c.ink))
        painter.drawText(QRectF(ARROW - 4, top, room + 8, height), Qt.AlignmentFlag.AlignCenter, words)

    def _history(self, painter: QPainter, mark: Mark, top: float) -> None:
        if len(mark.history) < 2:
            return
        c = self._editor.colors
        low, high = min(mark.history), max(mark.history)
        span = (high - low) or 1.0
        flat = high == low

        def point(k: int) -> QPointF:
            x = HISTORY_X + HISTORY_WIDTH * k / (len(mark.history) - 1)
            share = 0.8 if flat else (mark.history[k] - low) / span
            return QPointF(x, top + 1 + (HISTORY_HEIGHT - 3) * (1 - share))

        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(c.hairline), 1))
        base = top + HISTORY_HEIGHT + 0.5
        painter.drawLine(QPointF(HISTORY_X, base), QPointF(HISTORY_X + HISTORY_WIDTH, base))
        painter.setPen(QPen(QColor(c.ink2), 1))
        painter.drawPolyline(QPolygonF([point(k) for k in range(len(mark.history))]))
        if 0 <= mark.shown < len(mark.history):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent))
            painter.drawEllipse(point(mark.shown), 2, 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        mark = self._editor.marks.get(self._editor.line_at(event.position().y()))
        self.setToolTip(tip(mark.tip) if mark is not None else "")
        is_button = mark is not None and bool(mark.turns) and self._by(event.position().x()) != 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_button else Qt.CursorShape.ArrowCursor)

    @staticmethod
    def _by(x: float) -> int:
        """Which of a stepper's arrows lies at x."""
        return -1 if x < ARROW + 4 else 1 if x > RIGHT - ARROW - 4 else 0

    def wheelEvent(self, event: QWheelEvent) -> None:
        line = self._editor.line_at(event.position().y())
        mark = self._editor.marks.get(line)
        if mark is None or not mark.turns:
            self._turned = 0
            QApplication.sendEvent(self._editor.viewport(), event)  # scrolls
            return
        self._turned += event.angleDelta().y()
        steps = int(self._turned / 120)
        self._turned -= 120 * steps
        if steps:
            self.stepped.emit(line, -steps)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._editor.line_at(event.position().y())
        mark = self._editor.marks.get(line)
        by = self._by(event.position().x())
        if mark is not None and mark.turns and by:
            self.stepped.emit(line, by)
            return
        self._editor.go_to_line(line)
        self.clicked.emit(line)
