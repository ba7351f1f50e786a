"""Foresight: where a node will stand that a line of the text will make, before the text is run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import Graph
from gradstudio.layout import Before, Options, layout
from gradstudio.layout.model import Layout
from gradstudio.picture.anatomy import HEIGHT, sizes

MOST = 100
"""Nodes of a picture up to which it is laid out once more to look ahead (a few milliseconds)."""
_NEW = "\0new"
Rect = tuple[float, float, float, float]


def foreseen(
    graph: Graph, shown: Layout, sources: tuple[int, ...], line: int, title: str, label: str, kind: Kind = Kind.OP
) -> Rect | None:
    """The place of an op that takes some nodes and is written as `line`, in the picture as it is shown now.

    None where the picture is too large to look ahead.
    """
    if not 0 < len(graph.ids) <= MOST:
        return None
    row = _row(graph, sources, line, kind)
    later, after = _with_node(graph, row, sources, line, title, label, kind), Options(direction=shown.direction)
    before = Before(graph.ids, shown.cells, shown.columns, shown.direction)
    drawn = layout(later, sizes(later), after, before)
    x, y, wide, _ = drawn.boxes[row].tolist()
    if sources:  # the eye stays with what it takes
        source = sources[-1]
        moved = shown.boxes[source, :2] - drawn.boxes[source + (source >= row), :2]
        x, y = x + float(moved[0]), y + float(moved[1])
    return x, y, wide, HEIGHT


def _row(graph: Graph, sources: tuple[int, ...], line: int, kind: Kind) -> int:
    """Where it stands among the nodes, which are in the order of the tape: behind all ops of the lines before it, or
    behind all that these lines make for a value of its own."""
    is_before = graph.line < line
    if kind == Kind.OP:
        is_before &= graph.kind == Kind.OP
    last = int(np.flatnonzero(is_before)[-1]) if is_before.any() else -1
    return max([last, *sources], default=-1) + 1


def _with_node(
    graph: Graph, row: int, sources: tuple[int, ...], line: int, title: str, label: str, kind: Kind
) -> Graph:
    """The graph with one node more."""

    def grown(column: np.ndarray, value: int) -> np.ndarray:
        return np.concatenate([column[:row], np.array([value], column.dtype), column[row:]])

    def longer(texts: tuple[str, ...], text: str) -> tuple[str, ...]:
        return (*texts[:row], text, *texts[row:])

    def later(nodes: np.ndarray) -> np.ndarray:
        return np.where(nodes >= row, nodes + 1, nodes)

    def added(column: np.ndarray, values: list[int]) -> np.ndarray:
        return np.concatenate([column, np.array(values, column.dtype)])

    count = len(sources)
    group = int(graph.group[sources[-1]]) if sources else -1
    return replace(
        graph,
        ids=longer(graph.ids, _NEW),
        record=grown(graph.record, -1),
        kind=grown(graph.kind, kind),
        family=grown(graph.family, 0),
        title=longer(graph.title, title),
        label=longer(graph.label, label),
        symbol=longer(graph.symbol, ""),
        shape=longer(graph.shape, ""),
        line=grown(np.where(graph.line >= line, graph.line + 1, graph.line), line),
        group=grown(graph.group, group),
        is_target=grown(graph.is_target, False),
        is_source=grown(graph.is_source, False),
        edge_source=added(later(graph.edge_source), [source + (source >= row) for source in sources]),
        edge_target=added(later(graph.edge_target), [row] * count),
        edge_slot=added(graph.edge_slot, list(range(count))),
        edge_elements=added(graph.edge_elements, [1] * count),
        edge_backward=added(graph.edge_backward, [-1] * count),
        edge_count=added(graph.edge_count, [1] * count),
        chip_node=later(graph.chip_node),
        fold=grown(graph.fold, -1),
        cut_off=grown(graph.cut_off, 0) if len(graph.cut_off) else graph.cut_off,
        hidden_node=later(graph.hidden_node),
    )
