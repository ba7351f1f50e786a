"""Rows of name and number, ruled like a table, and the headings above them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.picture.tokens import Theme

_ROW = 26
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Heading(QWidget):
    """A title, and a quiet note at the right."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title, self._note = title, ""
        self.setFixedHeight(18)
        self.setAccessibleName(title)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def set_note(self, note: str) -> None:
        """What the right side says."""
        self._note = note
        self.setAccessibleDescription(note)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            p.setFont(words(12, 600))
            p.setPen(color(self._theme.ink["ink"]))
            p.drawText(QRectF(self.rect()), _LEFT, self._title)
            used = QFontMetricsF(p.font()).horizontalAdvance(self._title)
            p.setFont(words(12))
            p.setPen(color(self._theme.ink["muted"]))
            room = self.width() - used - 12
            note = QFontMetricsF(p.font()).elidedText(self._note, Qt.TextElideMode.ElideRight, max(room, 0))
            p.drawText(QRectF(self.rect()), _RIGHT, note)
        finally:
            p.end()


class Rows(QWidget):
    """Names on the left, numbers on the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Statistics")

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def set_rows(self, rows: list[tuple[str, str]]) -> None:
        """Replace all rows."""
        self._rows = rows
        self.setFixedHeight(max(1, _ROW * len(rows)))
        self.setAccessibleDescription("; ".join(f"{a}: {b}" for a, b in rows))
        self.update()

    def rows(self) -> list[tuple[str, str]]:
        """What is shown."""
        return self._rows

    def sizeHint(self) -> QSize:
        return QSize(288, max(1, _ROW * len(self._rows)))

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            for i, (name, text) in enumerate(self._rows):
                area = QRectF(0, i * _ROW, self.width(), _ROW - 1)
                p.setPen(QPen(color(self._theme.hairline), 1.0))
                p.drawLine(0, i * _ROW + _ROW - 1, self.width(), i * _ROW + _ROW - 1)
                p.setPen(color(self._theme.ink["ink"]))
                p.setFont(words(12))
                p.drawText(area, _LEFT, name)
                p.setFont(mono(11.5, 500))
                p.drawText(area, _RIGHT, text)
        finally:
            p.end()
