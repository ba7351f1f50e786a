"""The line that finds and replaces."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.find_bar import FindBar
from gradstudio.app.theme import colors
from gradstudio.studio.edits.edit import Edit

TEXT = "w = W(w1)\nv = w + w\n"


@pytest.fixture
def editor(application: QApplication, qtbot: QtBot) -> CodeEditor:
    made = CodeEditor(colors("light"))
    made.edit_wanted.connect(lambda edit: made.replace_all(edit.text))
    qtbot.addWidget(made)
    made.resize(432, 400)
    made.show()
    qtbot.waitExposed(made)
    made.load(TEXT)
    return made


@pytest.fixture
def bar(editor: CodeEditor, qtbot: QtBot) -> FindBar:
    made = FindBar(colors("light"), editor)
    qtbot.addWidget(made)
    made.resize(432, 70)
    return made


def chosen(editor: CodeEditor) -> tuple[int, int]:
    return editor.textCursor().selectionStart(), editor.textCursor().selectionEnd()


def switch(bar: FindBar, name: str) -> None:
    next(b for b in bar.findChildren(type(bar._case)) if b.accessibleName() == name).click()


def press(bar: FindBar, name: str) -> None:
    next(b for b in bar.findChildren(QPushButton) if b.text() == name).click()


def test_places_are_counted_marked_and_gone_through(editor: CodeEditor, bar: FindBar, qtbot: QtBot) -> None:
    bar.open()
    qtbot.keyClicks(bar.line, "w")
    assert bar.count.text() == "1 of 5"
    assert len(editor.found) == 5
    assert chosen(editor) == (0, 1)
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert (bar.count.text(), chosen(editor)) == ("2 of 5", (4, 5))
    qtbot.keyClick(bar.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert (bar.count.text(), chosen(editor)) == ("1 of 5", (0, 1))
    qtbot.keyClick(bar.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "5 of 5", "the ends meet"


def test_case_whole_words_and_patterns_can_be_asked_for(editor: CodeEditor, bar: FindBar, qtbot: QtBot) -> None:
    bar.open()
    qtbot.keyClicks(bar.line, "w")
    switch(bar, "Match upper and lower case")
    assert len(editor.found) == 4
    switch(bar, "Whole words only")
    assert len(editor.found) == 3
    switch(bar, "Regular expression")
    bar.line.setText("w|v")
    bar.refresh()
    assert len(editor.found) == 4


def test_what_is_wrong_with_a_pattern_is_said(bar: FindBar, qtbot: QtBot) -> None:
    bar.open()
    switch(bar, "Regular expression")
    qtbot.keyClicks(bar.line, "(a+)+")
    assert bar.count.text() == "a repetition inside a repetition can take for ever: repeat only one of them"


def test_one_place_is_replaced_and_the_next_is_chosen(editor: CodeEditor, bar: FindBar, qtbot: QtBot) -> None:
    bar.open(replaces=True)
    switch(bar, "Match upper and lower case")
    qtbot.keyClicks(bar.line, "w")
    bar.by.setText("\U0001d6fcw")
    press(bar, "Replace")
    assert editor.text() == "\U0001d6fcw = W(w1)\nv = w + w\n"
    assert bar.count.text() == "2 of 4", "what was put there is not found again at once"
    bar.by.setFocus()
    qtbot.keyClick(bar.by, Qt.Key.Key_Return)
    assert editor.text() == "\U0001d6fcw = W(\U0001d6fcw1)\nv = w + w\n"


def test_all_places_are_replaced_as_one_step(editor: CodeEditor, bar: FindBar, qtbot: QtBot) -> None:
    edits: list[Edit] = []
    editor.edit_wanted.connect(edits.append)
    bar.open(replaces=True)
    switch(bar, "Whole words only")
    switch(bar, "Regular expression")
    qtbot.keyClicks(bar.line, "(v|w)")
    qtbot.keyClicks(bar.by, r"a_\1")
    press(bar, "Replace all")
    assert editor.text() == "a_w = a_W(w1)\na_v = a_w + a_w\n"
    assert [edit.name for edit in edits] == ["Replace all (v|w)"]
    assert bar.count.text() == "5 replaced"


def test_places_follow_the_text_and_go_with_the_line(editor: CodeEditor, bar: FindBar, qtbot: QtBot) -> None:
    bar.open()
    qtbot.keyClicks(bar.line, "w1")
    assert len(editor.found) == 1
    editor.insertPlainText("w1 w1 ")
    qtbot.waitUntil(lambda: len(editor.found) == 2)
    qtbot.keyClick(bar.line, Qt.Key.Key_Escape)
    assert editor.found == ()
    assert not bar.isVisible()


def test_the_selected_words_are_looked_for(editor: CodeEditor, bar: FindBar) -> None:
    editor.selectAll()
    bar.open()
    assert bar.wanted() == "", "several lines are no words"
    cursor = editor.textCursor()
    cursor.setPosition(6)
    cursor.setPosition(8, cursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    bar.open()
    assert bar.wanted() == "w1"


def test_only_finding_has_one_line(bar: FindBar) -> None:
    bar.open()
    assert not bar.by.isVisible()
    one = bar.height()
    bar.open(replaces=True)
    assert bar.by.isVisible()
    assert bar.height() > one


def test_going_on_without_the_line_marks_nothing(editor: CodeEditor, bar: FindBar, qtbot: QtBot) -> None:
    bar.open()
    qtbot.keyClicks(bar.line, "w1")
    bar.shut()
    bar.step(1)
    assert chosen(editor) == (6, 8)
    assert editor.found == ()
