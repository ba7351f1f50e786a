"""What is painted of building above the picture: ports, the wire in the hand and the rubber band."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gradstudio.app.canvas.painter import color
from gradstudio.picture.tokens import Theme

RADIUS = 5.0
"""Pixels of a port."""
_HANDLE = 48.0  # pixels that a wire goes straight on before it turns
_TURN = 90.0  # pixels that a wire that goes back takes to turn


def port(p: QPainter, theme: Theme, at: QPointF, is_output: bool, is_near: bool = False) -> None:
    """A port of the node under the pointer: outputs are filled, inputs are rings."""
    p.setPen(QPen(color(theme.surface["canvas"] if is_output else theme.accent), 2.0))
    p.setBrush(color(theme.accent if is_output else theme.surface["canvas"]))
    p.drawEllipse(at, *((RADIUS + 1.5,) * 2 if is_near else (RADIUS,) * 2))


def fitting(p: QPainter, theme: Theme, at: QPointF, is_near: bool) -> None:
    """A port that the wire in the hand fits."""
    radius = RADIUS + (2.5 if is_near else 0.5)
    p.setPen(QPen(color(theme.accent), 2.0))
    p.setBrush(color(theme.surface["canvas"]))
    p.drawEllipse(at, radius, radius)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(color(theme.accent))
    p.drawEllipse(at, radius - 3.0, radius - 3.0)


def misfitting(p: QPainter, theme: Theme, at: QPointF, is_near: bool) -> None:
    """A port that the wire in the hand does not fit."""
    radius = RADIUS + (2.0 if is_near else 0.5)
    p.setPen(QPen(color(theme.ink["ink2"]), 1.5))
    p.setBrush(color(theme.surface["canvas"]))
    p.drawEllipse(at, radius, radius)
    arm = radius * 0.45
    for way in (1, -1):
        p.drawLine(QLineF(at.x() - arm, at.y() - way * arm, at.x() + arm, at.y() + way * arm))


def unknown(p: QPainter, theme: Theme, at: QPointF) -> None:
    """A port of which it is not known yet whether the wire fits."""
    p.setPen(QPen(color(theme.ink["faint"]), 1.5))
    p.setBrush(color(theme.surface["canvas"]))
    p.drawEllipse(at, RADIUS - 1.0, RADIUS - 1.0)


def wire(p: QPainter, theme: Theme, start: QPointF, end: QPointF, is_down: bool) -> None:
    """The wire in the hand, from where values come out to where they go: the only free curve."""
    away = end - start
    along, across = (away.y(), away.x()) if is_down else (away.x(), away.y())
    reach = min(max(_HANDLE, abs(along) / 2), 24 + (abs(along) + abs(across)) / 2)
    aside = 0.0
    if along < 0:  # it goes back: a shallow S, or an arc around what lies between
        reach = min(reach, _TURN)
        aside = max(_TURN - abs(across), 0.0)
    step, aside_by = (QPointF(0, reach), QPointF(aside, 0)) if is_down else (QPointF(reach, 0), QPointF(0, aside))
    path = QPainterPath(start)
    path.cubicTo(start + step + aside_by, end - step + aside_by, end)
    p.setBrush(Qt.BrushStyle.NoBrush)
    under = QPen(color(theme.surface["canvas"]), 5.0)
    under.setCapStyle(Qt.PenCapStyle.FlatCap)
    p.setPen(under)
    p.drawPath(path)
    pen = QPen(color(theme.accent), 2.0)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    p.setPen(pen)
    p.drawPath(path)
    p.setPen(QPen(color(theme.surface["canvas"]), 1.5))
    p.setBrush(color(theme.accent))
    p.drawEllipse(end, 4.0, 4.0)


def chosen_edge(p: QPainter, theme: Theme, points: list[QPointF]) -> None:
    """The edge that is chosen."""
    pen = QPen(color(theme.accent), 3.0)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    p.setPen(pen)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPolyline(points)


def band(p: QPainter, theme: Theme, rect: QRectF) -> None:
    """The rubber band that selects several nodes."""
    fill = QColor(color(theme.accent_soft))  # a copy: colours are shared
    fill.setAlpha(70)
    p.setPen(QPen(color(theme.accent), 1.0))
    p.setBrush(fill)
    p.drawRect(rect)
