"""f and f' of an op of one number, painted small: f strong, f' dashed, zero lines, and the ends of the range."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gradstudio.app.fonts import words
from gradstudio.app.theme import Colors
from gradstudio.studio.palette.curve import Curve
from gradstudio.studio.palette.source import Source

_TICKS = 13  # pixels below the lines


def paint_curve(painter: QPainter, rect: QRectF, curve: Curve, colors: Colors, source: Source | None = None) -> None:
    """Paint a curve into a frame, and behind it where the numbers of a value lie on it."""
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.hairline), 1))
        painter.setBrush(QColor(colors.canvas))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        inside = rect.adjusted(6, 4, -6, -_TICKS)
        painter.setClipRect(rect.adjusted(1, 1, -1, -_TICKS + 2))
        if source is not None and source.has_range:
            _paint_source(painter, inside, curve, colors, source)
        painter.setPen(QPen(QColor(colors.hairline), 1))
        zero_y = _y(inside, curve, 0.0)
        painter.drawLine(QPointF(inside.left(), zero_y), QPointF(inside.right(), zero_y))
        low, high = float(curve.x[0]), float(curve.x[-1])
        if low < 0 < high:
            x = inside.left() + inside.width() * -low / (high - low)
            painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if curve.slope is not None:
            pen = QPen(QColor(colors.muted), 1.2)
            pen.setDashPattern([3, 2.5])
            painter.setPen(pen)
            painter.drawPath(_path(inside, curve, curve.slope))
        painter.setPen(QPen(QColor(colors.accent), 1.8))
        painter.drawPath(_path(inside, curve, curve.f))
        painter.setFont(words(9))
        painter.setPen(QColor(colors.muted))
        painter.setClipping(False)
        ends = QRectF(inside.left(), inside.bottom(), inside.width(), _TICKS)
        painter.drawText(ends, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, _number(low))
        painter.drawText(ends, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _number(high))
    finally:
        painter.restore()


def _paint_source(painter: QPainter, inside: QRectF, curve: Curve, colors: Colors, source: Source) -> None:
    """Bars where it is known how the numbers are distributed, else a band from the smallest to the largest."""
    start, end = float(curve.x[0]), float(curve.x[-1])
    left, right = (
        inside.left() + inside.width() * (min(max(x, start), end) - start) / ((end - start) or 1.0)
        for x in (source.low, source.high)
    )
    painter.setPen(Qt.PenStyle.NoPen)
    tint = QColor(colors.faint)
    tint.setAlphaF(0.5 if source.counts else 0.22)
    painter.setBrush(tint)
    if right - left < 2:
        at = float(np.interp(source.low, curve.x, np.nan_to_num(curve.f, nan=curve.low)))
        painter.setBrush(QColor(colors.ink))
        painter.drawEllipse(QPointF(left, _y(inside, curve, at)), 3, 3)
        return
    if not source.counts:
        painter.drawRect(QRectF(left - 1, inside.top() - 2, right - left + 2, inside.height() + 2))
        return
    width = (right - left) / len(source.counts)
    for place, count in enumerate(source.counts):
        height = 0.85 * inside.height() * count / max(source.counts)
        painter.drawRect(QRectF(left + place * width, inside.bottom() - height, max(width - 0.7, 0.7), height))


def _number(x: float) -> str:
    return f"{x:.3g}".replace("-", "−")


def _y(inside: QRectF, curve: Curve, value: float) -> float:
    return inside.bottom() - inside.height() * (value - curve.low) / (curve.high - curve.low)


def _path(inside: QRectF, curve: Curve, values: np.ndarray) -> QPainterPath:
    """A line that breaks where there is no number."""
    path, is_down = QPainterPath(), False
    xs = np.linspace(inside.left(), inside.right(), len(values))
    room = 4 * inside.height()
    for x, value in zip(xs, values, strict=True):
        if np.isnan(value):
            is_down = False
            continue
        y = min(max(_y(inside, curve, float(value)), inside.top() - room), inside.bottom() + room)
        if is_down:
            path.lineTo(float(x), y)
        else:
            path.moveTo(float(x), y)
        is_down = True
    return path
