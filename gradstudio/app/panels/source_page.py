"""The Source tab: where a node comes from in the text, what it takes and who takes it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.app.panels.rows import Heading
from gradstudio.app.plain import label, tip
from gradstudio.app.theme import colors
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Span, Trace
from gradstudio.graph.model import Graph
from gradstudio.graph.query import consumers, inputs
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import Theme

_CHARACTER = 0.6  # width of a JetBrains Mono character, in em
_SIZE = 11.5
_ROW = 20
_MOST_LINES = 8
_MOST_LINKS = 20


class CodeBlock(QWidget):
    """Lines of the program with one span marked. Long lines end in an ellipsis."""

    def __init__(self, theme: Theme, lines: list[str], first: int, span: Span, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        self._lines = [line[indent:] for line in lines]
        self._first, self._indent, self._span = first, indent, span
        self.setFixedHeight(_ROW * len(lines) + 12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Source")
        self.setAccessibleDescription("\n".join(plain(line, 1000) for line in lines))
        self.setToolTip(tip("\n".join(self._lines)))

    def sizeHint(self) -> QSize:
        return QSize(288, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        wide = _CHARACTER * _SIZE
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(QPen(color(t.hairline), 1.0))
            p.setBrush(color(t.surface["sunken"]))
            p.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            p.setFont(mono(_SIZE))
            room = int((self.width() - 46) / wide)
            for k, line in enumerate(self._lines):
                top = 6 + k * _ROW
                number = self._first + k
                p.setPen(color(t.ink["muted"]))
                p.drawText(
                    QRectF(0, top, 28, _ROW), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number)
                )
                begin, end = self._marked(number, len(line))
                if end > begin:
                    p.setPen(Qt.PenStyle.NoPen)
                    p.setBrush(color(t.accent_soft))
                    shown = min(end, room) - begin
                    p.drawRoundedRect(QRectF(38 + begin * wide - 2, top + 2, max(shown, 0) * wide + 4, _ROW - 4), 3, 3)
                p.setPen(color(t.ink["ink"]))
                text = plain(line, max(room, 1)) if line else ""
                p.drawText(QRectF(38, top, self.width() - 40, _ROW), Qt.AlignmentFlag.AlignVCenter, text)
        finally:
            p.end()

    def _marked(self, number: int, length: int) -> tuple[int, int]:
        """The columns of a line that belong to the span."""
        line, column, end_line, end_column = self._span
        if not line <= number <= end_line:
            return 0, 0
        begin = column - self._indent if number == line else 0
        end = end_column - self._indent if number == end_line else length
        return max(begin, 0), min(max(end, 0), length)


class SourcePage(QScrollArea):
    """Signal node_wanted(node): an input or consumer was clicked."""

    node_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        panel = colors(theme.name).panel
        self.setStyleSheet(f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {panel}; }}")

    def show_node(self, graph: Graph, trace: Trace, node: int, text: str) -> None:
        """Replace everything by what concerns this node."""
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        record = int(graph.record[node])
        op = trace.records.ops[trace.records.op[record]]
        row = TABLE.get(op)
        self._heading(f"Operation {op}" if row is not None else plain(graph.label[node]).capitalize())
        if row is not None:
            doc = row.doc.strip().split("\n\n")[0]
            self._words(" ".join(doc.split()))
        line, column, end_line, end_column = (int(v) for v in trace.records.span[record])
        lines = text.split("\n")
        if 0 < line <= len(lines):
            last = min(max(end_line, line), len(lines), line + _MOST_LINES - 1)
            self._heading(f"Line {line}" if last == line else f"Lines {line} to {last}", self._path(graph, node))
            span = (line, column, end_line, end_column)
            self._box.addWidget(CodeBlock(self._theme, lines[line - 1 : last], line, span))
        self._links("Takes", graph, inputs(graph, node))
        self._links("Is used by", graph, consumers(graph, node))

    def _path(self, graph: Graph, node: int) -> str:
        """The loops and calls the node stands in, from outside in."""
        path = []
        group = int(graph.group[node])
        while group >= 0:
            path.append(plain(graph.groups[group].title, 40))
            group = graph.groups[group].parent
        return ", ".join(reversed(path))

    def _heading(self, text: str, note: str = "") -> None:
        if self._box.count():
            self._box.addSpacing(6)
        heading = Heading(self._theme, text)
        heading.set_note(note)
        self._box.addWidget(heading)

    def _words(self, text: str) -> None:
        made = label(text)
        made.setWordWrap(True)
        made.setStyleSheet(f"color: {colors(self._theme.name).ink2};")
        self._box.addWidget(made)

    def _links(self, title: str, graph: Graph, nodes: list[int]) -> None:
        if not nodes:
            return
        self._heading(title, f"{len(nodes)}" if len(nodes) > 1 else "")
        for other in nodes[:_MOST_LINKS]:
            note = plain(graph.label[other]) + (f", line {graph.line[other]}" if graph.line[other] > 0 else "")
            link = NodeLink(self._theme, plain(graph.title[other]), note, other)
            link.node_wanted.connect(self.node_wanted)
            self._box.addWidget(link)
        if len(nodes) > _MOST_LINKS:
            self._words(f"and {len(nodes) - _MOST_LINKS:,} more")


class NodeLink(QPushButton):
    """A node's name and what it is; a click asks for it."""

    node_wanted = Signal(int)

    def __init__(self, theme: Theme, name: str, note: str, node: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.name, self.note, self.node = name, note, node
        self.setAutoDefault(False)
        self.setFixedHeight(28)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{name}, {note}")
        self.setToolTip(tip(f"{name}  {note}"))
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.node_wanted.emit(self.node)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colors(self._theme.name)
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            is_lit = self.underMouse() or self.hasFocus()
            p.setPen(QPen(color(self._theme.accent if self.hasFocus() else self._theme.control), 1.0))
            p.setBrush(color(self._theme.surface["hover" if is_lit else "raised"]))
            p.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            p.setPen(c.ink)
            p.setFont(words(12, 600))
            metrics = p.fontMetrics()
            name = metrics.elidedText(self.name, Qt.TextElideMode.ElideRight, self.width() // 2)
            p.drawText(QRectF(10, 0, self.width() / 2, self.height()), Qt.AlignmentFlag.AlignVCenter, name)
            left = 10 + metrics.horizontalAdvance(name) + 10
            p.setFont(words(11))
            p.setPen(c.muted)
            room = self.width() - left - 10
            note = p.fontMetrics().elidedText(self.note, Qt.TextElideMode.ElideRight, room)
            area = QRectF(left, 0, room, self.height())
            p.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        finally:
            p.end()
