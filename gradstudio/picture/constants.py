"""Constants as chips over the input port they go into, where the header does not name them already.

An open input is a dashed ring around the port itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gradstudio.engine.written import OPEN
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout, Options
from gradstudio.layout.ports import port_middles
from gradstudio.picture import anatomy as a
from gradstudio.picture.fonts import elide, plain, width
from gradstudio.picture.model import Align, Shape
from gradstudio.picture.scene import Brush, Scene

_RING = "…"
_MOST = 3
"""Chips of one node; more would hide its neighbours."""
_WIDEST = 48.0
"""Pixels of their text."""
_RADIUS = 6.0  # of the ring of an open input
_APART, _RIM = 12.0, 8.0  # between the ports of a node, and from the end of a side to its first


class Chip(NamedTuple):
    """A constant: the node and input it goes into, as it is shown, and where."""

    node: int
    slot: int
    text: str
    rect: a.Rect


def constant_chips(graph: Graph, layout: Layout, nodes: np.ndarray | None = None) -> list[Chip]:
    """Where the chips of some nodes, or of all, lie: at the upper left of the value row."""
    boxes = layout.boxes
    inputs = _inputs(graph)
    place = np.zeros(len(graph.record), bool)
    place[slice(None) if nodes is None else nodes] = True
    found, number = [], dict[int, int]()
    for k in np.flatnonzero(place[graph.chip_node]).tolist():
        text, i = graph.chip_text[k], int(graph.chip_node[k])
        if not text or text in graph.label[i]:
            continue
        if text == OPEN:
            found.append(Chip(i, int(graph.chip_slot[k]), _RING, _ring(layout, i, int(graph.chip_slot[k]), inputs[i])))
            continue
        row = number[i] = number.get(i, 0) + 1
        if row <= _MOST:
            shown = elide(plain(text), a.CHIP, _WIDEST)
            wide = width(shown, a.CHIP) + 8.0
            x, y = boxes[i, :2].tolist()
            rect = (x + 8.0 - wide, y + 24.0 + 18.0 * (row - 1), wide, 16.0)
            found.append(Chip(i, int(graph.chip_slot[k]), shown, rect))
    return found


def _inputs(graph: Graph) -> dict[int, int]:
    """How many inputs a node with chips has."""
    counts = {int(node): 0 for node in graph.chip_node}
    targets, slots = [graph.chip_node, graph.edge_target], [graph.chip_slot, graph.edge_slot]
    for node, slot in zip(np.concatenate(targets).tolist(), np.concatenate(slots).tolist(), strict=True):
        if node in counts:
            counts[node] = max(counts[node], slot + 1)
    return counts


def _ring(layout: Layout, node: int, slot: int, inputs: int) -> a.Rect:
    """Around the port of an input, on the rim of its node."""
    x, y, wide, high = layout.boxes[node].tolist()
    is_down = layout.direction == "down"
    side = wide if is_down else high
    middle = float(port_middles(np.array([side]), Options(direction=layout.direction))[0][0])
    apart = min(_APART, (side - 2 * _RIM) / max(inputs - 1, 1))
    first = min(max(middle - apart * (inputs - 1) / 2, _RIM), max(side - _RIM - apart * (inputs - 1), _RIM))
    along = first + apart * slot
    x, y = (x + along, y) if is_down else (x, y + along)
    return x - _RADIUS, y - _RADIUS, 2 * _RADIUS, 2 * _RADIUS


def paint_constants(scene: Scene, nodes: np.ndarray, b: Brush) -> None:
    """The chips of some nodes."""
    t, chips = scene.theme, constant_chips(scene.graph, scene.layout, nodes)
    if not chips:
        return
    owner = np.array([chip.node for chip in chips])
    x, y, wide, high = (rect := np.array([chip.rect for chip in chips])).T
    texts = [chip.text for chip in chips]
    is_open = np.array([text == _RING for text in texts])
    ink = t.ink["muted"] if scene.stale else t.ink["ink2"]
    b.boxes.extend(
        rect, owner, t.surface["panel"], np.where(is_open, ink, t.control), np.where(is_open, 1.5, 1.0), Shape.ROUND,
        np.where(is_open, _RADIUS, 3.0), np.where(is_open, 2, 0),
    )  # fmt: skip
    b.texts.extend(texts, x + wide / 2, y + high / 2, a.CHIP, ink, wide, Align.CENTER, owner)
