"""Text -> syntax tree: the one door to Python's parser, behind a quick look that keeps every text from hanging it.

The parser holds Python's lock while it works, so the look comes first: its time grows with the length of the text only.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.language import limits

LIVE_TOKENS = 40_000
"""What the window parses itself, on whatever thread: about a tenth of a second, in which it could not answer."""


class UnreadableText(SyntaxError):
    """A text that the parser was not given, or could not take in; `problem` says why in one line, with its place."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.lineno, self.offset = problem.span[0], problem.span[1] + 1


def parsed(text: str, largest: int = limits.TOKENS) -> ast.Module:
    """The syntax tree of a whole text. largest: how many tokens it may have.

    Raises UnreadableText for a text over a limit or with hidden characters, and SyntaxError where it is no Python.
    """
    problem = _why_unreadable(text, largest)
    if problem is not None:
        raise UnreadableText(problem)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (MemoryError, RecursionError):
        raise UnreadableText(too_deep(text)) from None
    except ValueError as error:  # a lone half of a pair of characters, which no file can hold
        raise UnreadableText(Problem("error", "syntax", str(error).split("\n")[0][:200])) from None


def too_deep(text: str) -> Problem:
    """What is wrong with a text that the parser or compiler gave up on for its depth."""
    return _limit("this is nested or chained too deeply", _most_chained(text), "split it into shorter steps")


def _limit(message: str, span: Span, hint: str = "") -> Problem:
    return Problem("error", "limit", message, span, hint)


_CHARACTERS = 25
"""A text with more characters than this for each token it may have is not even counted."""

# the look


def _quoted(quote: str) -> str:
    """A pattern of texts in such quotes; one that does not end goes to the end of its line, or of everything."""
    long = rf"{quote * 3}[^{quote}\\]*+(?:(?:\\.|{quote}(?!{quote * 2}))[^{quote}\\]*+)*+(?:{quote * 3}|\\?\Z)"
    return rf"{long}|{quote}[^{quote}\\\n]*+(?:\\.[^{quote}\\\n]*+)*+{quote}?"


_OPAQUE = rf"#[^\n]*|{_quoted(chr(34))}|{_quoted(chr(39))}"
"""Comments and texts: nothing in them is code."""
_WITHOUT = re.compile(_OPAQUE, re.DOTALL)
_BRACKETS = re.compile(rf"{_OPAQUE}|[()\[\]{{}}]", re.DOTALL)
_TOKENS = re.compile(rf"{_OPAQUE}|\w+|[^\w\s]", re.DOTALL)
_CHAIN = re.compile(
    rf"(?P<opaque>{_OPAQUE})|(?P<end>[\n;])|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<branch>\belif\b)"
    r"|\b(?:not|lambda|if|and|or|await)\b|[^\w\s]",
    re.DOTALL,
)
_WORD = re.compile(rf"(?<!\w)\w{{{limits.IDENTIFIER + 1},}}")
_DIGITS = re.compile(rf"(?<!\w)(?:0[xob]\w{{{limits.DIGITS + 1},}}|\d[\d_]{{{limits.DIGITS},}})", re.IGNORECASE)
_IMPORT = re.compile(r"(?<!\w)(?:import|from)(?!\w)(?:[\w\s.,*]|\\\n)*")

_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(rf"[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u200b\u2060{_BREAKS}{_TURNS}]|\r(?!\n|\Z)")
"""What breaks or turns a line, or leaves no mark, in code, text and comments alike."""
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200c\u200d\u2061-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""What leaves no mark but belongs to some scripts and emoji: fine in texts and comments, not in code."""
HIDDEN = re.compile(f"{_HIDDEN.pattern}|{_INVISIBLE.pattern}")
"""Any of them, whether it would be refused there or not."""
_COOKIE = re.compile(r"[ \t]*#.*?coding[:=][ \t]*([-\w.]+)")
_UTF8 = frozenset(["utf-8", "utf8", "utf-8-sig", "u8", "ascii", "us-ascii"])


def _why_unreadable(text: str, largest: int) -> Problem | None:
    return (
        too_large(text, largest) or hidden(text) or _other_encoding(text) or _too_nested(text) or _too_long_word(text)
    )


def too_large(text: str, largest: int) -> Problem | None:
    """What of a text is over a limit of size; None if nothing is. largest: how many tokens it may have."""
    most = min(limits.FILE_BYTES, largest * _CHARACTERS)
    if len(text) > most:
        return _limit(f"the program has {len(text):,} characters; the limit is {most:,}", (1, 0, 1, 1))
    if len(text) > limits.LINE_CHARACTERS and max(map(len, text.split("\n"))) > limits.LINE_CHARACTERS:
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > limits.LINE_CHARACTERS:
                return _limit(
                    f"this line has {len(line):,} characters; the limit is {limits.LINE_CHARACTERS:,}",
                    (number, 0, number, 80),
                    "break it into several lines",
                )
    if len(text) > largest:
        for count, match in enumerate(_TOKENS.finditer(text)):
            if count == largest:
                return _limit(
                    f"the program has more than {largest:,} words and signs up to here",
                    _at(text, match.start(), match.end()),
                    "gs.load() reads large tables from a file beside the program",
                )
    return None


def hidden(text: str) -> Problem | None:
    """The first character that could disguise code, as a problem; None if there is none."""
    found = _HIDDEN.search(text)
    if found is None and not text.isascii():
        found = _INVISIBLE.search(text)
        if found is not None:
            found = _INVISIBLE.search(_code(text))
    if found is None:
        return None
    char = found.group()
    name = unicodedata.name(char, f"U+{ord(char):04X}")
    return Problem(
        "error",
        "refused",
        f"a hidden character ({name}) could disguise code",
        _at(text, found.start(), found.end()),
        "delete it",
    )


def _other_encoding(text: str) -> Problem | None:
    """A cookie says how Python would read the file; all of GradStudio reads UTF-8."""
    for number, line in enumerate(text.split("\n", 2)[:2], 1):
        cookie = _COOKIE.match(line)
        if cookie is not None:
            if cookie[1].lower().replace("_", "-") in _UTF8:
                return None
            return Problem(
                "error",
                "refused",
                f"this line says that the file is written in {cookie[1][:40]}; only UTF-8 is read",
                (number, cookie.start(1), number, cookie.end(1)),
                "save the file as UTF-8 and delete the line",
            )
        if line.strip() and not line.lstrip().startswith("#"):
            return None
    return None


def _too_nested(text: str) -> Problem | None:
    """The bracket that goes too deep."""
    if sum(map(text.count, "([{")) <= limits.NESTING:
        return None
    depth = 0
    for match in _BRACKETS.finditer(text):
        bracket = match.group()
        if bracket in "([{":
            depth += 1
            if depth > limits.NESTING:
                return _limit(
                    f"brackets stand more than {limits.NESTING} deep in one another here",
                    _at(text, match.start(), match.end()),
                    "split it into shorter steps",
                )
        elif bracket in ")]}":
            depth = max(depth - 1, 0)
    return None


def _too_long_word(text: str) -> Problem | None:
    """A name, number or dotted import that is too long to be honest."""
    if _WORD.search(text) is not None:
        code = _code(text)
        for match in _WORD.finditer(code):
            if not match.group()[0].isdigit():
                return _limit(
                    f"a name of {len(match.group()):,} characters is too long; the limit is {limits.IDENTIFIER}",
                    _at(text, match.start(), match.end()),
                    "choose a shorter name",
                )
        number = _DIGITS.search(code)
        if number is not None:
            return _limit(
                f"a number of {len(number.group()):,} digits is too long; the limit is {limits.DIGITS:,}",
                _at(text, number.start(), number.end()),
                "write it as a float, e.g. 1e300",
            )
    if any(match.group().count(".") > limits.NESTING for match in _IMPORT.finditer(text)):
        for match in _IMPORT.finditer(_code(text)):
            if match.group().count(".") <= limits.NESTING:
                continue
            return Problem(
                "error",
                "refused",
                "this import is not allowed in safe mode: only gradstudio, numpy and math can be imported",
                _at(text, match.start(), min(match.end(), match.start() + 80)),
            )
    return None


def _code(text: str) -> str:
    """The text with blanks in place of texts and comments."""
    return _WITHOUT.sub(lambda opaque: " " * len(opaque.group()), text)


def _at(text: str, start: int, end: int) -> Span:
    """The span of text[start:end], which lies in one line or is cut at its end."""
    line = text.count("\n", 0, start)
    first = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start, end)
    return line + 1, start - first, line + 1, (end if stop < 0 else stop) - first


def _most_chained(text: str) -> Span:
    """The statement with the most signs and words that nest; in a chain of elif, where it is too long."""
    most, span, depth = 0, NO_SPAN, 0
    start = count = branches = 0
    for match in _CHAIN.finditer(text):
        kind = match.lastgroup
        if kind == "branch":
            branches += 1
            if branches == limits.DEPTH:
                return _at(text, match.start(), match.end())
        if kind == "end" and (depth <= 0 or match.group() == ";"):
            if count > most:
                most, span = count, _line_at(text, start)
            start, count, depth = match.end(), 0, 0
        elif kind != "opaque":
            depth += (kind == "open") - (kind == "close")
            count += 1
    return _line_at(text, start) if count > most else span


def _line_at(text: str, position: int) -> Span:
    """The line in which something stands, to its end or 80 characters."""
    while position < len(text) and text[position] in " \t\n":
        position += 1
    end = text.find("\n", position)
    return _at(text, position, min(len(text) if end < 0 else end, position + 80))
