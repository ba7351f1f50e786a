"""Where a long program is cut into functions: in a loop that was written out, at the same place of each of some turns.

Then one such function reads like the next, and is compiled once. A cut is made where the hash of the rows before it is
least, which depends on nothing but those.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstudio.engine.plan.program import Item, Step

_WINDOW = 32
"""Items that make one hash."""


def cuts(body: Sequence[Item], length: int) -> list[int]:
    """The position after each function: at most so many items each, and at least half of that but for the last."""
    count = len(body)
    if count <= length:
        return [count]
    names: dict[object, int] = {}
    kinds = [names.setdefault(item.row if type(item) is Step else type(item), len(names)) for item in body]
    hashes = _hashes(np.array(kinds))
    found, start = [], 0
    while count - start > length:
        least = start + length // 2
        window = hashes[least : start + length]
        start = least + len(window) - int(np.argmin(window[::-1]))  # the last of equal ones
        found.append(start)
    return [*found, count]


def _hashes(kinds: np.ndarray) -> np.ndarray:
    """For each item a number that follows from its kind and those of the items before it."""
    random = np.random.default_rng(1)
    numbers = random.integers(1 << 62, size=int(kinds.max()) + 1).astype(np.uint64)[kinds]
    total: np.ndarray = numbers.copy()
    for distance in range(1, _WINDOW):
        factor = np.uint64(2 * distance + 1) ** np.uint64(7)
        total[distance:] += numbers[:-distance] * factor
    total *= np.uint64(0x9E3779B97F4A7C15)
    return total
