"""Images in another size: each new row and column is a weighted sum of old ones, so resizing is two matrix products."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import backend_of
from gradstudio.engine.declaring import Sample, composites, op

composite = composites("network")
X = np.cos(np.arange(24.0) ** 2 * 0.31).reshape(1, 4, 3, 2)

Array = np.ndarray


def _triangle(d: Array) -> Array:
    return np.maximum(1.0 - d, 0.0)


def _keys(d: Array) -> Array:
    """Keys (1981), Cubic convolution interpolation, with a = -1/2."""
    near, far = ((1.5 * d - 2.5) * d) * d + 1.0, ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0
    return np.where(d <= 1.0, near, np.where(d < 2.0, far, 0.0))


def _mitchell(d: Array) -> Array:
    """Mitchell and Netravali (1988), Reconstruction filters in computer graphics, with B = C = 1/3."""
    near = ((7.0 * d - 12.0) * d * d + 16.0 / 3.0) / 6.0
    far = (((-7.0 / 3.0 * d + 12.0) * d - 20.0) * d + 32.0 / 3.0) / 6.0
    return np.where(d <= 1.0, near, np.where(d < 2.0, far, 0.0))


def _lanczos(radius: int) -> Callable[[Array], Array]:
    return lambda d: np.where(d < radius, np.sinc(d) * np.sinc(d / radius), 0.0)


def _gaussian(d: Array) -> Array:
    return np.where(d < 1.5, np.exp(-2.0 * d * d), 0.0)


KERNELS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "bilinear": _triangle,
        "bicubic": _keys,
        "lanczos3": _lanczos(3),
        "lanczos5": _lanczos(5),
        "gaussian": _gaussian,
        "mitchellcubic": _mitchell,
    }
)
"""Method -> weight of an old pixel by its distance from the new one's centre."""


@lru_cache(maxsize=8)
def weights(old: int, new: int, method: str, antialias: bool) -> Array:
    """The matrix (new, old) that resizes an axis. Centres of pixels lie at halves, and each row sums to 1.

    antialias: where the axis gets shorter, the kernel widens by as much, so that every old pixel counts.
    """
    scale = old / new
    places = np.arange(old)
    found: Array
    if method == "area":
        starts = np.arange(new)[:, None] * scale
        found = np.clip(np.minimum(places + 1, starts + scale) - np.maximum(places, starts), 0.0, None)
    else:
        centres = (np.arange(new)[:, None] + 0.5) * scale
        found = KERNELS[method](np.abs(places + 0.5 - centres) / (max(scale, 1.0) if antialias else 1.0))
    found = found / found.sum(axis=1, keepdims=True)
    found.flags.writeable = False
    return found


def _along_height(x: Any, matrix: Array) -> Any:
    """Images [batch, height, width, channels] with a matrix applied to their second axis."""
    n, h, w, c = shapes.shape(x)
    if matrix.shape == (h, h) and np.array_equal(matrix, np.eye(h)):
        return x
    dtype = x.dtype if x.dtype.kind in "fc" else np.dtype(np.float64)
    factor = backend_of(x).from_host(matrix.astype(dtype))
    return op.reshape(op.matmul(factor, op.reshape(x, shape=(n, h, w * c))), shape=(n, len(matrix), w, c))


def _along_width(x: Any, matrix: Array) -> Any:
    n, h, w, c = shapes.shape(x)
    lines = _along_height(op.reshape(x, shape=(n * h, w, 1, c)), matrix)
    return op.reshape(lines, shape=(n, h, len(matrix), c))


def _nearest(x: Any, axis: int, new: int) -> Any:
    old = shapes.shape(x)[axis]
    places = np.minimum(np.floor((np.arange(new) + 0.5) * (old / new)).astype(np.int64), old - 1)
    return op.gather(x, backend_of(x).from_host(places), axis=axis)


@composite(
    aliases=("image.resize",),
    renamed={"images": "x"},
    samples=(
        Sample((X,), {"size": (6, 2)}),
        Sample((X,), {"size": (2, 5), "method": "bicubic"}),
        Sample((X[0],), {"size": (3, 7), "method": "nearest"}),
        Sample((X,), {"size": (3, 2), "method": "lanczos3", "antialias": True}),
        Sample((X,), {"size": (3, 2), "method": "area"}),
        Sample((X[0],), {"size": (8, 4), "preserve_aspect_ratio": True}),
    ),
)
def resize(
    x: Any, *, size: Any, method: str = "bilinear", preserve_aspect_ratio: bool = False, antialias: bool = False
) -> Any:
    """Images [height, width, channels] or [batch, height, width, channels] in another size (height, width).

    method: "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian" or "mitchellcubic".
    preserve_aspect_ratio: as large as fits into size; antialias: blur what gets smaller, so that all pixels count. The
    centres of pixels lie at halves, as in TensorFlow 2. Whole numbers become float64, but with "nearest" they stay.
    Raises ValueError for another method, for what is no image and for a size that is none.
    """
    dims = shapes.shape(x)
    word = str(getattr(method, "value", method)).lower()
    if word not in KERNELS and word not in ("nearest", "area"):
        raise ValueError(f"resize: method is one of {', '.join(KERNELS)}, nearest and area, not {method!r}")
    if len(dims) not in (3, 4):
        raise ValueError(f"resize: an image is [height, width, channels], maybe in a batch, not {shapes.text(dims)}")
    wanted = [int(n) for n in np.reshape(np.asarray(size), -1)]
    if len(wanted) != 2 or min(wanted) < 1 or not all(dims[-3:-1]):
        raise ValueError(f"resize: size is (height, width), both above 0, and so is the image's, not {size!r}")
    if preserve_aspect_ratio:
        scale = min(n / old for n, old in zip(wanted, dims[-3:-1], strict=True))
        wanted = [max(round(scale * old), 1) for old in dims[-3:-1]]
    height, width = wanted
    if (height, width) == dims[-3:-1]:
        return op.identity(x)
    images = x if len(dims) == 4 else op.reshape(x, shape=(1, *dims))
    if word == "nearest":
        found = _nearest(_nearest(images, 1, height), 2, width)
    else:
        found = _along_height(images, weights(dims[-3], height, word, bool(antialias)))
        found = _along_width(found, weights(dims[-2], width, word, bool(antialias)))
    return found if len(dims) == 4 else op.reshape(found, shape=(height, width, dims[-1]))
