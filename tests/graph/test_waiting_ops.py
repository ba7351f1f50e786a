"""Ops that wait for an open input, in the graph."""

from __future__ import annotations

from programs import graph_of, run

from gradstudio.engine.trace import is_missing
from gradstudio.graph.build import build
from gradstudio.graph.fold_state import FoldState
from gradstudio.graph.folding import fold
from gradstudio.graph.model import Graph

OPEN = """
    import gradstudio as gs
    X, y = gs.ones((200, 3)), gs.zeros(200)
    w = gs.Variable([0.8, -1.0, 0.3])
    with gs.GradientTape() as t:
        z = X @ w
        err = gs.mse(..., y)
        twice = ... + err
"""
AFTER = """
    import gradstudio as gs
    x = gs.Variable(3.0)
    with gs.GradientTape() as t:
        y = x * x
    g = t.gradient(y, x)
    n = gs.constant([1.0, 2.0])
    p = gs.mse(..., n)
"""
TRAINING = """
    import gradstudio as gs
    w = gs.Variable(1.0)
    for step in range(12):
        with gs.GradientTape() as t:
            loss = w * w
            aside = gs.sigmoid(...) * w
        w.assign_sub(0.1 * t.gradient(loss, w))
"""


def inputs_of(graph: Graph, title: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Slot and source of each edge into a node, slot and text of each chip."""
    node = graph.title.index(title)
    edges = zip(graph.edge_target.tolist(), graph.edge_slot.tolist(), graph.edge_source.tolist(), strict=True)
    chips = zip(graph.chip_node.tolist(), graph.chip_slot.tolist(), graph.chip_text, strict=True)
    return (
        [(slot, graph.title[source]) for target, slot, source in edges if target == node],
        [(slot, text) for target, slot, text in chips if target == node],
    )


def test_a_waiting_op_is_a_node_with_its_inputs_and_a_chip_for_the_open_one() -> None:
    graph = graph_of(OPEN, -1)
    assert inputs_of(graph, "err") == ([(1, "y")], [(0, "...")])
    assert inputs_of(graph, "twice") == ([(1, "err")], [(0, "...")])
    node = graph.title.index("twice")
    assert (graph.label[node], graph.shape[node], int(graph.line[node])) == ("add", "", 7)


def test_what_waits_is_shown_under_every_sweep_that_it_stands_beside() -> None:
    graph = graph_of(AFTER, 0)
    assert set(graph.title) == {"x", "y", "n", "p"}


def test_under_the_sweep_of_one_pass_what_waits_in_others_is_not_shown() -> None:
    graph = graph_of(TRAINING, 3)
    assert graph.title.count("aside") == 1


def test_what_waits_in_a_function_or_another_loop_is_shown_too() -> None:
    more = """
    def layer(h):
        return gs.tanh(h * ...)
    q = layer(2.0)
    for step in range(3):
        r = gs.exp(...)
    """
    graph = graph_of(TRAINING + more, 11)
    assert graph.title.count("q") == 1
    assert graph.title.count("r") == 3
    assert graph.title.count("aside") == 1


def test_many_passes_that_wait_fold_like_others() -> None:
    trace, text = run(TRAINING)
    whole = build(trace, text, -1)
    assert whole.title.count("aside") == 12
    folded = fold(whole, FoldState())
    assert len(folded.folds) > 0
    assert len(folded.record) < len(whole.record)


def test_only_what_waits_has_no_value() -> None:
    trace, text = run(OPEN)
    graph = build(trace, text, -1)
    missing = is_missing(trace.records.values)[graph.record].tolist()
    assert [title for title, waits in zip(graph.title, missing, strict=True) if waits] == ["err", "twice"]
