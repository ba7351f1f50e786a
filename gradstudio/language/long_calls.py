"""Calls of Python's own functions that would compute for ever in C, where nothing counts: stopped before they begin."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from typing import Any

from gradstudio.language.guarded_errors import TooLongError, TooManyBitsError
from gradstudio.language.limits import INT_BITS, RANGE

_COPIED = 2_000_000_000
"""Items that adding lists up may copy."""


def checked_range(found: Any) -> Any:
    """A range that is not the head of a loop, where passes are counted. Raises TooLongError for a huge one.

    found: what a call of the name `range` gave; the program may have given it to something else.
    """
    if type(found) is range:
        count = _length(found)
        if count > RANGE:
            raise TooLongError(f"a range of {count:,} numbers; outside the head of a loop the limit is {RANGE:,}")
    return found


def is_within(value: Any, found: Any) -> bool:
    """`value in range(...)`: a whole number is looked up at once, anything else is compared with each number."""
    return value in (found if type(value) is int else checked_range(found))


def total(function: Any, items: Iterable[Any], start: Any) -> Any:
    """sum(items, start): lists and tuples are copied for each that is added. Raises TooLongError for too many."""
    if getattr(function, "__wrapped__", function) is not builtins.sum or not isinstance(start, list | tuple):
        return function(items, start)
    parts = list(items)
    size = len(start) + sum([len(part) for part in parts if isinstance(part, list | tuple)])
    if size * len(parts) > 2 * _COPIED:
        raise TooLongError(f"sum() would copy about {size * len(parts) // 2:,} items; append to a list in a loop")
    return function(parts, start)


def whole(function: Any, text: Any, base: Any) -> Any:
    """int(text, base). Raises TooManyBitsError for an integer that is too large."""
    if function is int and isinstance(text, str) and type(base) is int:
        bits = len(text) * (max(base, 5).bit_length() - 1)
        if bits > INT_BITS:
            raise TooManyBitsError(f"the integer would have about {bits:,} bits; the limit is {INT_BITS:,}")
    return function(text, base)


def rounded(number: Any, ndigits: Any = None) -> Any:
    """round(), unless it would first build 10 to a huge power."""
    if type(ndigits) is int and isinstance(number, int) and -4 * ndigits > INT_BITS:
        raise TooManyBitsError(f"round to {ndigits:,} digits needs an integer of about {-3 * ndigits:,} bits")
    return round(number, ndigits)


def _length(numbers: range) -> int:
    """How many numbers; len() ends at 2^63."""
    return max(0, (numbers.stop - numbers.start) // numbers.step)


CALLS: dict[str, Callable[..., Any]] = {
    "range_value": checked_range, "within": is_within, "total": total, "whole": whole,
}  # fmt: skip
"""What rewrite.py writes for calls by name, as `_gs_...`."""
