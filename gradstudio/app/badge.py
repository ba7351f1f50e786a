"""The badge: how the text that is open runs, in one word or three, always at its place and painted by nothing else.

What programs print and what nodes are called is shown in the console and the canvas; no text of a file comes here.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gradstudio.app.controls import PaintedButton
from gradstudio.app.fonts import words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import tip
from gradstudio.app.theme import Colors

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_HEIGHT = 18


class Safety(Enum):
    """How a text runs: the word, its icon, and what it means."""

    STARTING = ("Starting", "clock", "The process that runs computations is starting; nothing has run in it yet.")
    SAFE = (
        "Safe",
        "lock",
        "Files are checked before they run, and run in a process that cannot open files, reach the network or start "
        "other programs.",
    )
    LIMITS_ONLY = (
        "Safe, limits only",
        "lock",
        "Files are checked before they run, and run in a process with limits of time and memory. This system does not "
        "keep that process away from your files, so the check is all that does.",
    )
    FULL = (
        "Full Python",
        "warn",
        "You allowed this file to run as full Python: it can read, change or delete any of your files. It runs only "
        "when you press Run.",
    )

    @property
    def word(self) -> str:
        """What the badge says."""
        return self.value[0]

    @property
    def meaning(self) -> str:
        """What that means, in a sentence or two."""
        return self.value[2]


class Badge(PaintedButton):
    """Pressed, it opens the page that says more."""

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(colors, QSize(10, _HEIGHT), "", parent)
        self.safety = Safety.STARTING
        self.show_safety(Safety.STARTING)

    def show_safety(self, safety: Safety) -> None:
        """Say how the text runs."""
        self.safety = safety
        self.setFixedWidth(round(26 + QFontMetricsF(self._font()).horizontalAdvance(safety.word)) + 8)
        self.setAccessibleName(f"Safety: {safety.word}")
        self.setAccessibleDescription(safety.meaning)
        self.setToolTip(tip(f"{safety.word}. {safety.meaning}"))
        self.update()

    def _font(self) -> QFont:
        return words(11, 600 if self.safety is Safety.FULL else 500)

    def draw(self, painter: QPainter) -> None:
        c, is_full = self.colors, self.safety is Safety.FULL
        ink = c.warn if is_full else c.muted if self.safety is Safety.STARTING else c.ink2
        painter.setPen(QPen(QColor(c.warn if is_full else c.control), 1))
        fill = c.warn_soft if is_full else c.hover if self.underMouse() else c.window
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.drawPixmap(QPointF(8, 3), pixmap(self.safety.value[1], ink, 12, self.devicePixelRatioF()))
        painter.setPen(QColor(ink))
        painter.setFont(self._font())
        painter.drawText(QRectF(25, 0, self.width() - 25, _HEIGHT), _LEFT, self.safety.word)
