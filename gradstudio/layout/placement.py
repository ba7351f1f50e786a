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
from gradstudio.layout.rows import seat

_TALLEST = 8  # ops in one column of a lane
_FEW = 3  # ops that move to the next lane to keep a lonely one company
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
    lane, depth, wrapped = _lanes(graph, inputs, is_leaf, columns)
    _keep_company(lane, depth, wrapped, inputs, users, is_leaf, columns)
    column = _towards_consumers(lane, depth, users, is_leaf)
    _seat_leaves(lane, column, users, is_leaf, columns)
    rows, row = seat(lane, column, inputs, users, is_leaf)
    return Placement(lane, column, row, rows)


def _lanes(
    graph: Graph, inputs: list[list[int]], is_leaf: list[bool], columns: int
) -> tuple[list[int], list[int], set[int]]:
    """Lane and earliest column of each op (-1 for leaves), and the lanes that go on where one was full."""
    n = len(is_leaf)
    sizes: dict[int, int] = defaultdict(int)
    for i, g in enumerate(graph.group.tolist()):
        sizes[g] += not is_leaf[i]
    lane, depth = [-1] * n, [-1] * n
    met: dict[int, tuple[int, int]] = {}  # leaf -> lane and column where its first consumer puts it
    full: dict[tuple[int, int], int] = defaultdict(int)  # ops in a column of a lane
    wrapped: set[int] = set()
    here, begun, last_group = 0, -1, -2  # the lane being filled, the last lane with an op in it, that op's group
    for i, g in enumerate(graph.group.tolist()):
        if is_leaf[i]:
            continue
        if begun == here and g != last_group and _new_lane(graph, g, last_group, sizes):
            here += 1
        last_group = g
        d = _depth(i, here, inputs, is_leaf, lane, depth, met)
        if begun == here and (d >= columns or full[here, d] >= _TALLEST):
            here += 1
            wrapped.add(here)
            d = _depth(i, here, inputs, is_leaf, lane, depth, met)
        lane[i], depth[i] = here, d
        begun = here
        full[here, d] += 1
        for x in inputs[i]:
            if is_leaf[x]:
                met.setdefault(x, (here, d - 1))
    return lane, depth, wrapped


def _new_lane(graph: Graph, group: int, last: int, sizes: dict[int, int]) -> bool:
    kinds = {graph.groups[g].kind for g in (group, last) if g >= 0}
    return "sweep" in kinds or sizes[group] >= _WORTH_A_LANE <= sizes[last]


def _depth(
    i: int,
    here: int,
    inputs: list[list[int]],
    is_leaf: list[bool],
    lane: list[int],
    depth: list[int],
    met: dict[int, tuple[int, int]],
) -> int:
    """The first column right of all inputs in the same lane."""
    d = 0
    for x in inputs[i]:
        if is_leaf[x]:
            at = met.get(x, (here, 0))
            d = max(d, at[1] + 1 if at[0] == here else 0)
        elif lane[x] == here:
            d = max(d, depth[x] + 1)
    return d


def _keep_company(
    lane: list[int],
    depth: list[int],
    wrapped: set[int],
    inputs: list[list[int]],
    users: list[list[int]],
    is_leaf: list[bool],
    columns: int,
) -> None:
    """An op that would stand alone after a full lane takes the last column of that lane with it."""
    members: dict[int, list[int]] = defaultdict(list)
    for i, leaf in enumerate(is_leaf):
        if not leaf:
            members[lane[i]].append(i)
    for here in sorted(wrapped):
        last = [i for i in members[here - 1] if depth[i] == columns - 1]
        if len(members[here]) != 1 or not 1 <= len(last) <= _FEW or columns < 3:
            continue
        for i in [*last, members[here][0]]:
            lane[i] = here
            depth[i] = 0
            for x in inputs[i]:
                if is_leaf[x]:
                    first = min(users[x])
                    depth[i] = max(depth[i], 1 if first == i else depth[first] if lane[first] == here else 0)
                elif lane[x] == here:
                    depth[i] = max(depth[i], depth[x] + 1)
        members[here] = [*last, *members[here]]
        members[here - 1] = [i for i in members[here - 1] if lane[i] != here]


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


def _seat_leaves(lane: list[int], column: list[int], users: list[list[int]], is_leaf: list[bool], columns: int) -> None:
    """One column before the first consumer; unused leaves side by side in a lane at the end."""
    idle = 0
    end = max(lane, default=-1) + 1
    for i, leaf in enumerate(is_leaf):
        if not leaf:
            continue
        first = min(users[i], default=-1)
        if first < 0:
            lane[i], column[i] = end, idle % columns
            idle += 1
        else:
            near = [column[u] for u in users[i] if lane[u] == lane[first]]
            lane[i], column[i] = lane[first], max(min(near) - 1, 0)
