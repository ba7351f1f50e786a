"""What is known of a node, as short rows of words and numbers, for the hover card and the inspector."""

from __future__ import annotations

import math

import numpy as np

from gradstudio.engine.trace import Summaries, Trace
from gradstudio.graph.model import Graph
from gradstudio.graph.query import rows_of
from gradstudio.picture.fonts import plain
from gradstudio.picture.numbers import gradient_text, number, value_text, whole
from gradstudio.picture.states import State, states

_WHY = {
    State.NOT_RUN: "not run: an input is open, here or before it",
    State.NO_SWEEP: "nothing is differentiated yet",
    State.NOT_SOURCE: "not a source: nobody asked for its gradient",
    State.NONE: "None: no recorded path leads from here to the target",
    State.BLOCKED: "stopped here by stop_gradient: nothing goes further back",
    State.ZERO: "exactly zero: a small change here does not change the target",
    State.TINY: "tiny: below 1e−7",
    State.HUGE: "huge: above 1e4",
    State.INFINITE: "infinite: a product on the way back has no bound",
    State.NAN: "NaN: a product on the way back is undefined",
}


def where(graph: Graph, trace: Trace, node: int) -> str:
    """ "add, line 10, [200] float64"."""
    v = trace.records.values
    record = int(graph.record[node])
    parts = [plain(graph.label[node])]
    if graph.line[node] > 0:
        parts.append(f"line {graph.line[node]}")
    dtype = v.dtypes[v.dtype[record]]
    return ", ".join(parts) + (f", {graph.shape[node] or 'scalar'} {dtype}" if dtype else ", not run")


def state_of(graph: Graph, trace: Trace, node: int) -> State:
    """The state of a node's gradient."""
    return State(int(states(graph, trace)[node]))


def why(state: State) -> str:
    """The state in words; "" for an ordinary gradient."""
    return _WHY.get(state, "")


def node_facts(graph: Graph, trace: Trace, node: int) -> tuple[str, list[tuple[str, str]], str]:
    """Title, rows of (name, text), and what is to be said of the gradient's state ("" if nothing)."""
    record = int(graph.record[node])
    v = trace.records.values
    rows = [("op", where(graph, trace, node)), ("value", value_text(v, record))]
    rows += _array_rows(v, record)
    row = int(rows_of(graph, trace)[node])
    state = state_of(graph, trace, node)
    if row >= 0 and state != State.BLOCKED:
        c = trace.sweeps[graph.sweep].cotangents
        is_rms = c.size[row] > 1 and state not in (State.NAN, State.INFINITE, State.ZERO)
        rows.append(("gradient", gradient_text(c, row) + (" rms" if is_rms else "")))
        rows += _array_rows(c, row)
    return plain(graph.title[node]), rows, why(state)


def _array_rows(s: Summaries, row: int) -> list[tuple[str, str]]:
    if int(s.size[row]) == 1 or math.isnan(float(s.minimum[row])):
        return []
    return [("", f"{number(float(s.minimum[row]))} to {number(float(s.maximum[row]))}")]


def statistics(
    s: Summaries, row: int, array: np.ndarray | None = None, is_gradient: bool = False
) -> list[tuple[str, str]]:
    """The table of an array, as far as its summary tells; with the array itself, its median too."""
    size = int(s.size[row])
    mean, rms = float(s.mean[row]), float(s.rms[row])
    spread = _spread(mean, rms, array)
    rows = [("mean", number(mean, longest=12)), ("standard deviation", number(spread, longest=12))]
    if is_gradient:
        rows.insert(0, ("root mean square", number(rms, longest=12)))
    rows.append(("minimum", number(float(s.minimum[row]), longest=12)))
    if array is not None and array.dtype.kind in "fiu" and array.size:
        finite = array[np.isfinite(array)]
        if finite.size:
            rows.append(("median", number(float(np.median(finite)), longest=12)))
    rows.append(("maximum", number(float(s.maximum[row]), longest=12)))
    counts = ", ".join(whole(int(c[row])) for c in (s.negative, s.zero, s.positive))
    rows.append(("negative, zero, positive", counts))
    if s.nan[row] or s.infinite[row]:
        rows.append(("NaN, infinite", f"{int(s.nan[row])}, {int(s.infinite[row])}"))
    rows.append(("size in memory", memory(size * np.dtype(s.dtypes[s.dtype[row]]).itemsize)))
    return rows


def _spread(mean: float, rms: float, array: np.ndarray | None) -> float:
    """The standard deviation of the finite elements."""
    if array is not None and array.dtype.kind in "fiu" and array.size:
        finite = array[np.isfinite(array)].astype(np.float64, copy=False)
        if finite.size:
            with np.errstate(over="ignore", invalid="ignore"):
                return float(finite.std())
    if not (math.isfinite(rms) and math.isfinite(mean)):
        return math.nan
    return math.sqrt(max(rms * rms - mean * mean, 0.0))


def memory(count: int) -> str:
    """Bytes as a person reads them: 12 B, 1.6 kB, 4.2 MB."""
    if count < 1000:
        return f"{count} B"
    power = min(int(math.log10(count)) // 3, 3)
    return f"{count / 1000**power:.1f} {('B', 'kB', 'MB', 'GB')[power]}"


def duration(seconds: float) -> str:
    """A time as a person reads it: 740 ns, 1.6 µs, 12.5 ms, 3.2 s."""
    for factor, unit in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
        size = seconds * factor
        if size < 999.5:
            return f"{size:.0f} {unit}" if unit == "ns" or size >= 99.95 else f"{size:.1f} {unit}"
    return f"{seconds:.1f} s"
