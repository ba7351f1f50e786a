"""Lines of a lane as chains of items, one in each column they pass, and the crossings between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ABOVE, BELOW = -1, -2
"""Ends of lines that come from the lane above or go to the one below."""
_THIN = 0.4  # height of a place that a line passes, by that of a node
_FAR = 1e7  # heights of one lane are less than this


@dataclass(slots=True)
class Items:
    """Nodes 0..n-1, then places that lines pass. A segment joins items of neighbouring columns of a lane."""

    lane: np.ndarray
    column: np.ndarray
    size: np.ndarray
    left: np.ndarray  # of each segment: an item, or ABOVE
    right: np.ndarray  # an item, or BELOW
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
    left = np.concatenate([before, last, leaving, np.full(len(arriving), ABOVE)])
    right = np.concatenate([place, b, np.full(len(leaving), BELOW), arriving[:, 1]])
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
        return self.between(height, height)

    def between(self, height: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Whether each pair crosses, items of its first segment being at `height` and of its second at `other`."""
        ends = [_FAR, -_FAR]  # read from behind: BELOW, ABOVE
        first, second = np.concatenate([height, ends]), np.concatenate([other, ends])
        i, j, t = self.i, self.j, self._t
        left = first[t.left[i]] - second[t.left[j]]
        return np.asarray(left * (first[t.right[i]] - second[t.right[j]]) < 0)

    def count(self, height: np.ndarray) -> np.ndarray:
        """Crossings of each lane (int64)."""
        return np.bincount(self._t.where[self.i[self.among(height)]], minlength=self._lanes)
