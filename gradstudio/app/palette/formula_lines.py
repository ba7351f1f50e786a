"""Formulas painted in a line, one after the other on one base line, in more lines where they do not fit."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from gradstudio.studio.palette.typeset import Formula

_GAP, _LEAD = 22.0, 9.0


@lru_cache(maxsize=256)
def _renderer(svg: str, ink: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg.replace("currentColor", ink).encode()))


def place(formulas: tuple[Formula, ...], width: float) -> tuple[list[QRectF], float, float]:
    """Where each stands at scale 1, and how wide and high all are together."""
    lines: list[list[Formula]] = []
    used = 0.0
    for number, formula in enumerate(formulas):
        # The value has a line to itself where its gradients follow in one of their own.
        if not lines or number == 1 or used + _GAP + formula.width > width:
            lines.append([])
            used = -_GAP
        lines[-1].append(formula)
        used += _GAP + formula.width
    rects, y, widest = [], 0.0, 0.0
    for line in lines:
        rise = max(f.rise for f in line)
        x = 0.0
        for formula in line:
            rects.append(QRectF(x, y + rise - formula.rise, formula.width, formula.height))
            x += formula.width + _GAP
        widest = max(widest, x - _GAP)
        y += max(f.height - f.rise for f in line) + rise + _LEAD
    return rects, widest, max(0.0, y - _LEAD)


def paint_formulas(painter: QPainter, box: QRectF, formulas: tuple[Formula, ...], ink: str) -> None:
    """Paint formulas into a box, smaller where they are larger than it."""
    rects, width, height = place(formulas, box.width())
    if not rects:
        return
    scale = min(1.0, box.width() / max(width, 1.0), box.height() / max(height, 1.0))
    top = box.top() + max(0.0, (box.height() - height * scale) / 2)
    for formula, rect in zip(formulas, rects, strict=True):
        at = QRectF(box.left() + rect.x() * scale, top + rect.y() * scale, rect.width() * scale, rect.height() * scale)
        _renderer(formula.svg, ink).render(painter, at)
