"""Visible: text shown as text. What has no look of its own, or changes that of others, is spelled out."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters, marks and signs that look like nothing
_TAB = "→   "


def character(c: str) -> str:
    """How one character is shown: itself, or spelled as \\u202e if it is hidden or turns what stands beside it."""
    if c == " " or (unicodedata.category(c) not in _HIDDEN and c not in _BLANK):
        return c
    code = ord(c)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@lru_cache(maxsize=512)
def visible(line: str) -> str:
    """A line, with a tab as an arrow and every hidden character spelled."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(_TAB if c == "\t" else character(c) for c in line)


def visible_ranges(line: str, ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Ranges of a line as ranges of what is shown for it."""
    if not ranges or (line.isascii() and line.isprintable()):
        return ranges
    places = [0]
    for c in line:
        places.append(places[-1] + (len(_TAB) if c == "\t" else len(character(c))))
    return tuple((places[start], places[end]) for start, end in ranges)
