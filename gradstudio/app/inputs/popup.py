"""A small window over the main one, below what it belongs to; a click elsewhere and Escape close it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from gradstudio.app.theme import Colors, colors
from gradstudio.picture.tokens import Theme


class Popup(QFrame):
    """The frame; what is in it gives it its size."""

    def __init__(self, parent: QWidget, theme: Theme, name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(name)
        self.theme = theme

    @property
    def colors(self) -> Colors:
        """The shell's colours."""
        return colors(self.theme.name)

    def open_at(self, anchor: QWidget) -> None:
        """Show it below a widget, or above where there is no room, and inside the screen."""
        self.adjustSize()
        below = anchor.mapToGlobal(QPoint(8, anchor.height()))
        screen = QGuiApplication.screenAt(below) or anchor.screen()
        area = screen.availableGeometry()
        x = min(max(below.x(), area.left()), area.right() - self.width())
        y = below.y()
        if y + self.height() > area.bottom():
            y = max(anchor.mapToGlobal(QPoint(0, 0)).y() - self.height(), area.top())
        self.move(x, y)
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        p.setPen(QPen(QColor(self.colors.control), 1))
        p.setBrush(QColor(self.colors.raised))
        p.drawRect(self.rect().adjusted(0, 0, -1, -1))
        p.end()
