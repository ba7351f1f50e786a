"""The same drawing turned: lanes that run down and wrap to the right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.layout.model import Lane, Layout, Routes

_TITLE = 24.0  # from the title of a lane to the rest


def turned(layout: Layout) -> Layout:
    """x and y exchanged; titles of lanes stand above what was left of them."""
    x, y, w, h = layout.bounds
    return replace(
        layout,
        boxes=_rectangles(layout.boxes),
        forward=_routes(layout.forward),
        backward=_routes(layout.backward),
        lanes=tuple(
            Lane(lane.title, lane.subtitle, lane.y, lane.x - _TITLE, lane.height, lane.width) for lane in layout.lanes
        ),
        bounds=(y, x, h, w),
        frames=_rectangles(layout.frames),
        chip_boxes=_rectangles(layout.chip_boxes),
    )


def _rectangles(boxes: np.ndarray) -> np.ndarray:
    return boxes[:, [1, 0, 3, 2]]


def _routes(routes: Routes) -> Routes:
    return Routes(routes.start, np.ascontiguousarray(routes.points[:, ::-1]))
