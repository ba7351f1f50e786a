"""Folding in the window: what the canvas folds stands in the text, so that it is undone, saved and read like it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gradstudio.app.main_window import MainWindow
from gradstudio.app.panels.outline import Outline
from gradstudio.studio.outcome import View

Typed = Callable[[str], None]

LOOP = """import gradstudio as gs
w = gs.Variable(0.9)
with gs.GradientTape() as t:
    y = w * 1.0
    for k in range(12):
        y = gs.tanh(y * w)
g = t.gradient(y, w)
"""


def shown(window: MainWindow) -> View:
    assert window.view is not None
    return window.view


def stack_of(window: MainWindow) -> int:
    graph = shown(window).graph
    return next(i for i in range(len(graph.ids)) if graph.fold[i] >= 0)


def frames(window: MainWindow) -> list[str]:
    return [frame.title for frame in shown(window).graph.frames]


@pytest.fixture
def folded(window: MainWindow, type_text: Typed) -> MainWindow:
    type_text(LOOP)
    window.canvas.setFocus()
    return window


def test_twelve_passes_are_one_box_and_one_of_them_opens_with_enter(folded: MainWindow, qtbot: QtBot) -> None:
    graph = shown(folded).graph
    assert graph.folds[0].title == "for k in range(12)"
    assert len(graph.folds[0].record) == 12
    assert len(graph.ids) <= 5
    runs = folded.session.runs.outcome
    assert runs is not None
    number = runs.finished.run

    folded.session.runs.choose_pass(graph.folds[0].id, 5)
    qtbot.waitUntil(lambda: shown(folded).graph.folds[0].chosen == 4)
    folded.canvas.choose(stack_of(folded))
    QTest.keyClick(folded.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: frames(folded) == ["pass 5"])
    assert "# [tool.gradstudio.view]" in folded.editor.text()
    assert folded.editor.text().startswith(LOOP)
    assert [fold.title for fold in shown(folded).graph.folds] == ["1 to 4", "6 to 12"]
    assert shown(folded).run == number, "folding runs nothing"
    assert shown(folded).text == folded.editor.text()
    assert not folded.session.runs.is_stale

    QTest.keyClick(folded.canvas, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: frames(folded) == [])
    assert folded.editor.text() == LOOP


def test_folding_is_undone_and_redone_with_the_text(folded: MainWindow, qtbot: QtBot) -> None:
    folded.menus.by_id["open-all"].trigger()
    qtbot.waitUntil(lambda: len(shown(folded).graph.ids) > 20)
    assert folded.session.history.undo_name == "Open everything"
    folded.editor.undo()
    qtbot.waitUntil(lambda: len(shown(folded).graph.ids) <= 5)
    assert folded.editor.text() == LOOP
    folded.editor.redo()
    qtbot.waitUntil(lambda: len(shown(folded).graph.ids) > 20)
    folded.menus.by_id["fold-itself"].trigger()
    qtbot.waitUntil(lambda: len(shown(folded).graph.ids) <= 5)


def test_what_is_folded_survives_saving_and_opening(folded: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    stack = shown(folded).graph.folds[0].id
    folded.canvas.pass_opened.emit(stack, 3)
    qtbot.waitUntil(lambda: frames(folded) == ["pass 3"])
    folded.session.turn("down")
    qtbot.waitUntil(lambda: shown(folded).layout.direction == "down")
    path = tmp_path / "loop.grad"
    folded.session.save_as(path)
    folded.session.new()
    qtbot.waitUntil(lambda: folded.view is None)
    folded.files.open_path(path)
    qtbot.waitUntil(lambda: folded.view is not None, timeout=15000)
    assert frames(folded) == ["pass 3"]
    assert shown(folded).layout.direction == "down"


def test_a_node_that_is_moved_stays_there_and_goes_back(folded: MainWindow, qtbot: QtBot) -> None:
    name = shown(folded).graph.ids[0]
    before = shown(folded).layout.boxes[0].tolist()
    folded.canvas.node_moved.emit(name, 0, 1)
    qtbot.waitUntil(lambda: shown(folded).layout.boxes[0, 1] > before[1] + 50)
    assert shown(folded).arrangement.moved == ((name, 0, 1),)
    folded.menus.by_id["unmove"].trigger()
    qtbot.waitUntil(lambda: shown(folded).layout.boxes[0].tolist() == before)
    assert folded.editor.text() == LOOP


def test_a_record_inside_a_stack_is_shown_when_the_outline_asks_for_it(folded: MainWindow, qtbot: QtBot) -> None:
    outline = next(panel for panel in folded.panels if isinstance(panel, Outline))
    whole = shown(folded).whole
    tanh = [i for i in range(len(whole.ids)) if whole.label[i] == "tanh"]
    record = int(whole.record[tanh[6]])
    outline.record_selected.emit(record)
    assert folded.session.selection.node == stack_of(folded)
    outline.record_activated.emit(record)
    qtbot.waitUntil(lambda: frames(folded) == ["pass 7"])
    node = folded.session.selection.node
    assert node is not None
    assert int(shown(folded).graph.record[node]) == record


def test_what_is_looked_for_is_lit_and_walked_to(folded: MainWindow, qtbot: QtBot) -> None:
    finder = folded.toolbar.finder
    finder.setFocus()
    QTest.keyClicks(finder, "kind == parameter")
    lit = folded.canvas.lit
    assert lit is not None
    graph = shown(folded).graph
    assert [graph.title[i] for i in range(len(lit)) if lit[i]] == ["w"]
    QTest.keyClick(finder, Qt.Key.Key_Return)
    assert folded.session.selection.node == graph.title.index("w")
    QTest.keyClick(finder, Qt.Key.Key_Escape)
    assert folded.canvas.lit is None


def test_the_node_sheet_opens_from_the_menu(folded: MainWindow) -> None:
    asked: list[object] = []
    folded.dialogs.node_sheet = lambda parent, theme: asked.append(theme)  # type: ignore[method-assign]
    folded.menus.by_id["node-sheet"].trigger()
    assert asked == [folded.theme]


def test_folding_with_a_broken_header_is_refused_in_one_line_that_says_where(
    folded: MainWindow, type_text: Typed
) -> None:
    text = LOOP + "# /// script\n# [tool\n# ///\n"
    type_text(text)
    folded.menus.by_id["open-all"].trigger()
    assert folded.notice.text.startswith("The header in line 8 is to keep how the picture is arranged, but")
    assert folded.editor.text() == text
    assert len(shown(folded).graph.ids) <= 5


def test_a_header_with_an_odd_setting_still_keeps_the_arrangement(
    folded: MainWindow, type_text: Typed, qtbot: QtBot
) -> None:
    type_text(LOOP + '# /// script\n# [tool.gradstudio]\n# precision = "float16"\n# ///\n')
    folded.menus.by_id["open-all"].trigger()
    qtbot.waitUntil(lambda: len(shown(folded).graph.ids) > 20)
    assert '# precision = "float16"\n# [tool.gradstudio.view]\n# opened = ["*"]' in folded.editor.text()


def test_the_line_of_the_cursor_marks_the_box_that_hides_its_nodes(folded: MainWindow) -> None:
    folded.session.selection.mark_line(6)
    assert folded.session.selection.marked == (stack_of(folded),)
