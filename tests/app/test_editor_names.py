"""Names in the editor: marked where they stand, followed to their definition, renamed in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.editor.places import cursor_over, place_of
from gradstudio.app.main_window import MainWindow
from gradstudio.app.theme import colors
from gradstudio.studio.edits.edit import Edit

TEXT = "w = 1.0\ndef f(x):\n    return x * w\ny = f(w) + exp(w)\n"
_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def editor(application: QApplication, qtbot: QtBot) -> CodeEditor:
    made = CodeEditor(colors("light"))
    made.edit_wanted.connect(lambda edit: made.replace_all(edit.text))
    qtbot.addWidget(made)
    made.resize(432, 400)
    made.show()
    qtbot.waitExposed(made)
    made.load(TEXT)
    made.setFocus()
    return made


def marked(editor: CodeEditor, surface: str = "") -> list[tuple[int, int]]:
    """Where something is marked as the name at the cursor is, or in another colour."""
    ground = QColor(surface or editor.colors.hover)
    found = []
    for selection in editor.extraSelections():
        if selection.format.background().color() == ground:
            cursor = selection.cursor
            cursor.setPosition(cursor.selectionStart())
            found.append(place_of(cursor))
    return found


def point_of(editor: CodeEditor, line: int, column: int) -> QPoint:
    cursor = cursor_over(editor.document(), (line, column, line, column + 1))
    assert cursor is not None
    cursor.setPosition(cursor.selectionStart())
    return editor.cursorRect(cursor).center() + QPoint(3, 0)


def test_every_place_of_the_name_at_the_cursor_is_marked(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to((3, 15, 3, 15))
    qtbot.waitUntil(lambda: marked(editor) == [(1, 0), (3, 15), (4, 6), (4, 15)])
    editor.go_to((3, 11, 3, 11))
    qtbot.waitUntil(lambda: marked(editor) == [(2, 6), (3, 11)])


def test_marks_go_when_the_text_changes(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to((1, 0, 1, 0))
    editor.names.mark()
    assert marked(editor)
    qtbot.keyClicks(editor, "a")
    assert marked(editor) == []


def test_the_definition_is_gone_to(editor: CodeEditor) -> None:
    editor.go_to((4, 4, 4, 4))
    editor.names.go_to_definition()
    assert place_of(editor.textCursor()) == (2, 4)
    editor.go_to((3, 11, 3, 11))
    editor.names.go_to_definition()
    assert place_of(editor.textCursor()) == (2, 6)


def test_where_no_line_defines_it_a_line_says_so(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to((4, 12, 4, 12))
    with qtbot.waitSignal(editor.refused) as signal:
        editor.names.go_to_definition()
    assert signal.args == ["exp is an operation of the library: no line of this text defines it."]
    assert place_of(editor.textCursor()) == (4, 12)


def test_control_and_a_click_follow_a_name(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, _CONTROL, point_of(editor, 4, 4))
    assert place_of(editor.textCursor()) == (2, 4)


def test_a_click_without_it_only_puts_the_cursor_there(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=point_of(editor, 4, 4))
    assert place_of(editor.textCursor()) == (4, 4)


def test_a_name_is_renamed_everywhere_in_one_step(editor: CodeEditor, qtbot: QtBot) -> None:
    edits: list[Edit] = []
    editor.edit_wanted.connect(edits.append)
    editor.go_to((3, 15, 3, 15))
    editor.rename.open()
    assert editor.rename.field.text() == "w"
    assert editor.rename.said.text() == "Enter renames 4 places in 3 lines, Esc leaves"
    assert marked(editor, editor.colors.selected) == [(1, 0), (3, 15), (4, 6), (4, 15)]
    qtbot.keyClicks(editor.rename.field, "weights")
    qtbot.keyClick(editor.rename.field, Qt.Key.Key_Return)
    assert editor.text() == "weights = 1.0\ndef f(x):\n    return x * weights\ny = f(weights) + exp(weights)\n"
    assert [edit.name for edit in edits] == ["Rename w to weights"]
    assert place_of(editor.textCursor()) == (3, 15)
    assert not editor.rename.isVisible()


def test_why_a_name_cannot_be_is_said_at_the_field(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to((1, 0, 1, 0))
    editor.rename.open()
    qtbot.keyClicks(editor.rename.field, "x")
    assert editor.rename.said.text() == "In line 3 `x` would mean another variable: it is a parameter in line 2"
    qtbot.keyClick(editor.rename.field, Qt.Key.Key_Return)
    assert editor.rename.isVisible()
    assert editor.text() == TEXT
    qtbot.keyClick(editor.rename.field, Qt.Key.Key_Escape)
    assert not editor.rename.isVisible()
    assert editor.hasFocus()
    assert editor.text() == TEXT


def test_what_is_no_name_of_the_program_is_not_renamed(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to((4, 12, 4, 12))
    with qtbot.waitSignal(editor.refused) as signal:
        editor.rename.open()
    assert signal.args == ["`exp` is an operation, so it cannot be renamed."]
    assert not editor.rename.isVisible()


def test_the_window_renames_by_its_key(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.insertPlainText(TEXT)
    window.editor.go_to((1, 0, 1, 0))
    window.actions_by_id["rename"].trigger()
    qtbot.keyClicks(window.editor.rename.field, "v")
    qtbot.keyClick(window.editor.rename.field, Qt.Key.Key_Return)
    assert window.session.document.text.startswith("v = 1.0\n")
    window.editor.undo()
    assert window.session.document.text == TEXT


def test_of_very_many_places_the_nearest_are_marked(editor: CodeEditor) -> None:
    editor.load("w = 1.0\n" + "y = w\n" * 2000)
    editor.go_to((1000, 4, 1000, 4))
    editor.names.mark()
    lines = [span[0] for span in editor.names.spans]
    assert len(lines) == 500
    assert (min(lines), max(lines)) == (750, 1249) or (min(lines), max(lines)) == (751, 1250)


def test_while_a_name_is_typed_its_lines_show_it(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to((1, 0, 1, 0))
    editor.rename.open()
    assert editor.rename.preview() == ((), "")
    before = editor.viewport().grab().toImage()
    qtbot.keyClicks(editor.rename.field, "ww")
    assert editor.rename.preview() == (((1, 0, 1, 1), (3, 15, 3, 16), (4, 6, 4, 7), (4, 15, 4, 16)), "ww")
    after = editor.viewport().grab().toImage()
    line = slice(66, 82)  # the fourth, below the field
    assert _rows(before, line) != _rows(after, line)
    assert editor.text() == TEXT
    editor.rename.field.setText("for")
    assert editor.rename.preview() == ((), "")
    assert _rows(editor.viewport().grab().toImage(), line) == _rows(before, line)
    editor.rename.leave()


def _rows(image: QImage, rows: slice) -> list[int]:
    return [image.pixel(x, y) for y in range(rows.start, rows.stop) for x in range(image.width())]
