"""SweepLog: what one backward pass tells the recorder, node by node and product by product."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, NamedTuple

import numpy as np

from gradstudio.engine.batching import whole
from gradstudio.engine.moments import measured, measured_alone
from gradstudio.engine.places import Instruction
from gradstudio.engine.slices import Slices
from gradstudio.engine.state import Token
from gradstudio.engine.summary import rows_from, summarise
from gradstudio.engine.tensor import Tensor, raw
from gradstudio.engine.trace import ENDS, SWEEPS, Flow, Span, Sweep

_SMALL = 4096
"""Elements of an array that may wait until many of its shape are measured at once."""
_WAITING = 1 << 16
"""Elements that are measured at once, at most."""


class Measure(NamedTuple):
    """What is said of a product that is no single real number."""

    total: float  # sum of magnitudes
    sign: float  # that all elements share, else 0
    rms: float


class SweepLog:
    """Cotangents in the order of the walk, and every product that flowed along an edge.

    What belongs together has the same place in `reached` and `cotangents`. Edges are worked out afterwards: see
    settle().
    """

    def __init__(
        self,
        targets: list[Tensor],
        sources: list[Tensor],
        place: Instruction,
        scope: int,
        position: int,
        automatic: bool,
        whole: set[Token],
    ) -> None:
        self.targets = targets
        self.sources = sources
        self.place = place
        self.scope = scope
        self.position = position
        self.automatic = automatic
        self.whole = whole  # tapes of which every node and leaf is a record
        self.small = _SMALL
        self.reached: list[Tensor] = []
        self.cotangents: list[Any] = []
        self.products: list[Any] = []  # a float, a small array or a Measure
        self.odd: dict[int, list[tuple[int, Tensor]]] = {}  # place in `reached` -> slots and inputs that got products
        self.blocked: list[Tensor] = []
        self.results: list[Tensor | None] = []
        self.seeds: list[tuple[Tensor, Any]] = []  # targets and the cotangents they start with
        self.recorded = False  # whether an outer tape follows it: then cotangents and products are tensors
        self.records = np.zeros(0, np.int32)  # of what was reached, -1 for what is none
        self.record = np.zeros(0, np.int32)  # of these the records, growing
        self.order = np.zeros(0, np.int64)  # and where they are in `reached`
        self.is_backwards = True  # whether that is the other way around
        self.edges = np.zeros((3, 0), np.int32)  # from a record, through which slot, into which record

    # while it goes on

    def started(self, seeds: list[tuple[Tensor, Any]], recorded: bool) -> None:
        """The walk is about to begin. seeds: the targets' first cotangents; recorded: an outer tape follows it."""
        self.seeds, self.recorded = seeds, recorded

    def node(self, t: Tensor, g: Any) -> None:
        """A record's cotangent is complete; its products are told one by one."""
        self.odd[len(self.reached)] = []
        self.reached.append(t)
        self.cotangents.append(g.copy() if type(g) is np.ndarray and g.flags.writeable else g)

    def edge(self, slot: int, x: Tensor, product: Any) -> None:
        """A product flowed from that record through an input slot into that input."""
        self.odd[len(self.reached) - 1].append((slot, x))
        if not self.recorded:
            product = told(product)
        self.products.append(product.copy() if type(product) is np.ndarray else product)

    def stop(self, t: Tensor) -> None:
        """A record passes nothing on, by decision."""
        self.blocked.append(t)

    def finish(self, results: list[Tensor | None]) -> None:
        """The caller's gradients."""
        self.results = results

    # afterwards

    def settle(self, pairs: np.ndarray, number: Callable[[Tensor], int]) -> None:
        """Work out what is what, inside numbered(). number: gives the record of a tensor, -1 for none.

        pairs: of every record the numbers of its first and second input, below 0 where that is none (n, 2).
        """
        try:
            records = np.fromiter([t.g for t in self.reached], np.int32, len(self.reached))
        except TypeError:  # some are no records
            records = np.fromiter(map(number, self.reached), np.int32, len(self.reached))
        self.records = records
        ends = pairs.take(records, axis=0)
        has_product = ends >= 0
        odd = list(self.odd)
        has_product[odd] = False
        flat = np.flatnonzero(has_product)
        place, slot, into = flat >> 1, flat & 1, ends.reshape(-1)[flat]
        if odd:
            told = [(place, slot, number(x)) for place, ends in self.odd.items() for slot, x in ends]
            table = np.concatenate([[place, slot, into], np.array(told, np.int64).reshape(-1, 3).T], axis=1)
            place, slot, into = table[:, np.argsort(table[0], kind="stable")]
        self.edges = np.empty((3, len(place)), np.int32)
        self.edges[0], self.edges[1], self.edges[2] = records[place], slot, into
        self.is_backwards = bool((records[1:] < records[:-1]).all())  # as a tape is walked
        if self.is_backwards:
            self.record, self.order = records[::-1], np.arange(len(records) - 1, -1, -1)
        else:  # what is told twice is told at the end once more
            self.record, last = np.unique(records[::-1], return_index=True)
            self.order = len(records) - 1 - last
        if len(self.record) and self.record[0] < 0:
            self.record, self.order = self.record[1:], self.order[1:]

    def cotangent(self, record: int) -> Any:
        """The whole cotangent of a record, None where there is none."""
        at = int(np.searchsorted(self.record, record))
        there = at < len(self.record) and self.record[at] == record
        return shown(self.cotangents[self.order[at]]) if there else None

    def in_order(self) -> list[Any]:
        """The cotangents of all records reached, as the walk had them."""
        if self.is_backwards and len(self.order) == len(self.cotangents):
            return self.cotangents[::-1]
        return [self.cotangents[at] for at in self.order.tolist()]

    def again(self, cotangents: list[Any], products: list[Any]) -> SweepLog:
        """The log of the same pass over other values."""
        log = copy(self)
        log.cotangents, log.products = cotangents, products
        return log

    def freeze(self, flow: Flow, name: Callable[[int], str], number: Callable[[Tensor], int], span: Span) -> Sweep:
        """The columns of the trace."""
        target, sources = tuple(map(number, self.targets)), tuple(map(number, self.sources))
        return Sweep(
            target=target,
            sources=sources,
            target_names=tuple(map(name, target)),
            source_names=tuple(map(name, sources)),
            connected=tuple(g is not None for g in self.results) or (False,) * len(sources),
            span=span,
            scope=self.scope,
            position=self.position,
            automatic=self.automatic,
            record=self.record.astype(np.int32),
            cotangents=flow.cotangents,
            blocked=np.array(list(dict.fromkeys(map(number, self.blocked))), np.int32),
            edge_record=self.edges[0].copy(),
            edge_slot=self.edges[1].copy(),
            edge_share=flow.edge_share,
            edge_sign=flow.edge_sign,
            edge_rms=flow.edge_rms,
        )


def flows(logs: list[SweepLog]) -> list[Flow]:
    """Of each log the columns that depend on values. All are described together: loops have many short ones."""
    products: list[Any] = []
    cotangents: list[Any] = []
    for log in logs:
        products += map(told, log.products) if log.recorded else log.products
        cotangents += log.in_order()
    total, sign, rms = _measures(products)
    if set(map(type, cotangents)) == {float}:
        described = summarise(np.fromiter(cotangents, np.float64, len(cotangents)), signed=True)
    else:
        described = summarise(list(map(shown, cotangents)), signed=True)
    found = []
    reached = edges = 0
    for log in logs:
        into = log.edges[2]
        end = edges + len(into)
        here = total[edges:end]
        # A tensor that no record stands for has the number -1.
        arrived = np.bincount(into + 1, here)[into + 1] if len(into) else here
        share = np.divide(here, arrived, out=np.zeros(len(here)), where=(arrived > 0) & (arrived < np.inf))
        there = rows_from(described, reached, reached + len(log.order))
        found.append(Flow(there, share, sign[edges:end], rms[edges:end]))
        reached, edges = reached + len(log.order), end
    return found


def told(product: Any) -> Any:
    """What a log keeps of a product: a float or small array itself, of anything else what is said of it.

    The walk adds into no array that it has passed on.
    """
    if type(product) is float:
        return product
    value = product if is_plain(product) else shown(product)
    if type(value) is float:
        return value
    if isinstance(value, np.ndarray) and value.size != 1:
        return value if value.size <= _SMALL else Measure(*measured_alone(value))
    number = np.asarray(value).ravel()[0]
    total = float(abs(number))
    return Measure(total, 1 if number.real > 0 else -1 if number.real < 0 else 0, total)


def _measures(products: list[Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each product: the sum of its magnitudes, the sign that its elements share (else 0), the root mean square."""
    if set(map(type, products)) <= {float}:
        numbers = np.fromiter(products, np.float64, len(products))
        total = np.abs(numbers)
        return total, np.subtract(numbers > 0, numbers < 0, dtype=np.int8), total.copy()
    table = np.empty((3, len(products)))
    waiting: dict[tuple[int, np.dtype[Any]], list[int]] = {}
    before: Any = None  # an array often has the form of the one before it
    for edge, product in enumerate(products):
        if type(product) is float:
            table[:, edge] = abs(product), (product > 0) - (product < 0), abs(product)
        elif type(product) is Measure:
            table[:, edge] = product
        else:
            if before is None or product.dtype is not before.dtype or product.size != before.size:
                alike = waiting.setdefault((product.size, product.dtype), [])
                before = product
            alike.append(edge)
    for (size, _), edges in waiting.items():
        step = max(1, _WAITING // size) if size else len(edges)
        for first in range(0, len(edges), step):
            part = edges[first : first + step]
            table[:, np.array(part)] = measured([products[edge] for edge in part])
    return table[0], table[1].astype(np.int8), table[2]


def is_plain(g: Any) -> bool:
    """Whether a cotangent is an array of real numbers on the host already."""
    return type(g) is np.ndarray and g.dtype.kind == "f" and g.ndim > 0


def shown(g: Any) -> Any:
    """A cotangent as gradient() gives it: on the host, whole, and conjugated if complex."""
    if type(g) is float or is_plain(g):
        return g
    if type(g) is np.float64:
        return float(g)
    value = whole(raw(g.dense() if type(g) is Slices else g))
    if isinstance(value, np.ndarray) and value.ndim:
        return value.conj() if value.dtype.kind == "c" else value
    number = np.asarray(value)[()]
    return np.conj(number) if number.dtype.kind == "c" else float(number)


def beyond(sweeps: int, ends: int) -> str:
    """Of what a trace has as much as it may, with one more backward pass; "" for none.

    sweeps: those before it; ends: targets and sources, its own included.
    """
    if sweeps >= SWEEPS:
        return f"{SWEEPS:,} backward passes"
    return f"gradients by {ENDS:,} sources, all together" if ends > ENDS else ""
