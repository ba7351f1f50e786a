"""Doing: what a person is doing while building, in words, and what the keys do meanwhile."""

from __future__ import annotations

from gradstudio.app.canvas.building.bench import Bench, ordinal
from gradstudio.app.canvas.building.dropping import Dropping
from gradstudio.app.canvas.building.fields import Fields
from gradstudio.app.canvas.building.orders import Orders
from gradstudio.app.canvas.building.strip import Hint
from gradstudio.app.canvas.building.wiring import Wiring


class Doing:
    """Looks at all parts of building."""

    def __init__(self, bench: Bench, wiring: Wiring, orders: Orders, fields: Fields, dropping: Dropping) -> None:
        self._bench = bench
        self._wiring = wiring
        self._orders = orders
        self._fields = fields
        self._dropping = dropping

    def hints(self) -> tuple[Hint, ...]:
        """What keys, or places to drop something, do now."""
        wire = self._wiring.wire
        if self._orders.question:
            return ("Enter", "deletes"), ("Esc", "keeps")
        if self._orders.asked is not None:
            keeps = (("Shift", "keep the wire"),) if wire is not None else ()
            word = "add and wire" if self._orders.takes_source else "add"
            return ("Enter", word), ("Tab", "complete"), *keeps, ("Esc", "cancel")
        if self._fields.is_open:
            return ("Enter", "apply"), ("Esc", "leave")
        if self._dropping.is_over:
            return ("Node", "takes its value"), ("Wire", "goes between"), ("Esc", "cancel")
        if wire is None:
            return ()
        if self._wiring.is_walking:
            more = (("C", "next input"), ("E", "type a value"), ("X", "disconnect")) if wire.is_back else ()
            return ("Enter", "connect"), ("Tab", "next port"), *more, ("Esc", "leave")
        empty = "type a value" if wire.is_back else "disconnect" if wire.moves else "add an operation"
        return ("Port", "connect"), ("Empty canvas", empty), ("Shift", "keep the wire"), ("Esc", "cancel")

    def words(self) -> str:
        """What a person is doing, for the status line; "" for nothing."""
        wire, orders = self._wiring.wire, self._orders
        if orders.question:
            return orders.question
        if orders.asked is not None:
            what = orders.looked_at.removeprefix("leaf:") or "an operation"
            return f"Adding {what} {orders.asked.words if orders.takes_source else ''}".rstrip()
        if self._fields.is_open:
            return self._fields.words
        if wire is None:
            return self._dropping.words
        node = self._bench.name(wire.node)
        return f"Connecting to the {ordinal(wire.end.slot)} input of {node}" if wire.is_back else f"Connecting {node}"
