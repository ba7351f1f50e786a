"""Band: several nodes are selected by drawing a rectangle over them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from gradstudio.app.canvas.selectable import Selectable


class Band:
    """One rubber band over one canvas, between two points of the widget."""

    def __init__(self, canvas: Selectable) -> None:
        self._canvas = canvas
        self._from: QPointF | None = None
        self.rect = QRectF()

    @property
    def is_on(self) -> bool:
        """Whether one is being drawn."""
        return self._from is not None

    def begin(self, point: QPointF) -> None:
        """It begins here."""
        self._from, self.rect = point, QRectF(point, point)

    def move(self, point: QPointF) -> None:
        """It reaches to here."""
        if self._from is not None:
            self.rect = QRectF(self._from, point).normalized()
            self._canvas.update()

    def end(self) -> None:
        """Select what it touches."""
        canvas, rect = self._canvas, self.rect
        self.cancel()
        if canvas.scene is not None:
            (left, top), (right, bottom) = canvas.place(rect.topLeft()), canvas.place(rect.bottomRight())
            x, y, wide, high = canvas.scene.layout.boxes.T
            inside = (x < right) & (x + wide > left) & (y < bottom) & (y + high > top)
            canvas.choose_all([int(node) for node in inside.nonzero()[0]])

    def cancel(self) -> bool:
        """Select nothing; False if none is being drawn."""
        was, self._from = self._from is not None, None
        self._canvas.update()
        return was
