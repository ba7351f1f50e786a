"""Chosen: what can be done with what is chosen on the canvas, each as an edit of the text, or why not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF

from gradstudio.app.canvas.building.bench import Bench
from gradstudio.engine.trace import Kind
from gradstudio.studio.building import LEAVES, Building
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.made import Port

_NO_NODE = "Select a node first."
_NO_WIRE = "Click a wire first."
_EXACT = 40
"""Records of a picture up to which every command of a menu is tried out."""
GRADIENT = "leaf:gradient"
"""What the palette calls asking for a gradient."""
_ANY_NAME = "a_name_nobody_has"


class Chosen:
    """Edits of the selected nodes, of the chosen wire, or of one input. Each raises Refused where there is none."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._canvas = bench.canvas
        self.wire: tuple[str, str, int] | None = None  # the chosen one: ids of its ends, and the slot
        self.slot = -1  # the input of the selected node that was pointed at
        self._known: tuple[object, dict[str, str]] = (None, {})
        self._glances: dict[str, Callable[[Building], object]] = {
            "connect": self._connectable,
            "connect-into": self._enterable,
            "value": self._valued,
            "target": lambda building: self._sources_for(self._node()),
        }
        self._trials: dict[str, Callable[[Building], object]] = {
            **self._glances,
            **self.edits,
            "add": lambda building: _check(building.why_not),
            "between": lambda building: self.between(building, "tanh"),
            "rename": lambda building: building.rename(self._node(), _ANY_NAME),
            "extract": lambda building: building.extract(self._nodes(), _ANY_NAME),
            "loop": lambda building: building.loop(self._nodes(), 2),
            "input": lambda building: building.make_input(*self._constant(), _ANY_NAME, 0.0, 1.0),
        }

    # what is possible

    def why(self, name: str) -> str:
        """Why a command cannot be given now; "" if it can. In a large picture only what is seen at a glance counts."""
        scene = self._canvas.scene
        if scene is None or len(scene.trace.records.op) <= _EXACT:
            return self.exactly_why(name)
        return self.quickly_why(name)

    def exactly_why(self, name: str) -> str:
        """The same by trying it, which takes as long as the edit."""
        building, scene = self._bench.building, self._canvas.scene
        if building is None:
            return self._bench.why_not
        state = (building.why_not, scene.graph if scene else None, tuple(self._canvas.chosen), self.wire, self.slot)
        if self._known[0] != state:
            self._known = (state, {})
        known = self._known[1]
        if name not in known:
            known[name] = _why(self._trials[name], building)
        return known[name]

    def quickly_why(self, name: str) -> str:
        """What speaks against a command at a glance: nothing selected, a box, no line of the text."""
        building = self._bench.building
        if building is None or building.why_not or name == "add":
            return self._bench.why_not
        if name in ("between", "disconnect") or (name == "delete" and not self._canvas.chosen):
            return "" if self.edge >= 0 else _NO_NODE if name == "delete" else _NO_WIRE
        if name in self._glances:
            return _why(self._glances[name], building)
        if not self._canvas.chosen:
            return _NO_NODE
        return next((why for node in self._canvas.chosen if (why := self._bench.why_no_ports(node))), "")

    def forget(self) -> None:
        """The text is another."""
        self._known = (None, {})

    # what is chosen

    @property
    def edge(self) -> int:
        """The number of the chosen wire, -1 for none."""
        scene = self._canvas.scene
        if scene is None or self.wire is None:
            return -1
        source, target = self._canvas.number_of(self.wire[0]), self._canvas.number_of(self.wire[1])
        if source < 0 or target < 0:
            return -1
        for edge in scene.neighbours.edges_into(target).tolist():
            if int(scene.graph.edge_source[edge]) == source and int(scene.graph.edge_slot[edge]) == self.wire[2]:
                return int(edge)
        return -1

    def choose_edge(self, edge: int) -> None:
        """Choose a wire; -1: none."""
        scene = self._canvas.scene
        if scene is None or edge < 0:
            self.wire = None
        else:
            graph = scene.graph
            ends = (int(graph.edge_source[edge]), int(graph.edge_target[edge]))
            self.wire = (self._canvas.id_of(ends[0]), self._canvas.id_of(ends[1]), int(graph.edge_slot[edge]))
        self._canvas.update()

    def points(self, edge: int) -> list[QPointF]:
        """The line of an edge, in widget coordinates; none where it is drawn as a reference."""
        return self._bench.edge_points(edge)

    def choose_slot(self, node: int, slot: int) -> None:
        """One input of the selected node is meant, and the wire that goes into it; -1: none."""
        scene, self.slot = self._canvas.scene, slot
        edges = scene.neighbours.edges_into(node).tolist() if scene is not None else []
        found = [edge for edge in edges if scene is not None and int(scene.graph.edge_slot[edge]) == slot]
        self.choose_edge(found[0] if found else -1)

    # edits

    @property
    def edits(self) -> dict[str, Callable[[Building], Edit]]:
        """The commands that are carried out at once."""
        return {
            "duplicate": lambda building: building.duplicate(self._nodes()),
            "delete": self._deletion,
            "disconnect": lambda building: building.disconnect(*self._wire_end()),
            "stop-gradient": lambda building: building.stop_gradient(self._node()),
            "target": lambda building: building.gradient(self._node(), self._sources_for(self._node())),
            "sources": self._toggled_sources,
            "inline": lambda building: building.inline(self._node()),
        }

    def adding(self, building: Building, entry: str, node: int) -> Edit:
        """Add an op that takes a node (-1: none yet), or what takes none."""
        if entry == GRADIENT and node >= 0:
            return building.gradient(node, self._sources_for(node))
        is_taken = node >= 0 and entry not in LEAVES
        return building.add(entry, (node,) if is_taken else ())

    def between(self, building: Building, entry: str) -> Edit:
        """Put an op on the chosen wire."""
        return building.add_between(entry, self._wire())

    # what is typed

    def first_constant(self, node: int) -> Port | None:
        """The input pointed at, else the first that is typed and not wired: a constant, else an open one."""
        if self.slot >= 0:
            return self._bench.port(node, self.slot)
        ports = [port for port in self._bench.ports(node) if not port.why and port.record < 0]
        return next((port for port in ports if not port.is_open), ports[0] if ports else None)

    def is_leaf(self, node: int) -> bool:
        """Whether a node is a value of its own: a parameter, data, a number."""
        scene = self._canvas.scene
        return scene is not None and scene.graph.fold[node] < 0 and int(scene.graph.kind[node]) != Kind.OP

    # inside

    def _node(self) -> int:
        if self._canvas.selected < 0:
            raise Refused(_NO_NODE)
        return self._canvas.selected

    def _nodes(self) -> tuple[int, ...]:
        if not self._canvas.chosen:
            raise Refused(_NO_NODE)
        return tuple(sorted(self._canvas.chosen))

    def _wire(self) -> int:
        if self.edge < 0:
            raise Refused(_NO_WIRE)
        return self.edge

    def _wire_end(self) -> tuple[int, int]:
        scene, edge = self._canvas.scene, self._wire()
        assert scene is not None
        return int(scene.graph.edge_target[edge]), int(scene.graph.edge_slot[edge])

    def _connectable(self, building: Building) -> None:
        node = self._node()
        _check(building.why_not)
        places = self._bench.places
        if places is None or places.output(node) is None:
            raise Refused(building.describe(node))

    def _deletion(self, building: Building) -> Edit:
        """Of the selected nodes; where a wire is chosen instead, of that."""
        if not self._canvas.chosen and self.edge >= 0:
            return building.disconnect(*self._wire_end())
        return building.delete(self._nodes())

    def _enterable(self, building: Building) -> None:
        node = self._node()
        _check(building.why_not or self._bench.why_no_ports(node))
        if not self._bench.ports(node):
            raise Refused(f"{self._bench.name(node)} takes no input.")

    def _valued(self, building: Building) -> None:
        node = self._node()
        _check(building.why_not)
        if self.is_leaf(node):
            _check(
                "" if building.value_text(node) else f"The text does not write the value of {self._bench.name(node)}."
            )
        elif self.first_constant(node) is None:
            raise Refused(f"{self._bench.name(node)} is computed from others and has no constant to type.")

    def _constant(self) -> tuple[int, int]:
        node = self._node()
        port = self.first_constant(node)
        if port is None or port.is_open or port.record >= 0:
            raise Refused(f"{self._bench.name(node)} has no constant{' there' if self.slot >= 0 else ''}.")
        return node, port.slot

    def _target(self) -> int:
        scene = self._canvas.scene
        found = scene.graph.is_target.nonzero()[0].tolist() if scene is not None else []
        if not found:
            raise Refused("Nothing is the target of a gradient yet; choose one first (T).")
        return int(found[0])

    def _sources(self) -> list[int]:
        """The sources of the gradient shown, if the text asks for one."""
        scene = self._canvas.scene
        if scene is None or not 0 <= scene.graph.sweep < len(scene.trace.sweeps):
            return []
        is_asked = not scene.trace.sweeps[scene.graph.sweep].automatic
        return [int(k) for k in scene.graph.is_source.nonzero()[0]] if is_asked else []

    def _sources_for(self, target: int) -> tuple[int, ...]:
        """The sources there are, else every parameter that the target depends on, else every number it depends on."""
        scene = self._canvas.scene
        assert scene is not None
        there = [node for node in self._sources() if node != target]
        if there:
            return tuple(there)
        before, kind = scene.neighbours.upstream(target), scene.graph.kind
        for wanted in (kind == Kind.PARAMETER, scene.graph.is_source):
            found = tuple(int(k) for k in (before & wanted).nonzero()[0] if k != target)
            if found:
                return found
        raise Refused(f"{self._bench.name(target)} depends on no parameter; make one a source first (W).")

    def _toggled_sources(self, building: Building) -> Edit:
        nodes, there = self._nodes(), self._sources()
        if all(node in there for node in nodes):
            left = tuple(k for k in there if k not in nodes)
            if not left:
                raise Refused(f"{self._bench.name(nodes[0])} is the only source; a gradient needs one.")
            return building.gradient(self._target(), left)
        return building.gradient(self._target(), tuple(sorted({*there, *nodes})))


def _check(why: str) -> None:
    if why:
        raise Refused(why)


def _why(make: Callable[[Building], object], building: Building) -> str:
    try:
        make(building)
    except Refused as why:
        return str(why)
    return ""
