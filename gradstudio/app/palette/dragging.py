"""Dragging an operation out of a list onto the canvas, and what a drop says of it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QDrag, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.theme import Colors
from gradstudio.picture.tokens import Theme
from gradstudio.studio.palette.catalogue import category, entry
from gradstudio.studio.palette.entry import Entry

MIME = "application/x-gradstudio-op"
_HEIGHT = 28


def dragged_op(data: QMimeData) -> str | None:
    """The entry that is dragged or dropped, None if it is anything else."""
    if not data.hasFormat(MIME):
        return None
    found = entry(bytes(data.data(MIME).data()).decode("utf-8", "replace"))
    return None if found is None else found.id


def drag_op(source: QWidget, id: str, colors: Colors, theme: Theme) -> bool:
    """Drag an entry until it is let go; gives whether it was taken somewhere."""
    found = entry(id)
    if found is None:
        return False
    drag = QDrag(source)
    drag.setMimeData(op_data(id))
    drag.setPixmap(_chip(found, colors, theme, source.devicePixelRatioF()))
    drag.setHotSpot(QPoint(16, _HEIGHT // 2))
    return drag.exec(Qt.DropAction.CopyAction) == Qt.DropAction.CopyAction


def op_data(id: str) -> QMimeData:
    """What is carried along."""
    data = QMimeData()
    data.setData(MIME, id.encode())
    return data


def _chip(shown: Entry, colors: Colors, theme: Theme, ratio: float) -> QPixmap:
    """What hangs on the cursor: icon and name, outlined as what a person has in the hand."""
    font = mono(12, 500) if shown.kind == "op" else words(12, 500)
    width = 38 + round(QFontMetricsF(font).horizontalAdvance(shown.title)) + 12
    image = QPixmap(round(width * ratio), round(_HEIGHT * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    family = category(shown.category).family
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.accent), 1.5))
        painter.setBrush(QColor.fromRgb(theme.family_header[family]))
        painter.drawRoundedRect(QRectF(1, 1, width - 2, _HEIGHT - 2), 4, 4)
        tint = f"#{theme.family_icon[family] & 0xFFFFFF:06X}"
        painter.drawPixmap(QPointF(12, 7), pixmap(shown.icon, tint, 14, ratio))
        painter.setFont(font)
        painter.setPen(QColor(colors.ink))
        painter.drawText(QRectF(34, 0, width - 34, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, shown.title)
    finally:
        painter.end()
    return image
