"""What keys do to code: indenting, commenting, matching and closing brackets. Plain functions over text."""

from __future__ import annotations

INDENT = "    "
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BACK = {close: start for start, close in _PAIRS.items()}
_QUOTES = ('"', "'")
_REACH = 20_000  # characters searched for a bracket's partner


def next_indent(before: str) -> str:
    """White space that the next line begins with, given the line up to the cursor."""
    indent = before[: len(before) - len(before.lstrip(" \t"))]
    code = _without_comment(before).rstrip()
    if code.endswith((":", "(", "[", "{")):
        return indent + INDENT
    if code.lstrip().split(" ")[0] in ("return", "pass", "break", "continue", "raise") and len(indent) >= len(INDENT):
        return indent[: -len(INDENT)]
    return indent


def indented(lines: list[str]) -> list[str]:
    """Each line one step to the right; empty lines stay empty."""
    return [INDENT + line if line else line for line in lines]


def dedented(lines: list[str]) -> list[str]:
    """Each line one step to the left as far as it can go."""
    return [
        line[min(len(INDENT), len(line) - len(line.lstrip(" "))) :] if line[:1] != "\t" else line[1:] for line in lines
    ]


def toggled_comment(lines: list[str]) -> list[str]:
    """Comment all lines, or uncomment them if all (but the empty ones) are comments."""
    full = [line for line in lines if line.strip()]
    if not full:
        return lines
    if all(line.lstrip().startswith("#") for line in full):
        return [_uncommented(line) for line in lines]
    column = min(len(line) - len(line.lstrip()) for line in full)
    return [line[:column] + "# " + line[column:] if line.strip() else line for line in lines]


def home_column(line: str, column: int) -> int:
    """Where Home goes: to the code, and from there to the start of the line."""
    code = len(line) - len(line.lstrip())
    return 0 if column == code else code


def typed(char: str, before: str, after: str, is_code: bool) -> tuple[str, int] | None:
    """What a bracket or quote that is typed puts between the line up to the cursor and its rest, and how many
    characters the cursor then goes on; ("", 1) steps over the one that stands there. None: only the character.

    is_code: the cursor is neither in a string nor in a comment.
    """
    if char in _BACK:
        opened = before.count(_BACK[char]) + after.count(_BACK[char])
        is_closed = before.count(char) + after.count(char) >= opened
        return ("", 1) if after.startswith(char) and is_closed else None
    if char in _PAIRS:
        return (char + _PAIRS[char], 1) if is_code and _is_open(after) else None
    if char not in _QUOTES:
        return None
    if after.startswith(char) and not before.endswith("\\"):
        return "", 1
    if before.endswith(char * 2) and is_code and not before.endswith(char * 3):
        return char * 4, 1
    word = before[len(before.rstrip("rRbBfF")) :]
    rest = before[: len(before) - len(word)]
    is_start = len(word) <= 2 and not (rest[-1:].isalnum() or rest[-1:] in ("_", char))
    return (char * 2, 1) if is_code and is_start and _is_open(after) else None


def is_empty_pair(before: str, after: str) -> bool:
    """Whether the cursor stands in () or "", so that Backspace takes both."""
    close = _PAIRS.get(before[-1:]) or (before[-1:] if before[-1:] in _QUOTES else "")
    return bool(close) and after.startswith(close) and not (close in _QUOTES and before[-2:-1] == close)


def around(char: str) -> tuple[str, str] | None:
    """What a bracket or quote puts around selected text."""
    if char in _PAIRS:
        return char, _PAIRS[char]
    return (char, char) if char and char in _QUOTES else None


def broken(before: str, after: str) -> tuple[str, str]:
    """What Enter puts before and after the cursor: the next line's indentation; between brackets, a line of its own."""
    indent = next_indent(before)
    opened, closed = before.rstrip()[-1:], after.lstrip()[:1]
    if closed and _PAIRS.get(opened) == closed:
        return "\n" + indent, "\n" + before[: len(before) - len(before.lstrip(" \t"))]
    return "\n" + indent, ""


def _is_open(after: str) -> bool:
    """Whether nothing follows that a closing bracket or quote would cut off."""
    return not after or after[0] in " \t)]},:;"


def partner(text: str, position: int) -> int:
    """Where the bracket at `position` has its partner; -1 without one."""
    if not 0 <= position < len(text):
        return -1
    bracket = text[position]
    if bracket in _PAIRS:
        close, step, stop = _PAIRS[bracket], 1, min(len(text), position + _REACH)
    elif bracket in _BACK:
        close, step, stop = _BACK[bracket], -1, max(-1, position - _REACH)
    else:
        return -1
    depth = 0
    for at in range(position, stop, step):
        if text[at] == bracket:
            depth += 1
        elif text[at] == close:
            depth -= 1
            if depth == 0:
                return at
    return -1


def _uncommented(line: str) -> str:
    column = len(line) - len(line.lstrip())
    rest = line[column:]
    return line[:column] + (rest[2:] if rest.startswith("# ") else rest.removeprefix("#"))


def _without_comment(line: str) -> str:
    quote = ""
    for position, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#":
            return line[:position]
    return line
