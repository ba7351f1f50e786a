"""Line ends: the editor works with \\n only; here each line gets its own end back when the text is saved."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

_END = re.compile("\r\n|[\r\n\u2029\ufdd0\ufdd1]")
"""Everything the editor's document takes for the end of a line; all of it comes back as it was."""

_OTHERS = "\r\u2029\ufdd0\ufdd1"
_DIFF_LIMIT = 2000  # lines on either side beyond which a changed stretch is not compared line by line


def split(text: str) -> tuple[list[str], list[str]]:
    """Lines and the end of each; the last line's end is "" (an empty last line means the text ended with an end)."""
    if not any(c in text for c in _OTHERS):
        plain_lines = text.split("\n")
        return plain_lines, ["\n"] * (len(plain_lines) - 1) + [""]
    lines: list[str] = []
    ends: list[str] = []
    position = 0
    for match in _END.finditer(text):
        lines.append(text[position : match.start()])
        ends.append(match.group())
        position = match.end()
    lines.append(text[position:])
    ends.append("")
    return lines, ends


def plain(text: str) -> str:
    """The text with \\n line ends."""
    return _END.sub("\n", text) if any(c in text for c in _OTHERS) else text


def common_end(ends: list[str]) -> str:
    """The end most lines have; "\\n" where there is none."""
    counted = Counter(end for end in ends if end in ("\n", "\r\n", "\r"))
    return counted.most_common(1)[0][0] if counted else "\n"


def restore(text: str, before: list[str], ends: list[str]) -> str:
    """`text` (with \\n) with the line ends of `before` (lines and `ends`, as `split` gave them).

    A line that was there keeps its own end; a new or changed one takes the end of the line it replaces or follows.
    """
    if len(set(ends[:-1])) <= 1:
        return text.replace("\n", ends[0] or "\n")
    lines = text.split("\n")
    found = _matched(before, lines)
    usual = common_end(ends)
    result: list[str] = []
    last = usual
    for number, line in enumerate(lines):
        end = ends[found[number]] if found[number] >= 0 else last
        end = end or last
        result.append(line)
        if number < len(lines) - 1:
            result.append(end)
            last = end
    return "".join(result)


def _matched(before: list[str], after: list[str]) -> list[int]:
    """For each line of `after` the line of `before` it is (or replaces), -1 for a new one."""
    n, m = len(before), len(after)
    head = 0
    while head < min(n, m) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(n, m) - head and before[n - 1 - tail] == after[m - 1 - tail]:
        tail += 1
    found = [-1] * m
    found[:head] = range(head)
    for k in range(tail):
        found[m - 1 - k] = n - 1 - k
    old, new = before[head : n - tail], after[head : m - tail]
    if len(old) <= _DIFF_LIMIT and len(new) <= _DIFF_LIMIT:
        for tag, i, j, k, q in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag in ("equal", "replace"):
                for offset in range(min(j - i, q - k)):
                    found[head + k + offset] = head + i + offset
    else:
        for offset in range(min(len(old), len(new))):
            found[head + offset] = head + offset
    return found
