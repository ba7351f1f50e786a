"""Which lane, column and row each node stands in: a computation reads like wrapped text.

Ops fill a lane in the order of the tape until their chain is as deep as the lane has columns; then a new lane begins.
Inside a lane ops are pulled towards their consumers, and leaves stand one column before the first op that uses them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import Graph

_WORTH_A_LANE = 3  # a pass or call with fewer ops stays in the lane it starts in


@dataclass(slots=True)
class Placement:
    """lane, column and row of each node (int, n each); rows[lane] is how many rows a lane has."""

    lane: list[int]
    column: list[int]
    row: list[int]
    rows: list[int]


def place(graph: Graph, columns: int) -> Placement:
    """Assign every node its cell. Deterministic, no two nodes in one cell."""
    n = len(graph.record)
    inputs: list[list[int]] = [[] for _ in range(n)]
    users: list[list[int]] = [[] for _ in range(n)]
    order = np.lexsort((graph.edge_slot, graph.edge_target))
    for a, b in zip(graph.edge_source[order].tolist(), graph.edge_target[order].tolist(), strict=True):
        inputs[b].append(a)
        users[a].append(b)
    is_leaf = [int(k) != Kind.OP and not inputs[i] for i, k in enumerate(graph.kind.tolist())]
    lane, depth = _lanes(graph, inputs, is_leaf, columns)
    column = _towards_consumers(lane, depth, users, is_leaf)
    _seat_leaves(lane, column, users, is_leaf)
    rows, row = _rows(lane, column, inputs, users, is_leaf)
    return Placement(lane, column, row, rows)


def _lanes(graph: Graph, inputs: list[list[int]], is_leaf: list[bool], columns: int) -> tuple[list[int], list[int]]:
    """Lane and earliest column of each op; -1 for leaves."""
    n = len(is_leaf)
    sizes: dict[int, int] = defaultdict(int)
    for i, g in enumerate(graph.group.tolist()):
        sizes[g] += not is_leaf[i]
    lane, depth = [-1] * n, [-1] * n
    met: set[int] = set()  # leaves that already stand somewhere
    here, last_group, started = 0, -2, False
    for i, g in enumerate(graph.group.tolist()):
        if is_leaf[i]:
            continue
        if started and g != last_group and _new_lane(graph, g, last_group, sizes):
            here += 1
        last_group, started = g, True
        d = _depth(i, here, inputs, is_leaf, lane, depth, met)
        if d >= columns:
            here += 1
            d = _depth(i, here, inputs, is_leaf, lane, depth, met)
        lane[i], depth[i] = here, d
        met.update(x for x in inputs[i] if is_leaf[x])
    return lane, depth


def _new_lane(graph: Graph, group: int, last: int, sizes: dict[int, int]) -> bool:
    kinds = {graph.groups[g].kind for g in (group, last) if g >= 0}
    return "sweep" in kinds or sizes[group] >= _WORTH_A_LANE <= sizes[last]


def _depth(
    i: int, here: int, inputs: list[list[int]], is_leaf: list[bool], lane: list[int], depth: list[int], met: set[int]
) -> int:
    d = 0
    for x in inputs[i]:
        if is_leaf[x]:
            d = max(d, 0 if x in met else 1)
        elif lane[x] == here:
            d = max(d, depth[x] + 1)
    return d


def _towards_consumers(lane: list[int], depth: list[int], users: list[list[int]], is_leaf: list[bool]) -> list[int]:
    """Columns as late as the consumers in the same lane allow."""
    column = list(depth)
    for i in range(len(lane) - 1, -1, -1):
        if is_leaf[i]:
            continue
        near = [column[u] for u in users[i] if lane[u] == lane[i]]
        if near:
            column[i] = max(depth[i], min(near) - 1)
    return column


def _seat_leaves(lane: list[int], column: list[int], users: list[list[int]], is_leaf: list[bool]) -> None:
    """One column before the first consumer; unused leaves at the start of the first lane."""
    for i, leaf in enumerate(is_leaf):
        if not leaf:
            continue
        first = min(users[i], default=-1)
        if first < 0:
            lane[i], column[i] = 0, 0
        else:
            near = [column[u] for u in users[i] if lane[u] == lane[first]]
            lane[i], column[i] = lane[first], max(min(near) - 1, 0)


def _rows(
    lane: list[int], column: list[int], inputs: list[list[int]], users: list[list[int]], is_leaf: list[bool]
) -> tuple[list[int], list[int]]:
    """Chains keep their row, so that the main path runs straight; leaves take the free cell nearest their consumer."""
    n = len(lane)
    row = [0] * n
    taken: set[tuple[int, int, int]] = set()
    furthest: dict[tuple[int, int], int] = {}  # (lane, row) -> last column that holds an op
    passed_on: set[int] = set()
    height: dict[int, int] = defaultdict(int)

    def seat(i: int, r: int) -> None:
        row[i] = r
        taken.add((lane[i], column[i], r))
        height[lane[i]] = max(height[lane[i]], r + 1)

    for i in range(n):
        if is_leaf[i]:
            continue
        chosen = -1
        for x in inputs[i]:
            if not is_leaf[x] and lane[x] == lane[i] and x not in passed_on:
                if (lane[i], column[i], row[x]) not in taken and furthest.get((lane[i], row[x]), -1) <= column[x]:
                    chosen = row[x]
                    passed_on.add(x)
                    break
        if chosen < 0:
            chosen = 0
            while (lane[i], column[i], chosen) in taken or furthest.get((lane[i], chosen), -1) >= column[i]:
                chosen += 1
        seat(i, chosen)
        furthest[lane[i], chosen] = max(column[i], furthest.get((lane[i], chosen), -1))
    for i in range(n):
        if not is_leaf[i]:
            continue
        near = [row[u] for u in users[i] if lane[u] == lane[i] and not is_leaf[u]]
        wish = min(near, default=0)
        step = 0
        while True:
            free = [r for r in (wish + step, wish - step) if r >= 0 and (lane[i], column[i], r) not in taken]
            if free:
                seat(i, free[0])
                break
            step += 1
    count = max(lane, default=-1) + 1
    return [max(height[k], 1) for k in range(count)], row
