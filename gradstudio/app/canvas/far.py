"""Lines far away that run on one another, joined, so that each run of pixels is written once."""

from __future__ import annotations

import numpy as np

_BITS = 14
_MASK = (1 << _BITS) - 1  # places within an image fit into this many bits
LARGEST = _MASK
"""Pixels on a side of an image whose runs can be joined."""
Runs = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Left, top, right and bottom of runs of pixels, all inclusive, and their colours."""


def joined(runs: Runs, wide: int, high: int) -> Runs:
    """The same pixels in fewer runs; those of the colours that come first in the end lie below the others.

    wide, high: of the image, below LARGEST.
    """
    left, top, right, bottom, color = runs
    x1, y1 = np.maximum(left, 0).astype(np.int64), np.maximum(top, 0).astype(np.int64)
    x2, y2 = np.minimum(right, wide - 1).astype(np.int64), np.minimum(bottom, high - 1).astype(np.int64)
    seen = (x2 >= x1) & (y2 >= y1)
    x1, y1, x2, y2, color = x1[seen], y1[seen], x2[seen], y2[seen], color[seen]
    if not len(x1):
        return x1, y1, x2, y2, color
    palette = color[np.sort(np.unique(color, return_index=True)[1])]  # in the order they come
    order = np.argsort(palette)
    tint = order[np.searchsorted(palette[order], color)]
    upright = y2 - y1 > x2 - x1
    across, begin, end = np.where(upright, x1, y1), np.where(upright, y1, x1), np.where(upright, y2, x2)
    key = (tint.astype(np.int64) << 1) | upright
    for part in (across, begin, end):
        key = (key << _BITS) | part
    key.sort()
    # Rows of one colour, way and place follow one another by where they begin: what overlaps is joined.
    row, begin, end = key >> (2 * _BITS), (key >> _BITS) & _MASK, key & _MASK
    is_other = np.concatenate([[True], row[1:] != row[:-1]])
    reach = np.maximum.accumulate((np.cumsum(is_other) << _BITS) | end) & _MASK
    starts = np.flatnonzero(is_other | np.concatenate([[True], begin[1:] > reach[:-1] + 1]))
    stops = np.concatenate([starts[1:], [len(key)]]) - 1
    row, begin, end = row[starts], begin[starts], reach[stops]
    upright, across = ((row >> _BITS) & 1).astype(bool), row & _MASK
    return (
        np.where(upright, across, begin),
        np.where(upright, begin, across),
        np.where(upright, across, end),
        np.where(upright, end, across),
        palette[row >> (_BITS + 1)],
    )
