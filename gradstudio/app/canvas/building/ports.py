"""Ports: where the inputs and the output of a node are taken hold of. Points are in layout units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.graph.neighbours import Neighbours
from gradstudio.layout.model import Layout, Options
from gradstudio.layout.ports import port_middles

OUTPUT = -1
"""Slot of a node's output."""
_APART = 12.0  # between the inputs of a node, so that each can be hit
_RIM = 8.0  # from the end of a side to its first port
_BESIDE = 14.0  # how far outside a box its ports are still looked for


@dataclass(frozen=True, slots=True)
class PortPlace:
    """One port of a node and where it lies; slot: of an input, from 0, or OUTPUT."""

    node: int
    slot: int
    x: float
    y: float

    @property
    def is_output(self) -> bool:
        """Whether values come out of it."""
        return self.slot == OUTPUT


class PortPlaces:
    """The ports of one picture; boxes that hide nodes have none. inputs: how many inputs of a node the text writes."""

    def __init__(self, graph: Graph, layout: Layout, neighbours: Neighbours, inputs: Callable[[int], int]) -> None:
        self._graph = graph
        self._layout = layout
        self._neighbours = neighbours
        self._count = inputs
        self._known: dict[int, tuple[PortPlace, ...]] = {}
        self._is_down = layout.direction == "down"
        sides = layout.boxes[:, 2] if self._is_down else layout.boxes[:, 3]
        self._side = sides
        self._middle = port_middles(sides, Options(direction=layout.direction))[0]

    def of(self, node: int) -> tuple[PortPlace, ...]:
        """The inputs of a node by slot, then its output; nothing for a box that hides nodes."""
        if node not in self._known:
            self._known[node] = self._find(node) if self._graph.fold[node] < 0 else ()
        return self._known[node]

    def output(self, node: int) -> PortPlace | None:
        """Where a node's value comes out."""
        places = self.of(node)
        return places[-1] if places else None

    def input(self, node: int, slot: int) -> PortPlace | None:
        """Where a value goes into a node."""
        return next((place for place in self.of(node) if place.slot == slot), None)

    def at(self, x: float, y: float, reach: float, nodes: Sequence[int]) -> PortPlace | None:
        """The port nearest to a point, no further than `reach` away, among those of some nodes."""
        best, near = None, reach
        for node in nodes:
            for place in self.of(node):
                away = float(np.hypot(place.x - x, place.y - y))
                if away <= near:
                    best, near = place, away
        return best

    def around(self, x: float, y: float) -> list[int]:
        """The nodes whose ports may lie at a point."""
        b = self._layout.boxes
        inside = (b[:, 0] - _BESIDE <= x) & (x <= b[:, 0] + b[:, 2] + _BESIDE)
        inside &= (b[:, 1] - _BESIDE <= y) & (y <= b[:, 1] + b[:, 3] + _BESIDE)
        return [int(node) for node in np.flatnonzero(inside)]

    def within(self, left: float, top: float, wide: float, high: float) -> np.ndarray:
        """The nodes of which something lies in a rectangle (int64)."""
        b = self._layout.boxes
        seen = (b[:, 0] <= left + wide) & (b[:, 0] + b[:, 2] >= left) & (b[:, 1] <= top + high)
        return np.flatnonzero(seen & (b[:, 1] + b[:, 3] >= top) & (self._graph.fold < 0))

    def _find(self, node: int) -> tuple[PortPlace, ...]:
        x, y, w, h = self._layout.boxes[node].tolist()
        middle, side = float(self._middle[node]), float(self._side[node])
        order = self._order(node, self._count(node))
        apart = min(_APART, (side - 2 * _RIM) / max(len(order) - 1, 1))
        first = middle - apart * (len(order) - 1) / 2
        first = min(max(first, _RIM), max(side - _RIM - apart * (len(order) - 1), _RIM))
        along = {slot: first + apart * k for k, slot in enumerate(order)}
        out = self._leaving(node, middle)
        if self._is_down:
            places = [PortPlace(node, slot, x + along[slot], y) for slot in sorted(along)]
            return (*places, PortPlace(node, OUTPUT, x + out, y + h))
        places = [PortPlace(node, slot, x, y + along[slot]) for slot in sorted(along)]
        return (*places, PortPlace(node, OUTPUT, x + w, y + out))

    def _order(self, node: int, count: int) -> list[int]:
        """The inputs from one end of the side to the other: as their lines arrive, those without one beside the slot
        before them."""
        axis = 0 if self._is_down else 1
        routes, arrives = self._layout.forward, {}
        for edge in self._neighbours.edges_into(node).tolist():
            slot = int(self._graph.edge_slot[edge])
            if routes.start[edge + 1] > routes.start[edge] and slot < count:
                arrives[slot] = float(routes.points[routes.start[edge + 1] - 1, axis])
        order = sorted(arrives, key=lambda slot: (arrives[slot], slot))
        for slot in range(count):
            if slot not in arrives:
                order.insert(order.index(slot - 1) + 1 if slot else 0, slot)
        return order

    def _leaving(self, node: int, middle: float) -> float:
        """Where along its side the lines of a node leave it."""
        axis = 0 if self._is_down else 1
        routes = self._layout.forward
        for edge in self._neighbours.edges_from(node).tolist():
            if routes.start[edge + 1] > routes.start[edge]:
                return float(routes.points[routes.start[edge], axis] - self._layout.boxes[node, axis])
        return middle
