"""Quotients, whole quotients and remainders, and products and quotients that are 0 where others are NaN."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, composites, op

primitive = category("arithmetic", batch="elementwise")
composite = composites("arithmetic")
A = np.array([0.5, -1.25, 2.0])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])
PAIRS = (Sample((A, B)), Sample((1.5, -0.75)), Sample((B, 1.75)))
REMAINDERS = (Sample((A, 0.7)), Sample((2.6, np.array([0.7, -1.1]))))
WHOLE = (Sample((A, 0.5), smooth=False),)


@primitive((None, None), aliases=("floordiv", "math.floordiv"), symbol="//", samples=WHOLE)
def floor_divide(xp: Any, x: Any, y: Any) -> Any:
    """Quotient rounded towards minus infinity; it has no gradient."""
    return xp.floor_divide(x, y)


@primitive((None, None), samples=WHOLE)
def truncatediv(xp: Any, x: Any, y: Any) -> Any:
    """Quotient rounded towards 0; it has no gradient."""
    left = xp.fmod(x, y)
    if left.dtype.kind in "iu":
        return xp.floor_divide(xp.subtract(x, left), y)
    return xp.trunc(xp.true_divide(x, y))


@primitive(
    # The quotient that the remainder belongs to: x / y itself may be rounded up to the next whole number.
    (lambda g, _ans, _x, _y: g, lambda g, _ans, x, y: op.negative(g * op.floor_divide(x, y))),
    aliases=("floormod", "remainder", "math.floormod", "math.mod"),
    symbol="%",
    samples=REMAINDERS,
)
def mod(xp: Any, x: Any, y: Any) -> Any:
    """Remainder with the sign of y; the gradient with respect to y is the whole quotient, negative."""
    return xp.mod(x, y)


@primitive(
    (lambda g, _ans, _x, _y: g, lambda g, ans, x, y: op.negative(g * op.round(op.subtract(x, ans) / y))),
    aliases=("truncatemod",),
    samples=REMAINDERS,
)
def fmod(xp: Any, x: Any, y: Any) -> Any:
    """Remainder with the sign of x; the gradient with respect to y is the truncated quotient, negative."""
    return xp.fmod(x, y)


@composite(samples=REMAINDERS)
def divmod(x: Any, y: Any) -> tuple[Any, Any]:
    """Whole quotient, rounded towards minus infinity, and the remainder with the sign of y."""
    return op.floor_divide(x, y), op.mod(x, y)


def _quotient_no_nan(x: float, y: float) -> float:
    return x / y if y else 0.0


def reciprocal_no_nan(x: Any, name: str | None = None) -> Any:
    """One divided by x, and 0 where x is 0."""
    return divide_no_nan(1.0, x)


@primitive(
    (
        lambda g, _ans, _x, y: op.divide_no_nan(g, y),
        lambda g, ans, _x, y: op.negative(g * op.divide_no_nan(ans, y)),
    ),
    aliases=("math.divide_no_nan",),
    spellings={"math.reciprocal_no_nan": reciprocal_no_nan},
    samples=(*PAIRS, Sample((A, np.array([2.0, 0.0, -1.0])), smooth=False)),
    scalar=_quotient_no_nan,
)
def divide_no_nan(xp: Any, x: Any, y: Any) -> Any:
    """Quotient of two values, 0 where the divisor is 0; there its gradient is 0 as well."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return xp.where(xp.equal(y, 0), 0, xp.true_divide(x, y))


def _product_no_nan(x: float, y: float) -> float:
    return x * y if y else 0.0


@primitive(
    (lambda g, _ans, _x, y: op.multiply_no_nan(g, y), lambda g, _ans, x, _y: op.multiply_no_nan(x, g)),
    aliases=("math.multiply_no_nan",),
    samples=(
        Sample((A, np.array([2.0, -0.5, -1.0]))),
        Sample((np.array([np.inf, 2.0]), np.array([0.0, 3.0])), smooth=False),
    ),
    scalar=_product_no_nan,
)
def multiply_no_nan(xp: Any, x: Any, y: Any) -> Any:
    """Product of two values, 0 where y is 0 even if x is infinite or NaN."""
    with np.errstate(invalid="ignore"):
        return xp.where(xp.equal(y, 0), 0, xp.multiply(x, y))


def _zero_first(x: float, y: float) -> float:
    return x / y if x else 0.0


def _by_y(g: Any, _ans: Any, x: Any, y: Any) -> Any:
    none = op.logical_and(op.equal(x, 0), op.equal(y, 0))
    return op.where(none, 0.0, g / op.where(none, 1.0, y))


@primitive(
    (_by_y, lambda g, ans, _x, y: op.negative(g * op.xdivy(ans, y))),
    aliases=("math.xdivy",),
    samples=(*PAIRS, Sample((np.array([0.0, 0.0, 1.0]), np.array([0.0, 2.0, 4.0])), smooth=False)),
    scalar=_zero_first,
)
def xdivy(xp: Any, x: Any, y: Any) -> Any:
    """Quotient of two values, 0 where x is 0 whatever y is.

    The gradient where both are 0 is 0. Where only x is 0 it is 1 / y as it should be, which TensorFlow gives as 0.
    """
    with np.errstate(invalid="ignore"):
        return xp.where(xp.equal(x, 0), 0, xp.true_divide(x, y))
