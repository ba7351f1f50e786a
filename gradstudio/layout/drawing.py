"""From cells to pixels: routes, rooms for titles, frames and chips, and the finished layout."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.chips import Chips
from gradstudio.layout.frames import Frames
from gradstudio.layout.grid import TITLE, Grid, Rims
from gradstudio.layout.levels import levels
from gradstudio.layout.links import Links
from gradstudio.layout.model import Lane, Layout, Options, Routes
from gradstudio.layout.placement import Placement
from gradstudio.layout.ports import port_middles, port_reaches, set_ports
from gradstudio.layout.routing import Tracks, height, route
from gradstudio.layout.titles import titles
from gradstudio.layout.wires import Wire, wires

_Point = tuple[float, float]
_TITLE = 24.0  # from the title of a lane to its first row
_RING = 4.0  # more, where the ring of a selected frame comes between


class Drawing:
    """One picture with lanes from left to right. sizes: of the boxes, along and across the lanes."""

    def __init__(self, graph: Graph, links: Links, p: Placement, sizes: np.ndarray, chips: Chips, o: Options) -> None:
        self._graph, self._sizes, self._chips, self._o = graph, sizes, chips, o
        self._is_turned = o.direction == "down"
        self._low = min(0, *p.column)  # number of the first column, below 0 where a lane grew to the left
        self._p = p = replace(p, column=[c - self._low for c in p.column])
        self._lane, self._column = np.array(p.lane), np.array(p.column)
        self._start = np.array(list(accumulate(p.rows, initial=0)))
        self._row = self._start[self._lane] + np.array(p.row)
        self._titles = titles(graph, p)
        island = np.array(p.island)
        self._frames = Frames(links.nesting, p.frame, self._lane, self._column, self._row, self._start, island)

    def layout(self, cells: np.ndarray, columns: int) -> Layout:
        """The whole picture. cells, columns: what the layout says of itself."""
        o = self._o
        forward, backward, tracks = self._tracks()
        grid = self._grid(tracks)
        boxes = grid.boxes(self._row, self._column, self._sizes, self._is_turned)
        places = np.column_stack([boxes[:, 0], boxes[:, 0] + boxes[:, 2], np.array(grid.row_y)[self._row]]).tolist()
        routes = _routes([_path(w, tracks, grid, places) if w is not None else [] for w in forward])
        back = _routes([_path(w, tracks, grid, places)[::-1] if w is not None else [] for w in backward])
        return Layout(
            boxes=boxes,
            forward=routes,
            backward=back,
            lanes=self._lanes(grid, boxes),
            bounds=(grid.left, 0.0, grid.width, grid.height),
            cells=cells,
            columns=columns,
            direction=o.direction,
            frames=self._rectangles(grid),
            chips=self._chips.edges,
            chip_boxes=self._chips.boxes(boxes),
            column_at=np.array(grid.column_x),
            row_at=np.array(grid.row_y),
        )

    def _tracks(self) -> tuple[list[Wire | None], list[Wire | None], Tracks]:
        """All wires with their ports, and the tracks they run on."""
        graph, o = self._graph, self._o
        m = len(graph.edge_source)
        if not o.routes:
            return [None] * m, [None] * m, Tracks()
        sides = self._sizes[:, 1]
        heights = np.zeros(int(self._start[-1]))
        np.maximum.at(heights, self._row, sides)
        down = (heights[self._row] - sides) / 2 if self._is_turned else np.zeros(len(sides))
        ahead, back = (middle + down for middle in port_middles(sides, o))
        middles = ahead.tolist(), back.tolist()
        forward, backward = wires(graph, self._p, middles, self._levels())
        going = [w for w in forward if w is not None]
        returning = [w for w in backward if w is not None]
        up, up_back = port_reaches(sides, o)
        set_ports(going, returning, middles, (up.tolist(), up_back.tolist()), heights.tolist())
        return forward, backward, route([*going, *returning])

    def _levels(self) -> list[int]:
        """Below which row long lines of each node run."""
        wired = ~self._p.is_chip
        source, target = (ends[wired].astype(np.int64) for ends in (self._graph.edge_source, self._graph.edge_target))
        found: list[int] = levels(self._lane, self._column, np.array(self._p.row), source, target).tolist()
        return found

    def _grid(self, tracks: Tracks) -> Grid:
        o, rows = self._o, self._p.rows
        rims = Rims(left=self._frames.room(0, self._is_turned), right=self._frames.room(1, False))
        rims.above, rims.below = self._frames.room(2, not self._is_turned), self._frames.room(3, False)
        self._title_rooms(rims)
        self._chip_room = self._chips.room(self._row)
        for row, tall in self._chip_room.items():
            rims.above[row] = rims.above.get(row, 0.0) + tall
        gaps = [o.lane_gap - TITLE] * (len(rows) - 1) + [o.margin]
        return Grid(
            self._row,
            self._column,
            self._sizes,
            rows,
            gaps,
            tracks.level_need,
            tracks.upright_need,
            rims,
            -self._low,
            o,
        )

    def _title_rooms(self, rims: Rims) -> None:
        """Titles stand above the first row of a lane; in a turned picture they head it, before all lines."""
        for lane, (title, subtitle) in enumerate(self._titles):
            if title or subtitle or self._p.frame[lane] < 0:
                if self._is_turned:
                    rims.right[-1] = TITLE
                else:
                    first = int(self._start[lane])
                    rims.above[first] = rims.above.get(first, 0.0) + TITLE

    def _lanes(self, grid: Grid, boxes: np.ndarray) -> tuple[Lane, ...]:
        left = np.full(len(self._p.rows), grid.left + TITLE if self._is_turned else grid.column_x[-1])
        right = np.full(len(self._p.rows), grid.left)
        np.minimum.at(left, self._lane, boxes[:, 0])
        np.maximum.at(right, self._lane, boxes[:, 0] + boxes[:, 2])
        out = []
        for lane, (title, subtitle) in enumerate(self._titles):
            first, last = int(self._start[lane]), int(self._start[lane + 1]) - 1
            x, y = float(left[lane]), grid.row_y[first]
            tall = grid.row_y[last] + float(grid.row_height[last]) - y
            island = self._frames.island_room(first, not self._is_turned)
            above = self._chip_room.get(first, 0.0) + island + _RING * (island > 0)
            top = y if self._is_turned else y - above - _TITLE
            out.append(Lane(title, subtitle, x, top, max(float(right[lane]) - x, 0.0), tall))
        return tuple(out)

    def _rectangles(self, grid: Grid) -> np.ndarray:
        """Of the frames, their title strips included (float64, (f, 4))."""
        f, out = self._frames, []
        for k, ((top, bottom), (begin, end)) in enumerate(zip(f.rows, f.columns, strict=True)):
            if bottom < top:
                out.append((0.0, 0.0, 0.0, 0.0))
                continue
            first = int(np.searchsorted(self._start, top, "right")) - 1
            titled = any(self._titles[first]) and not f.is_island[k]
            inside = self._chip_room.get(top, 0.0) + (TITLE if titled and not self._is_turned else 0.0)
            x = grid.column_x[begin] - f.reach(0, k, self._is_turned)
            y = grid.row_y[top] - inside - f.reach(2, k, not self._is_turned)
            right = grid.column_x[end] + float(grid.column_width[end]) + f.reach(1, k, False)
            low = grid.row_y[bottom] + float(grid.row_height[bottom]) + f.reach(3, k, False)
            out.append((x, y, right - x, low - y))
        return np.array(out, np.float64).reshape(-1, 4)


def _path(wire: Wire, tracks: Tracks, grid: Grid, places: list[list[float]]) -> list[_Point]:
    """The route of a wire from its source to its target. places: left, right and top of the row of each node."""
    a, b = places[wire.source], places[wire.target]
    y1, y2 = a[2] + wire.port1, b[2] + wire.port2
    bends: list[_Point] = [(a[1], y1)]
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
