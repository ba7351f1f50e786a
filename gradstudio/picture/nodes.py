"""Nodes near by: header, name, value and gradient; further away name and two numbers. All of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import FAMILIES
from gradstudio.picture import anatomy as a
from gradstudio.picture.badges import paint_badges
from gradstudio.picture.constants import paint_constants
from gradstudio.picture.fonts import fitted, plain, widths
from gradstudio.picture.model import Align, Font, Level
from gradstudio.picture.rows import paint_gradients, paint_values
from gradstudio.picture.scene import CORNER, Brush, Outline, Scene, paint_outlines
from gradstudio.picture.states import State

_LEAF_ICON = {Kind.PARAMETER: "parameter", Kind.INPUT: "parameter", Kind.DATA: "data", Kind.GRADIENT: "data"}
_ICONS = np.array(FAMILIES, object)


@dataclass(frozen=True, slots=True)
class _Header:
    """Colours of headers: (n,) each."""

    fill: np.ndarray
    icon: np.ndarray
    ink: np.ndarray


def paint_nodes(scene: Scene, nodes: np.ndarray, brush: Brush) -> None:
    """Nodes at FULL or COMPACT, by number; none of them hides others."""
    if not len(nodes):
        return
    rect = scene.layout.boxes[nodes]
    form = Outline(scene, nodes)
    run = scene.state[nodes] != State.NOT_RUN
    brush.boxes.extend(
        rect, nodes, np.where(run, scene.theme.surface["node"], scene.theme.surface["canvas"]), 0, 0.0, form.whole,
        form.radius,
    )  # fmt: skip
    if scene.level == Level.FULL:
        _full(scene, nodes, rect, form, brush)
    else:
        _compact(scene, nodes, rect, form, brush)
    paint_outlines(scene, nodes, rect, brush.boxes)
    paint_badges(scene, nodes, rect, brush)


def _full(scene: Scene, nodes: np.ndarray, rect: np.ndarray, form: Outline, b: Brush) -> None:
    t, g = scene.theme, scene.graph
    x, y, w = rect[:, 0], rect[:, 1], rect[:, 2]
    head = _headers(scene, nodes)
    b.boxes.extend(rect * (1, 1, 1, 0) + (0, 0, 0, 20.0), nodes, head.fill, 0, 0.0, form.top, form.radius)
    cut = np.where(form.is_cut, CORNER, 0.0)
    lines = [f"L{n}" if n > 0 else "" for n in g.line[nodes].tolist()]
    line_room = widths(lines, a.LINE)
    b.icons.extend(_icons(scene, nodes), x + 16.0, y + 10.0, 12.0, head.icon, nodes)
    room = w - 42.0 - line_room - cut
    labels = fitted([plain(g.label[i]) for i in nodes.tolist()], a.OP, room)
    b.texts.extend(labels, x + 28.0, y + 10.0, a.OP, head.ink, room, Align.LEFT, nodes)
    b.texts.extend(lines, x + w - 8.0 - cut, y + 10.0, a.LINE, head.ink, line_room + 1, Align.RIGHT, nodes)
    shapes = fitted([plain(g.shape[i]) for i in nodes.tolist()], a.SHAPE, w * 0.5)
    shape_room = widths(shapes, a.SHAPE)
    room = w - a.INSET - 8.0 - np.where(shape_room > 0, shape_room + 8.0, 0.0)
    names = fitted([plain(g.title[i]) for i in nodes.tolist()], a.NAME, room)
    b.texts.extend(names, x + a.INSET, y + 30.0, a.NAME, _name_ink(scene, nodes), room, Align.LEFT, nodes)
    b.texts.extend(shapes, x + w - 8.0, y + 30.0, a.SHAPE, t.ink["muted"], shape_room + 1, Align.RIGHT, nodes)
    _row(scene, nodes, rect, form, b, 40.0, 24.0, (a.VALUE, a.GRADIENT))
    paint_constants(scene, nodes, b)


def _compact(scene: Scene, nodes: np.ndarray, rect: np.ndarray, form: Outline, b: Brush) -> None:
    g = scene.graph
    x, y, w = rect[:, 0], rect[:, 1], rect[:, 2]
    head, value, _ = a.ROWS[Level.COMPACT]
    header = _headers(scene, nodes)
    b.boxes.extend(rect * (1, 1, 1, 0) + (0, 0, 0, head), nodes, header.fill, 0, 0.0, form.top, form.radius)
    b.icons.extend(_icons(scene, nodes), x + 16.0, y + head / 2, 11.0, header.icon, nodes)
    names = [plain(g.title[i]) for i in nodes.tolist()]
    ink = _name_ink(scene, nodes)
    b.texts.extend(names, x + 30.0, y + head / 2, a.COMPACT_NAME, ink, w - 40.0, Align.LEFT, nodes)
    _row(scene, nodes, rect, form, b, head, value, (a.COMPACT_NUMBER, a.COMPACT_NUMBER))


def _row(
    scene: Scene, nodes: np.ndarray, rect: np.ndarray, form: Outline, b: Brush, top: float, high: float,
    fonts: tuple[Font, Font],
) -> None:  # fmt: skip
    """Value and gradient, and the lines above them."""
    line = scene.theme.hairline
    value = rect * (1, 1, 1, 0) + (0, top, 0, high)
    gradient = rect * (1, 1, 1, 0) + (0, top + high, 0, high)
    if scene.level == Level.FULL:
        b.boxes.extend(value * (1, 1, 1, 0) + (0, 0, 0, 1.0), nodes, line, 0, 0.0)
    paint_values(scene, nodes, value, fonts[0], b)
    paint_gradients(scene, nodes, gradient, form.radius, fonts[1], b)
    b.boxes.extend(gradient * (1, 1, 1, 0) + (0, 0, 0, 1.0), nodes, line, 0, 0.0)


def _headers(scene: Scene, nodes: np.ndarray) -> _Header:
    t = scene.theme
    if scene.stale:
        muted = np.full(len(nodes), t.ink["muted"], np.uint32)
        return _Header(np.full(len(nodes), t.stale_header, np.uint32), muted, muted)
    family = scene.graph.family[nodes]
    fill, icon = np.array(t.family_header, np.uint32)[family], np.array(t.family_icon, np.uint32)[family]
    run = scene.state[nodes] != State.NOT_RUN
    return _Header(
        np.where(run, fill, 0),
        np.where(run, icon, t.ink["muted"]),
        np.where(run, t.ink["ink2"], t.ink["muted"]),
    )


def _name_ink(scene: Scene, nodes: np.ndarray) -> np.ndarray:
    quiet = scene.stale | (scene.state[nodes] == State.NOT_RUN)
    return np.where(quiet, scene.theme.ink["muted"], scene.theme.ink["ink"])


def _icons(scene: Scene, nodes: np.ndarray) -> list[str]:
    names = _ICONS[scene.graph.family[nodes]]
    kind = scene.graph.kind[nodes]
    for leaf, name in _LEAF_ICON.items():
        names[kind == leaf] = name
    found: list[str] = names.tolist()
    return found


__all__ = ["paint_nodes"]
