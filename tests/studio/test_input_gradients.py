"""The gradient beside an input is that of the number in the text, in the sweep shown."""

from __future__ import annotations

import pytest

from gradstudio.engine.trace import Trace
from gradstudio.studio.input_gradients import InputGradients
from gradstudio.studio.outcome import View
from gradstudio.worker.client import run_once

PROGRAM = """\
import gradstudio as gs

é = gs.Variable(3.0); w = gs.Variable([1.0, 2.0])
rate = 0.5
lost = gs.Variable(1.0)
x = gs.constant(2.0)
for k in range(2):
    with gs.GradientTape() as t:
        z = é * é * 2.0 + gs.sum(w)
    dé, dw, none = t.gradient(z, [é, w, lost])
    é.assign_sub(rate * dé)
"""


def view_of(text: str, sweep: int = -1) -> View:
    finished, _ = run_once(text, {})
    trace = finished.trace
    assert isinstance(trace, Trace)
    number = len(trace.sweeps) - 1 if sweep < 0 else sweep
    return View(1, text, trace, number, None, None, None, {}, None)  # type: ignore[arg-type]


def values(view: View) -> list[tuple[str, float | str]]:
    found = InputGradients().of(view)
    c = view.trace.sweeps[view.sweep].cotangents
    return [(g.key[0], float(c.mean[g.row]) if g.row >= 0 else g.why) for g in found]


def test_each_input_has_the_gradient_of_its_own_leaf() -> None:
    said = dict(values(view_of(PROGRAM, 0)))
    assert said["é"] == 12.0  # d(2 é²) = 4 é
    assert said["w"] == 1.0
    assert "no tape follows" in str(said["rate"])
    assert str(said["lost"]).startswith("None")
    assert "not a source" in str(said["x"])
    assert "make it an input" in str(said[""])


def test_a_variable_that_a_program_changes_has_that_of_the_pass_shown() -> None:
    assert dict(values(view_of(PROGRAM, 1)))["é"] == pytest.approx(4 * (3.0 - 0.5 * 12.0))


def test_a_formula_has_the_gradient_of_every_number() -> None:
    assert values(view_of("x = 3.0\nk = 2.0\ny = k * x * x\n")) == [("x", 12.0), ("k", 9.0)]


def test_other_values_of_the_same_program_are_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradstudio.studio import input_gradients

    found = InputGradients()
    view = view_of("x = 3.0\ny = x * x\n")
    first = found.of(view)
    monkeypatch.setattr(input_gradients, "literals", lambda text: pytest.fail("looked again"))
    assert found.of(view) is first
