"""Building by keyboard: connecting, adding, deleting and copying what is selected."""

from __future__ import annotations

from collections.abc import Callable

from hands import PROGRAM, SHIFT, Hands
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.main_window import MainWindow

_KEY = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier


# connecting


def test_c_walks_the_ports_and_enter_connects(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_C)
    wiring = hands.builder.wiring
    seen = []
    for _ in range(12):
        assert wiring.aimed is not None
        seen.append((wiring.aimed.node, wiring.aimed.slot))
        if seen[-1] == (hands.node("err"), 0):
            break
        hands.key(_KEY.Key_Tab)
    assert len(set(seen)) == len(seen)
    assert hands.canvas.accessibleDescription().startswith("fits: err, first input: ")
    hands.key(_KEY.Key_Return)
    assert hands.text == PROGRAM.replace("gs.mse(s, y)", "gs.mse(z, y)")


def test_the_walk_goes_round_and_back_over_the_same_ports(hands: Hands) -> None:
    hands.select("w")
    hands.key(_KEY.Key_C)
    wiring = hands.builder.wiring

    def walk(key: Qt.Key) -> list[tuple[int, int]]:
        seen = []
        for _ in range(8):
            assert wiring.aimed is not None
            seen.append((wiring.aimed.node, wiring.aimed.slot))
            hands.key(key)
        return seen

    there = walk(_KEY.Key_Right)
    assert len(set(there)) == 8  # two inputs of each of the four ops
    assert wiring.aimed is not None
    assert (wiring.aimed.node, wiring.aimed.slot) == there[0]
    back = walk(_KEY.Key_Left)
    assert back == [there[0], *there[:0:-1]]


def test_tab_goes_on_with_a_wire_that_the_mouse_took(hands: Hands) -> None:
    hands.click(hands.output("z"))
    hands.key(_KEY.Key_Tab)
    wiring = hands.builder.wiring
    for _ in range(8):
        if wiring.aimed is not None and (wiring.aimed.node, wiring.aimed.slot) == (hands.node("err"), 1):
            break
        hands.key(_KEY.Key_Tab)
    hands.key(_KEY.Key_Return)
    assert hands.line(11) == "err = gs.mse(s, z)"


def test_shift_and_enter_keep_the_wire_for_the_next_port(hands: Hands) -> None:
    hands.select("b")
    hands.key(_KEY.Key_C)
    wiring = hands.builder.wiring
    for slot in (0, 1):
        for _ in range(12):
            if wiring.aimed is not None and (wiring.aimed.node, wiring.aimed.slot) == (hands.node("err"), slot):
                break
            hands.key(_KEY.Key_Tab)
        hands.key(_KEY.Key_Return, SHIFT)
        hands.settle()
    assert hands.line(11) == "err = gs.mse(b, b)"
    assert wiring.wire is not None


def test_a_run_in_between_leaves_the_walk_where_it_was(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_C)
    wiring = hands.builder.wiring
    for _ in range(8):
        if wiring.aimed is not None and wiring.aimed.node == hands.node("err"):
            break
        hands.key(_KEY.Key_Tab)
    hands.window.session.text_wanted.emit(PROGRAM.replace("(0.3)\n", "(0.3)\nc = b * 2\n"))
    hands.settle()
    assert wiring.aimed is not None
    assert wiring.aimed.node == hands.node("err")


def test_commands_with_ctrl_work_while_a_wire_is_in_the_hand(hands: Hands) -> None:
    hands.click(hands.output("z"))
    event = QKeyEvent(QEvent.Type.ShortcutOverride, _KEY.Key_Z, _CONTROL, "z")
    event.ignore()
    QApplication.sendEvent(hands.canvas, event)
    assert not event.isAccepted()
    plain = QKeyEvent(QEvent.Type.ShortcutOverride, _KEY.Key_S, Qt.KeyboardModifier.NoModifier, "s")
    plain.ignore()
    QApplication.sendEvent(hands.canvas, plain)
    assert plain.isAccepted()


def test_escape_leaves_the_walk_and_nothing_has_changed(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_C)
    hands.key(_KEY.Key_Escape)
    assert hands.builder.wiring.wire is None
    assert hands.canvas.selected == hands.node("z")
    assert hands.text == PROGRAM


def test_shift_c_looks_for_the_value_of_an_input(hands: Hands) -> None:
    hands.select("err")
    hands.key(_KEY.Key_C, SHIFT)
    hands.key(_KEY.Key_C)  # its second input
    wiring = hands.builder.wiring
    assert wiring.wire is not None
    assert wiring.wire.end.slot == 1
    for _ in range(8):
        if wiring.aimed is not None and wiring.aimed.node == hands.node("z"):
            break
        hands.key(_KEY.Key_Left)
    hands.key(_KEY.Key_Return)
    assert hands.line(11) == "err = gs.mse(s, z)"


def test_the_walk_begins_at_what_fits_and_is_not_read_yet(hands: Hands, type_text: Callable[[str], None]) -> None:
    type_text(PROGRAM.replace("X @ w + b", "X @ ...").replace("b = gs", "c = gs.Variable([1.0, 2.0])\nb = gs"))
    hands.canvas.setFocus()
    hands.select("z")
    hands.key(_KEY.Key_C, SHIFT)
    assert hands.canvas.accessibleDescription().startswith("fits: w: ")
    hands.key(_KEY.Key_Return)
    assert "z = X @ w  # the score\n" in hands.text
    hands.settle()
    hands.key(_KEY.Key_C, SHIFT)
    assert "reads X already" in hands.canvas.accessibleDescription()
    hands.key(_KEY.Key_Escape)
    hands.select("c")
    hands.key(_KEY.Key_C)
    assert not hands.canvas.accessibleDescription().startswith("does not fit")


def test_x_opens_the_input_that_is_looked_at(hands: Hands) -> None:
    hands.select("err")
    hands.key(_KEY.Key_C, SHIFT)
    hands.key(_KEY.Key_X)
    assert hands.line(11) == "err = gs.mse(..., y)"


def test_letters_of_menus_mean_cures_while_a_wire_is_in_the_hand(hands: Hands) -> None:
    hands.select("X")
    hands.key(_KEY.Key_C)
    wiring = hands.builder.wiring
    for _ in range(10):
        if wiring.aimed is not None and (wiring.aimed.node, wiring.aimed.slot) == (hands.node("err"), 1):
            break
        hands.key(_KEY.Key_Tab)
    hands.key(_KEY.Key_T)
    assert hands.line(11) == "err = gs.mse(s, gs.transpose(X))"


# adding


def test_shift_a_adds_an_op_after_the_selected_node(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_A, SHIFT)
    hands.find("tanh")
    assert "  # the score\n    h = gs.tanh(z)\n" in hands.text or "= gs.tanh(z)\n" in hands.text
    hands.settle()
    assert hands.canvas.scene is not None
    assert hands.canvas.scene.graph.label[hands.canvas.selected] == "tanh"
    assert hands.canvas.hasFocus()


def test_beside_a_selected_node_a_value_of_its_own_can_be_added(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_A, SHIFT)
    hands.find("matrix of parameters")
    assert "b = gs.Variable(0.3)\nW = gs.Variable([[0.0, 0.0], [0.0, 0.0]])\n" in hands.text


def test_shift_a_on_an_empty_canvas_begins_a_program(window: MainWindow, qtbot: QtBot) -> None:
    hands = Hands(window, qtbot, lambda text: None, "")
    assert hands.canvas.welcome.isVisible()
    hands.key(_KEY.Key_A, SHIFT)
    assert not hands.canvas.welcome.isVisible()
    hands.qtbot.keyClick(hands.window.presenter.building.popup.field, _KEY.Key_Escape)
    assert hands.canvas.welcome.isVisible()
    hands.key(_KEY.Key_A, SHIFT)
    hands.find("number")
    hands.settle()
    assert not hands.canvas.welcome.isVisible()
    assert hands.canvas.scene is not None
    assert len(hands.canvas.scene.graph.ids) == 1
    hands.select("x")
    hands.key(_KEY.Key_A, SHIFT)
    hands.find("sin")
    hands.settle()
    assert "sin(x)" in hands.text


def test_enter_on_an_empty_canvas_takes_the_example(window: MainWindow, qtbot: QtBot) -> None:
    hands = Hands(window, qtbot, lambda text: None, "")
    hands.key(_KEY.Key_Return)
    hands.settle()
    assert hands.text == "x = 3.0\ny = sin(x) ** 2 + x\n"
    assert not hands.canvas.welcome.isVisible()


# deleting, copying


def test_what_a_delete_would_do_is_said_first_and_enter_does_it(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_X)
    strip = hands.builder.strip
    assert hands.text == PROGRAM
    assert strip.lead.startswith("Delete z: line 10: ")
    assert [hint[0] for hint in strip.hints] == ["Enter", "Esc"]
    hands.key(_KEY.Key_Return)
    assert "z = X" not in hands.text
    assert "s = ... * 2.0" in hands.text or "s = gs.multiply(..., 2.0)" in hands.text
    assert strip.lead == ""


def test_escape_keeps_what_was_to_be_deleted(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_Delete)
    hands.key(_KEY.Key_Escape)
    assert hands.text == PROGRAM
    assert hands.builder.orders.question == ""
    assert hands.canvas.selected == hands.node("z")


def test_the_answer_can_be_clicked(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_X)
    strip = hands.builder.strip
    (_, rect, _), *_ = strip.places()
    hands.qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert "z = X" not in hands.text


def test_a_delete_without_consequences_is_done_at_once(
    window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]
) -> None:
    hands = Hands(window, qtbot, type_text, PROGRAM.replace("    err", "    aside = gs.exp(z)\n    err"))
    hands.select("aside")
    hands.key(_KEY.Key_X)
    assert hands.text == PROGRAM


def test_another_selection_takes_the_question_away(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_X)
    hands.select("s")
    assert hands.builder.orders.question == ""
    assert hands.text == PROGRAM


def test_several_selected_nodes_are_deleted_together(
    window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]
) -> None:
    text = PROGRAM.replace("    err", "    one = gs.exp(z)\n    two = gs.exp(one)\n    err")
    hands = Hands(window, qtbot, type_text, text)
    hands.select("one", "two")
    assert hands.canvas.chosen == [hands.node("one"), hands.node("two")]
    hands.key(_KEY.Key_X)
    assert hands.text == PROGRAM


def test_a_rubber_band_selects_what_it_touches(hands: Hands) -> None:
    canvas = hands.canvas
    whole = [canvas.node_rect(node) for node in range(len(canvas.scene.graph.ids))]  # type: ignore[union-attr]
    left, top = min(r.left() for r in whole), min(r.top() for r in whole)
    right, bottom = max(r.right() for r in whole), max(r.bottom() for r in whole)
    start, end = QPoint(round(left) - 6, round(top) - 30), QPoint(round(right), round(bottom))
    hands.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, SHIFT, start)
    hands.qtbot.mouseMove(canvas, end)
    hands.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, SHIFT, end)
    assert sorted(canvas.chosen) == list(range(len(whole)))


def test_ctrl_a_selects_all_nodes_on_the_canvas_and_all_of_the_text_in_the_editor(hands: Hands) -> None:
    hands.window.actions_by_id["select-all"].trigger()
    scene = hands.canvas.scene
    assert scene is not None
    assert sorted(hands.canvas.chosen) == list(range(len(scene.graph.ids)))
    assert not hands.window.editor.textCursor().hasSelection()
    hands.window.editor.setFocus()
    hands.window.actions_by_id["select-all"].trigger()
    assert hands.window.editor.textCursor().selectedText().replace("\u2029", "\n") == PROGRAM


def test_ctrl_d_duplicates(hands: Hands) -> None:
    hands.select("s")
    hands.key(_KEY.Key_D, _CONTROL)
    assert "    s = z * 2.0\n    s2 = z * 2.0\n" in hands.text
