"""Hovering: what the pointer is over, the card beside it, and the edges that are emphasised meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal

from gradstudio.app.canvas.card import HoverCard
from gradstudio.app.canvas.said import Said, of_edge, of_node
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.app.canvas.spots import Spot
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import tokens

_LONGEST = 72  # characters of what is said of the text


class Hover(QObject):
    """Follows the pointer over one canvas. Signal node_changed(node), -1 for none."""

    node_changed = Signal(int)

    def __init__(self, canvas: Selectable) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.card = HoverCard(canvas)
        self.spot = Spot()
        self.describe: Callable[[int], str] | None = None  # where the text makes a node, and whether it can be edited
        self._point = QPointF()
        self._clear: QRectF | None = None
        self._compares = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(tokens()["animation_ms"]["tooltip_delay"])
        self._timer.timeout.connect(self.show_card)
        canvas.node_selected.connect(self.hide_card)

    @property
    def node(self) -> int:
        """The node under the pointer, -1 for none."""
        return self.spot.number if self.spot.kind == "node" else -1

    def move(self, point: QPointF) -> None:
        """The pointer is at a point of the widget."""
        self._point, self._clear = point, None
        self._set(self._canvas.spot_at(point))

    def look_at(self, spot: Spot, rect: QRectF) -> None:
        """The keyboard is at something. rect: what the card must not cover, in widget coordinates."""
        self._set(spot)
        self._clear = rect

    def leave(self) -> None:
        """The pointer is nowhere."""
        self._set(Spot())

    def forget(self) -> None:
        """Another picture: nothing is under the pointer until it moves."""
        self.card.hide()
        self._timer.stop()
        self.spot = Spot()

    def hide_card(self) -> None:
        """The card goes until the pointer is over something else."""
        self.card.hide()
        self._timer.stop()

    def set_comparing(self, compares: bool) -> None:
        """Whether the card compares with the selected node (Alt is held)."""
        if compares != self._compares:
            self._compares = compares
            if self.card.isVisible():
                self.show_card()

    def edges(self) -> np.ndarray:
        """Numbers of the edges to emphasise: those of the node, or the one, under the pointer (int64)."""
        scene = self._canvas.scene
        if scene is None or self.spot.kind not in ("node", "edge", "chip"):
            return np.zeros(0, np.int64)
        if self.spot.kind != "node":
            return np.array([self.spot.number], np.int64)
        near = scene.neighbours
        return np.concatenate([near.edges_into(self.spot.number), near.edges_from(self.spot.number)])

    def show_card(self) -> None:
        """Say what is under the pointer, beside it."""
        said = self._said()
        if said is not None:
            here = QRectF(self._point.x() - 6, self._point.y() - 6, 12, 12)
            self.card.show_said(said, self._canvas.theme, self._clear or next(iter(self.outlines()), here))

    def outlines(self) -> list[QRectF]:
        """What is outlined, in widget coordinates: the node under the pointer; a chip, and the node it refers to."""
        scene, canvas = self._canvas.scene, self._canvas
        if scene is None or self.spot.kind not in ("node", "chip"):
            return []
        if self.spot.kind == "node":
            return [canvas.node_rect(self.spot.number)]
        source = int(scene.graph.edge_source[self.spot.number])
        return [canvas.screen(scene.spots.chip(self.spot.number)), canvas.node_rect(source)]

    def _said(self) -> Said | None:
        scene, canvas = self._canvas.scene, self._canvas
        if scene is None:
            return None
        if self.spot.kind in ("edge", "chip"):
            return of_edge(scene.graph, scene.trace, self.spot.number, self.spot.kind == "chip")
        if self.node < 0:
            return None
        beside = canvas.selected if self._compares and canvas.selected != self.node else -1
        said = of_node(scene.graph, scene.trace, scene.neighbours, self.node, beside)
        text = self.describe(self.node) if self.describe is not None else ""
        if not text or text == f"line {scene.graph.line[self.node]}":
            return said  # the card says its line anyway
        return replace(said, rows=(*said.rows, ("text", plain(text, _LONGEST))))

    def _set(self, spot: Spot) -> None:
        if spot == self.spot:
            return
        before, self.spot = self.node, spot
        self.hide_card()
        if spot.kind in ("node", "edge", "chip"):
            self._timer.start()
        self._canvas.setCursor(Qt.CursorShape.PointingHandCursor if spot.is_button else Qt.CursorShape.ArrowCursor)
        if self.node != before:
            self.node_changed.emit(self.node)
        self._canvas.update()
