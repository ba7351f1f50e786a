"""Strip: the line at the bottom of the canvas that says what the keys do now, and what would come of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas.building.bubble import draw_key
from gradstudio.app.fonts import words
from gradstudio.app.icons import pixmap
from gradstudio.app.theme import colors

HEIGHT = 36
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_INSET = 14.0

Hint = tuple[str, str]
"""A key and what it does: ("Enter", "add and wire")."""


class Strip(QWidget):
    """Keys and words side by side; above them a sentence, where there is something to be decided.

    Signal chosen(key): a key was clicked.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, theme: str) -> None:
        super().__init__(parent)
        self._canvas = parent
        self._colors = colors(theme)
        self.hints: tuple[Hint, ...] = ()
        self.lead = ""
        self.hide()

    def set_theme(self, theme: str) -> None:
        """Other colours."""
        self._colors = colors(theme)
        self.update()

    def show_hints(self, hints: tuple[Hint, ...], lead: str = "") -> None:
        """Say these; without any it goes."""
        if (hints, lead) == (self.hints, self.lead) and self.isVisible() == bool(hints):
            return
        self.hints, self.lead = hints, lead
        self.setAccessibleName(", ".join([*([lead] if lead else []), *(f"{key} {does}" for key, does in hints)]))
        self.setVisible(bool(hints))
        self.settle()
        self.raise_()
        self.update()

    def settle(self) -> None:
        """Lie at the bottom of the canvas."""
        high = HEIGHT + (round(self._lead_rect().height()) + 8 if self.lead else 0)
        self.setGeometry(0, self._canvas.height() - high, self._canvas.width(), high)

    def _lead_rect(self) -> QRectF:
        room = QRectF(_INSET + 22, 10, self._canvas.width() - 2 * _INSET - 22, 200)
        return QFontMetricsF(words(12, 500)).boundingRect(room, _WRAPPED, self.lead)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._colors
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.fillRect(self.rect(), QColor(c.panel))
            p.fillRect(0, 0, self.width(), 1, QColor(c.hairline))
            if self.lead:
                p.drawPixmap(round(_INSET), 12, pixmap("info", c.accent, 14, self.devicePixelRatioF()))
                p.setFont(words(12, 500))
                p.setPen(QColor(c.ink))
                p.drawText(self._lead_rect().adjusted(0, 0, 4, 4), _WRAPPED, self.lead)
            self._draw_hints(p)
        finally:
            p.end()

    def places(self) -> list[tuple[Hint, QRectF, float]]:
        """Each hint that has room, where it is, and how wide its key is."""
        x, top, found = _INSET - 1, self.height() - HEIGHT + 9.0, []
        cap_font, word_font = QFontMetricsF(words(11, 500)), QFontMetricsF(words(12))
        for hint in self.hints:
            cap = max(cap_font.horizontalAdvance(hint[0]) + 12, 20.0)
            wide = cap + 8 + word_font.horizontalAdvance(hint[1]) + 2
            if x + wide > self.width() - 8:
                break
            found.append((hint, QRectF(x, top, wide, 18), cap))
            x += wide + 18
        return found

    def _draw_hints(self, p: QPainter) -> None:
        for (key, does), rect, cap in self.places():
            draw_key(p, QRectF(rect.left(), rect.top(), cap, 18), key, self._colors)
            p.setFont(words(12))
            p.setPen(QColor(self._colors.ink2))
            p.drawText(rect.adjusted(cap + 8, -1, 4, 1), _LEFT, does)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = next((hint for hint, rect, _ in self.places() if rect.contains(event.position())), None)
        if found is not None:
            self.chosen.emit(found[0])
