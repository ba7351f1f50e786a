"""What the outline says of each node and group: the words of a cell, and the number it is sorted by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstudio.app.facts import duration, memory
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace
from gradstudio.graph.measures import measure
from gradstudio.graph.model import Graph
from gradstudio.graph.query import rows_of
from gradstudio.picture.color import scale_of
from gradstudio.picture.fonts import plain
from gradstudio.picture.numbers import gradient_text, number, value_text
from gradstudio.picture.states import State, states

HEADS = ("name", "op", "line", "shape", "value", "gradient", "|gradient|", "bytes", "time", "problem")
NAME, OP, LINE, SHAPE, VALUE, GRADIENT, MAGNITUDE, BYTES, TIME, PROBLEM = range(len(HEADS))

_SEVERITIES = ("", "info", "warn", "error")
_NO_GRADIENT = {State.NONE: "None", State.BLOCKED: "blocked"}


class Columns:
    """A whole graph as rows: items 0..n-1 are its nodes, n.. its groups.

    Of a group: bytes and time are the sums of all that is in it, |gradient| the largest, its problem the worst.
    """

    def __init__(self, graph: Graph, trace: Trace, problems: Sequence[Problem] = ()) -> None:
        self.graph = graph
        self.trace = trace
        self.nodes = len(graph.record)
        self.groups = len(graph.groups)
        self._above = np.array([g.parent for g in graph.groups], np.int64)
        self._levels: list[np.ndarray] | None = None
        parent = np.concatenate([graph.group.astype(np.int64), self._above])
        self.parent = np.where(parent >= 0, parent + self.nodes, -1)  # item it lies in, -1 at the top
        self._rows = rows_of(graph, trace)
        self._states = states(graph, trace)
        self.scale = scale_of(trace, graph.sweep)
        self._numbers: dict[int, np.ndarray] = {}
        self._tape: np.ndarray | None = None
        self._problems: dict[int, Problem] = {}
        self.set_problems(problems)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Other problems; each node shows the worst of its own."""
        self._problems = {}
        for p in sorted(problems, key=lambda p: _severity(p.severity)):
            self._problems[p.record] = p
        self._numbers.pop(PROBLEM, None)

    # structure

    def tape(self) -> np.ndarray:
        """Place of each item in the order of computation: a group stands where its first node does."""
        if self._tape is None:
            self._tape = self._with_groups(np.arange(self.nodes, dtype=np.float64), np.inf, np.minimum)
        return self._tape

    def _with_groups(self, of_node: np.ndarray, start: float, join: np.ufunc) -> np.ndarray:
        """Numbers of nodes, and those of groups made of all that lies in them."""
        totals = np.full(self.groups, start)
        inside = self.graph.group >= 0
        join.at(totals, self.graph.group[inside], of_node[inside])
        for level in self._deepest_first():
            join.at(totals, self._above[level], totals[level])
        return np.concatenate([of_node, totals])

    def _deepest_first(self) -> list[np.ndarray]:
        """Groups that lie in others, those of one depth together."""
        if self._levels is None:
            depth = [0] * self.groups
            for number, above in enumerate(self._above.tolist()):  # parents come before children
                depth[number] = depth[above] + 1 if above >= 0 else 0
            order = np.argsort(depth, kind="stable")
            starts = np.flatnonzero(np.diff(np.array(depth)[order], prepend=0))
            self._levels = np.split(order, starts)[:0:-1]
        return self._levels

    # what is sorted by

    def numbers(self, column: int) -> np.ndarray:
        """float64 (items,): what a column is sorted by, NaN where a cell says nothing."""
        if column not in self._numbers:
            self._numbers[column] = self._made(column)
        return self._numbers[column]

    def _made(self, column: int) -> np.ndarray:
        graph, groups = self.graph, self.graph.groups
        if column == NAME:
            return _ranks([*graph.title, *(g.title for g in groups)])
        if column == OP:
            return _ranks([*graph.label, *(g.kind for g in groups)])
        if column == LINE:
            lines = np.concatenate([graph.line, np.array([g.line for g in groups], np.int64)]).astype(np.float64)
            return np.where(lines > 0, lines, np.nan)
        if column == PROBLEM:
            found = np.zeros(self.nodes)
            for severity in _SEVERITIES[1:]:
                records = [r for r, p in self._problems.items() if _severity(p.severity) == _severity(severity)]
                found[np.isin(graph.record, records)] = _severity(severity)
            worst = self._with_groups(found, 0.0, np.maximum)
            return np.where(worst > 0, worst, np.nan)
        name = {SHAPE: "elements", VALUE: "value", GRADIENT: "gradient", MAGNITUDE: "gradient_rms"}.get(column)
        of_node = measure(name or HEADS[column]).values(graph, self.trace)
        if column in (BYTES, TIME):
            return self._with_groups(of_node, 0.0, np.add)
        if column == MAGNITUDE:
            largest = self._with_groups(np.nan_to_num(of_node, nan=-1.0, posinf=np.inf), -1.0, np.maximum)
            return np.concatenate([of_node, np.where(largest < 0, np.nan, largest)[self.nodes :]])
        return np.concatenate([of_node, np.full(self.groups, np.nan)])

    # words

    def text(self, item: int, column: int) -> str:
        """What a cell says."""
        if item >= self.nodes:
            return self._group_text(item, column)
        graph, record = self.graph, self.graph.record.item(item)
        if column == NAME:
            return plain(graph.title[item])
        if column == OP:
            return plain(graph.label[item])
        if column == LINE:
            line = graph.line.item(item)
            return str(line) if line > 0 else ""
        if column == SHAPE:
            return graph.shape[item]
        if column == VALUE:
            return value_text(self.trace.records.values, record)
        if column == GRADIENT:
            row = self.row(item)
            if row < 0:
                return _NO_GRADIENT.get(self.state(item), "")
            return gradient_text(self.trace.sweeps[graph.sweep].cotangents, row)
        return self._number_text(item, column)

    def _group_text(self, item: int, column: int) -> str:
        group = self.graph.groups[item - self.nodes]
        if column == NAME:
            return plain(group.title)
        if column == OP:
            return group.kind
        if column == LINE:
            return str(group.line) if group.line > 0 else ""
        return self._number_text(item, column) if column in (MAGNITUDE, BYTES, TIME, PROBLEM) else ""

    def _number_text(self, item: int, column: int) -> str:
        x = self.numbers(column).item(item)
        if column == PROBLEM or x != x:
            return ""
        if column == BYTES:
            return memory(int(x))
        if column == TIME:
            return duration(x) if x > 0 else ""
        return number(x, 3)

    def spoken(self, item: int) -> str:
        """A whole row in words, for a screen reader."""
        parts = [self.text(item, NAME), self.text(item, OP)]
        for column, word in ((LINE, "line"), (SHAPE, "shape"), (VALUE, "value"), (GRADIENT, "gradient")):
            if text := self.text(item, column):
                parts.append(f"{word} {text}")
        if severity := self.severity(item):
            parts.append({"error": "error", "warn": "warning"}.get(severity, "note"))
        return ", ".join(parts)

    def severity(self, item: int) -> str:
        """ "error", "warn", "info", or "" without a problem."""
        x = self.numbers(PROBLEM).item(item)
        return _SEVERITIES[int(x)] if x == x else ""

    def problem(self, item: int) -> Problem | None:
        """The worst problem of a node."""
        return self._problems.get(self.record(item)) if item < self.nodes else None

    # numbers of nodes

    def record(self, item: int) -> int:
        """The record of a node, -1 for a group."""
        return int(self.graph.record[item]) if 0 <= item < self.nodes else -1

    def item_of(self, record: int) -> int:
        """The node of a record, -1 if it is not in this graph."""
        found = np.flatnonzero(self.graph.record == record)
        return int(found[0]) if len(found) else -1

    def row(self, item: int) -> int:
        """Its row in the sweep's cotangents, -1 for none."""
        return int(self._rows[item]) if item < self.nodes and self.state(item) != State.BLOCKED else -1

    def state(self, item: int) -> State:
        """The state of a node's gradient."""
        return State(self._states.item(item))


def _severity(word: str) -> int:
    return _SEVERITIES.index(word) if word in _SEVERITIES else 1


def _ranks(texts: list[str]) -> np.ndarray:
    """Numbers in the order of texts, letters of either case together; equal texts have one number."""
    order = {text: rank for rank, text in enumerate(sorted(set(texts), key=lambda t: (t.casefold(), t)))}
    return np.array([order[text] for text in texts], np.float64)
