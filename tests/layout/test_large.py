"""Pictures of many nodes: their shape, what is wired and what is named by a chip, and how often lines cross."""

from __future__ import annotations

import numpy as np
import pytest
from plain_graphs import plain_graph, random_edges
from tidiness import crossings, faults

from gradstudio.graph.model import Graph, Group
from gradstudio.layout import Layout, Options, layout


def draw(graph: Graph, o: Options | None = None) -> Layout:
    return layout(graph, np.tile([132.0, 88.0], (len(graph.record), 1)), o)


def chain(count: int) -> Graph:
    return plain_graph([(i, i + 1) for i in range(count - 1)])


def recurrence(passes: int) -> Graph:
    """Node 0 is a parameter of every pass; a pass has three ops and hands its result to the next."""
    group, edges, before = [-1], [], 0
    for k in range(passes):
        i = len(group)
        edges += [(before, i), (0, i), (i, i + 1), (0, i + 2), (i + 1, i + 2)]
        group += [k, k, k]
        before = i + 2
    groups = [Group(f"pass:{k}", -1, "pass", f"pass {k + 1}", 5) for k in range(passes)]
    return plain_graph(edges, group=group, groups=groups)


def test_small_graphs_keep_four_columns() -> None:
    assert {draw(chain(n)).columns for n in (2, 10, 40)} == {4}


def test_columns_grow_in_few_steps() -> None:
    columns = [draw(chain(n)).columns for n in range(30, 900, 10)]
    assert columns == sorted(columns)
    assert len(set(columns)) <= 8


@pytest.mark.parametrize("direction", ["right", "down"])
def test_every_node_of_a_chain_of_300_can_be_seen_in_one_window(direction: str) -> None:
    x, y, w, h = draw(chain(300), Options(direction=direction)).bounds
    assert (x, y) == (0.0, 0.0)
    assert 132.0 * min(1600 / w, 1000 / h) >= 45.0


def test_short_passes_stand_side_by_side_in_a_large_picture() -> None:
    got = draw(recurrence(100))
    lane = got.cells[:, 0]
    assert len(got.lanes) < 30
    for k in range(100):
        assert len(set(lane[1 + 3 * k : 4 + 3 * k].tolist())) == 1  # no pass is broken
    x, y, w, h = got.bounds
    assert 0.8 < (w - x) / (h - y) < 3.2


def test_a_picture_of_fifty_nodes_is_as_wide_as_its_passes_where_that_shows_them_larger() -> None:
    edges, group = [], []
    for k in range(5):
        i = len(group)
        edges += [(i + j, i + j + 1) for j in range(8)] + ([(i - 1, i + 1)] if k else [])
        group += [k] * 9
    groups = [Group(f"pass:{k}", -1, "pass", f"pass {k + 1}", 5) for k in range(5)]
    got = draw(plain_graph(edges, group=group, groups=groups, frames=range(5)))
    assert got.columns == 9
    lane = got.cells[:, 0]
    assert all(len(set(lane[9 * k + 1 : 9 * k + 9].tolist())) == 1 for k in range(5))


def test_up_to_sixty_nodes_every_edge_is_wired() -> None:
    graph = plain_graph([(0, i) for i in range(1, 60)])
    assert len(draw(graph).chips) == 0
    assert len(draw(graph, Options(wired=59)).chips) > 0


def test_a_parameter_of_many_passes_is_wired_nearby_and_named_far_away() -> None:
    graph = recurrence(100)
    got = draw(graph)
    chips = set(got.chips.tolist())
    of_parameter = [e for e in range(len(graph.edge_source)) if graph.edge_source[e] == 0]
    assert len(chips) == len(got.chip_boxes)
    assert of_parameter[0] not in chips
    assert set(of_parameter[5:]) <= chips
    handed_on = [e for e in range(len(graph.edge_source)) if graph.edge_source[e] == graph.edge_target[e] - 1]
    assert not chips & set(handed_on)
    for e, box in zip(got.chips.tolist(), got.chip_boxes.tolist(), strict=True):
        x, y, w, _ = got.boxes[graph.edge_target[e]].tolist()
        assert x <= box[0] <= box[0] + box[2] <= x + w
        assert box[1] + box[3] < y
        assert got.forward.start[e] == got.forward.start[e + 1]
        assert got.backward.start[e] == got.backward.start[e + 1]


def test_a_value_that_every_short_pass_uses_is_wired_to_the_first_one_only() -> None:
    # A line to the second would cross the one that leads from sum to sum.
    edges, group = [], [-1]
    for k in range(100):
        i = len(group)
        edges += [(0, i), (i, i + 1), (i + 1, i + 2), *([(i - 1, i + 2)] if k else [])]
        group += [k, k, k]
    groups = [Group(f"pass:{k}", -1, "pass", f"pass {k + 1}", 5) for k in range(100)]
    graph = plain_graph(edges, group=group, groups=groups)
    assert len(draw(graph).chips) == 99


def test_more_chips_than_fit_side_by_side_stand_in_further_lines() -> None:
    edges = [(i, i + 1) for i in range(99)] + [(i, 99) for i in range(0, 50, 10)]
    graph = plain_graph(edges)
    got = draw(graph)
    assert len(got.chips) == 5
    assert len({float(y) for y in got.chip_boxes[:, 1]}) == 3
    assert faults(graph, got, Options()) == []


def test_lines_of_a_tangle_cross_less_than_twice_each() -> None:
    graph = plain_graph(random_edges(300, 1))
    lines = 2 * len(graph.edge_source)  # forward and backward
    assert crossings(graph, draw(graph)) < 2 * lines


def test_a_first_picture_needs_no_routes() -> None:
    graph = plain_graph(random_edges(300, 1))
    quick, whole = draw(graph, Options(routes=False)), draw(graph)
    assert len(quick.forward.points) == len(quick.backward.points) == 0
    assert np.array_equal(quick.cells, whole.cells)
    assert np.array_equal(quick.chips, whole.chips)


def test_titles_of_a_picture_turned_down_head_its_lanes_above_all_lines() -> None:
    graph = plain_graph(random_edges(300, 1))
    got = draw(graph, Options(direction="down"))
    highest = min(got.forward.points[:, 1].min(), got.backward.points[:, 1].min(), got.boxes[:, 1].min())
    assert len(got.lanes) > 2
    for k, lane in enumerate(got.lanes):
        members = got.boxes[got.cells[:, 0] == k]
        assert 0.0 <= lane.y <= highest - 16.0
        assert lane.x == members[:, 0].min() or lane.x <= members[:, 0].min()
        assert lane.x + lane.width >= (members[:, 0] + members[:, 2]).max()
