"""Questions about a graph, and the same graph for networkx."""

from __future__ import annotations

import subprocess
import sys

from programs import LOGISTIC, at, graph_of

from gradstudio.graph.query import consumers, downstream, inputs, node_of_record, nodes_on_line, upstream
from gradstudio.graph.to_networkx import to_networkx


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
    assert {graph.title[i] for i in upstream(graph, at(graph, "decay"))} == {"w", "w * w", "sum(w * w)", "decay"}
    assert {graph.title[i] for i in downstream(graph, at(graph, "fit"))} == {"fit", "nll", "loss"}


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
