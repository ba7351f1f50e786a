"""Wires that are clicked, what cannot be done, and the menus of what can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hands import CHIPS, Hands, shown_menus
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gradstudio.app.actions import shortcut_groups
from gradstudio.app.build_actions import AT, BUILD
from gradstudio.app.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # menus without a display
_KEY = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_clicked_wire_is_taken_away_by_delete(hands: Hands) -> None:
    edge = hands.edge("s", "err")
    hands.click(hands.on_edge(edge))
    assert hands.builder.chosen_edits.edge == edge
    assert hands.window.actions_by_id["build-disconnect"].isEnabled()
    hands.key(_KEY.Key_Delete)
    assert hands.line(11) == "err = gs.mse(..., y)"


def test_an_op_is_put_on_a_clicked_wire(hands: Hands) -> None:
    hands.click(hands.on_edge(hands.edge("s", "err")))
    hands.window.actions_by_id["build-between"].trigger()
    hands.find("sigmoid")
    assert "    s = z * 2.0\n    p = gs.sigmoid(s)\n    err = gs.mse(p, y)\n" in hands.text


def test_what_cannot_be_done_is_said_beside_the_node(hands: Hands) -> None:
    hands.select("err")
    hands.key(_KEY.Key_E)
    assert hands.bubble.text == "err is computed from others and has no constant to type."
    assert not hands.builder.fields.is_open


def test_every_action_of_the_menu_is_enabled_exactly_where_it_does_something(hands: Hands) -> None:
    window = hands.window
    for title in ("X", "w", "z", "s", "err"):
        hands.select(title)
        window.menus.refresh_exactly("Build")
        for action in BUILD:
            why = hands.builder.orders.why(action.id.removeprefix("build-"))
            assert action.is_enabled(window) is (not why), (title, action.id)
            assert window.actions_by_id[action.id].isEnabled() is (not why), (title, action.id)
    hands.canvas.choose(-1)
    enabled = {action.id for action in BUILD if action.is_enabled(window)}
    assert enabled == {"build-add"}


def test_without_a_picture_only_adding_is_possible(window: MainWindow) -> None:
    assert {action.id for action in BUILD if action.is_enabled(window)} == {"build-add"}


def test_the_sheet_of_keys_lists_what_can_be_built() -> None:
    groups = dict(shortcut_groups())
    assert ("Connect its value to", "C") in groups["Build"]
    assert ("Rename", "F2") in groups["Build"]


def _menu(hands: Hands, point: QPoint) -> QMenu:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, hands.canvas.mapToGlobal(point))
    QApplication.sendEvent(hands.canvas, event)
    (menu,) = shown_menus()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize("kind", ["node", "edge", "input", "output", "constant", ""])
def test_the_menu_offers_what_is_possible_under_the_pointer(
    window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None], kind: str
) -> None:
    hands = Hands(window, qtbot, type_text, CHIPS)
    points = {
        "node": lambda: hands.middle("s"),
        "edge": lambda: hands.on_edge(hands.edge("s", "err")),
        "input": lambda: hands.input("s", 1),
        "output": lambda: hands.output("s"),
        "constant": lambda: hands.constant("err", 1),
        "": hands.empty,
    }
    menu = _menu(hands, points[kind]())
    texts = {action.id.removeprefix("build-"): action.text for action in BUILD}
    shown = [action for action in menu.actions() if not action.isSeparator()]
    assert [action.text() for action in shown] == [texts[name] for name in AT[kind] if name]
    for action in shown:
        if not action.isEnabled():
            assert action.toolTip() not in ("", action.text())  # why not
    menu.close()


def test_a_double_click_on_a_constant_types_it(
    window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]
) -> None:
    hands = Hands(window, qtbot, type_text, CHIPS)
    qtbot.mouseDClick(hands.canvas, Qt.MouseButton.LeftButton, pos=hands.constant("err", 1))
    assert hands.builder.fields.field.text() == "0.5"
    hands.write("0.25")
    assert hands.text == CHIPS.replace("(s, 0.5)", "(s, 0.25)")


def test_an_op_of_the_menu_of_the_ground_is_asked_for_where_it_was_opened(hands: Hands) -> None:
    point = hands.empty()
    _menu(hands, point).close()
    hands.window.actions_by_id["build-add"].trigger()
    asked = hands.builder.orders.asked
    assert asked is not None
    assert asked.at == point
    hands.find("sin")
    assert "gs.sin(...)" in hands.text


def test_the_menu_of_a_node_selects_it(hands: Hands) -> None:
    _menu(hands, hands.middle("s")).close()
    assert hands.canvas.selected == hands.node("s")


def test_the_header_says_where_the_text_makes_the_selected_node(hands: Hands) -> None:
    hands.select("z")
    header = hands.window.canvas_header
    hands.qtbot.waitUntil(lambda: header.subtitle == "z: line 9")
    hands.canvas.choose(-1)
    hands.qtbot.waitUntil(lambda: header.subtitle == "")
