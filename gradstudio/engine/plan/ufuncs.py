"""Which NumPy ufunc a row of the table is: the one place where plans know NumPy's functions by the name of a row.

A row stands here if its forward function does nothing but call this ufunc, so that a plan may call it with out=.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Ufunc:
    """ufunc(*operands): an operand is the number of an input of the row, or a number of its own as a string."""

    ufunc: np.ufunc
    operands: tuple[int | str, ...]


def _same(*names: str) -> dict[str, Ufunc]:
    """Rows with the name and the inputs that NumPy's function has."""
    return {name: Ufunc(getattr(np, name), tuple(range(getattr(np, name).nin))) for name in names}


UFUNCS: Mapping[str, Ufunc] = {
    **_same("add", "subtract", "multiply", "divide", "negative", "abs", "maximum", "minimum", "fmax", "fmin"),
    **_same("copysign", "heaviside", "nextafter", "hypot", "sqrt", "cbrt"),
    **_same("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "logaddexp2"),
    **_same("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "deg2rad", "rad2deg"),
    **_same("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "floor", "ceil", "trunc"),
    **_same("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
    **_same("logical_and", "logical_or", "logical_xor", "logical_not", "isnan", "isinf", "isfinite", "signbit"),
    "square": Ufunc(np.multiply, (0, 0)),
    "reciprocal": Ufunc(np.true_divide, ("1.0", 0)),
    "relu": Ufunc(np.maximum, (0, "0")),
}
"""Name of a row -> the ufunc it is."""

EXPRESSIONS: Mapping[str, str] = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "negative": "-{0}",
    "square": "{0} * {0}",
    "reciprocal": "1.0 / {0}",
    "equal": "{0} == {1}",
    "not_equal": "{0} != {1}",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}",
    "isnan": "{0} != {0}",
    "where": "{1} if {0} else {2}",
    "logical_and": "{0} and {1}",
    "logical_or": "{0} or {1}",
    "logical_not": "not {0}",
}
"""Name of a row -> the same on Python floats and bools; other rows have a `scalar` function."""

NEW = frozenset(
    "sum mean prod max min logsumexp any all count_nonzero argmax argmin where cast matmul concatenate stack softmax "
    "log_softmax sigmoid softplus log_sigmoid put_at gather take_along_axis cumsum cumprod one_hot ndtr erf erfc "
    "xdivy divide_no_nan multiply_no_nan rsqrt power mod floor_divide squared_difference sparse_softmax_cross_entropy "
    "softmax_cross_entropy mse mae tensordot dot layer_norm tile repeat pad solve inv det "
    "conv1d conv2d conv3d convolution conv1d_transpose conv2d_transpose conv3d_transpose conv_transpose".split()
)
"""Rows besides these ufuncs whose result is always memory of its own, never a view of an input."""
