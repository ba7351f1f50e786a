"""Parts of building by themselves: where ports lie, what is known of fits, bubbles, fields, the strip of keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from looking import show_on
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from scenes import PRODUCT, Scene, scene

from gradstudio.app.canvas.building.bubble import FITS, MISFIT, Bubble, Choice
from gradstudio.app.canvas.building.field import Field
from gradstudio.app.canvas.building.fits import Fits, Port
from gradstudio.app.canvas.building.ports import OUTPUT, PortPlaces
from gradstudio.app.canvas.building.strip import HEIGHT, Strip
from gradstudio.app.canvas.canvas import Canvas
from gradstudio.graph.neighbours import Neighbours
from gradstudio.layout import Options, layout
from gradstudio.picture.anatomy import sizes
from gradstudio.studio.edits.fitting import Fit

MANY = """\
import gradstudio as gs
v = [gs.Variable(float(k)) for k in range(12)]
with gs.GradientTape() as t:
    both = v[0] * v[1]
    loss = gs.add_n([*v, both])
g = t.gradient(loss, v)
"""


def _places(shown: Scene, count: Callable[[int], int]) -> PortPlaces:
    return PortPlaces(shown.graph, shown.layout, Neighbours(shown.graph), count)


def _slots(shown: Scene) -> Callable[[int], int]:
    return lambda node: int(np.count_nonzero(shown.graph.edge_target == node))


@pytest.mark.parametrize("direction", ["right", "down"])
def test_ports_lie_on_the_sides_where_lines_arrive_and_leave(direction: str) -> None:
    shown = scene(PRODUCT)
    shown = replace(shown, layout=layout(shown.graph, sizes(shown.graph), Options(direction=direction)))
    places, routes = _places(shown, _slots(shown)), shown.layout.forward
    for edge in range(len(shown.graph.edge_source)):
        points = routes.points[routes.start[edge] : routes.start[edge + 1]]
        out = places.output(int(shown.graph.edge_source[edge]))
        into = places.input(int(shown.graph.edge_target[edge]), int(shown.graph.edge_slot[edge]))
        assert out is not None
        assert into is not None
        assert (out.x, out.y) == pytest.approx(points[0].tolist())
        along = 1 if direction == "down" else 0
        assert (into.x, into.y)[along] == pytest.approx(points[-1, along])
        assert abs((into.x, into.y)[1 - along] - points[-1, 1 - along]) <= 6.0


def test_many_inputs_stay_on_their_side_in_the_order_of_their_lines() -> None:
    shown = scene(MANY)
    places, node = _places(shown, _slots(shown)), shown.node("loss")
    *inputs, out = places.of(node)
    assert len(inputs) == 13
    assert out.slot == OUTPUT
    x, y, _, h = shown.layout.boxes[node].tolist()
    heights = [place.y for place in inputs]
    assert all(place.x == x and y < place.y < y + h for place in inputs)
    assert min(np.diff(sorted(heights))) > 4.0
    routes, near = shown.layout.forward, Neighbours(shown.graph)
    wired = [edge for edge in near.edges_into(node).tolist() if routes.start[edge + 1] > routes.start[edge]]
    arrives = [routes.points[routes.start[edge + 1] - 1, 1] for edge in wired]
    slots = [int(shown.graph.edge_slot[edge]) for edge in wired]
    assert sorted(slots, key=lambda slot: arrives[slots.index(slot)]) == sorted(slots, key=lambda slot: heights[slot])


def test_an_input_without_a_line_lies_behind_the_one_before_it() -> None:
    shown = scene(PRODUCT)
    node = shown.node("aside")  # unused * 2.0
    places = _places(shown, lambda _: 2)
    first, second = places.input(node, 0), places.input(node, 1)
    assert first is not None
    assert second is not None
    assert second.y - first.y == pytest.approx(12.0)


def test_the_nearest_port_is_found_and_none_beyond_reach() -> None:
    shown = scene(PRODUCT)
    places, node = _places(shown, _slots(shown)), shown.node("y")
    place = places.input(node, 1)
    assert place is not None
    around = places.around(place.x - 3, place.y + 1)
    assert node in around
    assert places.at(place.x - 3, place.y + 1, 8.0, around) == place
    assert places.at(place.x - 9, place.y, 8.0, around) is None
    assert node not in places.around(place.x - 40, place.y)


# fits


def test_each_port_is_asked_about_once_and_the_latest_wish_counts() -> None:
    asked: list[Port] = []

    def ask(node: int, slot: int) -> Fit:
        asked.append((node, slot))
        return Fit(node > 1, "")

    fits = Fits(ask)
    fits.want([(0, 0), (1, 0)])
    assert not fits.now((2, 1)).loops
    fits.want([(2, 1), (3, 0)])
    assert fits.work(1.0) is False
    assert asked == [(2, 1), (3, 0)]
    assert fits.known((0, 0)) is None
    assert fits.known((3, 0)) == Fit(True, "")
    fits.now((3, 0))
    assert asked == [(2, 1), (3, 0)]


def test_looking_stops_when_its_time_is_over() -> None:
    fits = Fits(lambda node, slot: Fit(True, ""))
    fits.want([(0, 0), (1, 0)])
    assert fits.work(0.0) is True
    assert fits.known((0, 0)) is None


# bubbles


@pytest.fixture
def ground(application: QApplication, qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


def test_a_bubble_stays_inside_wherever_it_belongs(ground: QWidget) -> None:
    bubble = Bubble(ground, "light")
    words = "these two shapes do not match, and this sentence is so long that it has to be broken into lines " * 2
    for rect in (QRectF(0, 0, 20, 20), QRectF(580, 380, 20, 20), QRectF(300, 0, 10, 400), QRectF(-50, 200, 10, 10)):
        bubble.say(MISFIT, words, rect, (Choice("T", "transpose it", "gs.transpose(it)"),))
        assert ground.rect().contains(bubble.geometry()), rect


def test_a_bubble_takes_the_mouse_only_for_its_choices(ground: QWidget) -> None:
    bubble, flag = Bubble(ground, "dark"), Qt.WidgetAttribute.WA_TransparentForMouseEvents
    choices = (Choice("T", "transpose X", "gs.transpose(X)"), Choice("C", "cast X"))
    bubble.say(FITS, "z fits", QRectF(10, 100, 10, 10))
    assert bubble.testAttribute(flag)
    bubble.say(MISFIT, "no", QRectF(10, 100, 10, 10), choices)  # a wire is in the hand
    assert bubble.testAttribute(flag)
    bubble.say(MISFIT, "no", QRectF(10, 100, 10, 10), choices, is_clickable=True)
    assert not bubble.testAttribute(flag)


def test_a_choice_is_made_by_its_key_or_by_a_click_on_its_row(ground: QWidget, qtbot: QtBot) -> None:
    bubble = Bubble(ground, "light")
    bubble.say(MISFIT, "no", QRectF(10, 100, 10, 10), (Choice("T", "one"), Choice("C", "two")), is_clickable=True)
    assert [bubble.number_of(key) for key in ("t", "C", "x")] == [0, 1, -1]
    told: list[int] = []
    bubble.chosen.connect(told.append)
    for number in (1, 0):
        qtbot.mouseClick(bubble, Qt.MouseButton.LeftButton, pos=bubble.row(number).center().toPoint())
    qtbot.mouseClick(bubble, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert told == [1, 0]
    assert bubble.row(0).bottom() <= bubble.row(1).top()
    assert bubble.row(1).bottom() < bubble.height()


# fields


def test_a_field_applies_on_enter_and_stays_where_that_is_refused(ground: QWidget, qtbot: QtBot) -> None:
    field, typed, refused = Field(ground, "light"), list[str](), list[str]()

    def apply(text: str) -> str:
        typed.append(text)
        return "" if text == "good" else f"{text} is not good"

    field.refused.connect(refused.append)
    field.open(QRectF(20, 40, 100, 24), "old", "Name", "a name", apply)
    assert field.selectedText() == "old"
    qtbot.keyClicks(field, "bad")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (field.is_open, refused) == (True, ["bad is not good"])
    field.selectAll()
    qtbot.keyClicks(field, " good ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (field.is_open, field.isVisible(), typed) == (False, False, ["bad", "good"])


def test_escape_leaves_a_field_and_applies_nothing(ground: QWidget, qtbot: QtBot) -> None:
    field, typed = Field(ground, "light"), list[str]()
    field.open(QRectF(20, 40, 100, 24), "old", "Name", "a name", lambda text: typed.append(text) or "")
    qtbot.keyClicks(field, "new")
    with qtbot.waitSignal(field.left):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert typed == []
    assert not field.is_open


def test_a_field_grows_with_its_text_and_stays_inside(ground: QWidget, qtbot: QtBot) -> None:
    field = Field(ground, "light")
    field.open(QRectF(560, 390, 30, 24), "", "Value", "", lambda text: "")
    narrow = field.width()
    assert ground.rect().contains(field.geometry())
    qtbot.keyClicks(field, "[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]")
    assert field.width() > narrow
    above_strip = ground.rect().adjusted(0, 0, 0, -HEIGHT)
    assert above_strip.contains(field.geometry())


# the strip


def test_the_strip_lies_at_the_bottom_and_shows_what_has_room(ground: QWidget) -> None:
    strip = Strip(ground, "light")
    strip.show_hints((("Enter", "add and wire"), ("Tab", "complete"), ("Esc", "cancel")))
    assert strip.geometry().bottom() == ground.height() - 1
    assert strip.height() == HEIGHT
    assert [hint[0] for hint, _, _ in strip.places()] == ["Enter", "Tab", "Esc"]
    ground.resize(240, 300)
    strip.settle()
    assert [hint[0] for hint, _, _ in strip.places()] == ["Enter"]
    strip.show_hints(())
    assert not strip.isVisible()


def test_the_strip_grows_with_what_is_to_be_decided(ground: QWidget) -> None:
    strip = Strip(ground, "dark")
    strip.show_hints((("Enter", "deletes"),), "Delete z: " + "line 8: the first input of mse is open then; " * 6)
    assert strip.height() > 2 * HEIGHT
    assert strip.geometry().bottom() == ground.height() - 1
    assert strip.accessibleName().endswith("Enter deletes")


# selecting


def test_several_nodes_are_selected_and_left_one_by_one(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    x, y, z = (shown.node(title) for title in "xyz")
    canvas.choose(x)
    canvas.choose_also(y)
    canvas.choose_also(z)
    assert canvas.chosen == [x, y, z]
    assert " and " in canvas.accessibleDescription()
    canvas.choose_also(y)
    assert canvas.chosen == [x, z]
    canvas.leave()
    assert canvas.chosen == [x]
    canvas.leave()
    assert canvas.chosen == []


def test_of_many_selected_nodes_a_few_are_named(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(MANY))
    count = len(shown.graph.ids)
    canvas.choose_all(list(range(count)))
    assert canvas.accessibleDescription().endswith(f" and {count - 3} more")
    assert canvas.accessibleDescription().startswith(canvas.node_words(0))


def test_what_is_selected_beside_stays_when_the_picture_is_new(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    canvas.choose_all([shown.node("x"), shown.node("z")])
    later = show_on(canvas, scene(PRODUCT.replace("    aside = unused * 2.0\n", "")))
    canvas.select(later.node("x"))  # as the window does after each run
    assert canvas.chosen == [later.node("x"), later.node("z")]
    canvas.choose(later.node("x"))
    assert canvas.chosen == [later.node("x")]


def test_without_a_program_to_edit_the_canvas_shows_no_ports(canvas: Canvas, qtbot: QtBot) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    qtbot.mouseMove(canvas, canvas.node_rect(shown.node("y")).center().toPoint())
    assert canvas.builder._near == []
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert canvas.builder.bench.bubble.text == "There is no program to edit here."
