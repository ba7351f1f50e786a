"""The node sheet: how a node looks at every zoom and in every state, drawn as on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from gradstudio.app.canvas.painter import PicturePainter, color
from gradstudio.picture.sheet import node_sheet
from gradstudio.picture.tokens import Theme


class NodeSheet(QWidget):
    """The sheet of one theme at 100 %."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painter = PicturePainter(node_sheet(theme))
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName("Node sheet")

    def sizeHint(self) -> QSize:
        _, _, wide, high = self._painter.picture.bounds
        return QSize(round(wide), round(high))

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            x, y, wide, high = self._painter.picture.bounds
            p.fillRect(self.rect(), color(self._painter.picture.background))
            self._painter.paint(p, x, y, 1.0, QRectF(x, y, wide, high), ratio=self.devicePixelRatioF())
        finally:
            p.end()


def node_sheet_dialog(theme: Theme, parent: QWidget | None = None) -> QDialog:
    """A window with the sheet, which scrolls where it is larger than the screen."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Node sheet")
    sheet = NodeSheet(theme)
    area = QScrollArea(dialog)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(sheet)
    box = QVBoxLayout(dialog)
    box.setContentsMargins(0, 0, 0, 0)
    box.addWidget(area)
    dialog.resize(sheet.width() + 16, min(sheet.height() + 16, 860))
    return dialog
