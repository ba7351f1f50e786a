"""The search field: what it finds, how a person walks through it, and what it says."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from scenes import PRODUCT, chain, whole

from gradstudio.app.command_field import CommandField
from gradstudio.app.node_finder import NodeFinder
from gradstudio.app.theme import colors
from gradstudio.graph.filter import FilterError
from gradstudio.graph.filter_words import HELP


class Told:
    """What the field signalled."""

    def __init__(self, finder: NodeFinder) -> None:
        self.hits: list[np.ndarray | None] = []
        self.found: list[int] = []
        self.left = 0
        finder.hits_changed.connect(self.hits.append)
        finder.found.connect(self.found.append)
        finder.left.connect(self._on_left)

    def _on_left(self) -> None:
        self.left += 1


@pytest.fixture(params=[NodeFinder, CommandField])
def window(application: QApplication, qtbot: QtBot, request: pytest.FixtureRequest) -> QWidget:
    """A window with the field by itself, and with the one that finds commands as well once it knows any."""
    window = QWidget()
    window.resize(500, 400)
    box = QVBoxLayout(window)
    made, other = request.param(colors("light")), QLineEdit()
    box.addWidget(made)
    box.addWidget(other)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def finder(window: QWidget) -> NodeFinder:
    made = window.findChild(NodeFinder)
    assert made is not None
    made.setFocus()
    made.set_graph(*whole(PRODUCT))
    return made


def titles(records: np.ndarray | list[int] | None) -> list[str]:
    """Names of records of PRODUCT."""
    graph, _ = whole(PRODUCT)
    assert records is not None
    assert isinstance(records, list) or records.dtype == np.int32
    return [graph.title[int(np.flatnonzero(graph.record == r)[0])] for r in records]


def test_words_find_names_ops_and_lines_those_that_begin_so_first(finder: NodeFinder) -> None:
    graph, _ = whole(PRODUCT)
    assert [graph.title[n] for n in finder.matches("a")] == ["aside", "x", "unused"], "aside, and two parameters"
    assert [graph.title[n] for n in finder.matches("multiply")] == ["y", "z"]
    assert [graph.title[n] for n in finder.matches("L7")] == ["z"]
    assert finder.matches("  ") == []
    with pytest.raises(FilterError):
        finder.matches("g <")


def test_a_filter_lights_what_fits_and_says_how_many(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "op == multiply")
    assert titles(told.hits[-1]) == ["y", "aside", "z"]
    assert told.found == [], "typing goes nowhere yet"
    assert finder._popup.isVisible()
    assert finder.said.text() == "3 of 5 nodes fit. Enter goes to the first"


def test_enter_walks_on_shift_enter_back_and_the_ends_meet(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "|g| > 0")
    names = titles(told.hits[-1])
    assert sorted(names) == ["x", "y", "z"]
    for _ in range(4):
        qtbot.keyClick(finder, Qt.Key.Key_Return)
    assert titles(told.found) == [*names, names[0]]
    assert finder.said.text().startswith("1 of 3.")
    qtbot.keyClick(finder, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(finder, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert titles(told.found[4:]) == [names[2], names[1]]
    assert finder.text() == "|g| > 0", "the field stays as it is"
    assert finder.hasFocus()
    assert told.left == 0


def test_arrows_choose_in_the_list_and_enter_takes_the_row(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "g != 0")
    names = titles(told.hits[-1])
    qtbot.keyClick(finder, Qt.Key.Key_Up)
    qtbot.keyClick(finder, Qt.Key.Key_Return)
    qtbot.keyClick(finder, Qt.Key.Key_Down)
    qtbot.keyClick(finder, Qt.Key.Key_Down)
    qtbot.keyClick(finder, Qt.Key.Key_Return)
    assert titles(told.found) == [names[2], names[1]]


def test_shift_enter_begins_at_the_end(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "multiply")
    qtbot.keyClick(finder, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert titles(told.found) == ["z"]


def test_a_wrong_filter_is_one_line_under_the_field_and_lights_nothing(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "op == multiply")
    qtbot.keyClicks(finder, " and")
    assert told.hits[-1] is None
    assert "missing before the end (at character 19)" in finder.said.text()
    assert finder.said.isVisible()
    assert not finder._view.isVisible()
    qtbot.keyClick(finder, Qt.Key.Key_Return)
    assert told.found == []


def test_nothing_found_is_said(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "zebra")
    assert finder.said.text() == "No node fits."
    assert told.hits[-1] is not None
    assert len(told.hits[-1]) == 0


def test_escape_ends_the_search(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "multiply")
    qtbot.keyClick(finder, Qt.Key.Key_Escape)
    assert (finder.text(), told.hits[-1], told.left) == ("", None, 1)
    assert not finder._popup.isVisible()


def test_a_click_takes_a_node_and_what_was_found_stays_lit(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "multiply")
    view = finder._view
    place = view.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert titles(told.found) == ["z"]
    assert told.left == 1
    assert told.hits[-1] is not None
    assert not finder._popup.isVisible()


def test_another_graph_is_searched_at_once_and_silently(finder: NodeFinder, qtbot: QtBot) -> None:
    told = Told(finder)
    qtbot.keyClicks(finder, "tanh")
    finder.set_graph(*whole(chain(7)))
    assert told.hits[-1] is not None
    assert len(told.hits[-1]) == 7
    assert told.found == []
    assert not finder._popup.isVisible()
    finder.set_graph(None)
    assert told.hits[-1] is None
    qtbot.keyClick(finder, Qt.Key.Key_Return)
    assert told.found == []


def test_leaving_the_field_closes_the_list(finder: NodeFinder, qtbot: QtBot) -> None:
    qtbot.keyClicks(finder, "multiply")
    finder.window().findChildren(QLineEdit)[-1].setFocus()
    assert not finder._popup.isVisible()
    assert finder.text() == "multiply"


def test_a_long_list_comes_in_pages_that_are_turned_while_walking(finder: NodeFinder, qtbot: QtBot) -> None:
    finder.set_graph(*whole(chain(3000)))
    told = Told(finder)
    qtbot.keyClicks(finder, "tanh")
    assert len(finder.hits.nodes) == 3000
    assert finder.hits.rowCount() == 200
    qtbot.keyClick(finder, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert told.found == [3000]
    assert (finder.hits.rowCount(), finder._view.currentIndex().row()) == (200, 199)
    qtbot.keyClick(finder, Qt.Key.Key_Down)
    qtbot.keyClick(finder, Qt.Key.Key_Up)
    qtbot.keyClick(finder, Qt.Key.Key_Up)
    qtbot.keyClick(finder, Qt.Key.Key_Return)
    assert told.found == [3000, 2999]
    assert finder.said.text().startswith("2,999 of 3,000.")


def test_the_tooltip_explains_the_whole_language_as_it_is_written(finder: NodeFinder) -> None:
    card = QTextDocument()
    card.setHtml(finder.toolTip())
    said = card.toPlainText()
    for written, means in HELP:
        assert written in said
        assert means in said
