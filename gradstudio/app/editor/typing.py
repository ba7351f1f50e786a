"""What keys do to code: indenting, commenting, matching brackets. Plain functions over text."""

from __future__ import annotations

INDENT = "    "
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BACK = {close: start for start, close in _PAIRS.items()}
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
