"""Places: where in the text of a program the present call comes from."""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any

from gradstudio.engine.trace import NO_SPAN, Span

_Kept = tuple[CodeType, list[Any], dict[int, Span]]
"""A code (so that its id stays its own), the positions of its instructions, and the places of those seen so far."""


class Places:
    """The places of one program. filename: the co_filename of its code; text: what it was made of."""

    def __init__(self, filename: str, text: str) -> None:
        self.filename = filename
        self._lines = text.splitlines()
        self._is_ascii = text.isascii()
        self._positions: dict[int, _Kept] = {}  # by id of the code

    def here(self, ours: int = 1) -> Span:
        """Where the innermost call of the program is; columns in UTF-8 bytes.

        ours: how many calls up from here are surely not the program's: Python makes an object of every one looked at.
        """
        known = self._positions
        frame: FrameType | None = sys._getframe(ours + 1)
        while frame is not None:
            code = frame.f_code
            kept = known.get(id(code))  # a code's own hash is that of all that is in it
            if kept is not None:
                return kept[2].get(frame.f_lasti) or self._learn(kept, frame.f_lasti)
            if code.co_filename == self.filename:
                known[id(code)] = kept = code, list(code.co_positions()), {}
                return self._learn(kept, frame.f_lasti)
            frame = frame.f_back
        return NO_SPAN

    @staticmethod
    def _learn(kept: _Kept, instruction: int) -> Span:
        """The place of an instruction that is seen for the first time."""
        line, end, column, end_column = kept[1][instruction // 2]
        span = kept[2][instruction] = (line or 0, column or 0, end or 0, end_column or 0)
        return span

    def in_characters(self, spans: list[Span]) -> list[Span]:
        """Spans with columns in characters instead of UTF-8 bytes."""
        return spans if self._is_ascii else [self._characters(span) for span in spans]

    def _characters(self, span: Span) -> Span:
        line, column, end, end_column = span
        if not 0 < line <= len(self._lines) or not 0 < end <= len(self._lines):
            return span
        first, last = self._lines[line - 1], self._lines[end - 1]
        if first.isascii() and last.isascii():
            return span
        return (
            line,
            len(first.encode()[:column].decode(errors="ignore")),
            end,
            len(last.encode()[:end_column].decode(errors="ignore")),
        )
