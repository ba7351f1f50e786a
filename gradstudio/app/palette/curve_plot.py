"""f and f' of an op of one number, painted small: f strong, f' dashed, zero lines, and the ends of the range."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gradstudio.app.fonts import words
from gradstudio.app.theme import Colors
from gradstudio.studio.palette.curve import Curve

_TICKS = 13  # pixels below the lines


def paint_curve(painter: QPainter, rect: QRectF, curve: Curve, colors: Colors) -> None:
    """Paint a curve into a frame."""
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.hairline), 1))
        painter.setBrush(QColor(colors.canvas))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        inside = rect.adjusted(6, 4, -6, -_TICKS)
        painter.setClipRect(rect.adjusted(1, 1, -1, -_TICKS + 2))
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


def _number(x: float) -> str:
    return f"{x:g}".replace("-", "−")


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
