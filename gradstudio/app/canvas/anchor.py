"""Anchors: which node stands for which one of the picture before, and what stays in place on the screen."""

from __future__ import annotations

import numpy as np

from gradstudio.app.canvas.view import View
from gradstudio.app.canvas.walk import frame_around, nodes_of
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout

_TRIED = 200  # nodes around the middle of the view, of which the first that is still there is the anchor


def heir(before: Graph, node: int, after: Graph) -> int:
    """The node of `after` that stands for a node of `before`: itself, the same one of the pass that was opened instead,
    the box that hides it now, or the first that came out of it. -1 for none."""
    if node < 0:
        return -1
    if before is after:
        return node
    if before.ids[node] in after.ids:
        return after.ids.index(before.ids[node])
    twin = same_in_pass(before, node, after)
    if twin >= 0:
        return twin
    if before.fold[node] >= 0:
        came = np.flatnonzero(np.isin(after.record, before.hidden_record[before.hidden_node == node]))
        return int(came[0]) if len(came) else -1
    hidden = np.flatnonzero(after.hidden_record == before.record[node])
    return int(after.hidden_node[hidden[0]]) if len(hidden) else -1


def next_pass(before: Graph, frame: int, after: Graph) -> int:
    """The frame that took the place of the frame of an open pass when its neighbour was opened instead; -1 for none."""
    known = {other.id for other in before.frames}
    stack = before.frames[frame].stack
    came = [k for k, other in enumerate(after.frames) if other.stack == stack and other.id not in known]
    return came[0] if stack and len(came) == 1 else -1


def same_in_pass(before: Graph, node: int, after: Graph) -> int:
    """The node of a newly opened pass that does what a node of the pass before did; -1 for none."""
    frame = frame_around(before, node) if node >= 0 else -1
    other = next_pass(before, frame, after) if frame >= 0 else -1
    if other < 0:
        return -1
    was, now = nodes_of(before, frame), nodes_of(after, other)
    return int(now[np.flatnonzero(was == node)[0]]) if len(was) == len(now) else -1


def drift(
    before: tuple[Graph, Layout], after: tuple[Graph, Layout], view: View, size: tuple[float, float], node: int
) -> tuple[float, float]:
    """How far (layout units) what a person looks at has moved: the node given, of `before`, where it is in view, else
    the one nearest to the middle of the view that is still there."""
    (old, was), (new, now) = before, after
    if not len(was.boxes) or not len(now.boxes):
        return 0.0, 0.0
    corner = np.array([view.x, view.y])
    extent = np.array(size) / view.zoom
    ends = was.boxes[:, :2] + was.boxes[:, 2:]
    if node >= 0 and bool(np.all(ends[node] > corner) and np.all(was.boxes[node, :2] < corner + extent)):
        other = heir(old, node, new)
        if other >= 0:
            return _apart(was, node, now, other)
    away = np.abs((was.boxes[:, :2] + ends) / 2 - corner - extent / 2).sum(axis=1)
    nearest = np.argsort(away, kind="stable")[:_TRIED].tolist()
    wanted = {old.ids[k] for k in nearest}
    found = {name: k for k, name in enumerate(new.ids) if name in wanted}
    anchor = next((k for k in nearest if old.ids[k] in found), -1)
    return _apart(was, anchor, now, found[old.ids[anchor]]) if anchor >= 0 else (0.0, 0.0)


def alike(before: Graph, after: Graph) -> bool:
    """Whether two pictures are mostly of the same computation, so that the eye's place should be kept."""
    if before is after:
        return True
    if not before.ids or not after.ids:
        return False
    return len(set(before.ids) & set(after.ids)) * 2 >= min(len(before.ids), len(after.ids))


def _apart(was: Layout, node: int, now: Layout, other: int) -> tuple[float, float]:
    x, y = (now.boxes[other, :2] - was.boxes[node, :2]).tolist()
    return x, y
