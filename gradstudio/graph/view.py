"""Which records a sweep can see: the world as it was when gradient() was called."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Kind, Trace, is_missing


def visible(trace: Trace, sweep: int) -> np.ndarray:
    """Record numbers to draw, ascending (int32).

    For a sweep: earlier records of the scope it was called in and of scopes inside that, the recorded ancestors of its
    targets, what waits there for an open input, and the direct inputs of all these; not what has no name, is on no
    tape and ends in nothing that is shown, like the numbers a variable begins with. For -1: everything. Leaves that
    nothing uses are kept if they have a name, in every sweep if nothing anywhere does.
    """
    records = trace.records
    n = len(records.op)
    reader = np.repeat(np.arange(n), np.diff(records.input_start))
    real = records.input_record >= 0
    reader, taken = reader[real], records.input_record[real]
    if sweep < 0 or sweep >= len(trace.sweeps):
        shown = np.ones(n, bool)
    else:
        call = trace.sweeps[sweep]
        inside = _inside(trace, call.scope)
        shown = np.zeros(n, bool)
        shown[: call.position] = inside[records.scope[: call.position]]
        _add_ancestors(trace, [r for r in (*call.target, *call.sources) if r >= 0], shown)
        _drop_loose(trace, [r for r in (*call.target, *call.sources) if r >= 0], shown)
    if 0 <= sweep < len(trace.sweeps):
        shown |= _waiting(trace, trace.sweeps[sweep].scope)
    shown[taken[shown[reader]]] = True  # values that enter the view from outside, one step back
    shown &= ~_idle(trace, taken[shown[reader]], sweep)
    return np.asarray(np.nonzero(shown | _fresh(trace, taken))[0], np.int32)


def _inside(trace: Trace, scope: int) -> np.ndarray:
    """Which scopes are this one or lie in it (bool)."""
    inside = np.zeros(len(trace.scopes), bool)
    for i, other in enumerate(trace.scopes):  # parents come before children
        inside[i] = i == scope or (other.parent >= 0 and inside[other.parent])
    return inside


def _waiting(trace: Trace, scope: int) -> np.ndarray:
    """Ops that wait for an open input, which is what is being made; not those in other passes than the sweep's own."""
    r = trace.records
    out = is_missing(r.values)
    if not out.any():
        return out
    around = set()
    while scope >= 0:
        around.add(scope)
        scope = trace.scopes[scope].parent
    near = np.zeros(len(trace.scopes), bool)
    for i, other in enumerate(trace.scopes):
        is_other_pass = other.kind == "pass" and other.parent in around
        near[i] = i in around or (near[other.parent] and not is_other_pass)
    return np.asarray(out & near[r.scope])


def _fresh(trace: Trace, taken: np.ndarray) -> np.ndarray:
    """Named leaves at the top of the program that nothing reads yet: what is being made, in any sweep."""
    r = trace.records
    leaf = (r.kind != Kind.OP) & (r.kind != Kind.GRADIENT) & (r.scope == 0) & (r.name >= 0) & (r.sweep < 0)
    leaf[taken] = False
    if not leaf.any():
        return np.asarray(leaf)
    own = np.array([*(text.isidentifier() for text in r.strings), False], bool)
    times = np.bincount(r.name[r.name >= 0], minlength=len(r.strings))
    once = times[np.maximum(r.name, 0)] == 1  # else it is left over: the value of a variable after its last change
    return np.asarray(leaf & own[r.name] & once)


def _add_ancestors(trace: Trace, start: list[int], shown: np.ndarray) -> None:
    """Mark what the tapes recorded on the way to some records. An input comes before its reader: one walk back."""
    if not start:
        return
    r = trace.records
    last = max(start) + 1
    starts, taken = r.input_start[: last + 1].tolist(), r.input_record[: r.input_start[last]].tolist()
    tracked = r.tracked[:last].tolist()
    seen = bytearray(last)
    for record in start:
        seen[record] = 1
    for record in range(last - 1, -1, -1):
        if seen[record]:
            for source in taken[starts[record] : starts[record + 1]]:
                if source >= 0 and tracked[source]:
                    seen[source] = 1
    shown[:last] |= np.frombuffer(seen, bool)


def _drop_loose(trace: Trace, ends: list[int], shown: np.ndarray) -> None:
    """Unmark unnamed ops on no tape that lead to nothing shown. A reader comes after its inputs: one walk back."""
    r = trace.records
    loose = shown & (r.kind == Kind.OP) & (r.name < 0) & (r.tracked == 0)
    loose[ends] = False
    if not loose.any():
        return
    readers = np.repeat(shown, np.diff(r.input_start))
    count = np.bincount(r.input_record[readers & (r.input_record >= 0)], minlength=len(shown)).tolist()
    starts, taken = r.input_start.tolist(), r.input_record.tolist()
    for record in np.flatnonzero(loose)[::-1].tolist():
        if not count[record]:
            shown[record] = False
            for source in taken[starts[record] : starts[record + 1]]:
                if source >= 0:
                    count[source] -= 1


def _idle(trace: Trace, taken: np.ndarray, sweep: int) -> np.ndarray:
    """Leaves that say nothing: unused in the view, and without a name of their own or left over from a gradient."""
    r = trace.records
    used = np.zeros(len(r.op), bool)
    used[taken] = True
    if 0 <= sweep < len(trace.sweeps):
        ends = [x for x in (*trace.sweeps[sweep].target, *trace.sweeps[sweep].sources) if x >= 0]
        used[ends] = True
    leaf = r.kind != Kind.OP
    own = np.array([*(text.isidentifier() for text in r.strings), False], bool)  # not the element of a list
    forgettable = ~own[r.name] | (r.kind == Kind.GRADIENT) | (r.kind == Kind.PARAMETER)
    return np.asarray(leaf & ~used & forgettable)
