"""What the pointer is over: the card, the emphasised edges, comparing with the selected node."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from folded import PASSES, TITLE, grouped, opened, stacked
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from scenes import ARRAYS, POISON, PRODUCT, Scene, scene

from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.canvas.said import of_edge, of_node
from gradstudio.graph.neighbours import Neighbours

_ALT = Qt.KeyboardModifier.AltModifier


def _show(canvas: Canvas, shown: Scene) -> Scene:
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    return shown


def _middle(canvas: Canvas, node: int) -> QPoint:
    return canvas.node_rect(node).center().toPoint()


def _said(shown: Scene, title: str, beside: str = "") -> dict[str, str]:
    other = shown.node(beside) if beside else -1
    said = of_node(shown.graph, shown.trace, Neighbours(shown.graph), shown.node(title), other)
    return dict(said.rows)


def _on_edge(canvas: Canvas, shown: Scene, edge: int, is_back: bool = False) -> QPoint:
    """A point in the middle of the first segment of a route."""
    routes = shown.layout.backward if is_back else shown.layout.forward
    points = routes.points[routes.start[edge] : routes.start[edge + 1]]
    x, y = points[:2].mean(axis=0).tolist()
    return canvas.screen((x, y, 0, 0)).topLeft().toPoint()


def _edge(shown: Scene, source: str, target: str) -> int:
    ends = (shown.graph.edge_source == shown.node(source)) & (shown.graph.edge_target == shown.node(target))
    return int(np.flatnonzero(ends)[0])


def test_the_card_of_an_array_says_five_numbers_of_value_and_gradient(canvas: Canvas) -> None:
    shown = _show(canvas, scene(ARRAYS))
    canvas.hover.move(QPointF(_middle(canvas, shown.node("w"))))
    canvas.hover.show_card()
    # w = [[1, -2, 0], [4, 5, -6]], its gradient 2 w: rms sqrt(82 / 6) and twice that
    assert canvas.hover.card.said() == [
        "w",
        "op parameter, line 2",
        "shape [2,3] float64",
        "min  mean  max  rms  zeros",
        "value  −6.000  0.3333  5.000  3.697  1",
        "gradient  −12.00  0.6667  10.00  7.394  1",
    ]


def test_the_card_counts_what_is_not_finite_and_says_why() -> None:
    shown = scene(POISON)
    said = of_node(shown.graph, shown.trace, Neighbours(shown.graph), shown.node("s"))
    assert said.table[2] == ("gradient", "−0.06250", "−0.06250", "−0.06250", "0.06250", "1 NaN")
    assert said.note.startswith("NaN: ")


def test_what_has_not_run_has_no_numbers(canvas: Canvas, qtbot: QtBot) -> None:
    shown = scene(PRODUCT)
    record = np.where(np.arange(len(shown.graph.record)) == shown.node("z"), -1, shown.graph.record)
    graph = replace(shown.graph, record=record.astype(np.int32))
    _show(canvas, replace(shown, graph=graph))
    said = of_node(graph, shown.trace, Neighbours(graph), shown.node("z"))
    assert said.rows == (("op", "multiply, line 7"),)
    assert said.note == "not run: there is no value yet"
    canvas.select(shown.node("z"))
    assert canvas.accessibleDescription() == "z, multiply, line 7, not run: there is no value yet"
    canvas.select(shown.node("x"))
    qtbot.keyClick(canvas, Qt.Key.Key_U)
    assert canvas.lit is not None
    assert not canvas.lit[shown.node("z")]


def test_the_card_says_who_sends_which_share_of_the_gradient() -> None:
    text = """\
import gradstudio as gs
x = gs.Variable(2.0)
with gs.GradientTape() as t:
    one = x * 3.0
    other = x * 1.0
    loss = one + other
g = t.gradient(loss, x)
"""
    assert _said(scene(text), "x")["share"] == "from one 75 %, other 25 %"


def test_the_card_of_a_stack_says_the_chosen_pass_and_the_range_over_all() -> None:
    said = _said(stacked(2), TITLE)
    assert said["holds"] == f"stack of {PASSES} passes, pass 2 shown"
    shown = stacked(2)
    fold = shown.graph.folds[0]
    sweep = shown.trace.sweeps[0]
    rows = [int(np.flatnonzero(sweep.record == record)[0]) for record in fold.record]
    sizes = np.abs(sweep.cotangents.mean[rows])
    low, high = said["over passes"].removeprefix("|gradient| ").split(" to ")
    assert float(low) == pytest.approx(sizes.min(), rel=1e-3)
    assert float(high) == pytest.approx(sizes.max(), rel=1e-3)
    assert float(said["gradient"]) == pytest.approx(sweep.cotangents.mean[rows[1]], rel=1e-3)


def test_the_card_of_a_closed_group_says_what_it_holds() -> None:
    assert _said(grouped(), "pass 1")["holds"] == "closed group of 2 ops"


def test_the_card_of_an_edge_says_local_derivative_and_product() -> None:
    shown = scene(PRODUCT)  # x = 3, y = 9, z = 81: dz/dy = 18 over two edges, dy/dx = 3 on each
    said = of_edge(shown.graph, shown.trace, _edge(shown, "x", "y"))
    assert said.title == "x → y"
    assert dict(said.rows) == {
        "carries": "scalar, input 1",
        "local derivative": "+3.000",
        "product": "+54.00",
        "share": "50.0 % of what reaches x",
    }
    aside = of_edge(shown.graph, shown.trace, _edge(shown, "unused", "aside"))
    assert aside.note == "nothing flows back here"


def test_an_edge_under_the_pointer_is_found_up_to_4_pixels_away(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.frame([shown.node("unused"), shown.node("aside")])
    edge = _edge(shown, "unused", "aside")
    point = _on_edge(canvas, shown, edge)
    for away, found in ((0, True), (3, True), (-3, True), (7, False)):
        spot = canvas.spot_at(QPointF(point + QPoint(0, away)))
        assert ((spot.kind, spot.number) == ("edge", edge)) is found, away
    qtbot.mouseMove(canvas, point)
    qtbot.waitUntil(canvas.hover.card.isVisible)
    assert canvas.hover.card.said()[0] == "unused → aside"


def test_forward_and_backward_lanes_are_told_apart(canvas: Canvas) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.frame([shown.node("x"), shown.node("y")])
    edge = _edge(shown, "x", "y")
    backs = [canvas.spot_at(QPointF(_on_edge(canvas, shown, edge, is_back))).is_back for is_back in (False, True)]
    assert backs == [False, True]


def _ink(canvas: Canvas) -> np.ndarray:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return data[:, : image.width()].copy()


def test_the_edges_of_the_node_under_the_pointer_are_emphasised_and_no_others(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.hover.hide_card()
    before = _ink(canvas)
    qtbot.mouseMove(canvas, _middle(canvas, shown.node("unused")))
    canvas.hover.hide_card()
    changed = _ink(canvas) != before

    def near(edge: int) -> bool:
        point = _on_edge(canvas, shown, edge)
        return bool(changed[point.y() - 3 : point.y() + 4, point.x() - 3 : point.x() + 4].any())

    assert near(_edge(shown, "unused", "aside"))
    assert not near(_edge(shown, "x", "y"))
    qtbot.mouseMove(canvas, QPoint(2, canvas.height() - 2))
    assert np.array_equal(_ink(canvas), before)


def test_alt_compares_with_the_selected_node(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    assert _said(shown, "z", "y")["to y"] == "|value| × 9.000, |gradient| × 0.05556"
    canvas.select(shown.node("y"))
    qtbot.mouseMove(canvas, _middle(canvas, shown.node("z")))
    qtbot.waitUntil(canvas.hover.card.isVisible)
    assert not any(line.startswith("to y") for line in canvas.hover.card.said())
    qtbot.keyPress(canvas, Qt.Key.Key_Alt)
    assert "to y |value| × 9.000, |gradient| × 0.05556" in canvas.hover.card.said()
    qtbot.keyRelease(canvas, Qt.Key.Key_Alt)
    assert not any(line.startswith("to y") for line in canvas.hover.card.said())


def _with_chip(shown: Scene, edge: int) -> tuple[Scene, QPoint]:
    """The same picture with a reference chip instead of the route of one edge."""
    x, y, _, h = shown.layout.boxes[shown.graph.edge_target[edge]].tolist()
    box = (x - 46.0, y + h - 20.0, 40.0, 16.0)
    layout = replace(shown.layout, chips=np.array([edge], np.int32), chip_boxes=np.array([box]))
    return Scene(shown.text, shown.trace, shown.graph, layout), QPoint(round(x - 26), round(y + h - 12))


def test_a_reference_chip_says_what_it_refers_to_and_leads_there(canvas: Canvas, qtbot: QtBot) -> None:
    shown, (place) = _with_chip(scene(PRODUCT), _edge(scene(PRODUCT), "y", "z"))
    _show(canvas, shown)
    point = canvas.screen((place.x(), place.y(), 0, 0)).topLeft().toPoint()
    qtbot.mouseMove(canvas, point)
    qtbot.waitUntil(canvas.hover.card.isVisible)
    assert canvas.hover.card.said()[:2] == ["y → z", "refers to y, multiply, line 5"]
    told: list[int] = []
    canvas.node_selected.connect(told.append)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=point)
    assert told == [shown.node("y")]


def test_the_card_stays_inside_the_canvas(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened())
    canvas.resize(420, 320)
    for node in range(len(shown.graph.ids)):
        canvas.frame([node])
        qtbot.mouseMove(canvas, QPoint(1, 1))
        qtbot.mouseMove(canvas, _middle(canvas, node))
        canvas.hover.show_card()
        assert canvas.rect().contains(canvas.hover.card.geometry()), node
