"""Large arrays for results: one that the caller has dropped is used again, which saves asking the system for memory."""

from __future__ import annotations

import sys
import weakref
from typing import Any

import numpy as np


class Pool:
    """Arrays of one shape and dtype."""

    SMALLEST = 1 << 16
    """Bytes from which an array is worth keeping: below, NumPy has one at once."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self._shape = shape
        self._dtype = dtype
        self._kept: list[np.ndarray] = []

    def take(self) -> np.ndarray:
        """An array that nothing else refers to; what it holds is of no meaning."""
        array = _unused(self._kept)
        if array is None:
            array = np.empty(self._shape, self._dtype)
            self._kept = [array, *self._kept[:1]]
        return array


def _unused(kept: list[np.ndarray]) -> np.ndarray | None:
    """An array that only the list holds: whoever else had it, or a view of it, has it no more."""
    for array in kept:
        if sys.getrefcount(array) <= _OURS and not weakref.getweakrefcount(array):
            return array
    return None


def _references() -> int:
    """What getrefcount says in _unused() of an array that only the list holds; 0 where it does not say."""
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return 0
    for array in [np.empty(0)]:
        return sys.getrefcount(array)
    return 0


_OURS = _references()
