"""Lines as paths, for devices that take shapes instead of pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gradstudio.app.canvas.line_shapes import CORNER
from gradstudio.picture.model import Lines

_HALO = 3.0  # how much wider the gap under a crossing line is


def paint_paths(p: QPainter, lines: Lines, rows: np.ndarray, x: float, y: float, zoom: float) -> None:
    """Some lines, layout point (x, y) at the painter's origin."""
    p.save()
    p.setBrush(Qt.BrushStyle.NoBrush)
    for net in np.split(rows, np.nonzero(np.diff(lines.net[rows]))[0] + 1):
        paths = {i: _path(lines, i, x, y, zoom) for i in net.tolist()}
        for i, path in paths.items():  # the gaps of a whole net first: its lines leave none in each other
            if lines.halo[i] >> 24:
                p.setPen(_pen(lines.halo[i], float(lines.width[i]) + _HALO))
                p.drawPath(path)
        for i, path in paths.items():
            pen = _pen(lines.color[i], float(lines.width[i]))
            dash = lines.dash[lines.dash_start[i] : lines.dash_start[i + 1]] / lines.width[i]
            if len(dash):
                pen.setDashPattern(dash.tolist())
            p.setPen(pen)
            p.drawPath(path)
            _head(p, lines, i, x, y, zoom)
    p.restore()


def _pen(argb: int, width: float) -> QPen:
    return QPen(QColor.fromRgba(int(argb)), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)


def _points(lines: Lines, i: int, x: float, y: float, zoom: float) -> list[list[float]]:
    found: list[list[float]] = ((lines.points[lines.start[i] : lines.start[i + 1]] - (x, y)) * zoom).tolist()
    return found


def _path(lines: Lines, i: int, x: float, y: float, zoom: float) -> QPainterPath:
    """A line with rounded bends, up to its arrowhead."""
    points = _points(lines, i, x, y, zoom)
    (ax, ay), (bx, by) = points[-2], points[-1]
    span = max(abs(bx - ax) + abs(by - ay), 1e-9)
    back = min(float(lines.arrow[i, 0]) * 0.8, span) / span
    points[-1] = [bx - (bx - ax) * back, by - (by - ay) * back]
    path = QPainterPath(QPointF(*points[0]))
    for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:], strict=False):
        before, after = abs(bx - ax) + abs(by - ay), abs(cx - bx) + abs(cy - by)
        r = min(CORNER, before / 2, after / 2)
        if r < 0.5:
            path.lineTo(bx, by)
            continue
        path.lineTo(bx - (bx - ax) / before * r, by - (by - ay) / before * r)
        path.quadTo(bx, by, bx + (cx - bx) / after * r, by + (cy - by) / after * r)
    path.lineTo(*points[-1])
    return path


def _head(p: QPainter, lines: Lines, i: int, x: float, y: float, zoom: float) -> None:
    length, wide = float(lines.arrow[i, 0]), float(lines.arrow[i, 1])
    if length <= 0:
        return
    (ax, ay), (bx, by) = _points(lines, i, x, y, zoom)[-2:]
    dx, dy = (bx > ax) - (bx < ax), (by > ay) - (by < ay)
    left = QPointF(bx - dx * length - dy * wide / 2, by - dy * length - dx * wide / 2)
    right = QPointF(bx - dx * length + dy * wide / 2, by - dy * length + dx * wide / 2)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor.fromRgba(int(lines.color[i])))
    p.drawPolygon(QPolygonF([QPointF(bx, by), left, right]))
    p.setBrush(Qt.BrushStyle.NoBrush)
