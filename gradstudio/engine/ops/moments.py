"""Statistics that layers are made of (mean and variance together), and the bias that they add."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.primitive import TABLE

composite = composites("network")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.cos(np.arange(24.0) * 1.3).reshape(2, 3, 4)


@composite(
    aliases=("nn.moments",),
    renamed={"axis": "axes", "keep_dims": "keepdims"},
    samples=(Sample((M,), {"axes": 0}), Sample((C,), {"axes": (0, 2), "keepdims": True})),
)
def moments(x: Any, *, axes: Any, shift: Any = None, keepdims: bool = False) -> tuple[Any, Any]:
    """Mean and variance of x over axes, as a pair.

    axes: one axis, several, or None for all. The variance divides by n. shift is taken for TensorFlow's sake and
    changes nothing.
    """
    return op.mean(x, axis=axes, keepdims=keepdims), op.var(x, axis=axes, keepdims=keepdims)


def _weighted(x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False, name: Any = None) -> Any:
    """Weighted mean and variance of x over axes, as a pair."""
    return TABLE["weighted_moments"](x, frequency_weights, axes=axes, keepdims=keepdims)


@composite(
    spellings={"nn.weighted_moments": _weighted},
    samples=(
        Sample((M, np.array([0.5, 1.0, 2.0])), {"axes": 1}),
        Sample((M, np.array([[0.5], [1.0]])), {"axes": (0, 1), "keepdims": True}),
    ),
)
def weighted_moments(x: Any, frequency_weights: Any, *, axes: Any, keepdims: bool = False) -> tuple[Any, Any]:
    """Weighted mean and variance of x over axes, as a pair; the weights broadcast against x."""
    dims = np.broadcast_shapes(shapes.shape(x), shapes.shape(frequency_weights))
    weights = op.broadcast_to(frequency_weights, shape=dims)
    total = op.sum(weights, axis=axes, keepdims=True)
    mean = op.divide(op.sum(op.multiply(weights, x), axis=axes, keepdims=True), total)
    spread = op.multiply(weights, op.squared_difference(x, mean))
    variance = op.divide(op.sum(spread, axis=axes, keepdims=keepdims), total if keepdims else _lower(total, axes))
    return (mean if keepdims else _lower(mean, axes)), variance


def _lower(x: Any, axes: Any) -> Any:
    """A kept reduction without the axes of length 1 that it kept."""
    return op.squeeze(x, axis=shapes.axes(x, axes))


@composite(
    aliases=("nn.bias_add",),
    samples=(
        Sample((M, np.array([0.1, -0.2, 0.3]))),
        Sample((C, np.array([0.1, -0.2, 0.3])), {"data_format": "NCW"}),
    ),
)
def bias_add(x: Any, bias: Any, *, data_format: Any = None) -> Any:
    """x plus one number for each channel.

    bias: (channels,). data_format: "N...C" (the default) has the channels in the last axis, "NC..." in the second;
    "NHWC", "NCHW" and the like are read the same way. Raises ValueError where bias or data_format do not fit.
    """
    layout = "NC" if data_format is None else str(data_format)
    if not (layout.startswith("NC") or (layout.startswith("N") and layout.endswith("C"))):
        raise ValueError(f'bias_add: data_format={data_format!r} is not known: use "NHWC" or "NCHW"')
    rank = shapes.rank(x)
    place = 1 if layout.startswith("NC") and data_format is not None else rank - 1
    if shapes.rank(bias) != 1 or rank < 2 or shapes.shape(x)[place] != shapes.shape(bias)[0]:
        raise ValueError(
            f"bias_add: a bias of shape {shapes.text(shapes.shape(bias))} does not fit axis {place} of x of shape "
            f"{shapes.text(shapes.shape(x))}: it needs one number for each channel"
        )
    return op.add(x, op.reshape(bias, shape=(-1, *(1,) * (rank - 1 - place))) if place < rank - 1 else bias)
