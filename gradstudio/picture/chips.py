"""Reference chips: values needed far from where they are made, named at their consumer instead of wired to it."""

from __future__ import annotations

import numpy as np

from gradstudio.picture import anatomy as a
from gradstudio.picture.edges import Area, backward_colors
from gradstudio.picture.fonts import fitted, plain, widths
from gradstudio.picture.model import Align, Layer, Level, Shape
from gradstudio.picture.scene import Brush, Scene

_SWATCH = 5.0
_PAD = 4.0


def paint_chips(scene: Scene, area: Area | None, b: Brush) -> None:
    """The chips that meet an area: name and gradient colour, near by in a border; a tick further away, then nothing."""
    g, t, edges, rect = scene.graph, scene.theme, scene.layout.chips, scene.layout.chip_boxes
    if not len(edges) or scene.level == Level.BLOCK:
        return
    if area is not None:
        x, y, w, h = area
        near = (rect[:, 0] <= x + w) & (rect[:, 0] + rect[:, 2] >= x) & (rect[:, 1] <= y + h)
        near &= rect[:, 1] + rect[:, 3] >= y
        edges, rect = edges[near], rect[near]
    target = g.edge_target[edges]
    swatch = np.full(len(edges), t.edge_dimmed if scene.quiet_values else t.edge, np.uint32)
    flows = (g.edge_backward[edges] >= 0) & (scene.look.layer != Layer.VALUES)
    if flows.any():
        swatch[flows] = backward_colors(scene, edges[flows])
    x, y, w, h = rect.T
    if scene.level == Level.NAME:
        tick = np.stack([x + w / 2 - 6.0, y, np.full(len(x), 12.0), h], axis=1)
        b.boxes.extend(tick, target, swatch, 0, 0.0)
        return
    if scene.level == Level.FULL:  # further away the name is as high as its chip, and no border goes through it
        b.boxes.extend(rect, target, t.surface["panel"], t.control, 1.0, Shape.ROUND, 3.0)
    inner = np.stack([x + 2.0, y + 2.0, np.full(len(x), _SWATCH), h - 4.0], axis=1)
    b.boxes.extend(inner, target, swatch, 0, 0.0)
    above = y + h <= scene.layout.boxes[target, 1] + 0.5
    arrows = ["↓" if up else "→" for up in above.tolist()]
    ink = t.ink["muted"] if scene.stale else t.ink["ink"]
    room = w - _SWATCH - 2 * _PAD - 12.0
    names = [plain(g.title[i]) for i in g.edge_source[edges].tolist()]
    if scene.level == Level.FULL:
        names = fitted(names, a.SMALL, room)
    left = x + 2.0 + _SWATCH + _PAD
    b.texts.extend(names, left, y + h / 2, a.SMALL, ink, room, Align.LEFT, target)
    arrow_room = widths(arrows, a.SMALL) + 1.0
    if scene.level == Level.FULL:
        b.texts.extend(arrows, x + w - 3.0, y + h / 2, a.SMALL, t.ink["muted"], arrow_room, Align.RIGHT, target)
