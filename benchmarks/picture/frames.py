"""How long one exact frame of the canvas takes while it is moved, zoomed and recoloured."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from gradstudio.app.canvas.canvas import Canvas
from gradstudio.picture.model import Layer

ROUNDS = 60


def frames(canvas: Canvas) -> dict[str, list[float]]:
    """Seconds of each frame, by what was done. Everything is in view at first."""
    canvas.fit()
    canvas.repaint()
    return {
        "pan": [_timed(canvas, lambda k=k: _drag(canvas, k)) for k in range(ROUNDS)],  # type: ignore[misc]
        "zoom": [_timed(canvas, lambda k=k: _wheel(canvas, k)) for k in range(ROUNDS)],  # type: ignore[misc]
        "recolour": [
            _timed(canvas, lambda k=k: canvas.set_layer((Layer.VALUES, Layer.BOTH)[k % 2]))  # type: ignore[misc]
            for k in range(ROUNDS)
        ],
    }


def _timed(canvas: Canvas, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    canvas.repaint()
    return time.perf_counter() - began


def _drag(canvas: Canvas, k: int) -> None:
    """A step of a drag of the ground, in both directions at once, to and fro."""
    start, step = QPointF(5.0, canvas.height() - 5.0), 11.0 if k // 6 % 2 == 0 else -11.0
    kinds = QMouseEvent.Type
    for kind, at, button, held in (
        (kinds.MouseButtonPress, start, Qt.MouseButton.MiddleButton, Qt.MouseButton.MiddleButton),
        (kinds.MouseMove, start + QPointF(step, step / 2), Qt.MouseButton.NoButton, Qt.MouseButton.MiddleButton),
        (kinds.MouseButtonRelease, start, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton),
    ):
        event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas, event)


def _wheel(canvas: Canvas, k: int) -> None:
    """A step of the wheel over the middle, nearer and away."""
    at = QPointF(canvas.width() / 2, canvas.height() / 2)
    turn = QPoint(0, 60 if k // 3 % 2 == 0 else -60)
    none = Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, canvas.mapToGlobal(at), QPoint(), turn, Qt.MouseButton.NoButton, none, phase, False)
    QApplication.sendEvent(canvas, event)
