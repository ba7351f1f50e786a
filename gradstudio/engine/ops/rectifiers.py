"""Activations with corners: relu and its relatives, and straight-line forms of sigmoid, silu and tanh.

At a corner the gradient is that of the flat side (0 for relu at 0), unless a line says otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.subgradients import chosen

primitive = category("network", batch="elementwise")
composite = composites("network")
X = np.array([-2.0, -0.3, 0.4, 1.5])
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
R = (Sample((X,)), Sample((0.75,)))


def _scalar_relu(x: float) -> float:
    return x if x > 0 or x != x else 0.0


def _relu(g: Any, _ans: Any, x: Any) -> Any:
    if type(g) is ndarray is type(x):
        back: Any = (x > 0).astype(g.dtype)  # a product of numbers and truth values takes longer than both steps
        back = np.multiply(back, g, out=back) if g.shape == x.shape else back * g
    else:
        back = g * (x > 0) if type(g) is float is type(x) else op.multiply(g, op.greater(x, 0))
    slope = chosen("relu")
    return back if slope == 0.0 else op.where(op.equal(x, 0), slope * g, back)


@primitive((_relu,), aliases=("nn.relu",), samples=R, scalar=_scalar_relu)
def relu(xp: Any, x: Any) -> Any:
    """x where positive, else 0; the gradient at 0 is 0."""
    return xp.maximum(x, 0)


def _between(x: Any, low: float, high: float) -> Any:
    return op.logical_and(op.greater(x, low), op.less(x, high))


@primitive(
    (lambda g, _ans, x: op.where(_between(x, 0.0, 6.0), g, 0.0),),
    aliases=("nn.relu6",),
    samples=(*R, Sample((np.array([5.5, 7.0]),))),
)
def relu6(xp: Any, x: Any) -> Any:
    """x limited to 0..6; the gradient at both corners is 0."""
    return xp.minimum(xp.maximum(x, 0), 6)


@primitive(
    (lambda g, _ans, x, alpha=0.2: op.where(op.greater(x, 0), g, alpha * g),),
    aliases=("nn.leaky_relu",),
    renamed={"negative_slope": "alpha"},
    samples=(*R, Sample((X,), {"alpha": 0.05})),
)
def leaky_relu(xp: Any, x: Any, *, alpha: float = 0.2) -> Any:
    """x where positive, else alpha times x; the gradient at 0 is alpha."""
    return xp.where(xp.greater(x, 0), x, xp.multiply(x, float(alpha)))


@primitive(
    (
        lambda g, _ans, x, alpha: op.where(op.greater(x, 0), g, alpha * g),
        lambda g, _ans, x, _alpha: op.where(op.greater(x, 0), 0.0, g * x),
    ),
    aliases=("nn.prelu",),
    renamed={"weight": "alpha"},
    samples=(Sample((X, 0.25)), Sample((M, np.array([0.1, 0.2, -0.3]))), Sample((-0.75, 0.5))),
)
def prelu(xp: Any, x: Any, alpha: Any) -> Any:
    """x where positive, else alpha times x, with an alpha that is learned.

    alpha broadcasts against x: one number, or one for each channel of the last axis. At 0 the gradient of x is alpha.
    """
    return xp.where(xp.greater(x, 0), x, xp.multiply(alpha, x))


@primitive(
    (lambda g, ans, x, alpha=1.0: op.where(op.greater(x, 0), g, g * (ans + alpha)),),
    aliases=("nn.elu",),
    samples=(*R, Sample((X,), {"alpha": 0.4})),
)
def elu(xp: Any, x: Any, *, alpha: float = 1.0) -> Any:
    """x where positive, else alpha (exp(x) - 1); the gradient at 0 is alpha."""
    return xp.where(xp.greater(x, 0), x, xp.multiply(xp.expm1(xp.minimum(x, 0)), float(alpha)))


SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


@primitive(
    (lambda g, ans, x: op.where(op.greater_equal(x, 0), SELU_SCALE * g, g * (ans + SELU_SCALE * SELU_ALPHA)),),
    aliases=("nn.selu",),
    samples=R,
)
def selu(xp: Any, x: Any) -> Any:
    """Scaled elu that keeps mean 0 and variance 1 (Klambauer et al., 2017); at 0 it has the slope of its right side."""
    return SELU_SCALE * xp.where(xp.greater(x, 0), x, SELU_ALPHA * xp.expm1(xp.minimum(x, 0)))


@composite(aliases=("nn.crelu",), samples=(Sample((M,)), Sample((M,), {"axis": 0})))
def crelu(x: Any, *, axis: int = -1) -> Any:
    """relu of x and relu of -x, one after the other along axis, which becomes twice as long (Shang et al., 2016)."""
    return op.concatenate([op.relu(x), op.relu(op.negative(x))], axis=axis)


@primitive(
    (lambda g, _ans, x: op.where(_between(x, -3.0, 3.0), g / 6.0, 0.0),),
    aliases=("nn.hard_sigmoid", "hardsigmoid"),
    samples=(*R, Sample((np.array([-4.0, 3.5]),))),
)
def hard_sigmoid(xp: Any, x: Any) -> Any:
    """A sigmoid of straight lines: x / 6 + 0.5, limited to 0..1; the gradient at both corners is 0."""
    return xp.minimum(xp.maximum(x / 6 + 0.5, 0), 1)


def _hard_swish(g: Any, _ans: Any, x: Any) -> Any:
    bent = op.where(_between(x, -3.0, 3.0), x / 3.0 + 0.5, 0.0)
    return g * op.where(op.greater_equal(x, 3.0), 1.0, bent)


@primitive(
    (_hard_swish,),
    aliases=("nn.hard_swish", "hardswish", "hard_silu"),
    samples=(*R, Sample((np.array([-4.0, 3.5]),))),
)
def hard_swish(xp: Any, x: Any) -> Any:
    """x times hard_sigmoid(x); the gradient at -3 is 0 and at 3 is 1 (Howard et al., MobileNetV3, 2019)."""
    return x * xp.minimum(xp.maximum(x / 6 + 0.5, 0), 1)


@primitive(
    (lambda g, _ans, x, low=-1.0, high=1.0: op.where(_between(x, low, high), g, 0.0),),
    aliases=("nn.hard_tanh", "hardtanh"),
    renamed={"min_val": "low", "max_val": "high"},
    samples=(*R, Sample((X,), {"low": -0.5, "high": 2.0})),
)
def hard_tanh(xp: Any, x: Any, *, low: float = -1.0, high: float = 1.0) -> Any:
    """x limited to low..high, which are -1 and 1; the gradient at both corners is 0."""
    return xp.minimum(xp.maximum(x, float(low)), float(high))


@primitive(
    (lambda g, _ans, x, threshold=0.5: op.where(op.greater(op.abs(x), threshold), g, 0.0),),
    aliases=("hardshrink",),
    renamed={"lambd": "threshold"},
    samples=(*R, Sample((X,), {"threshold": 0.35})),
)
def hard_shrink(xp: Any, x: Any, *, threshold: float = 0.5) -> Any:
    """x, but 0 where |x| is at most threshold; there the gradient is 0 as well."""
    return xp.where(xp.abs(x) > threshold, x, xp.zeros_like(x))


@primitive(
    (lambda g, _ans, x, threshold=0.5: op.where(op.greater(op.abs(x), threshold), g, 0.0),),
    aliases=("softshrink",),
    renamed={"lambd": "threshold"},
    samples=(*R, Sample((X,), {"threshold": 0.35})),
)
def soft_shrink(xp: Any, x: Any, *, threshold: float = 0.5) -> Any:
    """x moved towards 0 by threshold, and 0 where |x| is at most that; there the gradient is 0 as well."""
    return xp.sign(x) * xp.maximum(xp.abs(x) - float(threshold), 0)
