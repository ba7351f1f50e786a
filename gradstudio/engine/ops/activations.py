"""Smooth activations of neural networks, and gates made of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine import shapes
from gradstudio.engine.backends import special
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.complex_numbers import is_complex
from gradstudio.engine.ops.large_arrays import FEW, are_large

primitive = category("network", batch="elementwise")
composite = composites("network")
R = (Sample((np.array([-2.0, -0.3, 0.4, 1.5]),)), Sample((0.75,)))


def _scalar_sigmoid(x: float) -> float:
    small = math.exp(-abs(x))
    return (1.0 if x >= 0 else small) / (1.0 + small)


def _logistic(xp: Any, x: Any) -> Any:
    small = xp.exp(-xp.abs(x))
    return xp.where(xp.greater_equal(x, 0), xp.ones_like(small), small) / (1 + small)


def _sigmoid(g: Any, ans: Any, _x: Any) -> Any:
    if type(g) is ndarray and g.size > FEW and are_large(g, ans):
        slope = 1.0 - ans
        slope *= ans
        slope *= g
        return slope
    return g * ans * (1.0 - ans)


@primitive(
    (_sigmoid,),
    aliases=("nn.sigmoid", "math.sigmoid", "logistic", "expit"),
    latex=r"\sigma({x})",
    samples=R,
    scalar=_scalar_sigmoid,
)
def sigmoid(xp: Any, x: Any) -> Any:
    """1 / (1 + exp(-x)), safe for large x of either sign; x may be complex."""
    if is_complex(x):
        return 0.5 + 0.5 * xp.tanh(0.5 * x)
    return _logistic(xp, x)


@primitive(
    (lambda g, _ans, x: g * op.sigmoid(op.negative(x)),),
    aliases=("nn.log_sigmoid", "math.log_sigmoid", "logsigmoid"),
    samples=R,
)
def log_sigmoid(xp: Any, x: Any) -> Any:
    """Logarithm of sigmoid(x), safe for large negative x."""
    return xp.minimum(x, 0) - xp.log1p(xp.exp(-xp.abs(x)))


@primitive(
    (lambda g, _ans, x: g * op.sigmoid(x),),
    aliases=("nn.softplus", "math.softplus"),
    samples=R,
    latex=r"\ln(1 + e^{{{x}}})",
)
def softplus(xp: Any, x: Any) -> Any:
    """log(1 + exp(x)), safe for large x."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x)))


@primitive((lambda g, _ans, x: g / op.square(1.0 + op.abs(x)),), aliases=("nn.softsign", "math.softsign"), samples=R)
def softsign(xp: Any, x: Any) -> Any:
    """x / (1 + |x|)."""
    return x / (1 + xp.abs(x))


def _silu(g: Any, ans: Any, x: Any, beta: Any) -> Any:
    s = op.sigmoid(x if beta is None else x * beta)
    bent = ans * (1.0 - s)
    return g * (s + (bent if beta is None else bent * beta))


@primitive(
    (_silu, lambda g, ans, x, beta: g * (x * ans) * (1.0 - op.sigmoid(x * beta))),
    aliases=("nn.silu", "swish", "nn.swish"),
    optional=1,
    samples=(
        *R,
        Sample((np.array([-2.0, -0.3, 0.4, 1.5]), 1.5)),
        Sample((np.array([0.5, -1.0]), np.array([2.0, 0.25]))),
    ),
)
def silu(xp: Any, x: Any, beta: Any) -> Any:
    """x times sigmoid(beta x); beta is 1 unless given, broadcasts against x and has a gradient."""
    return x * _logistic(xp, x if beta is None else xp.multiply(x, beta))


def _mish(g: Any, _ans: Any, x: Any) -> Any:
    t = op.tanh(op.softplus(x))
    return g * (t + x * (1.0 - t * t) * op.sigmoid(x))


@primitive((_mish,), aliases=("nn.mish",), samples=R)
def mish(xp: Any, x: Any) -> Any:
    """x times tanh of softplus(x) (Misra, 2019)."""
    return x * xp.tanh(xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x))))


_HALF, _BENT = math.sqrt(2.0 / math.pi), 0.044715
"""The two numbers of the tanh form of gelu."""


def _by_tanh(approximate: Any) -> bool:
    """PyTorch names the two forms, TensorFlow says whether the result is approximate."""
    if isinstance(approximate, str) and approximate not in ("none", "tanh"):
        raise ValueError(f'approximate={approximate!r} is not known: use False ("none") or True ("tanh")')
    return approximate == "tanh" or approximate is True


def _gelu(g: Any, _ans: Any, x: Any, approximate: Any = False) -> Any:
    if _by_tanh(approximate):
        t = op.tanh(_HALF * (x + _BENT * (x * x * x)))
        slope = _HALF * (1.0 + (3.0 * _BENT) * (x * x))
        return g * (0.5 * (1.0 + t) + (0.5 * x) * (1.0 - t * t) * slope)
    density = op.exp(-0.5 * (x * x)) * (1.0 / math.sqrt(2.0 * math.pi))
    return g * (0.5 * op.erfc(x * -math.sqrt(0.5)) + x * density)


@primitive(
    (_gelu,),
    aliases=("nn.gelu",),
    samples=(
        *R,
        Sample((np.array([-2.0, -0.3, 0.4, 1.5]),), {"approximate": True}),
        Sample((0.75,), {"approximate": "tanh"}),
    ),
)
def gelu(xp: Any, x: Any, *, approximate: Any = False) -> Any:
    """x times the normal distribution function of x.

    approximate: False ("none") for the function itself, True ("tanh") for its form with tanh. Raises ValueError for
    another word. Source: Hendrycks & Gimpel, Gaussian Error Linear Units (2016), section 2.
    """
    if _by_tanh(approximate):
        return 0.5 * x * (1.0 + xp.tanh(_HALF * (x + _BENT * (x * x * x))))
    # erfc, because 1 + erf(x) cancels for negative x.
    return 0.5 * x * special(xp).erfc(xp.multiply(x, -math.sqrt(0.5)))


def _tanhshrink(g: Any, _ans: Any, x: Any) -> Any:
    t = op.tanh(x)
    return g * (t * t)


@primitive((_tanhshrink,), aliases=("tanhshrink",), samples=R)
def tanh_shrink(xp: Any, x: Any) -> Any:
    """x less tanh(x)."""
    return x - xp.tanh(x)


@composite(
    aliases=("nn.glu",),
    renamed={"dim": "axis"},
    samples=(Sample((np.array([[0.5, -1.25, 2.0, 1.0], [1.5, 0.25, -0.75, -2.0]]),), {"axis": -1}),),
)
def glu(x: Any, *, axis: int = -1) -> Any:
    """The first half along axis times the sigmoid of the second half.

    Raises ValueError where axis has an odd length. Source: Dauphin et al. (2017), section 2.
    """
    (place,) = shapes.axes(x, axis)
    length = shapes.shape(x)[place]
    if length % 2:
        raise ValueError(f"glu: axis {axis} has {length} elements, which cannot be halved: it needs an even number")
    front = (slice(None),) * place
    first = op.getitem(x, key=(*front, slice(0, length // 2)))
    second = op.getitem(x, key=(*front, slice(length // 2, None)))
    return op.multiply(first, op.sigmoid(second))
