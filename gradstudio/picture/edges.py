"""Edges as lines: forward ones as wide as the data they carry, backward ones by their share of the gradient."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.kept import kept
from gradstudio.graph.model import Graph
from gradstudio.graph.shares import shares
from gradstudio.layout.model import Layout, Routes
from gradstudio.picture.color import magnitude
from gradstudio.picture.frames import grounds
from gradstudio.picture.model import Layer, Level, Lines
from gradstudio.picture.scene import Scene

Area = tuple[float, float, float, float]
"""x, y, width, height in layout units."""

_VISIBLE = {"light": 0.45, "dark": 0.3}
"""Lines of small mixed-sign gradients start at this position of the size scale, to stand out from the canvas."""


def forward_width(elements: np.ndarray) -> np.ndarray:
    """Pixels, from the number of elements that flow."""
    return np.asarray(np.minimum(4.0, 1.0 + np.log2(np.maximum(elements, 1)) / 6.0))


def backward_width(share: np.ndarray) -> np.ndarray:
    """Pixels, from the share of the receiving node's gradient (0..1)."""
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 + 2.2 * np.clip(1.0 + np.log10(share) / 3.0, 0.0, 1.0))


def lines(scene: Scene, area: Area | None = None) -> Lines:
    """Forward lines first, backward lines above them; lines of one node together, as they share a part of their way
    (but at BLOCK, where nobody sees how they cross).

    area: only the lines that meet it.
    """
    graph, layout, theme, layer = scene.graph, scene.layout, scene.theme, scene.look.layer
    far = scene.level == Level.BLOCK  # nothing but colour is seen of lines there
    flows = layer != Layer.VALUES and scene.cotangents is not None
    if area is None:
        ahead, back, points, start = _all_routes(graph, layout, far, flows)
    else:
        ahead = _by_node(graph, np.flatnonzero(_meets(layout.forward, area)))
        weight = forward_width(graph.edge_elements[ahead])
        ahead = _apart(layout.forward, ahead, graph.edge_source[ahead], weight, area)
        back = np.zeros(0, np.int64)
        if flows:
            back = _by_node(graph, np.flatnonzero(_meets(layout.backward, area) & (graph.edge_backward >= 0)))
            share = shares(graph, scene.trace.sweeps[graph.sweep])[back]
            back = _apart(layout.backward, back, graph.edge_source[back], share, area)
        points, start = _points(layout, ahead, back)
    n, m = len(graph.record), len(ahead)
    color = np.full(m, theme.edge_dimmed if scene.quiet_values else theme.edge, np.uint32)
    width = np.ones(m) if far else forward_width(graph.edge_elements[ahead])
    head = np.empty((m, 2), np.float32)
    head[:] = 7.0, 6.0
    dash_start, dash = np.zeros(m + 1, np.int64), np.zeros(0, np.float32)
    if flows:
        sweep, rows = scene.trace.sweeps[graph.sweep], graph.edge_backward[back]
        sized = np.ones(len(back)) if far else backward_width(shares(graph, sweep)[back])
        sized[np.isnan(sweep.edge_rms[rows])] = 3.2  # the way of a NaN is never thin
        color, width = np.concatenate([color, backward_colors(scene, back)]), np.concatenate([width, sized])
        head = np.concatenate([head, np.stack([5 + 0.9 * sized, 5.2 + 1.24 * sized], axis=1)])
        lengths, dash = dashes(sweep.edge_sign[rows], sized) if not far else (np.zeros(len(back), np.int64), dash)
        dash_start = np.concatenate([dash_start, np.cumsum(lengths)])
    edge = np.concatenate([ahead, back])
    backward = np.arange(len(edge)) >= m
    return Lines(
        start=start,
        points=points,
        color=color.astype(np.uint32),
        width=width.astype(np.float32),
        dash_start=dash_start,
        dash=dash,
        arrow=head.astype(np.float32),
        halo=grounds(scene, edge),
        net=(graph.edge_source[edge] + n * backward).astype(np.int32),
        edge=edge.astype(np.int32),
        backward=backward,
    )


@kept(2)
def _all_routes(
    graph: Graph, layout: Layout, far: bool, flows: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The edges drawn forward and backward, the points of all of them, and where each starts.

    Kept, since another colour changes nothing about it: painters know the same array again.
    """
    ahead = np.flatnonzero(np.diff(layout.forward.start) > 0)
    back = np.flatnonzero((np.diff(layout.backward.start) > 0) & (graph.edge_backward >= 0) & flows)
    if not far:
        ahead, back = _by_node(graph, ahead), _by_node(graph, back)
    return ahead, back, *_points(layout, ahead, back)


def backward_colors(scene: Scene, edges: np.ndarray) -> np.ndarray:
    """Colour of what flows back along edges of the graph (uint32): by sign where it has one, else by size."""
    theme, rows = scene.theme, scene.graph.edge_backward[edges]
    sweep = scene.trace.sweeps[scene.graph.sweep]
    if scene.stale:
        return np.full(len(edges), theme.edge_dimmed, np.uint32)
    sign, rms = sweep.edge_sign[rows], sweep.edge_rms[rows]
    out: np.ndarray = np.array(theme.signed_line, np.uint32)[1 + sign.astype(np.intp)]
    mixed = (sign == 0) & (rms != 0)
    out[mixed] = magnitude(theme, rms[mixed], _VISIBLE[theme.name])
    out[np.isnan(rms)] = theme.nan_hatch
    return out


def _by_node(graph: Graph, edges: np.ndarray) -> np.ndarray:
    """Edges ordered by the node whose value they carry."""
    return edges[np.argsort(graph.edge_source[edges], kind="stable")]


def dashes(sign: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Length of each line's pattern, and all patterns: dashes where positive or mixed, dash-dot where negative."""
    less = sign < 0
    parts = np.where(
        less[:, None],
        np.stack([6 + 0.5 * width, 2 + 0.2 * width, 1 + 0.35 * width, 2 + 0.2 * width], axis=1),
        np.stack([5 + 0.5 * width, 2.5 + 0.25 * width, 0 * width, 0 * width], axis=1),
    )
    lengths = np.where(less, 4, 2)
    return lengths, parts[np.arange(4) < lengths[:, None]].astype(np.float32)


def _points(layout: Layout, ahead: np.ndarray, back: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points of all lines, one after the other, and where each starts."""
    flat, counts = [], []
    for routes, edges in ((layout.forward, ahead), (layout.backward, back)):
        if not len(edges):
            continue
        count = np.diff(routes.start)[edges]
        counts.append(count)
        if int(count.sum()) == len(routes.points) and (np.diff(edges) > 0).all():
            flat.append(routes.points)  # all of them, in their order
            continue
        first = np.repeat(routes.start[edges] - (np.cumsum(count) - count), count)
        flat.append(routes.points[first + np.arange(len(first))])
    start = np.concatenate([[0], np.cumsum(np.concatenate(counts))]) if counts else np.zeros(1)
    return np.concatenate(flat) if flat else np.zeros((0, 2)), start.astype(np.int64)


def _meets(routes: Routes, area: Area) -> np.ndarray:
    """Whether each route's surrounding rectangle meets an area."""
    out: np.ndarray = np.diff(routes.start) > 0
    if not out.any():
        return out
    x, y, w, h = area
    low, high = _bounds(routes)
    out[out] = (low[:, 0] <= x + w) & (high[:, 0] >= x) & (low[:, 1] <= y + h) & (high[:, 1] >= y)
    return out


@kept()
def _bounds(routes: Routes) -> tuple[np.ndarray, np.ndarray]:
    """Upper left and lower right corner of what surrounds each route that has points."""
    first = routes.start[:-1][np.diff(routes.start) > 0]
    return np.minimum.reduceat(routes.points, first), np.maximum.reduceat(routes.points, first)


def _apart(routes: Routes, edges: np.ndarray, node: np.ndarray, weight: np.ndarray, area: Area) -> np.ndarray:
    """Of lines of one node that are the same inside an area only the heaviest: a parameter may feed 10,000 passes."""
    counts = np.diff(routes.start)[edges]
    if len(edges) < 2:
        return edges
    x, y, w, h = area
    most = int(counts.max())
    at = np.minimum(np.arange(most), counts[:, None] - 1) + routes.start[edges][:, None]
    inside = np.clip(routes.points[at], (x, y), (x + w, y + h)).reshape(len(edges), 2 * most)
    order = np.argsort(-weight, kind="stable")
    rows = np.concatenate([node[:, None], inside], axis=1)[order]
    _, first = np.unique(rows, axis=0, return_index=True)
    return edges[np.sort(order[first])]
