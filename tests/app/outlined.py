"""What tests of the outline ask it, and a program with a loop and calls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QModelIndex, Qt

from gradstudio.app.panels.outline_columns import (
    HEADS,
    NAME,
)
from gradstudio.app.panels.outline_model import OutlineModel
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph

DISPLAY = Qt.ItemDataRole.DisplayRole


FALLING = Qt.SortOrder.DescendingOrder


LOOPS = """\
import gradstudio as gs
w = gs.Variable([3.0, -4.0])
x = gs.Variable(2.0)
def scaled(v):
    return v * x
with gs.GradientTape() as t:
    y = w
    for i in range(2):
        y = scaled(y)
    loss = gs.sum(y)
g = t.gradient(loss, [w, x])
"""
"""loss = x² (3 - 4): dloss/dx = -4, dloss/dw = [4, 4]; in the first pass 4 = 2 x arrives at scaled()."""


def timed(trace: Trace, seconds: float) -> Trace:
    """The same run, every op of which took so long."""
    is_op = trace.records.op > 0
    return replace(trace, records=replace(trace.records, seconds=np.where(is_op, seconds, 0.0).astype(np.float32)))


def rows(model: OutlineModel, column: int = NAME, parent: QModelIndex | None = None) -> list[str]:
    """The texts of a column, branches with what is in them, at any depth."""
    above = QModelIndex() if parent is None else parent
    found = []
    for row in range(model.rowCount(above)):
        found.append(str(model.data(model.index(row, column, above), DISPLAY)))
        found += rows(model, column, model.index(row, 0, above))
    return found


def record(graph: Graph, title: str) -> int:
    return int(graph.record[graph.title.index(title)])


def cells(model: OutlineModel, title: str) -> dict[str, str]:
    """The row of the first item of that name."""
    assert model.columns is not None
    c = model.columns
    item = next(i for i in range(c.nodes + c.groups) if c.text(i, NAME) == title)
    index = model.index_of(item)
    return {head: str(model.data(index.siblingAtColumn(k), DISPLAY)) for k, head in enumerate(HEADS)}
