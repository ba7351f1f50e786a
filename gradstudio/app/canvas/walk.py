"""Walking the network by keyboard: along edges with the arrows, from box to box and frame to frame with Tab."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from PySide6.QtCore import Qt

from gradstudio.graph.model import Graph
from gradstudio.graph.neighbours import Neighbours
from gradstudio.layout.model import Layout

_ALONG = {
    "right": {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1},
    "down": {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1},
}
"""Keys against and with the data, by direction of the layout."""
_ASIDE = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (1, -1), Qt.Key.Key_Down: (1, 1)}
"""Axis and way of each key."""
_SAME = 40.0
"""How far apart nodes of one column may begin."""

WALKING = (
    ("Along the edges of nodes", "Arrows"),
    ("Next node or frame", "Tab"),
    ("Next edge or reference of the node or frame", "J"),
    ("To the other end of an edge", "Enter"),
    ("Back from an edge", "Esc"),
    ("Select the next node as well", "Ctrl+Arrows"),
    ("Move the node by a cell", "Shift+Arrows"),
    ("Next pass of a stack", "Alt+Right"),
    ("First and last pass", "Alt+Home"),
    ("Into a box, to the line of a node", "Enter"),
    ("Scroll", "PgDown"),
)
"""What keys do that are no actions, for the sheet of keys."""

Stop = tuple[str, int]
"""Where Tab halts: ("node", number) or ("frame", number)."""


class Walk:
    """Ways through one picture."""

    def __init__(self, graph: Graph, layout: Layout, neighbours: Neighbours) -> None:
        self._graph = graph
        self._layout = layout
        self._neighbours = neighbours

    def step(self, node: int, key: Qt.Key) -> int | None:
        """The node an arrow key leads to: with or against the data to the consumer or input that stands nearest, across
        it to the nearest node in the same column. None for other keys; the node itself where there is nothing."""
        if key not in _ASIDE or not len(self._graph.record):
            return None
        if node < 0:
            return 0
        way = _ALONG[self._layout.direction].get(key)
        if way is None:
            return self._beside(node, *_ASIDE[key])
        near = self._neighbours.inputs(node) if way < 0 else self._neighbours.consumers(node)
        if way < 0:
            return near[0] if near else node
        return min(near, key=lambda other: self._distance(node, other), default=node)

    def way(self, key: Qt.Key) -> tuple[bool, int] | None:
        """Whether an arrow key leads along the data rather than across it, and which way (-1 or 1); None for others."""
        if key not in _ASIDE:
            return None
        along = _ALONG[self._layout.direction].get(key)
        return (False, _ASIDE[key][1]) if along is None else (True, along)

    def edges(self, node: int) -> list[int]:
        """The edges of a node: what it takes, by input slot, then where its value goes, in tape order."""
        near, target = self._neighbours, self._graph.edge_target
        leaving = near.edges_from(node)
        return [*near.edges_into(node).tolist(), *leaving[np.argsort(target[leaving], kind="stable")].tolist()]

    def edges_of_frame(self, frame: int) -> list[int]:
        """The edges that cross the border of a frame: what goes in, by consumer and slot, then what comes out."""
        inside = np.zeros(len(self._graph.record), bool)
        inside[nodes_of(self._graph, frame)] = True
        source, target = self._graph.edge_source, self._graph.edge_target
        enters, leaves = ~inside[source] & inside[target], inside[source] & ~inside[target]
        order = np.lexsort((self._graph.edge_slot, target, leaves))
        return order[(enters | leaves)[order]].tolist()

    def after(self, stop: Stop | None, forward: bool) -> Stop | None:
        """The next halt of Tab, or the one before: nodes in tape order, each frame before the first node inside it.
        None at the ends."""
        if not self._stops:
            return None
        if stop is None:
            return self._stops[0 if forward else -1]
        place = self._places.get(stop, 0) + (1 if forward else -1)
        return self._stops[place] if 0 <= place < len(self._stops) else None

    @cached_property
    def _stops(self) -> list[Stop]:
        stops: list[Stop] = [("node", k) for k in range(len(self._graph.record))]
        inside = [(nodes_of(self._graph, k), k) for k in range(len(self._graph.frames))]
        # From behind, so that the places of those before stay; of frames that begin together the inner one goes first.
        for nodes, k in sorted(inside, key=lambda entry: (int(entry[0][0]) if len(entry[0]) else 0, entry[1]))[::-1]:
            if len(nodes):
                stops.insert(int(nodes[0]), ("frame", k))
        return stops

    @cached_property
    def _places(self) -> dict[Stop, int]:
        return {stop: place for place, stop in enumerate(self._stops)}

    def _distance(self, node: int, other: int) -> tuple[float, int]:
        a, b = self._layout.boxes[node], self._layout.boxes[other]
        return float(np.abs(a[:2] - b[:2]).sum()), other

    def _beside(self, node: int, axis: int, way: int) -> int:
        """The nearest node in the same column (row), above, below or beside."""
        other = self._layout.boxes[:, axis]
        apart = (other - other[node]) * way
        cross = np.abs(self._layout.boxes[:, 1 - axis] - self._layout.boxes[node, 1 - axis])
        found = np.flatnonzero((cross < _SAME) & (apart > 0))
        return int(found[np.argmin(apart[found])]) if len(found) else node


def nodes_of(graph: Graph, frame: int) -> np.ndarray:
    """Nodes and boxes inside a frame, ascending (int64)."""
    inside = np.zeros(len(graph.groups) + 1, bool)  # the last entry serves nodes without a group
    for k, group in enumerate(graph.groups):  # parents come before children
        inside[k] = k == graph.frames[frame].group or (group.parent >= 0 and inside[group.parent])
    return np.flatnonzero(inside[graph.group])


def frame_around(graph: Graph, node: int) -> int:
    """The innermost frame around a node, -1 if there is none."""
    groups = set()
    group = int(graph.group[node])
    while group >= 0:
        groups.add(group)
        group = graph.groups[group].parent
    return max((k for k, frame in enumerate(graph.frames) if frame.group in groups), default=-1)
