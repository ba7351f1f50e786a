"""The completion list under the cursor: what each word is, its parameters, and what is said of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from gradstudio.app.controls import ground
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.theme import Colors
from gradstudio.graph.model import FAMILIES
from gradstudio.picture.tokens import load_theme

if TYPE_CHECKING:
    from gradstudio.language.complete import Completion

ROW, SHOWN, WIDTH, MARGIN = 24, 8, 420, 4
_HINT = "Tab takes it, Esc closes"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_LETTERS = {
    "function": "ƒ", "library": "ƒ", "method": "ƒ", "builtin": "ƒ", "name": "x", "parameter": "=", "attribute": ".",
    "module": "{}", "constant": "1", "keyword": "k",
}  # fmt: skip


class CompletionList(QWidget):
    """A list that never takes the focus: the editor keeps the keys and moves the choice."""

    picked = Signal(str)

    def __init__(self, colors: Colors, parent: QWidget) -> None:
        super().__init__(parent)
        self.colors = colors
        self.items: list[Completion] = []
        self.current = 0
        self._first = 0
        self._prefix = ""
        self._at, self._line_height = QPoint(), 0
        self._is_above = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Completions")
        self.hide()

    def open(self, items: list[Completion], at: QPoint, line_height: int, prefix: str = "") -> None:
        """Show items below `at` (in the parent's coordinates), or above where there is no room. The letters of the
        prefix are marked in them."""
        self.items, self.current, self._first, self._prefix = items, 0, 0, prefix
        self._at, self._line_height = at, line_height
        tallest = self._rows_height() + 96
        room = self.parentWidget().height() - at.y() - line_height
        self._is_above = room < tallest and at.y() > room
        self._place()
        self.show()
        self.raise_()
        self._tell()

    def move_by(self, step: int) -> None:
        """Choose another row; the ends meet."""
        self.current = (self.current + step) % len(self.items)
        self._first = min(max(self._first, self.current - SHOWN + 1), self.current)
        self._place()
        self._tell()

    def _tell(self) -> None:
        """The chosen word is another one."""
        self.setAccessibleDescription(f"{self.word()}: {self.said()}")
        self.update()

    def word(self) -> str:
        """The chosen word."""
        return self.items[self.current].word if self.items else ""

    def said(self) -> str:
        """What is said below the list of the chosen word."""
        item = self.items[self.current] if self.items else None
        return "\n".join(part for part in (self._signature(item), item.doc if item else "") if part) or _HINT

    def _rows_height(self) -> int:
        return MARGIN + min(len(self.items), SHOWN) * ROW

    def _place(self) -> None:
        """As high as the rows and what is said of the chosen one."""
        area = self.parentWidget().rect()
        width = min(WIDTH, area.width() - 8)
        above, below = self._at.y() - 6, area.height() - self._at.y() - self._line_height - 6
        height = min(self._rows_height() + self._foot_height(width), max(above if self._is_above else below, 60))
        x = max(4, min(self._at.x(), area.width() - width - 4))
        y = self._at.y() - height - 2 if self._is_above else self._at.y() + self._line_height + 2
        self.setGeometry(x, max(0, y), width, height)

    @staticmethod
    def _signature(item: Completion | None) -> str:
        return item.signature if item is not None and item.signature != item.word else ""

    def _foot(self, width: int) -> tuple[str, QRect, str, QRect]:
        """Signature and description of the chosen one, and where they stand below the rows."""
        item = self.items[self.current] if self.items else None
        signature, doc = self._signature(item), item.doc if item is not None else ""
        inside = QRect(12, 0, width - 24, 1000)
        top = QFontMetrics(mono(11)).boundingRect(inside, _WRAP, signature) if signature else QRect(12, 0, 0, 0)
        below = QFontMetrics(words(11)).boundingRect(inside, _WRAP, doc or _HINT)
        top.setWidth(inside.width())
        below.setWidth(inside.width())
        below.moveTop(top.height() + 4 if signature else 0)
        return signature, top, doc, below

    def _foot_height(self, width: int) -> int:
        _, _, _, below = self._foot(width)
        return 8 + below.bottom() + 10

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            ground(painter, self.rect(), c.raised, c.control, 8)
            for row, item in enumerate(self.items[self._first : self._first + SHOWN]):
                rect = QRectF(4, MARGIN + row * ROW, self.width() - 8, ROW)
                self._row(painter, item, rect, self._first + row == self.current)
            if len(self.items) > SHOWN:
                self._bar(painter)
            self._paint_foot(painter)
        finally:
            painter.end()

    def _row(self, painter: QPainter, item: Completion, rect: QRectF, is_current: bool) -> None:
        c = self.colors
        if is_current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.selected))
            painter.drawRoundedRect(rect, 4, 4)
        self._icon(painter, item.kind, rect.left() + 6, rect.top() + 4)
        left, room = rect.left() + 30, rect.width() - 46
        metrics = QFontMetricsF(mono(12, 500))
        word = metrics.elidedText(item.word, Qt.TextElideMode.ElideRight, room)
        at = word.lower().find(self._prefix.lower()) if self._prefix else -1
        painter.setFont(mono(12, 500))
        for text, ink in _parts(word, at, len(self._prefix), c):
            painter.setPen(QColor(ink))
            width = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(left, rect.top(), width + 4, rect.height()), _LEFT, text)
            left += width
        hint = QFontMetricsF(words(10)).horizontalAdvance("Tab") + 12 if is_current else 0
        detail = self._signature(item).removeprefix(item.word)
        room = rect.right() - left - 12 - hint
        if detail and room > 24:
            painter.setPen(QColor(c.muted))
            painter.setFont(mono(11))
            text = QFontMetricsF(mono(11)).elidedText(detail, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, rect.top(), room + 2, rect.height()), _LEFT, text)
        if is_current:
            painter.setPen(QColor(c.muted))
            painter.setFont(words(10))
            painter.drawText(rect.adjusted(0, 0, -12, 0), _RIGHT, "Tab")

    def _icon(self, painter: QPainter, kind: str, x: float, y: float) -> None:
        """The family of an op; a letter for everything else."""
        c = self.colors
        family = kind.removeprefix("op:")
        if kind.startswith("op:") and family in FAMILIES:
            tint = load_theme(c.name).family_icon[FAMILIES.index(family)]
            image = pixmap(family, f"#{tint & 0xFFFFFF:06X}", 16, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x, y), image)
            return
        ink = {"function": c.function, "keyword": c.keyword, "constant": c.number}.get(kind, c.ink2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.band))
        painter.drawRoundedRect(QRectF(x, y, 16, 16), 4, 4)
        painter.setPen(QColor(ink))
        painter.setFont(mono(10, 600))
        painter.drawText(QRectF(x, y - 0.5, 16, 16), Qt.AlignmentFlag.AlignCenter, _LETTERS.get(kind, "x"))

    def _bar(self, painter: QPainter) -> None:
        """How far down the list the rows are."""
        height = SHOWN * ROW
        share = SHOWN / len(self.items)
        top = MARGIN + height * self._first / len(self.items)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colors.control))
        painter.drawRoundedRect(QRectF(self.width() - 6, top + 2, 3, max(height * share - 4, 12)), 1.5, 1.5)

    def _paint_foot(self, painter: QPainter) -> None:
        c = self.colors
        top = self._rows_height() + 3
        painter.setPen(QPen(QColor(c.hairline), 1))
        painter.drawLine(QPointF(1, top + 0.5), QPointF(self.width() - 1, top + 0.5))
        signature, first, doc, second = self._foot(self.width())
        painter.setClipRect(QRectF(0, top, self.width(), self.height() - top - 2))
        if signature:
            painter.setPen(QColor(c.ink))
            painter.setFont(mono(11))
            painter.drawText(first.translated(0, top + 6), _WRAP, signature)
        painter.setPen(QColor(c.ink2 if doc else c.muted))
        painter.setFont(words(11))
        painter.drawText(second.translated(0, top + 6), _WRAP, doc or _HINT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._first + int((event.position().y() - MARGIN) // ROW)
        if 0 <= row < len(self.items) and event.position().y() < self._rows_height():
            self.current = row
            self.picked.emit(self.word())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.move_by(-1 if event.angleDelta().y() > 0 else 1)
        event.accept()


def _parts(word: str, at: int, length: int, c: Colors) -> list[tuple[str, str]]:
    """A word in pieces with their colours: the letters that were typed stand out."""
    if at < 0 or not length:
        return [(word, c.ink)]
    parts = [(word[:at], c.ink), (word[at : at + length], c.accent), (word[at + length :], c.ink)]
    return [part for part in parts if part[0]]
