"""Nodes: header, name, value and gradient at full size; less and less of it further away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Kind, Summaries, Trace
from gradstudio.graph.model import FAMILIES, Graph
from gradstudio.layout.model import Layout
from gradstudio.picture import anatomy as a
from gradstudio.picture.color import Scale, magnitude, signed, text_on
from gradstudio.picture.columns import BoxList, HatchList, IconList, Rect, StripList, TextList
from gradstudio.picture.fonts import elide, plain, width
from gradstudio.picture.health import health, value_cells
from gradstudio.picture.model import Align, Font, Layer, Level, Shape
from gradstudio.picture.numbers import gradient_text, value_text
from gradstudio.picture.states import State, rows_of, states
from gradstudio.picture.tokens import Theme, argb

_CORNER = 12.0
_WORDS = {
    State.NO_SWEEP: "no sweep yet",
    State.NOT_SOURCE: "not a source",
    State.NONE: "None: no path",
    State.BLOCKED: "stopped here",
}
_SHORT = {State.NO_SWEEP: "no sweep", State.NOT_SOURCE: "no source", State.NONE: "None", State.BLOCKED: "stopped"}
"""The same where there is little room."""
_MARK = {
    State.NONE: "none",
    State.BLOCKED: "lock",
    State.ZERO: "zero",
    State.TINY: "tiny",
    State.HUGE: "huge",
    State.INFINITE: "infinite",
}
"""Icons of states; a zero needs one only where no number is written."""
_FEW = 7
"""Characters there are for a number in the smallest node that still shows one."""
_LEAF_ICON = {Kind.PARAMETER: "parameter", Kind.INPUT: "parameter", Kind.DATA: "data", Kind.GRADIENT: "data"}


def _characters(room: float, font: Font) -> int:
    """How many characters of a monospaced font fit."""
    return int(room / (0.6 * font.size))


@dataclass(slots=True)
class Brush:
    """The lists that nodes are painted into."""

    boxes: BoxList
    texts: TextList
    strips: StripList
    icons: IconList
    hatches: HatchList


class NodePainter:
    """Paints the nodes of one picture."""

    def __init__(
        self,
        graph: Graph,
        layout: Layout,
        trace: Trace,
        theme: Theme,
        scale: Scale,
        layer: Layer,
        stale: bool,
        brush: Brush,
    ) -> None:
        self._g = graph
        self._l = layout
        self._values = trace.records.values
        self._cotangents = trace.sweeps[graph.sweep].cotangents if graph.sweep >= 0 else None
        self._t = theme
        self._scale = scale
        self._layer = layer
        self._stale = stale
        self._b = brush
        self._row = rows_of(graph, trace)
        self._state = states(graph, trace)
        self._chips_of: dict[int, list[int]] = {}
        for k, node in enumerate(graph.chip_node.tolist()):
            self._chips_of.setdefault(node, []).append(k)
        self._fill = self._fills()
        self._on_fill = text_on(self._fill)

    def _fills(self) -> np.ndarray:
        """Colour of each node's gradient row."""
        t = self._t
        out = np.full(len(self._g.record), t.surface["node"], np.uint32)
        c = self._cotangents
        if c is None:
            return out
        has = self._row >= 0
        row = self._row[has]
        single = np.array([c.shapes[s] == () for s in c.shape[row]], bool)
        out[has] = np.where(single, signed(t, self._scale, c.mean[row]), magnitude(t, c.rms[row]))
        out[self._state == State.ZERO] = t.zero_fill
        out[np.isin(self._state, (State.INFINITE, State.BLOCKED))] = t.surface["node"]
        out[self._state == State.NAN] = t.nan_soft
        if self._stale:
            out[:] = t.surface["node"]
        return out

    def paint_all(self, nodes: np.ndarray, level: Level) -> None:
        """Some nodes, by number."""
        if level == Level.BLOCK:
            self._blocks(nodes)
            return
        for i in nodes.tolist():
            self.paint(i, level)

    def paint(self, i: int, level: Level) -> None:
        """One node."""
        if level == Level.FULL:
            self._full(i)
        elif level == Level.COMPACT:
            self._compact(i)
        else:
            self._small(i)

    # outlines

    def _shape(self, i: int) -> tuple[int, int, int, float]:
        """Shape of the whole, its top and its bottom, and the corner radius."""
        kind = Kind(int(self._g.kind[i]))
        if kind in (Kind.DATA, Kind.GRADIENT):
            return Shape.CUT, Shape.CUT_TOP, Shape.ROUND_BOTTOM, 4.0
        radius = _CORNER if kind in (Kind.PARAMETER, Kind.INPUT) else 4.0
        return Shape.ROUND, Shape.ROUND_TOP, Shape.ROUND_BOTTOM, radius

    def _outline(self, i: int, rect: tuple[float, float, float, float]) -> None:
        shape, _, _, radius = self._shape(i)
        t = self._t
        state = self._state[i]
        if self._g.is_target[i]:
            x, y, w, h = rect
            self._b.boxes.add(rect, 0, t.ink["ink"], 2.0, shape, radius, 0, i)
            self._b.boxes.add((x + 3, y + 3, w - 6, h - 6), 0, t.ink["ink"], 1.0, shape, max(radius - 3, 1.0), 0, i)
        elif state == State.NONE and not self._stale:
            self._b.boxes.add(rect, 0, t.none_outline, 1.0, shape, radius, 2, i)
        elif state == State.NAN and not self._stale:
            self._b.boxes.add(rect, 0, t.nan_hatch, 1.5, shape, radius, 0, i)
        else:
            self._b.boxes.add(rect, 0, t.control, 1.0, shape, radius, 0, i)

    def _header_colors(self, i: int) -> tuple[int, int, int]:
        """Fill, icon, text."""
        t = self._t
        if self._stale:
            return t.stale_header, t.ink["muted"], t.ink["muted"]
        family = int(self._g.family[i])
        return t.family_header[family], t.family_icon[family], t.ink["ink2"]

    def _icon(self, i: int) -> str:
        kind = Kind(int(self._g.kind[i]))
        return _LEAF_ICON[kind] if kind in _LEAF_ICON else FAMILIES[self._g.family[i]]

    # above 80 %

    def _full(self, i: int) -> None:
        b, t = self._b, self._t
        x, y, w, h = (float(v) for v in self._l.boxes[i])
        shape, top, _, radius = self._shape(i)
        fill, icon, ink = self._header_colors(i)
        b.boxes.add((x, y, w, h), t.surface["node"], 0, 0.0, shape, radius, 0, i)
        b.boxes.add((x, y, w, 20.0), fill, 0, 0.0, top, radius, 0, i)
        cut = _CORNER if shape == Shape.CUT else 0.0
        line = f"L{self._g.line[i]}" if self._g.line[i] > 0 else ""
        b.icons.add(self._icon(i), x + 16.0, y + 10.0, 12.0, icon, i)
        room = w - 28.0 - width(line, a.LINE) - 14.0 - cut
        b.texts.add(x + 28.0, y + 10.0, elide(plain(self._g.label[i]), a.OP, room), a.OP, ink, room, Align.LEFT, i)
        b.texts.add(x + w - 8.0 - cut, y + 10.0, line, a.LINE, ink, width(line, a.LINE) + 1, Align.RIGHT, i)
        shape_text = elide(plain(self._g.shape[i]), a.SHAPE, w * 0.5)
        shape_room = width(shape_text, a.SHAPE)
        room = w - a.INSET - 8.0 - (shape_room + 8.0 if shape_text else 0.0)
        name_ink = t.ink["muted"] if self._stale else t.ink["ink"]
        b.texts.add(
            x + a.INSET, y + 30.0, elide(plain(self._g.title[i]), a.NAME, room), a.NAME, name_ink, room, Align.LEFT, i
        )
        b.texts.add(x + w - 8.0, y + 30.0, shape_text, a.SHAPE, t.ink["muted"], shape_room + 1, Align.RIGHT, i)
        b.boxes.add((x, y + 40.0, w, 1.0), t.hairline, 0, 0.0, Shape.RECT, 0, 0, i)
        self._value_row(i, x, y + 40.0, w, 24.0, a.VALUE, True)
        self._gradient_row(i, x, y + 64.0, w, 24.0, a.GRADIENT, True)
        b.boxes.add((x, y + 64.0, w, 1.0), t.hairline, 0, 0.0, Shape.RECT, 0, 0, i)
        self._chips(i, x, y)
        self._outline(i, (x, y, w, h))
        if self._stale:
            b.icons.add("clock", x + w - 10.0, y + h + 4.0, 14.0, t.ink["muted"], i)

    def _value_row(self, i: int, x: float, y: float, w: float, h: float, font: Font, thumbs: bool) -> None:
        b, t, s = self._b, self._t, self._values
        row = int(self._g.record[i])
        muted = self._stale or self._layer == Layer.GRADIENTS
        self._bar(i, x, y, h, s, row, False)
        bins = s.thumbnail[s.thumbnail_start[row] : s.thumbnail_start[row + 1]]
        wide = 48.0 if w >= a.WIDE else 40.0
        room = w - a.INSET - (wide + 8.0 if thumbs and len(bins) else 8.0)
        text, short = value_text(s, row, _characters(room, font)), value_text(s, row, _FEW)
        ink = t.ink["muted"] if muted else t.ink["ink"]
        b.texts.add(x + a.INSET, y + h / 2, elide(text, font, room), font, ink, room, Align.LEFT, i, short)
        if thumbs and len(bins):
            rect = (x + w - 6.0 - wide, y + 3.0, wide, 18.0)
            b.strips.add(rect, np.full(len(bins), 1 / len(bins)), value_cells(t, bins), i, False, t.hairline)

    def _gradient_row(self, i: int, x: float, y: float, w: float, h: float, font: Font, thumbs: bool) -> None:
        b, t = self._b, self._t
        _, _, bottom, radius = self._shape(i)
        state = State(int(self._state[i]))
        middle = y + h / 2
        left = x + a.INSET
        mark = 1.0 if thumbs else 1.5  # icons keep their size while the distances shrink
        if (state in _WORDS and self._row[i] < 0) or state == State.BLOCKED:
            words = _WORDS[state] if thumbs else _SHORT[state]
            if state in _MARK:
                b.icons.add(_MARK[state], left + 5.0 * mark, middle, 11.0, t.ink["muted"], i)
                left += 16.0 * mark
            room = x + w - 6.0 - left
            b.texts.add(left, middle, elide(words, a.WORDS, room), a.WORDS, t.ink["muted"], room, Align.LEFT, i)
            return
        c = self._cotangents
        row = int(self._row[i])
        if c is None or row < 0:
            return
        quiet = self._stale or self._layer == Layer.VALUES
        fill = t.surface["node"] if quiet else int(self._fill[i])
        ink = t.ink["muted"] if quiet else int(self._on_fill[i])
        b.boxes.add((x, y, w, h), fill, 0, 0.0, bottom, radius, 0, i)
        bins = c.thumbnail[c.thumbnail_start[row] : c.thumbnail_start[row + 1]]
        wide = 48.0 if w >= a.WIDE else 40.0
        strip = thumbs and len(bins) > 0 and not quiet
        few = _FEW
        if not quiet:
            self._bar(i, x, y, h, c, row, True)
            if state == State.NAN:
                # The word stands on a plain ground: stripes are painted over boxes.
                from_word, corner = 32.0 if thumbs else 50.0, 1.0 if radius < _CORNER else 4.0
                rect = (left + from_word, y, w - a.INSET - from_word - corner, h - corner)
                b.hatches.add(rect, t.nan_hatch, i)
                b.texts.add(left, middle, "NaN", font, t.nan_text, from_word, Align.LEFT, i)
            elif state == State.INFINITE:
                self._double_border(i, (x + a.BAR + 1.0, y + 1.0, w - a.BAR - 3.0, h - 3.0), 3.0 if thumbs else 5.0)
                ink = t.ink["ink"]
            elif state in (State.TINY, State.HUGE):
                b.icons.add(_MARK[state], left + 5.0 * mark, middle, 12.0 if thumbs else 10.0, ink, i)
                left += 14.0 * mark
                few -= 1
        room = x + w - left - (wide + 8.0 if strip else 8.0 if thumbs else 4.0)
        if quiet or state != State.NAN:
            sign = "∂ " if thumbs else ""
            text = sign + gradient_text(c, row, _characters(room, font) - len(sign))
            short = gradient_text(c, row, few)
            b.texts.add(left, middle, elide(text, font, room), font, ink, room, Align.LEFT, i, short)
        if strip:
            inset = 4.0 if state == State.INFINITE else 0.0  # clear of the double border
            rect = (x + w - 6.0 - wide, y + 3.0 + inset, wide - inset, 18.0 - 2 * inset)
            cells = signed(t, self._scale, bins)
            cells[np.isnan(bins)] = t.nan_hatch
            cells[np.isinf(bins)] = t.infinite_outline
            b.strips.add(rect, np.full(len(bins), 1 / len(bins)), cells, i, False, t.hairline)

    def _double_border(self, i: int, rect: Rect, gap: float) -> None:
        x, y, w, h = rect
        color = self._t.infinite_outline
        self._b.boxes.add(rect, 0, color, 1.0, Shape.RECT, 0, 0, i)
        self._b.boxes.add((x + gap, y + gap, w - 2 * gap, h - 2 * gap), 0, color, 1.0, Shape.RECT, 0, 0, i)

    def _bar(self, i: int, x: float, y: float, h: float, s: Summaries, row: int, gradient: bool) -> None:
        """Health bar, inside the outline and clear of a round corner."""
        if self._stale or not s.size[row]:
            return
        target = bool(self._g.is_target[i])
        at, wide = (4.0, a.BAR - 1.0) if target else (1.0, a.BAR - 1.0)
        clear = (7.0 if self._shape(i)[3] > 4.0 else 4.0 if target else 1.0) if gradient else 0.0
        sizes, colors = health(self._t, s, row, h, gradient)
        self._b.strips.add((x + at, y + 1.0, wide, h - 1.0 - clear), sizes, colors, i, True, 0)

    def _chips(self, i: int, x: float, y: float) -> None:
        """Constants that the header does not already name, at the upper left of the value row."""
        g, t = self._g, self._t
        mine = self._chips_of.get(i, ())
        texts = [g.chip_text[k] for k in mine if g.chip_text[k] and g.chip_text[k] not in g.label[i]]
        up = 0.0
        for text in texts[:3]:
            shown = elide(plain(text), a.CHIP, 48.0)
            wide = width(shown, a.CHIP) + 8.0
            rect = (x + 8.0 - wide, y + 24.0 + up, wide, 16.0)
            self._b.boxes.add(rect, t.surface["panel"], t.control, 1.0, Shape.ROUND, 3.0, 0, i)
            self._b.texts.add(rect[0] + wide / 2, rect[1] + 8.0, shown, a.CHIP, t.ink["ink2"], wide, Align.CENTER, i)
            up += 18.0

    # further away

    def _compact(self, i: int) -> None:
        b, t = self._b, self._t
        x, y, w, h = (float(v) for v in self._l.boxes[i])
        shape, top, _, radius = self._shape(i)
        fill, icon, _ = self._header_colors(i)
        head, value, gradient = a.ROWS[Level.COMPACT]
        b.boxes.add((x, y, w, h), t.surface["node"], 0, 0.0, shape, radius, 0, i)
        b.boxes.add((x, y, w, head), fill, 0, 0.0, top, radius, 0, i)
        b.icons.add(self._icon(i), x + 16.0, y + head / 2, 11.0, icon, i)
        ink = t.ink["muted"] if self._stale else t.ink["ink"]
        room = w - 30.0 - 10.0
        b.texts.add(x + 30.0, y + head / 2, plain(self._g.title[i]), a.COMPACT_NAME, ink, room, Align.LEFT, i)
        self._value_row(i, x, y + head, w, value, a.COMPACT_NUMBER, False)
        self._gradient_row(i, x, y + head + value, w, gradient, a.COMPACT_NUMBER, False)
        b.boxes.add((x, y + head + value, w, 1.0), t.hairline, 0, 0.0, Shape.RECT, 0, 0, i)
        self._outline(i, (x, y, w, h))

    def _small_fills(self, nodes: np.ndarray) -> np.ndarray:
        """Colour of nodes that are one area of colour."""
        t = self._t
        if self._stale:
            return np.full(len(nodes), t.stale_header, np.uint32)
        shown = (self._row[nodes] >= 0) & (self._layer != Layer.VALUES)
        return np.where(shown, self._fill[nodes], np.uint32(t.surface["node"]))

    def _small(self, i: int) -> None:
        b, t = self._b, self._t
        x, y, w, h = (float(v) for v in self._l.boxes[i])
        shape, _, _, radius = self._shape(i)
        fill = self._small_fills(np.array([i]))
        b.boxes.add((x, y, w, h), int(fill[0]), 0, 0.0, shape, radius, 0, i)
        b.boxes.add((x, y, 10.0, h), t.family_icon[int(self._g.family[i])], 0, 0.0, Shape.RECT, 0, 0, i)
        state = State(int(self._state[i]))
        ink, middle, room = int(text_on(fill)[0]), x + w / 2 + 5.0, w - 16.0
        if not self._stale and self._layer != Layer.VALUES:
            if state == State.NAN:  # above and below the name, which stands on a plain ground
                b.hatches.add((x + 10.0, y, w - 10.0, h / 4), t.nan_hatch, i)
                b.hatches.add((x + 10.0, y + 0.75 * h, w - 10.0, h / 4), t.nan_hatch, i)
            elif state == State.INFINITE:
                self._double_border(i, (x + 12.0, y + 4.0, w - 16.0, h - 8.0), 8.0)
            if state in _MARK:
                b.icons.add(_MARK[state], x + w - 28.0, y + h / 2, 9.0, ink, i)
                middle, room = middle - 20.0, room - 40.0
        name = plain(self._g.title[i])
        b.texts.add(middle, y + h / 2, name, a.SMALL_NAME, ink, room, Align.CENTER, i)
        self._outline(i, (x, y, w, h))

    def _blocks(self, nodes: np.ndarray) -> None:
        """All at once: there may be 100,000 of them."""
        t, n = self._t, len(nodes)
        rect = self._l.boxes[nodes]
        kind, state = self._g.kind[nodes], self._state[nodes]
        shape = np.where(np.isin(kind, (Kind.DATA, Kind.GRADIENT)), int(Shape.CUT), int(Shape.ROUND))
        radius = np.where(np.isin(kind, (Kind.PARAMETER, Kind.INPUT)), _CORNER, 4.0)
        none, zero = np.zeros(n, np.int64), np.zeros(n)
        self._b.boxes.extend(rect, nodes, shape, radius, self._small_fills(nodes), none, zero, none)
        broken = (state == State.NAN) & (not self._stale)
        for i in nodes[broken].tolist():
            x, y, w, h = self._l.boxes[i].tolist()
            self._b.hatches.add((x, y, w, h), t.nan_hatch, i)
        missing = (state == State.NONE) & (not self._stale)
        endless = (state == State.INFINITE) & (not self._stale)
        nought = (state == State.ZERO) & (not self._stale) & (self._layer != Layer.VALUES)
        stroke = np.select([missing, broken, endless], [t.none_outline, t.nan_hatch, t.infinite_outline], t.control)
        wide = np.where(broken, 1.5, 1.0)
        self._middles(nodes[nought], 0.25, 0.4, argb("#000000"))
        self._middles(nodes[endless], 0.7, 0.3, t.infinite_outline)
        plain_ones = ~self._g.is_target[nodes]
        columns = (shape, radius, none, stroke, wide, np.where(missing, 2, 0))
        self._b.boxes.extend(rect[plain_ones], nodes[plain_ones], *(c[plain_ones] for c in columns))
        for i in nodes[~plain_ones].tolist():
            x, y, w, h = self._l.boxes[i].tolist()
            self._outline(i, (x, y, w, h))

    def _middles(self, nodes: np.ndarray, wide: float, high: float, color: int) -> None:
        """A small box in the middle of each node: wide and high are shares of the node's."""
        rect = self._l.boxes[nodes]
        rect = rect * (1, 1, wide, high) + rect[:, [2, 3, 2, 3]] * ((1 - wide) / 2, (1 - high) / 2, 0, 0)
        none = np.zeros(len(nodes), np.int64)
        self._b.boxes.extend(rect, nodes, none, none, np.full(len(nodes), color), none, none, none)
