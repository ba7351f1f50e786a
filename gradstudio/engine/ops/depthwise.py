"""Convolution where every channel has filters of its own, on raw arrays: tap by tap, without matrices.

The three sums of convolving.py; images are (image, place ..., channel), results (image, window ..., channel, number).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from gradstudio.engine.ops.blocks import Block, blocks, reached
from gradstudio.engine.ops.windows import Windows


def _repeated(xp: Any, w: Any, windows: Windows, channels: int) -> Any:
    """Filters as (tap, number, place along a row, channel): repeated along rows, which makes long runs of them."""
    taps = xp.moveaxis(w.reshape(-1, channels, w.shape[-1] // channels), 2, 1)
    found = xp.empty((*taps.shape[:2], windows.out[-1], channels), w.dtype)
    found[...] = taps[:, :, None]
    return found


def _numbered(xp: Any, n: int, windows: Windows, groups: int, wide: int, itemsize: int) -> Iterator[tuple[Block, int]]:
    """Blocks, and the number of the filter of each channel."""
    for block in blocks(xp, n, windows, 4 * groups, itemsize):
        yield from ((block, m) for m in range(wide))


def to_result(xp: Any, x: Any, w: Any, windows: Windows, results: Any) -> None:
    """Put the result of images and filters into results."""
    groups, wide = results.shape[-2:]
    filters = _repeated(xp, w, windows, groups)
    for block, m in _numbered(xp, x.shape[0], windows, groups, wide, results.dtype.itemsize):
        total = xp.zeros(results[block].shape[:-1], results.dtype)
        for number, tap in enumerate(windows.taps()):
            found, there = reached(windows, tap, block)
            part = total[found]
            xp.add(part, x[there] * filters[number, m, : part.shape[-2]], out=part)
        results[(*block, Ellipsis, m)] = total


def to_images(xp: Any, y: Any, w: Any, windows: Windows, images: Any) -> None:
    """Add what results and filters give to images."""
    groups, wide = y.shape[-2:]
    filters = _repeated(xp, w, windows, groups)
    for block, m in _numbered(xp, y.shape[0], windows, groups, wide, images.dtype.itemsize):
        rows = xp.array(y[(*block, Ellipsis, m)], order="C")
        for number, tap in enumerate(windows.taps()):
            found, there = reached(windows, tap, block)
            part = images[there]
            xp.add(part, rows[found] * filters[number, m, : part.shape[-2]], out=part)


def to_filters(xp: Any, x: Any, y: Any, windows: Windows) -> Any:
    """The filters, (tap, channel, number), that images and results give."""
    groups, wide = y.shape[-2:]
    total = xp.zeros((math.prod(windows.kernel), groups, wide), y.dtype)
    for block, m in _numbered(xp, x.shape[0], windows, groups, wide, y.dtype.itemsize):
        rows = xp.array(y[(*block, Ellipsis, m)], order="C")
        for number, tap in enumerate(windows.taps()):
            found, there = reached(windows, tap, block)
            products = (x[there] * rows[found]).reshape(-1, groups)
            # A row of ones times a matrix sums its columns faster than a sum along its first axis does.
            total[number, :, m] += xp.matmul(xp.ones(len(products), y.dtype), products)
    return total
