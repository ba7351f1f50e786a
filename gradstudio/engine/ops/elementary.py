"""Exponentials and logarithms, and what is made of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.complex_numbers import Z, is_complex

primitive = category("elementary", batch="elementwise")
LN2 = math.log(2.0)
LN10 = math.log(10.0)
P = (Sample((np.array([0.25, 1.0, 2.5]),)), Sample((0.75,)), Sample((Z,)))
R = (Sample((np.array([-1.5, 0.3, 2.5]),)), Sample((-0.75,)), Sample((Z,)))
SUMS = (
    Sample((np.array([0.5, -1.0]), np.array([1.5, 2.0]))),
    Sample((np.array([[1.0], [900.0]]), 2.0)),
    Sample((np.array([-np.inf, -np.inf]), np.array([-np.inf, 1.0])), smooth=False),
)


@primitive((lambda g, ans, _x: g * ans,), latex="e^{{{x}}}", aliases=("math.exp",), samples=R, scalar=math.exp)
def exp(xp: Any, x: Any) -> Any:
    """e to the power x."""
    return xp.exp(x)


@primitive((lambda g, ans, _x: g * ans * LN2,), samples=R, latex="2^{{{x}}}", scalar=math.exp2)
def exp2(xp: Any, x: Any) -> Any:
    """2 to the power x."""
    return xp.exp2(x)


@primitive((lambda g, _ans, x: g * op.exp(x),), aliases=("math.expm1",), samples=R, scalar=math.expm1)
def expm1(xp: Any, x: Any) -> Any:
    """e to the power x, minus 1, accurate near 0."""
    return xp.expm1(x)


@primitive((lambda g, _ans, x: g / x,), latex=r"\ln {x}", aliases=("math.log",), samples=P, scalar=math.log)
def log(xp: Any, x: Any) -> Any:
    """Natural logarithm; log 0 is minus infinity, NaN for real x below 0."""
    return xp.log(x)


@primitive((lambda g, _ans, x: g / (x * LN2),), samples=P, latex=r"\log_2 {x}", scalar=math.log2)
def log2(xp: Any, x: Any) -> Any:
    """Logarithm to base 2."""
    return xp.log2(x)


@primitive((lambda g, _ans, x: g / (x * LN10),), samples=P, latex=r"\log_{{10}} {x}", scalar=math.log10)
def log10(xp: Any, x: Any) -> Any:
    """Logarithm to base 10."""
    return xp.log10(x)


@primitive((lambda g, _ans, x: g / (x + 1.0),), aliases=("math.log1p",), samples=P, scalar=math.log1p)
def log1p(xp: Any, x: Any) -> Any:
    """Natural logarithm of 1 + x, accurate near 0."""
    return xp.log1p(x)


def _share(x: Any, total: Any) -> Any:
    # x - total, but where both are infinite all of the sum (inf) or nothing (-inf) instead of NaN.
    apart = op.where(op.isinf(total), -math.inf, op.subtract(x, total))
    return op.where(op.equal(x, math.inf), 0.0, apart)


@primitive(
    (lambda g, ans, x, _y: g * op.exp(_share(x, ans)), lambda g, ans, _x, y: g * op.exp(_share(y, ans))),
    aliases=("math.logaddexp",),
    samples=SUMS,
)
def logaddexp(xp: Any, x: Any, y: Any) -> Any:
    """Logarithm of exp(x) + exp(y), safe for large x and y; where both are -inf, the gradient is 0."""
    return xp.logaddexp(x, y)


@primitive(
    (lambda g, ans, x, _y: g * op.exp2(_share(x, ans)), lambda g, ans, _x, y: g * op.exp2(_share(y, ans))), samples=SUMS
)
def logaddexp2(xp: Any, x: Any, y: Any) -> Any:
    """Logarithm to base 2 of 2 ** x + 2 ** y, safe for large x and y; where both are -inf, the gradient is 0."""
    return xp.logaddexp2(x, y)


def _beside(xp: Any, x: Any, y: Any) -> Any:
    """y, with the dtype that it has together with x if it is a Python number: its logarithm would widen float32."""
    return y if hasattr(y, "dtype") else xp.asarray(y, dtype=xp.result_type(x, y))


def _where_it_counts(logarithm: Callable[[Any], Any], pole: float, x: Any, y: Any) -> Any:
    """The logarithm of y, and 0 where x is 0 and y has none."""
    none = op.logical_and(op.equal(x, 0), op.equal(y, pole) if is_complex(y) else op.less_equal(y, pole))
    return op.where(none, 0.0, logarithm(op.where(none, pole + 1.0, y)))


@primitive(
    (lambda g, _ans, x, y: g * _where_it_counts(op.log, 0.0, x, y), lambda g, _ans, x, y: g * op.xdivy(x, y)),
    aliases=("math.xlogy",),
    samples=(
        Sample((np.array([0.5, -1.0]), np.array([1.5, 2.0]))),
        Sample((0.5, 2.0)),
        Sample((Z, Z[::-1])),
        Sample((0.0, 0.0), smooth=False),
    ),
)
def xlogy(xp: Any, x: Any, y: Any) -> Any:
    """x times log y, and 0 where x is 0, whatever y is.

    There the gradient with respect to x is log y, or 0 where y has no logarithm; TensorFlow gives 0 everywhere.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return xp.where(xp.equal(x, 0), 0, xp.multiply(x, xp.log(_beside(xp, x, y))))


@primitive(
    (
        lambda g, _ans, x, y: g * _where_it_counts(op.log1p, -1.0, x, y),
        lambda g, _ans, x, y: g * op.xdivy(x, y + 1.0),
    ),
    aliases=("math.xlog1py",),
    samples=(
        Sample((np.array([0.5, -1.0]), np.array([1.5, 1e-9]))),
        Sample((0.5, 2.0)),
        Sample((0.0, -1.0), smooth=False),
    ),
)
def xlog1py(xp: Any, x: Any, y: Any) -> Any:
    """x times log(1 + y), accurate for small y, and 0 where x is 0, whatever y is.

    There the gradient with respect to x is log(1 + y), or 0 where 1 + y has no logarithm; TensorFlow gives 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return xp.where(xp.equal(x, 0), 0, xp.multiply(x, xp.log1p(_beside(xp, x, y))))
