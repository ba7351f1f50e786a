"""Inspector: everything about the selected node, in three tabs, or about the chosen edge."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gradstudio.app.facts import where
from gradstudio.app.fonts import words
from gradstudio.app.icons import icon
from gradstudio.app.panels.edge_page import EdgePage
from gradstudio.app.panels.number_page import NumberPage
from gradstudio.app.panels.source_page import SourcePage
from gradstudio.app.plain import label
from gradstudio.app.theme import colors
from gradstudio.picture.color import scale_of
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import Theme
from gradstudio.studio.outcome import View
from gradstudio.studio.session import Session
from gradstudio.worker.messages import Value

_LITERAL = 1000  # elements that are copied
_PATIENCE = 150  # milliseconds the last array stays in view while the same node's new one is on its way
_HINT = "Click a node to see its value, its gradient and where it comes from."
Wire = tuple[str, str, int]  # ids of both ends, and the slot
Key = tuple[int, int]  # record, sweep; sweep -1 is the value


class Inspector(QWidget):
    """Follows the session's selection. Signal header_changed(title, subtitle) for the dock's header.

    Whole arrays stay in the worker until a tab that shows them is open; until one comes, its summary is shown.
    """

    id = "inspector"
    title = "Inspector"
    header_changed = Signal(str, str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._view: View | None = None
        self._node = -1
        self._wire: Wire | None = None  # the chosen edge, where no node is selected
        self._arrays: dict[Key, np.ndarray | None] = {}
        self._asked: set[Key] = set()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self._refresh)
        self._build()
        self.set_theme(theme)
        session.selection.node_changed.connect(self._on_node_changed)
        session.runs.drawn.connect(self._on_drawn)
        session.runs.value.connect(self._on_value)
        self._clear()

    def _build(self) -> None:
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setFont(words(12, 500))
        self._tabs.setAccessibleName("Inspector tabs")
        self._pages = QStackedWidget()
        theme = self._theme
        self.value, self.gradient, self.source = NumberPage(theme), NumberPage(theme), SourcePage(theme)
        for name, page in (("Value", self.value), ("Gradient", self.gradient), ("Source", self.source)):
            self._tabs.addTab(name)
            self._pages.addWidget(page)
            page.node_wanted.connect(self._on_node_wanted)
        self._tabs.currentChanged.connect(self._on_tab)
        self.edge = EdgePage(theme)
        self.copy_button = QPushButton("Copy as NumPy")
        self.table_button = QPushButton("Table")
        self.table_button.setCheckable(True)
        for button in (self.copy_button, self.table_button):
            button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._on_copy)
        self.table_button.toggled.connect(self._on_table)
        self._hint = label(_HINT)
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setContentsMargins(16, 16, 16, 16)
        self._footer = QWidget()
        self._footer.setObjectName("footer")
        self._footer.setFixedHeight(44)
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.copy_button)
        row.addWidget(self.table_button)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._tabs)
        box.addWidget(self._hint, 1)
        box.addWidget(self._pages, 1)
        box.addWidget(self.edge, 1)
        box.addWidget(self._footer)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        c = colors(theme.name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(
            f"Inspector {{ background: {c.panel}; }}"
            f"QTabBar {{ background: {c.sunken}; border-bottom: 1px solid {c.hairline}; }}"
            f"QTabBar::tab {{ height: 27px; padding: 0 13px; color: {c.ink2}; background: {c.sunken}; "
            f"border: none; border-top: 2px solid {c.sunken}; border-bottom: 1px solid {c.hairline}; }}"
            f"QTabBar::tab:selected {{ color: {c.ink}; background: {c.panel}; border-top: 2px solid {c.accent}; "
            f"border-bottom: 1px solid {c.panel}; }}"
            f"QTabBar::tab:focus {{ color: {c.accent}; }}"
            f"#footer {{ background: {c.panel}; border-top: 1px solid {c.hairline}; }}"
            f"#footer QPushButton {{ padding: 0 10px; }}"
            f"#footer QPushButton:checked {{ background: {c.accent_soft}; color: {c.accent}; "
            f"border-color: {c.accent}; }}"
        )
        self.copy_button.setIcon(icon("copy", c.ink2, 14, c.faint))
        self._hint.setStyleSheet(f"color: {c.muted};")
        for page in (self.value, self.gradient, self.source, self.edge):
            page.set_theme(theme)
        self._refresh()

    # what the session says

    def _on_drawn(self, view: View | None) -> None:
        known, shown = self._view, self._session.runs.view
        if view is None or shown is None:
            self._view, self._arrays, self._asked = None, {}, set()
            self._clear()
            return
        same_node = known is not None and self._node >= 0 and self._title(known) == self._title(shown, self._selected())
        if known is None or known.run != shown.run or known.trace is not shown.trace:
            self._arrays, self._asked = {}, set()
        self._view = shown
        self._show(self._selected(), waits=same_node)

    def _on_node_changed(self, node: int | None) -> None:
        if self._session.runs.view is not self._view:
            return  # the picture has changed too, and says so next
        if node is not None:
            self._wire = None
        self._show(-1 if node is None else node)

    def show_edge(self, edge: int) -> None:
        """An edge was chosen on the canvas, -1: none is any more. A selected node goes before it."""
        view, self._wire = self._session.runs.view, None
        if view is not None and edge >= 0:
            graph = view.graph
            ends = graph.ids[int(graph.edge_source[edge])], graph.ids[int(graph.edge_target[edge])]
            self._wire = *ends, int(graph.edge_slot[edge])
        if view is self._view:
            self._show(self._selected())

    def _on_value(self, value: Value) -> None:
        view = self._view
        if view is None or value.run != view.run:
            return
        self._arrays[value.record, value.sweep] = value.array
        if self._node >= 0 and (value.record, value.sweep) == self._key():
            self._refresh()

    def _selected(self) -> int:
        node = self._session.selection.node
        return -1 if node is None else node

    def _title(self, view: View, node: int | None = None) -> str:
        node = self._node if node is None else node
        return view.graph.ids[node] if 0 <= node < len(view.graph.ids) else ""

    # showing

    def _clear(self) -> None:
        self._node = -1
        self._patience.stop()
        self._hint.show()
        for part in (self._pages, self._footer, self._tabs, self.edge):
            part.hide()
        self.header_changed.emit("Inspector", "")

    def _show(self, node: int, waits: bool = False) -> None:
        view = self._view
        if view is None or not 0 <= node < len(view.graph.record):
            self._clear()
            self._show_edge()
            return
        self._node = node
        self._hint.hide()
        self.edge.hide()
        for part in (self._pages, self._tabs):
            part.show()
        self.header_changed.emit(plain(view.graph.title[node]), where(view.graph, view.trace, node))
        if waits and self.page() != "Source" and self._key() not in self._arrays:
            self._ask()
            self._patience.start()
        else:
            self._refresh()

    def _show_edge(self) -> None:
        """The chosen edge, where it is in the picture."""
        view, wire = self._view, self._wire
        if view is None or wire is None or wire[0] not in view.graph.ids or wire[1] not in view.graph.ids:
            return
        graph = view.graph
        source, target = graph.ids.index(wire[0]), graph.ids.index(wire[1])
        is_it = (graph.edge_source == source) & (graph.edge_target == target) & (graph.edge_slot == wire[2])
        for edge in np.flatnonzero(is_it)[:1].tolist():
            self._hint.hide()
            self.edge.show_edge(graph, view.trace, edge)
            self.edge.show()
            self.header_changed.emit(f"{plain(graph.title[source], 24)} → {plain(graph.title[target], 24)}", "edge")

    def page(self) -> str:
        """Name of the open tab."""
        return self._tabs.tabText(self._tabs.currentIndex())

    def open_page(self, name: str) -> None:
        """Open a tab by its name."""
        for i in range(self._tabs.count()):
            if self._tabs.tabText(i) == name:
                self._tabs.setCurrentIndex(i)

    def _key(self) -> Key:
        assert self._view is not None
        graph = self._view.graph
        return int(graph.record[self._node]), graph.sweep if self.page() == "Gradient" else -1

    def _ask(self) -> None:
        key = self._key()
        if key not in self._asked:
            self._asked.add(key)
            self._session.runs.fetch(*key)

    def _refresh(self) -> None:
        view = self._view
        self._patience.stop()
        if view is None or not 0 <= self._node < len(view.graph.record):
            return
        page = self.page()
        self._footer.setVisible(page != "Source")
        if page == "Source":
            self.source.show_node(view.graph, view.trace, self._node, view.text)
            return
        array = self._arrays.get(self._key())
        if page == "Value":
            shown = self.value
            shown.show_value(view.graph, view.trace, self._node, array)
        else:
            shown = self.gradient
            scale = scale_of(view.trace, view.graph.sweep)
            shown.show_gradient(view.graph, view.trace, self._node, array, scale)
        self.copy_button.setEnabled(array is not None)
        self.table_button.setVisible(shown.has_table)
        shown.show_table(self.table_button.isChecked())
        self._ask()

    # what a person does

    def _on_tab(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self._refresh()

    def _on_table(self, is_on: bool) -> None:
        for page in (self.value, self.gradient):
            page.show_table(is_on)

    def _on_node_wanted(self, node: int) -> None:
        self._session.selection.select(node)

    def _on_copy(self) -> None:
        array = self._arrays.get(self._key()) if self._node >= 0 and self._view is not None else None
        if array is not None:
            QGuiApplication.clipboard().setText(numpy_literal(array))


def numpy_literal(array: np.ndarray) -> str:
    """NumPy code that makes the array again (of a very long one its first rows, and a comment that says so)."""
    if array.ndim == 0:
        return _named(repr(array.item()))
    part, note = array, ""
    if array.size > _LITERAL:
        rows = max(1, _LITERAL // max(int(np.prod(array.shape[1:])), 1))
        part, note = array[:rows], f"  # the first {rows:,} of {len(array):,}"
    body = np.array2string(part, separator=", ", threshold=10**9, floatmode="unique", max_line_width=100)
    return f"np.array({_named(body)}, dtype=np.{_dtype(array)}){note}"


def _named(text: str) -> str:
    """nan and inf as NumPy spells them."""
    return text.replace("nan", "np.nan").replace("inf", "np.inf")


def _dtype(array: np.ndarray) -> str:
    return "bool_" if array.dtype.kind == "b" else str(array.dtype)
