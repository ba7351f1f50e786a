"""Gliding: boxes on their way from where they were shown to where they are now, as sprites cut from two frames."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QElapsedTimer, QRectF
from PySide6.QtGui import QPainter, QPixmap

from gradstudio.app.canvas.view import View
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.model import Picture

MOST = 1000
"""Boxes in view beyond which nothing glides."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a canvas showed: the whole frame, and where its boxes were."""

    graph: Graph
    layout: Layout
    view: View
    frame: QPixmap


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """One row for each sprite; rectangles in widget coordinates."""

    start: np.ndarray  # float64 (k, 4)
    end: np.ndarray  # float64 (k, 4)
    cut: np.ndarray  # float64 (k, 4): where it is in its frame
    is_old: np.ndarray  # bool (k,): cut from the frame before
    fade: np.ndarray  # float64 (k, 2): how opaque it is at the start and at the end


def moves(before: Shown, graph: Graph, layout: Layout, view: View, width: float, height: float) -> Moves | None:
    """How boxes get from `before` to the new picture; None where nothing does, or too many would.

    What a fold hid comes out of its box, and what it hides now goes into it. Anything else that is new appears in its
    place.
    """
    old, new = _screen(before.layout.boxes, before.view), _screen(layout.boxes, view)
    old_seen, new_seen = _seen(old, width, height), _seen(new, width, height)
    if max(np.count_nonzero(old_seen), np.count_nonzero(new_seen)) > MOST:
        return None
    pairs, gone, come = _pairs(before.graph, graph, old_seen, new_seen)
    from_box, into_box = _box_of(before.graph, graph.record[come]), _box_of(graph, before.graph.record[gone])
    area = np.array([width, height])
    is_old = _visible(old[pairs[:, 0]], area) > _visible(new[pairs[:, 1]], area) + 0.01
    stays = np.tile([1.0, 1.0], (len(pairs), 1))
    rows = Moves(
        start=np.concatenate([old[gone], old[pairs[:, 0]], _inside(old, from_box, new[come])]),
        end=np.concatenate([_inside(new, into_box, old[gone]), new[pairs[:, 1]], new[come]]),
        cut=np.concatenate([old[gone], np.where(is_old[:, None], old[pairs[:, 0]], new[pairs[:, 1]]), new[come]]),
        is_old=np.concatenate([np.ones(len(gone), bool), is_old, np.zeros(len(come), bool)]),
        fade=np.concatenate([np.tile([1.0, 0.0], (len(gone), 1)), stays, np.tile([0.0, 1.0], (len(come), 1))]),
    )
    still = not len(gone) and not len(come) and np.abs(rows.end - rows.start).max(initial=0.0) < 0.5
    return None if still else rows


class Glide:
    """A movement under way. `ms` is how long it takes; its clock starts with its first frame."""

    def __init__(self, before: Shown, rows: Moves, ms: int) -> None:
        self._before = before
        self._rows = rows
        self._ms = ms
        self._clock = QElapsedTimer()

    @property
    def is_over(self) -> bool:
        return self._clock.isValid() and self._clock.elapsed() >= self._ms

    def paint(self, p: QPainter, ground: QPixmap, frame: QPixmap) -> None:
        """The present moment. ground: what is not a box of the new picture; frame: all of it."""
        if not self._clock.isValid():
            self._clock.start()
        paint_at(p, self._rows, eased(self._clock.elapsed() / self._ms), ground, self._before.frame, frame)


def paint_at(p: QPainter, rows: Moves, t: float, ground: QPixmap, old: QPixmap, new: QPixmap) -> None:
    """The moment t (0..1) of a movement; the new ground fades in over the painter's."""
    p.setOpacity(t)
    p.drawPixmap(0, 0, ground)
    at = rows.start + (rows.end - rows.start) * t
    opacity = rows.fade[:, 0] + (rows.fade[:, 1] - rows.fade[:, 0]) * t
    for rect, cut, is_old, opaque in zip(
        at.tolist(), rows.cut.tolist(), rows.is_old.tolist(), opacity.tolist(), strict=True
    ):
        source = old if is_old else new
        ratio = source.devicePixelRatio()
        p.setOpacity(opaque)
        p.drawPixmap(QRectF(*rect), source, QRectF(*(v * ratio for v in cut)))
    p.setOpacity(1.0)


def eased(t: float) -> float:
    """Fast at first, slow at the end: 0..1 for a share of the time."""
    return 1.0 - (1.0 - min(max(t, 0.0), 1.0)) ** 3


def without_nodes(picture: Picture) -> Picture:
    """A picture's edges, frames and titles."""
    parts = {field.name: getattr(picture, field.name) for field in fields(picture)}
    nodes = {name: part for name, part in parts.items() if hasattr(part, "node") and name != "under"}
    return replace(picture, **{name: _decoration(part) for name, part in nodes.items()})


def _decoration(columns: Any) -> Any:
    """The rows of a column of the display list that belong to no node; none of those whose rows vary in length."""
    is_ragged = hasattr(columns, "start")
    kept = [] if is_ragged else np.flatnonzero(columns.node < 0).tolist()
    chosen = {}
    for field in fields(columns):
        part = getattr(columns, field.name)
        rows = [0] if field.name == "start" else kept
        chosen[field.name] = tuple(part[k] for k in rows) if isinstance(part, tuple) else part[rows]
    return replace(columns, **chosen)


def _screen(boxes: np.ndarray, view: View) -> np.ndarray:
    return np.asarray((boxes - (view.x, view.y, 0.0, 0.0)) * view.zoom)


def _seen(rects: np.ndarray, width: float, height: float) -> np.ndarray:
    ends = rects[:, :2] + rects[:, 2:]
    return np.asarray((rects[:, 0] < width) & (rects[:, 1] < height) & (ends[:, 0] > 0) & (ends[:, 1] > 0))


def _visible(rects: np.ndarray, area: np.ndarray) -> np.ndarray:
    """How much of each rectangle lies in the widget, as a share."""
    low, high = np.maximum(rects[:, :2], 0.0), np.minimum(rects[:, :2] + rects[:, 2:], area)
    part = np.maximum(high - low, 0.0) / np.maximum(rects[:, 2:], 1e-9)
    return np.asarray(part[:, 0] * part[:, 1])


def _pairs(
    old: Graph, new: Graph, old_seen: np.ndarray, new_seen: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes that are in both pictures and seen in one of them, (k, 2); seen ones that are gone; seen ones that came."""
    if old is new:
        both = np.flatnonzero(old_seen | new_seen)
        none = np.zeros(0, np.int64)
        return np.column_stack([both, both]), none, none
    wanted = {old.ids[k] for k in np.flatnonzero(old_seen).tolist()}
    wanted |= {new.ids[k] for k in np.flatnonzero(new_seen).tolist()}
    was = {node: k for k, node in enumerate(old.ids) if node in wanted}
    now = {node: k for k, node in enumerate(new.ids) if node in wanted}
    pairs = np.array([(k, now[node]) for node, k in was.items() if node in now], np.int64).reshape(-1, 2)
    gone = np.array([k for node, k in was.items() if node not in now], np.int64)
    come = np.array([k for node, k in now.items() if node not in was], np.int64)
    return pairs, gone, come


def _box_of(graph: Graph, records: np.ndarray) -> np.ndarray:
    """The box of a graph that hides each record, -1 where none does."""
    if not len(graph.hidden_record):
        return np.full(len(records), -1)
    at = np.minimum(np.searchsorted(graph.hidden_record, records), len(graph.hidden_record) - 1)
    return np.where(graph.hidden_record[at] == records, graph.hidden_node[at], -1)


def _inside(rects: np.ndarray, box: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Small places in the middle of boxes; `otherwise` where there is none."""
    if not len(box):
        return otherwise
    outer = rects[box]
    middle, size = outer[:, :2] + outer[:, 2:] / 2, np.minimum(outer[:, 2:], otherwise[:, 2:]) / 2
    return np.where(box[:, None] >= 0, np.column_stack([middle - size / 2, size]), otherwise)
