"""Typing code: brackets and quotes that close, Home and Enter, and what is done with whole lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.editor import typing
from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.main_window import MainWindow
from gradstudio.app.theme import colors

Key = Qt.Key
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editor(application: QApplication, qtbot: QtBot) -> CodeEditor:
    made = CodeEditor(colors("light"))
    qtbot.addWidget(made)
    made.resize(432, 400)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def put(editor: CodeEditor, marked: str) -> None:
    """Load a text; the cursor goes to |, or selects from [| to |]."""
    first = marked.index("|")
    text = marked.replace("|", "")
    editor.load(text)
    cursor = editor.textCursor()
    cursor.setPosition(first)
    if marked.count("|") == 2:
        cursor.setPosition(marked.rindex("|") - 1, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def shown(editor: CodeEditor) -> str:
    """The text with | where the cursor is, and at both ends of a selection."""
    text, cursor = editor.text(), editor.textCursor()
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    if start != end:
        text = text[:end] + "|" + text[end:]
    return text[:start] + "|" + text[start:]


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("|", "f(", "f(|)"),
        ("|", "f(a)", "f(a)|"),
        ("|", "f(g(a), [b])", "f(g(a), [b])|"),
        ("|", "x = 'a'", "x = 'a'|"),
        ("|", 'f"{x}"', 'f"{x}"|'),
        ("|", '"""', '"""|"""'),
        ("|", "# it's (", "# it's (|"),
        ("x = |y", "(", "x = (|y"),
        ("f(|)", ")", "f()|"),
        ("f((|)", ")", "f(()|)"),
        ("x = |", "don't", "x = don't|"),
        ("'it|'", "\\'", "'it\\'|'"),
        ("f(|a + b|)", "(", "f((|a + b|))"),
        ("|a|", '"', '"|a|"'),
        ("|a|", "x", "x|"),
    ],
)
def test_brackets_and_quotes_close_themselves_and_are_typed_over(
    editor: CodeEditor, qtbot: QtBot, before: str, keys: str, after: str
) -> None:
    put(editor, before)
    qtbot.keyClicks(editor, keys)

    assert shown(editor) == after


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("f(|)", Key.Key_Backspace, "f|"),
        ("x = '|'", Key.Key_Backspace, "x = |"),
        ("f(a|)", Key.Key_Backspace, "f(|)"),
        ("        |x", Key.Key_Backspace, "    |x"),
        ("      |x", Key.Key_Backspace, "     |x"),
        ("    x = 1|", Key.Key_Home, "    |x = 1"),
        ("    |x = 1", Key.Key_Home, "|    x = 1"),
        ("|    x = 1", Key.Key_Home, "    |x = 1"),
        ("f(|)", Key.Key_Return, "f(\n    |\n)"),
        ("    x = [|]", Key.Key_Return, "    x = [\n        |\n    ]"),
        ("f(|a)", Key.Key_Return, "f(\n    |a)"),
        ("for i in x:|", Key.Key_Return, "for i in x:\n    |"),
        ("x = |1|", Key.Key_Return, "x = \n|"),
    ],
)
def test_keys_know_where_they_are_pressed(
    editor: CodeEditor, qtbot: QtBot, before: str, key: Qt.Key, after: str
) -> None:
    put(editor, before)
    qtbot.keyClick(editor, key)

    assert shown(editor) == after


def test_shift_and_home_select_to_the_code(editor: CodeEditor, qtbot: QtBot) -> None:
    put(editor, "    x = 1|")
    qtbot.keyClick(editor, Key.Key_Home, _SHIFT)

    assert shown(editor) == "    |x = 1|"


def test_what_closed_itself_is_undone_with_what_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.editor, "x = f(a)")
    assert window.session.document.text == "x = f(a)"
    while window.session.history.at:
        window.editor.undo()
        assert window.session.document.text == window.editor.text()
    assert window.editor.text() == ""


def _duplicate(editor: CodeEditor) -> None:
    editor.lines.duplicate()


def _up(editor: CodeEditor) -> None:
    editor.lines.move(-1)


def _down(editor: CodeEditor) -> None:
    editor.lines.move(1)


def _delete(editor: CodeEditor) -> None:
    editor.lines.delete()


def _indent(editor: CodeEditor) -> None:
    editor.lines.indent()


def _dedent(editor: CodeEditor) -> None:
    editor.lines.dedent()


@pytest.mark.parametrize(
    ("before", "do", "after"),
    [
        ("a|b\nc\n", _duplicate, "ab\na|b\nc\n"),
        ("a\nb|", _duplicate, "a\nb\nb|"),
        ("|a\nb|\nc", _duplicate, "a\nb\n|a\nb|\nc"),
        ("a\nb|b\nc", _up, "b|b\na\nc"),
        ("a\nb|b\nc", _down, "a\nc\nb|b"),
        ("a|\nb", _up, "a|\nb"),
        ("a\nb|", _down, "a\nb|"),
        ("a\n|b\nc|\nd", _down, "a\nd\n|b\nc|"),
        ("a\n|b\nc|\nd", _up, "|b\nc|\na\nd"),
        ("a\nb|b\nccc", _delete, "a\nc|cc"),
        ("a\nb|b", _delete, "a|"),
        ("a|", _delete, "|"),
        ("|a\nb\n|c", _delete, "|c"),
        ("a|b", _indent, "    a|b"),
        ("    a|b", _dedent, "a|b"),
    ],
)
def test_whole_lines_go_on_stay_and_move(
    editor: CodeEditor, before: str, do: Callable[[CodeEditor], None], after: str
) -> None:
    put(editor, before)
    text = editor.text()
    changes: list[str] = []
    names: list[str] = []
    editor.edited.connect(changes.append)
    editor.edited.connect(lambda _: names.append(editor.changes.name))
    do(editor)
    assert shown(editor) == after
    assert changes == ([after.replace("|", "")] if editor.text() != text else []), "one step"
    assert all(names)


def test_wide_characters_stay_whole(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.load("\U0001d6fc\U0001d6fc\nb")
    editor.moveCursor(QTextCursor.MoveOperation.EndOfBlock)
    qtbot.keyClicks(editor, "(")
    editor.lines.move(1)
    assert editor.text() == "b\n\U0001d6fc\U0001d6fc()"


@pytest.mark.parametrize(("line", "column", "home"), [("  x", 3, 2), ("  x", 2, 0), ("x", 1, 0), ("", 0, 0)])
def test_home_goes_between_code_and_margin(line: str, column: int, home: int) -> None:
    assert typing.home_column(line, column) == home
