"""Neighbours: the edges of a graph sorted by their ends, for walks over all of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from gradstudio.graph.model import Graph


class Neighbours:
    """What feeds each node and what uses it, as columns made once for a graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._n = len(graph.record)

    def inputs(self, node: int) -> list[int]:
        """Nodes whose values a node takes, by input slot; twice if it takes one twice."""
        edges = self.edges_into(node)
        return [int(i) for i in self._graph.edge_source[edges]]

    def consumers(self, node: int) -> list[int]:
        """Nodes that take a node's value, in tape order, each once."""
        return sorted({int(i) for i in self._graph.edge_target[self.edges_from(node)]})

    def edges_into(self, node: int) -> np.ndarray:
        """Numbers of the edges that end at a node, by input slot (int64)."""
        order, start = self._by_target
        edges = order[start[node] : start[node + 1]]
        return np.asarray(edges[np.argsort(self._graph.edge_slot[edges], kind="stable")])

    def edges_from(self, node: int) -> np.ndarray:
        """Numbers of the edges that begin at a node (int64)."""
        order, start = self._by_source
        return np.asarray(order[start[node] : start[node + 1]])

    def upstream(self, *nodes: int) -> np.ndarray:
        """Whether one of some nodes depends on each (bool (n,)), themselves included."""
        return self._reach(self._before, nodes)

    def downstream(self, *nodes: int) -> np.ndarray:
        """Whether each depends on one of some nodes (bool (n,)), themselves included."""
        return self._reach(self._after, nodes)

    def between(self, one: int, other: int) -> np.ndarray:
        """What lies on a way from one of two nodes to the other, both included (bool (n,)); only those two if there is
        no way."""
        for first, last in ((one, other), (other, one)):
            on_way: np.ndarray = self.downstream(first) & self.upstream(last)
            if on_way[first]:
                return on_way
        ends = np.zeros(self._n, bool)
        ends[[one, other]] = True
        return ends

    @cached_property
    def _by_target(self) -> tuple[np.ndarray, np.ndarray]:
        return _sorted(self._graph.edge_target, self._n)

    @cached_property
    def _by_source(self) -> tuple[np.ndarray, np.ndarray]:
        return _sorted(self._graph.edge_source, self._n)

    @cached_property
    def _before(self) -> tuple[list[int], list[int]]:
        order, start = self._by_target
        return self._graph.edge_source[order].tolist(), start.tolist()

    @cached_property
    def _after(self) -> tuple[list[int], list[int]]:
        order, start = self._by_source
        return self._graph.edge_target[order].tolist(), start.tolist()

    def _reach(self, rows: tuple[list[int], list[int]], nodes: Iterable[int]) -> np.ndarray:
        others, start = rows
        seen = bytearray(self._n)
        stack = list(nodes)
        for node in stack:
            seen[node] = 1
        while stack:
            i = stack.pop()
            for other in others[start[i] : start[i + 1]]:
                if not seen[other]:
                    seen[other] = 1
                    stack.append(other)
        return np.frombuffer(bytes(seen), bool)


def _sorted(ends: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges in the order of one of their ends, and where those of each node begin (int64 (n + 1,))."""
    start = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=n), out=start[1:])
    return np.argsort(ends, kind="stable"), start
