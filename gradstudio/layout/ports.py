"""Where lines meet nodes: forward ones at the value row, backward ones at the gradient row, spread where several meet."""

from __future__ import annotations

from collections import defaultdict

from gradstudio.graph.model import Graph
from gradstudio.layout.model import Options
from gradstudio.layout.placement import Placement

_SPREAD = 8.0  # lines stay within this distance of the middle of their row


def ports(graph: Graph, p: Placement, o: Options) -> tuple[list[float], list[tuple[float, float]]]:
    """Per edge: y of the forward arrival, and of the backward departure and arrival, below the top of their nodes.

    Lines that come from further up arrive further up.
    """
    arriving: dict[int, list[int]] = defaultdict(list)
    returning: dict[int, list[int]] = defaultdict(list)
    for e in range(len(graph.edge_source)):
        arriving[int(graph.edge_target[e])].append(e)
        if graph.edge_backward[e] >= 0:
            returning[int(graph.edge_source[e])].append(e)

    def height(node: int) -> tuple[int, int]:
        return p.lane[node], p.row[node]

    value = [0.0] * len(graph.edge_source)
    leave = [0.0] * len(graph.edge_source)
    reach = [0.0] * len(graph.edge_source)
    for edges in arriving.values():
        edges.sort(key=lambda e: (height(int(graph.edge_source[e])), int(graph.edge_slot[e])))
        for e, shift in zip(edges, _shifts(len(edges)), strict=True):
            value[e] = o.value_port + shift
            leave[e] = o.gradient_port + shift
    for edges in returning.values():
        edges.sort(key=lambda e: (height(int(graph.edge_target[e])), int(graph.edge_slot[e])))
        for e, shift in zip(edges, _shifts(len(edges)), strict=True):
            reach[e] = o.gradient_port + shift
    return value, list(zip(leave, reach, strict=True))


def _shifts(count: int) -> list[float]:
    if count == 1:
        return [0.0]
    if count == 2:
        return [-5.0, 5.0]
    half = 6.0 if count == 3 else _SPREAD
    return [-half + 2 * half * k / (count - 1) for k in range(count)]
