"""What the canvas paints: colours, states, rings, edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from looking import color_at, middle_of, pixels_of, show_on
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from scenes import POISON, PRODUCT, Scene, scene

from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.canvas.painter import PicturePainter
from gradstudio.picture.anatomy import FRAME
from gradstudio.picture.build import build_picture
from gradstudio.picture.columns import TextList
from gradstudio.picture.model import Layer, Level
from gradstudio.picture.specimens import Cell, specimens
from gradstudio.picture.tokens import load_theme


def test_a_stale_picture_looks_different_and_mends_itself(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    fresh = pixels_of(canvas)
    canvas.set_stale(True)
    stale = pixels_of(canvas)
    theme = load_theme("light")
    assert np.count_nonzero(fresh != stale) > 1000
    assert color_at(canvas, shown.node("z"), 0.5, 0.05) == theme.stale_header
    canvas.set_stale(False)
    assert np.array_equal(pixels_of(canvas), fresh)


def test_the_values_layer_hides_gradient_colours(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    canvas.set_layer(Layer.VALUES)
    assert color_at(canvas, shown.node("y"), 0.9, 0.86) == load_theme("light").surface["node"]


def test_both_themes_paint_their_own_ground(canvas: Canvas) -> None:
    show_on(canvas, scene(PRODUCT))
    assert int(pixels_of(canvas)[-1, 0]) == load_theme("light").surface["canvas"]
    canvas.set_theme(load_theme("dark"))
    assert int(pixels_of(canvas)[-1, 0]) == load_theme("dark").surface["canvas"]


def test_the_selection_ring_is_drawn_beside_the_node(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    node = shown.node("z")
    canvas.select(node)
    rect = canvas.node_rect(node)
    row = pixels_of(canvas)[round(rect.center().y()) + 10, :]
    ring = row[round(rect.right()) + 3 : round(rect.right()) + 7]
    assert load_theme("light").accent in ring.tolist()


def test_the_nodes_of_the_editors_line_are_marked(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(PRODUCT))
    before = pixels_of(canvas)
    canvas.highlight([shown.node("y")])
    changed = np.argwhere(pixels_of(canvas) != before)
    rect = canvas.node_rect(shown.node("y")).adjusted(-8, -8, 8, 8)
    assert len(changed) > 100
    assert all(rect.contains(QPointF(x, y)) for y, x in changed.tolist())


def test_a_nan_gradient_is_hatched(canvas: Canvas) -> None:
    shown = show_on(canvas, scene(POISON))
    rect = canvas.node_rect(shown.node("s"))
    row = pixels_of(canvas)[round(rect.top() + 0.78 * rect.height()), round(rect.left()) : round(rect.right())]
    assert load_theme("light").nan_hatch in row.tolist()


def test_an_empty_canvas_says_how_to_begin_unless_it_waits(canvas: Canvas) -> None:
    hint = pixels_of(canvas)
    assert np.count_nonzero(hint != load_theme("light").surface["canvas"]) > 500
    canvas.set_waiting(True)
    theme = load_theme("light")
    inks = {theme.ink["ink2"], theme.ink["muted"]}
    assert not inks & set(np.unique(pixels_of(canvas)).tolist())
    show_on(canvas, scene(PRODUCT))
    canvas.clear()
    canvas.set_waiting(False)
    assert np.array_equal(pixels_of(canvas), hint)


def test_a_program_of_one_number_is_drawn(canvas: Canvas) -> None:
    shown = show_on(canvas, scene("x = 3.0\n"))
    plain = canvas.grab().toImage()
    canvas.select(0)

    assert shown.graph.title == ("x",)
    assert canvas.grab().toImage() != plain  # the ring of the selection


def test_a_hostile_name_is_plain_text(canvas: Canvas, qtbot: QtBot) -> None:
    shown = scene(PRODUCT)
    name = "<img src=x onerror=y>&amp;\u202e\n</b>"
    graph = replace(shown.graph, title=(name,) * len(shown.graph.title))
    show_on(canvas, Scene(shown.text, shown.trace, graph, shown.layout))
    canvas.grab()
    qtbot.mouseMove(canvas, middle_of(canvas, 0))
    qtbot.waitUntil(canvas.hover.card.isVisible)
    assert canvas.hover.card._title.text() == "<img src=x onerror=y>&amp;\\u202e⏎</b>"
    for label in canvas.hover.card.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_the_ring_of_keyboard_focus_is_dotted(canvas: Canvas, qtbot: QtBot) -> None:
    show_on(canvas, scene(PRODUCT))
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(canvas.hasFocus)
    row = pixels_of(canvas)[1:4, 10:-10].min(axis=0).astype(np.int64)
    changes = int((np.diff(row) != 0).sum())
    assert changes > len(row) / 4, "dots of 2 pixels, 2 apart"


def test_a_text_without_a_shorter_form_is_not_painted_where_it_is_too_wide(application: QApplication) -> None:
    view, words = specimens((Cell("y", "add", "arithmetic", 1.0, 1.0),)), TextList()
    for y, short in ((10.0, None), (30.0, "")):
        words.add(5002.0, y, "Backspace closes", FRAME, 0xFFFFFFFF, 60.0, short=short)
    shown = replace(
        build_picture(view.graph, view.layout, view.trace, load_theme("dark"), Level.COMPACT), texts=words.freeze()
    )
    image = QImage(200, 40, QImage.Format.Format_RGB32)
    image.fill(0)
    p = QPainter(image)
    PicturePainter(shown).paint(p, 5000.0, 0.0, 1.0, QRectF(5000, 0, 200, 40))
    p.end()
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(40, 200) & 0xFFFFFF
    assert rows[:20].any()
    assert not rows[20:].any()
