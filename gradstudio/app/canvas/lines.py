"""Painting routed lines. On the screen all that are in view are written into one image: straight parts as rectangles,
dashes as short ones, bends and arrowheads as soft stamps. For print they are paths."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gradstudio.app.canvas.far import LARGEST, Runs, joined
from gradstudio.app.canvas.line_paths import paint_paths
from gradstudio.app.canvas.line_shapes import Shapes
from gradstudio.app.canvas.raster import Raster, device_ratio, is_raster
from gradstudio.picture.model import Lines

_MOST = 0.6  # of the lines, from which on choosing those in view costs more than it saves
_MANY_PIXELS = 4_000_000  # of plain lines, beyond which those on one another are joined first
_AT_ONCE = 1 << 14  # segments
_MANY = 700  # visible lines beyond which they are plain; near by, twice as many
_GAPPED = 0.45  # below this zoom crossings need no gap
_DASHED = 0.3  # below this zoom dashes would be a blur
_ARROWS = 0.18
THINNEST = 0.55  # of their width, lines never get thinner


class _Segments:
    """The straight parts of all lines of a picture, and their surrounding rectangles."""

    def __init__(self, lines: Lines) -> None:
        self.points = lines.points
        counts = np.diff(lines.start)
        inner = np.ones(len(lines.points), bool)
        inner[lines.start[1:][counts > 0] - 1] = False  # the last point of a line begins no segment
        self.first = np.flatnonzero(inner)  # the point each segment begins with
        self.line = np.repeat(np.arange(len(counts)), counts)[self.first]
        a, b = lines.points[self.first], lines.points[np.minimum(self.first + 1, len(lines.points) - 1)]
        # One row for each edge of the rectangles: left, top, right, bottom.
        self.ends = np.concatenate([np.minimum(a, b), np.maximum(a, b)], axis=1).T.astype(np.float32, order="C")
        self._length = -1.0
        low, high = self.ends[:2].min(axis=1, initial=np.inf), self.ends[2:].max(axis=1, initial=-np.inf)
        self.bounds = QRectF(QPointF(*low.tolist()), QPointF(*high.tolist())) if len(a) else QRectF()

    def length(self, some: np.ndarray | None) -> float:
        """Of some segments, or of all, one after the other."""
        if some is not None:
            left, top, right, bottom = self.ends[:, some]
            return float((right - left).sum(dtype=float) + (bottom - top).sum(dtype=float))
        if self._length < 0:
            self._length = self.length(np.arange(len(self.line)))
        return self._length


_known: list[_Segments] = []
"""Of the pictures painted last: where only colours change, the segments are the same."""


def _segments(lines: Lines) -> _Segments:
    for known in _known:
        if known.points is lines.points:
            return known
    _known.insert(0, _Segments(lines))
    del _known[3:]
    return _known[0]


class LinePainter:
    """Paints the lines of one picture."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._segments = _segments(lines)
        self._counted, self._many = QRectF(), 0  # the last view, and how many lines are in it

    def paint(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF, view: QRectF) -> None:
        """Paint what is in `area`, layout point (x, y) at the painter's origin. view: all that is in view."""
        if is_raster(p):
            ratio = device_ratio(p)
            raster = Raster(x, y, zoom, ratio, area)
            self.write(raster, zoom, area, ratio, view)
            raster.paint(p)
            return
        rows = self._rows(self._inside(area, 12.0 / zoom))
        if len(rows):
            paint_paths(p, self._lines, rows, x, y, zoom)

    def write(self, raster: Raster, zoom: float, area: QRectF, ratio: float, view: QRectF) -> None:
        """The same, into an image."""
        seen = self._inside(area, 12.0 / zoom)
        most = _MANY if zoom < _GAPPED else 2 * _MANY
        if zoom < _ARROWS or self._are_more(most, view):
            self._plain(raster, seen)
            return
        rows = self._rows(seen)
        if len(rows):
            thin = min(1.0, max(THINNEST, zoom)) * ratio
            Shapes(self._lines, rows, raster, thin, ratio).paint(dashed=zoom > _DASHED, gapped=zoom > _GAPPED)

    def _are_more(self, most: int, view: QRectF) -> bool:
        """Whether more lines are in view than can be rounded and dashed: what is painted of them is painted alike."""
        if len(self._lines.color) <= most:
            return False
        if self._counted != view:
            self._counted, self._many = QRectF(view), len(self._rows(self._inside(view, 0.0)))
        return self._many > most

    def _inside(self, area: QRectF, reach: float) -> np.ndarray | None:
        """Segments that meet an area; None for all."""
        s = self._segments
        if area.contains(s.bounds):
            return None
        left, top, right, bottom = s.ends
        return np.flatnonzero(
            (right >= area.left() - reach)
            & (left <= area.right() + reach)
            & (bottom >= area.top() - reach)
            & (top <= area.bottom() + reach)
        )

    def _rows(self, seen: np.ndarray | None) -> np.ndarray:
        """The lines of some segments."""
        line = self._segments.line if seen is None else self._segments.line[seen]
        return line[np.concatenate([[True], line[1:] != line[:-1]])] if len(line) else line

    def _plain(self, raster: Raster, seen: np.ndarray | None) -> None:
        """One pixel wide."""
        s = self._segments
        if seen is not None and len(seen) >= _MOST * len(s.line):  # what is outside is cut off in any case
            seen = None
        count = len(s.line) if seen is None else len(seen)
        parts = self._parts(raster, count, seen)
        if s.length(seen) * raster.scale > _MANY_PIXELS and max(raster.wide, raster.high) < LARGEST:
            left, top, right, bottom, color = joined(_together(parts), raster.wide, raster.high)
            raster.fill_columns(left, top, right + 1, bottom + 1, color)
            return
        for left, top, right, bottom, color in parts:
            raster.fill_columns(left, top, right + 1, bottom + 1, color)

    def _parts(self, raster: Raster, count: int, seen: np.ndarray | None) -> Iterator[Runs]:
        """The runs of some segments, or of all, as many at a time as processors keep at hand."""
        s, corner = self._segments, raster.corner.reshape(2, 1)[[0, 1, 0, 1]]
        for start in range(0, count, _AT_ONCE):
            part: slice | np.ndarray = slice(start, start + _AT_ONCE)
            part = part if seen is None else seen[part]
            scaled = s.ends[:, part] * np.float32(raster.scale)
            left, top, right, bottom = np.floor(scaled, out=scaled).astype(np.int64) - corner
            yield left, top, right, bottom, self._lines.color[s.line[part]]


def _together(parts: Iterator[Runs]) -> Runs:
    left, top, right, bottom, color = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return left, top, right, bottom, color
