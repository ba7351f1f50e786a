"""Highlighter: colours of the code, one regular expression per line, block state for strings over several lines."""

from __future__ import annotations

import keyword
import re

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from gradstudio.app.theme import Colors

LONG_LINE = 10_000
"""Characters beyond which a line stays plain: no honest code is that long, and formats cost time for each."""

_BLOCKS, _CHARACTERS = 400, 10_000
"""What is coloured at once: some ten milliseconds."""

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


class Highlighter(QObject):
    """Keywords, numbers, strings, called names and comments in the theme's colours.

    What a key changes has its colours at once. Where that is a lot, the rest follows in pieces, so that the window
    answers in between. The state of a block says which quotes are open at its end.
    """

    def __init__(self, document: QTextDocument, colors: Colors) -> None:
        super().__init__(document)
        self._document = document
        self._formats: dict[str, QTextCharFormat] = {}
        self._from = self._to = 0  # blocks that wait for their colours
        self._blocks = document.blockCount()
        self._later = QTimer(self)
        self._later.setInterval(0)
        self._later.timeout.connect(self._color)
        document.contentsChange.connect(self._on_contents_change)
        self.set_colors(colors)

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        for name in ("keyword", "number", "string", "function", "comment"):
            style = QTextCharFormat()
            style.setForeground(QColor(getattr(colors, name)))
            self._formats[name] = style
        self._from, self._to = 0, self._document.blockCount()
        self._color()

    @property
    def is_done(self) -> bool:
        """Whether the whole text has its colours."""
        return not self._later.isActive()

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        first = self._document.findBlock(position).blockNumber()
        last = self._document.findBlock(position + added)
        count = self._document.blockCount()
        end = last.blockNumber() + 1 if last.isValid() else count
        if self._later.isActive():  # what waits has moved with the text
            first, end = min(self._from, first), max(self._to + count - self._blocks, end)
        self._from, self._to, self._blocks = first, min(end, count), count
        self._color()

    def _color(self) -> None:
        """Go on with what waits, as far as no person has to wait for it."""
        block = self._document.findBlockByNumber(self._from)
        start, end = block.position(), block.position()
        state = max(block.previous().userState(), 0)
        blocks = 0
        while block.isValid() and blocks < _BLOCKS and end - start < _CHARACTERS:
            before = max(block.userState(), 0)
            ranges, state = self._colored(block.text(), state)
            _give(block, ranges)
            block.setUserState(state)
            blocks += 1
            end = block.position() + block.length()
            self._from += 1
            block = block.next()
            if self._from >= self._to and state == before:
                break
        else:
            if block.isValid():
                self._to = max(self._to, self._from + 1)
                self._later.start()
                self._document.markContentsDirty(start, end - start)
                return
        self._later.stop()
        self._from = self._to = 0
        if blocks:
            self._document.markContentsDirty(start, end - start)

    def _colored(self, text: str, state: int) -> tuple[list[QTextLayout.FormatRange], int]:
        """The colours of a line that begins in a state, and the state it ends in."""
        found: list[QTextLayout.FormatRange] = []
        if len(text) > LONG_LINE:
            return found, state
        wide = not text.isascii() and any(ord(c) > 0xFFFF for c in text)
        position = 0
        if state:
            end = _end_of_string(text, 0, _QUOTES[state - 1])
            self._mark(found, text, 0, len(text) if end < 0 else end, "string", wide)
            if end < 0:
                return found, state
            position = end
        while position < len(text):
            match = _TOKEN.search(text, position)
            if match is None:
                break
            kind, position = match.lastgroup, match.end()
            if kind == "quotes" or match["open"]:
                end = _end_of_string(text, match.end(), match["quotes"])
                position = len(text) if end < 0 else end
                self._mark(found, text, match.start(), position, "string", wide)
                if end < 0:
                    return found, _QUOTES.index(match["quotes"]) + 1
            elif kind in self._formats:
                self._mark(found, text, match.start(), match.end(), str(kind), wide)
        return found, 0

    def _mark(
        self, found: list[QTextLayout.FormatRange], text: str, start: int, end: int, kind: str, wide: bool
    ) -> None:
        """Format a stretch; Qt counts UTF-16 units, Python characters."""
        if wide:
            start, end = utf16_length(text[:start]), utf16_length(text[:end])
        stretch = QTextLayout.FormatRange()
        stretch.start, stretch.length, stretch.format = start, end - start, self._formats[kind]
        found.append(stretch)


def _give(block: QTextBlock, ranges: list[QTextLayout.FormatRange]) -> None:
    """Let a block have its colours; what an input method writes into it keeps its own."""
    layout = block.layout()
    own = layout.formats()
    length = utf16_length(layout.preeditAreaText())
    if length:
        at = layout.preeditAreaPosition()
        for stretch in ranges:
            if stretch.start >= at:
                stretch.start += length
            elif stretch.start + stretch.length > at:
                stretch.length += length
        ranges = [*ranges, *(r for r in own if at <= r.start and r.start + r.length <= at + length)]
    if ranges or own:
        layout.setFormats(ranges)


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
