"""Isolating and hiding in the window: the picture is laid out anew without the rest, and there is a way back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gradstudio.app.main_window import MainWindow
from gradstudio.graph.query import node_of_record

_KEY, _ALT = Qt.Key, Qt.KeyboardModifier.AltModifier
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PROGRAM = """import gradstudio as gs

x = gs.Variable(2.0)
with gs.GradientTape() as t:
    left = x * 3.0
    right = gs.sin(x)
    sum_ = left + right
    aside = gs.cos(right)
    loss = sum_ * sum_
g = t.gradient(loss, x)
"""
ALL = {"x", "left", "right", "sum_", "aside", "loss"}


class Person:
    """Somebody at the keyboard of the network."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot
        window.canvas.setFocus()

    def titles(self) -> set[str]:
        scene = self.window.canvas.scene
        return set(scene.graph.title) if scene is not None else set()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyClick(self.window.canvas, key, modifiers)

    def select(self, title: str) -> None:
        assert self.window.view is not None
        self.window.canvas.choose(self.window.view.graph.title.index(title))

    def sees(self, titles: set[str]) -> None:
        """Wait until that is in the picture, and nothing else."""
        self._qtbot.waitUntil(lambda: self.titles() == titles, timeout=15000)


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]) -> Person:
    type_text(PROGRAM)
    made = Person(window, qtbot)
    made.sees(ALL)
    return made


def test_a_cone_is_isolated_shown_large_and_left_again(person: Person) -> None:
    canvas, header = person.window.canvas, person.window.canvas_header
    canvas.set_zoom(0.3)
    person.select("right")
    person.key(_KEY.Key_U)
    person.key(_KEY.Key_I)
    person.sees({"x", "right"})
    assert canvas.zoom == pytest.approx(1.0)
    for node in range(2):
        assert canvas.rect().contains(canvas.node_rect(node).toRect())
    assert header.notes[1][0] == "Showing 2 of 6 nodes"
    assert header.all.isVisible()
    assert "[tool.gradstudio.view]" in person.window.session.document.text.replace("# ", "")
    person.key(_KEY.Key_I)
    person.sees(ALL)
    assert not header.all.isVisible()
    assert canvas.lights.words.startswith("upstream of right"), "the cone that was lit is lit again"


def test_without_a_cone_the_selected_node_and_its_neighbours_are_isolated(person: Person) -> None:
    person.select("sum_")
    person.key(_KEY.Key_I)
    person.sees({"left", "right", "sum_", "loss"})
    assert person.window.canvas.lights.is_isolated


def test_what_is_hidden_leaves_a_mark_and_the_next_node_selected(person: Person) -> None:
    person.select("aside")
    person.key(_KEY.Key_H)
    person.sees(ALL - {"aside"})
    view = person.window.view
    assert view is not None
    assert view.graph.title[person.window.canvas.selected] == "right", "so that the keyboard goes on from there"
    assert view.graph.cut_off[view.graph.title.index("right")] == 1
    person.select("left")
    person.key(_KEY.Key_H)
    person.sees(ALL - {"aside", "left"})
    person.key(_KEY.Key_H, _ALT)
    person.sees(ALL)


def test_the_button_beside_the_count_shows_all(person: Person, qtbot: QtBot) -> None:
    person.select("left")
    person.key(_KEY.Key_H)
    person.sees(ALL - {"left"})
    qtbot.mouseClick(person.window.canvas_header.all, Qt.MouseButton.LeftButton)
    person.sees(ALL)
    assert not person.window.canvas_header.all.isVisible()


def test_isolating_and_hiding_are_undone_and_redone_by_name(person: Person) -> None:
    window = person.window
    before = window.session.document.text
    person.select("right")
    person.key(_KEY.Key_U)
    person.key(_KEY.Key_I)
    person.sees({"x", "right"})
    assert window.session.history.undo_name == "Isolate upstream of right"
    person.key(_KEY.Key_H)
    person.sees({"x"})
    assert window.session.history.undo_name == "Hide right"
    window.session.undo()
    person.sees({"x", "right"})
    window.session.undo()
    person.sees(ALL)
    assert window.session.document.text == before
    window.session.redo()
    person.sees({"x", "right"})


def test_nodes_that_stay_stand_where_they_stood_before(person: Person) -> None:
    view = person.window.view
    assert view is not None
    before = {view.graph.ids[k]: view.layout.boxes[k].tolist() for k in range(6)}
    person.select("right")
    person.key(_KEY.Key_U)
    person.key(_KEY.Key_I)
    person.sees({"x", "right"})
    person.key(_KEY.Key_I)
    person.sees(ALL)
    view = person.window.view
    assert view is not None
    assert {view.graph.ids[k]: view.layout.boxes[k].tolist() for k in range(6)} == before


def test_a_run_of_an_edited_text_keeps_what_is_isolated(person: Person, type_text: Callable[[str], None]) -> None:
    person.select("loss")
    person.key(_KEY.Key_U)
    person.key(_KEY.Key_I)
    person.sees(ALL - {"aside"})
    text = person.window.session.document.text
    type_text(text.replace("    sum_ = left + right", "    more = gs.exp(left)\n    sum_ = more + right"))
    person.sees((ALL | {"more"}) - {"aside"})
    type_text(text.replace("2.0", "2.5"))
    person.sees(ALL - {"aside"})
    assert person.window.canvas.lights.is_isolated


def test_going_to_what_is_hidden_shows_it(person: Person) -> None:
    window = person.window
    person.select("right")
    person.key(_KEY.Key_U)
    person.key(_KEY.Key_I)
    person.sees({"x", "right"})
    assert window.view is not None
    whole = window.view.whole
    record = int(whole.record[whole.title.index("loss")])
    window.toolbar.finder.found.emit(record)
    person.sees({"x", "right", "loss"})
    assert window.view is not None
    assert window.canvas.selected == node_of_record(window.view.graph, record)


def test_an_operation_that_is_added_to_what_is_isolated_is_seen(person: Person) -> None:
    window = person.window
    person.select("right")
    person.key(_KEY.Key_U)
    person.key(_KEY.Key_I)
    person.sees({"x", "right"})
    window.canvas.builder.orders.add_op("tanh")
    window_titles = {"x", "right", "y"}
    person._qtbot.waitUntil(lambda: len(person.titles()) == len(window_titles), timeout=15000)
    assert {"x", "right"} < person.titles()


def test_opening_everything_leaves_hidden_what_is_hidden(person: Person) -> None:
    person.select("left")
    person.key(_KEY.Key_H)
    person.sees(ALL - {"left"})
    person.window.actions_by_id["fold-itself"].trigger()
    assert person.titles() == ALL - {"left"}


def test_the_last_node_cannot_be_hidden(person: Person) -> None:
    person.select("x")
    person.key(_KEY.Key_A, _CONTROL)
    canvas = person.window.canvas
    canvas.choose_all(list(range(6)))
    assert not canvas.lights.can_hide()
    person.key(_KEY.Key_H)
    assert person.titles() == ALL


def test_the_plate_of_hidden_neighbours_is_in_the_picture(person: Person) -> None:
    canvas = person.window.canvas
    person.select("left")
    person.key(_KEY.Key_H)
    person.sees(ALL - {"left"})
    canvas.grab()
    painter = canvas._painter()
    assert painter is not None
    texts = np.array(painter.picture.texts.text)
    assert (texts == "1 hidden").sum() == 2, "of x and of sum_"
