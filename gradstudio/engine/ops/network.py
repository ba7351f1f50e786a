"""Activations of neural networks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category, op

primitive = category("network", batch="elementwise")
R = (Sample((np.array([-2.0, -0.3, 0.4, 1.5]),)), Sample((0.75,)))
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
ROWS = (Sample((M,)), Sample((M,), {"axis": 0}))


def _scalar_sigmoid(x: float) -> float:
    small = math.exp(-abs(x))
    return (1.0 if x >= 0 else small) / (1.0 + small)


def _scalar_relu(x: float) -> float:
    return x if x > 0 or x != x else 0.0


@primitive(
    (lambda g, ans, x: g * ans * (1.0 - ans),),
    aliases=("nn.sigmoid", "math.sigmoid", "logistic"),
    latex=r"\sigma({x})",
    samples=R,
    scalar=_scalar_sigmoid,
)
def sigmoid(xp: Any, x: Any) -> Any:
    """1 / (1 + exp(-x)), safe for large x of either sign."""
    small = xp.exp(-xp.abs(x))
    return xp.where(xp.greater_equal(x, 0), xp.ones_like(small), small) / (1 + small)


@primitive(
    (lambda g, ans, x: op.where(op.greater(x, 0), g, 0.0),), aliases=("nn.relu",), samples=R, scalar=_scalar_relu
)
def relu(xp: Any, x: Any) -> Any:
    """x where positive, else 0; the gradient at 0 is 0."""
    return xp.maximum(x, 0)


@primitive(
    (lambda g, ans, x, alpha=0.2: op.where(op.greater(x, 0), g, alpha * g),),
    aliases=("nn.leaky_relu",),
    samples=R,
)
def leaky_relu(xp: Any, x: Any, *, alpha: float = 0.2) -> Any:
    """x where positive, else alpha times x."""
    return xp.where(xp.greater(x, 0), x, alpha * x)


@primitive(
    (lambda g, ans, x: op.where(op.greater(x, 0), g, g * (ans + 1.0)),),
    aliases=("nn.elu",),
    samples=R,
)
def elu(xp: Any, x: Any) -> Any:
    """x where positive, else exp(x) - 1."""
    return xp.where(xp.greater(x, 0), x, xp.expm1(xp.minimum(x, 0)))


@primitive(
    (lambda g, ans, x: g * op.sigmoid(x),),
    aliases=("nn.softplus", "math.softplus"),
    samples=R,
    latex=r"\ln(1 + e^{{{x}}})",
)
def softplus(xp: Any, x: Any) -> Any:
    """log(1 + exp(x)), safe for large x."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x)))


def _silu(g: Any, ans: Any, x: Any) -> Any:
    s = op.sigmoid(x)
    return g * (s + ans * (1.0 - s))


@primitive((_silu,), aliases=("nn.silu", "swish", "nn.swish"), samples=R)
def silu(xp: Any, x: Any) -> Any:
    """x times sigmoid(x)."""
    small = xp.exp(-xp.abs(x))
    return x * (xp.where(xp.greater_equal(x, 0), xp.ones_like(small), small) / (1 + small))


@primitive(
    (lambda g, ans, x, axis=-1: ans * (g - op.sum(g * ans, axis=axis, keepdims=True)),),
    aliases=("nn.softmax",),
    samples=ROWS,
    batch="along one axis",
)
def softmax(xp: Any, x: Any, *, axis: int = -1) -> Any:
    """Exponentials divided by their sum along axis, safe for large inputs."""
    e = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
    return e / xp.sum(e, axis=axis, keepdims=True)


@primitive(
    (lambda g, ans, x, axis=-1: g - op.exp(ans) * op.sum(g, axis=axis, keepdims=True),),
    aliases=("nn.log_softmax",),
    samples=ROWS,
    batch="along one axis",
)
def log_softmax(xp: Any, x: Any, *, axis: int = -1) -> Any:
    """Logarithm of softmax along axis, safe for large inputs."""
    shifted = x - xp.max(x, axis=axis, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))


@primitive(
    (lambda g, ans, x: g * op.sigmoid(op.negative(x)),),
    aliases=("nn.log_sigmoid", "math.log_sigmoid"),
    samples=R,
)
def log_sigmoid(xp: Any, x: Any) -> Any:
    """Logarithm of sigmoid(x), safe for large negative x."""
    return xp.minimum(x, 0) - xp.log1p(xp.exp(-xp.abs(x)))


@primitive(
    (lambda g, ans, x: op.where(op.logical_and(op.greater(x, 0), op.less(x, 6)), g, 0.0),),
    aliases=("nn.relu6",),
    samples=(*R, Sample((np.array([5.5, 7.0]),))),
)
def relu6(xp: Any, x: Any) -> Any:
    """x limited to 0..6; the gradient at both corners is 0."""
    return xp.minimum(xp.maximum(x, 0), 6)


SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


@primitive(
    (lambda g, ans, x: op.where(op.greater(x, 0), SELU_SCALE * g, g * (ans + SELU_SCALE * SELU_ALPHA)),),
    aliases=("nn.selu",),
    samples=R,
)
def selu(xp: Any, x: Any) -> Any:
    """Scaled elu that keeps mean 0 and variance 1 (Klambauer et al., 2017)."""
    return SELU_SCALE * xp.where(xp.greater(x, 0), x, SELU_ALPHA * xp.expm1(xp.minimum(x, 0)))


@primitive((lambda g, ans, x: g / op.square(1.0 + op.abs(x)),), aliases=("nn.softsign",), samples=R)
def softsign(xp: Any, x: Any) -> Any:
    """x / (1 + |x|)."""
    return x / (1 + xp.abs(x))


def _mish(g: Any, ans: Any, x: Any) -> Any:
    t = op.tanh(op.softplus(x))
    return g * (t + x * (1.0 - t * t) * op.sigmoid(x))


@primitive((_mish,), aliases=("nn.mish",), samples=R)
def mish(xp: Any, x: Any) -> Any:
    """x times tanh of softplus(x)."""
    return x * xp.tanh(xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x))))


def _between(x: Any, low: float, high: float) -> Any:
    return op.logical_and(op.greater(x, low), op.less(x, high))


@primitive((lambda g, ans, x: op.where(_between(x, -3.0, 3.0), g / 6.0, 0.0),), aliases=("nn.hard_sigmoid",), samples=R)
def hard_sigmoid(xp: Any, x: Any) -> Any:
    """A sigmoid of straight lines: x / 6 + 0.5, limited to 0..1."""
    return xp.minimum(xp.maximum(x / 6 + 0.5, 0), 1)


def _hard_swish(g: Any, ans: Any, x: Any) -> Any:
    bent = op.where(_between(x, -3.0, 3.0), x / 3.0 + 0.5, 0.0)
    return g * op.where(op.greater_equal(x, 3.0), 1.0, bent)


@primitive((_hard_swish,), aliases=("nn.hard_swish", "hardswish"), samples=(*R, Sample((np.array([-4.0, 3.5]),))))
def hard_swish(xp: Any, x: Any) -> Any:
    """x times hard_sigmoid(x)."""
    return x * xp.minimum(xp.maximum(x / 6 + 0.5, 0), 1)


@primitive((lambda g, ans, x: op.where(_between(x, -1.0, 1.0), g, 0.0),), aliases=("hardtanh",), samples=R)
def hard_tanh(xp: Any, x: Any) -> Any:
    """x limited to -1..1; the gradient at both corners is 0."""
    return xp.minimum(xp.maximum(x, -1), 1)


def _normalized(g: Any, ans: Any, x: Any, axis: Any = -1, epsilon: float = 1e-12) -> Any:
    size = op.sqrt(op.maximum(op.sum(x * x, axis=axis, keepdims=True), epsilon))
    grows = op.greater(op.sum(x * x, axis=axis, keepdims=True), epsilon)
    inward = op.where(grows, op.sum(g * x, axis=axis, keepdims=True), 0.0)
    return g / size - x * inward / (size * size * size)


@primitive(
    (_normalized,),
    aliases=("nn.l2_normalize", "math.l2_normalize"),
    samples=(Sample((M,)), Sample((M,), {"axis": 0})),
    batch="",
)
def l2_normalize(xp: Any, x: Any, *, axis: Any = -1, epsilon: float = 1e-12) -> Any:
    """x divided by its Euclidean length over axis; epsilon is the least square of a length."""
    return x / xp.sqrt(xp.maximum(xp.sum(x * x, axis=axis, keepdims=True), epsilon))
