"""What a widget says and shows."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from scenes import PlainSession, Scene


def select_node(session: PlainSession, shown: Scene, title: str) -> None:
    session.show(shown)
    session.selection.set_graph(shown.graph)
    session.selection.select(shown.node(title))


def words_of(widget: QWidget) -> list[str]:
    """Every label in view."""
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def pixels_of(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4).copy()
