"""The Insert menu: small forms that show the line they will write, and write it on Enter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from gradstudio.app.controls import Segments
from gradstudio.app.inputs.form import Form
from gradstudio.app.main_window import MainWindow
from gradstudio.studio.edits.data_lines import RANDOM

TAPE = "import gradstudio as gs\n\nx = gs.Variable(1.0)\nwith gs.GradientTape() as t:\n    y = x * x\n"
Type = Callable[[str], None]


def form(window: MainWindow, what: str) -> Form:
    window.actions_by_id[f"insert-{what}"].trigger()
    made = window.inputs.form
    assert made is not None
    assert made.isVisible()
    return made


def fill(made: Form, **answers: str) -> None:
    for name, answer in answers.items():
        field = made.fields[name]
        if isinstance(field, QLineEdit):
            field.setText(answer)
        elif isinstance(field, Segments):
            QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=field._rect(RANDOM.index(answer)).center())
        elif isinstance(field, QPlainTextEdit):
            field.setPlainText(answer)
        elif isinstance(field, QCheckBox):
            field.setChecked(bool(answer))


@pytest.mark.parametrize(
    ("what", "answers", "line"),
    [
        ("number", {"name": "k", "value": "0,5"}, "k = gs.Variable(0.5)"),
        ("number", {"name": "k", "value": "2", "variable": ""}, "k = 2.0"),
        ("array", {"name": "A", "values": "1 2\n3 4"}, "A = gs.Variable([[1.0, 2.0], [3.0, 4.0]])"),
        ("array", {"name": "v", "values": "1\t2\t3", "variable": ""}, "v = gs.constant([1.0, 2.0, 3.0])"),
        ("range", {"name": "t", "low": "-1", "high": "1", "count": "5"}, "t2 = gs.linspace(-1.0, 1.0, 5)"),
        ("random", {"name": "w", "shape": "3, 2", "seed": "7"}, "w = gs.Variable(gs.random.normal((3, 2), seed=7))"),
        (
            "random",
            {"name": "w", "shape": "4", "kind": "uniform", "first": "-1", "variable": ""},
            "w = gs.random.uniform((4,), minval=-1.0, seed=0)",
        ),
    ],
)
def test_a_form_writes_the_line_it_shows(
    window: MainWindow, type_text: Type, what: str, answers: dict[str, str], line: str
) -> None:
    type_text(TAPE)
    made = form(window, what)
    fill(made, **answers)
    assert made.preview.text() == line
    made.write()
    assert not made.isVisible()
    assert window.editor.text() == TAPE.replace("Variable(1.0)\n", f"Variable(1.0)\n{line}\n")
    assert window.editor.active_line() == 4


def test_enter_in_a_field_writes_and_escape_does_not(window: MainWindow) -> None:
    made = form(window, "number")
    QTest.keyClick(made.fields["value"], Qt.Key.Key_Escape)
    assert not made.isVisible()
    assert window.editor.text() == ""
    made = form(window, "number")
    QTest.keyClick(made.fields["name"], Qt.Key.Key_Return)
    assert window.editor.text() == "x = 1.0\n"
    made = form(window, "array")
    QTest.keyClick(made.fields["values"], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.editor.text() == "import gradstudio as gs\n\nx = 1.0\nA = gs.constant([[1.0, 2.0], [3.0, 4.0]])\n"


def test_what_cannot_be_written_is_said_while_it_is_typed(window: MainWindow, type_text: Type) -> None:
    type_text(TAPE)
    made = form(window, "random")
    for answers, why in (
        ({"shape": "a"}, "A shape is whole numbers"),
        ({"shape": "3", "second": "-1"}, "standard deviation"),
        ({"second": "1", "name": " "}, "needs a name"),
    ):
        fill(made, **answers)
        assert why in made.refusal.text()
        assert not made.button.isEnabled()
    made.write()
    assert window.editor.text() == TAPE
    fill(made, name="w")
    assert made.button.isEnabled()
    made.close()


def test_the_words_of_random_numbers_follow_their_kind(window: MainWindow) -> None:
    made = form(window, "random")
    assert [made.names[k].text() for k in ("first", "second")] == ["Mean", "Deviation"]
    fill(made, kind="uniform")
    assert [made.names[k].text() for k in ("first", "second")] == ["From", "To"]
    made.close()


def test_a_text_with_an_error_takes_no_line(window: MainWindow, type_text: Type) -> None:
    type_text("x = (\n")
    made = form(window, "number")
    assert "Line 1 has an error" in made.refusal.text()
    made.close()


def test_too_many_numbers_for_the_text_become_a_file(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "a.grad").write_text("x = 0.5\n")
    assert window.files.show(tmp_path / "a.grad")
    made = form(window, "array")
    fill(made, name="big", values="\n".join(["1\t2"] * 6000))
    assert made.preview.text().startswith('big = gs.load("big.npy")\n# 12,000 numbers')
    made.write()
    wanted = 'import gradstudio as gs\n\nx = 0.5\nbig = gs.load("big.npy")\n'
    qtbot.waitUntil(lambda: window.editor.text() == wanted)
    assert np.load(tmp_path / "big.npy").shape == (6000, 2)
