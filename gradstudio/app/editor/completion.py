"""The completion list under the cursor: words, their signatures, and the first line of what the chosen one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from gradstudio.app.fonts import mono, words
from gradstudio.app.theme import Colors

if TYPE_CHECKING:
    from gradstudio.language.complete import Completion

ROW, SHOWN, WIDTH, FOOT = 22, 8, 420, 24
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CompletionList(QWidget):
    """A list that never takes the focus: the editor keeps the keys and moves the choice."""

    picked = Signal(str)

    def __init__(self, colors: Colors, parent: QWidget) -> None:
        super().__init__(parent)
        self.colors = colors
        self.items: list[Completion] = []
        self.current = 0
        self._first = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Completions")
        self.hide()

    def open(self, items: list[Completion], at: QPoint, line_height: int) -> None:
        """Show items below `at` (in the parent's coordinates), or above where there is no room."""
        self.items, self.current, self._first = items, 0, 0
        rows = min(len(items), SHOWN)
        size = QSize(min(WIDTH, self.parentWidget().width() - 8), rows * ROW + FOOT + 8)
        area = self.parentWidget().rect()
        x = max(4, min(at.x(), area.width() - size.width() - 4))
        below = at.y() + line_height + 2
        y = below if below + size.height() <= area.height() else max(0, at.y() - size.height() - 2)
        self.setGeometry(x, y, size.width(), size.height())
        self.show()
        self.raise_()
        self.update()

    def move_by(self, step: int) -> None:
        """Choose another row; the ends meet."""
        self.current = (self.current + step) % len(self.items)
        self._first = min(max(self._first, self.current - SHOWN + 1), self.current)
        self.update()

    def word(self) -> str:
        """The chosen word."""
        return self.items[self.current].word if self.items else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(c.control), 1))
            painter.setBrush(QColor(c.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
            metrics, small = QFontMetricsF(mono(12, 500)), QFontMetricsF(mono(11))
            for row, item in enumerate(self.items[self._first : self._first + SHOWN]):
                rect = QRectF(4, 4 + row * ROW, self.width() - 8, ROW)
                if self._first + row == self.current:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(QColor(c.selected))
                    painter.drawRoundedRect(rect, 4, 4)
                painter.setPen(QColor(c.ink))
                painter.setFont(mono(12, 500))
                word = metrics.elidedText(item.word, Qt.TextElideMode.ElideRight, rect.width() - 16)
                painter.drawText(rect.adjusted(8, 0, -8, 0), _LEFT, word)
                left = max(metrics.horizontalAdvance(word) + 20, 128)
                detail = item.signature if item.signature != item.word else ""
                painter.setPen(QColor(c.muted))
                painter.setFont(mono(11))
                room = rect.width() - left - 8
                if room > 20 and detail:
                    text = small.elidedText(detail, Qt.TextElideMode.ElideRight, room)
                    painter.drawText(rect.adjusted(left, 0, 0, 0), _LEFT, text)
            foot = QRectF(12, self.height() - FOOT - 2, self.width() - 24, FOOT)
            painter.setPen(QPen(QColor(c.hairline), 1))
            painter.drawLine(foot.topLeft().toPoint(), foot.topRight().toPoint())
            painter.setPen(QColor(c.muted))
            painter.setFont(words(11))
            doc = self.items[self.current].doc if self.items else ""
            text = QFontMetricsF(words(11)).elidedText(doc, Qt.TextElideMode.ElideRight, foot.width())
            painter.drawText(foot, _LEFT, text or "Tab takes it, Esc closes")
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._first + int((event.position().y() - 4) // ROW)
        if 0 <= row < len(self.items) and event.position().y() < self.height() - FOOT:
            self.current = row
            self.picked.emit(self.word())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.move_by(-1 if event.angleDelta().y() > 0 else 1)
        event.accept()
