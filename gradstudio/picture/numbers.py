"""How numbers are written, everywhere: four significant digits, a true minus, short exponents."""

from __future__ import annotations

import math

from gradstudio.engine.trace import Summaries

LONGEST = 8
"""Characters a number in a node may take, its sign included."""
ROOM = 40
"""Characters for a value or gradient where nothing stands beside it."""


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
    dtype = s.dtypes[s.dtype.item(row)]
    if s.shapes[s.shape.item(row)] == ():
        x = s.mean.item(row)
        if dtype == "bool":
            return "true" if x else "false"
        if dtype.startswith(("int", "uint")) and math.isfinite(x) and len(whole(int(x))) <= room:
            return whole(int(x))
        return number(x, longest=min(LONGEST, room))
    size = int(s.size[row])
    if size == 0:
        return "empty"
    if dtype == "bool":
        return _part(int(s.positive[row]), size, "true", room)
    if s.nan[row]:
        return _part(int(s.nan[row]), size, "NaN", room)
    if s.infinite[row]:
        return _part(int(s.infinite[row]), size, "∞", room)
    return "μ " + number(float(s.mean[row]), longest=min(LONGEST, room - 2))


def gradient_text(s: Summaries, row: int, room: int = ROOM) -> str:
    """A cotangent as its node writes it: signed for a scalar, the root mean square of an array.

    room: characters there are.
    """
    if s.shapes[s.shape.item(row)] == ():
        x = s.mean.item(row)
        return number(x, sign=True, longest=LONGEST if math.isinf(x) else min(LONGEST + 2, room))
    if s.nan[row]:
        return "NaN"
    if s.infinite[row]:
        return _part(int(s.infinite[row]), int(s.size[row]), "∞", room)
    if s.size[row] == s.zero[row]:
        return "0"
    return number(float(s.rms[row]), digits=3, longest=min(LONGEST, room))
