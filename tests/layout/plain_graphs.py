"""Graphs made by hand from a list of edges, for layout tests that need no run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import Frame, Graph, Group


def plain_graph(
    edges: Sequence[tuple[int, int]],
    count: int = 0,
    group: Sequence[int] = (),
    groups: Sequence[Group] = (),
    backward: Sequence[bool] | None = None,
    line: Sequence[int] = (),
    frames: Sequence[int] = (),
    ids: Sequence[str] = (),
) -> Graph:
    """Nodes 0..count-1 in tape order; nodes without inputs are parameters. Every edge also flows back unless told.

    frames: groups that are open.
    """
    n = max([count, *(max(e) + 1 for e in edges)]) if edges else count
    fed = {b for _, b in edges}
    slots: dict[int, int] = {}
    slot = []
    for _, b in edges:
        slot.append(slots.get(b, 0))
        slots[b] = slot[-1] + 1
    flows = [True] * len(edges) if backward is None else list(backward)
    names = tuple(ids) or tuple(f"n{i}" for i in range(n))
    return Graph(
        sweep=0,
        ids=names,
        record=np.arange(n, dtype=np.int32),
        kind=np.array([Kind.OP if i in fed else Kind.PARAMETER for i in range(n)], np.uint8),
        family=np.zeros(n, np.uint8),
        title=names,
        label=("add",) * n,
        symbol=("+",) * n,
        shape=("",) * n,
        line=np.array(line if len(line) else np.arange(1, n + 1), np.int32),
        group=np.array(group if len(group) else [-1] * n, np.int32),
        is_target=np.zeros(n, bool),
        is_source=np.zeros(n, bool),
        edge_source=np.array([a for a, _ in edges], np.int32),
        edge_target=np.array([b for _, b in edges], np.int32),
        edge_slot=np.array(slot, np.int32),
        edge_elements=np.ones(len(edges), np.int64),
        edge_backward=np.array([i if f else -1 for i, f in enumerate(flows)], np.int32),
        chip_node=np.zeros(0, np.int32),
        chip_slot=np.zeros(0, np.int32),
        chip_text=(),
        groups=tuple(groups),
        edge_count=np.ones(len(edges), np.int32),
        fold=np.full(n, -1, np.int32),
        folds=(),
        frames=tuple(Frame(groups[g].id, g, groups[g].title, "", 0, 0) for g in frames),
        hidden_record=np.zeros(0, np.int32),
        hidden_node=np.zeros(0, np.int32),
        whole_nodes=n,
        whole_edges=len(edges),
    )


def random_edges(count: int, seed: int, reach: int = 8, leaves: float = 0.25) -> list[tuple[int, int]]:
    """A random acyclic graph: every op takes one to three of the nodes before it, mostly near ones."""
    rng = np.random.default_rng(seed)
    leaf = rng.random(count) < leaves
    leaf[0] = True
    edges = []
    for b in range(1, count):
        if leaf[b]:
            continue
        for _ in range(int(rng.choice([1, 2, 2, 3]))):
            back = int(rng.integers(1, reach + 1)) if rng.random() < 0.8 else int(rng.integers(1, b + 1))
            edges.append((max(b - back, 0), b))
    return edges
