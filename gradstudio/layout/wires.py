"""Which channels each edge runs through: never through a cell that holds a node.

Vertical channel c lies left of column c, the last one right of the last column; horizontal channel g lies below row g,
rows being counted through all lanes. A wire leaves its source sideways into the vertical channel there, may cross in
one horizontal channel (its bridge), and reaches its consumer from the vertical channel beside that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.placement import Placement

_FAR = 3  # more backward lines than this from other lanes into one node share a trunk
_MOST = 4  # where more than this would still arrive apart, all of them share it


@dataclass(slots=True, eq=False)
class Wire:
    """One edge in one direction, written from the node that gives the value to the node that takes it.

    Wires with the same net may share their way. y1 and y2 are where it meets its nodes, in grid units: row g holds
    the heights 2 g to 2 g + 1.
    """

    net: int
    source: int
    target: int
    first: int  # vertical channel beside the source
    second: int  # vertical channel beside the target
    bridge: int | None  # horizontal channel, None where both ends share a vertical channel
    row1: int
    row2: int
    run: bool  # straight along one row, through empty cells or none
    detour: int | None  # the bridge of a run that cannot leave at the height at which it arrives
    y1: float = 0.0
    y2: float = 0.0
    port1: float = 0.0  # pixels below the top of the source's row
    port2: float = 0.0  # pixels below the top of the target's row


def wires(
    graph: Graph, p: Placement, middles: tuple[list[float], list[float]], level: list[int]
) -> tuple[list[Wire | None], list[Wire | None]]:
    """Forward and backward wire of each edge; None where nothing flowed back, and for reference chips.

    middles: of the forward and of the backward port of each node, below the top of its row. level: the row below which
    lines of each node run along the lane.
    """
    n, m = len(p.lane), len(graph.edge_source)
    start = [0]
    for rows in p.rows:
        start.append(start[-1] + rows)
    row = [start[p.lane[i]] + p.row[i] for i in range(n)]
    full = {(row[i], p.column[i]) for i in range(n)}
    taken: dict[tuple[bool, int, int], int] = {}  # (backward, row, column) crossed along a row -> net

    def free(net: int, back: bool, at: int, begin: int, end: int) -> bool:
        """Whether a net may run along a row through columns begin..end - 1; takes them if so."""
        for c in range(begin, end):
            if (at, c) in full or taken.get((back, at, c), net) != net:
                return False
        for c in range(begin, end):
            taken[back, at, c] = net
        return True

    def runs(a: int, b: int, out: int, into: int, back: bool, net: int) -> bool:
        """Whether a line can go straight from a to b."""
        if out == into:
            return middles[back][a] == middles[back][b]
        return free(net, back, row[a], out, into)

    sources, targets = graph.edge_source.tolist(), graph.edge_target.tolist()
    flows = np.where(p.is_chip, -1, graph.edge_backward).tolist()
    far = Counter(a for a, b, f in zip(sources, targets, flows, strict=True) if f >= 0 and p.lane[a] != p.lane[b])
    near = Counter(a for a, b, f in zip(sources, targets, flows, strict=True) if f >= 0 and p.lane[a] == p.lane[b])
    forward: list[Wire | None] = []
    backward: list[Wire | None] = []
    for e, (a, b, chip) in enumerate(zip(sources, targets, p.is_chip.tolist(), strict=True)):
        if chip:
            forward.append(None)
            backward.append(None)
            continue
        out, into = p.column[a] + 1, p.column[b]
        is_level = row[a] == row[b] and out <= into
        bridge: int | None = None
        if out != into:
            if p.lane[a] > p.lane[b]:
                bridge = start[p.lane[a]] - 1
            elif p.lane[a] < p.lane[b]:
                # The long way down runs in the left margin where that is beside the consumer, else beside the source.
                bridge = start[p.lane[a] + 1] - 1 if into == 0 else start[p.lane[b]] - 1
            else:
                bridge = row[b] - 1 if row[b] > row[a] else row[b]
                if out < into:
                    bridge = start[p.lane[a]] + level[a]
        run = is_level and runs(a, b, out, into, False, a)
        forward.append(Wire(a, a, b, out, into, None if run else bridge, row[a], row[b], run, bridge))
        if flows[e] < 0:
            backward.append(None)
            continue
        crowded = near[a] + (1 if far[a] > _FAR else far[a]) > _MOST
        shared = (p.lane[a] != p.lane[b] and far[a] > _FAR) or (crowded and not (is_level and out == into))
        net = n + m + a if shared else n + e
        run = is_level and runs(a, b, out, into, True, net)
        backward.append(Wire(net, a, b, out, into, None if run else bridge, row[a], row[b], run, bridge))
    return forward, backward
