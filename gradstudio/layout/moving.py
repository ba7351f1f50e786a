"""Nodes moved by hand: they take the cell they were put into, and what stands there makes way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from gradstudio.layout.islands import is_inside, spans_of
from gradstudio.layout.placement import Placement

_BEYOND = 4  # columns and rows that a node may stand outside all others


def moved_by_hand(p: Placement, ids: Sequence[str], moved: Sequence[tuple[str, int, int]]) -> Placement:
    """The placement with some nodes so many columns further on and rows further across. Unknown ids are left out.

    Later moves start from what earlier ones made of the picture. A node stays among the lanes of its frame; where it
    was sent further, it goes as far as it may. Those of an island stay in its columns.
    """
    number = {name: i for i, name in enumerate(ids)}
    wanted = [(number[name], columns, rows) for name, columns, rows in moved if name in number]
    if not wanted:
        return p
    lane, column, row, rows = list(p.lane), list(p.column), list(p.row), list(p.rows)
    low, high = min(column), max(column) + _BEYOND
    cells = {(lane[i], column[i], row[i]): i for i in range(len(lane))}
    islands = spans_of(p.island, lane, column)
    for i, right, down in wanted:
        start = list(accumulate(rows, initial=0))
        k, r = _seat(start[lane[i]] + row[i] + down, start, p.frame, lane[i])
        cell = (k, min(max(column[i] + right, low), high), r)
        if any(is_inside(k, cell[1], span) != (p.island[i] == f) for f, span in islands.items()):
            continue  # what stands in an open pass stays there, and nothing else comes into it
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


def _seat(at: int, start: list[int], frame: list[int], home: int) -> tuple[int, int]:
    """Lane and row nearest to a row counted through all lanes, in a lane of the same frame as `home`."""
    last = len(frame) - 1
    if frame[last] == frame[home] and at >= start[-1]:
        return last, min(at, start[-1] + _BEYOND - 1) - start[last]
    near = (k for k in range(len(frame)) if frame[k] == frame[home])
    k = min(near, key=lambda k: (max(start[k] - at, at - start[k + 1] + 1, 0), k))
    return k, min(max(at, start[k]), start[k + 1] - 1) - start[k]
