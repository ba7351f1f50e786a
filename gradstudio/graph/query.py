"""Questions about a graph: what feeds a node, what uses it, what stands on a line, which cotangent it received."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph


def inputs(graph: Graph, node: int) -> list[int]:
    """Nodes whose values a node takes, by input slot."""
    rows = np.nonzero(graph.edge_target == node)[0]
    return [int(graph.edge_source[i]) for i in rows[np.argsort(graph.edge_slot[rows], kind="stable")]]


def consumers(graph: Graph, node: int) -> list[int]:
    """Nodes that take a node's value, in tape order, each once."""
    return sorted({int(t) for t in graph.edge_target[graph.edge_source == node]})


def upstream(graph: Graph, node: int) -> list[int]:
    """Everything a node depends on, itself included."""
    return _reach(graph.edge_target, graph.edge_source, node)


def downstream(graph: Graph, node: int) -> list[int]:
    """Everything that depends on a node, itself included."""
    return _reach(graph.edge_source, graph.edge_target, node)


def nodes_on_line(graph: Graph, line: int) -> list[int]:
    """Nodes made on a line of the text."""
    return [int(i) for i in np.nonzero(graph.line == line)[0]]


def node_of_record(graph: Graph, record: int) -> int:
    """The node that shows a record, else the box that hides it, -1 if it is not in this view."""
    found = np.nonzero(graph.record == record)[0]
    if len(found):
        return int(found[0])
    at = int(np.searchsorted(graph.hidden_record, record))
    hit = at < len(graph.hidden_record) and graph.hidden_record[at] == record
    return int(graph.hidden_node[at]) if hit else -1


def rows_of(graph: Graph, trace: Trace) -> np.ndarray:
    """For each node, its row in the sweep's cotangents, -1 where it has none (int64)."""
    n = len(graph.record)
    if not 0 <= graph.sweep < len(trace.sweeps):
        return np.full(n, -1, np.int64)
    record = trace.sweeps[graph.sweep].record
    if not len(record) or not n:
        return np.full(n, -1, np.int64)
    at = np.minimum(np.searchsorted(record, graph.record), len(record) - 1)
    return np.where(record[at] == graph.record, at, -1).astype(np.int64)


def _reach(here: np.ndarray, there: np.ndarray, node: int) -> list[int]:
    neighbours: dict[int, list[int]] = {}
    for a, b in zip(here.tolist(), there.tolist(), strict=True):
        neighbours.setdefault(a, []).append(b)
    seen = {node}
    stack = [node]
    while stack:
        for other in neighbours.get(stack.pop(), ()):
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return sorted(seen)
