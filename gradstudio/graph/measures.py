"""Measures: every number that can be asked of a node, in one list for colouring, filtering and tables.

A box that hides nodes has the sum of theirs where sums make sense (elements, bytes, time); in all else it answers for
the record it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Summaries, Trace
from gradstudio.graph.model import Graph
from gradstudio.graph.query import rows_of


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of each node.

    name: its word in filters; title: its word in menus and table heads; says: what it is, for help; unit: "s", "B"
    or "".
    values(graph, trace): float64 (n,), NaN where a node has no such number.
    """

    name: str
    title: str
    says: str
    unit: str
    values: Callable[[Graph, Trace], np.ndarray]


def _of_value(column: str) -> Callable[[Graph, Trace], np.ndarray]:
    """A column of the values' summaries."""

    def values(graph: Graph, trace: Trace) -> np.ndarray:
        return np.asarray(getattr(trace.records.values, column)[graph.record], np.float64)

    return values


def _of_cotangent(numbers: Callable[[Summaries], np.ndarray]) -> Callable[[Graph, Trace], np.ndarray]:
    """numbers(summaries of the sweep shown) for the nodes that received a cotangent."""

    def values(graph: Graph, trace: Trace) -> np.ndarray:
        out = np.full(len(graph.record), np.nan)
        rows = rows_of(graph, trace)
        has = rows >= 0
        if has.any():
            out[has] = numbers(trace.sweeps[graph.sweep].cotangents)[rows[has]]
        return out

    return values


def _largest(c: Summaries) -> np.ndarray:
    """The largest magnitude among the elements; NaN where all of them are."""
    with np.errstate(invalid="ignore"):
        finite = np.fmax(np.abs(c.minimum), np.abs(c.maximum))
    return np.where(c.infinite > 0, np.inf, finite)


def _summed(column: Callable[[Trace], np.ndarray]) -> Callable[[Graph, Trace], np.ndarray]:
    """A number of each record (n,), summed over what a box hides."""

    def values(graph: Graph, trace: Trace) -> np.ndarray:
        of_record = column(trace)
        out = np.asarray(of_record[graph.record], np.float64)
        boxes = graph.fold >= 0
        if boxes.any():
            inside = of_record[graph.hidden_record].astype(np.float64)
            out[boxes] = np.bincount(graph.hidden_node, inside, minlength=len(out))[boxes]
        return out

    return values


def _bytes(trace: Trace) -> np.ndarray:
    v = trace.records.values
    widths = np.array([np.dtype(name).itemsize if name else 0 for name in v.dtypes], np.int64)
    return np.asarray(v.size * widths[v.dtype]) if len(widths) else np.zeros(len(v.size), np.int64)


def _zeros(graph: Graph, trace: Trace) -> np.ndarray:
    v = trace.records.values
    with np.errstate(invalid="ignore"):
        return np.asarray(v.zero[graph.record] / v.size[graph.record], np.float64)


def _uses(graph: Graph, _trace: Trace) -> np.ndarray:
    n = len(graph.record)
    return np.bincount(graph.edge_source, graph.edge_count, minlength=n).astype(np.float64)


def _pass(graph: Graph, trace: Trace) -> np.ndarray:
    innermost = np.full(len(trace.scopes), np.nan)
    for number, scope in enumerate(trace.scopes):  # parents come before children
        if scope.kind == "pass":
            innermost[number] = scope.index + 1
        elif scope.parent >= 0:
            innermost[number] = innermost[scope.parent]
    return np.asarray(innermost[trace.records.scope[graph.record]])


MEASURES: tuple[Measure, ...] = (
    Measure("value", "value", "the number itself; of an array its mean", "", _of_value("mean")),
    Measure("value_rms", "|value|", "its magnitude; of an array the root mean square", "", _of_value("rms")),
    Measure(
        "gradient",
        "gradient",
        "the number itself, with its sign; of an array the root mean square",
        "",
        _of_cotangent(lambda c: np.where(c.size == 1, c.mean, c.rms)),
    ),
    Measure(
        "gradient_rms",
        "|gradient|",
        "its magnitude; of an array the root mean square",
        "",
        _of_cotangent(lambda c: c.rms),
    ),
    Measure(
        "gradient_max",
        "largest |gradient|",
        "the largest magnitude among the elements of the gradient",
        "",
        _of_cotangent(_largest),
    ),
    Measure(
        "elements", "elements", "how many numbers the value holds", "", _summed(lambda trace: trace.records.values.size)
    ),
    Measure("bytes", "bytes", "memory of the value", "B", _summed(_bytes)),
    Measure("time", "time", "how long computing the value took", "s", _summed(lambda trace: trace.records.seconds)),
    Measure("zeros", "share of zeros", "share of the elements that are 0", "", _zeros),
    Measure("uses", "uses", "how many inputs of ops take the value", "", _uses),
    Measure("pass", "pass", "which turn of its innermost loop, from 1", "", _pass),
)
"""All there are. Values and gradients of arrays: value is the mean of the finite elements, the others root mean square;
of numbers the number itself, and its magnitude. uses counts the edges that leave a node; pass is that of the innermost
loop, from 1.
"""


def measure(name: str) -> Measure:
    """The measure of that name. Raises KeyError."""
    return _BY_NAME[name]


_BY_NAME = {m.name: m for m in MEASURES}
