"""View: which part of the picture the canvas shows. Plain numbers, no widget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.layout.model import Layout
from gradstudio.picture.model import Level

SMALLEST, LARGEST = 0.002, 4.0
Bounds = tuple[float, float, float, float]


def ink_bounds(layout: Layout, air: float) -> Bounds:
    """x, y, width, height of all that is painted (boxes, routes, titles) with some air around it."""
    if not len(layout.boxes):
        return layout.bounds
    corners = [layout.boxes[:, :2], layout.boxes[:, :2] + layout.boxes[:, 2:]]
    corners += [routes.points for routes in (layout.forward, layout.backward) if len(routes.points)]
    for outer in (layout.frames, layout.chip_boxes):
        if len(outer):
            corners += [outer[:, :2], outer[:, :2] + outer[:, 2:]]
    if layout.lanes:
        corners.append(np.array([(lane.x, lane.y) for lane in layout.lanes]))
    columns = [(part[:, 0], part[:, 1]) for part in corners]  # one at a time is many times faster than by axis
    left, top = (min(float(column[k].min()) for column in columns) - air for k in (0, 1))
    right, bottom = (max(float(column[k].max()) for column in columns) + air for k in (0, 1))
    return left, top, right - left, bottom - top


@dataclass(slots=True)
class View:
    """Layout point (x, y) is at the canvas's top left corner; zoom is screen pixels per layout unit."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    @property
    def level(self) -> Level:
        """How much nodes say at this zoom."""
        return (
            Level.FULL
            if self.zoom > 0.8
            else Level.COMPACT
            if self.zoom > 0.45
            else Level.NAME
            if self.zoom > 0.18
            else Level.BLOCK
        )

    def zoom_about(self, factor: float, px: float, py: float) -> None:
        """Zoom so that the layout point under screen point (px, py) stays there."""
        zoom = min(max(self.zoom * factor, SMALLEST), LARGEST)
        self.x += px / self.zoom - px / zoom
        self.y += py / self.zoom - py / zoom
        self.zoom = zoom

    def frame(self, bounds: Bounds, width: float, height: float, most: float = 1.0) -> None:
        """Show all of bounds, centred, not larger than `most`; small overflows are cut from the margins first."""
        x, y, w, h = bounds
        zoom = min(most, width / max(w, 1.0), height / max(h, 1.0))
        self.zoom = max(zoom, SMALLEST)
        self.x = x + w / 2 - width / self.zoom / 2
        self.y = y + h / 2 - height / self.zoom / 2

    def settle(self) -> None:
        """Put the corner on a whole pixel, so that what is sharp in the picture is sharp on the screen."""
        self.x, self.y = round(self.x * self.zoom) / self.zoom, round(self.y * self.zoom) / self.zoom

    def keep_near(self, bounds: Bounds, width: float, height: float) -> None:
        """Never lose the picture: at least a corner of it stays in sight."""
        x, y, w, h = bounds
        edge = 60.0 / self.zoom
        self.x = min(max(self.x, x - width / self.zoom + edge), x + w - edge)
        self.y = min(max(self.y, y - height / self.zoom + edge), y + h - edge)
