"""Highlighter: colours of the code, one regular expression per line, block state for strings over several lines."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gradstudio.app.theme import Colors

LONG_LINE = 10_000
"""Characters beyond which a line stays plain: no honest code is that long, and formats cost time for each."""

_WORDS = "|".join((*keyword.kwlist, "match", "case"))
_TOKEN = re.compile(
    r"""(?P<comment>\#.*)
    |(?P<open>[rbfRBF]{0,2}(?P<quotes>\"\"\"|'''))
    |(?P<string>[rbfRBF]{0,2}(?:"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)))
    |(?P<number>(?<![\w.])(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:\.(?!\w))?(?:[eE][+-]?\d+)?j?))
    |(?P<keyword>(?<![\w.])(?:"""
    + _WORDS
    + r""")(?!\w))
    |(?P<function>[^\W\d]\w*(?=\s*\())
    |(?P<name>[^\W\d]\w*)""",
    re.VERBOSE,
)
_QUOTES = ("'''", '"""')


class Highlighter(QSyntaxHighlighter):
    """Keywords, numbers, strings, called names and comments in the theme's colours."""

    def __init__(self, document: QTextDocument, colors: Colors) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_colors(colors)

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        for name in ("keyword", "number", "string", "function", "comment"):
            style = QTextCharFormat()
            style.setForeground(QColor(getattr(colors, name)))
            self._formats[name] = style
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if len(text) > LONG_LINE:
            self.setCurrentBlockState(self.previousBlockState())
            return
        wide = not text.isascii() and any(ord(c) > 0xFFFF for c in text)
        position = 0
        state = max(self.previousBlockState(), 0)
        self.setCurrentBlockState(0)
        if state:
            end = _end_of_string(text, 0, _QUOTES[state - 1])
            self._mark(text, 0, len(text) if end < 0 else end, "string", wide)
            if end < 0:
                self.setCurrentBlockState(state)
                return
            position = end
        while position < len(text):
            match = _TOKEN.search(text, position)
            if match is None:
                return
            kind, position = match.lastgroup, match.end()
            if kind == "quotes" or match["open"]:
                end = _end_of_string(text, match.end(), match["quotes"])
                position = len(text) if end < 0 else end
                self._mark(text, match.start(), position, "string", wide)
                if end < 0:
                    self.setCurrentBlockState(_QUOTES.index(match["quotes"]) + 1)
            elif kind in self._formats:
                self._mark(text, match.start(), match.end(), str(kind), wide)

    def _mark(self, text: str, start: int, end: int, kind: str, wide: bool) -> None:
        """Format a stretch; Qt counts UTF-16 units, Python characters."""
        if wide:
            start, end = utf16_length(text[:start]), utf16_length(text[:end])
        self.setFormat(start, end - start, self._formats[kind])


def utf16_length(text: str) -> int:
    """How many positions Qt gives a text."""
    return len(text) if text.isascii() else len(text) + sum(c > "\uffff" for c in text)


def utf16_slice(text: str, start: int) -> str:
    """What follows a position of Qt's in a text."""
    if text.isascii():
        return text[start:]
    return text.encode("utf-16-le")[2 * start :].decode("utf-16-le", "surrogatepass")


def _end_of_string(text: str, start: int, quotes: str) -> int:
    """Where a string over several lines ends in this line; -1 if it goes on."""
    position = start
    while True:
        found = text.find(quotes, position)
        if found < 0:
            return -1
        slashes = len(text[:found]) - len(text[:found].rstrip("\\"))
        if slashes % 2 == 0:
            return found + 3
        position = found + 1
