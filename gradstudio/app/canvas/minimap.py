"""Minimap: the whole picture in a corner, a frame around what is in view. Shown only when something is out of view."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas.painter import PicturePainter, color
from gradstudio.app.canvas.view import Bounds
from gradstudio.picture.model import Picture
from gradstudio.picture.tokens import Theme

_MANY = 3000
_PATIENCE_MS = 60


class Minimap(QWidget):
    """Signal centred(x, y): a layout point that should be in the middle of the view."""

    centred = Signal(float, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(132, 88)
        self.setAccessibleName("Map of the network")
        self._is_old = True
        self._blocks: Callable[[], PicturePainter | None] | None = None
        self._timer = QTimer(self)  # many changes in a row draw the map a few times only
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE_MS)
        self._timer.timeout.connect(self._renew)
        self._theme: Theme | None = None
        self._picture: Picture | None = None
        self._map: QPixmap | None = None
        self._area = QRectF()
        self.hide()

    def forget(self) -> None:
        """The picture, or its colours, have changed: soon it is drawn anew."""
        self._is_old = True

    def show_view(
        self, theme: Theme, bounds: Bounds, area: QRectF, blocks: Callable[[], PicturePainter | None]
    ) -> None:
        """Follow the canvas. bounds: what must be in view for the map to be needless; area: what is in view; blocks:
        the picture in its lowest level of detail."""
        x, y, w, h = bounds
        slack = 8.0
        outside = (
            area.left() > x + slack
            or area.top() > y + slack
            or area.right() < x + w - slack
            or area.bottom() < y + h - slack
        )
        self.setVisible(outside)
        self._area, self._theme, self._blocks = area, theme, blocks
        if outside and self._is_old and not self._timer.isActive():
            self._timer.start()
        if self._picture is None or outside:
            self.update()

    def _renew(self) -> None:
        painter = self._blocks() if self._blocks is not None else None
        if painter is not None:
            self._picture, self._map, self._is_old = painter.picture, None, False
            self.update()

    def _scale(self) -> tuple[float, float, float]:
        assert self._picture is not None
        x, y, w, h = self._picture.bounds
        scale = min((self.width() - 10) / max(w, 1.0), (self.height() - 10) / max(h, 1.0))
        return scale, (self.width() - w * scale) / 2 - x * scale, (self.height() - h * scale) / 2 - y * scale

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None or self._theme is None:
            return
        ratio = self.devicePixelRatioF()
        if self._map is None or self._map.devicePixelRatio() != ratio:
            self._map = self._drawn(self._picture, self._theme, ratio)
        p = QPainter(self)
        try:
            p.drawPixmap(0, 0, self._map)
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            scale, dx, dy = self._scale()
            a = self._area
            frame = QRectF(a.left() * scale + dx, a.top() * scale + dy, a.width() * scale, a.height() * scale)
            inner = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            if frame.height() < 4:
                frame = QRectF(frame.left(), frame.center().y() - 2, frame.width(), 4)
            p.setPen(QPen(color(self._theme.accent), 1.5))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRect(frame.intersected(inner))
        finally:
            p.end()

    def _drawn(self, picture: Picture, theme: Theme, ratio: float) -> QPixmap:
        """The map without the frame."""
        drawn = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        p = QPainter(drawn)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(QPen(color(theme.control), 1.0))
            p.setBrush(color(theme.surface["canvas"]))
            p.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            scale, dx, dy = self._scale()
            boxes = picture.boxes
            solid = np.nonzero(boxes.fill >> np.uint32(24))[0]
            p.setPen(QPen(color(theme.control), 0.7))
            for i in solid[:: max(1, len(solid) // _MANY)].tolist():
                bx, by, bw, bh = boxes.rect[i].tolist()
                rect = QRectF(bx * scale + dx, by * scale + dy, max(bw * scale, 1.5), max(bh * scale, 1.5))
                p.fillRect(rect, color(boxes.fill[i]))
                if rect.width() > 5:
                    p.setBrush(Qt.BrushStyle.NoBrush)
                    p.drawRect(rect)
        finally:
            p.end()
        return drawn

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def _go(self, point: QPointF) -> None:
        if self._picture is not None:
            scale, dx, dy = self._scale()
            self.centred.emit((point.x() - dx) / scale, (point.y() - dy) / scale)
