"""Rows of busy lanes, so that few lines cross: all lanes at once, column by column, as columns of numbers.

A line over several columns is a chain of places, one in each column it passes. Items (nodes and such places) have a
height; sweeps pull each item to the mean height of its neighbours and keep the order that crosses least, then
neighbours in a column change places while that saves crossings.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

_SWEEPS = 4
_SWAPS = 12
_STRAIGHTENINGS = 3
_THIN = 0.4  # height of a place that a line passes, by that of a node
_FAR = 1e7  # heights of one lane are less than this
_ABOVE, _BELOW = -1, -2  # ends of lines that come from the lane above or go to the one below


@dataclass(slots=True)
class Seats:
    """Row of each node in its lane, rows of each lane, and the row below which lines of a node run along it (or -1)."""

    row: np.ndarray
    rows: np.ndarray
    level: np.ndarray


def untangled(
    seats: Seats, lane: np.ndarray, column: np.ndarray, source: np.ndarray, target: np.ndarray, dense: bool
) -> Seats:
    """The same, with other rows in the lanes where fewer lines cross then. source, target: nodes joined by lines.

    dense: also where fewer rows do.
    """
    t = items(lane, column, source.astype(np.int64), target.astype(np.int64))
    crossings = Crossings(t, len(seats.rows))
    height = np.concatenate([seats.row, seats.row[t.passing]]).astype(np.float64)
    before = crossings.count(height)
    if not dense and not before.any():
        return seats
    height, after = fewest(t, height, before, crossings)
    row, level, rows = settled(t, height, len(seats.rows))
    better = after < before
    if dense:
        better |= (after == before) & (rows < seats.rows)
    new = better[lane]
    return Seats(np.where(new, row, seats.row), np.where(better, rows, seats.rows), np.where(new, level, seats.level))


@dataclass(slots=True)
class Items:
    """Nodes 0..n-1, then places that lines pass. A segment joins items of neighbouring columns of a lane."""

    lane: np.ndarray
    column: np.ndarray
    size: np.ndarray
    left: np.ndarray  # of each segment: an item, or _ABOVE
    right: np.ndarray  # an item, or _BELOW
    net: np.ndarray  # the node whose value flows
    gap: np.ndarray  # number of the gap it lies in
    where: np.ndarray  # lane of each segment
    passing: np.ndarray  # net of each passed place, from item n on


def items(lane: np.ndarray, column: np.ndarray, source: np.ndarray, target: np.ndarray) -> Items:
    """The items of lines from sources to targets, which must lie further right, or in another lane."""
    n, columns = len(lane), int(column.max()) + 2
    same = (lane[source] == lane[target]) & (column[source] < column[target])
    a, b = source[same], target[same]
    end = np.zeros(n, np.int64)
    np.maximum.at(end, a, column[b])
    count = np.maximum(end - column - 1, 0)  # places that the lines of each node pass
    first = n + np.cumsum(count) - count
    passing = np.repeat(np.arange(n), count)
    step = np.arange(len(passing)) - np.repeat(first - n, count)
    place = np.arange(n, n + len(passing))
    all_lane = np.concatenate([lane, lane[passing]])
    all_column = np.concatenate([column, column[passing] + 1 + step])
    before = np.where(step == 0, passing, place - 1)
    span = column[b] - column[a]
    last = np.where(span == 1, a, first[a] + span - 2)
    other = lane[source] != lane[target]
    leaving, arriving = np.unique(source[other]), np.unique(np.column_stack([source[other], target[other]]), axis=0)
    left = np.concatenate([before, last, leaving, np.full(len(arriving), _ABOVE)])
    right = np.concatenate([place, b, np.full(len(leaving), _BELOW), arriving[:, 1]])
    net = np.concatenate([passing, a, leaving, arriving[:, 0]])
    known = np.where(left >= 0, left, right)
    where = all_lane[known]
    gap = where * columns + np.where(left >= 0, all_column[known] + 1, all_column[known])
    size = np.concatenate([np.ones(n), np.full(len(passing), _THIN)])
    return Items(all_lane, all_column, size, left, right, net, gap, where, passing)


class Crossings:
    """Pairs of segments that could cross, counted by lane for any heights of the items."""

    def __init__(self, t: Items, lanes: int) -> None:
        self._t, self._lanes = t, lanes
        order = np.argsort(t.gap, kind="stable")
        gap = t.gap[order]
        start = np.flatnonzero(np.r_[True, gap[1:] != gap[:-1]])
        count = np.diff(np.r_[start, len(gap)])
        after = np.repeat(start + count, count) - np.arange(len(gap)) - 1  # later ones in the same gap
        i = np.repeat(np.arange(len(gap)), after)
        j = i + 1 + np.arange(len(i)) - np.repeat(np.cumsum(after) - after, after)
        i, j = order[i], order[j]
        apart = (t.net[i] != t.net[j]) & (t.left[i] != t.left[j]) | (t.left[i] < 0)
        apart &= t.right[i] != t.right[j]
        apart &= t.net[i] != t.net[j]
        self.i, self.j = i[apart], j[apart]

    def among(self, height: np.ndarray) -> np.ndarray:
        """Whether each pair crosses (bool)."""
        high = np.concatenate([height, [_FAR, -_FAR]])  # read from the end: _BELOW, _ABOVE
        left, right = high[self._t.left], high[self._t.right]
        i, j = self.i, self.j
        return np.asarray((left[i] - left[j]) * (right[i] - right[j]) < 0)

    def count(self, height: np.ndarray) -> np.ndarray:
        """Crossings of each lane (int64)."""
        return np.bincount(self._t.where[self.i[self.among(height)]], minlength=self._lanes)


@dataclass(slots=True)
class Limits:
    """Heights that items may have so that the nodes of a column fit into the rows of their lane."""

    low: np.ndarray
    high: np.ndarray


class Sweeps:
    """Moves items up and down."""

    def __init__(self, t: Items) -> None:
        self._t = t
        order = np.argsort(t.column, kind="stable")
        columns = int(t.column.max()) + 1
        cuts = np.searchsorted(t.column[order], np.arange(columns + 1))
        self._columns = [order[a:b] for a, b in pairwise(cuts)]
        inner = (t.left >= 0) & (t.right >= 0)
        left, right = t.left[inner], t.right[inner]
        self._neighbours = []
        for side, other in ((right, left), (left, right)):
            by = np.argsort(t.column[side], kind="stable")
            at = np.searchsorted(t.column[side[by]], np.arange(columns + 1))
            self._neighbours.append([(side[by[a:b]], other[by[a:b]]) for a, b in pairwise(at)])
        self._slot = np.zeros(len(t.lane), np.int64)
        for members in self._columns:
            self._slot[members] = np.arange(len(members))

    def sweep(self, height: np.ndarray, forward: bool, limits: Limits | None = None) -> None:
        """Pull every item to its neighbours on one side (in place). limits: keep the order, and these heights."""
        t = self._t
        steps = range(len(self._columns))
        for c in steps if forward else reversed(steps):
            members = self._columns[c]
            side, other = self._neighbours[0 if forward else 1][c]
            if not len(members):
                continue
            slot = self._slot[side]
            total = np.bincount(slot, height[other], len(members))
            known = np.bincount(slot, minlength=len(members))
            wish = np.where(known > 0, total / np.maximum(known, 1), height[members])
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


def fewest(t: Items, height: np.ndarray, least: np.ndarray, crossings: Crossings) -> tuple[np.ndarray, np.ndarray]:
    """Heights with few crossings, from those given, and the crossings of each lane. least: those there are so far."""
    best = height.copy()
    sweeps = Sweeps(t)
    height = height.copy()
    for _ in range(_SWEEPS):
        for forward in (True, False):
            sweeps.sweep(height, forward)
            count = crossings.count(height)
            better = (count < least)[t.lane]
            best[better] = height[better]
            least = np.minimum(count, least)
    return _swapped(t, best, least, crossings)


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


def settled(t: Items, height: np.ndarray, lanes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row of each node in its lane, below which row its lines run along the lane, and how many rows each lane has.

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
    limits, sweeps, place = Limits(low, high), Sweeps(t), np.clip(height, low, high)
    for _ in range(_STRAIGHTENINGS):
        sweeps.sweep(place, True, limits)
        sweeps.sweep(place, False, limits)
    nodes = order[order < n]
    shift = np.repeat(start, count)[is_node > 0] * 4 * n - above[nodes]  # no column reaches into another one
    row = np.empty(n, np.int64)
    row[nodes] = np.maximum.accumulate(np.rint(place[nodes]).astype(np.int64) + shift) - shift
    row = np.minimum(row, high[:n].astype(np.int64))
    return row, _levels(t, row, above[n:], most), most


def _levels(t: Items, row: np.ndarray, above: np.ndarray, most: np.ndarray) -> np.ndarray:
    """For each node the row below which its lines pass others so that most stay on the side the order gives them.

    above: how many nodes lie above each passed place; most: rows of each lane.
    """
    n = len(row)
    start = np.cumsum(most) - most
    filled = np.zeros((int(most.sum()), int(t.column.max()) + 1), np.int64)
    filled[start[t.lane[:n]] + row, t.column[:n]] = 1
    lane, column = t.lane[n:], t.column[n:]
    best, least = row.copy(), np.full(n, np.inf)
    counted = np.zeros((len(most), filled.shape[1]), np.int64)
    for level in range(int(most.max())):
        here = level < most
        counted[here] += filled[start[here] + level]
        missed = np.bincount(t.passing, np.abs(counted[lane, column] - above), n) + 0.01 * np.abs(level + 0.5 - row)
        better = here[t.lane[:n]] & (missed < least)
        best[better], least[better] = level, missed[better]
    return best
