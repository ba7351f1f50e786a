"""Between which rows lines run that pass several columns of their lane: where they cross fewest others."""

from __future__ import annotations

import numpy as np

from gradstudio.layout.items import Crossings, items

_ROUNDS = 2
_MANY = 200_000  # pairs of lines beyond which one round has to do
_DETOUR = 0.02  # crossings that a row up or down is worth


def levels(lane: np.ndarray, column: np.ndarray, row: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Row below which the lines of each node run along the lane (int64, (n,)), where they pass columns.

    source, target: nodes joined by lines.
    """
    n, lanes = len(lane), int(lane.max()) + 1
    t = items(lane, column, source, target)
    rows = np.zeros(lanes, np.int64)
    np.maximum.at(rows, lane, row + 1)
    same = (lane[source] == lane[target]) & (column[source] + 1 < column[target])
    a, b = source[same], target[same]
    level = row.copy()
    level[a] = np.where(row[b] > row[a], row[b] - 1, row[b])
    if not len(a):
        return level
    crossings = Crossings(t, lanes)
    open_to_change = np.zeros(n, bool)
    open_to_change[a] = True
    straight = _straight(lane, column, row, rows, t.passing, t.column[n:], a, b)
    open_to_change &= ~straight
    involved = open_to_change[t.net[crossings.i]] | open_to_change[t.net[crossings.j]]
    crossings.i, crossings.j = crossings.i[involved], crossings.j[involved]
    first, second = t.net[crossings.i], t.net[crossings.j]
    ends = np.zeros(n)  # middle of the rows of both ends
    ends[a] = (row[a] + row[b]) / 2

    def heights(level: np.ndarray) -> np.ndarray:
        passed = np.where(straight, row, level + 0.5)
        return np.concatenate([row, passed[t.passing]])

    now = heights(level)
    total = crossings.count(now)
    for _ in range(_ROUNDS if len(first) < _MANY else 1):
        best, least = level.copy(), np.full(n, np.inf)
        for k in range(int(rows.max())):
            there = heights(np.full(n, k))
            cost = np.bincount(first[crossings.between(there, now)], minlength=n).astype(np.float64)
            cost += np.bincount(second[crossings.between(now, there)], minlength=n)
            cost += _DETOUR * np.abs(k + 0.5 - ends)
            better = open_to_change & (k < rows[lane]) & (cost < least)
            best[better], least[better] = k, cost[better]
        count = crossings.count(heights(best))
        improved = (count < total)[lane]
        level = np.where(improved, best, level)
        now, total = heights(level), np.minimum(count, total)
        if not improved.any():
            break
    return level


def _straight(
    lane: np.ndarray,
    column: np.ndarray,
    row: np.ndarray,
    rows: np.ndarray,
    passing: np.ndarray,
    passed: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
) -> np.ndarray:
    """Whether lines of each node can go straight along its row (bool, (n,)). passed: column of each passed place."""
    start = np.cumsum(rows) - rows
    filled = np.zeros((int(rows.sum()), int(column.max()) + 1), bool)
    filled[start[lane] + row, column] = True
    out = np.ones(len(lane), bool)
    out[passing[filled[(start[lane] + row)[passing], passed]]] = False
    out[a[row[a] != row[b]]] = False
    return out
