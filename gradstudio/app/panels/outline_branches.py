"""Which items of the outline are rows, below which and in which order. Plain columns, no Qt."""

from __future__ import annotations

import numpy as np

PAGE = 1000
"""Rows of one branch; longer ones are divided into pages, because a view lays out all rows of an open branch."""


class Branches:
    """A tree over items 0..n-1, and items n.. for the pages that long branches are divided into; -1 is the top.

    parent: int64 (n,), the item each lies in. kept: bool (n,), which items are rows. keys: float64 (n,) columns to
    sort by, the last one first. page: how many rows a branch may have, 0 for any number.
    """

    def __init__(self, parent: np.ndarray, kept: np.ndarray, keys: tuple[np.ndarray, ...], page: int) -> None:
        n = len(parent)
        items = np.flatnonzero(kept)
        above = parent[items]
        order = np.lexsort((*(key[items] for key in keys), above))
        items, above = items[order], above[order]
        stops = np.cumsum(np.bincount(above + 1, minlength=n + 1))
        starts = np.concatenate([[0], stops[:-1]])
        place = np.full(n, -1, np.int64)
        place[items] = np.arange(len(items)) - starts[above + 1]
        self.count = n
        self._parent, self._place = parent, place
        self._items, self._starts, self._stops = (
            items,
            starts,
            stops,
        )  # rows of item i: items[starts[i + 1]:stops[i + 1]]
        if page:
            self._divide(page)

    def _divide(self, page: int) -> None:
        long = np.flatnonzero(self._stops - self._starts > page)
        if not len(long):
            return
        self._parent = self._parent.copy()
        parents, places, starts, stops = [], [], [], []
        items = [self._items]
        number, size = self.count, len(self._items)
        for branch in long.tolist():
            first, last = self._starts.item(branch), self._stops.item(branch)
            begins = np.arange(first, last, page)
            pages = np.arange(number, number + len(begins))
            rows = self._items[first:last]
            self._parent[rows] = np.repeat(pages, page)[: len(rows)]
            self._place[rows] %= page
            parents.append(np.full(len(pages), branch - 1))
            places.append(np.arange(len(pages)))
            starts.append(begins)
            stops.append(np.minimum(begins + page, last))
            items.append(pages)
            self._starts[branch], self._stops[branch] = size, size + len(pages)
            number, size = number + len(pages), size + len(pages)
        self._parent = np.concatenate([self._parent, *parents])
        self._place = np.concatenate([self._place, *places])
        self._starts = np.concatenate([self._starts, *starts])
        self._stops = np.concatenate([self._stops, *stops])
        self._items = np.concatenate(items)

    def rows(self, item: int) -> int:
        """How many rows lie directly in an item."""
        return self._stops.item(item + 1) - self._starts.item(item + 1)

    def row(self, item: int, number: int) -> int:
        """The item in a row of an item, -1 where there is none."""
        at = self._starts.item(item + 1) + number
        return self._items.item(at) if number >= 0 and at < self._stops.item(item + 1) else -1

    def children(self, item: int) -> np.ndarray:
        """All items directly in an item, in order."""
        return self._items[self._starts.item(item + 1) : self._stops.item(item + 1)]

    def parent(self, item: int) -> int:
        """The item an item lies in."""
        return self._parent.item(item)

    def place(self, item: int) -> int:
        """Which row of its parent an item is, -1 if it is none."""
        return self._place.item(item) if 0 <= item < len(self._place) else -1

    def leaves(self, nodes: int) -> np.ndarray:
        """Items below `nodes` in the order of their rows, whatever branches lie between."""
        found, stack = [], [-1]
        while stack:
            item = stack.pop()
            if 0 <= item < nodes:
                found.append(item)
            else:
                stack += self.children(item)[::-1].tolist()
        return np.array(found, np.int64)


def with_branches(kept: np.ndarray, parent: np.ndarray, nodes: int) -> np.ndarray:
    """The same rows and every item that one of them lies in; items from `nodes` on lie in earlier ones of them."""
    out = kept.copy()
    inside = parent[:nodes][kept[:nodes]]
    out[inside[inside >= 0]] = True
    for item in range(len(out) - 1, nodes - 1, -1):
        if out[item] and parent[item] >= 0:
            out[parent[item]] = True
    return out
