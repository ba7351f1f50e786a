"""Random graphs for property tests of the layout."""

from __future__ import annotations

from hypothesis import strategies as st
from plain_graphs import plain_graph

from gradstudio.graph.model import Graph, Group


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to 40 ops with one to three inputs each, some leaves, some edges without a gradient."""
    n = draw(st.integers(1, 40))
    edges = []
    for b in range(1, n):
        count = draw(st.sampled_from([0, 1, 2, 2, 3]))
        for _ in range(count):
            reach = draw(st.sampled_from([2, 6, 40]))
            edges.append((draw(st.integers(max(0, b - reach), b - 1)), b))
    backward = [draw(st.booleans()) for _ in edges] if draw(st.booleans()) else None
    return plain_graph(edges, count=n, backward=backward)


@st.composite
def framed_graphs(draw: st.DrawFn) -> Graph:
    """Up to 40 ops in runs that belong to calls within calls, some of them open."""
    n = draw(st.integers(1, 40))
    leaf = [draw(st.integers(0, 3)) == 0 for _ in range(n)]
    edges = [
        (draw(st.integers(max(0, b - 12), b - 1)), b)
        for b in range(1, n)
        if not leaf[b]
        for _ in range(draw(st.integers(1, 2)))
    ]
    groups: list[Group] = []
    chain = [-1]
    group = []
    for _ in range(n):
        step = draw(st.sampled_from(["stay", "stay", "stay", "in", "out"]))
        if step == "in":
            groups.append(Group(f"g{len(groups)}", chain[-1], "call", "call", 1))
            chain.append(len(groups) - 1)
        elif step == "out" and len(chain) > 1:
            chain.pop()
        group.append(chain[-1])
    used = sorted({g for inner in set(group) for g in _around(inner, groups)})
    frames = [g for g in used if draw(st.booleans())]
    return plain_graph(edges, count=n, group=group, groups=groups, frames=frames)


def _around(group: int, groups: list[Group]) -> list[int]:
    return [] if group < 0 else [*_around(groups[group].parent, groups), group]
