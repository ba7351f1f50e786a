"""One row of the corpus: a file, what stands beside it, and the verdict that it has to get."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

NEWLINE, TAB, ESCAPE = "⏎", "⇥", "␛"
"""How a row of a table writes characters that would tear the row apart."""


@dataclass(frozen=True)
class Case:
    """A file and its verdict. `expects`: "refused", "limited", "error" or "ok"; of several, the first is the best."""

    name: str
    kind: str  # "attack", "broken" or "honest"
    text: str | bytes | Callable[[], str | bytes]
    expects: tuple[str, ...]
    words: str = ""  # what the line that is shown has to hold, in any case of letters
    line: int | None = None  # the line that has to be named; None: any, or none
    file: str = "case.grad"
    beside: Mapping[str, Any] = field(default_factory=dict)  # name -> bytes, or a function of the folder that makes it
    values: Mapping[str, Any] = field(default_factory=dict)  # of an honest program
    is_slow: bool = False  # runs into the clock, or takes seconds by its size

    def content(self) -> bytes:
        """The bytes of the file."""
        text = self.text() if callable(self.text) else self.text
        return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def rows(kind: str, family: str, table: str, lead: str = "", is_slow: bool = False) -> list[Case]:
    """Cases of a table, one a line: `name | verdicts | words | program`, `⏎` between the lines of the program.

    The line that has to be named is the last one of the file, or that of `verdicts@3`, or any with `verdicts@*`.
    lead: lines that stand before every program.
    """
    found = []
    for row in table.strip().splitlines():
        if not row.strip() or row.startswith("# "):
            continue
        name, verdicts, words, code = (part.strip(" ") for part in row.split("|", 3))
        text = lead + code.replace(NEWLINE, "\n").replace(TAB, "\t").replace(ESCAPE, "\x1b")
        verdicts, _, place = verdicts.partition("@")
        last = text.rstrip("\n").count("\n") + 1
        line = last if not place else None if place == "*" else int(place)
        expects = tuple(_SHORT.get(verdicts, verdicts).split("/"))
        found.append(Case(f"{family}: {name}", kind, text + "\n", expects, words, line, is_slow=is_slow))
    return found


_SHORT = {"no": "refused/error", "big": "limited/error/refused", "any": "ok/limited/error/refused"}
"""Verdicts that many rows have: a guard says no; a guard of sizes does; whatever it is, it is harmless."""
