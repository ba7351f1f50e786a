"""Where a long stretch of boxes is cut into sections, and those into sections again if need be.

A cut belongs to what stands there, not to a count: it is where a hash of the node's id is the smallest far and wide,
and rather where a paragraph of the text begins. So an op more or less moves the cuts beside it only.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

LONGEST = 60
"""Boxes in one group that are left as they are."""
_MOST = 40
"""Boxes in a section."""
_FEWEST = 4
"""Boxes between two large groups that make a section."""
_MANY_LEVELS = 8


@dataclass(slots=True)
class Item:
    """What stands in a group as one box: an op, a group, equal groups in a row, or a section."""

    key: str  # what it is, whatever is edited elsewhere
    line: int  # where it begins; 0: unknown
    end: int  # the last line of it
    is_large: bool  # a loop or a long call: sections end before it and begin after it
    nodes: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)  # of a section


def divided(items: list[Item], paragraphs: frozenset[int]) -> list[Item]:
    """The items of one group with sections in the place of long stretches. paragraphs: lines that begin one."""
    for level in range(_MANY_LEVELS):
        n = len(items)
        if n <= LONGEST:
            break
        levels = max(2, math.ceil(math.log(n) / math.log(32)))
        # A whole number of steps, so that one more op does not change the length.
        length = 2.0 ** (round(2.0 * math.log2(n) / levels) / 2.0)
        borders = [0, n]
        if level == 0:
            borders += [i + side for i, item in enumerate(items) if item.is_large for side in (0, 1)]
        borders = sorted(set(borders))
        out: list[Item] = []
        for start, stop in pairwise(borders):
            stretch = items[start:stop]
            if len(stretch) < _FEWEST:
                out += stretch
            else:
                out += [_section(part) for part in _cut(stretch, length, paragraphs)]
        items = out
    return items


def _section(items: list[Item]) -> Item:
    lines = [item.line for item in items if item.line > 0]
    ends = [item.end for item in items if item.end > 0]
    return Item(items[0].key, min(lines, default=0), max(ends, default=0), False, items=items)


def _cut(items: list[Item], length: float, paragraphs: frozenset[int]) -> list[list[Item]]:
    n = len(items)
    keys = np.array([zlib.crc32(item.key.encode()) for item in items], np.int64)
    lines = np.array([item.line for item in items])
    opens = np.append(True, (lines[1:] != lines[:-1]) | (lines[1:] == 0))
    keys[~(opens & np.isin(lines, sorted(paragraphs)))] += 1 << 32
    keys[~opens] += 1 << 33
    reach = max(2, round((length - 1.0) / 2.0))
    is_cut = np.ones(n, bool)
    for away in range(1, min(reach, n - 1) + 1):
        is_cut[away:] &= keys[away:] < keys[:-away]
        is_cut[:-away] &= keys[:-away] <= keys[away:]
    least = max(1, int(length) // 3)
    cuts = [c for c in np.flatnonzero(is_cut).tolist() if least <= c <= n - least]
    done: list[list[Item]] = []
    waiting = [(a, b) for a, b in zip([0, *cuts], [*cuts, n], strict=True)][::-1]
    while waiting:
        a, b = waiting.pop()
        if b - a <= _MOST:
            done.append(items[a:b])
            continue
        quarter = (b - a) // 4
        middle = a + quarter + int(np.argmin(keys[a + quarter : b - quarter]))
        waiting += [(middle, b), (a, middle)]
    return done
