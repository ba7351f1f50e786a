"""Boxes that hide nodes: stacks of equal passes with their gradients and a slider, and closed groups."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.model import FAMILIES, Fold
from gradstudio.picture import anatomy as a
from gradstudio.picture.badges import hidden_words, paint_plates
from gradstudio.picture.color import blends, text_on
from gradstudio.picture.fonts import elide, plain, width
from gradstudio.picture.model import Align, Level, Shape
from gradstudio.picture.numbers import number
from gradstudio.picture.passes import Passes
from gradstudio.picture.rows import paint_gradients, paint_values
from gradstudio.picture.scene import Brush, Scene, paint_outlines

_LEAF = FAMILIES.index("leaf")
_RADIUS = 4.0
_GROUP_RADIUS = 8.0
_EDGE = 3.0  # between the two outlines of a closed group
_DOT = np.stack([np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8)], axis=1)
_TEXT = 0.45  # texts of COMPACT keep their size down to this zoom


def paint_folded(scene: Scene, nodes: np.ndarray, b: Brush) -> None:
    """The boxes among some nodes, at FULL or COMPACT."""
    g = scene.graph
    passes = Passes(scene)
    for i in nodes.tolist():
        fold = g.folds[g.fold[i]]
        if fold.kind == "stack":
            _stack(scene, i, fold, passes, b)
        else:
            _group(scene, i, fold, b)


def _box(scene: Scene, node: int) -> a.Rect:
    x, y, w, h = scene.layout.boxes[node].tolist()
    return x, y, w, h


def sheets(scene: Scene, node: int, fill: int, b: Brush) -> a.Rect:
    """The two sheets behind a stack, and the place of the one before them."""
    place = x, y, w, h = a.stack_front(_box(scene, node))
    for k in (2, 1):
        b.boxes.add(
            (x + k * a.STEP, y - k * a.STEP, w, h), fill, scene.theme.control, 1.0, Shape.ROUND, _RADIUS, 0, node
        )
    return place


def count_of(fold: Fold) -> str:
    """How much a box hides, in a word."""
    return f"×{len(fold.groups)}" if fold.kind == "stack" else _words(fold).partition(",")[0]


def _words(fold: Fold) -> str:
    ops = f"{fold.ops} op" + "s" * (fold.ops != 1)
    return ops + (f", {fold.parameters} parameter" + "s" * (fold.parameters != 1) if fold.parameters else "")


def _lines(fold: Fold) -> str:
    return "" if fold.line <= 0 else f"L{fold.line}" + (f"–{fold.end_line}" if fold.end_line > fold.line else "")


def _inks(scene: Scene, node: int) -> tuple[int, int, int]:
    """Fill of a header, its icon, its text."""
    t, fill = scene.theme, scene.measure_fill
    if scene.stale:
        return t.stale_header, t.ink["muted"], t.ink["muted"]
    if fill is not None:
        ink = int(text_on(fill[node : node + 1])[0])
        return int(fill[node]), ink, ink
    return t.family_header[_LEAF], t.family_icon[_LEAF], t.ink["ink"]


def _header(scene: Scene, place: a.Rect, icon: str, title: str, node: int, b: Brush, room: float, high: float) -> None:
    """Icon and title of a box, in the strip at its top; room: what stands at its right end takes."""
    x, y, w, _ = place
    fill, tint, ink = _inks(scene, node)
    radius = _RADIUS if icon == "layers" else _GROUP_RADIUS - _EDGE
    b.boxes.add((x, y, w, high), fill, 0, 0.0, Shape.ROUND_TOP, radius, 0, node)
    b.icons.add(icon, x + 16.0, y + high / 2, 12.0, tint, node)
    left = x + (28.0 if scene.level == Level.FULL else 32.0)
    room = x + w - room - left
    text = plain(title)
    if scene.level == Level.FULL:
        text = elide(text, a.COMPACT_NAME, room)
    b.texts.add(left, y + high / 2, text, a.COMPACT_NAME, ink, room, Align.LEFT, node)


# stacks


def _stack(scene: Scene, node: int, fold: Fold, passes: Passes, b: Brush) -> None:
    t, full = scene.theme, scene.level == Level.FULL
    place = sheets(scene, node, t.surface["node"], b)
    x, y, w, h = place
    b.boxes.add((x, y, w, h), t.surface["node"], 0, 0.0, Shape.ROUND, _RADIUS, 0, node)
    high = 20.0 if full else 32.0
    count = count_of(fold)
    if full:
        wide = width(count, a.CHIP) + 12.0
        _header(scene, place, "layers", fold.title, node, b, wide + 12.0, high)
        b.boxes.add(
            (x + w - wide - 5.0, y + 3.0, wide, 14.0), t.surface["node"], t.control, 1.0, Shape.ROUND, 7.0, 0, node
        )
        b.texts.add(x + w - 5.0 - wide / 2, y + 10.0, count, a.CHIP, t.ink["ink"], wide, Align.CENTER, node)
    else:
        wide = width(count, a.COMPACT_NUMBER) / _TEXT
        _header(scene, place, "layers", fold.title, node, b, wide + 12.0, high)
        ink = t.ink["muted"] if scene.stale else t.ink["ink2"]
        b.texts.add(x + w - 8.0, y + high / 2, count, a.COMPACT_NUMBER, ink, wide, Align.RIGHT, node)
    b.boxes.add((x, y + high, w, 1.0), t.hairline, 0, 0.0, Shape.RECT, 0, 0, node)
    _sparkline(scene, node, fold, passes, b)
    if full:
        _slider(scene, node, fold, passes, b)
    row = 24.0 if full else 36.0
    one = np.array([node])
    paint_gradients(
        scene, one, np.array([[x, y + h - row, w, row]]), np.array([_RADIUS]),
        a.GRADIENT if full else a.COMPACT_NUMBER, b, full,
    )  # fmt: skip
    b.boxes.add((x, y + h - row, w, 1.0), t.hairline, 0, 0.0, Shape.RECT, 0, 0, node)
    paint_outlines(scene, one, np.array([place]), b.boxes, 0)
    _marks(scene, node, b)


def _sparkline(scene: Scene, node: int, fold: Fold, passes: Passes, b: Brush) -> None:
    """The gradients of all passes as an area, on the range that all stacks share, and the chosen one as a dot."""
    t = scene.theme
    box = _box(scene, node)
    left, top, wide, high = a.stack_plot(box, scene.level)
    height = passes.height(fold)
    shown = np.unique(np.linspace(0, len(height) - 1, min(len(height), int(wide))).round().astype(int))
    x = np.array([a.pass_x(fold, box, k) for k in shown.tolist()])
    line = np.stack([x, top + high * (1.0 - height[shown])], axis=1)
    if len(line) == 1:
        line = np.array([[left, line[0, 1]], [left + wide, line[0, 1]]])
    ends = np.array([[line[-1, 0], top + high], [line[0, 0], top + high]])
    area = int(blends(np.array([t.surface["node"]], np.uint32), t.control, 0.45)[0])
    b.paths.add(np.concatenate([line, ends]), area, 0, 0.0, node)
    b.paths.add(line, 0, t.ink["muted"] if scene.stale else t.ink["ink2"], 1.2, node)
    at = a.pass_x(fold, box, fold.chosen)
    dot = np.array([at, top + high * (1.0 - height[fold.chosen])])
    accent = t.ink["faint"] if scene.stale else t.accent
    b.paths.add(np.array([[at, top - 2.0], [at, top + high]]), 0, accent, 1.2, node)
    b.paths.add(_DOT * (3.0 if scene.level == Level.FULL else 4.5) + dot, accent, 0, 0.0, node)


def _slider(scene: Scene, node: int, fold: Fold, passes: Passes, b: Brush) -> None:
    t = scene.theme
    left, y, wide, high = a.stack_slider(_box(scene, node))
    right, y = left + wide, y + high / 2
    at = a.pass_x(fold, _box(scene, node), fold.chosen)
    accent = t.ink["faint"] if scene.stale else t.accent
    b.boxes.add((left, y - 1.5, right - left, 3.0), t.control, 0, 0.0, Shape.ROUND, 1.5, 0, node)
    b.boxes.add((left, y - 1.5, at - left, 3.0), accent, 0, 0.0, Shape.ROUND, 1.5, 0, node)
    b.boxes.add((at - 5.0, y - 5.0, 10.0, 10.0), t.surface["node"], accent, 2.0, Shape.ROUND, 5.0, 0, node)
    words = f"{fold.unit} {fold.first + fold.chosen} of {fold.of}"
    room = width(words, a.SUBTITLE) + 1.0
    b.texts.add(left - 2.0, y + 12.0, words, a.SUBTITLE, t.ink["ink2"], room, Align.LEFT, node)
    least, most = passes.ends(fold)
    if np.isfinite(least):
        room = right - left - room
        texts = [f"{number(least, 1)} to {number(most, k)}" if least < most else number(most, k) for k in (2, 1)]
        text = next((text for text in texts if width(text, a.SMALL) <= room), "")
        b.texts.add(right + 2.0, y + 12.0, text, a.SMALL, t.ink["muted"], room, Align.RIGHT, node)


# closed groups


def _group(scene: Scene, node: int, fold: Fold, b: Brush) -> None:
    t, full, one = scene.theme, scene.level == Level.FULL, np.array([node])
    whole = x, y, w, h = _box(scene, node)
    b.boxes.add(whole, t.surface["canvas"], 0, 0.0, Shape.ROUND, _GROUP_RADIUS, 0, node)
    left, top, wide, high = inner = (x + _EDGE, y + _EDGE, w - 2 * _EDGE, h - 2 * _EDGE)
    b.boxes.add(inner, t.surface["node"], 0, 0.0, Shape.ROUND, _GROUP_RADIUS - _EDGE, 0, node)
    third = h / 3
    rows = (y + 20.0, y + 40.0, y + 64.0) if full else (y + third, y + 2 * third, y + 2 * third)
    lines = _lines(fold) if full else ""
    room = width(lines, a.LINE)
    _header(scene, inner, "group", fold.title, node, b, room + 15.0, rows[0] - top)
    b.texts.add(
        x + w - 10.0, (top + rows[0]) / 2, lines, a.LINE, t.ink["muted" if scene.stale else "ink2"], room + 1.0,
        Align.RIGHT, node,
    )  # fmt: skip
    words, room = _words(fold), wide - 2 * a.INSET
    shown = elide(words, a.SUBTITLE, room) if full else words
    b.texts.add(
        left + a.INSET,
        (rows[0] + rows[1]) / 2,
        shown,
        a.SUBTITLE,
        t.ink["muted"],
        room,
        Align.LEFT,
        node,
        count_of(fold),
    )
    if full:
        paint_values(scene, one, np.array([[left, rows[1], wide, rows[2] - rows[1]]]), a.VALUE, b)
    last = np.array([[left, rows[2], wide, top + high - rows[2]]])
    font = a.GRADIENT if full else a.COMPACT_NUMBER
    paint_gradients(scene, one, last, np.array([_GROUP_RADIUS - _EDGE]), font, b)
    for line in sorted(set(rows)):
        b.boxes.add((left, line, wide, 1.0), t.hairline, 0, 0.0, Shape.RECT, 0, 0, node)
    paint_outlines(scene, one, np.array([whole]), b.boxes, _EDGE)
    _marks(scene, node, b)


def _marks(scene: Scene, node: int, b: Brush) -> None:
    """How many hidden neighbours a box has; at its upper right corner, whether it hides NaN or infinite gradients."""
    if len(scene.graph.cut_off) and scene.graph.cut_off[node]:
        paint_plates(scene, scene.layout.boxes[node], [hidden_words(int(scene.graph.cut_off[node]))], node, b)
    if scene.hides_problem[node] and not scene.stale:
        x, y, w, _ = scene.layout.boxes[node].tolist()
        b.icons.add("problem", x + w - 3.0, y + 3.0, 16.0, scene.theme.error, node)


__all__ = ["count_of", "paint_folded", "sheets"]
