"""Lines far away: one pixel wide, written straight into an image, each run of pixels once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from gradstudio.picture.model import Lines

_BITS = 14
_MASK = (1 << _BITS) - 1
"""Places within an image fit into this many bits."""
_NOISE = 1e-6  # of a pixel: what is meant to be whole may be a little less


class FarLines:
    """The segments of one picture. corners: float64 (4, s), left, top, right and bottom of each segment; line: which
    line each belongs to, ascending."""

    def __init__(self, lines: Lines, corners: np.ndarray, line: np.ndarray) -> None:
        self._lines = lines
        self._corners = corners
        self._line = line
        self._scale = 0.0
        self._grid = np.zeros((4, 0), np.int32)

    def paint(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        """Paint what is in `area`, layout point (x, y) at the painter's origin. Lines that run on one another become
        one; backward lines lie above forward ones."""
        ratio = p.device().devicePixelRatioF()
        scale = zoom * ratio
        if scale != self._scale:
            self._scale, self._grid = scale, np.floor(self._corners * scale + _NOISE).astype(np.int32)
        left, top = int(np.floor(area.left() * scale + _NOISE)), int(np.floor(area.top() * scale + _NOISE))
        wide, high = min(max(1, round(area.width() * scale)), _MASK), min(max(1, round(area.height() * scale)), _MASK)
        grid = self._grid
        seen = (grid[2] >= left) & (grid[0] < left + wide) & (grid[3] >= top) & (grid[1] < top + high)
        rows = np.flatnonzero(seen)
        if not len(rows):
            return
        x1, y1 = np.maximum(grid[0][rows] - left, 0), np.maximum(grid[1][rows] - top, 0)
        x2, y2 = np.minimum(grid[2][rows] - left, wide - 1), np.minimum(grid[3][rows] - top, high - 1)
        palette, tints = self._tints
        pixels = np.zeros(wide * high, np.uint32)
        _write(pixels, wide, palette, tints[self._line[rows]], (x1, y1, x2, y2))
        image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        p.drawImage(QPointF(left / ratio - x * zoom, top / ratio - y * zoom), image)

    def recolored(self, lines: Lines) -> FarLines:
        """The same segments in other colours."""
        other = FarLines(lines, self._corners, self._line)
        other._scale, other._grid = self._scale, self._grid
        return other

    @cached_property
    def _tints(self) -> tuple[np.ndarray, np.ndarray]:
        """All colours, forward lines' first, and the number of that of each line (int64 (n,))."""
        keys = self._lines.backward.astype(np.int64) << 32 | self._lines.color
        known = np.sort(keys)
        known = known[np.concatenate([[True], known[1:] != known[:-1]])]
        return (known & 0xFFFFFFFF).astype(np.uint32), np.searchsorted(known, keys)


def _write(pixels: np.ndarray, wide: int, palette: np.ndarray, tint: np.ndarray, ends: tuple[np.ndarray, ...]) -> None:
    """Fill runs of pixels of an image of that width; ends: x1, y1, x2 and y2 of each line, all inside."""
    x1, y1, x2, y2 = ends
    upright = y2 - y1 > x2 - x1
    across, begin, end = np.where(upright, x1, y1), np.where(upright, y1, x1), np.where(upright, y2, x2)
    key = (tint << 1) | upright
    for part in (across, begin, end):
        key = (key << _BITS) | part
    key.sort()
    # Rows of one colour, way and place follow one another by where they begin: what overlaps is joined.
    row, begin, end = key >> (2 * _BITS), (key >> _BITS) & _MASK, key & _MASK
    is_other = np.concatenate([[True], row[1:] != row[:-1]])
    reach = np.maximum.accumulate((np.cumsum(is_other) << _BITS) | end) & _MASK
    starts = np.flatnonzero(is_other | np.concatenate([[True], begin[1:] > reach[:-1] + 1]))
    stops = np.concatenate([starts[1:], [len(key)]]) - 1
    row, begin = row[starts], begin[starts]
    lengths = reach[stops] - begin + 1
    upright, across, color = ((row >> _BITS) & 1).astype(bool), row & _MASK, palette[row >> (_BITS + 1)]
    first = np.where(upright, begin * wide + across, across * wide + begin)
    for way, step in ((~upright, 1), (upright, wide)):
        count = lengths[way]
        ends_before = np.cumsum(count) - count
        index = np.arange(int(count.sum()))
        if step > 1:
            index *= step
        index += np.repeat(first[way] - ends_before * step, count)
        pixels[index] = np.repeat(color[way], count)
