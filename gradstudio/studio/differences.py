"""Differences: two texts line by line, and within changed lines what changed. Bounded in time, whatever they hold."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from gradstudio.studio.steps import shared_end, shared_start

LINES = 200_000
"""How many lines of each text are looked at."""

ROWS = 100_000
"""How many rows there are at most; a last one, which counts nothing, says that there would be more."""

STRETCH = 10_000
"""Rows of one stretch of equal lines; of a longer one the middle is left out."""

_WORK = 600_000  # comparisons for all lines, and for all words; what is left then is taken as changed as a whole
_TOKENS = 4_000  # characters of a line, beyond which only its beginning and its end are compared
_LINE = 60  # what looking into a changed line costs at least
_PAIRED = 1_000  # pairs of lines that are tried in a stretch that changed, to find which became which
_ALIKE = 0.4  # how much of two lines must be alike for one to have become the other

Kind = Literal["equal", "changed", "added", "removed", "skipped"]
Range = tuple[int, int]
_Run = tuple[int, int, int]  # a[i : i + n] equals b[j : j + n]
_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of either text, or one line that became another. Of `skipped` ones `count` stand here."""

    kind: Kind
    before: str = ""
    after: str = ""
    before_line: int = 0  # from 1; 0 where that text has no line here
    after_line: int = 0
    before_ranges: tuple[Range, ...] = ()  # what changed within a changed line, in characters
    after_ranges: tuple[Range, ...] = ()
    count: int = 1


@dataclass(slots=True)
class _Budget:
    """How much may still be compared."""

    left: int


def differences(before: str, after: str) -> tuple[Row, ...]:
    """Every line of both texts, in order. Line ends are \\n."""
    a, b = before.split("\n", LINES), after.split("\n", LINES)
    found = tuple(islice(_rows(a[:LINES], b[:LINES]), ROWS + 1))
    is_all = len(found) <= ROWS and max(len(a), len(b)) <= LINES
    return found if is_all else (*found[:ROWS], Row("skipped", count=0))


def _rows(a: list[str], b: list[str]) -> Iterator[Row]:
    words = _Budget(_WORK)
    i = j = 0
    for at, to, length in [*_equal_lines(a, b), (len(a), len(b), 0)]:
        yield from _changed(a, b, (i, at), (j, to), words)
        for k in range(length):
            if length > STRETCH and k == STRETCH // 2:
                yield Row("skipped", count=length - STRETCH)
            if length <= STRETCH or not STRETCH // 2 <= k < length - STRETCH // 2:
                yield Row("equal", a[at + k], b[to + k], at + k + 1, to + k + 1)
        i, j = at + length, to + length


def _equal_lines(a: list[str], b: list[str]) -> list[_Run]:
    """Stretches that stayed. Lines that both texts have once lead the way; between them lines are compared each with
    each, until that has taken too long."""
    numbers: dict[str, int] = {}
    x = [numbers.setdefault(line, len(numbers)) for line in a]
    y = [numbers.setdefault(line, len(numbers)) for line in b]
    head = _shared(x, y)
    tail = _shared(x[head:][::-1], y[head:][::-1])
    found: list[_Run] = [(0, 0, head)] if head else []
    budget = _Budget(_WORK)
    i = j = head
    ends = (len(x) - tail, len(y) - tail)
    for at, to in [*_landmarks(x[head : ends[0]], y[head : ends[1]], head), ends]:
        if at < i or to < j:
            continue  # already part of a stretch
        found += [(i + p, j + q, n) for p, q, n in _matched(x[i:at], y[j:to], budget)]
        length = 0
        while at + length < ends[0] and to + length < ends[1] and x[at + length] == y[to + length]:
            length += 1
        if length:
            found.append((at, to, length))
        i, j = at + length, to + length
    if tail:
        found.append((*ends, tail))
    return _joined(found)


def _shared(x: Sequence[object], y: Sequence[object]) -> int:
    """How many elements both begin with."""
    most = min(len(x), len(y))
    at = 0
    while at < most and x[at] == y[at]:
        at += 1
    return at


def _landmarks(x: list[int], y: list[int], offset: int) -> list[tuple[int, int]]:
    """Where elements stand that both sides have exactly once: as many as keep their order."""
    once, there = Counter(x), Counter(y)
    places = {value: k for k, value in enumerate(y) if there[value] == 1}
    pairs = [(k, places[value]) for k, value in enumerate(x) if once[value] == 1 and value in places]
    tops: list[int] = []  # the longest rising sequence by patience sorting: what lies on top of each pile
    owners: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(owners[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        owners[pile : pile + 1] = [number]
    chosen: list[tuple[int, int]] = []
    number = owners[-1] if owners else -1
    while number >= 0:
        chosen.append((pairs[number][0] + offset, pairs[number][1] + offset))
        number = before[number]
    return chosen[::-1]


def _matched(x: Sequence[object], y: Sequence[object], budget: _Budget) -> list[_Run]:
    """Equal runs on the shortest way from one sequence to the other (Myers); none where the budget does not reach."""
    n, m = len(x), len(y)
    if not n or not m:
        return []
    ends = {1: 0}  # by diagonal: how far along x one gets with so many differences
    trail: list[dict[int, int]] = []
    for cost in range(n + m + 1):
        trail.append(dict(ends))
        budget.left -= 2 * cost + 1
        if budget.left < 0:
            return []
        for diagonal in range(-cost, cost + 1, 2):
            down = diagonal == -cost or (diagonal != cost and ends[diagonal - 1] < ends[diagonal + 1])
            i = ends[diagonal + 1] if down else ends[diagonal - 1] + 1
            j = i - diagonal
            while i < n and j < m and x[i] == y[j]:
                i, j = i + 1, j + 1
                budget.left -= 1
            ends[diagonal] = i
            if i >= n and j >= m:
                return _walked_back(trail, n, m)
    return []


def _walked_back(trail: list[dict[int, int]], i: int, j: int) -> list[_Run]:
    found: list[_Run] = []
    for cost in range(len(trail) - 1, -1, -1):
        ends, diagonal = trail[cost], i - j
        down = diagonal == -cost or (diagonal != cost and ends[diagonal - 1] < ends[diagonal + 1])
        last = diagonal + 1 if down else diagonal - 1
        start = ends[last] if cost else 0
        first = start if down or not cost else start + 1
        if i > first:
            found.append((first, first - diagonal, i - first))
        i, j = start, start - last
    return found[::-1]


def _joined(runs: list[_Run]) -> list[_Run]:
    """Runs that touch, as one."""
    found: list[_Run] = []
    for i, j, n in runs:
        if found and found[-1][0] + found[-1][2] == i and found[-1][1] + found[-1][2] == j:
            found[-1] = (*found[-1][:2], found[-1][2] + n)
        else:
            found.append((i, j, n))
    return found


def _changed(a: list[str], b: list[str], old: Range, new: Range, words: _Budget) -> Iterator[Row]:
    """A stretch in which no line stayed: which became which, which went and which came."""
    i, j = old[0], new[0]
    for at, to in [*_pairs(a[slice(*old)], b[slice(*new)]), (old[1] - old[0], new[1] - new[0])]:
        for k in range(i, old[0] + at):
            yield Row("removed", before=a[k], before_line=k + 1)
        for k in range(j, new[0] + to):
            yield Row("added", after=b[k], after_line=k + 1)
        i, j = old[0] + at, new[0] + to
        if i < old[1] and j < new[1]:
            ranges = _ranges(a[i], b[j], words) if a[i] != b[j] else ((), ())
            yield Row("changed" if a[i] != b[j] else "equal", a[i], b[j], i + 1, j + 1, *ranges)
            i, j = i + 1, j + 1


def _pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Which line became which, in order, so that as much as possible is alike; one after the other where there are
    many lines."""
    n, m = len(old), len(new)
    if n * m > _PAIRED or n == m == 1:
        return [(k, k) for k in range(min(n, m))]
    words = [[Counter(_TOKEN.findall(line[:_TOKENS])) for line in lines] for lines in (old, new)]
    best = [[0.0] * (m + 1) for _ in range(n + 1)]  # by how many lines are left on either side
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            alike = _alike(words[0][i], words[1][j])
            both = alike + best[i + 1][j + 1] if alike >= _ALIKE else 0.0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < n and j < m:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            found.append((i, j))
            i, j = i + 1, j + 1
    return found


def _alike(a: Counter[str], b: Counter[str]) -> float:
    """What share of two lines' words and signs they have in common, from 0 to 1."""
    both = sum(a.values()) + sum(b.values())
    return 2 * (a & b).total() / both if both else 1.0


def _ranges(before: str, after: str, words: _Budget) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """What changed within a line, by words; nothing once that has taken too long."""
    words.left -= _LINE + (len(before) + len(after)) // 100
    if words.left < 0:
        return (), ()
    shorter = min(len(before), len(after))
    head = shared_start(before, after, shorter)
    tail = shared_end(before, after, shorter - head)
    runs: list[_Run] = []
    if max(len(before), len(after)) <= _TOKENS:
        a, b = _TOKEN.findall(before), _TOKEN.findall(after)
        given = min(words.left, _WORK // 10)
        share = _Budget(given)
        runs = _matched(a, b, share)
        words.left -= given - share.left
    if not runs:
        return _one(head, len(before) - tail), _one(head, len(after) - tail)
    return _gaps(a, [(i, n) for i, _, n in runs]), _gaps(b, [(j, n) for _, j, n in runs])


def _one(start: int, end: int) -> tuple[Range, ...]:
    return ((start, end),) if start < end else ()


def _gaps(tokens: list[str], runs: list[Range]) -> tuple[Range, ...]:
    """In characters, what lies between runs of tokens."""
    places = [0]
    for token in tokens:
        places.append(places[-1] + len(token))
    found: tuple[Range, ...] = ()
    at = 0
    for first, length in [*runs, (len(tokens), 0)]:
        found += _one(places[at], places[first])
        at = first + length
    return found
