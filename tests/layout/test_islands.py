"""Open passes beside their stacks: in columns of their own, and everything else keeps its place or moves as one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tidiness import faults

from gradstudio.graph.build import build
from gradstudio.graph.fold_state import FoldState, close_pass, move_pass, open_pass
from gradstudio.graph.folding import fold
from gradstudio.graph.model import Graph
from gradstudio.graph.stacks import stacks_of
from gradstudio.language.program import run_program
from gradstudio.layout import Before, Layout, Options, layout
from gradstudio.layout.links import Links
from gradstudio.picture.anatomy import sizes

SMALL = """\
import gradstudio as gs
w = gs.Variable(0.9)
u = gs.Variable(0.5)
h = gs.constant(0.1)
with gs.GradientTape() as t:
    for k in range(20):
        h = gs.tanh(w * h + u * (0.1 * k + 0.5))
    loss = (h - 0.5) ** 2.0
g = t.gradient(loss, [w, u])
"""
"""Three columns a pass."""
NARROW = SMALL.replace("gs.tanh(w * h + u * (0.1 * k + 0.5))", "gs.tanh(w * h)").replace("[w, u]", "w")
"""Two columns."""
DATA = """\
import gradstudio as gs
w = gs.Variable([0.9, 0.1])
v = gs.Variable([1.0, 2.0])
xs = gs.constant([[0.1 * k, 0.2] for k in range(12)])
h = gs.constant([0.0, 0.0])
with gs.GradientTape() as t:
    for k in range(12):
        x = gs.constant([0.1, 0.2 * k])
        h = gs.tanh(w * h + x)
    out = gs.sum(v * h)
    loss = (out - 1.0) ** 2.0
g = t.gradient(loss, [w, v])
"""
"""Each pass has data of its own."""
_DEEP = "gs.sin(gs.cos(gs.exp(gs.sin(u * h)))))"
LONG = SMALL.replace("u * (0.1 * k + 0.5))", _DEEP)
"""More columns than fit beside anything in a narrow picture."""
TWO = """\
import gradstudio as gs
w = gs.Variable(0.9)
y = w * 1.0
with gs.GradientTape() as t:
    y = gs.sin(w)
    for k in range(10):
        y = gs.tanh(y * w)
    for j in range(9):
        y = gs.sin(y) + w
    loss = y * y
g = t.gradient(loss, w)
"""
PROGRAMS = {"small": SMALL, "narrow": NARROW, "data": DATA, "long": LONG, "two": TWO}


@cache
def _whole(name: str) -> Graph:
    done = run_program(PROGRAMS[name], {}, lambda printed: None)
    assert done.status == "ok", done.problems
    assert done.recorder is not None
    return build(done.recorder.trace(), PROGRAMS[name], 0)


def _draw(graph: Graph, before: Before | None = None, o: Options | None = None) -> Layout:
    return layout(graph, sizes(graph), o or Options(), before)


def _seen(graph: Graph, drawn: Layout) -> Before:
    return Before(graph.ids, drawn.cells, drawn.columns, drawn.direction)


def _cells(graph: Graph, drawn: Layout) -> dict[str, tuple[int, ...]]:
    return {name: tuple(cell) for name, cell in zip(graph.ids, drawn.cells.tolist(), strict=True)}


def _stack(name: str, which: int = 0) -> str:
    return stacks_of(_whole(name).groups)[which].id


def _is_beside(graph: Graph, drawn: Layout, name: str) -> bool:
    """Whether the open pass is level with its stack."""
    _, y, _, high = drawn.frames[0].tolist()
    box = drawn.boxes[graph.ids.index(_stack(name))]
    return bool(box[1] < y + high and box[1] + box[3] > y)


def _opened(name: str, number: int, which: int = 0) -> Graph:
    return fold(_whole(name), open_pass(FoldState(), _stack(name, which), number))


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("number", [1, 2, 5, 9])
@pytest.mark.parametrize("name", PROGRAMS)
def test_an_open_pass_is_tidy_whether_it_was_seen_folded_or_not(name: str, number: int, direction: str) -> None:
    o = Options(direction=direction)
    graph, folded = _opened(name, number), fold(_whole(name), FoldState())
    assert faults(graph, _draw(graph, None, o), o) == []
    before = _seen(folded, _draw(folded, None, o))
    assert faults(graph, _draw(graph, before, o), o) == []


@pytest.mark.parametrize("number", [1, 5, 20])
@pytest.mark.parametrize("was_folded", [False, True])
def test_a_wide_pass_stands_beside_its_stack_where_the_picture_is_wide_enough(number: int, was_folded: bool) -> None:
    graph, folded = _opened("long", number), fold(_whole("long"), FoldState())
    for columns, is_beside in ((4, False), (6, number > 1), (9, True)):  # the first has the leaves before it
        o = Options(columns=columns)
        before = _seen(folded, _draw(folded, None, o)) if was_folded else None
        drawn = _draw(graph, before, o)
        assert _is_beside(graph, drawn, "long") == is_beside, columns
        assert faults(graph, drawn, o) == []


@pytest.mark.parametrize("number", [1, 2, 5, 9])
@pytest.mark.parametrize("name", ["small", "narrow", "data"])
@pytest.mark.parametrize("was_folded", [False, True])
def test_a_pass_stands_beside_its_stack_in_the_order_of_reading(name: str, number: int, was_folded: bool) -> None:
    graph, folded = _opened(name, number), fold(_whole(name), FoldState())
    drawn = _draw(graph, _seen(folded, _draw(folded)) if was_folded else None)
    x, y, wide, high = drawn.frames[0].tolist()
    box = drawn.boxes[graph.ids.index(_stack(name))]
    assert box[1] < y + high, "level with it"
    assert box[1] + box[3] > y
    if number == 1:
        assert box[0] >= x + wide, "the later passes lie behind it"
    else:
        assert box[0] + box[2] <= x


def test_a_narrow_pass_has_both_pieces_of_its_stack_beside_it() -> None:
    graph = _opened("narrow", 5)
    drawn = _draw(graph)
    before, behind = (drawn.cells[graph.ids.index(name)] for name in (_stack("narrow"), f"{_stack('narrow')}@2"))
    inside = drawn.cells[graph.group == graph.frames[0].group]
    assert before[0] == behind[0] == inside[0, 0]
    assert before[1] < inside[:, 1].min() <= inside[:, 1].max() < behind[1]


def test_a_pass_with_too_many_columns_takes_lanes_of_its_own() -> None:
    graph = _opened("long", 5)
    drawn = _draw(graph)
    mine = set(drawn.cells[graph.group == graph.frames[0].group][:, 0].tolist())
    others = set(drawn.cells[graph.group != graph.frames[0].group][:, 0].tolist())
    assert not mine & others


@pytest.mark.parametrize("number", [1, 5, 9])
@pytest.mark.parametrize("name", ["small", "narrow", "data", "two"])
def test_opening_moves_what_stood_behind_the_stack_as_one_and_nothing_else(name: str, number: int) -> None:
    folded = fold(_whole(name), FoldState())
    before = _draw(folded)
    graph = _opened(name, number)
    after = _draw(graph, _seen(folded, before))
    was, now = _cells(folded, before), _cells(graph, after)
    at, links = was[_stack(name)], Links(graph)
    steps: dict[str, set[tuple[int, ...]]] = {"before": set(), "behind": set(), "below": set()}
    for node in set(was) & set(now) - {_stack(name)}:
        lane, column, _ = was[node]
        where = "below" if lane > at[0] else "before" if lane < at[0] or column <= at[1] else "behind"
        at_home = graph.ids.index(node)
        if links.islands.of_node[at_home] >= 0 or (links.is_leaf[at_home] and now[node][0] != lane):
            continue  # a leaf goes with the only op that reads it
        steps[where].add(tuple(np.subtract(now[node], was[node]).tolist()))
    assert steps["before"] <= {(0, 0, 0)}
    assert len(steps["behind"]) <= 1
    assert len({step[1:] for step in steps["below"]}) <= 1
    assert all(step[1] == 0 for step in steps["below"])


@pytest.mark.parametrize("name", ["small", "narrow", "data"])
def test_the_next_pass_stands_where_the_one_before_stood(name: str) -> None:
    state = open_pass(FoldState(), _stack(name), 4)
    graph = fold(_whole(name), state)
    before = _draw(graph)
    moved = fold(_whole(name), move_pass(state, _stack(name), 4, 5))
    after = _draw(moved, _seen(graph, before))
    assert [tuple(cell) for cell in after.cells.tolist()] == [tuple(cell) for cell in before.cells.tolist()]
    assert np.array_equal(after.boxes[:, :2], before.boxes[:, :2])


@pytest.mark.parametrize("name", ["small", "narrow", "data"])
def test_closing_a_pass_takes_its_columns_away(name: str) -> None:
    state = open_pass(FoldState(), _stack(name), 4)
    graph = fold(_whole(name), state)
    folded = fold(_whole(name), close_pass(state, _stack(name), 4))
    drawn = _draw(folded, _seen(graph, _draw(graph)))
    assert faults(folded, drawn, Options()) == []
    for lane in set(drawn.cells[:, 0].tolist()):
        columns = set(drawn.cells[drawn.cells[:, 0] == lane][:, 1].tolist())
        assert columns == set(range(min(columns), max(columns) + 1)), "no gap is left"


def test_nothing_is_moved_by_hand_into_an_open_pass_or_out_of_it() -> None:
    graph = _opened("small", 5)
    inside = int(np.flatnonzero(graph.group == graph.frames[0].group)[-1])
    for node, columns in ((inside, 4), (graph.ids.index(_stack("small")), 2)):
        o = Options(moved=((graph.ids[node], columns, 0),))
        assert faults(graph, _draw(graph, None, o), o) == []
