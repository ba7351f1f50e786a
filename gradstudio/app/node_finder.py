"""Finding nodes by name, op and line, or by what they hold: `|g| < 1e-7 and op == tanh`."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from gradstudio.app.filter_help import filter_help
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors
from gradstudio.engine.trace import Trace
from gradstudio.graph.filter import Filter, FilterError, is_expression
from gradstudio.graph.filter_parser import LONGEST
from gradstudio.graph.model import Graph
from gradstudio.picture.fonts import plain

_ROWS = 10
_ROW = 24
_WIDE = 320
_PAGE = 200
_Index = QModelIndex | QPersistentModelIndex


class _Hits(QAbstractListModel):
    """The nodes found, a page of them at a time: laying out a long list takes longer than finding it."""

    def __init__(self) -> None:
        super().__init__()
        self.graph: Graph | None = None
        self.nodes = np.zeros(0, np.int64)
        self.first = 0  # of the page, a place in nodes

    def set_nodes(self, graph: Graph | None, nodes: np.ndarray) -> None:
        """Other nodes."""
        self.beginResetModel()
        self.graph, self.nodes, self.first = graph, nodes, 0
        self.endResetModel()

    def index_of(self, place: int) -> QModelIndex:
        """The row of a place in nodes; its page is turned to."""
        first = place // _PAGE * _PAGE
        if first != self.first:
            self.beginResetModel()
            self.first = first
            self.endResetModel()
        return self.index(place - first)

    def rowCount(self, parent: _Index | None = None) -> int:
        return min(len(self.nodes) - self.first, _PAGE)

    def data(self, index: _Index, role: int = 0) -> object:
        if self.graph is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        node, graph = self.nodes.item(self.first + index.row()), self.graph
        return f"{plain(graph.title[node], 40)}   {plain(graph.label[node], 30)}   L{graph.line[node]}"


class NodeFinder(QLineEdit):
    """A line to type in, and below it the nodes that fit, how many they are, or what is wrong with the filter.

    Signals: hits_changed(int32 array of the records of all nodes that fit, or None while nothing is looked for);
    found(record) as a person walks through them: Enter goes to the next, Shift+Enter to the one before, the arrows
    choose in the list; left() after Esc or a click, when the search is over.
    """

    found = Signal(int)
    hits_changed = Signal(object)
    left = Signal()

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self._graph: Graph | None = None
        self._filter: Filter | None = None
        self._at = -1  # the row a person has walked to
        self._wrong = ""
        self._searched = ""
        self._has_hits = False  # what hits_changed said last
        self.setFont(words(12))
        self.setPlaceholderText("Find node")
        self.setAccessibleName("Find node")
        self.setAccessibleDescription("Words of a name or op, a line such as L12, or a filter such as |g| < 1e-7")
        self.setToolTip(filter_help())
        self.setTextMargins(24, 0, 44, 0)
        self.setMaxLength(LONGEST)
        self._popup = QFrame(self.window())
        self._popup.setObjectName("found")
        self._popup.hide()
        self._view = QListView(self._popup)
        self._view.setUniformItemSizes(True)
        self._view.setFont(mono(12))
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setAccessibleName("Nodes found")
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hits = _Hits()
        self._view.setModel(self.hits)
        self.said = label("", self._popup)
        self.said.setFont(words(11))
        self.said.setWordWrap(True)
        self.said.setContentsMargins(6, 3, 6, 3)
        box = QVBoxLayout(self._popup)
        box.setContentsMargins(4, 4, 4, 4)
        box.setSpacing(2)
        box.addWidget(self._view)
        box.addWidget(self.said)
        self.textEdited.connect(self._on_edited)
        self.textChanged.connect(self._on_changed)
        self._view.clicked.connect(self._on_clicked)
        self.set_colors(colors)

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        self.colors = colors
        self._popup.setStyleSheet(
            f"#found {{ background: {colors.raised}; border: 1px solid {colors.control}; border-radius: 4px; }}"
        )
        self._view.setStyleSheet(
            f"QListView {{ background: {colors.raised}; color: {colors.ink}; border: none; outline: none; }}"
            f"QListView::item {{ height: {_ROW}px; padding-left: 6px; border-radius: 4px; }}"
            f"QListView::item:hover {{ background: {colors.hover}; }}"
            f"QListView::item:selected {{ background: {colors.selected}; color: {colors.ink}; }}"
        )
        self._say()
        self.update()

    def set_graph(self, graph: Graph | None, trace: Trace | None = None) -> None:
        """Search in another graph; what is typed is looked for there at once."""
        self._graph = graph
        self._filter = None if graph is None or trace is None else Filter(graph, trace)
        self.close_list()
        self._search(self.text())

    def matches(self, text: str) -> list[int]:
        """Nodes that fit: those whose name begins with the text first, then in the order of the tape.

        Raises FilterError.
        """
        if self._filter is None or not text.strip():
            return []
        return self._matches(text).tolist()

    def _matches(self, text: str) -> np.ndarray:
        assert self._filter is not None
        nodes = np.flatnonzero(self._filter.match(text))
        if is_expression(text):
            return nodes
        begins = self._filter.begins(text)[nodes]
        return np.concatenate([nodes[begins], nodes[~begins]])

    def close_list(self) -> None:
        """Hide the list; what was found stays found."""
        self._popup.hide()

    # for a field that finds more than nodes

    least_width = _WIDE  # of the list

    @property
    def most_rows(self) -> int:
        """How many nodes the list shows at once."""
        return _ROWS

    def searches_nodes(self, text: str) -> bool:
        """Whether nodes are looked for."""
        return self._filter is not None and bool(text.strip())

    def finds_more(self, text: str) -> bool:
        """Looks for what else fits, after the nodes were found; gives whether there is any."""
        return False

    def is_open_for(self, text: str) -> bool:
        """Whether a list opens for this text."""
        return self.searches_nodes(text)

    def extra_height(self) -> int:
        """Pixels of the list below the nodes."""
        return 0

    # searching

    def _on_edited(self, text: str) -> None:
        """A person types: the list opens."""
        self._search(text)
        self._open_list()

    def _on_changed(self, text: str) -> None:
        """Qt says so after every edit, too."""
        if text != self._searched:
            self._search(text)

    def _search(self, text: str) -> None:
        self._searched = text
        nodes, self._wrong, self._at = np.zeros(0, np.int64), "", -1
        is_asked = self.searches_nodes(text)
        if is_asked:
            try:
                nodes = self._matches(text)
            except FilterError as error:
                self._wrong = str(error)
        self.hits.set_nodes(self._graph, nodes)
        if len(nodes):
            self._view.setCurrentIndex(self.hits.index_of(0))
        finds_more = self.finds_more(text)
        # No node is lit, and none dimmed, while words are those of something else.
        has_hits = is_asked and not self._wrong and (len(nodes) > 0 or not finds_more)
        if has_hits or self._has_hits:
            assert self._graph is not None or not has_hits
            self.hits_changed.emit(self._graph.record[nodes] if has_hits and self._graph is not None else None)
        self._has_hits = has_hits
        self._say()
        if not self.is_open_for(text):
            self.close_list()

    def _open_list(self) -> None:
        """Show what was found under the field."""
        if not self.is_open_for(self.text()):
            return
        count = min(len(self.hits.nodes), self.most_rows)
        self._view.setVisible(count > 0)
        self._view.setFixedHeight(count * _ROW + 4)
        width = max(self.width(), self.least_width)
        self.said.setFixedHeight(self.said.heightForWidth(width - 10))
        height = 10 + (count * _ROW + 6 if count else 0) + self.said.height() + self.extra_height()
        corner = self.mapTo(self.window(), QPoint(0, self.height() + 2))
        self._popup.setParent(self.window())
        self._popup.setGeometry(corner.x() + self.width() - width, corner.y(), width, height)
        self._popup.show()
        self._popup.raise_()

    def _say(self) -> None:
        """How many fit and which of them is shown, or what is wrong."""
        self.said.setStyleSheet(f"color: {self.colors.error if self._wrong else self.colors.muted};")
        count = len(self.hits.nodes)
        of = self._graph.whole_nodes if self._graph is not None else 0
        if self._wrong:
            text = self._wrong
        elif not count:
            text = "No node fits."
        elif self._at >= 0:
            text = f"{self._at + 1:,} of {count:,}. Enter: next, Shift+Enter: previous"
        else:
            text = f"{count:,} of {of:,} {'node fits' if count == 1 else 'nodes fit'}. Enter goes to the first"
        self.said.setText(text)
        self.said.setAccessibleName(text)
        self.update()

    # walking

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) node that fits; the ends meet."""
        count = len(self.hits.nodes)
        if not count or self._graph is None:
            return
        place = self._current()
        if place < 0 or place == self._at or by < 0:
            place = (max(self._at, 0 if by < 0 else -1) + by) % count
        self._go(place)

    def _current(self) -> int:
        """The place of the row that is marked in the list, -1 for none."""
        row = self._view.currentIndex().row()
        return row + self.hits.first if row >= 0 else -1

    def _mark(self, place: int) -> None:
        index = self.hits.index_of(place)
        self._view.setCurrentIndex(index)
        self._view.scrollTo(index)

    def _go(self, place: int) -> None:
        assert self._graph is not None
        self._at = place
        self._mark(place)
        self._say()
        self.found.emit(int(self._graph.record[self.hits.nodes[place]]))

    def _on_clicked(self, index: QModelIndex) -> None:
        self.close_list()
        self._go(index.row() + self.hits.first)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        count = len(self.hits.nodes)
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and count:
            self._open_list()
            self._mark((self._current() + (1 if key == Qt.Key.Key_Down else -1)) % count)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._filter is not None:
            self._filter.prepare()
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_list()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        count = len(self.hits.nodes)
        note = "Ctrl+P" if not self.text() and not self.hasFocus() else ""
        if self._has_hits:
            note = f"{self._at + 1:,}/{count:,}" if self._at >= 0 else f"{count:,}"
        painter = QPainter(self)
        try:
            painter.drawPixmap(QPointF(9, 7), pixmap("search", self.colors.muted, 14, self.devicePixelRatioF()))
            painter.setFont(words(10))
            painter.setPen(QColor(self.colors.error if self._wrong else self.colors.muted))
            note = "?" if self._wrong else note
            width = QFontMetricsF(words(10)).horizontalAdvance(note)
            painter.drawText(QPointF(self.width() - width - 10, 18), note)
        finally:
            painter.end()
