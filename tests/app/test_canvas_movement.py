"""Movement on the canvas: boxes glide to new places, the view keeps what a person looks at, nodes are dragged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from folded import TITLE, opened, pass_group, stacked, whole
from PySide6.QtCore import QPoint, QPointF, Qt, SignalInstance
from PySide6.QtGui import QImage, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QProxyStyle, QStyle
from pytestqt.qtbot import QtBot
from scenes import PRODUCT, Scene, chain, scene

from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.canvas.cells import Cells
from gradstudio.app.canvas.glide import Moves, Shown, eased, moves, paint_at
from gradstudio.app.canvas.view import View
from gradstudio.layout import layout
from gradstudio.layout.model import Options
from gradstudio.picture.anatomy import sizes
from gradstudio.picture.tokens import load_theme

_LEFT = Qt.MouseButton.LeftButton
_SHIFT = Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.usefixtures("application")


def _show(canvas: Canvas, shown: Scene) -> Scene:
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    return shown


def _shifted(shown: Scene, dx: float, dy: float, nodes: slice = slice(None)) -> Scene:
    """The same picture with some boxes elsewhere."""
    boxes = shown.layout.boxes.copy()
    boxes[nodes, :2] += (dx, dy)
    return Scene(shown.text, shown.trace, shown.graph, replace(shown.layout, boxes=boxes))


def _told(signal: SignalInstance) -> list[tuple[object, ...]]:
    told: list[tuple[object, ...]] = []
    signal.connect(lambda *values: told.append(values))
    return told


def _shot(canvas: Canvas) -> QImage:
    return canvas.grab().toImage()


# gliding


def _moves(before: Scene, after: Scene, view: View | None = None) -> Moves | None:
    old = Shown(before.graph, before.layout, View(), QPixmap())
    return moves(old, after.graph, after.layout, view or View(), 2000.0, 2000.0)


def test_a_box_glides_from_its_old_place_to_its_new_one() -> None:
    before = scene(PRODUCT)
    rows = _moves(before, _shifted(before, 70.0, 30.0))
    assert rows is not None
    assert np.allclose(rows.end - rows.start, [70.0, 30.0, 0.0, 0.0])
    assert np.allclose(rows.start, before.layout.boxes)
    assert np.all(rows.fade == 1.0)
    assert not rows.is_old.any(), "what is in view before and after looks as it does now"


def test_nothing_glides_where_nothing_moved_or_too_much_is_in_view(monkeypatch: pytest.MonkeyPatch) -> None:
    before = scene(PRODUCT)
    assert _moves(before, before) is None
    monkeypatch.setattr("gradstudio.app.canvas.glide.MOST", 3)
    assert _moves(before, _shifted(before, 70.0, 30.0)) is None


def test_what_a_box_hid_comes_out_of_it_and_goes_back_into_it() -> None:
    inside = [k for k, name in enumerate(whole().graph.ids) if "pass" in name]
    x, y, w, h = stacked().layout.boxes[stacked().node(TITLE)].tolist()
    for rows, ends, fade in (
        (_moves(stacked(), whole()), "start", [0.0, 1.0]),
        (_moves(whole(), stacked()), "end", [1.0, 0.0]),
    ):
        assert rows is not None
        small = [rect for rect, f in zip(getattr(rows, ends), rows.fade.tolist(), strict=True) if f == fade]
        small = [rect for rect in small if rect[2] < 120]
        assert len(small) == len(inside)
        for left, top, wide, high in small:
            assert x <= left <= left + wide <= x + w
            assert y <= top <= top + high <= y + h


def test_another_zoom_is_a_movement_too() -> None:
    before = scene(PRODUCT)
    rows = _moves(before, before, View(10.0, 0.0, 2.0))
    assert rows is not None
    assert np.allclose(rows.end, (before.layout.boxes - (10.0, 0.0, 0.0, 0.0)) * 2.0)


def test_what_leaves_the_view_is_shown_as_it_was() -> None:
    before = scene(PRODUCT)
    rows = _moves(before, _shifted(before, 5000.0, 0.0, slice(0, 1)))
    assert rows is not None
    gone = int(np.flatnonzero(np.isclose(rows.end[:, 0] - rows.start[:, 0], 5000.0))[0])
    assert rows.is_old.tolist() == [k == gone for k in range(len(rows.is_old))]


def test_movement_is_fast_at_first_and_slow_at_the_end() -> None:
    assert [eased(t) for t in (-1.0, 0.0, 0.5, 1.0, 2.0)] == [0.0, 0.0, 0.875, 1.0, 1.0]


def test_half_way_a_sprite_is_half_way() -> None:
    before = scene(PRODUCT)
    rows = _moves(before, _shifted(before, 200.0, 0.0))
    assert rows is not None
    ink = QPixmap(1200, 600)
    ink.fill(Qt.GlobalColor.red)
    empty = QPixmap(1200, 600)
    empty.fill(Qt.GlobalColor.transparent)
    target = QImage(1200, 600, QImage.Format.Format_RGB32)
    target.fill(Qt.GlobalColor.white)
    p = QPainter(target)
    paint_at(p, rows, 0.5, empty, ink, ink)
    p.end()
    x, y, _, h = before.layout.boxes[0].tolist()
    assert target.pixelColor(round(x) + 98, round(y + h / 2)) == Qt.GlobalColor.white
    assert target.pixelColor(round(x) + 104, round(y + h / 2)) == Qt.GlobalColor.red


@pytest.fixture
def gliding(canvas: Canvas) -> Canvas:
    """A canvas whose movements take long enough to be looked at."""
    canvas.animation_ms = 400
    return canvas


def test_the_canvas_glides_and_arrives_at_the_plain_frame(gliding: Canvas, qtbot: QtBot) -> None:
    first = _show(gliding, scene(PRODUCT))
    start = _shot(gliding)
    second = _shifted(first, 0.0, 90.0, slice(2, 3))
    _show(gliding, second)
    assert _shot(gliding) != start
    assert gliding._glide is not None
    qtbot.waitUntil(lambda: gliding._glide is None)
    still = Canvas(theme=load_theme("light"))
    qtbot.addWidget(still)
    still.animation_ms = 0
    still.resize(gliding.size())
    _show(still, second)
    assert _shot(gliding) == _shot(still)


def test_framing_glides_and_a_wheel_turn_ends_it(gliding: Canvas, qtbot: QtBot) -> None:
    shown = _show(gliding, scene(PRODUCT))
    _shot(gliding)
    gliding.select(shown.node("z"))
    _shot(gliding)
    qtbot.keyClick(gliding, Qt.Key.Key_F)
    assert gliding._glide is not None
    point = QPointF(300, 200)
    wheel = QWheelEvent(
        point, gliding.mapToGlobal(point), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    gliding.wheelEvent(wheel)
    assert gliding._glide is None
    _shot(gliding)
    gliding.zoom_in()
    assert gliding._glide is not None


def test_new_values_do_not_end_a_movement(gliding: Canvas) -> None:
    shown = _show(gliding, scene(PRODUCT))
    _shot(gliding)
    after = _show(gliding, _shifted(shown, 0.0, 90.0, slice(2, 3)))
    assert gliding._glide is not None
    gliding.set_stale(True)
    gliding.set_scene(after.trace, after.graph, after.layout)
    assert gliding._glide is not None


class _Still(QProxyStyle):
    """A desktop whose user wants no movement."""

    def styleHint(self, hint: QStyle.StyleHint, *rest: object) -> int:
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, *rest)  # type: ignore[arg-type]


def test_nothing_moves_where_movement_is_not_wanted(gliding: Canvas) -> None:
    still = _Still("fusion")
    gliding.setStyle(still)
    shown = _show(gliding, scene(PRODUCT))
    _shot(gliding)
    _show(gliding, _shifted(shown, 0.0, 90.0, slice(2, 3)))
    assert gliding._glide is None
    gliding.setStyle(None)  # which outlives this test, unlike the other


def test_another_program_does_not_glide(gliding: Canvas) -> None:
    _show(gliding, scene(PRODUCT))
    _shot(gliding)
    _show(gliding, scene(chain(3)))
    assert gliding._glide is None


# keeping the view


def test_the_selected_node_keeps_its_place_when_the_picture_is_laid_out_anew(canvas: Canvas) -> None:
    shown = _show(canvas, scene(PRODUCT))
    canvas.set_zoom(1.0)
    canvas.select(shown.node("z"))
    before = canvas.node_rect(shown.node("z"))
    _show(canvas, _shifted(shown, 500.0, 40.0, slice(3, None)))
    after = canvas.node_rect(shown.node("z"))
    assert (after.topLeft() - before.topLeft()).manhattanLength() <= 1.0


def test_without_a_selection_the_middle_keeps_its_place(canvas: Canvas) -> None:
    shown = _show(canvas, scene(chain(30)))
    canvas.frame([20])
    before = canvas.node_rect(20)
    _show(canvas, _shifted(shown, 0.0, 333.0))
    after = canvas.node_rect(20)
    assert (after.topLeft() - before.topLeft()).manhattanLength() <= 1.0


def test_a_box_that_is_opened_gives_its_place_to_what_was_in_it(canvas: Canvas) -> None:
    shown = _show(canvas, stacked())
    canvas.set_zoom(1.0)
    canvas.select(shown.node(TITLE))
    before = canvas.node_rect(canvas.selected).topLeft()
    after = _show(canvas, whole())
    first = after.graph.ids.index(f"{pass_group(1)}|multiply|a#1")
    assert canvas.selected == first
    assert (canvas.node_rect(first).topLeft() - before).manhattanLength() <= 1.0


# dragging


def _drag(canvas: Canvas, qtbot: QtBot, node: int, way: QPoint, release: bool = True) -> None:
    start = canvas.node_rect(node).center().toPoint()
    qtbot.mousePress(canvas, _LEFT, pos=start)
    qtbot.mouseMove(canvas, start + way / 2)
    qtbot.mouseMove(canvas, start + way)
    if release:
        qtbot.mouseRelease(canvas, _LEFT, pos=start + way)


def _grid(shown: Scene) -> tuple[list[float], list[float]]:
    return sorted(shown.layout.column_at.tolist()), sorted(shown.layout.row_at.tolist())


def test_a_dragged_node_snaps_to_the_cells_and_tells_how_far(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    node, told, view = shown.node("x"), _told(canvas.node_moved), canvas.node_rect(shown.node("z"))
    columns, _ = _grid(shown)
    way = QPoint(round((columns[1] - columns[0]) * canvas.zoom) + 9, 11)
    _drag(canvas, qtbot, node, way, release=False)
    ghost = canvas.gestures.ghost()
    assert ghost is not None
    assert ghost.left() == pytest.approx(canvas.screen((columns[1], 0, 0, 0)).left(), abs=1.0)
    assert ghost.top() == pytest.approx(canvas.node_rect(node).top(), abs=1.0)
    qtbot.mouseRelease(canvas, _LEFT)
    assert told == [(shown.graph.ids[node], 1, 0)]
    assert canvas.node_rect(shown.node("z")) == view, "the ground did not move"
    assert canvas.gestures.ghost() is None
    assert canvas.selected == node


def test_the_ghost_is_painted_where_the_node_would_stand(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    before = _shot(canvas)
    _drag(canvas, qtbot, shown.node("z"), QPoint(0, 150), release=False)
    ghost = canvas.gestures.ghost()
    assert ghost is not None
    middle = ghost.center().toPoint()
    assert _shot(canvas).pixelColor(middle) != before.pixelColor(middle)


def test_a_drag_within_its_cell_and_an_escaped_one_move_nothing(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    told = _told(canvas.node_moved)
    _drag(canvas, qtbot, shown.node("x"), QPoint(12, 6))
    _drag(canvas, qtbot, shown.node("x"), QPoint(260, 40), release=False)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.gestures.ghost() is None
    qtbot.mouseRelease(canvas, _LEFT, pos=canvas.node_rect(shown.node("x")).center().toPoint())
    assert told == []


def test_far_away_a_drag_on_a_node_pans(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(chain(60)))
    canvas.set_zoom(0.1)
    told, before = _told(canvas.node_moved), canvas.node_rect(20).topLeft()
    assert canvas.rect().contains(canvas.node_rect(20).toRect())
    _drag(canvas, qtbot, 20, QPoint(40, 20))
    assert told == []
    assert (canvas.node_rect(20).topLeft() - before).manhattanLength() == pytest.approx(60, abs=2)
    assert len(shown.graph.ids) > 60


def test_a_node_of_an_open_pass_stays_in_its_frame(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, opened())
    _drag(canvas, qtbot, shown.node("a"), QPoint(900, -700), release=False)
    ghost = canvas.gestures.ghost()
    assert ghost is not None
    x, y, w, h = shown.layout.frames[0].tolist()
    assert canvas.screen((x, y, w, h)).adjusted(-2, -2, 2, 2).contains(ghost)


def test_shift_and_arrows_move_the_selected_node_by_a_cell(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    told = _told(canvas.node_moved)
    canvas.select(shown.node("y"))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(canvas, key, _SHIFT)
    name = shown.graph.ids[shown.node("y")]
    assert told == [(name, -1, 0), (name, 1, 0), (name, 0, -1), (name, 0, 1)]
    assert canvas.selected == shown.node("y")


@pytest.mark.parametrize("direction", ["right", "down"])
def test_a_node_comes_to_stand_where_its_outline_was(direction: str) -> None:
    """Of the cells that are free, next to the node: the layout then moves nothing else but in common."""
    whole_graph = scene(PRODUCT).graph
    options = Options(direction=direction)
    made = layout(whole_graph, sizes(whole_graph), options)
    taken = {tuple(cell) for cell in made.cells[:, 1:].tolist()}
    tried = 0
    for node, (_, column, row) in enumerate(made.cells.tolist()):
        cells = Cells(made, node)
        x, y, w, h = made.boxes[node].tolist()
        for other, (_, column2, _) in enumerate(made.cells.tolist()):
            if (column2, row) in taken:
                continue
            dx = made.boxes[other, 0] - x if direction == "right" else 0.0
            dy = 0.0 if direction == "right" else made.boxes[other, 1] - y
            columns, rows = cells.away(dx, dy)
            assert (columns, rows) == (column2 - column, 0)
            moved = replace(options, moved=((whole_graph.ids[node], columns, rows),))
            after = layout(whole_graph, sizes(whole_graph), moved)
            left, top, _, _ = cells.rect(dx, dy)
            common = np.median(after.boxes[:, :2] - made.boxes[:, :2], axis=0)
            assert np.abs(after.boxes[node, :2] - common - (left, top)).max() < max(w, h) / 2
            tried += 1
    assert tried > 0


def test_a_moved_node_is_moved_on_from_where_it_is() -> None:
    graph = scene(PRODUCT).graph
    node = graph.title.index("z")
    moved = layout(graph, sizes(graph), Options(moved=((graph.ids[node], 1, 0),)))
    assert Cells(moved, node).away(0.0, 0.0) == (0, 0)
    back = layout(graph, sizes(graph)).boxes[node, 0] - moved.boxes[node, 0]
    assert Cells(moved, node).away(float(back), 0.0) == (-1, 0)


def test_columns_go_on_beyond_the_picture() -> None:
    shown = scene(PRODUCT)
    node = shown.node("z")
    last, pitch = float(shown.layout.column_at[-1]), float(np.diff(shown.layout.column_at).mean())
    cells = Cells(shown.layout, node)
    far = last + 2 * pitch - shown.layout.boxes[node, 0]
    columns, _ = cells.away(float(far), 0.0)
    assert columns == len(shown.layout.column_at) + 1 - int(shown.layout.cells[node, 1])
    assert cells.rect(float(far), 0.0)[0] == pytest.approx(last + 2 * pitch, abs=20.0)


def test_a_node_in_the_hand_is_let_go_when_the_picture_changes(canvas: Canvas, qtbot: QtBot) -> None:
    shown = _show(canvas, scene(PRODUCT))
    told = _told(canvas.node_moved)
    _drag(canvas, qtbot, shown.node("x"), QPoint(260, 40), release=False)
    _show(canvas, opened())
    assert canvas.gestures.ghost() is None
    qtbot.mouseRelease(canvas, _LEFT)
    assert told == []
    assert canvas.node_at(QPointF(1, 1)) == -1
