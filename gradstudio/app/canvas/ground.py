"""The ground of the canvas: its dots."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from gradstudio.app.canvas.painter import color
from gradstudio.app.canvas.view import View
from gradstudio.picture.tokens import Theme

_PITCH = 24  # layout units
_LEAST = 10  # pixels between dots below which there are none
_LARGE = 384  # device pixels on a side of a tile, and a few more


class Ground:
    """Plain colour and dots that move with the picture."""

    def __init__(self) -> None:
        self._tile = QPixmap()
        self._key = (0, "", 0.0)

    def paint(self, p: QPainter, rect: QRect, theme: Theme, view: View, ratio: float) -> None:
        """Fill a rectangle (pixels from the view's corner). Dots are whole pixels apart, so that one tile does."""
        pitch = round(_PITCH * view.zoom)
        if pitch < _LEAST:
            p.fillRect(rect, color(theme.surface["canvas"]))
            return
        if self._key != (pitch, theme.name, ratio):
            self._tile, self._key = _tile(pitch, theme, ratio), (pitch, theme.name, ratio)
        # The corner is a whole number of pixels away from where the dots are counted from.
        right, down = ((round(v * view.zoom) + at) % pitch + 2 for v, at in ((view.x, rect.x()), (view.y, rect.y())))
        p.drawTiledPixmap(QRectF(rect), self._tile, QPointF(right, down))


def _tile(pitch: int, theme: Theme, ratio: float) -> QPixmap:
    """An opaque piece of the ground, many dots wide: Qt takes as long for each tile as for its pixels."""
    side = round(pitch * ratio)
    one = QPixmap(side, side)
    one.setDevicePixelRatio(ratio)
    one.fill(color(theme.surface["canvas"]))
    p = QPainter(one)
    try:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_pen = QPen(color(theme.surface["canvas_dot"]), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        p.setPen(round_pen)
        p.drawPoint(QPointF(1.5, 1.5))
    finally:
        p.end()
    one.setDevicePixelRatio(1.0)
    many = -(-_LARGE // side) * side
    tile = QPixmap(many, many)
    p = QPainter(tile)
    try:
        p.drawTiledPixmap(tile.rect(), one)
    finally:
        p.end()
    tile.setDevicePixelRatio(ratio)
    return tile
