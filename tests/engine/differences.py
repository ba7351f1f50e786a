"""Central differences: the independent answer that every gradient rule is held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def inner(cotangent: Any, value: Any) -> float:
    """How much the scalar moves that has this cotangent: dL/dRe and dL/dIm are its real and imaginary part."""
    return float(np.sum(np.real(np.conj(cotangent) * value)))


def central_difference(
    function: Callable[[list[Any]], list[np.ndarray]], inputs: list[Any], slot: int, cotangents: list[np.ndarray]
) -> np.ndarray:
    """The vjp of function at inputs with respect to input number slot, by moving one element at a time.

    Steps h and h/2 are combined (Richardson), so that the error is of order h**4. A complex element is moved along
    both axes.
    """
    x = np.asarray(inputs[slot])
    is_complex = x.dtype.kind == "c"
    x = x.astype(np.complex128 if is_complex else np.float64)
    out = np.zeros(x.shape, x.dtype)

    def at(index: tuple[int, ...], step: complex) -> list[np.ndarray]:
        moved = x.copy()
        moved[index] += step if is_complex else step.real
        changed = list(inputs)
        changed[slot] = moved
        return function(changed)

    def slope(index: tuple[int, ...], direction: complex) -> float:
        h = 1e-3
        wide = [(a - b) / (2 * h) for a, b in zip(at(index, h * direction), at(index, -h * direction), strict=True)]
        near = [(a - b) / h for a, b in zip(at(index, h / 2 * direction), at(index, -h / 2 * direction), strict=True)]
        return sum(inner(u, (4 * n - w) / 3) for u, n, w in zip(cotangents, near, wide, strict=True))

    for index in np.ndindex(x.shape):
        out[index] = slope(index, 1.0) + (1j * slope(index, 1j) if is_complex else 0.0)
    return out
