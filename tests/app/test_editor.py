"""The editor: text kept as it is, keys that indent and comment, completion, underlines, colours."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QColor, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gradstudio.app.editor import typing
from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.editor.gutter import Mark
from gradstudio.app.theme import colors
from gradstudio.language.complete import completions, help_at
from gradstudio.language.limits import LINE_CHARACTERS


@pytest.fixture
def editor(application: QApplication, qtbot: QtBot) -> CodeEditor:
    made = CodeEditor(colors("light"), completions, help_at)
    qtbot.addWidget(made)
    made.resize(432, 400)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def _end(editor: CodeEditor) -> None:
    editor.moveCursor(QTextCursor.MoveOperation.End)


@pytest.mark.parametrize("text", ["", "a\n", "a\u00a0b\n\n", "x = '\u2028'\n", "\tα = 1  \n", "# \U0001d6fc\n", "\f\n"])
def test_text_comes_back_as_it_was_loaded(editor: CodeEditor, text: str) -> None:
    editor.load(text)
    assert editor.text() == text


def test_loading_is_no_edit(editor: CodeEditor, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(editor.edited):
        editor.load("x = 1\n")


def test_replacing_the_text_touches_only_what_differs(editor: CodeEditor) -> None:
    editor.load("a = '\U0001d6fc'\nx = 1\ny = 2\nz = 3\n")
    cursor = editor.textCursor()
    cursor.setPosition(editor.document().findBlockByNumber(2).position() + 2)
    editor.setTextCursor(cursor)
    editor.replace_all("a = '\U0001d6fc'\nlonger = 1\ny = 2\nz = 30\n")
    assert editor.text() == "a = '\U0001d6fc'\nlonger = 1\ny = 2\nz = 30\n"
    assert editor.textCursor().positionInBlock() == 2
    assert editor.active_line() == 3


def test_lines_are_twenty_pixels(editor: CodeEditor) -> None:
    editor.load("a\nb\nc\n")
    lines = list(editor.visible_lines())
    assert [height for _, _, height in lines] == [20.0] * 4
    assert [top for _, top, _ in lines] == [6.0, 26.0, 46.0, 66.0]
    assert editor.line_at(30) == 2
    assert editor.viewport().x() == 48


def test_return_keeps_and_deepens_the_indentation(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "for i in range(3):")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "x = i")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text() == "for i in range(3):\n    x = i\n    "
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert editor.text() == "for i in range(3):\n    x = i\n"


def test_tab_and_back_move_the_selected_lines(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.load("a\n\nb\n")
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text() == "    a\n\n    b\n"
    qtbot.keyClick(editor, Qt.Key.Key_Backtab)
    assert editor.text() == "a\n\nb\n"


def test_a_tab_goes_to_the_next_stop(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "ab")
    editor.completions.hide()
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text() == "ab  "


def test_comments_go_on_and_off_in_one_step(editor: CodeEditor) -> None:
    editor.load("if x:\n    y = 1\n")
    told: list[str] = []
    editor.edited.connect(lambda _text: told.append(editor.changes.name))
    editor.selectAll()
    editor.lines.toggle_comment()
    assert editor.text() == "# if x:\n#     y = 1\n"
    editor.lines.toggle_comment()
    assert editor.text() == "if x:\n    y = 1\n"
    assert told == ["Comment or uncomment"] * 2


@pytest.mark.parametrize(
    ("before", "indent"),
    [
        ("x = 1", ""),
        ("def f(x):", "    "),
        ("    if x:  # why: because", "        "),
        ("    return x", ""),
        ("y = f(", "    "),
        ("s = '# not a comment:'", ""),
    ],
)
def test_the_next_line_is_indented_as_code_goes_on(before: str, indent: str) -> None:
    assert typing.next_indent(before) == indent


def test_brackets_find_their_partner() -> None:
    text = "f(a[0], (b))"
    assert typing.partner(text, 1) == 11
    assert typing.partner(text, 11) == 1
    assert typing.partner(text, 3) == 5
    assert typing.partner("(", 0) == -1
    assert typing.partner("x", 0) == -1
    assert typing.partner("(" * 100_000, 0) == -1


def test_words_are_completed_with_their_signature(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "so")
    qtbot.waitUntil(editor.completions.isVisible)
    words = [item.word for item in editor.completions.items]
    assert "softplus" in words
    while editor.completions.word() != "softplus":
        qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text() == "softplus"
    assert not editor.completions.isVisible()


def test_one_letter_proposes_nothing_until_asked(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "s")
    qtbot.wait(30)
    assert not editor.completions.isVisible()
    editor.complete()
    assert editor.completions.isVisible()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.completions.isVisible()
    assert editor.text() == "s"


def test_nothing_is_proposed_in_a_comment(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "# so")
    qtbot.wait(30)
    assert not editor.completions.isVisible()


def test_names_after_a_point_come_from_their_owner(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "gs.")
    qtbot.waitUntil(editor.completions.isVisible)
    assert "GradientTape" in completions_of("gs.Gr")
    qtbot.keyClicks(editor, "Gr")
    qtbot.waitUntil(lambda: editor.completions.word() == "GradientTape")


def completions_of(before: str) -> list[str]:
    return [item.word for item in completions(before, "")]


def _format_at(editor: CodeEditor, line: int, column: int) -> QColor | None:
    for part in editor.document().findBlockByNumber(line - 1).layout().formats():
        if part.start <= column < part.start + part.length:
            return part.format.foreground().color()
    return None


def test_code_is_coloured_by_kind(editor: CodeEditor) -> None:
    c = colors("light")
    editor.load('for i in range(3):  # why\n    s = "x" + """long\nstill 1 for # it\n""" + 2.5e-3 * β1\n')
    assert _format_at(editor, 1, 0) == QColor(c.keyword)
    assert _format_at(editor, 1, 9) == QColor(c.function)
    assert _format_at(editor, 1, 15) == QColor(c.number)
    assert _format_at(editor, 1, 20) == QColor(c.comment)
    assert _format_at(editor, 2, 8) == QColor(c.string)
    assert _format_at(editor, 3, 0) == _format_at(editor, 3, 12) == QColor(c.string), "a string over lines"
    assert _format_at(editor, 4, 7) == QColor(c.number)
    assert _format_at(editor, 4, 17) is None, "a digit in a name is no number"
    editor.set_colors(colors("dark"))
    assert _format_at(editor, 1, 0) == QColor(colors("dark").keyword)


def test_wide_characters_do_not_shift_the_colours(editor: CodeEditor) -> None:
    editor.load("x = '\U0001d6fc' + 12\n")
    assert _format_at(editor, 1, 11) == QColor(colors("light").number)
    assert _format_at(editor, 1, 10) is None


def test_problems_are_underlined_at_their_place_with_plain_tooltips(editor: CodeEditor) -> None:
    editor.load("x = 1\ny = '\U0001d6fc' / 0\n")
    editor.set_problems([((2, 4, 2, 11), "error", "<b>division</b> by zero")])
    waves = [s for s in editor.extraSelections() if s.format.underlineStyle() == s.format.UnderlineStyle.WaveUnderline]
    assert [wave.cursor.selectedText() for wave in waves] == ["'\U0001d6fc' / 0"]
    assert editor.error_lines == {2}
    QToolTip.hideText()


def test_a_place_at_the_end_of_a_line_or_beyond_the_text_is_no_error(editor: CodeEditor) -> None:
    editor.load("x = (\n")
    editor.set_problems([((1, 5, 1, 5), "error", "never closed"), ((9, 0, 9, 1), "error", "elsewhere")])
    waves = [s for s in editor.extraSelections() if s.format.underlineStyle() == s.format.UnderlineStyle.WaveUnderline]
    assert [wave.cursor.selectedText() for wave in waves] == ["("]


def test_marks_stand_beside_their_lines(editor: CodeEditor) -> None:
    editor.load("x = 1\n")
    empty = editor.right.grab().toImage().pixelColor(8, 16)
    editor.set_marks({1: Mark("9.000", "#D55E00")}, 0)
    assert editor.right.grab().toImage().pixelColor(8, 16) == QColor("#D55E00") != empty
    editor.set_stale(True)
    assert editor.right.grab().toImage().pixelColor(8, 16) != QColor("#D55E00"), "an old value looks old"


def test_a_value_is_left_out_where_code_needs_the_room(editor: CodeEditor) -> None:
    editor.load("x = 1\n")
    before = editor.viewport().grab().toImage()
    editor.set_marks({1: Mark("9.000")}, 0)
    assert editor.viewport().grab().toImage() != before
    editor.load("x = " + "1 + " * 20 + "1\n")
    before = editor.viewport().grab().toImage()
    editor.set_marks({1: Mark("9.000")}, 0)
    assert editor.viewport().grab().toImage() == before


def _paste(editor: CodeEditor, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    editor.insertFromMimeData(data)


def test_a_paste_that_no_program_could_be_is_refused_in_one_line(editor: CodeEditor, qtbot: QtBot) -> None:
    for text, words in (
        ("x" * (LINE_CHARACTERS + 1), "100,001 characters"),
        ("x\n" * (3 << 20), "4 MiB"),
        ("a\0b", "not text"),
    ):
        with qtbot.waitSignal(editor.refused) as caught:
            _paste(editor, text)
        assert words in caught.args[0]
        assert editor.text() == ""


def test_a_large_paste_does_not_freeze(editor: CodeEditor) -> None:
    began = time.perf_counter()
    _paste(editor, "y = sin(x) * 2.0  # a line\n" * 20_000)
    _paste(editor, "z = " + "1 + " * 20_000 + "1\n")
    editor.grab()
    assert time.perf_counter() - began < 10
    assert editor.blockCount() == 20_002


def test_copying_gives_plain_text_with_unix_lines(editor: CodeEditor) -> None:
    editor.load("a\nb\u00a0c\n")
    editor.selectAll()
    data = editor.createMimeDataFromSelection()
    assert data.text() == "a\nb\u00a0c\n"
    assert not data.hasHtml()


def test_bigger_text_keeps_its_proportions(editor: CodeEditor) -> None:
    editor.load("a\n")
    editor.set_text_size(24)
    assert next(iter(editor.visible_lines()))[2] == pytest.approx(40, abs=1)


def test_enter_never_replaces_what_was_typed(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.load("dy_dx = 1.0\n")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(editor, "y = dy")
    qtbot.waitUntil(editor.completions.isVisible)
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert editor.text() == "dy_dx = 1.0\ny = dy\n"
    assert not editor.completions.isVisible()


def test_enter_takes_a_proposal_that_was_moved_to(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.load("")
    qtbot.keyClicks(editor, "y = softp")
    qtbot.waitUntil(editor.completions.isVisible)
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert editor.text() == "y = softplus"


def test_a_line_feed_breaks_the_line(editor: CodeEditor) -> None:
    editor.load("x = 1.0")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    key = QKeyEvent(QEvent.Type.KeyPress, 10, Qt.KeyboardModifier.NoModifier, "\n")
    QApplication.sendEvent(editor, key)

    assert editor.text() == "x = 1.0\n"
