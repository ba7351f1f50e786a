"""Trigonometric and hyperbolic primitives; angles in radians."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category, op

primitive = category("elementary", batch="elementwise")
R = (Sample((np.linspace(-2.0, 2.0, 5),)), Sample((0.75,)))
U = (Sample((np.linspace(-0.8, 0.8, 5),)),)
H = (Sample((np.array([1.2, 2.5]),)),)


@primitive((lambda g, ans, x: g * op.cos(x),), latex=r"\sin {x}", aliases=("math.sin",), samples=R, scalar=math.sin)
def sin(xp: Any, x: Any) -> Any:
    """Sine."""
    return xp.sin(x)


@primitive(
    (lambda g, ans, x: op.negative(g * op.sin(x)),),
    latex=r"\cos {x}",
    aliases=("math.cos",),
    samples=R,
    scalar=math.cos,
)
def cos(xp: Any, x: Any) -> Any:
    """Cosine."""
    return xp.cos(x)


@primitive(
    (lambda g, ans, x: g * (1.0 + ans * ans),), latex=r"\tan {x}", aliases=("math.tan",), samples=U, scalar=math.tan
)
def tan(xp: Any, x: Any) -> Any:
    """Tangent."""
    return xp.tan(x)


@primitive((lambda g, ans, x: g / op.sqrt(1.0 - x * x),), aliases=("asin", "math.asin"), samples=U, scalar=math.asin)
def arcsin(xp: Any, x: Any) -> Any:
    """Angle whose sine is x."""
    return xp.arcsin(x)


@primitive(
    (lambda g, ans, x: op.negative(g) / op.sqrt(1.0 - x * x),),
    aliases=("acos", "math.acos"),
    samples=U,
    scalar=math.acos,
)
def arccos(xp: Any, x: Any) -> Any:
    """Angle whose cosine is x."""
    return xp.arccos(x)


@primitive((lambda g, ans, x: g / (1.0 + x * x),), aliases=("atan", "math.atan"), samples=R, scalar=math.atan)
def arctan(xp: Any, x: Any) -> Any:
    """Angle whose tangent is x."""
    return xp.arctan(x)


@primitive((lambda g, ans, x: g * op.cosh(x),), aliases=("math.sinh",), samples=R, scalar=math.sinh)
def sinh(xp: Any, x: Any) -> Any:
    """Hyperbolic sine."""
    return xp.sinh(x)


@primitive((lambda g, ans, x: g * op.sinh(x),), aliases=("math.cosh",), samples=R, scalar=math.cosh)
def cosh(xp: Any, x: Any) -> Any:
    """Hyperbolic cosine."""
    return xp.cosh(x)


@primitive(
    (lambda g, ans, x: g * (1.0 - ans * ans),),
    latex=r"\tanh {x}",
    aliases=("math.tanh", "nn.tanh"),
    samples=R,
    scalar=math.tanh,
)
def tanh(xp: Any, x: Any) -> Any:
    """Hyperbolic tangent."""
    return xp.tanh(x)


@primitive((lambda g, ans, x: g / op.sqrt(x * x + 1.0),), aliases=("asinh", "math.asinh"), samples=R, scalar=math.asinh)
def arcsinh(xp: Any, x: Any) -> Any:
    """Inverse hyperbolic sine."""
    return xp.arcsinh(x)


@primitive((lambda g, ans, x: g / op.sqrt(x * x - 1.0),), aliases=("acosh", "math.acosh"), samples=H, scalar=math.acosh)
def arccosh(xp: Any, x: Any) -> Any:
    """Inverse hyperbolic cosine."""
    return xp.arccosh(x)


@primitive((lambda g, ans, x: g / (1.0 - x * x),), aliases=("atanh", "math.atanh"), samples=U, scalar=math.atanh)
def arctanh(xp: Any, x: Any) -> Any:
    """Inverse hyperbolic tangent."""
    return xp.arctanh(x)


def _over_square(part: Any, x: Any, y: Any) -> Any:
    # At the origin the angle has no derivative; 0 is the documented choice.
    square = x * x + y * y
    origin = op.equal(square, 0)
    return op.where(origin, 0.0, part / op.where(origin, 1.0, square))


@primitive(
    (lambda g, ans, y, x: g * _over_square(x, y, x), lambda g, ans, y, x: op.negative(g * _over_square(y, y, x))),
    aliases=("atan2", "math.atan2"),
    samples=(Sample((np.array([0.5, -1.0]), np.array([1.0, -0.5]))), Sample((0.0, 0.0), smooth=False)),
    scalar=math.atan2,
)
def arctan2(xp: Any, y: Any, x: Any) -> Any:
    """Angle of the point (x, y); its gradient at the origin is 0."""
    return xp.arctan2(y, x)


@primitive(
    (
        lambda g, ans, x, y: g * op.where(op.equal(ans, 0), 0.0, x / op.where(op.equal(ans, 0), 1.0, ans)),
        lambda g, ans, x, y: g * op.where(op.equal(ans, 0), 0.0, y / op.where(op.equal(ans, 0), 1.0, ans)),
    ),
    samples=(Sample((np.array([0.5, -1.0]), np.array([1.0, -0.5]))),),
    scalar=math.hypot,
)
def hypot(xp: Any, x: Any, y: Any) -> Any:
    """Length of the vector (x, y); its gradient at the origin is 0."""
    return xp.hypot(x, y)
