"""Boxes that hide nodes: stacks of equal passes with their gradients and a slider, and closed groups. All of a kind at
once: what each of them shows is a row of columns."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.model import FAMILIES, Fold
from gradstudio.picture import anatomy as a
from gradstudio.picture.badges import cut_off_of, hidden_words, paint_plates
from gradstudio.picture.color import blends, text_on
from gradstudio.picture.fonts import fitted, plain, width, widths
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
    is_stack = np.array([fold.kind == "stack" for fold in _folds(scene, nodes)], bool)
    if is_stack.any():
        _stacks(scene, nodes[is_stack], b)
    if not is_stack.all():
        _groups(scene, nodes[~is_stack], b)


def _folds(scene: Scene, nodes: np.ndarray) -> list[Fold]:
    return [scene.graph.folds[k] for k in scene.graph.fold[nodes].tolist()]


def sheets(scene: Scene, nodes: np.ndarray, fill: np.ndarray | int, b: Brush) -> np.ndarray:
    """The two sheets behind stacks, and the places of the ones before them (float64 (n, 4))."""
    x, y, w, h = scene.layout.boxes[nodes].T
    place = np.stack(a.stack_front((x, y, w, h)), axis=1)
    for k in (2, 1):
        behind = place + np.array([k * a.STEP, -k * a.STEP, 0.0, 0.0])
        b.boxes.extend(behind, nodes, fill, scene.theme.control, 1.0, Shape.ROUND, _RADIUS)
    return place


def count_of(fold: Fold) -> str:
    """How much a box hides, in a word."""
    return f"×{len(fold.groups)}" if fold.kind == "stack" else _words(fold).partition(",")[0]


def _words(fold: Fold) -> str:
    ops = f"{fold.ops} op" + "s" * (fold.ops != 1)
    return ops + (f", {fold.parameters} parameter" + "s" * (fold.parameters != 1) if fold.parameters else "")


def _lines(fold: Fold) -> str:
    return "" if fold.line <= 0 else f"L{fold.line}" + (f"–{fold.end_line}" if fold.end_line > fold.line else "")


def _inks(scene: Scene, nodes: np.ndarray) -> tuple[np.ndarray | int, np.ndarray | int, np.ndarray | int]:
    """Fill of headers, their icons, their texts."""
    t, fill = scene.theme, scene.measure_fill
    if scene.stale:
        return t.stale_header, t.ink["muted"], t.ink["muted"]
    if fill is not None:
        ink = text_on(fill[nodes])
        return fill[nodes], ink, ink
    return t.family_header[_LEAF], t.family_icon[_LEAF], t.ink["ink"]


def _headers(
    scene: Scene, nodes: np.ndarray, rect: np.ndarray, icon: str, titles: list[str], taken: np.ndarray, b: Brush
) -> None:
    """Icon and title in the strip at the top of boxes; rect: the strips, taken: what stands at their right ends."""
    fill, tint, ink = _inks(scene, nodes)
    x, y, w, h = rect.T
    radius = _RADIUS if icon == "layers" else _GROUP_RADIUS - _EDGE
    b.boxes.extend(rect, nodes, fill, 0, 0.0, Shape.ROUND_TOP, radius)
    b.icons.extend([icon] * len(nodes), x + 16.0, y + h / 2, 12.0, tint, nodes)
    left = x + (28.0 if scene.level == Level.FULL else 32.0)
    room = x + w - taken - left
    texts = [plain(title) for title in titles]
    if scene.level == Level.FULL:
        texts = fitted(texts, a.COMPACT_NAME, room)
    b.texts.extend(texts, left, y + h / 2, a.COMPACT_NAME, ink, room, Align.LEFT, nodes)


def _hairlines(scene: Scene, nodes: np.ndarray, x: np.ndarray, y: np.ndarray, w: np.ndarray, b: Brush) -> None:
    b.boxes.extend(np.stack([x, y, w, np.ones(len(x))], axis=1), nodes, scene.theme.hairline, 0, 0.0)


# stacks


def _stacks(scene: Scene, nodes: np.ndarray, b: Brush) -> None:
    t, full, folds = scene.theme, scene.level == Level.FULL, _folds(scene, nodes)
    place = sheets(scene, nodes, t.surface["node"], b)
    x, y, w, h = place.T
    b.boxes.extend(place, nodes, t.surface["node"], 0, 0.0, Shape.ROUND, _RADIUS)
    high = 20.0 if full else 32.0
    counts = [count_of(fold) for fold in folds]
    wide = widths(counts, a.CHIP) + 12.0 if full else widths(counts, a.COMPACT_NUMBER) / _TEXT
    strip = place * (1, 1, 1, 0) + (0, 0, 0, high)
    _headers(scene, nodes, strip, "layers", [fold.title for fold in folds], wide + 12.0, b)
    if full:
        pill = np.stack([x + w - wide - 5.0, y + 3.0, wide, np.full(len(x), 14.0)], axis=1)
        b.boxes.extend(pill, nodes, t.surface["node"], t.control, 1.0, Shape.ROUND, 7.0)
        b.texts.extend(counts, x + w - 5.0 - wide / 2, y + 10.0, a.CHIP, t.ink["ink"], wide, Align.CENTER, nodes)
    else:
        ink = t.ink["muted"] if scene.stale else t.ink["ink2"]
        b.texts.extend(counts, x + w - 8.0, y + high / 2, a.COMPACT_NUMBER, ink, wide, Align.RIGHT, nodes)
    _hairlines(scene, nodes, x, y + high, w, b)
    passes = Passes(scene)
    for node, fold in zip(nodes.tolist(), folds, strict=True):
        _sparkline(scene, node, fold, passes, b)
        if full:
            _slider(scene, node, fold, passes, b)
    row = 24.0 if full else 36.0
    last = np.stack([x, y + h - row, w, np.full(len(x), row)], axis=1)
    font = a.GRADIENT if full else a.COMPACT_NUMBER
    paint_gradients(scene, nodes, last, np.full(len(x), _RADIUS), font, b, full)
    _hairlines(scene, nodes, x, y + h - row, w, b)
    paint_outlines(scene, nodes, place, b.boxes, 0)
    _marks(scene, nodes, b)


def _box(scene: Scene, node: int) -> a.Rect:
    x, y, w, h = scene.layout.boxes[node].tolist()
    return x, y, w, h


def _sparkline(scene: Scene, node: int, fold: Fold, passes: Passes, b: Brush) -> None:
    """The gradients of all passes as an area, on the range that all stacks share, and the chosen one as a dot."""
    t = scene.theme
    box = _box(scene, node)
    left, top, wide, high = a.stack_plot(box, scene.level)
    height = passes.height(fold)
    if len(height) > 1:
        shown = np.unique(np.linspace(0, len(height) - 1, min(len(height), int(wide))).round().astype(int))
        line = np.stack([a.pass_x(fold, box, shown), top + high * (1.0 - height[shown])], axis=1)
    else:
        line = np.array([[left, top + high * (1.0 - height[0])], [left + wide, top + high * (1.0 - height[0])]])
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


def _groups(scene: Scene, nodes: np.ndarray, b: Brush) -> None:
    t, full, folds = scene.theme, scene.level == Level.FULL, _folds(scene, nodes)
    whole = scene.layout.boxes[nodes]
    x, y, w, h = whole.T
    b.boxes.extend(whole, nodes, t.surface["canvas"], 0, 0.0, Shape.ROUND, _GROUP_RADIUS)
    inner = whole + np.array([_EDGE, _EDGE, -2 * _EDGE, -2 * _EDGE])
    left, top, wide, high = inner.T
    b.boxes.extend(inner, nodes, t.surface["node"], 0, 0.0, Shape.ROUND, _GROUP_RADIUS - _EDGE)
    third = h / 3
    rows = (y + 20.0, y + 40.0, y + 64.0) if full else (y + third, y + 2 * third, y + 2 * third)
    lines = [_lines(fold) if full else "" for fold in folds]
    room = widths(lines, a.LINE)
    strip = np.stack([left, top, wide, rows[0] - top], axis=1)
    _headers(scene, nodes, strip, "group", [fold.title for fold in folds], room + 15.0, b)
    ink = t.ink["muted" if scene.stale else "ink2"]
    b.texts.extend(lines, x + w - 10.0, (top + rows[0]) / 2, a.LINE, ink, room + 1.0, Align.RIGHT, nodes)
    words, room = [_words(fold) for fold in folds], wide - 2 * a.INSET
    if full:
        words = fitted(words, a.SUBTITLE, room)
    short = [count_of(fold) for fold in folds]
    middle = (rows[0] + rows[1]) / 2
    b.texts.extend(words, left + a.INSET, middle, a.SUBTITLE, t.ink["muted"], room, Align.LEFT, nodes, short)
    if full:
        paint_values(scene, nodes, np.stack([left, rows[1], wide, rows[2] - rows[1]], axis=1), a.VALUE, b)
    last = np.stack([left, rows[2], wide, top + high - rows[2]], axis=1)
    font = a.GRADIENT if full else a.COMPACT_NUMBER
    paint_gradients(scene, nodes, last, np.full(len(x), _GROUP_RADIUS - _EDGE), font, b)
    for line in rows[: 3 if full else 2]:
        _hairlines(scene, nodes, left, line, wide, b)
    paint_outlines(scene, nodes, whole, b.boxes, _EDGE)
    _marks(scene, nodes, b)


def _marks(scene: Scene, nodes: np.ndarray, b: Brush) -> None:
    """How many hidden neighbours boxes have; at the upper right corner whether they hide NaN or infinite gradients."""
    cut_off = cut_off_of(scene.graph)[nodes]
    for i in np.flatnonzero(cut_off).tolist():
        paint_plates(scene, scene.layout.boxes[nodes[i]], [hidden_words(int(cut_off[i]))], int(nodes[i]), b)
    nodes = nodes[scene.hides_problem[nodes]]
    if len(nodes) and not scene.stale:
        x, y, w, _ = scene.layout.boxes[nodes].T
        b.icons.extend(["problem"] * len(x), x + w - 3.0, y + 3.0, 16.0, scene.theme.error, nodes)


__all__ = ["count_of", "paint_folded", "sheets"]
