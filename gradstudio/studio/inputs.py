"""Inputs: what the rows of the dock stand for: the numbers of a text, each with a range that does not jump."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.language.parsing import LIVE_TOKENS, too_large
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.literals import (
    ArrayLiteral,
    Key,
    Literal,
    Written,
    keys,
    literals,
    shifted,
    with_number,
    with_values,
)
from gradstudio.studio.edits.number_text import number_text
from gradstudio.studio.edits.typed_numbers import number
from gradstudio.studio.input_ranges import Range, default_range, read_ranges, with_range

MOST = 80
"""Entries of one text; what is beyond is counted only."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One input: what stands in the text, and for a number the range of its slider."""

    key: Key
    written: Written
    range: Range | None


class Inputs:
    """Follows one text. A text that does not parse leaves the entries as they were, and is_current False; one that is
    too long for that is_too_long."""

    def __init__(self) -> None:
        self.text = ""
        self.entries: tuple[Entry, ...] = ()
        self.is_current = True
        self.is_too_long = False  # the text, to be looked through here
        self._found: tuple[Written, ...] = ()
        self._given: dict[str, Range] = {}  # by the header
        self._usual: dict[Key, Range] = {}
        self._first: dict[Key, tuple[float, str]] = {}

    def forget(self) -> None:
        """Another document."""
        self._usual, self._first = {}, {}
        self.set_text("")

    def set_text(self, text: str) -> None:
        """Look through another text."""
        self.adopt(text, literals(text))

    def adopt(self, text: str, found: tuple[Written, ...] | None) -> None:
        """Follow another text, in which literals() found this."""
        self.text = text
        self.is_current = found is not None
        self.is_too_long = found is None and too_large(text, LIVE_TOKENS) is not None
        if found is None:
            return
        self._found = found
        self._given = read_ranges(text)
        self._list()

    def turned(self, row: int, value: float, like: str = "") -> Edit | None:
        """The edit that gives a number another value, and everything about the text that it will make; None if the
        number is what it was. Raises Refused."""
        literal = self.literal(row)
        if literal.value == value:
            return None
        edit = with_number(self.text, literal, value, like)
        new = edit.text[literal.start : len(edit.text) - (len(self.text) - literal.end)]
        if new == literal.text:
            return None
        if new.startswith("("):  # brackets around a negative number are no part of it
            self.set_text(edit.text)
            return edit
        self.text = edit.text
        self._found = shifted(self._found, literal, float(new.replace("_", "")), new)
        self._list()
        return edit

    def typed(self, row: int, text: str) -> Edit | None:
        """The same for a number that was typed. Raises Refused for what is none."""
        literal = self.literal(row)
        value = number(text, literal.name or f"line {literal.line}")
        if literal.is_whole and value != round(value):
            raise Refused(
                f"{literal.name or literal.text} in line {literal.line} is a whole number. "
                f"Write {number_text(value)} into the text if it is to have a fraction."
            )
        has_exponent = "e" in text.lower() and not literal.is_whole
        return self.turned(row, value, text.strip() if has_exponent else "")

    def changed(self, row: int, values: np.ndarray) -> Edit | None:
        """The edit that gives an array other numbers. Raises Refused."""
        edit = with_values(self.text, self.array(row), values)
        return edit if edit.text != self.text else None

    def ranged(self, row: int, wanted: Range | None) -> Edit:
        """The edit that keeps a range in the header, or takes it out. Raises Refused."""
        literal = self.literal(row)
        self._usual.pop(self.entries[row].key, None)
        return with_range(self.text, literal.name, wanted)

    def scaled(self, row: int, scale: str) -> Edit:
        """The edit that makes a slider logarithmic or linear again. Raises Refused."""
        literal, before = self.literal(row), self.entries[row].range
        wanted = default_range(literal.value, literal.is_whole, scale)
        if scale == "log" and literal.value <= 0:
            raise Refused(f"A logarithmic slider needs a number above 0; {literal.name} is {literal.text}.")
        if before is not None and literal.name in self._given and (scale != "log" or before.low > 0):
            wanted = Range(before.low, before.high, before.step, scale)
        return self.ranged(row, wanted)

    def reset(self, row: int) -> Edit | None:
        """The edit that takes a number back to what it was when it was first seen."""
        value, like = self.first(row)
        return self.turned(row, value, like)

    @property
    def more(self) -> int:
        """How many inputs the text has besides the entries."""
        return len(self._found) - len(self.entries)

    def first(self, row: int) -> tuple[float, str]:
        """The value a number had when it was first seen, and how it was written."""
        return self._first[self.entries[row].key]

    def has_range(self, row: int) -> bool:
        """Whether the header gives it one."""
        return self.entries[row].written.name in self._given

    def literal(self, row: int) -> Literal:
        """The number of a row. Raises Refused if there is none."""
        written = self._written(row)
        assert isinstance(written, Literal)
        return written

    def array(self, row: int) -> ArrayLiteral:
        """The array of a row. Raises Refused if there is none."""
        written = self._written(row)
        assert isinstance(written, ArrayLiteral)
        return written

    def _written(self, row: int) -> Written:
        if not self.is_current:
            raise Refused("The text has an error. Mend it first; the inputs follow it then.")
        if not 0 <= row < len(self.entries):
            raise Refused("This input is not in the text any more.")
        return self.entries[row].written

    def _list(self) -> None:
        entries = []
        found = self._found[:MOST]
        for key, written in zip(keys(found), found, strict=True):
            entries.append(Entry(key, written, self._range(key, written) if isinstance(written, Literal) else None))
            if isinstance(written, Literal):
                self._first.setdefault(key, (written.value, written.text))
        self.entries = tuple(entries)

    def _range(self, key: Key, literal: Literal) -> Range:
        """The header's, else the one it had before if its value is still inside."""
        given = self._given.get(literal.name)
        if given is not None:
            return given
        usual = self._usual.get(key)
        if usual is None or not usual.holds(literal.value):
            usual = self._usual[key] = default_range(literal.value, literal.is_whole)
        return usual
