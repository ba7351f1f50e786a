"""GraphML: read back by networkx, hostile names and all."""

from __future__ import annotations

import io

import networkx as nx

from gradstudio.graph.build import build
from gradstudio.graph.to_networkx import graphml
from gradstudio.language.program import run_program


def _graphml(text: str) -> nx.MultiDiGraph:
    done = run_program(text, {}, lambda printed: None)
    assert done.recorder is not None
    written = graphml(build(done.recorder.trace(), text, 0))
    return nx.read_graphml(io.BytesIO(written), force_multigraph=True)


def test_networkx_reads_back_what_was_written() -> None:
    found = _graphml("x = 3.0\ny = x * x + 1.0\n")
    titles = {node: found.nodes[node]["title"] for node in found}

    assert sorted(titles.values()) == ["x", "x * x", "y"]
    assert sorted((titles[a], titles[b], d["slot"]) for a, b, d in found.edges(data=True)) == [
        ("x", "x * x", 0),
        ("x", "x * x", 1),
        ("x * x", "y", 0),
    ]
    assert {found.nodes[node]["line"] for node in found} == {1, 2}


def test_markup_in_names_stays_text() -> None:
    found = _graphml("x = 3.0\ny = where(x > 1.0, x * 2.0, 0.0)\n")

    assert "x > 1.0" in {found.nodes[node]["title"] for node in found}
