"""The picture's benchmark counts what is there: hand-made drawings with known faults, and one small real run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "layout")]

from plain_graphs import plain_graph  # noqa: E402

from benchmarks import results_file  # noqa: E402
from benchmarks.picture import report, tapes, tidiness  # noqa: E402
from gradstudio.language.program import run_program  # noqa: E402
from gradstudio.layout.model import Layout, Routes  # noqa: E402


def drawing(boxes: list[list[float]], lines: list[list[tuple[float, float]]]) -> Layout:
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    none = np.zeros(0, np.int32)
    return Layout(
        boxes=np.array(boxes, float),
        forward=Routes(start, np.array([p for line in lines for p in line], float).reshape(-1, 2)),
        backward=Routes(np.zeros(len(lines) + 1, np.int64), np.zeros((0, 2))),
        lanes=(),
        bounds=(0.0, 0.0, 500.0, 500.0),
        cells=np.zeros((len(boxes), 3), np.int32),
        columns=4,
        direction="right",
        frames=np.zeros((0, 4)),
        chips=none,
    )


def test_overlaps_and_lines_through_boxes_are_counted() -> None:
    apart = drawing([[0, 0, 10, 10], [10, 0, 10, 10], [0, 10, 10, 10]], [[(10, 5), (15, 5)]])
    assert tidiness.overlaps(apart) == 0
    over = drawing([[0, 0, 10, 10], [5, 5, 10, 10], [14, 0, 10, 10]], [])
    assert tidiness.overlaps(over) == 2
    assert tidiness.through(drawing([[0, 0, 10, 10], [40, 0, 10, 10], [20, 0, 10, 10]], [[(10, 5), (40, 5)]])) == 1


def test_crossings_are_those_of_edges_without_a_common_end() -> None:
    graph = plain_graph([(0, 3), (1, 2), (0, 2)])
    lines = [[(0, 0), (10, 10)], [(0, 10), (10, 0)], [(0, 1), (10, 1)]]
    assert tidiness.crossings(graph, drawing([[0, 0, 1, 1]] * 4, lines)) == 1
    bent = [[(0, 0), (5, 0), (5, 10), (10, 10)], [(0, 5), (10, 5)], [(0, 50), (10, 50)]]
    assert tidiness.crossings(graph, drawing([[0, 0, 1, 1]] * 4, bent)) == 1


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed here")
def test_dot_crosses_nothing_in_a_chain_and_something_in_a_complete_graph() -> None:
    boxes = [[0.0, 0.0, 132.0, 88.0]] * 10
    chain = plain_graph([(i, i + 1) for i in range(9)])
    assert tidiness.dot_crossings(chain, drawing(boxes, [])) == 0
    full = plain_graph([(a, 5 + b) for a in range(5) for b in range(5)])
    found = tidiness.dot_crossings(full, drawing(boxes, []))
    assert found is not None
    assert found > 10


@pytest.mark.parametrize("name", tapes.TAPES)
def test_tapes_run_and_have_about_the_size_that_was_asked_for(name: str) -> None:
    for ops in (300, 7_000):
        text = tapes.TAPES[name](ops)
        done = run_program(text, {}, lambda printed: None, ops=100_000)
        assert done.status == "ok", done.problems
        assert done.recorder is not None
        assert 0.7 * ops < len(done.recorder.trace().records.op) < 1.8 * ops
    more = tapes.with_one_more_op(tapes.TAPES[name](300), 0.5)
    assert run_program(more, {}, lambda printed: None).status == "ok"


def test_one_size_is_measured_from_worker_to_canvas() -> None:
    command = [sys.executable, "-m", "benchmarks.picture", "--only", "rnn", "--sizes", "60", "--json", "-"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (found,) = json.loads(ran.stdout)
    assert "error" not in found, found
    assert found["overlaps"] == found["through"] == 0
    assert 60 < found["nodes"] < 120
    assert found["folded"]["boxes"] <= found["open"]["boxes"]
    assert all(0 < p <= q for p, q in found["open"]["frames"].values())
    assert "rnn" in report.terminal([found])
    assert "| rnn |" in report.markdown([found])


def test_each_command_writes_its_own_part_of_the_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_file, "RESULTS", tmp_path / "RESULTS.md")
    results_file.write_rest("# Results\n\nfacts\n\n## Goals\n\na table\n", kept=("The picture",))
    results_file.write_part("The picture", "first\n")
    results_file.write_part("The picture", "second")
    text = results_file.RESULTS.read_text()
    assert text == "# Results\n\nfacts\n\n## Goals\n\na table\n\n## The picture\n\nsecond\n"
    results_file.write_rest("# Results\n\n## Goals\n\nothers\n", kept=("The picture",))
    assert results_file.RESULTS.read_text() == "# Results\n\n## Goals\n\nothers\n\n## The picture\n\nsecond\n"
