"""What a view of a run shows: nodes, edges, chips, names, kinds."""

from __future__ import annotations

import numpy as np
import pytest
from programs import CALLS, LOGISTIC, NESTED, at, edges, graph_of, run

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Kind
from gradstudio.graph.build import build
from gradstudio.graph.model import FAMILIES


def test_a_sweep_of_a_training_loop_shows_its_own_pass_and_what_enters_it() -> None:
    graph = graph_of(LOGISTIC, 3)
    assert set(graph.title) == {
        *(
            "X",
            "w",
            "X @ w",
            "b",
            "z",
            "softplus(z)",
            "y",
            "y * z",
            "fit",
            "nll",
            "w * w",
            "sum(w * w)",
            "decay",
            "loss",
        )
    }
    assert len(graph.title) == 14
    assert len(graph.edge_source) == 16
    assert {g.title for g in graph.groups if g.kind == "pass"} == {"pass 4"}


def test_every_edge_of_logistic_regression_is_there_with_its_slot() -> None:
    assert edges(graph_of(LOGISTIC, 0)) == {
        *(("X", "X @ w", 0), ("w", "X @ w", 1), ("X @ w", "z", 0), ("b", "z", 1), ("z", "softplus(z)", 0)),
        *(("y", "y * z", 0), ("z", "y * z", 1), ("softplus(z)", "fit", 0), ("y * z", "fit", 1), ("fit", "nll", 0)),
        *(("w", "w * w", 0), ("w", "w * w", 1), ("w * w", "sum(w * w)", 0), ("sum(w * w)", "decay", 1)),
        *(("nll", "loss", 0), ("decay", "loss", 1)),
    }


def test_kinds_target_and_sources_are_marked() -> None:
    graph = graph_of(LOGISTIC, 2)
    assert [graph.title[i] for i in np.nonzero(graph.is_target)[0]] == ["loss"]
    assert {graph.title[i] for i in np.nonzero(graph.is_source)[0]} == {"w", "b"}
    kind = {name: Kind(int(k)) for name, k in zip(graph.title, graph.kind, strict=True)}
    assert (kind["w"], kind["X"], kind["z"]) == (Kind.PARAMETER, Kind.DATA, Kind.OP)


def test_gradients_flow_back_along_edges_to_sources_and_not_into_data() -> None:
    trace, text = run(LOGISTIC)
    graph = build(trace, text, 1)
    for a, b, slot, row in zip(graph.edge_source, graph.edge_target, graph.edge_slot, graph.edge_backward, strict=True):
        flows = graph.title[a] not in ("X", "y")
        assert (row >= 0) == flows, (graph.title[a], graph.title[b])
        if flows:
            sweep = trace.sweeps[1]
            assert sweep.edge_record[row] == graph.record[b]
            assert sweep.edge_slot[row] == slot


def test_constants_are_chips_on_the_port_and_words_in_the_header() -> None:
    graph = graph_of(LOGISTIC, 0)
    decay = at(graph, "decay")
    assert graph.label[decay] == "times 0.02"
    rows = [i for i, node in enumerate(graph.chip_node) if node == decay]
    assert [(int(graph.chip_slot[i]), graph.chip_text[i]) for i in rows] == [(0, "0.02")]


@pytest.mark.parametrize(
    ("expression", "words", "sign"),
    [
        ("x + 1.0", "plus 1", "+"),
        ("x - 2.5", "minus 2.5", "−"),
        ("2.0 - x", "2 minus", "−"),
        ("3.0 * x", "times 3", "×"),
        ("x / 4.0", "divided by 4", "÷"),
        ("1.0 / x", "1 divided by", "÷"),
        ("x ** 2", "power 2", "^"),
        ("x * x", "multiply", "×"),
        ("gs.sum(x, axis=0)", "sum axis 0", "Σ"),
        ("gs.tanh(x)", "tanh", "tanh"),
        ("x[0]", "item [0]", "[ ]"),
    ],
)
def test_header_words_and_signs(expression: str, words: str, sign: str) -> None:
    graph = graph_of(
        f"""
        import gradstudio as gs
        x = gs.Variable([3.0])
        with gs.GradientTape() as t:
            y = {expression}
            z = gs.sum(y * y)
        g = t.gradient(z, x)
        """
    )
    assert graph.label[at(graph, "y")] == words
    assert graph.symbol[at(graph, "y")] == sign


def test_an_unnamed_node_is_called_by_its_source_text_without_module_names() -> None:
    assert "softplus(z)" in graph_of(LOGISTIC, 0).title


def test_long_source_text_is_cut_with_an_ellipsis_and_line_breaks_become_spaces() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        first_parameter = gs.Variable(2.0)
        with gs.GradientTape() as t:
            y = gs.exp(
                first_parameter +
                first_parameter * first_parameter
            )
        g = t.gradient(y, first_parameter)
        """
    )
    assert max(len(name) for name in graph.title) <= 24
    assert "first_parameter + first…" in graph.title


def test_module_names_are_dropped_only_where_they_are_module_names() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        logs = gs.Variable([2.0, 3.0])
        with gs.GradientTape() as t:
            y = gs.sum(logs.T * 2.0)
        g = t.gradient(y, logs)
        """
    )
    assert any("logs.T" in name for name in graph.title)


def test_families_come_from_the_table_of_ops() -> None:
    graph = graph_of(LOGISTIC, 0)
    for node in range(len(graph.title)):
        family = FAMILIES[graph.family[node]]
        if graph.kind[node] == Kind.OP:
            trace, _ = run(LOGISTIC)
            name = trace.records.ops[trace.records.op[graph.record[node]]]
            assert family == TABLE[name].family
        else:
            assert family == "leaf"


def test_shapes_are_written_as_in_numpy_and_scalars_have_none() -> None:
    graph = graph_of(LOGISTIC, 0)
    assert graph.shape[at(graph, "X")] == "[2,2]"
    assert graph.shape[at(graph, "loss")] == ""


def test_the_outer_sweep_shows_the_recorded_ops_of_the_inner_gradient() -> None:
    inner, outer = graph_of(NESTED, 0), graph_of(NESTED, 1)
    assert "sweep" not in {g.kind for g in inner.groups}
    (group,) = [i for i, g in enumerate(outer.groups) if g.kind == "sweep"]
    assert outer.groups[group].title == "backward of line 6"
    assert (outer.group == group).sum() > 2
    assert outer.title[int(np.nonzero(outer.is_target)[0][0])] == "dy"


def test_all_records_are_shown_without_a_sweep() -> None:
    trace, text = run(LOGISTIC)
    graph = build(trace, text, -1)
    assert graph.sweep == -1
    assert (graph.edge_backward == -1).all()
    assert len({i for i, name in enumerate(graph.title) if name == "loss"}) == 5


def test_a_sweep_that_does_not_exist_shows_everything() -> None:
    trace, text = run(NESTED)
    assert len(build(trace, text, 99).record) == len(build(trace, text, -1).record)


def test_what_is_computed_after_the_gradient_call_is_not_shown() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        x = gs.Variable(2.0)
        with gs.GradientTape() as t:
            y = x * x
        g = t.gradient(y, x)
        later = gs.exp(x)
        """
    )
    assert "later" not in graph.title


def test_a_target_made_before_a_call_is_shown_with_its_ancestors() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        def slope(t, y, x):
            return t.gradient(y, x)
        x = gs.Variable(2.0)
        with gs.GradientTape() as t:
            a = x * x
            y = gs.exp(a)
        g = slope(t, y, x)
        """
    )
    assert {"x", "a", "y"} <= set(graph.title)


def test_a_named_tensor_that_nothing_uses_stays_and_an_unnamed_one_goes() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        spare = gs.constant(7.0)
        gs.constant(8.0)
        x = gs.Variable(2.0)
        with gs.GradientTape() as t:
            y = x * x
        g = t.gradient(y, x)
        """
    )
    assert sorted(graph.title) == ["spare", "x", "y"]


def test_ids_are_unique_and_survive_an_edit_elsewhere() -> None:
    before = graph_of(LOGISTIC, 3)
    edited = LOGISTIC.replace("nll = gs.mean(fit)", "extra = gs.exp(fit)\n            nll = gs.mean(fit)")
    after = graph_of(edited.replace("    import", "    # a comment\n    import", 1).replace("0.02", "0.05"), 3)
    assert len(set(before.ids)) == len(before.ids)
    assert set(before.ids) <= set(after.ids)
    assert len(after.ids) == len(before.ids) + 1


def test_calls_of_one_function_are_separate_groups_inside_the_caller() -> None:
    graph = graph_of(CALLS, 0)
    groups = {g.id: g for g in graph.groups}
    assert len(groups) == len(graph.groups)
    layers = [g for g in graph.groups if g.title == "layer()"]
    assert len(layers) == 2
    assert {graph.groups[g.parent].title for g in layers} == {"model()"}


def test_groups_come_after_their_parents_and_each_has_a_node() -> None:
    graph = graph_of(LOGISTIC, -1)
    used = set(graph.group.tolist())
    for i in range(len(graph.groups) - 1, -1, -1):
        parent = graph.groups[i].parent
        assert parent < i
        if i in used and parent >= 0:
            used.add(parent)
    assert used - {-1} == set(range(len(graph.groups)))


def test_an_empty_program_is_an_empty_graph() -> None:
    graph = graph_of("x = 1", -1)
    assert graph.ids == ()
    assert len(graph.edge_source) == 0


def test_a_chain_of_30000_ops_is_built_without_recursion() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        x = gs.Variable(1.0)
        with gs.GradientTape() as t:
            y = x
            for i in range(30000):
                y = y * 1.0
        g = t.gradient(y, x)
        """
    )
    assert len(graph.record) == 30001
