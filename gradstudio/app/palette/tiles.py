"""Tiles of the panel of operations: a category in its colour, and an operation that is at hand."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gradstudio.app.controls import PaintedButton
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import tip
from gradstudio.app.theme import Colors
from gradstudio.picture.tokens import Theme
from gradstudio.studio.palette.catalogue import Category, category, in_category
from gradstudio.studio.palette.entry import Entry

TILE, CHIP = 26, 26
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_FAR = 10  # pixels of movement that make a press a drag


def _hex(color: int) -> str:
    return f"#{color & 0xFFFFFF:06X}"


class CategoryTile(PaintedButton):
    """A category: icon, title and how many operations it has, on the colour of its nodes' headers."""

    def __init__(self, shown: Category, colors: Colors, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(colors, QSize(100, TILE), shown.title, parent)
        self.category, self.theme = shown, theme
        self.count = len(in_category(shown.id))
        self.setMinimumWidth(60)
        self.setMaximumWidth(16777215)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(f"{self.count} operations")
        self.setToolTip("")

    def draw(self, painter: QPainter) -> None:
        c, family = self.colors, self.category.family
        rect = QRectF(self.rect())
        is_lit = self.underMouse() or self.isDown()
        painter.setPen(QPen(QColor(_hex(self.theme.family_icon[family])), 1) if is_lit else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_hex(self.theme.family_header[family])))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        icon = pixmap(self.category.icon, _hex(self.theme.family_icon[family]), 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(9, (self.height() - 14) / 2), icon)
        font = mono(11)
        count = QFontMetricsF(font).horizontalAdvance(str(self.count))
        painter.setFont(font)
        painter.setPen(QColor(c.ink2))
        painter.drawText(rect.adjusted(0, 0, -9, 0), _RIGHT, str(self.count))
        painter.setFont(words(12, 500))
        painter.setPen(QColor(c.ink))
        room = rect.width() - 30 - count - 17
        shown = QFontMetricsF(words(12, 500)).elidedText(self.category.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect.adjusted(30, 0, 0, 0), _LEFT, shown)


class OpChip(PaintedButton):
    """An operation at hand: a click takes it, dragging it carries it to the canvas. Signal dragged(id)."""

    dragged = Signal(str)

    def __init__(self, shown: Entry, colors: Colors, theme: Theme, parent: QWidget | None = None) -> None:
        self._font = mono(12, 500) if shown.kind == "op" else words(12)
        width = 30 + round(QFontMetricsF(self._font).horizontalAdvance(shown.title)) + 10
        super().__init__(colors, QSize(width, CHIP), shown.title, parent)
        self.entry, self.theme = shown, theme
        self._pressed: QPoint | None = None
        self.setToolTip(tip(shown.doc))

    def draw(self, painter: QPainter) -> None:
        c = self.colors
        painter.setPen(QPen(QColor(c.control), 1))
        painter.setBrush(QColor(c.hover if self.underMouse() or self.isDown() else c.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        tint = _hex(self.theme.family_icon[category(self.entry.category).family])
        painter.drawPixmap(QPointF(9, 6), pixmap(self.entry.icon, tint, 14, self.devicePixelRatioF()))
        painter.setFont(self._font)
        painter.setPen(QColor(c.ink))
        painter.drawText(QRectF(30, 0, self.width() - 30, self.height()), _LEFT, self.entry.title)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed
        if pressed is not None and (event.position().toPoint() - pressed).manhattanLength() >= _FAR:
            self._pressed = None
            self.setDown(False)
            self.dragged.emit(self.entry.id)
            return
        super().mouseMoveEvent(event)


class Chips(QWidget):
    """Chips side by side in a few lines; what does not fit is left out, since a list shows all."""

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.chips: list[QAbstractButton] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_chips(self, chips: list[QAbstractButton]) -> None:
        """Other chips; the old ones go."""
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = chips
        for chip in chips:
            chip.setParent(self)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        x, line = 0, 0
        for chip in self.chips:
            if x and x + chip.width() > self.width():
                x, line = 0, line + 1
            chip.setVisible(line < self._lines)
            chip.move(x, line * (CHIP + 6))
            x += chip.width() + 7
        used = min(line + 1, self._lines)
        self.setFixedHeight(used * CHIP + (used - 1) * 6 if self.chips else 0)
