"""Comparisons and logic: boolean results, which have no gradient."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, composites, op

primitive = category("control", batch="elementwise")
composite = composites("control")
S = (Sample((np.array([1.0, 2.0]), np.array([2.0, 2.0])), smooth=False),)
L = (Sample((np.array([True, False]), np.array([True, True])), smooth=False),)
ORDERED = (Sample((np.array([[1.0, 2.0], [2.0, 3.0]]),), smooth=False),)
C = (Sample((np.array([1.0, 1.0j]),), smooth=False),)
F = (Sample((np.array([1.0, np.inf, np.nan]),), smooth=False),)


@primitive(differentiable=False, symbol="=", aliases=("math.equal",), samples=S, scalar=operator.eq)
def equal(xp: Any, x: Any, y: Any) -> Any:
    """Whether x equals y, element by element."""
    return xp.equal(x, y)


@primitive(differentiable=False, symbol="≠", aliases=("math.not_equal",), samples=S, scalar=operator.ne)
def not_equal(xp: Any, x: Any, y: Any) -> Any:
    """Whether x differs from y, element by element."""
    return xp.not_equal(x, y)


@primitive(differentiable=False, symbol="<", aliases=("math.less",), samples=S, scalar=operator.lt)
def less(xp: Any, x: Any, y: Any) -> Any:
    """Whether x is below y, element by element."""
    return xp.less(x, y)


@primitive(differentiable=False, symbol="≤", aliases=("math.less_equal",), samples=S, scalar=operator.le)
def less_equal(xp: Any, x: Any, y: Any) -> Any:
    """Whether x is at most y, element by element."""
    return xp.less_equal(x, y)


@primitive(differentiable=False, symbol=">", aliases=("math.greater",), samples=S, scalar=operator.gt)
def greater(xp: Any, x: Any, y: Any) -> Any:
    """Whether x is above y, element by element."""
    return xp.greater(x, y)


@primitive(differentiable=False, symbol="≥", aliases=("math.greater_equal",), samples=S, scalar=operator.ge)
def greater_equal(xp: Any, x: Any, y: Any) -> Any:
    """Whether x is at least y, element by element."""
    return xp.greater_equal(x, y)


@primitive(differentiable=False, symbol="∧", aliases=("math.logical_and",), samples=L)
def logical_and(xp: Any, x: Any, y: Any) -> Any:
    """Whether both are true, element by element."""
    return xp.logical_and(x, y)


@primitive(differentiable=False, symbol="∨", aliases=("math.logical_or",), samples=L)
def logical_or(xp: Any, x: Any, y: Any) -> Any:
    """Whether at least one is true, element by element."""
    return xp.logical_or(x, y)


@primitive(differentiable=False, symbol="⊻", aliases=("math.logical_xor",), samples=L)
def logical_xor(xp: Any, x: Any, y: Any) -> Any:
    """Whether exactly one is true, element by element."""
    return xp.logical_xor(x, y)


@primitive(differentiable=False, symbol="¬", aliases=("math.logical_not",), samples=F)
def logical_not(xp: Any, x: Any) -> Any:
    """Whether x is false, element by element."""
    return xp.logical_not(x)


@primitive(differentiable=False, aliases=("math.is_nan", "is_nan"), samples=F, scalar=math.isnan)
def isnan(xp: Any, x: Any) -> Any:
    """Whether x is NaN, element by element."""
    return xp.isnan(x)


@primitive(differentiable=False, aliases=("math.is_inf", "is_inf"), samples=F, scalar=math.isinf)
def isinf(xp: Any, x: Any) -> Any:
    """Whether x is infinite, element by element."""
    return xp.isinf(x)


@primitive(differentiable=False, aliases=("math.is_finite", "is_finite"), samples=F, scalar=math.isfinite)
def isfinite(xp: Any, x: Any) -> Any:
    """Whether x is neither infinite nor NaN, element by element."""
    return xp.isfinite(x)


@primitive(differentiable=False, samples=F)
def isposinf(xp: Any, x: Any) -> Any:
    """Whether x is plus infinity, element by element."""
    return xp.equal(x, math.inf)


@primitive(differentiable=False, samples=F)
def isneginf(xp: Any, x: Any) -> Any:
    """Whether x is minus infinity, element by element."""
    return xp.equal(x, -math.inf)


@primitive(differentiable=False, samples=C)
def isreal(xp: Any, x: Any) -> Any:
    """Whether the imaginary part of x is 0, element by element."""
    return xp.equal(xp.imag(x), 0)


@primitive(differentiable=False, samples=C)
def iscomplex(xp: Any, x: Any) -> Any:
    """Whether the imaginary part of x is not 0, element by element."""
    return xp.not_equal(xp.imag(x), 0)


@primitive(differentiable=False, samples=F)
def signbit(xp: Any, x: Any) -> Any:
    """Whether x is negative, -0.0 included, element by element."""
    return xp.signbit(x)


@primitive(differentiable=False, samples=S)
def isclose(xp: Any, x: Any, y: Any, *, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Whether |x - y| is at most atol + rtol * |y|, element by element."""
    return xp.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)


@composite(differentiable=False, aliases=("math.is_non_decreasing",), samples=ORDERED)
def is_non_decreasing(x: Any) -> Any:
    """Whether no element of x, in the order of its rows, is below the one before it."""
    line = op.reshape(x, shape=-1)
    return op.all(op.less_equal(line[:-1], line[1:]))


@composite(differentiable=False, aliases=("math.is_strictly_increasing",), samples=ORDERED)
def is_strictly_increasing(x: Any) -> Any:
    """Whether every element of x, in the order of its rows, is above the one before it."""
    line = op.reshape(x, shape=-1)
    return op.all(op.less(line[:-1], line[1:]))
