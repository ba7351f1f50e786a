"""The status line: how the last run ended, what it recorded, and on what it ran."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gradstudio.app.badge import Badge, Safety
from gradstudio.app.fonts import words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import tip
from gradstudio.app.theme import Colors
from gradstudio.picture.fonts import plain

HEIGHT = 24
LONGEST = 300
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class StatusLine(QWidget):
    """An icon and a first part in strong type, then parts between thin lines."""

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.icon = ""
        self.parts: list[str] = []
        self.severity = ""  # "" | "error" | "warn"
        self.hint = "F1 help"
        self.badge = Badge(colors, self)
        self.setFixedHeight(HEIGHT)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.badge.set_colors(colors)
        self.update()

    def show_safety(self, safety: Safety) -> None:
        """How the text that is open runs; always in view, whatever else there is to say."""
        self.badge.show_safety(safety)
        self._place()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        hint = QFontMetricsF(words(11)).horizontalAdvance(self.hint)
        self.badge.move(
            round(self.width() - 12 - hint - 14 - self.badge.width()), (HEIGHT - self.badge.height() + 1) // 2
        )

    def show_parts(self, icon: str, parts: list[str], severity: str = "") -> None:
        """Say something; parts[0] is the strong one."""
        self.icon, self.severity = icon, severity
        self.parts = [plain(part, LONGEST) for part in parts]
        self.setAccessibleName(", ".join(self.parts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(c.window))
            painter.fillRect(0, 0, self.width(), 1, QColor(c.hairline))
            strong = {"error": c.error, "warn": c.warn}.get(self.severity, c.ink)
            x = 12.0
            if self.icon:
                painter.drawPixmap(QPointF(x, 6), pixmap(self.icon, strong, 12, self.devicePixelRatioF()))
                x += 18
            small = words(11)
            edge = self.badge.x() - 12
            cut = False
            for index, text in enumerate(self.parts):
                font = words(11, 600) if index == 0 else small
                if index:
                    painter.fillRect(QRectF(x + 8, 7, 1, 10), QColor(c.control))
                    x += 17
                room = edge - x
                if room < 30:
                    cut = True
                    break
                shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
                cut = cut or shown != text
                painter.setFont(font)
                painter.setPen(QColor(strong if index == 0 else c.ink2))
                painter.drawText(QRectF(x, 1, room, HEIGHT - 1), _LEFT, shown)
                x += QFontMetricsF(font).horizontalAdvance(shown)
            painter.setFont(small)
            painter.setPen(QColor(c.muted))
            painter.drawText(QRectF(0, 1, self.width() - 12, HEIGHT - 1), _RIGHT, self.hint)
            self.setToolTip(tip("  |  ".join(self.parts) if cut else ""))
        finally:
            painter.end()
