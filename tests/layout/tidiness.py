"""What is untidy about a layout: every fault as a sentence, and the number of crossings."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout, Options, Routes
from gradstudio.layout.ports import port_middles, port_reaches
from gradstudio.layout.turning import turned

CLEAR = 3.0
"""Lines stay this far from boxes that are not their own, and from parallel lines of other nets, in px."""


def polylines(routes: Routes) -> list[np.ndarray]:
    """Each route's points."""
    return [routes.points[a:b] for a, b in zip(routes.start[:-1], routes.start[1:], strict=True)]


def segments(graph: Graph, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """x1, y1, x2, y2 of every straight piece, and its net.

    Forward routes from one node are one net; backward routes into one node are one net, since they meet at its port.
    """
    rows: list[tuple[float, float, float, float]] = []
    nets: list[int] = []
    for routes, ends, sign in ((layout.forward, graph.edge_source, 0), (layout.backward, graph.edge_source, 1)):
        for edge, line in enumerate(polylines(routes)):
            for (x1, y1), (x2, y2) in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
                rows.append((x1, y1, x2, y2))
                nets.append(2 * int(ends[edge]) + sign)
    return np.array(rows, float).reshape(-1, 4), np.array(nets, int)


def faults(graph: Graph, layout: Layout, o: Options) -> list[str]:
    """Everything a picture must never show; empty for a tidy layout. One turned down is looked at from the side."""
    if layout.direction == "down":
        layout = turned(layout)
    found = [*_boxes(layout), *_chips(layout), *_frames(graph, layout), *_ends(graph, layout, o)]
    lines, nets = segments(graph, layout)
    if len(lines):
        found += _through(graph, layout, lines)
        found += _together(lines, nets)
    x, y, w, h = layout.bounds
    for part in (
        layout.forward.points,
        layout.backward.points,
        layout.boxes[:, :2],
        layout.boxes[:, :2] + layout.boxes[:, 2:],
        layout.chip_boxes[:, :2],
        layout.chip_boxes[:, :2] + layout.chip_boxes[:, 2:],
        layout.frames[:, :2],
        layout.frames[:, :2] + layout.frames[:, 2:],
    ):
        if len(part) and (
            part[:, 0].min() < x or part[:, 1].min() < y or part[:, 0].max() > x + w or part[:, 1].max() > y + h
        ):
            found.append("something lies outside the bounds")
    return found


def _boxes(layout: Layout) -> list[str]:
    return _overlaps(layout.boxes, "boxes")


def _overlaps(b: np.ndarray, what: str) -> list[str]:
    found = []
    for i in range(len(b)):
        a, rest = b[i], b[i + 1 :]
        hit = (rest[:, 0] < a[0] + a[2]) & (a[0] < rest[:, 0] + rest[:, 2])
        hit &= (rest[:, 1] < a[1] + a[3]) & (a[1] < rest[:, 1] + rest[:, 3])
        found += [f"{what} {i} and {i + 1 + j} overlap" for j in np.nonzero(hit)[0]]
    return found


def _chips(layout: Layout) -> list[str]:
    """Reference chips stand clear of each other, of boxes and of lines."""
    if len(layout.chips) != len(layout.chip_boxes):
        return ["a chip without a place"]
    found = _overlaps(np.concatenate([layout.chip_boxes, layout.boxes]), "chips or boxes")
    for routes in (layout.forward, layout.backward):
        for e, line in enumerate(polylines(routes)):
            for p, q in pairwise(line):
                low, high = np.minimum(p, q), np.maximum(p, q)
                hit = (low < layout.chip_boxes[:, :2] + layout.chip_boxes[:, 2:]).all(1)
                hit &= (high > layout.chip_boxes[:, :2]).all(1)
                found += [f"route {e} runs through chip {k}" for k in np.flatnonzero(hit)]
    return found


def _frames(graph: Graph, layout: Layout) -> list[str]:
    """Every frame holds its own boxes and no others, lies inside its outer frame, and has no line along its border."""
    if len(layout.frames) != len(graph.frames):
        return ["a frame without a rectangle"]
    found = []
    above = {k: group.parent for k, group in enumerate(graph.groups)}
    for k, frame in enumerate(graph.frames):
        inner = {frame.group}
        inner |= {g for g in above if _lies_in(g, frame.group, above)}
        low, high = layout.frames[k, :2], layout.frames[k, :2] + layout.frames[k, 2:]
        for i, box in enumerate(layout.boxes):
            if int(graph.group[i]) in inner and not ((box[:2] > low).all() and (box[:2] + box[2:] < high).all()):
                found.append(f"box {i} is not in frame {k}")
            leaf = i not in set(graph.edge_target.tolist())
            users = graph.edge_target[graph.edge_source == i]
            used_inside = leaf and len(users) and all(int(graph.group[u]) in inner for u in users)
            if (
                int(graph.group[i]) not in inner
                and not used_inside
                and ((box[:2] < high).all() and (box[:2] + box[2:] > low).all())
            ):
                found.append(f"box {i} does not belong into frame {k}")
        for j, other in enumerate(graph.frames):
            if j != k and other.group in inner:
                a, b = layout.frames[j, :2], layout.frames[j, :2] + layout.frames[j, 2:]
                if not ((a > low).all() and (b < high).all()):
                    found.append(f"frame {j} is not inside frame {k}")
        for routes in (layout.forward, layout.backward):
            for e, line in enumerate(polylines(routes)):
                for p, q in pairwise(line):
                    for axis in (0, 1):
                        along = p[axis] == q[axis] and min(abs(p[axis] - low[axis]), abs(p[axis] - high[axis])) < CLEAR
                        ends = sorted((p[1 - axis], q[1 - axis]))
                        if along and ends[0] < high[1 - axis] and ends[1] > low[1 - axis]:
                            found.append(f"route {e} runs along the border of frame {k}")
    return found


def _lies_in(group: int, outer: int, above: dict[int, int]) -> bool:
    while group >= 0:
        if group == outer:
            return True
        group = above[group]
    return False


def _ends(graph: Graph, layout: Layout, o: Options) -> list[str]:
    """Routes start and stop at the sides of their nodes, in the right row of each, and bend at right angles only."""
    found = []
    size = layout.boxes[:, 3]
    chips = set(layout.chips.tolist())
    for name, routes, ports, reach in zip(
        ("forward", "backward"),
        (layout.forward, layout.backward),
        port_middles(size, o),
        port_reaches(size, o),
        strict=True,
    ):
        for e, line in enumerate(polylines(routes)):
            if e in chips or (name == "backward" and graph.edge_backward[e] < 0):
                if len(line):
                    found.append(f"{name} route {e} where nothing is drawn")
                continue
            if len(line) < 2:
                found.append(f"{name} route {e} is missing")
                continue
            source, target = int(graph.edge_source[e]), int(graph.edge_target[e])
            a, b = layout.boxes[source], layout.boxes[target]
            first, last = (line[0], line[-1]) if name == "forward" else (line[-1], line[0])
            if first[0] != a[0] + a[2] or last[0] != b[0]:
                found.append(f"{name} route {e} misses the side of a node")
            up = -max(10.0, reach[target])  # many lines into a box may stand above their row
            if abs(first[1] - a[1] - ports[source]) > 10 or not up <= last[1] - b[1] - ports[target] <= 10:
                found.append(f"{name} route {e} misses the row of a node")
            steps = np.diff(line, axis=0)
            if ((steps[:, 0] != 0) & (steps[:, 1] != 0)).any():
                found.append(f"{name} route {e} is slanted")
            if ((steps[:, 0] == 0) & (steps[:, 1] == 0)).any():
                found.append(f"{name} route {e} stands still")
            if first[0] + 1 > (line[1] if name == "forward" else line[-2])[0]:
                found.append(f"{name} route {e} does not leave onwards")
            if last[0] - 1 < (line[-2] if name == "forward" else line[1])[0]:
                found.append(f"{name} route {e} does not arrive from behind")
    return found


def _through(graph: Graph, layout: Layout, lines: np.ndarray) -> list[str]:
    """Lines that run through, or close along, a box. Own ends touch a side, which is no contact with the inside."""
    found = []
    low, high = np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])
    for i, (x, y, w, h) in enumerate(layout.boxes.tolist()):
        inside = (low[:, 0] < x + w) & (high[:, 0] > x) & (low[:, 1] < y + h + CLEAR) & (high[:, 1] > y - CLEAR)
        upright = lines[:, 0] == lines[:, 2]
        near = upright & (low[:, 0] < x + w + CLEAR) & (high[:, 0] > x - CLEAR) & (low[:, 1] < y + h) & (high[:, 1] > y)
        if (inside | near).any():
            found.append(f"a line runs through box {i}: {lines[np.nonzero(inside | near)[0][0]].tolist()}")
    return found


def _together(lines: np.ndarray, nets: np.ndarray) -> list[str]:
    """Stretches of different nets that lie on, or almost on, each other."""
    found = []
    for axis in (0, 1):
        along = lines[:, axis] == lines[:, axis + 2]  # axis 0: vertical lines, all of one x
        part, net = lines[along], nets[along]
        at = part[:, axis]
        low = np.minimum(part[:, 1 - axis], part[:, 3 - axis])
        high = np.maximum(part[:, 1 - axis], part[:, 3 - axis])
        order = np.argsort(at, kind="stable")
        at, low, high, net = at[order], low[order], high[order], net[order]
        for i in range(len(at)):
            j = int(np.searchsorted(at, at[i] + CLEAR))
            hit = (net[i + 1 : j] != net[i]) & (low[i + 1 : j] < high[i]) & (low[i] < high[i + 1 : j])
            for k in i + 1 + np.nonzero(hit)[0]:
                way = "upright" if axis == 0 else "level"
                found.append(f"{way} lines of nets {net[i]} and {net[k]} run together near {at[i]:.0f}")
    return found


def crossings(graph: Graph, layout: Layout) -> int:
    """Points where lines of different nets cross."""
    lines, nets = segments(graph, layout)
    if not len(lines):
        return 0
    upright = lines[:, 0] == lines[:, 2]
    v, h = lines[upright], lines[~upright]
    nv, nh = nets[upright], nets[~upright]
    points = set()
    for (x, a, _, b), net in zip(v.tolist(), nv.tolist(), strict=True):
        low, high = min(a, b), max(a, b)
        hit = (nh != net) & (h[:, 1] > low) & (h[:, 1] < high)
        hit &= (np.minimum(h[:, 0], h[:, 2]) < x) & (np.maximum(h[:, 0], h[:, 2]) > x)
        points |= {(x, float(h[k, 1])) for k in np.nonzero(hit)[0]}
    return len(points)
