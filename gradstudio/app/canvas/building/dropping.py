"""Dropping: an operation that is carried over the canvas: where it would land, and what it would take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPointF
from PySide6.QtGui import QPainter

from gradstudio.app.canvas.building import ghosts
from gradstudio.app.canvas.building.ahead import Ahead
from gradstudio.app.canvas.building.bench import Bench, around
from gradstudio.app.canvas.building.bubble import MISFIT
from gradstudio.app.canvas.building.chosen import GRADIENT, Chosen
from gradstudio.app.canvas.spots import Spot
from gradstudio.picture.fonts import plain
from gradstudio.studio.building import LEAVES, Building
from gradstudio.studio.edits.edit import Edit

OP_MIME = "application/x-gradstudio-op"
"""What the list of operations hands over: the id of one, in UTF-8."""


def carried(data: QMimeData) -> str:
    """The operation that a drag carries, "" for none."""
    if not data.hasFormat(OP_MIME):
        return ""
    return bytes(data.data(OP_MIME).data()).decode("utf-8", "replace")


class Dropping:
    """One operation over one canvas."""

    def __init__(self, bench: Bench, chosen: Chosen) -> None:
        self._bench = bench
        self._chosen = chosen
        self._entry = ""
        self._spot = Spot()
        self._node = -1  # what it would take
        self._edge = -1
        self._point = QPointF()
        self.ahead = Ahead(bench)
        self.ahead.changed.connect(self._on_known)

    @property
    def is_over(self) -> bool:
        """Whether something is carried over the canvas."""
        return bool(self._entry)

    @property
    def words(self) -> str:
        """What would come of it: "Adding sigmoid after z"."""
        if not self._entry:
            return ""
        name = plain(self._entry)
        if self._edge >= 0:
            return f"Adding {name} on the wire"
        return f"Adding {name} after {self._bench.name(self._node)}" if self._node >= 0 else f"Adding {name}"

    def move(self, entry: str, point: QPointF) -> None:
        """It is over a point; say where it would go."""
        canvas = self._bench.canvas
        spot = canvas.spot_at(point)
        node, edge = self._meant(entry, spot)
        self._point = point
        if (entry, node, edge) != (self._entry, self._node, self._edge):
            self._entry, self._node, self._edge = entry, node, edge
            self._bench.bubble.hide()
            self.ahead.look(entry, self._maker(), self._taken())
        canvas.update()

    def leave(self) -> None:
        """It is carried elsewhere."""
        if self._entry:
            self._entry = ""
            self.ahead.forget()
            self._node = self._edge = -1
            self._bench.bubble.hide()
            self._bench.canvas.update()

    def drop(self, entry: str, point: QPointF) -> bool:
        """Let go of it here."""
        self.move(entry, point)
        make = self._maker()
        self.leave()
        return self._bench.attempt(make, around(point))

    def _meant(self, entry: str, spot: Spot) -> tuple[int, int]:
        """The node it takes and the wire it is put on, -1 for none."""
        canvas = self._bench.canvas
        if entry in LEAVES and entry != GRADIENT:
            return -1, -1
        if spot.kind == "node":
            return spot.number, -1
        if spot.kind == "edge":
            return -1, spot.number
        return canvas.selected, -1

    def _maker(self) -> Callable[[Building], Edit]:
        entry, node, edge = self._entry, self._node, self._edge
        if edge >= 0:
            return lambda building: building.add_between(entry, edge)
        return lambda building: self._chosen.adding(building, entry, node)

    def _on_known(self) -> None:
        """It is known what would come of it; what cannot be done says why before it is dropped."""
        if self._entry and self.ahead.why:
            self._bench.bubble.say(MISFIT, self.ahead.why, around(self._point, 20.0))

    def _taken(self) -> int:
        """The node whose value it takes, -1 for none."""
        scene = self._bench.canvas.scene
        if self._edge >= 0 and scene is not None:
            return int(scene.graph.edge_source[self._edge])
        return self._node

    def paint(self, p: QPainter) -> None:
        """The ghost."""
        if self._entry:
            ghosts.paint(p, self._bench.canvas, self.ahead.ghost, self._point)
