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
from gradstudio.layout.lanes import NARROW, Lanes, fill
from gradstudio.layout.links import Links
from gradstudio.layout.model import Options
from gradstudio.layout.ordering import Seats, untangled
from gradstudio.layout.rows import seat

STEPS = (NARROW, *(round(NARROW * 1.5**k) for k in range(1, 16)))
"""Columns a picture may have."""
_SMALL = 40  # up to this many nodes the narrowest does
_WIDE = 1.6  # width of a picture by its height


@dataclass(slots=True)
class Placement:
    """lane, column and row of each node (n each); how many rows each lane has, and its innermost frame (-1: none)."""

    lane: list[int]
    column: list[int]
    row: list[int]
    rows: list[int]
    frame: list[int]
    level: list[int]  # row below which lines of each node run along its lane; -1: beside the row of their end
    is_chip: np.ndarray  # bool (m,): edges drawn as a reference chip


def wished_columns(links: Links, sizes: np.ndarray, o: Options) -> int:
    """How many columns make a picture about as wide as it should be."""
    n = links.count
    if n <= _SMALL:
        return NARROW
    wide, tall = float(sizes[:, 0].mean()) + o.column_gap, float(sizes[:, 1].mean()) + o.row_gap
    goal = _WIDE if o.direction == "right" else 1 / _WIDE
    tried: dict[int, float] = {}

    def size(step: int) -> float:
        """Height that a window of the wished shape needs to show all."""
        if step not in tried:
            lanes, column = _spread_out(links, STEPS[step])
            full = Counter(zip(lanes.lane, column, strict=True))
            rows: dict[int, int] = defaultdict(int)
            for (lane, _), count in full.items():
                rows[lane] = max(rows[lane], count)
            width = (max(column) + 1) * wide
            tried[step] = max(width / goal, sum(rows.values()) * tall + len(rows) * (o.lane_gap - o.row_gap))
        return tried[step]

    step = min(range(len(STEPS)), key=lambda k: abs(STEPS[k] - sqrt(goal * n * tall / wide / 2)))
    while True:
        near = [k for k in (step - 1, step, step + 1) if 0 <= k < len(STEPS)]
        best = min(near, key=lambda k: (size(k), k))
        if best == step:
            return STEPS[step]
        step = best


def _spread_out(links: Links, columns: int) -> tuple[Lanes, list[int]]:
    """Lanes of so many columns, and the column of each node."""
    lanes = fill(links, columns)
    column = _towards_consumers(lanes, links)
    _seat_leaves(lanes, column, links, columns)
    return lanes, column


def place(graph: Graph, links: Links, columns: int, o: Options) -> Placement:
    """Assign every node its cell. Deterministic, no two nodes in one cell."""
    lanes, column = _spread_out(links, columns)
    if links.nesting.parent:
        _frames_together(lanes, links)
    rows, row = seat(lanes.lane, column, links.inputs, links.users, links.is_leaf)
    at, across = np.array(lanes.lane), np.array(column)
    is_chip = far(graph, links, at, across, columns, o)
    wired = ~is_chip
    seats = Seats(np.array(row), np.array(rows), np.full(links.count, -1))
    seats = untangled(seats, at, across, graph.edge_source[wired], graph.edge_target[wired], links.count > _SMALL)
    return Placement(
        lanes.lane, column, seats.row.tolist(), seats.rows.tolist(), lanes.frame, seats.level.tolist(), is_chip
    )


def _towards_consumers(lanes: Lanes, links: Links) -> list[int]:
    """Columns as late as the consumers in the same lane allow, without leaving the pass or call."""
    lane, group, column = lanes.lane, links.group, list(lanes.depth)
    for i in range(links.count - 1, -1, -1):
        if links.is_leaf[i]:
            continue
        near = [u for u in links.users[i] if lane[u] == lane[i]]
        if near:
            first = min(near, key=column.__getitem__)
            if group[first] == group[i]:
                column[i] = max(column[i], column[first] - 1)
    return column


def _seat_leaves(lanes: Lanes, column: list[int], links: Links, columns: int) -> None:
    """One column before the first consumer; unused leaves side by side in a lane at the end."""
    lane, idle, end = lanes.lane, 0, -1
    waiting = []
    for i, leaf in enumerate(links.is_leaf):
        if not leaf:
            continue
        frame = links.frame[i]
        first = min((u for u in links.users[i] if links.frame[u] == frame), default=-1)
        if first >= 0:
            near = [column[u] for u in links.users[i] if lane[u] == lane[first]]
            lane[i], column[i] = lane[first], max(min(near) - 1, 0)
        elif links.users[i] or frame >= 0:
            waiting.append(i)
        else:
            if end < 0:
                end = len(lanes.frame)
                lanes.frame.append(-1)
            lane[i], column[i] = end, idle % columns
            idle += 1
    for i in waiting:
        _seat_before_frame(i, lanes, column, links, columns)


def _seat_before_frame(i: int, lanes: Lanes, column: list[int], links: Links, columns: int) -> None:
    """A leaf used in frames that it does not stand in: in the last lane before them, or one of its own."""
    lane, frame = lanes.lane, links.frame[i]
    first = lane[min(links.users[i])] if links.users[i] else len(lanes.frame) - 1
    before = [k for k, f in enumerate(lanes.frame) if f == frame and (k <= first or k in lanes.leading)]
    here = before[-1] if before else len(lanes.frame)
    if not before:
        lanes.frame.append(frame)
        lanes.leading.add(here)
    taken = Counter(column[x] for x in range(links.count) if lane[x] == here)
    last = max(taken, default=0) if taken else 0
    wide = max(last, min(columns, NARROW) - 1)
    lane[i], column[i] = here, min(range(wide + 1), key=lambda c: (taken[c], c))


def _frames_together(lanes: Lanes, links: Links) -> None:
    """Order the lanes so that each frame is a run of lanes."""
    nesting = links.nesting
    first: dict[int, int] = {}
    for k, f in enumerate(lanes.frame):
        for frame in nesting.path(f):
            first.setdefault(frame, k)
    keys = [
        (*(first[outer] for outer in nesting.path(f)), -1 if k in lanes.leading else k)
        for k, f in enumerate(lanes.frame)
    ]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    new = {k: at for at, k in enumerate(order)}
    lanes.frame = [lanes.frame[k] for k in order]
    lanes.lane = [new[k] for k in lanes.lane]
