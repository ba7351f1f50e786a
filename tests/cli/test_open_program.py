"""A program with open inputs on the command line: warnings, and every output format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradstudio.export import EXPORTERS

pytestmark = pytest.mark.usefixtures("qapp")

OPEN = "x = gs.Variable([1.0, 2.0])\nwith gs.GradientTape() as t:\n    y = gs.sum(x)\n    err = gs.mse(..., x)\n"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "open.grad"
    file.write_text(OPEN)
    return file


def test_run_warns_of_each_open_input_and_ends_with_0(gradstudio, program: Path, tmp_path: Path, capsys) -> None:
    assert gradstudio("run", program, "--json", tmp_path / "out.json") == 0
    error = capsys.readouterr().err
    assert "open.grad:4: warning: First input of mse is open, so err was not run; y was" in error
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["values"] == {"x": [1.0, 2.0], "y": 3.0}
    assert [p["kind"] for p in written["problems"]] == ["open"]


@pytest.mark.parametrize("ending", [exporter.suffixes[0] for exporter in EXPORTERS])
def test_every_format_shows_what_waits(gradstudio, program: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"out{ending}"
    command = "export" if ending != ".html" else "report"
    assert gradstudio(command, program, "--to", target) == 0
    assert target.stat().st_size > 0
    if ending in (".svg", ".html"):
        assert "not run" in target.read_text()


def test_the_json_graph_has_no_value_for_it(gradstudio, program: Path, tmp_path: Path) -> None:
    assert gradstudio("export", program, "--to", tmp_path / "out.json") == 0
    nodes = {node["name"]: node for node in json.loads((tmp_path / "out.json").read_text())["nodes"]}
    assert nodes["err"]["value"]["mean"] is None
    assert nodes["y"]["value"]["mean"] == 3.0
