"""Places: where in the text of a program the present call comes from."""

from __future__ import annotations

import sys
from types import CodeType, FrameType

from gradstudio.engine.trace import NO_SPAN, Span


class Places:
    """The places of one program. filename: the co_filename of its code; text: what it was made of."""

    def __init__(self, filename: str, text: str) -> None:
        self.filename = filename
        self._lines = text.splitlines()
        self._is_ascii = text.isascii()
        self._positions: dict[int, tuple[CodeType, list[Span]]] = {}  # id of a code -> it, its instructions' places

    def here(self, ours: int = 1) -> Span:
        """Where the innermost call of the program is; columns in UTF-8 bytes.

        ours: how many calls up from here are surely not the program's: Python makes an object of every one looked at.
        """
        known = self._positions
        frame: FrameType | None = sys._getframe(ours + 1)
        while frame is not None:
            code = frame.f_code
            spans = known.get(id(code))  # a code's own hash is that of all that is in it
            if spans is not None:
                return spans[1][frame.f_lasti // 2]
            if code.co_filename == self.filename:
                return self._learn(code)[frame.f_lasti // 2]
            frame = frame.f_back
        return NO_SPAN

    def _learn(self, code: CodeType) -> list[Span]:
        """The place of each instruction of a code."""
        shared: dict[Span, Span] = {}
        spans = []
        for line, end, column, end_column in code.co_positions():
            span = (line or 0, column or 0, end or 0, end_column or 0)
            spans.append(shared.setdefault(span, span))
        self._positions[id(code)] = code, spans  # the code is kept, so that its id stays its own
        return spans

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
