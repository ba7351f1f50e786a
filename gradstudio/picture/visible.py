"""Visible: text shown as text. What has no look of its own, or changes that of others, is spelled out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters, marks and signs that look like nothing
_TAB = "→   "
_MARKS = 4  # on one letter; no language needs more


def character(c: str) -> str:
    """How one character is shown: itself, or spelled as \\u202e if it is hidden or turns what stands beside it."""
    if c == " " or (unicodedata.category(c) not in _HIDDEN and c not in _BLANK):
        return c
    code = ord(c)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def spelled(text: str) -> Iterator[str]:
    """How each character of a text is shown: a line end as ⏎, and marks that pile up on one letter spelled, too."""
    marks = 0
    for c in text:
        marks = marks + 1 if c > "\u02ff" and unicodedata.category(c) in ("Mn", "Me") else 0
        if c == "\n":
            yield "⏎"
        else:
            yield character(c) if marks <= _MARKS else f"\\u{ord(c):04x}"


@lru_cache(maxsize=512)
def visible(line: str) -> str:
    """A line, with a tab as an arrow and every hidden character spelled."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(_line_parts(line))


def visible_ranges(line: str, ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Ranges of a line as ranges of what is shown for it."""
    if not ranges or (line.isascii() and line.isprintable()):
        return ranges
    places = [0]
    for part in _line_parts(line):
        places.append(places[-1] + len(part))
    return tuple((places[start], places[end]) for start, end in ranges)


def _line_parts(line: str) -> Iterator[str]:
    return (_TAB if c == "\t" else part for c, part in zip(line, spelled(line), strict=True))
