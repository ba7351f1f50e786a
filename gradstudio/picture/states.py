"""The state of each node's gradient: told apart by a mark, a word and a colour, never by colour alone."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from gradstudio.engine.trace import Kind, Trace, is_missing
from gradstudio.graph.kept import kept
from gradstudio.graph.model import Graph
from gradstudio.graph.query import rows_of

TINY = 1e-7
HUGE = 1e4


class State(IntEnum):
    """What is known of a gradient."""

    NO_SWEEP = 0  # nothing was differentiated
    NOT_SOURCE = 1  # a leaf that nobody asked about
    NONE = 2  # no path to the target
    BLOCKED = 3  # arrives and goes no further, by decision
    ZERO = 4
    NORMAL = 5
    TINY = 6
    HUGE = 7
    INFINITE = 8
    NAN = 9
    NOT_RUN = 10  # written, but not computed: it has no value


@kept()
def states(graph: Graph, trace: Trace) -> np.ndarray:
    """State of each node's gradient (uint8, not to be written to)."""
    if not 0 <= graph.sweep < len(trace.sweeps):
        return np.where(_not_run(graph, trace), State.NOT_RUN, State.NO_SWEEP).astype(np.uint8)
    sweep = trace.sweeps[graph.sweep]
    rows = rows_of(graph, trace)
    leaf = np.isin(graph.kind, (Kind.DATA, Kind.GRADIENT))
    out = np.where(leaf & ~graph.is_source, State.NOT_SOURCE, State.NONE).astype(np.uint8)
    c = sweep.cotangents
    has = rows >= 0
    row = rows[has]
    size = np.where(c.size[row] == 1, np.abs(c.mean[row]), c.rms[row])
    with np.errstate(invalid="ignore"):
        state = np.select(
            [c.nan[row] > 0, c.infinite[row] > 0, c.size[row] == c.zero[row], size < TINY, size > HUGE],
            [State.NAN, State.INFINITE, State.ZERO, State.TINY, State.HUGE],
            State.NORMAL,
        )
    out[has] = state
    out[np.isin(graph.record, sweep.blocked)] = State.BLOCKED
    out[_not_run(graph, trace)] = State.NOT_RUN
    return out


def _not_run(graph: Graph, trace: Trace) -> np.ndarray:
    """Nodes without a value: with no record, or with that of an op that waits for an open input (bool)."""
    if not len(trace.records.op):
        return np.asarray(graph.record < 0)
    return np.asarray((graph.record < 0) | is_missing(trace.records.values)[graph.record])
