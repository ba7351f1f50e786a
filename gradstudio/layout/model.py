"""Where everything is: a pure function of graph, node sizes and options. Units: pixels at 100 % zoom, y down."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True)
class Options:
    """Measures of the drawing; the defaults are the design tokens."""

    direction: str = "right"  # way of the data: "right", wrapped downwards, or "down", wrapped to the right
    moved: tuple[tuple[str, int, int], ...] = ()  # by hand, in order: node id, columns along, rows across the way
    columns: int = 0  # nodes in a row before the chain wraps into a new lane; 0: by the size of the graph
    routes: bool = True  # False: boxes, lanes and frames only, for a quick first picture of a very large graph
    wired: int = 60  # up to this many nodes every edge is a route; in larger graphs far values become reference chips
    column_gap: float = 36.0
    row_gap: float = 24.0
    lane_gap: float = 72.0
    margin: float = 28.0
    track_pitch: float = 8.0
    value_port: float = 52.0  # y of the forward port below the node's top
    gradient_port: float = 12.0  # y of the backward port above the node's bottom


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Routes:
    """Orthogonal polylines, one per edge: route i is points[start[i]:start[i + 1]], in the direction of flow."""

    start: np.ndarray  # int64 (m + 1,)
    points: np.ndarray  # float64 (p, 2)


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One row of blocks, like a line of wrapped text."""

    title: str  # "lines 10 to 11"; "" in a frame, whose own title says enough
    subtitle: str  # "pass 12", "call predict", "backward of line 7", or ""
    x: float
    y: float  # top left of the title
    width: float
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """Where nodes stood in the picture before: what is still there stays, or moves along with its neighbours."""

    ids: tuple[str, ...]
    cells: np.ndarray  # int32 (n, 3), of the same layout
    columns: int
    direction: str


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Positions and routes. No two boxes overlap, and no route crosses a box."""

    boxes: np.ndarray  # float64 (n, 4): x, y, width, height
    forward: Routes  # one route per graph edge
    backward: Routes  # one per graph edge; empty (no points) where edge_backward is -1
    lanes: tuple[Lane, ...]
    bounds: tuple[float, float, float, float]  # x, y, width, height of everything, margins included
    cells: np.ndarray  # int32 (n, 3): lane, column and row within the lane of each node, before Options.moved
    columns: int  # nodes in a row before the chain wraps
    direction: str  # "right" | "down", as in Options
    frames: np.ndarray  # float64 (f, 4): rectangle of each of the graph's frames, its title strip included
    chips: np.ndarray  # int32 (c,): edges drawn as a reference chip at the consumer instead of a route (no points)
    chip_boxes: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))  # float64 (c, 4): where those chips are
    column_at: np.ndarray = field(
        default_factory=lambda: np.zeros(0)
    )  # float64: x of each column (y where turned down)
    row_at: np.ndarray = field(default_factory=lambda: np.zeros(0))  # float64: y of each row of all lanes (or x)
