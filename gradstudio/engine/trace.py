"""What remains of a run: a frozen, columnar Trace that graph, diagnosis, exporters and window all read.

Columns instead of objects: a run may hold 100,000 records, and every reader either walks a whole column or asks
for a few rows. Everything here is plain data (NumPy arrays, tuples, strings), so that it can cross a process
boundary without pickling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

Span = tuple[int, int, int, int]
"""line, column, end line, end column; lines from 1, columns in characters from 0; (0, 0, 0, 0) when unknown."""

NO_SPAN: Span = (0, 0, 0, 0)


SCOPES = 1_000_000
"""The most loops, passes and calls that a trace may have,"""

SWEEPS = 50_000
"""and backward passes,"""

ENDS = 400_000
"""and targets and sources of all of them together."""


class Kind(IntEnum):
    """What a record is."""

    OP = 0  # the result of an op
    PARAMETER = 1  # one value of a Variable (a new record for each assigned value that is read)
    INPUT = 2  # a leaf tensor that a tape watches
    DATA = 3  # a leaf tensor that nothing watches
    GRADIENT = 4  # the result of a gradient() call that no outer tape recorded


@dataclass(frozen=True, slots=True, eq=False)
class Summaries:
    """Columns that describe values, one row per value. Statistics cover the finite elements only.

    shape and dtype index `shapes` and `dtypes`. mean holds the value itself (even if infinite or NaN) where size is 1.
    The thumbnail of row i is thumbnail[thumbnail_start[i]:thumbnail_start[i + 1]]: at most 40 bins over the elements in
    C order; a bin of a value is a mean, a bin of a cotangent its element of largest magnitude; NaN wins in its bin.
    Scalars have no bins. A row without a value, of an op that waits for an open input, has shape (), dtype "" and
    size 0.
    """

    shapes: tuple[tuple[int, ...], ...]
    dtypes: tuple[str, ...]
    shape: np.ndarray  # int32 (n,)
    dtype: np.ndarray  # int32 (n,)
    size: np.ndarray  # int64 (n,)
    minimum: np.ndarray  # float64 (n,)
    maximum: np.ndarray  # float64 (n,)
    mean: np.ndarray  # float64 (n,)
    rms: np.ndarray  # float64 (n,)
    negative: np.ndarray  # int64 (n,): how many elements are < 0 and finite
    zero: np.ndarray  # int64 (n,)
    positive: np.ndarray  # int64 (n,)
    infinite: np.ndarray  # int64 (n,)
    nan: np.ndarray  # int64 (n,)
    thumbnail_start: np.ndarray  # int64 (n + 1,)
    thumbnail: np.ndarray  # float32


def is_missing(values: Summaries) -> np.ndarray:
    """Which rows have no value, because an op waits for an open input (bool)."""
    nothing = np.array([dtype == "" for dtype in values.dtypes] or [False])
    return np.asarray(nothing[values.dtype])


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Columns of everything the run computed, in the order of computation. Row number = record number."""

    ops: tuple[str, ...]  # canonical op names; "" for leaves
    strings: tuple[str, ...]
    op: np.ndarray  # int32 (n,): index into ops
    kind: np.ndarray  # uint8 (n,): Kind
    name: np.ndarray  # int32 (n,): index into strings of the variable it was assigned to, -1 if none
    params: np.ndarray  # int32 (n,): index into strings of e.g. "axis=0", -1 if none
    span: np.ndarray  # int32 (n, 4)
    scope: np.ndarray  # int32 (n,): index into Trace.scopes
    tracked: np.ndarray  # uint8 (n,): 1 if any tape recorded it (or watches it)
    sweep: np.ndarray  # int32 (n,): the sweep whose backward pass computed it under an outer tape, else -1
    input_start: np.ndarray  # int64 (n + 1,)
    input_record: np.ndarray  # int32: input slots of record i, in order; -1 for a constant
    input_text: np.ndarray  # int32: index into strings of the constant's text ("..." if open), -1 for a record
    values: Summaries  # n rows
    # float32 (n,): how long computing the op's value took, its inputs apart; 0 for leaves. One op on floats may be too
    # short for a clock: it has the mean time of its function on numbers of the run, taken when the trace is made.
    seconds: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Where records were made: the file, a loop, one pass of it, a function call or a named block."""

    parent: int  # index into Trace.scopes; -1 for the file itself, which is scope 0
    kind: str  # "file" | "loop" | "pass" | "call" | "block"
    name: str  # "for step in range(40)", the function's or block's name; "" for the file
    line: int
    index: int  # which pass, from 0; 0 elsewhere


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """One backward pass: one gradient() call, with the cotangent of every record on its path.

    Columns `record`/`cotangents` hold the m records that received a cotangent. Columns `edge_*` hold each product
    that flowed back: from record `edge_record` through its input slot `edge_slot` into that input. `edge_share` is
    sum|product| over the sum of the same for all products into the same input (0..1); `edge_sign` is +1 or -1 where
    all non-zero elements share that sign, else 0; `edge_rms` its root mean square.
    """

    target: tuple[int, ...]  # record numbers
    sources: tuple[int, ...]  # record numbers, -1 for a source the run never recorded
    target_names: tuple[str, ...]
    source_names: tuple[str, ...]
    connected: tuple[bool, ...]  # per source: False where the gradient is None
    span: Span  # of the call
    scope: int
    position: int  # how many records existed when it was called
    automatic: bool  # made by the studio because the file asked for no gradient
    record: np.ndarray  # int32 (m,)
    cotangents: Summaries  # m rows
    blocked: np.ndarray  # int32 (b,): records that received a cotangent and pass none on by decision (stop_gradient)
    edge_record: np.ndarray  # int32 (k,)
    edge_slot: np.ndarray  # int32 (k,)
    edge_share: np.ndarray  # float64 (k,)
    edge_sign: np.ndarray  # int8 (k,)
    edge_rms: np.ndarray  # float64 (k,)


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """A finished (or interrupted) run: records, scopes, sweeps. Numbers only, no live tensors."""

    records: Records
    scopes: tuple[Scope, ...]
    sweeps: tuple[Sweep, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The columns of a Sweep that depend on values, where another run made the same ops from other values."""

    cotangents: Summaries
    edge_share: np.ndarray  # float64 (k,)
    edge_sign: np.ndarray  # int8 (k,)
    edge_rms: np.ndarray  # float64 (k,)


def renewed(trace: Trace, span: np.ndarray, values: Summaries, flows: tuple[Flow, ...]) -> Trace:
    """The same ops with other values, and at other places of the text where a number there became longer or shorter.

    Everything else is shared with `trace`, so that is_renewal() knows them; the times are those of the run that was
    executed in earnest, because a repetition takes shorter ways.
    """
    sweeps = [
        replace(
            sweep,
            cotangents=flow.cotangents,
            edge_share=flow.edge_share,
            edge_sign=flow.edge_sign,
            edge_rms=flow.edge_rms,
        )
        for sweep, flow in zip(trace.sweeps, flows, strict=True)
    ]
    return replace(trace, records=replace(trace.records, span=span, values=values), sweeps=tuple(sweeps))


def is_renewal(trace: Trace, other: Trace | None) -> bool:
    """Whether one trace differs from another in values only, because renewed() made one of them of the other."""
    return other is not None and trace.records.op is other.records.op
