"""Folding by hand: boxes, stacks and frames on the canvas, by mouse and by key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from folded import TITLE, grouped, opened, pass_group, stack, stacked, whole
from PySide6.QtCore import QEvent, QPoint, Qt, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scenes import Scene

from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.canvas.view import ink_bounds
from gradstudio.picture.anatomy import frame_buttons, stack_plot, stack_slider
from gradstudio.picture.model import Level

_LEFT = Qt.MouseButton.LeftButton
_ALT = Qt.KeyboardModifier.AltModifier


def _show(canvas: Canvas, shown: Scene, zoom: float = 0.9) -> Scene:
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    canvas.resize(1100, 700)
    canvas.fit()
    canvas.set_zoom(zoom)
    return shown


def _told(*signals: SignalInstance) -> list[tuple[object, ...]]:
    told: list[tuple[object, ...]] = []
    for signal in signals:
        signal.connect(lambda *values: told.append(values))
    return told


def _on_track(canvas: Canvas, node: int, share: float) -> QPoint:
    assert canvas.scene is not None
    x, y, w, h = stack_slider(canvas.scene.spots.box(node))
    return canvas.screen((x + share * w, y + h / 2, 0, 0)).topLeft().toPoint()


def _button(canvas: Canvas, frame: int, name: str) -> QPoint:
    assert canvas.scene is not None
    x, y, w, h = canvas.scene.layout.frames[frame].tolist()
    is_pass = bool(canvas.scene.graph.frames[frame].stack)
    return canvas.screen(frame_buttons((x, y, w, h), is_pass)[name]).center().toPoint()


def test_a_double_click_opens_a_closed_group(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, grouped())
    told = _told(canvas.fold_opened, canvas.node_activated)
    qtbot.mouseDClick(canvas, _LEFT, pos=canvas.node_rect(shown.node("pass 1")).center().toPoint())
    assert told == [(pass_group(1),)]


def test_enter_opens_a_box_and_goes_to_the_source_of_a_node(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, grouped())
    opened_ids, sources = _told(canvas.fold_opened), _told(canvas.node_activated)
    canvas.select(shown.node("pass 1"))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    canvas.select(shown.node("loss"))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert opened_ids == [(pass_group(1),)]
    assert sources == [(shown.node("loss"),)]


def test_plus_and_minus_open_and_close_and_otherwise_zoom(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened())
    told = _told(canvas.fold_opened, canvas.fold_closed)
    canvas.select(shown.node("4 to 6"))
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    canvas.select(shown.node("a"))
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert told == [(stack() + "@2",), (pass_group(3),)]
    before = canvas.zoom
    canvas.select(shown.node("w"))
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom == pytest.approx(1.25 * before)
    assert len(told) == 2


def test_backspace_closes_the_innermost_frame_around_the_selected_node(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened())
    told = _told(canvas.fold_closed)
    canvas.select(shown.node("w"))
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert told == []
    assert not canvas.unfolding.can_close()
    canvas.select(shown.node("a"))
    assert canvas.unfolding.can_close()
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert told == [(pass_group(3),)]


def test_the_pointer_is_a_hand_where_a_click_does_more_than_select(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened())
    node = shown.node("4 to 6")
    for point in (_button(canvas, 0, "next"), _on_track(canvas, node, 0.5)):
        qtbot.mouseMove(canvas, point)
        assert canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
        qtbot.mouseMove(canvas, canvas.node_rect(shown.node("w")).center().toPoint())
        assert canvas.cursor().shape() == Qt.CursorShape.ArrowCursor


@pytest.mark.parametrize("zoom", [1.4, 0.9])
def test_the_slider_chooses_the_pass_under_the_pointer(canvas: Canvas, qtbot: QtBot, zoom: float) -> None:
    shown = _show(canvas, stacked(), zoom)
    node = shown.node(TITLE)
    canvas.frame([node])
    canvas.set_zoom(zoom)
    told = _told(canvas.pass_chosen)
    qtbot.mouseClick(canvas, _LEFT, pos=_on_track(canvas, node, 0.6))
    assert told == [(stack(), 4)]
    assert canvas.selected == node


def test_further_away_the_plot_is_what_chooses(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked(), 0.6)
    node = shown.node(TITLE)
    canvas.frame([node])
    canvas.set_zoom(0.6)
    assert canvas.scene is not None
    x, y, w, h = stack_plot(canvas.scene.spots.box(node), Level.COMPACT)
    told = _told(canvas.pass_chosen)
    qtbot.mouseClick(canvas, _LEFT, pos=canvas.screen((x + 0.6 * w, y + h / 2, 0, 0)).topLeft().toPoint())
    assert told == [(stack(), 4)]


def test_dragging_the_slider_tells_passes_at_most_every_16_ms_and_the_last_one_always(
    canvas: Canvas, qtbot: QtBot
) -> None:
    shown = _show(canvas, stacked())
    node = shown.node(TITLE)
    told, moved = _told(canvas.pass_chosen), _told(canvas.node_moved)
    qtbot.mousePress(canvas, _LEFT, pos=_on_track(canvas, node, 0.0))
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        qtbot.mouseMove(canvas, _on_track(canvas, node, share))
    assert len(told) <= 5
    qtbot.mouseRelease(canvas, _LEFT, pos=_on_track(canvas, node, 1.0))
    qtbot.waitUntil(lambda: bool(told) and told[-1] == (stack(), 6))
    assert moved == []


def test_the_slider_goes_on_when_the_picture_changes_under_it(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked())
    node = shown.node(TITLE)
    told = _told(canvas.pass_chosen)
    qtbot.mousePress(canvas, _LEFT, pos=_on_track(canvas, node, 0.4))
    after = stacked(3)
    canvas.set_scene(after.trace, after.graph, after.layout)
    qtbot.wait(20)
    qtbot.mouseMove(canvas, _on_track(canvas, node, 1.0))
    qtbot.waitUntil(lambda: told == [(stack(), 3), (stack(), 6)])
    qtbot.mouseRelease(canvas, _LEFT, pos=_on_track(canvas, node, 1.0))


def test_alt_and_arrows_go_through_the_passes_of_a_selected_stack(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked(2))
    canvas.select(shown.node(TITLE))
    told = _told(canvas.pass_chosen)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(canvas, key, _ALT)
        qtbot.wait(25)
    assert told == [(stack(), 3), (stack(), 4), (stack(), 3)]


def test_the_passes_end_where_the_stack_does(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked(6))
    canvas.select(shown.node(TITLE))
    told = _told(canvas.pass_chosen)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, _ALT)
    assert told == []


def test_passes_of_a_part_count_over_the_whole_run(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened())
    node = shown.node("4 to 6")
    canvas.frame([node])
    told = _told(canvas.pass_chosen)
    qtbot.mouseClick(canvas, _LEFT, pos=_on_track(canvas, node, 1.0))
    assert told == [(stack() + "@2", 6)]


@pytest.mark.parametrize("select", [lambda c, s: c.select(s.node("w")), lambda c, s: c.select(None)])
def test_alt_and_arrows_are_the_menus_unless_a_stack_is_selected(
    canvas: Canvas, select: Callable[[Canvas, Scene], None]
) -> None:
    shown = _show(canvas, stacked())

    def overrides() -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Right, _ALT)
        event.ignore()
        QApplication.sendEvent(canvas, event)
        return event.isAccepted()

    select(canvas, shown)
    assert not overrides()
    canvas.select(shown.node(TITLE))
    assert overrides()


def test_a_double_click_on_the_sparkline_opens_the_pass_there(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked())
    node = shown.node(TITLE)
    assert canvas.scene is not None
    _, y, _, h = stack_plot(canvas.scene.spots.box(node))
    left, _, wide, _ = stack_slider(canvas.scene.spots.box(node))
    told = _told(canvas.pass_opened)
    point = canvas.screen((left + 0.4 * wide, y + h / 2, 0, 0)).topLeft().toPoint()
    qtbot.mouseDClick(canvas, _LEFT, pos=point)
    assert told == [(stack(), 3)]


def test_enter_on_a_stack_opens_the_pass_it_shows(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, stacked(5))
    canvas.select(shown.node(TITLE))
    told = _told(canvas.pass_opened)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told == [(stack(), 5)]


def test_the_buttons_of_an_open_pass_go_to_its_neighbours_and_close_it(canvas: Canvas, qtbot: QtBot) -> None:
    _show(canvas, opened())
    moved, closed = _told(canvas.pass_moved), _told(canvas.fold_closed)
    for name in ("previous", "next", "close"):
        qtbot.mouseClick(canvas, _LEFT, pos=_button(canvas, 0, name))
    assert moved == [(stack(), 3, 2), (stack(), 3, 4)]
    assert closed == [(pass_group(3),)]


def test_alt_and_arrows_move_the_open_pass(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened())
    told = _told(canvas.pass_moved)
    canvas.select(shown.node("a"))
    qtbot.keyClick(canvas, Qt.Key.Key_Right, _ALT)
    assert told == [(stack(), 3, 4)]


def test_a_click_on_its_title_selects_a_frame_and_a_double_click_closes_it(canvas: Canvas, qtbot: QtBot) -> None:
    _show(canvas, opened())
    told = _told(canvas.fold_closed)
    assert canvas.scene is not None
    x, y, _, _ = canvas.scene.layout.frames[0].tolist()
    point = canvas.screen((x + 40, y + 10, 0, 0)).topLeft().toPoint()
    qtbot.mouseClick(canvas, _LEFT, pos=point)
    assert canvas.selected_frame == 0
    assert canvas.selected == -1
    assert canvas.accessibleDescription() == "open group pass 3, pass 3 of 6, Backspace closes it"
    qtbot.mouseDClick(canvas, _LEFT, pos=point)
    assert told == [(pass_group(3),)]


def test_tab_halts_at_a_frame_before_its_first_node(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened())
    canvas.setFocus()
    canvas.select(shown.node("1 to 2"))
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert canvas.selected_frame == 0
    told = _told(canvas.fold_closed)
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert canvas.selected == shown.node("a")
    qtbot.keyClick(canvas, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.selected_frame == 0
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert told == [(pass_group(3),)]


def test_the_selection_goes_into_a_box_and_out_of_it(canvas: Canvas) -> None:
    before = _show(canvas, whole())
    told = _told(canvas.node_selected)
    fourth_pass = before.graph.ids.index(f"{pass_group(4)}|tanh|h#1")
    canvas.select(fourth_pass)
    after = stacked()
    canvas.set_scene(after.trace, after.graph, after.layout)
    assert after.graph.title[canvas.selected] == TITLE
    canvas.set_scene(before.trace, before.graph, before.layout)
    assert before.graph.ids[canvas.selected] == f"{pass_group(1)}|multiply|a#1"
    assert told == [(after.node(TITLE),), (canvas.selected,)]


def test_the_selection_goes_along_to_the_pass_that_is_opened_instead(canvas: Canvas) -> None:
    before, after = _show(canvas, opened(3)), opened(4)
    canvas.select(before.node("a"))
    canvas.set_scene(after.trace, after.graph, after.layout)
    assert after.graph.ids[canvas.selected] == f"{pass_group(4)}|multiply|a#1"
    canvas.choose_frame(0)
    again = opened(5)
    canvas.set_scene(again.trace, again.graph, again.layout)
    assert canvas.selected_frame == 0
    assert canvas.selected == -1


def test_a_closed_frame_leaves_its_box_selected(canvas: Canvas) -> None:
    _show(canvas, opened())
    canvas.choose_frame(0)
    after = stacked(3)
    canvas.set_scene(after.trace, after.graph, after.layout)
    assert after.graph.title[canvas.selected] == TITLE
    assert canvas.selected_frame == -1


def test_a_screen_reader_hears_what_a_box_holds(canvas: Canvas) -> None:
    shown = _show(canvas, stacked(2))
    canvas.select(shown.node(TITLE))
    words = canvas.accessibleDescription()
    assert words.startswith(f"{TITLE}, stack of 6 passes, pass 2 shown, ")
    assert ", gradient +0." in words
    shown = _show(canvas, grouped())
    canvas.select(shown.node("pass 1"))
    assert "closed group of 2 ops" in canvas.accessibleDescription()


def test_a_frame_larger_than_the_view_is_shown_from_its_beginning(canvas: Canvas) -> None:
    _show(canvas, opened())
    canvas.resize(400, 400)
    canvas.set_zoom(4.0)
    canvas.choose_frame(0)
    assert canvas.scene is not None
    x, y, _, h = canvas.scene.layout.frames[0].tolist()
    area = canvas._area()
    assert area.height() < h
    assert 0 <= x - area.left() < 40
    assert 0 <= y - area.top() < 40


def test_a_fitted_picture_shows_its_frames_and_chips_whole() -> None:
    layout = whole().layout
    x, y, w, h = ink_bounds(replace(layout, frames=np.array([[-50.0, -60.0, 5000.0, 90.0]])), 8.0)
    assert (x, y, x + w) == (-58.0, -68.0, 4958.0)
    _, _, _, h = ink_bounds(replace(layout, chip_boxes=np.array([[0.0, 7000.0, 56.0, 16.0]])), 8.0)
    assert y + h > 6900.0
