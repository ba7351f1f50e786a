"""Sines, cosines, tangents and their inverses; angles in radians."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.complex_numbers import Z
from gradstudio.engine.ops.large_arrays import FEW, are_large
from gradstudio.engine.subgradients import chosen

primitive = category("elementary", batch="elementwise")
R = (Sample((np.linspace(-2.0, 2.0, 5),)), Sample((0.75,)), Sample((Z,)))
U = (Sample((np.linspace(-0.8, 0.8, 5),)), Sample((0.75,)), Sample((Z,)))


def _sine(g: Any, _ans: Any, x: Any) -> Any:
    if type(g) is ndarray and g.size > FEW and are_large(g, x):
        slope = np.cos(x)
        slope *= g
        return slope
    return g * op.cos(x)


@primitive((_sine,), latex=r"\sin {x}", aliases=("math.sin",), samples=R, scalar=math.sin)
def sin(xp: Any, x: Any) -> Any:
    """Sine."""
    return xp.sin(x)


@primitive(
    (lambda g, _ans, x: -(g * op.sin(x)),),
    latex=r"\cos {x}",
    aliases=("math.cos",),
    samples=R,
    scalar=math.cos,
)
def cos(xp: Any, x: Any) -> Any:
    """Cosine."""
    return xp.cos(x)


@primitive(
    (lambda g, ans, _x: g * (1.0 + ans * ans),), latex=r"\tan {x}", aliases=("math.tan",), samples=U, scalar=math.tan
)
def tan(xp: Any, x: Any) -> Any:
    """Tangent."""
    return xp.tan(x)


@primitive((lambda g, _ans, x: -2.0 * (g * x),), listed=False)
def one_less_square(xp: Any, x: Any) -> Any:
    """1 - x * x, exact near -1 and 1, with a derivative that is exact near 0."""
    return xp.multiply(xp.subtract(1.0, x), xp.add(1.0, x))


@primitive(
    (lambda g, _ans, x: g / op.sqrt(op.one_less_square(x)),),
    latex=r"\arcsin {x}",
    aliases=("asin", "math.asin"),
    samples=U,
    scalar=math.asin,
)
def arcsin(xp: Any, x: Any) -> Any:
    """Angle whose sine is x; NaN for real x outside -1..1. Its slope at -1 and 1 is infinite."""
    return xp.arcsin(x)


@primitive(
    (lambda g, _ans, x: op.negative(g / op.sqrt(op.one_less_square(x))),),
    latex=r"\arccos {x}",
    aliases=("acos", "math.acos"),
    samples=U,
    scalar=math.acos,
)
def arccos(xp: Any, x: Any) -> Any:
    """Angle whose cosine is x; NaN for real x outside -1..1. Its slope at -1 and 1 is infinite."""
    return xp.arccos(x)


@primitive(
    (lambda g, _ans, x: g / (1.0 + x * x),),
    latex=r"\arctan {x}",
    aliases=("atan", "math.atan"),
    samples=R,
    scalar=math.atan,
)
def arctan(xp: Any, x: Any) -> Any:
    """Angle whose tangent is x."""
    return xp.arctan(x)


def _turning(part: Any, x: Any, y: Any) -> Any:
    """part / (x * x + y * y), also where the squares would overflow; 0 at the origin, where there is no derivative."""
    length = op.hypot(x, y)
    if chosen("arctan2") != 0.0:
        return op.divide(op.divide(part, length), length)
    return op.divide_no_nan(op.divide_no_nan(part, length), length)


@primitive(
    (lambda g, _ans, y, x: g * _turning(x, x, y), lambda g, _ans, y, x: op.negative(g * _turning(y, x, y))),
    aliases=("atan2", "math.atan2"),
    samples=(
        Sample((np.array([0.5, -1.0]), np.array([1.0, -0.5]))),
        Sample((1.5, -2.0)),
        Sample((np.array([0.0, 1.0]), 0.0), smooth=False),
    ),
    scalar=math.atan2,
)
def arctan2(xp: Any, y: Any, x: Any) -> Any:
    """Angle of the point (x, y) from the positive x axis; its gradient at the origin is 0."""
    return xp.arctan2(y, x)


@primitive((lambda g, _ans, _x: g * (math.pi / 180.0),), aliases=("radians",), samples=R[:2])
def deg2rad(xp: Any, x: Any) -> Any:
    """Degrees as radians."""
    return xp.deg2rad(x)


@primitive((lambda g, _ans, _x: g * (180.0 / math.pi),), aliases=("degrees",), samples=R[:2])
def rad2deg(xp: Any, x: Any) -> Any:
    """Radians as degrees."""
    return xp.rad2deg(x)
