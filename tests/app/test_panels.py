"""The panels: what they say of a node, a run and its problems, and how little they ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hearing import pixels_of, words_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from scenes import POISON, PlainSession, scene

from gradstudio.app.panels import PANELS
from gradstudio.app.panels.console import LINES, Console
from gradstudio.app.panels.problems import Problems
from gradstudio.engine.problem import Problem
from gradstudio.picture.tokens import load_theme

_DISPLAY = Qt.ItemDataRole.DisplayRole


# problems


@pytest.fixture
def problems(application: QApplication, session: PlainSession, qtbot: QtBot) -> Problems:
    made = Problems(session, load_theme("light"))
    qtbot.addWidget(made)
    made.resize(900, 140)
    made.show()
    return made


_ERROR = Problem("error", "nan", "NaN is born here", (4, 4, 4, 9), "guard the input")
_WARN = Problem("warn", "none", "no gradient reaches it", (2, 0, 2, 6))
_INFO = Problem("info", "note", "<b>only</b> a note", (3, 0, 3, 1))


def test_problems_are_listed_errors_first_and_counted(problems: Problems, session: PlainSession) -> None:
    counted: list[tuple[int, str]] = []
    problems.count_changed.connect(lambda count, worst: counted.append((count, worst)))
    assert words_of(problems) == ["No problems."]
    session.end("", _INFO, _WARN, _ERROR)
    assert [p.severity for p in problems.problems] == ["error", "warn", "info"]
    session.end("", _INFO)
    session.end("")
    assert counted == [(2, "error"), (1, "info"), (0, "")]
    assert words_of(problems) == ["No problems."]


def test_a_row_says_node_line_cause_and_remedy(problems: Problems, session: PlainSession) -> None:
    shown = scene(POISON)
    session.show(shown)
    record = int(shown.graph.record[shown.node("inv")])
    session.end(shown.text, Problem("error", "nan", "it is born here", (4, 10, 4, 13), "guard it", record))
    model = problems.model
    row = [model.data(model.index(0, column), _DISPLAY) for column in range(model.columnCount())]
    assert row == ["", "inv", "line 4", "it is born here", "guard it", ""]


def test_a_click_on_a_problem_leads_to_its_place_and_node(
    problems: Problems, session: PlainSession, qtbot: QtBot
) -> None:
    shown = scene(POISON)
    session.show(shown)
    session.selection.set_graph(shown.graph)
    record = int(shown.graph.record[shown.node("inv")])
    span = (4, 10, 4, 13)
    session.end(shown.text, Problem("error", "nan", "born", span, "", record))
    places: list[object] = []
    session.selection.place_wanted.connect(places.append)
    table = problems._table
    center = table.visualRect(problems.model.index(0, 3)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=center)
    assert places == [span]
    assert session.selection.node == shown.node("inv")


def test_hostile_problems_are_plain_text(problems: Problems, session: PlainSession) -> None:
    session.end("", Problem("error", "x", "<img src=x>\u202e\nsecond", (1, 0, 1, 1), "<i>mend</i>"))
    model = problems.model
    assert model.data(model.index(0, 3), _DISPLAY) == "<img src=x>\\u202e⏎second"
    tip = model.data(model.index(0, 3), Qt.ItemDataRole.ToolTipRole)
    assert isinstance(tip, str)
    assert "<img" not in tip


# console


@pytest.fixture
def console(application: QApplication, session: PlainSession, qtbot: QtBot) -> Console:
    made = Console(session, load_theme("light"))
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_new_runs_output_takes_the_place_of_the_old(console: Console, session: PlainSession) -> None:
    session.runs.printed.emit("one\n")
    session.runs.printed.emit("two\n")
    assert console.text() == "one\ntwo\n"
    session.runs.started.emit()
    assert console.text() == "one\ntwo\n", "nothing flickers while a run is under way"
    session.runs.printed.emit("three")
    assert console.text() == "three"
    session.runs.started.emit()
    session.end("")
    assert console.text() == ""


def test_what_a_terminal_would_obey_is_dropped_and_what_hides_is_spelled(console: Console) -> None:
    console.append("\x1b]0;title\x07\x1b[2J\x1b[1;31mred\x1b[0m 50 %\r100 %\r\n\u202eevil\u200b\u2029\tend\x1b")
    assert console.text() == "red 50 %\n100 %\n\\u202eevil\\u200b\\u2029\tend"


def test_floods_of_output_are_bounded(console: Console) -> None:
    console.append("\n" * 1_000_000)
    console.append("x" * 1_000_000)
    console.append("m" + "\u0301" * 1_000_000)
    assert len(console.text()) < LINES + 20_000
    assert not console.grab().isNull()


def test_output_is_plain_and_capped(console: Console) -> None:
    console.append("<b>bold</b>\x1b[31m\x00\x07\n")
    assert console.text() == "<b>bold</b>\n"
    console.clear()
    for _ in range(3):
        console.append("x" * 8000)
    assert len(console.text()) == 10_001
    assert console.text().endswith("…")
    console.clear()
    console.append("\n".join(map(str, range(3 * LINES))))
    lines = console.text().split("\n")
    assert len(lines) <= LINES
    assert lines[-1] == str(3 * LINES - 1)


def test_output_can_be_copied_and_cleared(console: Console, qtbot: QtBot) -> None:
    console.append("7 rows\n")
    qtbot.mouseClick(console.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "7 rows\n"
    qtbot.mouseClick(console.clear_button, Qt.MouseButton.LeftButton)
    assert console.text() == ""


@pytest.mark.parametrize("panel", PANELS, ids=[panel.title for panel in PANELS])
def test_every_panel_has_a_title_and_both_themes(
    panel: Callable[..., QWidget], application: QApplication, session: PlainSession, qtbot: QtBot
) -> None:
    made = panel(session, load_theme("light"))
    qtbot.addWidget(made)
    made.resize(600, 140)
    made.show()
    for name in ("dark", "light"):
        made.set_theme(load_theme(name))  # type: ignore[attr-defined]
        assert int(pixels_of(made)[120, 300]) == load_theme(name).surface["panel"]
