"""Why a source has no gradient: where the way from target to source is cut, as far as the trace tells."""

from __future__ import annotations

import numpy as np

from gradstudio.diagnosis.wording import name, on_line, op, span
from gradstudio.engine import ops as _ops  # noqa: F401  (fills the table)
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Kind, Span, Sweep, Trace


def disconnected(trace: Trace, text: str) -> tuple[Problem, ...]:
    """One problem for each source whose gradient is None; a call that runs often is named once."""
    found: dict[tuple[str, Span], Problem] = {}
    for sweep in trace.sweeps:
        for source, is_connected, given in zip(sweep.sources, sweep.connected, sweep.source_names, strict=True):
            if is_connected:
                continue
            what = given or (name(trace, text, source) if source >= 0 else "the source")
            why, hint, record = _why(trace, text, sweep, source)
            severity = "info" if sweep.automatic else "warn"
            problem = Problem(severity, "none", f"{what} gets no gradient: {why}", sweep.span, hint, record)
            found.setdefault((what, sweep.span), problem)
    return tuple(found.values())


def _why(trace: Trace, text: str, sweep: Sweep, source: int) -> tuple[str, str, int]:
    """(why, what to do, the record to look at) for one source of one sweep."""
    records = trace.records
    goals = [t for t in sweep.target if t >= 0]
    if source < 0 or not goals:
        return "the run never used it", "use it in what leads to the target", -1
    what, goal = name(trace, text, source), name(trace, text, goals[0])
    dtype = _dtype(trace, source)
    if not _has_gradient(dtype):
        return (
            f"it is {dtype}, and only floating numbers have one",
            "write 3.0 instead of 3, or use gs.cast(x, gs.float64)",
            source,
        )
    if all(not _has_gradient(_dtype(trace, t)) for t in goals):
        return (
            f"the target {goal} is {_dtype(trace, goals[0])}, and only floating numbers have one",
            "ask for a floating target",
            goals[0],
        )
    ancestors = _ancestors(trace, goals)
    if source not in ancestors:
        if source > max(goals) and records.kind[source] != Kind.PARAMETER:  # those get records when first read
            return (
                f"it was made{on_line(span(trace, source))}, after {goal} was computed",
                "ask for the gradient by the tensor that the target was computed from",
                source,
            )
        return (
            f"{goal} does not depend on it",
            f"if it should, look for float(), .numpy() or a new gs.constant(...) between {what} and {goal}",
            source,
        )
    if not records.tracked[source]:
        if records.kind[source] == Kind.PARAMETER:
            return "the tape does not follow this variable", "call t.watch(...) on it, or make it trainable", source
        return "no tape watches it", f"call t.watch({what}) before it is used, or make it a gs.Variable", source
    return _cut(trace, text, source, ancestors, goal)


def _ancestors(trace: Trace, goals: list[int]) -> set[int]:
    """Every record that some goal was computed from, whether a gradient passes or not."""
    records = trace.records
    found, waiting = set(goals), list(goals)
    while waiting:
        record = waiting.pop()
        for source in records.input_record[records.input_start[record] : records.input_start[record + 1]]:
            if source >= 0 and int(source) not in found:
                found.add(int(source))
                waiting.append(int(source))
    return found


def _cut(trace: Trace, text: str, source: int, ancestors: set[int], goal: str) -> tuple[str, str, int]:
    """The first op at which every way from source to target loses the gradient."""
    records = trace.records
    reached = {source}
    for record in sorted(ancestors):
        first, last = int(records.input_start[record]), int(records.input_start[record + 1])
        slots = [i - first for i in range(first, last) if int(records.input_record[i]) in reached]
        if not slots or record == source:
            continue
        reason = _blocks(trace, record, slots)
        if reason is None:
            reached.add(record)
        else:
            where = on_line(span(trace, record))
            return f"{reason[0].format(op=op(trace, record), where=where)} on the way to {goal}", reason[1], record
    return (
        f"this tape did not record the way from it to {goal}",
        "compute the target inside the tape's `with` block, after the source is watched",
        source,
    )


def _blocks(trace: Trace, record: int, slots: list[int]) -> tuple[str, str] | None:
    """(why, what to do) if no gradient passes through a record from these slots; None if it does."""
    what = op(trace, record)
    row = TABLE.get(what)
    if what == "stop_gradient":
        return "stop_gradient{where} holds it back", "leave stop_gradient out if this is not wanted"
    if not _has_gradient(_dtype(trace, record)):
        return (
            "{op}{where} gives " + _dtype(trace, record) + " numbers, which carry none",
            "use a smooth op instead, or keep the numbers floating",
        )
    if row is not None and (not row.differentiable or all(row.vjp(slot) is None for slot in slots)):
        return "{op}{where} has no gradient", "use a differentiable op instead"
    if not trace.records.tracked[record]:
        return (
            "{op}{where} ran while no tape recorded it",
            "move it into the tape's `with` block, after the source is watched and outside stop_recording()",
        )
    return None


def _dtype(trace: Trace, record: int) -> str:
    values = trace.records.values
    return str(values.dtypes[values.dtype[record]])


def _has_gradient(dtype: str) -> bool:
    return np.dtype(dtype).kind in "fc"
