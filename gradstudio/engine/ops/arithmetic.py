"""Sums, differences, products, quotients and squares.

As everywhere among the ops that work element by element, shapes broadcast and dtypes promote as NumPy's do.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.complex_numbers import Z, is_complex
from gradstudio.engine.ops.large_arrays import FEW, onto, summed_product

primitive = category("arithmetic", batch="elementwise")
A = np.array([0.5, -1.25, 2.0])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])
PAIRS = (Sample((A, B)), Sample((1.5, -0.75)), Sample((B, 1.75)))
COMPLEX_PAIRS = (*PAIRS, Sample((Z, B)), Sample((A, Z[::-1])))


@primitive(
    (lambda g, _ans, _x, _y: g, lambda g, _ans, _x, _y: g),
    aliases=("math.add",),
    symbol="+",
    latex="{x} + {y}",
    samples=COMPLEX_PAIRS,
    scalar=operator.add,
)
def add(xp: Any, x: Any, y: Any) -> Any:
    """Sum of two values, element by element."""
    return xp.add(x, y)


def _taken_away(g: Any, _ans: Any, _x: Any, _y: Any) -> Any:
    if type(g) is ndarray and g.size > FEW and shapes.shape(_y) != g.shape:
        g = onto(g, shapes.shape(_y))  # summed first, there is less to turn
    return -g


@primitive(
    (lambda g, _ans, _x, _y: g, _taken_away),
    aliases=("sub", "math.subtract"),
    symbol="−",
    latex="{x} - {y}",
    samples=COMPLEX_PAIRS,
    scalar=operator.sub,
)
def subtract(xp: Any, x: Any, y: Any) -> Any:
    """Difference of two values, element by element."""
    return xp.subtract(x, y)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """A number times a tensor."""
    return multiply(scalar, x)


@primitive(
    (
        lambda g, _ans, _x, y: summed_product(g, y, shapes.shape(_x)) if type(g) is ndarray and g.size > FEW else g * y,
        lambda g, _ans, x, _y: summed_product(g, x, shapes.shape(_y)) if type(g) is ndarray and g.size > FEW else g * x,
    ),
    aliases=("mul", "math.multiply"),
    spellings={"scalar_mul": scalar_mul, "math.scalar_mul": scalar_mul},
    symbol="×",
    latex=r"{x} \cdot {y}",
    samples=COMPLEX_PAIRS,
    scalar=operator.mul,
)
def multiply(xp: Any, x: Any, y: Any) -> Any:
    """Product of two values, element by element."""
    return xp.multiply(x, y)


def _divided(g: Any, ans: Any, _x: Any, y: Any) -> Any:
    if type(g) is ndarray and g.size > FEW and shapes.shape(y) != g.shape:
        return -(summed_product(g, ans, shapes.shape(y)) / y)  # summed first, there is less to divide
    return -(g * (ans / y))


@primitive(
    (lambda g, _ans, _x, y: g / y, _divided),
    aliases=("truediv", "true_divide", "div", "realdiv", "math.divide", "math.truediv"),
    symbol="÷",
    latex=r"\frac{{{x}}}{{{y}}}",
    samples=COMPLEX_PAIRS,
    scalar=operator.truediv,
)
def divide(xp: Any, x: Any, y: Any) -> Any:
    """Quotient of two values, floating also for integers; x / 0 is infinite, 0 / 0 is NaN."""
    return xp.true_divide(x, y)


@primitive(
    (lambda g, _ans, _x: -g,),
    aliases=("neg", "math.negative"),
    symbol="−",
    latex="-{x}",
    samples=(Sample((A,)), Sample((-1.5,)), Sample((Z,))),
    scalar=operator.neg,
)
def negative(xp: Any, x: Any) -> Any:
    """The value with its sign changed."""
    return xp.negative(x)


def _square(x: float) -> float:
    return x * x


@primitive(
    (lambda g, _ans, x: 2.0 * (g * x),),
    aliases=("math.square",),
    symbol="²",
    latex="{x}^2",
    samples=(Sample((A,)), Sample((1.5,)), Sample((Z,))),
    scalar=_square,
)
def square(xp: Any, x: Any) -> Any:
    """x times itself."""
    return xp.multiply(x, x)


def _reciprocal(x: float) -> float:
    return 1.0 / x


@primitive(
    (lambda g, ans, _x: -(g * (ans * ans)),),
    aliases=("math.reciprocal",),
    symbol="1/x",
    latex=r"\frac{{1}}{{{x}}}",
    samples=(Sample((A,)), Sample((1.5,)), Sample((Z,))),
    scalar=_reciprocal,
)
def reciprocal(xp: Any, x: Any) -> Any:
    """One divided by x, floating also for integers."""
    return xp.true_divide(1.0, x)


def _apart(g: Any, _ans: Any, x: Any, y: Any) -> Any:
    apart = op.subtract(x, y)
    return 2.0 * (op.real(g) * op.conj(apart) if is_complex(_ans) else g * apart)


def _drifting(slot: int, v: Any, ans: Any, x: Any, y: Any) -> Any:
    apart, v = op.subtract(x, y), op.negative(v) if slot else v
    return 2.0 * (op.real(op.conj(apart) * v) if is_complex(ans) else apart * v)


@primitive(
    (_apart, lambda g, ans, x, y: op.negative(_apart(g, ans, x, y))),
    jvp=_drifting,
    aliases=("math.squared_difference",),
    latex="({x} - {y})^2",
    samples=COMPLEX_PAIRS,
)
def squared_difference(xp: Any, x: Any, y: Any) -> Any:
    """(x - y) squared; |x - y| squared, with a complex dtype as in TensorFlow, where x or y is complex."""
    apart = xp.subtract(x, y)
    return xp.multiply(xp.conj(apart) if is_complex(apart) else apart, apart)


def accumulate_n(inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None) -> Any:
    """Sum of a list of values; shape and dtype come from them."""
    return add_n(inputs)


@primitive(
    lambda slot, g, _ans, *_values: g,
    variadic=True,
    jvp="linear",
    aliases=("math.add_n",),
    spellings={"math.accumulate_n": accumulate_n},
    symbol="Σ",
    samples=(Sample(([A, 2.0 * A, A * A],)), Sample(([B, 1.5],)), Sample(([A],)), Sample(([A, Z],))),
)
def add_n(xp: Any, *values: Any) -> Any:
    """Sum of a list of values, element by element; their shapes broadcast. Raises ValueError for an empty list."""
    if not values:
        raise ValueError("there is nothing to add up: give at least one value")
    total = xp.positive(values[0])
    for value in values[1:]:
        total = xp.add(total, value)
    return total


@primitive(
    (
        lambda g, _ans, _start, _end, weight: g * (1.0 - weight),
        lambda g, _ans, _start, _end, weight: g * weight,
        lambda g, _ans, start, end, _weight: g * op.subtract(end, start),
    ),
    samples=(Sample((A, B, 0.25)), Sample((1.0, 2.0, 0.5)), Sample((A, 2.0, A[::-1]))),
)
def lerp(xp: Any, start: Any, end: Any, weight: Any) -> Any:
    """The value on the straight line from start (weight 0) to end (weight 1)."""
    return xp.add(start, xp.multiply(weight, xp.subtract(end, start)))
