"""Undoing in the window: keys, menus and the list of steps lead through one history, wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication, QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.main_window import MainWindow
from gradstudio.app.panels.history import HistoryList
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.steps import Cursor

Typed = Callable[[str], None]
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editor(window: MainWindow) -> CodeEditor:
    window.editor.setFocus()
    return window.editor


def names(window: MainWindow) -> list[str]:
    return [step.name for step in window.session.history.steps]


def put(editor: CodeEditor, anchor: int, position: int | None = None) -> None:
    cursor = editor.textCursor()
    cursor.setPosition(anchor)
    cursor.setPosition(anchor if position is None else position, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def test_keys_undo_word_by_word_and_make_again(window: MainWindow, editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "a = b")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "cd")
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    assert names(window) == ["Type `a`", "Type `=`", "Type `b`", "New line", "Type `cd`", "Delete `d`"]
    for text in ("a = b\ncd", "a = b\n", "a = b", "a = "):
        QTest.keyClick(editor, Qt.Key.Key_Z, _CTRL)
        assert editor.text() == window.session.document.text == text
    QTest.keyClick(editor, Qt.Key.Key_Z, _CTRL | _SHIFT)
    assert editor.text() == "a = b"
    QTest.keyClick(editor, Qt.Key.Key_Y, _CTRL)
    assert editor.text() == "a = b\n"


def test_arrows_and_clicks_begin_another_step(window: MainWindow, editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "ab")
    QTest.keyClick(editor, Qt.Key.Key_Left)
    QTest.keyClick(editor, Qt.Key.Key_Right)
    QTest.keyClicks(editor, "c")
    QTest.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(1, 5))
    QTest.keyClicks(editor, "d")
    assert editor.text() == "dabc"
    assert names(window) == ["Type `ab`", "Type `c`", "Type `d`"]


def test_the_cursor_comes_back_and_what_changed_is_in_view(window: MainWindow, editor: CodeEditor) -> None:
    window.session.edit("".join(f"x{k} = {k}\n" for k in range(200)))
    editor.load(window.session.document.text)
    put(editor, 5, 6)
    QTest.keyClicks(editor, "7")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    assert editor.firstVisibleBlock().blockNumber() > 100
    editor.undo()
    cursor = editor.textCursor()
    assert (cursor.anchor(), cursor.position(), cursor.selectedText()) == (5, 6, "0")
    assert editor.firstVisibleBlock().blockNumber() == 0


def test_places_are_right_behind_characters_that_qt_counts_twice(window: MainWindow, editor: CodeEditor) -> None:
    window.session.edit("s = '\U0001d6fc\U0001d6fd'\naaa\n")
    editor.load(window.session.document.text)
    put(editor, len("s = '....'\na"))
    QTest.keyClicks(editor, "a")
    step = window.session.history.steps[-1]
    assert step.changes[0].start == len("s = '..'\na")
    assert (step.line, step.name) == (2, "Type `a`")
    editor.undo()
    assert editor.text() == "s = '\U0001d6fc\U0001d6fd'\naaa\n"
    assert editor.textCursor().position() == len("s = '....'\na")


def test_what_is_not_typed_has_a_name(window: MainWindow, editor: CodeEditor) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("x = 1\ny = 2\n")
    QTest.keyClick(editor, Qt.Key.Key_V, _CTRL)
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    QTest.keyClick(editor, Qt.Key.Key_Backtab)
    window.actions_by_id["comment"].trigger()
    put(editor, 0, 2)
    QTest.keyClick(editor, Qt.Key.Key_C, _CTRL)
    assert clipboard.text() == "# "
    QTest.keyClick(editor, Qt.Key.Key_X, _CTRL)
    put(editor, 2, 3)
    window.actions_by_id["cut"].trigger()
    assert names(window) == [
        "Paste 2 lines",
        "Indent",
        "Indent less",
        "Comment or uncomment",
        "Cut `#`",
        "Cut `=`",
    ]
    assert clipboard.text() == "="
    for _ in range(6):
        editor.undo()
    assert editor.text() == ""


def test_the_cursor_before_a_step_is_the_one_before_it_moves_within_the_step(
    window: MainWindow, editor: CodeEditor
) -> None:
    QTest.keyClicks(editor, "ab")
    put(editor, 1, 2)
    with editor.step("Turn around"):
        put(editor, 0, 2)
        editor.textCursor().insertText("ba")
        put(editor, 1)
    QTest.keyClicks(editor, "c")
    step = window.session.history.steps[1]
    assert (step.name, step.before, step.after) == ("Turn around", Cursor(1, 2), Cursor(1, 1))
    assert names(window) == ["Type `ab`", "Turn around", "Type `c`"]


def test_a_pair_of_brackets_put_in_with_one_key_belongs_to_the_word(window: MainWindow, editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "f")
    with editor.step(""):
        editor.textCursor().insertText("()")
        put(editor, 2)
    QTest.keyClicks(editor, "x")
    assert names(window) == ["Type `f(x)`"]


def test_a_completion_is_a_step(window: MainWindow, editor: CodeEditor, qtbot: QtBot) -> None:
    QTest.keyClicks(editor, "softp")
    qtbot.waitUntil(editor.completions.isVisible)
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert names(window) == ["Type `softp`", "Complete `softplus`"]
    editor.undo()
    assert editor.text() == "softp"


def test_text_that_is_dropped_is_one_step(window: MainWindow, editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "one")
    data = QMimeData()
    data.setText("two")
    copying, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(1, 5), copying, data, left, Qt.KeyboardModifier.NoModifier)
    editor.dropEvent(event)
    assert editor.text() == "twoone"
    assert names(window) == ["Type `one`", "Drop `two`"]
    editor.undo()
    assert editor.text() == "one"


def test_what_is_changed_inside_a_step_is_one_however_often(window: MainWindow, editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "a a a")
    with editor.step("Replace all"):
        for place in (4, 2, 0):
            put(editor, place, place + 1)
            editor.textCursor().insertText("long")
    assert names(window)[-1] == "Replace all"
    editor.undo()
    assert editor.text() == "a a a"


def test_an_input_method_composes_and_what_it_gives_is_undone(window: MainWindow, editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "a")
    QApplication.sendEvent(editor, QInputMethodEvent("に", []))
    assert editor.text() == "a", "what is being composed is not in the text yet"
    QApplication.sendEvent(editor, QInputMethodEvent("にほ", []))
    event = QInputMethodEvent("", [])
    event.setCommitString("日本")
    QApplication.sendEvent(editor, event)
    assert editor.text() == window.session.document.text == "a日本"
    editor.undo()
    assert editor.text() == ""
    editor.redo()
    assert editor.text() == "a日本"


def test_undoing_amid_a_composition_keeps_window_and_session_alike(window: MainWindow, editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "a b")
    QApplication.sendEvent(editor, QInputMethodEvent("に", []))
    editor.undo()
    assert editor.text() == window.session.document.text == "a "
    event = QInputMethodEvent("", [])
    event.setCommitString("日")
    QApplication.sendEvent(editor, event)
    assert editor.text() == window.session.document.text == "a 日"


def test_the_menu_names_the_step(window: MainWindow, editor: CodeEditor) -> None:
    undo, redo = window.actions_by_id["undo"], window.actions_by_id["redo"]
    assert (undo.text(), undo.isEnabled(), redo.text(), redo.isEnabled()) == ("Undo", False, "Redo", False)
    QTest.keyClicks(editor, "x")
    assert (undo.text(), undo.isEnabled()) == ("Undo type `x`", True)
    window.session.apply(Edit("Add a & b", "x\ny = a & b\n"))
    assert undo.text() == "Undo add a && b"
    undo.trigger()
    assert (undo.text(), redo.text()) == ("Undo type `x`", "Redo add a && b")
    redo.trigger()
    assert redo.text() == "Redo"
    assert window.toolbar.undo.toolTip() == "Undo add a & b (Ctrl+Z)"


def test_a_right_click_into_the_code_offers_the_same(window: MainWindow, editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "x")
    menu = window.menus.editor_menu()
    assert menu.actions()[0].text() == "Undo type `x`"
    menu.actions()[0].trigger()
    assert editor.text() == ""
    assert "Select all" in [action.text() for action in menu.actions()]
    menu.deleteLater()


def test_the_canvas_undoes_with_the_same_keys(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text("x = 2.0\ny = x * x\n")
    window.session.apply(Edit("Add z", "x = 2.0\ny = x * x\nz = y + 1\n", 3, "z"))
    window.canvas.setFocus()
    qtbot.waitUntil(window.canvas.hasFocus)
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, _CTRL)
    assert window.editor.text() == "x = 2.0\ny = x * x\n"
    QTest.keyClick(window.canvas, Qt.Key.Key_Y, _CTRL)
    assert window.editor.text() == "x = 2.0\ny = x * x\nz = y + 1\n"
    assert window.canvas.hasFocus()


def test_a_slider_is_one_step_while_pictures_come_and_the_cursor_moves(
    window: MainWindow, type_text: Typed, qtbot: QtBot
) -> None:
    type_text("w = 0.1\ny = w * w\n")
    window.canvas.setFocus()
    window.session.selection.select(0)
    before = len(names(window))
    for value in ("0.2", "0.3", "0.35"):
        text = f"w = {value}\ny = w * w\n"
        window.session.apply(Edit(f"Set w to {value}", text), merge="slider:1:w")
        qtbot.waitUntil(lambda text=text: window.view is not None and window.view.text == text, timeout=15000)
        window.editor.go_to_line(2)
    window.session.settle()
    assert names(window)[before:] == ["Set w to 0.35"]
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == "w = 0.1\ny = w * w\n"
    assert window.editor.active_line() == 1, "the place that changed"


def test_what_folds_and_moves_is_called_after_what_it_moves(window: MainWindow, type_text: Typed) -> None:
    type_text("def layer(v):\n    return v * v + v\n\nx = 3.0\nz = layer(x)\n")
    assert window.view is not None
    before = len(names(window))
    group = next(group for group in window.view.whole.groups if group.title.startswith("layer"))
    window.canvas.fold_closed.emit(group.id)
    window.canvas.node_moved.emit(window.view.graph.ids[window.view.graph.title.index("x")], 0, 1)
    window.session.turn("down")
    window.session.unmove()
    assert names(window)[before:] == ["Close layer()", "Move x", "Turn the network", "Put moved nodes back"]


def test_a_file_read_again_is_one_step(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    assert window.files.show(path)
    path.write_text("x = 5\n")
    window.files.check_disk()
    assert window.editor.text() == "x = 5\n"
    assert names(window) == ["Reload from disk"]
    window.editor.undo()
    assert window.editor.text() == "x = 1\n"


def test_an_opened_file_goes_on_with_its_history(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    assert window.files.show(path)
    QTest.keyClicks(window.editor, "# ")
    window.actions_by_id["save"].trigger()
    window.session._history_files.close()
    window.actions_by_id["new"].trigger()
    assert not window.actions_by_id["undo"].isEnabled()
    assert window.files.show(path)
    assert window.actions_by_id["undo"].text() == "Undo type `#`"
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == "x = 1\n"


# the list


@pytest.fixture
def steps(window: MainWindow, editor: CodeEditor, qtbot: QtBot) -> HistoryList:
    QTest.keyClicks(editor, "a b c")
    window.actions_by_id["history"].trigger()
    panel = next(panel for panel in window.panels if isinstance(panel, HistoryList))
    qtbot.waitUntil(panel.table.hasFocus)
    return panel


def _rows(panel: HistoryList) -> list[str]:
    return [str(panel.model.index(row, 1).data()) for row in range(panel.model.rowCount())]


def _said(panel: HistoryList) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [panel.model.data(panel.model.index(row, 0), role) for row in range(panel.model.rowCount())]  # type: ignore[misc]


def test_the_list_shows_every_step_with_its_line_and_marks_the_present_one(
    steps: HistoryList, window: MainWindow, qtbot: QtBot
) -> None:
    assert _rows(steps) == ["The text as it was at first", "Type `a`", "Type `b`", "Type `c`"]
    assert [steps.model.index(row, 2).data() for row in range(4)] == ["", "line 1", "line 1", "line 1"]
    assert _said(steps) == ["done", "done", "done", "present"]
    window.editor.undo()
    qtbot.waitUntil(lambda: steps.table.currentIndex().row() == 2)
    assert _said(steps) == ["done", "done", "present", "undone"]
    window.session.apply(Edit("Add d", "a b d"))
    qtbot.waitUntil(lambda: _rows(steps)[-1] == "Add d")
    assert len(_rows(steps)) == 4


def test_enter_and_a_click_go_to_a_step(steps: HistoryList, window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(steps.table, Qt.Key.Key_Up)
    QTest.keyClick(steps.table, Qt.Key.Key_Up)
    assert window.editor.text() == "a b c", "moving in the list changes nothing"
    QTest.keyClick(steps.table, Qt.Key.Key_Return)
    assert window.editor.text() == "a "
    assert steps.table.hasFocus()
    rect = steps.table.visualRect(steps.model.index(3, 1))
    QTest.mouseClick(steps.table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert window.editor.text() == "a b c"
    QTest.keyClick(steps.table, Qt.Key.Key_Home, _CTRL)
    QTest.keyClick(steps.table, Qt.Key.Key_Enter)
    assert window.editor.text() == ""
    assert not window.session.document.is_modified
