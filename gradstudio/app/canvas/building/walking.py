"""Walking: the wire in the hand goes from port to port by keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from PySide6.QtCore import Qt

from gradstudio.app.canvas.building.bench import Bench
from gradstudio.app.canvas.building.ports import PortPlace
from gradstudio.app.canvas.building.wiring import Wiring

_ON = (Qt.Key.Key_Right, Qt.Key.Key_Tab)
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Backtab)
_TRIED = 24
"""Ports of which it is found out whether the wire fits before it is shown."""
_NEAR = 300
"""Nodes of which it is found out whether they have an open input."""
_NODES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Walking:
    """Ports in the order of the tape; Up and Down go from node to node."""

    def __init__(self, bench: Bench, wiring: Wiring) -> None:
        self._bench = bench
        self._wiring = wiring

    def begin(self, place: PortPlace, into: bool) -> bool:
        """Take a wire from a port and aim at what it most likely goes to. into: it looks for a value."""
        wiring = self._wiring
        if not wiring.take(place, keeps_place=into):
            return False
        wiring.is_walking = True
        first = self._first(place.node)
        if first is None:
            wiring.leave()
            what = "nothing else has a value" if into else "no other node has an input"
            self._bench.refuse(f"There is nothing to connect to: {what}.", self._bench.node_rect(place.node))
            return False
        self._go(first)
        return True

    def key(self, key: Qt.Key) -> bool:
        """An arrow or Tab, which also goes on with a wire that the mouse took; False for any other key."""
        wire, aimed = self._wiring.wire, self._wiring.aimed
        if wire is None or key not in (*_ON, *_BACK, *_NODES):
            return False
        self._wiring.is_walking = True
        if aimed is None:
            first = self._first(wire.node)
            if first is not None:
                self._go(first)
        elif key in _NODES:
            self._go(self._beyond(aimed.node, _NODES[key], _NODES[key] < 0) or aimed)
        else:
            self._step(aimed, 1 if key in _ON else -1)
        return True

    def _step(self, aimed: PortPlace, by: int) -> None:
        row = self._row(aimed.node)
        at = row.index(aimed) + by if aimed in row else -1
        if 0 <= at < len(row):
            self._go(row[at])
            return
        self._go(self._beyond(aimed.node, by, False) or aimed)

    def _go(self, place: PortPlace) -> None:
        self._wiring.aim(place)
        self._bench.canvas.bring_into_view(place.node)
        self._wiring.look_ahead()

    def _row(self, node: int) -> list[PortPlace]:
        """The ports of a node that the wire could go to."""
        wire, places = self._wiring.wire, self._bench.places
        if wire is None or places is None:
            return []
        return [place for place in places.of(node) if wire.takes(place)]

    def _beyond(self, node: int, by: int, is_first: bool) -> PortPlace | None:
        """The next port after a node (1) or before it (-1); is_first: the first of its node even when going back."""
        scene = self._bench.canvas.scene
        count = len(scene.graph.ids) if scene is not None else 0
        for away in range(1, count):
            row = self._row((node + by * away) % count)
            if row:
                return row[0 if by > 0 or is_first else -1]
        return None

    def _first(self, node: int) -> PortPlace | None:
        """What the wire is most likely for: an open input that it fits, else any open one, else one that it fits, from
        this node on. For a value: the one that is read now, else one that fits and that nothing reads yet, of several
        the last before it in the text."""
        wire, scene = self._wiring.wire, self._bench.canvas.scene
        if wire is None or scene is None:
            return None
        count, graph = len(scene.graph.ids), scene.graph
        if wire.is_back:
            into = scene.neighbours.edges_into(node)
            read = [int(graph.edge_source[edge]) for edge in into if int(graph.edge_slot[edge]) == wire.end.slot]
            if read and (row := self._row(read[0])):
                return row[0]
            line = int(graph.line[node])
            values = sorted(range(count), key=lambda k: (int(graph.line[k]) >= line, -int(graph.line[k])))
            unread = [k for k in values if not len(scene.neighbours.edges_from(k))]
            return (
                self._fitting(self._ports(unread)) or self._fitting(self._ports(values)) or self._beyond(node, -1, True)
            )
        near = [*range(node + 1, count), *range(node)][:_NEAR]
        is_open = {other: [port.slot for port in self._bench.ports(other) if port.is_open] for other in near}
        waiting = [place for place in self._ports(near) if place.slot in is_open[place.node]]
        found = self._fitting(waiting) or next(iter(waiting), None)
        return found or self._fitting(self._ports(near)) or self._beyond(node, 1, True)

    def _ports(self, nodes: list[int]) -> Iterator[PortPlace]:
        """The ports of nodes that the wire could go to."""
        return (place for node in nodes for place in self._row(node))

    def _fitting(self, places: Iterable[PortPlace]) -> PortPlace | None:
        """The first that fits, of as many as can be tried at once."""
        fits = self._wiring.wire.fits if self._wiring.wire is not None else None
        return next((p for p in islice(places, _TRIED) if fits is not None and fits.now((p.node, p.slot)).ok), None)
