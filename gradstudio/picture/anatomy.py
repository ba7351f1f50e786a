"""Measures of nodes, stacks and frames: how large they are, and where their rows, sliders and buttons lie."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from gradstudio.graph.model import Fold, Graph
from gradstudio.picture.fonts import width
from gradstudio.picture.model import Font, Level

NARROWEST, WIDEST, HEIGHT = 132.0, 220.0, 88.0
STEP = 4.0
"""How far each of the two sheets behind a stack stands out, to the right and above."""
FOLDED = {"group": (176.0, 88.0), "stack": (176.0 + 2 * STEP, 120.0 + 2 * STEP)}
"""Width and height of a box that hides nodes, by kind of Fold; a stack's sheets are counted in."""
FRAME_TITLE = 28.0
"""Height of the strip at the top of a frame."""
INSET = 12.0  # from the left edge to the text; the health bar takes the first 5
BAR = 5.0
WIDE = 168.0  # from this width on thumbnails are 48 px

OP = Font("Inter", 11, 500)
LINE = Font("JetBrains Mono", 10.5, 400)
NAME = Font("Inter", 12, 700)
SHAPE = Font("JetBrains Mono", 10.5, 400)
VALUE = Font("JetBrains Mono", 11.5, 500)
GRADIENT = Font("JetBrains Mono", 11.5, 600)
WORDS = Font("Inter", 11, 500)
COMPACT_NAME = Font("Inter", 11, 600)
COMPACT_NUMBER = Font("JetBrains Mono", 10.5, 500)
SMALL_NAME = Font("Inter", 10, 600)
LANE = Font("Inter", 10.5, 600)
SUBTITLE = Font("Inter", 10.5, 400)
CHIP = Font("JetBrains Mono", 10, 500)
FRAME = Font("Inter", 12, 600)
SMALL = Font("Inter", 10, 500)
FONTS = (
    OP, LINE, NAME, SHAPE, VALUE, GRADIENT, WORDS, COMPACT_NAME, COMPACT_NUMBER, SMALL_NAME, SUBTITLE, LANE, CHIP,
    FRAME, SMALL,
)  # fmt: skip

ROWS: dict[Level, tuple[float, ...]] = {
    Level.FULL: (20.0, 20.0, 24.0, 24.0),  # header, name, value, gradient
    Level.COMPACT: (16 / 52 * HEIGHT, 18 / 52 * HEIGHT, 18 / 52 * HEIGHT),  # header with name, value, gradient
    Level.NAME: (HEIGHT,),
    Level.BLOCK: (HEIGHT,),
}


Rect = tuple[float, float, float, float]
"""x, y, width, height in layout units."""


_Column = TypeVar("_Column", float, np.ndarray)


def stack_front(box: tuple[_Column, _Column, _Column, _Column]) -> tuple[_Column, _Column, _Column, _Column]:
    """The foremost sheet of a stack, or of many: then each side is a column."""
    x, y, w, h = box
    return x, y + 2 * STEP, w - 2 * STEP, h - 2 * STEP


def stack_plot(box: Rect, level: Level = Level.FULL) -> Rect:
    """Where a stack shows the gradients of its passes; as wide as the slider's track."""
    x, y, w, h = stack_front(box)
    high, top = (42.0, 25.0) if level == Level.FULL else (h - 78.0, 37.0)
    return x + 12.0, y + top, w - 24.0, high


def stack_slider(box: Rect) -> Rect:
    """The track of a stack's slider; the knob of the first pass is at its left end, of the last at its right end."""
    x, y, w, _ = stack_front(box)
    return x + 12.0, y + 75.5, w - 24.0, 3.0


def pass_x(fold: Fold, box: Rect, number: _Column) -> _Column:
    """Where pass `number` (0..p-1, of those the box hides) is on the slider and in the plot; many at once as well."""
    left, _, wide, _ = stack_slider(box)
    last = len(fold.groups) - 1
    return left + wide * (number / last) if last > 0 else number * 0.0 + (left + wide / 2)


def pass_at(fold: Fold, box: Rect, x: float) -> int:
    """The pass (0..p-1) that a place on slider or plot means."""
    left, _, wide, _ = stack_slider(box)
    last = len(fold.groups) - 1
    return min(max(round((x - left) / wide * last), 0), last)


FRAME_TITLE = 28.0
"""Height of the strip at the top of a frame."""


def frame_buttons(frame: Rect, is_pass: bool) -> dict[str, Rect]:
    """The buttons at the right of a frame's title: "close", and for an open pass "previous" and "next"."""
    x, y, w, _ = frame
    names = ("close", "next", "previous") if is_pass else ("close",)
    return {name: (x + w - 28.0 * (k + 1), y + 4.0, 24.0, 20.0) for k, name in enumerate(names)}


def sizes(graph: Graph) -> np.ndarray:
    """Width and height of each box in pixels (float64, (n, 2)): as wide as its name and header need, within limits, in
    steps of 4; a box that hides nodes has its own size."""
    out = np.full(len(graph.record), NARROWEST)
    for i, (title, label, shape) in enumerate(zip(graph.title, graph.label, graph.shape, strict=True)):
        header = 30.0 + width(label, OP) + 12.0 + width(f"L{graph.line[i]}", LINE) + 8.0
        name = INSET + width(title, NAME) + (10.0 + width(shape, SHAPE) if shape else 0.0) + 8.0
        out[i] = min(WIDEST, max(NARROWEST, 4.0 * np.ceil(max(header, name) / 4.0)))
    both = np.column_stack([out, np.full(len(out), HEIGHT)])
    for i in np.flatnonzero(graph.fold >= 0).tolist():
        both[i] = FOLDED[graph.folds[graph.fold[i]].kind]
    return both
