"""Fields: what is typed in the picture itself: names, values, arguments, how many passes."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from gradstudio.app.canvas.building.bench import Bench, around, ordinal
from gradstudio.app.canvas.building.chosen import Chosen
from gradstudio.app.canvas.building.field import Field
from gradstudio.studio.building import Building
from gradstudio.studio.edits.edit import Edit, Refused

_Make = Callable[[Building, str], Edit]
_RANGE = re.compile(r"\s*(\w+)\s*[:,]?\s*(\S+?)\s*(?:to|,|\.\.)\s*(\S+)\s*")


class Fields(QObject):
    """Signal changed(): a field was opened or closed."""

    changed = Signal()

    def __init__(self, bench: Bench, chosen: Chosen) -> None:
        super().__init__(bench)
        self._bench = bench
        self._canvas = bench.canvas
        self._chosen = chosen
        self._id = ""  # of the node it is about
        self.words = ""
        self.field = Field(self._canvas, self._canvas.theme.name)
        self.field.left.connect(self._on_left)
        self.field.refused.connect(self._on_refused)

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return self.field.is_open

    def type_name(self) -> None:
        """Another name for the selected node."""
        node = self._canvas.selected
        text = self._bench.building.variable(node) if self._bench.building is not None else ""
        self._open(self._part(node, 20.0, 20.0), text, "Name", "a name", f"Renaming {self._bench.name(node)}",
                   lambda b, name: b.rename(self._node(), name))  # fmt: skip

    def type_value(self) -> None:
        """Another value for the selected node: its own, or its first constant."""
        node = self._canvas.selected
        if not self._chosen.is_leaf(node):
            port = self._chosen.first_constant(node)
            if port is not None:
                self.type_argument(node, port.slot)
            return
        text = self._bench.building.value_text(node) if self._bench.building is not None else ""
        self._open(self._part(node, 40.0, 24.0), text, "Value", "a value", f"Changing {self._bench.name(node)}",
                   lambda b, value: b.set_value(self._node(), value))  # fmt: skip

    def type_argument(self, node: int, slot: int, at: QPointF | None = None) -> None:
        """A number, a name or an expression for an input."""
        port = self._bench.port(node, slot)
        why = self._bench.why_not or (port.why if port is not None else self._bench.why_no_ports(node))
        if why or port is None:
            self._bench.refuse(why, around(at) if at is not None else self._bench.node_rect(node))
            return
        place = self._bench.places.input(node, slot) if self._bench.places is not None else None
        point = at or (self._bench.point(place) if place is not None else self._bench.node_rect(node).center())
        hint = f"{ordinal(slot)} input: a number, a name or an expression"
        self._id = self._canvas.id_of(node)
        self._open(around(point, 14.0).translated(18.0, 0.0), "" if port.is_open else port.text, "Argument", hint,
                   f"Typing the {self._bench.input_words(node, slot)}",
                   lambda b, text: b.set_argument(self._node(), slot, text), self._id)  # fmt: skip

    def type_function(self) -> None:
        """The name of a function that the selected nodes become."""
        nodes = self._ids()
        self._open(self._below(), "", "Function", "name of the function", "Making a function of what is selected",
                   lambda b, name: b.extract(self._numbers(nodes), name))  # fmt: skip

    def type_count(self) -> None:
        """How often the lines of the selected nodes are to run."""
        nodes = self._ids()

        def make(building: Building, text: str) -> Edit:
            return building.loop(self._numbers(nodes), _count(text))

        self._open(self._below(), "10", "Passes", "how many passes", "Repeating what is selected", make)

    def type_range(self) -> None:
        """The name and range of an input that a constant becomes."""
        node = self._canvas.selected
        port = self._chosen.first_constant(node)
        if port is None:
            return

        def make(building: Building, text: str) -> Edit:
            return building.make_input(self._node(), port.slot, *_range(text))

        low, high = _around_value(port.text)
        self._open(self._below(), f"{port.name or 'rate'} {low} to {high}", "Input", "name 0 to 1",
                   f"Making an input of {port.text}", make)  # fmt: skip

    def scene_changed(self) -> None:
        """Another picture: what is typed for a node that is gone is dropped."""
        if self.is_open and self._id and self._canvas.number_of(self._id) < 0:
            self.field.leave()

    # inside

    def _open(
        self, rect: QRectF, text: str, name: str, hint: str, words: str, make: _Make, id: str | None = None
    ) -> None:
        self._id = self._canvas.id_of(self._canvas.selected) if id is None else id
        self.words = words
        self._bench.bubble.hide()
        self.field.open(rect, text, name, hint, lambda typed: self._bench.tried(lambda b: make(b, typed)))
        self.changed.emit()

    def _node(self) -> int:
        return self._canvas.number_of(self._id)

    def _ids(self) -> list[str]:
        return [self._canvas.id_of(node) for node in sorted(self._canvas.chosen)]

    def _numbers(self, ids: list[str]) -> tuple[int, ...]:
        return tuple(self._canvas.number_of(name) for name in ids)

    def _part(self, node: int, top: float, high: float) -> QRectF:
        """A row of a node, in widget coordinates."""
        scene = self._canvas.scene
        if scene is None:
            return self._bench.node_rect(-1)
        x, y, w, _ = scene.layout.boxes[node].tolist()
        return self._canvas.screen((x + 5.0, y + top, w - 10.0, high))

    def _below(self) -> QRectF:
        """Under the selected node."""
        rect = self._bench.node_rect(self._canvas.selected)
        return QRectF(rect.left(), rect.bottom() + 6, rect.width(), 26)

    def _on_left(self) -> None:
        self._bench.bubble.hide()
        self._canvas.setFocus()
        self.changed.emit()

    def _on_refused(self, why: str) -> None:
        self._bench.refuse(why, QRectF(self.field.geometry()))


def _count(text: str) -> int:
    """How many passes. Raises Refused for anything else."""
    if not text.isdigit() or int(text) < 1:
        raise Refused(f"`{text}` is no number of passes; type a whole number like 10.")
    return int(text)


def _range(text: str) -> tuple[str, float, float]:
    """A name and the ends of a range. Raises Refused for anything else."""
    found = _RANGE.fullmatch(text)
    try:
        if found is not None:
            return found[1], float(found[2]), float(found[3])
    except ValueError:
        pass
    raise Refused(f"`{text}` is no input; type a name and its range, like rate 0 to 1.")


def _around_value(text: str) -> tuple[str, str]:
    """A range that a number lies in the middle of."""
    try:
        value = float(text)
    except ValueError:
        return "0", "1"
    low, high = sorted((0.0, 2 * value)) if value else (-1.0, 1.0)
    return f"{low:g}", f"{high:g}"
