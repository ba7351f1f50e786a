"""Every view of every shipped example, with the sizes its nodes really have, is drawn without a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_beside import read_data
from tidiness import crossings, faults

from gradstudio.language.program import run_program
from gradstudio.layout import Options
from gradstudio.resources import resource
from gradstudio.worker.drawing import draw

EXAMPLES = sorted(Path(str(resource("examples"))).glob("*.grad"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_drawn_without_a_fault(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    data, problems = read_data(text, path.parent)
    assert not problems
    done = run_program(text, data, lambda printed: None)
    assert done.recorder is not None
    trace = done.recorder.trace()
    assert trace.sweeps
    options = Options()
    for sweep in sorted({-1, 0, len(trace.sweeps) - 1}):
        graph, layout = draw(trace, text, sweep, options)
        if len(graph.record) > 400:
            continue
        assert faults(graph, layout, options) == [], sweep
        assert crossings(graph, layout) <= 2 * len(graph.edge_source), sweep


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6
