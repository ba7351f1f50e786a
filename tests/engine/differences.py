"""Central differences: the independent answer that every gradient rule is held against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def central_difference(
    function: Callable[[list[np.ndarray]], np.ndarray], inputs: list[np.ndarray], slot: int, cotangent: np.ndarray
) -> np.ndarray:
    """The vjp of function at inputs with respect to input number slot, by moving one element at a time.

    Points h, h/2 are combined (Richardson), so that the error is of order h**4.
    """
    x = np.asarray(inputs[slot], np.float64)
    out = np.zeros(x.shape)

    def at(index: tuple[int, ...], step: float) -> np.ndarray:
        moved = x.copy()
        moved[index] += step
        changed = list(inputs)
        changed[slot] = moved
        return np.asarray(function(changed), np.float64)

    h = 1e-3
    for index in np.ndindex(x.shape):
        wide = (at(index, h) - at(index, -h)) / (2 * h)
        near = (at(index, h / 2) - at(index, -h / 2)) / h
        out[index] = np.sum(cotangent * (4 * near - wide) / 3)
    return out
