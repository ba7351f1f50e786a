"""Islands: open passes that stand in a lane beside what is left of their stack, in columns of their own.

Any other frame takes whole lanes, and so does a pass that is too wide to have anything beside it: in a narrow picture
it is wrapped below its stack, where it can be read at the size that the rest has.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Sequence

from gradstudio.graph.model import Graph
from gradstudio.layout.frames import Nesting

WIDEST = 5
"""Columns of a pass that can be an island in any picture; in the narrowest one is left beside it."""
_TALLEST = 6  # its ops in one column


class Islands:
    """Which frames are islands, and which of them each node stands in (-1: none)."""

    def __init__(
        self,
        graph: Graph,
        nesting: Nesting,
        frame: Sequence[int],
        inputs: list[list[int]],
        is_leaf: list[bool],
        widest: int = WIDEST,
    ) -> None:
        """frame: the innermost one of each node; widest: columns that an island may have."""
        around = set(nesting.parent)
        found = {k for k, f in enumerate(graph.frames) if f.stack and k not in around}
        depth = [0] * len(frame)
        tall: dict[int, Counter[int]] = defaultdict(Counter)
        self._leaves: set[int] = set()  # islands with leaves of their own, which take a column before their ops
        self._read: dict[int, set[int]] = defaultdict(set)  # the leaves outside that islands read
        for i, f in enumerate(frame):
            if f not in found:
                continue
            if is_leaf[i]:
                self._leaves.add(f)
                continue
            self._read[f].update(x for x in inputs[i] if is_leaf[x] and frame[x] != f)
            depth[i] = max((depth[x] + 1 for x in inputs[i] if frame[x] == f and not is_leaf[x]), default=0)
            tall[f][depth[i]] += 1
        self._width = {
            f: len(ops) + self.margin(f) for f, ops in tall.items() if max(ops.values(), default=0) <= _TALLEST
        }
        self._width = {f: wide for f, wide in self._width.items() if wide <= widest}
        self.of_node = [f if f in self._width else -1 for f in frame]

    def margin(self, island: int) -> int:
        """Columns that an island has before its first op; 0 for -1."""
        return 1 if island in self._leaves else 0

    def start(self, island: int, seated: Container[int]) -> int:
        """The column of its first op in a lane that begins with it; 0 for -1. seated: leaves that stand elsewhere."""
        return self.margin(island) + any(leaf not in seated for leaf in self._read.get(island, ()))

    def width(self, island: int) -> int:
        """All its columns; 1 for -1, of an op that stands in none."""
        return self._width.get(island, 1)

    def forget(self) -> None:
        """None is to stand beside anything."""
        self._width = {}
        self.of_node = [-1] * len(self.of_node)

    def spans(self, lane: Sequence[int], column: Sequence[int]) -> dict[int, tuple[int, int, int]]:
        """Lane, first and last column of each island, by where its nodes stand."""
        return spans_of(self.of_node, lane, column)

    def are_clear(self, lane: Sequence[int], column: Sequence[int]) -> bool:
        """Whether each stands in one lane, and nothing else of that lane in its columns."""
        spans = self.spans(lane, column)
        return all(
            not is_inside(k, c, span) if self.of_node[i] != f else k == span[0]
            for f, span in spans.items()
            for i, (k, c) in enumerate(zip(lane, column, strict=True))
        )


def spans_of(of_node: Sequence[int], lane: Sequence[int], column: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Lane, first and last column of each island. of_node: the island of each node, -1 for none."""
    out: dict[int, tuple[int, int, int]] = {}
    for i, f in enumerate(of_node):
        if f >= 0:
            _, low, high = out.get(f, (lane[i], column[i], column[i]))
            out[f] = lane[i], min(low, column[i]), max(high, column[i])
    return out


def is_inside(lane: int, column: int, span: tuple[int, int, int]) -> bool:
    """Whether a cell lies in the columns of an island."""
    return lane == span[0] and span[1] <= column <= span[2]
