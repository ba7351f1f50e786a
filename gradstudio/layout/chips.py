"""Reference chips: values needed far from where they are made are named at the consumer instead of wired."""

from __future__ import annotations

import math

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.links import Links
from gradstudio.layout.model import Options

HEIGHT, WIDTH = 16.0, 56.0
"""Pixels of a reference chip at 100 %."""
_APART = 4.0
_NEAR = 8  # columns in the order of reading that a line may reach
_BESIDE = 3  # columns that a line of a leaf with many consumers may reach
_MANY = 3  # consumers


def far(graph: Graph, links: Links, lane: np.ndarray, column: np.ndarray, columns: int, o: Options) -> np.ndarray:
    """Which edges become chips (bool, one per edge): those that reach far, except what a pass hands to the next one.

    lane, column: of each node. In a small graph no edge does.
    """
    m = len(graph.edge_source)
    if links.count <= o.wired:
        return np.zeros(m, bool)
    used = np.zeros(int(lane.max()) + 1, np.int64)
    np.maximum.at(used, lane, column + 1)
    place = (np.cumsum(used) - used)[lane] + column  # in the order of reading
    a, b = graph.edge_source, graph.edge_target
    reach = place[b] - place[a]
    leaf = np.array(links.is_leaf)
    many = leaf & (np.bincount(a, minlength=links.count) > _MANY)
    out: np.ndarray = (np.abs(reach) > _NEAR) & ~_handed_on(graph, leaf)
    out |= (np.abs(lane[b] - lane[a]) > 1) | (np.abs(reach) > columns)
    out |= many[a] & ((lane[a] != lane[b]) | (reach > _BESIDE))
    return out


def _handed_on(graph: Graph, leaf: np.ndarray) -> np.ndarray:
    """Whether an edge leads from an op of one pass into the next pass of the same loop (bool, one per edge)."""
    last: dict[tuple[int, int], int] = {}
    before = np.full(len(graph.groups) + 1, -2)  # the pass before each; the last entry serves group -1
    for k, group in enumerate(graph.groups):
        if group.kind == "pass":
            before[k] = last.get((group.parent, group.line), -2)
            last[group.parent, group.line] = k
    a, b = graph.edge_source, graph.edge_target
    return np.asarray((before[graph.group[b]] == graph.group[a]) & ~leaf[a])


class Chips:
    """The chips of a picture, above the boxes of their consumers: as many side by side as fit, then in another line."""

    def __init__(self, edges: np.ndarray, graph: Graph, sizes: np.ndarray, turned: bool) -> None:
        self.edges = np.asarray(edges, np.int32)
        self._wide, self._tall = (HEIGHT, WIDTH) if turned else (WIDTH, HEIGHT)
        self._target = graph.edge_target[self.edges].astype(np.int64)
        fit = np.maximum((sizes[:, 0] + _APART) // (self._wide + _APART), 1).astype(np.int64)
        order = np.lexsort((graph.edge_slot[self.edges], self._target))
        number = np.empty(len(order), np.int64)
        seen = self._target[order]
        new = np.ones(len(seen), bool)
        new[1:] = seen[1:] != seen[:-1]
        starts = np.flatnonzero(new)
        number[order] = np.arange(len(seen)) - np.repeat(starts, np.diff(np.append(starts, len(seen))))
        self._line, self._place = np.divmod(number, fit[self._target])

    def room(self, row: np.ndarray) -> dict[int, float]:
        """Pixels that chips take above each row of boxes. row: of each node, counted through all lanes."""
        lines: dict[int, int] = {}
        for r, line in zip(row[self._target].tolist(), self._line.tolist(), strict=True):
            lines[r] = max(lines.get(r, 0), line + 1)
        return {r: math.ceil(k * (self._tall + _APART)) for r, k in lines.items()}

    def boxes(self, boxes: np.ndarray) -> np.ndarray:
        """Their rectangles (float64, (c, 4)), from those of the nodes."""
        at = boxes[self._target]
        x = at[:, 0] + self._place * (self._wide + _APART)
        y = at[:, 1] - (self._line + 1) * (self._tall + _APART)
        return np.column_stack([x, y, np.minimum(at[:, 2], self._wide), np.full(len(x), self._tall)]).reshape(-1, 4)
