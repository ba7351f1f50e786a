"""Builder: building on the canvas: what the mouse and the keys do with ports, wires, operations and names."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from gradstudio.app.canvas.building import ghosts, paint
from gradstudio.app.canvas.building.band import Band
from gradstudio.app.canvas.building.bench import Bench
from gradstudio.app.canvas.building.chosen import Chosen
from gradstudio.app.canvas.building.doing import Doing
from gradstudio.app.canvas.building.dropping import Dropping
from gradstudio.app.canvas.building.fields import Fields
from gradstudio.app.canvas.building.orders import Orders
from gradstudio.app.canvas.building.ports import PortPlace
from gradstudio.app.canvas.building.strip import Strip
from gradstudio.app.canvas.building.walking import Walking
from gradstudio.app.canvas.building.wiring import Wiring
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.app.canvas.spots import Spot
from gradstudio.studio.building import Building

_CLICK = 4  # pixels the mouse may move in a click
_REFUSAL_MS = 9000
_KEY = Qt.Key
_ENTER = (_KEY.Key_Return, _KEY.Key_Enter)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class Builder(QObject):
    """Signals: edit_wanted(Edit); palette_wanted(Asked); menu_wanted(point, kind), a key of app.build_actions.AT;
    told(words): what a person is doing, "" for nothing; chosen(): a wire was chosen, or several nodes."""

    edit_wanted = Signal(object)
    palette_wanted = Signal(object)
    menu_wanted = Signal(QPoint, str)
    told = Signal(str)
    chosen = Signal()

    def __init__(self, canvas: Selectable) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.bench = Bench(canvas)
        self.wiring = Wiring(self.bench)
        self.walking = Walking(self.bench, self.wiring)
        self.chosen_edits = Chosen(self.bench)
        self.fields = Fields(self.bench, self.chosen_edits)
        self.dropping = Dropping(self.bench, self.chosen_edits)
        self.band = Band(canvas)
        self.strip = Strip(canvas, canvas.theme.name)
        self.orders = Orders(self.bench, self.chosen_edits, self.fields, self.wiring, self.walking)
        self._doing = Doing(self.bench, self.wiring, self.orders, self.fields, self.dropping)
        self._pressed: QPointF | None = None  # where the button went down on a port
        self._is_fresh = False  # the wire was taken by the button that is down, which has not moved yet
        self._near: list[int] = []  # nodes whose ports are shown
        self._port: PortPlace | None = None  # under the pointer
        self._said = ""
        self._hiding = QTimer(self)
        self._hiding.setSingleShot(True)
        self._hiding.setInterval(_REFUSAL_MS)
        self._hiding.timeout.connect(self._hide_refusal)
        self.bench.edit_wanted.connect(self.edit_wanted)
        self.bench.refused.connect(self._hiding.start)
        self.wiring.changed.connect(self._settle)
        self.wiring.dropped_on_nothing.connect(self._on_dropped)
        self.fields.changed.connect(self._settle)
        self.orders.changed.connect(self._settle)
        self.dropping.ahead.changed.connect(canvas.update)
        self.orders.palette_wanted.connect(self.palette_wanted)
        self.strip.chosen.connect(self._on_hint)
        canvas.scene_changed.connect(self._on_scene_changed)
        canvas.zoom_changed.connect(self._hide_refusal)
        canvas.node_selected.connect(self._on_selected)

    def use(self, building: Building) -> None:
        """Edit this program."""
        self.bench.use(building)

    def set_theme(self, name: str) -> None:
        """Other colours."""
        for part in (self.bench.bubble, self.strip, self.fields.field):
            part.set_theme(name)

    # mouse

    @property
    def is_busy(self) -> bool:
        """Whether the mouse belongs to what is being built."""
        return self._pressed is not None or self.wiring.wire is not None or self.band.is_on

    @property
    def cursor(self) -> Qt.CursorShape:
        """What the pointer looks like where it is meant for building."""
        is_wiring = self._port is not None or self.wiring.wire is not None or self.band.is_on
        return Qt.CursorShape.CrossCursor if is_wiring else Qt.CursorShape.ArrowCursor

    def press(self, point: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:
        """A button goes down; whether it is meant for building."""
        self._hide_refusal()
        self.orders.drop_question()
        if self.bench.building is None or button != Qt.MouseButton.LeftButton:
            return self.wiring.wire is not None
        if self.orders.asked is not None:
            return True
        if self.wiring.wire is not None:
            self.wiring.is_walking = False
            self._pressed, self._is_fresh = point, False
            self.wiring.move(point)
            return True
        place = self.wiring.port_at(point)
        if place is not None:
            self._is_fresh = self.wiring.take(place, point)
            self._pressed = point
            return True
        is_empty = not self._canvas.spot_at(point).kind
        if modifiers & Qt.KeyboardModifier.ShiftModifier and is_empty:
            self.band.begin(point)
            return True
        return False

    def move(self, point: QPointF) -> bool:
        """The mouse moves; whether that is meant for building."""
        if self.orders.asked is not None:
            return True
        if self.band.is_on:
            self.band.move(point)
            return True
        if self._pressed is not None and (point - self._pressed).manhattanLength() > _CLICK:
            self._is_fresh = False
        if self.wiring.wire is not None:
            if not self.wiring.is_walking:
                self.wiring.move(point)
            return True
        self._look_around(point)
        return self._pressed is not None or self._port is not None

    def release(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """The button goes up; whether that was meant for building."""
        pressed, self._pressed = self._pressed, None
        if self.band.is_on:
            self.band.end()
            self.chosen.emit()
            return True
        if pressed is None:
            return False
        if self._is_fresh:
            return True  # clicked: the wire stays in the hand until the next click
        if self.wiring.wire is not None and self.orders.asked is None:
            self.wiring.drop(point, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        return True

    def double(self, point: QPointF) -> bool:
        """A double click: on a port, a constant or the number of a leaf its value is typed."""
        if self.bench.building is None:
            return False
        place = self.wiring.port_at(point)
        if place is not None and not place.is_output:
            self.wiring.leave()
            self.fields.type_argument(place.node, place.slot)
            return True
        if self.wiring.wire is not None:
            return True  # the first of both clicks took it
        chip = self.bench.constant_at(point)
        if chip is not None:
            self.fields.type_argument(*chip)
            return True
        leaf = self.bench.leaf_value_at(point)
        if leaf >= 0:
            self._canvas.choose(leaf)
            self.fields.type_value()
        return leaf >= 0

    def click(self, spot: Spot) -> None:
        """Something was clicked that is no port: a wire is chosen so."""
        self.chosen_edits.choose_edge(spot.number if spot.kind == "edge" else -1)
        self.orders.point = None
        self.chosen.emit()

    def context(self, point: QPointF) -> None:
        """The menu of what is under the pointer, which is selected first."""
        if self.wiring.leave() or self.bench.building is None:
            return
        place, spot, constant = self.wiring.port_at(point), self._canvas.spot_at(point), self.bench.constant_at(point)
        kind, node, slot = spot.kind, spot.number if spot.kind == "node" else -1, -1
        if place is not None:
            kind, node, slot = "output" if place.is_output else "input", place.node, place.slot
        elif constant is not None:
            kind, (node, slot) = "constant", constant
        if node >= 0:
            if node not in self._canvas.chosen:
                self._canvas.choose(node)
            self.chosen_edits.choose_slot(node, slot)
        else:
            self._canvas.choose(-1)
            self.chosen_edits.choose_edge(spot.number if kind in ("edge", "chip") else -1)
            self.orders.point = point.toPoint() if not kind else None
        self.menu_wanted.emit(point.toPoint(), kind)

    def context_of_edge(self, edge: int, kind: str, point: QPointF) -> None:
        """The menu of an edge that the keyboard is at. kind: "edge" or "chip"."""
        if self.wiring.leave() or self.bench.building is None:
            return
        self.chosen_edits.choose_edge(edge)
        self.orders.point = None
        self.menu_wanted.emit(point.toPoint(), kind)

    def leave(self) -> bool:
        """Escape: leave what is being built; False if nothing is."""
        if self.orders.drop_question() or self.band.cancel() or self.wiring.leave():
            return True
        if self.bench.bubble.isVisible():
            self._hide_refusal()
            return True
        if self.chosen_edits.edge >= 0:
            self.chosen_edits.choose_edge(-1)
            return True
        return False

    def pointer_left(self) -> None:
        """The pointer is nowhere: no ports are shown."""
        self._near, self._port = [], None
        self._canvas.update()

    def _look_around(self, point: QPointF) -> None:
        """Show the ports of the node under the pointer."""
        places = self.bench.places
        near: list[int] = []
        port = self.wiring.port_at(point)
        if port is not None:
            near = [port.node]
        elif places is not None and self.bench.building is not None and self.bench.shows_ports:
            node = self._canvas.node_at(point)
            near = [node] if node >= 0 else []
        if (near, port) != (self._near, self._port):
            self._near, self._port = near, port
            self._canvas.update()

    # keys

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether a key means something else now than what menus say."""
        if event.modifiers() & _COMMANDS or _KEY.Key_F1 <= event.key() <= _KEY.Key_F35:
            return False
        return bool(self.orders.question) or self.wiring.wire is not None or self._choices()

    def key(self, event: QKeyEvent) -> bool:
        """A key; whether it was meant for building."""
        key = Qt.Key(event.key())
        if self.orders.question:
            return self._decide(key)
        if event.modifiers() & _COMMANDS:
            return False
        if self._choices() and event.text():
            number = self.bench.bubble.number_of(event.text())
            if number >= 0 and self.wiring.cure(number):
                return True
        if self.wiring.wire is None:
            if key != _KEY.Key_Escape:
                self._hide_refusal()
            return False
        if key in _ENTER:
            self.wiring.plug(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key == _KEY.Key_Escape:
            self.wiring.leave()
        elif key in (_KEY.Key_Delete, _KEY.Key_Backspace, _KEY.Key_X):
            self.wiring.disconnect_aimed()
        elif key == _KEY.Key_E and self.wiring.wire.is_back:
            end = self.wiring.wire.end
            self.wiring.leave()
            self.fields.type_argument(self._canvas.number_of(end.id), end.slot)
        elif key == _KEY.Key_C and self.wiring.wire.is_back:
            self._next_input()
        else:
            self.walking.key(key)
        return True

    def _choices(self) -> bool:
        bubble = self.bench.bubble
        return bubble.isVisible() and bool(bubble.choices)

    def _decide(self, key: Qt.Key) -> bool:
        """Enter does what is asked about; anything else does not."""
        if key in (_KEY.Key_Shift, _KEY.Key_Control, _KEY.Key_Alt):
            return True
        is_yes = key in (*_ENTER, _KEY.Key_Delete, _KEY.Key_X)
        self.orders.decide(is_yes)
        return is_yes or key == _KEY.Key_Escape

    def _next_input(self) -> None:
        """The wire looks for the value of the next input of its node instead."""
        wire = self.wiring.wire
        places = self.bench.places
        if wire is None or places is None:
            return
        inputs = [place for place in places.of(wire.node) if not place.is_output]
        at = [place.slot for place in inputs].index(wire.end.slot)
        self.walking.begin(inputs[(at + 1) % len(inputs)], into=True)

    # wires dropped on nothing, and what is said

    def _on_dropped(self, point: QPointF) -> None:
        """A wire was dropped on empty canvas: something new takes its value, or gives it one."""
        wire = self.wiring.wire
        if wire is None:
            return
        if not wire.is_back:
            self.orders.ask_after(wire.node, point.toPoint())
            return
        node, slot = wire.node, wire.end.slot
        self.wiring.leave()
        self.fields.type_argument(node, slot, point)

    def _settle(self) -> None:
        """Say what a person is doing now, and what keys do."""
        hints = self._doing.hints()
        self.strip.show_hints(hints, self.orders.question)
        self._canvas.welcome.setVisible(self._canvas.is_blank and not hints)
        self._canvas.update()
        words = self._doing.words()
        if words != self._said:
            self._said = words
            self.told.emit(words)

    def _on_hint(self, key: str) -> None:
        """A key of the strip was clicked."""
        if self.orders.question:
            self.orders.decide(key == "Enter")

    def _hide_refusal(self, *_: object) -> None:
        self._hiding.stop()
        if self.wiring.wire is None and not self.fields.is_open:
            self.wiring.leave()
            self.bench.bubble.hide()

    def _on_selected(self, node: int) -> None:
        if node >= 0:
            self.chosen_edits.choose_edge(-1)
        self.chosen_edits.slot = -1
        self.orders.drop_question()

    def _on_scene_changed(self) -> None:
        self._near, self._port = [], None
        self.chosen_edits.forget()
        self.orders.drop_question()
        self.wiring.scene_changed()
        self.fields.scene_changed()

    def resized(self) -> None:
        """The canvas has another size."""
        self.strip.settle()

    # operations carried over the canvas

    def carry(self, entry: str, point: QPointF) -> None:
        """An operation is over a point."""
        self.dropping.move(entry, point)
        self._settle()

    def carry_away(self) -> None:
        """It is carried elsewhere."""
        self.dropping.leave()
        self._settle()

    def put_down(self, entry: str, point: QPointF) -> None:
        """It is let go of."""
        self.dropping.drop(entry, point)
        self._settle()

    # painting

    def paint(self, p: QPainter) -> None:
        """Everything of building that lies above the picture."""
        canvas = self._canvas
        theme = canvas.theme
        edge = self.chosen_edits.edge
        if edge >= 0:
            paint.chosen_edge(p, theme, self.bench.edge_points(edge))
        if self.wiring.wire is not None:
            self.wiring.paint(p)
        elif self._near and self.bench.places is not None and self.bench.shows_ports:
            for node in self._near:
                for place in self.bench.places.of(node):
                    paint.port(p, theme, self.bench.point(place), place.is_output, place == self._port)
        self.dropping.paint(p)
        if self.orders.asked is not None:
            ghosts.paint(p, canvas, self.orders.ahead.ghost, QPointF(self.orders.asked.at))
        if self.band.is_on:
            paint.band(p, theme, self.band.rect)
