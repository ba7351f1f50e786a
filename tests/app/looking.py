"""A scene on a canvas, and its pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from scenes import Scene

from gradstudio.app.canvas.canvas import Canvas


def show_on(canvas: Canvas, shown: Scene) -> Scene:
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    return shown


def pixels_of(canvas: Canvas) -> np.ndarray:
    """uint32 (height, width) of what the canvas shows."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return data[:, : image.width()].copy()


def color_at(canvas: Canvas, node: int, across: float, down: float) -> int:
    """The colour at a point of a node, given as shares of its width and height."""
    rect = canvas.node_rect(node)
    x, y = round(rect.left() + across * rect.width()), round(rect.top() + down * rect.height())
    return int(pixels_of(canvas)[y, x])


def middle_of(canvas: Canvas, node: int) -> QPoint:
    return canvas.node_rect(node).center().toPoint()
