"""Inspector: everything about the selected node, in three tabs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.facts import where
from gradstudio.app.fonts import words
from gradstudio.app.panels.number_page import NumberPage
from gradstudio.app.panels.source_page import SourcePage
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.picture.color import scale_of
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import Theme

_LITERAL = 1000  # elements that are copied


class Inspector(QWidget):
    """Signals: value_wanted(record, sweep) asks for a whole array (sweep -1: the value), node_wanted(node) selects
    another node, headline_changed(title, words) for the dock's header."""

    value_wanted = Signal(int, int)
    node_wanted = Signal(int)
    headline_changed = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._graph: Graph | None = None
        self._trace: Trace | None = None
        self._node = -1
        self._text = ""
        self._arrays: dict[tuple[int, int], np.ndarray | None] = {}
        self._asked: set[tuple[int, int]] = set()
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setFont(words(12, 500))
        self._pages = QStackedWidget()
        self._value, self._gradient, self._source = NumberPage(theme), NumberPage(theme), SourcePage(theme)
        for name, page in (("Value", self._value), ("Gradient", self._gradient), ("Source", self._source)):
            self._tabs.addTab(name)
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._on_tab)
        self._gradient.node_wanted.connect(self.node_wanted)
        self._source.node_wanted.connect(self.node_wanted)
        self._copy = QPushButton("Copy as NumPy")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._on_copy)
        self._hint = QLabel("Click a node to see its value, its gradient and where it comes from.")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setContentsMargins(16, 16, 16, 16)
        self._footer = QWidget()
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(16, 8, 16, 8)
        row.addWidget(self._copy)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._tabs)
        box.addWidget(self._hint)
        box.addWidget(self._pages, 1)
        box.addWidget(self._footer)
        self.set_theme(theme)
        self.clear()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        names = {k: QColor(color(c)).name() for k, c in {
            "panel": theme.surface["panel"], "band": theme.surface["band"], "ink": theme.ink["ink"],
            "muted": theme.ink["muted"], "accent": theme.accent, "line": theme.hairline,
        }.items()}  # fmt: skip
        self._tabs.setStyleSheet(
            f"QTabBar {{ background: {names['band']}; border-bottom: 1px solid {names['line']}; }}"
            f"QTabBar::tab {{ height: 28px; padding: 0 14px; color: {names['muted']}; background: {names['band']}; "
            f"border: none; border-top: 2px solid {names['band']}; }}"
            f"QTabBar::tab:selected {{ color: {names['ink']}; background: {names['panel']}; border-top: 2px solid {names['accent']}; }}"
        )
        self._footer.setStyleSheet(f"background: {names['panel']}; border-top: 1px solid {names['line']};")
        self._copy.setStyleSheet("border-top: 1px;")
        self._hint.setStyleSheet(f"color: {names['muted']}; background: {names['panel']};")
        for page in (self._value, self._gradient, self._source):
            page.set_theme(theme)
        self._refresh()

    def clear(self) -> None:
        """Nothing is selected."""
        self._node = -1
        self._hint.show()
        for part in (self._pages, self._footer, self._tabs):
            part.hide()
        self.headline_changed.emit("Inspector", "")

    def show_node(self, graph: Graph, trace: Trace, node: int, text: str) -> None:
        """Show a node of a graph; text is the program the trace came from."""
        if trace is not self._trace:
            self._arrays, self._asked = {}, set()
        self._graph, self._trace, self._node, self._text = graph, trace, node, text
        self._hint.hide()
        for part in (self._pages, self._footer, self._tabs):
            part.show()
        self.headline_changed.emit(plain(graph.title[node]), where(graph, trace, node))
        self._refresh()

    def set_value(self, record: int, sweep: int, array: np.ndarray | None) -> None:
        """The answer to value_wanted."""
        self._arrays[record, sweep] = array
        if self._graph is not None and self._node >= 0 and record == int(self._graph.record[self._node]):
            self._refresh()

    def page(self) -> str:
        """Name of the open tab."""
        return self._tabs.tabText(self._tabs.currentIndex())

    def open_page(self, name: str) -> None:
        """Open a tab by its name."""
        for i in range(self._tabs.count()):
            if self._tabs.tabText(i) == name:
                self._tabs.setCurrentIndex(i)

    def _key(self) -> tuple[int, int]:
        assert self._graph is not None
        record = int(self._graph.record[self._node])
        return record, self._graph.sweep if self.page() == "Gradient" else -1

    def _on_tab(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self._refresh()

    def _refresh(self) -> None:
        if self._graph is None or self._trace is None or not 0 <= self._node < len(self._graph.record):
            return
        page = self.page()
        self._footer.setVisible(page != "Source")
        if page == "Source":
            self._source.show_node(self._graph, self._trace, self._node, self._text)
            return
        key = self._key()
        array = self._arrays.get(key)
        if key not in self._asked:
            self._asked.add(key)
            self.value_wanted.emit(*key)
        if page == "Value":
            self._value.show_value(self._graph, self._trace, self._node, array)
        else:
            self._gradient.show_gradient(self._graph, self._trace, self._node, array, scale_of(self._trace, self._graph.sweep))
        self._copy.setEnabled(array is not None)

    def _on_copy(self) -> None:
        array = self._arrays.get(self._key())
        if array is not None:
            QGuiApplication.clipboard().setText(numpy_literal(array))


def numpy_literal(array: np.ndarray) -> str:
    """Text that rebuilds the array (its first elements, if there are very many)."""
    if array.ndim == 0:
        return repr(array.item())
    part = array
    note = ""
    if array.size > _LITERAL:
        rows = max(1, _LITERAL // max(int(np.prod(array.shape[1:])), 1))
        part = array[:rows]
        note = f"  # the first {len(part)} of {len(array)}"
    body = np.array2string(part, separator=", ", threshold=10**9, floatmode="unique")
    return f"np.array({body}, dtype=np.{array.dtype}){note}"
