"""What is written on edges: how many they stand for, how shapes are broadcast, and local derivatives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradstudio.engine.primitive import TABLE
from gradstudio.picture import anatomy as a
from gradstudio.picture.badges import MANY, uses_of
from gradstudio.picture.fonts import width
from gradstudio.picture.frames import grounds
from gradstudio.picture.model import Align, Layer, Level, Lines
from gradstudio.picture.numbers import number
from gradstudio.picture.scene import Brush, Scene

_HIGH = 13.0
_AIR = 5.0  # of a stretch, left free beside a text
_ABOVE = 8.0  # from a line to the middle of a text that has no room on it
_ZOOM = {Level.FULL: 1.0, Level.COMPACT: 0.6}
"""Of the layout while texts keep their size: about the middle of the level."""
_PLACES = (0.5, 0.25, 0.75)
_CELL = 64.0


def paint_labels(scene: Scene, lines: Lines, b: Brush) -> None:
    """Texts on the lines of a picture, near by, where a level stretch has room; none covers another."""
    if scene.level > Level.COMPACT or not len(lines.edge):
        return
    wanted = [*_counts(scene, lines), *_broadcasts(scene, lines), *_derivatives(scene, lines)]
    lit, g = scene.look.lit, scene.graph
    if lit is not None:
        wanted = [w for w in wanted if lit[g.edge_source[lines.edge[w[0]]]] and lit[g.edge_target[lines.edge[w[0]]]]]
    if not wanted:
        return
    rows = np.array([row for row, _, _ in wanted])
    left, right, y, is_last = _stretches(lines, rows)
    zoom = _ZOOM[scene.level]
    head = np.where(is_last, lines.arrow[rows, 0], 0.0)
    taken: dict[tuple[int, int], list[a.Rect]] = {}
    rects, texts, inks, at_rows = [], [], [], []
    ends = zip(wanted, left.tolist(), right.tolist(), y.tolist(), head.tolist(), strict=True)
    for (row, choices, ink), x1, x2, level, arrow in ends:
        for text in choices:
            wide = width(text, a.SMALL) + 2.0
            room = (abs(x2 - x1)) * zoom
            at = level
            if wide + arrow + _AIR > room:
                if wide > room or scene.look.layer != Layer.LOCAL:
                    continue
                at -= _ABOVE / zoom
            spot = _spot(min(x1, x2), abs(x2 - x1), at, wide / zoom, _HIGH / zoom, taken)
            if spot is not None:
                rects.append(spot)
                texts.append(text)
                inks.append(ink)
                at_rows.append(row)
            break
    if texts:
        rect = np.array(rects)
        b.boxes.extend(rect, -1, grounds(scene, lines.edge[np.array(at_rows)]), 0, 0.0)
        x, top, wide_of, high = rect.T
        b.texts.extend(
            texts, x + wide_of / 2, top + high / 2, a.SMALL, np.array(inks, np.uint32), wide_of + 1.0, Align.CENTER
        )


_Wanted = Iterator[tuple[int, list[str], int]]
"""Row of the line, the text and shorter ones, its colour."""


def _counts(scene: Scene, lines: Lines) -> _Wanted:
    """Where the badge of the source does not say it already."""
    g = scene.graph
    count = g.edge_count[lines.edge]
    known = (count >= MANY) & (count == uses_of(g)[g.edge_source[lines.edge]])
    for row in np.flatnonzero((count > 1) & ~known & ~lines.backward).tolist():
        yield row, [f"×{count[row]}"], scene.theme.ink["ink2"]


def _broadcasts(scene: Scene, lines: Lines) -> _Wanted:
    """Where an op by elements takes a smaller shape than it gives."""
    if scene.level != Level.FULL or scene.look.layer == Layer.LOCAL:
        return
    g, r = scene.graph, scene.trace.records
    source, target = g.edge_source[lines.edge], g.edge_target[lines.edge]
    plain = (g.fold[source] < 0) & (g.fold[target] < 0) & (g.record[source] >= 0) & (g.record[target] >= 0)
    by_element = np.array([op in TABLE and TABLE[op].batch == "elementwise" for op in r.ops] or [False])
    here, there = r.values.shape[g.record[source]], r.values.shape[g.record[target]]
    for row in np.flatnonzero(plain & (here != there) & by_element[r.op[g.record[target]]]).tolist():
        small, large = r.values.shapes[here[row]], r.values.shapes[there[row]]
        axes = _summed(small, large)
        if axes:
            every = len(axes) == len(large) > 1
            back = "sum of all" if every else f"sum ax{'i' if len(axes) == 1 else 'e'}s {', '.join(map(str, axes))}"
            words = back if lines.backward[row] else f"{_dims(small)} to {_dims(large)}"
            yield row, [words], scene.theme.ink["muted"]


def _summed(small: tuple[int, ...], large: tuple[int, ...]) -> list[int]:
    """The axes over which a cotangent is summed to undo broadcasting from `small` to `large`."""
    more = len(large) - len(small)
    if more < 0:
        return []
    return [k for k, size in enumerate(large) if size != 1 and (k < more or small[k - more] == 1)]


def _dims(shape: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, shape))}]" if shape else "[ ]"


def _derivatives(scene: Scene, lines: Lines) -> _Wanted:
    """What each edge multiplies a cotangent with: exact for numbers, a ratio of sizes for arrays."""
    g, c = scene.graph, scene.cotangents
    if scene.look.layer != Layer.LOCAL or c is None:
        return
    sweep, s = scene.trace.sweeps[g.sweep], scene.values
    shown = np.flatnonzero(lines.backward)
    edge = lines.edge[shown]
    source, target = g.edge_source[edge], g.edge_target[edge]
    kept = (g.fold[target] < 0) & (scene.row[target] >= 0)
    shown, edge, source, target = shown[kept], edge[kept], source[kept], target[kept]
    product, row = g.edge_backward[edge], scene.row[target]
    single = (s.size[g.record[source]] == 1) & (c.size[row] == 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = sweep.edge_sign[product] * sweep.edge_rms[product] / c.mean[row]
        ratio = sweep.edge_rms[product] / c.rms[row]
    found = np.where(single, exact, ratio)
    for line, value, is_exact in zip(shown.tolist(), found.tolist(), single.tolist(), strict=True):
        if np.isfinite(value):
            sign = "×" if is_exact else "≈"
            texts = dict.fromkeys(sign + _short(value, digits) for digits in (4 if is_exact else 3, 2, 1))
            yield line, list(texts), scene.theme.ink["ink"]


def _short(x: float, digits: int) -> str:
    """A number without the zeros at its end, where that is all of it: 1, 0.9."""
    text = number(x, digits)
    less = text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    return less if x == float(less.replace("−", "-")) else text


def _stretches(lines: Lines, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The longest level stretch of some lines: both its ends, its height, and whether it ends in the arrowhead."""
    a_, b_ = lines.points[:-1], lines.points[1:]
    length = np.where(a_[:, 1] == b_[:, 1], np.abs(b_[:, 0] - a_[:, 0]), -1.0)
    at = np.array([start + int(np.argmax(length[start : stop - 1])) for start, stop in zip(
        lines.start[rows].tolist(), lines.start[rows + 1].tolist(), strict=True)])  # fmt: skip
    right = np.where(length[at] > 0, b_[at, 0], a_[at, 0])
    return a_[at, 0], right, a_[at, 1], at == lines.start[rows + 1] - 2


def _spot(
    left: float, length: float, y: float, wide: float, high: float, taken: dict[tuple[int, int], list[a.Rect]]
) -> a.Rect | None:
    """A free place on a stretch, noted as taken; None where there is none."""
    for share in _PLACES:
        x = min(max(left + length * share - wide / 2, left), left + length - wide)
        rect = (x, y - high / 2, wide, high)
        cells = [
            (i, j)
            for i in range(int(x // _CELL), int((x + wide) // _CELL) + 1)
            for j in range(int(rect[1] // _CELL), int((rect[1] + high) // _CELL) + 1)
        ]
        if not any(_meet(rect, other) for cell in cells for other in taken.get(cell, ())):
            for cell in cells:
                taken.setdefault(cell, []).append(rect)
            return rect
    return None


def _meet(a_: a.Rect, b_: a.Rect) -> bool:
    return a_[0] < b_[0] + b_[2] and b_[0] < a_[0] + a_[2] and a_[1] < b_[1] + b_[3] and b_[1] < a_[1] + a_[3]
