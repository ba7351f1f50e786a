"""What a canvas paints beside its picture: rings of selection and focus below it, hover and a dragged outline above."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from gradstudio.app.canvas.lines import LinePainter
from gradstudio.app.canvas.painter import color
from gradstudio.app.canvas.view import View
from gradstudio.app.controls import focus_pen
from gradstudio.picture.model import Lines
from gradstudio.picture.tokens import Theme

_MORE = 1.2  # pixels by which an emphasised line is wider
_AROUND = 11.0  # pixels that the focus of a line is wide
_MOST_LINES = 400  # emphasised at once


def line_marks(p: QPainter, theme: Theme, rects: list[QRectF]) -> None:
    """The nodes of the editor's line."""
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(color(theme.accent_soft))
    for rect in rects:
        p.drawRoundedRect(rect.adjusted(-5, -5, 5, 5), 8, 8)


def selection(p: QPainter, theme: Theme, rect: QRectF, has_focus: bool, is_second: bool = False) -> None:
    """The ring of a selected node; of the second of two it is broken."""
    pen = QPen(color(theme.accent), 2.0)
    if is_second:
        pen.setDashPattern([4.0, 2.0])
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(pen)
    p.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), 8, 8)
    if has_focus:
        p.setPen(focus_pen(color(theme.ink["ink"])))
        p.drawRoundedRect(rect.adjusted(-7, -7, 7, 7), 10, 10)


def chosen_chip(p: QPainter, theme: Theme, rect: QRectF, has_focus: bool) -> None:
    """The ring of a chosen reference chip."""
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(color(theme.accent), 2.0))
    p.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 5, 5)
    if has_focus:
        p.setPen(focus_pen(color(theme.ink["ink"])))
        p.drawRoundedRect(rect.adjusted(-5, -5, 5, 5), 7, 7)


def line_focus(p: QPainter, theme: Theme, points: list[QPointF]) -> None:
    """The keyboard's focus around a line."""
    way = QPainterPath(points[0])
    for point in points[1:]:
        way.lineTo(point)
    stroker = QPainterPathStroker()
    stroker.setWidth(_AROUND)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(focus_pen(color(theme.ink["ink"])))
    p.drawPath(stroker.createStroke(way).simplified())


def hover(p: QPainter, theme: Theme, rect: QRectF) -> None:
    """The outline of what the pointer is over."""
    p.setPen(QPen(color(theme.accent), 1.0))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawRoundedRect(rect, 4, 4)


def ghost(p: QPainter, theme: Theme, rect: QRectF) -> None:
    """Where a dragged node would stand."""
    fill = QColor(color(theme.accent_soft))  # a copy: colours are shared
    fill.setAlpha(160)
    pen = QPen(color(theme.accent), 1.5)
    pen.setDashPattern([4.0, 3.0])
    p.setPen(pen)
    p.setBrush(fill)
    p.drawRoundedRect(rect, 4, 4)


def emphasised(lines: Lines, edges: np.ndarray, theme: Theme) -> Lines | None:
    """The lines of some edges, wider and in full strength; None where there are none."""
    rows = np.flatnonzero(np.isin(lines.edge, edges))[:_MOST_LINES]
    if not len(rows):
        return None
    counts = np.diff(lines.start)[rows]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    points = lines.points[np.repeat(lines.start[rows] - start[:-1], counts) + np.arange(int(start[-1]))]
    dashes = np.diff(lines.dash_start)[rows]
    dash_start = np.concatenate([[0], np.cumsum(dashes)]).astype(np.int64)
    dash = lines.dash[np.repeat(lines.dash_start[rows] - dash_start[:-1], dashes) + np.arange(int(dash_start[-1]))]
    ink = np.uint32(theme.ink["ink"])
    return replace(
        lines,
        start=start,
        points=points,
        color=np.where(lines.backward[rows], lines.color[rows], ink),
        width=(lines.width[rows] + _MORE).astype(np.float32),
        dash_start=dash_start,
        dash=dash,
        arrow=(lines.arrow[rows] * 1.25).astype(np.float32),
        halo=np.zeros(len(rows), np.uint32),
        net=lines.net[rows],
        edge=lines.edge[rows],
        backward=lines.backward[rows],
    )


def draw_lines(p: QPainter, lines: Lines, view: View, area: QRectF) -> None:
    """Paint emphasised lines above a frame."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    LinePainter(lines).paint(p, view.x, view.y, view.zoom, area, area)
