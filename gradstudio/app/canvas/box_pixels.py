"""Boxes with square corners, written into an image: their fills and their outlines, thousands at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradstudio.app.canvas.raster import Raster
from gradstudio.picture.model import DASHES, Boxes

_AT_ONCE = 1 << 14
OUTLINED = 5
"""Device pixels on a side: smaller boxes have no outline."""


def write_boxes(raster: Raster, boxes: Boxes, rows: np.ndarray, ratio: float) -> None:
    """Some boxes in their order. ratio: device pixels for each pixel."""
    rect = boxes.rect[rows]
    low, high = raster.pixels_of(rect[:, :2]), raster.pixels_of(rect[:, :2] + rect[:, 2:])
    np.maximum(high, low + 1, out=high)
    fill = boxes.fill[rows]
    is_solid = fill >> np.uint32(24) == 255
    stroke = boxes.stroke[rows]
    is_outlined = (high[:, 0] - low[:, 0] >= OUTLINED) & (high[:, 1] - low[:, 1] >= OUTLINED)
    is_outlined &= stroke >> np.uint32(24) == 255
    if not is_outlined.any():
        solid = slice(None) if is_solid.all() else is_solid
        raster.fill(low[solid], high[solid], fill[solid])
        return
    solid, outlined = np.flatnonzero(is_solid), np.flatnonzero(is_outlined)
    parts = [(low[solid], high[solid], fill[solid], 2 * solid)]
    for dash in np.unique(boxes.dash[rows[outlined]]).tolist():
        some = outlined[boxes.dash[rows[outlined]] == dash]
        wide = np.maximum(np.round(boxes.stroke_width[rows[some]] * ratio), 1).astype(np.int64)
        parts += _rings(low[some], high[some], wide, stroke[some], 2 * some + 1, DASHES[dash], ratio)
    order = np.argsort(np.concatenate([part[3] for part in parts]), kind="stable")
    raster.fill(*(np.concatenate([part[k] for part in parts])[order] for k in range(3)))


def write_blocks(raster: Raster, boxes: Boxes, rows: np.ndarray | slice, ratio: float) -> None:
    """Some boxes far away, where none covers another but small marks on larger boxes: all fills, then all outlines."""
    outlined = []
    for part in _parts(rows, len(boxes.fill)):
        x, y, wide, high = boxes.rect[part].T
        left, top = raster.across(x), raster.down(y)
        right, bottom = raster.across(x + wide), raster.down(y + high)
        np.maximum(right, left + 1, out=right)
        np.maximum(bottom, top + 1, out=bottom)
        fill, stroke = boxes.fill[part], boxes.stroke[part]
        solid = fill >> np.uint32(24) == 255
        at = slice(None) if solid.all() else np.flatnonzero(solid)
        raster.fill_blocks(left[at], top[at], right[at], bottom[at], fill[at])
        is_large = np.minimum(wide, high) * raster.scale >= OUTLINED  # before rounding: equal boxes look alike
        at = np.flatnonzero(is_large & (stroke >> np.uint32(24) == 255))
        if len(at):
            width = np.maximum(np.round(boxes.stroke_width[part][at] * ratio), 1).astype(np.int64)
            corners = np.stack([left[at], top[at], right[at], bottom[at]], axis=1)
            outlined.append((corners, width, stroke[at], boxes.dash[part][at]))
    for corners, width, stroke, dash in outlined:
        for kind in np.unique(dash).tolist():
            some = dash == kind
            low, high = corners[some, :2], corners[some, 2:]
            for ring in _rings(low, high, width[some], stroke[some], np.flatnonzero(some), DASHES[kind], ratio):
                raster.fill(*ring[:3])


def _parts(rows: np.ndarray | slice, count: int) -> Iterator[np.ndarray | slice]:
    """Rows, as many at a time as processors keep at hand."""
    if isinstance(rows, slice):
        yield from (slice(start, start + _AT_ONCE) for start in range(0, count, _AT_ONCE))
    else:
        yield from (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


_Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Upper left and lower right corners of rectangles, their colours, and their place in the order."""


def _rings(
    low: np.ndarray, high: np.ndarray, wide: np.ndarray, colors: np.ndarray, order: np.ndarray,
    dash: tuple[float, ...], ratio: float,
) -> list[_Part]:  # fmt: skip
    """The four sides of outlines, `wide` thick and inside the boxes."""
    out = []
    for axis in (0, 1):
        for at_end in (False, True):
            one, other = low.copy(), high.copy()
            if at_end:
                one[:, 1 - axis] = other[:, 1 - axis] - wide
            else:
                other[:, 1 - axis] = one[:, 1 - axis] + wide
            if dash:
                out.append(_dashed(one, other, colors, order, axis, dash, ratio))
            else:
                out.append((one, other, colors, order))
    return out


def _dashed(
    low: np.ndarray, high: np.ndarray, colors: np.ndarray, order: np.ndarray, axis: int, dash: tuple[float, ...],
    ratio: float,
) -> _Part:  # fmt: skip
    """Sides cut into dashes along an axis."""
    on, period = max(round(dash[0] * ratio), 1), max(round(sum(dash) * ratio), 2)
    count = (high[:, axis] - low[:, axis] + period - 1) // period
    which = np.repeat(np.arange(len(low)), count)
    number = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    one, other = low[which], high[which]
    one[:, axis] += number * period
    other[:, axis] = np.minimum(one[:, axis] + on, other[:, axis])
    return one, other, colors[which], order[which]
