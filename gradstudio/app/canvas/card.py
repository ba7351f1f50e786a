"""The hover card: a node's numbers in words, beside the mouse."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.facts import node_facts
from gradstudio.app.fonts import mono, words
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.picture.tokens import Theme


class HoverCard(QWidget):
    """A small panel over the canvas; it never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme: Theme | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 9, 12, 9)
        box.setSpacing(2)
        self._title, self._body = QLabel(), QLabel()
        for label in (self._title, self._body):
            label.setTextFormat(Qt.TextFormat.PlainText)
            box.addWidget(label)
        self._title.setFont(words(12, 600))
        self._body.setFont(mono(11))
        self.hide()

    def show_node(self, graph: Graph, trace: Trace, node: int, theme: Theme, rect: QRectF) -> None:
        """Appear beside a node's rectangle."""
        self._theme = theme
        title, facts = node_facts(graph, trace, node)
        wide = max(len(name) for name, _ in facts)
        self._title.setText(title)
        self._body.setText("\n".join(f"{name:<{wide}}  {text}" for name, text in facts))
        for label, role in ((self._title, "ink"), (self._body, "ink2")):
            label.setStyleSheet(f"color: {QColor(color(theme.ink[role])).name()}; background: transparent;")
        self.adjustSize()
        parent = self._canvas
        x = rect.right() + 10
        if x + self.width() > parent.width() - 4:
            x = rect.left() - self.width() - 10
        if x < 4:
            x = min(max(rect.left(), 4), parent.width() - self.width() - 4)
            y = rect.bottom() + 10
        else:
            y = rect.top()
        y = min(max(y, 4), max(parent.height() - self.height() - 4, 4))
        self.move(round(x), round(y))
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(QPen(color(self._theme.control), 1.0))
        p.setBrush(color(self._theme.surface["raised"]))
        p.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        p.end()
