"""Absolute values and signs."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.complex_numbers import Z, conjugate, is_complex
from gradstudio.engine.subgradients import chosen

primitive = category("arithmetic", batch="elementwise")
A = np.array([0.5, -1.25, 2.0])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])
PAIRS = (Sample((A, B)), Sample((1.5, -0.75)), Sample((B, 1.75)))


def nothing(g: Any) -> Any:
    """A cotangent of exactly 0, also where g is infinite or NaN."""
    return op.multiply_no_nan(g, 0.0)


def _abs(g: Any, _ans: Any, x: Any) -> Any:
    back = g * conjugate(op.sign(x))
    slope = chosen("abs")
    return back if slope == 0.0 else op.where(op.equal(x, 0), slope * g, back)


@primitive(
    (_abs,),
    aliases=("absolute", "fabs", "math.abs"),
    symbol="|·|",
    latex="|{x}|",
    samples=(Sample((A,)), Sample((-1.5,)), Sample((Z,)), Sample((np.array([0.0, 1.0]),), smooth=False)),
    scalar=operator.abs,
)
def abs(xp: Any, x: Any) -> Any:
    """Absolute value, real also for complex x; the gradient at 0 is 0."""
    return xp.abs(x)


def _scalar_sign(x: float) -> float:
    return float((x > 0) - (x < 0)) if x == x else x


def _turned(g: Any, ans: Any, x: Any) -> Any:
    """Only a turn about 0 moves the sign of a complex number."""
    if not is_complex(x):
        return nothing(g)
    return 1j * (op.conj(ans) * op.divide_no_nan(op.imag(g * ans), op.abs(x)))


def _turning(slot: int, v: Any, ans: Any, x: Any) -> Any:
    if not is_complex(x):
        return nothing(v)
    return 1j * (ans * op.divide_no_nan(op.imag(op.conj(ans) * v), op.abs(x)))


@primitive(
    (_turned,),
    jvp=_turning,
    aliases=("math.sign",),
    latex=r"\operatorname{{sgn}} {x}",
    samples=(Sample((A,)), Sample((Z,)), Sample((np.array([0.0j, 1.0j]),), smooth=False)),
    scalar=_scalar_sign,
)
def sign(xp: Any, x: Any) -> Any:
    """-1, 0 or 1, with a gradient of exactly zero; x / |x| for complex x, and 0 at 0."""
    if not is_complex(x):
        return xp.sign(x)
    length = xp.abs(x)
    return xp.true_divide(x, xp.where(xp.equal(length, 0), 1.0, length))


@primitive(
    (lambda g, ans, x, _y: g * (op.sign(x) * op.sign(ans)), lambda g, _ans, _x, _y: nothing(g)),
    samples=PAIRS,
    scalar=math.copysign,
)
def copysign(xp: Any, x: Any, y: Any) -> Any:
    """|x| with the sign of y, where -0.0 counts as negative.

    Its gradient is 0 with respect to x at 0, and exactly zero with respect to y.
    """
    return xp.copysign(x, y)


@primitive(
    (lambda g, _ans, _x, _y: nothing(g), lambda g, _ans, x, _y: op.where(op.equal(x, 0), g, 0.0)),
    samples=(*PAIRS, Sample((np.array([-1.0, 0.0, 2.0]), 0.5), smooth=False)),
)
def heaviside(xp: Any, x: Any, y: Any) -> Any:
    """0 where x is negative, 1 where it is positive and y where it is 0; its gradient is that of y at 0, else zero."""
    return xp.heaviside(x, y)


@primitive(
    (lambda g, _ans, _x, _y: g, lambda g, _ans, _x, _y: nothing(g)),
    aliases=("math.nextafter",),
    samples=PAIRS,
)
def nextafter(xp: Any, x: Any, y: Any) -> Any:
    """The floating number next to x towards y; it moves as x does."""
    return xp.nextafter(x, y)
