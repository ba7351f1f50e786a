"""An edit leaves the picture where it was: lanes, columns and rows are kept, new ops squeeze in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from graph_strategies import framed_graphs
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from plain_graphs import plain_graph, random_edges
from tidiness import faults

from gradstudio.graph.model import Graph, Group
from gradstudio.layout import Before, Layout, Options, layout
from gradstudio.layout.matching import matched

Edges = list[tuple[int, int]]
NODE = 132.0

UNSHRUNK = settings(deadline=None, print_blob=True, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""A case that fails is reported as found: shrinking one takes minutes, longer than a test may run."""


def sizes(graph: Graph) -> np.ndarray:
    return np.tile([NODE, 88.0], (len(graph.record), 1))


def draw(graph: Graph, before: Before | None = None, o: Options | None = None) -> Layout:
    return layout(graph, sizes(graph), o, before)


def seen(graph: Graph, got: Layout) -> Before:
    return Before(graph.ids, got.cells, got.columns, got.direction)


def chain(count: int) -> Edges:
    return [(i, i + 1) for i in range(count - 1)]


def mlp(count: int) -> Edges:
    """Training steps of four layers, each with a weight and a bias: nodes 0 to 8 are leaves."""
    edges: Edges = []
    k, loss = 9, -1
    while k + 15 < count:
        h = 8
        for layer in range(4):
            edges += [(h, k), (layer, k), (k, k + 1), (4 + layer, k + 1), (k + 1, k + 2)]
            h, k = k + 2, k + 3
        edges += [(h, k), (k, k + 1)]
        k += 2
        if loss >= 0:
            edges += [(loss, k), (k - 1, k)]
            k += 1
        loss = k - 1
    return edges


def tangle(count: int) -> Edges:
    return random_edges(count, 3)


def with_op_inserted(edges: Edges, at: int) -> tuple[Edges, Edges]:
    """The edges after a new node `at` was put into one of them, and the same with the node taken out again."""
    moved = [(a + (a >= at), b + (b >= at)) for a, b in edges]
    across = [k for k, (a, b) in enumerate(edges) if a < at <= b]
    if across:
        k = across[len(across) // 2]
        a, b = moved[k]
        moved[k : k + 1] = [(a, at), (at, b)]
    else:
        moved.append((at - 1, at))
    return sorted(moved, key=lambda e: e[1]), edges


def moved_far(before: Layout, after: Layout, old: list[int], new: list[int]) -> float:
    """Share of nodes that moved more than their width against the other nodes of their lane."""
    shift = after.boxes[new, :2] - before.boxes[old, :2]
    lane = before.cells[old, 0]
    for k in set(lane.tolist()):
        shift[lane == k] -= np.median(shift[lane == k], axis=0)
    return float((np.abs(shift).max(axis=1) > NODE).mean())


@pytest.mark.parametrize("make", [chain, mlp, tangle])
@pytest.mark.parametrize("place", [2, 10, 75, 100, 149, 150, 151, 260, 280])
def test_an_op_inserted_or_deleted_leaves_the_others_in_place(make: Callable[[int], Edges], place: int) -> None:
    edges = make(300)
    count = max(b for _, b in edges) + 1
    plain = plain_graph(edges, count=count)
    more, _ = with_op_inserted(edges, place)
    names = [f"n{i}" for i in range(count)]
    grown = plain_graph(more, count=count + 1, ids=[*names[:place], "new", *names[place:]])
    old = [i for i in range(count + 1) if i != place]
    first = draw(plain)
    then = draw(grown, seen(plain, first))
    assert faults(grown, then, Options()) == []
    assert moved_far(first, then, list(range(count)), old) <= 0.05
    back = draw(plain, seen(grown, then))
    assert faults(plain, back, Options()) == []
    assert moved_far(then, back, old, list(range(count))) <= 0.05


@pytest.mark.parametrize("make", [chain, mlp, tangle])
@pytest.mark.parametrize("count", [12, 60, 300])
def test_the_same_graph_after_itself_is_the_same_picture(make: Callable[[int], Edges], count: int) -> None:
    graph = plain_graph(make(count) or chain(count))
    first = draw(graph)
    again = draw(graph, seen(graph, first))
    assert np.array_equal(first.cells, again.cells)
    assert np.array_equal(first.boxes, again.boxes)
    assert np.array_equal(first.forward.points, again.forward.points)
    assert np.array_equal(first.backward.points, again.backward.points)


def test_an_op_in_a_chain_pushes_the_shorter_part_of_its_lane() -> None:
    graph = plain_graph(chain(300))
    first = draw(graph)
    lane = first.cells[150, 0]
    members = np.flatnonzero(first.cells[:, 0] == lane)
    for place, low in ((members[2], -1), (members[-2], 0)):
        more, _ = with_op_inserted(chain(300), int(place))
        names = [f"n{i}" for i in range(300)]
        grown = plain_graph(more, ids=[*names[:place], "new", *names[place:]])
        then = draw(grown, seen(graph, first))
        shift = then.boxes[[i for i in range(301) if i != place]] - first.boxes
        assert np.count_nonzero(shift.any(axis=1)) == 2
        assert then.cells[:, 1].min() == low


def test_a_lane_with_many_new_ops_is_written_anew_while_the_others_stay() -> None:
    graph = plain_graph(chain(300))
    first = draw(graph)
    names = [f"n{i}" for i in range(300)]
    grown = plain_graph(chain(330), ids=[*names[:150], *(f"new{i}" for i in range(30)), *names[150:]])
    then = draw(grown, seen(graph, first))
    assert faults(grown, then, Options()) == []
    lane = int(first.cells[150, 0])
    kept = [i for i in range(300) if first.cells[i, 0] != lane]
    new = [i if i < 150 else i + 30 for i in kept]
    assert np.array_equal(first.cells[kept, 1:], then.cells[new, 1:])
    assert len(then.lanes) <= len(first.lanes) + 3


def test_a_picture_of_other_nodes_is_drawn_as_if_there_had_been_none() -> None:
    graph = plain_graph(chain(100))
    other = plain_graph(tangle(100), ids=[f"m{i}" for i in range(100)])
    assert np.array_equal(draw(other, seen(graph, draw(graph))).boxes, draw(other).boxes)


def test_a_turned_picture_does_not_take_over_cells_of_one_that_was_not() -> None:
    graph = plain_graph(tangle(100))
    down = Options(direction="down")
    assert np.array_equal(draw(graph, seen(graph, draw(graph)), down).boxes, draw(graph, None, down).boxes)


def test_equal_nodes_are_matched_in_order_though_their_numbers_change() -> None:
    before = ["|sin|y#1", "|cos|y#1", "|sin|y#2", "|cos|y#2"]
    after = ["|sin|y#1", "|cos|y#1", "|tanh|y#1", "|sin|y#2", "|cos|y#2"]
    assert matched(after, before) == [0, 1, -1, 2, 3]
    more = ["|sin|y#1", "|sin|y#2", "|cos|y#1", "|sin|y#3", "|cos|y#2"]
    assert matched(more, before) == [0, -1, 1, 2, 3]
    assert matched(before, before) == [0, 1, 2, 3]
    assert matched([], before) == []


@settings(UNSHRUNK, max_examples=60)
@given(
    st.integers(0, 10_000),
    st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=12),
    st.sampled_from(["right", "down"]),
    st.sampled_from([0, 60]),
)
def test_any_row_of_edits_leaves_a_tidy_picture(
    seed: int, edits: list[tuple[int, bool]], direction: str, wired: int
) -> None:
    o = Options(direction=direction, wired=wired)
    edges = random_edges(30, seed)
    names = [f"n{i}" for i in range(30)]
    graph = plain_graph(edges, count=30, ids=names)
    got = draw(graph, None, o)
    for k, (place, insert) in enumerate(edits):
        at = 1 + place % (len(names) - 1)
        if insert:
            edges, _ = with_op_inserted(edges, at)
            names.insert(at, f"e{k}")
        elif len(names) > 4:
            edges = [(a - (a > at), b - (b > at)) for a, b in edges if at not in (a, b)]
            del names[at]
        after = plain_graph(edges, count=len(names), ids=names)
        got = draw(after, seen(graph, got), o)
        graph = after
        assert faults(graph, got, o) == []
    assert np.array_equal(draw(graph, seen(graph, got), o).boxes, got.boxes)


@settings(UNSHRUNK, max_examples=40)
@given(framed_graphs(), st.integers(0, 7), st.sampled_from(["right", "down"]))
def test_opening_and_closing_frames_leaves_a_tidy_picture(graph: Graph, which: int, direction: str) -> None:
    o = Options(direction=direction)
    fewer = replace(graph, frames=tuple(f for k, f in enumerate(graph.frames) if which >> k & 1))
    got = draw(graph, None, o)
    for other in (fewer, graph):
        got = draw(other, seen(graph, got), o)
        assert faults(other, got, o) == []
        assert np.array_equal(draw(other, seen(other, got), o).boxes, got.boxes)


def test_opening_a_frame_keeps_what_stands_before_it() -> None:
    groups = [Group("f", -1, "call", "f()", 1)]
    group = [-1] * 6 + [0] * 3 + [-1] * 3
    closed = plain_graph(chain(12), group=group, groups=groups)
    opened = plain_graph(chain(12), group=group, groups=groups, frames=[0])
    before = draw(closed)
    after = draw(opened, seen(closed, before))
    assert faults(opened, after, Options()) == []
    assert np.array_equal(before.cells[:6], after.cells[:6])
    assert after.cells[6, 0] == after.cells[5, 0] + 1
    assert after.cells[9, 0] > after.cells[8, 0]


def calls(*outer: int) -> list[Group]:
    """Calls, given the one around each."""
    return [Group(f"f{k}", parent, "call", "f()", 1) for k, parent in enumerate(outer)]


IDLE_LEAF_BEFORE_A_FRAME = plain_graph([(1, 2), (2, 3)], group=[0, 1, 1, 1], groups=calls(-1, 0), frames=[0, 1])
LEAF_OF_TWO_FRAMES_AND_AN_IDLE_ONE = plain_graph(
    [(0, 1), (0, 2)], count=4, group=[-1, 0, 1, -1], groups=calls(-1, -1), frames=[0, 1]
)
FRAME_WIDER_THAN_ITS_PICTURE = plain_graph(
    chain(45), group=[-1] * 30 + [0] * 9 + [-1] * 6, groups=calls(-1), frames=[0]
)


@pytest.mark.parametrize(
    "graph", [IDLE_LEAF_BEFORE_A_FRAME, LEAF_OF_TWO_FRAMES_AND_AN_IDLE_ONE, FRAME_WIDER_THAN_ITS_PICTURE]
)
def test_lanes_of_leaves_and_wide_frames_stay_where_they_were(graph: Graph) -> None:
    first = draw(graph)
    again = draw(graph, seen(graph, first))
    assert np.array_equal(first.cells, again.cells)
    assert np.array_equal(first.boxes, again.boxes)


def test_a_new_leaf_of_two_frames_joins_those_before_them() -> None:
    graph = LEAF_OF_TWO_FRAMES_AND_AN_IDLE_ONE
    more = plain_graph(
        [(0, 2), (0, 3), (1, 2), (1, 3)],
        group=[-1, -1, 0, 1, -1],
        count=5,
        groups=graph.groups,
        frames=[0, 1],
        ids=["n0", "new", "n1", "n2", "n3"],
    )
    then = draw(more, seen(graph, draw(graph)))
    assert faults(more, then, Options()) == []
    assert then.cells[:, 0].tolist() == [0, 0, 1, 2, 3]


def test_an_idle_leaf_that_two_frames_use_now_goes_before_them() -> None:
    group = [-1, -1, 0, 1]
    idle = plain_graph([(0, 2), (0, 3)], count=4, group=group, groups=calls(-1, -1), frames=[0, 1])
    used = plain_graph([(0, 2), (1, 2), (0, 3), (1, 3)], group=group, groups=calls(-1, -1), frames=[0, 1])
    before = draw(idle)
    assert before.cells[:, 0].tolist() == [0, 3, 1, 2]
    then = draw(used, seen(idle, before))
    assert faults(used, then, Options()) == []
    assert then.cells[:, 0].tolist() == [0, 0, 1, 2]
    assert np.array_equal(draw(used, seen(used, then)).boxes, then.boxes)
