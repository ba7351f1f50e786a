"""Normalisations: values brought to mean 0 and variance 1 over some of their axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.affine import Span, batch, batches_of_layers, layer, layers, put, taken
from gradstudio.engine.ops.calling import IN_GROUPS, OVER_SHAPE

primitive = category("network")
composite = composites("network")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.cos(np.arange(24.0) * 1.3).reshape(2, 3, 4)
S, B = np.array([1.5, 0.5, -0.75]), np.array([0.1, -0.2, 0.3])
RENAMED = {"gamma": "scale", "beta": "offset", "weight": "scale", "bias": "offset", "eps": "epsilon"}


def _mean(xp: Any, x: Any, axis: Any) -> Any:
    """Mean over axis, kept; 0 where there is nothing to average."""
    return xp.sum(x, axis=axis, keepdims=True) / max(shapes.count(x, axis), 1)


def _standard(xp: Any, x: Any, axis: Any, epsilon: float) -> Any:
    centred = x - _mean(xp, x, axis)
    return centred / xp.sqrt(_mean(xp, centred * centred, axis) + float(epsilon))


def _average(x: Any, axis: Any) -> Any:
    return op.sum(x, axis=axis, keepdims=True) / float(max(shapes.count(x, axis), 1))


def _through(g: Any, x: Any, axis: Any, epsilon: float) -> Any:
    """A cotangent or tangent through standardize, whose Jacobian is symmetric."""
    centred = x - _average(x, axis)
    narrow = op.rsqrt(_average(centred * centred, axis) + float(epsilon))
    y = centred * narrow
    return narrow * (g - _average(g, axis) - y * _average(g * y, axis))


@primitive(
    (lambda g, _ans, x, axis=-1, epsilon=1e-5: _through(g, x, axis, epsilon),),
    aliases=("nn.standardize",),
    renamed=RENAMED,
    samples=(Sample((M,)), Sample((M,), {"axis": 0, "epsilon": 0.01}), Sample((C,), {"axis": (0, -1)})),
    batch="along axis",
    jvp="same",
)
def standardize(xp: Any, x: Any, *, axis: Any = -1, epsilon: float = 1e-5) -> Any:
    """x less its mean over axis, divided by the square root of its variance plus epsilon.

    axis: one axis, several, or None for all. The variance divides by n.
    """
    return _standard(xp, x, axis, epsilon)


def _forward(xp: Any, x: Any, scale: Any, offset: Any, axis: Any, epsilon: float, span: Span) -> Any:
    gone, own = span(shapes.rank(x), axis)
    y = _standard(xp, x, gone, epsilon)
    if scale is not None:
        y = y * put(scale, x, own)
    return y if offset is None else y + put(offset, x, own)


def _rules(span: Span, default: Any) -> tuple[tuple[Any, Any, Any], Any]:
    """The rules of x, scale and offset, and the one that pushes tangents."""

    def to_x(g: Any, _ans: Any, x: Any, scale: Any, _offset: Any, axis: Any = default, epsilon: float = 1e-5) -> Any:
        gone, own = span(shapes.rank(x), axis)
        return _through(g if scale is None else g * put(scale, x, own), x, gone, epsilon)

    def to_scale(
        g: Any, _ans: Any, x: Any, _scale: Any, _offset: Any, axis: Any = default, epsilon: float = 1e-5
    ) -> Any:
        gone, own = span(shapes.rank(x), axis)
        return taken(g * op.standardize(x, axis=gone, epsilon=epsilon), _scale, x, own)

    def to_offset(
        g: Any, _ans: Any, _x: Any, _scale: Any, _offset: Any, axis: Any = default, epsilon: float = 1e-5
    ) -> Any:
        return taken(g, _offset, _x, span(shapes.rank(_x), axis)[1])

    def push(
        slot: int, v: Any, ans: Any, x: Any, scale: Any, offset: Any, axis: Any = default, epsilon: float = 1e-5
    ) -> Any:
        gone, own = span(shapes.rank(x), axis)
        if slot == 2:
            return put(v, x, own)
        if slot == 1:
            return op.standardize(x, axis=gone, epsilon=epsilon) * put(v, x, own)
        y = _through(v, x, gone, epsilon)
        return y if scale is None else y * put(scale, x, own)

    return (to_x, to_scale, to_offset), push


_layer_rules, _layer_push = _rules(layer, -1)
_batch_rules, _batch_push = _rules(batch, None)


@primitive(
    _layer_rules,
    optional=2,
    renamed=RENAMED,
    aliases=("nn.layer_norm", "layer_normalization"),
    calling=OVER_SHAPE,
    samples=(
        Sample((M, S, B)),
        Sample((M, S)),
        Sample((M,), {"axis": 0}),
        Sample((C, S, B), {"axis": 1, "epsilon": 0.01}),
        Sample((C, C[0], C[1]), {"axis": (-2, -1)}),
    ),
    batch=layers,
    jvp=_layer_push,
)
def layer_norm(xp: Any, x: Any, scale: Any, offset: Any, *, axis: Any = -1, epsilon: float = 1e-5) -> Any:
    """x standardized over axis, times scale, plus offset.

    axis: one axis, several, or None for all. scale, offset: of the shape that x has along axis, or anything that
    broadcasts against x. PyTorch's layer_norm(x, normalized_shape, weight, bias) is understood. Source: Ba, Kiros &
    Hinton, Layer Normalization (2016), section 3.
    """
    return _forward(xp, x, scale, offset, axis, epsilon, layer)


@primitive(
    _batch_rules,
    optional=2,
    renamed=RENAMED,
    aliases=("nn.batch_norm",),
    samples=(
        Sample((M, S, B)),
        Sample((M, S)),
        Sample((C,)),
        Sample((C, S, B), {"axis": (0, 2), "epsilon": 0.01}),
    ),
    batch=batches_of_layers,
    jvp=_batch_push,
)
def batch_norm(xp: Any, x: Any, scale: Any, offset: Any, *, axis: Any = None, epsilon: float = 1e-5) -> Any:
    """x standardized by the mean and variance of its batch, times scale, plus offset.

    axis: the axes that are averaged over; all but the last (the channels) unless given. scale, offset: one number for
    each channel, or anything that broadcasts against x. With a mean and variance of your own use batch_normalization.
    Source: Ioffe & Szegedy, Batch Normalization (2015), algorithm 1.
    """
    return _forward(xp, x, scale, offset, axis, epsilon, batch)


@composite(
    optional=2,
    renamed={**RENAMED, "num_groups": "groups"},
    aliases=("nn.group_norm", "group_normalization"),
    calling=IN_GROUPS,
    samples=(
        Sample((C, np.array([1.0, -0.5, 2.0, 0.25]), np.array([0.1, 0.0, -0.2, 0.3])), {"groups": 2}),
        Sample((C[0],), {"groups": 2, "epsilon": 0.1}),
        Sample((C.swapaxes(1, 2), np.array([1.0, -0.5, 2.0, 0.25])), {"groups": 2, "axis": 1}),
    ),
)
def group_norm(x: Any, scale: Any, offset: Any, *, groups: int, axis: int = -1, epsilon: float = 1e-5) -> Any:
    """x standardized over each group of its channels and all its positions, times scale, plus offset.

    x: (batch, *positions, channels), or with the channels in another axis; scale, offset: (channels,). PyTorch's
    group_norm(x, num_groups, weight, bias), channels in axis 1, is understood. Raises ValueError where groups does
    not divide the channels. Source: Wu & He, Group Normalization (2018), section 3.1.
    """
    if axis not in (-1, shapes.rank(x) - 1):
        last = op.moveaxis(x, source=axis, destination=-1)
        return op.moveaxis(
            group_norm.forward(last, scale, offset, groups=groups, epsilon=epsilon), source=-1, destination=axis
        )
    dims = shapes.shape(x)
    if len(dims) < 2 or groups < 1 or dims[-1] % groups:
        raise ValueError(
            f"group_norm: x of shape {shapes.text(dims)} needs a batch axis and a last axis that {groups} groups divide"
        )
    apart = op.reshape(x, shape=(*dims[:-1], groups, dims[-1] // groups))
    over = (*range(1, len(dims) - 1), len(dims))
    y = op.reshape(op.standardize(apart, axis=over, epsilon=epsilon), shape=dims)
    if scale is not None:
        y = op.multiply(y, scale)
    return y if offset is None else op.add(y, offset)
