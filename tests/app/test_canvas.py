"""The canvas: what it paints, what the mouse and the keys do, and what it keeps when the picture changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from folded import opened
from looking import color_at, middle_of, pixels_of, show_on
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from pytestqt.qtbot import QtBot
from scenes import ARRAYS, PRODUCT, Scene, chain, scene

from gradstudio.app.canvas.canvas import Canvas
from gradstudio.picture.color import scale_of, signed
from gradstudio.picture.model import Layer, Level
from gradstudio.picture.tokens import load_theme


def test_a_gradient_row_has_the_colour_of_its_gradient(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    theme, scale = load_theme("light"), scale_of(shown.trace, shown.graph.sweep)
    for title, gradient in (("x", 108.0), ("y", 18.0), ("z", 1.0)):
        expected = int(signed(theme, scale, np.array([gradient]))[0])
        assert color_at(canvas, shown.node(title), 0.9, 0.86) == expected, title


def test_each_level_is_chosen_by_the_zoom(canvas: Canvas) -> None:
    show_on(canvas, scene(PRODUCT))
    seen = []
    for zoom in (1.0, 0.81, 0.8, 0.46, 0.45, 0.19, 0.18, 0.1):
        canvas.set_zoom(zoom)
        painter = canvas._painter()
        assert painter is not None
        seen.append(painter.picture.level)
    full, compact, name, block = Level.FULL, Level.COMPACT, Level.NAME, Level.BLOCK
    assert seen == [full, full, compact, compact, name, name, block, block]


def test_a_fitted_picture_is_wholly_in_view_with_air_around_it(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(ARRAYS))
    for node in range(len(shown.graph.record)):
        rect = canvas.node_rect(node)
        assert rect.left() >= 6, node
        assert rect.top() >= 6, node
        assert rect.right() <= canvas.width() - 6, node
        assert rect.bottom() <= canvas.height() - 6, node


def test_a_click_selects_and_a_click_beside_selects_nothing(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    told: list[int] = []
    canvas.node_selected.connect(told.append)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle_of(canvas, shown.node("y")))
    assert canvas.selected == shown.node("y")
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(2, canvas.height() - 2))
    assert told == [shown.node("y"), -1]


def test_a_double_click_activates_the_node(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    with qtbot.waitSignal(canvas.node_activated) as signal:
        qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=middle_of(canvas, shown.node("z")))
    assert signal.args == [shown.node("z")]


def test_selecting_from_outside_tells_nobody(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    told: list[int] = []
    canvas.node_selected.connect(told.append)
    canvas.select(shown.node("y"))
    assert canvas.selected == shown.node("y")
    canvas.select(None)
    assert canvas.selected == -1
    assert told == []


def test_arrows_walk_along_the_edges(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    canvas.setFocus()
    canvas.select(shown.node("x"))
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(canvas, key)
        walked.append(shown.graph.title[canvas.selected])
    assert walked == ["y", "z", "z", "y", "x"]


def test_down_and_up_stay_in_the_column(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    boxes = shown.layout.boxes
    above, below = shown.node("x"), shown.node("unused")
    if boxes[above, 1] > boxes[below, 1]:
        above, below = below, above
    assert abs(boxes[above, 0] - boxes[below, 0]) < 40
    canvas.select(above)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.selected == below
    qtbot.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.selected == above


def test_tab_walks_in_tape_order_and_leaves_at_the_end(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(ARRAYS))
    canvas.setFocus()
    walked = []
    for _ in shown.graph.record:
        qtbot.keyClick(canvas, Qt.Key.Key_Tab)
        walked.append(canvas.selected)
    assert walked == list(range(len(shown.graph.record)))
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert canvas.selected == walked[-1]


def test_escape_clears_the_selection_and_home_shows_everything(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    fitted = canvas.zoom
    canvas.select(shown.node("x"))
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom == pytest.approx(fitted * 1.25)
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.zoom == pytest.approx(fitted * 0.8)
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.zoom == pytest.approx(fitted)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.selected == -1


def test_f_frames_the_selected_node(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(chain(40)))
    last = len(shown.graph.record) - 1
    canvas.select(last)
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    center = canvas.node_rect(last).center()
    assert abs(center.x() - canvas.width() / 2) < 2
    assert abs(center.y() - canvas.height() / 2) < 2


def test_the_keys_1_to_3_ask_for_a_layer(canvas: Canvas, qtbot: QtBot) -> None:
    wanted: list[int] = []
    canvas.layer_wanted.connect(wanted.append)
    for key in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_3):
        qtbot.keyClick(canvas, key)
    assert wanted == [Layer.GRADIENTS, Layer.VALUES, Layer.BOTH]


def test_the_wheel_zooms_about_the_pointer(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    node = shown.node("y")
    point = canvas.node_rect(node).center()
    before = canvas.zoom
    event = QWheelEvent(
        point, canvas.mapToGlobal(point), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    canvas.wheelEvent(event)
    assert canvas.zoom == pytest.approx(before * 1.15**2)
    after = canvas.node_rect(node).center()
    assert abs(after.x() - point.x()) <= 0.51
    assert abs(after.y() - point.y()) <= 0.51


def test_a_drag_of_the_ground_pans_and_does_not_select(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    before, start = canvas.node_rect(shown.node("y")), QPoint(4, canvas.height() - 60)
    assert canvas.node_at(QPointF(start)) == -1
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(30, -12))
    qtbot.mouseMove(canvas, start + QPoint(50, -20))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(50, -20))
    moved = canvas.node_rect(shown.node("y"))
    assert (moved.left() - before.left(), moved.top() - before.top()) == pytest.approx((50, -20))
    assert canvas.selected == -1


@pytest.mark.parametrize("shown", [scene(chain(40)), opened()], ids=["chain", "stacks"])
@pytest.mark.parametrize("zoom", [1.0, 0.6, 0.3, 0.1])
def test_a_panned_frame_is_the_one_painted_anew(canvas: Canvas, zoom: float, shown: Scene) -> None:
    """Panning shifts the last frame and paints only what came into sight; nobody must see the difference."""
    show_on(canvas, shown)
    canvas.set_zoom(zoom)
    canvas.grab()
    for dx, dy in ((13, 0), (0, -21), (-40, 17), (7, 7)):
        canvas.pan(dx, dy)
        canvas.grab()
    shifted = pixels_of(canvas)
    canvas._buffer.clear()
    fresh = pixels_of(canvas)
    apart = np.abs(shifted.view(np.uint8).astype(int) - fresh.view(np.uint8).astype(int))
    assert apart.max() <= 96, "only the smoothing of an edge at a seam may differ"
    assert np.count_nonzero(apart > 24) < 0.001 * apart.size


def test_the_view_stays_when_an_edit_changes_a_number(canvas: Canvas) -> None:
    show_on(canvas, scene(PRODUCT))
    canvas.set_zoom(1.3)
    canvas.pan(-31, 8)
    before = canvas.node_rect(0)
    canvas.select(1)
    edited = scene(PRODUCT.replace("3.0", "4.0"))
    canvas.set_scene(edited.trace, edited.graph, edited.layout)
    assert canvas.node_rect(0) == before
    assert canvas.selected == 1


def test_another_program_is_fitted_and_nothing_is_selected(canvas: Canvas) -> None:
    show_on(canvas, scene(PRODUCT))
    canvas.set_zoom(2.5)
    canvas.select(2)
    told: list[int] = []
    canvas.node_selected.connect(told.append)
    other = show_on(canvas, scene(chain(3)))
    assert canvas.zoom <= 1.0
    assert canvas.rect().contains(canvas.node_rect(len(other.graph.record) - 1).toRect())
    assert canvas.selected == -1
    assert told == []  # nobody chose that: what the window selects then, it decides by itself


def test_the_card_tells_value_and_gradient_after_a_moment(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    hovered: list[int] = []
    canvas.node_hovered.connect(hovered.append)
    qtbot.mouseMove(canvas, middle_of(canvas, shown.node("y")))
    assert not canvas.hover.card.isVisible()
    qtbot.waitUntil(canvas.hover.card.isVisible)
    assert canvas.hover.card.said() == [
        "y",
        "op multiply, line 5",
        "does Product of two values, element by element",
        "shape scalar float64",
        "value 9.000",
        "gradient +18.00",
    ]
    assert hovered == [shown.node("y")]
    qtbot.mouseMove(canvas, QPoint(1, canvas.height() - 2))
    assert not canvas.hover.card.isVisible()


def test_the_map_comes_when_something_is_out_of_view_and_leads_there(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    assert not canvas._minimap.isVisible()
    canvas.set_zoom(3.0)
    assert canvas._minimap.isVisible()
    qtbot.waitUntil(lambda: canvas._minimap._picture is not None)
    scale, dx, dy = canvas._minimap._scale()
    x, y, w, h = shown.layout.boxes[shown.node("z")].tolist()
    point = QPoint(round((x + w / 2) * scale + dx), round((y + h / 2) * scale + dy))
    qtbot.mouseClick(canvas._minimap, Qt.MouseButton.LeftButton, pos=point)
    assert canvas.rect().contains(middle_of(canvas, shown.node("z")))


def test_page_keys_move_the_view(canvas: Canvas, qtbot: QtBot) -> None:
    show_on(canvas, scene(chain(200)))
    canvas.frame([100])
    before = canvas.node_rect(100)
    qtbot.keyClick(canvas, Qt.Key.Key_PageDown)
    assert canvas.node_rect(100).top() == pytest.approx(before.top() - 0.8 * canvas.height(), abs=1)
    qtbot.keyClick(canvas, Qt.Key.Key_PageUp)
    assert canvas.node_rect(100) == before


def test_m_puts_the_map_away_and_brings_it_back(canvas: Canvas, qtbot: QtBot) -> None:
    show_on(canvas, scene(PRODUCT))
    canvas.set_zoom(3.0)
    seen = []
    for _ in range(2):
        qtbot.keyClick(canvas, Qt.Key.Key_M)
        canvas.pan(10, 10)
        seen.append(canvas._minimap.isVisible())
    assert seen == [False, True]


def test_a_screen_reader_hears_the_selected_node(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    assert canvas.accessibleName()
    canvas.select(shown.node("y"))
    assert canvas.accessibleDescription().startswith("y, multiply, line 5")
    canvas.select(None)
    assert canvas.accessibleDescription() == "no node selected"


def test_large_pictures_are_painted_at_every_level(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(chain(1500)))
    assert len(shown.graph.record) == 1501
    ground = load_theme("light").surface["canvas"]
    for zoom in (1.0, 0.5, 0.2, 0.05, 0.02):
        canvas.set_zoom(zoom)
        pixels = pixels_of(canvas)
        assert np.count_nonzero(pixels != ground) > 500, zoom


def _longest(shown: Scene, edge: int) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the longest segment of a forward edge."""
    routes = shown.layout.forward
    points = routes.points[routes.start[edge] : routes.start[edge + 1]]
    k = int(np.argmax(np.abs(np.diff(points, axis=0)).sum(axis=1)))
    return points[k], points[k + 1]


@pytest.mark.parametrize("away", [0, 20_000])
def test_an_edge_is_drawn_where_its_route_runs(canvas: Canvas, away: int) -> None:
    """Also when the line reaches far out of the view, where it is cut before it is painted."""
    shown = scene(PRODUCT)
    edge = int(np.flatnonzero(shown.graph.edge_target == shown.node("aside"))[0])
    routes = shown.layout.forward
    points = routes.points.copy()
    a, b = _longest(shown, edge)
    last = int(routes.start[edge + 1]) - 1
    points[int(routes.start[edge])] -= (away, 0.0)
    assert points[last, 1] == routes.points[last, 1]
    layout = replace(shown.layout, forward=replace(routes, points=points))
    canvas.set_scene(shown.trace, shown.graph, layout)
    canvas.frame([shown.node("unused"), shown.node("aside")])
    canvas.set_zoom(1.0)
    middle = (a + b) / 2
    origin = shown.layout.boxes[shown.node("aside"), :2]
    place = canvas.node_rect(shown.node("aside")).topLeft()
    x, y = (middle - origin) * canvas.zoom + (place.x(), place.y())
    near = pixels_of(canvas)[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3]
    ground = load_theme("light").surface["canvas"]
    assert np.any((near & 255).astype(int) < (ground & 255) - 60)


def test_selecting_a_node_of_a_fitted_view_moves_nothing(canvas: Canvas) -> None:
    text = "x = 2.0\ny = x\nfor i in range(3):\n    y = y * x\n"
    canvas.resize(527, 480)
    shown = show_on(canvas, scene(text))
    canvas.fit()
    before = [canvas.node_rect(i) for i in range(len(shown.graph.ids))]
    for node in range(len(shown.graph.ids)):
        canvas.select(node)

    assert [canvas.node_rect(i) for i in range(len(shown.graph.ids))] == before
