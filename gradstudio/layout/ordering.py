"""Rows of busy lanes, so that few lines cross: all lanes at once, column by column, as columns of numbers.

Items (nodes and the places that lines pass) have a height. Sweeps pull each item to the mean height of its neighbours
and keep the order that crosses least; then neighbours in a column change places while that saves crossings.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gradstudio.layout.items import Crossings, Items, items

_SWEEPS = 4
_SWAPS = 12
_TRIES = ((60, 8), (200, 3))  # further starts in pictures of at most so many nodes
_NOISE = 2.0  # rows that those are disturbed by
_STRAIGHTENINGS = 3
_CHAIN = 4.0  # how much stronger the longest chain pulls
_FAR = 1e7  # heights of one lane are less than this


def untangled(
    row: np.ndarray, lane: np.ndarray, column: np.ndarray, source: np.ndarray, target: np.ndarray, dense: bool
) -> np.ndarray:
    """Rows of all nodes in their lanes, given ones that will do: others where fewer lines cross then.

    source, target: nodes joined by lines. dense: also where fewer rows are enough, or lines shorter.
    """
    t = items(lane, column, source, target)
    lanes = int(lane.max()) + 1
    crossings = Crossings(t, lanes)
    height = np.concatenate([row, row[t.passing]]).astype(np.float64)
    before = crossings.count(height)
    if not dense and not before.any():
        return row
    height, after = fewest(t, height, before, crossings)
    new, rows = settled(t, height, lanes)
    better = after < before
    if dense:
        used = np.zeros(lanes, np.int64)
        np.maximum.at(used, lane, row + 1)
        shorter = _lengths(new, lane, source, target, lanes) < _lengths(row, lane, source, target, lanes)
        better |= (after == before) & ((rows < used) | (rows == used) & shorter)
    return np.where(better[lane], new, row)


@dataclass(slots=True)
class Limits:
    """Heights that items may have so that the nodes of a column fit into the rows of their lane."""

    low: np.ndarray
    high: np.ndarray


class Sweeps:
    """Moves items up and down. straight: to the neighbour on the longest chain rather than to the middle of all."""

    def __init__(self, t: Items, straight: bool = False) -> None:
        self._t = t
        order = np.argsort(t.column, kind="stable")
        columns = int(t.column.max()) + 1
        cuts = np.searchsorted(t.column[order], np.arange(columns + 1))
        self._columns = [order[a:b] for a, b in pairwise(cuts.tolist())]
        inner = (t.left >= 0) & (t.right >= 0)
        left, right = t.left[inner], t.right[inner]
        self._neighbours = []
        for side, other in ((right, left), (left, right)):
            by = np.argsort(t.column[side], kind="stable")
            at = np.searchsorted(t.column[side[by]], np.arange(columns + 1))
            self._neighbours.append([(side[by[a:b]], other[by[a:b]]) for a, b in pairwise(at.tolist())])
        self._slot = np.zeros(len(t.lane), np.int64)
        for members in self._columns:
            self._slot[members] = np.arange(len(members))
        self._weights = [self._pulls(0, straight), self._pulls(1, straight)]

    def _pulls(self, way: int, straight: bool) -> list[np.ndarray]:
        """How strongly each neighbour pulls, by column."""
        neighbours = self._neighbours[way]
        out = [np.ones(len(side)) for side, _ in neighbours]
        if straight:
            length = np.zeros(len(self._t.lane), np.int64)  # of the longest chain that leads to an item
            longest = np.zeros(len(self._t.lane), np.int64)  # of those of its neighbours
            for c in range(len(neighbours)) if way == 0 else reversed(range(len(neighbours))):
                side, other = neighbours[c]
                np.maximum.at(length, side, length[other] + 1)
                np.maximum.at(longest, side, length[other])
                out[c][length[other] == longest[side]] = _CHAIN
        return out

    def sweep(self, height: np.ndarray, forward: bool, limits: Limits | None = None) -> None:
        """Pull every item to its neighbours on one side (in place). limits: keep the order, and these heights."""
        t = self._t
        steps = range(len(self._columns))
        for c in steps if forward else reversed(steps):
            members = self._columns[c]
            way = 0 if forward else 1
            side, other = self._neighbours[way][c]
            weight = self._weights[way][c]
            if not len(members):
                continue
            slot = self._slot[side]
            total = np.bincount(slot, height[other] * weight, len(members))
            known = np.bincount(slot, weight, len(members))
            wish = np.where(known > 0, total / np.maximum(known, 1.0), height[members])
            order = np.lexsort((height[members], wish if limits is None else height[members], t.lane[members]))
            members = members[order]
            moved = spread(wish[order], t.size[members], t.lane[members])
            height[members] = moved if limits is None else np.clip(moved, limits.low[members], limits.high[members])


def spread(wish: np.ndarray, size: np.ndarray, lane: np.ndarray) -> np.ndarray:
    """Heights near the wished ones at which items of one lane, given in order, do not overlap."""
    middle = np.cumsum(size) - size / 2
    shift = lane * _FAR - middle
    down = np.maximum.accumulate(wish + shift)
    up = np.minimum.accumulate((wish + shift)[::-1])[::-1]
    return np.asarray((down + up) / 2 - shift)


def _lengths(row: np.ndarray, lane: np.ndarray, source: np.ndarray, target: np.ndarray, lanes: int) -> np.ndarray:
    """Rows that lines within each lane climb or fall, all together."""
    inside = lane[source] == lane[target]
    climbs = np.abs(row[source] - row[target])[inside]
    return np.bincount(lane[source[inside]], climbs, lanes)


def fewest(t: Items, height: np.ndarray, least: np.ndarray, crossings: Crossings) -> tuple[np.ndarray, np.ndarray]:
    """Heights with few crossings, from those given, and the crossings of each lane. least: those there are so far.

    In small pictures disturbed heights are tried as well, always the same ones.
    """
    sweeps = Sweeps(t)
    best, least = _improved(t, height, height, least, sweeps, crossings)
    nodes = len(height) - len(t.passing)
    for seed in range(next((tries for most, tries in _TRIES if nodes <= most), 0)):
        if not least.any():
            break
        start = best + np.random.default_rng(seed).normal(0.0, _NOISE, len(best))
        best, least = _improved(t, start, best, least, sweeps, crossings)
    return best, least


def _improved(
    t: Items, height: np.ndarray, best: np.ndarray, least: np.ndarray, sweeps: Sweeps, crossings: Crossings
) -> tuple[np.ndarray, np.ndarray]:
    """The best of `best` and of what sweeps and exchanges make of `height`, lane by lane."""
    height = height.copy()
    found, fewer = height.copy(), crossings.count(height)
    for _ in range(_SWEEPS):
        for forward in (True, False):
            sweeps.sweep(height, forward)
            count = crossings.count(height)
            better = (count < fewer)[t.lane]
            found[better] = height[better]
            fewer = np.minimum(count, fewer)
    found, fewer = _swapped(t, found, fewer, crossings)
    better = (fewer < least)[t.lane]
    return np.where(better, found, best), np.minimum(fewer, least)


def _swapped(t: Items, height: np.ndarray, least: np.ndarray, crossings: Crossings) -> tuple[np.ndarray, np.ndarray]:
    """Exchange neighbours in a column while that saves crossings."""
    n, i, j = len(height), crossings.i, crossings.j
    order = np.lexsort((height, t.column, t.lane))
    at = np.empty(n, np.int64)  # place of each item in the order; neighbours in a column are one apart
    at[order] = np.arange(n)
    key = (t.lane * (int(t.column.max()) + 1) + t.column)[order]
    last = np.r_[key[1:] != key[:-1], True]
    sorted_height = height[order]
    idle = 0
    for turn in range(_SWAPS):
        worth = np.where(crossings.among(at.astype(np.float64)), 1, -1)
        far = np.concatenate([at, [4 * n, -4 * n]])
        gain = np.zeros(n)  # of exchanging the item at a place with the next one
        for ends, others in ((t.left, t.right), (t.right, t.left)):
            a, b = far[ends[i]], far[ends[j]]
            near = (np.abs(a - b) == 1) & (far[others[i]] != far[others[j]])
            gain += np.bincount(np.minimum(a, b)[near], worth[near], n)
        places = np.flatnonzero((gain > 0) & ~last & (t.column[order] % 2 == turn % 2))
        places = places[np.r_[True, np.diff(places) > 1] if len(places) else slice(None)]
        if len(places):
            idle = 0
            order[places], order[places + 1] = order[places + 1], order[places]
            at[order] = np.arange(n)
        elif (idle := idle + 1) > 1:
            break
    swapped = np.empty(n)
    swapped[order] = sorted_height
    count = crossings.count(swapped)
    better = (count < least)[t.lane]
    return np.where(better, swapped, height), np.minimum(count, least)


def settled(t: Items, height: np.ndarray, lanes: int) -> tuple[np.ndarray, np.ndarray]:
    """Row of each node in its lane, and how many rows each lane has.

    No more rows than the fullest column has nodes; lines as straight as the order of the heights allows.
    """
    n = len(t.lane) - len(t.passing)
    columns = int(t.column.max()) + 1
    order = np.lexsort((height, t.column, t.lane))
    key = (t.lane * columns + t.column)[order]
    is_node = (order < n).astype(np.int64)
    start = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    count = np.diff(np.r_[start, len(key)])
    seen = np.cumsum(is_node) - is_node
    above, total = np.empty(len(key), np.int64), np.empty(len(key), np.int64)  # nodes above, nodes in the column
    above[order] = seen - np.repeat(seen[start], count)
    total[order] = np.repeat(np.add.reduceat(is_node, start), count)
    most = np.zeros(lanes, np.int64)
    np.maximum.at(most, t.lane, total)
    low, high = above.astype(np.float64), (most[t.lane] - total + above).astype(np.float64)
    low[n:] -= 0.5
    high[n:] -= 0.5
    limits, sweeps, place = Limits(low, high), Sweeps(t, straight=True), np.clip(height, low, high)
    for _ in range(_STRAIGHTENINGS):
        sweeps.sweep(place, True, limits)
        sweeps.sweep(place, False, limits)
    nodes = order[order < n]
    shift = np.repeat(start, count)[is_node > 0] * 4 * n - above[nodes]  # no column reaches into another one
    row = np.empty(n, np.int64)
    row[nodes] = np.maximum.accumulate(np.rint(place[nodes]).astype(np.int64) + shift) - shift
    return np.minimum(row, high[:n].astype(np.int64)), most
