"""No picture may show overlapping boxes, lines through boxes, or two lines on the same pixels: random graphs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from graph_strategies import framed_graphs, graphs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_graphs import plain_graph, random_edges
from tidiness import crossings, faults, polylines

from gradstudio.graph.model import Graph, Group
from gradstudio.layout import Options, layout

OPTIONS = Options()


def widths(graph: Graph) -> np.ndarray:
    return boxes(132.0 + 11.0 * (np.arange(len(graph.record)) * 7 % 9))


def boxes(wide: np.ndarray) -> np.ndarray:
    return np.column_stack([wide, np.full(len(wide), 88.0)])


def uneven(graph: Graph) -> np.ndarray:
    out = widths(graph)
    out[::3, 1] = 120.0
    return out


ways = st.sampled_from(["right", "down"])
slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@slow
@given(graphs(), st.integers(1, 6), ways)
def test_any_graph_is_laid_out_without_a_fault(graph: Graph, columns: int, way: str) -> None:
    o = Options(columns=columns, direction=way)
    assert faults(graph, layout(graph, widths(graph), o), o) == []


@slow
@given(graphs(), st.integers(0, 6), ways)
def test_reference_chips_and_tall_boxes_make_no_fault(graph: Graph, columns: int, way: str) -> None:
    o = Options(columns=columns, direction=way, wired=0)
    assert faults(graph, layout(graph, uneven(graph), o), o) == []


@slow
@given(framed_graphs(), st.sampled_from([0, 2, 7]), ways, st.sampled_from([0, 60]))
def test_frames_make_no_fault(graph: Graph, columns: int, way: str, wired: int) -> None:
    o = Options(columns=columns, direction=way, wired=wired)
    assert faults(graph, layout(graph, uneven(graph), o), o) == []


@pytest.mark.parametrize("seed", range(6))
def test_a_graph_of_300_nodes_with_long_edges_has_no_fault(seed: int) -> None:
    graph = plain_graph(random_edges(300, seed))
    assert faults(graph, layout(graph, widths(graph), OPTIONS), OPTIONS) == []


@pytest.mark.parametrize("count", [2, 5, 9, 30])
def test_a_node_used_many_times_has_no_fault(count: int) -> None:
    edges = [(0, i) for i in range(1, count + 1)]
    edges += [(i if i == 1 else count + i - 1, count + i) for i in range(1, count)]
    edges += [(i + 1, count + i) for i in range(1, count)]
    graph = plain_graph(edges)
    assert faults(graph, layout(graph, widths(graph), OPTIONS), OPTIONS) == []


def test_an_op_with_twelve_inputs_gets_twelve_lines_at_twelve_heights() -> None:
    graph = plain_graph([(i, 12) for i in range(12)])
    got = layout(graph, widths(graph), OPTIONS)
    for routes, last in ((got.forward, -1), (got.backward, 0)):
        assert len({float(line[last, 1]) for line in polylines(routes)}) == 12


def test_the_checks_themselves_find_faults() -> None:
    graph = plain_graph([(0, 2), (1, 2)])
    good = layout(graph, widths(graph), OPTIONS)
    assert faults(graph, good, OPTIONS) == []
    boxes = good.boxes.copy()
    boxes[1] = boxes[0]
    moved = faults(graph, replace(good, boxes=boxes), OPTIONS)
    assert any("overlap" in fault for fault in moved)
    assert any("misses" in fault for fault in moved)
    boxes = good.boxes.copy()
    boxes[1, 0] = boxes[0, 0] + boxes[0, 2] + 5
    boxes[1, 1] = boxes[0, 1]
    assert any("through" in fault for fault in faults(graph, replace(good, boxes=boxes), OPTIONS))


def test_the_same_graph_gives_the_same_picture() -> None:
    graph = plain_graph(random_edges(120, 5))
    a, b = (layout(graph, widths(graph), OPTIONS) for _ in range(2))
    for x, y in (
        (a.boxes, b.boxes),
        (a.forward.points, b.forward.points),
        (a.backward.points, b.backward.points),
        (a.backward.start, b.backward.start),
    ):
        assert np.array_equal(x, y)
    assert [lane.title for lane in a.lanes] == [lane.title for lane in b.lanes]


def test_an_empty_graph_is_an_empty_picture() -> None:
    got = layout(plain_graph([]), np.zeros((0, 2)), OPTIONS)
    assert len(got.boxes) == 0
    assert got.lanes == ()
    assert got.bounds == (0.0, 0.0, 0.0, 0.0)


def test_a_single_leaf_is_one_box_inside_the_bounds() -> None:
    got = layout(plain_graph([], count=1), np.array([[150.0, 88.0]]), OPTIONS)
    x, y, w, h = got.boxes[0]
    assert (w, h) == (150.0, 88.0)
    assert got.bounds[2] >= x + w
    assert got.bounds[3] >= y + h


def test_a_chain_of_20000_ops_needs_no_recursion() -> None:
    graph = plain_graph([(i, i + 1) for i in range(20_000)])
    got = layout(graph, boxes(np.full(20_001, 132.0)), Options(columns=4))
    assert len(got.lanes) == 5001
    assert len(got.forward.start) == 20_001


def test_a_training_step_has_few_crossings() -> None:
    # Logistic regression: most of these are a forward line meeting a backward one on its way.
    edges = [(0, 2), (1, 2), (2, 4), (3, 4), (4, 5), (6, 7), (4, 7), (5, 8), (7, 8), (8, 9)]
    edges += [(1, 10), (1, 10), (10, 11), (11, 12), (9, 13), (12, 13)]
    graph = plain_graph(edges)
    assert crossings(graph, layout(graph, boxes(np.full(14, 132.0)), OPTIONS)) <= 7


def test_backward_routes_run_from_consumer_to_producer_and_are_empty_where_nothing_flowed() -> None:
    graph = plain_graph([(0, 2), (1, 2)], backward=[True, False])
    got = layout(graph, widths(graph), OPTIONS)
    back = polylines(got.backward)
    assert len(back[1]) == 0
    assert back[0][0, 0] == got.boxes[2, 0]
    assert back[0][-1, 0] == got.boxes[0, 0] + got.boxes[0, 2]


def test_the_checks_find_lines_through_chips_and_boxes_in_the_wrong_frame() -> None:
    groups = [Group("f", -1, "call", "f()", 1)]
    graph = plain_graph([(i, i + 1) for i in range(8)], group=[-1] * 3 + [0] * 3 + [-1] * 3, groups=groups, frames=[0])
    good = layout(graph, widths(graph), OPTIONS)
    assert faults(graph, good, OPTIONS) == []
    frames = good.frames.copy()
    frames[0, 3] += 400.0
    assert any("does not belong" in f for f in faults(graph, replace(good, frames=frames), OPTIONS))
    frames[0, 3] = 100.0
    assert any("is not in frame" in f for f in faults(graph, replace(good, frames=frames), OPTIONS))
    line = good.forward.points[good.forward.start[0]]
    on_line = np.array([[line[0] + 2.0, line[1] - 8.0, 20.0, 16.0]])
    chips = replace(good, chips=np.array([7], np.int32), chip_boxes=on_line)
    assert any("through chip" in f for f in faults(graph, chips, OPTIONS))


def test_a_frame_has_room_for_its_title_and_none_of_its_own_lanes_has_one() -> None:
    groups = [Group("f", -1, "call", "f()", 1), Group("g", 0, "call", "g()", 1)]
    group = [-1] * 3 + [0] * 3 + [1] * 3 + [-1] * 3
    graph = plain_graph([(i, i + 1) for i in range(11)], group=group, groups=groups, frames=[0, 1])
    got = layout(graph, widths(graph), OPTIONS)
    outer, inner = got.frames.tolist()
    first, within = got.boxes[3], got.boxes[6]
    assert first[1] - outer[1] == 40.0  # strip and padding
    assert within[1] - inner[1] == 40.0
    assert within[0] - inner[0] == 12.0
    assert inner[0] - outer[0] == 12.0
    titled = [bool(lane.title) for lane in got.lanes]
    assert titled == [True, False, False, True]
