"""SweepLog: what one backward pass tells the recorder, node by node and product by product."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np

from gradstudio.engine.batching import whole
from gradstudio.engine.slices import Slices
from gradstudio.engine.summary import root_mean_square, summarise
from gradstudio.engine.tensor import Tensor, raw
from gradstudio.engine.trace import ENDS, SWEEPS, Flow, Span, Sweep

_SMALL = 4096
"""Elements of an array that may wait until many of its shape are measured at once."""
_WAITING = 1 << 20
"""Elements that wait at most."""


class SweepLog:
    """Cotangents by record number, and every product that flowed along an edge."""

    def __init__(
        self, target: list[int], sources: list[int], span: Span, scope: int, position: int, automatic: bool
    ) -> None:
        self.target = target
        self.sources = sources
        self.span = span
        self.scope = scope
        self.position = position
        self.automatic = automatic
        self.cotangents: dict[int, Any] = {}
        self.results: list[Tensor | None] = []
        self.seeds: list[tuple[int, Any]] = []  # record of a target, the cotangent it starts with
        self.edges: list[tuple[int, int, int]] = []  # from a record, through which slot, into which record
        self.products: list[float] = []  # what flowed along each edge, if it is one real number
        self._measures: dict[int, tuple[float, int, float]] = {}  # other edges: sum of magnitudes, sign, rms
        # Edges and arrays yet to be measured, by size and dtype.
        self._waiting: dict[tuple[int, np.dtype[Any]], list[tuple[int, np.ndarray]]] = {}
        self._elements = 0  # of these arrays
        self._blocked: dict[int, None] = {}
        self.recorded: tuple[list[Any], list[Any]] | None = None  # cotangents and products, where an outer tape follows

    def started(self, seeds: list[tuple[Tensor, Any]], recorded: bool) -> None:
        """The walk is about to begin. seeds: the targets' first cotangents; recorded: an outer tape follows it."""
        self.seeds = [(t.record, g) for t, g in seeds]
        self.recorded = ([], []) if recorded else None

    def again(self) -> SweepLog:
        """An empty log of the same call, for the same pass over other values."""
        log = SweepLog(self.target, self.sources, self.span, self.scope, self.position, self.automatic)
        log.seeds, log.edges, log.results, log._blocked = self.seeds, self.edges, self.results, self._blocked
        log.recorded = self.recorded
        return log

    def node(self, record: int, g: Any) -> None:
        """A record's cotangent is complete."""
        if record >= 0:
            self.arrived(record, g)
            if self.recorded is not None:
                self.recorded[0].append(g)

    def arrived(self, record: int, g: Any) -> None:
        """The same, for the number of a record."""
        value = g if type(g) is float or _is_plain(g) else _shown(g)
        # The walk may go on to add into this buffer; the picture must not change afterwards.
        self.cotangents[record] = value.copy() if isinstance(value, np.ndarray) else value

    def stop(self, t: Tensor) -> None:
        """A record passes nothing on, by decision."""
        self._blocked[t.record] = None

    def edge(self, record: int, slot: int, into: int, product: Any) -> None:
        """A product flowed from a record through an input slot into that input's record."""
        self.edges.append((record, slot, into))
        self.flowed(product)
        if self.recorded is not None:
            self.recorded[1].append(product)

    def flowed(self, product: Any) -> None:
        """What flowed along the next edge."""
        if type(product) is float:
            self.products.append(product)
            return
        value = product if _is_plain(product) else _shown(product)
        if type(value) is float:
            self.products.append(value)
            return
        edge = len(self.products)
        self.products.append(0.0)
        if isinstance(value, np.ndarray) and value.size != 1:
            if value.size <= _SMALL:
                self._waiting.setdefault((value.size, value.dtype), []).append((edge, value.flatten()))
                self._elements += value.size
                if self._elements > _WAITING:
                    self._measure()
            else:
                self._measures[edge] = _measured(value.reshape(1, -1))[0]
        else:
            number = np.asarray(value).ravel()[0]
            total = float(abs(number))
            self._measures[edge] = (total, 1 if number.real > 0 else -1 if number.real < 0 else 0, total)

    def _measure(self) -> None:
        """Measure the arrays that wait."""
        for waiting in self._waiting.values():
            edges, arrays = zip(*waiting, strict=True)
            self._measures.update(zip(edges, _measured(np.stack(arrays)), strict=True))
        self._waiting.clear()
        self._elements = 0

    def finish(self, results: list[Tensor | None]) -> None:
        """The caller's gradients."""
        self.results = results

    def flow(self) -> Flow:
        """The columns that depend on values."""
        self._measure()
        order = sorted(self.cotangents)
        numbers = np.array(self.products, np.float64)
        total = np.abs(numbers)
        rms = total.copy()
        sign = (numbers > 0).astype(np.int8) - (numbers < 0)
        for edge, (whole_total, whole_sign, whole_rms) in self._measures.items():
            total[edge], sign[edge], rms[edge] = whole_total, whole_sign, whole_rms
        into = self._ends()[:, 2]
        # A tensor that no record stands for has the number -1.
        arrived = np.bincount(into + 1, total)[into + 1] if len(into) else total
        with np.errstate(all="ignore"):
            share = np.where((arrived > 0) & np.isfinite(arrived), total / arrived, 0.0)
        cotangents = summarise([self.cotangents[r] for r in order], signed=True)
        return Flow(cotangents, share, sign.astype(np.int8), rms)

    def _ends(self) -> np.ndarray:
        """int32 (edges, 3): what `edges` holds."""
        return np.fromiter(chain.from_iterable(self.edges), np.int32).reshape(-1, 3)

    def freeze(self, name: Callable[[int], str], span: Span) -> Sweep:
        """The columns of the trace."""
        flow, ends = self.flow(), self._ends()
        return Sweep(
            target=tuple(self.target),
            sources=tuple(self.sources),
            target_names=tuple(name(r) for r in self.target),
            source_names=tuple(name(r) for r in self.sources),
            connected=tuple(g is not None for g in self.results) or (False,) * len(self.sources),
            span=span,
            scope=self.scope,
            position=self.position,
            automatic=self.automatic,
            record=np.array(sorted(self.cotangents), np.int32),
            cotangents=flow.cotangents,
            blocked=np.array(list(self._blocked), np.int32),
            edge_record=ends[:, 0].copy(),
            edge_slot=ends[:, 1].copy(),
            edge_share=flow.edge_share,
            edge_sign=flow.edge_sign,
            edge_rms=flow.edge_rms,
        )


def _is_plain(g: Any) -> bool:
    """Whether a cotangent is an array of real numbers on the host already."""
    return type(g) is np.ndarray and g.dtype.kind == "f" and g.ndim > 0


def _measured(rows: np.ndarray) -> list[tuple[float, int, float]]:
    """Of each row: the sum of its magnitudes, the sign that its elements share (else 0), the root mean square."""
    if not rows.shape[1]:
        return [(0.0, 0, 0.0)] * len(rows)
    real = rows.real
    with np.errstate(all="ignore"):
        high: np.ndarray = real.max(axis=1)
        low: np.ndarray = real.min(axis=1)
        magnitude: np.ndarray = np.abs(rows)
        total: np.ndarray = magnitude.sum(axis=1)
        top: np.ndarray = magnitude.max(axis=1) if rows.dtype.kind == "c" else np.maximum(np.abs(low), np.abs(high))
        rms: np.ndarray = np.where(top < np.inf, root_mean_square(magnitude, top), top)
    sign: np.ndarray = np.subtract(high > 0, low < 0, dtype=np.int8)
    return list(zip(total.tolist(), sign.tolist(), rms.tolist(), strict=True))


def _shown(g: Any) -> Any:
    """A cotangent as gradient() gives it: on the host, whole, and conjugated if complex."""
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
