"""What must be true of a picture before anybody reads it: columns fit together and with the trace that is drawn."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import FAMILIES, Graph
from gradstudio.layout.model import Layout
from gradstudio.worker.checks import KINDS, check_columns, need, starts, within
from gradstudio.worker.messages import Drawn

_MOST = 1 << 31
_NODES = {
    "record": "int32", "kind": "uint8", "family": "uint8", "line": "int32", "group": "int32", "is_target": "bool",
    "is_source": "bool", "fold": "int32",
}  # fmt: skip
_EDGES = {
    "edge_source": "int32", "edge_target": "int32", "edge_slot": "int32", "edge_elements": "int64",
    "edge_backward": "int32", "edge_count": "int32",
}  # fmt: skip


def check_drawn(message: Drawn) -> None:
    """Whether it is whole in itself. Raises BadMessage."""
    _check_graph(message.graph)
    if message.whole is not None:
        _check_graph(message.whole)
    _check_layout(message.layout, message.graph, message.is_coarse)


def check_view(message: Drawn, trace: Trace, sweep: int) -> None:
    """Whether it can be a view of a trace: every number of a record or product is one. Raises BadMessage."""
    records, products = len(trace.records.op), 0
    if 0 <= sweep < len(trace.sweeps):
        products = len(trace.sweeps[sweep].edge_record)
    for graph in (message.graph, message.whole):
        if graph is not None:
            need(graph.sweep in (sweep, -1))
            within(graph.record, 0, records)
            within(graph.hidden_record, 0, records)
            within(graph.edge_backward, -1, products)
            within(graph.part_backward, 0, products)
            for fold in graph.folds:
                within(fold.record, 0, records)


def _check_graph(graph: Graph) -> None:
    n, m, groups = len(graph.record), len(graph.edge_source), len(graph.groups)
    for texts in (graph.ids, graph.title, graph.label, graph.symbol, graph.shape):
        need(len(texts) == n)
    check_columns(graph, _NODES, (n,))
    check_columns(graph, _EDGES, (m,))
    check_columns(graph, {"chip_node": "int32", "chip_slot": "int32"}, (len(graph.chip_text),))
    check_columns(graph, {"hidden_record": "int32", "hidden_node": "int32"}, (len(graph.hidden_record),))
    if len(graph.cut_off):
        check_columns(graph, {"cut_off": "int32"}, (n,))
        within(graph.cut_off, 0, _MOST)
    check_columns(graph, {"part_edge": "int32", "part_backward": "int32"}, (len(graph.part_edge),))
    check_columns(graph, {"part_weight": "float64"}, (len(graph.part_edge),))
    need(bool(((graph.part_weight > 0) & (graph.part_weight <= 1)).all()))
    within(graph.part_edge, 0, m)
    for nodes in (graph.edge_source, graph.edge_target, graph.chip_node, graph.hidden_node):
        within(nodes, 0, n)
    for counts in (graph.edge_slot, graph.edge_elements, graph.chip_slot, graph.edge_count, graph.line):
        within(counts, 0, 1 << 56)
    within(graph.kind, 0, KINDS)
    within(graph.family, 0, len(FAMILIES))
    within(graph.group, -1, groups)
    within(graph.fold, -1, len(graph.folds))
    for i, group in enumerate(graph.groups):
        need(-1 <= group.parent < i and -1 <= group.run < _MOST and 0 <= group.number < _MOST)
    need(all(0 <= frame.group < groups for frame in graph.frames))
    for fold in graph.folds:
        check_columns(fold, {"record": "int32", "groups": "int32"}, (len(fold.record),))
        need(0 <= fold.chosen < len(fold.record) and max(fold.ops, fold.parameters, fold.first, fold.of) < _MOST)
        within(fold.groups, 0, groups)


def _check_layout(layout: Layout, graph: Graph, is_coarse: bool) -> None:
    n, m = len(graph.record), len(graph.edge_source)
    check_columns(layout, {"boxes": "float64"}, (n, 4))
    check_columns(layout, {"cells": "int32"}, (n, 3))
    check_columns(layout, {"frames": "float64"}, (len(graph.frames), 4))
    check_columns(layout, {"chips": "int32"}, (len(layout.chips),))
    check_columns(layout, {"chip_boxes": "float64"}, (len(layout.chips), 4))
    check_columns(layout, {"column_at": "float64"}, (len(layout.column_at),))
    check_columns(layout, {"row_at": "float64"}, (len(layout.row_at),))
    within(layout.chips, 0, m)
    _finite(layout.boxes, layout.frames, layout.chip_boxes, layout.column_at, layout.row_at, np.array(layout.bounds))
    for lane in layout.lanes:
        _finite(np.array([lane.x, lane.y, lane.width, lane.height]))
    for routes in (layout.forward, layout.backward):
        check_columns(routes, {"points": "float64"}, (len(routes.points), 2))
        _finite(routes.points)
        starts(routes.start, len(routes.start) - 1, len(routes.points))
        need(len(routes.start) == m + 1 or (is_coarse and len(routes.points) == 0))


def _finite(*columns: np.ndarray) -> None:
    need(all(bool(np.isfinite(column).all()) for column in columns))
