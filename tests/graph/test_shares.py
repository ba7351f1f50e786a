"""Shares of bundles: the sum over all that is bundled, whichever pass is shown."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from programs import run

from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.fold_state import FoldState, choose, close_all, open_pass
from gradstudio.graph.folding import fold
from gradstudio.graph.model import Graph
from gradstudio.graph.shares import shares

PASSES = 12
LOOP = f"""
    import gradstudio as gs
    w = gs.Variable([0.5, -0.25])
    u = gs.Variable(1.5)
    h = gs.constant([0.1, 0.2])
    with gs.GradientTape() as t:
        for k in range({PASSES}):
            h = gs.tanh(w * h + u)
        loss = gs.sum(h * h) + gs.sum(w)
    g = t.gradient(loss, [w, u])
"""
STACK = "loop:for k in range(0):0/stack:pass::0"


def _made(state: FoldState) -> tuple[Trace, Graph, Graph]:
    trace, text = run(LOOP)
    whole = build(trace, text, 0)
    return trace, whole, fold(whole, state)


def _edge(graph: Graph, source: str, is_into_box: bool = True) -> int:
    at = graph.title.index(source)
    (found,) = np.flatnonzero((graph.edge_source == at) & ((graph.fold[graph.edge_target] >= 0) == is_into_box))
    return int(found)


def _summed(trace: Trace, whole: Graph, source: str, last: int = PASSES) -> float:
    """Over all edges of the whole graph from a leaf into the first passes of the loop."""
    rows = [
        back
        for a, b, back in zip(whole.edge_source, whole.edge_target, whole.edge_backward, strict=True)
        if whole.title[a] == source and whole.group[b] >= 0 and whole.groups[whole.group[b]].number <= last
    ]
    return float(trace.sweeps[0].edge_share[rows].sum())


@pytest.mark.parametrize("number", [1, 5, PASSES])
def test_a_bundle_has_the_share_of_all_passes_whichever_is_shown(number: int) -> None:
    trace, whole, graph = _made(choose(FoldState(), STACK, number))
    for leaf in ("w", "u"):
        found = shares(graph, trace.sweeps[0])[_edge(graph, leaf)]
        assert found == pytest.approx(_summed(trace, whole, leaf))
    alone = trace.sweeps[0].edge_share[graph.edge_backward[_edge(graph, "w")]]
    assert alone < found
    assert shares(graph, trace.sweeps[0])[_edge(graph, "u")] == pytest.approx(1.0), "u is used nowhere else"


def test_with_an_open_pass_the_parts_of_the_stack_and_the_pass_add_up() -> None:
    trace, whole, graph = _made(open_pass(FoldState(), STACK, 5))
    found = shares(graph, trace.sweeps[0])
    w = graph.title.index("w")
    assert found[graph.edge_source == w].sum() == pytest.approx(1.0)
    (first, _) = np.flatnonzero((graph.edge_source == w) & (graph.fold[graph.edge_target] >= 0))
    assert found[first] == pytest.approx(_summed(trace, whole, "w", 4))


def test_what_leaves_a_box_from_several_nodes_has_the_mean_of_their_shares() -> None:
    trace, _, graph = _made(close_all())
    bundles = np.flatnonzero(graph.edge_count > 1)
    assert len(bundles)
    found = shares(graph, trace.sweeps[0])
    assert ((found >= 0) & (found <= 1 + 1e-9)).all()
    for edge in bundles.tolist():
        mine = graph.part_edge == edge
        assert mine.sum() <= graph.edge_count[edge]


def test_edges_that_are_no_bundles_keep_the_share_that_was_measured() -> None:
    trace, whole, _ = _made(FoldState())
    back = whole.edge_backward
    assert np.array_equal(shares(whole, trace.sweeps[0])[back >= 0], trace.sweeps[0].edge_share[back[back >= 0]])
    assert (shares(whole, trace.sweeps[0])[back < 0] == 0).all()


def test_what_was_asked_of_a_graph_does_not_outlive_it() -> None:
    trace, _, graph = _made(FoldState())
    shares(graph, trace.sweeps[0])
    alive = weakref.ref(graph)
    del graph
    gc.collect()
    assert alive() is None
