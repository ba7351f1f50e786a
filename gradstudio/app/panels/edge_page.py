"""The inspector's page of an edge: whose value goes where, and what its product brings back."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gradstudio.app.panels.rows import Heading, Rows
from gradstudio.app.plain import label
from gradstudio.app.theme import colors
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.graph.query import rows_of
from gradstudio.graph.shares import shares
from gradstudio.picture.fonts import plain
from gradstudio.picture.numbers import number
from gradstudio.picture.tokens import Theme

_SIGNS = {1: "positive", -1: "negative", 0: "both signs"}
_LONGEST = 24  # characters of a name
Facts = list[tuple[str, str]]


class EdgePage(QScrollArea):
    """Rows and a sentence; an edge has no arrays of its own."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._forward_title, self._forward = Heading(theme, "Forward"), Rows(theme)
        self._back_title, self._back = Heading(theme, "Backward"), Rows(theme)
        self._note = label("")
        self._note.setWordWrap(True)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(6)
        for part in (self._forward_title, self._forward, self._back_title, self._back, self._note):
            box.addWidget(part)
        box.insertSpacing(2, 8)
        box.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(body)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        c = colors(theme.name)
        self.setStyleSheet(f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {c.panel}; }}")
        self._note.setStyleSheet(f"color: {c.ink2};")
        for part in (self._forward_title, self._forward, self._back_title, self._back):
            part.set_theme(theme)

    def show_edge(self, graph: Graph, trace: Trace, edge: int) -> None:
        """Replace everything by what concerns this edge."""
        self._forward.set_rows(forward_facts(graph, edge))
        rows, note = backward_facts(graph, trace, edge)
        self._back.set_rows(rows)
        self._back.setVisible(bool(rows))
        self._back_title.setVisible(bool(rows))
        self._note.setText(note)

    def said(self) -> tuple[Facts, Facts, str]:
        """What is shown: rows of both ways, and the sentence."""
        return self._forward.rows(), self._back.rows(), self._note.text()


def forward_facts(graph: Graph, edge: int) -> Facts:
    """Both ends, the input, and what is carried."""
    source, target = int(graph.edge_source[edge]), int(graph.edge_target[edge])
    rows = [
        ("from", _named(graph, source)),
        ("to", _named(graph, target)),
        ("input", str(int(graph.edge_slot[edge]) + 1)),
        ("carries", graph.shape[source] or "scalar"),
    ]
    count = int(graph.edge_count[edge])
    return [*rows, ("bundles", f"{count:,} edges")] if count > 1 else rows


def backward_facts(graph: Graph, trace: Trace, edge: int) -> tuple[Facts, str]:
    """What arrives at the consumer, what it is multiplied with, the product, and what that means."""
    back = int(graph.edge_backward[edge])
    if graph.sweep < 0:
        return [], "Nothing is differentiated in this view."
    if back < 0:
        return [], "Nothing flows back along this edge."
    source, target = int(graph.edge_source[edge]), int(graph.edge_target[edge])
    sweep, row = trace.sweeps[graph.sweep], int(rows_of(graph, trace)[target])
    sign, rms = int(sweep.edge_sign[back]), float(sweep.edge_rms[back])
    is_single = graph.shape[source] == "" and graph.shape[target] == ""
    product = rms * sign if is_single and sign else rms
    kind = "" if is_single else "rms "
    rows: Facts = []
    if row >= 0:
        arriving = float(sweep.cotangents.mean[row] if is_single else sweep.cotangents.rms[row])
        rows += [("arrives", kind + number(arriving, sign=is_single))]
        if arriving and math.isfinite(arriving):
            name = "local derivative" if is_single else "gain"
            rows += [(name, f"× {number(product / arriving, sign=is_single)}")]
    rows += [("product", kind + number(product, sign=is_single))]
    if not is_single:
        rows += [("sign", _SIGNS[sign] if rms else "zero")]
    share = 100 * float(shares(graph, sweep)[edge])
    rows += [("share", f"{share:.1f} %" if not 0 < share < 0.05 else "below 0.1 %")]
    return rows, _meaning(graph, edge, is_single)


def _meaning(graph: Graph, edge: int, is_single: bool) -> str:
    """The product in words."""
    source, target = (plain(graph.title[int(end[edge])], _LONGEST) for end in (graph.edge_source, graph.edge_target))
    how = "times the local derivative" if is_single else "passed back through its rule"
    words = (
        f"The product is the gradient that arrives at {target}, {how}. It is this edge's part of the gradient of "
        f"{source}; the share says how large a part, of all edges that leave {source}."
    )
    return words + (" Arrives and product are those of the pass shown." if graph.edge_count[edge] > 1 else "")


def _named(graph: Graph, node: int) -> str:
    line = f", line {graph.line[node]}" if graph.line[node] > 0 else ""
    return plain(graph.title[node], _LONGEST) + line
