"""Shapes of raw values and tensors alike, for rules and messages."""

from __future__ import annotations

from typing import Any

import numpy as np

Axis = int | tuple[int, ...] | None


class TensorShape(tuple[int, ...]):
    """A shape: a tuple of int that also answers as TensorFlow's does.

    Example:
        >>> dims = gs.zeros((2, 3)).shape
        >>> dims, dims.rank, dims.as_list(), dims.num_elements()
        ((2, 3), 2, [2, 3], 6)
    """

    __slots__ = ()

    def as_list(self) -> list[int]:
        """The lengths of the axes as a list."""
        return list(self)

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self)

    @property
    def ndims(self) -> int:
        """Number of axes, under TensorFlow's other name."""
        return len(self)

    def num_elements(self) -> int:
        """Number of elements, 1 for a scalar."""
        return int(np.prod(self))


def shape(x: Any) -> tuple[int, ...]:
    """Shape of a tensor, array or number."""
    found: tuple[int, ...] | None = getattr(x, "shape", None)
    return found if found is not None else np.shape(x)


def rank(x: Any) -> int:
    """Number of axes of a tensor, array or number."""
    found: int | None = getattr(x, "ndim", None)
    return found if found is not None else np.ndim(x)


def axes(x: Any, axis: Any) -> tuple[int, ...]:
    """The reduced axes as non-negative numbers; None means all. Raises ValueError for an axis that is not there."""
    rank = len(shape(x))
    if axis is None:
        return tuple(range(rank))
    chosen = (axis,) if isinstance(axis, int | np.integer) else tuple(axis)
    for a in chosen:
        if rank and not -rank <= a < rank:
            raise ValueError(f"axis {a} does not exist in shape {text(shape(x))}")
    return tuple(int(a) % rank if rank else 0 for a in chosen)


def kept(x: Any, axis: Any) -> tuple[int, ...]:
    """Shape of a reduction of x over axis with keepdims=True."""
    dims = shape(x)
    if type(axis) is int and -len(dims) <= axis < len(dims):  # the most usual case, several times as fast
        place = axis % len(dims)
        return (*dims[:place], 1, *dims[place + 1 :])
    gone = set(axes(x, axis))
    return tuple([1 if i in gone else n for i, n in enumerate(dims)])


def count(x: Any, axis: Any) -> int:
    """How many elements a reduction over axis joins."""
    dims = shape(x)
    product = 1
    for a in axes(x, axis):
        product *= dims[a]
    return product


def text(dims: tuple[int, ...]) -> str:
    """A shape as people read it: [200,3]; [] for a scalar."""
    return "[" + ",".join(str(n) for n in dims) + "]"
