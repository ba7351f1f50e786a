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


def nodes_on_line(graph: Graph, line: int) -> list[int]:
    """Nodes made on a line of the text, and boxes whose lines it is one of."""
    found = graph.line == line
    for row in np.flatnonzero(graph.fold >= 0).tolist():
        fold = graph.folds[graph.fold[row]]
        found[row] = fold.line <= line <= fold.end_line
    return np.flatnonzero(found).tolist()


def scope(graph: Graph, node: int) -> str:
    """Title of the innermost loop, pass, call or block that a node is drawn in, "" for the file; no section."""
    group = int(graph.group[node])
    while group >= 0 and graph.groups[group].kind == "section":
        group = graph.groups[group].parent
    return graph.groups[group].title if group >= 0 else ""


def node_of_record(graph: Graph, record: int) -> int:
    """The node that shows a record or the box that hides it, -1 if it is not in this view."""
    at = int(np.searchsorted(graph.hidden_record, record))
    if at < len(graph.hidden_record) and graph.hidden_record[at] == record:
        return int(graph.hidden_node[at])
    found = np.nonzero(graph.record == record)[0]
    return int(found[0]) if len(found) else -1


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
