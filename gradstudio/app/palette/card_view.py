"""The card of an entry: formulas and curve on top, then signature, what it does, shapes, gradient, and a call that
runs. What there is no room for is left out, the least telling first."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gradstudio.app.fonts import mono, words
from gradstudio.app.palette.cards import cards
from gradstudio.app.palette.curve_plot import paint_curve
from gradstudio.app.palette.formula_lines import paint_formulas, place
from gradstudio.app.plain import tip
from gradstudio.app.theme import Colors
from gradstudio.studio.palette.card import Card
from gradstudio.studio.palette.catalogue import entry
from gradstudio.studio.palette.entry import Entry
from gradstudio.studio.palette.source import Source

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MARGIN, _PLOT, _LINE, _GAP = 14, QSize(120, 64), 17, 8


class CardView(QWidget):
    """Shows the card of one entry; until it is made, what the catalogue says of it."""

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self._entry: Entry | None = None
        self._card: Card | None = None
        self._source: Source | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Card of the operation")
        cards().ready.connect(self._on_ready)

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        self.colors = colors
        self.update()

    @property
    def card(self) -> Card | None:
        """What is shown; None while it is being made."""
        return self._card

    def set_source(self, source: Source | None) -> None:
        """The value that operations are to take; cards speak of it from the next entry on."""
        self._source = source

    def show_entry(self, id: str) -> None:
        """Show the card of an entry; "" or an unknown id shows nothing."""
        self._entry = entry(id)
        self._card = cards().get(id, self._source) if self._entry is not None else None
        self._tell()
        self.update()

    def _on_ready(self, id: str) -> None:
        if self._entry is not None and id == self._entry.id:
            self.show_entry(id)

    def _tell(self) -> None:
        """The same in words, for screen readers and where a line is cut."""
        if self._entry is None:
            self.setAccessibleDescription("")
            self.setToolTip("")
            return
        lines = [text for text, _, _ in self._said(self._entry)]
        formulas = [f.latex for f in self._card.formulas] if self._card is not None else []
        self.setAccessibleDescription("\n".join([*lines, *formulas]))
        self.setToolTip(tip("\n".join(lines)))

    def _said(self, shown: Entry) -> list[tuple[str, QFont, str]]:
        """The lines of text: (what, font, ink), in the order of how much they tell."""
        c, card = self.colors, self._card
        signature = card.signature if card is not None else (shown.writes or shown.title)
        lines = [(signature, mono(11, 500), c.ink), (shown.doc, words(11), c.ink2)]
        if card is not None and card.example is not None:
            lines.append((f"{card.example.code}  →  {card.example.result}", mono(10.5), c.muted))
        if card is not None and card.shapes:
            lines.append((f"shapes  {card.shapes}", words(11), c.muted))
        if card is not None and card.gradient:
            lines.append((card.gradient, words(11), c.muted))
        return lines

    def sizeHint(self) -> QSize:
        return QSize(300, 138)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._entry is None:
            return
        painter = QPainter(self)
        try:
            y = self._paint_top(painter)
            self._paint_text(painter, y, self._said(self._entry))
        finally:
            painter.end()

    def _paint_top(self, painter: QPainter) -> float:
        """Formulas and curve; gives where the text begins."""
        card, y = self._card, float(_GAP)
        if card is None or not (card.formulas or card.curve is not None):
            return y
        room = self.height() - 2 * _GAP - 2 * _LINE
        width = self.width() - 2 * _MARGIN
        high = 0.0
        if card.curve is not None and room >= 40:
            high = min(_PLOT.height(), room)
            plot = QRectF(self.width() - _MARGIN - _PLOT.width(), y, _PLOT.width(), high)
            paint_curve(painter, plot, card.curve, self.colors, self._source)
            width -= _PLOT.width() + 12
        if card.formulas:
            _, _, natural = place(card.formulas, width)
            high = max(high, min(natural, room))
            paint_formulas(painter, QRectF(_MARGIN, y, width, high), card.formulas, self.colors.ink)
        return y + high + 6

    def _paint_text(self, painter: QPainter, y: float, lines: list[tuple[str, QFont, str]]) -> None:
        rows = int((self.height() - y - 4) // _LINE)
        lines = lines[: max(rows, 0)]
        spare = rows - len(lines)
        width = self.width() - 2 * _MARGIN
        for text, font, ink in lines:
            metrics = QFontMetricsF(font)
            parts = _wrapped(text, metrics, width, 1 + max(spare, 0))
            spare -= len(parts) - 1
            painter.setFont(font)
            painter.setPen(QColor(ink))
            for part in parts:
                painter.drawText(QRectF(QPointF(_MARGIN, y), QPointF(_MARGIN + width, y + _LINE)), _LEFT, part)
                y += _LINE


def _wrapped(text: str, metrics: QFontMetricsF, width: float, most: int) -> list[str]:
    """A text in at most so many lines, the last of them cut."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if metrics.horizontalAdvance(longer) <= width or len(lines) == most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines]
