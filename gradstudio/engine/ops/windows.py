"""Where windows lie on images: strides, dilations, borders and layouts, for convolution, pooling and patches."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

LAYOUTS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}
"""Number of spatial axes -> data formats with the channels last and first."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows along the spatial axes of an image; every field has one entry for each of these axes."""

    kernel: tuple[int, ...]  # taps of a window
    strides: tuple[int, ...]  # from one window to the next
    dilations: tuple[int, ...]  # from one tap to the next
    borders: tuple[tuple[int, int], ...]  # (before, after): how far windows may lie outside
    size: tuple[int, ...]  # of the image
    out: tuple[int, ...]  # how many windows there are

    def taps(self) -> Iterator[tuple[int, ...]]:
        """The places in a window, in C order."""
        return itertools.product(*map(range, self.kernel))

    def along(self, axis: int, tap: int, first: int = 0, last: int | None = None) -> tuple[slice, slice]:
        """The windows first to last along one axis whose tap is an element of the image, and those elements."""
        step = self.strides[axis]
        start = tap * self.dilations[axis] - self.borders[axis][0]
        low = max(first, -(start // step))
        high = min(self.out[axis] if last is None else last, (self.size[axis] - 1 - start) // step + 1)
        if high <= low:
            return slice(0, 0), slice(0, 0)
        return slice(low, high), slice(low * step + start, (high - 1) * step + start + 1, step)

    def reach(self, tap: tuple[int, ...]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
        """The windows whose tap is an element of the image, and those elements."""
        pairs = [self.along(axis, t) for axis, t in enumerate(tap)]
        return tuple([a for a, _ in pairs]), tuple([b for _, b in pairs])

    def counts(self, axis: int) -> np.ndarray:
        """How many taps of each window along an axis are elements of the image."""
        found = np.zeros(self.out[axis])
        for tap in range(self.kernel[axis]):
            found[self.along(axis, tap)[0]] += 1
        return found


def channels_first(data_format: Any, rank: int) -> bool:
    """Whether the channels come before the spatial axes. Raises ValueError for an unknown layout."""
    if rank not in LAYOUTS:
        raise ValueError(f"it takes 1, 2 or 3 spatial axes, not {rank}")
    if data_format is None:
        return False
    if data_format not in LAYOUTS[rank]:
        last, first = LAYOUTS[rank]
        raise ValueError(f'data_format is "{last}" or "{first}" for {rank} spatial axes, not {data_format!r}')
    return LAYOUTS[rank].index(data_format) == 1


def spatial(dims: tuple[int, ...], rank: int, is_first: bool) -> tuple[int, ...]:
    """The lengths of the spatial axes."""
    return dims[-rank:] if is_first else dims[-rank - 1 : -1]


def numbers(what: str, value: Any, rank: int, is_first: bool) -> tuple[int, ...]:
    """One number above 0 for each spatial axis, from one for all or one for each, with or without batch and channels.

    Raises ValueError where they are not as many, and for steps along batch or channels.
    """
    every = [value] * rank if isinstance(value, int | np.integer) else list(value)
    if len(every) == 1:
        every *= rank
    elif len(every) == rank + 2:
        rest = every[:2] if is_first else [every[0], every[-1]]
        every = every[2:] if is_first else every[1:-1]
        if rest != [1, 1]:
            raise ValueError(f"{what} is 1 along batch and channels, not {rest[0]} and {rest[1]}")
    if len(every) != rank:
        raise ValueError(f"{what} is one number or {rank}, one for each spatial axis, not {len(every)}")
    if any(not isinstance(n, int | np.integer) or n < 1 for n in every):
        raise ValueError(f"{what} must be whole numbers above 0, not {value!r}")
    return tuple([int(n) for n in every])


def spans(kernel: tuple[int, ...], dilations: tuple[int, ...]) -> tuple[int, ...]:
    """How far a window reaches along each axis."""
    return tuple([(k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True)])


def fitted(
    size: tuple[int, ...], kernel: tuple[int, ...], strides: Any, padding: Any, dilations: Any, is_first: bool
) -> Windows:
    """The windows of a kernel on an image. strides and dilations: None for 1.

    padding: "VALID" for windows inside the image, "SAME" for ceil(size / stride) of them with the border split evenly
    (one more after than before), or pairs (before, after) for each axis. Raises ValueError for what does not fit.
    """
    rank = len(size)
    if not all(kernel):
        raise ValueError(f"a window has one element at least along each axis, not {kernel}")
    steps = numbers("strides", 1 if strides is None else strides, rank, is_first)
    gaps = numbers("dilations", 1 if dilations is None else dilations, rank, is_first)
    widths = spans(kernel, gaps)
    borders = _borders(padding, size, widths, steps, is_first)
    out = []
    for n, span, step, (before, after) in zip(size, widths, steps, borders, strict=True):
        if n + before + after < span and not (n == 0 and _word(padding) == "SAME"):
            raise ValueError(
                f"a window of {span} does not fit {n + before + after} elements: pad more or take a smaller"
            )
        out.append(max((n + before + after - span) // step + 1, 0))
    return Windows(kernel, steps, gaps, borders, size, tuple(out))


def _word(padding: Any) -> str:
    return padding.upper() if isinstance(padding, str) else ""


def _borders(
    padding: Any, size: tuple[int, ...], widths: tuple[int, ...], steps: tuple[int, ...], is_first: bool
) -> tuple[tuple[int, int], ...]:
    word = _word(padding)
    if word == "VALID":
        return ((0, 0),) * len(size)
    if word == "SAME":
        totals = [
            max((math.ceil(n / step) - 1) * step + span - n, 0) if n else 0
            for n, span, step in zip(size, widths, steps, strict=True)
        ]
        return tuple([(t // 2, t - t // 2) for t in totals])
    wanted = f'padding is "SAME", "VALID" or {len(size)} pairs (before, after), not {padding!r}'
    if isinstance(padding, str) or padding is None:
        raise ValueError(wanted)
    if isinstance(padding, int | np.integer):
        padding = [(padding, padding)] * len(size)
    pairs = [tuple(p) if isinstance(p, list | tuple) else (p, p) for p in padding]
    if len(pairs) == len(size) + 2:
        rest = pairs[:2] if is_first else [pairs[0], pairs[-1]]
        pairs = pairs[2:] if is_first else pairs[1:-1]
        if rest != [(0, 0), (0, 0)]:
            raise ValueError(f"padding is (0, 0) along batch and channels, not {rest[0]} and {rest[1]}")
    if len(pairs) != len(size) or any(len(p) != 2 or min(p) < 0 for p in pairs):
        raise ValueError(wanted)
    return tuple([(int(a), int(b)) for a, b in pairs])
