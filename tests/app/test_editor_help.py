"""What the editor shows of the code: completions, the call at the cursor, values under the pointer, passes, fixes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.editor.gutter import ARROW, RIGHT
from gradstudio.app.editor.places import cursor_over, place_of
from gradstudio.app.main_window import MainWindow
from gradstudio.app.panels.problems import Problems
from gradstudio.app.theme import colors
from gradstudio.language.complete import completions, help_at

Key = Qt.Key
Typed = Callable[[str], None]
LOOP = """\
import gradstudio as gs
w = gs.Variable(2.0)
with gs.GradientTape() as t:
    h = gs.constant(1.0)
    for k in range(12):
        h = h * w
    loss = h + 1.0
g = t.gradient(loss, w)
"""
INTEGER = """\
import gradstudio as gs
x = gs.Variable(3)
with gs.GradientTape() as t:
    y = x * x
g = t.gradient(y, x)
"""


@pytest.fixture
def editor(application: QApplication, qtbot: QtBot) -> CodeEditor:
    made = CodeEditor(colors("light"), completions, help_at)
    qtbot.addWidget(made)
    made.resize(432, 400)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def point_of(editor: CodeEditor, line: int, column: int) -> QPoint:
    cursor = cursor_over(editor.document(), (line, column, line, column + 1))
    assert cursor is not None
    cursor.setPosition(cursor.selectionStart())
    return editor.cursorRect(cursor).center() + QPoint(3, 0)


def move_to(editor: CodeEditor, line: int, column: int) -> None:
    point = QPointF(point_of(editor, line, column))
    none = Qt.MouseButton.NoButton
    everywhere = QPointF(editor.viewport().mapToGlobal(point.toPoint()))
    editor.mouseMoveEvent(
        QMouseEvent(QEvent.Type.MouseMove, point, everywhere, none, none, Qt.KeyboardModifier.NoModifier)
    )


# completion


def test_what_is_said_of_the_chosen_word_stands_below_the_list(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "gs.softm")
    qtbot.waitUntil(editor.completions.isVisible)
    assert editor.completions.said() == (
        "softmax(x, axis=-1)\nExponentials divided by their sum along axis, safe for large inputs."
    )
    qtbot.keyClick(editor, Key.Key_Down)
    assert editor.completions.said().startswith("softmax_cross_entropy(")


def test_the_list_stays_inside_the_editor(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.load("\n" * 16)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(editor, "gs.conv")
    qtbot.waitUntil(editor.completions.isVisible)
    for _ in range(12):
        qtbot.keyClick(editor, Key.Key_Down)
        assert editor.rect().contains(editor.completions.geometry())
        assert not editor.completions.geometry().contains(
            editor.viewport().mapTo(editor, editor.cursorRect().center())
        ), "what is typed stays in view"


def test_a_parameter_is_taken_with_its_sign(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "y = gs.sum(x, ax")
    qtbot.waitUntil(lambda: editor.completions.isVisible() and editor.completions.word() == "axis=")
    qtbot.keyClick(editor, Key.Key_Tab)
    assert editor.text() == "y = gs.sum(x, axis=)"


# the call at the cursor


def test_the_call_is_shown_from_its_bracket_on_with_the_present_parameter(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "y = gs.sum(")
    qtbot.waitUntil(editor.signature.isVisible)
    assert editor.signature.said() == "sum(*x*, axis=None, keepdims=False, dtype=None)"
    qtbot.keyClicks(editor, "x, ")
    qtbot.waitUntil(lambda: "*axis=None*" in editor.signature.said())
    qtbot.keyClicks(editor, "keepdims=")
    qtbot.waitUntil(lambda: "*keepdims=False*" in editor.signature.said())
    qtbot.keyClicks(editor, "1)")
    qtbot.waitUntil(lambda: not editor.signature.isVisible())


def test_escape_closes_it_until_it_is_asked_for(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "gs.exp(")
    qtbot.waitUntil(editor.signature.isVisible)
    editor.completions.hide()
    qtbot.keyClick(editor, Key.Key_Escape)
    assert not editor.signature.isVisible()
    qtbot.keyClicks(editor, "2")
    assert not editor.signature.isVisible()
    editor.show_signature()
    assert editor.signature.isVisible()


def test_a_long_signature_is_wrapped_within_the_editor(editor: CodeEditor) -> None:
    editor.load("gs.matmul(")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.show_signature()
    assert editor.rect().contains(editor.signature.geometry())
    assert len(editor.signature._lines) > 1
    assert editor.signature.said().replace("    ", "").startswith("matmul(*x*, y, ")


# values under the pointer


def test_the_card_says_value_and_gradient_in_the_pass_that_is_shown(
    window: MainWindow, type_text: Typed, qtbot: QtBot
) -> None:
    type_text(LOOP)
    editor = window.editor
    move_to(editor, 6, 8)
    editor.hovering.show()
    card = editor.hovering.card
    assert card is not None
    assert card.isVisible()
    assert card.said()[:2] == ["h", "pass 12 of 12"]
    assert "value 4096" in card.said()
    assert "gradient +1.000" in card.said()
    assert window.rect().contains(card.geometry())
    move_to(editor, 6, 14)
    assert not card.isVisible(), "another expression"
    editor.hovering.show()
    assert card.said()[0] == "h * w"
    qtbot.keyClick(editor, Key.Key_Left)
    assert not card.isVisible()


def test_the_card_comes_by_itself_when_the_pointer_rests(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text("x = 2.0\ny = x * x\n")
    move_to(window.editor, 2, 0)
    qtbot.waitUntil(lambda: window.editor.hovering.card is not None and window.editor.hovering.card.isVisible())
    move_to(window.editor, 1, 2)
    qtbot.waitUntil(lambda: not window.editor.hovering.card.isVisible())  # type: ignore[union-attr]


def test_of_a_text_that_was_not_run_nothing_is_said(window: MainWindow, type_text: Typed) -> None:
    type_text("x = 2.0\ny = x * x\n")
    window.set_live(False)
    window.editor.moveCursor(QTextCursor.MoveOperation.Start)
    window.editor.insertPlainText("# above\n")
    move_to(window.editor, 3, 0)
    window.editor.hovering.show()
    assert window.editor.hovering.card is None


# passes


def test_the_gutter_and_the_box_show_the_same_pass(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(LOOP)
    editor = window.editor
    assert (editor.marks[5].turn, editor.marks[5].turns) == (12, 12)
    y = 6 + 4 * 20 + 10
    qtbot.mouseClick(editor.right, Qt.MouseButton.LeftButton, pos=QPoint(ARROW // 2, y))
    qtbot.mouseClick(editor.right, Qt.MouseButton.LeftButton, pos=QPoint(ARROW // 2, y))
    qtbot.waitUntil(lambda: editor.marks[5].turn == 10)
    view = window.view
    assert view is not None
    (fold,) = view.graph.folds
    assert fold.first + fold.chosen == 10
    assert editor.marks[6].value == "1024"
    qtbot.mouseClick(editor.right, Qt.MouseButton.LeftButton, pos=QPoint(RIGHT - ARROW // 2, y))
    qtbot.waitUntil(lambda: editor.marks[5].turn == 11)


def test_the_box_moves_the_gutter_along(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(LOOP)
    view = window.view
    assert view is not None
    window.session.runs.choose_pass(view.graph.folds[0].id, 3)
    qtbot.waitUntil(lambda: window.editor.marks[5].turn == 3)
    assert window.editor.marks[6].value == "8.000"


def test_keys_and_the_wheel_step_too(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(LOOP)
    editor = window.editor
    editor.go_to((6, 8, 6, 8))
    window.refresh_actions()
    assert window.actions_by_id["previous-turn"].isEnabled()
    window.actions_by_id["previous-turn"].trigger()
    qtbot.waitUntil(lambda: editor.marks[5].turn == 11)
    place = QPointF(30, 6 + 4 * 20 + 10)
    editor.right.wheelEvent(
        QWheelEvent(
            place, place, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )
    )  # fmt: skip
    qtbot.waitUntil(lambda: editor.marks[5].turn == 10)


def test_an_open_pass_gives_way(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(LOOP)
    view = window.view
    assert view is not None
    stack = view.graph.folds[0].id
    window.canvas.pass_opened.emit(stack, 5)
    qtbot.waitUntil(lambda: (5 in window.editor.marks and window.editor.marks[5].turn == 5) or _turn(window) == 5)
    window.presenter.passes.step(_loop_line(window), 1)
    qtbot.waitUntil(lambda: _turn(window) == 6)
    view = window.view
    assert view is not None
    assert [frame.number for frame in view.graph.frames if frame.stack] == [6]


def _loop_line(window: MainWindow) -> int:
    """The header that keeps the open pass moves the lines."""
    return window.session.document.text.split("\n").index("    for k in range(12):") + 1


def _turn(window: MainWindow) -> int:
    mark = window.editor.marks.get(_loop_line(window))
    return mark.turn if mark is not None else 0


def test_a_training_loop_steps_through_its_sweeps(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(
        "import gradstudio as gs\nw = gs.Variable(1.0)\nfor k in range(4):\n    with gs.GradientTape() as t:\n"
        "        y = w * w\n    g = t.gradient(y, w)\n    w.assign_add(1.0)\n"
    )
    assert (window.editor.marks[3].turn, window.editor.marks[3].turns) == (4, 4)
    window.presenter.passes.step(3, -2)
    qtbot.waitUntil(lambda: window.editor.marks[3].turn == 2)
    assert window.view is not None
    assert window.view.sweep == 1
    assert window.editor.marks[5].value == "4.000"


# fixes


def test_a_fix_shows_its_lines_and_enter_applies_it(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(INTEGER)
    editor = window.editor
    qtbot.waitUntil(lambda: editor.fixing.lines() == {5})
    window.refresh_actions()
    assert window.actions_by_id["fix"].isEnabled()
    window.actions_by_id["fix"].trigger()
    assert editor.fixing.is_open()
    assert editor.fixing.tip is not None
    assert editor.fixing.tip.said()[1:] == [
        "Write 3.0", "- x = gs.Variable(3)", "+ x = gs.Variable(3.0)", "Enter applies, Esc leaves",
    ]  # fmt: skip
    assert editor.text() == INTEGER, "shown first"
    qtbot.keyClick(editor, Key.Key_Return)
    assert editor.text() == INTEGER.replace("(3)", "(3.0)")
    assert window.session.document.text == editor.text()
    editor.undo()
    assert editor.text() == INTEGER


def test_escape_leaves_the_text_as_it_is(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(INTEGER)
    window.editor.fixing.open_at_cursor()
    assert window.editor.fixing.is_open()
    qtbot.keyClick(window.editor, Key.Key_Escape)
    assert not window.editor.fixing.is_open()
    assert window.editor.text() == INTEGER


def test_a_key_of_the_text_closes_the_tip_and_is_typed(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(INTEGER)
    window.editor.fixing.open_at_cursor()
    qtbot.keyClicks(window.editor, "b")
    assert not window.editor.fixing.is_open()
    assert "b" + INTEGER.split("\n")[4][4:] in window.editor.text()


def test_under_the_pointer_only_the_button_applies(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(INTEGER)
    editor = window.editor
    assert editor.fixing.hover((5, 4, 5, 20))
    assert not editor.fixing.is_open()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, Key.Key_Return)
    assert "Variable(3)" in editor.text()
    editor.undo()
    qtbot.waitUntil(lambda: bool(editor.fixing.fixes))
    assert editor.fixing.hover((5, 4, 5, 20))
    assert editor.fixing.tip is not None
    editor.fixing.tip.button.click()
    assert "Variable(3.0)" in editor.text()


def test_a_bulb_stands_at_the_line_and_opens_the_fix(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(INTEGER)
    qtbot.waitUntil(lambda: window.editor.fixing.lines() == {5})
    qtbot.mouseClick(window.editor.numbers, Qt.MouseButton.LeftButton, pos=QPoint(10, 6 + 4 * 20 + 10))
    assert window.editor.fixing.is_open()


def test_the_problems_offer_it_too(window: MainWindow, type_text: Typed) -> None:
    type_text(INTEGER)
    (problems,) = [panel for panel in window.panels if isinstance(panel, Problems)]
    model = problems.model
    column = model.columnCount() - 1
    assert model.data(model.index(0, column), Qt.ItemDataRole.DisplayRole) == "Fix: write 3.0"
    problems._on_chosen(model.index(0, column))
    assert window.editor.fixing.is_open()
    assert place_of(window.editor.textCursor()) == (5, 4)


def test_where_no_fix_is_known_a_line_says_so(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text("x = 1.0 / 0\n")
    with qtbot.waitSignal(window.editor.refused) as signal:
        window.editor.fixing.open_at_cursor()
    assert signal.args == ["No fix is known for what is wrong here."]
