"""Bessel functions: the ones of order 0 and 1 under their names, and any whole order for their derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.backends import special
from gradstudio.engine.declaring import Sample, category, op

primitive = category("elementary", batch="elementwise")
ALL = (Sample((np.array([-1.5, 0.3, 2.5]),)), Sample((0.75,)))
POSITIVE = (Sample((np.array([0.4, 1.7, 5.5]),)), Sample((0.75,)))

_FIRST = {
    "j": "the first kind",
    "y": "the second kind",
    "i": "the first kind, modified",
    "k": "the second kind, modified",
    "ie": "the first kind, modified, times exp(-|x|)",
    "ke": "the second kind, modified, times exp(x)",
}
"""SciPy's letter of a family -> what it is called."""


def _of(letter: str, order: int, x: Any) -> Any:
    """The family's function of an order; those of order 0 and 1 are ops that also programs use."""
    if order < 0:  # J and Y of order -1 are those of order 1 with the sign changed
        return op.negative(_of(letter, -order, x)) if letter in "jy" else _of(letter, -order, x)
    if order < 2:
        return getattr(op, f"bessel_{letter[0]}{order}{letter[1:]}")(x)
    return op.bessel_any(x, letter=letter, order=order)


def _slope(letter: str, order: int, x: Any) -> Any:
    """The derivative, from the functions of the orders beside it. Source: DLMF 10.6.1, 10.29.1."""
    below, above = _of(letter, order - 1, x), _of(letter, order + 1, x)
    if letter[0] in "jy":
        return op.negative(above) if order == 0 else 0.5 * (below - above)
    mean = above if order == 0 else 0.5 * (below + above)
    if letter == "i":
        return mean
    if letter == "k":
        return op.negative(mean)
    here = _of(letter, order, x)
    return mean - op.sign(x) * here if letter == "ie" else here - mean


@primitive((lambda g, _ans, x, letter, order: g * _slope(letter, order, x),), listed=False)
def bessel_any(xp: Any, x: Any, *, letter: str, order: int) -> Any:
    """The Bessel function of a family and a whole order."""
    return getattr(special(xp), f"{letter[0]}v{letter[1:]}")(float(order), x)


def _declare(letter: str, order: int) -> None:
    short = f"{letter[0]}{order}{letter[1:]}"

    def forward(xp: Any, x: Any) -> Any:
        return getattr(special(xp), short)(x)

    forward.__name__ = f"bessel_{short}"
    forward.__doc__ = f"Bessel function of {_FIRST[letter]}, of order {order}."
    if letter == "ie":
        forward.__doc__ += "\n\nAt 0, where it has a corner, the slope is the mean of those beside it."
    if letter[0] in "yk":
        forward.__doc__ += "\n\nInfinite at 0, NaN below."
    tensorflow = [f"math.special.bessel_{short}"] + ([f"math.bessel_{short}"] if letter[0] == "i" else [])
    primitive(
        (lambda g, _ans, x: g * _slope(letter, order, x),),
        aliases=(*tensorflow, short),
        samples=POSITIVE if letter[0] in "yk" else ALL,
    )(forward)


for _letter in _FIRST:
    for _order in (0, 1):
        _declare(_letter, _order)
