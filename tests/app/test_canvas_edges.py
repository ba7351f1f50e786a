"""Edges and references by keyboard: every one is reached from its node, said, and led on from."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from folded import TITLE, opened, stacked
from hands import Hands, shown_menus
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from scenes import PRODUCT, Scene, scene

from gradstudio.app.actions import ACTIONS
from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.canvas.said import of_edge
from gradstudio.app.canvas.spots import Spot
from gradstudio.app.canvas.walk import Walk, nodes_of
from gradstudio.graph.neighbours import Neighbours
from gradstudio.layout import Options, layout
from gradstudio.picture.anatomy import sizes

_KEY, _SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


def _show(canvas: Canvas, shown: Scene) -> Scene:
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    canvas.setFocus()
    return shown


LONG = "\n".join(
    ["import gradstudio as gs", "w = gs.Variable(1.5)", "with gs.GradientTape() as t:", "    y0 = gs.sin(w)"]
    + [f"    y{k + 1} = y{k} * w" for k in range(80)]
    + ["g = t.gradient(y80, w)"]
)


def _far() -> Scene:
    """A long chain whose parameter is used far from where it stands, as references."""
    shown = scene(LONG)
    assert len(shown.layout.chips)
    return shown


def _title(canvas: Canvas) -> str:
    assert canvas.scene is not None
    return canvas.scene.graph.title[canvas.selected] if canvas.selected >= 0 else ""


@pytest.mark.parametrize("make", [lambda: scene(PRODUCT), stacked, opened, _far])
def test_every_edge_and_reference_is_reached_from_both_of_its_ends(make: Callable[[], Scene]) -> None:
    shown = make()
    walk = Walk(shown.graph, shown.layout, Neighbours(shown.graph))
    around = [walk.edges(node) for node in range(len(shown.graph.ids))]
    for edge in range(len(shown.graph.edge_source)):
        assert edge in around[shown.graph.edge_source[edge]]
        assert edge in around[shown.graph.edge_target[edge]]


def test_what_goes_in_comes_by_input_before_what_goes_out(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.choose(shown.node("y"))
    seen = []
    for _ in range(5):
        qtbot.keyClick(canvas, _KEY.Key_J)
        edge = canvas.edges.current
        seen.append((int(shown.graph.edge_source[edge]), int(shown.graph.edge_target[edge])))
    x, y, z = (shown.node(name) for name in "xyz")
    assert seen == [(x, y), (x, y), (y, z), (y, z), (x, y)], "and it begins again behind the last"
    qtbot.keyClick(canvas, _KEY.Key_J, _SHIFT)
    assert int(shown.graph.edge_source[canvas.edges.current]) == y


def test_an_edge_is_said_shown_and_left_to_where_it_was_reached_from(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.choose(shown.node("y"))
    plain = canvas.grab().toImage()
    qtbot.keyClick(canvas, _KEY.Key_J)
    words = canvas.accessibleDescription()
    assert words.startswith("edge from x to y, carries scalar, input 1")
    assert words.endswith("1 of 4 at y")
    assert canvas.selected == -1
    assert canvas.hover.edges().tolist() == [canvas.edges.current], "it is emphasised as under the pointer"
    qtbot.waitUntil(canvas.hover.card.isVisible)
    assert canvas.hover.card.said()[0] == "x → y"
    assert canvas.grab().toImage() != plain
    qtbot.keyClick(canvas, _KEY.Key_Escape)
    assert _title(canvas) == "y"
    assert not canvas.hover.card.isVisible()
    assert canvas.edges.current == -1


def test_arrows_lead_to_the_ends_of_an_edge_and_enter_to_the_other_one(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    for start, steps, key, end in (
        ("y", 1, _KEY.Key_Left, "x"),
        ("y", 1, _KEY.Key_Right, "y"),
        ("y", 3, _KEY.Key_Right, "z"),
        ("y", 1, _KEY.Key_Return, "x"),
        ("y", 4, _KEY.Key_Enter, "z"),
        ("x", 1, _KEY.Key_Return, "y"),
    ):
        canvas.choose(shown.node(start))
        for _ in range(steps):
            qtbot.keyClick(canvas, _KEY.Key_J)
        qtbot.keyClick(canvas, key)
        assert _title(canvas) == end, (start, steps, key)
    canvas.choose(shown.node("y"))
    qtbot.keyClick(canvas, _KEY.Key_J)
    qtbot.keyClick(canvas, _KEY.Key_Down)
    assert canvas.accessibleDescription().endswith("2 of 4 at y"), "across the data they go on to the next edge"
    qtbot.keyClick(canvas, _KEY.Key_Up)
    assert canvas.accessibleDescription().endswith("1 of 4 at y")


def test_in_a_picture_that_runs_down_the_arrows_turn_with_it(canvas: Canvas, qtbot: QtBot) -> None:
    shown = scene(PRODUCT)
    down = layout(shown.graph, sizes(shown.graph), Options(direction="down"))
    canvas.set_scene(shown.trace, shown.graph, down)
    canvas.choose(shown.node("y"))
    qtbot.keyClick(canvas, _KEY.Key_J)
    qtbot.keyClick(canvas, _KEY.Key_Right)
    qtbot.keyClick(canvas, _KEY.Key_Right)
    assert canvas.accessibleDescription().endswith("3 of 4 at y")
    qtbot.keyClick(canvas, _KEY.Key_Down)
    assert _title(canvas) == "z"


def test_a_reference_leads_to_the_node_it_names_which_comes_into_view(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, _far())
    edge = int(shown.layout.chips[-1])
    source, target = int(shown.graph.edge_source[edge]), int(shown.graph.edge_target[edge])
    canvas.set_zoom(1.0)
    canvas.choose(target)
    while canvas.edges.current != edge:
        qtbot.keyClick(canvas, _KEY.Key_J)
    assert canvas.edges.kind() == "chip"
    words = canvas.accessibleDescription()
    assert words.startswith(f"{shown.graph.title[target]} refers to {shown.graph.title[source]}")
    assert canvas.rect().contains(canvas.screen(shown.layout.chip_boxes[-1].tolist()).toRect())
    qtbot.waitUntil(canvas.hover.card.isVisible)
    assert any(line.startswith("refers to") for line in canvas.hover.card.said())
    qtbot.keyClick(canvas, _KEY.Key_Return)
    assert canvas.selected == source
    assert canvas.rect().contains(canvas.node_rect(source).toRect())


def test_the_focus_of_an_edge_and_of_a_reference_can_be_seen(canvas: Canvas, qtbot: QtBot) -> None:
    for shown, node in ((scene(PRODUCT), 1), (_far(), int(_far().graph.edge_target[_far().layout.chips[-1]]))):
        _show(canvas, shown)
        qtbot.waitUntil(canvas.hasFocus)
        canvas.choose(node)
        qtbot.keyClick(canvas, _KEY.Key_J)
        canvas.hover.hide_card()
        focused = canvas.grab().toImage()
        canvas._by_keyboard = False
        assert focused != canvas.grab().toImage()
        canvas._by_keyboard = True


def test_a_bundle_is_one_edge_and_its_arrow_leads_into_the_stack(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked())
    canvas.choose(shown.node("w"))
    said = []
    for _ in range(2):
        qtbot.keyClick(canvas, _KEY.Key_J)
        said.append(canvas.accessibleDescription())
    assert any("bundles 6 edges" in words for words in said)
    while "bundles" not in canvas.accessibleDescription():
        qtbot.keyClick(canvas, _KEY.Key_J)
    qtbot.keyClick(canvas, _KEY.Key_Right)
    assert _title(canvas) == TITLE


def test_the_card_of_a_bundle_says_whose_product_and_whose_share_it_is() -> None:
    for number in (1, 4):
        shown = stacked(number)
        edges = shown.graph.edge_source == shown.node("w")
        (edge,) = np.flatnonzero(edges & (shown.graph.edge_count > 1))
        rows = dict(of_edge(shown.graph, shown.trace, int(edge)).rows)
        assert rows["product"].endswith(f"pass {number}")
        assert rows[""] == "all 6 passes together"
        assert rows["share"] == dict(of_edge(stacked(2).graph, shown.trace, int(edge)).rows)["share"]


def test_tab_goes_on_from_the_node_of_the_edge(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.choose(shown.node("y"))
    qtbot.keyClick(canvas, _KEY.Key_J)
    qtbot.keyClick(canvas, _KEY.Key_Tab)
    assert canvas.selected == shown.node("y") + 1


def test_q_says_what_is_known_of_a_node_and_says_it_no_longer(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.choose(shown.node("y"))
    qtbot.keyClick(canvas, _KEY.Key_Q)
    assert canvas.hover.card.isVisible()
    assert canvas.hover.card.said()[0] == "y"
    qtbot.keyClick(canvas, _KEY.Key_Q)
    assert not canvas.hover.card.isVisible()


def test_without_anything_selected_there_is_no_edge_to_go_to(canvas: Canvas, qtbot: QtBot) -> None:
    _show(canvas, scene(PRODUCT))
    qtbot.keyClick(canvas, _KEY.Key_J)
    qtbot.keyClick(canvas, _KEY.Key_Q)
    assert canvas.edges.current == -1
    assert not canvas.edges.can_step()
    canvas.clear()
    qtbot.keyClick(canvas, _KEY.Key_J)


def test_from_the_frame_of_an_open_pass_j_goes_through_what_enters_and_leaves_it(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened(3))
    inside = set(nodes_of(shown.graph, 0).tolist())
    ends = list(zip(shown.graph.edge_source.tolist(), shown.graph.edge_target.tolist(), strict=True))
    border = {edge for edge, (a, b) in enumerate(ends) if (a in inside) != (b in inside)}
    told: list[int] = []
    canvas.edges.changed.connect(told.append)
    canvas.choose_frame(0)
    assert canvas.edges.can_step()
    met = []
    for _ in border:
        qtbot.keyClick(canvas, _KEY.Key_J)
        met.append(canvas.edges.current)
    assert set(met) == border
    assert told == [-1, *met]
    comes = [ends[edge][1] in inside for edge in met]
    assert comes == sorted(comes, reverse=True), "what goes in comes before what goes out"
    assert f"of {len(border)} at pass 3" in canvas.accessibleDescription()
    qtbot.keyClick(canvas, _KEY.Key_Return)
    assert canvas.selected not in inside
    canvas.choose_frame(0)
    qtbot.keyClick(canvas, _KEY.Key_J)
    qtbot.keyClick(canvas, _KEY.Key_Escape)
    assert (canvas.selected_frame, told[-1]) == (0, -1)


def _beside_ports(hands: Hands, edge: int) -> QPoint:
    """A point of the line of an edge at which no port would take the mouse."""
    for one, other in pairwise(hands.builder.bench.edge_points(edge)):
        for k in range(1, 20):
            point = (one + (other - one) * (k / 20)).toPoint()
            is_free = hands.builder.wiring.port_at(point.toPointF()) is None
            if is_free and hands.canvas.spot_at(point.toPointF()) == Spot("edge", edge):
                return point
    raise AssertionError("the edge is nowhere beside its ports")


def test_an_edge_that_was_clicked_has_the_keys_too(hands: Hands) -> None:
    canvas, edge = hands.canvas, hands.edge("b", "z")
    hands.click(_beside_ports(hands, edge))
    assert canvas.edges.current == edge
    hands.qtbot.keyClick(canvas, _KEY.Key_Right)
    assert _title(canvas) == "z"
    hands.click(_beside_ports(hands, edge))
    hands.qtbot.keyClick(canvas, _KEY.Key_Escape)
    assert (canvas.edges.current, canvas.selected) == (-1, -1), "Escape lets go of what no key led to"


@pytest.mark.qt_log_ignore("This plugin does not support")  # menus without a display
def test_the_menu_of_an_edge_opens_by_key(hands: Hands) -> None:
    asked: list[str] = []
    hands.builder.menu_wanted.connect(lambda _, kind: asked.append(kind))
    hands.canvas.choose(hands.node("s"))
    hands.key(_KEY.Key_J)
    QApplication.sendEvent(
        hands.canvas, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    )
    assert asked == ["edge"]
    assert len(shown_menus()) == 1
    shown_menus()[0].close()


def test_a_wire_is_taken_away_and_an_op_put_on_it_by_keyboard_alone(hands: Hands) -> None:
    hands.canvas.choose(hands.node("s"))
    hands.key(_KEY.Key_J)
    hands.key(_KEY.Key_B)
    hands.find("sigmoid")
    hands.settle()
    assert "p = gs.sigmoid(z)" in hands.text
    hands.canvas.choose(hands.node("err"))
    hands.key(_KEY.Key_J)
    hands.key(_KEY.Key_X, _SHIFT)
    assert "gs.mse(..., y)" in hands.text


def test_a_run_with_another_number_leaves_the_edge_its_focus(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.choose(shown.node("y"))
    qtbot.keyClick(canvas, _KEY.Key_J)
    before = canvas.edges.current
    again = scene(PRODUCT.replace("3.0", "3.5"))
    _show(canvas, again)
    canvas.select(-1)
    assert canvas.edges.current == before
    assert canvas.accessibleDescription().startswith("edge from x to y")


def test_the_keys_of_edges_stand_in_the_menu_and_on_the_sheet() -> None:
    keys = {action.id: action.keys for action in ACTIONS if action.on_canvas}
    assert (keys["next-edge"], keys["previous-edge"], keys["card"]) == (("J",), ("Shift+J",), ("Q",))
    assert np.unique([k for key in keys.values() for k in key], return_counts=True)[1].max() == 1


def test_ctrl_and_an_arrow_select_the_next_node_as_well(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.choose(shown.node("x"))
    for _ in range(2):
        qtbot.keyClick(canvas, _KEY.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert canvas.selected == shown.node("z")
    assert set(canvas.also) == {shown.node("x"), shown.node("y")}
    assert "y, multiply" in canvas.accessibleDescription()
    qtbot.keyClick(canvas, _KEY.Key_Left)
    assert canvas.chosen == [shown.node("y")]


def test_alt_home_and_end_go_to_the_first_and_the_last_pass(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked(3))
    told: list[int] = []
    canvas.pass_chosen.connect(lambda _, number: told.append(number))
    canvas.choose(shown.node(TITLE))
    qtbot.keyClick(canvas, _KEY.Key_Home, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: told == [1])
    qtbot.keyClick(canvas, _KEY.Key_End, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: told == [1, 6])
    shown = _show(canvas, opened(3))
    moved: list[tuple[int, int]] = []
    canvas.pass_moved.connect(lambda _, before, after: moved.append((before, after)))
    canvas.choose_frame(0)
    qtbot.keyClick(canvas, _KEY.Key_End, Qt.KeyboardModifier.AltModifier)
    assert moved == [(3, 6)]


def test_the_card_is_as_wide_as_what_it_says(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked(3))
    canvas.choose(shown.node(TITLE))
    for _ in range(4):
        qtbot.keyClick(canvas, _KEY.Key_J)
        qtbot.waitUntil(canvas.hover.card.isVisible)
        for text in canvas.hover.card.findChildren(QLabel):
            if text.isVisible() and not text.wordWrap():
                assert text.width() >= text.sizeHint().width(), text.text()
