"""Lighting: which nodes are lit while a person follows a cone or a path, or looks for some. Plain data, no widget."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.fold_state import Way
from gradstudio.graph.model import Graph
from gradstudio.graph.neighbours import Neighbours
from gradstudio.picture.fonts import plain
from gradstudio.picture.states import State, states


class Lighting:
    """What was asked for is kept by node id, so that it holds on when the picture is made anew."""

    def __init__(self) -> None:
        self._cone: set[str] = set()  # "upstream", "downstream"
        self._ends: tuple[str, ...] = ()  # the node of the cone, or the two of the path
        self._found: np.ndarray | None = None  # records that are looked for

    def clear(self) -> None:
        """Light everything."""
        self.__init__()  # type: ignore[misc]

    def toggle_cone(self, way: str, node: str) -> None:
        """The cone "upstream" or "downstream" of a node; once more: no longer."""
        if self._ends != (node,):
            self._cone, self._ends = set(), (node,)
        self._cone ^= {way}
        if not self._cone:
            self._ends = ()

    def toggle_path(self, one: str, other: str) -> None:
        """What lies between two nodes; once more: no longer."""
        ends = (one, other)
        self._ends = () if set(ends) == set(self._ends) else ends
        self._cone = set()

    def show_found(self, records: np.ndarray | None) -> None:
        """These records (int32), or the boxes they lie in; None: nothing is looked for."""
        self._found = records

    def step_back(self) -> bool:
        """Leave the cone or path; False if there is none."""
        was = bool(self._ends)
        self._cone, self._ends = set(), ()
        return was

    def ways(self, graph: Graph) -> tuple[Way, ...]:
        """The cone or path in a graph, as graph.fold_state takes what is isolated; () without one."""
        if not self._ends or any(node not in graph.ids for node in self._ends):
            return ()
        if len(self._ends) == 2:
            return (("between", *self._ends),)
        return tuple((way, self._ends[0], "") for way in sorted(self._cone))

    def lit(self, graph: Graph, trace: Trace, neighbours: Neighbours) -> np.ndarray | None:
        """Whether each node is lit (bool (n,)); None: all are. What holds NaN always is."""
        cone = self._cone_of(graph, neighbours)
        some = cone if cone is not None else np.ones(len(graph.ids), bool)
        if self._found is not None:
            hits = np.isin(graph.record, self._found)
            hits[graph.fold >= 0] = False
            hits[graph.hidden_node[np.isin(graph.hidden_record, self._found)]] = True
            some &= hits
        return None if some.all() else some | _poisoned(graph, trace)

    def words(self, graph: Graph, lit: np.ndarray | None) -> str:
        """What is lit: "upstream of loss: 12 nodes"; "" where nothing is asked for."""
        title = {node: plain(graph.title[k]) for k, node in enumerate(graph.ids) if node in self._ends}
        names = [title[node] for node in self._ends if node in title]
        if len(names) < len(self._ends):
            names = []
        parts = []
        if len(names) == 2:
            parts.append(f"between {names[0]} and {names[1]}")
        elif names:
            parts.append(f"{' and '.join(sorted(self._cone, reverse=True))} of {names[0]}")
        if not parts:
            return ""
        count = len(graph.ids) if lit is None else int(np.count_nonzero(lit))
        all_ = "all " if lit is None else ""
        return f"{', '.join(parts)}: {all_}{count:,} {'node' if count == 1 else 'nodes'}"

    def _cone_of(self, graph: Graph, neighbours: Neighbours) -> np.ndarray | None:
        """The nodes of the cone or the path; None without one, or where its nodes are gone."""
        if not self._ends or any(node not in graph.ids for node in self._ends):
            return None
        ends = [graph.ids.index(node) for node in self._ends]
        if len(ends) == 2:
            return neighbours.between(ends[0], ends[1])
        some = np.zeros(len(graph.ids), bool)
        if "upstream" in self._cone:
            some |= neighbours.upstream(ends[0])
        if "downstream" in self._cone:
            some |= neighbours.downstream(ends[0])
        return some


def _poisoned(graph: Graph, trace: Trace) -> np.ndarray:
    """Nodes whose value or gradient holds NaN, and boxes that hide one."""
    out = states(graph, trace) == State.NAN
    run = graph.record >= 0
    out[run] |= trace.records.values.nan[graph.record[run]] > 0
    if len(graph.hidden_record):
        bad = trace.records.values.nan[graph.hidden_record] > 0
        if 0 <= graph.sweep < len(trace.sweeps):
            sweep = trace.sweeps[graph.sweep]
            bad |= np.isin(graph.hidden_record, sweep.record[sweep.cotangents.nan > 0])
        out[graph.hidden_node[bad]] = True
    return np.asarray(out)
