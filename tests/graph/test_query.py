"""Questions about a graph, and the same graph for networkx."""

from __future__ import annotations

import subprocess
import sys

import networkx
import numpy as np
from programs import LOGISTIC, at, chain, graph_of, loop

from gradstudio.graph.folding import FoldState, fold
from gradstudio.graph.model import Graph
from gradstudio.graph.neighbours import Neighbours
from gradstudio.graph.query import (
    consumers,
    inputs,
    node_of_record,
    nodes_on_line,
    scope,
)
from gradstudio.graph.to_networkx import graphml, to_networkx


def test_inputs_come_in_the_order_of_slots() -> None:
    graph = graph_of(LOGISTIC, 0)
    assert [graph.title[i] for i in inputs(graph, at(graph, "X @ w"))] == ["X", "w"]
    assert [graph.title[i] for i in inputs(graph, at(graph, "w * w"))] == ["w", "w"]
    assert inputs(graph, at(graph, "X")) == []


def test_consumers_are_listed_once() -> None:
    graph = graph_of(LOGISTIC, 0)
    assert [graph.title[i] for i in consumers(graph, at(graph, "w"))] == ["X @ w", "w * w"]


def test_upstream_and_downstream_cones() -> None:
    graph = graph_of(LOGISTIC, 0)
    near = Neighbours(graph)
    assert titles(graph, near.upstream(at(graph, "decay"))) == {"w", "w * w", "sum(w * w)", "decay"}
    assert titles(graph, near.downstream(at(graph, "fit"))) == {"fit", "nll", "loss"}


def titles(graph: Graph, lit: np.ndarray) -> set[str]:
    return {graph.title[i] for i in np.flatnonzero(lit)}


def test_nodes_of_a_line_and_of_a_record() -> None:
    graph = graph_of(LOGISTIC, 0)
    assert {graph.title[i] for i in nodes_on_line(graph, 8)} == {"X @ w", "z"}
    assert nodes_on_line(graph, 1) == []
    z = at(graph, "z")
    assert node_of_record(graph, int(graph.record[z])) == z
    assert node_of_record(graph, 10**6) == -1


def test_networkx_gets_every_node_and_both_edges_of_a_square() -> None:
    graph = graph_of(LOGISTIC, 0)
    found = to_networkx(graph)
    assert set(found.nodes) == set(graph.ids)
    assert found.number_of_edges() == 16
    w, square = graph.ids[at(graph, "w")], graph.ids[at(graph, "w * w")]
    assert {data["slot"] for data in found.get_edge_data(w, square).values()} == {0, 1}
    assert found.nodes[square]["op"] == "multiply"
    assert found.nodes[square]["line"] == 11


def test_building_a_graph_does_not_load_networkx() -> None:
    code = "import sys, gradstudio.graph.build, gradstudio.layout; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_lies_between_two_nodes_is_every_path_in_either_direction() -> None:
    graph = graph_of(LOGISTIC, 0)
    near = Neighbours(graph)
    z, nll = at(graph, "z"), at(graph, "nll")
    assert titles(graph, near.between(z, nll)) == {"z", "softplus(z)", "y * z", "fit", "nll"}
    assert np.array_equal(near.between(nll, z), near.between(z, nll))
    assert titles(graph, near.between(z, z)) == {"z"}
    assert titles(graph, near.between(at(graph, "X"), at(graph, "decay"))) == {"X", "decay"}


def test_a_box_is_found_by_what_it_hides() -> None:
    whole = graph_of(loop(12))
    graph = fold(whole, FoldState())
    box = at(graph, "for k in range(12)")
    hidden = [
        int(r) for r, g in zip(whole.record, whole.group, strict=True) if g >= 0 and whole.groups[g].kind == "pass"
    ]
    assert {node_of_record(graph, record) for record in hidden} == {box}
    assert box in nodes_on_line(graph, 11)
    assert box not in nodes_on_line(graph, 13)
    box_inputs = Neighbours(graph).upstream(box)
    assert titles(graph, box_inputs) == {"W", "U", "b", "xs", "h", "for k in range(12)"}


def test_networkx_and_graphml_tell_boxes_and_bundles() -> None:
    graph = fold(graph_of(loop(12)), FoldState())
    found = networkx.parse_graphml(graphml(graph).decode(), force_multigraph=True)
    (box,) = [name for name, data in found.nodes(data=True) if data["title"] == "for k in range(12)"]
    assert (found.nodes[box]["hidden_ops"], found.nodes[box]["passes"]) == (72, 12)
    counts = {found.nodes[a]["title"]: data["count"] for a, _, data in found.in_edges(box, data=True)}
    assert counts == {"W": 12, "U": 12, "b": 12, "xs": 12, "h": 1}
    (loss,) = [name for name, data in found.nodes(data=True) if data["title"] == "loss"]
    assert found.nodes[loss]["hidden_ops"] == 0


def test_the_scope_of_a_node_is_one_of_the_program() -> None:
    assert scope(graph_of(LOGISTIC, 2), at(graph_of(LOGISTIC, 2), "z")) == "pass 3"
    graph = graph_of(chain(400))
    assert graph.groups[graph.group[at(graph, "y200")]].kind == "section"
    assert scope(graph, at(graph, "y200")) == ""
