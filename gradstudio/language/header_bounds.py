"""How much TOML a header may hold, found by one look from its beginning to its end: what is beyond is not parsed.

TOML has keys of any number of parts and values nested as deep as one likes, for which a parser needs time that grows
faster than the text, or more stack than there is.
"""

from __future__ import annotations

import re

CHARACTERS = 65_536
KEYS = 1_000
PARTS = 32  # of one key
DEPTH = 32

_NEXT = re.compile(r"""[\[\]{}=.,\n#"']""")


def excess(source: str) -> str:
    """What a header has too much of; "" if it may be parsed."""
    if len(source) > CHARACTERS:
        return f"it has {len(source):,} characters; at most {CHARACTERS:,} are read"
    at = keys = parts = depth = 0
    while found := _NEXT.search(source, at):
        mark, at = found[0], found.end()
        if mark in "\"'":
            end = _string_end(source, found.start(), mark)
            if end < 0:
                return ""  # it does not end: the parser says so at once
            at = end
            continue
        if mark == "#":
            at = source.find("\n", at)
            if at < 0:
                break
            continue
        if mark == ".":
            parts += 1
            if parts > PARTS:
                return f"a key of it has more than {PARTS} parts"
            continue
        parts = 0
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        keys += mark == "=" or (mark == "[" and depth == 1)
        if depth > DEPTH:
            return f"it is nested more than {DEPTH} deep"
        if keys > KEYS:
            return f"it has more than {KEYS:,} keys"
    return ""


def _string_end(source: str, start: int, mark: str) -> int:
    """Behind a string that begins at `start`; -1 if it does not end."""
    is_long = source.startswith(mark * 3, start)
    close, at = (mark * 3, start + 3) if is_long else (mark, start + 1)
    while (end := source.find(close, at)) >= 0:
        if not is_long and "\n" in source[at:end]:
            return -1
        before = len(source[at:end]) - len(source[at:end].rstrip("\\"))
        if mark == "'" or before % 2 == 0:
            return end + len(close)
        at = end + 1
    return -1
