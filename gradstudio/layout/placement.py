"""Which lane, column and row each node stands in.

Inside a lane ops are pulled towards their consumers, and leaves stand one column before the first op that uses them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import sqrt

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.chips import far
from gradstudio.layout.islands import is_inside, spans_of
from gradstudio.layout.keeping import kept
from gradstudio.layout.lanes import NARROW, Lanes, fill, with_island
from gradstudio.layout.links import Links
from gradstudio.layout.model import Before, Options
from gradstudio.layout.opening import as_if_open
from gradstudio.layout.ordering import untangled
from gradstudio.layout.rows import seat

STEPS = (NARROW, *(round(NARROW * 1.5**k) for k in range(1, 16)))
"""Columns a picture may have."""
SMALL = 40  # up to this many nodes the narrowest does
_FULL = 5  # nodes there are at least for each column, so that a growing picture does not widen at once
_MANY = 2000  # nodes from which on only columns next to a good number are tried
_WIDE = 1.6  # width of a picture by its height
_GROWN = 1.5  # times the height of a new picture that an edited one may have


_SAME = 0.95
"""Share of the nodes from which on two pictures are nearly the same."""


@dataclass(slots=True)
class Placement:
    """lane, column and row of each node (n each); how many rows each lane has, and its innermost frame (-1: none)."""

    lane: list[int]
    column: list[int]
    row: list[int]
    rows: list[int]
    frame: list[int]
    is_chip: np.ndarray  # bool (m,): edges drawn as a reference chip
    island: list[int]  # of each node, -1 for none


def wished_columns(links: Links, sizes: np.ndarray, o: Options) -> int:
    """How many columns let a window of the wished shape show all as large as possible."""
    if links.count <= SMALL:
        return NARROW
    wide, tall = sizes.mean(axis=0).tolist()
    tried: dict[int, float] = {}

    def size(step: int) -> float:
        if step not in tried:
            lanes, column = _spread_out(links, STEPS[step])
            tried[step] = _height(lanes.lane, column, sizes, o)
        return tried[step]

    most = max(k for k, columns in enumerate(STEPS) if columns == NARROW or columns * _FULL <= links.count)
    guess = sqrt(_shape(o) * links.count * tall / wide / 2)
    step = min(range(most + 1), key=lambda k: abs(STEPS[k] - guess))
    around = 2 if links.count <= _MANY else 1
    while True:
        near = [k for k in range(step - around, step + around + 1) if 0 <= k <= most]
        best = min(near, key=lambda k: (size(k), k))
        if best == step:
            return STEPS[step]
        step = best


def _shape(o: Options) -> float:
    return _WIDE if o.direction == "right" else 1 / _WIDE


def _height(lane: list[int], column: list[int], sizes: np.ndarray, o: Options, row: list[int] | None = None) -> float:
    """Height of a window of the wished shape that shows all, without what lines need; rows are packed unless given."""
    wide, tall = float(sizes[:, 0].mean()) + o.column_gap, float(sizes[:, 1].mean()) + o.row_gap
    rows: dict[int, int] = defaultdict(int)
    if row is None:
        for (k, _), count in Counter(zip(lane, column, strict=True)).items():
            rows[k] = max(rows[k], count)
    else:
        for k, r in zip(lane, row, strict=True):
            rows[k] = max(rows[k], r + 1)
    width = (max(column) - min(column) + 1) * wide
    return float(max(width / _shape(o), sum(rows.values()) * tall + len(rows) * (o.lane_gap - o.row_gap)))


def is_near(columns: int, wished: int) -> bool:
    """Whether so many columns are at most one step from the wished ones."""
    return columns in STEPS and abs(STEPS.index(columns) - STEPS.index(wished)) <= 1


def is_mostly(ids: tuple[str, ...], before: Before) -> bool:
    """Whether nearly all nodes are those of the picture before, and nearly all of those are left."""
    shared = len(set(ids).intersection(before.ids))
    return before.columns in STEPS and shared >= _SAME * max(len(ids), len(before.ids))


def _spread_out(links: Links, columns: int) -> tuple[Lanes, list[int]]:
    """Lanes of so many columns, and the column of each node."""
    lanes = fill(links, columns)
    column = _towards_consumers(lanes, links)
    _seat_leaves(lanes, column, links, columns)
    return lanes, column


def place(graph: Graph, links: Links, sizes: np.ndarray, columns: int, before: Before | None, o: Options) -> Placement:
    """Assign every node its cell: that of the picture before, where there is one. Deterministic, one node in a cell."""
    links.allow_islands(with_island(columns) - 1)
    if before is not None:
        before = as_if_open(before, graph, links, with_island(columns))
    stay = kept(links, graph.ids, before, columns) if before is not None else None
    if stay is not None and not links.islands.are_clear(stay.lanes.lane, stay.column):
        stay = None
    lanes, column = _spread_out(links, columns)
    if stay is None and not links.islands.are_clear(lanes.lane, column):
        links.without_islands()
        lanes, column = _spread_out(links, columns)
    if stay is not None and _height(stay.lanes.lane, stay.column, sizes, o, stay.row) > (
        _GROWN * _height(lanes.lane, column, sizes, o) + o.lane_gap
    ):
        stay = None  # after many edits a new picture is better
    if stay is not None:
        lanes, column, row = stay.lanes, stay.column, stay.row
    else:
        row = seat(lanes.lane, column, links.inputs, links.users, links.is_leaf, links.count <= SMALL)
    lanes.put_in_order(links.nesting)
    at, across = np.array(lanes.lane), np.array(column)
    is_chip = far(graph, links, at, across, columns, o)
    source, target = (ends[~is_chip].astype(np.int64) for ends in (graph.edge_source, graph.edge_target))
    if stay is None:
        row = untangled(np.array(row), at, across, source, target, links.count > SMALL).tolist()
    rows = np.zeros(len(lanes.frame), np.int64)
    np.maximum.at(rows, at, np.array(row) + 1)
    return Placement(lanes.lane, column, row, rows.tolist(), lanes.frame, is_chip, links.islands.of_node)


def _towards_consumers(lanes: Lanes, links: Links) -> list[int]:
    """Columns as late as the consumers in the same lane allow, without leaving the pass or call."""
    lane, group, column = lanes.lane, links.group, list(lanes.depth)
    begins: dict[int, list[int]] = defaultdict(list)  # where islands begin in each lane that has some
    for k, low, _ in _islands(links, lane, column):
        begins[k].append(low)
    for i in range(links.count - 1, -1, -1):
        if links.is_leaf[i]:
            continue
        near = [u for u in links.users[i] if lane[u] == lane[i]]
        if near:
            first = min(near, key=column.__getitem__)
            if group[first] == group[i]:
                wish = column[first] - 1
                if links.islands.of_node[i] < 0:  # never into an island or past it
                    wish = min([wish, *(c - 1 for c in begins[lane[i]] if c > column[i])])
                column[i] = max(column[i], wish)
    return column


def _islands(links: Links, lane: list[int], column: list[int]) -> list[tuple[int, int, int]]:
    """Lane, first and last column of each island before its leaves have their places."""
    ops = [f if not links.is_leaf[i] else -1 for i, f in enumerate(links.islands.of_node)]
    spans = spans_of(ops, lane, column).items()
    return [(k, low - links.islands.margin(f), high) for f, (k, low, high) in spans]


def _seat_leaves(lanes: Lanes, column: list[int], links: Links, columns: int) -> None:
    """One column before the first consumer; unused leaves side by side in a lane at the end."""
    lane, idle, end = lanes.lane, 0, -1
    waiting = []
    islands = _islands(links, lane, column)
    for i, leaf in enumerate(links.is_leaf):
        if not leaf:
            continue
        frame = links.frame[i]
        first = min((u for u in links.users[i] if links.frame[u] == frame), default=-1)
        if first >= 0:
            near = [column[u] for u in links.users[i] if lane[u] == lane[first]]
            lane[i], column[i] = lane[first], max(min(near) - 1, 0)
            for island in islands if links.islands.of_node[i] < 0 else ():
                if is_inside(lane[i], column[i], island):
                    column[i] = max(island[1] - 1, 0)
        elif links.users[i] or frame >= 0:
            waiting.append(i)
        else:
            if end < 0:
                end = lanes.begin(-1)
            lane[i], column[i] = end, idle % columns
            idle += 1
    for i in waiting:
        _seat_before_frame(i, lanes, column, links, columns)


def _seat_before_frame(i: int, lanes: Lanes, column: list[int], links: Links, columns: int) -> None:
    """A leaf used in frames that it does not stand in: in the last lane before them, or one of its own."""
    lane, frame = lanes.lane, links.frame[i]
    first = lane[min(links.users[i])] if links.users[i] else len(lanes.frame) - 1
    before = [k for k, f in enumerate(lanes.frame) if f == frame and (k <= first or k in lanes.leading)]
    here = before[-1] if before else lanes.begin(frame)
    if not before:
        lanes.leading.add(here)
    taken = Counter(column[x] for x in range(links.count) if lane[x] == here)
    last = max(taken, default=0) if taken else 0
    wide = max(last, min(columns, NARROW) - 1)
    lane[i], column[i] = here, min(range(wide + 1), key=lambda c: (taken[c], c))
