"""Dimming: what is not lit is mixed with the canvas beforehand, so that painters need no opacity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.picture.color import blends
from gradstudio.picture.model import Picture
from gradstudio.picture.scene import Scene

KEPT = 0.28
"""How much is left of a dimmed colour."""


def dimmed(picture: Picture, scene: Scene) -> Picture:
    """The picture with all nodes and edges dimmed that Look.lit leaves out, and that carry no error."""
    lit = scene.look.lit
    if lit is None:
        return picture
    every = np.arange(len(lit))
    dark = ~lit & (scene.stale | ~scene.is_broken(every))
    p, ground = picture, scene.theme.surface["canvas"]

    def mixed(colors: np.ndarray, node: np.ndarray) -> np.ndarray:
        out = colors.copy()
        chosen = np.flatnonzero((node >= 0) & dark[node]) if len(dark) else np.zeros(0, np.int64)
        out[chosen] = blends(colors[chosen], ground, 1.0 - KEPT)
        return out

    b, u, s, w = p.boxes, p.under, p.strips, p.paths
    edges, g = p.lines, scene.graph
    away = ~(lit[g.edge_source[edges.edge]] & lit[g.edge_target[edges.edge]]) & ~_carries_nan(edges.color, scene)
    color = edges.color.copy()
    color[away] = blends(color[away], ground, 1.0 - KEPT)
    cells = np.repeat(s.node, np.diff(s.start))
    return replace(
        p,
        under=replace(u, fill=mixed(u.fill, u.node), stroke=mixed(u.stroke, u.node)),
        lines=replace(edges, color=color),
        boxes=replace(b, fill=mixed(b.fill, b.node), stroke=mixed(b.stroke, b.node)),
        paths=replace(w, fill=mixed(w.fill, w.node), stroke=mixed(w.stroke, w.node)),
        hatches=replace(p.hatches, color=mixed(p.hatches.color, p.hatches.node)),
        strips=replace(s, color=mixed(s.color, cells), border=mixed(s.border, s.node)),
        icons=replace(p.icons, color=mixed(p.icons.color, p.icons.node)),
        texts=replace(p.texts, color=mixed(p.texts.color, p.texts.node)),
    )


def _carries_nan(color: np.ndarray, scene: Scene) -> np.ndarray:
    """Whether each line is the way of a NaN."""
    return np.asarray((color == scene.theme.nan_hatch) & (not scene.stale))
