"""The legend strip under the canvas: what each gradient colour means, always in view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.picture.color import Scale, scale_of
from gradstudio.picture.legend import ScaleLegend, legend
from gradstudio.picture.tokens import Theme
from gradstudio.studio.outcome import View
from gradstudio.studio.session import Session

_HEIGHT = 32
_ROOM = 520  # below this width the second scale is left out


class Legend(QWidget):
    """Shows the two scales in the range of the sweep that is shown."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale = Scale()
        session.runs.drawn.connect(self._on_drawn)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend of gradient colours")

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    @property
    def scale(self) -> Scale:
        """The range of the signed scale."""
        return self._scale

    def _on_drawn(self, view: View | None) -> None:
        self._scale = scale_of(view.trace, view.sweep) if view is not None else Scale()
        signed, _ = legend(self._theme, self._scale)
        self.setAccessibleDescription("signed scale from " + " to ".join((signed.ticks[0][1], signed.ticks[-1][1])))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.fillRect(self.rect(), color(self._theme.surface["panel"]))
            p.fillRect(QRectF(0, 0, self.width(), 1), color(self._theme.hairline))
            signed, sizes = legend(self._theme, self._scale)
            both = self.width() >= _ROOM
            bar = min(208.0, max(120.0, self.width() * (0.30 if both else 0.55)))
            end = self._draw(p, signed, 12.0, bar)
            if both:
                end = self._draw(p, sizes, end + 30.0, bar * 0.66)
            p.setFont(words(11))
            p.setPen(color(self._theme.ink["muted"]))
            note = "range: this sweep"
            if end + 24 + QFontMetricsF(p.font()).horizontalAdvance(note) < self.width() - 12:
                area = QRectF(0, 0, self.width() - 12, _HEIGHT)
                p.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
        finally:
            p.end()

    def _draw(self, p: QPainter, scale: ScaleLegend, x: float, wide: float) -> float:
        """One scale; gives its right end."""
        p.setFont(words(11, 600))
        p.setPen(color(self._theme.ink["ink"]))
        title = QFontMetricsF(p.font()).horizontalAdvance(scale.title)
        p.drawText(QPointF(x, 16), scale.title)
        left = x + title + 16
        shade = QLinearGradient(left, 0, left + wide, 0)
        for i, c in enumerate(scale.colors):
            shade.setColorAt(i / (len(scale.colors) - 1), color(c))
        p.setPen(QPen(color(self._theme.control), 1.0))
        p.setBrush(shade)
        p.drawRect(QRectF(left + 0.5, 6.5, wide, 8))
        p.setFont(mono(9))
        metrics = QFontMetricsF(p.font())
        reach = -1e9
        for at, label in scale.ticks:
            tick = left + 0.5 + at * wide
            p.setPen(QPen(color(self._theme.ink["faint"]), 1.0))
            p.drawLine(QPointF(tick, 15), QPointF(tick, 18))
            half = metrics.horizontalAdvance(label) / 2
            if tick - half > reach + 4:
                p.setPen(color(self._theme.ink["muted"]))
                p.drawText(QPointF(tick - half, 28), label)
                reach = tick + half
        return left + wide + 8
