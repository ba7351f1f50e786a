"""Convolution and its transpose over one to three spatial axes, with strides, dilations, borders and groups.

The convolution of images with filters, its transpose and the sum for the filters are one sum of products with one of
its three factors left out, so each has the two others as its rules: that gives every order of derivative.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops import convolving, image_batches
from gradstudio.engine.ops.convolution_shapes import Form, form_of, transposed_form
from gradstudio.engine.ops.windows import LAYOUTS
from gradstudio.engine.primitive import Primitive

primitive = category("network", jvp="multilinear")
_NAMED: Mapping[str, str] = MappingProxyType({"stride": "strides", "filter": "filters", "dilation": "dilations"})


def some(*dims: int, start: float = 0.4) -> np.ndarray:
    """Numbers without pattern, for samples."""
    n = np.arange(float(math.prod(dims)))
    return np.cos(1.3 * n + 0.31 * n * n + start).reshape(dims)


def _into_images(g: Any, _ans: Any, _x: Any, filters: Any, **params: Any) -> Any:
    return op.conv_transpose(g, filters, **{"padding": "VALID", **params, "output_shape": shapes.shape(_x)})


def _into_filters(g: Any, _ans: Any, x: Any, _filters: Any, **params: Any) -> Any:
    return op.conv_filters(x, g, **params, shape=shapes.shape(_filters))


def _into_results(g: Any, _ans: Any, _y: Any, filters: Any, output_shape: Any = None, **params: Any) -> Any:
    return op.convolution(g, filters, **{"padding": "SAME", **params})


def _into_transposed_filters(g: Any, _ans: Any, y: Any, _filters: Any, output_shape: Any = None, **params: Any) -> Any:
    return op.conv_filters(g, y, **{"padding": "SAME", **params}, shape=shapes.shape(_filters))


_OPTIONS = (
    "strides and dilations: one number, or one for each spatial axis, also with 1 for batch and channels. padding: "
    '"VALID" (windows inside the image), "SAME" (ceil(size / stride) windows) or pairs (before, after) for each axis. '
    'data_format: "{0}", or "{1}" for channels first. Filters for fewer channels than the images have make groups. '
    "Raises ValueError for channels, ranks, padding or a layout that do not fit."
)
_SHAPES = {1: "width", 2: "height, width", 3: "depth, height, width"}


def _described(rank: int | None, is_transpose: bool) -> str:
    """The docstring of a convolution."""
    size = _SHAPES[rank] if rank else "size ..."
    words = LAYOUTS[rank] if rank else ("NHWC", "NCHW")
    where = {None: "over one to three spatial axes", 1: "along a line", 2: "of images", 3: "of volumes"}[rank]
    if is_transpose:
        first = f"The transpose of a convolution {where}: each element of x adds the filters at its window."
        rest = (
            f"x: [batch, {size}, channels]; filters: [{size}, result channels, channels], as in the convolution that "
            "is transposed. output_shape: of the result, or of its spatial axes alone; None: the smallest that fits. "
        )
    else:
        first = f"Convolution {where} with filters, which are not reversed, as in neural networks."
        rest = (
            f"x: [batch, {size}, channels], with more batch axes in front if wanted; filters: [{size}, channels / "
            "groups, result channels]. "
        )
    return f"{first}\n\n{textwrap.fill(rest + _OPTIONS.format(*words), 112)}"


def _apart(x: Any, form: Form) -> Any:
    """Images with one batch axis."""
    return x.reshape(form.count, *x.shape[len(form.lead) :]) if len(form.lead) != 1 else x


def _together(found: Any, form: Form) -> Any:
    """Images with all their batch axes again."""
    return found.reshape(*form.lead, *found.shape[1:]) if len(form.lead) != 1 else found


def _convolution(name: str, rank: int | None, samples: tuple[Sample, ...]) -> Primitive:
    """Declare a convolution over `rank` spatial axes, or over as many as the filters have."""

    def forward(
        xp: Any,
        x: Any,
        filters: Any,
        *,
        strides: Any = 1,
        padding: Any = "VALID",
        data_format: Any = None,
        dilations: Any = None,
    ) -> Any:
        x, w = xp.asarray(x), xp.asarray(filters)
        form = form_of(
            x.shape, w.shape, rank, strides=strides, padding=padding, data_format=data_format, dilations=dilations
        )
        found = convolving.to_result(xp, _apart(x, form), w, form.windows, form.groups, form.is_first)
        return _together(found, form)

    doc = _described(rank, False)
    return _declared(forward, name, doc, (_into_images, _into_filters), samples, image_batches.results)


def _transpose(name: str, rank: int | None, samples: tuple[Sample, ...]) -> Primitive:
    """Declare the transpose of a convolution."""

    def forward(
        xp: Any,
        x: Any,
        filters: Any,
        *,
        output_shape: Any = None,
        strides: Any = 1,
        padding: Any = "SAME",
        data_format: Any = None,
        dilations: Any = None,
    ) -> Any:
        y, w = xp.asarray(x), xp.asarray(filters)
        form = transposed_form(
            y.shape,
            w.shape,
            rank,
            output_shape=output_shape,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilations=dilations,
        )
        found = convolving.to_images(xp, _apart(y, form), w, form.windows, form.groups, form.is_first)
        return _together(found, form)

    doc = _described(rank, True)
    rules = (_into_results, _into_transposed_filters)
    return _declared(forward, name, doc, rules, samples, image_batches.images)


def _declared(
    forward: Callable[..., Any],
    name: str,
    doc: str,
    rules: tuple[Callable[..., Any], ...],
    samples: tuple[Sample, ...],
    batch: Callable[..., Any],
) -> Primitive:
    forward.__name__, forward.__doc__ = name, doc
    return primitive(rules, aliases=(f"nn.{name}",), samples=samples, renamed=_NAMED, batch=batch)(forward)


@primitive(
    (
        lambda g, _ans, _x, y, shape, **params: op.conv_transpose(
            y, g, **{"padding": "VALID", **params, "output_shape": shapes.shape(_x)}
        ),
        lambda g, _ans, x, _y, shape, **params: op.convolution(x, g, **params),
    ),
    batch=image_batches.filters,
    listed=False,
)
def conv_filters(
    xp: Any,
    x: Any,
    y: Any,
    *,
    shape: tuple[int, ...],
    strides: Any = 1,
    padding: Any = "VALID",
    data_format: Any = None,
    dilations: Any = None,
) -> Any:
    """The filters, of a shape, that images x and results y of a convolution give: what its rule for filters is."""
    form = form_of(x.shape, shape, None, strides=strides, padding=padding, data_format=data_format, dilations=dilations)
    return convolving.to_filters(xp, _apart(x, form), _apart(y, form), form.windows, form.groups, form.is_first)


X1, W1 = some(2, 6, 2), some(3, 2, 2, start=1.1)
X2, W2 = some(2, 4, 3, 2), some(2, 3, 2, 2, start=1.1)
X3, W3 = some(1, 2, 3, 3, 2), some(2, 1, 2, 2, 1, start=1.1)

conv1d = _convolution(
    "conv1d",
    1,
    (
        Sample((X1, W1), {"strides": 1, "padding": "SAME"}),
        Sample((X1, W1), {"strides": 2, "padding": "VALID", "data_format": "NWC"}),
        Sample((X1, some(2, 3, 2)), {"padding": ((1, 2),), "data_format": "NCW", "dilations": 2}),
    ),
)
conv2d = _convolution(
    "conv2d",
    2,
    (
        Sample((X2, W2), {"strides": 1, "padding": "SAME"}),
        Sample((X2, W2), {"strides": (1, 2, 1, 1), "padding": "VALID"}),
        Sample((X2, some(2, 2, 1, 4)), {"strides": 2, "padding": ((0, 0), (1, 0), (2, 1), (0, 0))}),
        Sample((some(1, 4, 3, 3), some(2, 2, 2, 2)), {"padding": "SAME", "data_format": "NCHW", "dilations": (1, 2)}),
        Sample((X2 + 1j * some(2, 4, 3, 2, start=2.0), W2), {"padding": "SAME"}),
    ),
)
conv3d = _convolution(
    "conv3d",
    3,
    (
        Sample((X3, W3), {"strides": (1, 1, 1, 1, 1), "padding": "SAME"}),
        Sample((some(1, 2, 2, 3, 2), W3), {"strides": 2, "padding": "SAME", "data_format": "NCDHW"}),
    ),
)
convolution = _convolution(
    "convolution",
    None,
    (
        Sample((X1, W1), {"dilations": 2}),
        Sample((some(2, 2, 3, 2, 2), some(1, 2, 2, 3)), {"strides": (2, 1), "padding": "SAME"}),
    ),
)
conv1d_transpose = _transpose(
    "conv1d_transpose",
    1,
    (
        Sample((X1[:, :3], W1), {"output_shape": (2, 6, 2), "strides": 2}),
        Sample((X1[:, :3], W1), {"strides": 2, "padding": "VALID"}),
    ),
)
conv2d_transpose = _transpose(
    "conv2d_transpose",
    2,
    (
        Sample((X2[:1], W2), {"output_shape": (1, 8, 5, 2), "strides": (1, 2, 2, 1)}),
        Sample((X2[:1], W2), {"strides": 2, "padding": "VALID", "dilations": (1, 2)}),
        Sample((X2[:1], some(2, 2, 1, 2)), {"output_shape": (1, 4, 3, 2), "padding": ((0, 1), (1, 0))}),
        Sample((X2[:1], some(2, 2, 2, 4)), {"strides": 3, "padding": "SAME", "data_format": "NCHW"}),
    ),
)
conv3d_transpose = _transpose(
    "conv3d_transpose", 3, (Sample((X3[:, :, :2, :2, :1], W3), {"output_shape": (2, 3, 4), "strides": (1, 2, 2)}),)
)
conv_transpose = _transpose("conv_transpose", None, (Sample((X1[:, :3], W1), {"output_shape": 5, "strides": 2}),))
