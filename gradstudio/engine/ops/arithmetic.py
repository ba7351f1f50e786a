"""Arithmetic primitives."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category, op

primitive = category("arithmetic", batch="elementwise")
A = np.array([0.5, -1.25, 2.0])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])
PAIRS = (Sample((A, B)), Sample((1.5, -0.75)), Sample((B, 1.75)))


@primitive(
    (lambda g, ans, x, y: g, lambda g, ans, x, y: g), symbol="+", latex="{x} + {y}", samples=PAIRS, scalar=operator.add
)
def add(xp: Any, x: Any, y: Any) -> Any:
    """Sum of two values, element by element."""
    return xp.add(x, y)


@primitive(
    (lambda g, ans, x, y: g, lambda g, ans, x, y: op.negative(g)),
    symbol="−",
    latex="{x} - {y}",
    aliases=("sub",),
    samples=PAIRS,
    scalar=operator.sub,
)
def subtract(xp: Any, x: Any, y: Any) -> Any:
    """Difference of two values, element by element."""
    return xp.subtract(x, y)


@primitive(
    (lambda g, ans, x, y: g * y, lambda g, ans, x, y: g * x),
    symbol="×",
    latex=r"{x} \cdot {y}",
    aliases=("mul",),
    samples=PAIRS,
    scalar=operator.mul,
)
def multiply(xp: Any, x: Any, y: Any) -> Any:
    """Product of two values, element by element."""
    return xp.multiply(x, y)


@primitive(
    (lambda g, ans, x, y: g / y, lambda g, ans, x, y: op.negative(g * (ans / y))),
    symbol="÷",
    latex=r"\frac{{{x}}}{{{y}}}",
    aliases=("truediv", "true_divide", "div"),
    samples=PAIRS,
    scalar=operator.truediv,
)
def divide(xp: Any, x: Any, y: Any) -> Any:
    """Quotient of two values, element by element; x / 0 is infinite, 0 / 0 is NaN."""
    return xp.true_divide(x, y)


@primitive(
    (lambda g, ans, x: op.negative(g),),
    symbol="−",
    latex="-{x}",
    aliases=("neg",),
    samples=(Sample((A,)),),
    scalar=operator.neg,
)
def negative(xp: Any, x: Any) -> Any:
    """The value with its sign changed."""
    return xp.negative(x)


def _scalar_power(x: float, y: float) -> float:
    if x < 0 and y != math.floor(y):
        raise ValueError  # NaN, which is NumPy's to say
    return float(x**y)


def _scalar_square(x: float) -> float:
    return x * x


def _scalar_reciprocal(x: float) -> float:
    return 1.0 / x


def _scalar_maximum(x: float, y: float) -> float:
    return x if x >= y or x != x else float(y)


def _scalar_minimum(x: float, y: float) -> float:
    return x if x <= y or x != x else float(y)


def _base(g: Any, ans: Any, x: Any, y: Any) -> Any:
    # y = 0 contributes nothing, also where x = 0: the derivative of a constant 1.
    if type(y) is int or type(y) is float:
        return g * (y * op.power(x, y - 1)) if y else g * 0.0
    safe = op.where(op.equal(y, 0), 1, y)
    return g * op.where(op.equal(y, 0), 0.0, y * op.power(x, safe - 1))


def _exponent(g: Any, ans: Any, x: Any, y: Any) -> Any:
    positive = op.greater(x, 0)
    return g * op.where(positive, ans * op.log(op.where(positive, x, 1.0)), 0.0)


@primitive(
    (_base, _exponent),
    symbol="^",
    latex="{x}^{{{y}}}",
    aliases=("pow",),
    samples=(
        Sample((np.array([0.5, 1.25, 2.0]), np.array([2.0, -1.0, 0.5]))),
        Sample((A, 2)),
        Sample((A, -3)),
        Sample((0.0, 0.0), smooth=False),
    ),
    scalar=_scalar_power,
)
def power(xp: Any, x: Any, y: Any) -> Any:
    """x to the power y, element by element; the derivative of 0 ** 0 with respect to the base is 0."""
    if isinstance(x, int | np.integer) and not isinstance(x, bool) and np.any(np.less(y, 0)):
        x = float(x)
    return xp.power(x, y)


@primitive((None, None), aliases=("floordiv", "math.floordiv"), symbol="//", samples=(Sample((A, 0.5), smooth=False),))
def floor_divide(xp: Any, x: Any, y: Any) -> Any:
    """Quotient rounded towards minus infinity; it has no gradient."""
    return xp.floor_divide(x, y)


@primitive(
    (lambda g, ans, x, y: g, lambda g, ans, x, y: op.negative(g * op.floor(x / y))),
    aliases=("floormod", "remainder", "math.floormod"),
    symbol="%",
    samples=(Sample((A, 0.7)), Sample((2.6, np.array([0.7, 1.1])))),
)
def mod(xp: Any, x: Any, y: Any) -> Any:
    """Remainder with the sign of y."""
    return xp.mod(x, y)


@primitive(
    (
        lambda g, ans, x, y: op.where(op.greater_equal(x, y), g, 0.0),
        lambda g, ans, x, y: op.where(op.greater_equal(x, y), 0.0, g),
    ),
    symbol="max",
    samples=PAIRS,
    scalar=_scalar_maximum,
)
def maximum(xp: Any, x: Any, y: Any) -> Any:
    """The larger of two values; where they are equal, the whole gradient goes to x."""
    return xp.maximum(x, y)


@primitive(
    (
        lambda g, ans, x, y: op.where(op.less_equal(x, y), g, 0.0),
        lambda g, ans, x, y: op.where(op.less_equal(x, y), 0.0, g),
    ),
    symbol="min",
    samples=PAIRS,
    scalar=_scalar_minimum,
)
def minimum(xp: Any, x: Any, y: Any) -> Any:
    """The smaller of two values; where they are equal, the whole gradient goes to x."""
    return xp.minimum(x, y)


@primitive(
    (lambda g, ans, x: g * op.sign(x),), symbol="|·|", latex="|{x}|", samples=(Sample((A,)),), scalar=operator.abs
)
def abs(xp: Any, x: Any) -> Any:
    """Absolute value; the gradient at 0 is 0."""
    return xp.abs(x)


@primitive((lambda g, ans, x: g * 0.0,), samples=(Sample((A,)),))
def sign(xp: Any, x: Any) -> Any:
    """-1, 0 or 1; its gradient is exactly zero."""
    return xp.sign(x)


@primitive(
    (lambda g, ans, x: 2.0 * (g * x),),
    symbol="²",
    latex="{x}^2",
    samples=(Sample((A,)), Sample((1.5,))),
    scalar=_scalar_square,
)
def square(xp: Any, x: Any) -> Any:
    """x times itself."""
    return xp.multiply(x, x)


@primitive(
    (lambda g, ans, x: op.negative(g * (ans * ans)),),
    symbol="1/x",
    latex=r"\frac{{1}}{{{x}}}",
    aliases=("math.reciprocal",),
    samples=(Sample((A,)),),
    scalar=_scalar_reciprocal,
)
def reciprocal(xp: Any, x: Any) -> Any:
    """One divided by x."""
    return xp.true_divide(1.0, x) if isinstance(x, int | np.integer) else xp.reciprocal(x)


@primitive(
    (lambda g, ans, x, y: 2.0 * (g * (x - y)), lambda g, ans, x, y: -2.0 * (g * (x - y))),
    samples=PAIRS,
    latex="({x} - {y})^2",
)
def squared_difference(xp: Any, x: Any, y: Any) -> Any:
    """(x - y) squared, element by element."""
    difference = xp.subtract(x, y)
    return xp.multiply(difference, difference)


def _inside(g: Any, ans: Any, x: Any, low: Any, high: Any) -> Any:
    above = True if low is None else op.greater_equal(x, low)
    below = True if high is None else op.less_equal(x, high)
    return op.where(op.logical_and(above, below), g, 0.0)


@primitive(
    (
        _inside,
        lambda g, ans, x, low, high: op.where(op.less(x, low), g, 0.0),
        lambda g, ans, x, low, high: op.where(op.greater(x, high), g, 0.0),
    ),
    aliases=("clip_by_value",),
    renamed={
        "clip_value_min": "low",
        "clip_value_max": "high",
        "a_min": "low",
        "a_max": "high",
        "min": "low",
        "max": "high",
    },
    samples=(Sample((A, -1.0, 1.0)), Sample((A, -1.0, None))),
)
def clip(xp: Any, x: Any, low: Any, high: Any) -> Any:
    """x limited to low..high (None: no limit on that side); the gradient at a bound is 1."""
    above = x if low is None else xp.maximum(x, low)
    return above if high is None else xp.minimum(above, high)


@primitive(
    (
        lambda g, ans, x, y: op.where(op.equal(y, 0), 0.0, g / op.where(op.equal(y, 0), 1.0, y)),
        lambda g, ans, x, y: op.where(op.equal(y, 0), 0.0, op.negative(g * ans / op.where(op.equal(y, 0), 1.0, y))),
    ),
    aliases=("math.divide_no_nan",),
    samples=(*PAIRS, Sample((A, np.array([2.0, 0.0, -1.0])), smooth=False)),
)
def divide_no_nan(xp: Any, x: Any, y: Any) -> Any:
    """Quotient of two values, 0 where the divisor is 0; there its gradient is 0 as well."""
    zero = xp.equal(y, 0)
    return xp.where(zero, xp.zeros_like(x), xp.true_divide(x, xp.where(zero, xp.ones_like(y), y)))


@primitive(
    lambda slot, g, ans, *values: g,
    variadic=True,
    symbol="Σ",
    samples=(Sample(([A, 2.0 * A, A * A],)), Sample(([B, 1.5],))),
)
def add_n(xp: Any, *values: Any) -> Any:
    """Sum of a list of values, element by element."""
    total = values[0]
    for value in values[1:]:
        total = xp.add(total, value)
    return xp.asarray(total)[()]


@primitive(
    (
        lambda g, ans, x, y: op.where(op.logical_or(op.greater_equal(x, y), op.isnan(y)), g, 0.0),
        lambda g, ans, x, y: op.where(op.logical_or(op.greater_equal(x, y), op.isnan(y)), 0.0, g),
    ),
    samples=PAIRS,
)
def fmax(xp: Any, x: Any, y: Any) -> Any:
    """The larger of two values, or the one that is no NaN; where they are equal, the whole gradient goes to x."""
    return xp.fmax(x, y)


@primitive(
    (
        lambda g, ans, x, y: op.where(op.logical_or(op.less_equal(x, y), op.isnan(y)), g, 0.0),
        lambda g, ans, x, y: op.where(op.logical_or(op.less_equal(x, y), op.isnan(y)), 0.0, g),
    ),
    samples=PAIRS,
)
def fmin(xp: Any, x: Any, y: Any) -> Any:
    """The smaller of two values, or the one that is no NaN; where they are equal, the whole gradient goes to x."""
    return xp.fmin(x, y)


@primitive(
    (
        lambda g, ans, x, y: op.where(op.equal(y, 0), 0.0, g * y),
        lambda g, ans, x, y: op.where(op.equal(y, 0), 0.0, g * x),
    ),
    aliases=("math.multiply_no_nan",),
    samples=(
        Sample((A, np.array([2.0, -0.5, -1.0]))),
        Sample((np.array([np.inf, 2.0]), np.array([0.0, 3.0])), smooth=False),
    ),
)
def multiply_no_nan(xp: Any, x: Any, y: Any) -> Any:
    """Product of two values, 0 where y is 0 whatever x is; there its gradient is 0 as well."""
    zero = xp.equal(y, 0)
    return xp.where(zero, xp.zeros_like(y), xp.multiply(xp.where(zero, xp.zeros_like(x), x), y))


@primitive(
    (
        lambda g, ans, start, end, weight: g * (1.0 - weight),
        lambda g, ans, start, end, weight: g * weight,
        lambda g, ans, start, end, weight: g * (end - start),
    ),
    samples=(Sample((A, B, 0.25)), Sample((1.0, 2.0, 0.5))),
)
def lerp(xp: Any, start: Any, end: Any, weight: Any) -> Any:
    """The value on the straight line from start (weight 0) to end (weight 1)."""
    return start + weight * (end - start)


def _finite(g: Any, ans: Any, x: Any, nan: float = 0.0) -> Any:
    return op.where(op.isfinite(x), g, 0.0)


@primitive((_finite,), samples=(Sample((A,)), Sample((np.array([np.nan, np.inf, 1.0]),), smooth=False)))
def nan_to_num(xp: Any, x: Any, *, nan: float = 0.0) -> Any:
    """x with NaN replaced by a number and infinities by the largest finite ones; there the gradient is 0."""
    return xp.nan_to_num(x, nan=nan)
