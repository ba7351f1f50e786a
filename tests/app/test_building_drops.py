"""Operations dropped on the canvas; what canvas and editor show of what is to come, and say of what is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hands import SHIFT, Hands
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.canvas.building.bubble import MISFIT
from gradstudio.app.canvas.painter import color
from gradstudio.app.main_window import MainWindow
from gradstudio.studio.foresight import MOST, foreseen
from gradstudio.studio.palette.source import Source
from gradstudio.studio.session import Session

PROGRAM = """\
import gradstudio as gs

x = gs.Variable([1.0, 2.0])
y = gs.constant([0.0, 1.0])

with gs.GradientTape() as t:
    z = x * 3.0
    err = gs.mse(z, y)
g = t.gradient(err, x)
"""

LOOP = """\
import gradstudio as gs
x = gs.Variable(2.0)
with gs.GradientTape() as t:
    y = x
    for step in range(3):
        y = y * 1.5
g = t.gradient(y, x)
"""


def test_an_op_dropped_on_a_node_takes_its_value(hands: Hands) -> None:
    hands.put_down("tanh", hands.middle("z"))
    assert "    z = x * 3.0\n    a = gs.tanh(z)\n    err" in hands.text
    hands.settle()
    assert hands.canvas.selected == hands.node("a")


def test_an_op_dropped_on_a_wire_goes_between(hands: Hands) -> None:
    hands.put_down("tanh", hands.on_edge(hands.edge("z", "err")))
    assert "    z = x * 3.0\n    a = gs.tanh(z)\n    err = gs.mse(a, y)\n" in hands.text


def test_an_op_dropped_on_nothing_takes_the_selected_node(hands: Hands) -> None:
    hands.select("z")
    hands.put_down("tanh", hands.empty())
    assert "    a = gs.tanh(z)\n" in hands.text


def test_an_op_dropped_on_nothing_waits_where_nothing_is_selected(hands: Hands) -> None:
    hands.canvas.choose(-1)
    hands.put_down("tanh", hands.empty())
    assert "a = gs.tanh(...)\n" in hands.text


def test_a_leaf_takes_nothing_wherever_it_is_dropped(hands: Hands) -> None:
    hands.put_down("leaf:parameter", hands.middle("z"))
    assert "w = gs.Variable(0.0)\n" in hands.text


def test_what_is_carried_says_where_it_lands(hands: Hands) -> None:
    hands.carry("tanh", hands.middle("z"))
    ahead = hands.builder.dropping.ahead
    hands.qtbot.waitUntil(lambda: ahead.ghost is not None)
    ghost = ahead.ghost
    assert ghost is not None
    assert ghost.lines == ("tanh, [2]", "a", "lands here")
    assert ghost.rect is not None
    assert hands.window.status.parts[0] == "Adding tanh after z"
    before = hands.canvas.scene.layout.boxes[hands.node("z"), :2]  # type: ignore[union-attr]
    away = [a - b for a, b in zip(ghost.rect[:2], before.tolist(), strict=True)]
    hands.put_down("tanh", hands.middle("z"))
    hands.settle()
    boxes = hands.canvas.scene.layout.boxes  # type: ignore[union-attr]
    assert (boxes[hands.node("a"), :2] - boxes[hands.node("z"), :2]).tolist() == pytest.approx(away)
    assert not hands.builder.dropping.is_over


def test_what_cannot_be_put_there_says_why_before_it_is_dropped(hands: Hands) -> None:
    edge = hands.edge("x", "z")
    hands.carry("where", hands.on_edge(edge))
    building = hands.builder.bench.building
    assert building is not None
    hands.window.set_live(False)
    hands.window.editor.insertPlainText("# new\n")
    hands.carry("tanh", hands.middle("z"))
    hands.qtbot.waitUntil(hands.bubble.isVisible)
    assert hands.bubble.kind == MISFIT
    assert hands.bubble.text == building.why_not
    text = hands.text
    hands.put_down("tanh", hands.middle("z"))
    assert hands.text == text


def test_files_are_left_to_the_window(hands: Hands) -> None:
    data = QMimeData()
    data.setText("hello")
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, data, buttons, none)
    QApplication.sendEvent(hands.canvas, event)
    assert not event.isAccepted()


def test_the_editor_shows_the_line_that_enter_would_write(hands: Hands) -> None:
    line = hands.window.presenter.building.ghost_line
    hands.drag(hands.output("z"), hands.empty())
    hands.qtbot.keyClicks(hands.window.presenter.building.popup.field, "tanh")
    hands.qtbot.waitUntil(line.isVisible)
    assert line.text == "    a = gs.tanh(z)"
    editor = hands.window.editor
    block = editor.document().findBlockByNumber(7)  # where err stands now
    top = editor.blockBoundingGeometry(block).translated(editor.contentOffset()).top()
    assert line.y() == round(editor.viewport().y() + top)
    hands.qtbot.keyClick(hands.window.presenter.building.popup.field, Qt.Key.Key_Return)
    assert not line.isVisible()
    assert hands.text.split("\n")[7] == "    a = gs.tanh(z)"


def test_the_ghost_of_a_value_lies_on_no_other_node(
    window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]
) -> None:
    hands = Hands(window, qtbot, type_text, "import gradstudio as gs\n\nx = gs.constant([1.0, 2.0])\n")
    hands.select("x")
    hands.key(Qt.Key.Key_A, SHIFT)
    qtbot.keyClicks(window.presenter.building.popup.field, "parameter")
    ahead = hands.builder.orders.ahead
    qtbot.waitUntil(lambda: ahead.ghost is not None)
    scene = hands.canvas.scene
    assert ahead.ghost is not None
    assert ahead.ghost.rect is not None
    assert scene is not None
    there = QRectF(*scene.layout.boxes[hands.node("x")].tolist())
    assert not there.intersects(QRectF(*ahead.ghost.rect))
    assert ahead.ghost.lines[:2] == ("parameter", "w")


def test_the_palette_says_in_the_status_line_what_it_adds(hands: Hands) -> None:
    hands.select("z")
    hands.key(Qt.Key.Key_A, SHIFT)
    hands.qtbot.keyClicks(hands.window.presenter.building.popup.field, "tanh")
    assert hands.window.status.parts[0] == "Adding tanh after z"
    assert [hint[0] for hint in hands.builder.strip.hints] == ["Enter", "Tab", "Esc"]
    hands.qtbot.keyClick(hands.window.presenter.building.popup.field, Qt.Key.Key_Escape)
    assert hands.window.status.parts[0] == "Run complete"
    assert not hands.builder.strip.isVisible()


def test_the_palette_knows_the_value_that_an_op_will_take(hands: Hands) -> None:
    hands.select("z")  # 3 and 6
    hands.key(Qt.Key.Key_A, SHIFT)
    popup = hands.window.presenter.building.popup
    assert popup.card._source == Source("z", 3.0, 6.0)
    hands.qtbot.keyClick(popup.field, Qt.Key.Key_Escape)


def test_the_search_field_adds_ops_too(hands: Hands) -> None:
    hands.select("z")
    hands.window.commands.run("op/tanh")
    assert "    a = gs.tanh(z)\n" in hands.text


def test_the_card_of_a_node_of_a_loop_says_how_often_its_line_runs(
    window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]
) -> None:
    hands = Hands(window, qtbot, type_text, LOOP)
    canvas = hands.canvas
    assert canvas.scene is not None
    canvas.hover.move(QPointF(canvas.node_rect(canvas.scene.graph.label.index("times 1.5")).center()))
    canvas.hover.show_card()
    assert "text line 6, runs 3 times" in canvas.hover.card.said()
    canvas.hover.move(QPointF(hands.middle("x")))
    canvas.hover.show_card()
    assert not any(said.startswith("text ") for said in canvas.hover.card.said())  # the card says its line anyway


def test_a_picture_that_is_too_large_is_not_looked_ahead_in(
    window: MainWindow, type_text: Callable[[str], None]
) -> None:
    session: Session = window.session
    type_text("x = 1.0\n" + "".join(f"x{i} = x + {i}\n" for i in range(MOST)))
    view = session.runs.view
    assert view is not None
    assert foreseen(view.whole, view.layout, (0,), 3, "a", "sin") is None
    assert len(view.whole.ids) > MOST


def test_a_theme_changes_everything_that_is_open(hands: Hands) -> None:
    hands.select("z")
    hands.key(Qt.Key.Key_F2)
    hands.window.set_theme("dark")
    before = hands.window.grab().toImage()
    hands.window.set_theme("light")
    assert hands.window.grab().toImage() != before
    assert hands.builder.fields.is_open


def test_nothing_that_is_painted_while_building_changes_a_colour_for_others(hands: Hands) -> None:
    canvas, theme = hands.canvas, hands.canvas.theme
    hands.carry("tanh", hands.middle("z"))
    hands.qtbot.waitUntil(lambda: hands.builder.dropping.ahead.ghost is not None)
    canvas.grab()
    hands.builder.carry_away()
    hands.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, SHIFT, hands.empty())
    hands.qtbot.mouseMove(canvas, QPoint(9, 9))
    canvas.grab()
    hands.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, SHIFT, QPoint(9, 9))
    for shared in (theme.surface["canvas"], theme.accent_soft, theme.accent):
        assert color(shared).alpha() == 255
