"""Rows of name and number, ruled like a table, and titles above them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.picture.tokens import Theme

_ROW = 26


class Rows(QWidget):
    """Names on the left, numbers on the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

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
                area = QRectF(0, i * _ROW, self.width(), _ROW)
                p.setPen(QPen(color(self._theme.hairline), 1.0))
                p.drawLine(area.bottomLeft(), area.bottomRight())
                p.setPen(color(self._theme.ink["ink"]))
                p.setFont(words(12))
                p.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
                p.setFont(mono(11.5))
                p.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        finally:
            p.end()
