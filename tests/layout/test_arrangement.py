"""Where nodes stand: reading order, wrapping, straight main path, leaves beside their consumers, stability."""

from __future__ import annotations

import numpy as np
import pytest
from plain_graphs import plain_graph

from gradstudio.graph.model import Graph, Group
from gradstudio.layout import Layout, Options, layout
from gradstudio.layout.links import Links
from gradstudio.layout.placement import place

OPTIONS = Options()
LOGISTIC = ("X", "w", "X @ w", "b", "z", "softplus", "y", "y * z", "fit", "nll", "w * w", "sum", "decay", "loss")
EDGES = [
    *(("X", "X @ w"), ("w", "X @ w"), ("X @ w", "z"), ("b", "z"), ("z", "softplus"), ("y", "y * z"), ("z", "y * z")),
    *(("softplus", "fit"), ("y * z", "fit"), ("fit", "nll"), ("w", "w * w"), ("w", "w * w"), ("w * w", "sum")),
    *(("sum", "decay"), ("nll", "loss"), ("decay", "loss")),
]


def logistic() -> Graph:
    lines = [3, 4, 10, 5, 10, 11, 3, 11, 11, 12, 13, 13, 13, 14]
    return plain_graph([(LOGISTIC.index(a), LOGISTIC.index(b)) for a, b in EDGES], line=lines)


def cells(graph: Graph, columns: int = 4) -> list[tuple[int, int, int]]:
    links = Links(graph)
    p = place(graph, links, np.tile([132.0, 88.0], (links.count, 1)), columns, None, OPTIONS)
    return list(zip(p.lane, p.column, p.row, strict=True))


def run(graph: Graph) -> Layout:
    return layout(graph, np.tile([132.0, 88.0], (len(graph.record), 1)), OPTIONS)


def test_logistic_regression_stands_as_in_the_design() -> None:
    at = dict(zip(LOGISTIC, cells(logistic()), strict=True))
    first = [["X", "X @ w", "z", "softplus"], ["w", "b", "y", "y * z"]]
    second = [["", "fit", "nll", "loss"], ["w * w", "sum", "decay", ""]]
    for lane, picture in enumerate((first, second)):
        for row, names in enumerate(picture):
            for column, name in enumerate(names):
                if name:
                    assert at[name] == (lane, column, row), name


def test_lanes_are_named_after_their_source_lines() -> None:
    assert [lane.title for lane in run(logistic()).lanes] == ["lines 10 to 11", "lines 11 to 14"]


def test_neighbours_in_one_row_are_joined_by_a_straight_line() -> None:
    got = run(logistic())
    edges = [(LOGISTIC.index(a), LOGISTIC.index(b)) for a, b in EDGES]
    for pair in (("X", "X @ w"), ("X @ w", "z"), ("z", "softplus"), ("fit", "nll"), ("nll", "loss"), ("w * w", "sum")):
        e = edges.index((LOGISTIC.index(pair[0]), LOGISTIC.index(pair[1])))
        assert got.forward.start[e + 1] - got.forward.start[e] == 2, pair
        assert got.backward.start[e + 1] - got.backward.start[e] == 2, pair


def test_a_chain_wraps_like_text() -> None:
    graph = plain_graph([(i, i + 1) for i in range(10)])
    assert cells(graph) == [(i // 4, i % 4, 0) for i in range(11)]
    assert cells(graph, columns=3) == [(i // 3, i % 3, 0) for i in range(11)]


def test_a_leaf_stands_one_column_before_its_first_consumer() -> None:
    graph = plain_graph([(0, 1), (1, 2), (2, 4), (3, 4)])
    at = cells(graph)
    assert at[4] == (0, 3, 0)
    assert at[3] == (0, 2, 1)


def test_ops_that_use_a_leaf_again_stand_right_of_it() -> None:
    graph = plain_graph([(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (4, 5), (3, 5)])
    at = cells(graph)
    assert all(at[i][1] > at[0][1] for i in (1, 2, 3))


def test_many_parallel_ops_fill_several_lanes_instead_of_one_tower() -> None:
    graph = plain_graph([(0, i) for i in range(1, 41)])
    assert max(row for _, _, row in cells(graph)) < 10


def test_nodes_never_share_a_cell() -> None:
    graph = plain_graph([(0, i) for i in range(1, 30)] + [(i, i + 29) for i in range(1, 30)])
    at = cells(graph)
    assert len(set(at)) == len(at)


def passes(count: int, size: int, inserted_in: int = -1) -> tuple[Graph, list[list[int]]]:
    """A recurrence: each pass takes the last one's result and the parameter 0; one pass may have an op more."""
    edges: list[tuple[int, int]] = []
    group = [-1]
    members: list[list[int]] = []
    before = 0
    for k in range(count):
        members.append([])
        for _ in range(size + (k == inserted_in)):
            i = len(group)
            edges += [(before, i), (0, i)] if before != i - 1 or not members[-1] else [(before, i)]
            group.append(k)
            members[-1].append(i)
            before = i
    groups = [Group(f"pass:{k}", -1, "pass", f"pass {k + 1}", 5) for k in range(count)]
    return plain_graph(edges, group=group, groups=groups), members


def test_every_pass_begins_a_new_lane_and_names_it() -> None:
    graph, members = passes(4, 3)
    at = cells(graph)
    assert [at[m[0]][0] for m in members] == [0, 1, 2, 3]
    assert [lane.subtitle for lane in run(graph).lanes] == ["pass 1", "pass 2", "pass 3", "pass 4"]


@pytest.mark.parametrize("changed", [0, 2, 5])
def test_an_op_more_in_one_pass_leaves_the_other_passes_as_they_were(changed: int) -> None:
    before, old = passes(8, 3)
    after, new = passes(8, 3, inserted_in=changed)
    a, b = run(before).boxes, run(after).boxes
    for k in range(8):
        if k == changed:
            continue
        shift = b[new[k]] - a[old[k]]
        assert np.ptp(shift[:, 1]) == 0.0  # all of a pass moves down together
        assert np.abs(shift[:, 0]).max() < 16.0  # a channel may widen by a few tracks
        assert not shift[:, 2:].any()


def test_recorded_backward_ops_stand_in_lanes_of_their_own() -> None:
    groups = [Group("sweep:0", -1, "sweep", "backward of line 7", 7)]
    graph = plain_graph([(0, 1), (1, 2), (1, 3), (3, 4)], group=[-1, -1, -1, 0, 0], groups=groups)
    at = cells(graph)
    assert {at[1][0], at[2][0]} == {0}
    assert {at[3][0], at[4][0]} == {1}
    assert run(graph).lanes[1].subtitle == "backward of line 7"


def test_titles_do_not_say_a_line_twice() -> None:
    groups = [Group("sweep", -1, "sweep", "backward of line 7", 7)]
    graph = plain_graph([(0, 1), (1, 2), (2, 3)], group=[-1, -1, 0, 0], groups=groups, line=[1, 2, 7, 7])
    assert [(lane.title, lane.subtitle) for lane in run(graph).lanes] == [("line 2", ""), ("line 7", "backward")]


def test_an_op_left_over_from_a_full_lane_does_not_stand_alone() -> None:
    graph = plain_graph([(i, i + 1) for i in range(4)])
    assert cells(graph) == [(0, 0, 0), (0, 1, 0), (0, 2, 0), (1, 0, 0), (1, 1, 0)]


def test_unused_leaves_stand_side_by_side_below_the_rest() -> None:
    graph = plain_graph([(0, 1), (1, 2)], count=9)
    assert cells(graph)[3:] == [(1, 0, 0), (1, 1, 0), (1, 2, 0), (1, 3, 0), (1, 0, 1), (1, 1, 1)]
    assert cells(plain_graph([], count=5))[4] == (0, 0, 1)


def test_columns_are_as_wide_as_their_widest_node_and_aligned_in_all_lanes() -> None:
    graph = plain_graph([(i, i + 1) for i in range(7)])
    wide = np.full(8, 132.0)
    wide[5] = 220.0
    got = layout(graph, np.column_stack([wide, np.full(8, 88.0)]), OPTIONS)
    assert np.array_equal(got.boxes[:4, 0], got.boxes[4:, 0])
    assert got.boxes[2, 0] - got.boxes[1, 0] >= 220.0 + OPTIONS.column_gap
    assert np.array_equal(got.boxes[:, 2], wide)


def test_channels_widen_where_many_lines_cross() -> None:
    quiet = run(plain_graph([(i, i + 1) for i in range(7)]))
    edges = [(i, i + 1) for i in range(7)] + [(i, j) for i in range(3) for j in range(5, 8)]
    busy = run(plain_graph(edges))
    assert quiet.boxes[4, 1] - quiet.boxes[0, 1] == 88.0 + OPTIONS.lane_gap
    assert busy.boxes[4, 1] - busy.boxes[0, 1] > 88.0 + OPTIONS.lane_gap
