"""Folding, lighting and moving in a whole window: keys of the canvas beside those of the menu."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gradstudio.app.main_window import MainWindow

_ALT, _SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
LOOP = """\
import gradstudio as gs
w = gs.Variable(0.5)
with gs.GradientTape(persistent=True) as t:
    h = gs.sin(w)
    for step in range(20):
        a = w * h
        h = gs.tanh(a)
    loss = h * h
g = t.gradient(h, w)
g2 = t.gradient(loss, w)
"""


def _stack(window: MainWindow) -> int:
    assert window.canvas.scene is not None
    return int(np.flatnonzero(window.canvas.scene.graph.fold >= 0)[0])


def _words(window: MainWindow) -> str:
    return window.canvas.node_words(_stack(window))


def test_the_passes_of_a_stack_are_gone_through_by_key_and_the_sweep_stays(
    window: MainWindow, type_text: Callable[[str], None], qtbot: QtBot
) -> None:
    type_text(LOOP)
    canvas = window.canvas
    canvas.setFocus()
    canvas.choose(_stack(window))
    assert window.view is not None
    sweep = window.view.sweep
    before = _words(window)
    qtbot.keyClick(canvas, Qt.Key.Key_Left, _ALT)
    qtbot.waitUntil(lambda: _words(window) != before)
    assert "pass 19 shown" in _words(window)
    assert canvas.selected == _stack(window)
    assert window.view.sweep == sweep


def test_without_a_stack_the_same_keys_choose_the_sweep(
    window: MainWindow, type_text: Callable[[str], None], qtbot: QtBot
) -> None:
    type_text(LOOP)
    assert window.view is not None
    sweep = window.view.sweep
    by, key = (-1, Qt.Key.Key_Left) if sweep > 0 else (1, Qt.Key.Key_Right)
    window.canvas.setFocus()
    window.canvas.choose(-1)
    qtbot.keyClick(window.canvas, key, _ALT)
    qtbot.waitUntil(lambda: window.view is not None and window.view.sweep == sweep + by)


def test_a_pass_is_opened_gone_on_from_and_closed_by_key(
    window: MainWindow, type_text: Callable[[str], None], qtbot: QtBot
) -> None:
    type_text(LOOP)
    canvas = window.canvas
    canvas.setFocus()
    canvas.choose(_stack(window))

    def frames() -> list[int]:
        assert canvas.scene is not None
        return [frame.number for frame in canvas.scene.graph.frames if frame.stack]

    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: frames() == [20])
    qtbot.waitUntil(lambda: canvas.unfolding.can_close())
    qtbot.keyClick(canvas, Qt.Key.Key_Left, _ALT)
    qtbot.waitUntil(lambda: frames() == [19])
    assert canvas.unfolding.can_close(), "what is selected is inside the pass that is open now"
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: frames() == [])
    assert canvas.selected == _stack(window)


def test_u_lights_a_cone_once(window: MainWindow, type_text: Callable[[str], None], qtbot: QtBot) -> None:
    type_text(LOOP)
    canvas = window.canvas
    canvas.setFocus()
    assert canvas.scene is not None
    canvas.choose(canvas.scene.graph.title.index("h"))
    qtbot.keyClick(canvas, Qt.Key.Key_U)
    assert canvas.lights.words == "upstream of h: 2 nodes"
    qtbot.keyClick(canvas, Qt.Key.Key_U)
    assert canvas.lights.words == ""


def test_shift_and_an_arrow_move_the_node_by_a_cell(
    window: MainWindow, type_text: Callable[[str], None], qtbot: QtBot
) -> None:
    type_text("x = 2.0\ny = x * x\nz = y + 1.0\n")
    canvas = window.canvas
    canvas.setFocus()
    assert canvas.scene is not None
    node = canvas.scene.graph.title.index("y")
    canvas.choose(node)
    before = canvas.scene.layout.boxes[node].copy()
    qtbot.keyClick(canvas, Qt.Key.Key_Down, _SHIFT)
    qtbot.waitUntil(lambda: canvas.scene is not None and canvas.scene.layout.boxes[node, 1] > before[1] + 50)
    assert canvas.selected == node
