"""How numbers are written, everywhere: four significant digits, a true minus, short exponents."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from gradstudio.engine.trace import Summaries

LONGEST = 8
"""Characters a number in a node may take, its sign included."""
ROOM = 40
"""Characters for a value or gradient where nothing stands beside it."""


@lru_cache(maxsize=4096)
def number(x: float, digits: int = 4, sign: bool = False, longest: int = LONGEST) -> str:
    """0.03734, −0.01623, 1.234e4, ∞, NaN; with sign=True positive numbers get a plus. 0 is just 0."""
    size = abs(x)
    if 1e-3 <= size < 9999.0:  # nearly every number there is, in one go
        text = ("−" if x < 0 else "+" if sign else "") + f"{size:#.{digits}g}".rstrip(".")
        if len(text) <= longest and "e" not in text:
            return text
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return ("−" if x < 0 else "+" if sign else "") + "∞"
    if x == 0:
        return "0"
    lead = "−" if x < 0 else "+" if sign else ""
    for count in range(digits, 0, -1):
        text = lead + _magnitude(abs(x), count)
        if len(text) <= longest:
            return text
    return text


def _magnitude(x: float, digits: int) -> str:
    text = f"{x:#.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa.rstrip('.')}e{int(exponent)}".replace("e-", "e−")
    if x < 1e-4:
        mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("e-", "e−")
    return text.rstrip(".")


def whole(n: int) -> str:
    """An integer with a true minus; long ones in exponent form."""
    text = str(n).replace("-", "−")
    return text if len(text) <= LONGEST + 2 else number(float(n))


def _part(count: int, size: int, word: str, room: int) -> str:
    """ "2 of 6 NaN", or shorter; a share is never rounded to none or all."""
    if len(text := f"{count} of {size} {word}") <= room or len(text := f"{count}/{size} {word}") <= room:
        return text
    percent = round(100 * count / size)
    return f"{percent if count == size else min(max(percent, 1), 99)}% {word}"


def value_text(s: Summaries, row: int, room: int = ROOM) -> str:
    """A value as its node writes it: the number, or what stands for an array. room: characters there are."""
    return value_texts(s, np.array([row]), np.array([room]))[0]


def value_texts(s: Summaries, rows: np.ndarray, rooms: np.ndarray) -> list[str]:
    """Many values, as `value_text` writes each: rows and rooms (n,)."""
    single = [shape == () for shape in s.shapes]
    whole_number = [dtype.startswith(("int", "uint")) for dtype in s.dtypes]
    truth = [dtype == "bool" for dtype in s.dtypes]
    missing = [dtype == "" for dtype in s.dtypes]
    columns = (s.mean, s.shape, s.dtype, s.size, s.positive, s.nan, s.infinite)
    out = []
    for x, shape, dtype, size, positive, nan, infinite, room in zip(
        *(c[rows].tolist() for c in columns), rooms.tolist(), strict=True
    ):
        if missing[dtype]:
            text = "waits"
        elif single[shape]:
            if truth[dtype]:
                text = "true" if x else "false"
            elif whole_number[dtype] and math.isfinite(x) and len(whole(int(x))) <= room:
                text = whole(int(x))
            else:
                text = number(x, longest=min(LONGEST, room))
        elif size == 0:
            text = "empty"
        elif truth[dtype]:
            text = _part(positive, size, "true", room)
        elif nan:
            text = _part(nan, size, "NaN", room)
        elif infinite:
            text = _part(infinite, size, "∞", room)
        else:
            text = "μ " + number(x, longest=min(LONGEST, room - 2))
        out.append(text)
    return out


def gradient_text(s: Summaries, row: int, room: int = ROOM, array: str = "rms") -> str:
    """A cotangent as its node writes it: signed for a scalar, the root mean square of an array.

    room: characters there are. array: what stands for an array, see `statistic`.
    """
    return gradient_texts(s, np.array([row]), np.array([room]), array)[0]


def gradient_texts(s: Summaries, rows: np.ndarray, rooms: np.ndarray, array: str = "rms") -> list[str]:
    """Many cotangents, as `gradient_text` writes each: rows and rooms (n,)."""
    single = [shape == () for shape in s.shapes]
    columns = (s.mean, s.shape, s.size, s.zero, s.nan, s.infinite)
    out = []
    for x, shape, size, zero, nan, infinite, stands, room in zip(
        *(c[rows].tolist() for c in columns), statistic(s, rows, array).tolist(), rooms.tolist(), strict=True
    ):
        if single[shape]:
            text = number(x, sign=True, longest=LONGEST if math.isinf(x) else min(LONGEST + 2, room))
        elif nan:
            text = "NaN"
        elif infinite:
            text = _part(infinite, size, "∞", room)
        elif size == zero:
            text = "0"
        else:
            text = number(stands, digits=3, sign=array == "mean", longest=min(LONGEST, room))
        out.append(text)
    return out


def statistic(s: Summaries, rows: np.ndarray, array: str) -> np.ndarray:
    """float64 (n,): what stands for the gradient of an array: its "rms", its "max" (of |.|) or its "mean"."""
    if array == "max":
        return np.asarray(np.maximum(np.abs(s.minimum[rows]), np.abs(s.maximum[rows])))
    return np.asarray((s.mean if array == "mean" else s.rms)[rows])
