"""Parts of the legend: a title that opens a menu, the lock of the range, and one painted scale."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.controls import PaintedButton
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.theme import Colors
from gradstudio.picture.legend import ScaleLegend
from gradstudio.picture.model import Font
from gradstudio.picture.tokens import Theme

_HIGH = 24
TITLE = Font("Inter", 11, 600)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Choice(PaintedButton):
    """The title of a scale, which opens a menu."""

    def __init__(self, colors: Colors, name: str, parent: QWidget) -> None:
        super().__init__(colors, QSize(40, _HIGH), name, parent)

    def show_text(self, text: str, most: float) -> None:
        """Change the words; no wider than `most` pixels."""
        metrics = QFontMetricsF(words(11, 600))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(most - 24.0, 0.0))
        self.setText(shown)
        self.setAccessibleDescription(text)
        self.setFixedSize(round(metrics.horizontalAdvance(shown)) + 24, _HIGH)
        self.update()

    def draw(self, painter: QPainter) -> None:
        c = self.colors
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.hover))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setFont(words(11, 600))
        painter.setPen(QColor(c.ink))
        painter.drawText(QRectF(4, 0, self.width() - 20, self.height()), _LEFT, self.text())
        arrow = pixmap("chevron-down", c.ink2, 10, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(self.width() - 15, 7), arrow)


class Lock(PaintedButton):
    """Whether the range is locked, in words where there is room."""

    def __init__(self, colors: Colors, parent: QWidget) -> None:
        super().__init__(colors, QSize(_HIGH, _HIGH), "Lock the range of the colours", parent)
        self.setCheckable(True)

    def show_text(self, text: str, room: float) -> None:
        """Say how the range is found, or show the lock alone."""
        self.setAccessibleDescription(text)
        wide = round(QFontMetricsF(words(11)).horizontalAdvance(text)) + 26
        self.setText(text if wide <= room else "")
        self.setFixedSize(wide if wide <= room else _HIGH, _HIGH)
        self.update()

    def draw(self, painter: QPainter) -> None:
        c = self.colors
        if self.underMouse() or self.isDown() or self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.selected if self.isChecked() else c.hover))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        ink = c.ink if self.isChecked() else c.muted
        painter.drawPixmap(QPointF(6, 6), pixmap("lock", ink, 12, self.devicePixelRatioF()))
        painter.setFont(words(11))
        painter.setPen(QColor(ink))
        painter.drawText(QRectF(22, 0, self.width() - 22, self.height()), _LEFT, self.text())


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a scale is in the strip: x of its title, of the left and of the right end of its colours."""

    scale: ScaleLegend
    title: float
    left: float
    right: float


def draw_title(p: QPainter, theme: Theme, bar: Bar) -> None:
    """A title that opens no menu."""
    p.setFont(words(11, 600))
    p.setPen(color(theme.ink["ink"]))
    p.drawText(QRectF(bar.title, 3, bar.left - bar.title, _HIGH), _LEFT, bar.scale.title)


def draw_scale(p: QPainter, theme: Theme, bar: Bar) -> None:
    """The colours and ticks of a scale."""
    left, wide, scale = bar.left, bar.right - bar.left, bar.scale
    shade = QLinearGradient(left, 0, left + wide, 0)
    for i, c in enumerate(scale.colors):
        shade.setColorAt(i / (len(scale.colors) - 1), color(c))
    p.setPen(QPen(color(theme.control), 1.0))
    p.setBrush(shade)
    p.drawRect(QRectF(left + 0.5, 6.5, wide, 8))
    p.setFont(mono(9))
    metrics = QFontMetricsF(p.font())
    places = [left + 0.5 + at * wide for at, _ in scale.ticks]
    p.setPen(QPen(color(theme.ink["faint"]), 1.0))
    for tick in places:
        p.drawLine(QPointF(tick, 15), QPointF(tick, 18))
    p.setPen(color(theme.ink["muted"]))
    written: list[tuple[float, float]] = []
    for k in _by_weight(len(places)):
        label = scale.ticks[k][1]
        half = metrics.horizontalAdvance(label) / 2
        begin, end = places[k] - half, places[k] + half
        if all(end + 7 < other[0] or other[1] + 7 < begin for other in written):
            p.drawText(QPointF(begin, 28), label)
            written.append((begin, end))


def _by_weight(count: int) -> list[int]:
    """Ticks in the order in which they are worth a label: the ends, the middle, then from outside to inside."""
    inner = [k for pair in zip(range(1, count // 2), range(count - 2, count // 2, -1), strict=False) for k in pair]
    order = [0, count - 1, count // 2, *inner]
    return [*dict.fromkeys(order + list(range(count)))]


def overhang(scale: ScaleLegend) -> float:
    """How far the outermost labels reach beyond the ends of a scale."""
    metrics = QFontMetricsF(mono(9))
    return max(metrics.horizontalAdvance(label) / 2 for at, label in (scale.ticks[0], scale.ticks[-1]))
