"""What arrives at a node in a sweep: one bar for each consumer, as long as its share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.picture.fonts import elide, plain
from gradstudio.picture.model import Font
from gradstudio.picture.numbers import number
from gradstudio.picture.tokens import Theme

_ROW = 40
_NAME = Font("Inter", 12, 400)


@dataclass(frozen=True, slots=True)
class Part:
    """One product that flowed into a node: from which consumer, its share (0..1), common sign (or 0) and size."""

    node: int
    name: str
    share: float
    sign: int
    rms: float


def contributions(graph: Graph, trace: Trace, node: int) -> list[Part]:
    """All products that reached a node, largest first."""
    if graph.sweep < 0:
        return []
    sweep = trace.sweeps[graph.sweep]
    edges = (graph.edge_source == node).nonzero()[0]
    edges = edges[graph.edge_backward[edges] >= 0]
    consumers = graph.edge_target[edges].tolist()
    found = []
    for e, consumer in zip(edges.tolist(), consumers, strict=True):
        row = int(graph.edge_backward[e])
        name = plain(graph.title[consumer])
        if consumers.count(consumer) > 1:
            name += f", input {int(graph.edge_slot[e]) + 1}"
        part = Part(consumer, name, float(sweep.edge_share[row]), int(sweep.edge_sign[row]), float(sweep.edge_rms[row]))
        found.append(part)
    return sorted(found, key=lambda part: -part.share)


def _words(part: Part) -> str:
    """Size and share; "±" where elements have both signs."""
    if math.isnan(part.rms):
        return "NaN"
    sign = {1: "+", -1: "−", 0: "±"}[part.sign] if part.rms else ""
    return f"{sign}{number(part.rms, 3)}   {100 * part.share:.1f} %"


class Contributions(QWidget):
    """Signal node_wanted(node): a row was clicked."""

    node_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: list[Part] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def set_parts(self, parts: list[Part]) -> None:
        """Replace all rows."""
        self._parts = parts[:12]
        self.setFixedHeight(max(1, _ROW * len(self._parts)))
        self.setAccessibleDescription("; ".join(f"{p.name} {p.share:.1%}" for p in parts))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(288, max(1, _ROW * len(self._parts)))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        p = QPainter(self)
        try:
            for i, part in enumerate(self._parts):
                top = i * _ROW
                text = _words(part)
                p.setFont(mono(11))
                p.setPen(color(t.ink["ink"]))
                area = QRectF(0, top, self.width(), 24)
                p.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
                p.setFont(words(12))
                name = elide(part.name, _NAME, self.width() - 150.0)
                p.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
                p.fillRect(QRectF(0, top + 26, self.width(), 6), color(t.surface["sunken"]))
                fill = t.signed_line[1 + part.sign] if part.sign else t.ink["faint"]
                if math.isnan(part.rms):
                    p.fillRect(QRectF(0, top + 26, self.width(), 6), color(t.nan_hatch))
                elif part.share > 0:
                    p.fillRect(QRectF(0, top + 26, max(1.0, self.width() * part.share), 6), color(fill))
        finally:
            p.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y() // _ROW)
        if 0 <= row < len(self._parts):
            self.node_wanted.emit(self._parts[row].node)
