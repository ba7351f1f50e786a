"""Products of matrices: how many threads one takes, and how small ones are asked for with the least delay.

OpenBLAS, which NumPy's wheels bring, wakes all its threads for products of a few dozen rows already, and they wait by
spinning: where processors are busy or few, such a product takes a hundred times as long. Where several threads are
allowed at all, `matmul` here keeps small products to the calling thread and puts things back after each; large ones
are left to the library. With GRADSTUDIO_BLAS=0, or where the library cannot be asked, it is NumPy's own.

Of a product of a few dozen rows, asking takes as long as computing. For one or two axes the method `dot` gives the same
numbers as np.matmul and asks less, and OpenBLAS is quicker where the second factor lies row by row.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import ref

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


def dot(x: Any, y: Any, out: Any = None) -> Any:
    """np.matmul."""
    if out is None and type(x) is np.ndarray is type(y) and 0 < x.ndim < 3 and 0 < y.ndim < 3:
        return x.dot(y)
    return np.matmul(x, y, out)


def by_work(
    get: Callable[[], int], put: Callable[[int], Any], multiply: Callable[..., Any] = np.matmul
) -> Callable[..., Any]:
    """np.matmul, on one thread where that is less than ENOUGH."""

    def matmul(x: Any, y: Any, out: Any = None) -> Any:
        if type(x) is not np.ndarray or type(y) is not np.ndarray:
            return multiply(x, y, out)  # which says what is wrong
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


def _chosen() -> tuple[Callable[..., Any], Callable[..., Any]]:
    if os.environ.get(SWITCH) == "0":
        return np.matmul, dot
    found = _threads()
    return (np.matmul, dot) if found is None or found[0]() == 1 else (by_work(*found), by_work(*found, dot))


matmul, product = _chosen()
"""matmul(x, y, out=None): the product of two of NumPy's arrays; product(x, y): the same, for many small ones."""


def times(xp: Any, x: Any, y: Any) -> Any:
    """The product of two arrays of a namespace."""
    return product(x, y) if xp is np else xp.matmul(x, y)


def turned(y: np.ndarray) -> np.ndarray:
    """A matrix with rows and columns exchanged, as the second factor of products; y never changes.

    A small one lies row by row, which is worth the copy. Weights come again in every step of a loop, so it is kept.
    """
    known = _turned.get(id(y))
    if known is not None and known[0]() is y:
        return known[1]
    if y.size > _SMALL:
        return y.T
    found = np.ascontiguousarray(y.T)
    if len(_turned) >= _MOST:
        _turned.clear()
    _turned[id(y)] = ref(y), found
    return found


_SMALL = 1 << 13
"""Elements of a matrix up to which a copy takes no longer than the product gains."""
_MOST = 32
_turned: dict[int, tuple[ref[np.ndarray], np.ndarray]] = {}
