"""Finding a node by its name, op or line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QStringListModel, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.theme import Colors
from gradstudio.graph.model import Graph

MOST = 200
"""Rows the list shows; typing more narrows it."""


class NodeFinder(QLineEdit):
    """A line to type in and the nodes that fit below it; Enter or a click takes one."""

    found = Signal(int)

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self._graph: Graph | None = None
        self._nodes: list[int] = []
        self.setFont(words(12))
        self.setPlaceholderText("Find node")
        self.setAccessibleName("Find node")
        self.setTextMargins(24, 0, 44, 0)
        self.setMaxLength(200)
        self._popup = QFrame(self.window())
        self._popup.hide()
        self._view = QListView(self._popup)
        self._view.setUniformItemSizes(True)
        self._view.setFont(mono(12))
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._model = QStringListModel(self)
        self._view.setModel(self._model)
        box = QVBoxLayout(self._popup)
        box.setContentsMargins(4, 4, 4, 4)
        box.addWidget(self._view)
        self.textEdited.connect(self._search)
        self._view.clicked.connect(self._on_clicked)
        self.set_colors(colors)

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        self.colors = colors
        self._popup.setStyleSheet(
            f"QFrame {{ background: {colors.raised}; border: 1px solid {colors.control}; border-radius: 4px; }}"
            f"QListView {{ background: {colors.raised}; color: {colors.ink}; border: none; outline: none; }}"
            f"QListView::item {{ height: 24px; padding-left: 6px; border-radius: 4px; }}"
            f"QListView::item:hover {{ background: {colors.hover}; }}"
            f"QListView::item:selected {{ background: {colors.selected}; color: {colors.ink}; }}"
        )
        self.update()

    def set_graph(self, graph: Graph | None) -> None:
        """Search in another graph."""
        self._graph = graph
        self.close_list()

    def matches(self, text: str) -> list[int]:
        """Nodes whose name begins with the text, then those that hold it in name, op or line ("L10")."""
        graph, wanted = self._graph, text.strip().lower()
        if graph is None or not wanted:
            return []
        first, rest = [], []
        for node, title in enumerate(graph.title):
            if title.lower().startswith(wanted):
                first.append(node)
            elif wanted in f"{title} {graph.label[node]} L{graph.line[node]}".lower():
                rest.append(node)
        return (first + rest)[:MOST]

    def close_list(self) -> None:
        """Hide the list."""
        self._popup.hide()

    def _search(self, text: str) -> None:
        graph = self._graph
        self._nodes = self.matches(text)
        if not self._nodes or graph is None:
            self._popup.hide()
            return
        rows = [f"{graph.title[n][:40]}   {graph.label[n][:30]}   L{graph.line[n]}" for n in self._nodes]
        self._model.setStringList(rows)
        self._view.setCurrentIndex(self._model.index(0))
        corner = self.mapTo(self.window(), QPoint(0, self.height() + 2))
        self._popup.setParent(self.window())
        width = max(self.width(), 280)
        self._popup.setGeometry(corner.x() + self.width() - width, corner.y(), width, min(len(rows), 10) * 24 + 12)
        self._popup.show()
        self._popup.raise_()

    def _on_clicked(self, index: object) -> None:
        self._take(index.row())  # type: ignore[attr-defined]

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._nodes):
            node = self._nodes[row]
            self.close_list()
            self.clear()
            self.found.emit(node)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        row = self._view.currentIndex().row()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._popup.isVisible():
            step = 1 if key == Qt.Key.Key_Down else -1
            self._view.setCurrentIndex(self._model.index((row + step) % len(self._nodes)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._popup.isVisible():
            self._take(row)
        elif key == Qt.Key.Key_Escape:
            self.close_list()
            self.clear()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.close_list()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.drawPixmap(QPointF(9, 7), pixmap("search", self.colors.muted, 14, self.devicePixelRatioF()))
            if not self.text() and not self.hasFocus():
                painter.setFont(words(10))
                painter.setPen(QColor(self.colors.muted))
                width = QFontMetricsF(words(10)).horizontalAdvance("Ctrl+P")
                painter.drawText(QPointF(self.width() - width - 10, 18), "Ctrl+P")
        finally:
            painter.end()
