"""Exponentials, logarithms, roots and rounding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category, op

primitive = category("elementary", batch="elementwise")
LN2 = float(np.log(2.0))
LN10 = float(np.log(10.0))
P = (Sample((np.array([0.25, 1.0, 2.5]),)), Sample((0.75,)))
R = (Sample((np.array([-1.5, 0.3, 2.5]),)), Sample((-0.75,)))


@primitive((lambda g, ans, x: g * ans,), latex="e^{{{x}}}", aliases=("math.exp",), samples=R, scalar=math.exp)
def exp(xp: Any, x: Any) -> Any:
    """e to the power x."""
    return xp.exp(x)


@primitive((lambda g, ans, x: g * ans * LN2,), samples=R, latex="2^{{{x}}}", scalar=math.exp2)
def exp2(xp: Any, x: Any) -> Any:
    """2 to the power x."""
    return xp.exp2(x)


@primitive((lambda g, ans, x: g * (ans + 1.0),), aliases=("math.expm1",), samples=R, scalar=math.expm1)
def expm1(xp: Any, x: Any) -> Any:
    """e to the power x, minus 1, accurate near 0."""
    return xp.expm1(x)


@primitive((lambda g, ans, x: g / x,), latex=r"\ln {x}", aliases=("math.log",), samples=P, scalar=math.log)
def log(xp: Any, x: Any) -> Any:
    """Natural logarithm; log 0 is minus infinity, NaN below 0."""
    return xp.log(x)


@primitive((lambda g, ans, x: g / (x * LN2),), samples=P, latex=r"\log_2 {x}", scalar=math.log2)
def log2(xp: Any, x: Any) -> Any:
    """Logarithm to base 2."""
    return xp.log2(x)


@primitive((lambda g, ans, x: g / (x * LN10),), samples=P, latex=r"\log_{{10}} {x}", scalar=math.log10)
def log10(xp: Any, x: Any) -> Any:
    """Logarithm to base 10."""
    return xp.log10(x)


@primitive((lambda g, ans, x: g / (x + 1.0),), aliases=("math.log1p",), samples=P, scalar=math.log1p)
def log1p(xp: Any, x: Any) -> Any:
    """Natural logarithm of 1 + x, accurate near 0."""
    return xp.log1p(x)


@primitive(
    # A cotangent of 0 passes 0 even where the slope is infinite, as TensorFlow does.
    (lambda g, ans, x: op.where(op.equal(g, 0), 0.0, 0.5 * g / ans),),
    latex=r"\sqrt{{{x}}}",
    symbol="√",
    aliases=("math.sqrt",),
    samples=P,
    scalar=math.sqrt,
)
def sqrt(xp: Any, x: Any) -> Any:
    """Square root; NaN below 0."""
    return xp.sqrt(x)


@primitive((lambda g, ans, x: -0.5 * g * ans / x,), aliases=("math.rsqrt",), samples=P)
def rsqrt(xp: Any, x: Any) -> Any:
    """One divided by the square root."""
    return xp.true_divide(1.0, xp.sqrt(x))


@primitive((lambda g, ans, x: g / (3.0 * ans * ans),), samples=P, scalar=math.cbrt)
def cbrt(xp: Any, x: Any) -> Any:
    """Cube root."""
    return xp.cbrt(x)


@primitive((None,), aliases=("math.floor",), samples=(Sample((np.array([-1.5, 2.5]),), smooth=False),))
def floor(xp: Any, x: Any) -> Any:
    """Largest whole number not above x; it has no gradient."""
    return xp.floor(x)


@primitive((None,), aliases=("math.ceil",), samples=(Sample((np.array([-1.5, 2.5]),), smooth=False),))
def ceil(xp: Any, x: Any) -> Any:
    """Smallest whole number not below x; it has no gradient."""
    return xp.ceil(x)


@primitive((None,), aliases=("around", "math.round"), samples=(Sample((np.array([-1.4, 2.6]),), smooth=False),))
def round(xp: Any, x: Any, *, decimals: int = 0) -> Any:
    """x rounded to a number of decimals; it has no gradient."""
    return xp.round(x, decimals)


@primitive(
    (lambda g, ans, x, y: g * op.exp(x - ans), lambda g, ans, x, y: g * op.exp(y - ans)),
    aliases=("math.logaddexp",),
    samples=(Sample((np.array([0.5, -1.0]), np.array([1.5, 2.0]))), Sample((np.array([[1.0], [900.0]]), 2.0))),
)
def logaddexp(xp: Any, x: Any, y: Any) -> Any:
    """Logarithm of exp(x) + exp(y), safe for large x and y."""
    return xp.logaddexp(x, y)


@primitive(
    (
        lambda g, ans, x, y: g * op.where(op.equal(x, 0), 0.0, op.log(op.where(op.equal(x, 0), 1.0, y))),
        lambda g, ans, x, y: g * op.where(op.equal(x, 0), 0.0, x / op.where(op.equal(x, 0), 1.0, y)),
    ),
    aliases=("math.xlogy",),
    samples=(Sample((np.array([0.5, -1.0]), np.array([1.5, 2.0]))), Sample((0.0, 0.0), smooth=False)),
)
def xlogy(xp: Any, x: Any, y: Any) -> Any:
    """x times log y, and 0 where x is 0, whatever y is."""
    zero = xp.equal(x, 0)
    return xp.multiply(x, xp.log(xp.where(zero, xp.ones_like(y), y)))


@primitive((lambda g, ans, x: g * (math.pi / 180.0),), aliases=("radians",), samples=R)
def deg2rad(xp: Any, x: Any) -> Any:
    """Degrees as radians."""
    return xp.deg2rad(x)


@primitive((lambda g, ans, x: g * (180.0 / math.pi),), aliases=("degrees",), samples=R)
def rad2deg(xp: Any, x: Any) -> Any:
    """Radians as degrees."""
    return xp.rad2deg(x)
