"""The last frame, kept: when the view only moves, it is shifted and only what came into sight is painted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from gradstudio.app.canvas.view import View


class Buffer:
    """One pixmap of the size of the canvas."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._key: object = None
        self._x = self._y = 0.0  # layout point at the upper left corner
        self._zoom = 1.0

    def clear(self) -> None:
        """What is kept is no longer true."""
        self._key = None

    def kept(self) -> tuple[QPixmap, View] | None:
        """The last frame and the view it is of; None if it is no longer true."""
        if self._key is None:
            return None
        return QPixmap(self._pixmap), View(self._x, self._y, self._zoom)

    def frame(
        self, key: object, view: View, size: QSize, ratio: float, draw: Callable[[QPainter, QRectF], None]
    ) -> QPixmap:
        """The frame of a view. key: whatever else it depends on; draw(painter, area in layout units) paints a part."""
        key = (key, view.zoom, size, ratio)
        whole = QRect(0, 0, size.width(), size.height())
        parts = [whole]
        if key == self._key:
            dx, dy = (self._x - view.x) * view.zoom * ratio, (self._y - view.y) * view.zoom * ratio
            right, down = round(dx), round(dy)
            near = abs(dx - right) < 0.02 and abs(dy - down) < 0.02
            if near and right % ratio == 0 and down % ratio == 0:
                parts = self._shift(right, down, whole, ratio)
        else:
            self._pixmap = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
            self._pixmap.setDevicePixelRatio(ratio)
        self._key, self._x, self._y, self._zoom = key, view.x, view.y, view.zoom
        if parts:
            p = QPainter(self._pixmap)
            try:
                for part in parts:
                    p.save()
                    p.setClipRect(part)
                    area = QRectF(
                        view.x + part.x() / view.zoom,
                        view.y + part.y() / view.zoom,
                        part.width() / view.zoom,
                        part.height() / view.zoom,
                    )
                    draw(p, area)
                    p.restore()
            finally:
                p.end()
        return self._pixmap

    def _shift(self, right: int, down: int, whole: QRect, ratio: float) -> list[QRect]:
        """Move the pixels (device pixels); the parts that must be painted anew (logical pixels)."""
        if not right and not down:
            return []
        if abs(right) >= self._pixmap.width() or abs(down) >= self._pixmap.height():
            return [whole]
        self._pixmap.scroll(right, down, self._pixmap.rect())
        across, along = round(right / ratio), round(down / ratio)
        parts = []
        if across:
            left = 0 if across > 0 else whole.width() + across
            parts.append(QRect(left, 0, abs(across), whole.height()))
        if along:
            top = 0 if along > 0 else whole.height() + along
            parts.append(QRect(0, top, whole.width(), abs(along)))
        return parts
