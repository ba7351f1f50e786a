"""Constants and parameters of ops as a person would write them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.tensor import raw

OPEN = "..."
"""How an open input is written, in a program and in a trace."""

_ORDER = ("first", "second", "third", "fourth", "fifth", "sixth")


def ordinal(slot: int) -> str:
    """Which input, in words: "first"."""
    return _ORDER[slot] if slot < len(_ORDER) else f"{slot + 1}th"


def literal(x: Any) -> str:
    """A constant input as a person would write it."""
    if x is Ellipsis:
        return OPEN
    value = raw(x)
    if isinstance(value, np.ndarray) and value.size > 1:
        return "[" + ",".join(str(n) for n in value.shape) + "]"
    if isinstance(value, list | tuple):
        return f"[{len(value)}]"
    try:
        number = value.item() if hasattr(value, "item") else value
        if isinstance(number, bool | int):
            return str(number) if abs(number) < 10**12 else f"{float(number):.4g}"
        return f"{number:.6g}"
    except (ValueError, TypeError, OverflowError):
        return type(x).__name__


def parameters(params: dict[str, Any]) -> str:
    """The parameters that say more than the default: "axis=0"."""
    parts = []
    for key, value in params.items():
        if value is None or value is False or isinstance(value, dict):
            continue
        parts.append(_index(value) if key == "key" else f"{key}={_short(value)}")
    return ", ".join(parts)[:60]


def _short(value: Any) -> str:
    if callable(getattr(value, "cotangent", None)):
        return str(value.__name__)
    if isinstance(value, np.dtype | type):
        return np.dtype(value).name
    if isinstance(value, tuple | list) and len(value) < 9:
        return "(" + ", ".join(_short(v) for v in value) + ")"
    if isinstance(value, bool | int | float | str | np.generic):
        return str(value)[:30]
    return literal(value)


def _index(key: Any) -> str:
    """An index as it is written between brackets."""
    if isinstance(key, tuple):
        return ", ".join(_index(k) for k in key)
    if isinstance(key, slice):
        ends = ["" if v is None else str(v)[:12] for v in (key.start, key.stop, key.step)]
        return ":".join(ends if key.step is not None else ends[:2])
    if key is None or key is Ellipsis:
        return "None" if key is None else "..."
    return _short(key)


def sendable(text: str) -> str:
    """A text without halves of characters, which no file and no channel can carry."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def frozen(x: Any) -> Any:
    """An array or list of numbers that nobody else can change."""
    return x.copy() if isinstance(x, np.ndarray) else tuple(map(frozen, x)) if isinstance(x, list | tuple) else x
