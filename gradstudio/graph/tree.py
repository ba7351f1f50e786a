"""The groups of a graph as a tree of numbers: which lies in which, how deep, and which ops they hold."""

from __future__ import annotations

import numpy as np

NEVER = np.iinfo(np.int64).max
"""The first op of a group that holds none."""


class Tree:
    """Groups by number; -1 is the file itself, at depth -1."""

    def __init__(self, parent: np.ndarray) -> None:
        """parent: int array (g,), of each group, -1 at the top."""
        self.parent = np.append(parent, -1).astype(np.int64)  # the last entry serves the file
        above = self.parent.tolist()
        depth = [-2] * len(parent) + [-1]  # -2: not known yet
        for start in range(len(parent)):
            way, g = [], start
            while depth[g] == -2:
                way.append(g)
                g = above[g]
            for inner in reversed(way):
                depth[inner] = depth[above[inner]] + 1
        self.depth = np.array(depth, np.int64)
        self.deepest = int(self.depth.max())

    def lifted(self, groups: np.ndarray, depth: int) -> np.ndarray:
        """Of groups at most one level deeper than `depth`, their ancestors there; the shallower ones stay."""
        return np.where(self.depth[groups] > depth, self.parent[groups], groups)

    def total(self, direct: np.ndarray) -> np.ndarray:
        """Sums over everything inside each group, from what lies in each directly (g + 1,); the last is the file's."""
        return self._gathered(direct, np.add)

    def least(self, direct: np.ndarray) -> np.ndarray:
        """The smallest value inside each group."""
        return self._gathered(direct, np.minimum)

    def most(self, direct: np.ndarray) -> np.ndarray:
        """The largest value inside each group."""
        return self._gathered(direct, np.maximum)

    def common(self, owner: np.ndarray, group: np.ndarray, owners: int) -> np.ndarray:
        """For each owner 0..owners-1 the innermost group that holds all groups of its rows; -1 where it has none.

        owner, group: the rows; a row says that something of `owner` lies in `group`.
        """
        out = np.full(owners, -1, np.int64)
        order = np.argsort(owner, kind="stable")
        owner, group = owner[order], group[order].astype(np.int64)
        for depth in range(self.deepest, -1, -1):
            if not len(owner):
                break
            group = np.where(self.depth[group] > depth, self.parent[group], group)
            first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
            low, high = np.minimum.reduceat(group, first), np.maximum.reduceat(group, first)
            is_one = (low == high) & (low >= 0) & (self.depth[low] == depth)
            out[owner[first[is_one]]] = low[is_one]
            left = np.repeat(~is_one, np.diff(np.append(first, len(owner))))
            owner, group = owner[left], group[left]
        return out

    def _gathered(self, direct: np.ndarray, how: np.ufunc) -> np.ndarray:
        out = direct.copy()
        by_depth = np.argsort(self.depth[:-1], kind="stable")
        start = np.searchsorted(self.depth[by_depth], np.arange(self.deepest + 2))
        for depth in range(self.deepest, -1, -1):
            here = by_depth[start[depth] : start[depth + 1]]
            how.at(out, self.parent[here], out[here])
        return out


def line_spans(tree: Tree, is_call: np.ndarray, group: np.ndarray, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last source line of what lies in each group and in the file (g + 1,); NEVER and 0 where none is known.

    group, line: of each op. The lines of a function that a group calls are not its own.
    """
    low, high = np.full(len(tree.parent), NEVER), np.zeros(len(tree.parent), np.int64)
    known = line > 0
    np.minimum.at(low, group[known], line[known])
    np.maximum.at(high, group[known], line[known])
    for g in np.argsort(-tree.depth[:-1], kind="stable").tolist():
        if not is_call[g]:
            above = tree.parent[g]
            low[above], high[above] = min(low[above], low[g]), max(high[above], high[g])
    return low, high
