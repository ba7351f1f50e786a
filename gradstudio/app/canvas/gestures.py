"""Gestures: what pressing, moving and releasing the mouse over the canvas comes to."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal

from gradstudio.app.canvas.cells import Cells
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.app.canvas.spots import Spot
from gradstudio.app.canvas.unfolding import Unfolding
from gradstudio.picture.anatomy import Rect
from gradstudio.picture.model import Level

_DRAG = 4  # pixels the mouse may move in a click


class Gestures(QObject):
    """A drag that starts on a node moves it, on a slider goes through passes, anywhere else pans.

    Signals: activated(node) by double click; clicked(Spot); moved(id, columns, rows): dragged that many cells along and
    across the way of the data.
    """

    activated = Signal(int)
    clicked = Signal(object)
    moved = Signal(str, int, int)

    def __init__(self, canvas: Selectable, unfolding: Unfolding) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._unfolding = unfolding
        self._doing = ""  # "" | "pressed" | "pan" | "move" | "slide"
        self._button = Qt.MouseButton.NoButton
        self._spot = Spot()
        self._id = ""  # of the node pressed: its number may change meanwhile
        self._pressed = self._last = QPointF()
        self._cells: Cells | None = None
        self._cell = (0, 0)
        self._ghost: Rect = (0.0, 0.0, 0.0, 0.0)

    @property
    def is_busy(self) -> bool:
        """Whether a button is down."""
        return bool(self._doing)

    def press(self, point: QPointF, button: Qt.MouseButton) -> None:
        """A button goes down."""
        canvas = self._canvas
        self._pressed = self._last = point
        self._button, self._doing = button, "pressed"
        self._spot = canvas.spot_at(point) if button == Qt.MouseButton.LeftButton else Spot()
        self._id = canvas.id_of(self._spot.number) if self._spot.kind == "node" else ""
        if self._spot.part in ("slider", "plot"):
            self._doing = "slide"
            self._slide(point)

    def move(self, point: QPointF) -> None:
        """The mouse moves with the button down."""
        canvas = self._canvas
        way = point - self._pressed
        if self._doing == "pressed" and abs(way.x()) + abs(way.y()) > _DRAG:
            # Far away there is hardly any ground to take hold of, and no node that one would move.
            is_held = self._spot.kind == "node" and canvas.level < Level.BLOCK
            self._doing = "move" if is_held else "pan"
            canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
            if self._doing == "move" and canvas.scene is not None:
                self._cells, self._cell = canvas.scene.cells(self._spot.number), (0, 0)
                self._ghost = self._cells.rect(0.0, 0.0)
        if self._doing == "slide":
            self._slide(point)
        elif self._doing == "pan":
            canvas.pan(point.x() - self._last.x(), point.y() - self._last.y())
            self._last = point
        elif self._doing == "move" and self._cells is not None:
            dx, dy = way.x() / canvas.zoom, way.y() / canvas.zoom
            self._cell, self._ghost = self._cells.away(dx, dy), self._cells.rect(dx, dy)
            canvas.update()

    def release(self, modifiers: Qt.KeyboardModifier) -> None:
        """The button goes up."""
        canvas, doing, cell = self._canvas, self._doing, self._cell
        node = canvas.number_of(self._id)
        self._end()
        if doing == "pressed" and self._button == Qt.MouseButton.LeftButton:
            self._click(self._spot, modifiers)
        elif doing == "slide" and node >= 0:
            canvas.choose(node)
        elif doing == "move" and node >= 0 and cell != (0, 0):
            canvas.choose(node)
            self.moved.emit(self._id, *cell)

    def cancel(self) -> bool:
        """Give up what is under way; False if nothing is."""
        was = self._doing == "move"
        if was:
            self._end()
        return was

    def double(self, point: QPointF) -> None:
        """A double click."""
        canvas, spot = self._canvas, self._canvas.spot_at(point)
        scene = canvas.scene
        self._doing = ""
        if spot.kind == "node" and scene is not None:
            fold = scene.fold_of(spot.number)
            if fold is None:
                self.activated.emit(spot.number)
            elif spot.part == "plot":
                self._unfolding.pass_opened.emit(fold.id, scene.spots.pass_at(spot.number, canvas.place(point)[0]))
            elif not spot.part:
                self._unfolding.opened.emit(fold.id)
        elif spot.kind == "frame" and spot.part == "title":
            canvas.choose_frame(spot.number)
            self._unfolding.close()
        elif not spot.kind:
            canvas.fit()

    def ghost(self) -> QRectF | None:
        """Where a dragged node would stand, in widget coordinates; None while none is dragged."""
        return self._canvas.screen(self._ghost) if self._doing == "move" else None

    def scene_changed(self) -> None:
        """Another picture: a node in the hand is let go of; panning and sliding go on."""
        if self._doing in ("move", "pressed"):
            self._end()

    def _click(self, spot: Spot, modifiers: Qt.KeyboardModifier) -> None:
        canvas = self._canvas
        if spot.kind == "node":
            if modifiers & Qt.KeyboardModifier.ControlModifier:
                canvas.choose_also(spot.number)
            else:
                canvas.choose(spot.number)
        elif spot.kind == "chip" and canvas.scene is not None:
            canvas.choose(int(canvas.scene.graph.edge_source[spot.number]))
        elif spot.kind == "frame":
            canvas.choose_frame(spot.number)
            if spot.part == "close":
                self._unfolding.close()
            elif spot.part in ("previous", "next"):
                self._unfolding.step(1 if spot.part == "next" else -1)
        else:
            canvas.choose(-1)
        self.clicked.emit(spot)

    def _slide(self, point: QPointF) -> None:
        canvas, node = self._canvas, self._canvas.number_of(self._id)
        fold = canvas.scene.fold_of(node) if canvas.scene is not None and node >= 0 else None
        if fold is not None and fold.kind == "stack" and canvas.scene is not None:
            self._unfolding.choose(fold, canvas.scene.spots.pass_at(node, canvas.place(point)[0]))

    def _end(self) -> None:
        self._doing, self._cells = "", None
        self._canvas.unsetCursor()
        self._canvas.update()
