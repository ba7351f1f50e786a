"""Who takes a value from whom, as lists: what placing asks again and again."""

from __future__ import annotations

from functools import partial

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import Graph
from gradstudio.layout.frames import Nesting
from gradstudio.layout.islands import WIDEST, Islands
from gradstudio.layout.words import Words


class Links:
    """Inputs and users of each node in slot order, which nodes are leaves, the innermost frame of each (inner), and the
    one whose lanes it stands in (frame): that around an island, for the nodes of an island."""

    def __init__(self, graph: Graph) -> None:
        n = len(graph.record)
        self.count = n
        self.inputs: list[list[int]] = [[] for _ in range(n)]
        self.users: list[list[int]] = [[] for _ in range(n)]
        order = np.lexsort((graph.edge_slot, graph.edge_target))
        for a, b in zip(graph.edge_source[order].tolist(), graph.edge_target[order].tolist(), strict=True):
            self.inputs[b].append(a)
            self.users[a].append(b)
        kinds = graph.kind.tolist()
        self.is_leaf = [kinds[i] != Kind.OP and not self.inputs[i] for i in range(n)]
        self.group = graph.group.tolist()
        self.nesting = Nesting(graph)
        self.frame = self.nesting.of_node
        if graph.frames:
            self._leaves_to_their_users()
        self.inner = self.frame
        self._islands = partial(Islands, graph, self.nesting, self.inner, self.inputs, self.is_leaf)
        self.islands = self._islands()
        self._put_islands_ashore()
        sweeps = [g.kind == "sweep" for g in graph.groups]
        self.is_sweep = [g >= 0 and sweeps[g] for g in self.group]
        outer = [g.parent for g in graph.groups]
        self.words = Words(self.inputs, self.is_leaf, self.group, outer, self.is_sweep)

    def allow_islands(self, widest: int) -> None:
        """Open passes of at most so many columns, or of those that fit into any picture, are islands."""
        if widest > WIDEST and any(frame.stack for frame in self._islands.args[0].frames):
            self.islands = self._islands(widest=widest)
            self._put_islands_ashore()

    def without_islands(self) -> None:
        """All open passes take whole lanes."""
        self.islands.forget()
        self.frame = self.inner

    def _put_islands_ashore(self) -> None:
        """The nodes of islands stand in the lanes of the frame around it."""
        pairs = zip(self.inner, self.islands.of_node, strict=True)
        self.frame = [self.nesting.parent[f] if f == island >= 0 else f for f, island in pairs]

    def _leaves_to_their_users(self) -> None:
        """A leaf that only a frame inside its own uses stands in that one."""
        for i in range(self.count):
            if self.is_leaf[i] and self.users[i]:
                common = self.nesting.common([self.frame[u] for u in self.users[i]])
                if common >= 0 and (self.frame[i] < 0 or self.frame[i] in self.nesting.path(common)):
                    self.frame[i] = common
