"""Cells: the grid of columns and rows that nodes stand in, for moving one by hand."""

from __future__ import annotations

import numpy as np

from gradstudio.layout.model import Layout, Options
from gradstudio.picture.anatomy import HEIGHT, NARROWEST, Rect


class Cells:
    """The cells around one node. Columns run along the way of the data, rows across it."""

    def __init__(self, layout: Layout, node: int) -> None:
        self._box = layout.boxes[node]
        self._along = 0 if layout.direction == "right" else 1
        steps = (NARROWEST + Options().column_gap, HEIGHT + Options().row_gap)
        self._columns = _Axis(layout.column_at, steps[self._along])
        self._rows = _Axis(layout.row_at, steps[1 - self._along])

    def snapped(self, dx: float, dy: float) -> tuple[int, int]:
        """The nearest cell to a node dragged that far: how many columns on and how many rows."""
        x, y, _, _ = self._box.tolist()
        ways = (self._columns.nearest(x, dx), self._rows.nearest(y, dy)) if self._along == 0 else (
            self._columns.nearest(y, dy), self._rows.nearest(x, dx)
        )  # fmt: skip
        return ways

    def rect(self, columns: int, rows: int) -> Rect:
        """Where the node would stand that many cells on."""
        x, y, w, h = self._box.tolist()
        if self._along == 0:
            return x + self._columns.away(x, columns), y + self._rows.away(y, rows), w, h
        return x + self._rows.away(x, rows), y + self._columns.away(y, columns), w, h


class _Axis:
    """Where columns, or rows, begin; beyond the known ones they go on at equal distances."""

    def __init__(self, lines: np.ndarray, step: float) -> None:
        self._lines = np.sort(lines)
        self._step = step

    def nearest(self, place: float, distance: float) -> int:
        """How many lines on the one nearest to a distance from a place is."""
        return self._index(place + distance) - self._index(place)

    def away(self, place: float, lines: int) -> float:
        """How far it is from a place to the same place that many lines on."""
        own = self._index(place)
        return self._line(own + lines) - self._line(own)

    def _index(self, place: float) -> int:
        first, last = float(self._lines[0]), float(self._lines[-1])
        if place < first - self._step / 2:
            return round((place - first) / self._step)
        if place > last + self._step / 2:
            return len(self._lines) - 1 + round((place - last) / self._step)
        return int(np.argmin(np.abs(self._lines - place)))

    def _line(self, index: int) -> float:
        last = len(self._lines) - 1
        if index < 0:
            return float(self._lines[0]) + index * self._step
        if index > last:
            return float(self._lines[last]) + (index - last) * self._step
        return float(self._lines[index])
