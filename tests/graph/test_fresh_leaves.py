"""Leaves that nothing reads yet are shown in any sweep, once they have a name."""

from __future__ import annotations

import pytest

from gradstudio.engine.trace import Kind
from gradstudio.graph.build import build
from gradstudio.language.program import run_program

LOOP = """import gradstudio as gs

w = gs.Variable(2.0)
spare = gs.Variable([1.0, 2.0])
given = gs.constant(3.0)
for step in range(2):
    with gs.GradientTape() as t:
        loss = w * w
    dw = t.gradient(loss, w)
    w.assign_sub(0.1 * dw)
"""


def shown(text: str, sweep: int) -> dict[str, int]:
    """The title and kind of each node of a view."""
    run = run_program(text, {}, lambda _: None)
    assert (run.status, run.recorder is not None) == ("ok", True)
    assert run.recorder is not None
    graph = build(run.recorder.trace(), text, sweep)
    return dict(zip(graph.title, graph.kind.tolist(), strict=True))


@pytest.mark.parametrize("sweep", [0, 1])
def test_a_parameter_and_data_that_nothing_reads_are_there_in_every_sweep(sweep: int) -> None:
    assert shown(LOOP, sweep) == {
        "w": Kind.PARAMETER,
        "loss": Kind.OP,
        "spare": Kind.PARAMETER,
        "given": Kind.DATA,
    }


def test_a_parameter_alone_is_there() -> None:
    assert shown("import gradstudio as gs\nw = gs.Variable(0.5)\n", -1) == {"w": Kind.PARAMETER}


def test_what_a_variable_was_changed_to_last_is_not_there_again() -> None:
    text = "import gradstudio as gs\nw = gs.Variable(0.5)\ny = w * w\nw.assign(3.0)\n"
    run = run_program(text, {}, lambda _: None)
    assert run.recorder is not None
    trace = run.recorder.trace()
    assert [trace.records.strings[n] for n in trace.records.name.tolist()].count("w") == 1


def test_variables_without_a_name_are_not_there() -> None:
    assert shown("import gradstudio as gs\nall = [gs.Variable(0.5)]\nx = gs.constant(1.0)\n", -1) == {"x": Kind.INPUT}
