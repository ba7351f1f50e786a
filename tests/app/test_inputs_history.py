"""Turning inputs and undo: a drag is one step with a name, and going back moves the slider."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gradstudio.app.inputs.rows import NumberRow
from gradstudio.app.main_window import MainWindow

TEXT = "rate = 0.8\nx = 2.0\ny = rate * x * x\n"


def test_a_drag_is_one_step_with_a_name_and_undo_moves_the_slider_back(
    window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]
) -> None:
    type_text(TEXT)
    panel, history = window.inputs.panel, window.session.history
    qtbot.waitUntil(lambda: len(panel.rows) == 2)
    row = panel.rows[0]
    assert isinstance(row, NumberRow)
    before = history.at
    for places in (((0.6, "0.96"), (0.7, "1.12"), (0.75, "1.2")), ((0.5, "0.8"), (0.25, "0.4"))):
        start = QPoint(round(row.slider._x(row.slider.position())), 13)
        QTest.mousePress(row.slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        for position, value in places:
            QTest.mouseMove(row.slider, QPoint(round(row.slider._x(position)), 13))
            qtbot.waitUntil(lambda value=value: window.editor.text().startswith(f"rate = {value}\n"), timeout=15000)
        QTest.mouseRelease(row.slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    assert (history.at - before, history.undo_name) == (2, "Set rate to 0.4")
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == TEXT.replace("0.8", "1.2")
    qtbot.waitUntil(lambda: row.field.text() == "1.2")
    assert row.slider.number == 1.2
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == TEXT
    qtbot.waitUntil(lambda: row.field.text() == "0.8")
