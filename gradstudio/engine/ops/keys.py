"""Keys: what stands between the brackets of x[...], with its index arrays taken out as inputs of the op.

In a pattern the word INDEX stands for each array of whole numbers or booleans that was taken out, so that a tape, a
batch and a picture see where it comes from: x[rows, 2:] is getitem(x, rows, key=(INDEX, slice(2, None))).
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

import numpy as np

from gradstudio.engine.primitive import is_open
from gradstudio.engine.structure import flatten

INDEX = "idx"
"""Stands in a pattern for the next of the index arrays."""

_PLAIN = frozenset([int, bool, type(None), EllipsisType])


def split(key: Any) -> tuple[Any, tuple[Any, ...]]:
    """The pattern and the index arrays of a key as a program writes it. Raises IndexError for what is no index."""
    if type(key) in _PLAIN:
        return key, ()
    arrays: list[Any] = []
    if type(key) is tuple:
        return tuple([_part(part, arrays) for part in key]), tuple(arrays)
    return _part(key, arrays), tuple(arrays)


def _part(part: Any, arrays: list[Any]) -> Any:
    """A part of the pattern; an array goes to the others."""
    kind = type(part)
    if kind in _PLAIN or kind is str:
        return part
    if kind is slice:
        return slice(_end(part.start), _end(part.stop), _end(part.step))
    if isinstance(part, list | tuple):
        arrays.append(_listed(part))
        return INDEX
    if is_open(part):
        arrays.append(part)
        return INDEX
    dtype = getattr(part, "dtype", None)
    if dtype is None:
        return _whole(part)
    if dtype.kind not in "iub":
        raise IndexError(f"an index is a whole number, boolean, slice or array of those, not {dtype} values")
    if isinstance(part, np.ndarray | np.generic) and not part.ndim:
        return part.item()
    arrays.append(part)
    return INDEX


def _listed(part: Any) -> Any:
    """An index list as an array; dispatch stacks one that holds tensors."""
    if any(hasattr(v, "dtype") and not isinstance(v, np.ndarray | np.generic) for v in flatten(part)):
        return list(part)
    try:
        found = np.asarray(part)
    except ValueError:
        found = np.asarray("ragged")
    if not found.size:
        return found.astype(np.int64)
    if found.dtype.kind not in "iub":
        raise IndexError("a list as an index holds whole numbers or booleans, as many in each row")
    return found


def _end(end: Any) -> Any:
    return end if end is None or type(end) is int else _whole(end)


def _whole(value: Any) -> int:
    """A whole number from anything that is one, a tensor included."""
    try:
        return operator.index(value.item() if hasattr(value, "item") else value)
    except TypeError:
        raise IndexError(f"an index is a whole number, boolean, slice or array of those, not {value!r:.40}") from None


def fill(pattern: Any, arrays: Sequence[Any]) -> Any:
    """The key again. Raises IndexError where the arrays are not as many as their places."""
    if not arrays:
        return pattern
    parts = pattern if type(pattern) is tuple else (pattern,)
    if sum(type(part) is str for part in parts) != len(arrays):
        raise IndexError(f"the key {pattern!r:.40} does not have {len(arrays)} places for index arrays")
    ready = iter(arrays)
    filled = tuple([next(ready) if type(part) is str else part for part in parts])
    return filled if type(pattern) is tuple else filled[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the axes of x[key] come from, as NumPy lays them out."""

    joint: int  # how many axes the index arrays give together
    place: int  # the first of those axes
    is_apart: bool  # a slice stands between them, so that NumPy puts their axes in front
    rank: int


def layout(pattern: Any, arrays: Sequence[Any], rank: int) -> Layout:
    """The axes of x[key] for an x of a rank and at least one index array."""
    parts = pattern if type(pattern) is tuple else (pattern,)
    ready = iter(arrays)
    joint = taken = free = 0
    for part in parts:
        if type(part) is str:
            array = next(ready)
            is_mask = array.dtype.kind == "b"
            joint = max(joint, 1 if is_mask else array.ndim)
            taken += array.ndim if is_mask else 1
        elif part is None:
            free += 1
        elif part is not Ellipsis:
            taken += 1
            free += type(part) is slice
    rest = rank - taken
    advanced = [i for i, part in enumerate(parts) if type(part) in (str, int)]
    place = sum(rest if part is Ellipsis else 1 for part in parts[: advanced[0]])
    is_apart = advanced[-1] - advanced[0] != len(advanced) - 1
    return Layout(joint, 0 if is_apart else place, is_apart, joint + free + rest)
