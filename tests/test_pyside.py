"""The reference count of None across Qt calls.

Some releases of PySide6 lose one reference to None with each call of a method without a result. Before Python 3.12
None can die of it, and the window aborts after a few thousand calls. This guards the pinned range of versions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QApplication, QWidget

CALLS = 400
NOISE = 20  # references that other work of the interpreter may take or drop meanwhile


@pytest.fixture
def painter(qapp: QApplication):
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    yield painter
    painter.end()


def lost_references(call: Callable[[], object]) -> int:
    """How many references to None are gone after CALLS calls."""
    spare = [None] * (2 * CALLS + 1000)  # so that the probe itself survives
    call()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        call()
    after = sys.getrefcount(None)
    assert len(spare) > 0
    return before - after


PAINTER_CALLS: dict[str, Callable[[QPainter], object]] = {
    "setPen": lambda p: p.setPen(QPen(QColor(1, 2, 3))),
    "setBrush": lambda p: p.setBrush(QColor(1, 2, 3)),
    "drawRect": lambda p: p.drawRect(QRectF(0, 0, 9, 9)),
    "fillRect": lambda p: p.fillRect(QRectF(0, 0, 9, 9), QColor(1, 2, 3)),
    "drawLine": lambda p: p.drawLine(QLineF(0, 0, 9, 9)),
    "drawPath": lambda p: p.drawPath(QPainterPath()),
    "drawText": lambda p: p.drawText(QPointF(1, 9), "x"),
    "setTransform": lambda p: p.setTransform(QTransform.fromScale(1, 1)),
    "setClipRect": lambda p: p.setClipRect(QRectF(0, 0, 9, 9)),
    "save and restore": lambda p: (p.save(), p.restore()),
}


@pytest.mark.parametrize("name", PAINTER_CALLS)
def test_painting_keeps_the_references_of_none(name: str, painter: QPainter) -> None:
    call = PAINTER_CALLS[name]
    assert abs(lost_references(lambda: call(painter))) <= NOISE


def test_widgets_and_events_keep_the_references_of_none(qapp: QApplication) -> None:
    widget = QWidget()
    calls: dict[str, Callable[[], object]] = {
        "update": widget.update,
        "setToolTip": lambda: widget.setToolTip("x"),
        "setCursor": lambda: widget.setCursor(Qt.CursorShape.ArrowCursor),
        "processEvents": qapp.processEvents,
    }
    lost = {name: lost_references(call) for name, call in calls.items()}
    widget.deleteLater()
    assert {name: count for name, count in lost.items() if abs(count) > NOISE} == {}
