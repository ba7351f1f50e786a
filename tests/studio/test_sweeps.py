"""Sweeps and line notes, read off real traces."""

from __future__ import annotations

from functools import cache

import pytest

from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.studio.line_notes import line_notes
from gradstudio.studio.selection import Selection
from gradstudio.studio.sweeps import best_sweep, labels, same_sweep, target_value
from gradstudio.worker.client import run_once

TWO = """import gradstudio as gs
x = gs.constant(3.0)
with gs.GradientTape(persistent=True) as t:
    t.watch(x)
    y = x * x
    z = y * y
dy = t.gradient(y, x)
dz = t.gradient(z, [x, y])
"""
LOOP = """import gradstudio as gs
w = gs.Variable(1.0)
for k in range(4):
    with gs.GradientTape() as t:
        y = w * w
    g = t.gradient(y, w)
    w.assign_sub(0.25 * g)
"""


@cache
def trace(text: str) -> Trace:
    found = run_once(text)[0].trace
    assert found is not None
    return found


def test_a_sweep_is_named_by_target_sources_line_and_turn() -> None:
    first, second = labels(trace(TWO))
    assert (first.title, first.place, first.passage) == ("y → x", "line 7", "")
    assert (second.title, second.place) == ("z → x, y", "line 8")
    assert [label.passage for label in labels(trace(LOOP))] == [f"pass {k} of 4" for k in (1, 2, 3, 4)]


def test_a_sweep_the_studio_asked_for_says_so() -> None:
    (label,) = labels(trace("x = 3.0\ny = x * x\n"))
    assert (label.title, label.place) == ("y → x", "by itself")


def test_the_sweep_that_reaches_most_is_shown_first_and_the_last_of_equals() -> None:
    assert best_sweep(trace(TWO)) == 1
    assert best_sweep(trace(LOOP)) == 3


def test_a_sweep_is_found_again_after_an_edit() -> None:
    moved = trace("# above\n" + TWO)
    assert same_sweep(trace(TWO), 0, moved) == 0
    assert same_sweep(trace(TWO), 1, moved) == 1
    renamed = trace(TWO.replace("z", "q"))
    assert same_sweep(trace(TWO), 1, renamed) == 1
    shorter = trace(LOOP.replace("range(4)", "range(2)"))
    assert same_sweep(trace(LOOP), 0, shorter) == 0
    assert same_sweep(trace(LOOP), 3, shorter) == 1, "who looks at the last pass goes on looking at the last"
    assert same_sweep(trace(LOOP), 2, shorter) == 1
    assert same_sweep(trace(TWO), 7, moved) == best_sweep(moved)
    assert same_sweep(trace(TWO), 0, trace("x = 1\n")) == -1


def test_the_target_of_a_sweep_has_a_value() -> None:
    t = trace(TWO)
    assert target_value(t, t.sweeps[1]) == ("z", 81.0)


def test_lines_show_the_value_they_assign_and_its_gradient() -> None:
    t = trace(TWO)
    graph = build(t, TWO, 1)
    notes = line_notes(t, 1, graph)
    assert [graph.title[notes[line].node] for line in (2, 5, 6)] == ["x", "y", "z"]
    gradients = {line: t.sweeps[1].cotangents.mean[note.row] for line, note in notes.items() if note.row >= 0}
    assert gradients[5] == pytest.approx(18.0)
    assert gradients[6] == pytest.approx(1.0)
    assert notes[2].history == ()


def test_a_loop_has_the_history_of_its_gradients() -> None:
    t = trace(LOOP)
    notes = line_notes(t, 1, build(t, LOOP, 1))
    assert notes[2].history == pytest.approx((2.0, 1.0, 0.5, 0.25))
    assert notes[2].shown == 1


def test_the_selection_follows_its_node_into_another_graph() -> None:
    selection = Selection()
    heard: list[int | None] = []
    selection.node_changed.connect(heard.append)
    before, after = "x = 3.0\ny = x * x\n", "a = 1.0\nx = 3.0\nq = a + x\ny = x * x\nz = y * q\n"
    first, second = build(trace(before), before, 0), build(trace(after), after, 0)
    selection.set_graph(first)
    selection.select(first.title.index("y"))
    selection.set_graph(second)
    if selection.node is not None:
        assert second.title[selection.node] == "y"
    selection.set_graph(None)
    assert selection.node is None
    selection.set_graph(first)
    assert selection.node == first.title.index("y"), "it comes back with its node"
    selection.select(99)
    assert selection.node is None


def test_a_line_marks_its_nodes_and_a_record_finds_its_node() -> None:
    text = "x = 3.0\ny = x * x + x\n"
    graph = build(trace(text), text, 0)
    selection = Selection()
    selection.set_graph(graph)
    selection.mark_line(2)
    assert {graph.line[node] for node in selection.marked} == {2}
    assert len(selection.marked) == 2
    selection.mark_line(0)
    assert selection.marked == ()
    assert selection.select_record(int(graph.record[1]))
    assert selection.node == 1
    assert not selection.select_record(10_000)
