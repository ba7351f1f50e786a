"""Where the windows of a pooling lie in an array, and what is done with all of them, on raw arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import backend_of
from gradstudio.engine.ops.windows import channels_first, fitted, numbers, spatial

Key = tuple[slice, ...]
_OPTIONS = {"strides": None, "padding": "VALID", "data_format": None, "dilations": None}


class Pool:
    """The windows of a pooling of images of shape dims, of which `rank` axes are spatial."""

    def __init__(self, dims: tuple[int, ...], rank: int, params: Mapping[str, Any]) -> None:
        if len(dims) != rank + 2 or rank < 1:
            axes = "a spatial axis" if rank == 1 else f"{rank} spatial axes" if rank > 1 else "spatial axes"
            raise ValueError(f"images have a batch axis, {axes} and channels, not shape {shapes.text(dims)}")
        options = {**_OPTIONS, **params}
        is_first = channels_first(options["data_format"], rank)
        kernel = numbers("ksize", options["ksize"], rank, is_first)
        strides = kernel if options["strides"] is None else options["strides"]
        self.windows = fitted(
            spatial(dims, rank, is_first), kernel, strides, options["padding"], options["dilations"], is_first
        )
        self.start = 2 if is_first else 1  # the first spatial axis
        self.rank = rank
        self._counts = [self.windows.counts(axis) for axis in range(rank)]
        if any(c.size and c.min() < 1 for c in self._counts):
            raise ValueError("a window lies wholly outside the image: pad less than the size of a window")

    def combined(self, xp: Any, x: Any, join: Any, fill: Any) -> Any:
        """All elements of each window joined (xp.add, xp.maximum), one axis after the other, starting from fill."""
        for axis in range(self.rank):
            new = xp.full(self._resized(x.shape, axis, self.windows.out[axis]), fill, dtype=x.dtype)
            for found, there in self._along(axis):
                join(new[found], x[there], out=new[found])
            x = new
        return x

    def spread(self, xp: Any, g: Any) -> Any:
        """The opposite of a sum: each value added to all elements of its window."""
        for axis in reversed(range(self.rank)):
            new = xp.zeros(self._resized(g.shape, axis, self.windows.size[axis]), g.dtype)
            for found, there in self._along(axis):
                xp.add(new[there], g[found], out=new[there])
            g = new
        return g

    def average(self, total: Any) -> Any:
        """Values divided by the number of elements of their windows."""
        if all(bool((c == c[:1]).all()) for c in self._counts):
            return total / float(math.prod([c[0] for c in self._counts if c.size]))
        counts = np.ones((1,) * total.ndim)
        for axis, count in enumerate(self._counts):
            counts = counts * count.reshape(-1, *(1,) * (total.ndim - 1 - self.start - axis))
        dtype = np.zeros(0, total.dtype).real.dtype if total.dtype.kind in "fc" else np.float64
        return total / backend_of(total).from_host(counts.astype(dtype))

    def taps(self) -> list[tuple[Key, Key]]:
        """(windows, elements) of each place in a window, as keys."""
        before = (slice(None),) * self.start
        pairs = [self.windows.reach(tap) for tap in self.windows.taps()]
        return [(before + found, before + there) for found, there in pairs]

    def shape(self, dims: tuple[int, ...], size: tuple[int, ...]) -> tuple[int, ...]:
        """A shape with other lengths of the spatial axes."""
        return (*dims[: self.start], *size, *dims[self.start + self.rank :])

    def _along(self, axis: int) -> list[tuple[Key, Key]]:
        before = (slice(None),) * (self.start + axis)
        pairs = [self.windows.along(axis, tap) for tap in range(self.windows.kernel[axis])]
        return [((*before, found), (*before, there)) for found, there in pairs]

    def _resized(self, dims: tuple[int, ...], axis: int, length: int) -> tuple[int, ...]:
        place = self.start + axis
        return (*dims[:place], length, *dims[place + 1 :])


def pool_of(x: Any, params: Mapping[str, Any]) -> Pool:
    """The pooling of images x."""
    return Pool(shapes.shape(x), shapes.rank(x) - 2, params)


def pool_onto(size: tuple[int, ...], y: Any, params: Mapping[str, Any]) -> Pool:
    """The pooling of images with these lengths of the spatial axes, of which y is the result."""
    dims, rank = shapes.shape(y), shapes.rank(y) - 2
    start = 2 if channels_first(params.get("data_format"), rank) else 1
    return Pool((*dims[:start], *size, *dims[start + rank :]), rank, params)
