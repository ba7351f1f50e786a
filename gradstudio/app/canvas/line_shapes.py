"""The shapes of lines in pixels: rectangles for straight parts and dashes, soft stamps for bends and arrowheads."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from gradstudio.app.canvas.raster import Raster
from gradstudio.picture.model import Lines

CORNER = 6.0  # radius of a bend, screen pixels
_GAP = 1.5  # pixels left free on either side where a line crosses an earlier one
_MOST_PAIRS = 500_000  # of lying and standing parts that are compared for crossings
_FEW_RANKS = 1 << 14  # lines
_HEAD = 0.8  # of an arrowhead, where its line ends
Stamp = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""x and y of pixels from an anchor (int64), how much of each is covered (uint32, 0..255), and how far along it lies
(0..1)."""


class Shapes:
    """Some lines of a picture, to be painted into an image. All lengths are device pixels.

    Points, ways and corners are two columns each, x and y: (2, n) or (4, n), which NumPy goes through fastest. They are
    chosen from with take(): an index would turn them.
    """

    def __init__(self, lines: Lines, rows: np.ndarray, raster: Raster, thin: float, ratio: float) -> None:
        """rows: which lines; thin: what their widths are times; ratio: device pixels for each pixel."""
        net = lines.net[rows]
        rank = np.cumsum(np.concatenate([[0], net[1:] != net[:-1]]))  # nets in the picture's order
        # Twice, as what is cut out of earlier nets comes just before one; numbers of 16 bits are sorted at once.
        rank = (2 * rank).astype(np.int16 if len(rank) < _FEW_RANKS else np.int32)
        order = np.lexsort((lines.width[rows], rank))  # of one net the widest comes last
        rows, rank = rows[order], rank[order]
        self._raster, self._lines, self._rows, self._ratio, self._thin = raster, lines, rows, ratio, thin
        count = np.diff(lines.start)[rows]
        point = np.repeat(lines.start[rows] - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
        at = np.ascontiguousarray(raster.pixels_of(lines.points[point]).T)
        last = np.cumsum(count) - 1
        is_first = np.ones(at.shape[1], bool)
        is_first[last] = False
        i = np.flatnonzero(is_first)  # each segment by its first point
        self._a, self._b = at.take(i, 1), at.take(i + 1, 1)
        self._line = np.repeat(np.arange(len(rows)), count - 1)
        self._rank = rank[self._line]
        width = np.maximum(np.round(lines.width[rows] * thin), 1).astype(np.int64)
        self._width = width[self._line]
        self._color = lines.color[rows][self._line]
        self._length = np.abs(self._b - self._a).sum(axis=0)
        self._way = np.sign(self._b - self._a)
        self._is_last = np.zeros(len(i), bool)
        self._is_last[np.cumsum(count - 1) - 1] = True
        self._bend = self._bends()
        self._head = lines.arrow[rows] * thin

    def _bends(self) -> np.ndarray:
        """Radius at the end of each segment, 0 where the line goes straight on or ends."""
        out = np.zeros(len(self._length), np.int64)
        turns = ~self._is_last[:-1] & (self._way[:, :-1] != self._way[:, 1:]).any(axis=0)
        turns &= (self._length[:-1] > 0) & (self._length[1:] > 0)
        half = np.minimum(self._length[:-1], self._length[1:]) // 2
        out[:-1] = np.where(turns, np.minimum(half, round(CORNER * self._ratio)), 0)
        return out

    def paint(self, dashed: bool, gapped: bool) -> None:
        """Everything, in the picture's order; bends and arrowheads lie above straight parts."""
        corners, colors, rank = self._straight(dashed)
        if gapped:
            cut, cut_rank = self._crossings()
            order = np.argsort(np.concatenate([cut_rank, rank]), kind="stable")
            corners = np.concatenate([cut, corners], axis=1).take(order, 1)
            colors = np.concatenate([np.zeros(len(cut_rank), np.uint32), colors])[order]
        self._raster.fill_columns(*corners, colors)
        self._stamp_bends(dashed)
        self._stamp_heads()

    # straight parts

    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Where each segment begins and ends between bends, as distances from its first point."""
        begin = np.concatenate([[0], self._bend[:-1]])
        end = self._length - self._bend
        head = (self._head[self._line, 0] * _HEAD).astype(np.int64)
        return begin, np.where(self._is_last, np.maximum(end - head, begin), end)

    def _straight(self, dashed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rectangles: their corners, colours and ranks."""
        begin, end = self._ends()
        lines, rows = self._lines, self._rows
        number = np.diff(lines.dash_start)[rows][self._line] if dashed else np.zeros(len(begin), np.int64)
        is_solid = number == 0
        solid, broken = np.flatnonzero(is_solid), np.flatnonzero(~is_solid)
        corners, colors, rank = self._rects(solid, begin[solid], end[solid]), self._color[solid], self._rank[solid]
        if not len(broken):
            return corners, colors, rank
        # What lies below a dashed part is taken away first: of a common way of several lines only one shows.
        bare = self._rects(broken, begin[broken], end[broken])
        segment, start, stop = self._dashes(broken, begin, end)
        which = np.concatenate([broken, segment])
        order = np.argsort(which, kind="stable")
        inks = np.concatenate([np.zeros(len(broken), np.uint32), self._color[segment]])
        dashes = np.concatenate([bare, self._rects(segment, start, stop)], axis=1)
        return (
            np.concatenate([corners, dashes.take(order, 1)], axis=1),
            np.concatenate([colors, inks[order]]),
            np.concatenate([rank, self._rank[which[order]]]),
        )

    def _rects(self, segment: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Rectangles of parts of segments, from `begin` to `end` along each: left, top, right and bottom, (4, n)."""
        way, a = self._way.take(segment, 1), self._a.take(segment, 1)
        one, other = a + way * begin, a + way * end
        width = self._width[segment]
        across = way[::-1] != 0
        low, high = np.minimum(one, other), np.maximum(one, other)
        half = width // 2 * across
        low -= half
        high += width * across - half
        return np.concatenate([low, high])

    def _from_end(self) -> np.ndarray:
        """How far the first point of each segment is from the end of its line: there the ways of a net come together,
        so that dashes are counted from there."""
        total = np.cumsum(self._length[::-1])[::-1]
        ends = np.flatnonzero(self._is_last)
        after = np.concatenate([total[ends[:-1] + 1], [0]]) if len(ends) else np.zeros(0, np.int64)
        return np.asarray(total - after[self._line])

    def _pattern(self, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the (at most two) dashes of each line's pattern begin and end, (n, 4), and how long it is."""
        lines, row = self._lines, self._rows[line]
        start = lines.dash_start[row]
        number = lines.dash_start[row + 1] - start
        parts = np.zeros((len(line), 4))
        for k in range(4):
            has = number > k
            parts[has, k] = lines.dash[start[has] + k] * self._thin
        ends = np.cumsum(parts, axis=1)
        begins = ends - parts
        return np.stack([begins[:, 0], ends[:, 0], begins[:, 2], ends[:, 2]], axis=1), ends[:, 3]

    def _dashes(
        self, segment: np.ndarray, begin: np.ndarray, end: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The dashes on some segments: on which each lies, and where it begins and ends along that."""
        marks, period = self._pattern(self._line[segment])
        behind = self._from_end()[segment]
        near, far = behind - end[segment], behind - begin[segment]  # distances from the end of the line
        first = np.floor(near / period).astype(np.int64)
        count = np.maximum(np.ceil(far / period).astype(np.int64) - first, 0)
        which = np.repeat(np.arange(len(segment)), count)
        number = first[which] + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        out: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        for k in (0, 2):
            lower = np.maximum(number * period[which] + marks[which, k], near[which])
            upper = np.minimum(number * period[which] + marks[which, k + 1], far[which])
            there = upper - lower >= 0.5
            chosen = which[there]
            start = np.round(behind[chosen] - upper[there]).astype(np.int64)
            stop = np.maximum(np.round(behind[chosen] - lower[there]).astype(np.int64), start + 1)
            out.append((segment[chosen], start, stop))
        return tuple(np.concatenate(parts) for parts in zip(*out, strict=True))  # type: ignore[return-value]

    def _crossings(self) -> tuple[np.ndarray, np.ndarray]:
        """Rectangles to be taken out of earlier lines where a later net crosses them, and their ranks."""
        lying = np.flatnonzero(self._way[0] != 0)
        standing = np.flatnonzero(self._way[1] != 0)
        standing = standing[np.argsort(self._a[0, standing], kind="stable")]
        left, right = np.sort(np.stack([self._a[0, lying], self._b[0, lying]]), axis=0)
        top, bottom = np.sort(np.stack([self._a[1, standing], self._b[1, standing]]), axis=0)
        # Of the standing ones in the order of x, those between the ends of a lying one follow one another.
        at = self._a[0, standing]
        begin = np.searchsorted(at, left, "right")
        count = np.maximum(np.searchsorted(at, right, "left") - begin, 0)
        if int(count.sum()) > _MOST_PAIRS:
            return np.zeros((4, 0), np.int64), self._rank[:0]
        one = np.repeat(lying, count)
        two = np.arange(len(one)) + np.repeat(begin - (np.cumsum(count) - count), count)
        level = np.repeat(self._a[1, lying], count)
        meet = np.flatnonzero((top[two] < level) & (bottom[two] > level))
        one, other = one[meet], standing[two[meet]]
        apart = np.flatnonzero(self._rank[one] != self._rank[other])
        one, other = one[apart], other[apart]
        later = np.where(self._rank[one] > self._rank[other], one, other)
        size = np.stack([self._width[other], self._width[one]])
        low = np.stack([self._a[0, other], self._a[1, one]]) - size // 2
        gap = (self._way[::-1, later] != 0) * round(_GAP * self._ratio)
        return np.concatenate([low - gap, low + size + gap]), self._rank[later] - self._rank.dtype.type(1)

    # bends and arrowheads

    def _stamp_bends(self, dashed: bool) -> None:
        bent = np.flatnonzero(self._bend > 0)
        if not len(bent):
            return
        radius, width = self._bend[bent], self._width[bent]
        incoming, outgoing = self._way.take(bent, 1), self._way.take(bent + 1, 1)
        anchor = self._b.take(bent, 1) - incoming * radius + outgoing * radius
        toward = incoming - outgoing
        is_level = incoming[0] != 0
        key = ((radius * 64 + width) * 3 + toward[0] + 1) * 3 + toward[1] + 1
        which, x, y, part, along = _pixels(
            key * 2 + is_level,
            lambda k: _bend(int(radius[k]), int(width[k]), int(toward[0, k]), int(toward[1, k]), bool(is_level[k])),
        )
        if dashed:
            marks, period = self._pattern(self._line[bent])
            behind = self._from_end()[bent] - self._length[bent] + radius  # from the end, where the bend begins
            broken = period > 0
            if broken.any():
                some = np.flatnonzero(broken[which])
                bend = which[some]
                place, length = behind[bend] - along[some] * (2.0 * radius[bend]), period[bend]
                place -= np.floor(place / length) * length
                m = marks.T.take(bend, 1)
                is_on = ((place >= m[0]) & (place < m[1])) | ((place >= m[2]) & (place < m[3]))
                part[some[~is_on]] = 0
        self._raster.blend(anchor[0][which] + x, anchor[1][which] + y, self._color[bent][which], part)

    def _stamp_heads(self) -> None:
        last = np.flatnonzero(self._is_last & (self._length > 0))
        head = np.round(self._head[self._line[last]] * 4).astype(np.int64)
        last, head = last[head[:, 0] > 0], head[head[:, 0] > 0]
        if not len(last):
            return
        way, odd, tip = self._way.take(last, 1), self._width[last] % 2, self._b.take(last, 1)
        which, x, y, part, _ = _pixels(
            (((head[:, 0] * 256 + head[:, 1]) * 3 + way[0] + 1) * 3 + way[1] + 1) * 2 + odd,
            lambda k: _arrow(head[k, 0] / 4, head[k, 1] / 4, int(way[0, k]), int(way[1, k]), bool(odd[k])),
        )
        self._raster.blend(tip[0][which] + x, tip[1][which] + y, self._color[last][which], part)


def _pixels(key: np.ndarray, make: Callable[[int], Stamp]) -> tuple[np.ndarray, ...]:
    """All pixels of many stamps: which stamp each belongs to, and what that says of it.

    key: equal for equal stamps; make(k): the stamp of the k-th.
    """
    _, first, kind = np.unique(key, return_index=True, return_inverse=True)
    stamps = [make(k) for k in first.tolist()]
    size = np.array([len(stamp[0]) for stamp in stamps])
    count = size[kind]
    which = np.repeat(np.arange(len(key)), count)
    at = np.arange(len(which)) + np.repeat((np.cumsum(size) - size)[kind] - (np.cumsum(count) - count), count)
    return which, *(np.concatenate(columns)[at] for columns in zip(*stamps, strict=True))


@lru_cache(maxsize=512)
def _bend(radius: int, width: int, right: int, down: int, level_first: bool) -> Stamp:
    """A quarter of a ring about the anchor, in the quadrant that (right, down) says (-1 or 1 each)."""
    reach = radius + width
    grid = np.arange(-reach, reach + 1)
    x, y = (v.ravel() for v in np.meshgrid(grid, grid))
    middle = width / 2 - width // 2  # of a line of this width, from its pixel
    dx, dy = x + 0.5 - middle, y + 0.5 - middle
    covered = np.clip(width / 2 + 0.5 - np.abs(np.hypot(dx, dy) - radius), 0.0, 1.0)
    part = np.round(covered * 255).astype(np.uint32)
    kept = (part > 0) & (dx * right >= 0) & (dy * down >= 0)
    first, second = (np.abs(dx), np.abs(dy)) if level_first else (np.abs(dy), np.abs(dx))
    along = np.arctan2(first, second) / (np.pi / 2)
    return x[kept], y[kept], part[kept], along[kept]


@lru_cache(maxsize=512)
def _arrow(length: float, breadth: float, right: int, down: int, odd: bool) -> Stamp:
    """A triangle whose tip is the anchor, pointing where (right, down) says."""
    reach = int(np.ceil(max(length, breadth))) + 1
    grid = np.arange(-reach, reach + 1)
    x, y = (v.ravel() for v in np.meshgrid(grid, grid))
    middle = 0.5 if odd else 0.0
    back = -((x + 0.5) * right + (y + 0.5) * down)
    aside = np.abs((y + 0.5 - middle) if right else (x + 0.5 - middle))
    covered = np.clip(breadth / 2 * back / length - aside + 0.5, 0.0, 1.0) * np.clip(length - back + 0.5, 0.0, 1.0)
    covered[back < 0] = 0.0
    part = np.round(covered * 255).astype(np.uint32)
    kept = part > 0
    return x[kept], y[kept], part[kept], np.zeros(int(kept.sum()))
