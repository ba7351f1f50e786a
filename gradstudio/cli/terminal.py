"""What is printed: any encoding survives, no program can steer the terminal, refusals are one line."""

from __future__ import annotations

import io
import logging
import sys

from gradstudio.picture.visible import character


class Refusal(Exception):
    """The command cannot be carried out; the message is one line: what, why, what to do."""


def make_safe() -> None:
    """Let characters that the terminal's encoding lacks come out as "?" instead of ending the program, and what goes
    to the log not come out at all: what concerns a person is said in one line with its place.
    """
    logging.getLogger("gradstudio").addHandler(logging.NullHandler())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def printable(text: str) -> str:
    """Text without control characters other than line ends and tabs: they become visible escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in "\n\t" or c.isprintable() else character(c) for c in text)


def one_line(text: str, longest: int = 1000) -> str:
    """A text on one line, printable and not longer than that."""
    shown = printable(text.strip()[:longest]).replace("\n", " ").replace("\t", " ")
    return shown if len(text.strip()) <= longest else f"{shown}…"


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows in columns as wide as their widest cell; the last column is free."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)
