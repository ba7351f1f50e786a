"""Walking by keyboard, and finding what lies under a point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from folded import TITLE, opened, pass_group, stacked, whole
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot
from scenes import PRODUCT, Scene, chain, scene

from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.canvas.spots import Spots, edge_row
from gradstudio.app.canvas.walk import Walk, frame_around, nodes_of
from gradstudio.graph.neighbours import Neighbours
from gradstudio.picture.build import build_picture
from gradstudio.picture.model import Level, Lines
from gradstudio.picture.tokens import load_theme


def _walk(shown: Scene) -> Walk:
    return Walk(shown.graph, shown.layout, Neighbours(shown.graph))


def test_the_arrows_reach_every_node_and_box_from_the_first(canvas: Canvas) -> None:
    for shown in (scene(PRODUCT), stacked(), opened(), whole(), scene(chain(30))):
        walk = _walk(shown)
        seen, waiting = {0}, [0]
        while waiting:
            node = waiting.pop()
            for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
                other = walk.step(node, key)
                assert other is not None
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        assert seen == set(range(len(shown.graph.ids)))


def test_right_leads_to_the_consumer_that_stands_nearest() -> None:
    shown = scene(PRODUCT.replace("z = y * y", "far = gs.sin(y)\n    z = y * y"))
    node, walk = shown.node("y"), _walk(shown)
    near = [k for k in (shown.node("far"), shown.node("z"))]
    away = [np.abs(shown.layout.boxes[k, :2] - shown.layout.boxes[node, :2]).sum() for k in near]
    assert walk.step(node, Qt.Key.Key_Right) == near[int(np.argmin(away))]


def test_in_a_picture_that_runs_down_the_keys_turn_with_it() -> None:
    shown = scene(PRODUCT)
    turned = replace(shown, layout=replace(shown.layout, direction="down"))
    walk = _walk(turned)
    assert walk.step(shown.node("y"), Qt.Key.Key_Up) == shown.node("x")
    assert walk.step(shown.node("x"), Qt.Key.Key_Down) == shown.node("y")


def test_tab_goes_forward_and_back_over_the_same_halts() -> None:
    shown = opened()
    walk = _walk(shown)
    there, stop = [], walk.after(None, True)
    while stop is not None:
        there.append(stop)
        stop = walk.after(stop, True)
    back, stop = [], walk.after(None, False)
    while stop is not None:
        back.append(stop)
        stop = walk.after(stop, False)
    assert there == back[::-1]
    assert [name for name, _ in there].count("frame") == 1
    assert len(there) == len(shown.graph.ids) + 1
    assert there[there.index(("frame", 0)) + 1] == ("node", shown.node("a"))


def test_a_frame_holds_its_pass_and_surrounds_its_nodes() -> None:
    shown = opened(3)
    inside = [shown.graph.ids[k] for k in nodes_of(shown.graph, 0).tolist()]
    assert inside == [f"{pass_group(3)}|multiply|a#1", f"{pass_group(3)}|tanh|h#1"]
    assert frame_around(shown.graph, shown.node("a")) == 0
    assert frame_around(shown.graph, shown.node("w")) == -1


def test_every_node_is_found_at_its_corners_and_not_beside_them() -> None:
    for shown in (scene(chain(60)), opened()):
        spots = Spots(shown.graph, shown.layout)
        for node, (x, y, w, h) in enumerate(shown.layout.boxes.tolist()):
            for px, py in ((x, y), (x + w, y), (x, y + h), (x + w, y + h), (x + w / 2, y + h / 2)):
                assert spots.node_at(px, py) == node
            assert spots.node_at(x - 1, y + h / 2) != node
            assert spots.node_at(x + w / 2, y + h + 1) != node


def test_where_boxes_lie_on_one_another_the_upper_one_is_found() -> None:
    shown = scene(PRODUCT)
    boxes = shown.layout.boxes.copy()
    boxes[:, :2] = boxes[0, :2]
    spots = Spots(shown.graph, replace(shown.layout, boxes=boxes))
    x, y = boxes[0, :2] + 5
    assert spots.node_at(float(x), float(y)) == len(boxes) - 1


@pytest.mark.parametrize("level", [Level.FULL, Level.COMPACT, Level.NAME])
def test_the_nearest_line_is_the_one_that_measuring_every_segment_gives(level: Level) -> None:
    shown = scene(chain(20))
    lines = build_picture(shown.graph, shown.layout, shown.trace, load_theme("light"), level).lines
    r = np.random.default_rng(1)
    low, high = lines.points.min(axis=0), lines.points.max(axis=0)
    for x, y in r.uniform(low, high, (200, 2)).tolist():
        away = [_away(lines, row, x, y) for row in range(len(lines.edge))]
        found = edge_row(lines, x, y, 40.0)
        assert (found >= 0) == (min(away) <= 40.0)
        if found >= 0:
            assert away[found] == pytest.approx(min(away))


def _away(lines: Lines, row: int, x: float, y: float) -> float:
    """How far a point is from a line."""
    points = lines.points[lines.start[row] : lines.start[row + 1]]
    nearest = np.clip((x, y), np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:]))
    return float(np.hypot(nearest[:, 0] - x, nearest[:, 1] - y).min())


def test_the_whole_canvas_is_reached_by_tab_and_left_at_its_end(canvas: Canvas, qtbot: QtBot) -> None:
    shown = opened()
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    canvas.setFocus()
    said = []
    for _ in range(len(shown.graph.ids) + 1):
        qtbot.keyClick(canvas, Qt.Key.Key_Tab)
        said.append(canvas.accessibleDescription())
    assert len(set(said)) == len(said)
    assert sum(words.startswith("open group pass 3") for words in said) == 1
    assert sum("stack of" in words for words in said) == 2
    assert canvas.node_at(QPointF(canvas.node_rect(shown.node("loss")).center())) == shown.node("loss")


def test_enter_on_a_frame_goes_inside(canvas: Canvas, qtbot: QtBot) -> None:
    shown = opened()
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    canvas.choose_frame(0)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.selected == shown.node("a")
    assert stacked().graph.title.count(TITLE) == 1
