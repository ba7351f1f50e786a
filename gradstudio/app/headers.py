"""Dock headers (32 px: title, subtitle, float and close) and the header of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QWidget

from gradstudio.app.controls import IconButton, TextButton
from gradstudio.app.fonts import words
from gradstudio.app.plain import tip
from gradstudio.app.theme import Colors
from gradstudio.picture.fonts import plain

HEIGHT = 32
_COUNTS = 104  # from the right edge of the canvas' header to that of its counts
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Header(QWidget):
    """Title and subtitle at the left, notes at the right; what does not fit ends in an ellipsis with a tooltip."""

    def __init__(self, colors: Colors, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.title = title
        self.title_font: QFont = words(12, 600)
        self.subtitle = ""
        self.notes: list[tuple[str, int, bool]] = []  # text, right edge from the right, is strong
        self.setFixedHeight(HEIGHT)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Change the words."""
        self.title, self.subtitle = plain(title, 200), plain(subtitle, 200)
        self.update()

    def set_notes(self, notes: list[tuple[str, int, bool]]) -> None:
        """Small words at the right: (text, distance of its right edge, whether it is ink or muted)."""
        self.notes = notes
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, HEIGHT)

    def right_margin(self) -> int:
        """Pixels that buttons take at the right."""
        return 12

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(c.sunken))
            painter.fillRect(0, HEIGHT - 1, self.width(), 1, QColor(c.hairline))
            right = float(self.width() - self.right_margin())
            for text, edge, is_strong in self.notes:
                font = words(11, 500 if is_strong else 400)
                painter.setFont(font)
                painter.setPen(QColor(c.ink if is_strong else c.muted))
                width = QFontMetricsF(font).horizontalAdvance(text)
                rect = QRectF(self.width() - edge - width - 1, 0, width + 2, HEIGHT - 1)
                if rect.left() < 60:
                    continue
                painter.drawText(rect, _RIGHT, text)
                right = min(right, rect.left() - 12)
            painter.setFont(self.title_font)
            painter.setPen(QColor(c.ink))
            metrics = QFontMetricsF(self.title_font)
            title = metrics.elidedText(self.title, Qt.TextElideMode.ElideMiddle, max(right - 12, 0))
            painter.drawText(QRectF(12, 0, max(right - 12, 0), HEIGHT - 1), _LEFT, title)
            left = 12 + metrics.horizontalAdvance(title) + 9
            small = words(11)
            subtitle = QFontMetricsF(small).elidedText(self.subtitle, Qt.TextElideMode.ElideRight, max(right - left, 0))
            painter.setFont(small)
            painter.setPen(QColor(c.muted))
            painter.drawText(QRectF(left, 0, max(right - left, 0), HEIGHT - 1), _LEFT, subtitle)
            is_cut = title != self.title or subtitle != self.subtitle
            self.setToolTip(tip(f"{self.title}  {self.subtitle}".strip() if is_cut else ""))
        finally:
            painter.end()


class DockHeader(Header):
    """The title bar of a dock: dragging moves the dock, as with Qt's own."""

    def __init__(self, colors: Colors, title: str, dock: QDockWidget) -> None:
        super().__init__(colors, title, dock)
        self._dock = dock
        self.float = IconButton(colors, "float", "Float", 20, 12, self)
        self.shut = IconButton(colors, "close", "Close", 20, 12, self)
        self.float.clicked.connect(self._on_float)
        self.shut.clicked.connect(dock.close)

    def _on_float(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    def set_colors(self, colors: Colors) -> None:
        super().set_colors(colors)
        self.float.set_colors(colors)
        self.shut.set_colors(colors)

    def right_margin(self) -> int:
        return 56

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.shut.move(self.width() - 26, 6)
        self.float.move(self.width() - 46, 6)


class CanvasHeader(Header):
    """What the canvas shows, how much of it, the zoom, a button that fits it into view and, where a part of it is
    hidden, one that shows all of it."""

    fit_wanted = Signal()
    all_wanted = Signal()

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(colors, "Network", parent)
        self.fit = IconButton(colors, "fit", "Show everything (Home)", 24, 14, self)
        self.fit.clicked.connect(self.fit_wanted)
        self.all = TextButton(colors, "Show all", "Show all nodes again (Alt+H)", self)
        self.all.clicked.connect(self.all_wanted)
        self.all.hide()
        self._counts = ""
        self._zoom = "100 %"
        self._show()

    def set_colors(self, colors: Colors) -> None:
        super().set_colors(colors)
        self.fit.set_colors(colors)
        self.all.set_colors(colors)

    def set_counts(self, nodes: int, edges: int, boxes: int = 0, shown: int = -1) -> None:
        """How many of each there are, in how many boxes they are shown, and how many are shown where only a part is."""
        self._counts = f"{nodes:,} {'node' if nodes == 1 else 'nodes'}, "
        if boxes != nodes:
            self._counts += f"{boxes:,} {'box' if boxes == 1 else 'boxes'} shown"
        else:
            self._counts += f"{edges:,} {'edge' if edges == 1 else 'edges'}"
        if not nodes:
            self._counts = ""
        is_part = 0 <= shown < nodes
        if is_part:
            self._counts = f"Showing {shown:,} of {nodes:,} nodes"
        self.all.setVisible(is_part)
        self._show()

    def set_zoom(self, zoom: float) -> None:
        """1.0 is 100 %."""
        self._zoom = f"{zoom * 100:.0f} %" if zoom >= 0.01 else f"{zoom * 100:.2g} %"
        self._show()

    def _show(self) -> None:
        is_part = not self.all.isHidden()
        at = _COUNTS + (self.all.width() + 8 if is_part else 0)
        self.set_notes([(self._zoom, 42, True), (self._counts, at, is_part)])

    def right_margin(self) -> int:
        return 42

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit.move(self.width() - 36, 4)
        self.all.move(self.width() - _COUNTS - self.all.width(), (HEIGHT - self.all.height()) // 2)
