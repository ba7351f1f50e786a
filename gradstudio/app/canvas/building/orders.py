"""Orders: what menus and keys ask for: a command is carried out, asked about, or refused in words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF, Signal

from gradstudio.app.canvas.building.ahead import Ahead
from gradstudio.app.canvas.building.asked import Asked
from gradstudio.app.canvas.building.bench import Bench, around
from gradstudio.app.canvas.building.chosen import GRADIENT, Chosen
from gradstudio.app.canvas.building.fields import Fields
from gradstudio.app.canvas.building.walking import Walking
from gradstudio.app.canvas.building.wiring import Wiring
from gradstudio.studio.building import LEAVES, Building
from gradstudio.studio.edits.edit import Edit, Refused

_NAMED = 3  # nodes that a question names


class Orders(QObject):
    """Signals: changed(): something is asked, or no longer; palette_wanted(Asked).

    asked: what the open palette is for; looked_at: the entry that is looked at in it; ahead: what it would come to;
    question: what has to be decided before something is deleted.
    """

    changed = Signal()
    palette_wanted = Signal(object)

    def __init__(self, bench: Bench, chosen: Chosen, fields: Fields, wiring: Wiring, walking: Walking) -> None:
        super().__init__(bench)
        self._bench = bench
        self._canvas = bench.canvas
        self._chosen = chosen
        self._wiring = wiring
        self._walking = walking
        self.asked: Asked | None = None
        self.looked_at = ""
        self.point: QPoint | None = None  # where the menu was opened on empty canvas
        self.ahead = Ahead(bench)
        self.ahead.changed.connect(self.changed)
        self.question = ""
        self._fields = fields
        self._steps: dict[str, Callable[[], object]] = {
            "add": self._add,
            "between": self._add_between,
            "connect": self._connect,
            "connect-into": self._connect_into,
            "delete": self._delete,
            "value": fields.type_value,
            "rename": fields.type_name,
            "extract": fields.type_function,
            "loop": fields.type_count,
            "input": fields.type_range,
        }

    def why(self, name: str) -> str:
        """Why a command cannot be given now; "" if it can."""
        return self._chosen.why(name)

    def seems_possible(self, name: str) -> bool:
        """The same at a glance."""
        return not self._chosen.quickly_why(name)

    def do(self, name: str) -> None:
        """Give a command, or say beside what is selected why it cannot be given."""
        self.drop_question()
        beside = self._bench.node_rect(self._canvas.selected)
        if name in self._chosen.edits and name not in self._steps:
            self._bench.attempt(self._chosen.edits[name], beside)
            return
        why = self._chosen.exactly_why(name)
        if why:
            self._bench.refuse(why, beside)
        else:
            self._steps[name]()

    # the palette

    def ask_after(self, node: int, at: QPoint) -> None:
        """Open the palette, for an op that takes a node."""
        name, title = self._canvas.id_of(node), self._bench.name(node)

        def make(building: Building, entry: str) -> Edit:
            taken = self._canvas.number_of(name)
            if taken < 0:
                raise Refused(f"{title} is not there any more; choose another node.")
            return self._chosen.adding(building, entry, taken)

        is_wire = self._wiring.wire is not None
        self._ask(Asked(at, *self._takes(node), make, f"after {self._bench.name(node)}", name, not is_wire))

    def look_at(self, entry: str) -> None:
        """An entry of the open palette is looked at: what it would make is shown."""
        asked = self.asked
        if asked is None:
            return
        self.looked_at = entry
        if entry:
            source = self._canvas.number_of(asked.source) if self.takes_source else -1
            self.ahead.look(entry, lambda building: asked.make(building, entry), source)
        else:
            self.ahead.forget()
        self.changed.emit()

    @property
    def takes_source(self) -> bool:
        """Whether what is looked at takes the value that the palette was opened for."""
        is_leaf = self.looked_at in LEAVES and self.looked_at != GRADIENT
        return self.asked is not None and bool(self.asked.source) and not is_leaf

    def add_op(self, entry: str) -> None:
        """Add an op that takes the selected node, or open inputs."""
        node = self._canvas.selected
        self._bench.attempt(lambda building: self._chosen.adding(building, entry, node), self._bench.node_rect(node))

    def picked(self, entry: str, keeps: bool = False) -> None:
        """The palette was open, and this was taken from it. keeps: the wire stays in the hand."""
        asked = self.asked
        self._close()
        if asked is not None:
            if not keeps:
                self._wiring.leave()
            self._bench.attempt(lambda building: asked.make(building, entry), around(QPointF(asked.at)))
        self.changed.emit()

    def palette_left(self) -> None:
        """The palette was closed, and nothing was taken."""
        self._close()
        self._wiring.leave()
        self.changed.emit()

    def _close(self) -> None:
        self.asked, self.looked_at = None, ""
        self.ahead.forget()
        self._canvas.update()

    def _add(self) -> None:
        node = self._canvas.selected
        if node >= 0 and self._canvas.scene is not None and self._canvas.scene.graph.fold[node] < 0:
            rect = self._canvas.node_rect(node)
            self.ask_after(node, QPoint(round(rect.left()), round(rect.bottom() + 14)))
            return
        at = self.point or QPoint(self._canvas.width() // 2 - 150, self._canvas.height() // 3)
        self._ask(Asked(at, "", None, lambda b, entry: b.add(entry)))

    def _add_between(self) -> None:
        scene, edge = self._canvas.scene, self._chosen.edge
        if scene is None or edge < 0:
            return
        source, target = int(scene.graph.edge_source[edge]), int(scene.graph.edge_target[edge])
        at = (self._canvas.node_rect(source).center() + self._canvas.node_rect(target).center()) / 2
        words = f"between {self._bench.name(source)} and {self._bench.name(target)}"
        make = self._chosen.between
        self._ask(Asked(at.toPoint(), *self._takes(source), make, words, self._canvas.id_of(source), False))

    def _takes(self, node: int) -> tuple[str, Callable[[str], str] | None]:
        scene, building = self._canvas.scene, self._bench.building
        if scene is None or building is None:
            return "", None
        return f"takes {self._bench.name(node)} {scene.graph.shape[node]}".rstrip(), building.fits_after(node)

    def _ask(self, asked: Asked) -> None:
        self.asked, self.point = asked, None
        self.changed.emit()
        self.palette_wanted.emit(asked)

    # wires by keyboard

    def _connect(self) -> None:
        places = self._bench.places
        place = places.output(self._canvas.selected) if places is not None else None
        if place is not None:
            self._walking.begin(place, into=False)

    def _connect_into(self) -> None:
        places, node = self._bench.places, self._canvas.selected
        ports = self._bench.ports(node)
        slot = next((port.slot for port in ports if port.is_open), ports[0].slot)
        slot = self._chosen.slot if self._chosen.slot >= 0 else slot
        place = places.input(node, slot) if places is not None else None
        if place is not None:
            self._walking.begin(place, into=True)

    # deleting

    def _delete(self) -> None:
        """Delete at once, or say first what else would happen."""
        building, nodes = self._bench.building, tuple(sorted(self._canvas.chosen))
        told = building.consequences(nodes) if building is not None and nodes else ()
        if not told:
            self._bench.attempt(self._chosen.edits["delete"], self._bench.node_rect(self._canvas.selected))
            return
        names = ", ".join(self._bench.name(node) for node in nodes[:_NAMED]) + (" …" if len(nodes) > _NAMED else "")
        self.question = f"Delete {names}: {'; '.join(told)}."
        self._canvas.setAccessibleDescription(f"{self.question} Enter deletes, Escape keeps.")
        self.changed.emit()

    def decide(self, yes: bool) -> None:
        """Answer the question."""
        if self.question:
            self.drop_question()
            if yes:
                self._bench.attempt(self._chosen.edits["delete"], self._bench.node_rect(self._canvas.selected))

    def drop_question(self) -> bool:
        """Ask no longer; False if nothing was asked."""
        was, self.question = bool(self.question), ""
        if was:
            self.changed.emit()
        return was
