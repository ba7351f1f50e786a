"""Nodes moved by hand: they take the cell they were put into, and what stands there makes way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np

from gradstudio.layout.model import Layout
from gradstudio.layout.placement import Placement

_BEYOND = 4  # columns and rows that a node may stand outside all others


def moved_by_hand(p: Placement, ids: Sequence[str], moved: Sequence[tuple[str, int, int]]) -> Placement:
    """The placement with some nodes so many columns further on and rows further across. Unknown ids are left out.

    A node stays among the lanes of its frame; where it was sent further, it goes as far as it may.
    """
    number = {name: i for i, name in enumerate(ids)}
    wanted = [(number[name], columns, rows) for name, columns, rows in moved if name in number]
    if not wanted:
        return p
    lane, column, row, rows = list(p.lane), list(p.column), list(p.row), list(p.rows)
    start = list(accumulate(p.rows, initial=0))
    low, high = min(column), max(column) + _BEYOND
    cells = {(lane[i], column[i], row[i]): i for i in range(len(lane))}
    for i, right, down in wanted:
        k, r = _seat(start[p.lane[i]] + p.row[i] + down, start, p, p.lane[i])
        cell = (k, min(max(p.column[i] + right, low), high), r)
        other = cells.get(cell, i)
        del cells[lane[i], column[i], row[i]]
        cells[cell] = i
        lane[i], column[i], row[i] = cell
        rows[k] = max(rows[k], r + 1)
        if other != i:
            free = [at for at in range(rows[k] + 1) if (k, cell[1], at) not in cells]
            row[other] = min(free, key=lambda at: (abs(at - r), at))
            cells[k, cell[1], row[other]] = other
            rows[k] = max(rows[k], row[other] + 1)
    return replace(p, lane=lane, column=column, row=row, rows=rows)


def _seat(at: int, start: list[int], p: Placement, home: int) -> tuple[int, int]:
    """Lane and row nearest to a row counted through all lanes, in a lane of the same frame as `home`."""
    last = len(p.rows) - 1
    if p.frame[last] == p.frame[home] and at >= start[-1]:
        return last, min(at, start[-1] + _BEYOND - 1) - start[last]
    near = (k for k in range(len(p.rows)) if p.frame[k] == p.frame[home])
    k = min(near, key=lambda k: (max(start[k] - at, at - start[k + 1] + 1, 0), k))
    return k, min(max(at, start[k]), start[k + 1] - 1) - start[k]


def steps(layout: Layout, node: int, x: float, y: float) -> tuple[int, int]:
    """What Options.moved says of a node whose box is put down with its corner at (x, y): columns and rows."""
    along, across = (y, x) if layout.direction == "down" else (x, y)
    column = layout.first_column + int(np.abs(layout.column_at - along).argmin())
    if len(layout.column_at) > 1:
        pitch = float(np.diff(layout.column_at).mean())
        column += max(0, int((along - float(layout.column_at[-1])) / pitch + 0.5))
    shown = int(np.abs(layout.row_at - across).argmin())
    first = layout.first_row.tolist()
    lane = bisect_right(first, shown) - 1
    rows = np.zeros(len(first), np.int64)
    np.maximum.at(rows, layout.cells[:, 0], layout.cells[:, 2] + 1)
    begin = np.cumsum(rows) - rows
    row = int(begin[lane]) + min(shown - first[lane], int(rows[lane]) - 1)
    home, at, seat = layout.cells[node].tolist()
    return column - at, row - int(begin[home]) - seat
