"""How large a result or a computation may be, asked before anything is allocated.

A rule (size_rules.py) says for a function's arguments what shape its result will have and how much work it is; Room
says whether that fits. What no rule foresees meets the worker's own limit of memory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradstudio.language.guarded_errors import OverLimit, TooLongError
from gradstudio.language.limits import LimitReached

WORK = 3e11
"""Floating-point operations, at the pace of matrix products, that one call may need: about ten seconds of one core."""


class TooLargeError(OverLimit, MemoryError):
    """A result would be larger than the run's memory. Nothing was allocated."""


class ArgumentError(ValueError):
    """Arguments of which a rule itself says what is wrong."""


class TooManyError(OverLimit, ArgumentError):
    """An argument that asks for too many of something."""


@dataclass(frozen=True, slots=True)
class Room:
    """What one call may use."""

    memory: int = 1 << 30  # bytes
    work: float = WORK

    def hold(self, dims: Sequence[int], itemsize: int = 8) -> None:
        """Raise TooLargeError if an array of this shape has more bytes than the memory."""
        size = itemsize
        for n in dims:
            size *= n
        if size > self.memory:
            raise TooLargeError(
                f"needs about {bytes_in_words(size)} for shape {shape_in_words(dims)}; "
                f"the limit is {bytes_in_words(self.memory)}"
            )

    def take(self, work: float, name: str, *shapes: Sequence[int]) -> None:
        """Raise LimitReached if a call of `name` on these shapes is more work than there is time for."""
        if work > self.work:
            inputs = " and ".join(shape_in_words(dims) for dims in shapes)
            raise LimitReached(
                f"{name} needs about {work:.2g} operations for {'shapes' if len(shapes) > 1 else 'shape'} {inputs}; "
                f"the limit is {self.work:.2g}"
            )


def bytes_in_words(size: float) -> str:
    """7.3 TiB, 1 GiB, 512 KiB."""
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"):
        if size < 1024 or unit == "EiB":
            break
        size = size / 1024 if size < 1e300 else 1e300
    return f"{size:.2g} {unit}" if size < 10 else f"{min(size, 1e300):.4g} {unit}"


def shape_in_words(dims: Sequence[int]) -> str:
    """(1000000, 3), shortened where it is long."""
    parts = [str(n) if n < 10**30 else f"{float(min(n, 10**300)):.0e}" for n in dims[:8]]
    parts += ["…"] if len(dims) > 8 else []
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def dims_of(x: Any) -> tuple[int, ...]:
    """The shape of an array, tensor, number or nested list, at a glance: of a list, its first items count."""
    found = getattr(x, "shape", None)
    if found is not None:
        return tuple(found)
    dims: list[int] = []
    while isinstance(x, list | tuple | range) and len(dims) < 64:
        dims.append(len(x))
        if not x:
            break
        x = x[0]
        if type(x) not in (int, float) and hasattr(x, "shape"):
            return (*dims, *x.shape)
    return tuple(dims)


def size_of(x: Any) -> int:
    """How many elements."""
    return math.prod(dims_of(x))


def joined(*inputs: Any) -> tuple[int, ...]:
    """The shape that inputs are broadcast to; where they do not fit, the larger sizes: the function itself will say."""
    return joined_dims([dims_of(x) for x in inputs])


def joined_dims(shapes: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The same for shapes."""
    out: list[int] = []
    for place in range(1, max(map(len, shapes), default=0) + 1):
        sizes = [dims[-place] for dims in shapes if len(dims) >= place]
        out.append(0 if 0 in sizes else max(sizes))
    return tuple(reversed(out))


def shape_from(given: Any) -> tuple[int, ...]:
    """The shape that a program writes: a number, list, tuple, array or tensor of whole numbers.

    Raises TypeError or ValueError in one line for anything else and for negative sizes.
    """
    if type(given) is int:
        dims: tuple[int, ...] = (given,)
    elif isinstance(given, list | tuple | range):
        if len(given) > 64:
            raise TooLongError(f"a shape of {len(given):,} axes; NumPy has at most 64")
        dims = tuple([whole(n) for n in given])
    elif dims_of(given):
        return shape_from(given.tolist())
    else:
        dims = (whole(given),)
    if any(n < 0 for n in dims):
        raise ValueError(f"a shape has no negative sizes: {shape_in_words(dims)}")
    return dims


def whole(number: Any) -> int:
    """A size as an int. Raises TypeError for a float, NaN, text."""
    if type(number) is int:
        return number
    try:
        return int(number.__index__())
    except (AttributeError, TypeError):
        what = f"{number!r:.40}" if isinstance(number, float | str | None) else f"a {type(number).__name__}"
        raise TypeError(f"a size is a whole number, not {what}") from None


__all__ = [
    "WORK",
    "ArgumentError",
    "Room",
    "TooLargeError",
    "TooManyError",
    "bytes_in_words",
    "dims_of",
    "joined",
    "joined_dims",
    "shape_from",
    "size_of",
    "whole",
]
