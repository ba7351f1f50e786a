"""Long and nasty texts: colours, names, inputs and output come in pieces, or not at all, with a line that says so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.editor.hidden import hidden_said
from gradstudio.app.main_window import MainWindow
from gradstudio.app.panels.console import LINES, Console
from gradstudio.app.theme import colors
from gradstudio.language.complete import completions, help_at
from gradstudio.language.parsing import LIVE_TOKENS
from gradstudio.studio.edits import program
from gradstudio.studio.edits.edit import Refused


@pytest.fixture
def editor(application: QApplication, qtbot: QtBot) -> CodeEditor:
    made = CodeEditor(colors("light"), completions, help_at)
    qtbot.addWidget(made)
    made.resize(432, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def _colored(editor: CodeEditor, line: int) -> list[tuple[int, int]]:
    formats = editor.document().findBlockByNumber(line).layout().formats()
    return [(stretch.start, stretch.length) for stretch in formats]


def test_a_long_text_has_its_colours_in_pieces(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.load("x = 1\n" * 2000)
    assert _colored(editor, 0) == [(4, 1)]
    assert _colored(editor, 1999) == []
    qtbot.waitUntil(lambda: editor.highlighter.is_done)
    assert _colored(editor, 1999) == [(4, 1)]


def test_quotes_that_are_opened_colour_everything_below_them(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.load("x = 1\n" * 1500)
    qtbot.waitUntil(lambda: editor.highlighter.is_done)
    editor.insertPlainText("'''")
    assert _colored(editor, 0) == [(0, 8)]
    qtbot.waitUntil(lambda: editor.highlighter.is_done)
    assert _colored(editor, 1499) == [(0, 5)]
    editor.insertPlainText("'''")
    editor.insertPlainText("\n")  # while the rest still waits
    qtbot.waitUntil(lambda: editor.highlighter.is_done)
    assert _colored(editor, 1500) == [(4, 1)]


def test_names_of_a_long_text_are_marked_once_they_are_known(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.load("name = 1\n" + "# more\n" * 2000 + "y = name\n")
    qtbot.waitUntil(lambda: len(editor.names.spans) == 2)


def test_hidden_characters_have_a_flag_and_a_name(editor: CodeEditor) -> None:
    editor.load("\nab\u202ecd\n")
    line = editor.document().findBlockByNumber(1)
    top = round(editor.blockBoundingGeometry(line).translated(editor.contentOffset()).top())
    image = editor.viewport().grab().toImage()
    red = QColor(colors("light").error).rgb()
    assert any(image.pixel(x, top + 12) == red for x in range(10, 40))
    assert "RIGHT-TO-LEFT OVERRIDE" in hidden_said(editor, QPoint(15, top + 10))
    assert hidden_said(editor, QPoint(2, top - 5)) == ""


def test_much_output_is_shown_in_pieces(window: MainWindow, qtbot: QtBot) -> None:
    console = next(panel for panel in window.panels if isinstance(panel, Console))
    console.append("".join(f"{k}\n" for k in range(20_000)))
    shown = console.findChild(type(console._text)).toPlainText()
    assert "\n100\n" in shown
    assert "19999" not in shown
    assert console.text().endswith("19999\n")
    assert console.text().count("\n") == LINES - 1


def test_a_text_too_long_for_sliders_says_so(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.insertPlainText("x = 0.5\n")
    window.inputs.panel.settle()
    assert len(window.inputs.panel.rows) == 1
    window.session.new()
    window.editor.insertPlainText("x = 0.5\n" + "1,\n" * (LIVE_TOKENS // 2))
    qtbot.waitUntil(lambda: "too many for sliders" in window.inputs.panel._note.text())
    assert not window.inputs.panel.rows


def test_why_a_text_has_no_program_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    check = program.check
    monkeypatch.setattr(program, "check", lambda *args: asked.append(args) or check(*args))
    for _ in range(3):
        with pytest.raises(Refused, match="has an error"):
            program.program_of("x = (  # nobody closes it")
    assert len(asked) == 1
