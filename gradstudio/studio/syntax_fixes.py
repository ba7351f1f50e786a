"""Fixes of what the parser refuses: each is offered only if the parser gets further with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradstudio.engine.trace import Span
from gradstudio.language.parsing import LIVE_TOKENS, parsed
from gradstudio.studio.edits.edit import Splice, spliced

_CHARACTERS = {
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "≤": "<=",
    "≥": ">=", "≠": "!=", "\u00a0": " ", "\uff08": "(", "\uff09": ")", "\uff0c": ",", "：": ":", "；": ";",
}  # fmt: skip
_OTHER_SIGNS = (
    (r"&&", "and", "write and"),
    (r"\|\|", "or", "write or"),
    (r"<>", "!=", "write !="),
    (r"!(?=[\w(])", "not ", "write not"),
    (r"(?<![\w.])([^\W\d]\w*)\s*\+\+\s*$", r"\1 += 1", "write += 1"),
    (r"(?<![\w.])([^\W\d]\w*)\s*--\s*$", r"\1 -= 1", "write -= 1"),
)


def syntax_fix(message: str, span: Span, text: str) -> tuple[str, list[Splice]] | None:
    """What to do and how, for the parser's message at a place."""
    if not 0 < span[0] <= text.count("\n") + 1:
        return None
    for words, splices in _candidates(message, span, text):
        if _error_line(spliced(text, splices)) > _error_line(text):
            return words, splices
    return None


def _error_line(text: str) -> float:
    """The line in which the parser stops; infinity if it reads all."""
    try:
        parsed(text, LIVE_TOKENS)
    except SyntaxError as error:
        return error.lineno or 0
    return float("inf")


def _candidates(message: str, span: Span, text: str) -> Iterator[tuple[str, list[Splice]]]:
    lines = text.split("\n")
    line, column = span[0], span[1]
    content = lines[line - 1]
    start = sum(len(part) + 1 for part in lines[: line - 1])
    at = start + column
    code = content[: _end_of_code(content)]
    end = start + len(code)
    if "'==' or ':=' instead of '='" in message:
        sign = re.search(r"(?<![=!<>:])=(?!=)", content[column:])
        if sign is not None:
            place = at + sign.start()
            yield "write ==", [Splice(place, place + 1, "==")]
    elif message == "expected ':'":
        other = re.match(r"(\s*)else\s+if\b", content)
        if other is not None:
            yield "write elif", [Splice(start, start + other.end(), f"{other[1]}elif")]
        yield "write a colon", [Splice(end, end, ":")]
    elif message.endswith("was never closed"):
        close = {"(": ")", "[": "]", "{": "}"}.get(content[column : column + 1], "")
        yield f"close the bracket with {close}", [Splice(end, end, close)]
    elif message.startswith("unmatched"):
        yield "delete the bracket", [Splice(at, at + 1, "")]
    elif message.startswith("unterminated string literal"):
        quote = content[column : column + 1]
        if quote in ("'", '"'):
            yield f"close the text with {quote}", [Splice(start + len(content), start + len(content), quote)]
            yield f"close the text with {quote}", [_before_closing(content, start, quote)]
    elif message.startswith("invalid character") or message.startswith("invalid non-printable"):
        splices = [Splice(start + k, start + k + 1, _CHARACTERS[c]) for k, c in enumerate(content) if c in _CHARACTERS]
        if splices:
            shown = ", ".join(dict.fromkeys(splice.new.strip() or "a plain space" for splice in splices))
            yield f"write {shown}", splices
    elif message.startswith("missing parentheses in call to 'print'"):
        found = re.match(r"(\s*print)\s+(.*\S)", code)
        if found is not None:
            yield f"write print({found[2][:24]})", [Splice(start, end, f"{found[1]}({found[2]})")]
    elif message == "invalid decimal literal":
        found = re.search(r"(?<![\w.])(\d+(?:\.\d*)?)([^\W\d]\w*)", content)
        if found is not None:
            yield (
                f"write {found[1]} * {found[2]}",
                [Splice(start + found.start(), start + found.end(), f"{found[1]} * {found[2]}")],
            )
    elif message == "invalid syntax":
        for wrong, right, words in _OTHER_SIGNS:
            new = re.sub(wrong, right, code)
            if new != code:
                yield words, [Splice(start, end, new)]


def _before_closing(content: str, start: int, quote: str) -> Splice:
    """Close the text before the brackets that end the line: print('a) -> print('a')."""
    end = len(content.rstrip(" )]}"))
    return Splice(start + end, start + end, quote)


def _end_of_code(content: str) -> int:
    """Where the code of a line ends, its comment left out."""
    quote = ""
    for position, char in enumerate(content):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#":
            return len(content[:position].rstrip())
    return len(content.rstrip())
