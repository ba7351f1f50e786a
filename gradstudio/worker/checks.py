"""What must be true of a trace or a picture before anybody reads it: columns fit together, indices stay inside."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine.trace import Records, Summaries, Sweep, Trace
from gradstudio.graph.model import FAMILIES
from gradstudio.worker.messages import Drawn, Finished, Renewed


class BadMessage(Exception):
    """The other side sent something that is not a message."""


_KINDS = 5  # engine.trace.Kind
_SCOPES = frozenset(["file", "loop", "pass", "call", "block"])
_RECORDS = {
    "op": "int32", "kind": "uint8", "name": "int32", "params": "int32", "span": "int32", "scope": "int32",
    "tracked": "uint8", "sweep": "int32", "input_start": "int64", "input_record": "int32", "input_text": "int32",
    "seconds": "float32",
}  # fmt: skip
_SUMMARIES = {
    "shape": "int32", "dtype": "int32", "size": "int64", "minimum": "float64", "maximum": "float64", "mean": "float64",
    "rms": "float64", "negative": "int64", "zero": "int64", "positive": "int64", "infinite": "int64", "nan": "int64",
}  # fmt: skip
_DTYPES = frozenset(
    ["", *"bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()]
)
_PLAIN = frozenset([bool, int, float, str, type(None)])
_DEEPEST = 70  # lists in lists: NumPy's most axes, and a little more


def check_finished(message: Finished) -> None:
    """Raises BadMessage."""
    if message.trace is not None:
        _check_trace(message.trace)
    _check_plain([message.values, *message.gradients])


def check_spans(message: Renewed) -> None:
    """Raises BadMessage."""
    _columns(message, {"span": "int32"}, (len(message.span), 4))


def check_renewed(message: Renewed, trace: Trace) -> None:
    """Whether it can stand for the same ops as a trace. Raises BadMessage."""
    _columns(message, {"span": "int32"}, trace.records.span.shape)
    _need(len(message.flows) == len(trace.sweeps))
    _check_summaries(message.values, len(trace.records.op))
    for flow, sweep in zip(message.flows, trace.sweeps, strict=True):
        _check_flow(flow, len(sweep.edge_record))
        _check_summaries(flow.cotangents, len(sweep.record))


def check_drawn(message: Drawn) -> None:
    """Raises BadMessage."""
    for graph in (message.graph, message.whole):
        if graph is None:
            continue
        n, groups, folds = len(graph.record), len(graph.groups), len(graph.folds)
        for texts in (graph.ids, graph.title, graph.label, graph.symbol, graph.shape):
            _need(len(texts) == n)
        for column in (graph.kind, graph.family, graph.line, graph.group, graph.is_target, graph.is_source, graph.fold):
            _need(column.shape == (n,))
        m = len(graph.edge_source)
        for column in (graph.edge_target, graph.edge_slot, graph.edge_elements, graph.edge_backward, graph.edge_count):
            _need(column.shape == (m,))
        _need(len(graph.chip_node) == len(graph.chip_slot) == len(graph.chip_text))
        _need(len(graph.hidden_record) == len(graph.hidden_node))
        for nodes in (graph.edge_source, graph.edge_target, graph.chip_node, graph.hidden_node):
            _within(nodes, 0, n)
        _within(graph.kind, 0, _KINDS)
        _within(graph.family, 0, len(FAMILIES))
        _within(graph.group, -1, groups)
        _within(graph.fold, -1, folds)
        _need(all(-1 <= group.parent < i for i, group in enumerate(graph.groups)))
        _need(all(0 <= frame.group < groups for frame in graph.frames))
        for fold in graph.folds:
            _need(len(fold.record) == len(fold.groups) > fold.chosen >= 0)
    graph, layout = message.graph, message.layout
    n, m = len(graph.record), len(graph.edge_source)
    _need(layout.boxes.shape == (n, 4) and layout.cells.shape == (n, 3))
    _need(layout.frames.shape == (len(graph.frames), 4))
    _need(layout.chip_boxes.shape == (len(layout.chips), 4))
    _within(layout.chips, 0, m)
    for numbers in (layout.boxes, layout.frames, layout.chip_boxes, np.array(layout.bounds)):
        _need(bool(np.isfinite(numbers).all()))
    for routes in (layout.forward, layout.backward):
        _need(routes.points.ndim == 2 and routes.points.shape[1] == 2 and bool(np.isfinite(routes.points).all()))
        _starts(routes.start, len(routes.start) - 1, len(routes.points))
        _need(len(routes.start) == m + 1 or (message.is_coarse and len(routes.points) == 0))


def _check_trace(trace: Trace) -> None:
    """Columns of equal length, and every index inside its table."""
    r = trace.records
    n = len(r.op)
    _check_records(r, n)
    _within(r.scope, 0, len(trace.scopes))
    _within(r.sweep, -1, len(trace.sweeps))
    for i, scope in enumerate(trace.scopes):
        _need(-1 <= scope.parent < i and (scope.parent >= 0) == (i > 0))
        _need(scope.kind in _SCOPES and (scope.kind == "file") == (i == 0) and 0 <= scope.index < 1 << 62)
    _check_summaries(r.values, n)
    inputs = np.diff(r.input_start)
    for sweep in trace.sweeps:
        _check_sweep(sweep, n, len(trace.scopes), inputs)


def _check_records(r: Records, n: int) -> None:
    _columns(r, {k: v for k, v in _RECORDS.items() if k not in ("span", "input_start", "input_record", "input_text")},
             (n,))  # fmt: skip
    _columns(r, {"span": "int32"}, (n, 4))
    _columns(r, {"input_start": "int64"}, (n + 1,))
    _columns(r, {"input_record": "int32", "input_text": "int32"}, (len(r.input_record),))
    _starts(r.input_start, n, len(r.input_record))
    _need(bool(np.isfinite(r.seconds).all()) and bool((r.seconds >= 0).all()))
    _within(r.op, 0, len(r.ops))
    _within(r.name, -1, len(r.strings))
    _within(r.params, -1, len(r.strings))
    _within(r.input_text, -1, len(r.strings))
    _within(r.kind, 0, _KINDS)
    _within(r.tracked, 0, 2)
    _within(r.input_record, -1, n)
    owner = np.repeat(np.arange(n), np.diff(r.input_start))
    _need(bool((r.input_record < owner).all()))  # only earlier records: no cycles


def _check_sweep(sweep: Sweep, n: int, scopes: int, inputs: np.ndarray) -> None:
    m, k = len(sweep.record), len(sweep.edge_record)
    _columns(sweep, {"record": "int32"}, (m,))
    _columns(sweep, {"blocked": "int32"}, (len(sweep.blocked),))
    _columns(sweep, {"edge_record": "int32", "edge_slot": "int32"}, (k,))
    _within(sweep.record, 0, n)
    _within(sweep.blocked, 0, n)
    _within(sweep.edge_record, 0, n)
    _need(bool(((sweep.edge_slot >= 0) & (sweep.edge_slot < inputs[sweep.edge_record])).all()))
    _need(all(-1 <= s < n for s in (*sweep.target, *sweep.sources)))
    _need(len(sweep.target_names) == len(sweep.target))
    _need(len(sweep.source_names) == len(sweep.connected) == len(sweep.sources))
    _need(0 <= sweep.scope < scopes and 0 <= sweep.position <= n)
    _check_flow(sweep, k)
    _check_summaries(sweep.cotangents, m)


def _check_flow(flow: Any, k: int) -> None:
    _columns(flow, {"edge_share": "float64", "edge_sign": "int8", "edge_rms": "float64"}, (k,))
    _within(flow.edge_sign, -1, 2)


def _check_summaries(s: Summaries, n: int) -> None:
    _columns(s, _SUMMARIES, (n,))
    _within(s.shape, 0, len(s.shapes))
    _within(s.dtype, 0, len(s.dtypes))
    counts = (s.negative, s.zero, s.positive, s.infinite, s.nan)
    for count in counts:
        _need(n == 0 or (int(count.min()) >= 0 and bool((count <= s.size).all())))
    sizes = [_size(shape) for shape in s.shapes]
    is_missing = np.array([name == "" for name in s.dtypes], bool)[s.dtype]
    _need(bool((np.where(is_missing, 0, np.array(sizes, np.int64)[s.shape]) == s.size).all()))
    _need(bool((sum(counts, np.zeros(n, np.int64)) == s.size).all()))
    has_finite = s.infinite + s.nan < s.size
    _need(bool((np.isfinite(s.minimum) & np.isfinite(s.maximum))[has_finite].all()))
    _columns(s, {"thumbnail": "float32"}, (len(s.thumbnail),))
    _columns(s, {"thumbnail_start": "int64"}, (n + 1,))
    _starts(s.thumbnail_start, n, len(s.thumbnail))
    _need(_DTYPES.issuperset(s.dtypes))


def _size(shape: tuple[int, ...]) -> int:
    _need(len(shape) <= 64 and 0 <= min(shape, default=0) <= max(shape, default=0) < 1 << 56)
    size = math.prod(shape)
    _need(size < 1 << 56)
    return size


def _check_plain(value: Any) -> None:
    """Numbers, texts, and lists or maps of them, not too deep for whoever walks over them."""
    level = [value]
    for _ in range(_DEEPEST):
        deeper: list[Any] = []
        for one in level:
            inside = one.values() if type(one) is dict else one
            kinds = set(map(type, inside))
            if type(one) is dict:
                _need(all(type(key) is str for key in one))
            if kinds <= _PLAIN:
                continue
            _need(kinds <= _PLAIN | {list, dict})
            deeper += [part for part in inside if type(part) in (list, dict)]
        if not deeper:
            return
        level = deeper
    raise BadMessage("values that are nested too deeply")


def _starts(start: np.ndarray, n: int, end: int) -> None:
    """Where the rows of a column of columns begin: from 0 up to its end."""
    _need(start.shape == (n + 1,) and start.dtype == np.int64)
    _need(int(start[0]) == 0 and int(start[-1]) == end and bool((start[1:] >= start[:-1]).all()))


def _columns(owner: Any, kinds: dict[str, str], shape: tuple[int, ...]) -> None:
    for name, kind in kinds.items():
        column = getattr(owner, name)
        _need(column.shape == shape and column.dtype == kind)


def _within(column: np.ndarray, low: int, high: int) -> None:
    _need(column.dtype.kind in "iu" and (column.size == 0 or (int(column.min()) >= low and int(column.max()) < high)))


def _need(condition: bool) -> None:
    if not condition:
        raise BadMessage("a trace whose columns do not fit together")
