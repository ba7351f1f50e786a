"""Boxes as shapes: rounded, cut and outlined, in the order of the picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from gradstudio.picture.model import DASHES, Boxes, Shape

_CUT = 12.0
_RECT, _ROUND = int(Shape.RECT), int(Shape.ROUND)
_NO_PEN, _NO_BRUSH = QPen(Qt.PenStyle.NoPen), QBrush(Qt.BrushStyle.NoBrush)


@lru_cache(maxsize=1024)
def color(argb: int) -> QColor:
    """0xAARRGGBB as a QColor."""
    return QColor.fromRgba(int(argb))


@lru_cache(maxsize=1024)
def _brush(argb: int) -> QBrush:
    return QBrush(color(argb)) if argb >> 24 else _NO_BRUSH


@lru_cache(maxsize=512)
def pen(argb: int, wide: float, dash: int) -> QPen:
    """A pen; dash: index into DASHES."""
    made = QPen(color(argb), wide)
    if dash:
        made.setDashPattern([v / wide for v in DASHES[dash]])
    return made


def whole(pixels: np.ndarray) -> np.ndarray:
    """Whole pixels. Halves go up, wherever the view is, so that a pan moves everything alike."""
    return np.asarray(np.floor(pixels + (0.5 + 1e-6)))


def paint_boxes(p: QPainter, boxes: Boxes, seen: np.ndarray, x: float, y: float, zoom: float) -> None:
    """Some boxes, layout point (x, y) at the painter's origin."""
    if not len(seen):
        return
    # Edges lie on whole pixels: sharp, and what touches in the picture touches on the screen.
    low = whole((boxes.rect[seen, :2] - (x, y)) * zoom)
    size = whole((boxes.rect[seen, :2] + boxes.rect[seen, 2:] - (x, y)) * zoom) - low
    stroke, wide = boxes.stroke[seen], boxes.stroke_width[seen]
    has_stroke = stroke >> np.uint32(24) > 0
    half = np.where(has_stroke, np.maximum(wide / 2, 0.5), 0.0)
    cut, near = _CUT * min(zoom, 1.0), min(zoom, 1.0)
    columns = (
        (low[:, 0] + half).tolist(), (low[:, 1] + half).tolist(),
        (size[:, 0] - 2 * half).tolist(), np.maximum(size[:, 1] - 2 * half, 1.0).tolist(),
        boxes.shape[seen].tolist(), (boxes.radius[seen] * near).tolist(), boxes.fill[seen].tolist(),
        stroke.tolist(), has_stroke.tolist(), wide.tolist(), boxes.dash[seen].tolist(),
    )  # fmt: skip
    last_pen = last_brush = -1
    for bx, by, bw, bh, shape, radius, fill, line, outlined, thick, dash in zip(*columns, strict=True):
        rect = QRectF(bx, by, bw, bh)
        if shape == _RECT and not outlined:
            p.fillRect(rect, color(fill))
            continue
        if outlined:
            p.setPen(pen(line, thick, dash))
            last_pen = line
        elif last_pen:
            p.setPen(_NO_PEN)
            last_pen = 0
        if fill != last_brush:
            p.setBrush(_brush(fill))
            last_brush = fill
        if shape == _RECT:
            p.drawRect(rect)
        elif shape == _ROUND:
            p.drawRoundedRect(rect, radius, radius)
        else:
            p.drawPath(_outline(bw, bh, shape, radius, cut).translated(bx, by))


@lru_cache(maxsize=512)
def _outline(w: float, h: float, shape: int, r: float, cut: float) -> QPainterPath:
    """A box at the origin whose corners are not all alike. The boxes of a picture are of a few sizes."""
    x = y = 0.0
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
