"""Painting a display list with QPainter: the same code for the window, PNG and PDF."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF, QStaticText

from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.picture.fonts import elide, width
from gradstudio.picture.model import DASHES, Align, Boxes, Font, Level, Lines, Picture, Shape

_CORNER = 6.0  # of routed lines, screen pixels
_CUT = 12.0
_MANY_LINES = 700  # beyond this, lines are plain
_MANY_BOXES = 2500  # beyond this, boxes are painted in batches of one colour


def color(argb: int) -> QColor:
    """0xAARRGGBB as a QColor."""
    return QColor.fromRgba(int(argb))


class PicturePainter:
    """Paints one Picture at any place and zoom, keeping paths and texts between frames."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._fonts = [_font(f) for f in picture.fonts]
        self._texts: dict[tuple[str, int], tuple[QStaticText, float, float]] = {}
        self._paths: dict[int, QPainterPath] = {}
        self._paths_zoom = 0.0
        lines = picture.lines
        self._line_bounds = _bounds(lines)

    def paint(
        self,
        p: QPainter,
        x: float,
        y: float,
        zoom: float,
        area: QRectF,
        between: Callable[[QPainter], None] | None = None,
        ratio: float = 1.0,
    ) -> None:
        """Paint so that layout point (x, y) is at the painter's origin. area: the visible part, in layout units.

        between: paints what belongs under the edges (selection rings), in the painter's coordinates.
        """
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._boxes(p, self.picture.under, x, y, zoom, area)
        if between is not None:
            between(p)
        self._lines(p, x, y, zoom, area)
        self._boxes(p, self.picture.boxes, x, y, zoom, area)
        if self.picture.level < Level.BLOCK or len(self.picture.hatches.rect) < 500:
            self._hatches(p, x, y, zoom, area)
        self._strips(p, x, y, zoom, area)
        self._icons(p, x, y, zoom, area, ratio)
        self._write(p, x, y, zoom, area)

    # boxes

    def _boxes(self, p: QPainter, boxes: Boxes, x: float, y: float, zoom: float, area: QRectF) -> None:
        seen = _inside(boxes.rect, area, 4.0)
        if not len(seen):
            return
        rects = (boxes.rect[seen] - (x, y, 0, 0)) * zoom
        if len(seen) > _MANY_BOXES:
            self._batches(p, boxes, seen, rects)
            return
        shapes, radii = boxes.shape[seen].tolist(), (boxes.radius[seen] * min(zoom, 1.0)).tolist()
        fills, strokes = boxes.fill[seen].tolist(), boxes.stroke[seen].tolist()
        widths, dashes = boxes.stroke_width[seen].tolist(), boxes.dash[seen].tolist()
        for (bx, by, bw, bh), shape, radius, fill, stroke, wide, dash in zip(
            rects.tolist(), shapes, radii, fills, strokes, widths, dashes, strict=True
        ):
            if stroke >> 24:
                pen = QPen(color(stroke), wide)
                if dash:
                    pen.setDashPattern([v / wide for v in DASHES[dash]])
                p.setPen(pen)
                half = wide / 2 if wide > 1 else 0.5
                rect = QRectF(bx + half, by + half, bw - 2 * half, bh - 2 * half)
            else:
                p.setPen(Qt.PenStyle.NoPen)
                rect = QRectF(bx, by, bw, bh)
            p.setBrush(color(fill) if fill >> 24 else Qt.BrushStyle.NoBrush)
            if shape == Shape.RECT:
                if not stroke >> 24:
                    p.fillRect(QRectF(bx, by, bw, max(bh, 1.0)), color(fill))
                else:
                    p.drawRect(rect)
            elif shape == Shape.ROUND:
                p.drawRoundedRect(rect, radius, radius)
            else:
                p.drawPath(_outline(rect, shape, radius, _CUT * min(zoom, 1.0)))

    def _batches(self, p: QPainter, boxes: Boxes, seen: np.ndarray, rects: np.ndarray) -> None:
        """Fills only, all boxes of one colour at once."""
        p.setPen(Qt.PenStyle.NoPen)
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        fills = boxes.fill[seen]
        for fill in np.unique(fills).tolist():
            if not fill >> 24:
                continue
            p.setBrush(color(fill))
            p.drawRects([QRectF(*r) for r in rects[fills == fill].tolist()])
        p.setRenderHint(QPainter.RenderHint.Antialiasing)

    # lines

    def _lines(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        lines = self.picture.lines
        if not len(lines.color):
            return
        b = self._line_bounds
        seen = np.nonzero(
            (b[:, 2] >= area.left()) & (b[:, 0] <= area.right()) & (b[:, 3] >= area.top()) & (b[:, 1] <= area.bottom())
        )[0]
        if len(seen) > _MANY_LINES:
            self._plain_lines(p, seen, x, y, zoom)
            return
        if zoom != self._paths_zoom:
            self._paths, self._paths_zoom = {}, zoom
        p.save()
        p.translate(-x * zoom, -y * zoom)
        thin = min(1.0, max(0.55, zoom))
        p.setBrush(Qt.BrushStyle.NoBrush)
        for i in seen.tolist():
            path = self._paths.get(i)
            if path is None:
                path = self._paths[i] = self._path(i, zoom)
            wide = float(lines.width[i]) * thin
            if lines.halo[i] >> 24 and zoom > 0.45:
                p.setPen(QPen(color(lines.halo[i]), wide + 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
                p.drawPath(path)
            pen = QPen(color(lines.color[i]), wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            dash = lines.dash[lines.dash_start[i] : lines.dash_start[i + 1]]
            if len(dash) and zoom > 0.3:
                pen.setDashPattern([float(v) * thin / wide for v in dash])
            p.setPen(pen)
            p.drawPath(path)
            self._arrow(p, i, zoom, thin)
        p.restore()

    def _plain_lines(self, p: QPainter, seen: np.ndarray, x: float, y: float, zoom: float) -> None:
        lines = self.picture.lines
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        points = (lines.points - (x, y)) * zoom
        for c in np.unique(lines.color[seen]).tolist():
            p.setPen(QPen(color(c), 1.0))
            segments = []
            for i in seen[lines.color[seen] == c].tolist():
                run = points[lines.start[i] : lines.start[i + 1]].tolist()
                segments += [QLineF(*a, *b) for a, b in pairwise(run)]
            p.drawLines(segments)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _path(self, i: int, zoom: float) -> QPainterPath:
        """The polyline with rounded corners, scaled, ending before its arrowhead."""
        lines = self.picture.lines
        points = (lines.points[lines.start[i] : lines.start[i + 1]] * zoom).tolist()
        path = QPainterPath()
        if len(points) < 2:
            return path
        length = float(lines.arrow[i, 0]) * min(1.0, max(0.55, zoom)) * 0.8
        (ax, ay), (bx, by) = points[-2], points[-1]
        span = max(abs(bx - ax) + abs(by - ay), 1e-9)
        back = min(length, span) / span
        points[-1] = [bx - (bx - ax) * back, by - (by - ay) * back]
        path.moveTo(*points[0])
        for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:], strict=False):
            before, after = abs(bx - ax) + abs(by - ay), abs(cx - bx) + abs(cy - by)
            r = min(_CORNER, before / 2, after / 2)
            if r < 0.5:
                path.lineTo(bx, by)
                continue
            path.lineTo(bx - (bx - ax) / before * r, by - (by - ay) / before * r)
            path.quadTo(bx, by, bx + (cx - bx) / after * r, by + (cy - by) / after * r)
        path.lineTo(*points[-1])
        return path

    def _arrow(self, p: QPainter, i: int, zoom: float, thin: float) -> None:
        lines = self.picture.lines
        length, wide = (float(v) * thin for v in lines.arrow[i])
        if length <= 0 or zoom < 0.18:
            return
        (ax, ay), (bx, by) = (lines.points[lines.start[i + 1] - 2 : lines.start[i + 1]] * zoom).tolist()
        dx = (bx > ax) - (bx < ax)
        dy = (by > ay) - (by < ay)
        head = QPolygonF(
            [
                QPointF(bx, by),
                QPointF(bx - dx * length - dy * wide / 2, by - dy * length - dx * wide / 2),
                QPointF(bx - dx * length + dy * wide / 2, by - dy * length + dx * wide / 2),
            ]
        )
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(color(lines.color[i]))
        p.drawPolygon(head)
        p.setBrush(Qt.BrushStyle.NoBrush)

    # the rest

    def _hatches(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        h = self.picture.hatches
        for i in _inside(h.rect, area, 0.0).tolist():
            bx, by, bw, bh = ((h.rect[i] - (x, y, 0, 0)) * zoom).tolist()
            p.save()
            p.setClipRect(QRectF(bx, by, bw, bh), Qt.ClipOperation.IntersectClip)
            p.setPen(QPen(color(h.color[i]), 3.0))
            at = bx - bh
            while at < bx + bw:
                p.drawLine(QPointF(at, by + bh), QPointF(at + bh, by))
                at += 8.0
            p.restore()

    def _strips(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        s = self.picture.strips
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for i in _inside(s.rect, area, 0.0).tolist():
            bx, by, bw, bh = ((s.rect[i] - (x, y, 0, 0)) * zoom).tolist()
            cells = slice(int(s.start[i]), int(s.start[i + 1]))
            at = 0.0
            for share, c in zip(s.size[cells].tolist(), s.color[cells].tolist(), strict=True):
                if s.vertical[i]:
                    p.fillRect(QRectF(bx, by + at * bh, bw, share * bh + 0.5), color(c))
                else:
                    p.fillRect(QRectF(bx + at * bw, by, share * bw + 0.5, bh), color(c))
                at += share
            if s.border[i] >> 24:
                p.setPen(QPen(color(s.border[i]), 1.0))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRect(QRectF(bx, by, bw, bh))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _icons(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF, ratio: float) -> None:
        icons = self.picture.icons
        for i in _inside(icons.rect, area, 16.0).tolist():
            cx, cy, size, _ = icons.rect[i].tolist()
            size = max(8, round(size * min(max(zoom, 0.8), 1.6)))
            image = pixmap(icons.name[i], f"#{int(icons.color[i]) & 0xFFFFFF:06X}", size, ratio)
            p.drawPixmap(QPointF((cx - x) * zoom - size / 2, (cy - y) * zoom - size / 2), image)

    def _write(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        texts, fonts = self.picture.texts, self.picture.fonts
        if not len(texts.text):
            return
        t = texts.position
        seen = np.nonzero(
            (t[:, 0] >= area.left() - 260)
            & (t[:, 0] <= area.right() + 260)
            & (t[:, 1] >= area.top() - 20)
            & (t[:, 1] <= area.bottom() + 20)
        )[0]
        bigger = max(1.0, zoom) if self.picture.level == Level.FULL else 1.0
        for i in seen.tolist():
            index = int(texts.font[i])
            shown = texts.text[i]
            room = float(texts.room[i]) * zoom / bigger
            if width(shown, fonts[index]) > room + 1.5:
                shown = elide(shown, fonts[index], round(room, 1))
                if not shown:
                    continue
            static, wide, high = self._static(shown, index)
            px, py = (texts.position[i, 0] - x) * zoom, (texts.position[i, 1] - y) * zoom
            px -= (0.0, wide / 2, wide)[int(texts.align[i])] * bigger if texts.align[i] != Align.LEFT else 0.0
            p.setPen(color(texts.color[i]))
            p.setFont(self._fonts[index])
            if bigger > 1.0:
                p.save()
                p.translate(px, py - high / 2 * bigger)
                p.scale(bigger, bigger)
                p.drawStaticText(QPointF(0, 0), static)
                p.restore()
            else:
                p.drawStaticText(QPointF(px, py - high / 2), static)

    def _static(self, text: str, font: int) -> tuple[QStaticText, float, float]:
        known = self._texts.get((text, font))
        if known is None:
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            static.prepare(font=self._fonts[font])
            size = static.size()
            known = self._texts[text, font] = (static, size.width(), size.height())
        return known


def _font(f: Font) -> QFont:
    return mono(f.size, f.weight) if f.family == "JetBrains Mono" else words(f.size, f.weight)


def _inside(rect: np.ndarray, area: QRectF, margin: float) -> np.ndarray:
    """Rows whose rectangle meets the area."""
    if not len(rect):
        return np.zeros(0, np.int64)
    return np.nonzero(
        (rect[:, 0] + rect[:, 2] + margin >= area.left())
        & (rect[:, 0] - margin <= area.right())
        & (rect[:, 1] + rect[:, 3] + margin >= area.top())
        & (rect[:, 1] - margin <= area.bottom())
    )[0]


def _bounds(lines: Lines) -> np.ndarray:
    """left, top, right, bottom of each line."""
    n = len(lines.color)
    if not n:
        return np.zeros((0, 4))
    first = lines.start[:-1]
    low = np.minimum.reduceat(lines.points, first, axis=0)
    high = np.maximum.reduceat(lines.points, first, axis=0)
    return np.concatenate([low - 8.0, high + 8.0], axis=1)


def _outline(rect: QRectF, shape: int, r: float, cut: float) -> QPainterPath:
    """Boxes whose corners are not all alike."""
    x, y, w, h = rect.x(), rect.y(), rect.width(), rect.height()
    r = min(r, w / 2, h / 2)
    cut = min(cut, w / 2, h)
    top = r if shape in (Shape.ROUND_TOP, Shape.CUT, Shape.CUT_TOP) else 0.0
    bottom = r if shape in (Shape.ROUND_BOTTOM, Shape.CUT) else 0.0
    path = QPainterPath(QPointF(x + top, y))
    if shape in (Shape.CUT, Shape.CUT_TOP):
        path.lineTo(x + w - cut, y)
        path.lineTo(x + w, y + cut)
    else:
        path.lineTo(x + w - top, y)
        path.quadTo(x + w, y, x + w, y + top)
    path.lineTo(x + w, y + h - bottom)
    path.quadTo(x + w, y + h, x + w - bottom, y + h)
    path.lineTo(x + bottom, y + h)
    path.quadTo(x, y + h, x, y + h - bottom)
    path.lineTo(x, y + top)
    path.quadTo(x, y, x + top, y)
    path.closeSubpath()
    return path


__all__ = ["PicturePainter", "color"]
