"""Step: one change of the text that can be undone, as what it replaced; and how such changes are found, joined, made
and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_Stretch = tuple[int, int, int, int]  # lines old[i:j] became new[k:q]
_MATCHED = 200  # lines that are compared each with each
_ALIGNED = 20_000  # lines that are compared each with the one in its place
_OF_STEP, _OF_CHANGE = 600, 32  # bytes that one takes in memory besides its texts, and each of its changes
_BLOCK = 1 << 16  # characters that are compared at once


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the cursor stands, in characters from 0; what lies between anchor and position is selected."""

    anchor: int
    position: int


@dataclass(frozen=True, slots=True)
class Change:
    """`old` gave way to `new`. `start` counts in the text before, whatever else the same step changed."""

    start: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one step changed, from the front of the text to its end; no two changes touch."""

    name: str
    changes: tuple[Change, ...]
    before: Cursor | None  # where the cursor was; None where the change was made elsewhere
    after: Cursor | None
    line: int  # where it changed the text, from 1; 0 where that says nothing
    time: float  # seconds since 1970

    @property
    def size(self) -> int:
        """About how many bytes it holds."""
        return sum(len(c.old) + len(c.new) + _OF_CHANGE for c in self.changes) + len(self.name) + _OF_STEP


def applied(text: str, changes: Sequence[Change]) -> str:
    """The text with the changes made. Raises ValueError where it is not the text they were made in."""
    parts, at = [], 0
    for change in changes:
        end = change.start + len(change.old)
        if change.start < at or text[change.start : end] != change.old or end > len(text):
            raise ValueError("a change does not fit the text")
        parts += [text[at : change.start], change.new]
        at = end
    return "".join([*parts, text[at:]])


def reverted(text: str, changes: Sequence[Change]) -> str:
    """The text before the changes were made. Raises ValueError where it is not the text they led to."""
    return applied(text, inverse(changes))


def inverse(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that take these back."""
    found, grown = [], 0
    for change in changes:
        found.append(Change(change.start + grown, change.new, change.old))
        grown += len(change.new) - len(change.old)
    return tuple(found)


def difference(before: str, after: str, cursor: int = -1) -> tuple[Change, ...]:
    """What leads from one text to another; () for equal ones.

    cursor: where it stands afterwards. An `a` typed into `aaa` could have come anywhere: it came before the cursor.
    """
    if before == after:
        return ()
    shorter = min(len(before), len(after))
    tail = shared_end(before, after, min(shorter, len(after) - cursor)) if cursor >= 0 else 0
    head = shared_start(before, after, shorter - tail)
    tail = shared_end(before, after, shorter - head)
    return _by_line(Change(head, before[head : len(before) - tail], after[head : len(after) - tail]))


def joined(first: Change, second: Change) -> Change | None:
    """Two changes, one after the other, as one; None where they do not touch."""
    start, end = first.start, first.start + len(first.new)
    at, to = second.start, second.start + len(second.old)
    if to < start or at > end:
        return None
    left = second.old[: max(start - at, 0)]
    right = second.old[len(second.old) - max(to - end, 0) :] if to > end else ""
    low = min(start, at)
    between = left + first.new + right
    new = between[: at - low] + second.new + between[at - low + len(second.old) :]
    return _trimmed(Change(low, left + first.old + right, new))


def _trimmed(change: Change) -> Change:
    """Without what both sides begin and end with."""
    old, new = change.old, change.new
    head = shared_start(old, new, min(len(old), len(new)))
    tail = shared_end(old, new, min(len(old), len(new)) - head)
    return Change(change.start + head, old[head : len(old) - tail], new[head : len(new) - tail])


def _by_line(change: Change) -> tuple[Change, ...]:
    """A change over several lines, of which some may be as they were: one change for each stretch that is not."""
    if "\n" not in change.old or "\n" not in change.new:
        return (change,)
    counts = change.old.count("\n"), change.new.count("\n")
    if max(counts) >= (_ALIGNED if counts[0] == counts[1] else _MATCHED):
        return (change,)
    old, new = _lines(change.old), _lines(change.new)
    stretches = _aligned(old, new) if len(old) == len(new) else _matched(old, new)
    found, start, last = [], change.start, 0
    for i, j, k, q in stretches:
        start += sum(map(len, old[last:i]))
        gone = "".join(old[i:j])
        found.append(_trimmed(Change(start, gone, "".join(new[k:q]))))
        start, last = start + len(gone), j
    return tuple(found)


def _lines(text: str) -> list[str]:
    """The lines with their ends."""
    *lines, last = text.split("\n")
    return [*(line + "\n" for line in lines), last]


def _aligned(old: list[str], new: list[str]) -> list[_Stretch]:
    """Where lines differ, if none came or went: a name changed everywhere."""
    found, first = [], -1
    for k in range(len(old) + 1):
        differs = k < len(old) and old[k] != new[k]
        if differs and first < 0:
            first = k
        elif not differs and first >= 0:
            found.append((first, k, first, k))
            first = -1
    return found


def _matched(old: list[str], new: list[str]) -> list[_Stretch]:
    """Where lines differ, if some came or went: a line added and another one changed far away."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(i, j, k, q) for tag, i, j, k, q in matcher.get_opcodes() if tag != "equal"]


def shared_start(a: str, b: str, most: int) -> int:
    """How many characters two texts begin with alike, at most so many."""
    at = 0
    while at < most and a[at : min(at + _BLOCK, most)] == b[at : min(at + _BLOCK, most)]:
        at = min(at + _BLOCK, most)
    low, high = at, min(at + _BLOCK, most)
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def shared_end(a: str, b: str, most: int) -> int:
    """How many characters two texts end with alike, at most so many."""
    at, n, m = 0, len(a), len(b)
    while at < most:
        further = min(at + _BLOCK, most)
        if a[n - further : n - at] != b[m - further : m - at]:
            break
        at = further
    low, high = at, min(at + _BLOCK, most)
    while low < high:
        middle = (low + high + 1) // 2
        if a[n - middle : n - low] == b[m - middle : m - low]:
            low = middle
        else:
            high = middle - 1
    return low
