"""Pixels of rows, columns and the channels between them, which widen where many lines run."""

from __future__ import annotations

from gradstudio.layout.channels import Stretch, margin_offset, margin_room, offset, room
from gradstudio.layout.model import Options
from gradstudio.layout.placement import Placement

_TITLE = 30.0  # room above a lane for its title
_ENDS = 8.0  # free space between a row and the first track below it


class Grid:
    """Where everything lies. need: most tracks side by side in level channels (by row) and upright ones (by column)."""

    def __init__(
        self,
        p: Placement,
        widths: list[float],
        level_need: dict[int, int],
        upright_need: dict[int, int],
        o: Options,
    ) -> None:
        self._o = o
        columns = max(p.column) + 1
        column_width = [0.0] * columns
        for i, c in enumerate(p.column):
            column_width[c] = max(column_width[c], widths[i])
        self.column_x: list[float] = []
        self._left: list[float] = []  # left edge of each upright channel
        self._gap: list[float] = []
        x = 0.0
        for c in range(columns + 1):
            need = upright_need.get(c, 0)
            gap = room(need, o.column_gap, o.track_pitch) if 0 < c < columns else margin_room(need, o.margin)
            self._left.append(x)
            self._gap.append(gap)
            x += gap
            if c < columns:
                self.column_x.append(x)
                x += column_width[c]
        self.width = x
        self._start: list[int] = []  # number of each lane's first row
        self._tops: list[float] = []
        self._below: list[tuple[float, float]] = []  # y and height of each level channel
        y = o.margin + _TITLE - 4.0
        for lane, rows in enumerate(p.rows):
            self._start.append(len(self._tops))
            is_last = lane == len(p.rows) - 1
            for r in range(rows):
                self._tops.append(y)
                y += o.node_height
                least = o.row_gap if r < rows - 1 else o.margin if is_last else o.lane_gap - _TITLE
                tall = room(level_need.get(len(self._below), 0), least, o.track_pitch, _ENDS)
                self._below.append((y, tall))
                y += tall
            if not is_last:
                y += _TITLE
        self.height = y

    def top(self, lane: int, row: int) -> float:
        """Top of a row of a lane."""
        return self._tops[self._start[lane] + row]

    def y(self, channel: int, stretch: Stretch) -> float:
        """Where a level stretch lies."""
        start, tall = self._below[channel]
        return start + offset(stretch.track, stretch.tracks, tall, self._o.track_pitch, _ENDS)

    def x(self, channel: int, stretch: Stretch) -> float:
        """Where an upright stretch lies."""
        left, gap = self._left[channel], self._gap[channel]
        if 0 < channel < len(self.column_x):
            return left + offset(stretch.track, stretch.tracks, gap, self._o.track_pitch)
        return left + margin_offset(stretch.track, stretch.tracks, gap, channel == 0)
