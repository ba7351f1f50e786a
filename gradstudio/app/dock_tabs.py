"""The tabs of a dock, in the place of its title: 27 px high, the open one under an accent line, a count in a ring."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QWidget

from gradstudio.app.controls import IconButton, focus_ring
from gradstudio.app.fonts import words
from gradstudio.app.theme import Colors

HEIGHT = 27
_CENTER = Qt.AlignmentFlag.AlignCenter
_BADGE = 16


class DockTabs(QWidget):
    """A row of tabs; room for a count is kept, so that nothing moves when it appears."""

    chosen = Signal(int)

    def __init__(self, colors: Colors, name: str, titles: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.titles = titles
        self.current = 0
        self._hovered = -1
        self._counts: dict[int, tuple[int, str]] = {}
        self._counted: set[int] = set()
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        """A dock places its content below the height its title bar hints at."""
        return QSize(100, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, HEIGHT)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    def keep_room(self, index: int) -> None:
        """This tab may show a count."""
        self._counted.add(index)
        self.update()

    def set_count(self, index: int, count: int, severity: str) -> None:
        """How many entries a tab has; 0 shows nothing."""
        self._counts[index] = (count, severity)
        self.update()

    def set_current(self, index: int) -> None:
        """Show another tab as open, and tell."""
        if index != self.current:
            self.current = index
            self.update()
            self.chosen.emit(index)

    def _rects(self) -> list[QRectF]:
        metrics = QFontMetricsF(words(12, 600))
        rects, x = [], 4.0
        for index, title in enumerate(self.titles):
            badge = _BADGE + 6 if index in self._counted else 0
            width = metrics.horizontalAdvance(title) + 20 + badge
            rects.append(QRectF(x, 0, width, HEIGHT))
            x += width
        return rects

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(c.sunken))
            painter.fillRect(0, HEIGHT - 1, self.width(), 1, QColor(c.hairline))
            for index, rect in enumerate(self._rects()):
                is_current = index == self.current
                if is_current:
                    painter.fillRect(rect, QColor(c.panel))
                    painter.fillRect(QRectF(rect.left(), 0, rect.width(), 2), QColor(c.accent))
                    painter.fillRect(QRectF(rect.left(), 0, 1, HEIGHT), QColor(c.hairline))
                    painter.fillRect(QRectF(rect.right() - 1, 0, 1, HEIGHT), QColor(c.hairline))
                font = words(12, 600 if is_current else 500)
                painter.setFont(font)
                painter.setPen(QColor(c.ink if is_current or index == self._hovered else c.ink2))
                width = QFontMetricsF(font).horizontalAdvance(self.titles[index])
                painter.drawText(QRectF(rect.left() + 10, 1, width + 2, HEIGHT - 1), _CENTER, self.titles[index])
                count, severity = self._counts.get(index, (0, ""))
                if count:
                    self._badge(painter, rect.left() + 10 + width + 6, count, severity)
            if self.hasFocus():
                focus_ring(painter, self._rects()[self.current].adjusted(3, 4, -3, -3), c.ink)
        finally:
            painter.end()

    def _badge(self, painter: QPainter, x: float, count: int, severity: str) -> None:
        c = self.colors
        color = {"error": c.error, "warn": c.warn}.get(severity, c.info)
        text = str(count) if count < 100 else "99"
        rect = QRectF(x + 0.5, 5.5, 15 if len(text) == 1 else 20, 15)
        painter.setBrush(QColor(c.panel))
        painter.setPen(QPen(QColor(color), 1))
        painter.drawRoundedRect(rect, 7.5, 7.5)
        painter.setFont(words(10, 600))
        painter.drawText(rect, _CENTER, text)

    def _at(self, x: float) -> int:
        return next((k for k, rect in enumerate(self._rects()) if rect.left() <= x < rect.right()), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._at(event.position().x())
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().x())
        if index >= 0:
            self.set_current(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.set_current((self.current + step) % len(self.titles))
        else:
            super().keyPressEvent(event)


class ClosableTabs(DockTabs):
    """Tabs with a button that closes their dock."""

    def __init__(self, colors: Colors, name: str, titles: tuple[str, ...], dock: QDockWidget) -> None:
        super().__init__(colors, name, titles, dock)
        self._shut = IconButton(colors, "close", "Close", 20, 12, self)
        self._shut.clicked.connect(dock.close)

    def set_colors(self, colors: Colors) -> None:
        super().set_colors(colors)
        self._shut.set_colors(colors)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._shut.move(self.width() - 26, 3)
