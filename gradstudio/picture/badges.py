"""Badges: small plates that hang below the lower right corner of a node and say one thing each."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.picture import anatomy as a
from gradstudio.picture.fonts import width
from gradstudio.picture.model import Align, Level, Shape
from gradstudio.picture.scene import Brush, Scene

MANY = 3
"""From so many uses on a node says how many there are."""
_SIZE, _APART = 16.0, 2.0
_FAR = 1.5  # further away, plates are so much larger than the node, since their text keeps its size


def paint_badges(scene: Scene, nodes: np.ndarray, rect: np.ndarray, b: Brush) -> None:
    """What nodes have to say: out of date, used many times, a stop hidden inside."""
    uses, cut_off = uses_of(scene.graph)[nodes], cut_off_of(scene.graph)[nodes]
    stopped = _hides(scene, _blocked(scene))[nodes]
    some = (uses >= MANY) | stopped | (cut_off > 0)
    if scene.stale:
        _clocks(scene, nodes[~some], rect[~some], b)
    for i in np.flatnonzero(some).tolist():
        marks = ["clock"] * scene.stale + ["lock"] * bool(stopped[i]) + [f"×{uses[i]}"] * bool(uses[i] >= MANY)
        marks += [hidden_words(int(cut_off[i]))] * bool(cut_off[i])
        paint_plates(scene, rect[i], marks, int(nodes[i]), b)


def _clocks(scene: Scene, nodes: np.ndarray, rect: np.ndarray, b: Brush) -> None:
    """The plate of nodes that have nothing to say but that they are out of date: nearly all of a stale picture."""
    t, size = scene.theme, _SIZE * (1.0 if scene.level == Level.FULL else _FAR)
    x, y = rect[:, 0] + rect[:, 2] - 2.0 - size, rect[:, 1] + rect[:, 3] - 4.0
    place = np.stack([x, y, np.full(len(x), size), np.full(len(x), size)], axis=1)
    b.boxes.extend(place, nodes, t.surface["raised"], t.control, 1.0, Shape.ROUND, 4.0)
    b.icons.extend(["clock"] * len(x), x + size / 2, y + size / 2, 10.0, t.ink["ink2"], nodes)


def paint_plates(scene: Scene, rect: np.ndarray, marks: list[str], node: int, b: Brush) -> None:
    """Plates of one node, from the left: a mark is the name of an icon, or a text with a number in it."""
    t = scene.theme
    far = 1.0 if scene.level == Level.FULL else _FAR
    high, apart = _SIZE * far, _APART * far
    wides = [(width(m, a.CHIP) + 8.0) * far if _is_text(m) else high for m in marks]
    x = float(rect[0] + rect[2]) - 2.0 - sum(wides) - apart * (len(wides) - 1)
    y = float(rect[1] + rect[3]) - 4.0
    for mark, wide in zip(marks, wides, strict=True):
        is_text = _is_text(mark)
        radius = high / 2 if is_text else 4.0
        b.boxes.add((x, y, wide, high), t.surface["raised"], t.control, 1.0, Shape.ROUND, radius, 0, node)
        ink = t.error if mark in ("close", "breakpoint") else t.ink["ink2"]
        if is_text:
            b.texts.add(x + wide / 2, y + high / 2, mark, a.CHIP, ink, wide, Align.CENTER, node)
        else:
            b.icons.add(mark, x + wide / 2, y + high / 2, 10.0, ink, node)
        x += wide + apart


def uses_of(g: Graph) -> np.ndarray:
    """How many times each node's value is used (int64)."""
    return np.bincount(g.edge_source, g.edge_count, len(g.record)).astype(np.int64)


def cut_off_of(g: Graph) -> np.ndarray:
    """How many edges of each node lead to what a person hid (int64)."""
    return g.cut_off.astype(np.int64) if len(g.cut_off) else np.zeros(len(g.record), np.int64)


def hidden_words(count: int) -> str:
    """The plate of a node with hidden neighbours."""
    return f"{count:,} hidden"


def _is_text(mark: str) -> bool:
    return any(letter.isdigit() for letter in mark)


def _blocked(scene: Scene) -> np.ndarray:
    """Records that pass no gradient on by decision."""
    g = scene.graph
    return scene.trace.sweeps[g.sweep].blocked if scene.cotangents is not None else np.zeros(0, np.int32)


def _hides(scene: Scene, records: np.ndarray) -> np.ndarray:
    """Which boxes hide one of these records (bool, one for each node)."""
    g = scene.graph
    out = np.zeros(len(g.record), bool)
    out[g.hidden_node[np.isin(g.hidden_record, records)]] = True
    return out
