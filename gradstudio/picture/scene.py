"""What all that is painted of nodes needs: a view of a trace, its states and colours, and the lists to paint into."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gradstudio.engine.trace import Kind, Trace
from gradstudio.graph.kept import kept
from gradstudio.graph.model import Graph
from gradstudio.graph.query import rows_of
from gradstudio.layout.model import Layout
from gradstudio.picture.color import STEPS, Scale, magnitude_position, ramp, scale_of
from gradstudio.picture.columns import BoxList, HatchList, IconList, PathList, StripList, TextList
from gradstudio.picture.measured import measured
from gradstudio.picture.model import Layer, Level, Look, Shape
from gradstudio.picture.numbers import statistic
from gradstudio.picture.states import State, states
from gradstudio.picture.tokens import Theme

CORNER = 12.0
"""Radius of parameters."""
_PLAIN, _ZERO, _NAN, _SIZES, _SIGNS = 0, 1, 2, 3, 3 + STEPS + 1
_IS_CUT = np.array([kind in (Kind.DATA, Kind.GRADIENT) for kind in Kind])
_IS_ROUND = np.array([kind in (Kind.PARAMETER, Kind.INPUT) for kind in Kind])
_IS_BROKEN = np.array([state in (State.NAN, State.INFINITE) for state in State])


@dataclass(slots=True)
class Brush:
    """The lists that a picture is painted into."""

    under: BoxList = field(default_factory=BoxList)
    boxes: BoxList = field(default_factory=BoxList)
    texts: TextList = field(default_factory=TextList)
    strips: StripList = field(default_factory=StripList)
    icons: IconList = field(default_factory=IconList)
    hatches: HatchList = field(default_factory=HatchList)
    paths: PathList = field(default_factory=PathList)


_rows = kept()(rows_of)


class Scene:
    """One view, and columns about all its nodes. Nothing here depends on the part of it that is painted."""

    def __init__(self, graph: Graph, layout: Layout, trace: Trace, theme: Theme, level: Level, look: Look) -> None:
        self.graph = graph
        self.layout = layout
        self.trace = trace
        self.theme = theme
        self.level = level
        self.look = look
        self.stale = look.stale
        self.scale = look.scale or scale_of(trace, graph.sweep)
        self.values = trace.records.values
        self.cotangents = trace.sweeps[graph.sweep].cotangents if 0 <= graph.sweep < len(trace.sweeps) else None
        self.row = _rows(graph, trace)
        self.state = states(graph, trace)
        self.quiet_values = self.stale or look.layer in (Layer.GRADIENTS, Layer.LOCAL)
        self.quiet_gradients = self.stale or look.layer in (Layer.VALUES, Layer.LOCAL)
        self.fill = self._fills()
        self.hides_problem = self._problems()
        self.measured = measured(graph, trace, look.measure) if not self.stale else None
        self.measure_fill = self.measured.colors(theme) if self.measured is not None else None

    def _fills(self) -> np.ndarray:
        """Colour of each node's gradient row (uint32)."""
        t = self.theme
        if self.cotangents is None or self.stale:
            return np.full(len(self.graph.record), t.surface["node"], np.uint32)
        special = np.array([t.surface["node"], t.zero_fill, t.nan_soft], np.uint32)
        table = np.concatenate([special, ramp(t.rms), ramp(t.signed)])
        return np.asarray(table[_shades(self.graph, self.trace, self.scale, self.look.array)])

    def _problems(self) -> np.ndarray:
        """Which boxes hide a NaN or infinite gradient (bool)."""
        g, c = self.graph, self.cotangents
        out = np.zeros(len(g.record), bool)
        if c is not None and len(g.hidden_record):
            record = self.trace.sweeps[g.sweep].record
            bad = record[(c.nan > 0) | (c.infinite > 0)]
            out[g.hidden_node[np.isin(g.hidden_record, bad)]] = True
        return out

    def is_broken(self, nodes: np.ndarray) -> np.ndarray:
        """Whether each node's gradient is NaN or infinite, or one that it hides."""
        return np.asarray(_IS_BROKEN[self.state[nodes]] | self.hides_problem[nodes])


@kept()
def _shades(graph: Graph, trace: Trace, scale: Scale, array: str) -> np.ndarray:
    """The colour of each node's gradient row as a number in the table of all there are; another theme or layer changes
    only that table."""
    c, row_of, state = trace.sweeps[graph.sweep].cotangents, _rows(graph, trace), states(graph, trace)
    out = np.full(len(graph.record), _PLAIN, np.int16)
    has = np.flatnonzero(row_of >= 0)
    row = row_of[has]
    is_single = np.array([shape == () for shape in c.shapes] or [False])[c.shape[row]]
    sizes = magnitude_position(np.abs(statistic(c, row, array)))
    out[has] = _SIZES + np.round(sizes * STEPS).astype(np.int16)
    signs = (scale.position(c.mean[row[is_single]]) + 1) / 2
    out[has[is_single]] = _SIGNS + np.round(signs * STEPS).astype(np.int16)
    out[state == State.ZERO] = _ZERO
    out[(state == State.INFINITE) | (state == State.BLOCKED)] = _PLAIN
    out[state == State.NAN] = _NAN
    return out


class Outline:
    """Shapes of some nodes: by kind, and of boxes that hide nodes."""

    def __init__(self, scene: Scene, nodes: np.ndarray) -> None:
        kind, fold = scene.graph.kind[nodes], scene.graph.fold[nodes]
        is_node = fold < 0
        self.is_cut = is_node & _IS_CUT[kind]
        is_round = is_node & _IS_ROUND[kind]
        is_stack = np.array([f.kind == "stack" for f in scene.graph.folds] or [False])[fold] & ~is_node
        self.whole = np.where(self.is_cut, int(Shape.CUT), int(Shape.ROUND))
        self.top = np.where(self.is_cut, int(Shape.CUT_TOP), int(Shape.ROUND_TOP))
        self.radius = np.where(is_round, CORNER, np.where(is_node | is_stack, 4.0, 8.0))


def paint_outlines(scene: Scene, nodes: np.ndarray, rect: np.ndarray, boxes: BoxList, inner: float = 0.0) -> None:
    """The outlines of nodes: double for targets, dashed without a path, dotted if not run.

    inner: how far inside there is a second line in any case; 0: none.
    """
    t, state, form = scene.theme, scene.state[nodes], Outline(scene, nodes)
    shown = not scene.stale
    is_target = scene.graph.is_target[nodes]
    missing, broken = shown & (state == State.NONE), shown & (state == State.NAN)
    waiting = state == State.NOT_RUN
    stroke = np.select(
        [is_target, waiting, missing, broken], [t.ink["ink"], t.ink["muted"], t.none_outline, t.nan_hatch], t.control
    )
    wide = np.select([is_target, waiting, broken], [2.0, 1.5, 1.5], 1.0)
    dash = np.select([is_target, waiting, missing], [0, 1, 2], 0)
    boxes.extend(rect, nodes, 0, stroke, wide, form.whole, form.radius, dash)
    double = is_target | (inner > 0)
    by = inner or 3.0
    boxes.extend(
        rect[double] + np.array([by, by, -2 * by, -2 * by]), nodes[double], 0, stroke[double], 1.0, form.whole[double],
        np.maximum(form.radius[double] - by, 1.0),
    )  # fmt: skip
