"""SweepLog: what one backward pass tells the recorder, node by node and product by product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.batching import whole
from gradstudio.engine.slices import Slices
from gradstudio.engine.summary import summarise
from gradstudio.engine.tensor import Tensor, raw
from gradstudio.engine.trace import Span, Sweep


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
        self._blocked: dict[int, None] = {}
        self._edges: list[tuple[int, int, int, float, int, float]] = []  # from, slot, into, sum|g|, sign, rms

    def node(self, t: Tensor, g: Any) -> None:
        """A record's cotangent is complete."""
        if t.record >= 0:
            value = _shown(g)
            # The walk may go on to add into this buffer; the picture must not change afterwards.
            self.cotangents[t.record] = value.copy() if isinstance(value, np.ndarray) else value

    def stop(self, t: Tensor) -> None:
        """A record passes nothing on, by decision."""
        self._blocked[t.record] = None

    def edge(self, node: Tensor, slot: int, product: Any) -> None:
        """A product flowed from node through an input slot into that input."""
        value = _shown(product)
        into = node.inputs[slot].record
        if isinstance(value, np.ndarray) and value.size != 1:
            total = float(np.abs(value).sum())
            real = value.real
            positive, negative = bool((real > 0).any()), bool((real < 0).any())
            sign = 1 if positive and not negative else -1 if negative and not positive else 0
            top = float(np.abs(value).max()) if value.size else 0.0
            rms = top * float(np.sqrt(np.mean(np.abs(value / top) ** 2))) if 0 < top < np.inf else top
        else:
            number = np.asarray(value).ravel()[0]
            total = rms = float(abs(number))
            sign = 1 if number.real > 0 else -1 if number.real < 0 else 0
        self._edges.append((node.record, slot, into, total, sign, rms))

    def finish(self, results: list[Tensor | None]) -> None:
        """The caller's gradients."""
        self.results = results

    def freeze(self, name: Callable[[int], str], span: Span) -> Sweep:
        """The columns of the trace."""
        order = sorted(self.cotangents)
        arrived: dict[int, float] = {}
        for _, _, into, total, _, _ in self._edges:
            arrived[into] = arrived.get(into, 0.0) + total
        shares = [
            total / arrived[into] if arrived[into] > 0 and np.isfinite(arrived[into]) else 0.0
            for _, _, into, total, _, _ in self._edges
        ]
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
            record=np.array(order, np.int32),
            cotangents=summarise([self.cotangents[r] for r in order], signed=True),
            blocked=np.array(list(self._blocked), np.int32),
            edge_record=np.array([e[0] for e in self._edges], np.int32),
            edge_slot=np.array([e[1] for e in self._edges], np.int32),
            edge_share=np.array(shares, np.float64),
            edge_sign=np.array([e[4] for e in self._edges], np.int8),
            edge_rms=np.array([e[5] for e in self._edges], np.float64),
        )


def _shown(g: Any) -> Any:
    """A cotangent as gradient() gives it: on the host, whole, and conjugated if complex."""
    value = whole(raw(g.dense() if type(g) is Slices else g))
    if isinstance(value, np.ndarray) and value.ndim:
        return value.conj() if value.dtype.kind == "c" else value
    number = np.asarray(value)[()]
    return np.conj(number) if number.dtype.kind == "c" else float(number)
