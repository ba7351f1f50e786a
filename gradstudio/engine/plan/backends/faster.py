"""Other ways to compute a row, which write into an array and leave out what is needed for rare values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
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


_LINE = 1 << 12
MANY = 1 << 14
"""From so many elements on, a bound is better many numbers than one."""


def bounded(ufunc: np.ufunc, x: np.ndarray, bound: float, out: np.ndarray | None) -> np.ndarray:
    """maximum(x, bound) or minimum(x, bound). Between arrays these compare many elements at once, with a number not."""
    if out is None or not (x.flags.c_contiguous and out.flags.c_contiguous):
        found: np.ndarray = ufunc(x, bound, out=out)
        return found
    line, into = x.reshape(-1), out.reshape(-1)
    many = x.size - x.size % _LINE
    ufunc(line[:many].reshape(-1, _LINE), _line(bound, x.dtype.char), out=into[:many].reshape(-1, _LINE))
    if many < x.size:
        ufunc(line[many:], bound, out=into[many:])
    return out


@lru_cache(maxsize=64)
def _line(bound: float, code: str) -> np.ndarray:
    return np.full(_LINE, bound, code)


STACKED = "stacked"
"""The name of the row of that."""

INTO: Mapping[str, Callable[..., Any]] = {
    "xdivy": xdivy,
    "squared_distances": squared_distances,
    "pulled_first": pulled_first,
    "pulled_second": pulled_second,
    STACKED: stacked,
}
"""Name of a row -> a function of its inputs and of the array, none of them, that the result is put into."""
