"""What the machine computes element by element: the one list of its rows, each with how it is written.

Floats are float64; a truth is one inside an expression and 1.0 or 0.0 in memory. NumPy's arithmetic holds: a division
by zero gives an infinity, the root of a negative number NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradstudio.engine.plan.backends.native import elementary
from gradstudio.engine.plan.backends.native.lanes import Lanes


@dataclass(frozen=True, slots=True)
class Written:
    """How a row is written."""

    write: Callable[..., str]  # (lanes, *operands) -> result
    takes: str  # for each operand: f (float) or b (truth)
    gives: str  # the same for the result
    is_light: bool  # a few instructions, worth being part of a longer expression


def _light(takes: str, write: Callable[..., str], gives: str = "f") -> Written:
    return Written(write, takes, gives, True)


def _heavy(takes: str, write: Callable[..., str], gives: str = "f") -> Written:
    return Written(write, takes, gives, False)


def _compared(how: str) -> Written:
    return _light("ff", lambda f, x, y: f.compare(how, x, y), "b")


def _library(name: str, takes: str = "f") -> Written:
    """A function of C's library."""
    return _heavy(takes, lambda f, *inputs: f.call(name, *inputs))


def _known(name: str, takes: str = "f") -> Written:
    """A function that processors have."""
    return _light(takes, lambda f, *inputs: f.intrinsic(name, *inputs))


def _extreme(how: str) -> Callable[..., str]:
    """The larger or smaller of two; NaN where either is."""

    def write(f: Lanes, x: str, y: str) -> str:
        found = f.choose(f.compare(how, x, y), x, y)
        return f.choose(f.compare("uno", x, x), x, found)

    return write


_larger, _smaller = _extreme("ogt"), _extreme("olt")


def _extreme_number(how: str) -> Callable[..., str]:
    """The same; a number where only the other is NaN."""

    def write(f: Lanes, x: str, y: str) -> str:
        found = f.choose(f.compare(how, x, y), x, y)
        return f.choose(f.compare("uno", y, y), x, found)

    return write


def _relu(f: Lanes, x: str) -> str:
    """A NaN stays one."""
    return f.choose(f.compare("ole", x, f.number(0.0)), f.number(0.0), x)


def _sign(f: Lanes, x: str) -> str:
    one = f.intrinsic("copysign", f.number(1.0), x)
    return f.choose(f.compare("one", x, f.number(0.0)), one, _plus_zero(f, x))


def _plus_zero(f: Lanes, x: str) -> str:
    """x, but 0.0 for -0.0."""
    return f.add(x, f.number(0.0))


def _decayed(f: Lanes, x: str) -> str:
    return elementary.exp(f, f.negative(f.intrinsic("fabs", x)))


def _sigmoid(f: Lanes, x: str) -> str:
    e = _decayed(f, x)
    is_positive = f.compare("oge", x, f.number(0.0))
    return f.divide(f.choose(is_positive, f.number(1.0), e), f.add(f.number(1.0), e))


def _softplus(f: Lanes, x: str) -> str:
    return f.add(_larger(f, x, f.number(0.0)), elementary.log1p(f, _decayed(f, x)))


def _log_add_exp(f: Lanes, x: str, y: str) -> str:
    """The larger, and log(1 + exp(-|x - y|)); where they are equal, infinite or not, log 2."""
    is_same = f.compare("oeq", x, y)
    apart = f.choose(is_same, f.number(0.0), f.subtract(x, y))
    return f.add(_larger(f, x, y), elementary.log1p(f, _decayed(f, apart)))


def _log_sigmoid(f: Lanes, x: str) -> str:
    return f.negative(_softplus(f, f.negative(x)))


def _ndtr(f: Lanes, x: str) -> str:
    """The normal distribution function: half of erfc, which is right far out too."""
    scaled = f.multiply(x, f.number(-math.sqrt(0.5)))
    return f.multiply(f.number(0.5), f.call("erfc", scaled))


def _quotient_no_nan(f: Lanes, x: str, y: str) -> str:
    return f.choose(f.is_true(y), f.divide(x, y), f.number(0.0))


def _product_no_nan(f: Lanes, x: str, y: str) -> str:
    return f.choose(f.is_true(y), f.multiply(x, y), f.number(0.0))


def _zero_first(f: Lanes, x: str, y: str) -> str:
    return f.choose(f.is_true(x), f.divide(x, y), f.number(0.0))


def _difference_squared(f: Lanes, x: str, y: str) -> str:
    d = f.subtract(x, y)
    return f.multiply(d, d)


def _is_finite(f: Lanes, x: str) -> str:
    return f.compare("olt", f.intrinsic("fabs", x), f.number(math.inf))


def _is_infinite(f: Lanes, x: str) -> str:
    return f.compare("oeq", f.intrinsic("fabs", x), f.number(math.inf))


ROWS: Mapping[str, Written] = {
    "add": _light("ff", Lanes.add),
    "subtract": _light("ff", Lanes.subtract),
    "multiply": _light("ff", Lanes.multiply),
    "divide": _light("ff", Lanes.divide),
    "negative": _light("f", Lanes.negative),
    "square": _light("f", lambda f, x: f.multiply(x, x)),
    "reciprocal": _light("f", lambda f, x: f.divide(f.number(1.0), x)),
    "squared_difference": _light("ff", _difference_squared),
    "abs": _known("fabs"),
    "sqrt": _known("sqrt"),
    "rsqrt": _light("f", lambda f, x: f.divide(f.number(1.0), f.intrinsic("sqrt", x))),
    "copysign": _known("copysign", "ff"),
    "floor": _known("floor"),
    "ceil": _known("ceil"),
    "trunc": _known("trunc"),
    "maximum": _light("ff", _larger),
    "minimum": _light("ff", _smaller),
    "fmax": _light("ff", _extreme_number("ogt")),
    "fmin": _light("ff", _extreme_number("olt")),
    "clip": _light("fff", lambda f, x, low, high: _smaller(f, _larger(f, x, low), high)),
    "relu": _light("f", _relu),
    "sign": _light("f", _sign),
    "identity": _light("f", lambda f, x: x),
    "where": _light("bff", Lanes.choose),
    "divide_no_nan": _light("ff", _quotient_no_nan),
    "multiply_no_nan": _light("ff", _product_no_nan),
    "xdivy": _light("ff", _zero_first),
    "less": _compared("olt"),
    "less_equal": _compared("ole"),
    "greater": _compared("ogt"),
    "greater_equal": _compared("oge"),
    "equal": _compared("oeq"),
    "not_equal": _compared("une"),
    "isnan": _light("f", lambda f, x: f.compare("uno", x, x), "b"),
    "isfinite": _light("f", _is_finite, "b"),
    "isinf": _light("f", _is_infinite, "b"),
    "logical_or": _light("bb", lambda f, x, y: f.logic("or", x, y), "b"),
    "logical_and": _light("bb", lambda f, x, y: f.logic("and", x, y), "b"),
    "logical_xor": _light("bb", lambda f, x, y: f.logic("xor", x, y), "b"),
    "logical_not": _light("b", Lanes.inverse, "b"),
    "exp": _heavy("f", elementary.exp),
    "log": _heavy("f", elementary.log),
    "log1p": _heavy("f", elementary.log1p),
    "sin": _heavy("f", elementary.sin),
    "cos": _heavy("f", elementary.cos),
    "tanh": _heavy("f", elementary.tanh),
    "sigmoid": _heavy("f", _sigmoid),
    "softplus": _heavy("f", _softplus),
    "log_sigmoid": _heavy("f", _log_sigmoid),
    "logaddexp": _heavy("ff", _log_add_exp),
    "ndtr": _heavy("f", _ndtr),
    **{name: _library(name) for name in "tan sinh cosh expm1 exp2 log2 log10 cbrt erf erfc".split()},
    **{f"arc{name}": _library(f"a{name}") for name in "sin cos tan sinh cosh tanh".split()},
    "arctan2": _library("atan2", "ff"),
    "power": _library("pow", "ff"),
    "hypot": _library("hypot", "ff"),
}
"""Name of a row -> how it is written."""


def converted(f: Lanes, x: str, kind: str, wanted: str) -> str:
    """An operand of one kind as one of another."""
    if kind == wanted:
        return x
    return f.is_true(x) if wanted == "b" else f.as_number(x)
