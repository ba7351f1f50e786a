"""Sums of NumPy's arrays over their first axes or along their rows, as products with ones where that is exact enough.

NumPy adds row to row, which takes long where rows are short, and grows the error with each of them. The product of a
matrix and a vector adds in several places at once. It is given parts small enough that no BLAS wakes other threads.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_PART = 1 << 18
"""So many elements of a matrix at once."""
_WIDEST = 1 << 12
"""Bytes of a row up to which many of them are added sooner in this way."""
_LONGEST = 1 << 11
"""Rows up to this length: over longer ones NumPy's sum in pairs is the more exact one."""


def over_first(g: np.ndarray, extra: int) -> Any:
    """The sum of g over its first `extra` axes, one or more."""
    if g.ndim > extra and g.dtype.char in "fd" and g.flags.c_contiguous and g.size:
        if g.ndim == 2 and g.size <= _PART:  # most often it is the offset of a layer
            return ones(len(g), g.dtype.char).dot(g)
        dims = g.shape[extra:]
        rows = g if g.ndim == 2 else g.reshape(-1, g.size // _count(g.shape[:extra]))
        count, width = rows.shape
        if g.size <= _PART:
            total = ones(count, g.dtype.char).dot(rows)
        elif width * g.itemsize <= _WIDEST:
            step = _PART // width
            total = ones(step, g.dtype.char) @ rows[:step]
            for start in range(step, count, step):
                part = rows[start : start + step]
                total += ones(len(part), g.dtype.char) @ part
        else:
            return np.add.reduce(g, axis=tuple(range(extra)))
        return total if len(dims) == 1 else total.reshape(dims)
    return np.add.reduce(g, axis=0 if extra == 1 else tuple(range(extra)))


def along_rows(x: np.ndarray) -> Any:
    """x.sum(axis=-1, keepdims=True)."""
    if x.ndim == 2 and x.dtype.char in "fd" and x.flags.c_contiguous and x.size <= _PART and x.shape[1] <= _LONGEST:
        return (x @ ones(x.shape[1], x.dtype.char))[:, None]
    return x.sum(axis=-1, keepdims=True)


def _count(dims: tuple[int, ...]) -> int:
    product = 1
    for n in dims:
        product *= n
    return product


_made: dict[str, np.ndarray] = {"f": np.ones(1 << 10, np.float32), "d": np.ones(1 << 10, np.float64)}
"""The most ones that were wanted so far."""


ONE = {np.dtype(char): np.ones((), char) for char in "efdFD"}
"""The number 1 of each dtype as an array, which NumPy takes as an operand in half the time that a float takes it."""


def ones(count: int, char: str) -> np.ndarray:
    """So many ones, of the dtype with that character ("f" or "d"); not to be written to."""
    found = _made[char]
    if len(found) < count:
        found = _made[char] = np.ones(count, char)
    return found[:count]
