"""Walking the network with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gradstudio.graph.model import Graph
from gradstudio.graph.query import consumers, inputs
from gradstudio.layout.model import Layout


def step(graph: Graph, layout: Layout, node: int, key: Qt.Key) -> int | None:
    """The node an arrow key leads to: left to the first input, right to the first consumer, up and down to the nearest
    node in the same column. None for other keys; the node itself where there is nothing."""
    if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        return None
    if not len(graph.record):
        return None
    if node < 0:
        return 0
    if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
        near = inputs(graph, node) if key == Qt.Key.Key_Left else consumers(graph, node)
        return near[0] if near else node
    x, y = layout.boxes[node, 0], layout.boxes[node, 1]
    below = key == Qt.Key.Key_Down
    column = [
        i
        for i in range(len(layout.boxes))
        if abs(layout.boxes[i, 0] - x) < 40 and (layout.boxes[i, 1] > y if below else layout.boxes[i, 1] < y)
    ]
    return min(column, key=lambda i: abs(layout.boxes[i, 1] - y), default=node)
