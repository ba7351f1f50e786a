"""Which group each node belongs to: leaves beside their readers, runs of equals, sections of long stretches."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from programs import LOGISTIC, at, chain, graph_of, layers, loop

from gradstudio.engine.trace import Kind
from gradstudio.graph.folding import FoldState, fold
from gradstudio.graph.model import Graph, Group


def path(graph: Graph, node: int) -> list[str]:
    """Titles of the groups a node lies in, from outside in."""
    out = []
    g = int(graph.group[node])
    while g >= 0:
        out.append(graph.groups[g].title)
        g = graph.groups[g].parent
    return out[::-1]


def runs(graph: Graph) -> list[list[str]]:
    """Titles of the members of each run."""
    found: dict[int, list[Group]] = {}
    for g in graph.groups:
        if g.run >= 0:
            found.setdefault(g.run, []).append(g)
    return [[g.title for g in sorted(members, key=lambda g: g.number)] for members in found.values()]


def tops(graph: Graph) -> list[Group]:
    return [g for g in graph.groups if g.kind == "section" and g.parent < 0]


def test_a_leaf_stands_in_the_innermost_group_that_holds_all_its_readers() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        def inner(x):
            return gs.sin(x * a) * a
        def outer(x):
            return inner(x) + b
        a, b, c = gs.Variable(0.5), gs.Variable(2.0), gs.Variable(3.0)
        with gs.GradientTape() as t:
            y = outer(gs.constant(1.0)) * b * c
        g = t.gradient(y, [a, b, c])
        """
    )
    assert path(graph, at(graph, "a")) == ["outer()", "inner()"]
    assert path(graph, at(graph, "b")) == []
    assert path(graph, at(graph, "c")) == []


def test_a_leaf_made_in_a_call_moves_to_where_it_is_used() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        def make():
            w = gs.Variable(0.5)
            return w
        w = make()
        with gs.GradientTape() as t:
            y = w * w
        g = t.gradient(y, w)
        """
    )
    assert path(graph, at(graph, "w")) == []
    assert graph.groups == ()


def test_each_equal_layer_has_its_weights_and_the_data_stay_outside() -> None:
    graph = graph_of(layers(4))
    assert path(graph, at(graph, "x")) == []
    assert Counter(path(graph, i)[0] for i in range(len(graph.ids)) if graph.kind[i] == Kind.PARAMETER) == {
        "layer()": 8
    }
    assert runs(graph) == [["layer()"] * 4]
    assert sorted(g.number for g in graph.groups) == [1, 2, 3, 4]


def test_the_first_state_stays_outside_also_where_passes_differ() -> None:
    program = loop(9, "if k % 3 == 1:", "    h = 0.5 * h", "h = gs.tanh(W @ h + b)")
    graph = graph_of(program)
    (first,) = [i for i in range(len(graph.ids)) if graph.title[i] == "h" and graph.kind[i] == Kind.DATA]
    assert path(graph, first) == []
    assert runs(graph) == [[f"pass {k}" for k in range(1, 10)]]


@pytest.mark.parametrize(
    ("other", "is_equal"),
    [
        ("z = h * W + b", True),
        ("z = h * 2.0 + 1.0", True),  # a constant is a value from outside like any other
        ("z = b + h * W", False),  # another input
        ("z = h * W - b", False),  # another op
        ("z = gs.sin(h * W + b)", False),  # one more
        ("z = inner(h)", False),  # the same ops in a group of their own
    ],
)
def test_passes_are_equal_if_their_ops_and_the_inputs_from_inside_are(other: str, is_equal: bool) -> None:
    graph = graph_of(
        f"""import gradstudio as gs
W, b = gs.Variable(0.5), gs.Variable(0.1)
def inner(h):
    return h * W + b
with gs.GradientTape() as t:
    h = W
    for k in range(7):
        if k == 3:
            {other}
        else:
            z = h * W + b
        h = gs.tanh(z)
g = t.gradient(h, W)
"""
    )
    whole = [[f"pass {k}" for k in range(1, 8)]]
    apart = [["pass 1", "pass 2", "pass 3"], ["pass 5", "pass 6", "pass 7"]]
    assert runs(graph) == (whole if is_equal else apart)


def test_inputs_of_another_op_inside_are_another_structure() -> None:
    straight, crossed = "gs.sin(a) - gs.cos(b)", "gs.sin(a) - gs.sin(a)"
    for second, many in ((straight, 1), (crossed, 0)):
        graph = graph_of(
            f"""import gradstudio as gs
x = gs.Variable(0.5)
with gs.GradientTape() as t:
    h = x
    for k in range(3):
        a, b = gs.exp(h), gs.exp(h)
        h = {straight} if k != 1 else {second}
g = t.gradient(h, x)
"""
        )
        assert len(runs(graph)) == many


def test_passes_keep_their_numbers_where_some_have_no_op() -> None:
    graph = graph_of(loop(12, "if k % 4 == 3:", "    h = gs.tanh(W @ h + b)"))
    assert [(g.title, g.number) for g in graph.groups if g.kind == "pass"] == [
        ("pass 4", 1),
        ("pass 8", 2),
        ("pass 12", 3),
    ]


def test_another_number_of_passes_keeps_every_id() -> None:
    few, many = graph_of(loop(20)), graph_of(loop(30))
    assert {g.id for g in few.groups} < {g.id for g in many.groups}


def test_a_graph_of_300_nodes_has_no_sections() -> None:
    assert tops(graph_of(chain(298))) == []
    assert len(tops(graph_of(chain(299)))) > 5


@pytest.mark.parametrize("lines", [400, 1500, 4000])
def test_sections_divide_a_long_stretch_at_every_level(lines: int) -> None:
    graph = graph_of(chain(lines))
    inside = Counter(g.parent for g in graph.groups)
    inside.update(graph.group.tolist())
    assert all(many <= 45 for many in inside.values()), inside.most_common(3)
    assert [g.kind for g in graph.groups] == ["section"] * len(graph.groups)
    spans = [g.title for g in tops(graph)]
    assert spans[0].startswith("lines 4–")
    ends = [[int(line) for line in title.removeprefix("lines ").split("–")] for title in spans]
    assert all(before[1] + 1 == after[0] for before, after in pairwise(ends))


def test_one_more_op_moves_only_the_borders_beside_it() -> None:
    for lines in (400, 2000):
        before = graph_of(chain(lines))
        after = graph_of(chain(lines, extra=f"    extra = gs.exp(y{lines // 2})\n    y{lines // 2} = extra * 1.0"))
        here = {node: before.groups[g].id for node, g in zip(before.ids, before.group, strict=True) if g >= 0}
        there = {node: after.groups[g].id for node, g in zip(after.ids, after.group, strict=True) if g >= 0}
        changed = [node for node in here if there.get(node) != here[node]]
        assert len(changed) <= 40
        names = {g.id for g in before.groups}
        assert len(names & {g.id for g in after.groups}) >= len(names) - 3


def test_sections_begin_where_paragraphs_of_the_text_do() -> None:
    lines = chain(400).split("\n")
    for place in range(30, 360, 30):
        lines[place : place + 1] = ["", lines[place]]
    graph = graph_of("\n".join(lines))
    begins = {g.line for g in tops(graph)}
    paragraphs = {i + 2 for i, line in enumerate(lines) if not line}
    assert len(begins & paragraphs) >= 8


def test_a_loop_between_long_stretches_is_in_no_section() -> None:
    half = "\n".join(f"    y{i + 1} = gs.sin(y{i})" for i in range(200))
    graph = graph_of(
        f"""import gradstudio as gs
x = gs.Variable(0.5)
with gs.GradientTape() as t:
    y0 = x * 1.0
{half}
    for k in range(10):
        y200 = gs.tanh(y200) * 0.9
    z0 = y200 * 1.0
{half.replace("y", "z")}
g = t.gradient(z200, x)
"""
    )
    (found,) = [g for g in graph.groups if g.kind == "loop"]
    assert found.parent == -1
    assert "for k in range(10)" in fold(graph, FoldState()).title


def test_ops_of_one_line_are_divided_too() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        x = gs.Variable(0.5)
        with gs.GradientTape() as t:
            s = sum([gs.sin(x * float(i)) for i in range(200)])
        g = t.gradient(s, x)
        """
    )
    assert tops(graph)[0].title == "line 4, part 1"
    assert len({g.title for g in tops(graph)}) == len(tops(graph))


def test_many_leaves_that_nothing_divides_are_a_section() -> None:
    graph = graph_of(
        """
        import gradstudio as gs
        xs = [gs.Variable(0.1 * i) for i in range(100)]
        with gs.GradientTape() as t:
            ps = xs
            for k in range(8):
                ps = [gs.sin(p) for p in ps]
            loss = gs.sum(gs.stack(ps))
        g = t.gradient(loss, xs)
        """
    )
    assert [g.title for g in tops(graph)] == ["100 parameters"]
    folded = fold(graph, FoldState())
    assert len(folded.ids) == 103
    assert folded.label[folded.title.index("for k in range(8)")] == "100 ops each"


def test_few_leaves_stand_beside_the_sections_and_many_in_them() -> None:
    assert "x" in fold(graph_of(chain(400)), FoldState()).title
    body = "\n".join(f"    h = gs.tanh(h * w[{i}] + b[{i}])" for i in range(120))
    graph = graph_of(
        f"""import gradstudio as gs
w = [gs.Variable(0.1) for i in range(120)]
b = [gs.Variable(0.1) for i in range(120)]
with gs.GradientTape() as t:
    h = 1.0
{body}
g = t.gradient(h, w)
"""
    )
    folded = fold(graph, FoldState())
    assert {f.kind for f in folded.folds} == {"group"}
    assert len(folded.ids) == len(folded.folds)
    assert sum(f.parameters for f in folded.folds) == 240


def test_values_that_a_variable_begins_with_are_not_in_a_sweep() -> None:
    program = """
    import gradstudio as gs
    w = gs.Variable(gs.ones((3,)) * 0.3)
    kept = gs.ones((2,)) * 0.1
    with gs.GradientTape() as t:
        y = gs.sum(w * w)
    g = t.gradient(y, w)
    """
    assert sorted(graph_of(program).title) == sorted(["w", "ones((2,))", "kept", "w * w", "y"])
    assert "ones((3,)) * 0.3" in graph_of(program, -1).title


def test_groups_of_a_training_pass_are_as_they_were_run() -> None:
    graph = graph_of(LOGISTIC, 3)
    assert [(g.kind, g.title, g.number, g.run) for g in graph.groups] == [
        ("loop", "for step in range(5)", 0, -1),
        ("pass", "pass 4", 4, -1),
    ]
