"""Cutting images into windows, and adding windows up to images: two linear ops, each the transpose of the other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.convolving import sliding
from gradstudio.engine.ops.image_batches import more_images
from gradstudio.engine.ops.windows import Windows, fitted, numbers

primitive = category("network", batch=more_images, jvp="linear")
X = np.cos(np.arange(48.0) ** 2 * 0.31).reshape(2, 4, 3, 2)


def _windows(size: tuple[int, ...], sizes: Any, strides: Any, rates: Any, padding: Any) -> Windows:
    return fitted(size, numbers("sizes", sizes, len(size), False), strides, padding, rates, False)


@primitive(
    (
        lambda g, _ans, _x, sizes, strides=1, rates=1, padding="VALID": op.add_patches(
            g, size=shapes.shape(_x)[1:-1], sizes=sizes, strides=strides, rates=rates, padding=padding
        ),
    ),
    aliases=("image.extract_patches",),
    renamed={"images": "x"},
    samples=(
        Sample((X,), {"sizes": (1, 2, 2, 1), "strides": (1, 1, 1, 1), "rates": (1, 1, 1, 1), "padding": "VALID"}),
        Sample((X,), {"sizes": (3, 2), "strides": 2, "padding": "SAME"}),
        Sample((X,), {"sizes": 2, "rates": (2, 1), "padding": "SAME"}),
        Sample((X[0],), {"sizes": (2,), "padding": ((1, 0),)}),
    ),
)
def extract_patches(xp: Any, x: Any, *, sizes: Any, strides: Any = 1, rates: Any = 1, padding: Any = "VALID") -> Any:
    """Windows of images, each in one line: [batch, window ..., taps * channels], the channels of a tap together.

    x: [batch, height, width, channels], or with one or three spatial axes. sizes: how many elements a window has;
    strides: from window to window; rates: from element to element; each one number, one for each spatial axis, or also
    with 1 for batch and channels. padding: "VALID", "SAME" (with zeros) or pairs (before, after) for each axis.
    Raises ValueError for what does not fit.
    """
    dims = shapes.shape(x)
    if not 3 <= len(dims) <= 5:
        raise ValueError(f"images have a batch axis, spatial axes and channels, not shape {shapes.text(dims)}")
    windows = _windows(dims[1:-1], sizes, strides, rates, padding)
    shape = (dims[0], *windows.out, math.prod(windows.kernel) * dims[-1])
    if not all(windows.out):
        return xp.zeros(shape, x.dtype)
    rank = len(windows.size)
    return xp.moveaxis(sliding(xp, x, windows), rank + 1, -1).reshape(shape)


@primitive(
    (
        lambda g, _ans, _x, size, sizes, strides, rates, padding: op.extract_patches(
            g, sizes=sizes, strides=strides, rates=rates, padding=padding
        ),
    ),
    listed=False,
)
def add_patches(xp: Any, x: Any, *, size: tuple[int, ...], sizes: Any, strides: Any, rates: Any, padding: Any) -> Any:
    """Images with spatial axes of a size, in which every window of x is added at its place."""
    windows = _windows(size, sizes, strides, rates, padding)
    taps = math.prod(windows.kernel)
    apart = x.reshape(*x.shape[:-1], taps, x.shape[-1] // taps)
    images = xp.zeros((x.shape[0], *size, apart.shape[-1]), x.dtype)
    for number, tap in enumerate(windows.taps()):
        found, there = windows.reach(tap)
        part = images[(slice(None), *there)]
        xp.add(part, apart[(slice(None), *found, number)], out=part)
    return images
