"""The unit vectors of a shape: the cotangents that a Jacobian begins with.

They are not kept as an array, because the first ops on the way back seldom need one: element by element they are
scaled, and times a matrix they give its rows.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


class Units:
    """An array (count, *dims) that is not made: vector number k is 1 at element k of dims, and 0 elsewhere."""

    __slots__ = ("dtype", "shape")

    def __init__(self, dims: tuple[int, ...], dtype: Any) -> None:
        self.shape = (math.prod(dims), *dims)
        self.dtype = dtype

    def ones(self) -> np.ndarray:
        """Weights that change nothing."""
        return np.ones(self.shape[1:], self.dtype)

    def scaled(self, weights: np.ndarray | None) -> np.ndarray:
        """The array, each element of all vectors times the same weight; 0 times infinity is NaN here too."""
        count = self.shape[0]
        made = np.zeros((count, count), self.dtype)
        if weights is None:
            made.reshape(-1)[:: count + 1] = 1.0
        else:
            flat = weights.reshape(-1)
            finite = np.isfinite(flat)
            if not finite.all():
                made[:, ~finite] = np.nan
            made.reshape(-1)[:: count + 1] = flat
        return made.reshape(self.shape)
