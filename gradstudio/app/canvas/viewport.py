"""The viewport: which part of a layout the canvas shows, and how it gets elsewhere."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from gradstudio.app.canvas.view import Bounds, View, ink_bounds
from gradstudio.layout.model import Layout
from gradstudio.picture.model import Level

_AIR = 8.0  # layout units around what a fitted view shows
_READABLE = 0.46  # a picture too tall to be shown whole is not shown smaller than this, but from its top


class Viewport(QWidget):
    """Signal zoom_changed(zoom), 1.0 = 100 %."""

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout: Layout | None = None
        self._view = View()
        self._ink_known: Bounds | None = None
        self._fitted = True  # the view shows all, and goes on doing so when the picture changes

    def fit(self) -> None:
        """Show all."""
        self._travel(self._fitted_view(), True)

    def frame(self, nodes: list[int]) -> None:
        """Show these nodes, large."""
        if self._layout is None or not nodes:
            return
        boxes = self._layout.boxes[nodes]
        x, y = boxes[:, 0].min() - 60, boxes[:, 1].min() - 60
        right, bottom = (boxes[:, 0] + boxes[:, 2]).max() + 60, (boxes[:, 1] + boxes[:, 3]).max() + 60
        view = View()
        view.frame((x, y, right - x, bottom - y), self.width(), self.height(), 1.5)
        self._travel(view, False)

    @property
    def zoom(self) -> float:
        """Screen pixels per layout unit."""
        return self._view.zoom

    @property
    def level(self) -> Level:
        """How much nodes say at this zoom."""
        return self._view.level

    def set_zoom(self, zoom: float) -> None:
        """Zoom about the middle."""
        self._zoom_by(zoom / self._view.zoom, self.width() / 2, self.height() / 2)

    def zoom_in(self) -> None:
        """A step nearer."""
        self._step(1.25)

    def zoom_out(self) -> None:
        """A step further away."""
        self._step(0.8)

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by pixels."""
        self._fitted = False
        self._view.x -= dx / self._view.zoom
        self._view.y -= dy / self._view.zoom
        self._changed_view()

    def place(self, point: QPointF) -> tuple[float, float]:
        """The layout point under a point of the widget."""
        v = self._view
        return v.x + point.x() / v.zoom, v.y + point.y() / v.zoom

    def screen(self, rect: Bounds) -> QRectF:
        """Where a rectangle of the layout is, in widget coordinates."""
        x, y, w, h = rect
        v = self._view
        return QRectF((x - v.x) * v.zoom, (y - v.y) * v.zoom, w * v.zoom, h * v.zoom)

    def node_rect(self, node: int) -> QRectF:
        """Where a node is, in widget coordinates."""
        assert self._layout is not None
        x, y, w, h = self._layout.boxes[node].tolist()
        return self.screen((x, y, w, h))

    # moving the view

    def _travel(self, view: View, is_fitted: bool) -> None:
        """Go to another view."""
        self._view, self._fitted = view, is_fitted
        self._changed_view()

    def _step(self, factor: float) -> None:
        view = replace(self._view)
        view.zoom_about(factor, self.width() / 2, self.height() / 2)
        self._travel(view, False)

    def _fitted_view(self) -> View:
        view = View()
        if self._layout is None:
            return view
        x, y, w, h = self._ink()
        # A tall picture starts at its top, at a size that can be read, rather than shrinking to a thread.
        view.frame((x, y, w, h), self.width(), self.height())
        readable = min(1.0, self.width() / max(w, 1.0))
        if view.zoom < _READABLE <= readable and h * _READABLE > self.height():
            view.zoom = max(_READABLE, min(readable, 0.85))
            view.x = x + w / 2 - self.width() / view.zoom / 2
            view.y = y
        return view

    def _ink(self) -> Bounds:
        """What must be in view: everything that is painted, and a little air."""
        if self._ink_known is None:
            assert self._layout is not None
            self._ink_known = ink_bounds(self._layout, _AIR)
        return self._ink_known

    def _zoom_by(self, factor: float, px: float, py: float) -> None:
        self._fitted = False
        self._view.zoom_about(factor, px, py)
        self._changed_view()

    def _centre(self, x: float, y: float) -> None:
        """The minimap asks for this layout point in the middle."""
        self._fitted = False
        self._view.x = x - self.width() / self._view.zoom / 2
        self._view.y = y - self.height() / self._view.zoom / 2
        self._changed_view()

    def _reveal(self, rect: QRectF) -> None:
        """Scroll until a rectangle of the widget is in view."""
        # Less than the air of a fitted view, so that selecting a node at its border moves nothing.
        margin = max(_AIR * self._view.zoom - 1.0, 0.0)
        rect = rect.adjusted(-margin, -margin, margin, margin)
        dx = _into(rect.left(), rect.right(), self.width())
        dy = _into(rect.top(), rect.bottom(), self.height())
        if dx or dy:
            self.pan(dx, dy)

    def _changed_view(self) -> None:
        if self._layout is not None and not self._fitted:
            self._view.keep_near(self._layout.bounds, self.width(), self.height())
        self._view.settle()
        self.zoom_changed.emit(self._view.zoom)
        self.update()

    def _area(self) -> QRectF:
        """What is in view, in layout units."""
        v = self._view
        return QRectF(v.x, v.y, self.width() / v.zoom, self.height() / v.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitted:
            self._view = self._fitted_view()
        self._changed_view()


def _into(low: float, high: float, room: float) -> float:
    """How far to move what reaches from low to high into 0..room; what is longer is shown from its beginning."""
    if low < 0 or high - low > room:
        return -low
    return min(0.0, room - high)
