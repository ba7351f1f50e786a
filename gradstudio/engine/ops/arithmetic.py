"""Arithmetic primitives."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category, op

primitive = category("arithmetic")
A = np.array([0.5, -1.25, 2.0])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])
PAIRS = (Sample((A, B)), Sample((1.5, -0.75)), Sample((B, 2.0)))


@primitive((lambda g, ans, x, y: g, lambda g, ans, x, y: g), symbol="+", latex="{x} + {y}", samples=PAIRS)
def add(xp: Any, x: Any, y: Any) -> Any:
    """Sum of two values, element by element."""
    return xp.add(x, y)


@primitive(
    (lambda g, ans, x, y: g, lambda g, ans, x, y: op.negative(g)),
    symbol="−",
    latex="{x} - {y}",
    aliases=("sub",),
    samples=PAIRS,
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
)
def divide(xp: Any, x: Any, y: Any) -> Any:
    """Quotient of two values, element by element; x / 0 is infinite, 0 / 0 is NaN."""
    return xp.true_divide(x, y)


@primitive((lambda g, ans, x: op.negative(g),), symbol="−", latex="-{x}", aliases=("neg",), samples=(Sample((A,)),))
def negative(xp: Any, x: Any) -> Any:
    """The value with its sign changed."""
    return xp.negative(x)


def _base(g: Any, ans: Any, x: Any, y: Any) -> Any:
    # y = 0 contributes nothing, also where x = 0: the derivative of a constant 1.
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
        Sample((A, 3.0)),
        Sample((A, 2)),
        Sample((0.0, 0.0), smooth=False),
    ),
)
def power(xp: Any, x: Any, y: Any) -> Any:
    """x to the power y, element by element; the derivative of 0 ** 0 with respect to the base is 0."""
    if isinstance(x, int | np.integer) and not isinstance(x, bool) and np.any(np.less(y, 0)):
        x = float(x)
    return xp.power(x, y)


@primitive(
    (None, None), aliases=("floordiv", "math.floordiv"), symbol="//", samples=(Sample((A, 0.5), smooth=False),)
)
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
)
def minimum(xp: Any, x: Any, y: Any) -> Any:
    """The smaller of two values; where they are equal, the whole gradient goes to x."""
    return xp.minimum(x, y)


@primitive((lambda g, ans, x: g * op.sign(x),), symbol="|·|", latex="|{x}|", samples=(Sample((A,)),))
def abs(xp: Any, x: Any) -> Any:
    """Absolute value; the gradient at 0 is 0."""
    return xp.abs(x)


@primitive((lambda g, ans, x: g * 0.0,), samples=(Sample((A,)),))
def sign(xp: Any, x: Any) -> Any:
    """-1, 0 or 1; its gradient is exactly zero."""
    return xp.sign(x)


@primitive((lambda g, ans, x: 2.0 * (g * x),), symbol="²", latex="{x}^2", samples=(Sample((A,)), Sample((1.5,))))
def square(xp: Any, x: Any) -> Any:
    """x times itself."""
    return xp.multiply(x, x)


@primitive(
    (lambda g, ans, x: op.negative(g * (ans * ans)),),
    symbol="1/x",
    latex=r"\frac{{1}}{{{x}}}",
    aliases=("math.reciprocal",),
    samples=(Sample((A,)),),
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


@primitive(
    (
        lambda g, ans, x, low, high: op.where(
            op.logical_and(op.greater_equal(x, low), op.less_equal(x, high)), g, 0.0
        ),
        lambda g, ans, x, low, high: op.where(op.less(x, low), g, 0.0),
        lambda g, ans, x, low, high: op.where(op.greater(x, high), g, 0.0),
    ),
    aliases=("clip_by_value",),
    samples=(Sample((A, -1.0, 1.0)),),
)
def clip(xp: Any, x: Any, low: Any, high: Any) -> Any:
    """x limited to low..high; the gradient at a bound is 1."""
    return xp.minimum(xp.maximum(x, low), high)
