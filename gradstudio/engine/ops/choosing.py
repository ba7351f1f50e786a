"""The larger or smaller of two values, and values kept within bounds or replaced where they are not finite."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.complex_numbers import Z, is_complex
from gradstudio.engine.subgradients import chosen

primitive = category("arithmetic", batch="elementwise")
A = np.array([0.5, -1.25, 2.0])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])
PAIRS = (Sample((A, B)), Sample((1.5, -0.75)), Sample((B, 1.75)), Sample((A, A), smooth=False))


def _larger(x: float, y: float) -> float:
    return x if x >= y or x != x else float(y)


def _smaller(x: float, y: float) -> float:
    return x if x <= y or x != x else float(y)


def _larger_number(x: float, y: float) -> float:
    return x if x >= y or y != y else float(y)


def _smaller_number(x: float, y: float) -> float:
    return x if x <= y or y != y else float(y)


def _to_first(g: Any, wins: Any, ties: Any) -> Any:
    """The cotangent of the first of two values: all of it where it wins, its share where they are equal."""
    share = chosen("maximum")
    if share == 1.0:
        return op.where(op.logical_or(wins, ties), g, 0.0)
    return op.where(wins, g, op.where(ties, share * g, 0.0))


def _to_second(g: Any, wins: Any, ties: Any) -> Any:
    share = 1.0 - chosen("maximum")
    if share == 0.0:
        return op.where(op.logical_or(wins, ties), 0.0, g)
    return op.where(wins, 0.0, op.where(ties, share * g, g))


@primitive(
    (
        lambda g, _ans, x, y: _to_first(g, op.greater(x, y), op.equal(x, y)),
        lambda g, _ans, x, y: _to_second(g, op.greater(x, y), op.equal(x, y)),
    ),
    aliases=("math.maximum",),
    symbol="max",
    latex=r"\max({x}, {y})",
    samples=PAIRS,
    scalar=_larger,
)
def maximum(xp: Any, x: Any, y: Any) -> Any:
    """The larger of two values, or NaN if one is; where they are equal, the whole gradient goes to x."""
    return xp.maximum(x, y)


@primitive(
    (
        lambda g, _ans, x, y: _to_first(g, op.less(x, y), op.equal(x, y)),
        lambda g, _ans, x, y: _to_second(g, op.less(x, y), op.equal(x, y)),
    ),
    aliases=("math.minimum",),
    symbol="min",
    latex=r"\min({x}, {y})",
    samples=PAIRS,
    scalar=_smaller,
)
def minimum(xp: Any, x: Any, y: Any) -> Any:
    """The smaller of two values, or NaN if one is; where they are equal, the whole gradient goes to x."""
    return xp.minimum(x, y)


@primitive(
    (
        lambda g, _ans, x, y: _to_first(g, op.logical_or(op.isnan(y), op.greater(x, y)), op.equal(x, y)),
        lambda g, _ans, x, y: _to_second(g, op.logical_or(op.isnan(y), op.greater(x, y)), op.equal(x, y)),
    ),
    samples=(*PAIRS, Sample((np.array([np.nan, 1.0]), np.array([1.0, np.nan])), smooth=False)),
    scalar=_larger_number,
)
def fmax(xp: Any, x: Any, y: Any) -> Any:
    """The larger of two values, or the one that is no NaN; where they are equal, the whole gradient goes to x."""
    return xp.fmax(x, y)


@primitive(
    (
        lambda g, _ans, x, y: _to_first(g, op.logical_or(op.isnan(y), op.less(x, y)), op.equal(x, y)),
        lambda g, _ans, x, y: _to_second(g, op.logical_or(op.isnan(y), op.less(x, y)), op.equal(x, y)),
    ),
    samples=(*PAIRS, Sample((np.array([np.nan, 1.0]), np.array([1.0, np.nan])), smooth=False)),
    scalar=_smaller_number,
)
def fmin(xp: Any, x: Any, y: Any) -> Any:
    """The smaller of two values, or the one that is no NaN; where they are equal, the whole gradient goes to x."""
    return xp.fmin(x, y)


def _inside(g: Any, _ans: Any, x: Any, low: Any, high: Any) -> Any:
    above = g if low is None else op.where(op.greater_equal(x, low), g, 0.0)
    kept = above if high is None else op.where(op.less_equal(x, high), above, 0.0)
    slope = chosen("clip")
    if slope != 1.0:
        for bound in (low, high):
            kept = kept if bound is None else op.where(op.equal(x, bound), slope * g, kept)
    return kept


def _below(g: Any, _ans: Any, x: Any, low: Any, high: Any) -> Any:
    held = op.where(op.less(x, low), g, 0.0)
    return held if high is None else op.where(op.less_equal(low, high), held, 0.0)


def _above(g: Any, _ans: Any, x: Any, low: Any, high: Any) -> Any:
    held = op.where(op.greater(x, high), g, 0.0)
    return held if low is None else op.where(op.greater(low, high), g, held)


@primitive(
    (_inside, _below, _above),
    optional=2,
    aliases=("clip_by_value",),
    renamed={
        "clip_value_min": "low",
        "clip_value_max": "high",
        "a_min": "low",
        "a_max": "high",
        "min": "low",
        "max": "high",
    },
    samples=(
        Sample((A, -1.0, 1.0)),
        Sample((A, -1.0, None)),
        Sample((A, None, np.array([1.0, 0.0, -1.0]))),
        Sample((A, 1.0, -0.5)),
        Sample((A, -1.25, 2.0), smooth=False),
    ),
)
def clip(xp: Any, x: Any, low: Any, high: Any) -> Any:
    """x limited to low..high (None: no limit on that side); the gradient at a bound is 1.

    As in NumPy, the result is high where low is above it.
    """
    above = x if low is None else xp.maximum(x, low)
    return xp.positive(above) if high is None else xp.minimum(above, high)


def _finite(g: Any, _ans: Any, x: Any, **params: Any) -> Any:
    if not is_complex(x):
        return op.where(op.isfinite(x), g, 0.0)
    real, imag = op.isfinite(op.real(x)), op.isfinite(op.imag(x))
    return op.complex(op.where(real, op.real(g), 0.0), op.where(imag, op.imag(g), 0.0))


@primitive(
    (_finite,),
    samples=(
        Sample((A,)),
        Sample((Z,)),
        Sample((np.array([np.nan, np.inf, 1.0]),), {"nan": 0.5, "posinf": 3.0}, smooth=False),
    ),
)
def nan_to_num(xp: Any, x: Any, *, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """x with NaN and infinities replaced by numbers; there the gradient is 0.

    Infinities become the largest and smallest finite numbers unless posinf and neginf say otherwise. Each part of a
    complex number is replaced for itself. copy changes nothing: tensors are values.
    """
    return xp.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
