"""What must be true of a trace before anybody reads it: columns fit together, indices stay inside."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine.trace import Records, Summaries, Sweep, Trace
from gradstudio.worker.messages import Finished, Renewed


class BadMessage(Exception):
    """The other side sent something that is not a message."""


KINDS = 5  # engine.trace.Kind
_SCOPES = frozenset(["file", "loop", "pass", "call", "block"])
_RECORDS = {
    "op": "int32", "kind": "uint8", "name": "int32", "params": "int32", "scope": "int32", "tracked": "uint8",
    "sweep": "int32", "seconds": "float32",
}  # fmt: skip
_SUMMARIES = {
    "shape": "int32", "dtype": "int32", "size": "int64", "minimum": "float64", "maximum": "float64", "mean": "float64",
    "rms": "float64", "negative": "int64", "zero": "int64", "positive": "int64", "infinite": "int64", "nan": "int64",
}  # fmt: skip
_DTYPES = frozenset(
    ["", *"bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()]
)
_PLAIN = frozenset([bool, int, float, str, type(None)])
_DEEPEST = 80  # lists in lists: NumPy's most axes, and a little more


def check_finished(message: Finished) -> None:
    """Raises BadMessage."""
    if message.trace is not None:
        _check_trace(message.trace)
    _check_plain([message.values, *message.gradients])


def check_spans(message: Renewed) -> None:
    """Raises BadMessage."""
    check_columns(message, {"span": "int32"}, (len(message.span), 4))


def check_renewed(message: Renewed, trace: Trace) -> None:
    """Whether it can stand for the same ops as a trace. Raises BadMessage."""
    check_columns(message, {"span": "int32"}, trace.records.span.shape)
    need(len(message.flows) == len(trace.sweeps))
    _check_summaries(message.values, len(trace.records.op))
    for flow, sweep in zip(message.flows, trace.sweeps, strict=True):
        _check_flow(flow, len(sweep.edge_record))
        _check_summaries(flow.cotangents, len(sweep.record))


def _check_trace(trace: Trace) -> None:
    """Columns of equal length, and every index inside its table."""
    r = trace.records
    n = len(r.op)
    _check_records(r, n)
    within(r.scope, 0, len(trace.scopes))
    within(r.sweep, -1, len(trace.sweeps))
    for i, scope in enumerate(trace.scopes):
        need(-1 <= scope.parent < i and (scope.parent >= 0) == (i > 0))
        need(scope.kind in _SCOPES and (scope.kind == "file") == (i == 0) and 0 <= scope.index < 1 << 31)
    _check_summaries(r.values, n)
    inputs = np.diff(r.input_start)
    for sweep in trace.sweeps:
        _check_sweep(sweep, n, len(trace.scopes), inputs)


def _check_records(r: Records, n: int) -> None:
    check_columns(r, _RECORDS, (n,))
    check_columns(r, {"span": "int32"}, (n, 4))
    check_columns(r, {"input_start": "int64"}, (n + 1,))
    check_columns(r, {"input_record": "int32", "input_text": "int32"}, (len(r.input_record),))
    starts(r.input_start, n, len(r.input_record))
    need(bool(np.isfinite(r.seconds).all()) and bool((r.seconds >= 0).all()))
    within(r.op, 0, len(r.ops))
    within(r.name, -1, len(r.strings))
    within(r.params, -1, len(r.strings))
    within(r.input_text, -1, len(r.strings))
    within(r.kind, 0, KINDS)
    within(r.tracked, 0, 2)
    within(r.input_record, -1, n)
    owner = np.repeat(np.arange(n), np.diff(r.input_start))
    need(bool((r.input_record < owner).all()))  # only earlier records: no cycles


def _check_sweep(sweep: Sweep, n: int, scopes: int, inputs: np.ndarray) -> None:
    m, k = len(sweep.record), len(sweep.edge_record)
    check_columns(sweep, {"record": "int32"}, (m,))
    check_columns(sweep, {"blocked": "int32"}, (len(sweep.blocked),))
    check_columns(sweep, {"edge_record": "int32", "edge_slot": "int32"}, (k,))
    within(sweep.record, 0, n)
    within(sweep.blocked, 0, n)
    within(sweep.edge_record, 0, n)
    need(bool(((sweep.edge_slot >= 0) & (sweep.edge_slot < inputs[sweep.edge_record])).all()))
    need(all(-1 <= s < n for s in (*sweep.target, *sweep.sources)))
    need(len(sweep.target_names) == len(sweep.target))
    need(len(sweep.source_names) == len(sweep.connected) == len(sweep.sources))
    need(0 <= sweep.scope < scopes and 0 <= sweep.position <= n)
    _check_flow(sweep, k)
    _check_summaries(sweep.cotangents, m)


def _check_flow(flow: Any, k: int) -> None:
    check_columns(flow, {"edge_share": "float64", "edge_sign": "int8", "edge_rms": "float64"}, (k,))
    within(flow.edge_sign, -1, 2)


def _check_summaries(s: Summaries, n: int) -> None:
    check_columns(s, _SUMMARIES, (n,))
    within(s.shape, 0, len(s.shapes))
    within(s.dtype, 0, len(s.dtypes))
    counts = (s.negative, s.zero, s.positive, s.infinite, s.nan)
    for count in counts:
        need(n == 0 or (int(count.min()) >= 0 and bool((count <= s.size).all())))
    sizes = [_size(shape) for shape in s.shapes]
    is_missing = np.array([name == "" for name in s.dtypes], bool)[s.dtype]
    need(bool((np.where(is_missing, 0, np.array(sizes, np.int64)[s.shape]) == s.size).all()))
    need(bool((sum(counts, np.zeros(n, np.int64)) == s.size).all()))
    has_finite = s.infinite + s.nan < s.size
    need(bool((np.isfinite(s.minimum) & np.isfinite(s.maximum))[has_finite].all()))
    check_columns(s, {"thumbnail": "float32"}, (len(s.thumbnail),))
    check_columns(s, {"thumbnail_start": "int64"}, (n + 1,))
    starts(s.thumbnail_start, n, len(s.thumbnail))
    need(_DTYPES.issuperset(s.dtypes))


def _size(shape: tuple[int, ...]) -> int:
    need(len(shape) <= 64 and 0 <= min(shape, default=0) <= max(shape, default=0) < 1 << 56)
    size = math.prod(shape)
    need(size < 1 << 56)
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
                need(all(type(key) is str for key in one))
            if kinds <= _PLAIN:
                continue
            need(kinds <= _PLAIN | {list, dict})
            deeper += [part for part in inside if type(part) in (list, dict)]
        if not deeper:
            return
        level = deeper
    raise BadMessage("values that are nested too deeply")


def starts(start: np.ndarray, n: int, end: int) -> None:
    """Where the rows of a column of columns begin: from 0 up to its end."""
    need(start.shape == (n + 1,) and start.dtype == np.int64)
    need(int(start[0]) == 0 and int(start[-1]) == end and bool((start[1:] >= start[:-1]).all()))


def check_columns(owner: Any, kinds: dict[str, str], shape: tuple[int, ...]) -> None:
    """Columns by name and dtype, all of one shape."""
    for name, kind in kinds.items():
        column = getattr(owner, name)
        need(column.shape == shape and column.dtype == kind)


def within(column: np.ndarray, low: int, high: int) -> None:
    """Whole numbers from low up to high, which is none of them."""
    need(column.dtype.kind in "iu" and (column.size == 0 or (int(column.min()) >= low and int(column.max()) < high)))


def need(condition: bool) -> None:
    """Raises BadMessage."""
    if not condition:
        raise BadMessage("columns that do not fit together")
