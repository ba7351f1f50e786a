"""A small window inside the main one, below what it belongs to. A click elsewhere and Escape close it; going to
another program, to copy something there, does not."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QMainWindow, QWidget

from gradstudio.app.theme import Colors, colors
from gradstudio.picture.tokens import Theme

_EDGE = 4  # pixels that stay free at the window's border


class Popup(QFrame):
    """The frame; what is in it gives it its size."""

    def __init__(self, owner: QWidget, theme: Theme, name: str) -> None:
        super().__init__(_main_window(owner))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(name)
        self.theme = theme
        self._before: QWidget | None = None
        self.hide()

    @property
    def colors(self) -> Colors:
        """The shell's colours."""
        return colors(self.theme.name)

    def open_at(self, anchor: QWidget) -> None:
        """Show it below a widget, or above where there is no room, and inside the window."""
        self._before = QApplication.focusWidget()
        self.adjustSize()
        outer = self.parentWidget()
        below = outer.mapFromGlobal(anchor.mapToGlobal(QPoint(8, anchor.height())))
        above = outer.mapFromGlobal(anchor.mapToGlobal(QPoint(8, 0))).y() - self.height()
        y = below.y() if below.y() + self.height() <= outer.height() - _EDGE or above < _EDGE else above
        self.move(below.x(), y)
        self._keep_inside()
        self.show()
        self.raise_()
        self.setFocus()
        QApplication.instance().focusChanged.connect(self._on_focus_changed)

    def fit(self) -> None:
        """Take the size of what is in it now, and stay inside the window."""
        self.adjustSize()
        if self.isVisible():
            self._keep_inside()

    def _keep_inside(self) -> None:
        outer = self.parentWidget()
        x, y = (
            min(self.x(), outer.width() - self.width() - _EDGE),
            min(self.y(), outer.height() - self.height() - _EDGE),
        )
        self.move(max(x, _EDGE), max(y, _EDGE))

    def finish(self) -> None:
        """Close it, and give the focus back to where it was."""
        before = self._before
        self.close()
        if before is not None and before.isVisible():
            before.setFocus()

    def closeEvent(self, event: object) -> None:
        if self.isVisible():
            QApplication.instance().focusChanged.disconnect(self._on_focus_changed)
        super().closeEvent(event)  # type: ignore[arg-type]

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            return
        part: QWidget | None = now
        while part is not None:
            if part is self:
                return
            part = part.parentWidget()
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        p.setPen(QPen(QColor(self.colors.control), 1))
        p.setBrush(QColor(self.colors.raised))
        p.drawRect(self.rect().adjusted(0, 0, -1, -1))
        p.end()


def _main_window(widget: QWidget) -> QWidget:
    """The main window of a widget, which may stand in a dock that floats."""
    outer: QWidget | None = widget
    while outer is not None and not isinstance(outer, QMainWindow):
        outer = outer.parentWidget()
    return outer or widget.window()
