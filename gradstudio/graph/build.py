"""Trace -> Graph: one view of a run as nodes, edges and groups."""

from __future__ import annotations

from collections import Counter

import numpy as np

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Kind, Trace
from gradstudio.graph.groups import groups_of
from gradstudio.graph.model import FAMILIES, Graph, Group
from gradstudio.graph.view import visible
from gradstudio.graph.wording import label, symbol, title

_LEAF_FAMILY = FAMILIES.index("leaf")


def build(trace: Trace, text: str, sweep: int) -> Graph:
    """The graph that `sweep` shows (-1: every record). text: the program the trace came from, for titles."""
    r = trace.records
    shown = visible(trace, sweep)
    n = len(shown)
    number = np.full(len(r.op) + 1, -1, np.int32)  # record -> node; the last entry serves record -1
    number[shown] = np.arange(n)
    call = trace.sweeps[sweep] if 0 <= sweep < len(trace.sweeps) else None
    lines = text.split("\n")
    groups, inner = groups_of(trace, shown)
    kinds = r.kind[shown].copy()
    if call is not None:
        # A plain tensor that is a source of this sweep is an input of it, whatever else watches it.
        ends = number[[s for s in call.sources if s >= 0]]
        kinds[ends[(ends >= 0)]] = np.where(kinds[ends[ends >= 0]] == Kind.DATA, Kind.INPUT, kinds[ends[ends >= 0]])

    starts, stops = r.input_start[shown], r.input_start[shown + 1]
    counts = (stops - starts).astype(np.int64)
    consumer = np.repeat(np.arange(n, dtype=np.int32), counts)
    slot = _slots(counts)
    flat = np.repeat(starts, counts) + slot
    producer_record = r.input_record[flat]
    producer = number[producer_record]
    real = producer >= 0
    constant = producer_record < 0

    ops = [r.ops[i] for i in r.op[shown].tolist()]
    titles = tuple(title(trace, int(i), lines) for i in shown)
    labels = tuple(label(trace, int(i)) for i in shown)
    sizes = r.values.size
    return Graph(
        sweep=sweep if call is not None else -1,
        ids=_ids(groups, inner, ops, titles),
        record=shown,
        kind=kinds,
        family=np.array([_family(op) for op in ops], np.uint8),
        title=titles,
        label=labels,
        symbol=tuple(symbol(trace, int(i)) for i in shown),
        shape=tuple(_shape(r.values.shapes[r.values.shape[i]]) for i in shown),
        line=r.span[shown, 0].astype(np.int32) if n else np.zeros(0, np.int32),
        group=inner,
        is_target=np.isin(shown, call.target if call is not None else ()),
        is_source=np.isin(shown, call.sources if call is not None else ()),
        edge_source=producer[real].astype(np.int32),
        edge_target=consumer[real],
        edge_slot=slot[real].astype(np.int32),
        edge_elements=sizes[producer_record[real]] if real.any() else np.zeros(0, np.int64),
        edge_backward=_backward(trace, sweep, shown[consumer[real]], slot[real]),
        chip_node=consumer[constant],
        chip_slot=slot[constant].astype(np.int32),
        chip_text=tuple(r.strings[i] if i >= 0 else "" for i in r.input_text[flat[constant]]),
        groups=groups,
        edge_count=np.ones(int(real.sum()), np.int32),
        fold=np.full(n, -1, np.int32),
        folds=(),
        frames=(),
        hidden_record=np.zeros(0, np.int32),
        hidden_node=np.zeros(0, np.int32),
        whole_nodes=n,
        whole_edges=int(real.sum()),
    )


def _slots(counts: np.ndarray) -> np.ndarray:
    """0, 1, ... within each consumer."""
    starts: np.ndarray = np.cumsum(counts) - counts
    slots: np.ndarray = np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(starts, counts)
    return slots


def _family(op: str) -> int:
    row = TABLE.get(op)
    return _LEAF_FAMILY if not op else FAMILIES.index(row.family if row is not None else "control")


def _shape(dims: tuple[int, ...]) -> str:
    return "[" + ",".join(map(str, dims)) + "]" if dims else ""


def _ids(groups: tuple[Group, ...], inner: np.ndarray, ops: list[str], titles: tuple[str, ...]) -> tuple[str, ...]:
    """Names that an edit elsewhere does not change: scope, op, title, and which of several equal ones."""
    seen: Counter[str] = Counter()
    ids = []
    for g, op, name in zip(inner.tolist(), ops, titles, strict=True):
        base = f"{groups[g].id if g >= 0 else ''}|{op}|{name}"
        seen[base] += 1
        ids.append(f"{base}#{seen[base]}")
    return tuple(ids)


def _backward(trace: Trace, sweep: int, consumer: np.ndarray, slot: np.ndarray) -> np.ndarray:
    """For each edge, the row of the sweep's products that went along it, -1 where none did."""
    if not 0 <= sweep < len(trace.sweeps):
        return np.full(len(consumer), -1, np.int32)
    call = trace.sweeps[sweep]
    rows = {(int(a), int(b)): i for i, (a, b) in enumerate(zip(call.edge_record, call.edge_slot, strict=True))}
    return np.array([rows.get((int(a), int(b)), -1) for a, b in zip(consumer, slot, strict=True)], np.int32)
