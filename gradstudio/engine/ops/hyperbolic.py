"""Hyperbolic sines, cosines, tangents and their inverses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.complex_numbers import Z, is_complex
from gradstudio.engine.sums import ONE

primitive = category("elementary", batch="elementwise")
R = (Sample((np.linspace(-2.0, 2.0, 5),)), Sample((0.75,)), Sample((Z,)))
U = (Sample((np.linspace(-0.8, 0.8, 5),)), Sample((0.75,)), Sample((Z,)))
H = (Sample((np.array([1.2, 2.5]),)), Sample((1.75,)), Sample((Z,)))


@primitive(
    (lambda g, _ans, x: g * op.cosh(x),), latex=r"\sinh {x}", aliases=("math.sinh",), samples=R, scalar=math.sinh
)
def sinh(xp: Any, x: Any) -> Any:
    """Hyperbolic sine."""
    return xp.sinh(x)


@primitive(
    (lambda g, _ans, x: g * op.sinh(x),), latex=r"\cosh {x}", aliases=("math.cosh",), samples=R, scalar=math.cosh
)
def cosh(xp: Any, x: Any) -> Any:
    """Hyperbolic cosine."""
    return xp.cosh(x)


def _tanh(g: Any, ans: Any, _x: Any) -> Any:
    if type(ans) is ndarray and ans.ndim:
        slope = ans * ans
        np.subtract(ONE[ans.dtype], slope, slope)
        if type(g) is ndarray:
            slope *= g
            return slope
        return g * slope
    return g * (1.0 - ans * ans)


@primitive(
    (_tanh,),
    latex=r"\tanh {x}",
    aliases=("math.tanh", "nn.tanh"),
    samples=R,
    scalar=math.tanh,
)
def tanh(xp: Any, x: Any) -> Any:
    """Hyperbolic tangent."""
    return xp.tanh(x)


def _cosine_of_arcsinh(x: Any) -> Any:
    # hypot does not overflow, but is for real numbers.
    return op.sqrt(x * x + 1.0) if is_complex(x) else op.hypot(x, 1.0)


@primitive(
    (lambda g, _ans, x: g / _cosine_of_arcsinh(x),),
    latex=r"\operatorname{{arsinh}} {x}",
    aliases=("asinh", "math.asinh"),
    samples=R,
    scalar=math.asinh,
)
def arcsinh(xp: Any, x: Any) -> Any:
    """Inverse hyperbolic sine."""
    return xp.arcsinh(x)


@primitive(
    # Two roots, not one of x * x - 1: that overflows, and for complex x in the left half plane has the other sign.
    (lambda g, _ans, x: g / (op.sqrt(x - 1.0) * op.sqrt(x + 1.0)),),
    latex=r"\operatorname{{arcosh}} {x}",
    aliases=("acosh", "math.acosh"),
    samples=H,
    scalar=math.acosh,
)
def arccosh(xp: Any, x: Any) -> Any:
    """Inverse hyperbolic cosine; NaN for real x below 1. Its slope at 1 is infinite."""
    return xp.arccosh(x)


@primitive(
    (lambda g, _ans, x: g / op.one_less_square(x),),
    latex=r"\operatorname{{artanh}} {x}",
    aliases=("atanh", "math.atanh"),
    samples=U,
    scalar=math.atanh,
)
def arctanh(xp: Any, x: Any) -> Any:
    """Inverse hyperbolic tangent; infinite at -1 and 1, NaN for real x outside."""
    return xp.arctanh(x)
