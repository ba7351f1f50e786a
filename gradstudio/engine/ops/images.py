"""Images turned, cut, framed and changed in brightness; they are [height, width, channels], maybe in a batch."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, composites, op

composite = partial(composites("network"), renamed={"image": "x", "images": "x"})
X = np.cos(np.arange(24.0) ** 2 * 0.31).reshape(1, 4, 3, 2)
RGB = np.cos(np.arange(36.0) ** 2 * 0.31).reshape(1, 4, 3, 3)
_GREY = (0.2989, 0.587, 0.114)
_INNER = (-3, -2, -1)  # the axes of one image


def _checked(name: str, x: Any) -> tuple[int, int, int]:
    """Height, width and channels. Raises ValueError for what is no image."""
    dims = shapes.shape(x)
    if len(dims) not in (3, 4):
        raise ValueError(f"{name}: an image is [height, width, channels], maybe in a batch, not {shapes.text(dims)}")
    return dims[-3], dims[-2], dims[-1]


@composite(aliases=("image.flip_left_right",), samples=(Sample((X,)), Sample((X[0],))))
def flip_left_right(x: Any) -> Any:
    """Images mirrored, left for right. Raises ValueError for what is no image."""
    _checked("flip_left_right", x)
    return op.flip(x, axis=-2)


@composite(aliases=("image.flip_up_down",), samples=(Sample((X,)), Sample((X[0],))))
def flip_up_down(x: Any) -> Any:
    """Images mirrored, top for bottom. Raises ValueError for what is no image."""
    _checked("flip_up_down", x)
    return op.flip(x, axis=-3)


@composite(aliases=("image.rot90",), samples=(Sample((X,)), Sample((X[0],), {"k": 3}), Sample((X,), {"k": 2})))
def turn_image(x: Any, *, k: int = 1) -> Any:
    """Images turned by k quarter turns against the clock. Raises ValueError for what is no image."""
    _checked("turn_image", x)
    return op.rot90(x, k=k, axes=(-3, -2))


@composite(aliases=("image.transpose",), samples=(Sample((X,)), Sample((X[0],))))
def transpose_image(x: Any) -> Any:
    """Images with rows for columns. Raises ValueError for what is no image."""
    _checked("transpose_image", x)
    return op.swapaxes(x, axis1=-3, axis2=-2)


@composite(
    aliases=("image.crop_to_bounding_box",),
    samples=(Sample((X,), {"offset_height": 1, "offset_width": 0, "target_height": 2, "target_width": 3}),),
)
def crop_to_bounding_box(
    x: Any, *, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Any:
    """The part of images that begins at an offset from the top left corner and has a target size.

    Raises ValueError where it is not inside.
    """
    height, width, _ = _checked("crop_to_bounding_box", x)
    bottom, right = offset_height + target_height, offset_width + target_width
    if min(offset_height, offset_width, target_height, target_width) < 0 or bottom > height or right > width:
        raise ValueError(
            f"crop_to_bounding_box: rows {offset_height} to {bottom} and columns {offset_width} to {right} are not "
            f"all in an image of {height} x {width}"
        )
    return op.getitem(x, key=(Ellipsis, slice(offset_height, bottom), slice(offset_width, right), slice(None)))


@composite(
    aliases=("image.pad_to_bounding_box",),
    samples=(Sample((X,), {"offset_height": 1, "offset_width": 0, "target_height": 6, "target_width": 5}),),
)
def pad_to_bounding_box(x: Any, *, offset_height: int, offset_width: int, target_height: int, target_width: int) -> Any:
    """Images in a frame of zeros: an offset above and on the left, and more up to a target size.

    Raises ValueError where they do not fit into it.
    """
    height, width, _ = _checked("pad_to_bounding_box", x)
    below, right = target_height - offset_height - height, target_width - offset_width - width
    if min(offset_height, offset_width, below, right) < 0:
        raise ValueError(
            f"pad_to_bounding_box: an image of {height} x {width} at ({offset_height}, {offset_width}) does not fit "
            f"into {target_height} x {target_width}"
        )
    widths = ((0, 0),) * (shapes.rank(x) - 3) + ((offset_height, below), (offset_width, right), (0, 0))
    return op.pad(x, pad_width=widths)


@composite(aliases=("image.central_crop",), samples=(Sample((X,), {"central_fraction": 0.5}),))
def central_crop(x: Any, *, central_fraction: float) -> Any:
    """The middle of images, with a fraction of their height and width.

    Raises ValueError for a fraction that is not above 0 and at most 1.
    """
    height, width, _ = _checked("central_crop", x)
    if not 0.0 < central_fraction <= 1.0:
        raise ValueError(f"central_crop: central_fraction is above 0 and at most 1, not {central_fraction}")
    top, left = [int((n - n * central_fraction) / 2.0) for n in (height, width)]
    return op.getitem(x, key=(Ellipsis, slice(top, height - top), slice(left, width - left), slice(None)))


@composite(aliases=("image.rgb_to_grayscale",), samples=(Sample((RGB,)),))
def rgb_to_grayscale(x: Any) -> Any:
    """The brightness of red, green and blue, as one channel: 0.2989 red + 0.587 green + 0.114 blue.

    Raises ValueError for what has other than three channels.
    """
    if shapes.rank(x) < 1 or shapes.shape(x)[-1] != 3:
        raise ValueError(f"rgb_to_grayscale: the last axis has 3 channels, not shape {shapes.text(shapes.shape(x))}")
    channels = [op.getitem(x, key=(Ellipsis, slice(i, i + 1))) for i in range(3)]
    return sum(
        [factor * channel for factor, channel in zip(_GREY[1:], channels[1:], strict=True)], _GREY[0] * channels[0]
    )


@composite(aliases=("image.adjust_brightness",), samples=(Sample((X, 0.25)),))
def adjust_brightness(x: Any, delta: Any) -> Any:
    """Images with delta added to all of their elements."""
    return x + delta


@composite(aliases=("image.adjust_contrast",), samples=(Sample((X, 1.5)),))
def adjust_contrast(x: Any, contrast_factor: Any) -> Any:
    """Each channel of images with its distances from its mean multiplied by a factor."""
    _checked("adjust_contrast", x)
    mean = op.mean(x, axis=(-3, -2), keepdims=True)
    return (x - mean) * contrast_factor + mean


@composite(aliases=("image.per_image_standardization",), samples=(Sample((X,)), Sample((X[0],))))
def per_image_standardization(x: Any) -> Any:
    """Each image with mean 0 and variance 1; one of equal elements becomes 0.

    The deviation that it is divided by is 1 / sqrt(number of elements) at least.
    """
    count = math.prod(_checked("per_image_standardization", x))
    apart = x - op.mean(x, axis=_INNER, keepdims=True)
    least = 1.0 / max(count, 1)
    # The root of the larger of two variances has a slope also where an image is constant.
    return apart / op.sqrt(op.maximum(op.mean(op.square(apart), axis=_INNER, keepdims=True), least))


@composite(aliases=("image.image_gradients",), samples=(Sample((X,)),))
def image_gradients(x: Any) -> Any:
    """(dy, dx): each element of images subtracted from the one below and from the one on its right; 0 at the end.

    Raises ValueError for other than [batch, height, width, channels].
    """
    dims = shapes.shape(x)
    if len(dims) != 4:
        raise ValueError(f"image_gradients: images are [batch, height, width, channels], not {shapes.text(dims)}")
    down, right = _differences(x)
    return op.pad(down, pad_width=((0, 0), (0, 1), (0, 0), (0, 0))), op.pad(
        right, pad_width=((0, 0), (0, 0), (0, 1), (0, 0))
    )


@composite(aliases=("image.total_variation",), samples=(Sample((X,)), Sample((X[0],))))
def total_variation(x: Any) -> Any:
    """The sum of the absolute differences of neighbours, for each image; equal ones get the gradient of abs at 0."""
    _checked("total_variation", x)
    down, right = _differences(x)
    return op.sum(op.abs(down), axis=_INNER) + op.sum(op.abs(right), axis=_INNER)


def _differences(x: Any) -> tuple[Any, Any]:
    """Of neighbours along height and along width."""
    every, later, sooner = slice(None), slice(1, None), slice(None, -1)
    down = op.getitem(x, key=(Ellipsis, later, every, every)) - op.getitem(x, key=(Ellipsis, sooner, every, every))
    right = op.getitem(x, key=(Ellipsis, later, every)) - op.getitem(x, key=(Ellipsis, sooner, every))
    return down, right
