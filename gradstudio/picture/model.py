"""The display list: what to paint, as columns with ids and roles. Canvas and every export read the same list.

Coordinates are the layout's (pixels at 100 % zoom). Colours are 0xAARRGGBB. Font sizes, stroke widths, dashes,
corner radii and arrow sizes are in screen pixels: text keeps its size while boxes scale with the zoom.
Paint in this order: under-boxes, lines, boxes, paths, hatches, strips, icons, texts; each column in its own order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from gradstudio.picture.color import Scale


class Level(IntEnum):
    """How much a node says, by zoom."""

    FULL = 0  # above 80 %: header, name, value, gradient
    COMPACT = 1  # 45 to 80 %: name and two numbers
    NAME = 2  # 18 to 45 %: name, fill = active layer
    BLOCK = 3  # below 18 %: a coloured block


class Layer(IntEnum):
    """Which numbers the picture shows."""

    VALUES = 0
    GRADIENTS = 1
    BOTH = 2
    LOCAL = 3  # the local derivative of each edge


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How a picture is drawn, beside what is in it."""

    layer: Layer = Layer.BOTH
    stale: bool = False  # the text has changed since
    scale: Scale | None = None  # a locked range of the signed colours; None: the sweep's own
    lit: np.ndarray | None = None  # bool (n,): the other nodes and their edges are dimmed; None: nothing is
    measure: str = ""  # colour nodes by this one of graph.measures.MEASURES; "": by the gradient
    array: str = "rms"  # what colours and stands for the gradient of an array: "rms" | "max" (of |.|) | "mean"


class Shape(IntEnum):
    """Outline of a box."""

    RECT = 0
    ROUND = 1  # all corners with the box's radius
    ROUND_TOP = 2
    ROUND_BOTTOM = 3
    CUT = 4  # rounded, the top right corner cut off by 12 px
    CUT_TOP = 5  # the upper part of such a box: its lower corners are square


class Align(IntEnum):
    LEFT = 0
    CENTER = 1
    RIGHT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    rect: np.ndarray  # float64 (n, 4)
    shape: np.ndarray  # uint8 (n,)
    radius: np.ndarray  # float32 (n,)
    fill: np.ndarray  # uint32 (n,); alpha 0 = no fill
    stroke: np.ndarray  # uint32 (n,); alpha 0 = no stroke
    stroke_width: np.ndarray  # float32 (n,)
    dash: np.ndarray  # uint8 (n,): index into DASHES
    node: np.ndarray  # int32 (n,): node number, -1 for decoration


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    position: np.ndarray  # float64 (n, 2): x is the left, middle or right by align; y the middle of the line
    text: tuple[str, ...]  # already shortened with an ellipsis where it must be
    font: np.ndarray  # uint8 (n,): index into Picture.fonts
    color: np.ndarray  # uint32 (n,)
    align: np.ndarray  # uint8 (n,)
    room: np.ndarray  # float32 (n,): width in layout units the text may take; a painter elides at other zooms
    node: np.ndarray  # int32 (n,)
    short: tuple[str, ...]  # where the text is too wide, before it is elided (a number must not lose its end); or ""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Orthogonal polylines with rounded corners, an arrowhead at the last point and a halo below."""

    start: np.ndarray  # int64 (n + 1,)
    points: np.ndarray  # float64 (p, 2)
    color: np.ndarray  # uint32 (n,)
    width: np.ndarray  # float32 (n,)
    dash_start: np.ndarray  # int64 (n + 1,): the dash pattern, in screen pixels; none = solid
    dash: np.ndarray  # float32
    arrow: np.ndarray  # float32 (n, 2): length, width; 0 = none
    halo: np.ndarray  # uint32 (n,): colour of the gap where it crosses an earlier line
    net: np.ndarray  # int32 (n,): lines of one net leave no gap in each other; they follow one another
    edge: np.ndarray  # int32 (n,): graph edge
    backward: np.ndarray  # bool (n,)


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Small drawings inside nodes, as polylines: a fill closes them, a stroke does not."""

    start: np.ndarray  # int64 (n + 1,)
    points: np.ndarray  # float64 (p, 2)
    fill: np.ndarray  # uint32 (n,); alpha 0 = no fill
    stroke: np.ndarray  # uint32 (n,); alpha 0 = no stroke
    width: np.ndarray  # float32 (n,): of the stroke
    node: np.ndarray  # int32 (n,)


@dataclass(frozen=True, slots=True, eq=False)
class Hatches:
    """45 degree stripes that fill a rectangle: NaN."""

    rect: np.ndarray  # float64 (n, 4)
    color: np.ndarray  # uint32 (n,)
    node: np.ndarray  # int32 (n,)


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """Rows of equally wide coloured cells: thumbnails, health bars (vertical)."""

    rect: np.ndarray  # float64 (n, 4)
    vertical: np.ndarray  # bool (n,)
    start: np.ndarray  # int64 (n + 1,)
    size: np.ndarray  # float32: share of the strip each cell takes, summing to 1 within a strip
    color: np.ndarray  # uint32: one per cell
    border: np.ndarray  # uint32 (n,); alpha 0 = none
    node: np.ndarray  # int32 (n,)


@dataclass(frozen=True, slots=True, eq=False)
class Icons:
    name: tuple[str, ...]  # a file stem in resources/icons
    rect: np.ndarray  # float64 (n, 4): centre x, y in layout units; width and height in screen pixels
    color: np.ndarray  # uint32 (n,)
    node: np.ndarray  # int32 (n,)


@dataclass(frozen=True, slots=True)
class Font:
    family: str  # "Inter" | "JetBrains Mono"
    size: float  # px
    weight: int  # 400, 500, 600, 700


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    level: Level
    bounds: tuple[float, float, float, float]
    background: int  # 0xAARRGGBB
    fonts: tuple[Font, ...]
    under: Boxes  # frames of open groups, the sheets of stacks: below the edges
    lines: Lines
    boxes: Boxes
    paths: Paths
    hatches: Hatches
    strips: Strips
    icons: Icons
    texts: Texts


DASHES: tuple[tuple[float, ...], ...] = ((), (1.5, 2.5), (5.0, 3.0), (2.0, 2.0))
"""solid, dotted (not run), dashed (None), focus ring; in screen pixels."""
