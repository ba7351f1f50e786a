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
