"""Only plain numbers go into NumPy and come out: boolean, integer, floating and complex ones.

Anything else (objects, text, dates, records, raw memory) would let C code call back into Python or write what is no
number. It is asked of every argument and every result, because such kinds also arise by themselves: [10**30], [None].
"""

from __future__ import annotations

from functools import lru_cache
from types import EllipsisType
from typing import Any

import numpy as np

from gradstudio.engine.opening import Open
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable
from gradstudio.language.guarded_errors import TooLongError, TooManyBitsError, WithheldTypeError
from gradstudio.language.limits import LENGTH

KINDS = "biufc"
FLOAT = np.dtype(np.float64)
"""The dtype of most arrays; to ask for it itself is the quickest."""
_DEPTH = 64
SINGLE = frozenset([float, bool, complex, np.float64, np.int64, np.float32, np.bool_, type(None), slice, EllipsisType])
"""Kinds that are a number, or none at all."""
PLAIN = SINGLE | {Tensor, Variable, IndexedSlices, Open}
"""Kinds that are fine whatever they hold."""
_LOW, _HIGH = -(1 << 63), 1 << 64
_NO_NUMBERS = "dtype must be boolean, integer, floating or complex"


def check_input(value: Any, title: str) -> None:
    """Raise TypeError, ValueError or OverflowError, naming the function, for an argument that is not made of numbers.

    A dtype, in whatever form, may be that of plain numbers only; other short texts are options, for NumPy to judge.
    """
    kind = type(value)
    if kind in PLAIN:
        return
    if kind is int:
        if not _LOW <= value < _HIGH:
            raise TooManyBitsError(
                f"{title}: an integer of {value.bit_length():,} bits is too large; plain numbers have at most 64"
            )
    elif isinstance(value, np.ndarray | np.generic):
        if value.dtype.kind not in KINDS:
            raise WithheldTypeError(f"{title}: an array of {value.dtype} is not made of plain numbers")
    elif isinstance(value, list | tuple):
        _check_list(value, title, 0, {})
    elif isinstance(value, str):
        if len(value) > 200 or not _is_harmless(value):
            said = _objection(value) if len(value) <= 200 else _NO_NUMBERS
            raise WithheldTypeError(f"{title}: {said}, not {value[:40]!r}")
    elif isinstance(value, np.dtype | type):
        check_dtype(value, title)
    elif isinstance(value, range):
        if len(value) > LENGTH:
            raise TooLongError(f"{title}: a range of {len(value):,} numbers; the limit is {LENGTH:,}")
        for end in (value.start, value.stop):
            check_input(end, title)
    elif callable(value):
        raise WithheldTypeError(f"{title}: a function is not made of plain numbers; call it first, or write a loop")
    else:
        what = kind.__name__
        hint = "; write list(...) around it" if hasattr(value, "__iter__") and not isinstance(value, dict) else ""
        raise WithheldTypeError(f"{title}: a {what} is not made of plain numbers{hint}")


def check_dtype(dtype: Any, title: str) -> None:
    """Raise TypeError unless `dtype` (in any of NumPy's forms; None is fine) is a plain number's."""
    if dtype is None or (isinstance(dtype, type) and issubclass(dtype, np.number) and dtype not in _LONG):
        return
    try:
        is_plain = not isinstance(dtype, list | tuple | dict) and _is_plain(np.dtype(dtype))
    except (TypeError, ValueError):
        raise TypeError(f"{title}: {dtype!r:.40} is no dtype; {_NO_NUMBERS}") from None
    if not is_plain:
        raise WithheldTypeError(f"{title}: {_objection(dtype)}")


_LONG = {np.longdouble: "float64", np.clongdouble: "complex128"}


def _objection(dtype: Any) -> str:
    """What is wrong with a dtype that is not plain."""
    found = np.dtype(dtype) if isinstance(dtype, str | type | np.dtype) else None
    if found is not None and found.char in "gG":
        return f"long doubles ({found}) are not available; use {_LONG[found.type]}"
    return _NO_NUMBERS


def _is_plain(dtype: np.dtype[Any]) -> bool:
    """Whether these are numbers of at most 64 bits, or complex ones of two such."""
    return dtype.kind in KINDS and dtype.itemsize <= (16 if dtype.kind == "c" else 8)


@lru_cache(256)
def _is_harmless(text: str) -> bool:
    """Whether a text is no dtype at all, or one of plain numbers."""
    try:
        return _is_plain(np.dtype(text))
    except (TypeError, ValueError, SyntaxError):
        return True


def _check_list(items: Any, title: str, depth: int, seen: dict[int, int]) -> int:
    """How many elements a nested list has; parts that it shares are looked at once but counted each time."""
    if depth > _DEPTH:
        raise TooLongError(f"{title}: lists more than {_DEPTH} deep are no array")
    kinds = set(map(type, items))
    total = len(items)
    if not kinds <= PLAIN:
        if kinds == {int}:
            check_input(min(items), title)
            check_input(max(items), title)
        else:
            for item in items:
                if isinstance(item, list | tuple):
                    found = seen.get(id(item))
                    if found is None:
                        found = seen[id(item)] = _check_list(item, title, depth + 1, seen)
                    total += found
                elif isinstance(item, str):
                    raise WithheldTypeError(f"{title}: text is not made of plain numbers: {item[:40]!r}")
                elif isinstance(item, type | np.dtype):
                    raise WithheldTypeError(f"{title}: {_NO_NUMBERS}")
                else:
                    check_input(item, title)
                    total += len(item) if type(item) is range else 0
    if total > LENGTH:
        raise TooLongError(f"{title}: a list of more than {LENGTH:,} elements; make arrays with np.zeros or np.arange")
    return total


def check_plain(a: Any, b: Any) -> None:
    """Raise TypeError where one of two operands is an array of objects, which arises of lists: array + [10**30]."""
    for value in (a, b):
        if type(value) is np.ndarray and value.dtype.kind not in KINDS:
            raise WithheldTypeError(f"an array of {value.dtype} is not made of plain numbers")
        if type(value) is list and value:
            check_input(value, "*")


def check_result(value: Any, title: str) -> None:
    """Raise TypeError for a result, or a part of it, that is not made of plain numbers."""
    if isinstance(value, np.ndarray | np.generic):
        if value.dtype.kind not in KINDS:
            raise WithheldTypeError(f"{title}: the result is not made of plain numbers")
    elif isinstance(value, list | tuple):
        for part in value:
            check_result(part, title)
