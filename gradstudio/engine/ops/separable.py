"""Convolutions that treat each channel on its own."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.convolution import X2, some

composite = composites("network")


def _each_channel(filters: Any) -> Any:
    """Filters for each channel as those of a convolution with as many groups."""
    dims = shapes.shape(filters)
    if len(dims) != 4:
        raise ValueError(f"depthwise_conv2d: filters are [height, width, channels, number], not {shapes.text(dims)}")
    return op.reshape(filters, shape=(*dims[:2], 1, dims[2] * dims[3]))


@composite(
    aliases=("nn.depthwise_conv2d",),
    samples=(
        Sample((X2, some(2, 2, 2, 1)), {"strides": (1, 1, 1, 1), "padding": "SAME"}),
        Sample((X2, some(2, 2, 2, 2)), {"strides": 2, "padding": "VALID", "dilations": (1, 2)}),
        Sample((some(1, 2, 3, 3), some(2, 2, 2, 2)), {"padding": ((1, 1), (0, 0)), "data_format": "NCHW"}),
    ),
    renamed={"filter": "filters"},
)
def depthwise_conv2d(
    x: Any,
    filters: Any,
    *,
    strides: Any = 1,
    padding: Any = "VALID",
    data_format: Any = None,
    dilations: Any = None,
) -> Any:
    """Convolution of each channel with filters of its own.

    x: [batch, height, width, channels]; filters: [height, width, channels, number]; result channel
    c * number + m is channel c with filter m. The other words are those of conv2d. Raises ValueError as it does.
    """
    apart, have, wanted = _each_channel(filters), shapes.shape(x), shapes.shape(filters)[2]
    channels = have[-3 if data_format == "NCHW" else -1] if len(have) > 3 else wanted  # conv2d refuses fewer axes
    if channels != wanted:
        raise ValueError(f"depthwise_conv2d: {channels} channels do not fit filters for {wanted}")
    return op.conv2d(x, apart, strides=strides, padding=padding, data_format=data_format, dilations=dilations)


@composite(
    aliases=("nn.separable_conv2d",),
    samples=(Sample((X2, some(2, 2, 2, 2), some(1, 1, 4, 3)), {"strides": (1, 1, 1, 1), "padding": "SAME"}),),
)
def separable_conv2d(
    x: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    *,
    strides: Any = 1,
    padding: Any = "VALID",
    data_format: Any = None,
    dilations: Any = None,
) -> Any:
    """depthwise_conv2d, and a convolution with filters of one element that mixes its results.

    depthwise_filter: [height, width, channels, number]; pointwise_filter: [1, 1, channels * number, result
    channels]; the other words are those of conv2d. Raises ValueError as it does.
    """
    each = op.depthwise_conv2d(
        x, depthwise_filter, strides=strides, padding=padding, data_format=data_format, dilations=dilations
    )
    return op.conv2d(each, pointwise_filter, data_format=data_format)
