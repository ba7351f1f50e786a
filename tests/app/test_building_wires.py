"""Wires on the canvas: taken from a port, looked at where they fit, dropped; the text says the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hands import SHIFT, Hands
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.canvas.building.bubble import FITS, MISFIT, REFUSED
from gradstudio.app.main_window import MainWindow

PROGRAM = """\
import gradstudio as gs

X = gs.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
y = gs.constant([0.0, 1.0])
w = gs.Variable([0.8, -1.0, 0.3])
b = gs.Variable(0.3)

with gs.GradientTape() as t:
    z = X @ w + b  # the score
    s = gs.tanh(z)
    err = gs.mse(s, y)
g = t.gradient(err, [w, b])
"""

LOOP = """\
import gradstudio as gs
x = gs.Variable(2.0)
k = gs.constant(3.0)
with gs.GradientTape() as t:
    y = x
    for step in range(3):
        y = y * 1.5
    loss = y * k
g = t.gradient(loss, x)
"""


def test_a_wire_dropped_on_an_input_replaces_the_argument_and_nothing_else(hands: Hands) -> None:
    hands.drag(hands.output("z"), hands.input("err", 0))
    assert hands.text == PROGRAM.replace("gs.mse(s, y)", "gs.mse(z, y)")
    hands.settle()
    assert hands.builder.wiring.wire is None


def test_one_undo_takes_the_wire_back(hands: Hands) -> None:
    hands.drag(hands.output("z"), hands.input("err", 0))
    hands.settle()
    hands.window.actions_by_id["undo"].trigger()
    assert hands.text == PROGRAM


def test_the_port_under_the_wire_says_whether_it_fits(hands: Hands) -> None:
    hands.hold(hands.output("z"), hands.input("err", 0))
    assert (hands.bubble.kind, hands.bubble.text.startswith("err, first input: ")) == (FITS, True)
    hands.qtbot.mouseMove(hands.canvas, hands.input("X @ w", 0))
    assert (hands.bubble.kind, hands.bubble.text) == (MISFIT, "matmul would make a loop: z depends on it.")
    hands.qtbot.mouseMove(hands.canvas, hands.empty())
    assert not hands.bubble.isVisible()


def test_every_port_in_view_is_looked_at_while_the_wire_is_in_the_hand(hands: Hands) -> None:
    hands.hold(hands.output("z"), hands.empty())
    wire = hands.builder.wiring.wire
    assert wire is not None
    ports = [(hands.node("err"), 0), (hands.node("err"), 1), (hands.node("X @ w"), 0), (hands.node("s"), 0)]
    hands.qtbot.waitUntil(lambda: all(wire.fits.known(port) is not None for port in ports))
    assert [wire.fits.known(port).ok for port in ports] == [True, True, False, False]  # type: ignore[union-attr]


def test_a_misfit_is_refused_with_its_reason_and_nothing_changes(hands: Hands) -> None:
    hands.drag(hands.output("X"), hands.input("err", 1))
    assert hands.text == PROGRAM
    assert hands.builder.wiring.wire is None
    assert hands.bubble.kind == MISFIT
    assert "2 and 3 do not match" in hands.bubble.text


def test_a_cure_is_taken_by_its_key(hands: Hands) -> None:
    hands.drag(hands.output("X"), hands.input("err", 1))
    choice = next(choice for choice in hands.bubble.choices if choice.words == "transpose X")
    assert choice.key == "T"
    hands.key(Qt.Key.Key_T)
    assert hands.text == PROGRAM.replace("gs.mse(s, y)", choice.code)
    assert choice.code == "gs.mse(s, gs.transpose(X))"


def test_a_cure_is_taken_by_a_click(hands: Hands) -> None:
    hands.drag(hands.output("X"), hands.input("err", 1))
    number = [choice.words for choice in hands.bubble.choices].index("transpose X")
    point = hands.bubble.row(number).center().toPoint()
    hands.qtbot.mouseClick(hands.bubble, Qt.MouseButton.LeftButton, pos=point)
    assert hands.line(11) == "err = gs.mse(s, gs.transpose(X))"


def test_a_cure_is_taken_while_the_wire_is_still_in_the_hand(hands: Hands) -> None:
    port = hands.input("err", 1)
    hands.hold(hands.output("X"), port)
    hands.key(Qt.Key.Key_T)
    assert hands.line(11) == "err = gs.mse(s, gs.transpose(X))"
    hands.let_go(port)
    assert hands.line(11) == "err = gs.mse(s, gs.transpose(X))"


def test_escape_drops_the_wire(hands: Hands) -> None:
    hands.hold(hands.output("z"), hands.input("err", 0))
    hands.key(Qt.Key.Key_Escape)
    assert hands.builder.wiring.wire is None
    hands.let_go(hands.input("err", 0))
    assert hands.text == PROGRAM


def test_shift_keeps_the_wire_for_another_port(hands: Hands) -> None:
    hands.drag(hands.output("z"), hands.input("err", 0), SHIFT)
    assert hands.line(11) == "err = gs.mse(z, y)"
    hands.settle()
    wire = hands.builder.wiring.wire
    assert wire is not None
    assert wire.node == hands.node("z")
    hands.qtbot.mouseMove(hands.canvas, hands.input("err", 1))
    hands.click(hands.input("err", 1))
    assert hands.line(11) == "err = gs.mse(z, z)"
    assert hands.builder.wiring.wire is None


def test_a_click_on_a_port_takes_the_wire_and_the_next_click_drops_it(hands: Hands) -> None:
    hands.click(hands.output("z"))
    assert hands.builder.wiring.wire is not None
    hands.qtbot.mouseMove(hands.canvas, hands.input("err", 0))
    hands.click(hands.input("err", 0))
    assert hands.line(11) == "err = gs.mse(z, y)"


def test_a_wire_goes_backwards_from_an_input_to_an_output(hands: Hands) -> None:
    hands.select("err")
    hands.key(Qt.Key.Key_C, SHIFT)  # from its first input, whatever that reads
    hands.qtbot.mouseMove(hands.canvas, hands.output("z"))
    hands.click(hands.output("z"))
    assert hands.line(11) == "err = gs.mse(z, y)"


def test_a_wire_taken_from_an_input_goes_to_another_one(hands: Hands) -> None:
    hands.drag(hands.input("err", 0), hands.input("err", 1))
    assert hands.line(11) == "err = gs.mse(..., s)"


def test_a_wire_taken_from_an_input_and_dropped_on_nothing_is_gone(hands: Hands) -> None:
    hands.drag(hands.input("err", 0), hands.empty())
    assert hands.text == PROGRAM.replace("gs.mse(s, y)", "gs.mse(..., y)")


def test_a_wire_put_back_where_it_was_changes_nothing(hands: Hands) -> None:
    home = hands.input("err", 0)
    hands.hold(home, hands.empty(), home)
    assert hands.bubble.kind == FITS
    hands.let_go(home)
    assert hands.text == PROGRAM
    assert hands.builder.wiring.wire is None


def test_a_drop_on_a_node_takes_its_only_input(hands: Hands) -> None:
    hands.drag(hands.output("X @ w"), hands.middle("s"))
    assert "gs.tanh(z)" not in hands.text
    hands.settle()
    canvas = hands.canvas
    assert canvas.scene is not None
    assert canvas.scene.neighbours.inputs(hands.node("s")) == [canvas.scene.graph.label.index("matmul")]


def test_a_drop_on_a_node_whose_inputs_are_all_taken_says_where_to_drop_it(hands: Hands) -> None:
    hands.drag(hands.output("w"), hands.middle("err"))
    assert hands.text == PROGRAM
    assert hands.bubble.kind == REFUSED
    assert hands.bubble.text == "err has 2 inputs and none is open: drop the wire on one of its ports."


def test_a_drop_on_a_leaf_says_that_it_takes_nothing(hands: Hands) -> None:
    hands.drag(hands.output("z"), hands.middle("y"))
    assert hands.text == PROGRAM
    assert hands.bubble.text == "y takes no input: it is a value of its own."


def test_a_wire_dropped_on_nothing_asks_for_an_op_and_adds_it(hands: Hands) -> None:
    hands.drag(hands.output("z"), hands.empty())
    popup = hands.window.presenter.building.popup
    assert popup.field.hint == "takes z [2]"
    hands.find("sigmoid")
    assert "    z = X @ w + b  # the score\n    p = gs.sigmoid(z)\n" in hands.text
    hands.settle()
    assert hands.canvas.selected == hands.node("p")
    assert hands.builder.wiring.wire is None


def test_shift_in_the_palette_keeps_the_wire(hands: Hands) -> None:
    hands.drag(hands.output("z"), hands.empty())
    popup = hands.window.presenter.building.popup
    hands.qtbot.keyClicks(popup.field, "sigmoid")
    hands.qtbot.keyPress(popup.field, Qt.Key.Key_Shift, SHIFT)
    hands.qtbot.keyClick(popup.field, Qt.Key.Key_Return, SHIFT)
    hands.settle()
    assert "gs.sigmoid(z)" in hands.text
    assert hands.builder.wiring.wire is not None


def test_a_palette_that_is_left_drops_the_wire(hands: Hands) -> None:
    hands.drag(hands.output("z"), hands.empty())
    hands.qtbot.keyClick(hands.window.presenter.building.popup.field, Qt.Key.Key_Escape)
    assert hands.builder.wiring.wire is None
    assert hands.text == PROGRAM


def test_where_the_ghost_stands_the_node_will_stand(hands: Hands) -> None:
    canvas, ahead = hands.canvas, hands.builder.orders.ahead
    for op, source in (("sigmoid", "z"), ("square", "s"), ("exp", "err"), ("relu", "X")):
        node = hands.node(source)
        hands.drag(hands.output(source), hands.empty())
        hands.qtbot.keyClicks(hands.window.presenter.building.popup.field, op)
        hands.qtbot.waitUntil(lambda: ahead.ghost is not None)
        ghost = ahead.ghost
        assert ghost is not None
        assert ghost.rect is not None
        assert canvas.scene is not None
        away = [a - b for a, b in zip(ghost.rect[:2], canvas.scene.layout.boxes[node, :2].tolist(), strict=True)]
        hands.qtbot.keyClick(hands.window.presenter.building.popup.field, Qt.Key.Key_Return)
        hands.settle()
        boxes = canvas.scene.layout.boxes
        new = canvas.scene.graph.label.index(op)
        there = (boxes[new, :2] - boxes[hands.node(source), :2]).tolist()
        assert there == pytest.approx(away), op


def test_ports_are_at_least_ten_pixels_wide(hands: Hands) -> None:
    for point, is_output in ((hands.output("z"), True), (hands.input("s", 0), False)):
        for dx, dy in ((5, 0), (-5, 0), (0, 5), (0, -5)):
            place = hands.builder.wiring.port_at(QPointF(point + QPoint(dx, dy)))
            assert place is not None
            assert place.is_output is is_output


def test_ports_are_shown_while_the_pointer_is_over_their_node(hands: Hands) -> None:
    plain = hands.canvas.grab().toImage()
    hands.qtbot.mouseMove(hands.canvas, hands.output("s"))  # where there is no card and no outline
    over = hands.canvas.grab().toImage()
    assert over.pixelColor(hands.output("s")).rgb() == hands.canvas.theme.accent
    assert over.pixelColor(hands.output("z")).rgb() == plain.pixelColor(hands.output("z")).rgb()
    QApplication.sendEvent(hands.canvas, QEvent(QEvent.Type.Leave))
    assert hands.canvas.grab().toImage() == plain


def test_no_two_inputs_of_a_node_are_closer_than_ten_pixels(hands: Hands) -> None:
    assert (hands.input("err", 0) - hands.input("err", 1)).manhattanLength() >= 10
    assert hands.input("err", 0).y() < hands.input("err", 1).y()  # as their lines arrive


def test_a_node_of_a_loop_is_edited_in_its_one_line(
    window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]
) -> None:
    hands = Hands(window, qtbot, type_text, LOOP)
    node = hands.canvas.scene.graph.label.index("times 1.5")  # type: ignore[union-attr]
    assert "runs 3 times" in hands.builder.bench.building.describe(node)  # type: ignore[union-attr]
    places = hands.builder.bench.places
    assert places is not None
    place = places.input(node, 1)
    assert place is not None
    hands.drag(hands.output("k"), hands.builder.bench.point(place).toPoint())
    assert hands.line(7) == "y = y * k"


def test_a_stale_picture_says_why_it_cannot_be_edited(hands: Hands) -> None:
    hands.window.set_live(False)
    hands.window.editor.moveCursor(hands.window.editor.textCursor().MoveOperation.End)
    hands.window.editor.insertPlainText("# more\n")
    hands.click(hands.output("z"))
    assert hands.builder.wiring.wire is None
    assert hands.bubble.kind == REFUSED
    assert hands.bubble.text == hands.builder.bench.why_not
    assert "text has changed" in hands.bubble.text
    hands.window.actions_by_id["undo"].trigger()
    assert hands.text == PROGRAM
    hands.drag(hands.output("z"), hands.input("err", 0))  # the picture is that of the text again
    assert hands.line(11) == "err = gs.mse(z, y)"


def test_a_run_in_between_leaves_the_wire_with_its_node(hands: Hands) -> None:
    hands.hold(hands.output("z"), hands.empty())
    hands.window.session.text_wanted.emit(
        PROGRAM.replace("b = gs.Variable(0.3)\n", "b = gs.Variable(0.3)\nc = b * 2\n")
    )
    hands.settle()
    assert hands.builder.wiring.wire is not None
    assert hands.builder.wiring.wire.node == hands.node("z")
    hands.qtbot.mouseMove(hands.canvas, hands.input("err", 0))
    hands.let_go(hands.input("err", 0))
    assert "err = gs.mse(z, y)" in hands.text


def test_a_wire_whose_node_vanishes_is_let_go_of(hands: Hands) -> None:
    hands.hold(hands.output("s"), hands.empty())
    hands.window.session.text_wanted.emit(PROGRAM.replace("    s = gs.tanh(z)\n", "").replace("(s, y)", "(z, y)"))
    hands.settle()
    assert hands.builder.wiring.wire is None
    hands.let_go(hands.empty())
    assert not hands.window.presenter.building.popup.isVisible()
