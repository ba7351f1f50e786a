"""Painting routed lines: only what is in view is built, dashed and stroked; far away, what falls on the same pixels is
painted once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gradstudio.app.canvas.far import FarLines
from gradstudio.picture.model import Lines

_CORNER = 6.0  # radius of a corner, screen pixels
_MANY = 700  # visible lines beyond which they are plain, unless the view is near
_HALO = 3.0  # how much wider the gap under a crossing line is
_THINNEST = 0.55  # of their width, lines never get thinner
_DASHED = 0.3  # below this zoom dashes would be a blur
_GAPPED = 0.45  # below this zoom crossings need no gap
_ARROWS = 0.18
_AROUND = 0.25  # how far beyond the view paths are kept, as a share of its larger side
_Point = tuple[float, float]
_Piece = tuple[QPainterPath, float, QRectF]  # a connected part, the length before it, and its bounds


class LinePainter:
    """Paints the lines of one picture. Paths are kept while the zoom stays and the view has not left their place."""

    def __init__(self, lines: Lines, before: LinePainter | None = None) -> None:
        """before: a painter of the same layout; what it worked out is kept where the lines are the same."""
        self._lines = lines
        if before is not None and before._are_same(lines):
            self._line, self._corners, self._far = before._line, before._corners, before._far.recolored(lines)
        else:
            self._line, self._corners = _segments(lines)
            self._far = FarLines(lines, self._corners, self._line)
        self._pieces: dict[int, list[_Piece]] = {}
        self._zoom = 0.0
        self._place = QRectF()  # what the kept paths cover, in layout units
        self._counted, self._many = QRectF(), False  # the last view, and whether many lines are in it

    def paint(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF, whole: QRectF) -> None:
        """Paint what is in `area`, layout point (x, y) at the painter's origin. whole: all that is in view."""
        if not len(self._line):
            return
        if zoom < _GAPPED and self._are_many(whole):
            self._far.paint(p, x, y, zoom, area)
        else:
            self._rounded(p, self._inside(area, 12.0 / zoom), x, y, zoom, area, whole)

    def _are_same(self, lines: Lines) -> bool:
        """Whether lines of the same layout are those painted here."""
        own = self._lines
        return np.array_equal(own.edge, lines.edge) and np.array_equal(own.backward, lines.backward)

    def _are_many(self, whole: QRectF) -> bool:
        """Whether more lines are in view than can be rounded and dashed: what is painted of them is painted alike."""
        if len(self._lines.color) <= _MANY:
            return False
        if self._counted != whole:
            self._counted, self._many = whole, len(self._inside(whole, 0.0)) > _MANY
        return self._many

    def _inside(self, area: QRectF, reach: float) -> np.ndarray:
        """Lines with a segment that meets an area, ascending."""
        left, top, right, bottom = self._corners
        segments = np.flatnonzero(
            (right >= area.left() - reach)
            & (left <= area.right() + reach)
            & (bottom >= area.top() - reach)
            & (top <= area.bottom() + reach)
        )
        lines = self._line[segments]
        return np.asarray(lines[:1] if len(lines) < 2 else lines[np.concatenate([[True], lines[1:] != lines[:-1]])])

    # near by

    def _rounded(
        self, p: QPainter, shown: np.ndarray, x: float, y: float, zoom: float, area: QRectF, whole: QRectF
    ) -> None:
        if zoom != self._zoom or not self._place.contains(whole):
            self._keep(zoom, whole)
        lines = self._lines
        thin = min(1.0, max(_THINNEST, zoom))
        view = QRectF(
            area.left() * zoom - 8, area.top() * zoom - 8, area.width() * zoom + 16, area.height() * zoom + 16
        )
        p.save()
        p.translate(-x * zoom, -y * zoom)
        p.setBrush(Qt.BrushStyle.NoBrush)
        flat = Qt.PenCapStyle.FlatCap
        for net in np.split(shown, np.nonzero(np.diff(lines.net[shown]))[0] + 1):
            near = [
                (i, [piece for piece in self._pieces.get(i, ()) if piece[2].intersects(view)]) for i in net.tolist()
            ]
            for i, pieces in near:  # the gaps of a whole net first: its lines leave none in each other
                if pieces and lines.halo[i] >> 24 and zoom > _GAPPED:
                    wide = float(lines.width[i]) * thin + _HALO
                    p.setPen(QPen(_color(lines.halo[i]), wide, Qt.PenStyle.SolidLine, flat))
                    for path, _, _ in pieces:
                        p.drawPath(path)
            for i, pieces in near:
                if pieces:
                    self._stroke(p, i, pieces, thin, zoom)
                self._arrow(p, i, zoom, thin, view)
        p.restore()

    def _stroke(self, p: QPainter, i: int, pieces: list[_Piece], thin: float, zoom: float) -> None:
        lines = self._lines
        wide = float(lines.width[i]) * thin
        pen = QPen(_color(lines.color[i]), wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        dash = lines.dash[lines.dash_start[i] : lines.dash_start[i + 1]] * (thin / wide)
        is_dashed = len(dash) > 0 and zoom > _DASHED
        if is_dashed:
            pen.setDashPattern(dash.tolist())
        for path, before, _ in pieces:
            if is_dashed:
                pen.setDashOffset(before / wide)
            p.setPen(pen)
            p.drawPath(path)

    def _keep(self, zoom: float, area: QRectF) -> None:
        """Build the paths of everything in and around the view. Where lines of one kind lie on one another for the
        whole of a piece (the trunk of a fan), the widest is painted and the others are not."""
        more = max(area.width(), area.height()) * _AROUND
        self._zoom, self._place = zoom, area.adjusted(-more, -more, more, more)
        self._pieces = {}
        widest: dict[tuple[object, ...], tuple[int, int]] = {}
        width, backward = self._lines.width, self._lines.backward
        for i in self._inside(self._place, 0.0).tolist():
            pieces: list[_Piece] = []
            for points, before in self._cut(i, zoom):
                key = (bool(backward[i]), *points)
                other = widest.get(key)
                if other is not None:
                    if width[i] <= width[other[0]]:
                        continue
                    path, _, bounds = self._pieces[other[0]][other[1]]
                    self._pieces[other[0]][other[1]] = (QPainterPath(), 0.0, QRectF())
                else:
                    path = _round(points)
                    bounds = path.controlPointRect().adjusted(-4, -4, 4, 4)
                widest[key] = (i, len(pieces))
                pieces.append((path, before, bounds))
            self._pieces[i] = pieces

    def _cut(self, i: int, zoom: float) -> list[tuple[list[_Point], float]]:
        """The parts of a line inside the kept place, scaled, up to the arrowhead, and the length before each."""
        lines = self._lines
        points = self._on_pixels(i, zoom, int(lines.start[i])).tolist()
        if len(points) < 2:
            return []
        length = float(lines.arrow[i, 0]) * min(1.0, max(_THINNEST, zoom)) * 0.8
        (ax, ay), (bx, by) = points[-2], points[-1]
        span = max(abs(bx - ax) + abs(by - ay), 1e-9)
        back = min(length, span) / span
        points[-1] = [bx - (bx - ax) * back, by - (by - ay) * back]
        r = self._place
        left, top, right, bottom = r.left() * zoom, r.top() * zoom, r.right() * zoom, r.bottom() * zoom
        pieces: list[tuple[list[_Point], float]] = []
        run: list[_Point] = []
        begins, travelled = 0.0, 0.0
        for (ax, ay), (bx, by) in pairwise(points):
            full = abs(bx - ax) + abs(by - ay)
            inside = max(ax, bx) >= left and min(ax, bx) <= right and max(ay, by) >= top and min(ay, by) <= bottom
            if inside:
                cx, cy = min(max(ax, left), right), min(max(ay, top), bottom)
                dx, dy = min(max(bx, left), right), min(max(by, top), bottom)
                if not run or run[-1] != (cx, cy):
                    if len(run) > 1:
                        pieces.append((run, begins))
                    run, begins = [(cx, cy)], travelled + abs(cx - ax) + abs(cy - ay)
                run.append((dx, dy))
            elif len(run) > 1:
                pieces.append((run, begins))
                run = []
            travelled += full
        if len(run) > 1:
            pieces.append((run, begins))
        return pieces

    def _on_pixels(self, i: int, zoom: float, begin: int) -> np.ndarray:
        """Points of a line from `begin` on, scaled, where a line of its width covers whole pixels."""
        width = float(self._lines.width[i]) * min(1.0, max(_THINNEST, zoom))
        middle = 0.5 if round(width) % 2 else 0.0
        return np.asarray(np.round(self._lines.points[begin : int(self._lines.start[i + 1])] * zoom - middle) + middle)

    def _arrow(self, p: QPainter, i: int, zoom: float, thin: float, view: QRectF) -> None:
        lines = self._lines
        length, wide = float(lines.arrow[i, 0]) * thin, float(lines.arrow[i, 1]) * thin
        if length <= 0 or zoom < _ARROWS:
            return
        end = int(lines.start[i + 1])
        (ax, ay), (bx, by) = self._on_pixels(i, zoom, end - 2).tolist()
        dx, dy = (bx > ax) - (bx < ax), (by > ay) - (by < ay)
        if not view.contains(bx, by):
            return
        head = QPolygonF(
            [
                QPointF(bx, by),
                QPointF(bx - dx * length - dy * wide / 2, by - dy * length - dx * wide / 2),
                QPointF(bx - dx * length + dy * wide / 2, by - dy * length + dx * wide / 2),
            ]
        )
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(_color(lines.color[i]))
        p.drawPolygon(head)
        p.setBrush(Qt.BrushStyle.NoBrush)


def _segments(lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    """The line of each segment (int64 (s,), ascending), and its left, top, right and bottom (float64 (4, s))."""
    counts = np.diff(lines.start)
    inner = np.ones(len(lines.points), bool)
    inner[lines.start[1:][counts > 0] - 1] = False  # the last point of a line begins no segment
    first = np.flatnonzero(inner)
    if not len(first):
        return np.zeros(0, np.int64), np.zeros((4, 0))
    a, b = lines.points[first], lines.points[first + 1]
    corners = np.concatenate([np.minimum(a, b).T, np.maximum(a, b).T])
    return np.repeat(np.arange(len(counts)), counts)[first], np.ascontiguousarray(corners)


def _round(points: list[_Point]) -> QPainterPath:
    """A polyline with rounded corners."""
    path = QPainterPath(QPointF(*points[0]))
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


def _color(argb: int) -> QColor:
    return QColor.fromRgba(int(argb))
