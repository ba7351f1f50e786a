"""The three sums of products of a convolution, on raw arrays: its result, its images and its filters.

With x[n, p, c] the images, w[t, c, o] the filters, y[n, q, o] the result and p = q * stride + t * dilation - border,
all three are one sum over x * w * y with one of its factors left out. An image is taken in blocks that fit a
processor's cache, as a matrix of its windows, so that each block is one product of matrices; where every channel has
filters of its own (depthwise), the taps are added one by one instead. Method: Chetlur et al. (2014), cuDNN, section 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from gradstudio.engine.blas import times
from gradstudio.engine.ops import depthwise
from gradstudio.engine.ops.blocks import Block, blocks, reached
from gradstudio.engine.ops.windows import Windows, spans

_FEW = 4
"""Below so many channels, windows are copied tap by tap, along the rows of the image."""


def _grouped(xp: Any, x: Any, groups: int, is_first: bool) -> Any:
    """Images with axes (image, place ..., group, channel)."""
    dims = x.shape
    if is_first:
        return xp.moveaxis(x.reshape(dims[0], groups, dims[1] // groups, *dims[2:]), (1, 2), (-2, -1))
    return x.reshape(*dims[:-1], groups, dims[-1] // groups)


def _zeros(
    xp: Any, n: int, size: tuple[int, ...], groups: int, per: int, is_first: bool, dtype: Any
) -> tuple[Any, Any]:
    """New images of zeros, and a view of them as _grouped has it."""
    images = xp.zeros((n, groups * per, *size) if is_first else (n, *size, groups * per), dtype)
    return images, _grouped(xp, images, groups, is_first)


def _bordered(xp: Any, x: Any, windows: Windows) -> Any:
    """Images with their borders of zeros, in C order."""
    if not any(map(any, windows.borders)):
        return x
    full = [n + a + b for n, (a, b) in zip(windows.size, windows.borders, strict=True)]
    found = xp.zeros((x.shape[0], *full, *x.shape[1 + len(full) :]), x.dtype)
    inside = [slice(a, a + n) for n, (a, _) in zip(windows.size, windows.borders, strict=True)]
    found[(slice(None), *inside)] = x
    return found


def sliding(xp: Any, x: Any, windows: Windows) -> Any:
    """A view of images (image, place ..., more ...) as (image, window ..., more ..., tap ...)."""
    rank = len(windows.size)
    widths = spans(windows.kernel, windows.dilations)
    found = xp.lib.stride_tricks.sliding_window_view(_bordered(xp, x, windows), widths, tuple(range(1, rank + 1)))
    steps = [slice(None, None, s) for s in windows.strides]
    return found[(slice(None), *steps, Ellipsis, *[slice(None, None, d) for d in windows.dilations])]


def _columns(xp: Any, x: Any, windows: Windows) -> Iterator[tuple[Block, Any]]:
    """Blocks of windows and their matrices: (group, window, tap and channel)."""
    rank, n, groups, per = len(windows.size), x.shape[0], x.shape[-2], x.shape[-1]
    taps, width = tuple(range(rank + 3, 2 * rank + 3)), math.prod(windows.kernel) * per
    places = tuple(range(rank + 1))
    if not n or not all(windows.out):
        return
    is_tall = per < _FEW
    order = (rank + 1, *taps, rank + 2, *places) if is_tall else (rank + 1, *places, *taps, rank + 2)
    view = sliding(xp, x, windows).transpose(order)
    before = (slice(None),) * order.index(0)
    buffer = None
    for block in blocks(xp, n, windows, width * groups, x.dtype.itemsize):
        part = view[(*before, *block)]
        if buffer is None or buffer.shape != part.shape:
            buffer = xp.empty(part.shape, x.dtype)
        buffer[...] = part
        count = buffer.size // (groups * width)
        if is_tall:
            yield block, buffer.reshape(groups, width, count).swapaxes(1, 2)
        else:
            yield block, buffer.reshape(groups, count, width)


def _rows(xp: Any, y: Any, block: Block) -> Any:
    """A block of grouped results as matrices: (group, window, channel)."""
    part = y[block]
    return xp.moveaxis(part, -2, 0).reshape(part.shape[-2], math.prod(part.shape[:-2]), part.shape[-1])


def _is_depthwise(per: int, groups: int, wide: int) -> bool:
    """Whether tap by tap is faster than a small matrix for each group."""
    return per == 1 and groups > wide


def to_result(xp: Any, x: Any, w: Any, windows: Windows, groups: int, is_first: bool) -> Any:
    """The result of images (image, place ..., channel) and filters (tap ..., channel, result channel)."""
    dtype = xp.result_type(x, w)
    x = _grouped(xp, x.astype(dtype, copy=False), groups, is_first)
    per, wide = w.shape[-2], w.shape[-1] // groups
    result, view = _zeros(xp, x.shape[0], windows.out, groups, wide, is_first, dtype)
    if _is_depthwise(per, groups, wide):
        depthwise.to_result(xp, x[..., 0], w, windows, view)
        return result
    matrix = xp.moveaxis(w.reshape(-1, groups, wide), 1, 0)
    for block, columns in _columns(xp, x, windows):
        part = view[block]
        part[...] = xp.moveaxis(times(xp, columns, matrix).reshape(groups, *part.shape[:-2], wide), 0, -2)
    return result


def to_images(xp: Any, y: Any, w: Any, windows: Windows, groups: int, is_first: bool) -> Any:
    """The images that results and filters give: each result adds its filters at its window."""
    dtype = xp.result_type(y, w)
    per, wide = w.shape[-2], w.shape[-1] // groups
    turned = _turned(windows) if per >= _FEW and wide <= 2 * per else None
    if turned is not None:
        mirrored = w[(slice(None, None, -1),) * len(windows.kernel)].reshape(*windows.kernel, per, groups, wide)
        back = mirrored.swapaxes(-3, -1).reshape(*windows.kernel, wide, groups * per)
        return to_result(xp, y, back, turned, groups, is_first)
    y = _grouped(xp, y.astype(dtype, copy=False), groups, is_first)
    images, view = _zeros(xp, y.shape[0], windows.size, groups, per, is_first, dtype)
    if _is_depthwise(per, groups, wide):
        depthwise.to_images(xp, y, w, windows, view[..., 0])
    elif per < _FEW:
        _add_rows(xp, y, w, windows, view)
    else:
        _add_taps(xp, y, w, windows, view)
    return images


def _turned(windows: Windows) -> Windows | None:
    """The windows of a convolution with mirrored filters that gives images from results, where there is one."""
    if any(s != 1 for s in windows.strides):
        return None
    reach = spans(windows.kernel, windows.dilations)
    before = [k - 1 - a for k, (a, _) in zip(reach, windows.borders, strict=True)]
    after = [k - 1 - b for k, (_, b) in zip(reach, windows.borders, strict=True)]
    if min(before) < 0 or min(after) < 0:
        return None
    borders = tuple(zip(before, after, strict=True))
    return Windows(windows.kernel, windows.strides, windows.dilations, borders, windows.out, windows.size)


def _add_taps(xp: Any, y: Any, w: Any, windows: Windows, images: Any) -> None:
    """One product of matrices for each tap."""
    groups, per = images.shape[-2:]
    matrices = w.reshape(-1, per, groups, y.shape[-1]).transpose(0, 2, 3, 1)
    for block in blocks(xp, y.shape[0], windows, 2 * groups * (per + y.shape[-1]), images.dtype.itemsize):
        rows = _rows(xp, y, block)
        for tap, matrix in zip(windows.taps(), matrices, strict=True):
            found, there = reached(windows, tap, block)
            part = xp.moveaxis(times(xp, rows, matrix).reshape(groups, *y[block].shape[:-2], per), 0, -2)
            xp.add(images[there], part[found], out=images[there])


def _add_rows(xp: Any, y: Any, w: Any, windows: Windows, images: Any) -> None:
    """One product of matrices for all taps, added up with the channels first, which makes long runs of few channels."""
    groups, per = images.shape[-2:]
    taps = math.prod(windows.kernel)
    matrix = xp.moveaxis(w.reshape(taps * per, groups, y.shape[-1]), 1, 0)
    total = xp.zeros((groups, per, *images.shape[:-2]), images.dtype)
    every = (slice(None), slice(None))
    for block in blocks(xp, y.shape[0], windows, groups * (taps * per + y.shape[-1]), images.dtype.itemsize):
        parts = times(xp, matrix, _rows(xp, y, block).swapaxes(1, 2))
        parts = parts.reshape(groups, taps, per, *y[block].shape[:-2])
        for number, tap in enumerate(windows.taps()):
            found, there = reached(windows, tap, block)
            part = total[every + there]
            xp.add(part, parts[:, number][every + found], out=part)
    images[...] = xp.moveaxis(total, (0, 1), (-2, -1))


def to_filters(xp: Any, x: Any, y: Any, windows: Windows, groups: int, is_first: bool) -> Any:
    """The filters that images and results give: sums of their products, tap by tap."""
    dtype = xp.result_type(x, y)
    x = _grouped(xp, x.astype(dtype, copy=False), groups, is_first)
    y = _grouped(xp, y.astype(dtype, copy=False), groups, is_first)
    per, wide = x.shape[-1], y.shape[-1]
    if _is_depthwise(per, groups, wide):
        return depthwise.to_filters(xp, x[..., 0], y, windows).reshape(*windows.kernel, 1, groups * wide)
    total = xp.zeros((groups, math.prod(windows.kernel) * per, wide), dtype)
    for block, columns in _columns(xp, x, windows):
        total += times(xp, columns.swapaxes(1, 2), _rows(xp, y, block))
    return xp.moveaxis(total, 0, 1).reshape(*windows.kernel, per, groups * wide)
