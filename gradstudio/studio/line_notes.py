"""Line notes: what the editor's gutter says beside each line: the value it assigned, and the gradient of that value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.studio.passes import Passage, shown_scopes

PASSES = 400
"""A call that ran more often gets no history: nobody reads more points in 38 pixels."""


@dataclass(frozen=True, slots=True)
class LineNote:
    """One line's record. `row` is the sweep's row of its cotangent, -1 where no gradient reached it."""

    node: int
    record: int
    row: int
    history: tuple[float, ...] = ()  # rms of its gradient in each pass of its loop, or of the sweep's call
    shown: int = -1  # which of them is shown


def line_notes(trace: Trace, number: int, graph: Graph, found: dict[int, Passage] | None = None) -> dict[int, LineNote]:
    """Line -> note under sweep `number` (-1: none), for each line with a node: its last named one, else its last.

    found: the passages of the view; of a loop, only the pass shown counts.
    """
    best = _best_nodes(trace, graph, shown_scopes(trace, found or {}))
    if not best:
        return {}
    rows: dict[int, int] = {}
    if number >= 0:
        rows = {int(record): row for row, record in enumerate(trace.sweeps[number].record)}
    records = {line: int(graph.record[node]) for line, node in best.items()}
    histories, shown = _histories(trace, number, records)
    notes = {}
    for line, node in best.items():
        record = records[line]
        history, at = histories.get(line, ()), shown
        if not history:
            history, at = _over_passes(trace, number, record)
        notes[line] = LineNote(node, record, rows.get(record, -1), history, at if history else -1)
    return notes


def _best_nodes(trace: Trace, graph: Graph, is_shown: np.ndarray) -> dict[int, int]:
    """The node each line stands for."""
    records = trace.records
    lines, record_of = graph.line.tolist(), graph.record
    is_named = (records.name[record_of] >= 0).tolist()
    is_hidden = (~is_shown[records.scope[record_of]]).tolist()
    is_backward = (records.sweep[record_of] >= 0).tolist()
    best: dict[int, int] = {}
    for node, line in enumerate(lines):
        if line <= 0 or is_hidden[node] or (is_backward[node] and not is_named[node]):
            continue
        if line not in best or is_named[node] or not is_named[best[line]]:
            best[line] = node
    return best


def _histories(trace: Trace, number: int, shown: dict[int, int]) -> tuple[dict[int, tuple[float, ...]], int]:
    """For each line: rms of its gradient in every sweep asked for by the same call, and which one is shown."""
    if number < 0:
        return {}, -1
    span = trace.sweeps[number].span
    turns = [k for k, sweep in enumerate(trace.sweeps) if sweep.span == span]
    if not 3 <= len(turns) <= PASSES:
        return {}, -1
    records = trace.records
    keys = {line: (int(records.span[record, 0]), int(records.name[record])) for line, record in shown.items()}
    found: dict[int, list[float]] = {line: [] for line in shown}
    for turn in turns:
        sweep = trace.sweeps[turn]
        where = zip(records.span[sweep.record, 0].tolist(), records.name[sweep.record].tolist(), strict=True)
        at = {key: row for row, key in enumerate(where)}
        for line, key in keys.items():
            row = at.get(key)
            if row is not None:
                found[line].append(float(sweep.cotangents.rms[row]))
    whole = {
        line: tuple(values)
        for line, values in found.items()
        if len(values) == len(turns) and bool(np.isfinite(values).all())
    }
    return whole, turns.index(number)


def _over_passes(trace: Trace, number: int, record: int) -> tuple[tuple[float, ...], int]:
    """The rms of a line's gradient in each pass of the loop around it, all in one sweep, and which pass is shown."""
    if number < 0:
        return (), -1
    scopes, records, sweep = trace.scopes, trace.records, trace.sweeps[number]
    turn = _pass_around(trace, int(records.scope[record]))
    if turn < 0:
        return (), -1
    loop = scopes[turn].parent
    same = (records.span[sweep.record, 0] == records.span[record, 0]) & (
        records.name[sweep.record] == records.name[record]
    )
    rows = np.flatnonzero(same).tolist()
    found: dict[int, float] = {}
    for row in rows if len(rows) <= 8 * PASSES else ():
        inner = _pass_around(trace, int(records.scope[sweep.record[row]]))
        if inner >= 0 and scopes[inner].parent == loop:
            found[scopes[inner].index] = float(sweep.cotangents.rms[row])
    indices = sorted(found)
    is_whole = 3 <= len(indices) <= PASSES and all(np.isfinite(found[k]) for k in indices)
    if not is_whole or scopes[turn].index not in found:
        return (), -1
    return tuple(found[k] for k in indices), indices.index(scopes[turn].index)


def _pass_around(trace: Trace, scope: int) -> int:
    """The innermost pass that a scope lies in, -1 for none."""
    while scope > 0 and trace.scopes[scope].kind != "pass":
        scope = trace.scopes[scope].parent
    return scope if scope > 0 else -1
