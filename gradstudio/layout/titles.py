"""Titles of lanes: which source lines stand there, and in which pass or call."""

from __future__ import annotations

from collections import defaultdict

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Lane, Options
from gradstudio.layout.placement import Placement


def titles(graph: Graph, p: Placement, column_x: list[float], tops: list[float], o: Options) -> tuple[Lane, ...]:
    """One title for each lane, above its first row."""
    members: dict[int, list[int]] = defaultdict(list)
    for i, lane in enumerate(p.lane):
        members[lane].append(i)
    out = []
    for lane, nodes in sorted(members.items()):
        ops = [i for i in nodes if graph.kind[i] == Kind.OP] or nodes
        lines = sorted({int(graph.line[i]) for i in ops if graph.line[i] > 0})
        if not lines:
            text = ""
        elif lines[0] == lines[-1]:
            text = f"line {lines[0]}"
        else:
            text = f"lines {lines[0]} to {lines[-1]}"
        first = min(p.column[i] for i in nodes)
        rows = p.rows[lane]
        height = rows * o.node_height + (rows - 1) * o.row_gap
        width = column_x[max(p.column[i] for i in nodes)] - column_x[first]
        out.append(Lane(text, _subtitle(graph, ops, lines), column_x[first], tops[lane] - 24.0, width, height))
    return tuple(out)


def _subtitle(graph: Graph, nodes: list[int], lines: list[int]) -> str:
    """The group that all nodes of a lane share, passes joined ("passes 3 to 5"); short where the title has the line."""
    groups = sorted({int(graph.group[i]) for i in nodes})
    if not groups or groups[0] < 0:
        return ""
    kinds = {graph.groups[g].kind for g in groups}
    if len(groups) == 1:
        group = graph.groups[groups[0]]
        return "backward" if group.kind == "sweep" and lines == [group.line] else group.title
    if kinds == {"pass"}:
        first, last = graph.groups[groups[0]].title, graph.groups[groups[-1]].title
        return f"{first.replace('pass', 'passes')} to {last.split()[-1]}"
    return ""
