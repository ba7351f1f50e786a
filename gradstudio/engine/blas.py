"""How many threads a product of matrices takes: one, unless there is work enough for several.

OpenBLAS, which NumPy's wheels bring, wakes all its threads for products of a few dozen rows already, and they wait by
spinning: where processors are busy or few, such a product takes a hundred times as long. Where several threads are
allowed at all, `matmul` here keeps small products to the calling thread and puts things back after each; large ones
are left to the library. With GRADSTUDIO_BLAS=0, or where the library cannot be asked, it is NumPy's own.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ENOUGH = 1 << 25
"""Products of numbers from which on it pays to wake another thread."""
SWITCH = "GRADSTUDIO_BLAS"
_SETTERS = ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_", "openblas_set_num_threads")


def _threads() -> tuple[Callable[[], int], Callable[[int], Any]] | None:
    """What tells and sets how many threads NumPy's OpenBLAS takes; None without it."""
    home = Path(np.__file__).parent
    for folder in (home.parent / "numpy.libs", home / ".dylibs"):
        for path in sorted(folder.glob("*openblas*")):
            try:
                library = ctypes.PyDLL(str(path))  # it is loaded already; PyDLL keeps Python's lock, a call is short
            except OSError:
                continue
            for name in _SETTERS:
                if hasattr(library, name):
                    return getattr(library, name.replace("_set_", "_get_")), getattr(library, name)
    return None


def by_work(get: Callable[[], int], put: Callable[[int], Any]) -> Callable[..., Any]:
    """np.matmul, on one thread where that is less than ENOUGH."""
    multiply = np.matmul

    def matmul(x: Any, y: Any, out: Any = None) -> Any:
        if x.size * (y.shape[-1] if y.ndim > 1 else 1) >= ENOUGH:
            return multiply(x, y, out)
        before = get()
        if before == 1:
            return multiply(x, y, out)
        put(1)
        try:
            return multiply(x, y, out)
        finally:
            put(before)

    return matmul


def _chosen() -> Callable[..., Any]:
    if os.environ.get(SWITCH) == "0":
        return np.matmul
    found = _threads()
    return np.matmul if found is None or found[0]() == 1 else by_work(*found)


matmul = _chosen()
"""matmul(x, y, out=None): the product of two of NumPy's arrays."""


def times(xp: Any, x: Any, y: Any) -> Any:
    """The product of two arrays of a namespace."""
    return matmul(x, y) if xp is np else xp.matmul(x, y)
