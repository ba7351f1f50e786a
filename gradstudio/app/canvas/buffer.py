"""The last frame and its surroundings, kept: when the view only moves, only what comes into sight is painted, and a
margin beyond it, so that most steps of a pan paint nothing at all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion

from gradstudio.app.canvas.view import View

MARGIN = 192
"""Pixels beyond the view that are kept on each side."""

Draw = Callable[[QPainter, QRect, QRectF], None]
"""draw(painter, part in pixels of the view, the same part in layout units)."""


class Buffer:
    """One pixmap, larger than the canvas by the margin. Places are whole pixels from the layout's origin."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._key: object = None
        self._covers = QRect()  # the place of the pixmap
        self._painted = QRect()  # what of it is true
        self._view = View()
        self._wanted = QRect()  # the place of the view

    def clear(self) -> None:
        """What is kept is no longer true."""
        self._key = None

    def kept(self) -> tuple[QPixmap, View] | None:
        """The last frame and the view it is of; None if it is no longer true."""
        return None if self._key is None else (self.frame(), self._view)

    def frame(self) -> QPixmap:
        """A copy of the last frame."""
        ratio = self._pixmap.devicePixelRatio()
        at, size = self._wanted.topLeft() - self._covers.topLeft(), self._wanted.size()
        return self._pixmap.copy(
            round(at.x() * ratio), round(at.y() * ratio), round(size.width() * ratio), round(size.height() * ratio)
        )

    def paint(self, p: QPainter) -> None:
        """Paint the last frame at the painter's origin."""
        ratio = self._pixmap.devicePixelRatio()
        at, size = self._wanted.topLeft() - self._covers.topLeft(), self._wanted.size()
        source = QRectF(at.x() * ratio, at.y() * ratio, size.width() * ratio, size.height() * ratio)
        p.drawPixmap(QRectF(QPoint(0, 0), size), self._pixmap, source)

    def update(self, key: object, view: View, size: QSize, ratio: float, draw: Draw) -> None:
        """Make the frame of a view. key: whatever else it depends on."""
        key = (key, view.zoom, size, ratio)
        corner = QPoint(round(view.x * view.zoom), round(view.y * view.zoom))
        is_whole = abs(view.x * view.zoom - corner.x()) < 0.02 and abs(view.y * view.zoom - corner.y()) < 0.02
        wanted = QRect(corner, size)
        if key != self._key or not is_whole or not self._painted.intersects(wanted) or not self._is_sharp(wanted):
            self._make(wanted, ratio)
            self._painted = QRect()
        self._key, self._view, self._wanted = key, View(view.x, view.y, view.zoom), wanted
        if self._painted.contains(wanted):
            return
        grown = self._grown(wanted)
        if not self._covers.contains(grown):
            self._move(wanted)
            grown = grown & self._covers
        self._draw(QRegion(grown) - QRegion(self._painted), view, draw)
        self._painted = grown

    def _is_sharp(self, wanted: QRect) -> bool:
        """Whether a place begins with a whole device pixel of the pixmap."""
        way = (wanted.topLeft() - self._covers.topLeft()) * self._pixmap.devicePixelRatio()
        exact = (wanted.topLeft() - self._covers.topLeft()).toPointF() * self._pixmap.devicePixelRatio()
        return bool(way.toPointF() == exact)

    def _make(self, wanted: QRect, ratio: float) -> None:
        """An empty pixmap around a view."""
        self._covers = _around(wanted)
        wide, high = round(self._covers.width() * ratio), round(self._covers.height() * ratio)
        if self._pixmap.size() != QSize(wide, high) or self._pixmap.devicePixelRatio() != ratio:
            self._pixmap = QPixmap(wide, high)
            self._pixmap.setDevicePixelRatio(ratio)

    def _move(self, wanted: QRect) -> None:
        """Bring a view into the middle of the pixmap; what leaves it is forgotten."""
        covers = _around(wanted)
        way = (self._covers.topLeft() - covers.topLeft()).toPointF() * self._pixmap.devicePixelRatio()
        self._pixmap.scroll(round(way.x()), round(way.y()), self._pixmap.rect())
        self._covers = covers
        self._painted &= covers

    def _grown(self, wanted: QRect) -> QRect:
        """What is painted, and a view with a margin on the sides where it goes beyond that; at first the view alone."""
        known = self._painted
        if known.isEmpty():
            return wanted
        return known | wanted.adjusted(
            -MARGIN if wanted.left() < known.left() else 0,
            -MARGIN if wanted.top() < known.top() else 0,
            MARGIN if wanted.right() > known.right() else 0,
            MARGIN if wanted.bottom() > known.bottom() else 0,
        )

    def _draw(self, missing: QRegion, view: View, draw: Draw) -> None:
        shift = self._wanted.topLeft() - self._covers.topLeft()
        p = QPainter(self._pixmap)
        try:
            p.translate(shift)
            for place in missing:
                part = place.translated(-self._wanted.topLeft())
                p.save()
                p.setClipRect(part)
                area = QRectF(
                    view.x + part.x() / view.zoom,
                    view.y + part.y() / view.zoom,
                    part.width() / view.zoom,
                    part.height() / view.zoom,
                )
                draw(p, part, area)
                p.restore()
        finally:
            p.end()


def _around(wanted: QRect) -> QRect:
    return wanted.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
