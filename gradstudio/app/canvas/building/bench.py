"""Bench: what all parts of building on the canvas share: the program's edits, the ports of the picture, a bubble."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from gradstudio.app.canvas.building.bubble import REFUSED, Bubble
from gradstudio.app.canvas.building.ports import PortPlace, PortPlaces
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.picture.anatomy import ROWS
from gradstudio.picture.constants import constant_chips
from gradstudio.picture.fonts import plain
from gradstudio.picture.model import Level
from gradstudio.studio.building import Building
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.made import Port

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_NOTHING = "There is no program to edit here."


class Bench(QObject):
    """Signals: edit_wanted(Edit): a person asks for a change of the program; refused(): it was said why there is no
    edit."""

    edit_wanted = Signal(object)
    refused = Signal()

    def __init__(self, canvas: Selectable) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.building: Building | None = None
        self.bubble = Bubble(canvas, canvas.theme.name)
        self._places: PortPlaces | None = None
        self._was_editable = False
        self._ports: dict[int, tuple[Port, ...]] = {}
        canvas.scene_changed.connect(self._on_scene_changed)

    def use(self, building: Building) -> None:
        """Edit this program."""
        self.building = building

    # the picture

    @property
    def places(self) -> PortPlaces | None:
        """Where ports lie; None without a picture."""
        scene, is_editable = self.canvas.scene, not self.why_not
        if is_editable != self._was_editable:  # a text that is not that of the picture tells nothing of inputs
            self._was_editable = is_editable
            self.forget()
        if self._places is None and scene is not None:
            self._places = PortPlaces(scene.graph, scene.layout, scene.neighbours, self._slots)
        return self._places

    @property
    def shows_ports(self) -> bool:
        """Whether nodes are large enough for their ports."""
        return self.canvas.level <= Level.COMPACT

    def ports(self, node: int) -> tuple[Port, ...]:
        """The inputs of a node; none where the text does not tell them."""
        if self.building is None:
            return ()
        if node not in self._ports:
            self._ports[node] = self.building.ports(node)
        return self._ports[node]

    def port(self, node: int, slot: int) -> Port | None:
        """One input of a node."""
        return next((port for port in self.ports(node) if port.slot == slot), None)

    def why_no_ports(self, node: int) -> str:
        """Why the inputs of a node cannot be changed; "" if they can."""
        if self.building is None or self.why_not:
            return self.why_not
        said = self.building.describe(node)
        return "" if said.startswith("line ") else said

    def constant_at(self, point: QPointF) -> tuple[int, int] | None:
        """The node and input of the constant whose chip is at a point."""
        scene = self.canvas.scene
        if scene is None or self.canvas.level > Level.FULL:
            return None
        x, y = self.canvas.place(point)
        for node, slot, _, (left, top, wide, high) in constant_chips(scene.graph, scene.layout):
            if left <= x <= left + wide and top <= y <= top + high:
                return node, slot
        return None

    def leaf_value_at(self, point: QPointF) -> int:
        """The leaf whose value, as the text writes it, is shown at a point; -1 for none."""
        scene, node = self.canvas.scene, self.canvas.node_at(point)
        if scene is None or node < 0 or not self.shows_ports or self.building is None:
            return -1
        from_top = self.canvas.place(point)[1] - float(scene.layout.boxes[node, 1])
        *above, value, _ = ROWS[self.canvas.level]
        is_value = sum(above) <= from_top < sum(above) + value
        return node if is_value and self.building.value_text(node) else -1

    def edge_points(self, edge: int) -> list[QPointF]:
        """The line of an edge, in widget coordinates; none where it is drawn as a reference."""
        scene = self.canvas.scene
        if scene is None:
            return []
        routes = scene.layout.forward
        points = routes.points[routes.start[edge] : routes.start[edge + 1]].tolist()
        return [self.canvas.screen((x, y, 0.0, 0.0)).topLeft() for x, y in points]

    def point(self, place: PortPlace) -> QPointF:
        """Where a port is, in widget coordinates."""
        return self.canvas.screen((place.x, place.y, 0.0, 0.0)).topLeft()

    # words

    def name(self, node: int) -> str:
        """What a node is called: "z", or "matmul" if it has no name."""
        scene = self.canvas.scene
        return plain(scene.graph.title[node], 32) if scene is not None and node >= 0 else ""

    def input_words(self, node: int, slot: int) -> str:
        """ "first input of err", and what the op calls it where that says more."""
        port = self.port(node, slot)
        called = f" ({port.name})" if port is not None and len(port.name.strip("_")) > 1 else ""
        return f"{ordinal(slot)} input{called} of {self.name(node)}"

    # edits

    @property
    def why_not(self) -> str:
        """Why nothing can be edited now; "" if it can."""
        return self.building.why_not if self.building is not None else _NOTHING

    def attempt(self, make: Callable[[Building], Edit], beside: QRectF) -> bool:
        """Ask for an edit, or say beside a rectangle why there is none."""
        why = self.tried(make)
        if why:
            self.refuse(why, beside)
        return not why

    def tried(self, make: Callable[[Building], Edit]) -> str:
        """Ask for an edit; "" or why there is none."""
        if self.building is None:
            return _NOTHING
        try:
            edit = make(self.building)
        except Refused as why:
            return str(why)
        self.bubble.hide()
        self.edit_wanted.emit(edit)
        return ""

    def refuse(self, why: str, beside: QRectF) -> None:
        """Say at the cursor why something cannot be done; nothing was changed."""
        self.bubble.say(REFUSED, why, beside)
        self.canvas.setAccessibleDescription(why)
        self.refused.emit()

    def node_rect(self, node: int) -> QRectF:
        """Where a node is, in widget coordinates; the middle of the canvas for none."""
        scene = self.canvas.scene
        if scene is not None and 0 <= node < len(scene.graph.ids):
            return self.canvas.node_rect(node)
        return QRectF(self.canvas.width() / 2 - 1, self.canvas.height() / 2 - 1, 2, 2)

    def _slots(self, node: int) -> int:
        return len(self.ports(node))

    def forget(self) -> None:
        """The text is another: what was known of ports is not."""
        self._ports, self._places = {}, None

    def _on_scene_changed(self) -> None:
        self.forget()
        self.bubble.hide()


def ordinal(slot: int) -> str:
    """ "first", "second" ..."""
    return _ORDINALS[slot] if slot < len(_ORDINALS) else f"{slot + 1}th"


def around(point: QPointF, by: float = 10.0) -> QRectF:
    """A small rectangle about a point."""
    return QRectF(point.x() - by, point.y() - by, 2 * by, 2 * by)
