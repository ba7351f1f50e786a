"""layout(graph, widths, options) -> Layout: where nodes stand and how edges run. A pure function."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.grid import Grid
from gradstudio.layout.model import Before, Lane, Layout, Options, Routes
from gradstudio.layout.placement import place
from gradstudio.layout.ports import set_ports
from gradstudio.layout.routing import Tracks, height, route
from gradstudio.layout.titles import titles
from gradstudio.layout.wires import Wire, wires

_Point = tuple[float, float]


def layout(graph: Graph, sizes: np.ndarray, options: Options | None = None, before: Before | None = None) -> Layout:
    """Positions and routes of a graph. sizes: float64 (n, 2), width and height in pixels at 100 %.

    before: the picture shown until now. The same graph, sizes, options and before give the same layout.
    """
    o = options or Options()
    n = len(graph.record)
    if n == 0:
        empty = Routes(np.zeros(1, np.int64), np.zeros((0, 2)))
        none = np.zeros(0, np.int32)
        nowhere = (0.0, 0.0, 0.0, 0.0)
        return Layout(
            np.zeros((0, 4)), empty, empty, (), nowhere, none.reshape(0, 3), 4, o.direction, np.zeros((0, 4)), none
        )
    columns = o.columns or 4
    widths = sizes[:, 0]
    p = place(graph, columns)
    forward, backward = wires(graph, p)
    returning = [w for w in backward if w is not None]
    set_ports(forward, returning, o)
    tracks = route([*forward, *returning])
    grid = Grid(p, widths.tolist(), tracks.level_need, tracks.upright_need, o)
    boxes = np.array(
        [[grid.column_x[p.column[i]], grid.top(p.lane[i], p.row[i]), widths[i], o.node_height] for i in range(n)]
    )
    places = boxes.tolist()
    routes = _routes([_path(w, tracks, grid, places) for w in forward])
    back = _routes([_path(w, tracks, grid, places)[::-1] if w is not None else [] for w in backward])
    lanes = titles(graph, p, grid.column_x, [grid.top(k, 0) for k in range(len(p.rows))], o)
    bounds = (0.0, 0.0, grid.width, grid.height)
    cells = np.array([p.lane, p.column, p.row], np.int32).T
    none = np.zeros(0, np.int32)
    return Layout(boxes, routes, back, lanes, bounds, cells, columns, o.direction, np.zeros((0, 4)), none)


def _path(wire: Wire, tracks: Tracks, grid: Grid, boxes: list[list[float]]) -> list[_Point]:
    """The route of a wire from its source to its target."""
    a, b = boxes[wire.source], boxes[wire.target]
    y1, y2 = a[1] + wire.port1, b[1] + wire.port2
    bends: list[_Point] = [(a[0] + a[2], y1)]
    if wire.bridge is None:
        if wire.y1 != wire.y2:
            stretch = tracks.upright_of(wire.second, wire.net, wire.y1)
            assert stretch is not None
            x = grid.x(wire.second, stretch)
            bends += [(x, y1), (x, y2)]
    else:
        level = height(tracks, wire)
        y = grid.y(wire.bridge, tracks.level[wire.bridge, wire.net])
        for channel, end in ((wire.first, y1), (wire.second, y2)):
            stretch = tracks.upright_of(channel, wire.net, level)
            assert stretch is not None
            x = grid.x(channel, stretch)
            bends += [(x, end), (x, y)] if channel is wire.first and end is y1 else [(x, y), (x, end)]
    bends.append((b[0], y2))
    return bends


def _routes(rows: list[list[_Point]]) -> Routes:
    start = np.zeros(len(rows) + 1, np.int64)
    start[1:] = np.cumsum([len(r) for r in rows])
    return Routes(start, np.array([q for r in rows for q in r], np.float64).reshape(-1, 2))


__all__ = ["Before", "Lane", "Layout", "Options", "layout"]
