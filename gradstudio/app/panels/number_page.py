"""The Value and Gradient tabs: a number large, or an array as distribution, statistics, image and table."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gradstudio.app.facts import state_of, statistics, why
from gradstudio.app.fonts import mono
from gradstudio.app.panels.array_table import ArrayTable
from gradstudio.app.panels.contributions import Contributions, contributions
from gradstudio.app.panels.rows import Heading, Rows
from gradstudio.app.plain import label
from gradstudio.app.plots.histogram import Histogram
from gradstudio.app.plots.image import ImageStrip
from gradstudio.app.theme import colors
from gradstudio.engine.trace import Summaries, Trace
from gradstudio.graph.model import Graph
from gradstudio.graph.query import rows_of
from gradstudio.picture.color import Scale, magnitude, signed, text_on
from gradstudio.picture.numbers import number, value_text
from gradstudio.picture.states import State
from gradstudio.picture.tokens import Theme


class NumberPage(QStackedWidget):
    """Signal node_wanted(node): a contributor was clicked. Its two faces are the summary and the table."""

    node_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._big = label("")
        self._big.setFont(mono(22, 600))
        self._big.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._big.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._exact = label("")
        self._exact.setFont(mono(11))
        self._state = label("")
        self._state.setWordWrap(True)
        self._from_title = Heading(theme, "What arrives here")
        self._from = Contributions(theme)
        self._from.node_wanted.connect(self.node_wanted)
        self._heading = Heading(theme, "Distribution")
        self._histogram = Histogram(theme)
        self._rows = Rows(theme)
        self._image_title = Heading(theme, "As an image")
        self._image = ImageStrip(theme)
        self._table = ArrayTable(theme)
        self._summary = self._scrolled()
        self.addWidget(self._summary)
        self.addWidget(self._table)
        self.set_theme(theme)

    def _scrolled(self) -> QScrollArea:
        self._number_part = _group(2, self._big, self._exact, self._state)
        self._from_part = _group(6, self._from_title, self._from)
        self._spread_part = _group(6, self._heading, self._histogram, self._rows)
        self._image_part = _group(6, self._image_title, self._image)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(14)
        for part in (self._number_part, self._from_part, self._spread_part, self._image_part):
            box.addWidget(part)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        bar = scroll.verticalScrollBar()
        # A scroll bar stands in the margin, so that nothing moves when it appears.
        bar.rangeChanged.connect(lambda low, high: box.setContentsMargins(16, 14, 6 if high > low else 16, 14))
        return scroll

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        c = colors(theme.name)
        self._summary.setStyleSheet(f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {c.panel}; }}")
        self._exact.setStyleSheet(f"color: {c.muted};")
        self._state.setStyleSheet(f"color: {c.ink2};")
        for part in (
            self._from_title, self._from, self._heading, self._histogram, self._rows, self._image_title, self._image,
            self._table,
        ):  # fmt: skip
            part.set_theme(theme)

    @property
    def has_table(self) -> bool:
        """Whether there is an array to be shown as a table."""
        return self._table.array.size > 0

    def show_table(self, is_wanted: bool) -> None:
        """The table, or the summary."""
        self.setCurrentIndex(1 if is_wanted and self.has_table else 0)

    def show_value(self, graph: Graph, trace: Trace, node: int, array: np.ndarray | None) -> None:
        """The forward value."""
        s = trace.records.values
        row = int(graph.record[node])
        self._from_part.hide()
        self._state.hide()
        scalar = s.shapes[s.shape[row]] == ()
        self._number_part.setVisible(scalar)
        self._big.show()
        self._big.setStyleSheet("")
        self._big.setText(value_text(s, row))
        self._show(s, row, array, None)

    def show_gradient(self, graph: Graph, trace: Trace, node: int, array: np.ndarray | None, scale: Scale) -> None:
        """The cotangent in the graph's sweep, or why there is none."""
        state = state_of(graph, trace, node)
        parts = contributions(graph, trace, node)
        words = why(state)
        if graph.is_target[node] and not parts and not words:
            words = "the target: the backward pass starts here"
        self._number_part.show()
        self._state.setVisible(bool(words))
        self._state.setText(words)
        self._from_part.setVisible(bool(parts))
        self._from_title.set_note(f"{len(parts)} {'product' if len(parts) == 1 else 'products'}")
        self._from.set_parts(parts)
        row = int(rows_of(graph, trace)[node])
        if row < 0 or state == State.BLOCKED:
            for part in (self._big, self._exact):
                part.hide()
            self._show_array(None, None)
            return
        self._show_swatch(trace.sweeps[graph.sweep].cotangents, row, state, scale)
        self._show(trace.sweeps[graph.sweep].cotangents, row, array, scale)

    def _show_swatch(self, c: Summaries, row: int, state: State, scale: Scale) -> None:
        """The gradient on its colour, as in the node."""
        x, rms = float(c.mean[row]), float(c.rms[row])
        scalar = c.shapes[c.shape[row]] == ()
        text = number(x, sign=True, longest=12) if scalar else "rms " + number(rms, 3, longest=12)
        shade = signed(self._theme, scale, np.array([x])) if scalar else magnitude(self._theme, c.rms[row : row + 1])
        back, front = int(shade[0]), int(text_on(shade)[0])
        if state == State.NAN:
            text, back, front = "NaN", self._theme.nan_soft, self._theme.nan_text
        elif state == State.INFINITE:
            back, front = self._theme.surface["panel"], self._theme.ink["ink"]
            text = text if scalar else f"{int(c.infinite[row])} of {int(c.size[row])} ∞"
        elif state == State.ZERO:
            text, back, front = "0", self._theme.zero_fill, self._theme.zero_text
        border = self._theme.nan_hatch if state == State.NAN else self._theme.control
        self._big.setStyleSheet(
            f"background: {_hex(back)}; color: {_hex(front)}; border: 1px solid {_hex(border)}; border-radius: 4px;"
            "padding: 4px 10px;"
        )
        self._big.setText(text)
        self._big.show()

    def _show(self, s: Summaries, row: int, array: np.ndarray | None, scale: Scale | None) -> None:
        scalar = s.shapes[s.shape[row]] == ()
        is_float = s.dtypes[s.dtype[row]].startswith("float")
        exact = repr(float(s.mean[row])).replace("-", "−") if scalar and is_float and np.isfinite(s.mean[row]) else ""
        self._exact.setVisible(bool(exact))
        self._exact.setText("exactly " + exact)
        if scalar:
            self._show_array(None, None)
            return
        self._heading.set_note(f"{int(s.size[row]):,} {'value' if s.size[row] == 1 else 'values'}")
        bins = s.thumbnail[s.thumbnail_start[row] : s.thumbnail_start[row + 1]]
        known = array if array is not None and array.size else bins
        self._histogram.set_values(np.abs(known) if known.dtype.kind == "c" else known, scale)
        self._rows.set_rows(statistics(s, row, array, scale is not None))
        self._show_array(array, scale, keeps_summary=True)

    def _show_array(self, array: np.ndarray | None, scale: Scale | None, keeps_summary: bool = False) -> None:
        """Image and table of a whole array, or neither."""
        whole = array is not None and array.ndim > 0 and array.size > 0
        self._spread_part.setVisible(keeps_summary)
        self._image_part.setVisible(whole)
        self._table.set_array(array if whole and array is not None else np.zeros(0), scale)
        if whole and array is not None:
            self._image_title.set_note(self._image.set_array(array, scale))
        if not self.has_table:
            self.setCurrentIndex(0)


def _group(spacing: int, *parts: QWidget) -> QWidget:
    """Widgets that come and go together."""
    group = QWidget()
    box = QVBoxLayout(group)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(spacing)
    for part in parts:
        box.addWidget(part)
    return group


def _hex(argb: int) -> str:
    return f"#{argb & 0xFFFFFF:06X}"
