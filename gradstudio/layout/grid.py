"""Pixels of rows, columns and the channels between them, which widen where many lines run.

Between two columns lie, from left to right: borders of frames that end at the left one, the channel, borders of frames
that begin at the right one. Between two rows likewise, and under the borders the reference chips of the lower row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gradstudio.layout.channels import Stretch, margin_offset, margin_room, offset, room
from gradstudio.layout.model import Options

TITLE = 30.0  # room for the title of a lane
_ENDS = 8.0  # free space between a row and the first track below it


@dataclass(slots=True)
class Rims:
    """Pixels kept free beside rows and columns, where no line runs along: by column, and by row of all lanes.

    Right of column -1 is before everything else.
    """

    left: dict[int, float] = field(default_factory=dict)
    right: dict[int, float] = field(default_factory=dict)
    above: dict[int, float] = field(default_factory=dict)
    below: dict[int, float] = field(default_factory=dict)


class Grid:
    """Where everything lies. need: most tracks side by side in level channels (by row) and upright ones (by column).

    sizes: of the node in each (row, column). rows: how many each lane has. gaps: least height below each lane. origin:
    which column stands where the first one does in a picture without columns left of it.
    """

    def __init__(
        self,
        row: np.ndarray,
        column: np.ndarray,
        sizes: np.ndarray,
        rows: list[int],
        gaps: list[float],
        level_need: dict[int, int],
        upright_need: dict[int, int],
        rims: Rims,
        origin: int,
        o: Options,
    ) -> None:
        self._pitch = o.track_pitch
        columns = int(column.max()) + 1
        self.column_width = np.zeros(columns)
        np.maximum.at(self.column_width, column, sizes[:, 0])
        self.row_height = np.zeros(sum(rows))
        np.maximum.at(self.row_height, row, sizes[:, 1])
        self.column_x: list[float] = []
        self._left: list[float] = []  # left edge of each upright channel
        self._gap: list[float] = []
        x = 0.0
        for c in range(columns + 1):
            need = upright_need.get(c, 0)
            gap = room(need, o.column_gap, o.track_pitch) if 0 < c < columns else margin_room(need, o.margin)
            x += rims.right.get(c - 1, 0.0)
            self._left.append(x)
            self._gap.append(gap)
            x += gap
            if c < columns:
                x += rims.left.get(c, 0.0)
                self.column_x.append(x)
                x += float(self.column_width[c])
        self.width = x
        self.left = self.column_x[0] - self.column_x[origin]
        self.column_x = [at + self.left for at in self.column_x]
        self._left = [at + self.left for at in self._left]
        self.row_y: list[float] = []
        self._below: list[tuple[float, float]] = []  # y and height of each level channel
        y = o.margin - 4.0
        heights = self.row_height.tolist()
        for lane, count in enumerate(rows):
            for r in range(count):
                at = len(self.row_y)
                y += rims.above.get(at, 0.0)
                self.row_y.append(y)
                y += heights[at] + rims.below.get(at, 0.0)
                tall = room(level_need.get(at, 0), o.row_gap if r < count - 1 else gaps[lane], o.track_pitch, _ENDS)
                self._below.append((y, tall))
                y += tall
        self.height = y

    def boxes(self, row: np.ndarray, column: np.ndarray, sizes: np.ndarray, centred: bool) -> np.ndarray:
        """Rectangle of each node (float64, (n, 4)): at the top of its row, or in the middle."""
        y = np.array(self.row_y)[row]
        if centred:
            y = y + (self.row_height[row] - sizes[:, 1]) / 2
        return np.column_stack([np.array(self.column_x)[column], y, sizes])

    def y(self, channel: int, stretch: Stretch) -> float:
        """Where a level stretch lies."""
        start, tall = self._below[channel]
        return start + offset(stretch.track, stretch.tracks, tall, self._pitch, _ENDS)

    def x(self, channel: int, stretch: Stretch) -> float:
        """Where an upright stretch lies."""
        left, gap = self._left[channel], self._gap[channel]
        if 0 < channel < len(self.column_x):
            return left + offset(stretch.track, stretch.tracks, gap, self._pitch)
        return left + margin_offset(stretch.track, stretch.tracks, gap, channel == 0)
