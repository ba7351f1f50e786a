"""Other ways to compute a row on a block of an array, where NumPy's vector loops beat the library behind the row.

They are for blocks only: the many passes pay while the block stays in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

_UPPER = (0.5000000025129469, 0.43673423212012025, 0.1820677455459891, 0.04023652894349622, 0.00405655976607357)
_LOWER = (1.0, 1.6713533909645122, 1.1976783061844525, 0.4663862279940578, 0.10086495268251625, 0.010168155961924157)
"""exp(a²/2) ndtr(-a) as a quotient of polynomials, to 6e-9 of its value for 0 <= a <= 14. All numbers are positive, so
nothing cancels. Fitted to the function in 50 digits."""
_MOST = 15.0
"""Further out ndtr is 0 in float32."""


def ndtr(x: np.ndarray) -> np.ndarray:
    """The normal distribution function of float32: two to four times as fast as SciPy's, right to 4e-7 (1e-6 far out).

    Shape and dtype are those of x.
    """
    size, sign = np.abs(x), np.copysign(np.float32(0.5), x)
    if not size.max(initial=0.0) <= _MOST:  # an infinity would be divided by itself
        np.minimum(size, _MOST, out=size)
    found = _polynomial(size, _UPPER)
    found /= _polynomial(size, _LOWER)
    size *= size
    size *= -0.5
    found *= np.exp(size, size)
    # Without a choice: 1 - found for x above 0, and 0 + found below, where 0.5 - 0.5 is exactly 0.
    np.copysign(found, x, found)
    sign += 0.5
    sign -= found
    result: np.ndarray = sign
    return result


def _polynomial(x: np.ndarray, coefficients: tuple[float, ...]) -> np.ndarray:
    total = x * coefficients[-1]
    total += coefficients[-2]
    for c in coefficients[-3::-1]:
        total *= x
        total += c
    return total


FASTER: Mapping[tuple[str, str], Callable[..., Any]] = {("ndtr", "f"): ndtr}
"""Name of a row of one input and code of its dtype -> another way."""
