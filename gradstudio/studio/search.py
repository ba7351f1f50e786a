"""Search: every place of some words or of a pattern in a text, line by line, and the text with them replaced."""

from __future__ import annotations

import re
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from gradstudio.engine.trace import Span

SECONDS = 0.5
"""A search that takes longer is given up: a pattern can take for ever."""

MOST = 20_000
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and how."""

    words: str
    matches_case: bool = False
    is_whole_word: bool = False
    is_pattern: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The places in the order of the text, columns in characters; or why there was no search, in one line."""

    spans: tuple[Span, ...] = ()
    problem: str = ""


def find(text: str, query: Query) -> Found:
    """All places. Words and patterns stand within a line; places of no length do not count."""
    if not query.words:
        return Found()
    try:
        pattern = _compiled(query)
        with _limited():
            spans = [(number, match.start(), number, match.end()) for number, _, match in _matches(text, pattern)]
    except ValueError as error:
        return Found((), str(error))
    return Found(tuple(spans))


def replaced(text: str, query: Query, by: str, only: Span | None = None) -> tuple[str, int]:
    """The text with all places (or only one) replaced, and how many they were. In a pattern, \\1 and \\g<name> in `by`
    are its groups. Raises ValueError, in one line."""
    if not query.words:
        return text, 0
    pattern = _compiled(query)
    lines = text.split("\n")
    count, at, line = 0, 0, 0
    parts: list[str] = []
    made: dict[int, list[str]] = {}
    with _limited():
        for number, content, match in _matches(text, pattern):
            if only is not None and (number, match.start(), number, match.end()) != only:
                continue
            if number != line:
                if line:
                    made[line] = [*parts, lines[line - 1][at:]]
                line, at, parts = number, 0, []
            try:
                new = match.expand(by) if query.is_pattern else by
            except (re.error, IndexError) as error:
                raise ValueError(f"what to put there is no replacement: {error}") from None
            parts += [content[at : match.start()], new]
            at = match.end()
            count += 1
    if line:
        made[line] = [*parts, lines[line - 1][at:]]
    for number, pieces in made.items():
        lines[number - 1] = "".join(pieces)
    return "\n".join(lines), count


def _matches(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str, re.Match[str]]]:
    """Line number, line and match. Raises ValueError after SECONDS."""
    end = time.monotonic() + SECONDS
    count = 0
    for number, line in enumerate(text.split("\n"), 1):
        for match in pattern.finditer(line):
            if match.end() > match.start():
                count += 1
                yield number, line, match
            if count == MOST:
                return
        if time.monotonic() > end:
            raise ValueError(_TOO_LONG)


_TOO_LONG = "this pattern takes too long: make it more exact"


def _compiled(query: Query) -> re.Pattern[str]:
    """The query as a pattern. Raises ValueError with what is wrong with it."""
    source = query.words if query.is_pattern else re.escape(query.words)
    flags = 0 if query.matches_case else re.IGNORECASE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if query.is_pattern and _nests(parser.parse(source, flags)):
                raise ValueError("a repetition inside a repetition can take for ever: repeat only one of them")
            if query.is_whole_word:
                source = rf"(?<!\w)(?:{source})(?!\w)"
            return re.compile(source, flags)
    except re.error as error:
        where = f" at character {error.pos + 1}" if error.pos is not None else ""
        raise ValueError(f"this is no pattern: {error.msg}{where}") from None
    except (RecursionError, OverflowError):
        raise ValueError("this pattern is nested too deeply") from None


def _nests(part: Any, inside: bool = False) -> bool:
    """Whether a pattern repeats what itself repeats or chooses, which can be tried in exponentially many ways."""
    for code, argument in part:
        if code in _REPEATS:
            low, high, body = argument
            repeats = high > 8 and high > low
            if (inside and repeats) or _nests(body, inside or repeats):
                return True
        elif code is codes.BRANCH:
            if inside or any(_nests(branch, inside) for branch in argument[1]):
                return True
        elif code is codes.SUBPATTERN:
            if _nests(argument[3], inside):
                return True
        elif code is codes.ATOMIC_GROUP:
            if _nests(argument, inside):
                return True
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            if _nests(argument[1], inside):
                return True
        elif code is codes.GROUPREF_EXISTS and any(_nests(p, inside) for p in argument[1:] if p is not None):
            return True
    return False


@contextmanager
def _limited() -> Iterator[None]:
    """Give up after SECONDS, also in the middle of one line where the system can wake a search that is at work."""
    has_alarm = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not has_alarm:
        yield
        return

    def give_up(_signal: int, _frame: object) -> None:
        raise ValueError(_TOO_LONG)

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
