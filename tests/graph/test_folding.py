"""What is drawn when groups are closed and equal passes lie on one another."""

from __future__ import annotations

import numpy as np
import pytest
from programs import CALLS, at, chain, graph_of, layers, loop

from gradstudio.engine.trace import Kind
from gradstudio.graph.fold_state import (
    FoldState,
    choose,
    close,
    close_all,
    close_pass,
    open_,
    open_all,
    open_pass,
)
from gradstudio.graph.folding import fold
from gradstudio.graph.model import FAMILIES, Fold, Frame, Graph

RNN = loop(60)
SHORT = loop(4)


def named(graph: Graph, title: str) -> Fold:
    """The only box with a title."""
    (found,) = [f for f in graph.folds if f.title == title]
    return found


def frame(graph: Graph, title: str) -> Frame:
    (found,) = [f for f in graph.frames if f.title == title]
    return found


def links(graph: Graph) -> dict[tuple[str, str], int]:
    """Titles of both ends of each edge, and how many edges it stands for."""
    ends = zip(graph.edge_source, graph.edge_target, graph.edge_count, strict=True)
    return {(graph.title[a], graph.title[b]): int(count) for a, b, count in ends}


def test_sixty_passes_are_one_box_with_the_loops_title() -> None:
    whole = graph_of(RNN)
    graph = fold(whole, FoldState())
    assert sorted(graph.title) == sorted(["W", "U", "b", "xs", "h", "v", "for k in range(60)", "v * h", "loss"])
    box = named(graph, "for k in range(60)")
    assert (box.kind, box.first, box.of, len(box.groups), box.chosen) == ("stack", 1, 60, 60, 59)
    assert (box.ops, box.parameters, box.line) == (360, 0, 10)
    row = at(graph, "for k in range(60)")
    assert graph.label[row] == "6 ops each"
    assert graph.shape[row] == "[3]"
    assert graph.symbol[row] == "×60"
    assert FAMILIES[graph.family[row]] == "control"
    assert graph.kind[row] == Kind.OP
    assert graph.frames == ()
    assert graph.chip_text == ()
    assert (graph.whole_nodes, graph.whole_edges) == (len(whole.ids), len(whole.edge_source))


def test_edges_into_a_box_are_bundled_and_counted() -> None:
    graph = fold(graph_of(RNN), FoldState())
    stack = "for k in range(60)"
    assert links(graph) == {
        **{(name, stack): 60 for name in ("W", "U", "b", "xs")},
        ("h", stack): 1,
        (stack, "v * h"): 1,
        ("v", "v * h"): 1,
        ("v * h", "loss"): 1,
    }
    into = graph.edge_slot[graph.edge_target == at(graph, stack)]
    assert into.tolist() == [0, 1, 2, 3, 4]
    width = dict(zip(graph.edge_source.tolist(), graph.edge_elements.tolist(), strict=True))
    assert width[at(graph, "W")] == 9
    assert width[at(graph, "h")] == 3


def test_a_bundle_shows_what_flowed_back_into_the_chosen_pass() -> None:
    whole = graph_of(RNN)
    for number in (1, 17, 60):
        graph = fold(whole, choose(FoldState(), "loop:for k in range(0):0/stack:pass::0", number))
        (edge,) = np.flatnonzero(graph.edge_source == at(graph, "W"))
        (real,) = np.flatnonzero(whole.edge_backward == graph.edge_backward[edge])
        assert whole.groups[whole.group[whole.edge_target[real]]].title == f"pass {number}"
        assert whole.title[whole.edge_source[real]] == "W"


def test_each_pass_hands_on_its_state() -> None:
    whole = graph_of(RNN)
    box = fold(whole, FoldState()).folds[0]
    states = [int(whole.record[i]) for i in range(len(whole.ids)) if whole.title[i] == "h" and whole.kind[i] == Kind.OP]
    assert box.record.tolist() == states


def test_the_state_is_handed_on_rather_than_the_sum_that_runs_along() -> None:
    body = ("h = gs.tanh(W @ h + U * xs[k] + b)", "loss = loss + gs.sum(v * h)")
    whole = graph_of(loop(30, *body, before="loss = 0.0", after="loss = loss / 30.0"))
    (box,) = fold(whole, FoldState()).folds
    assert {whole.title[i] for i in np.searchsorted(whole.record, box.record)} == {"h"}


def test_a_group_hands_on_a_value_that_a_gradient_comes_back_to() -> None:
    whole = graph_of(
        """
        import gradstudio as gs
        x = gs.Variable(0.5)
        def f(x):
            y = gs.sin(x)
            return y, gs.cos(gs.constant(2.0))
        with gs.GradientTape() as t:
            y, z = f(x)
            loss = y * z
        g = t.gradient(loss, x)
        """
    )
    (box,) = fold(whole, close_all()).folds
    assert whole.title[int(np.searchsorted(whole.record, box.record[0]))] == "y"


def test_an_open_pass_stands_in_a_frame_between_what_is_left_of_its_stack() -> None:
    whole = graph_of(RNN)
    stack = fold(whole, FoldState()).folds[0].id
    graph = fold(whole, open_pass(FoldState(), stack, 37))
    before, after = named(graph, "1 to 36"), named(graph, "38 to 60")
    assert (before.id, before.first, before.of, before.chosen) == (stack, 1, 60, 35)
    assert (after.id, after.first, after.of, after.chosen) == (f"{stack}@2", 38, 60, 0)
    pass_37 = frame(graph, "pass 37")
    assert (pass_37.stack, pass_37.number, pass_37.of) == (stack, 37, 60)
    assert whole.groups[pass_37.group].id == pass_37.id
    inside = [graph.title[i] for i in range(len(graph.ids)) if graph.group[i] == pass_37.group]
    assert sorted(inside) == sorted(["W @ h", "xs[k]", "U * xs[k]", "W @ h + U * xs[k]", "a", "h"])
    assert links(graph)["1 to 36", "W @ h"] == 1
    assert links(graph)["h", "38 to 60"] == 1
    assert close_pass(open_pass(FoldState(), stack, 37), stack, 37) == FoldState()


def test_a_rest_of_one_pass_is_still_a_stack() -> None:
    whole = graph_of(RNN)
    stack = fold(whole, FoldState()).folds[0].id
    graph = fold(whole, open_pass(open_pass(FoldState(), stack, 2), stack, 60))
    assert [(f.kind, f.title, len(f.groups)) for f in graph.folds] == [
        ("stack", "pass 1", 1),
        ("stack", "3 to 59", 57),
    ]
    assert [f.title for f in graph.frames] == ["pass 2", "pass 60"]


def test_each_piece_shows_the_pass_chosen_in_it() -> None:
    whole = graph_of(RNN)
    stack = fold(whole, FoldState()).folds[0].id
    state = open_pass(FoldState(), stack, 37)
    state = choose(choose(choose(state, stack, 5), f"{stack}@2", 50), stack, 8)
    before, after = fold(whole, state).folds
    assert (before.first + before.chosen, after.first + after.chosen) == (8, 50)
    graph = fold(whole, state)
    assert graph.record[at(graph, "1 to 36")] == before.record[7]


def test_a_stack_of_few_passes_is_laid_out_until_it_is_closed() -> None:
    whole = graph_of(SHORT)
    graph = fold(whole, FoldState())
    assert graph.folds == ()
    assert [f.title for f in graph.frames] == [f"pass {k}" for k in (1, 2, 3, 4)]
    stack = graph.frames[0].stack
    assert [f.title for f in fold(whole, close(FoldState(), stack)).folds] == ["for k in range(4)"]
    assert close_pass(FoldState(), stack, 2) == close(FoldState(), stack)


def test_two_equal_passes_are_no_stack() -> None:
    graph = fold(graph_of(loop(2)), close_all())
    assert [f.kind for f in graph.folds] == ["group"]
    assert named(graph, "for k in range(2)").ops == 12


def test_passes_that_differ_by_turns_are_one_stack() -> None:
    program = loop(60, "h = gs.tanh(W @ h + b)", "if k % 3 == 1:", "    h = 0.5 * h")
    graph = fold(graph_of(program), FoldState())
    assert len(graph.ids) <= 13
    box = named(graph, "for k in range(60)")
    assert len(box.groups) == 60
    assert graph.label[at(graph, box.title)] == "200 ops in all"


def test_a_single_odd_pass_is_a_box_between_two_stacks() -> None:
    program = loop(60, "h = gs.tanh(W @ h + b)", "if k == 30:", "    h = 0.5 * h")
    graph = fold(graph_of(program), FoldState())
    assert [(f.kind, f.title, f.first, f.of) for f in graph.folds] == [
        ("stack", "1 to 30", 1, 60),
        ("group", "pass 31", 1, 1),
        ("stack", "32 to 60", 32, 60),
    ]


@pytest.mark.parametrize(("turns", "most"), [(60, 13), (500, 40)])
@pytest.mark.parametrize(
    "body",
    [
        ("a = W @ h + U * xs[k] + b", "h = gs.tanh(a)"),
        ("x = xs[k]", "h = gs.tanh(W @ h + U * x + b)", "c = 0.9 * c + h", "h = h * gs.sigmoid(c)"),
        ("h = gs.tanh(W @ h + U * parts[k] + b)",),
        ("h = gs.tanh(W @ h + b)", "if k % 2:", "    h = h * xs[k]"),
        ("for j in range(3):", "    h = gs.tanh(W @ h + b)"),
        ("h = cell(h, xs[k])",),
    ],
)
def test_a_recurrent_network_is_small_at_first(body: tuple[str, ...], turns: int, most: int) -> None:
    before = f"c = gs.zeros((3,))\nparts = [gs.ones((3,)) for k in range({turns})]\n"
    before += "def cell(h, x):\n    return gs.tanh(W @ h + U * x + b)"
    graph = fold(graph_of(loop(turns, *body, before=before)), FoldState())
    assert len(graph.ids) <= most
    assert max(len(f.groups) for f in graph.folds) == turns


def test_calls_with_odd_ones_among_them_are_stacks_and_boxes() -> None:
    program = layers(16).replace("def layer(h, W, b):", "def layer(h, W, b, c=1.0):")
    program = program.replace("gs.tanh(h @ W + b)", "gs.tanh(h @ W + b) * c if c > 1.0 else gs.tanh(h @ W + b)")
    for odd in (4, 9):
        program = program.replace(f"layer(h, W[{odd}], b[{odd}])", f"layer(h, W[{odd}], b[{odd}], 2.0)")
    graph = fold(graph_of(program), FoldState())
    assert [(f.kind, len(f.groups)) for f in graph.folds] == [
        ("stack", 4),
        ("group", 1),
        ("stack", 4),
        ("group", 1),
        ("stack", 6),
    ]


def test_a_stack_takes_in_many_leaves_that_only_its_passes_read() -> None:
    gates = "".join(f"W{i} = gs.Variable(gs.ones((3, 3)))\nb{i} = gs.Variable(gs.zeros((3,)))\n" for i in range(6))
    body = [f"h = gs.tanh(W{i} @ h + b{i})" for i in range(6)]
    whole = graph_of(loop(20, *body, before=gates))
    graph = fold(whole, FoldState())
    (box,) = graph.folds
    assert box.parameters == 12
    assert graph.label[at(graph, box.title)] == "18 ops each, 12 parameters"
    opened = fold(whole, open_(FoldState(), "loop:for k in range(0):0"))
    assert opened.folds[0].parameters == 0
    assert "W3" in opened.title


def test_equal_layers_fold_with_their_weights_and_the_data_stay_outside() -> None:
    for program in (layers(10), layers(10).replace("W = [", "W = list([").replace("]\nb", "])\nb", 1)):
        graph = fold(graph_of(program), FoldState())
        assert sorted(graph.title) == ["layer()", "loss", "x"]
        box = named(graph, "layer()")
        assert (box.kind, len(box.groups), box.ops, box.parameters) == ("stack", 10, 30, 20)


def test_equal_layers_fold_where_their_weights_are_slices() -> None:
    program = layers(10).replace(
        "[gs.Variable(gs.ones((3, 3))) for k in range(10)]", "gs.Variable(gs.ones((10, 3, 3)))"
    )
    graph = fold(graph_of(program), FoldState())
    assert "W" in graph.title
    assert len(named(graph, "layer()").groups) == 10


def test_calls_with_something_between_them_do_not_fold() -> None:
    program = layers(10).replace("b[4])", "b[4])\n    h = h * 2.0")
    graph = fold(graph_of(program), close_all())
    assert [len(f.groups) for f in graph.folds] == [5, 5]


def test_calls_of_another_structure_do_not_fold() -> None:
    program = layers(3).replace("layer(h, W[1], b[1])", "layer(layer(h, W[1], b[1]), W[1], b[1])")
    program = program.replace("return gs.tanh(h @ W + b)", "return gs.tanh(h @ W + b) if h is x else gs.sin(h @ W)")
    assert all(f.kind == "group" for f in fold(graph_of(program), close_all()).folds[:1])


def test_blocks_that_differ_in_their_number_fold() -> None:
    blocks = "".join(f"\n    with gs.name_scope('layer_{k}'):\n        h = gs.tanh(h * w) + h" for k in range(9))
    program = f"""import gradstudio as gs
w = gs.Variable(0.5)
with gs.GradientTape() as t:
    h = w{blocks}
g = t.gradient(h, w)
"""
    graph = fold(graph_of(program), FoldState())
    assert graph.title == ("w", "layer_0 to layer_8")
    assert graph.is_target.tolist() == [False, True]
    assert graph.is_source.tolist() == [True, False]


def test_a_closed_call_is_a_box_and_an_open_one_a_frame() -> None:
    whole = graph_of(CALLS)
    graph = fold(whole, FoldState())
    assert graph.folds == ()
    assert [f.title for f in graph.frames] == ["layer(), line 3", "layer(), line 3"]
    inner = [g.id for g in whole.groups if g.title == "layer()"]
    graph = fold(whole, close(FoldState(), inner[0]))
    (box,) = graph.folds
    assert (box.kind, box.id, box.title, box.ops, box.parameters) == ("group", inner[0], "layer()", 2, 1)
    assert graph.label[at(graph, "layer()")] == "2 ops, 1 parameter"
    assert open_(close(FoldState(), inner[0]), inner[0]) == FoldState(opened=(inner[0],))


def test_a_composite_op_keeps_its_family() -> None:
    graph = fold(
        graph_of(
            """
            import gradstudio as gs
            x = gs.Variable([1.0, 2.0])
            with gs.GradientTape() as t:
                y = gs.cosine_similarity(x, gs.constant([3.0, 4.0]))
            g = t.gradient(y, x)
            """
        ),
        close_all(),
    )
    row = at(graph, "cosine_similarity")
    assert FAMILIES[graph.family[row]] == "loss"


def test_a_picture_of_300_nodes_stays_open_and_a_larger_one_closes() -> None:
    assert fold(graph_of(chain(298)), FoldState()).folds == ()
    graph = fold(graph_of(chain(299)), FoldState())
    assert 2 < len(graph.ids) <= 40
    assert {whole.kind for whole in graph.folds} == {"group"}


def test_what_a_person_opened_stays_open_in_a_large_picture() -> None:
    whole = graph_of(chain(700))
    first = fold(whole, FoldState())
    section = first.folds[7]
    graph = fold(whole, open_(FoldState(), section.id))
    assert section.id not in graph.ids
    assert [f.id for f in graph.frames] == [section.id]
    assert len(graph.ids) == len(first.ids) - 1 + section.ops


def test_the_largest_groups_close_first_and_equal_ones_together() -> None:
    calls = "".join(f"\n    h = short(h) + long(h, {k})" for k in range(8))
    program = f"""import gradstudio as gs
def short(x):
    return gs.sin(gs.cos(x))
def long(x, k):
    return {" + ".join(f"gs.sin(x * {i}.0)" for i in range(15))}
x = gs.Variable(0.5)
with gs.GradientTape() as t:
    h = x{calls}
g = t.gradient(h, x)
"""
    graph = fold(graph_of(program), FoldState())
    assert [f.title for f in graph.folds] == ["long()"] * 8
    assert [f.title for f in graph.frames] == ["short(), line 3"] * 8


def test_nothing_is_folded_where_all_is_opened() -> None:
    whole = graph_of(chain(700))
    graph = fold(whole, open_all())
    assert graph.ids == whole.ids
    assert graph.folds == ()
    assert graph.frames == ()


def test_a_stack_says_what_its_groups_are() -> None:
    assert fold(graph_of(RNN), FoldState()).folds[0].unit == "pass"
    calls = "def layer(h):\n    return gs.tanh(W @ h)\n"
    program = loop(1, *["h = layer(h)"] * 9, before=calls.rstrip())
    assert [f.unit for f in fold(graph_of(program), FoldState()).folds] == ["call"]
