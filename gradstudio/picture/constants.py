"""Constants as chips over the input port they go into, where the header does not name them already.

An open input is a dashed ring in the same place.
"""

from __future__ import annotations

import numpy as np

from gradstudio.engine.written import OPEN
from gradstudio.picture import anatomy as a
from gradstudio.picture.fonts import fitted, plain, widths
from gradstudio.picture.model import Align, Shape
from gradstudio.picture.scene import Brush, Scene

_RING = "…"
_MOST = 3
"""Chips of one node; more would hide its neighbours."""


def paint_constants(scene: Scene, nodes: np.ndarray, rect: np.ndarray, b: Brush) -> None:
    """The chips of some nodes, at the upper left of the value row."""
    g, t = scene.graph, scene.theme
    place = np.full(len(g.record), -1)
    place[nodes] = np.arange(len(nodes))
    texts, at, below = [], [], []
    number: dict[int, int] = {}
    shown = np.flatnonzero(place[g.chip_node] >= 0)
    for k, i in zip(shown.tolist(), g.chip_node[shown].tolist(), strict=True):
        text = g.chip_text[k]
        if text and text not in g.label[i]:
            row = number[i] = number.get(i, 0) + 1
            if row <= _MOST:
                texts.append(_RING if text == OPEN else plain(text))
                at.append(i)
                below.append(18.0 * (row - 1))
    if not texts:
        return
    owner = np.array(at)
    x, y = rect[place[owner], 0], rect[place[owner], 1] + np.array(below)
    texts = fitted(texts, a.CHIP, np.full(len(texts), 48.0))
    wide = widths(texts, a.CHIP) + 8.0
    is_open = np.array([text == _RING for text in texts])
    wide = np.where(is_open, 16.0, wide)
    ink = t.ink["muted"] if scene.stale else t.ink["ink2"]
    b.boxes.extend(
        np.stack([x + 8.0 - wide, y + 24.0, wide, np.full(len(x), 16.0)], axis=1), owner, t.surface["panel"],
        np.where(is_open, ink, t.control), np.where(is_open, 1.5, 1.0), Shape.ROUND, np.where(is_open, 8.0, 3.0),
        np.where(is_open, 2, 0),
    )  # fmt: skip
    b.texts.extend(texts, x + 8.0 - wide / 2, y + 32.0, a.CHIP, ink, wide, Align.CENTER, owner)
