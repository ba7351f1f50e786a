"""What is isolated and hidden: the graph without the rest, however it is folded, and what says that there is a rest."""

from __future__ import annotations

import numpy as np
import pytest
from programs import graph_of

from gradstudio.graph.fold_state import FoldState, Way, close_all, hide, isolate, open_, open_all, show_all
from gradstudio.graph.folding import fold
from gradstudio.graph.model import Graph
from gradstudio.graph.neighbours import Neighbours
from gradstudio.graph.query import node_of_record
from gradstudio.graph.reveal import reveal
from gradstudio.graph.stacks import stacks_of
from gradstudio.graph.wanted import wanted
from gradstudio.layout import Options, layout
from gradstudio.picture.anatomy import sizes

DIAMOND = """
    import gradstudio as gs
    x = gs.Variable(2.0)
    with gs.GradientTape() as t:
        left = x * 3.0
        right = gs.sin(x)
        sum_ = left + right
        aside = gs.cos(right)
        loss = sum_ * sum_
    g = t.gradient(loss, x)
"""
LOOP = """
    import gradstudio as gs
    w = gs.Variable(0.9)
    with gs.GradientTape() as t:
        y = w * 1.0
        for k in range(12):
            a = y * w
            y = gs.tanh(a)
        loss = y * y
    g = t.gradient(loss, w)
"""


def _id(whole: Graph, title: str) -> str:
    return whole.ids[whole.title.index(title)]


def _way(whole: Graph, kind: str, title: str, other: str = "") -> Way:
    return kind, _id(whole, title), _id(whole, other) if other else ""


@pytest.mark.parametrize(
    ("kind", "title", "other", "left"),
    [
        ("upstream", "right", "", {"x", "right"}),
        ("downstream", "left", "", {"left", "sum_", "loss"}),
        ("near", "sum_", "", {"left", "right", "sum_", "loss"}),
        ("between", "x", "sum_", {"x", "left", "right", "sum_"}),
        ("between", "sum_", "x", {"x", "left", "right", "sum_"}),
        ("between", "left", "aside", {"left", "aside"}),
        ("node", "left", "", {"left"}),
    ],
)
def test_a_way_leads_to_what_is_shown(kind: str, title: str, other: str, left: set[str]) -> None:
    whole = graph_of(DIAMOND)
    graph = fold(whole, isolate(FoldState(), (_way(whole, kind, title, other),)))
    assert set(graph.title) == left
    links = {(graph.title[a], graph.title[b]) for a, b in zip(graph.edge_source, graph.edge_target, strict=True)}
    everything = {(whole.title[a], whole.title[b]) for a, b in zip(whole.edge_source, whole.edge_target, strict=True)}
    assert links == {(a, b) for a, b in everything if {a, b} <= left}
    assert (graph.whole_nodes, graph.whole_edges) == (len(whole.ids), len(whole.edge_source))


def test_two_ways_are_shown_together_and_what_is_hidden_is_not() -> None:
    whole = graph_of(DIAMOND)
    state = isolate(FoldState(), (_way(whole, "upstream", "right"), _way(whole, "downstream", "right")))
    assert set(fold(whole, state).title) == {"x", "right", "sum_", "aside", "loss"}
    assert set(fold(whole, hide(state, (_id(whole, "sum_"),))).title) == {"x", "right", "aside", "loss"}
    assert fold(whole, show_all(hide(state, (_id(whole, "sum_"),)))).ids == whole.ids


def test_each_node_says_how_many_of_its_edges_lead_to_what_is_hidden() -> None:
    whole = graph_of(DIAMOND)
    graph = fold(whole, hide(FoldState(), (_id(whole, "sum_"),)))
    assert dict(zip(graph.title, graph.cut_off.tolist(), strict=True)) == {
        "x": 0, "left": 1, "right": 1, "aside": 0, "loss": 2
    }  # fmt: skip
    assert not len(fold(whole, FoldState()).cut_off)


def test_names_that_are_gone_count_for_nothing_and_nothing_hides_everything() -> None:
    whole = graph_of(DIAMOND)
    assert wanted(whole, isolate(FoldState(), (("upstream", "nobody", ""),))) is None
    assert wanted(whole, hide(FoldState(), ("nobody",))) is None
    assert wanted(whole, hide(FoldState(), whole.ids)) is None


def test_an_edit_elsewhere_leaves_what_is_isolated_and_hidden() -> None:
    whole = graph_of(DIAMOND)
    state = hide(isolate(FoldState(), (_way(whole, "upstream", "loss"),)), (_id(whole, "left"),))
    edited = graph_of(DIAMOND.replace("sum_ = left + right", "extra = gs.exp(right)\n        sum_ = left + extra"))
    assert set(fold(edited, state).title) == {"x", "right", "extra", "sum_", "loss"}, "what is new upstream is shown"


def test_a_hidden_stack_is_hidden_folded_and_laid_out() -> None:
    whole = graph_of(LOOP)
    (stack,) = stacks_of(whole.groups)
    for name in (stack.id, f"{stack.id}@2"):
        hidden = hide(FoldState(), (name,))
        for state in (hidden, open_(hidden, stack.id)):
            assert set(fold(whole, state).title) == {"w", "y", "y * y", "loss"} - {"y * y"}


def test_what_is_isolated_of_a_stack_is_the_passes_that_are_on_the_way() -> None:
    whole = graph_of(LOOP.replace("range(12)", "range(24)"))
    passes = [g.id for g in whole.groups if g.kind == "pass"]
    graph = fold(whole, isolate(FoldState(), (("upstream", passes[9], ""),)))
    (box,) = graph.folds
    assert (box.first, len(box.record), box.chosen) == (1, 10, 9)
    assert box.record.tolist() == fold(whole, FoldState()).folds[0].record[:10].tolist()
    without = fold(whole, hide(FoldState(), (passes[9],)))
    assert [(f.first, len(f.groups)) for f in without.folds] == [(1, 9), (11, 14)], "the gap parts the stack"


@pytest.mark.parametrize("state", [FoldState(), open_all(), close_all()])
def test_a_part_is_a_graph_like_any_other(state: FoldState) -> None:
    whole = graph_of(LOOP)
    rows = list(range(len(whole.ids)))
    for node in rows:
        for kind in ("upstream", "downstream", "near"):
            way: Way = (kind, whole.ids[node], "")
            graph = fold(whole, isolate(state, (way,)))
            near = Neighbours(whole)
            reached = {"upstream": near.upstream, "downstream": near.downstream}.get(kind)
            records = {*graph.record[graph.fold < 0].tolist(), *graph.hidden_record.tolist()}
            if reached is not None:
                assert records == set(whole.record[reached(node)].tolist())
            assert (graph.edge_source < graph.edge_target).all()
            assert all(-1 <= g.parent < k for k, g in enumerate(graph.groups))
            drawn = layout(graph, sizes(graph), Options())
            assert len(drawn.boxes) == len(graph.ids)


def test_what_is_hidden_is_shown_again_where_somebody_goes_to_it() -> None:
    whole = graph_of(LOOP)
    loss, w = whole.title.index("loss"), whole.title.index("w")
    state = hide(isolate(FoldState(), (_way(whole, "node", "w"),)), (whole.ids[loss],))
    assert np.array_equal(fold(whole, state).record, whole.record[[w]])
    found = reveal(whole, state, int(whole.record[loss]))
    graph = fold(whole, found)
    assert node_of_record(graph, int(whole.record[loss])) >= 0
    assert set(graph.title) == {"w", "loss"}, "and nothing else"
    inside = int(whole.record[whole.title.index("a")])
    graph = fold(whole, reveal(whole, state, inside))
    node = node_of_record(graph, inside)
    assert node >= 0
    assert graph.fold[node] < 0
