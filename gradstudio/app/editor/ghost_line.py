"""GhostLine: the line that the canvas is about to write, in its place over the code, while a person still chooses."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gradstudio.app.editor.gutter import LEFT
from gradstudio.app.fonts import words
from gradstudio.app.theme import Colors

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter
_GAP = 14.0


class GhostLine(QWidget):
    """One line over the text, with the key that writes it; it takes no mouse."""

    def __init__(self, editor: QPlainTextEdit, colors: Colors) -> None:
        super().__init__(editor)
        self._editor = editor
        self._colors = colors
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_colors(self, colors: Colors) -> None:
        """Other colours."""
        self._colors = colors
        self.update()

    def show_line(self, number: int, text: str) -> None:
        """Stand where line `number` will be; nowhere, if that is not in view."""
        editor, document = self._editor, self._editor.document()
        block = document.findBlockByNumber(min(number, document.blockCount()) - 1)
        place = editor.blockBoundingGeometry(block).translated(editor.contentOffset())
        top = place.top() + (place.height() if number > document.blockCount() else 0.0)
        view = editor.viewport()
        if not text.strip() or top < 0 or top + place.height() > view.height():
            self.hide()
            return
        self.text = text
        self.setAccessibleName(f"Enter writes {text.strip()}")
        self.setGeometry(0, round(view.y() + top), editor.width(), round(place.height()))
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c, font = self._colors, self._editor.font()
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.fillRect(self.rect(), QColor(c.accent_soft))
            p.fillRect(0, 0, 3, self.height(), QColor(c.accent))
            p.setPen(QColor(c.accent))
            p.setFont(words(12, 600))
            p.drawText(QRectF(8, 0, LEFT - 20, self.height()), Qt.AlignmentFlag.AlignRight | _CENTER, "+")
            font.setItalic(True)
            p.setFont(font)
            p.setPen(QColor(c.ink2))
            left = self._editor.viewport().x() + self._editor.contentOffset().x()
            text = self.text.replace("\t", "    ")
            wide = QFontMetricsF(font).horizontalAdvance(text)
            p.drawText(QRectF(left, 0, self.width() - left, self.height()), _LEFT, text)
            self._draw_key(p, left + wide + _GAP)
        finally:
            p.end()

    def _draw_key(self, p: QPainter, x: float) -> None:
        c, small = self._colors, words(10.5, 500)
        cap = QRectF(x, 2.5, QFontMetricsF(small).horizontalAdvance("Enter") + 12, self.height() - 5)
        said = QFontMetricsF(words(11)).horizontalAdvance("writes this line")
        if cap.right() + said + 16 > self.width():
            return
        p.setPen(QPen(QColor(c.accent), 1.0))
        p.setBrush(QColor(c.panel))
        p.drawRoundedRect(cap, 3, 3)
        p.setFont(small)
        p.drawText(cap, _CENTER, "Enter")
        p.setFont(words(11))
        p.setPen(QColor(c.ink))
        p.drawText(QRectF(cap.right() + 8, 0, said + 4, self.height()), _LEFT, "writes this line")
