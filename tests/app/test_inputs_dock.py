"""The Inputs dock: turning a slider writes the number into the text, and the text moves the sliders."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gradstudio.app.inputs.form import Form
from gradstudio.app.inputs.panel import InputsPanel
from gradstudio.app.inputs.rows import ArrayRow, NumberRow
from gradstudio.app.inputs.slider import Slider
from gradstudio.app.main_window import MainWindow
from gradstudio.studio.input_ranges import Range, read_ranges

FORMULA = "rate = 0.8\nx = 2.0\ny = rate * x * x\n"
PROGRAM = """\
import gradstudio as gs

w = gs.Variable([[1.0, 2.0], [3.0, 4.0]])
steps = 3
with gs.GradientTape() as t:
    loss = 0.5 * gs.sum(w * w)
g = t.gradient(loss, w)
"""
Type = Callable[[str], None]


@pytest.fixture
def panel(window: MainWindow) -> InputsPanel:
    return window.inputs.panel


def typed(window: MainWindow, qtbot: QtBot, type_text: Type, text: str) -> None:
    type_text(text)
    qtbot.waitUntil(lambda: window.inputs.panel.inputs.text == text)


def number(panel: InputsPanel, row: int) -> NumberRow:
    found = panel.rows[row]
    assert isinstance(found, NumberRow)
    return found


def take(slider: Slider, position: float | None = None) -> QPoint:
    place = QPoint(round(slider._x(slider.position() if position is None else position)), 13)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    return place


def drag(slider: Slider, position: float) -> None:
    QTest.mouseMove(slider, QPoint(round(slider._x(position)), 13))


def let_go(slider: Slider) -> None:
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(0, 13))


def act(menu: QMenu, text: str) -> None:
    next(a for a in menu.actions() if a.text() == text).trigger()


def open_forms(window: MainWindow) -> list[Form]:
    return [form for form in window.findChildren(Form) if form.isVisible()]


def test_an_empty_text_says_how_inputs_come_to_be(panel: InputsPanel) -> None:
    assert panel.rows == []
    assert "drop a data file" in panel._note.text()
    assert panel._note.isVisible()


def test_every_number_has_a_row_with_its_gradient(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    assert [row.label.name for row in panel.rows] == ["rate", "x"]
    assert [number(panel, k).field.text() for k in (0, 1)] == ["0.8", "2.0"]
    assert [row.chip.text for row in panel.rows] == ["+4.000", "+3.200"]
    assert panel.rows[0].chip.toolTip() == "∂y/∂rate = +4.000"


def test_dragging_writes_the_number_and_shows_what_follows(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    slider = number(panel, 0).slider
    take(slider)
    for position in (0.6, 0.7, 0.75):
        drag(slider, position)
    let_go(slider)
    text = window.editor.text()
    assert text == FORMULA.replace("0.8", "1.2")
    assert number(panel, 0).field.text() == "1.2"
    qtbot.waitUntil(lambda: window.view is not None and window.view.text == text, timeout=15000)
    assert panel.rows[1].chip.text == "+4.800"  # d(rate x²)/dx = 2 rate x


def test_a_text_that_comes_back_never_moves_a_knob_in_the_hand(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    slider = number(panel, 0).slider
    take(slider)
    drag(slider, 1.0)
    qtbot.waitUntil(lambda: window.view is not None and window.view.text.startswith("rate = 1.6"), timeout=15000)
    before = slider.position()
    panel.inputs.set_text("rate = 0.1\n")
    panel._show()
    assert (slider.position(), slider.range) == (before, Range(0.0, 1.6, 0.01))
    let_go(slider)
    assert not slider.is_held


def test_a_click_on_the_track_goes_there_and_a_grip_beside_the_middle_does_not_jump(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    slider = number(panel, 0).slider
    place = QPoint(round(slider._x(0.5)) + 5, 13)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    let_go(slider)
    assert window.editor.text() == FORMULA
    take(slider, 0.25)
    let_go(slider)
    assert window.editor.text() == FORMULA.replace("0.8", "0.4")


def test_keys_step_the_slider(window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type) -> None:
    typed(window, qtbot, type_text, FORMULA)
    slider = number(panel, 0).slider
    slider.setFocus()
    for key, value in (
        (Qt.Key.Key_Right, "0.81"),
        (Qt.Key.Key_Up, "0.82"),
        (Qt.Key.Key_Left, "0.81"),
        (Qt.Key.Key_PageDown, "0.71"),
        (Qt.Key.Key_PageUp, "0.81"),
        (Qt.Key.Key_End, "1.6"),
        (Qt.Key.Key_Home, "0.0"),
    ):
        QTest.keyClick(slider, key)
        assert window.editor.text().startswith(f"rate = {value}\n"), key


def test_tab_goes_from_slider_to_field_to_the_next_row(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    first, second = number(panel, 0), number(panel, 1)
    first.slider.setFocus()
    met: list[QWidget | None] = []
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        met.append(QApplication.focusWidget())
    assert met == [first.field, second.slider, second.field]
    assert first.slider.accessibleName() == "rate, line 1"
    assert first.slider.accessibleDescription() == "0.8, from 0 to 1.6"


def test_a_number_typed_in_the_field_stands_in_the_text(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    field = number(panel, 0).field
    field.setFocus()
    field.setText("12.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.editor.text() == FORMULA.replace("0.8", "12.5")
    assert number(panel, 0).slider.range == Range(0.0, 25.0, 0.1)
    field.setText("none")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.editor.text() == FORMULA.replace("0.8", "12.5")
    assert field.text() == "12.5"
    assert "'none' is not a number" in window.notice.text
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert window.editor.text() == FORMULA.replace("0.8", "12.6")


def test_an_edit_of_the_text_moves_the_slider(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    typed(window, qtbot, type_text, FORMULA.replace("0.8", "0.4"))
    assert number(panel, 0).slider.position() == 0.25
    typed(window, qtbot, type_text, "# first\n" + FORMULA)
    assert [row.label.note for row in panel.rows] == ["line 2", "line 3"]


def test_undo_takes_a_turn_back(window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type) -> None:
    typed(window, qtbot, type_text, FORMULA)
    take(number(panel, 0).slider, 0.25)
    let_go(number(panel, 0).slider)
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == FORMULA
    qtbot.waitUntil(lambda: number(panel, 0).field.text() == "0.8")
    assert number(panel, 0).slider.position() == 0.5


def test_a_text_with_an_error_leaves_the_rows_but_not_to_be_turned(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    typed(window, qtbot, type_text, FORMULA + "z = (\n")
    assert len(panel.rows) == 2
    assert not any(row.isEnabled() for row in panel.rows)
    typed(window, qtbot, type_text, FORMULA)
    assert all(row.isEnabled() for row in panel.rows)


def test_the_menu_gives_a_range_that_the_header_keeps(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    act(panel.menus.menu_of(panel.rows[0]), "Set the range…")
    (form,) = open_forms(window)
    for name, value in (("low", "0.1"), ("high", "10"), ("step", "0.1")):
        form.fields[name].setText(value)  # type: ignore[attr-defined]
    assert form.preview.text() == "# [tool.gradstudio.inputs.rate]\n# low = 0.1\n# high = 10\n# step = 0.1"
    form.write()
    assert read_ranges(window.editor.text()) == {"rate": Range(0.1, 10.0, 0.1)}
    assert number(panel, 0).slider.range == Range(0.1, 10.0, 0.1)
    act(panel.menus.menu_of(panel.rows[0]), "Logarithmic")
    assert number(panel, 0).slider.range == Range(0.1, 10.0, 0.1, "log")
    assert panel.rows[0].chip.text == "+4.000"  # nothing had to run again
    act(panel.menus.menu_of(panel.rows[0]), "Usual range")
    assert window.editor.text() == FORMULA


def test_a_range_that_is_none_is_said_in_the_form(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    panel.menus.open_range(panel.rows[0])
    (form,) = open_forms(window)
    form.fields["high"].setText("-1")  # type: ignore[attr-defined]
    assert "not above its beginning" in form.refusal.text()
    assert not form.button.isEnabled()
    form.write()
    assert form.isVisible()
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert open_forms(window) == []
    assert window.editor.text() == FORMULA


def test_the_menu_takes_a_number_back_to_what_it_was(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    number(panel, 0).slider.step(5)
    act(panel.menus.menu_of(panel.rows[0]), "Back to 0.8")
    assert window.editor.text() == FORMULA


def test_a_number_in_an_expression_can_be_made_an_input(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, PROGRAM)
    assert [row.label.name for row in panel.rows] == ["w", "steps", "0.5"]
    act(panel.menus.menu_of(panel.rows[2]), "Make it an input…")
    (form,) = open_forms(window)
    form.fields["name"].setText("half")  # type: ignore[attr-defined]
    assert form.preview.text() == "half = 0.5\nloss = half * gs.sum(w * w)"
    form.write()
    assert window.editor.text() == PROGRAM.replace("steps = 3\n", "steps = 3\nhalf = 0.5\n").replace("0.5 *", "half *")
    assert [row.label.name for row in panel.rows] == ["w", "steps", "half"]


def test_a_name_leads_to_its_line(window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type) -> None:
    typed(window, qtbot, type_text, PROGRAM)
    QTest.mouseClick(panel.rows[1].label, Qt.MouseButton.LeftButton)
    assert window.editor.active_line() == 4


def test_an_array_is_edited_in_a_grid(window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type) -> None:
    typed(window, qtbot, type_text, PROGRAM)
    row = panel.rows[0]
    assert isinstance(row, ArrayRow)
    row.strip.click()
    grid = panel.grid
    assert grid is not None
    grid.model.setData(grid.model.index(1, 0), "-0,5")
    assert window.editor.text() == PROGRAM.replace("3.0", "-0.5")
    grid.table.setCurrentIndex(grid.model.index(1, 1))
    grid.buttons["Add row"].click()
    assert "w = gs.Variable([[1.0, 2.0], [-0.5, 4.0], [0.0, 0.0]])" in window.editor.text()
    grid.buttons["Remove column"].click()
    assert "w = gs.Variable([[1.0], [-0.5], [0.0]])" in window.editor.text()
    grid.model.setData(grid.model.index(0, 0), "abc")
    assert "is not a number" in grid.note.text()
    QTest.keyClick(grid.table, Qt.Key.Key_Escape)
    assert not grid.isVisible()


def test_cells_of_a_spreadsheet_are_pasted_into_the_grid(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, PROGRAM)
    panel.open_grid(panel.rows[0])
    grid = panel.grid
    assert grid is not None
    grid.table.setCurrentIndex(grid.model.index(1, 1))
    QGuiApplication.clipboard().setText("7\t8\n9\t10\n")
    QTest.keyClick(grid.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    wanted = "w = gs.Variable([[1.0, 2.0, 0.0], [3.0, 7.0, 8.0], [0.0, 9.0, 10.0]])"
    assert wanted in window.editor.text()
    grid.table.selectAll()
    QTest.keyClick(grid.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1.0\t2.0\t0.0\n3.0\t7.0\t8.0\n0.0\t9.0\t10.0"
    grid.paste("\n".join(["1"] * 10_001))
    assert ".npy or .csv" in grid.note.text()
    assert wanted in window.editor.text()


def test_the_slice_of_an_array_of_three_axes_is_chosen(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, "a = [[[1.0, 2.0]], [[3.0, 4.0]]]\ny = sum(a)\n")
    panel.open_grid(panel.rows[0])
    grid = panel.grid
    assert grid is not None
    grid.spins[0].setValue(1)
    assert np.array_equal(grid.model.matrix, [[3.0, 4.0]])
    grid.model.setData(grid.model.index(0, 1), "5")
    assert window.editor.text().startswith("a = [[[1.0, 2.0]], [[3.0, 5.0]]]")
    assert grid.buttons == {}


def test_cells_pasted_beside_the_text_become_an_array(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, PROGRAM)
    window.canvas.setFocus()
    QGuiApplication.clipboard().setText("1\t2\n3\t4")
    QTest.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    line = "table = gs.Variable([[1.0, 2.0], [3.0, 4.0]])"
    assert window.editor.text() == PROGRAM.replace("steps = 3\n", f"steps = 3\n{line}\n")
    assert not window.inputs.paste_cells("no table")
    assert not window.inputs.paste_cells("7")


def test_the_dock_is_in_the_menu_and_follows_the_theme(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, PROGRAM)
    dock = window.left_dock
    before = dock.grab().toImage().pixelColor(200, 150)
    window.set_theme("dark")
    assert dock.grab().toImage().pixelColor(200, 150) != before
    window.set_theme("light")
    window.actions_by_id["inputs"].trigger()
    assert dock.isHidden()
    window.actions_by_id["inputs"].trigger()
    assert panel.isVisible()


def test_operations_stand_behind_the_inputs_until_they_are_asked_for(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, PROGRAM)
    operations, inputs = (window.actions_by_id[name] for name in ("operations", "inputs"))
    operations.trigger()
    assert window.left_dock.operations.isVisible()
    assert not panel.isVisible()
    assert (operations.isChecked(), inputs.isChecked()) == (True, False)
    inputs.trigger()
    assert panel.isVisible()
    assert (operations.isChecked(), inputs.isChecked()) == (False, True)


def test_many_numbers_are_said_rather_than_shown(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, "".join(f"x{k} = {k}.0\n" for k in range(100)) + "y = x1 * x2\n")
    assert len(panel.rows) == 80
    assert panel._note.text() == "and 20 more numbers in the text"


def test_each_drag_is_one_step_and_keys_in_a_row_are_one(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(window, qtbot, type_text, FORMULA)
    words: list[str] = []
    monkeypatch.setattr(window.session, "apply", lambda edit, merge: words.append(merge))
    slider = number(panel, 0).slider
    for positions in ((0.6, 0.7), (0.3, 0.2)):
        take(slider)
        for position in positions:
            drag(slider, position)
        let_go(slider)
    first = set(words)
    slider.step(1)
    slider.step(1)
    number(panel, 1).slider.step(1)
    assert len(first) == 2
    assert len(set(words)) == 4


def test_the_number_at_the_cursor_is_made_an_input_from_the_menu(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, type_text: Type
) -> None:
    typed(window, qtbot, type_text, PROGRAM)
    action = window.actions_by_id["make-input"]
    window.editor.go_to((4, 2, 4, 2))
    action.trigger()
    assert window.notice.text.startswith("No number in an expression is at the cursor")
    window.editor.go_to((6, 12, 6, 12))
    action.trigger()
    (form,) = open_forms(window)
    form.write()
    assert window.editor.text() == PROGRAM.replace("steps = 3\n", "steps = 3\nfactor = 0.5\n").replace(
        "0.5 *", "factor *"
    )


def test_a_long_text_is_looked_through_beside_the_window(
    window: MainWindow, panel: InputsPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from gradstudio.app.inputs import panel as module

    seen: list[str] = []
    real = module.literals

    def noted(text: str) -> object:
        seen.append(threading.current_thread().name)
        return real(text)

    monkeypatch.setattr(module, "_LONG", 10)
    monkeypatch.setattr(module, "literals", noted)
    window.editor.insertPlainText(FORMULA)
    qtbot.waitUntil(lambda: len(panel.rows) == 2)
    assert seen
    assert set(seen) == {"inputs"}
    number(panel, 0).slider.step(1)
    assert window.editor.text() == FORMULA.replace("0.8", "0.81")
