"""How numbers are written, everywhere: four significant digits, a true minus, short exponents."""

from __future__ import annotations

import math

from gradstudio.engine.trace import Summaries

LONGEST = 8
"""Characters a number in a node may take, its sign included."""


def number(x: float, digits: int = 4, sign: bool = False, longest: int = LONGEST) -> str:
    """0.03734, −0.01623, 1.234e4, ∞, NaN; with sign=True positive numbers get a plus. 0 is just 0."""
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return ("−" if x < 0 else "+" if sign else "") + "∞"
    if x == 0:
        return "0"
    lead = "−" if x < 0 else "+" if sign else ""
    for count in range(digits, 0, -1):
        text = lead + _magnitude(abs(x), count)
        if len(text) <= longest:
            return text
    return text


def _magnitude(x: float, digits: int) -> str:
    text = f"{x:#.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa.rstrip('.')}e{int(exponent)}".replace("e-", "e−")
    if x < 1e-4:
        mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("e-", "e−")
    return text.rstrip(".")


def whole(n: int) -> str:
    """An integer with a true minus; long ones in exponent form."""
    text = str(n).replace("-", "−")
    return text if len(text) <= LONGEST + 2 else number(float(n))


def value_text(s: Summaries, row: int) -> str:
    """A value as its node writes it: the number, or what stands for an array."""
    dtype, size = s.dtypes[s.dtype[row]], int(s.size[row])
    scalar = s.shapes[s.shape[row]] == ()
    if scalar:
        x = float(s.mean[row])
        if dtype == "bool":
            return "true" if x else "false"
        return whole(int(x)) if dtype.startswith(("int", "uint")) and math.isfinite(x) else number(x)
    if size == 0:
        return "empty"
    if dtype == "bool":
        return f"{int(s.positive[row])} of {size} true"
    if s.nan[row]:
        return f"{int(s.nan[row])} of {size} NaN"
    if s.infinite[row]:
        return f"{int(s.infinite[row])} of {size} ∞"
    return "μ " + number(float(s.mean[row]))


def gradient_text(s: Summaries, row: int) -> str:
    """A cotangent as its node writes it: signed for a scalar, the root mean square of an array."""
    scalar = s.shapes[s.shape[row]] == ()
    if s.nan[row]:
        return "NaN"
    if s.infinite[row]:
        return number(float(s.mean[row]), sign=True) if scalar else f"{int(s.infinite[row])} of {int(s.size[row])} ∞"
    if s.size[row] == s.zero[row]:
        return "0"
    return number(float(s.mean[row]), sign=True) if scalar else number(float(s.rms[row]), digits=3)
