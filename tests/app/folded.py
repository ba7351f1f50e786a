"""Pictures with a stack, an open pass or a closed group, contracted by hand from a whole graph of a real trace."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import numpy as np
from scenes import Scene, scene

from gradstudio.graph.model import Fold, Frame, Graph, Group
from gradstudio.layout import layout
from gradstudio.picture.anatomy import sizes

PASSES = 6
RNN = f"""\
import gradstudio as gs
w = gs.Variable(0.5)
with gs.GradientTape() as t:
    h = gs.sin(w)
    for step in range({PASSES}):
        a = w * h
        h = gs.tanh(a)
    loss = h * h
g = t.gradient(loss, w)
"""
"""w feeds every pass; each pass is a product and a tanh."""


@cache
def whole() -> Scene:
    """Nothing folded."""
    return scene(RNN)


@cache
def stacked(chosen: int = 1) -> Scene:
    """All passes in one box, which shows the pass of that number."""
    stack = _stack(0, PASSES, chosen)
    return _contracted({stack: _passes()[:PASSES]}, ())


@cache
def opened(number: int = 3) -> Scene:
    """One pass open, with a stack before and one behind it."""
    before, behind = _stack(0, number - 1, 1), _stack(number, PASSES, number + 1)
    group = _groups()[number - 1]
    frame = Frame(f"steps/{number}", group, f"pass {number}", "steps", number, PASSES)
    return _contracted({before: _passes()[: number - 1], behind: _passes()[number:]}, (frame,))


@cache
def grouped() -> Scene:
    """The first pass as a closed group, the others as they are."""
    nodes = _passes()[0]
    record = whole().graph.record[nodes[-1:]]
    fold = Fold("pass one", "group", "linear()", 6, 7, 2, 0, np.array(_groups()[:1]), 1, 1, 0, record)
    return _contracted({fold: [nodes]}, ())


def _stack(first: int, end: int, chosen: int) -> Fold:
    """Passes first..end-1 (from 0) lying on one another."""
    records = whole().graph.record[[nodes[-1] for nodes in _passes()[first:end]]]
    groups = np.array(_groups()[first:end], np.int32)
    name = "steps" if end - first == PASSES else f"steps {first + 1} to {end}"
    title = "for step in range(6)" if end - first == PASSES else f"{first + 1} to {end}"
    return Fold(
        name, "stack", title, 6, 7, 2 * (end - first), 0, groups, first + 1, PASSES, chosen - first - 1, records
    )


def _groups() -> list[int]:
    groups: tuple[Group, ...] = whole().graph.groups
    return [k for k, group in enumerate(groups) if group.kind == "pass"]


def _passes() -> list[np.ndarray]:
    """The nodes of each pass."""
    return [np.flatnonzero(whole().graph.group == group) for group in _groups()]


def _contracted(boxes: dict[Fold, list[np.ndarray]], frames: tuple[Frame, ...]) -> Scene:
    shown = whole()
    graph, n = shown.graph, len(shown.graph.record)
    speaker = np.arange(n)  # the node whose columns the box of each node has
    fold_of = np.full(n, -1, np.int32)
    for k, (fold, parts) in enumerate(boxes.items()):
        inside = np.concatenate(parts)
        speaker[inside] = parts[fold.chosen][-1]
        fold_of[inside] = k
    kept = np.unique(speaker)
    number = np.searchsorted(kept, speaker)
    columns = {f.name: getattr(graph, f.name) for f in fields(Graph)}
    rows = {
        name: tuple(column[k] for k in kept) if isinstance(column, tuple) else column[kept]
        for name, column in columns.items()
        if not isinstance(column, int) and len(column) == n and name not in ("groups", "edge_source")
    }
    ids, titles = list(rows["ids"]), list(rows["title"])
    for k, fold in enumerate(boxes):
        for node in np.flatnonzero(fold_of[kept] == k).tolist():
            ids[node], titles[node] = fold.id, fold.title
    ends = np.column_stack([number[graph.edge_source], number[graph.edge_target]])
    outside = np.flatnonzero(ends[:, 0] != ends[:, 1])
    _, first, count = np.unique(ends[outside], axis=0, return_index=True, return_counts=True)
    edges = outside[first]
    hidden = np.flatnonzero(fold_of >= 0)
    folded = replace(
        graph,
        **rows,
        **{f"edge_{name}": columns[f"edge_{name}"][edges] for name in ("slot", "elements", "backward")},
        **{f"edge_{name}": ends[edges, k].astype(np.int32) for k, name in enumerate(("source", "target"))},
        edge_count=count.astype(np.int32),
        chip_node=np.zeros(0, np.int32),
        chip_slot=np.zeros(0, np.int32),
        chip_text=(),
        folds=tuple(boxes),
        frames=frames,
        hidden_record=graph.record[hidden],
        hidden_node=number[hidden].astype(np.int32),
    )
    folded = replace(folded, ids=tuple(ids), title=tuple(titles), fold=fold_of[kept])
    made = layout(folded, sizes(folded))
    made = replace(made, boxes=np.concatenate([made.boxes[:, :2], sizes(folded)], axis=1))
    inside = [np.flatnonzero(folded.group == frame.group) for frame in frames]
    around = [_around(made.boxes[nodes]) for nodes in inside]
    return Scene(shown.text, shown.trace, folded, replace(made, frames=np.array(around).reshape(-1, 4)))


def _around(boxes: np.ndarray) -> tuple[float, float, float, float]:
    """A frame with room for its title."""
    x, y = (boxes[:, :2].min(axis=0) - (14.0, 34.0)).tolist()
    right, bottom = ((boxes[:, :2] + boxes[:, 2:]).max(axis=0) + 14.0).tolist()
    return x, y, right - x, bottom - y
