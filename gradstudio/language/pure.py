"""The builtins of a program: pure functions, the usual errors, and print() into the console."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from typing import Any

from gradstudio.engine.written import sendable
from gradstudio.language.grammar import EXCEPTIONS
from gradstudio.language.guarded_errors import TooManyBitsError, WithheldTypeError
from gradstudio.language.iterators import CHAINED
from gradstudio.language.limits import INT_BITS
from gradstudio.language.long_calls import rounded
from gradstudio.language.shown import shown

_AS_THEY_ARE = (
    "abs all any bin bool callable chr complex dict divmod float frozenset hex int isinstance len list max min oct "
    "ord range reversed set slice sorted str sum tuple True False None"
).split()
_OWN = ("iter", "next", "pow", "print", "repr", "round")


def builtin_names() -> tuple[str, ...]:
    """Builtins a program has, print included."""
    return tuple(sorted([*(n for n in _AS_THEY_ARE if n[0].islower()), *CHAINED, *_OWN]))


def closed_builtins(write: Callable[[str], None]) -> dict[str, Any]:
    """The __builtins__ of a program; write receives what it prints."""
    members: dict[str, Any] = {name: getattr(builtins, name) for name in _AS_THEY_ARE if hasattr(builtins, name)}
    members.update(CHAINED)
    members.update({error.__name__: error for error in EXCEPTIONS})

    def show(
        *values: Any, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: bool = False
    ) -> None:
        if file is not None:
            raise WithheldTypeError("print: file= is not available: computation files cannot write files")
        if not isinstance(sep, str | None) or not isinstance(end, str | None):
            raise TypeError("print: sep and end are texts")
        text = (" " if sep is None else sep).join(shown(v, top=True) for v in values)
        write(sendable(text + ("\n" if end is None else end)))

    for name, function in (
        ("print", show),
        ("repr", shown_alone),
        ("pow", _power),
        ("iter", _iter),
        ("next", _next),
        ("round", rounded),
    ):
        function.__name__ = function.__qualname__ = name
        members[name] = function
    return members


def shown_alone(value: Any, /) -> str:
    """repr(), bounded."""
    return shown(value)


def _iter(items: Iterable[Any], /, *until: Any) -> Any:
    if until:
        raise WithheldTypeError("iter() with two arguments is not available: write a loop")
    return iter(items)


def _next(items: Any, /, *default: Any) -> Any:
    return next(items, *default)


def _power(base: Any, exponent: Any, modulus: Any = None) -> Any:
    whole = isinstance(base, int) and isinstance(exponent, int) and modulus is None
    if whole and base.bit_length() * max(exponent, 0) > INT_BITS:
        raise TooManyBitsError(f"the integer would have more than {INT_BITS:,} bits; use floats")
    return pow(base, exponent, modulus)
