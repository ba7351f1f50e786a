"""The two rows of numbers of nodes: value and gradient, each with health bar, number and thumbnail."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Summaries
from gradstudio.picture import anatomy as a
from gradstudio.picture.color import text_on
from gradstudio.picture.fonts import fitted, widths
from gradstudio.picture.health import bins_of, gradient_cells, health, value_cells
from gradstudio.picture.model import Align, Font, Level, Shape
from gradstudio.picture.numbers import gradient_texts, value_texts
from gradstudio.picture.scene import CORNER, Brush, Scene
from gradstudio.picture.states import State

WORDS = {
    State.NOT_RUN: "no gradient yet",
    State.NO_SWEEP: "no sweep yet",
    State.NOT_SOURCE: "not a source",
    State.NONE: "None: no path",
    State.BLOCKED: "stopped here",
}
SHORT = {
    State.NOT_RUN: "not run",
    State.NO_SWEEP: "no sweep",
    State.NOT_SOURCE: "no source",
    State.NONE: "None",
    State.BLOCKED: "stopped",
}
"""The same where there is little room."""
MARK = {
    State.NONE: "none",
    State.BLOCKED: "lock",
    State.ZERO: "zero",
    State.TINY: "tiny",
    State.HUGE: "huge",
    State.INFINITE: "infinite",
}
"""Icons of states; a zero needs one only where no number is written."""
_FEW = 8
"""Characters there are for a number in the smallest node that still shows one."""
_LEAST = 0.45
"""The smallest zoom at which a node shows numbers that do not shrink with it."""


def characters(rooms: np.ndarray, font: Font) -> np.ndarray:
    """How many characters of a monospaced font fit."""
    return (rooms / (0.6 * font.size)).astype(np.int64)


def paint_values(scene: Scene, nodes: np.ndarray, rect: np.ndarray, font: Font, b: Brush) -> None:
    """Value rows; rect: float64 (n, 4) of each row."""
    t, s, near = scene.theme, scene.values, scene.level == Level.FULL
    waiting = scene.state[nodes] == State.NOT_RUN
    if waiting.any():
        x, y, w, h = rect[waiting].T
        words = ["not run"] * len(x)
        b.texts.extend(words, x + a.INSET, y + h / 2, a.WORDS, t.ink["muted"], w, Align.LEFT, nodes[waiting])
        nodes, rect = nodes[~waiting], rect[~waiting]
    if scene.measured is not None:
        _measured(scene, nodes, rect, font, b)
        return
    rows = scene.graph.record[nodes]
    _bars(scene, nodes, rect, s, rows, np.zeros(len(nodes)), False, b)
    x, y, w, h = rect.T
    count, bins = bins_of(s, rows)
    strip = near & (count > 0)
    wide = np.where(w >= a.WIDE, 48.0, 40.0)
    room = w - a.INSET - np.where(strip, wide + 8.0, 8.0)
    texts = fitted(value_texts(s, rows, characters(room, font)), font, room)
    tight = _tight(scene, texts, font, room)
    short = _shortened(texts, tight, value_texts(s, rows[tight], np.full(len(tight), _FEW)))
    ink = t.ink["muted"] if scene.quiet_values else t.ink["ink"]
    b.texts.extend(texts, x + a.INSET, y + h / 2, font, ink, room, Align.LEFT, nodes, short)
    if near and len(bins):
        place = np.stack([x + w - 6.0 - wide, y + 3.0, wide, np.full(len(x), 18.0)], axis=1)[strip]
        count = count[strip]
        cells = value_cells(t, count, bins)
        b.strips.extend(place, count, np.repeat(1 / count, count), cells, nodes[strip], False, t.hairline)


def _measured(scene: Scene, nodes: np.ndarray, rect: np.ndarray, font: Font, b: Brush) -> None:
    """In place of the values: another number of each node, on its colour."""
    shown, fill = scene.measured, scene.measure_fill
    assert shown is not None
    assert fill is not None
    x, y, w, h = rect.T
    texts = [shown.text(value) for value in shown.values[nodes].tolist()]
    b.boxes.extend(rect, nodes, fill[nodes], 0, 0.0)
    b.texts.extend(texts, x + a.INSET, y + h / 2, font, text_on(fill[nodes]), w - a.INSET - 8.0, Align.LEFT, nodes)


def paint_gradients(
    scene: Scene, nodes: np.ndarray, rect: np.ndarray, radius: np.ndarray, font: Font, b: Brush, named: bool = False
) -> None:
    """Gradient rows; radius: (n,) of the lower corners. named: which statistic an array's number is."""
    state = scene.state[nodes]
    has = (scene.row[nodes] >= 0) & (state != State.BLOCKED)
    _words(scene, nodes[~has], rect[~has], b)
    if has.any():
        _numbers(scene, nodes[has], rect[has], radius[has], font, b, named)


def _words(scene: Scene, nodes: np.ndarray, rect: np.ndarray, b: Brush) -> None:
    """Rows of nodes without a gradient."""
    t, near = scene.theme, scene.level == Level.FULL
    state = scene.state[nodes]
    spread = 1.0 if near else 1.5  # icons keep their size while the distances shrink
    for one in np.unique(state).tolist():
        chosen = state == one
        x, y, w, h = rect[chosen].T
        left = x + a.INSET
        if one in MARK:
            name = [MARK[State(one)]] * len(x)
            b.icons.extend(name, left + 5.0 * spread, y + h / 2, 11.0, t.ink["muted"], nodes[chosen])
            left = left + 16.0 * spread
        room = x + w - 6.0 - left
        words = fitted([(WORDS if near else SHORT)[State(one)]] * len(x), a.WORDS, room)
        b.texts.extend(words, left, y + h / 2, a.WORDS, t.ink["muted"], room, Align.LEFT, nodes[chosen])


def _numbers(
    scene: Scene, nodes: np.ndarray, rect: np.ndarray, radius: np.ndarray, font: Font, b: Brush, named: bool
) -> None:
    t, c, near, quiet = scene.theme, scene.cotangents, scene.level == Level.FULL, scene.quiet_gradients
    assert c is not None
    rows, state = scene.row[nodes], scene.state[nodes]
    x, y, w, h = rect.T
    middle, left = y + h / 2, x + a.INSET
    fill = np.full(len(nodes), t.surface["node"], np.uint32) if quiet else scene.fill[nodes]
    ink = np.full(len(nodes), t.ink["muted"], np.uint32) if quiet else text_on(fill)
    b.boxes.extend(rect, nodes, fill, 0, 0.0, Shape.ROUND_BOTTOM, radius)
    count, bins = bins_of(c, rows)
    strip = near & (count > 0) & (not quiet)
    wide = np.where(w >= a.WIDE, 48.0, 40.0)
    few = np.full(len(nodes), _FEW)
    written = np.ones(len(nodes), bool)
    if not quiet:
        _bars(scene, nodes, rect, c, rows, np.where(radius > 4.0, 7.0, 1.0), True, b)
        written = state != State.NAN
        _nan(scene, nodes[~written], rect[~written], radius[~written], font, b)
        endless = state == State.INFINITE
        inner = rect[endless] + (a.BAR + 1.0, 1.0, -a.BAR - 3.0, -3.0)
        double_border(b, inner, 3.0 if near else 5.0, t.infinite_outline, nodes[endless])
        ink = np.where(endless, np.uint32(t.ink["ink"]), ink)
        marked = (state == State.TINY) | (state == State.HUGE)
        spread = 1.0 if near else 1.5
        names = [MARK[State(s)] for s in state[marked].tolist()]
        size = 12.0 if near else 10.0
        b.icons.extend(names, left[marked] + 5.0 * spread, middle[marked], size, ink[marked], nodes[marked])
        left = left + np.where(marked, 14.0 * spread, 0.0)
        few = few - marked
    room = x + w - left - np.where(strip, wide + 8.0, 8.0 if near else 4.0)
    array = scene.look.array
    signs = ["∂ " if near else ""] * len(nodes)
    if named:
        signs = [sign + f"{array} " * (size != 1) for sign, size in zip(signs, c.size[rows].tolist(), strict=True)]
    lengths = np.array([len(sign) for sign in signs])
    numbers = gradient_texts(c, rows, characters(room, font) - lengths, array)
    texts = [sign + text for sign, text in zip(signs, numbers, strict=True)]
    texts = fitted(texts, font, room)
    tight = _tight(scene, texts, font, room)
    short = _shortened(texts, tight, gradient_texts(c, rows[tight], few[tight], array))
    if not written.all():
        texts, short = ([t if w else "" for t, w in zip(v, written.tolist(), strict=True)] for v in (texts, short))
    b.texts.extend(texts, left, middle, font, ink, room, Align.LEFT, nodes, short)
    if strip.any():
        inset = np.where(state == State.INFINITE, 4.0, 0.0)  # clear of the double border
        high = np.minimum(18.0, h - 6.0) - 2 * inset
        place = np.stack([x + w - 6.0 - wide, y + 3.0 + inset, wide - inset, high], axis=1)[strip]
        count = count[strip]
        cells = gradient_cells(t, scene.scale, bins)
        b.strips.extend(place, count, np.repeat(1 / count, count), cells, nodes[strip], False, t.hairline)


def _nan(scene: Scene, nodes: np.ndarray, rect: np.ndarray, radius: np.ndarray, font: Font, b: Brush) -> None:
    """The word stands on a plain ground: stripes are painted over boxes."""
    if len(nodes):
        from_word = 32.0 if scene.level == Level.FULL else 50.0
        corner = np.where(radius < CORNER, 1.0, 4.0)
        x, y, w, h = rect.T
        left = x + a.INSET
        striped = np.stack([left + from_word, y, w - a.INSET - from_word - corner, h - corner], axis=1)
        b.hatches.extend(striped, scene.theme.nan_hatch, nodes)
        b.texts.extend(["NaN"] * len(nodes), left, y + h / 2, font, scene.theme.nan_text, from_word, Align.LEFT, nodes)


def double_border(b: Brush, rect: np.ndarray, gap: float, color: int, nodes: np.ndarray) -> None:
    """Two lines around each rectangle: infinite."""
    b.boxes.extend(rect, nodes, 0, color)
    b.boxes.extend(rect + np.array([gap, gap, -2 * gap, -2 * gap]), nodes, 0, color)


def _bars(
    scene: Scene, nodes: np.ndarray, rect: np.ndarray, s: Summaries, rows: np.ndarray, clear: np.ndarray,
    gradient: bool, b: Brush,
) -> None:  # fmt: skip
    """Health bars, inside the outline and clear of a round corner (clear: how much at their lower end)."""
    if scene.stale:
        return
    full = s.size[rows] > 0
    nodes, rect, rows, clear = nodes[full], rect[full], rows[full], clear[full]
    if not len(nodes):
        return
    target = scene.graph.is_target[nodes]
    x, y, _, h = rect.T
    if gradient:
        clear = np.where(target, np.maximum(clear, 4.0), clear)
    place = np.stack([x + np.where(target, 4.0, 1.0), y + 1.0, np.full(len(x), a.BAR - 1.0), h - 1.0 - clear], axis=1)
    b.strips.extend(place, *health(scene.theme, s, rows, float(h[0]), gradient), nodes, True)


def _tight(scene: Scene, texts: list[str], font: Font, rooms: np.ndarray) -> np.ndarray:
    """Which texts need a shorter form, since they keep their size while the node shrinks."""
    if scene.level == Level.FULL:  # near by, text shrinks with its node
        return np.zeros(0, np.int64)
    return np.flatnonzero(widths(texts, font) > rooms * _LEAST)


def _shortened(texts: list[str], at: np.ndarray, short: list[str]) -> list[str]:
    out = list(texts)
    for i, text in zip(at.tolist(), short, strict=True):
        out[i] = text
    return out
