"""Places: where in the text of a program something was called.

A run keeps a code and the number of an instruction for each place; what they are in the text is looked up afterwards,
once for each instruction.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import CodeType, FrameType

import numpy as np

from gradstudio.engine.runs import Runs
from gradstudio.engine.trace import NO_SPAN, Span

Instruction = tuple[CodeType | None, int]
"""A code and the offset of an instruction in it, in bytes; None where nothing is known."""

NOWHERE: Instruction = (None, 0)


class Places:
    """The places of one program. filename: the co_filename of its code; text: what it was made of."""

    def __init__(self, filename: str, text: str) -> None:
        self.filename = filename
        self._lines = text.splitlines()
        self._is_ascii = text.isascii()
        # id of a code and an instruction -> that code, which so keeps its id, and the span: a code is read from its
        # beginning for each, and a loop's body asks again and again.
        self._found: dict[tuple[int, int], tuple[CodeType, Span]] = {}

    def innermost(self, frame: FrameType | None) -> Instruction:
        """Where the innermost call of the program is, from a frame outwards."""
        while frame is not None:
            if frame.f_code.co_filename == self.filename:
                return frame.f_code, frame.f_lasti
            frame = frame.f_back
        return NOWHERE

    def span(self, place: Instruction) -> Span:
        """Of one instruction; columns in UTF-8 bytes."""
        code, instruction = place
        if code is None:
            return NO_SPAN
        key = id(code), instruction
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = code, next(_spans(code, [instruction // 2]))
        return found[1]

    def spans(self, codes: Runs, instructions: list[int]) -> np.ndarray:
        """Of each of many instructions (n, 4), int32; columns in UTF-8 bytes. codes: what code each of them is in."""
        kinds = {id(code): code for code in codes.values}
        first: dict[int, int] = {}  # id of a code -> where its instructions are among those of all codes
        size = 0
        for key, code in kinds.items():
            first[key] = size
            size += 1 if code is None else len(code.co_code) // 2
        place = np.fromiter(instructions, np.int64, len(instructions)) >> 1
        place += np.repeat([first[id(code)] for code in codes.values], codes.lengths(len(place)))
        seen = np.zeros(size, bool)
        seen[place] = True
        found = np.flatnonzero(seen)
        ends = np.searchsorted(found, [*first.values(), size])
        table: list[Span] = []
        for k, code in enumerate(kinds.values()):
            here = (found[ends[k] : ends[k + 1]] - first[id(code)]).tolist()
            table += [NO_SPAN] * len(here) if code is None else _spans(code, here)
        column = np.array(table, np.int32).reshape(-1, 4)
        rows: np.ndarray = column[np.cumsum(seen)[place] - 1]
        return rows

    def in_characters(self, span: Span) -> Span:
        """A span with columns in characters instead of UTF-8 bytes."""
        line, column, end, end_column = span
        if self._is_ascii or not 0 < line <= len(self._lines) or not 0 < end <= len(self._lines):
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

    def all_in_characters(self, spans: np.ndarray) -> np.ndarray:
        """The same for many of them, (n, 4)."""
        if self._is_ascii or not len(spans):
            return spans
        found, row = np.unique(spans, axis=0, return_inverse=True)
        kinds = [self.in_characters((a, b, c, d)) for a, b, c, d in found.tolist()]
        return np.array(kinds, np.int32)[row.reshape(-1)]


def _spans(code: CodeType, instructions: list[int]) -> Iterator[Span]:
    """The spans of some instructions, by their numbers, which grow."""
    positions = code.co_positions()
    passed = 0
    for number in instructions:
        line, end, column, end_column = next(islice(positions, number - passed, None))
        passed = number + 1
        yield (line or 0, column or 0, end or 0, end_column or 0)
