"""The hover card: what is known of a node or an edge, beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.canvas.said import Said
from gradstudio.app.fonts import mono, words
from gradstudio.app.plain import label
from gradstudio.app.theme import colors
from gradstudio.picture.tokens import Theme

_ROWS = 9
_COLUMNS, _TABLE_ROWS = 6, 3
_GAP = 10  # pixels from the node
_MARGIN = 4  # pixels from the border of the canvas


class HoverCard(QWidget):
    """A small panel over the canvas; it never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme: Theme | None = None
        self._title, self._note = label(""), label("")
        self._title.setFont(words(12, 600))
        self._note.setFont(words(11))
        self._note.setWordWrap(True)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._grid = grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        for row in range(_ROWS):
            name, text = label(""), label("")
            name.setFont(words(11))
            text.setFont(mono(11))
            grid.addWidget(name, row, 0)
            grid.addWidget(text, row, 1)
            self._rows.append((name, text))
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(12)
        self._table.setVerticalSpacing(1)
        self._cells = [[label("") for _ in range(_COLUMNS)] for _ in range(_TABLE_ROWS)]
        for down, cells in enumerate(self._cells):
            for across, cell in enumerate(cells):
                cell.setFont(mono(11) if down and across else words(11))
                side = Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft
                self._table.addWidget(cell, down, across, side)
        self._table.setColumnStretch(_COLUMNS, 1)
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(12, 9, 12, 10)
        box.setSpacing(3)
        box.addWidget(self._title)
        box.addLayout(grid)
        box.addLayout(self._table)
        box.addWidget(self._note)
        self.hide()

    def show_said(self, said: Said, theme: Theme, rect: QRectF, is_below: bool = False) -> None:
        """Appear beside a rectangle of the parent; below it, where that is text that goes on to the right."""
        if theme is not self._theme:
            self._set_theme(theme)
        self._title.setText(said.title)
        for k, (name, text) in enumerate(self._rows):
            is_used = k < len(said.rows)
            name.setText(said.rows[k][0] if is_used else "")
            text.setText(said.rows[k][1] if is_used else "")
            name.setVisible(is_used)
            text.setVisible(is_used)
        for down, cells in enumerate(self._cells):
            row = said.table[down] if down < len(said.table) else ()
            for across, cell in enumerate(cells):
                cell.setText(row[across] if row else "")
                cell.setVisible(bool(row))
        self._note.setText(said.note)
        self._note.setVisible(bool(said.note))
        self._box.invalidate()  # a grid inside does not always hear that a label of a hidden card has another text
        self._grid.invalidate()
        self._table.invalidate()
        self.adjustSize()
        self._place(rect, is_below)
        self.raise_()
        self.show()

    def said(self) -> list[str]:
        """Everything on the card, line by line."""
        rows = [f"{name.text()} {text.text()}".strip() for name, text in self._rows]
        table = ["  ".join(cell.text() for cell in cells).strip() for cells in self._cells]
        return [line for line in (self._title.text(), *rows, *table, self._note.text()) if line]

    def _set_theme(self, theme: Theme) -> None:
        self._theme = theme
        c = colors(theme.name)
        for part, ink in ((self._title, c.ink), (self._note, c.ink2)):
            part.setStyleSheet(f"color: {ink};")
        for name, text in self._rows:
            name.setStyleSheet(f"color: {c.muted};")
            text.setStyleSheet(f"color: {c.ink};")
        for down, cells in enumerate(self._cells):
            for across, cell in enumerate(cells):
                cell.setStyleSheet(f"color: {c.ink if down and across else c.muted};")

    def _place(self, rect: QRectF, is_below: bool) -> None:
        """Right of the node, else left of it, else below or above it."""
        wide, high = self.width(), self.height()
        right, bottom = self._canvas.width() - wide - _MARGIN, self._canvas.height() - high - _MARGIN
        x, y = rect.right() + _GAP, rect.top()
        if x > right:
            x = rect.left() - wide - _GAP
        if x < _MARGIN or is_below:
            x = min(max(rect.left(), _MARGIN), max(right, _MARGIN))
            gap = _MARGIN if is_below else _GAP
            y = rect.bottom() + gap if rect.bottom() + gap <= bottom else rect.top() - high - gap
        self.move(round(x), round(min(max(y, _MARGIN), max(bottom, _MARGIN))))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(QPen(color(self._theme.control), 1.0))
            p.setBrush(color(self._theme.surface["raised"]))
            p.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        finally:
            p.end()
