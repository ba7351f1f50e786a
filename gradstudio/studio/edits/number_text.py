"""How numbers are written into a text: in the style of the number that stood there, in the shortest exact form."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np

_LONGEST = 20
"""Characters of a number without an exponent; what is longer than that is not read by anybody."""

_EXPONENT = re.compile(r"[eE]([+-]?)(\d+)$")
_WIDE = 96
"""Characters of a line of an array."""


def number_text(value: float, like: str = "1.0") -> str:
    """A number in the style of another one: `like` is "0.8", "1e-3", "40", "1_000", ".5" or "2.".

    Whole numbers stay whole. Raises ValueError for what is not finite.
    """
    if not math.isfinite(value):
        raise ValueError("A text can hold finite numbers only.")
    like = like.lstrip("+- ")
    if is_whole(like):
        return f"{round(value):_}" if "_" in like else str(round(value))
    exact = Decimal(repr(float(value)))
    lead = "-" if exact < 0 else ""
    exact = abs(exact)
    if exact == 0:
        return "0.0"
    written = _EXPONENT.search(like)
    if written is not None:
        return lead + _with_exponent(exact, like, written)
    text = f"{exact:,f}".replace(",", "_") if "_" in like else f"{exact:f}"
    if len(text) > _LONGEST:
        return number_text(value, "1e1")
    if "." not in text:
        text += "."
    whole, part = text.split(".")
    part = part.rstrip("0") or ("" if like.endswith(".") else "0")
    whole = "" if like.startswith(".") and whole == "0" else whole
    return f"{lead}{whole}.{part}"


def is_whole(text: str) -> bool:
    """Whether a written number is an integer of Python's."""
    return not set(text) & set(".eEjJ")


def _with_exponent(exact: Decimal, like: str, written: re.Match[str]) -> str:
    _, digits, scale = exact.normalize().as_tuple()
    assert isinstance(scale, int)
    mantissa = "".join(map(str, digits))
    power = scale + len(mantissa) - 1
    rest = mantissa[1:]
    if "." in like:
        rest = rest or "0"
    sign = "-" if power < 0 else written[1].replace("-", "")
    wide = len(written[2]) if written[2].startswith("0") else 1
    letter = "E" if "E" in like else "e"
    return f"{mantissa[0]}{'.' if rest else ''}{rest}{letter}{sign}{abs(power):0{wide}d}"


def array_text(values: np.ndarray, is_whole: bool, hanging: str = "") -> str:
    """Nested lists: on one line where that is short, else a line for each row. hanging: what its lines begin with."""
    like = "1" if is_whole else "1.0"
    flat = _joined(values, like)
    if len(flat) + len(hanging) <= _WIDE and flat.count("]") < 12:
        return flat
    return "[\n" + "".join(_rows(values, like, hanging + "    ")) + hanging + "]"


def _rows(values: np.ndarray, like: str, lead: str) -> list[str]:
    if values.ndim == 1:
        return _wrapped([number_text(v, like) for v in values.tolist()], lead)
    rows = []
    for row in values:
        flat = _joined(row, like)
        if len(flat) + len(lead) <= _WIDE:
            rows.append(f"{lead}{flat},\n")
        else:
            rows += [f"{lead}[\n", *_rows(row, like, lead + "    "), f"{lead}],\n"]
    return rows


def _wrapped(numbers: list[str], lead: str) -> list[str]:
    lines, line = [], ""
    for number in numbers:
        if line and len(lead) + len(line) + len(number) + 2 > _WIDE:
            lines.append(f"{lead}{line.rstrip()}\n")
            line = ""
        line += f"{number}, "
    return [*lines, f"{lead}{line.rstrip()}\n"] if line else lines


def _joined(values: np.ndarray, like: str) -> str:
    if values.ndim == 0:
        return number_text(values.item(), like)
    return f"[{', '.join(_joined(v, like) for v in values)}]"
