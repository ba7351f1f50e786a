"""Programs with open inputs in the window: gutter, status, problems, inspector and what is said of a node."""

from __future__ import annotations

from collections.abc import Callable

from hearing import select_node, words_of
from scenes import PlainSession, scene

from gradstudio.app.canvas.said import in_words, of_node
from gradstudio.app.facts import node_facts
from gradstudio.app.main_window import MainWindow
from gradstudio.app.panels.inspector import Inspector
from gradstudio.graph.neighbours import Neighbours

OPEN = """\
import gradstudio as gs
x = gs.Variable([1.0, 2.0])
with gs.GradientTape() as t:
    y = gs.sum(x * x)
g = t.gradient(y, x)
err = gs.mse(..., x)
"""


def test_the_gutter_the_status_line_and_the_problems_say_what_waits(
    window: MainWindow, type_text: Callable[[str], None]
) -> None:
    type_text(OPEN)
    assert window.editor.marks[6].value == "waits"
    assert window.editor.marks[4].value == "5.000"
    assert "2 ops run, 1 waiting, 2 backward" in window.status.parts
    (problem,) = window.problems
    assert problem.message == "First input of mse is open, so err was not run; y and g were"
    assert problem.hint == "wire a value of shape [2] to it, or write it in the text"


def test_an_input_that_is_filled_takes_the_warning_away(window: MainWindow, type_text: Callable[[str], None]) -> None:
    type_text("a = [1.0, 2.0]\nerr = mse(..., a)\n")
    assert window.editor.marks[2].value == "waits"
    type_text("a = [1.0, 2.0]\nerr = mse(0.0, a)\n")
    assert window.editor.marks[2].value == "2.500"
    assert list(window.problems) == []


def test_the_inspector_shows_a_node_that_waits(inspector: Inspector, session: PlainSession) -> None:
    select_node(session, scene(OPEN), "err")
    assert "waits" in words_of(inspector)
    inspector.open_page("Gradient")
    assert "not run: an input is open, here or before it" in words_of(inspector)


def test_what_is_said_of_it() -> None:
    shown = scene(OPEN)
    said = of_node(shown.graph, shown.trace, Neighbours(shown.graph), shown.node("err"))
    assert said.note == "not run: there is no value yet"
    assert in_words(shown.graph, shown.trace, shown.node("err")) == "err, mse, line 6, not run: there is no value yet"
    title, rows, why = node_facts(shown.graph, shown.trace, shown.node("err"))
    assert (title, rows) == ("err", [("op", "mse, line 6, not run"), ("value", "waits")])
    assert why == "not run: an input is open, here or before it"
