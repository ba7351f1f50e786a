"""Frames around the nodes of open groups: below the edges, with a title strip."""

from __future__ import annotations

import numpy as np

from gradstudio.picture import anatomy as a
from gradstudio.picture.color import blends
from gradstudio.picture.fonts import elide, plain, width
from gradstudio.picture.model import Align, Level, Shape
from gradstudio.picture.scene import Brush, Scene

_TINT = 0.035
"""How much darker (or lighter) each depth of frames is than what lies around it."""
_RADIUS = 8.0
_HINT = "Backspace closes"
_CHEVRON = {"previous": "chevron-left", "next": "chevron-right", "close": "close"}


def paint_frames(scene: Scene, b: Brush) -> None:
    """All frames; further away they are less and less of a title."""
    t = scene.theme
    for frame, rect, fill in zip(scene.graph.frames, scene.layout.frames, grounds(scene), strict=False):
        x, y, w, h = rect.tolist()
        edge, wide = (t.accent, 1.5) if frame.stack else (t.control, 1.0)
        b.under.add((x, y, w, h), fill, edge, wide, Shape.ROUND, _RADIUS)
        if scene.level == Level.BLOCK:
            continue
        middle = y + a.FRAME_TITLE * (0.5 if scene.level < Level.NAME else 0.8)
        left, right = x + 12.0, x + w - 10.0
        ink = t.ink["ink"] if not scene.stale else t.ink["muted"]
        if scene.level < Level.NAME:
            b.icons.add("layers" if frame.stack else "group", x + 18.0, middle, 12.0, t.ink["ink2"])
            left = x + (32.0 if scene.level == Level.FULL else 36.0)
            for name, (bx, by, bw, bh) in a.frame_buttons((x, y, w, h), bool(frame.stack)).items():
                ends = (name == "previous" and frame.number <= 1) or (name == "next" and frame.number >= frame.of)
                b.under.add((bx, by, bw, bh), t.surface["raised"], t.control, 1.0, Shape.ROUND, 4.0)
                b.icons.add(_CHEVRON[name], bx + bw / 2, by + bh / 2, 11.0, t.ink["faint" if ends else "ink2"])
                right = min(right, bx - 8.0)
        title = plain(frame.title)
        if scene.level == Level.FULL:
            title = elide(title, a.FRAME, right - left)
            room = right - left - width(title, a.FRAME) - 16.0
            if width(_HINT, a.SUBTITLE) <= room:
                b.texts.add(right, middle, _HINT, a.SUBTITLE, t.ink["muted"], room, Align.RIGHT)
        font = a.FRAME if scene.level == Level.FULL else a.COMPACT_NAME
        b.texts.add(left, middle, title, font, ink, right - left)


def grounds(scene: Scene) -> list[int]:
    """Fill of each frame: a little off what is around it."""
    t, parents = scene.theme, [group.parent for group in scene.graph.groups]
    framed = {frame.group for frame in scene.graph.frames}
    out = []
    for frame in scene.graph.frames:
        depth, group = 1, parents[frame.group]
        while group >= 0:
            depth, group = depth + (group in framed), parents[group]
        canvas = np.array([t.surface["canvas"]], np.uint32)
        out.append(int(blends(canvas, t.ink["ink"], min(_TINT * depth, 0.12))[0]))
    return out


def ground_under(scene: Scene, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Colour of the ground (uint32 (n,)) under what reaches from `low` to `high` ((n, 2) each): that of the innermost
    frame which holds all of it, else the canvas."""
    out = np.full(len(low), scene.theme.surface["canvas"], np.uint32)
    for rect, fill in zip(scene.layout.frames, grounds(scene), strict=False):
        corner = rect[:2] + rect[2:]
        out[(low >= rect[:2]).all(axis=1) & (high <= corner).all(axis=1)] = fill
    return out
