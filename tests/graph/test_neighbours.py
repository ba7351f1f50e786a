"""Neighbours: the same answers as the plain questions and networkx, for every node of random graphs."""

from __future__ import annotations

import random
from dataclasses import replace

import networkx
import numpy as np
import pytest

from gradstudio.graph.build import build
from gradstudio.graph.model import Graph
from gradstudio.graph.neighbours import Neighbours
from gradstudio.graph.query import consumers, inputs
from gradstudio.graph.to_networkx import to_networkx
from gradstudio.language.program import run_program


def _graph(count: int, seed: int) -> Graph:
    """A random program of that many ops."""
    r = random.Random(seed)
    lines = [f"v{i} = v{r.randrange(i)} * v{r.randrange(i)}" for i in range(2, count + 2)]
    text = "v0 = 0.5\nv1 = 0.25\n" + "\n".join(lines) + "\n"
    run = run_program(text, {}, lambda printed: None)
    assert run.recorder is not None
    return build(run.recorder.trace(), text, -1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_they_answer_as_the_plain_questions_do(seed: int) -> None:
    graph = _graph(40, seed)
    near, whole = Neighbours(graph), to_networkx(graph)
    for node in range(len(graph.ids)):
        assert near.inputs(node) == inputs(graph, node)
        assert near.consumers(node) == consumers(graph, node)
        name = graph.ids[node]
        before, after = networkx.ancestors(whole, name) | {name}, networkx.descendants(whole, name) | {name}
        assert {graph.ids[i] for i in np.flatnonzero(near.upstream(node))} == before
        assert {graph.ids[i] for i in np.flatnonzero(near.downstream(node))} == after


def test_edges_into_a_node_come_by_slot_whatever_their_order() -> None:
    graph = _graph(30, 4)
    order = np.random.default_rng(0).permutation(len(graph.edge_source))
    mixed = replace(
        graph,
        edge_source=graph.edge_source[order],
        edge_target=graph.edge_target[order],
        edge_slot=graph.edge_slot[order],
    )
    for node in range(len(graph.ids)):
        assert Neighbours(mixed).inputs(node) == inputs(graph, node)
        slots = mixed.edge_slot[Neighbours(mixed).edges_into(node)].tolist()
        assert slots == sorted(slots)


def test_between_two_nodes_lies_what_is_downstream_of_one_and_upstream_of_the_other() -> None:
    text = "a = 1.5\nb = a * a\nc = b + b\nd = b * c\naside = b * 2.0\n"
    run = run_program(text, {}, lambda printed: None)
    assert run.recorder is not None
    graph = build(run.recorder.trace(), text, -1)
    near, node = Neighbours(graph), graph.title.index

    def titles(one: str, other: str) -> set[str]:
        return {graph.title[k] for k in np.flatnonzero(near.between(node(one), node(other)))}

    assert titles("a", "d") == titles("d", "a") == {"a", "b", "c", "d"}
    assert titles("c", "aside") == {"c", "aside"}
    assert titles("b", "b") == {"b"}


def test_a_chain_of_20_000_is_walked_without_recursion() -> None:
    graph = _graph(2, 1)
    n = 20_000
    chain = replace(
        graph,
        record=np.arange(n, dtype=np.int32),
        edge_source=np.arange(n - 1, dtype=np.int32),
        edge_target=np.arange(1, n, dtype=np.int32),
        edge_slot=np.zeros(n - 1, np.int32),
    )
    assert Neighbours(chain).upstream(n - 1).all()
    assert np.count_nonzero(Neighbours(chain).downstream(n // 2)) == n - n // 2
