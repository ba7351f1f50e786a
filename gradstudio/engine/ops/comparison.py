"""Comparisons and logic: boolean results, which have no gradient."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category

primitive = category("control", batch="elementwise")
S = (Sample((np.array([1.0, 2.0]), np.array([2.0, 2.0])), smooth=False),)
L = (Sample((np.array([True, False]), np.array([True, True])), smooth=False),)
F = (Sample((np.array([1.0, np.inf, np.nan]),), smooth=False),)


@primitive(differentiable=False, symbol="=", aliases=("math.equal",), samples=S, scalar=operator.eq)
def equal(xp: Any, x: Any, y: Any) -> Any:
    """Whether x equals y, element by element."""
    return xp.equal(x, y)


@primitive(differentiable=False, symbol="≠", samples=S, scalar=operator.ne)
def not_equal(xp: Any, x: Any, y: Any) -> Any:
    """Whether x differs from y, element by element."""
    return xp.not_equal(x, y)


@primitive(differentiable=False, symbol="<", samples=S, scalar=operator.lt)
def less(xp: Any, x: Any, y: Any) -> Any:
    """Whether x is below y, element by element."""
    return xp.less(x, y)


@primitive(differentiable=False, symbol="≤", samples=S, scalar=operator.le)
def less_equal(xp: Any, x: Any, y: Any) -> Any:
    """Whether x is at most y, element by element."""
    return xp.less_equal(x, y)


@primitive(differentiable=False, symbol=">", samples=S, scalar=operator.gt)
def greater(xp: Any, x: Any, y: Any) -> Any:
    """Whether x is above y, element by element."""
    return xp.greater(x, y)


@primitive(differentiable=False, symbol="≥", samples=S, scalar=operator.ge)
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


@primitive(differentiable=False, symbol="¬", aliases=("math.logical_not",), samples=F)
def logical_not(xp: Any, x: Any) -> Any:
    """Whether x is false, element by element."""
    return xp.logical_not(x)


@primitive(differentiable=False, aliases=("math.is_nan", "is_nan"), samples=F)
def isnan(xp: Any, x: Any) -> Any:
    """Whether x is NaN, element by element."""
    return xp.isnan(x)


@primitive(differentiable=False, aliases=("math.is_inf", "is_inf"), samples=F)
def isinf(xp: Any, x: Any) -> Any:
    """Whether x is infinite, element by element."""
    return xp.isinf(x)


@primitive(differentiable=False, aliases=("math.is_finite", "is_finite"), samples=F)
def isfinite(xp: Any, x: Any) -> Any:
    """Whether x is neither infinite nor NaN, element by element."""
    return xp.isfinite(x)
