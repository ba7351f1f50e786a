"""The text of a value, as Python writes it but bounded: lists may share parts 2^60 times, and errors carry values."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.tensor import Tensor

_ITEMS, _DEPTH, _CHARACTERS = 10_000, 60, 1 << 20
_BRACKETS: dict[type, tuple[str, str]] = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}"), dict: ("{", "}")}


def shown(value: Any, top: bool = False) -> str:
    """repr(value), or str(value) at the top; "…" stands where there is more than can be of use."""
    return _Shower().text(value, 0, top)


def message_of(error: BaseException) -> str:
    """str(error), without ever writing out a large value that the error carries."""
    args = error.args
    if len(args) == 1 and not isinstance(args[0], str):
        return shown(args[0], top=not isinstance(error, KeyError))
    is_written = isinstance(error, OSError | SyntaxError | UnicodeError) or type(error).__module__.startswith("numpy.")
    if len(args) > 1 and not is_written:  # those have parts that they make one line of themselves
        return shown(args)
    return str(error)[:_CHARACTERS]


class Bounded:
    """A container inside %-formatting: %s and %r both write it bounded."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __repr__(self) -> str:
        return shown(self._value, top=True)


class _Shower:
    def __init__(self) -> None:
        self._left = _ITEMS

    def text(self, value: Any, depth: int, top: bool = False) -> str:
        kind = type(value)
        if kind in _BRACKETS:
            return self._container(value, kind, depth)
        if isinstance(value, str):
            short = value if len(value) <= _CHARACTERS else value[:_CHARACTERS] + "…"
            return short if top else repr(short)
        if isinstance(value, BaseException):
            return message_of(value) if top else f"{kind.__name__}({message_of(value)!r})"
        if isinstance(value, int) and value.bit_length() > 10_000:
            return f"an integer of {value.bit_length():,} bits"
        if isinstance(value, Tensor | np.ndarray | np.generic | int | float | complex | type(None)):
            return str(value) if top else repr(value)
        if callable(value) and not isinstance(value, type):
            return f"<function {getattr(value, '__name__', kind.__name__)}>"
        if vars(kind).get("__repr__") is None and kind.__base__ is object:
            return f"<{kind.__name__}>"
        return str(value) if top else repr(value)

    def _container(self, value: Any, kind: type, depth: int) -> str:
        opening, closing = _BRACKETS[kind]
        if kind is set and not value:
            return "set()"
        parts: list[str] = []
        for item in value.items() if kind is dict else value:
            if self._left <= 0 or depth >= _DEPTH:
                parts.append("…")
                break
            self._left -= 1
            if kind is dict:
                parts.append(f"{self.text(item[0], depth + 1)}: {self.text(item[1], depth + 1)}")
            else:
                parts.append(self.text(item, depth + 1))
        comma = "," if kind is tuple and len(value) == 1 else ""
        return opening + ", ".join(parts) + comma + closing
