"""Which records a sweep can see: the world as it was when gradient() was called."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Kind, Trace


def visible(trace: Trace, sweep: int) -> np.ndarray:
    """Record numbers to draw, ascending (int32).

    For a sweep: earlier records of the scope it was called in and of scopes inside that, the recorded ancestors of its
    targets, and the direct inputs of all these. For -1: everything. Leaves that nothing uses are kept if they have a
    name.
    """
    records = trace.records
    n = len(records.op)
    if sweep < 0 or sweep >= len(trace.sweeps):
        shown = np.ones(n, bool)
    else:
        call = trace.sweeps[sweep]
        inside = np.zeros(len(trace.scopes), bool)
        for i, scope in enumerate(trace.scopes):  # parents come before children
            inside[i] = i == call.scope or (scope.parent >= 0 and inside[scope.parent])
        shown = np.zeros(n, bool)
        shown[: call.position] = inside[records.scope[: call.position]]
        _add_ancestors(trace, [r for r in (*call.target, *call.sources) if r >= 0], shown)
    _add_inputs(trace, shown)
    return np.asarray(np.nonzero(shown & ~_idle(trace, shown, sweep))[0], np.int32)


def _inputs(trace: Trace, record: int) -> np.ndarray:
    r = trace.records
    row = r.input_record[r.input_start[record] : r.input_start[record + 1]]
    return row[row >= 0]


def _add_ancestors(trace: Trace, start: list[int], shown: np.ndarray) -> None:
    seen = np.zeros(len(shown), bool)
    stack = list(start)
    while stack:
        record = stack.pop()
        if seen[record]:
            continue
        seen[record] = shown[record] = True
        stack.extend(int(i) for i in _inputs(trace, record) if trace.records.tracked[i] and not seen[i])


def _add_inputs(trace: Trace, shown: np.ndarray) -> None:
    """Values that enter the view from outside, one step back."""
    r = trace.records
    if len(r.input_record):
        owner = np.repeat(np.arange(len(shown)), np.diff(r.input_start))
        entering = r.input_record[shown[owner] & (r.input_record >= 0)]
        shown[entering] = True


def _idle(trace: Trace, shown: np.ndarray, sweep: int) -> np.ndarray:
    """Leaves that say nothing: unused in the view, and unnamed or left over from a gradient."""
    r = trace.records
    used = np.zeros(len(shown), bool)
    if len(r.input_record):
        owner = np.repeat(np.arange(len(shown)), np.diff(r.input_start))
        used[r.input_record[shown[owner] & (r.input_record >= 0)]] = True
    if 0 <= sweep < len(trace.sweeps):
        ends = [x for x in (*trace.sweeps[sweep].target, *trace.sweeps[sweep].sources) if x >= 0]
        used[ends] = True
    leaf = r.kind != Kind.OP
    forgettable = (r.name < 0) | (r.kind == Kind.GRADIENT) | (r.kind == Kind.PARAMETER)
    return np.asarray(leaf & ~used & forgettable)
