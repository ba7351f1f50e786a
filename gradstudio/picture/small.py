"""Nodes far away: a name on a colour, and further away only the colour. All of them at once: there may be 100,000."""

from __future__ import annotations

import numpy as np

from gradstudio.picture import anatomy as a
from gradstudio.picture.color import text_on
from gradstudio.picture.folded import count_of, sheets
from gradstudio.picture.fonts import plain
from gradstudio.picture.model import Align, Layer
from gradstudio.picture.rows import MARK, double_border
from gradstudio.picture.scene import CORNER, Brush, Outline, Scene, paint_outlines
from gradstudio.picture.states import State

_MARKED = np.array([s in MARK for s in State])
_BAR = 10.0
"""Width of the bar in the colour of the family."""
_CLEAR = 8.0
"""How much of a round corner it leaves free."""
_MANY = 20_000
"""So many blocks are never seen near enough for all to be outlined."""
_MOST_MARKS = 300
"""Problems that are marked; more would hide the picture, and the first ones say where to begin."""
_TELLING = np.array([s in (State.NONE, State.NAN, State.INFINITE, State.NOT_RUN) for s in State])
_INNER = 12.0
"""From the edge of a block that hides nodes to its second one."""


def small_fills(scene: Scene, nodes: np.ndarray) -> np.ndarray:
    """Colour of nodes that are one area of colour (uint32)."""
    t = scene.theme
    if scene.stale:
        return np.full(len(nodes), t.stale_header, np.uint32)
    if scene.measure_fill is not None:
        return np.asarray(scene.measure_fill[nodes])
    plain_ones = np.where(scene.state[nodes] == State.NOT_RUN, t.surface["canvas"], t.surface["node"])
    shown = (scene.row[nodes] >= 0) & (scene.look.layer != Layer.VALUES)
    return np.where(shown, scene.fill[nodes], plain_ones).astype(np.uint32)


def paint_names(scene: Scene, nodes: np.ndarray, b: Brush) -> None:
    """Nodes at NAME, by number."""
    t, g = scene.theme, scene.graph
    rect, state, form = scene.layout.boxes[nodes], scene.state[nodes], Outline(scene, nodes)
    fill = small_fills(scene, nodes)
    titles = [plain(g.title[i]) for i in nodes.tolist()]
    short = list(titles)
    stacks = []
    for k in np.flatnonzero(g.fold[nodes] >= 0).tolist():
        fold = g.folds[g.fold[nodes[k]]]
        if fold.kind == "stack":
            stacks.append(k)
        titles[k], short[k] = f"{plain(fold.title)} {count_of(fold)}", count_of(fold)
    rect[stacks] = sheets(scene, nodes[stacks], fill[stacks], b)
    x, y, w, h = rect.T
    b.boxes.extend(rect, nodes, fill, 0, 0.0, form.whole, form.radius)
    clear = np.where(form.radius == CORNER, _CLEAR, 0.0)
    bar = np.stack([x, y + clear, np.full(len(x), _BAR), h - 2 * clear], axis=1)
    b.boxes.extend(bar, nodes, np.array(t.family_icon, np.uint32)[g.family[nodes]], 0)
    ink, middle, room = text_on(fill), x + w / 2 + 5.0, w - 22.0
    if not scene.stale and scene.look.layer != Layer.VALUES:
        broken = state == State.NAN  # above and below the name, which stands on a plain ground
        for share in (0.0, 0.75):
            stripes = rect[broken] * (1, 1, 1, 0.25) + rect[broken][:, [3, 3, 3, 3]] * (0, share, 0, 0)
            b.hatches.extend(stripes + np.array([_BAR, 0, -_BAR, 0]), t.nan_hatch, nodes[broken])
        endless = state == State.INFINITE
        double_border(b, rect[endless] + (12.0, 4.0, -16.0, -8.0), 8.0, t.infinite_outline, nodes[endless])
        marked = _MARKED[state]
        names = [MARK[State(s)] for s in state[marked].tolist()]
        b.icons.extend(names, (x + w)[marked] - 28.0, (y + h / 2)[marked], 9.0, ink[marked], nodes[marked])
        middle, room = middle - 20.0 * marked, room - 40.0 * marked
    b.texts.extend(titles, middle, y + h / 2, a.SMALL_NAME, ink, room, Align.CENTER, nodes, short)
    _edges(scene, nodes, rect, b)
    _problems(scene, nodes, scene.hides_problem[nodes], b)


def paint_blocks(scene: Scene, nodes: np.ndarray, b: Brush) -> None:
    """Nodes at BLOCK, by number."""
    t, state, form = scene.theme, scene.state[nodes], Outline(scene, nodes)
    rect = scene.layout.boxes[nodes]
    b.boxes.extend(rect, nodes, small_fills(scene, nodes), 0, 0.0, form.whole, form.radius)
    if not scene.stale:
        broken, endless = state == State.NAN, state == State.INFINITE
        b.hatches.extend(rect[broken], t.nan_hatch, nodes[broken])
        nought = state == (State.ZERO if scene.look.layer != Layer.VALUES else -1)
        b.boxes.extend(_middles(rect[nought], 0.25, 0.4), nodes[nought], 0xFF000000)
        b.boxes.extend(_middles(rect[endless], 0.7, 0.3), nodes[endless], t.infinite_outline)
    _edges(scene, nodes, rect, b)
    _problems(scene, nodes, scene.hides_problem[nodes] | (scene.is_broken(nodes) & ~_inherits(scene)[nodes]), b)


def _edges(scene: Scene, nodes: np.ndarray, rect: np.ndarray, b: Brush) -> None:
    """Outlines; those of boxes that hide nodes are double."""
    hides = scene.graph.fold[nodes] >= 0
    outlined = ~hides
    if len(nodes) > _MANY:  # only outlines that say something
        outlined &= scene.graph.is_target[nodes] | _TELLING[scene.state[nodes]]
    paint_outlines(scene, nodes[outlined], rect[outlined], b.boxes)
    if hides.any():
        paint_outlines(scene, nodes[hides], rect[hides], b.boxes, _INNER)


def _inherits(scene: Scene) -> np.ndarray:
    """Which nodes have a NaN or infinite gradient from a consumer that has one already (bool)."""
    g = scene.graph
    broken = scene.is_broken(np.arange(len(g.record)))
    out = np.zeros(len(g.record), bool)
    out[g.edge_source[broken[g.edge_target]]] = True
    return out


def _problems(scene: Scene, nodes: np.ndarray, marked: np.ndarray, b: Brush) -> None:
    """Marks that keep their size on the screen; where NaN spreads over thousands of nodes, only where it begins."""
    if scene.stale or not marked.any():
        return
    nodes = nodes[marked][:_MOST_MARKS]
    x, y, w, _ = scene.layout.boxes[nodes].T
    b.icons.extend(["problem"] * len(x), x + w - 4.0, y + 4.0, 18.0, scene.theme.error, nodes)


def _middles(rect: np.ndarray, wide: float, high: float) -> np.ndarray:
    """A small box in the middle of each: wide and high are shares of it."""
    return np.asarray(rect * (1, 1, wide, high) + rect[:, [2, 3, 2, 3]] * ((1 - wide) / 2, (1 - high) / 2, 0, 0))
