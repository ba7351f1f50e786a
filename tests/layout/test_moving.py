"""Nodes moved by hand: they stand where they were put, the rest makes way, and nothing overlaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_graphs import plain_graph, random_edges
from tidiness import faults

from gradstudio.graph.model import Graph, Group
from gradstudio.layout import Before, Layout, Options, layout

CHAIN = plain_graph([(i, i + 1) for i in range(11)])


def draw(graph: Graph, o: Options, before: Before | None = None) -> Layout:
    return layout(graph, np.tile([132.0, 88.0], (len(graph.record), 1)), o, before)


def moved(*rows: tuple[str, int, int]) -> Options:
    return Options(moved=rows)


def test_a_node_moves_by_columns_and_rows_and_what_stood_there_makes_way() -> None:
    plain, got = draw(CHAIN, Options()), draw(CHAIN, moved(("n1", 1, 0)))
    assert got.boxes[1, :2].tolist() == plain.boxes[2, :2].tolist()
    assert got.boxes[2, 0] == plain.boxes[2, 0]
    assert got.boxes[2, 1] > got.boxes[1, 1] + 88.0
    assert got.boxes[[0, 3], :2].tolist() == plain.boxes[[0, 3], :2].tolist()
    assert faults(CHAIN, got, Options()) == []


def test_rows_are_counted_through_the_lanes() -> None:
    plain, got = draw(CHAIN, Options()), draw(CHAIN, moved(("n1", 3, 1)))
    assert plain.cells[5].tolist() == [1, 1, 0]
    assert got.boxes[1, 0] > plain.boxes[3, 0]  # a column of its own, right of all others
    assert got.boxes[1, 1] == got.boxes[5, 1]
    assert faults(CHAIN, got, Options()) == []


def test_cells_are_those_without_the_hand_so_that_the_next_picture_starts_from_them() -> None:
    plain, got = draw(CHAIN, Options()), draw(CHAIN, moved(("n1", 1, 1)))
    assert np.array_equal(got.cells, plain.cells)
    again = draw(CHAIN, moved(("n1", 1, 1)), Before(CHAIN.ids, got.cells, got.columns, got.direction))
    assert np.array_equal(again.boxes, got.boxes)


def test_unknown_ids_and_no_steps_change_nothing() -> None:
    plain = draw(CHAIN, Options())
    for rows in ((("gone", 3, 3),), (("n4", 0, 0),)):
        assert np.array_equal(draw(CHAIN, moved(*rows)).boxes, plain.boxes)


@pytest.mark.parametrize("way", [(10**6, 10**6), (-(10**6), -(10**6)), (0, 10**6)])
def test_far_out_numbers_stop_near_the_others(way: tuple[int, int]) -> None:
    got = draw(CHAIN, moved(("n5", *way)))
    assert got.bounds[2] < 3000
    assert got.bounds[3] < 2000
    assert faults(CHAIN, got, Options()) == []


def test_a_node_does_not_leave_its_frame() -> None:
    groups = [Group("f", -1, "call", "f()", 1)]
    graph = plain_graph([(i, i + 1) for i in range(9)], group=[-1] * 3 + [0] * 4 + [-1] * 3, groups=groups, frames=[0])
    got = draw(graph, moved(("n4", 0, 50), ("n8", 0, -50), ("n1", 0, 1)))
    assert faults(graph, got, Options()) == []


def test_a_later_move_starts_from_what_the_earlier_ones_made() -> None:
    # n1 pushes n5 into a row of its own; n9 then goes up past that row.
    pushed = ("n1", 0, 1)
    first = draw(CHAIN, moved(pushed))
    assert first.boxes[5, 1] > first.boxes[1, 1] > first.boxes[0, 1]
    got = draw(CHAIN, moved(pushed, ("n9", 0, -1)))
    assert got.boxes[9, :2].tolist() == first.boxes[5, :2].tolist()
    assert faults(CHAIN, got, Options()) == []


def test_a_lane_that_all_nodes_were_moved_out_of_has_no_title() -> None:
    graph = plain_graph([(0, 1)], count=3)
    assert draw(graph, Options()).cells[2, 0] == 1
    got = draw(graph, moved(("n2", 0, -1)))
    assert faults(graph, got, Options()) == []
    assert (got.lanes[1].title, got.lanes[1].subtitle) == ("", "")


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 1000),
    st.lists(st.tuples(st.integers(0, 29), st.integers(-9, 9), st.integers(-9, 9)), max_size=8),
    st.sampled_from(["right", "down"]),
)
def test_any_moves_leave_a_tidy_picture(seed: int, rows: list[tuple[int, int, int]], direction: str) -> None:
    graph = plain_graph(random_edges(30, seed), count=30)
    o = Options(direction=direction, moved=tuple((f"n{i}", right, down) for i, right, down in rows))
    got = draw(graph, o)
    assert faults(graph, got, o) == []
    assert np.array_equal(got.boxes, draw(graph, o).boxes)
