"""Cells: the grid of columns and rows that nodes stand in, for moving one by hand."""

from __future__ import annotations

import numpy as np

from gradstudio.layout.model import Layout
from gradstudio.layout.moving import steps
from gradstudio.picture.anatomy import Rect


class Cells:
    """The cells around one node. Columns run along the way of the data, rows across it."""

    def __init__(self, layout: Layout, node: int, frame: Rect | None = None) -> None:
        """frame: what the node lies in, which it cannot leave."""
        self._layout = layout
        self._frame = frame
        self._node = node
        self._x, self._y, self._wide, self._high = layout.boxes[node].tolist()
        self._here = steps(layout, node, self._x, self._y)

    def away(self, dx: float, dy: float) -> tuple[int, int]:
        """The cell nearest to the node dragged that far: how many columns on and how many rows."""
        dx, dy = self._inside(dx, dy)
        columns, rows = steps(self._layout, self._node, self._x + dx, self._y + dy)
        return columns - self._here[0], rows - self._here[1]

    def rect(self, dx: float, dy: float) -> Rect:
        """Where the node would stand in that cell."""
        dx, dy = self._inside(dx, dy)
        x, y = self._layout.column_at, self._layout.row_at
        is_down = self._layout.direction == "down"
        if is_down:
            x, y = y, x
        left = self._x + _line(x, self._x + dx, not is_down) - _line(x, self._x, not is_down)
        top = self._y + _line(y, self._y + dy, is_down) - _line(y, self._y, is_down)
        return left, top, self._wide, self._high

    def _inside(self, dx: float, dy: float) -> tuple[float, float]:
        """As far as the frame lets the node go."""
        if self._frame is None:
            return dx, dy
        x, y, w, h = self._frame
        return (
            min(max(dx, x - self._x), x + w - self._wide - self._x),
            min(max(dy, y - self._y), y + h - self._high - self._y),
        )


def _line(lines: np.ndarray, place: float, goes_on: bool) -> float:
    """The line nearest to a place; goes_on: beyond the last one there are more, at equal distances."""
    if goes_on and len(lines) > 1 and place > lines[-1]:
        pitch = float(np.diff(lines).mean())
        return float(lines[-1]) + int((place - float(lines[-1])) / pitch + 0.5) * pitch
    return float(lines[np.abs(lines - place).argmin()])
