"""Open groups: which frame each node stands in, and the rectangles around their lanes."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.model import Graph

STRIP = 28.0  # title strip of a frame
PADDING = 12.0  # between a frame's border and what is inside


class Nesting:
    """The frames of a graph: parent (-1: none) and group of each, and the innermost frame of each node by its group."""

    def __init__(self, graph: Graph) -> None:
        of_group = {f.group: k for k, f in enumerate(graph.frames)}
        inner: list[int] = []  # of each group; parents come before children
        self.parent = [-1] * len(graph.frames)
        self.group = [f.group for f in graph.frames]
        for g, group in enumerate(graph.groups):
            outer = inner[group.parent] if group.parent >= 0 else -1
            mine = of_group.get(g, outer)
            if mine != outer:
                self.parent[mine] = outer
            inner.append(mine)
        self.of_node = [inner[g] if g >= 0 else -1 for g in graph.group.tolist()]

    def path(self, frame: int) -> list[int]:
        """A frame and all around it, from the outermost."""
        out = []
        while frame >= 0:
            out.append(frame)
            frame = self.parent[frame]
        return out[::-1]

    def common(self, frames: list[int]) -> int:
        """The innermost frame that holds all of these, -1 for none."""
        paths = [self.path(f) for f in dict.fromkeys(frames)]
        found = -1
        for level in zip(*paths, strict=False):
            if len(set(level)) > 1:
                break
            found = level[0]
        return found


class Frames:
    """Extent of each frame in rows (counted through all lanes) and columns, and the room its borders take between
    them."""

    def __init__(
        self,
        nesting: Nesting,
        lane_frame: list[int],
        lane: np.ndarray,
        column: np.ndarray,
        row: np.ndarray,
        start: np.ndarray,
        island: np.ndarray,
    ) -> None:
        """lane_frame: of each lane; start: the first row of each lane, and behind the last; island: of each node, -1
        for none."""
        count = len(nesting.parent)
        self.rows = [(0, -1)] * count  # first and last
        self.is_island = [bool((island == f).any()) for f in range(count)]
        self.columns = [(0, -1)] * count
        self._depth = [[0] * count for _ in range(4)]  # left, right, above, below: borders from this frame's inwards
        if not count:
            return
        low: list[list[int]] = [[] for _ in range(count)]
        for k, f in enumerate(lane_frame):
            for frame in nesting.path(f):
                low[frame].append(k)
        for f in range(count):
            if self.is_island[f]:
                inside = island == f
                self.rows[f] = (int(row[inside].min()), int(row[inside].max()))
            elif low[f]:
                self.rows[f] = (int(start[low[f][0]]), int(start[low[f][-1] + 1]) - 1)
                inside = (lane >= low[f][0]) & (lane <= low[f][-1])
            else:
                continue
            self.columns[f] = (int(column[inside].min()), int(column[inside].max()))
        for f in reversed(range(count)):  # inner frames come after outer ones
            if self.rows[f][1] < 0:
                continue
            mine = [*self.columns[f], *self.rows[f]]
            for side in range(4):
                self._depth[side][f] += 1
            p = nesting.parent[f]
            if p < 0:
                continue
            outer = [*self.columns[p], *self.rows[p]]
            for side in range(4):
                if mine[side] == outer[side]:
                    self._depth[side][p] = max(self._depth[side][p], self._depth[side][f])

    def room(self, side: int, strips: bool) -> dict[int, float]:
        """Pixels that borders take left of or right of a column, above or below a row (side 0 to 3)."""
        each = PADDING + (STRIP if strips else 0.0)
        out: dict[int, float] = {}
        for f, depth in enumerate(self._depth[side]):
            if depth:
                at = (self.columns[f] if side < 2 else self.rows[f])[side % 2]
                out[at] = max(out.get(at, 0.0), depth * each)
        return out

    def reach(self, side: int, frame: int, strips: bool) -> float:
        """How far a frame's border lies from its outermost boxes on one side; 0 for a frame without boxes."""
        return self._depth[side][frame] * (PADDING + (STRIP if strips else 0.0))

    def island_room(self, row: int, strips: bool) -> float:
        """Pixels that islands take above the row they begin with, where the title of a lane stands above them."""
        tops = [self.reach(2, f, strips) for f, found in enumerate(self.is_island) if found and self.rows[f][0] == row]
        return max(tops, default=0.0)
