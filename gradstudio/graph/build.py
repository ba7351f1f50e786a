"""Trace -> Graph: one view of a run as nodes, edges and groups."""

from __future__ import annotations

from collections import Counter

import numpy as np

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Kind, Trace
from gradstudio.graph.arrange import arranged
from gradstudio.graph.groups import groups_of
from gradstudio.graph.model import FAMILIES, Graph, Group
from gradstudio.graph.nodes import Nodes
from gradstudio.graph.view import visible
from gradstudio.graph.wording import Words, symbol

_LEAF_FAMILY = FAMILIES.index("leaf")
_SHAPE_FAMILY = FAMILIES.index("shape")


def build(trace: Trace, text: str, sweep: int) -> Graph:
    """The graph that `sweep` shows (-1: every record). text: the program the trace came from, for titles."""
    r = trace.records
    shown = visible(trace, sweep)
    n = len(shown)
    number = np.full(len(r.op) + 1, -1, np.int32)  # record -> node; the last entry serves record -1
    number[shown] = np.arange(n)
    call = trace.sweeps[sweep] if 0 <= sweep < len(trace.sweeps) else None
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

    words = Words(trace, text)
    op = r.op[shown]
    family = np.array([_family(name) for name in r.ops], np.uint8)[op]
    titles = words.titles(shown)
    scopes, inner = groups_of(trace, shown)
    ids = _ids(scopes, inner, [r.ops[i] for i in op.tolist()], titles)
    line = r.span[shown, 0].astype(np.int32)
    nodes = Nodes(
        ids=ids,
        code=op,
        is_op=r.kind[shown] == Kind.OP,
        is_parameter=r.kind[shown] == Kind.PARAMETER,
        is_shaping=family == _SHAPE_FAMILY,
        line=line,
        reader=consumer,
        slot=slot,
        source=producer,
    )
    groups, inner = arranged(scopes, inner, nodes, text.split("\n"))
    symbols = [symbol(name) for name in r.ops]
    shapes = [_shape(dims) for dims in r.values.shapes]
    sizes = r.values.size
    return Graph(
        sweep=sweep if call is not None else -1,
        ids=ids,
        record=shown,
        kind=kinds,
        family=family,
        title=titles,
        label=words.labels(shown),
        symbol=tuple([symbols[i] for i in op.tolist()]),
        shape=tuple([shapes[i] for i in r.values.shape[shown].tolist()]),
        line=line,
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


def _ids(groups: list[Group], inner: np.ndarray, ops: list[str], titles: tuple[str, ...]) -> tuple[str, ...]:
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
    key = call.edge_record.astype(np.int64) << 32 | call.edge_slot
    order = np.argsort(key, kind="stable")
    wanted = consumer.astype(np.int64) << 32 | slot
    # The last one, where several went the same way.
    at = np.searchsorted(key[order], wanted, side="right") - 1
    rows = order[np.maximum(at, 0)] if len(order) else np.zeros(len(wanted), np.int64)
    is_there = (at >= 0) & (key[rows] == wanted) if len(order) else np.zeros(len(wanted), bool)
    return np.where(is_there, rows, -1).astype(np.int32)
