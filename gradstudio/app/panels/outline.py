"""Outline: the whole graph as a sortable tree and table, for the keyboard, screen readers and very large runs."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from gradstudio.app.controls import Segments
from gradstudio.app.filter_help import filter_help
from gradstudio.app.fonts import words
from gradstudio.app.panels.outline_columns import Columns
from gradstudio.app.panels.outline_model import OutlineModel
from gradstudio.app.panels.outline_views import OutlineTable, OutlineTree
from gradstudio.app.plain import label
from gradstudio.app.theme import colors
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace, is_renewal
from gradstudio.graph.filter import Filter, FilterError
from gradstudio.graph.model import Graph
from gradstudio.graph.query import node_of_record
from gradstudio.picture.tokens import Theme
from gradstudio.studio.outcome import Outcome, View
from gradstudio.studio.session import Session

_OPEN = 300
"""A graph of at most so many nodes has all its branches open at first."""
_PAUSE = 1.0
"""Seconds after which a letter begins another name."""


class Outline(QWidget):
    """A graph with nothing folded, as a tree of its groups or as a table of its nodes.

    Signals, in numbers of records: record_selected when a person moves to a node, record_activated when Enter or a
    double click asks to see it. While the panel is hidden it does nothing; it catches up when it is shown.
    """

    id = "outline"
    title = "Outline"
    record_selected = Signal(int)
    record_activated = Signal(int)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._graph: Graph | None = None
        self._trace: Trace | None = None
        self._problems: Sequence[Problem] = ()
        self._shown: tuple[Graph | None, Trace | None] = (None, None)  # what the models hold
        self._columns: Columns | None = None
        self._filter: Filter | None = None
        self._record = -1  # selected
        self._opened: set[str] = set()  # ids of groups, by hand
        self._closed: set[str] = set()
        self._is_telling = True  # whether a change of the current row is a person's
        self._typed, self._typed_at = "", 0.0
        self.tree, self.table = OutlineTree(), OutlineTable()
        self.models = (OutlineModel(theme, True), OutlineModel(theme, False))
        self._build()
        self.set_theme(theme)
        session.runs.drawn.connect(self._on_drawn)
        session.runs.finished.connect(self._on_finished)
        session.selection.node_changed.connect(self._on_selected)
        self.record_selected.connect(session.selection.select_record)
        self.record_activated.connect(session.show_record)

    # the session

    def _on_drawn(self, view: View | None) -> None:
        graph, trace = (view.whole, view.trace) if view is not None else (None, None)
        self.set_view(graph, trace, self._problems)

    def _on_finished(self, outcome: Outcome) -> None:
        self.set_view(self._graph, self._trace, outcome.problems)

    def _on_selected(self, _node: int | None) -> None:
        self.select_record(self._session.selection.record)

    def _build(self) -> None:
        self.field = QLineEdit()
        self.field.setPlaceholderText("Filter, e.g. |g| < 1e-7 and op == tanh")
        self.field.setAccessibleName("Filter the outline")
        self.field.setToolTip(filter_help())
        self.field.setClearButtonEnabled(True)
        self.field.setFixedHeight(28)
        self.field.setMaxLength(500)
        self.field.textChanged.connect(self._on_filter)
        self.field.returnPressed.connect(self._on_filter_entered)
        self.switch = Segments(colors(self._theme.name), (("Tree", ""), ("Table", "")))
        self.switch.setAccessibleName("Outline as")
        self.switch.chosen.connect(self.set_mode)
        self.said = label("")
        self.said.setFont(words(11))
        self.said.setContentsMargins(12, 0, 12, 4)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 8, 4)
        bar.setSpacing(8)
        bar.addWidget(self.field, 1)
        bar.addWidget(self.switch)
        self._pages = QStackedWidget()
        for view, model in zip((self.tree, self.table), self.models, strict=True):
            view.setModel(model)
            self._pages.addWidget(view)
            head = _head(view)
            view.set_widths(head)
            view.selectionModel().currentChanged.connect(self._on_current)
            view.activated.connect(self._on_activated)
            view.typed.connect(self._on_typed)
            view.sort_wanted.connect(self._on_sort_wanted)
        self.tree.expanded.connect(self._on_branch)
        self.tree.collapsed.connect(self._on_branch)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(bar)
        box.addWidget(self.said)
        box.addWidget(self._pages, 1)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        c = colors(theme.name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(f"Outline {{ background: {c.panel}; }}")
        self.switch.set_colors(c)
        for view, model in zip((self.tree, self.table), self.models, strict=True):
            model.set_theme(theme)
            view.set_colors(c)
        self._say()

    # what is shown

    def set_view(self, graph: Graph | None, trace: Trace | None, problems: Sequence[Problem] = ()) -> None:
        """Show another whole graph and its trace; None: nothing. Branches and the selected node stay as they were."""
        if graph is not self._graph and self._record >= 0:
            self._record = self._moved(graph)
        self._graph, self._trace, self._problems = graph, trace, problems
        if self.isVisible():
            self._catch_up()

    def set_mode(self, mode: int) -> None:
        """0: tree, 1: table."""
        self.switch.set_current(mode)
        self._pages.setCurrentIndex(mode)
        self._fill()

    @property
    def mode(self) -> int:
        """0: tree, 1: table."""
        return self._pages.currentIndex()

    @property
    def _view(self) -> OutlineTree | OutlineTable:
        return (self.tree, self.table)[self.mode]

    @property
    def _model(self) -> OutlineModel:
        return self.models[self.mode]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def _catch_up(self) -> None:
        """Hold what was set last."""
        if self._shown == (self._graph, self._trace):
            if self._columns is not None:
                self._columns.set_problems(self._problems)
                self._view.viewport().update()
            return
        graph, trace = self._graph, self._trace
        before = self._shown
        self._shown = (graph, trace)
        if graph is None or trace is None:
            self._columns = self._filter = None
            self._fill()
            return
        self._columns, self._filter = Columns(graph, trace, self._problems), Filter(graph, trace)
        if graph is before[0] and is_renewal(trace, before[1]) and not self.field.text():
            self._model.renew(self._columns)
            self._say()
            return
        self._fill()

    def _fill(self) -> None:
        """Give the open view its rows; the other one is filled when it is opened."""
        shown, wrong = None, ""
        if self._filter is not None and self.field.text().strip():
            try:
                shown = self._filter.match(self.field.text())
            except FilterError as error:
                wrong = str(error)
        self._is_telling = False
        if not wrong:
            self._model.set_columns(self._columns, shown)
            self.models[1 - self.mode].set_columns(None)
            self._open_branches(is_filtered=shown is not None)
        self._show_current()
        self._is_telling = True
        self._say(wrong)

    def _say(self, wrong: str = "") -> None:
        """How much is shown, or what is wrong with the filter."""
        c = colors(self._theme.name)
        self.said.setStyleSheet(f"color: {c.error if wrong else c.muted};")
        if wrong or self._columns is None:
            self.said.setText(wrong or "Nothing has run yet.")
            return
        count = self._columns.nodes
        hits = count if self._model._shown is None else int(np.count_nonzero(self._model._shown))
        noun = "node" if count == 1 else "nodes"
        self.said.setText(f"{count:,} {noun}" if hits == count else f"{hits:,} of {count:,} {noun}")

    # branches

    def _open_branches(self, is_filtered: bool) -> None:
        if self.mode or self._columns is None:
            return
        c = self._columns
        nodes = c.nodes if not is_filtered else int(np.count_nonzero(self._model._shown))
        opens = nodes <= _OPEN
        if not opens and not self._opened:
            return
        for number, group in enumerate(c.graph.groups):
            is_open = group.id in self._opened or (opens and (is_filtered or group.id not in self._closed))
            if is_open and (index := self.models[0].index_of(c.nodes + number)).isValid():
                self.tree.setExpanded(index, True)

    def _on_branch(self, index: QModelIndex) -> None:
        """A branch was opened or closed: so it stays in later runs."""
        group = self.models[0].group(index.internalId())
        if self._is_telling and group is not None:
            is_open = self.tree.isExpanded(index)
            (self._opened if is_open else self._closed).add(group.id)
            (self._closed if is_open else self._opened).discard(group.id)

    # the selected node

    @property
    def _item(self) -> int:
        """The selected node, -1 for none."""
        return -1 if self._columns is None or self._record < 0 else self._columns.item_of(self._record)

    def select_record(self, record: int) -> None:
        """Move to the node that shows a record, opening branches on the way; -1: to none. Nothing is signalled."""
        if record == self._record:
            return
        self._record = record
        if self.isVisible():
            self._is_telling = False
            self._show_current()
            self._is_telling = True

    def _moved(self, graph: Graph | None) -> int:
        """The selected node's record in another graph, -1 if it is not there."""
        node = -1 if self._graph is None else node_of_record(self._graph, self._record)
        if node < 0 or graph is None or self._graph is None or self._graph.ids[node] not in graph.ids:
            return -1
        return int(graph.record[graph.ids.index(self._graph.ids[node])])

    def _show_current(self) -> None:
        index = self._model.index_of(self._item)
        selection = self._view.selectionModel()
        if not index.isValid():
            if self._record < 0:
                selection.clearSelection()
                selection.clearCurrentIndex()
            return
        self._view.setCurrentIndex(index)
        self._view.scrollTo(index)

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not self._is_telling or self._columns is None or not index.isValid():
            return
        record = self._columns.record(index.internalId())
        if record >= 0 and record != self._record:
            self._record = record
            self.record_selected.emit(record)

    def _on_activated(self, index: QModelIndex) -> None:
        if self._columns is None:
            return
        record = self._columns.record(index.internalId())
        if record >= 0:
            self.record_activated.emit(record)
        else:
            first = index.siblingAtColumn(0)
            self.tree.setExpanded(first, not self.tree.isExpanded(first))

    # what a person types

    def _on_filter(self) -> None:
        self._fill()

    def _on_filter_entered(self) -> None:
        """From the field to the rows: to the selected one, or to the first node."""
        self._view.setFocus()
        rows = self._model.shown_nodes()
        if len(rows) and not self._model.index_of(self._item).isValid():
            self._go(int(rows[0]))

    def _on_typed(self, text: str) -> None:
        """Letters in the rows look for the next name that begins so."""
        if self._filter is None or not text:
            return
        now = time.monotonic()
        again = now - self._typed_at < _PAUSE
        self._typed_at = now
        self._typed = self._typed + text if again and text != self._typed else text
        rows = self._model.shown_nodes()
        hits = np.flatnonzero(self._filter.begins(self._typed)[rows])
        if not len(hits):
            return
        here = np.flatnonzero(rows == self._item)
        at = int(here[0]) if len(here) else -1
        if len(self._typed) == 1:
            at += 1  # the same letter again: on to the next
        later = hits[hits >= at]
        self._go(int(rows[later[0] if len(later) else hits[0]]))

    def _go(self, item: int) -> None:
        index = self._model.index_of(item)
        self._view.setCurrentIndex(index)
        self._view.scrollTo(index)

    def _on_sort_wanted(self, column: int) -> None:
        """Sort by a column, the other way the second time; -1: as computed."""
        head = _head(self._view)
        is_again = head.sortIndicatorSection() == column and head.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        head.setSortIndicator(column, Qt.SortOrder.DescendingOrder if is_again else Qt.SortOrder.AscendingOrder)


def _head(view: OutlineTree | OutlineTable) -> QHeaderView:
    return view.header() if isinstance(view, OutlineTree) else view.horizontalHeader()
