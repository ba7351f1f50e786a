"""What lies under a point of the picture: a node, a part of a stack, a reference chip, a frame, an edge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradstudio.graph.model import Fold, Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.anatomy import FRAME_TITLE, Rect, frame_buttons, pass_at, stack_plot, stack_slider
from gradstudio.picture.model import Level, Lines

_NEAR = 4.0  # pixels from an edge
_REACH = 8.0  # pixels above and below a slider


@dataclass(frozen=True, slots=True)
class Spot:
    """The topmost thing under a point; number: of the node, frame or edge; of a reference chip that of its edge."""

    kind: str = ""  # "node" | "chip" | "frame" | "edge"
    number: int = -1
    part: str = ""  # of a stack "slider" | "plot"; of a frame "title" | "close" | "previous" | "next"
    is_back: bool = False  # of an edge: its backward line

    @property
    def is_button(self) -> bool:
        """Whether a click on it does more than select."""
        return self.kind == "chip" or self.part in ("slider", "plot", "close", "previous", "next")


class Spots:
    """Answers for one layout. Points are in layout units."""

    def __init__(self, graph: Graph, layout: Layout) -> None:
        self._graph = graph
        self._layout = layout

    def at(self, x: float, y: float, zoom: float, level: Level, lines: Lines | None = None) -> Spot:
        """What is at a point. lines: those painted now; without them edges are not looked for."""
        node = self.node_at(x, y)
        if node >= 0:
            return Spot("node", node, self._part_of_stack(node, x, y, zoom, level))
        chip = self._chip_at(x, y) if level < Level.BLOCK else -1
        if chip >= 0:
            return Spot("chip", chip)
        frame, part = self._frame_at(x, y, level)
        if part not in ("", "title"):
            return Spot("frame", frame, part)
        if lines is not None:
            row = edge_row(lines, x, y, _NEAR / zoom)
            if row >= 0:
                return Spot("edge", int(lines.edge[row]), is_back=bool(lines.backward[row]))
        return Spot("frame", frame, part) if part else Spot()

    def node_at(self, x: float, y: float) -> int:
        """The node at a point, -1 for none."""
        order, top, tallest = self._by_top
        if not len(order):
            return -1
        near = order[np.searchsorted(top, y - tallest) : np.searchsorted(top, y, "right")]
        b = self._layout.boxes[near]
        hit = near[(b[:, 0] <= x) & (x <= b[:, 0] + b[:, 2]) & (y <= b[:, 1] + b[:, 3])]
        return int(hit.max()) if len(hit) else -1

    def stack(self, node: int) -> Fold | None:
        """The stack that a box is, if it is one."""
        row = int(self._graph.fold[node])
        fold = self._graph.folds[row] if row >= 0 else None
        return fold if fold is not None and fold.kind == "stack" else None

    def pass_at(self, node: int, x: float) -> int:
        """The number (from 1) of the pass of a stack whose place on slider and plot is nearest to x."""
        fold = self.stack(node)
        assert fold is not None
        return fold.first + pass_at(fold, self.box(node), x)

    def box(self, node: int) -> Rect:
        """Where a node is."""
        x, y, w, h = self._layout.boxes[node].tolist()
        return x, y, w, h

    @cached_property
    def chips(self) -> frozenset[int]:
        """The edges that are drawn as reference chips."""
        return frozenset(self._layout.chips.tolist())

    def chip(self, edge: int) -> Rect:
        """Where the reference chip of an edge is."""
        x, y, w, h = self._layout.chip_boxes[np.flatnonzero(self._layout.chips == edge)[0]].tolist()
        return x, y, w, h

    @cached_property
    def _by_top(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Nodes from top to bottom, their tops, and the height of the tallest."""
        top = self._layout.boxes[:, 1]
        order = np.argsort(top, kind="stable")
        return order, top[order], float(self._layout.boxes[:, 3].max(initial=0.0))

    def _part_of_stack(self, node: int, x: float, y: float, zoom: float, level: Level) -> str:
        if level > Level.COMPACT or self.stack(node) is None:
            return ""
        box = self.box(node)
        if _holds(stack_plot(box, level), x, y):
            return "plot"
        if level > Level.FULL:
            return ""
        left, top, wide, high = stack_slider(box)
        reach = _REACH / zoom
        return "slider" if _holds((left - reach, top - reach, wide + 2 * reach, high + 2 * reach), x, y) else ""

    def _chip_at(self, x: float, y: float) -> int:
        """The edge of the reference chip at a point, -1 for none."""
        b = self._layout.chip_boxes
        hit = np.flatnonzero((b[:, 0] <= x) & (x <= b[:, 0] + b[:, 2]) & (b[:, 1] <= y) & (y <= b[:, 1] + b[:, 3]))
        return int(self._layout.chips[hit[-1]]) if len(hit) else -1

    def _frame_at(self, x: float, y: float, level: Level) -> tuple[int, str]:
        """The innermost frame at a point and its part; (-1, "") where there is none, a part "" below the title."""
        for k in range(len(self._layout.frames) - 1, -1, -1):
            left, top, wide, high = self._layout.frames[k].tolist()
            if not _holds((left, top, wide, high), x, y):
                continue
            if level <= Level.COMPACT:
                is_pass = bool(self._graph.frames[k].stack)
                for name, rect in frame_buttons((left, top, wide, high), is_pass).items():
                    if _holds(rect, x, y):
                        return k, name
            return k, "title" if y <= top + FRAME_TITLE else ""
        return -1, ""


def edge_row(lines: Lines, x: float, y: float, reach: float) -> int:
    """The row of the line nearest to a point, no further than `reach` away; -1 for none."""
    counts = np.diff(lines.start)
    if len(lines.points) < 2:
        return -1
    a, b = lines.points[:-1], lines.points[1:]
    low, high = np.minimum(a, b), np.maximum(a, b)
    away = np.maximum(np.maximum(low - (x, y), (x, y) - high), 0.0)
    far = np.hypot(away[:, 0], away[:, 1])
    ends = lines.start[1:][counts > 0] - 1
    far[ends[ends < len(far)]] = np.inf  # from the end of one line to the start of the next
    nearest = int(np.argmin(far))
    if far[nearest] > reach:
        return -1
    return int(np.searchsorted(lines.start, nearest, "right")) - 1


def _holds(rect: Rect, x: float, y: float) -> bool:
    left, top, wide, high = rect
    return left <= x <= left + wide and top <= y <= top + high
