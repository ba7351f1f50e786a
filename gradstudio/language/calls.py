"""Calls: where the end of an unfinished text stands: in a string, a comment, or between the brackets of which call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

REACH = 4_000
"""Characters before the cursor that are read."""

_TOKEN = re.compile(r"""(?P<comment>\#[^\n]*)|(?P<quotes>\"\"\"|'''|"|')|(?P<open>[(\[{])|(?P<close>[)\]}])|[,=\n]""")
_STATEMENT = re.compile(r"[ \t]*(?:def|with|for|while|if|elif|else|return|import|from|try|except|del|pass)\b")
_KEYWORD = re.compile(r"([^\W\d]\w*)\s*$")


@dataclass(frozen=True, slots=True)
class Call:
    """An open call: "gs.sum", the number of the argument at the cursor, and its name if it is given by name."""

    callee: str
    argument: int
    keyword: str
    given: tuple[str, ...]  # keywords before the present argument
    start: int  # where the callee stands in the text that was read


@dataclass(frozen=True, slots=True)
class Standing:
    """What the end of a text is in the middle of."""

    is_code: bool  # neither in a string nor in a comment
    call: Call | None


@dataclass(slots=True)
class _Bracket:
    callee: str
    start: int
    is_call: bool
    argument: int = 0
    keyword: str = ""
    given: tuple[str, ...] = ()


@lru_cache(8)
def standing(before: str) -> Standing:
    """Where the end of a text stands. What is read begins at most REACH characters before it."""
    if len(before) > REACH:
        before = before[len(before) - REACH :]
        before = before[before.find("\n") + 1 :]
    open_: list[_Bracket] = []
    position = 0
    while True:
        match = _TOKEN.search(before, position)
        if match is None:
            break
        position, word = match.end(), match[0]
        if match["comment"]:
            if position == len(before):
                return Standing(False, None)
        elif match["quotes"]:
            end = _end_of_string(before, position, word)
            if end < 0:
                return Standing(False, None)
            position = end
        elif match["open"]:
            callee = _callee(before, match.start()) if word == "(" else ""
            start = match.start() - len(callee)
            is_call = bool(callee) and callee not in _WORDS and not before.endswith(("def ", "class "), 0, start)
            open_.append(_Bracket(callee, start, is_call))
        elif match["close"]:
            if open_:
                open_.pop()
        elif word == "\n":
            if open_ and _STATEMENT.match(before, position):
                open_.clear()  # a bracket above was never closed
        elif word == "," and open_:
            top = open_[-1]
            top.given += (top.keyword,) if top.keyword else ()
            top.argument, top.keyword = top.argument + 1, ""
        elif word == "=" and open_ and before[position : position + 1] != "=":
            name = _KEYWORD.search(before, max(0, match.start() - 100), match.start())
            if name is not None and not open_[-1].keyword:
                open_[-1].keyword = name[1]
    top_call = open_[-1] if open_ and open_[-1].is_call else None
    if top_call is None:
        return Standing(True, None)
    return Standing(True, Call(top_call.callee, top_call.argument, top_call.keyword, top_call.given, top_call.start))


_WORDS = frozenset(["if", "elif", "while", "and", "or", "not", "in", "is", "return", "for", "lambda"])


def _callee(text: str, end: int) -> str:
    """The dotted name that ends at a place."""
    start = end
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_."):
        start -= 1
    word = text[start:end]
    return "" if word[:1].isdigit() else word.lstrip(".")


def _end_of_string(text: str, start: int, quotes: str) -> int:
    """The end of a string that begins at `start`, after its quotes; -1 where the text ends in it."""
    position = start
    while True:
        found = text.find(quotes, position)
        if len(quotes) == 1:
            line = text.find("\n", position)
            if line >= 0 and (found < 0 or line < found):
                return line  # never closed: the line ends it
        if found < 0:
            return -1
        slashes = found - len(text[start:found].rstrip("\\")) - start
        if slashes % 2 == 0:
            return found + len(quotes)
        position = found + 1
