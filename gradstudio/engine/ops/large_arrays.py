"""How rules treat large NumPy arrays: in few new arrays, and by rows that stay in a processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gradstudio.engine.sums import over_first

_BYTES = 1 << 18
"""How much of each array a block holds: a part of the cache that a core has to itself."""
FEW = 1 << 12
"""Up to so many elements, a new array costs no more than one that is used again."""


def are_large(first: np.ndarray, *more: Any) -> bool:
    """Whether these are NumPy arrays of one shape and dtype, large enough for a rule to spare the making of arrays.

    Rules ask first whether a cotangent is an array at all: they are called with floats far more often than with these.
    """
    return first.size > FEW and all(
        [type(x) is np.ndarray and x.dtype == first.dtype and x.shape == first.shape for x in more]
    )


def lie_in_rows(x: Any, axis: Any) -> bool:
    """Whether x is a large array of NumPy's whose axis, the last one, lies without gaps."""
    return (
        type(x) is np.ndarray
        and x.size > FEW
        and x.flags.c_contiguous
        and x.dtype.kind in "fc"
        and (axis == -1 or axis == x.ndim - 1)
    )


def blocks(count: int, width: int, itemsize: int) -> Iterator[slice]:
    """Slices of `count` rows of `width` elements."""
    step = max(1, _BYTES // max(width * itemsize, 1))
    for start in range(0, count, step):
        yield slice(start, start + step)


def by_rows(compute: Callable[..., Any], *arrays: Any, into: Any = None) -> Any:
    """compute(*rows of arrays, out=rows of the result) for all rows of arrays that broadcast to the shape of the first.

    into: the array of results, one row for each; a new one like the first array unless given. The arrays have the
    rank of the first, which lies in rows.
    """
    first = arrays[0]
    width = first.shape[-1]
    out = np.empty_like(first) if into is None else into
    if first.nbytes <= _BYTES:
        compute(*arrays, out=out)
        return out
    rows = [out.reshape(-1, out.shape[-1])]
    for x in arrays:
        whole = x if x.shape[:-1] == first.shape[:-1] else np.broadcast_to(x, (*first.shape[:-1], x.shape[-1]))
        rows.append(whole.reshape(-1, x.shape[-1]))
    for block in blocks(first.size // width, width, first.itemsize):
        compute(*[x[block] for x in rows[1:]], out=rows[0][block])
    return out


def onto(g: Any, dims: tuple[int, ...]) -> Any:
    """The array g, summed to a shape that was broadcast to its own."""
    first = g.ndim - len(dims)
    thin = tuple([first + i for i, n in enumerate(dims) if n != g.shape[first + i]])
    return g.sum(axis=(*range(first), *thin)).reshape(dims) if thin or not first else over_first(g, first)


def summed_product(g: Any, y: Any, dims: tuple[int, ...]) -> Any:
    """g * y, already summed to a shape that was broadcast to theirs where that spares a large array.

    One element left would be a sum over all of them, which NumPy adds up more exactly in pairs than einsum does.
    """
    if not are_large(g, y) or dims == g.shape or len(dims) > g.ndim or g.dtype.kind != "f":
        return g * y
    first = g.ndim - len(dims)
    stay = [first + i for i, n in enumerate(dims) if n == g.shape[first + i]]
    if len(stay) == g.ndim or not any(g.shape[i] > 1 for i in stay):
        return g * y
    axes = list(range(g.ndim))
    return np.einsum(g, axes, y, axes, stay).reshape(dims)
