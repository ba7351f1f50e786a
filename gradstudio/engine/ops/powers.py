"""Powers, roots, lengths and polynomials."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.arithmetic import multiply
from gradstudio.engine.ops.complex_numbers import Z, is_complex
from gradstudio.engine.subgradients import chosen

primitive = category("arithmetic", batch="elementwise")
root = category("elementary", batch="elementwise")
composite = composites("arithmetic")
A = np.array([0.5, -1.25, 2.0])
P = (Sample((np.array([0.25, 1.0, 2.5]),)), Sample((0.75,)))
Q = (*P, Sample((Z,)))


def _power(x: float, y: float) -> float:
    if y == 2:
        return float(x * x)
    if x < 0 and y != math.floor(y):
        raise ValueError  # NaN, which is NumPy's to say
    return float(x**y)


def _base(g: Any, _ans: Any, x: Any, y: Any) -> Any:
    if (type(y) is int or type(y) is float) and y:
        return g * (y * op.power(x, y - 1))
    # At 0 ** 0 the other branch would be 0 * 0 ** -1.
    origin = op.logical_and(op.equal(x, 0), op.equal(y, 0))
    return g * op.where(origin, chosen("power"), op.multiply(y, op.power(x, op.where(origin, 1, y) - 1)))


def _exponent(g: Any, ans: Any, x: Any, _y: Any) -> Any:
    if is_complex(ans) and not is_complex(x):
        x = op.cast(x, dtype=ans.dtype)
    there = op.not_equal(x, 0) if is_complex(x) else op.greater(x, 0)
    return g * op.where(there, ans * op.log(op.where(there, x, 1.0)), 0.0)


def float_power(x: Any, y: Any, name: str | None = None) -> Any:
    """x to the power y, floating also for integers."""
    return power(multiply(x, 1.0), y)


def _is_whole(x: Any) -> bool:
    dtype = getattr(x, "dtype", None)
    return type(x) is int if dtype is None else dtype.kind in "iu"


@primitive(
    (_base, _exponent),
    symbol="^",
    latex="{x}^{{{y}}}",
    aliases=("pow", "math.pow"),
    spellings={"float_power": float_power},
    samples=(
        Sample((np.array([0.5, 1.25, 2.0]), np.array([2.0, -1.0, 0.5]))),
        Sample((A, 2)),
        Sample((A, -3)),
        Sample((2, A)),
        Sample((1.5, -0.5)),
        Sample((Z, Z[::-1])),
        Sample((Z, 3)),
        Sample((np.array([0.5, -1.25]), 1.5 - 0.5j)),
        Sample((np.array([0.5, 2.0]), 0.0)),
        Sample((np.array([0.5, 2.0]), np.array([0.0, 0.0]))),
        Sample((0.0, 0.0), smooth=False),
        Sample((np.array([0.0, 0.0, -2.0]), np.array([0.0, 2.0, 3.0])), smooth=False),
    ),
    scalar=_power,
)
def power(xp: Any, x: Any, y: Any) -> Any:
    """x to the power y, element by element; NaN for a real x below 0 and an exponent that is not whole.

    An integer to negative integer powers is floating. The derivative of 0 ** 0 with respect to the base is 0; that
    with respect to the exponent is 0 wherever x is real and not above 0.
    """
    if _is_whole(x) and _is_whole(y) and bool(xp.any(xp.less(y, 0))):
        return xp.power(xp.multiply(x, 1.0), y)
    return xp.power(x, y)


@root(
    # As TensorFlow has it, a cotangent of 0 passes 0 even where the slope is infinite.
    (lambda g, ans, _x: 0.5 * (op.xdivy(g, ans) if chosen("sqrt") == 0.0 else g / ans),),
    latex=r"\sqrt{{{x}}}",
    symbol="√",
    aliases=("math.sqrt",),
    samples=(*Q, Sample((np.array([0.0, 4.0]),), smooth=False)),
    scalar=math.sqrt,
)
def sqrt(xp: Any, x: Any) -> Any:
    """Square root; NaN for real x below 0. Its slope at 0 is infinite, but a cotangent of 0 passes 0 there."""
    return xp.sqrt(x)


@root((lambda g, ans, _x: -0.5 * (g * (ans * ans * ans)),), aliases=("math.rsqrt",), latex=r"{x}^{{-1/2}}", samples=Q)
def rsqrt(xp: Any, x: Any) -> Any:
    """One divided by the square root; infinite at 0, NaN for real x below 0."""
    return xp.true_divide(1.0, xp.sqrt(x))


@root(
    (lambda g, ans, _x: op.xdivy(g, 3.0 * (ans * ans)),),
    latex=r"\sqrt[3]{{{x}}}",
    samples=(*P, Sample((A,)), Sample((np.array([0.0, 8.0]),), smooth=False)),
    scalar=math.cbrt,
)
def cbrt(xp: Any, x: Any) -> Any:
    """Real cube root, negative below 0. Its slope at 0 is infinite, but a cotangent of 0 passes 0 there."""
    return xp.cbrt(x)


def _share(part: Any, length: Any) -> Any:
    """part / length; what is chosen where the length is 0."""
    return op.divide_no_nan(part, length) if chosen("norm") == 0.0 else op.divide(part, length)


@root(
    (lambda g, ans, x, _y: g * _share(x, ans), lambda g, ans, _x, y: g * _share(y, ans)),
    latex=r"\sqrt{{{x}^2 + {y}^2}}",
    samples=(
        Sample((np.array([0.5, -1.0]), np.array([1.0, -0.5]))),
        Sample((3.0, -4.0)),
        Sample((np.array([0.0, 1.0]), 0.0), smooth=False),
    ),
    scalar=math.hypot,
)
def hypot(xp: Any, x: Any, y: Any) -> Any:
    """Length of the vector (x, y), also where its square would overflow; its gradient at the origin is 0."""
    return xp.hypot(x, y)


@composite(
    aliases=("math.polyval",),
    renamed={"p": "coeffs"},
    samples=(
        Sample((np.array([2.0, -1.0, 0.5]), A)),
        Sample((np.array([2.0]), A)),
        Sample((np.array([[1.0, 2.0], [0.5, -1.0]]), 3.0)),
    ),
)
def polyval(coeffs: Any, x: Any) -> Any:
    """The polynomial with these coefficients, from the highest power to the constant, at x.

    The first axis of coeffs (or a list) counts them; the axes after it broadcast with x. Raises ValueError where there
    is none.
    """
    count, *each = shapes.shape(coeffs) or (0,)
    if not count:
        raise ValueError("there are no coefficients: give a list with at least one")
    total = op.broadcast_to(coeffs[0], shape=np.broadcast_shapes(tuple(each), shapes.shape(x)))
    for i in range(1, count):
        total = op.add(op.multiply(total, x), coeffs[i])
    return total
