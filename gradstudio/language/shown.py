"""The text of a value, as Python writes it but bounded: lists may share parts 2^60 times, and errors carry values."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable

_ITEMS, _DEPTH, _CHARACTERS = 10_000, 60, 1 << 20
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    dict: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    type({}.keys()): ("dict_keys([", "])"),
    type({}.values()): ("dict_values([", "])"),
    type({}.items()): ("dict_items([", "])"),
}
_NUMBERS = (Tensor, Variable, IndexedSlices, np.ndarray, np.generic, int, float, complex, type(None))
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][^\s\\/'\"()<>:,;]+){2,}\.(?:py|pyi|so|pyd|dll|dylib)\b")
_UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def shown(value: Any, top: bool = False) -> str:
    """repr(value), or str(value) at the top; "…" stands where there is more than can be of use."""
    return _Shower().text(value, 0, top)


def message_of(error: BaseException) -> str:
    """str(error), without ever writing out a large value that the error carries."""
    return _Shower().message(error, 0)


def is_short(value: Any) -> bool:
    """Whether Python itself may write a value, because it neither holds others nor tells where it lies."""
    return isinstance(value, (str, *_NUMBERS))


def visible(text: str, most: int = 300) -> str:
    """One line for a person: what leaves no mark or turns the line is written as an escape, and all of it is short."""
    short = _PATH.sub("…", _ADDRESS.sub("", text[: 4 * most]))
    plain = _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", short)
    return plain if len(plain) <= most else plain[: most - 1] + "…"


class Bounded:
    """A value inside %-formatting: %s and %r both write it bounded."""

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
            said = self.message(value, depth)
            return said if top else f"{kind.__name__}({said!r})"
        if isinstance(value, int) and value.bit_length() > 10_000:
            return f"an integer of {value.bit_length():,} bits"
        if isinstance(value, _NUMBERS):
            return str(value) if top else repr(value)
        if isinstance(value, tuple):
            names = [f"{name}=" for name in getattr(kind, "_fields", ())] or [""] * len(value)
            parts = [name + self._item(part, depth) for name, part in zip(names, value, strict=True)]
            return f"{kind.__name__}({', '.join(parts)})"
        if isinstance(value, slice | range):
            ends = [value.start, value.stop, value.step]
            if isinstance(value, range) and value.step == 1:
                del ends[2]
            return f"{kind.__name__}({', '.join(self._item(end, depth) for end in ends)})"
        if isinstance(value, type):
            return f"<class {value.__name__!r}>"
        return self._other(value, kind, top)

    def message(self, error: BaseException, depth: int) -> str:
        args = error.args
        if depth >= _DEPTH:
            return "…"
        if len(args) == 1 and not isinstance(args[0], str):
            return self.text(args[0], depth + 1, top=not isinstance(error, KeyError))
        is_python = isinstance(error, OSError | SyntaxError | UnicodeError) and all(map(is_short, args))
        if len(args) > 1 and not is_python and not type(error).__module__.startswith("numpy."):
            return self.text(args, depth + 1)
        return str(error)[:_CHARACTERS]

    def _other(self, value: Any, kind: type, top: bool) -> str:
        """Functions, iterators and the library's own objects, without the address at which they lie."""
        if callable(value):
            return f"<function {getattr(value, '__name__', kind.__name__)}>"
        if kind.__module__ == "builtins" or (vars(kind).get("__repr__") is None and kind.__base__ is object):
            return f"<{kind.__name__}>"
        return _ADDRESS.sub("", str(value) if top else repr(value))

    def _item(self, value: Any, depth: int) -> str:
        """A part of something; "…" where the whole is too deep or too long already."""
        if self._left <= 0 or depth >= _DEPTH:
            return "…"
        self._left -= 1
        return self.text(value, depth + 1)

    def _container(self, value: Any, kind: type, depth: int) -> str:
        opening, closing = _BRACKETS[kind]
        if not value and kind in (set, frozenset):
            return f"{kind.__name__}()"
        parts: list[str] = []
        for item in value.items() if kind is dict else value:
            if self._left <= 0 or depth >= _DEPTH:
                parts.append("…")
                break
            if kind is dict:
                parts.append(f"{self._item(item[0], depth)}: {self.text(item[1], depth + 1)}")
            else:
                parts.append(self._item(item, depth))
        comma = "," if kind is tuple and len(value) == 1 else ""
        return opening + ", ".join(parts) + comma + closing
