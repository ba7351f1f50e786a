"""Line notes: what the editor's gutter says beside each line: the value it assigned, and the gradient of that value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph

PASSES = 400
"""A call that ran more often gets no history: nobody reads more points in 38 pixels."""


@dataclass(frozen=True, slots=True)
class LineNote:
    """One line's record. `row` is the sweep's row of its cotangent, -1 where no gradient reached it."""

    node: int
    record: int
    row: int
    history: tuple[float, ...] = ()  # rms of its gradient in each pass of the sweep's call
    shown: int = -1  # which of them is the present sweep


def line_notes(trace: Trace, number: int, graph: Graph) -> dict[int, LineNote]:
    """Line -> note under sweep `number` (-1: none), for each line with a node: its last named one, else its last."""
    best = _best_nodes(trace, graph)
    if not best:
        return {}
    rows: dict[int, int] = {}
    if number >= 0:
        rows = {int(record): row for row, record in enumerate(trace.sweeps[number].record)}
    histories, shown = _histories(trace, number, {line: int(graph.record[node]) for line, node in best.items()})
    notes = {}
    for line, node in best.items():
        record = int(graph.record[node])
        history = histories.get(line, ())
        notes[line] = LineNote(node, record, rows.get(record, -1), history, shown if history else -1)
    return notes


def _best_nodes(trace: Trace, graph: Graph) -> dict[int, int]:
    """The node each line stands for."""
    records = trace.records
    lines, record_of = graph.line.tolist(), graph.record
    is_named = (records.name[record_of] >= 0).tolist()
    is_backward = (records.sweep[record_of] >= 0).tolist()
    best: dict[int, int] = {}
    for node, line in enumerate(lines):
        if line <= 0 or (is_backward[node] and not is_named[node]):
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
