"""layout(graph, sizes, options, before) -> Layout: where nodes stand and how edges run. A pure function."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.chips import Chips
from gradstudio.layout.drawing import Drawing
from gradstudio.layout.links import Links
from gradstudio.layout.model import Before, Lane, Layout, Options, Routes
from gradstudio.layout.moving import moved_by_hand
from gradstudio.layout.placement import is_mostly, is_near, place, wished_columns
from gradstudio.layout.ports import port_middles
from gradstudio.layout.turning import turned


def layout(graph: Graph, sizes: np.ndarray, options: Options | None = None, before: Before | None = None) -> Layout:
    """Positions and routes of a graph. sizes: float64 (n, 2), width and height in pixels at 100 %.

    before: the picture shown until now. The same graph, sizes, options and before give the same layout.
    """
    o = options or Options()
    if not len(graph.record):
        empty = Routes(np.zeros(1, np.int64), np.zeros((0, 2)))
        none = np.zeros(0, np.int32)
        frames = np.zeros((len(graph.frames), 4))
        return Layout(
            np.zeros((0, 4)), empty, empty, (), (0.0, 0.0, 0.0, 0.0), none.reshape(0, 3), 4, o.direction, frames, none
        )
    is_turned = o.direction == "down"
    along = sizes[:, ::-1] if is_turned else sizes  # the drawing is made with lanes from left to right
    links = Links(graph)
    known = before if before is not None and before.direction == o.direction else None
    columns = o.columns
    if not columns and known is not None and is_mostly(graph.ids, known):
        columns = known.columns  # what is wished is hardly another
    if not columns:
        columns = wished_columns(links, along, o)
        if known is not None and is_near(known.columns, columns):
            columns = known.columns
    p = place(graph, links, along, columns, known if known is not None and known.columns == columns else None, o)
    cells = np.array([p.lane, p.column, p.row], np.int32).T
    chips = Chips(np.flatnonzero(p.is_chip), graph, along, is_turned)
    shown = moved_by_hand(p, graph.ids, o.moved)
    drawn = Drawing(graph, links, shown, along, chips, o).layout(cells, columns)
    return turned(drawn) if is_turned else drawn


__all__ = ["Before", "Lane", "Layout", "Options", "layout", "port_middles"]
