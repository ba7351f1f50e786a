"""Wiring: taking a wire into the hand, looking where it fits, and dropping it, with the mouse."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter

from gradstudio.app.canvas.building import paint
from gradstudio.app.canvas.building.bench import Bench, around
from gradstudio.app.canvas.building.bubble import FITS
from gradstudio.app.canvas.building.ports import OUTPUT, PortPlace
from gradstudio.app.canvas.building.wire import End, Wire

REACH = 9.0
"""Pixels from a port within which it is meant."""
_SNAP = 13.0  # the same for a wire in the hand
_TICK = 12  # milliseconds between two looks at ports
_SHARE = 0.006  # seconds of each that are spent on it
_MOST = 120  # ports that are looked at ahead of the pointer


class Wiring(QObject):
    """Signals: changed(): a wire was taken or left, or goes elsewhere; dropped_on_nothing(point): on empty canvas."""

    changed = Signal()
    dropped_on_nothing = Signal(QPointF)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._canvas = bench.canvas
        self.wire: Wire | None = None
        self.aimed: PortPlace | None = None
        self._meant_port: End | None = None  # the same, by id
        self.is_walking = False  # by keyboard
        self._point = QPointF()
        self._refused: tuple[Wire, End] | None = None  # what a bubble offers cures for
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._look)
        bench.bubble.chosen.connect(self.cure)

    # taking

    def port_at(self, point: QPointF) -> PortPlace | None:
        """The port that can be taken hold of at a point."""
        places = self._bench.places
        if places is None or not self._bench.shows_ports:
            return None
        x, y = self._canvas.place(point)
        return places.at(x, y, REACH / self._canvas.zoom, places.around(x, y))

    def take(self, place: PortPlace, point: QPointF | None = None, keeps_place: bool = False) -> bool:
        """Take a wire from a port; an input that has one gives it. keeps_place: from an input in any case."""
        why = self._bench.why_not or (self._bench.why_no_ports(place.node) if not place.is_output else "")
        port = self._bench.port(place.node, place.slot) if not place.is_output else None
        why = why or (port.why if port is not None else "")
        if why:
            self._bench.refuse(why, around(self._bench.point(place)))
            return False
        end, moves = End(self._canvas.id_of(place.node), place.slot), None
        source = self._source(place) if not place.is_output and not keeps_place else -1
        if source >= 0:
            end, moves = End(self._canvas.id_of(source), OUTPUT), end
        self.wire = Wire(self._bench, end, moves)
        self._begin(self._bench.point(place) if point is None else point)
        return True

    def leave(self) -> bool:
        """Drop the wire where it came from; False if there is none."""
        self._bench.bubble.hide()
        self._refused = None
        if self.wire is None:
            return False
        self.wire, self.aimed, self.is_walking = None, None, False
        self._timer.stop()
        self._canvas.update()
        self.changed.emit()
        return True

    # looking

    def move(self, point: QPointF) -> None:
        """The pointer goes on with the wire."""
        if self.wire is None:
            return
        self._point = point
        self.aim(self._meant(point))
        self.look_ahead()

    def aim(self, place: PortPlace | None) -> None:
        """The wire would go to this port."""
        wire, bench = self.wire, self._bench
        assert wire is not None
        if place != self.aimed:
            self.aimed = place
            self._meant_port = End(self._canvas.id_of(place.node), place.slot) if place is not None else None
            if place is None:
                bench.bubble.hide()
            else:
                kind, text, choices = wire.said(place)
                bench.bubble.say(kind, text, self._beside(place), choices)
                self._canvas.setAccessibleDescription(f"{'fits' if kind == FITS else 'does not fit'}: {text}")
            self.changed.emit()
        self._canvas.update()

    def _meant(self, point: QPointF) -> PortPlace | None:
        """The port under the pointer, or that of the node under it."""
        wire, places = self.wire, self._bench.places
        if wire is None or places is None:
            return None
        x, y = self._canvas.place(point)
        nodes = [node for node in places.around(x, y) if node != wire.node]
        near = [place for node in nodes for place in places.of(node) if wire.takes(place)]
        reach = _SNAP / self._canvas.zoom
        away = [float(np.hypot(place.x - x, place.y - y)) for place in near]
        if away and min(away) <= reach:
            return near[int(np.argmin(away))]
        node = self._canvas.node_at(point)
        return wire.whole_node(node) if node >= 0 else None

    # dropping

    def drop(self, point: QPointF, keeps: bool = False) -> None:
        """Let go of the wire at a point. keeps: a wire that was connected stays in the hand for another port."""
        self.move(point)
        if self.wire is None:
            return
        node = self._canvas.node_at(point)
        if self.aimed is not None:
            self.plug(keeps)
        elif node == self.wire.node:
            self.leave()
        elif node >= 0:
            self._refuse_node(node)
        elif self.wire.moves is not None:
            self._disconnect(self.wire.moves)
        else:
            self.dropped_on_nothing.emit(point)

    def plug(self, keeps: bool = False, cure: int = -1) -> None:
        """Connect the wire to the port that it is aimed at; cure: with one of the cures offered."""
        wire, place = self.wire, self.aimed
        if wire is None or place is None:
            return
        if wire.is_back_home(place):
            self.leave()
            return
        fit = wire.fits.now((place.node, place.slot))
        if not fit.ok and cure < 0:
            self._refuse(wire, place)
            return
        if self._apply(wire, place, cure) and keeps:
            self.aimed = None
            self._bench.bubble.hide()
            self.changed.emit()
        else:
            self._let_go()

    def cure(self, number: int) -> bool:
        """Connect with one of the cures that the bubble offers; False if it offers none."""
        if self.wire is None and self._refused is not None:
            self.wire, meant = self._refused
            self.aimed = self._place(meant)
        if self.wire is None or self.aimed is None or not 0 <= number < len(self._bench.bubble.choices):
            return False
        self._refused = None
        self.plug(cure=number)
        return True

    def disconnect_aimed(self) -> None:
        """Open the input that the wire is about."""
        wire = self.wire
        if wire is None:
            return
        end = wire.end if wire.is_back else wire.moves
        if end is not None:
            self._disconnect(end)

    def _apply(self, wire: Wire, place: PortPlace, cure: int) -> bool:
        source, node, slot = wire.pair(place)
        fit = wire.fits.now((place.node, place.slot))
        chosen = fit.cures[cure] if cure >= 0 else None
        moves = wire.moves
        beside = self._beside(place)
        if moves is not None and (old := self._canvas.number_of(moves.id)) >= 0:
            return self._bench.attempt(lambda b: b.reconnect(source, (old, moves.slot), (node, slot), chosen), beside)
        return self._bench.attempt(lambda b: b.connect(source, node, slot, chosen), beside)

    def _disconnect(self, end: End) -> None:
        node = self._canvas.number_of(end.id)
        beside = around(self._point)
        self._let_go()
        if node >= 0:
            self._bench.attempt(lambda b: b.disconnect(node, end.slot), beside)

    def _refuse(self, wire: Wire, place: PortPlace) -> None:
        """It does not fit: say why, offer what would help, and let go."""
        kind, text, choices = wire.said(place)
        self._let_go()
        self._bench.bubble.say(kind, text, self._beside(place), choices, is_clickable=True)
        if choices:
            self._refused = wire, End(self._canvas.id_of(place.node), place.slot)

    def _refuse_node(self, node: int) -> None:
        bench = self._bench
        why = bench.why_no_ports(node)
        if not why:
            name, count = bench.name(node), len(bench.ports(node))
            why = f"{name} has {count} inputs and none is open: drop the wire on one of its ports."
            if not count:
                why = f"{name} takes no input: it is a value of its own."
        self._let_go()
        bench.refuse(why, around(self._point))

    def _let_go(self) -> None:
        bubble = self._bench.bubble
        was_refused = self.wire is not None and bubble.isVisible() and bubble.kind == "refused"
        self.wire, self.aimed, self.is_walking = None, None, False
        self._timer.stop()
        if not was_refused:
            bubble.hide()
        self._canvas.update()
        self.changed.emit()

    # inside

    def _begin(self, point: QPointF) -> None:
        self.aimed, self._refused, self._point = None, None, point
        self._bench.bubble.hide()
        self.look_ahead()
        self._canvas.update()
        self.changed.emit()

    def _source(self, place: PortPlace) -> int:
        """The node whose wire goes into an input, -1 for none that is shown as one."""
        scene = self._canvas.scene
        if scene is None:
            return -1
        for edge in scene.neighbours.edges_into(place.node).tolist():
            if int(scene.graph.edge_slot[edge]) == place.slot:
                source = int(scene.graph.edge_source[edge])
                return source if scene.graph.fold[source] < 0 else -1
        return -1

    def _beside(self, place: PortPlace) -> QRectF:
        """Where the bubble of a port belongs: over its node, if that is large, else over the port."""
        if self._canvas.zoom < 0.45 or self._canvas.zoom > 1.6:
            return around(self._bench.point(place), 12.0)
        return self._canvas.node_rect(place.node)

    def _seen(self) -> list[PortPlace]:
        """The ports in view that the wire could go to, the nearest first."""
        wire, places, canvas = self.wire, self._bench.places, self._canvas
        if wire is None or places is None or not self._bench.shows_ports:
            return []
        left, top = canvas.place(QPointF(0, 0))
        nodes = places.within(left, top, canvas.width() / canvas.zoom, canvas.height() / canvas.zoom)
        boxes = canvas.scene.layout.boxes[nodes] if canvas.scene is not None else np.zeros((0, 4))
        x, y = canvas.place(self._point)
        away = np.abs(boxes[:, 0] - x) + np.abs(boxes[:, 1] + 50 - y)
        near = nodes[np.argsort(away, kind="stable")][:_MOST].tolist()
        return [place for node in near for place in places.of(node) if wire.takes(place)]

    def look_ahead(self) -> None:
        """Find out about the ports in view."""
        if self.wire is not None:
            self.wire.fits.want((place.node, place.slot) for place in self._seen())
            self._timer.start()

    def _look(self) -> None:
        if self.wire is None or not self.wire.fits.work(_SHARE):
            self._timer.stop()
        self._canvas.update()

    def scene_changed(self) -> None:
        """Another picture: the wire stays with its node, and goes with it."""
        self._refused = None
        if self.wire is None:
            return
        meant = self._meant_port
        if self.wire.origin() is None:
            self.leave()
            return
        self.wire, self.aimed, self._meant_port = self.wire.renewed(), None, None
        if self.is_walking:
            self.aim(self._place(meant))
            self.look_ahead()
        else:
            self.move(self._point)

    def _place(self, end: End | None) -> PortPlace | None:
        """Where a port is in this picture."""
        places, node = self._bench.places, self._canvas.number_of(end.id) if end is not None else -1
        if places is None or end is None or node < 0:
            return None
        return places.output(node) if end.slot == OUTPUT else places.input(node, end.slot)

    # painting

    def paint(self, p: QPainter) -> None:
        """The wire, and how it fits the ports in view."""
        wire, theme = self.wire, self._canvas.theme
        origin = wire.origin() if wire is not None else None
        if wire is None or origin is None:
            return
        for place in self._seen():
            self._paint_port(p, wire, place)
        start = self._bench.point(origin)
        end = self._bench.point(self.aimed) if self.aimed is not None else self._point
        is_down = self._canvas.scene is not None and self._canvas.scene.layout.direction == "down"
        paint.wire(p, theme, *((end, start) if wire.is_back else (start, end)), is_down)
        paint.port(p, theme, start, not wire.is_back, True)
        if self.aimed is not None:
            self._paint_port(p, wire, self.aimed)

    def _paint_port(self, p: QPainter, wire: Wire, place: PortPlace) -> None:
        at, theme, fit = self._bench.point(place), self._canvas.theme, wire.fits.known((place.node, place.slot))
        is_near = place == self.aimed
        if fit is None:
            paint.unknown(p, theme, at)
        elif fit.ok or wire.is_back_home(place):
            paint.fitting(p, theme, at, is_near)
        else:
            paint.misfitting(p, theme, at, is_near)
