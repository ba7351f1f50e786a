"""Normalisations by size, and by statistics that are given: l2_normalize, rms_norm, batch_normalization."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.affine import layer, layers, put, taken
from gradstudio.engine.ops.calling import OVER_SHAPE
from gradstudio.engine.ops.complex_numbers import is_complex

primitive = category("network")
composite = composites("network")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.cos(np.arange(24.0) * 1.3).reshape(2, 3, 4)
S, B = np.array([1.5, 0.5, -0.75]), np.array([0.1, -0.2, 0.3])
V = np.array([0.5, 2.0, 1.25])


def _inverse(x: Any, axis: Any, epsilon: float) -> tuple[Any, Any]:
    """One over the length, and one over its cube where x has a say in the length."""
    squares = op.real(x * op.conj(x)) if is_complex(x) else x * x
    total = op.sum(squares, axis=axis, keepdims=True)
    inverse = op.rsqrt(op.maximum(total, epsilon))
    return inverse, op.where(op.greater_equal(total, epsilon), inverse * inverse * inverse, 0.0)


def _unit(g: Any, _ans: Any, x: Any, axis: Any = None, epsilon: float = 1e-12) -> Any:
    inverse, cube = _inverse(x, axis, epsilon)
    if is_complex(x):
        return g * inverse - op.conj(x) * (cube * op.sum(op.real(g * x), axis=axis, keepdims=True))
    return g * inverse - x * (cube * op.sum(g * x, axis=axis, keepdims=True))


def _unit_forward(slot: int, v: Any, ans: Any, x: Any, axis: Any = None, epsilon: float = 1e-12) -> Any:
    inverse, cube = _inverse(x, axis, epsilon)
    along = op.real(v * op.conj(x)) if is_complex(x) else v * x
    return v * inverse - x * (cube * op.sum(along, axis=axis, keepdims=True))


@primitive(
    (_unit,),
    aliases=("nn.l2_normalize", "math.l2_normalize"),
    renamed={"dim": "axis"},
    samples=(Sample((M,)), Sample((M,), {"axis": 0}), Sample((C,), {"axis": (0, -1), "epsilon": 0.01})),
    batch="along axis",
    jvp=_unit_forward,
)
def l2_normalize(xp: Any, x: Any, *, axis: Any = None, epsilon: float = 1e-12) -> Any:
    """x divided by its Euclidean length over axis, which None makes all axes; x may be complex.

    epsilon is the least square of a length: shorter values are divided by its root, so that 0 stays 0 and the
    gradient is finite there.
    """
    squares = xp.real(x) ** 2 + xp.imag(x) ** 2 if is_complex(x) else xp.multiply(x, x)
    return x / xp.sqrt(xp.maximum(xp.sum(squares, axis=axis, keepdims=True), float(epsilon)))


def _average(x: Any, axis: Any) -> Any:
    return op.sum(x, axis=axis, keepdims=True) / float(max(shapes.count(x, axis), 1))


def _over_rms(v: Any, x: Any, axis: Any, epsilon: float) -> Any:
    """A cotangent or tangent through x / rms(x), whose Jacobian is symmetric."""
    narrow = op.rsqrt(_average(x * x, axis) + epsilon)
    y = x * narrow
    return narrow * (v - y * _average(v * y, axis))


def _rms_x(g: Any, _ans: Any, x: Any, scale: Any, axis: Any = -1, epsilon: float = 1e-6) -> Any:
    gone, own = layer(shapes.rank(x), axis)
    return _over_rms(g if scale is None else g * put(scale, x, own), x, gone, epsilon)


def _rms_scale(g: Any, _ans: Any, x: Any, _scale: Any, axis: Any = -1, epsilon: float = 1e-6) -> Any:
    gone, own = layer(shapes.rank(x), axis)
    return taken(g * (x * op.rsqrt(_average(x * x, gone) + epsilon)), _scale, x, own)


def _rms_forward(slot: int, v: Any, ans: Any, x: Any, scale: Any, axis: Any = -1, epsilon: float = 1e-6) -> Any:
    gone, own = layer(shapes.rank(x), axis)
    if slot == 1:
        return x * op.rsqrt(_average(x * x, gone) + epsilon) * put(v, x, own)
    y = _over_rms(v, x, gone, epsilon)
    return y if scale is None else y * put(scale, x, own)


@primitive(
    (_rms_x, _rms_scale),
    optional=1,
    aliases=("nn.rms_norm", "rms_normalization"),
    calling=OVER_SHAPE,
    renamed={"gamma": "scale", "weight": "scale", "eps": "epsilon"},
    samples=(Sample((M, S)), Sample((M,), {"axis": 0}), Sample((C, S), {"axis": 1, "epsilon": 0.01})),
    batch=layers,
    jvp=_rms_forward,
)
def rms_norm(xp: Any, x: Any, scale: Any, *, axis: Any = -1, epsilon: float = 1e-6) -> Any:
    """x divided by the root of its mean square (plus epsilon) over axis, times scale.

    axis: one axis, several, or None for all. scale: of the shape that x has along axis, or anything that broadcasts
    against x. Source: Zhang & Sennrich, Root Mean Square Layer Normalization (2019), section 4.
    """
    gone, own = layer(shapes.rank(x), axis)
    squares = xp.sum(xp.multiply(x, x), axis=gone, keepdims=True) / max(shapes.count(x, gone), 1)
    y = x / xp.sqrt(squares + float(epsilon))
    return y if scale is None else y * put(scale, x, own)


def _slope(variance: Any, scale: Any, epsilon: float) -> Any:
    narrow = op.rsqrt(variance + epsilon)
    return narrow if scale is None else narrow * scale


def _to_variance(
    g: Any, _ans: Any, x: Any, mean: Any, variance: Any, _offset: Any, scale: Any, variance_epsilon: float = 1e-3
) -> Any:
    narrow = op.rsqrt(variance + variance_epsilon)
    return -0.5 * (g * (x - mean)) * (_slope(variance, scale, variance_epsilon) * (narrow * narrow))


@primitive(
    (
        lambda g, _ans, _x, _mean, variance, _offset, scale, variance_epsilon=1e-3: (
            g * _slope(variance, scale, variance_epsilon)
        ),
        lambda g, _ans, _x, _mean, variance, _offset, scale, variance_epsilon=1e-3: op.negative(
            g * _slope(variance, scale, variance_epsilon)
        ),
        _to_variance,
        lambda g, _ans, _x, _mean, _variance, _offset, _scale, variance_epsilon=1e-3: g,
        lambda g, _ans, x, mean, variance, _offset, _scale, variance_epsilon=1e-3: (
            g * (x - mean) * op.rsqrt(variance + variance_epsilon)
        ),
    ),
    optional=2,
    aliases=("nn.batch_normalization",),
    renamed={"beta": "offset", "gamma": "scale", "epsilon": "variance_epsilon"},
    samples=(
        Sample((M, B, V, S, V), {"variance_epsilon": 0.01}),
        Sample((M, B, V, None, S)),
        Sample((M, 0.5, 2.0)),
        Sample((C, C[0, :, :1], V[:, None], S[:, None]), {"variance_epsilon": 0.1}),
    ),
    batch="elementwise",
)
def batch_normalization(
    xp: Any, x: Any, mean: Any, variance: Any, offset: Any, scale: Any, *, variance_epsilon: float = 1e-3
) -> Any:
    """(x - mean) / sqrt(variance + variance_epsilon), times scale, plus offset; all broadcast against x."""
    slope = 1.0 / xp.sqrt(xp.add(variance, float(variance_epsilon)))
    y = xp.subtract(x, mean) * (slope if scale is None else slope * scale)
    return y if offset is None else y + offset


@composite(
    aliases=("nn.local_response_normalization", "nn.lrn", "lrn"),
    samples=(
        Sample((C,), {"depth_radius": 1, "bias": 1.5, "alpha": 0.5, "beta": 0.75}),
        Sample((M,)),
    ),
)
def local_response_normalization(
    x: Any, *, depth_radius: int = 5, bias: float = 1.0, alpha: float = 1.0, beta: float = 0.5
) -> Any:
    """x / (bias + alpha s) ** beta, where s sums the squares of the channels at most depth_radius away.

    Channels are the last axis. Source: Krizhevsky, Sutskever & Hinton (2012), section 3.3, with TensorFlow's sum.
    """
    place = namespace(x).arange(shapes.shape(x)[-1])
    near = op.cast(op.less_equal(op.abs(op.subtract(place[:, None], place)), depth_radius), dtype=x.dtype)
    around = op.matmul(op.square(x), near)
    return op.divide(x, op.power(op.add(op.multiply(around, alpha), bias), beta))
