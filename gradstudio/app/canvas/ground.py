"""The ground of the canvas: its dots."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from gradstudio.app.canvas.painter import color
from gradstudio.app.canvas.view import View
from gradstudio.picture.tokens import Theme

_PITCH = 24  # layout units
_LEAST = 10  # pixels between dots below which there are none


class Ground:
    """Plain colour and dots that move with the picture."""

    def __init__(self) -> None:
        self._tile = QPixmap()
        self._key = (0, "", 0.0)

    def paint(self, p: QPainter, rect: QRect, theme: Theme, view: View, ratio: float) -> None:
        """Fill a rectangle (pixels from the view's corner). Dots are whole pixels apart, so that one tile does."""
        p.fillRect(rect, color(theme.surface["canvas"]))
        pitch = round(_PITCH * view.zoom)
        if pitch < _LEAST:
            return
        if self._key != (pitch, theme.name, ratio):
            self._tile, self._key = _tile(pitch, theme, ratio), (pitch, theme.name, ratio)
        # The corner is a whole number of pixels away from where the dots are counted from.
        right, down = ((round(v * view.zoom) + at) % pitch + 2 for v, at in ((view.x, rect.x()), (view.y, rect.y())))
        p.drawTiledPixmap(QRectF(rect), self._tile, QPointF(right, down))


def _tile(pitch: int, theme: Theme, ratio: float) -> QPixmap:
    tile = QPixmap(round(pitch * ratio), round(pitch * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(color(theme.surface["canvas"]))
    p = QPainter(tile)
    try:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_pen = QPen(color(theme.surface["canvas_dot"]), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        p.setPen(round_pen)
        p.drawPoint(QPointF(1.5, 1.5))
    finally:
        p.end()
    return tile
