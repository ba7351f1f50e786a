"""The largest or the average element of windows that slide over images, along one to three spatial axes.

A window at the border counts elements of the image only. An average and its transpose are rules of each other; so are
picking the elements at numbered places of windows and putting them back, which is what a maximum does to cotangents.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.image_batches import more_images
from gradstudio.engine.ops.pools import Pool, pool_of, pool_onto
from gradstudio.engine.ops.windows import LAYOUTS, channels_first, spatial
from gradstudio.engine.primitive import Primitive

primitive = category("network", batch=more_images, jvp="multilinear")
composite = composites("network")
_NAMED: Mapping[str, str] = MappingProxyType({"kernel_size": "ksize", "pool_size": "ksize", "stride": "strides"})
X1 = np.cos(np.arange(28.0) ** 2 * 0.31).reshape(2, 7, 2)
X2 = np.cos(np.arange(48.0) ** 2 * 0.31).reshape(2, 4, 3, 2)
X3 = np.cos(np.arange(36.0) ** 2 * 0.31).reshape(1, 2, 3, 3, 2)


def _size(x: Any, params: Mapping[str, Any]) -> tuple[int, ...]:
    """The lengths of the spatial axes."""
    rank = shapes.rank(x) - 2
    return spatial(shapes.shape(x), rank, channels_first(params.get("data_format"), rank))


@primitive(differentiable=False, listed=False)
def largest_places(xp: Any, x: Any, largest: Any, *, windows: Mapping[str, Any]) -> Any:
    """The number, in C order, of the largest element of each window; of several equal ones, the first."""
    taps = pool_of(x, windows).taps()
    dtype = np.min_scalar_type(len(taps))
    none = np.iinfo(dtype).max
    places = xp.full(largest.shape, none, dtype=dtype)
    for number, (found, there) in enumerate(taps):
        # Arithmetic on small numbers; a choice for each element is several times slower on a processor.
        other = xp.not_equal(x[there], largest[found]).astype(dtype)
        xp.minimum(places[found], xp.maximum(other * dtype.type(none), dtype.type(number)), out=places[found])
    return places


@primitive(
    (lambda g, _ans, x, places, windows: op.put_places(g, places, size=_size(x, windows), windows=windows), None),
    listed=False,
)
def pick_places(xp: Any, x: Any, places: Any, *, windows: Mapping[str, Any]) -> Any:
    """The element of x at the numbered place of each window."""
    pool = pool_of(x, windows)
    result = xp.zeros(pool.shape(x.shape, pool.windows.out), x.dtype)
    kept = _keeper(xp, x)
    for number, (found, there) in enumerate(pool.taps()):
        xp.add(result[found], kept(xp.equal(places[found], number), x[there]), out=result[found])
    return result


@primitive(
    (lambda g, _ans, _x, places, size, windows: op.pick_places(g, places, windows=windows), None),
    listed=False,
)
def put_places(xp: Any, x: Any, places: Any, *, size: tuple[int, ...], windows: Mapping[str, Any]) -> Any:
    """Images of a size with each value of x added at the numbered place of its window."""
    pool = pool_onto(size, x, windows)
    result = xp.zeros(pool.shape(x.shape, size), x.dtype)
    kept = _keeper(xp, x)
    for number, (found, there) in enumerate(pool.taps()):
        xp.add(result[there], kept(xp.equal(places[found], number), x[found]), out=result[there])
    return result


def _keeper(xp: Any, x: Any) -> Callable[[Any, Any], Any]:
    """What keeps elements of x where a mask is true and has 0 elsewhere; a product is faster, if all are finite."""
    if xp is np and bool(np.isfinite(x).all()):
        return lambda mask, part: part * mask
    return lambda mask, part: xp.where(mask, part, xp.zeros((), x.dtype))


@primitive(
    (lambda g, _ans, _x, size, windows: op.avg_pool(g, **windows),),
    listed=False,
)
def spread_averages(xp: Any, x: Any, *, size: tuple[int, ...], windows: Mapping[str, Any]) -> Any:
    """Images of a size with each value of x shared among the elements of its window: the transpose of avg_pool."""
    pool = pool_onto(size, x, windows)
    return pool.spread(xp, pool.average(x))


def _lowest(dtype: Any) -> Any:
    if dtype.kind not in "fiu":
        raise TypeError(f"the largest element is one of real numbers, not of {dtype}")
    return -math.inf if dtype.kind == "f" else int(np.iinfo(dtype).min)


def _largest(xp: Any, x: Any, pool: Pool) -> Any:
    return pool.combined(xp, x, xp.maximum, _lowest(x.dtype))


def _average(xp: Any, x: Any, pool: Pool) -> Any:
    return pool.average(pool.combined(xp, x, xp.add, 0))


def _to_largest(g: Any, ans: Any, x: Any, **params: Any) -> Any:
    return op.put_places(g, op.largest_places(x, ans, windows=params), size=_size(x, params), windows=params)


def _of_largest(slot: int, v: Any, ans: Any, x: Any, **params: Any) -> Any:
    return op.pick_places(v, op.largest_places(x, ans, windows=params), windows=params)


def _to_all(g: Any, _ans: Any, _x: Any, **params: Any) -> Any:
    return op.spread_averages(g, size=_size(_x, params), windows=params)


_KINDS: Mapping[str, tuple[Any, Any, Any]] = {
    "max": (_largest, _to_largest, _of_largest),
    "avg": (_average, _to_all, "linear"),
}
_DOCS = {
    "max": ("The largest element of each window", "", "The first of equal ones gets the gradient; a NaN, none. "),
    "avg": ("The average of each window", ", over those of its elements that lie inside the image", ""),
}
_OPTIONS = (
    "x: [batch, {size}, channels]; ksize: how many elements a window has; strides (ksize by default) and dilations "
    '(1): one number, or one for each spatial axis, also with 1 for batch and channels. padding: "VALID" (windows '
    'inside the image), "SAME" (ceil(size / stride) windows) or pairs (before, after) for each axis. data_format: '
    '"{last}", or "{first}" for channels first. {more}Raises ValueError for ranks, windows, padding or a layout that '
    "do not fit."
)
_PLACES = {
    None: ("along one to three spatial axes", "size ...", "NHWC", "NCHW"),
    1: ("along a line", "width", *LAYOUTS[1]),
    2: ("of images", "height, width", *LAYOUTS[2]),
    3: ("of volumes", "depth, height, width", *LAYOUTS[3]),
}


def _pooling(kind: str, rank: int | None, samples: tuple[Sample, ...]) -> Primitive:
    """Declare a pooling along `rank` spatial axes, or along as many as x has."""
    compute, rule, jvp = _KINDS[kind]

    def forward(
        xp: Any,
        x: Any,
        *,
        ksize: Any,
        strides: Any = None,
        padding: Any = "VALID",
        data_format: Any = None,
        dilations: Any = None,
    ) -> Any:
        x = xp.asarray(x)
        params = {
            "ksize": ksize,
            "strides": strides,
            "padding": padding,
            "data_format": data_format,
            "dilations": dilations,
        }
        return compute(xp, x, Pool(x.shape, x.ndim - 2 if rank is None else rank, params))

    where, size, last, first = _PLACES[rank]
    name = forward.__name__ = f"{kind}_pool{'' if rank is None else f'{rank}d'}"
    what, further, more = _DOCS[kind]
    options = _OPTIONS.format(size=size, last=last, first=first, more=more)
    forward.__doc__ = f"{what} {where}{further}.\n\n{textwrap.fill(options, 112)}"
    return primitive((rule,), aliases=(f"nn.{name}",), samples=samples, renamed=_NAMED, jvp=jvp)(forward)


_LINES = (
    Sample((X1,), {"ksize": 2}),
    Sample((X1,), {"ksize": 3, "strides": 2, "padding": "SAME", "data_format": "NCW"}),
)
_IMAGES = (
    Sample((X2,), {"ksize": 2, "strides": 2, "padding": "VALID"}),
    Sample((X2,), {"ksize": (1, 3, 2, 1), "strides": (1, 2, 1, 1), "padding": "SAME"}),
    Sample((X2,), {"ksize": (2, 3), "strides": 1, "padding": ((1, 0), (0, 1)), "data_format": "NHWC"}),
    Sample((X2,), {"ksize": 2, "strides": 1, "padding": "SAME", "data_format": "NCHW", "dilations": (2, 1)}),
)
_VOLUMES = (
    Sample((X3,), {"ksize": 2, "strides": 1, "padding": "VALID"}),
    Sample((X3,), {"ksize": (1, 2, 2), "strides": 2, "padding": "SAME", "data_format": "NDHWC"}),
)
_TIES = (Sample((np.ones((1, 3, 3, 1)),), {"ksize": 2, "strides": 1}, smooth=False),)

max_pool1d = _pooling("max", 1, _LINES)
max_pool2d = _pooling("max", 2, _IMAGES + _TIES)
max_pool3d = _pooling("max", 3, _VOLUMES)
max_pool = _pooling("max", None, (_LINES[0], _IMAGES[1], _VOLUMES[1]))
avg_pool1d = _pooling("avg", 1, _LINES)
avg_pool2d = _pooling("avg", 2, _IMAGES)
avg_pool3d = _pooling("avg", 3, _VOLUMES)
avg_pool = _pooling("avg", None, (_LINES[0], _IMAGES[1], _VOLUMES[1]))


@composite(
    aliases=("nn.pool",),
    samples=(
        Sample((X2,), {"window_shape": (2, 2), "pooling_type": "AVG"}),
        Sample((X1,), {"window_shape": (2,), "pooling_type": "MAX", "strides": (2,), "padding": "SAME"}),
        Sample((X1,), {"window_shape": 2, "pooling_type": "MAX", "dilations": 2}),
    ),
)
def pool(
    x: Any,
    *,
    window_shape: Any,
    pooling_type: str,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: Any = None,
    dilations: Any = None,
) -> Any:
    """max_pool or avg_pool, as pooling_type "MAX" or "AVG" says; strides are 1 by default.

    Raises ValueError for another type, and as those do.
    """
    kinds = {"MAX": op.max_pool, "AVG": op.avg_pool}
    if pooling_type.upper() not in kinds:
        raise ValueError(f'pool: pooling_type is "MAX" or "AVG", not {pooling_type!r}')
    return kinds[pooling_type.upper()](
        x,
        ksize=window_shape,
        strides=1 if strides is None else strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
    )
