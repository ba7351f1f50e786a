"""Passes and calls as the words of a text: how many columns each needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

WORTH_A_LANE = 3
"""A pass or call with fewer ops is no word of its own."""


class Words:
    """Columns of runs of ops of one group, and of groups with all that is inside them."""

    def __init__(
        self, inputs: list[list[int]], is_leaf: list[bool], group: list[int], outer: list[int], is_sweep: Sequence[bool]
    ) -> None:
        self._group, self._outer, self._is_sweep = group, outer, is_sweep
        self._ops = Counter(g for g, leaf in zip(group, is_leaf, strict=True) if not leaf)
        self._run: dict[int, int] = {}  # first op of a run -> columns
        depth = [0] * len(group)
        first = -1
        for i, mine in enumerate(inputs):
            if is_leaf[i]:
                continue
            if first < 0 or group[i] != group[first]:
                first = i
                self._run[i] = 1
            d = 0
            for x in mine:
                if x >= first and depth[x] >= d and not is_leaf[x]:
                    d = depth[x] + 1
            depth[i] = d
            if d >= self._run[first]:
                self._run[first] = d + 1
        self._all: dict[int, int] = defaultdict(int)  # of each group: all its runs side by side
        for i, columns in self._run.items():
            for g in self._around(group[i]):
                self._all[g] += columns

    def begins(self, i: int, last: int) -> bool:
        """Whether op i begins a pass or call that stands apart from that of the op before."""
        g, h = self._group[i], self._group[last]
        if g == h:
            return False
        return self._is_sweep[i] or self._is_sweep[last] or self._ops[g] >= WORTH_A_LANE <= self._ops[h]

    def needed(self, i: int, last: int, columns: int) -> int:
        """Columns that must be free where op i begins a pass or call after another op: for the largest that fits."""
        best, left = 0, self._around(self._group[last])
        for g in self._around(self._group[i]):
            if g in left:
                break
            if self._all[g] <= columns:
                best = self._all[g]
        return best or self._run.get(i, 1)

    def whole(self, group: int) -> int:
        """Columns of a group with all that is inside it, side by side."""
        return self._all[group]

    def _around(self, group: int) -> list[int]:
        """A group and those around it, from the innermost."""
        out = []
        while group >= 0:
            out.append(group)
            group = self._outer[group]
        return out
