"""Bubble: a few words beside the pointer or a port: whether a wire fits, why not, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.theme import Colors, colors

FITS, MISFIT, REFUSED, PLAIN = "fits", "misfit", "refused", "plain"
"""What a bubble says: that a wire fits or does not, that something was refused, or anything else."""
_WIDEST = 380.0
_PAD, _LINE, _ROW = 8.0, 16.0, 22.0
_ICONS = {FITS: "tick", MISFIT: "close", REFUSED: "info"}
_FLAGS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter
_GAP, _MARGIN = 8.0, 4.0


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done: its key ("T"), and what it comes to, in words and as text of the program."""

    key: str
    words: str
    code: str = ""


class Bubble(QWidget):
    """Signal chosen(number): a choice was clicked. It takes the mouse only while it is offered choices."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget, theme: str) -> None:
        super().__init__(parent)
        self._canvas = parent
        self._colors: Colors = colors(theme)
        self._kind, self._text, self._notes = PLAIN, "", ""
        self.choices: tuple[Choice, ...] = ()
        self._hovered = -1
        self.setMouseTracking(True)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    @property
    def kind(self) -> str:
        """FITS, MISFIT, REFUSED or PLAIN."""
        return self._kind

    def set_theme(self, theme: str) -> None:
        """Other colours."""
        self._colors = colors(theme)
        self.update()

    def say(
        self, kind: str, text: str, beside: QRectF, choices: tuple[Choice, ...] = (), is_clickable: bool = False
    ) -> None:
        """Appear above a rectangle of the canvas, or below it where there is no room."""
        self._kind, self._text, self.choices, self._hovered = kind, text, choices, -1
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not (choices and is_clickable))
        self.setAccessibleName(text)
        inner = self._inner()
        self.resize(round(inner.width() + 2 * _PAD), round(inner.height() + 2 * _PAD - 2))
        self._place(beside)
        self.raise_()
        self.show()
        self.update()

    def number_of(self, key: str) -> int:
        """The choice that a key makes, -1 for none."""
        return next((k for k, choice in enumerate(self.choices) if choice.key == key.upper()), -1)

    def row(self, number: int) -> QRectF:
        """Where a choice is."""
        return QRectF(1, self.height() - _PAD + 3 - _ROW * (len(self.choices) - number), self.width() - 2, _ROW)

    def _font_weight(self) -> int:
        return 600 if self._kind == FITS else 500

    def _indent(self) -> float:
        return 20.0 if self._kind in _ICONS else 0.0

    def _inner(self) -> QRectF:
        """The room that its words need."""
        box = QFontMetricsF(words(12, self._font_weight())).boundingRect(
            QRectF(0, 0, _WIDEST - self._indent(), 400), _FLAGS, self._text
        )
        wide, high = box.width() + 2 + self._indent(), max(box.height(), _LINE)
        for choice in self.choices:
            code = QFontMetricsF(mono(11)).horizontalAdvance(choice.code) + 14 if choice.code else 0.0
            wide = max(wide, 28 + QFontMetricsF(words(12)).horizontalAdvance(choice.words) + code)
        return QRectF(0, 0, min(wide, _WIDEST + 60), high + (4 + _ROW * len(self.choices) if self.choices else 0))

    def _place(self, beside: QRectF) -> None:
        wide, high = self.width(), self.height()
        y = beside.top() - high - _GAP
        if y < _MARGIN:
            y = beside.bottom() + _GAP
        right, bottom = self._canvas.width() - wide - _MARGIN, self._canvas.height() - high - _MARGIN
        x = min(max(beside.center().x() - wide / 2, _MARGIN), max(right, _MARGIN))
        self.move(round(x), round(min(max(y, _MARGIN), max(bottom, _MARGIN))))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._colors
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(QPen(QColor(c.accent if self._kind == FITS else c.control), 1.0))
            p.setBrush(QColor(c.raised))
            p.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            icon = _ICONS.get(self._kind)
            ink = {FITS: c.accent, REFUSED: c.warn}.get(self._kind, c.muted)
            if icon:
                p.drawPixmap(QPointF(_PAD, _PAD + 1), pixmap(icon, ink, 12, self.devicePixelRatioF()))
            p.setFont(words(12, self._font_weight()))
            p.setPen(QColor(c.ink))
            left = _PAD + self._indent()
            p.drawText(QRectF(left, _PAD - 1, self.width() - left - _PAD + 2, 400), _FLAGS, self._text)
            for number, choice in enumerate(self.choices):
                self._draw_choice(p, self.row(number), choice, number == self._hovered)
        finally:
            p.end()

    def _draw_choice(self, p: QPainter, row: QRectF, choice: Choice, is_hovered: bool) -> None:
        c = self._colors
        if is_hovered:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(c.hover))
            p.drawRoundedRect(row.adjusted(3, 1, -3, -1), 3, 3)
        cap = QRectF(row.left() + _PAD - 1, row.top() + 3, 18, 16)
        draw_key(p, cap, choice.key, c)
        p.setFont(words(12))
        p.setPen(QColor(c.ink))
        p.drawText(row.adjusted(_PAD + 25, 0, 0, 0), _LEFT, choice.words)
        if choice.code:
            p.setFont(mono(11))
            p.setPen(QColor(c.ink2))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            p.drawText(row.adjusted(0, 0, -_PAD, 0), right, choice.code)

    def _at(self, event: QMouseEvent) -> int:
        rows = range(len(self.choices))
        return next((k for k in rows if self.row(k).contains(event.position())), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self._at(event)
        self.setCursor(Qt.CursorShape.PointingHandCursor if hovered >= 0 else Qt.CursorShape.ArrowCursor)
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event)
        if number >= 0:
            self.chosen.emit(number)


def draw_key(p: QPainter, cap: QRectF, key: str, c: Colors) -> None:
    """The cap of a key."""
    p.setPen(QPen(QColor(c.control), 1.0))
    p.setBrush(QColor(c.panel))
    p.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    p.setFont(words(11, 500))
    p.setPen(QColor(c.ink))
    p.drawText(cap, _CENTER, key)
