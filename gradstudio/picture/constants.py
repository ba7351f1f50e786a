"""Constants as chips over the input port they go into, where the header does not name them already.

An open input is a dashed ring in the same place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gradstudio.engine.written import OPEN
from gradstudio.graph.model import Graph
from gradstudio.picture import anatomy as a
from gradstudio.picture.fonts import elide, plain, width
from gradstudio.picture.model import Align, Shape
from gradstudio.picture.scene import Brush, Scene

_RING = "…"
_MOST = 3
"""Chips of one node; more would hide its neighbours."""
_WIDEST = 48.0
"""Pixels of their text."""


class Chip(NamedTuple):
    """A constant: the node and input it goes into, as it is shown, and where."""

    node: int
    slot: int
    text: str
    rect: a.Rect


def constant_chips(graph: Graph, boxes: np.ndarray, nodes: np.ndarray | None = None) -> list[Chip]:
    """Where the chips of some nodes, or of all, lie: at the upper left of the value row. boxes: of all nodes."""
    place = np.zeros(len(graph.record), bool)
    place[slice(None) if nodes is None else nodes] = True
    found, number = [], dict[int, int]()
    for k in np.flatnonzero(place[graph.chip_node]).tolist():
        text, i = graph.chip_text[k], int(graph.chip_node[k])
        if not text or text in graph.label[i]:
            continue
        row = number[i] = number.get(i, 0) + 1
        if row <= _MOST:
            shown = _RING if text == OPEN else elide(plain(text), a.CHIP, _WIDEST)
            wide = 16.0 if text == OPEN else width(shown, a.CHIP) + 8.0
            x, y = boxes[i, :2].tolist()
            rect = (x + 8.0 - wide, y + 24.0 + 18.0 * (row - 1), wide, 16.0)
            found.append(Chip(i, int(graph.chip_slot[k]), shown, rect))
    return found


def paint_constants(scene: Scene, nodes: np.ndarray, b: Brush) -> None:
    """The chips of some nodes."""
    t, chips = scene.theme, constant_chips(scene.graph, scene.layout.boxes, nodes)
    if not chips:
        return
    owner = np.array([chip.node for chip in chips])
    x, y, wide, _ = (rect := np.array([chip.rect for chip in chips])).T
    texts = [chip.text for chip in chips]
    is_open = np.array([text == _RING for text in texts])
    ink = t.ink["muted"] if scene.stale else t.ink["ink2"]
    b.boxes.extend(
        rect, owner, t.surface["panel"], np.where(is_open, ink, t.control), np.where(is_open, 1.5, 1.0), Shape.ROUND,
        np.where(is_open, 8.0, 3.0), np.where(is_open, 2, 0),
    )  # fmt: skip
    b.texts.extend(texts, x + wide / 2, y + 8.0, a.CHIP, ink, wide, Align.CENTER, owner)
