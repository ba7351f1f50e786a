"""Blocks of images that fit a processor's cache, so that what is computed in several steps is not fetched each time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradstudio.engine.ops.windows import Windows

_BLOCK = 1 << 21
"""Bytes of a block on a processor; a GPU takes larger ones, since each block is a call of its own."""
_LARGE_BLOCK = 1 << 28
Block = tuple[slice, slice]


def blocks(xp: Any, n: int, windows: Windows, numbers: int, itemsize: int) -> Iterator[Block]:
    """Slices of the images and of the windows along the first axis; numbers: how many a window needs."""
    rows = windows.out[0]
    if not n or not all(windows.out):
        return
    each = numbers * itemsize * math.prod(windows.out[1:])
    fit = max((_BLOCK if xp is np else _LARGE_BLOCK) // max(each, 1), 1)
    if fit >= rows:
        step = fit // rows
        yield from ((slice(i, min(i + step, n)), slice(0, rows)) for i in range(0, n, step))
        return
    for i in range(n):
        yield from ((slice(i, i + 1), slice(a, min(a + fit, rows))) for a in range(0, rows, fit))


def reached(windows: Windows, tap: tuple[int, ...], block: Block) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """The windows of a block (counted from its start) whose tap is inside the image, and where it is."""
    images, rows = block
    found, there = windows.reach(tap)
    first, place = windows.along(0, tap[0], rows.start, rows.stop)
    own = slice(first.start - rows.start, first.stop - rows.start) if first.stop else first
    return (slice(None), own, *found[1:]), (images, place, *there[1:])
