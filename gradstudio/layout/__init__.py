"""layout(graph, widths, options) -> Layout: where nodes stand and how edges run. A pure function."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.channels import Net, Wire, offset, pack_horizontal, pack_vertical, room
from gradstudio.layout.model import Lane, Layout, Options, Routes
from gradstudio.layout.placement import Placement, place
from gradstudio.layout.ports import ports
from gradstudio.layout.titles import titles

_TITLE = 30.0  # room above a lane for its title
_TRUNK = 3  # backward lines from other lanes into one node beyond this number share a trunk


def layout(graph: Graph, widths: np.ndarray, options: Options | None = None) -> Layout:
    """Positions and routes of a graph. widths: float64 (n,), pixels at 100 %."""
    o = options or Options()
    n = len(graph.record)
    if n == 0:
        empty = Routes(np.zeros(1, np.int64), np.zeros((0, 2)))
        return Layout(np.zeros((0, 4)), empty, empty, (), (0.0, 0.0, 0.0, 0.0))
    p = place(graph, o.columns)
    columns = max(p.column) + 1
    column_width = [0.0] * columns
    for i, c in enumerate(p.column):
        column_width[c] = max(column_width[c], float(widths[i]))
    row_top = _Rows(p, o)
    forward, backward = _wires(graph, p, o)
    wires = forward + [w for w in backward if w is not None]
    tracks_h, need_h = pack_horizontal(wires)
    row_top.open(need_h)
    value, gradient = ports(graph, p, o)
    top = [row_top.y(p.lane[i], p.row[i]) for i in range(n)]
    for e, wire in enumerate(forward):
        a, b = int(graph.edge_source[e]), int(graph.edge_target[e])
        wire.y1, wire.y2 = top[a] + o.value_port, top[b] + value[e]
        if wire.bridge is None and p.row[a] == p.row[b]:
            wire.y1 = wire.y2  # along one row a line runs straight instead of stepping to its port
    for e, back in enumerate(backward):
        if back is not None:
            a, b = int(graph.edge_source[e]), int(graph.edge_target[e])
            back.y1, back.y2 = top[b] + gradient[e][0], top[a] + gradient[e][1]
            if back.bridge is None and p.row[a] == p.row[b]:
                back.y1 = back.y2
    level = {
        k: row_top.track(w.bridge, tracks_h[w.bridge, w.net], need_h[w.bridge])
        for k, w in enumerate(wires)
        if w.bridge is not None
    }
    tracks_v, need_v = pack_vertical(wires, level)
    gaps = [room(need_v.get(c, 0), o.column_gap if 0 < c < columns else o.margin, o.track_pitch) for c in range(columns + 1)]
    left = [0.0] * (columns + 1)  # left edge of each vertical channel
    x = 0.0
    column_x = [0.0] * columns
    for c in range(columns):
        left[c] = x
        x += gaps[c]
        column_x[c] = x
        x += column_width[c]
    left[columns] = x
    boxes = np.array([[column_x[p.column[i]], top[i], float(widths[i]), o.node_height] for i in range(n)])

    def rail(channel: int, net: Net, end: int) -> float:
        track = tracks_v.get((channel, net, end), 0)
        return left[channel] + offset(track, need_v.get(channel, 0), gaps[channel], o.track_pitch)

    points: list[list[tuple[float, float]]] = []
    for k, wire in enumerate(wires):
        points.append(_path(wire, level.get(k), rail))
    routes_f = _routes([_ends(points[e], boxes, graph, e, True) for e in range(len(forward))])
    rows: list[list[tuple[float, float]]] = []
    k = len(forward)
    for e, back in enumerate(backward):
        if back is None:
            rows.append([])
        else:
            rows.append(_ends(points[k], boxes, graph, e, False))
            k += 1
    right = x + gaps[columns]
    lanes = titles(graph, p, column_x, [row_top.y(k, 0) for k in range(len(p.rows))], o)
    return Layout(boxes, routes_f, _routes(rows), lanes, (0.0, 0.0, right, row_top.bottom))


class _Rows:
    """Vertical positions: lanes below each other, rows inside them, channels that widen where many lines cross."""

    def __init__(self, p: Placement, o: Options) -> None:
        self._p = p
        self._o = o
        self._top: list[list[float]] = []
        self._below: dict[tuple[int, int], tuple[float, float]] = {}  # channel -> y, height
        self.bottom = 0.0

    def open(self, need: dict[tuple[int, int], int]) -> None:
        """Fix all positions, given how many tracks each horizontal channel holds."""
        o = self._o
        y = o.margin + (_TITLE - 4.0 if len(self._p.rows) else 0.0)
        for lane, rows in enumerate(self._p.rows):
            tops = []
            for r in range(rows):
                tops.append(y)
                y += o.node_height
                last = r == rows - 1
                tracks = need.get((lane, r), 0)
                least = o.row_gap if not last else (o.lane_gap - _TITLE if lane < len(self._p.rows) - 1 else o.margin)
                height = room(tracks, least, o.track_pitch, 8.0)
                self._below[lane, r] = (y, height)
                y += height
            if lane < len(self._p.rows) - 1:
                y += _TITLE
            self._top.append(tops)
        self.bottom = y

    def y(self, lane: int, row: int) -> float:
        """Top of a row."""
        return self._top[lane][row]

    def track(self, channel: tuple[int, int], track: int, tracks: int) -> float:
        """y of a track in the channel below a row."""
        start, height = self._below[channel]
        return start + offset(track, tracks, height, self._o.track_pitch, 8.0)


def _wires(graph: Graph, p: Placement, o: Options) -> tuple[list[Wire], list[Wire | None]]:
    """Every edge as a wire in each direction; ports are filled in when rows have their places."""
    cells = {(p.lane[i], p.row[i], p.column[i]) for i in range(len(p.lane))}
    runs: dict[tuple[str, int, int, int], Net] = {}  # (direction, lane, row, column) crossed straight -> net

    def straight(net: Net, lane: int, row: int, first: int, last: int) -> bool:
        """Whether a net may run along a row through empty cells first..last-1; takes them if so."""
        keys = [(net[0], lane, row, c) for c in range(first, last)]
        if any((lane, row, c) in cells for c in range(first, last)) or any(runs.get(k, net) != net for k in keys):
            return False
        for k in keys:
            runs[k] = net
        return True

    far: dict[int, int] = {}
    for e in range(len(graph.edge_source)):
        a, b = int(graph.edge_source[e]), int(graph.edge_target[e])
        if graph.edge_backward[e] >= 0 and p.lane[a] != p.lane[b]:
            far[a] = far.get(a, 0) + 1
    forward: list[Wire] = []
    backward: list[Wire | None] = []
    for e in range(len(graph.edge_source)):
        a, b = int(graph.edge_source[e]), int(graph.edge_target[e])
        out, into = p.column[a] + 1, p.column[b]
        bridge: tuple[int, int] | None = None
        run = False
        if p.lane[a] == p.lane[b] and out != into:
            run = out < into and straight(("f", a), p.lane[a], p.row[a], out, into)
            if not run:
                bridge = (p.lane[a], p.row[b] - 1 if p.row[b] > p.row[a] else p.row[b])
        elif p.lane[a] != p.lane[b]:
            above = max(p.lane[b] - 1, 0) if p.lane[b] > p.lane[a] else p.lane[b]
            bridge = (above, p.rows[above] - 1)
        # A straight run turns only beside the consumer.
        forward.append(Wire(("f", a), into if run else out, into, 0.0, 0.0, bridge))
        if graph.edge_backward[e] < 0:
            backward.append(None)
            continue
        net: Net = ("b", e)
        if p.lane[a] != p.lane[b] and far[a] > _TRUNK:
            net = ("t", a)
        back_run = run and straight(net, p.lane[a], p.row[a], out, into)
        back_bridge = bridge
        if run and not back_run:
            back_bridge = (p.lane[a], p.row[a])
        backward.append(Wire(net, into, into if back_run else out, 0.0, 0.0, back_bridge))
    return forward, backward


def _path(wire: Wire, level: float | None, rail: object) -> list[tuple[float, float]]:
    """The bends of a wire, without its ends at the nodes."""
    if wire.bridge is None or level is None:
        x = rail(wire.first, wire.net, 0)  # type: ignore[operator]
        return [(x, wire.y1), (x, wire.y2)] if wire.y1 != wire.y2 else [(x, wire.y1)]
    x1 = rail(wire.first, wire.net, 0)  # type: ignore[operator]
    x2 = rail(wire.second, wire.net, 1)  # type: ignore[operator]
    return [(x1, wire.y1), (x1, level), (x2, level), (x2, wire.y2)]


def _ends(
    bends: list[tuple[float, float]], boxes: np.ndarray, graph: Graph, edge: int, forward: bool
) -> list[tuple[float, float]]:
    """The whole route: from the side of one node, through the bends, to the side of the other."""
    a, b = boxes[graph.edge_source[edge]], boxes[graph.edge_target[edge]]
    right, left = float(a[0] + a[2]), float(b[0])
    start, stop = (right, left) if forward else (left, right)
    points = [(start, bends[0][1]), *bends, (stop, bends[-1][1])]
    slim = [points[0]]
    for q in points[1:]:
        if q == slim[-1]:
            continue
        if len(slim) > 1 and (slim[-2][0] == slim[-1][0] == q[0] or slim[-2][1] == slim[-1][1] == q[1]):
            slim[-1] = q
        else:
            slim.append(q)
    return slim


def _routes(rows: list[list[tuple[float, float]]]) -> Routes:
    start = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(r) for r in rows], out=start[1:] if rows else None)
    flat = [q for r in rows for q in r]
    return Routes(start, np.array(flat, np.float64).reshape(-1, 2))


__all__ = ["Lane", "Layout", "Options", "layout"]
