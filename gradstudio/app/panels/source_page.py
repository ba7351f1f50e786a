"""The Source tab: where a node comes from in the text, what it takes and who takes it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.graph.query import consumers, inputs
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import Theme


class SourcePage(QScrollArea):
    """Signal node_wanted(node): an input or consumer was clicked."""

    node_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._body = QWidget()
        self._box = QVBoxLayout(self._body)
        self._box.setContentsMargins(16, 14, 16, 14)
        self._box.setSpacing(6)
        self._box.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(self._body)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        panel = QColor(color(theme.surface["panel"])).name()
        self.setStyleSheet(f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {panel}; }}")

    def show_node(self, graph: Graph, trace: Trace, node: int, text: str) -> None:
        """Replace everything by what concerns this node."""
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        name = trace.records.ops[trace.records.op[graph.record[node]]]
        row = TABLE.get(name)
        self._heading(row.signature if row is not None else graph.label[node])
        if row is not None:
            self._words(row.doc.split("\n\n")[0].replace("\n", " "))
        line = int(graph.line[node])
        lines = text.split("\n")
        if 0 < line <= len(lines):
            self._heading(f"Line {line}")
            self._code(lines[line - 1].strip())
        group = int(graph.group[node])
        path = []
        while group >= 0:
            path.append(graph.groups[group].title)
            group = graph.groups[group].parent
        if path:
            self._words("in " + ", ".join(plain(part) for part in path))
        self._links("Takes", graph, inputs(graph, node))
        self._links("Is used by", graph, consumers(graph, node))

    def _heading(self, text: str) -> None:
        label = self._label(text)
        label.setFont(words(12, 600))
        label.setContentsMargins(0, 6, 0, 0)

    def _words(self, text: str) -> None:
        self._label(text).setStyleSheet(f"color: {QColor(color(self._theme.ink['ink2'])).name()};")

    def _code(self, text: str) -> None:
        label = self._label(plain(text, 400))
        label.setFont(mono(11.5))
        sunken, line = (QColor(color(c)).name() for c in (self._theme.surface["sunken"], self._theme.hairline))
        label.setStyleSheet(f"background: {sunken}; border: 1px solid {line}; border-radius: 4px; padding: 6px 8px;")

    def _label(self, text: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._box.addWidget(label)
        return label

    def _links(self, title: str, graph: Graph, nodes: list[int]) -> None:
        if not nodes:
            return
        self._heading(title)
        for other in nodes[:20]:
            text = f"{plain(graph.title[other])}   {plain(graph.label[other])}, line {graph.line[other]}"
            button = QPushButton(text.replace("&", "&&"))
            button.setAutoDefault(False)
            button.setStyleSheet("text-align: left; padding: 0 8px;")
            button.clicked.connect(lambda checked=False, n=other: self.node_wanted.emit(n))
            self._box.addWidget(button)
