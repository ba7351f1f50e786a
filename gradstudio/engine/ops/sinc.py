"""The sinc function, smooth at 0 to every order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.complex_numbers import Z

primitive = category("elementary", batch="elementwise")
S = (Sample((np.array([-1.25, 0.0, 1e-3, 0.5, 3.0]),)), Sample((0.75,)), Sample((0.0,)), Sample((Z,)))


@primitive((lambda g, _ans, x: g * op.sinc_slope(x, order=1),), samples=S)
def sinc(xp: Any, x: Any) -> Any:
    """sin(pi x) / (pi x), and 1 at 0."""
    return xp.sinc(x)


@primitive((lambda g, _ans, x, order: g * op.sinc_slope(x, order=order + 1),), listed=False)
def sinc_slope(xp: Any, x: Any, *, order: int) -> Any:
    """The derivative of sinc of that order (at least 1).

    With z = pi x and f(z) = sin(z) / z, the series of f gives it near 0, and z f^(n) + n f^(n-1) = sin^(n), which is
    the product rule on z f, everywhere else.
    """
    z = xp.multiply(x, math.pi)
    border = order + 1.5
    near = xp.less(xp.abs(z), border)
    here, far = xp.where(near, z, 0.0), xp.where(near, border, z)
    return math.pi**order * xp.where(near, _series(here, order, border), _recurrence(xp, far, order))


def _series(z: Any, order: int, border: float) -> Any:
    """The sum over m = order, order + 2 ... (mod 2) of +-z**m / (m! (m + order + 1))."""
    first = last = order % 2
    while border**last / math.factorial(last) > 1e-18:
        last += 2
    total = 0.0 * z
    for m in range(last, -1, -2):
        total = total * (z * z) + (-1.0) ** ((m + order) // 2) / (math.factorial(m) * (m + order + 1))
    return total * z if first else total


def _recurrence(xp: Any, z: Any, order: int) -> Any:
    turns = (xp.sin(z), xp.cos(z), -xp.sin(z), -xp.cos(z))
    slope = turns[0] / z
    for n in range(1, order + 1):
        slope = (turns[n % 4] - n * slope) / z
    return slope
