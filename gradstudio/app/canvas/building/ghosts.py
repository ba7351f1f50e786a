"""Ghosts: what would stand on the canvas, shown where it will land, before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gradstudio.app.canvas.building.bench import Bench
from gradstudio.app.canvas.painter import color
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.app.fonts import mono, words
from gradstudio.engine.trace import Kind
from gradstudio.picture.anatomy import HEIGHT, NARROWEST
from gradstudio.picture.fonts import plain
from gradstudio.studio.building import LEAVES
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.foresight import Rect, foreseen

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_STEP = 20.0  # between its lines


@dataclass(frozen=True, slots=True)
class Ghost:
    """A node that is not there yet. rect: in layout units, None where that is not known."""

    lines: tuple[str, ...]
    rect: Rect | None


def ghost_of(bench: Bench, edit: Edit, entry: str, source: int) -> Ghost:
    """What an edit would put on the canvas: an entry of the palette that takes a node, -1 for none."""
    scene, building = bench.canvas.scene, bench.building
    shape = building.fits_after(source)(entry) if building is not None and source >= 0 else ""
    what = plain(entry.removeprefix("leaf:"))
    lines = (f"{what}, {shape}" if shape else what, plain(edit.variable), "lands here")
    if scene is None or edit.line < 1 or scene.graph.record.min(initial=0) < 0:
        return Ghost(lines, None)
    sources = (source,) if source >= 0 else ()
    kind = Kind.DATA if entry in LEAVES else Kind.OP
    return Ghost(lines, foreseen(scene.graph, scene.layout, sources, edit.line, edit.variable, what, kind))


def paint(p: QPainter, canvas: Selectable, ghost: Ghost | None, pointer: QPointF) -> None:
    """The ghost in its place; where that is not known, at the pointer."""
    if ghost is None:
        return
    wide, high = NARROWEST * canvas.zoom, HEIGHT * canvas.zoom
    rect = QRectF(pointer.x() - wide / 2, pointer.y() - high / 2, wide, high)
    if ghost.rect is not None:
        rect = canvas.screen(ghost.rect)
    theme = canvas.theme
    ground = QColor(color(theme.surface["canvas"]))  # a copy: colours are shared
    ground.setAlpha(215)
    pen = QPen(color(theme.accent), 1.5)
    pen.setDashPattern([4.0, 3.0])
    p.setPen(pen)
    p.setBrush(ground)
    p.drawRoundedRect(rect, 4, 4)
    for number, line in enumerate(ghost.lines):
        top = rect.top() + 2 + _STEP * number
        if top + _STEP > rect.bottom() + 2:
            break
        p.setFont(words(12, 700) if number == 1 else words(11, 500) if number == 0 else mono(11))
        p.setPen(color(theme.accent if number == 1 else theme.ink["ink2"]))
        shown = p.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, round(rect.width() - 20))
        p.drawText(QRectF(rect.left() + 12, top, rect.width() - 20, _STEP), _LEFT, shown)
