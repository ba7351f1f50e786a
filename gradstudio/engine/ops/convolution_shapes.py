"""What shapes a convolution takes and gives: batch axes, channels and groups besides the windows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.ops.windows import Windows, channels_first, fitted, numbers, spans, spatial

Dims = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """How images x, filters w and results y of one convolution belong together."""

    windows: Windows
    groups: int
    is_first: bool  # channels come before the spatial axes
    lead: Dims  # batch axes

    @property
    def count(self) -> int:
        """How many images there are."""
        return math.prod(self.lead)


def form_of(
    x: Dims, w: Dims, rank: int | None, *, strides: Any, padding: Any, data_format: Any, dilations: Any
) -> Form:
    """The form of a convolution of images x with filters w over `rank` spatial axes (None: as many as w has).

    Raises ValueError for ranks, channels, layout, strides or padding that do not fit.
    """
    rank = _rank(x, w, rank)
    is_first = channels_first(data_format, rank)
    channels = x[-rank - 1] if is_first else x[-1]
    groups = _groups(channels, w)
    windows = fitted(spatial(x, rank, is_first), w[:rank], strides, padding, dilations, is_first)
    return Form(windows, groups, is_first, x[: -rank - 1])


def transposed_form(
    y: Dims,
    w: Dims,
    rank: int | None,
    *,
    output_shape: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    dilations: Any,
) -> Form:
    """The form of the convolution whose results are y, for images of output_shape (None: what padding suggests).

    Raises ValueError as form_of, and where no image of that shape gives results as y.
    """
    rank = _rank(y, w, rank)
    is_first = channels_first(data_format, rank)
    lead, have = y[: -rank - 1], spatial(y, rank, is_first)
    wanted = (output_shape,) if isinstance(output_shape, int) else output_shape
    if wanted is None:
        size, channels = _suggested(have, w[:rank], strides, padding, dilations, is_first), w[-2]
    elif len(wanted) == rank:
        size, channels = wanted, w[-2]
    else:
        front = tuple(wanted[: -rank - 1])
        if not front or front != lead[len(lead) - len(front) :]:
            raise ValueError(f"output_shape {shapes.text(wanted)} does not begin with the batch {shapes.text(lead)}")
        size, channels = spatial(wanted, rank, is_first), wanted[-rank - 1] if is_first else wanted[-1]
    groups = _groups(channels, w)
    given = y[-rank - 1] if is_first else y[-1]
    if given != w[-1]:
        raise ValueError(f"x has {given} channels, but the filters (..., results, channels) are for {w[-1]}")
    windows = fitted(size, w[:rank], strides, padding, dilations, is_first)
    if windows.out != have:
        raise ValueError(
            f"an image of {shapes.text(size)} has {shapes.text(windows.out)} windows, not {shapes.text(have)}: "
            "give the output_shape, strides and padding of the convolution to transpose"
        )
    return Form(windows, groups, is_first, lead)


def image_shape(form: Form, w: Dims) -> Dims:
    """The shape of the images of a form."""
    channels = (form.groups * w[-2],)
    return (*form.lead, *((*channels, *form.windows.size) if form.is_first else (*form.windows.size, *channels)))


def _rank(x: Dims, w: Dims, rank: int | None) -> int:
    """The number of spatial axes."""
    found = len(w) - 2 if rank is None else rank
    if len(w) != found + 2 or found < 1:
        axes = "spatial axes" if rank is None else "a spatial axis" if rank == 1 else f"{rank} spatial axes"
        raise ValueError(f"filters have {axes} and two axes of channels, not shape {shapes.text(w)}")
    if len(x) < found + 2:
        raise ValueError(
            f"images have a batch axis, {found} spatial {'axis' if found == 1 else 'axes'} and channels, "
            f"not shape {shapes.text(x)}: expand_dims adds an axis"
        )
    return found


def _groups(channels: int, w: Dims) -> int:
    per, results = w[-2:]
    if not per or channels % per:
        raise ValueError(
            f"{channels} channels do not fit filters for {per}: both must be equal, or the first a multiple (groups)"
        )
    groups = channels // per
    if groups and results % groups:
        raise ValueError(f"{results} filters cannot be shared among {groups} groups of channels: take a multiple")
    return max(groups, 1)


def _suggested(have: Dims, kernel: Dims, strides: Any, padding: Any, dilations: Any, is_first: bool) -> Dims:
    """The size of image that a transposed convolution gives unless told otherwise."""
    rank = len(have)
    steps = numbers("strides", 1 if strides is None else strides, rank, is_first)
    widths = spans(kernel, numbers("dilations", 1 if dilations is None else dilations, rank, is_first))
    if isinstance(padding, str) and padding.upper() == "SAME":
        return tuple([n * s for n, s in zip(have, steps, strict=True)])
    inside = tuple([(n - 1) * s + max(k, s) for n, s, k in zip(have, steps, widths, strict=True)])
    if isinstance(padding, str) or padding is None:
        return inside
    exact = tuple([(n - 1) * s + k for n, s, k in zip(have, steps, widths, strict=True)])
    borders = fitted(exact, kernel, steps, padding, dilations, is_first).borders
    return tuple([max(n - a - b, 0) for n, (a, b) in zip(exact, borders, strict=True)])
