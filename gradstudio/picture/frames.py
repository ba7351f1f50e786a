"""Frames around the nodes of open groups: below the edges, with a title strip. There may be thousands of them."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.kept import kept
from gradstudio.graph.model import Frame, Graph
from gradstudio.picture import anatomy as a
from gradstudio.picture.color import blends
from gradstudio.picture.fonts import elide, plain, width
from gradstudio.picture.model import Align, Level, Shape
from gradstudio.picture.scene import Brush, Scene

_TINT = 0.035
"""How much darker (or lighter) each depth of frames is than what lies around it."""
_MOST = 0.12
_RADIUS = 8.0
_LEAST = {Level.FULL: 1.0, Level.COMPACT: 0.5}
"""Of the layout there is, for texts that keep their size while it shrinks."""
_SMALL = 0.3
"""Of the layout there is where frames have nothing but a title: about the middle of that level."""
_LINE = 13.0
"""Pixels from one title to one below it."""
_HINT = "Backspace closes"
_CHEVRON = {"previous": "chevron-left", "next": "chevron-right", "close": "close"}


def paint_frames(scene: Scene, area: a.Rect | None, b: Brush) -> None:
    """The frames that meet an area; further away they are less and less of a title."""
    t, frames, rect = scene.theme, scene.graph.frames, scene.layout.frames
    if not len(frames) or not len(rect):
        return
    shown = np.arange(len(rect))
    if area is not None:
        x, y, w, h = area
        near = (rect[:, 0] <= x + w) & (rect[:, 0] + rect[:, 2] >= x)
        near &= (rect[:, 1] <= y + h) & (rect[:, 1] + rect[:, 3] >= y)
        shown = np.flatnonzero(near)
    fill = _colors(scene)[_nesting(scene.graph)[2][shown]]
    is_pass = np.array([bool(frames[k].stack) for k in shown.tolist()], bool)
    b.under.extend(
        rect[shown], -1, fill, np.where(is_pass, t.accent, t.control), np.where(is_pass, 1.5, 1.0), Shape.ROUND, _RADIUS
    )
    if scene.level < Level.BLOCK:
        hidden = _covered(scene) if scene.level == Level.NAME else frozenset()
        for k, ground in zip(shown.tolist(), fill.tolist(), strict=True):
            if k not in hidden:
                _strip(scene, frames[k], rect[k], ground, b)


def _covered(scene: Scene) -> frozenset[int]:
    """Frames so close below the top of one around them that their titles would lie on its title, at a size that stays
    while distances shrink: the outer one says more."""
    g, rect = scene.graph, scene.layout.frames
    around, hidden = _nesting(g)[1], set()
    for k in range(len(g.frames)):  # outer ones first
        outer = int(around[k])
        while outer in hidden:
            outer = int(around[outer])
        if outer < 0:
            continue
        right, down = (rect[k, :2] - rect[outer, :2]).tolist()
        title = width(plain(g.frames[outer].title), a.COMPACT_NAME)
        if down * _SMALL < _LINE and right * _SMALL < title:
            hidden.add(k)
    return frozenset(hidden)


def _strip(scene: Scene, frame: Frame, rect: np.ndarray, ground: int, b: Brush) -> None:
    """What stands in the strip at the top of a frame, on a ground that lines do not cross."""
    t = scene.theme
    x, y, w, h = rect.tolist()
    # Far away a title is higher than its strip: it stands on the border, clear of the nodes below.
    part, above = (0.5, 8.0) if scene.level < Level.NAME else (0.25, 14.0)
    middle = y + a.FRAME_TITLE * part
    left, right = x + 12.0, x + w - 10.0
    if scene.level < Level.NAME:
        b.icons.add("layers" if frame.stack else "group", x + 18.0, middle, 12.0, t.ink["ink2"])
        left = x + (32.0 if scene.level == Level.FULL else 36.0)
        for name, (bx, by, bw, bh) in a.frame_buttons((x, y, w, h), bool(frame.stack)).items():
            ends = (name == "previous" and frame.number <= 1) or (name == "next" and frame.number >= frame.of)
            b.boxes.add((bx, by, bw, bh), t.surface["raised"], t.control, 1.0, Shape.ROUND, 4.0)
            b.icons.add(_CHEVRON[name], bx + bw / 2, by + bh / 2, 11.0, t.ink["faint" if ends else "ink2"])
            right = min(right, bx - 8.0)
    title = plain(frame.title)
    font = a.FRAME if scene.level == Level.FULL else a.COMPACT_NAME
    if scene.level == Level.FULL:
        title = elide(title, a.FRAME, right - left)
    if scene.level < Level.NAME:
        needed = width(title, font) + 16.0 + width(_HINT, a.SUBTITLE)
        if needed <= (right - left) * _LEAST[scene.level]:
            room = width(_HINT, a.SUBTITLE) / _LEAST[scene.level]
            b.boxes.add((right - room - 2.0, middle - 8.0, room + 4.0, 16.0), ground)
            b.texts.add(right, middle, _HINT, a.SUBTITLE, t.ink["muted"], room, Align.RIGHT, short="")
    wide = min(width(title, font) / _LEAST.get(scene.level, _SMALL), right - left)
    b.boxes.add((left - 2.0, middle - above, wide + 4.0, above + 8.0), ground)
    b.texts.add(left, middle, title, font, t.ink["muted" if scene.stale else "ink"], right - left)


@kept()
def _nesting(graph: Graph) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The innermost frame of each node (-1: none), the one around each frame (-1), and how deep each lies, from 1; both
    of the latter have one entry more, for -1."""
    own = {frame.group: k for k, frame in enumerate(graph.frames)}
    inner = np.full(len(graph.groups) + 1, -1)  # the last serves group -1
    for k, group in enumerate(graph.groups):  # parents come before children
        inner[k] = own.get(k, inner[group.parent])
    around, depth = np.full(len(graph.frames) + 1, -1), np.zeros(len(graph.frames) + 1, np.int64)
    for k, frame in enumerate(graph.frames):  # outer ones first
        around[k] = inner[graph.groups[frame.group].parent]
        depth[k] = depth[around[k]] + 1
    return inner[graph.group], around, depth


def _colors(scene: Scene) -> np.ndarray:
    """uint32: the ground at each depth, from the canvas on."""
    t = scene.theme
    canvas = np.array([t.surface["canvas"]], np.uint32)
    deepest = int(_nesting(scene.graph)[2].max())
    parts = [min(_TINT * k, _MOST) for k in range(deepest + 1)]
    return np.concatenate([blends(canvas, t.ink["ink"], part) for part in parts])


def grounds(scene: Scene, edges: np.ndarray) -> np.ndarray:
    """Colour of the ground of edges (uint32 (n,)): of the innermost frame around both their ends, else the canvas."""
    g = scene.graph
    if not len(g.frames):
        return np.full(len(edges), scene.theme.surface["canvas"], np.uint32)
    of_node, around, depth = _nesting(g)
    one, other = of_node[g.edge_source[edges]], of_node[g.edge_target[edges]]
    while True:
        apart = np.flatnonzero(one != other)
        if not len(apart):
            return np.asarray(_colors(scene)[depth[one]])
        a_, b_ = one[apart], other[apart]
        up_a, up_b = depth[a_] >= depth[b_], depth[b_] >= depth[a_]
        one[apart], other[apart] = np.where(up_a, around[a_], a_), np.where(up_b, around[b_], b_)
