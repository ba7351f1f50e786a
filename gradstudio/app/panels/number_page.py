"""The Value and Gradient tabs: a number large, or an array as distribution, statistics and table."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.facts import state_of, statistics, why
from gradstudio.app.fonts import mono, words
from gradstudio.app.panels.array_table import ArrayTable
from gradstudio.app.panels.contributions import Contributions, contributions
from gradstudio.app.panels.rows import Rows
from gradstudio.app.plots.histogram import Histogram
from gradstudio.engine.trace import Summaries, Trace
from gradstudio.graph.model import Graph
from gradstudio.picture.color import Scale, magnitude, signed, text_on
from gradstudio.picture.numbers import number, value_text
from gradstudio.picture.states import State, rows_of
from gradstudio.picture.tokens import Theme


class NumberPage(QScrollArea):
    """Signal node_wanted(node): a contributor was clicked."""

    node_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(10)
        self._big = QLabel()
        self._big.setFont(mono(22, 600))
        self._big.setTextFormat(Qt.TextFormat.PlainText)
        self._big.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._exact = QLabel()
        self._exact.setFont(mono(11))
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._heading = QLabel("Distribution")
        self._histogram = Histogram(theme)
        self._rows = Rows(theme)
        self._from_title = QLabel("What arrives here")
        self._from = Contributions(theme)
        self._from.node_wanted.connect(self.node_wanted)
        self._elements = QLabel("Elements")
        self._table = ArrayTable()
        self._table.setMinimumHeight(150)
        for heading in (self._heading, self._from_title, self._elements):
            heading.setFont(words(12, 600))
        for part in (
            self._big, self._exact, self._state, self._heading, self._histogram, self._rows, self._from_title, self._from,
            self._elements,
        ):  # fmt: skip
            box.addWidget(part)
        box.addWidget(self._table, 1)
        box.addStretch(0)
        self.setWidget(body)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        panel = QColor(color(theme.surface["panel"])).name()
        self.setStyleSheet(f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {panel}; }}")
        self._exact.setStyleSheet(f"color: {QColor(color(theme.ink['muted'])).name()};")
        self._state.setStyleSheet(f"color: {QColor(color(theme.ink['ink2'])).name()};")
        for part in (self._histogram, self._rows, self._from):
            part.set_theme(theme)

    def show_value(self, graph: Graph, trace: Trace, node: int, array: np.ndarray | None) -> None:
        """The forward value."""
        s = trace.records.values
        row = int(graph.record[node])
        self._from_title.hide()
        self._from.hide()
        self._state.hide()
        self._big.setStyleSheet("")
        self._show(s, row, array, value_text(s, row), None)

    def show_gradient(self, graph: Graph, trace: Trace, node: int, array: np.ndarray | None, scale: Scale) -> None:
        """The cotangent in the graph's sweep, or why there is none."""
        state = state_of(graph, trace, node)
        words_for_it = why(state)
        self._state.setVisible(bool(words_for_it))
        self._state.setText(words_for_it)
        parts = contributions(graph, trace, node)
        self._from_title.setVisible(bool(parts))
        self._from.setVisible(bool(parts))
        self._from.set_parts(parts)
        row = int(rows_of(graph, trace)[node])
        if row < 0:
            for part in (self._big, self._exact, self._heading, self._histogram, self._rows, self._elements, self._table):
                part.hide()
            return
        c = trace.sweeps[graph.sweep].cotangents
        x = float(c.mean[row])
        scalar = c.shapes[c.shape[row]] == ()
        text = number(x, sign=True, longest=12) if scalar else number(float(c.rms[row]), 3, longest=12) + " rms"
        if state == State.NAN:
            text = "NaN"
        fill = signed(self._theme, scale, np.array([x])) if scalar else magnitude(self._theme, c.rms[row : row + 1])
        ink = text_on(fill)
        if np.isfinite(x):
            back, front = QColor(color(fill[0])).name(), QColor(color(ink[0])).name()
            self._big.setStyleSheet(f"background: {back}; color: {front}; border-radius: 4px; padding: 4px 10px;")
        else:
            soft, front = QColor(color(self._theme.nan_soft)).name(), QColor(color(self._theme.nan_text)).name()
            self._big.setStyleSheet(f"background: {soft}; color: {front}; border-radius: 4px; padding: 4px 10px;")
        self._show(c, row, array, text, scale)

    def _show(self, s: Summaries, row: int, array: np.ndarray | None, text: str, scale: Scale | None) -> None:
        scalar = s.shapes[s.shape[row]] == ()
        self._big.setVisible(scalar or scale is not None)
        self._big.setText(text)
        exact = repr(float(s.mean[row])) if scalar and s.dtypes[s.dtype[row]].startswith("float") else ""
        self._exact.setVisible(bool(exact))
        self._exact.setText(exact.replace("-", "−"))
        whole_array = array is not None and array.ndim > 0 and array.size > 0
        self._heading.setVisible(not scalar)
        self._histogram.setVisible(not scalar)
        if not scalar:
            bins = s.thumbnail[s.thumbnail_start[row] : s.thumbnail_start[row + 1]]
            self._histogram.set_values(np.abs(array) if whole_array and array.dtype.kind == "c" else array if whole_array else bins, scale)  # type: ignore[union-attr, arg-type]
        self._rows.setVisible(not scalar)
        self._rows.set_rows([] if scalar else statistics(s, row))
        self._elements.setVisible(whole_array)
        self._table.setVisible(whole_array)
        if whole_array and array is not None:
            self._table.set_array(array)
