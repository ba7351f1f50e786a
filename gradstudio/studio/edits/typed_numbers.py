"""Numbers as a person types or pastes them: one number, a shape, rows of cells from a spreadsheet."""

from __future__ import annotations

import re

import numpy as np

from gradstudio.studio.edits.edit import Refused

_ODD = str.maketrans({"−": "-", "\u00a0": " ", "\u202f": " "})
_LONGEST = 8 << 20  # characters of cells that are looked at


def number(text: str, what: str) -> float:
    """One number. Raises Refused, which calls it `what`."""
    plain = text.translate(_ODD).strip().replace("_", "")
    try:
        return float(plain)
    except ValueError:
        pass
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        raise Refused(f"{what}: {text.strip()[:40]!r} is not a number. Type one such as 0.5, -3 or 1e-4.") from None


def whole_number(text: str, what: str) -> int:
    """One whole number. Raises Refused."""
    value = number(text, what)
    if value != round(value):
        raise Refused(f"{what}: {text.strip()[:40]} is not a whole number.")
    return int(value)


def shape(text: str) -> tuple[int, ...]:
    """ "200, 3", "[200, 3]" or "200 x 3". Raises Refused."""
    parts = [part for part in re.split(r"[\s,x×*]+", text.strip().strip("()[]")) if part]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise Refused(f"A shape is whole numbers, e.g. 200, 3; {text.strip()[:40]!r} is none.")
    return tuple(int(part) for part in parts)


def cells(text: str) -> np.ndarray:
    """Rows and columns (two axes) of cells between tabs, semicolons, commas or spaces; brackets are passed over.

    Cells between tabs or semicolons may have a decimal comma. Raises Refused for what is no table of numbers.
    """
    if len(text) > _LONGEST:
        raise Refused(f"{len(text):,} characters are too many to paste. Save them as .csv and drop the file.")
    text = text.translate(_ODD).strip("\n\r ")
    if "[" in text:
        text = re.sub(r"\]\s*,?\s*(?=\[)", "]\n", text).translate({91: None, 93: None, 40: None, 41: None})
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise Refused("There are no numbers yet. Type or paste rows, e.g. 1.0 2.0.")
    rows = [_row(line, number) for number, line in enumerate(lines, 1)]
    if len({len(row) for row in rows}) > 1:
        odd = next(k for k, row in enumerate(rows) if len(row) != len(rows[0]))
        count = len(rows[odd])
        raise Refused(f"Row {odd + 1} has {count} {'number' if count == 1 else 'numbers'}, the first {len(rows[0])}.")
    return np.array(rows, float)


def _row(line: str, row: int) -> list[float]:
    if "\t" in line or ";" in line:
        parts = [part.strip().replace(",", ".") for part in re.split(r"[\t;]", line)]
    else:
        parts = re.split(r"\s*,\s*|\s+", line.strip().rstrip(","))
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    out = []
    for part in parts:
        try:
            out.append(float(part))
        except ValueError:
            said = f"{part[:30]!r} is not a number" if part else "an empty cell"
            raise Refused(f"Row {row}: {said}.") from None
    return out
