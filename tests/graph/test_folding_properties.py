"""What holds for every program and every state of folding."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import CALLS, chain, graph_of, layers, loop

from gradstudio.graph.fold_state import FoldState, close_all, open_all
from gradstudio.graph.folding import fold
from gradstudio.graph.model import Graph
from gradstudio.graph.query import node_of_record
from gradstudio.graph.reveal import reveal
from gradstudio.graph.stacks import stacks_of

NESTED = """import gradstudio as gs
w = gs.Variable(0.5)
W = [gs.Variable(0.1 * k) for k in range(4)]
def f(x, k):
    y = gs.sin(x * W[k])
    for j in range(k + 1):
        y = gs.tanh(y * w) if j % 2 else y + x
    return y
with gs.GradientTape() as t:
    h = w * 2.0
    for i in range(9):
        with gs.name_scope("part"):
            h = f(h, i % 4) + f(h, 1) + f(h, 1) + f(h, 1)
        with gs.GradientTape() as inner:
            inner.watch(h)
            e = gs.exp(0.1 * h)
        h = h - 0.01 * inner.gradient(e, h) if i != 3 else h * h
    loss = gs.cosine_similarity(gs.stack([h, w]), gs.stack([w, h]))
g = t.gradient(loss, W)
"""
MIXED = "\n".join(
    [
        "import gradstudio as gs",
        "x = gs.Variable(0.5)",
        "def f(z):",
        "    return gs.sin(z) * z",
        "with gs.GradientTape() as t:",
        "    y = x",
        *(f"    y = f(y) + {i}.0 * y\n    a{i} = gs.tanh(y * 0.5)" for i in range(70)),
        "    loss = y * a3",
        "g = t.gradient(loss, x)",
    ]
)
PROGRAMS = {
    "mixed": (MIXED, 0),
    "nested": (NESTED, 8),
    "recurrent": (loop(20), 0),
    "turns": (loop(12, "h = gs.tanh(W @ h + b)", "if k % 2:", "    h = h * xs[k]"), 0),
    "flat": (chain(400), 0),
    "layers": (layers(5), 0),
    "calls": (CALLS, 0),
}


@cache
def whole_of(name: str) -> Graph:
    return graph_of(*PROGRAMS[name])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Graph, FoldState]:
    whole = whole_of(draw(st.sampled_from(sorted(PROGRAMS))))
    stacks = stacks_of(whole.groups)
    names = st.lists(st.sampled_from([*(g.id for g in whole.groups), *(s.id for s in stacks), "*"]), max_size=6)
    turns = [(s.id, n) for s in stacks for n in range(s.first, s.first + len(s.groups))] or [("", 1)]
    passes = st.lists(st.sampled_from(turns), max_size=4)
    state = FoldState(*(tuple(draw(part)) for part in (names, names, passes, passes)))
    return whole, state


thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(cases())
def test_every_record_is_drawn_or_hidden_exactly_once(case: tuple[Graph, FoldState]) -> None:
    whole, state = case
    graph = fold(whole, state)
    drawn = graph.record[graph.fold < 0].tolist()
    assert sorted([*drawn, *graph.hidden_record.tolist()]) == whole.record.tolist()
    assert (np.diff(graph.hidden_record) > 0).all()
    assert (graph.fold[graph.hidden_node] >= 0).all()
    assert sorted(graph.fold[graph.fold >= 0].tolist()) == list(range(len(graph.folds)))
    assert len(set(graph.ids)) == len(graph.ids)


@thorough
@given(cases())
def test_the_edges_between_boxes_are_those_of_the_whole_graph(case: tuple[Graph, FoldState]) -> None:
    whole, state = case
    graph = fold(whole, state)
    row = [node_of_record(graph, int(record)) for record in whole.record]
    wanted = Counter(
        (row[a], row[b]) for a, b in zip(whole.edge_source, whole.edge_target, strict=True) if row[a] != row[b]
    )
    found: Counter[tuple[int, int]] = Counter()
    for a, b, count in zip(graph.edge_source.tolist(), graph.edge_target.tolist(), graph.edge_count, strict=True):
        found[a, b] += int(count)
    assert found == wanted
    assert (graph.edge_source < graph.edge_target).all()  # no cycle, and rows in the order of the tape
    is_bundle = (graph.fold[graph.edge_source] >= 0) | (graph.fold[graph.edge_target] >= 0)
    pairs = list(zip(graph.edge_source[is_bundle].tolist(), graph.edge_target[is_bundle].tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)


@thorough
@given(cases())
def test_what_a_person_opened_is_not_closed_and_what_was_closed_is(case: tuple[Graph, FoldState]) -> None:
    whole, state = case
    graph = fold(whole, state)
    boxes = {f.id for f in graph.folds if f.kind == "group"}
    for name in state.opened:
        assert name == "*" or name in state.closed or name not in boxes
    frames = {f.id for f in graph.frames}
    for name in state.closed:
        assert name == "*" or name not in frames or any(f.id == name and f.stack for f in graph.frames)


@thorough
@given(cases())
def test_nodes_keep_their_columns_and_boxes_show_a_record_that_lies_in_them(case: tuple[Graph, FoldState]) -> None:
    whole, state = case
    graph = fold(whole, state)
    for i in np.flatnonzero(graph.fold < 0).tolist():
        j = int(np.searchsorted(whole.record, graph.record[i]))
        assert (graph.ids[i], graph.title[i], graph.label[i]) == (whole.ids[j], whole.title[j], whole.label[j])
        assert (graph.kind[i], graph.group[i]) == (whole.kind[j], whole.group[j])
    for i in np.flatnonzero(graph.fold >= 0).tolist():
        found = graph.folds[graph.fold[i]]
        assert graph.record[i] == found.record[found.chosen]
        assert len(found.record) == len(found.groups)
        assert {node_of_record(graph, int(r)) for r in found.record} == {i}
    targets = {node_of_record(graph, int(r)) for r in whole.record[whole.is_target]}
    assert set(np.flatnonzero(graph.is_target).tolist()) == targets


@thorough
@given(cases(), st.integers(0, 10**6))
def test_any_record_can_be_revealed(case: tuple[Graph, FoldState], which: int) -> None:
    whole, state = case
    record = int(whole.record[which % len(whole.record)])
    graph = fold(whole, reveal(whole, state, record))
    assert record in graph.record[graph.fold < 0]
    before = fold(whole, state)
    if record in before.record[before.fold < 0]:
        assert reveal(whole, state, record) == state


@thorough
@given(st.sampled_from(sorted(PROGRAMS)))
def test_opening_all_gives_the_whole_graph_again(name: str) -> None:
    whole = whole_of(name)
    graph = fold(whole, open_all())
    for column in ("record", "kind", "family", "line", "group", "is_target", "is_source"):
        assert getattr(graph, column).tolist() == getattr(whole, column).tolist()
    for column in ("ids", "title", "label", "symbol", "shape", "groups"):
        assert getattr(graph, column) == getattr(whole, column)
    edges = ["edge_source", "edge_target", "edge_slot", "edge_elements", "edge_backward", "edge_count"]
    rows = [set(zip(*(getattr(g, c).tolist() for c in edges), strict=True)) for g in (graph, whole)]
    assert rows[0] == rows[1]
    chips = ["chip_node", "chip_slot", "chip_text"]
    rows = [set(zip(*(list(getattr(g, c)) for c in chips), strict=True)) for g in (graph, whole)]
    assert rows[0] == rows[1]
    assert len(graph.hidden_record) == 0


@thorough
@given(st.sampled_from(sorted(PROGRAMS)))
def test_closing_all_leaves_no_group_open(name: str) -> None:
    graph = fold(whole_of(name), close_all())
    assert graph.frames == ()
    assert all(graph.group[i] < 0 or graph.fold[i] >= 0 for i in range(len(graph.ids)))
