"""Pixels written straight into an image: thousands of rectangles and small soft shapes at the price of a few calls.

Pixels are premultiplied 0xAARRGGBB, one row after the other. What comes later lies above what came before.
"""

from __future__ import annotations

import threading
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPaintEngine, QPainter

_AT_ONCE = 1 << 16  # pixels
_BLOCK = 12  # pixels on a side of a rectangle that is written with all of its size
_LANES, _HALVES = np.uint32(0x00FF00FF), np.uint32(0x00800080)


class _Memory(threading.local):
    """The pixels of the raster before, to be used again: fresh memory costs more than filling it."""

    pixels = np.zeros(0, np.uint32)


_memory = _Memory()


class Raster:
    """An image of a part of what a painter shows, transparent at first. Coordinates: device pixels from its corner.

    There is one at a time in a thread.
    """

    def __init__(self, x: float, y: float, zoom: float, ratio: float, area: QRectF) -> None:
        """area: the part, in layout units; layout point (x, y) is at the painter's origin; ratio: device pixels for
        each of the painter's units."""
        self.scale, self._ratio = zoom * ratio, ratio
        left, top = np.floor((area.left() - x) * self.scale), np.floor((area.top() - y) * self.scale)
        self._at = QPointF(left / ratio, top / ratio)
        self.corner = np.round(np.array([x, y]) * self.scale).astype(np.int64) + np.array([left, top], np.int64)
        self.wide = int(np.ceil(area.width() * self.scale)) + 1
        self.high = int(np.ceil(area.height() * self.scale)) + 1
        if len(_memory.pixels) != self.wide * self.high:
            _memory.pixels = np.empty(self.wide * self.high, np.uint32)
        self.pixels = _memory.pixels
        self.pixels.fill(0)

    def pixels_of(self, points: np.ndarray) -> np.ndarray:
        """Pixels (int64 (n, 2)) of layout points. Halves go up, wherever the view is, so that a pan moves everything
        alike."""
        return np.asarray(np.floor(points * self.scale + (0.5 + 1e-6)).astype(np.int64) - self.corner)

    def across(self, x: np.ndarray) -> np.ndarray:
        """The same of one coordinate."""
        return np.asarray(np.floor(x * self.scale + (0.5 + 1e-6)).astype(np.int64) - self.corner[0])

    def down(self, y: np.ndarray) -> np.ndarray:
        """And of the other."""
        return np.asarray(np.floor(y * self.scale + (0.5 + 1e-6)).astype(np.int64) - self.corner[1])

    def fill(self, low: np.ndarray, high: np.ndarray, colors: np.ndarray) -> None:
        """Rectangles from `low` up to and without `high` (int64 (n, 2) each), in order; colors: uint32 (n,), opaque
        or 0."""
        self.fill_columns(low[:, 0], low[:, 1], high[:, 0], high[:, 1], colors)

    def fill_columns(
        self, left: np.ndarray, top: np.ndarray, right: np.ndarray, bottom: np.ndarray, colors: np.ndarray
    ) -> None:
        """The same, each edge a column (whole numbers, (n,))."""
        begin, wide, high, colors = self._cut(left, top, right, bottom, colors)
        if not len(begin):
            return
        lying = wide >= high
        length, count = np.where(lying, wide, high), np.where(lying, high, wide)
        step = np.where(lying, 1, self.wide)
        if int(count.max()) > 1:  # a rectangle is as many runs as it is thick
            begin = np.repeat(begin, count)
            number = np.arange(len(begin)) - np.repeat(np.cumsum(count) - count, count)
            begin += number * np.repeat(np.where(lying, self.wide, 1), count)
            length, step, colors = np.repeat(length, count), np.repeat(step, count), np.repeat(colors, count)
        self._runs(begin, length, step, colors)

    def fill_blocks(
        self, left: np.ndarray, top: np.ndarray, right: np.ndarray, bottom: np.ndarray, colors: np.ndarray
    ) -> None:
        """The same of a great many, all of one size at once: small ones lie above larger ones, whatever their order."""
        begin, wide, high, colors = self._cut(left, top, right, bottom, colors)
        if not len(begin):
            return
        is_large = (wide > _BLOCK) | (high > _BLOCK)
        if is_large.any():
            at = np.flatnonzero(is_large)
            y, x = np.divmod(begin[at], self.wide)
            self.fill_columns(x, y, x + wide[at], y + high[at], colors[at])
            at = np.flatnonzero(~is_large)
            begin, wide, high, colors = begin[at], wide[at], high[at], colors[at]
        size = (high * (_BLOCK + 1) + wide).astype(np.uint16)
        sizes = np.flatnonzero(np.bincount(size))
        down, right = np.divmod(sizes, _BLOCK + 1)
        for k in np.argsort(-down * right, kind="stable").tolist():
            at = np.flatnonzero(size == sizes[k])
            inside = (np.arange(down[k])[:, None] * self.wide + np.arange(right[k])).ravel()
            self.pixels[begin[at][:, None] + inside] = colors[at][:, None]

    def _cut(
        self, left: np.ndarray, top: np.ndarray, right: np.ndarray, bottom: np.ndarray, colors: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What of rectangles is in the image: their first pixels (int64), width, height and colour."""
        if not len(left):
            return np.zeros(0, np.int64), left, top, colors
        if left.min() < 0 or top.min() < 0 or right.max() > self.wide or bottom.max() > self.high:
            left, top = np.maximum(left, 0), np.maximum(top, 0)
            right, bottom = np.minimum(right, self.wide), np.minimum(bottom, self.high)
        wide, high = right - left, bottom - top
        if wide.min() <= 0 or high.min() <= 0:
            seen = np.flatnonzero((wide > 0) & (high > 0))
            left, top, wide, high, colors = left[seen], top[seen], wide[seen], high[seen], colors[seen]
        begin = top.astype(np.int64)
        begin *= self.wide
        begin += left
        return begin, wide, high, colors

    def _runs(self, begin: np.ndarray, length: np.ndarray, step: np.ndarray, colors: np.ndarray) -> None:
        """Runs of pixels, `step` apart; as many at a time as processors keep at hand."""
        end = np.cumsum(length)
        ways = np.arange(0, int(end[-1]) + _AT_ONCE, _AT_ONCE)
        for low, high in pairwise([0, *np.searchsorted(end, ways[1:], "right").tolist()]):
            if low == high:
                continue
            part = slice(low, high)
            many, apart, start = length[part], step[part], begin[part]
            places = np.repeat(apart, many)
            first = np.cumsum(many) - many
            places[first] = start
            places[first[1:]] -= (start + (many - 1) * apart)[:-1]
            np.cumsum(places, out=places)
            self.pixels[places] = np.repeat(colors[part], many)

    def blend(self, x: np.ndarray, y: np.ndarray, colors: np.ndarray, part: np.ndarray) -> None:
        """Single pixels over what is there: x, y int64 (n,), colors opaque uint32 (n,), part: how much of each is
        covered (uint32, 0..255). Of several at one place one that covers it counts, else the last."""
        seen = np.flatnonzero((x >= 0) & (y >= 0) & (x < self.wide) & (y < self.high) & (part > 0))
        at, part, colors = y[seen] * self.wide + x[seen], part[seen], colors[seen]
        soft, whole = np.flatnonzero(part < 255), np.flatnonzero(part == 255)
        place, above, share = at[soft], colors[soft], part[soft]
        below, rest = self.pixels[place], 255 - share
        out = np.zeros(len(soft), np.uint32)
        for shift in (0, 8):  # two channels at once, each with room for its product
            mixed = (above >> shift & _LANES) * share + (below >> shift & _LANES) * rest + _HALVES
            mixed = (mixed + (mixed >> 8 & _LANES)) >> 8 & _LANES  # divided by 255, rounded
            out |= mixed << shift
        self.pixels[place] = out
        self.pixels[at[whole]] = colors[whole]

    def paint(self, p: QPainter) -> None:
        """Show the image."""
        image = QImage(self.pixels.data, self.wide, self.high, 4 * self.wide, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(self._ratio)
        p.drawImage(self._at, image)


def is_raster(p: QPainter) -> bool:
    """Whether the painter paints pixels; a PDF takes shapes."""
    return p.paintEngine().type() == QPaintEngine.Type.Raster


def device_ratio(p: QPainter) -> float:
    """Device pixels for each of the painter's units."""
    return float(p.deviceTransform().m11())
