"""Cones and paths on the canvas."""

from __future__ import annotations

import numpy as np
import pytest
from folded import TITLE, stacked, whole
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from scenes import POISON, Scene, scene

from gradstudio.app.canvas.canvas import Canvas

_KEY = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier
DIAMOND = """\
import gradstudio as gs
x = gs.Variable(2.0)
with gs.GradientTape() as t:
    left = x * 3.0
    right = gs.sin(x)
    sum_ = left + right
    aside = gs.cos(right)
    loss = sum_ * sum_
g = t.gradient(loss, x)
"""


def _show(canvas: Canvas, shown: Scene) -> Scene:
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    return shown


def _lit(canvas: Canvas) -> set[str] | None:
    """Titles of what is lit."""
    if canvas.lit is None:
        return None
    assert canvas.scene is not None
    return {canvas.scene.graph.title[k] for k in np.flatnonzero(canvas.lit)}


def _pair(canvas: Canvas, qtbot: QtBot, one: int, other: int) -> None:
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.node_rect(one).center().toPoint())
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, _CONTROL, canvas.node_rect(other).center().toPoint())


def test_u_and_d_light_cones_and_leave_them(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    told: list[str] = []
    canvas.lit_changed.connect(told.append)
    canvas.select(shown.node("right"))
    qtbot.keyClick(canvas, _KEY.Key_U)
    assert _lit(canvas) == {"x", "right"}
    qtbot.keyClick(canvas, _KEY.Key_D)
    assert _lit(canvas) == {"x", "right", "sum_", "aside", "loss"}
    qtbot.keyClick(canvas, _KEY.Key_U)
    assert _lit(canvas) == {"right", "sum_", "aside", "loss"}
    qtbot.keyClick(canvas, _KEY.Key_D)
    assert _lit(canvas) is None
    assert told == [
        "upstream of right: 2 nodes",
        "upstream and downstream of right: 5 nodes",
        "downstream of right: 4 nodes",
        "",
    ]


def test_a_cone_stays_with_its_node_while_another_is_selected(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    canvas.select(shown.node("left"))
    qtbot.keyClick(canvas, _KEY.Key_U)
    canvas.select(shown.node("loss"))
    assert _lit(canvas) == {"x", "left"}
    qtbot.keyClick(canvas, _KEY.Key_U)
    assert _lit(canvas) == {"x", "left", "right", "sum_", "loss"}


def test_p_lights_what_lies_between_two_nodes_in_either_order(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    for one, other in (("x", "loss"), ("loss", "x")):
        _pair(canvas, qtbot, shown.node(one), shown.node(other))
        assert canvas.lights.can_path()
        qtbot.keyClick(canvas, _KEY.Key_P)
        assert _lit(canvas) == {"x", "left", "right", "sum_", "loss"}
        qtbot.keyClick(canvas, _KEY.Key_P)
        assert _lit(canvas) is None
    _pair(canvas, qtbot, shown.node("left"), shown.node("aside"))
    qtbot.keyClick(canvas, _KEY.Key_P)
    assert _lit(canvas) == {"left", "aside"}, "no way leads from one to the other"


def test_without_two_nodes_there_is_no_path(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    canvas.select(shown.node("x"))
    assert not canvas.lights.can_path()
    qtbot.keyClick(canvas, _KEY.Key_P)
    assert _lit(canvas) is None


def test_ctrl_click_adds_a_node_and_takes_it_away_again(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    told: list[int] = []
    _pair(canvas, qtbot, shown.node("left"), shown.node("right"))
    assert (canvas.selected, canvas.second) == (shown.node("left"), shown.node("right"))
    canvas.node_selected.connect(told.append)
    assert " and right, sin, line 5" in canvas.accessibleDescription()
    point = canvas.node_rect(shown.node("right")).center().toPoint()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, _CONTROL, point)
    assert (canvas.selected, canvas.second) == (shown.node("left"), -1)
    assert told == []


def test_two_nodes_are_chosen_by_keyboard_alone(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    canvas.select(shown.node("x"))
    qtbot.keyClick(canvas, _KEY.Key_K)
    assert canvas.accessibleDescription().endswith("kept as the second node")
    assert not canvas.lights.can_path()
    for _ in range(4):
        qtbot.keyClick(canvas, _KEY.Key_Tab)
    assert canvas.second == shown.node("x")
    assert canvas.selected not in (-1, shown.node("x"))
    canvas.select(shown.node("sum_"))
    qtbot.keyClick(canvas, _KEY.Key_P)
    assert _lit(canvas) == {"x", "left", "right", "sum_"}
    qtbot.keyClick(canvas, _KEY.Key_K)
    assert canvas.second == -1
    qtbot.keyClick(canvas, _KEY.Key_K)
    qtbot.keyClick(canvas, _KEY.Key_Escape)
    qtbot.keyClick(canvas, _KEY.Key_Escape)
    canvas.select(shown.node("x"))
    assert canvas.second == -1


def test_escape_leaves_one_thing_after_the_other(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    _pair(canvas, qtbot, shown.node("left"), shown.node("loss"))
    qtbot.keyClick(canvas, _KEY.Key_P)
    said = []
    for _ in range(3):
        said.append((canvas.lights.words, canvas.second >= 0, canvas.selected >= 0))
        qtbot.keyClick(canvas, _KEY.Key_Escape)
    assert said == [("between left and loss: 3 nodes", True, True), ("", True, True), ("", False, True)]
    assert canvas.selected == -1


def test_what_holds_nan_is_never_dimmed(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(POISON))
    canvas.select(shown.node("loss"))
    qtbot.keyClick(canvas, _KEY.Key_D)
    assert canvas.lit is not None
    assert canvas.lit[shown.node("s")]
    assert not canvas.lit.all()


def test_a_cone_holds_on_when_a_number_changes_and_ends_with_its_node(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    canvas.select(shown.node("right"))
    qtbot.keyClick(canvas, _KEY.Key_U)
    _show(canvas, scene(DIAMOND.replace("2.0", "2.5").replace("aside = gs.cos(right)", "aside = gs.tanh(left)")))
    assert _lit(canvas) == {"x", "right"}
    _show(canvas, scene(DIAMOND.replace("right", "gone")))
    assert _lit(canvas) is None


def test_cones_go_through_folded_boxes(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked())
    canvas.select(shown.node("loss"))
    qtbot.keyClick(canvas, _KEY.Key_U)
    assert _lit(canvas) is None, "everything is upstream of the loss"
    assert canvas.lights.words == "upstream of loss: all 4 nodes"
    canvas.select(shown.node(TITLE))
    qtbot.keyClick(canvas, _KEY.Key_D)
    assert _lit(canvas) == {TITLE, "loss"}


def test_dimmed_nodes_look_different_and_lit_ones_do_not(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(DIAMOND))
    canvas.select(shown.node("left"))
    before = canvas.grab().toImage()
    qtbot.keyClick(canvas, _KEY.Key_U)
    after = canvas.grab().toImage()

    def same(title: str) -> bool:
        rect = canvas.node_rect(shown.node(title)).adjusted(14, 4, -14, -4).toRect()
        return before.copy(rect) == after.copy(rect)

    assert same("left")
    assert not same("loss")


@pytest.mark.parametrize("key", [_KEY.Key_U, _KEY.Key_D, _KEY.Key_H, _KEY.Key_P, _KEY.Key_I])
def test_without_a_selection_these_keys_do_nothing(canvas: Canvas, qtbot: QtBot, key: Qt.Key) -> None:
    _show(canvas, whole())
    qtbot.keyClick(canvas, key)
    assert _lit(canvas) is None
    canvas.clear()
    qtbot.keyClick(canvas, key)
