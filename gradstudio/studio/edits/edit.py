"""Edit: a change of the program's text that somebody asked for elsewhere, with a name; or why there can be none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text. What is not named in the edit is as it was, to the character."""

    name: str  # what Undo calls it: "Add sigmoid"
    text: str
    line: int = 0  # where what was made or changed stands in the new text, from 1; 0 for nowhere
    variable: str = ""  # the variable that it made or changed, "" for none


class Refused(ValueError):
    """An edit that cannot be expressed in the text: one line for a person, what and why and what to do."""


@dataclass(frozen=True, slots=True)
class Splice:
    """text[start:end] gives way to `new`."""

    start: int
    end: int
    new: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all splices made, each in places of the text before. They must not overlap; of several insertions
    in one place the first one stands first."""
    parts, at = [], 0
    for splice in sorted(splices, key=lambda s: (s.start, s.end)):
        if splice.start < at:
            raise ValueError("splices overlap")
        parts += [text[at : splice.start], splice.new]
        at = splice.end
    return "".join([*parts, text[at:]])
