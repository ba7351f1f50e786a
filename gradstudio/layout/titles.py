"""Titles of lanes: which source lines stand there, and in which pass or call."""

from __future__ import annotations

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import Graph
from gradstudio.layout.placement import Placement


def titles(graph: Graph, p: Placement) -> list[tuple[str, str]]:
    """Title and subtitle of each lane; both empty where the frame around a lane says as much or nothing stands."""
    members: list[list[int]] = [[] for _ in p.rows]
    for i, lane in enumerate(p.lane):
        members[lane].append(i)
    is_op, line = (graph.kind == Kind.OP).tolist(), graph.line.tolist()
    out = []
    for lane, nodes in enumerate(members):
        frame = p.frame[lane]
        is_told = frame >= 0 and all(graph.group[i] == graph.frames[frame].group for i in nodes if is_op[i])
        if is_told or not nodes:  # all of a lane may have been moved out of it by hand
            out.append(("", ""))
            continue
        ops = [i for i in nodes if is_op[i]] or nodes
        lines = sorted({line[i] for i in ops if line[i] > 0})
        if not lines:
            text = ""
        elif lines[0] == lines[-1]:
            text = f"line {lines[0]}"
        else:
            text = f"lines {lines[0]} to {lines[-1]}"
        out.append((text, _subtitle(graph, ops, lines)))
    return out


def _subtitle(graph: Graph, nodes: list[int], lines: list[int]) -> str:
    """The group that all nodes of a lane share, passes joined ("passes 3 to 5"); short where the title has the line."""
    paths = [_path(graph, g) for g in dict.fromkeys(graph.group[nodes].tolist())]
    shared = 0
    while all(len(p) > shared and p[shared] == paths[0][shared] for p in paths):
        shared += 1
    if shared < min(map(len, paths)):
        inside = sorted({p[shared] for p in paths})
        if all(graph.groups[g].kind == "pass" for g in inside):
            numbers = [graph.groups[g].number for g in inside]
            return f"passes {min(numbers)} to {max(numbers)}"
    if not shared:
        return ""
    group = graph.groups[paths[0][shared - 1]]
    return "backward" if group.kind == "sweep" and lines == [group.line] else group.title


def _path(graph: Graph, group: int) -> list[int]:
    """A group and those around it, from the outermost."""
    out: list[int] = []
    while group >= 0:
        out.append(group)
        group = graph.groups[group].parent
    return out[::-1]
