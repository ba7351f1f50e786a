"""Other ways to compute a row, which write into an array and leave out what is needed for rare values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradstudio.engine.plan.backends.distances import pulled_first, pulled_second, squared_distances


def xdivy(x: Any, y: Any, out: np.ndarray | None = None) -> np.ndarray:
    """x / y, and 0 where x is 0, which is looked for only if there is a NaN among the quotients."""
    found: np.ndarray = np.true_divide(x, y, out)
    least = np.minimum.reduce(found, None, initial=0.0)
    if least != least:
        np.copyto(found, 0.0, where=np.equal(x, 0))
    return found


def stacked(*parts: Any) -> np.ndarray:
    """Arrays one below the other, in the array that comes last (None: in a new one)."""
    *arrays, out = parts
    found: np.ndarray = np.concatenate(arrays, 0, out)
    return found


HIGHEST = 16.0
"""Up to here exponentials of float32 are far from overflow, also many of them added up."""


def levels(tops: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """What is subtracted in rows before exponentials are taken: their largest elements, or nothing where none needs it.

    None needs it where all those lie in 0..HIGHEST: then no exponential is smaller than it would be.
    """
    found: np.ndarray = np.empty_like(tops) if out is None else out
    is_tame = _least(tops, None, None, None, False, 1.0) >= 0.0 and _most(tops, None, None, None, False, 1.0) <= HIGHEST
    np.copyto(found, 0.0 if is_tame else tops)
    return found


def raised(x: np.ndarray, level: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """exp(x - level)."""
    if not _any(level, None):
        found: np.ndarray = np.exp(x, out)
        return found
    found = np.subtract(x, level, out)
    np.exp(found, found)
    return found


def divided(x: np.ndarray, y: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """x / y for rows of x with one y each: products, where no reciprocal is out of the way."""
    factor = np.reciprocal(y)
    least = _LEAST[y.dtype.char]
    is_positive = _least(factor, None, None, None, False, 1.0) > least
    size = factor if is_positive else np.abs(factor)
    is_plain = is_positive or _least(size, None, None, None, False, 1.0) > least
    is_plain = is_plain and _most(size, None, None, None, False, 1.0) < 1 / least
    found: np.ndarray = np.multiply(x, factor, out) if is_plain else np.true_divide(x, y, out)
    return found


_least: Any = np.minimum.reduce
_most: Any = np.maximum.reduce
_any: Any = np.logical_or.reduce

clip: Any = np.ndarray.clip
"""clip(x, least, most, out). With a number maximum and minimum take one element at a time."""

STACKED = "stacked"
"""The name of the row of that."""

_LEAST = {code: float(np.finfo(code).tiny) * 16 for code in "fd"}
"""Smaller reciprocals may have lost digits, and there are larger numbers than their reciprocals."""

IN_PLACE = frozenset(["levels", "raised", "divided"])
"""Names of functions that may put their result over an input, as ufuncs may: they read each element before."""

INTO: Mapping[str, Callable[..., Any]] = {
    "xdivy": xdivy,
    "levels": levels,
    "raised": raised,
    "divided": divided,
    "squared_distances": squared_distances,
    "pulled_first": pulled_first,
    "pulled_second": pulled_second,
    STACKED: stacked,
}
"""Name of a row -> a function of its inputs and of the array, none of them, that the result is put into."""
