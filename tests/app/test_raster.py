"""Pixels written straight into an image: the same as one would write one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from gradstudio.app.canvas import raster as module
from gradstudio.app.canvas.box_pixels import write_boxes
from gradstudio.app.canvas.far import joined
from gradstudio.app.canvas.lines import LinePainter
from gradstudio.app.canvas.raster import Raster, is_raster
from gradstudio.picture.columns import BoxList
from gradstudio.picture.model import Lines, Shape

WIDE, HIGH = 60, 40
RED, BLUE, GREY = 0xFFFF0000, 0xFF0000FF, 0xFF808080


pytestmark = pytest.mark.usefixtures("application")


def empty(x: float = 0.0, y: float = 0.0, zoom: float = 1.0, ratio: float = 1.0) -> Raster:
    return Raster(x, y, zoom, ratio, QRectF(x, y, (WIDE - 1) / zoom / ratio, (HIGH - 1) / zoom / ratio))


def pixels(raster: Raster) -> np.ndarray:
    return raster.pixels.reshape(raster.high, raster.wide)


def rectangles(largest: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    low = rng.integers(-10, 70, (400, 2))
    colors = rng.integers(0, 3, 400).astype(np.uint32) * 7 + 0xFF000000
    return low, low + rng.integers(0, largest, (400, 2)), colors


def painted(low: np.ndarray, high: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """The rectangles, pixel by pixel."""
    expected = np.zeros((HIGH, WIDE), np.uint32)
    for (x1, y1), (x2, y2), color in zip(low.tolist(), high.tolist(), colors.tolist(), strict=True):
        expected[max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)] = color
    return expected


@pytest.mark.parametrize("at_once", [1, 100, 1 << 16])
def test_rectangles_are_filled_in_their_order_and_cut_at_the_edges(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", at_once)
    low, high, colors = rectangles(12)
    raster = empty()
    raster.fill(low, high, colors)

    assert (pixels(raster) == painted(low, high, colors)).all()


def test_blocks_are_filled_and_small_ones_lie_above_larger_ones() -> None:
    low, high, colors = rectangles(30)
    raster = empty()
    raster.fill_blocks(low[:, 0], low[:, 1], high[:, 0], high[:, 1], colors)
    assert ((pixels(raster) != 0) == (painted(low, high, colors) != 0)).all()

    for large in (4, 30):
        raster = empty()
        left, top, size = np.array([5, 4]), np.array([5, 4]), np.array([2, large])
        raster.fill_blocks(left, top, left + size, top + size, np.array([RED, BLUE], np.uint32))
        assert pixels(raster)[5, 4:8].tolist() == [BLUE, RED, RED, BLUE]


def test_nothing_to_fill_leaves_it_transparent() -> None:
    raster = empty()
    raster.fill(np.array([[100, 100]]), np.array([[120, 120]]), np.array([RED], np.uint32))
    raster.fill(np.zeros((0, 2), np.int64), np.zeros((0, 2), np.int64), np.zeros(0, np.uint32))

    assert not pixels(raster).any()


def test_a_part_of_a_pixel_is_mixed_with_what_is_there() -> None:
    raster = empty()
    raster.fill(np.array([[0, 0]]), np.array([[2, 1]]), np.array([0xFFFFFFFF], np.uint32))
    x, y = np.array([0, 1, 2, -1, 99]), np.array([0, 0, 0, 0, 0])
    raster.blend(x, y, np.full(5, RED, np.uint32), np.array([128, 255, 128, 255, 255], np.uint32))

    assert [hex(c) for c in pixels(raster)[0, :3].tolist()] == ["0xffff7f7f", "0xffff0000", "0x80800000"]


def test_where_several_parts_meet_the_one_that_covers_the_pixel_shows() -> None:
    raster = empty()
    at, colors = np.array([3, 3, 5, 5]), np.array([RED, BLUE, RED, BLUE], np.uint32)
    raster.blend(at, np.zeros(4, np.int64), colors, np.array([255, 40, 40, 255], np.uint32))

    assert pixels(raster)[0, [3, 5]].tolist() == [RED, BLUE]


def test_an_image_of_a_part_lies_where_the_part_is() -> None:
    image = QImage(100, 80, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    p = QPainter(image)
    assert is_raster(p)
    raster = Raster(10.0, 20.0, 2.0, 1.0, QRectF(30.0, 35.0, 10.0, 10.0))
    at = raster.pixels_of(np.array([[32.0, 36.0]]))
    raster.fill(at, at + 1, np.array([RED], np.uint32))
    raster.paint(p)
    p.end()

    assert image.pixel(2 * (32 - 10), 2 * (36 - 20)) == RED
    assert sum(image.pixel(x, y) == RED for x in range(100) for y in range(80)) == 1


def test_halves_go_the_same_way_wherever_the_view_is() -> None:
    points = np.array([[0.5, 1.5], [2.5, 3.5], [7.25, 9.75]])
    first = empty(0.0, 0.0, 0.5).pixels_of(points)
    for x in (2.0, 6.0, 100.0):
        moved = Raster(x, 0.0, 0.5, 1.0, QRectF(x, 0.0, 20.0, 20.0)).pixels_of(points)
        assert (moved == first - [round(x * 0.5), 0]).all()


def test_joined_runs_cover_the_same_pixels() -> None:
    rng = np.random.default_rng(2)
    n = 300
    lying = rng.random(n) < 0.5
    x, y = rng.integers(-5, WIDE, n), rng.integers(-5, HIGH, n)
    long = rng.integers(0, 30, n)
    color = np.where(rng.random(n) < 0.5, RED, BLUE).astype(np.uint32)
    runs = (x, y, np.where(lying, x + long, x), np.where(lying, y, y + long), color)

    def written(left: np.ndarray, top: np.ndarray, right: np.ndarray, bottom: np.ndarray, c: np.ndarray) -> np.ndarray:
        raster = Raster(0.0, 0.0, 1.0, 1.0, QRectF(0, 0, WIDE - 1, HIGH - 1))
        raster.fill_columns(left, top, right + 1, bottom + 1, c)
        return pixels(raster).copy()

    fewer = joined(runs, WIDE, HIGH)
    assert len(fewer[0]) < n * 0.8
    for one in (RED, BLUE):  # colour by colour: which lies above is another matter
        mine, theirs = runs[4] == one, fewer[4] == one
        assert (written(*(v[mine] for v in runs)) == written(*(v[theirs] for v in fewer))).all()
    inside = (np.minimum(runs[2], WIDE - 1) >= np.maximum(x, 0)) & (np.minimum(runs[3], HIGH - 1) >= np.maximum(y, 0))
    first = int(color[inside][0])
    assert fewer[4][0] == first


def test_no_runs_stay_none() -> None:
    none = np.zeros(0, np.int64)

    assert len(joined((none, none, none, none, np.zeros(0, np.uint32)), WIDE, HIGH)[0]) == 0


def test_square_boxes_have_fill_and_outline_in_their_order() -> None:
    boxes = BoxList()
    boxes.add((2.0, 2.0, 20.0, 10.0), RED, BLUE, 2.0, Shape.ROUND, 1.0)
    boxes.add((10.0, 5.0, 20.0, 10.0), GREY, 0)
    boxes.add((40.0, 2.0, 4.0, 4.0), RED, BLUE, 1.0)
    raster = empty()
    write_boxes(raster, boxes.freeze(), np.arange(3), 1.0)
    found = pixels(raster)

    assert found[2, 2:22].tolist() == [BLUE] * 20
    assert found[4, 4] == RED
    assert found[6, 12] == GREY
    assert found[6, 21] == GREY  # the later one above the outline of the earlier
    assert found[3, 41] == RED  # too small for an outline
    assert found[20].tolist() == [0] * raster.wide


def test_dashed_outlines_have_gaps() -> None:
    boxes = BoxList()
    boxes.add((2.0, 2.0, 40.0, 20.0), 0, BLUE, 1.0, Shape.ROUND, 1.0, 2)
    raster = empty()
    write_boxes(raster, boxes.freeze(), np.arange(1), 1.0)

    assert pixels(raster)[2, 2:18].tolist() == ([BLUE] * 5 + [0] * 3) * 2


# lines


def lines(*routes: list[tuple[float, float]], dash: tuple[float, ...] = (), backward: bool = False) -> Lines:
    n = len(routes)
    return Lines(
        start=np.cumsum([0, *(len(r) for r in routes)]),
        points=np.array([q for r in routes for q in r], np.float64),
        color=np.array([RED, BLUE, GREY][:n], np.uint32),
        width=np.full(n, 2.0, np.float32),
        dash_start=np.arange(n + 1) * len(dash),
        dash=np.tile(np.array(dash, np.float32), n),
        arrow=np.zeros((n, 2), np.float32),
        halo=np.full(n, 0xFFFFFFFF, np.uint32),
        net=np.arange(n, dtype=np.int32),
        edge=np.arange(n, dtype=np.int32),
        backward=np.full(n, backward),
    )


def drawn(found: Lines, zoom: float = 1.0, ratio: float = 1.0) -> np.ndarray:
    image = QImage(round(WIDE * ratio), round(HIGH * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    p = QPainter(image)
    area = QRectF(0, 0, WIDE / zoom, HIGH / zoom)
    LinePainter(found).paint(p, 0.0, 0.0, zoom, area, area)
    p.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def test_a_level_line_covers_whole_pixels_of_its_width() -> None:
    found = drawn(lines([(5.0, 10.0), (45.0, 10.0)]))

    assert found[9:11, 5:45].tolist() == [[RED] * 40] * 2
    assert (found != 0).sum() == 80
    assert (drawn(lines([(5.0, 10.0), (45.0, 10.0)]), ratio=2.0) == RED).sum() == 320


def test_a_later_line_leaves_a_gap_where_it_crosses_an_earlier_one() -> None:
    found = drawn(lines([(5.0, 10.0), (45.0, 10.0)], [(20.0, 2.0), (20.0, 30.0)]))

    assert found[9, 15:26].tolist() == [RED] * 2 + [0] * 2 + [BLUE] * 2 + [0] * 2 + [RED] * 3
    assert found[2:30, 19].tolist() == [BLUE] * 28


def test_lines_of_one_net_leave_none() -> None:
    one = lines([(5.0, 10.0), (45.0, 10.0)], [(20.0, 2.0), (20.0, 30.0)])
    found = drawn(replace(one, net=np.zeros(2, np.int32)))

    assert found[9, 5:45].tolist() == [RED] * 14 + [BLUE] * 2 + [RED] * 24


def test_a_bend_is_round_and_joins_both_parts() -> None:
    found = drawn(lines([(5.0, 10.0), (30.0, 10.0), (30.0, 35.0)]))

    assert found[10, 20] == RED
    assert found[25, 29] == RED
    assert found[9, 29] == 0  # the corner itself is cut
    covered = found >> np.uint32(24) > 100
    for x in range(5, 31):
        assert covered[:, x].any(), x
    for y in range(10, 35):
        assert covered[y].any(), y


def test_dashes_are_counted_from_the_end_where_the_ways_of_a_net_come_together() -> None:
    long, short = [(5.0, 10.0), (45.0, 10.0)], [(25.0, 10.0), (45.0, 10.0)]
    alone = drawn(lines(long, dash=(4.0, 2.0), backward=True))
    found = alone[9, 5:45] != 0

    assert found[::-1][:12].tolist() == ([True] * 4 + [False] * 2) * 2
    both = lines(long, short, dash=(4.0, 2.0), backward=True)
    common = drawn(both)[9, 25:45] != 0
    assert common.tolist() == found[20:].tolist()  # not a solid line


def test_an_arrowhead_ends_at_the_last_point() -> None:
    one = lines([(5.0, 10.0), (45.0, 10.0)])
    found = drawn(replace(one, arrow=np.array([[8.0, 6.0]], np.float32)))
    rows = (found >> np.uint32(24) > 100).sum(axis=0)

    assert rows[45:].sum() == 0
    assert rows[43] > 0
    assert rows[38] > rows[42] >= 1
    assert rows[20] == 2


def test_far_lines_are_one_pixel_wide() -> None:
    found = drawn(lines([(50.0, 100.0), (450.0, 100.0), (450.0, 300.0)]), zoom=0.1)

    assert found[10, 5:46].tolist() == [RED] * 41
    assert found[10:31, 45].tolist() == [RED] * 21
    assert (found != 0).sum() == 61


def test_a_great_many_far_lines_lie_on_one_another_in_their_order() -> None:
    """However many they are, and however long: short later ones above long earlier ones."""
    long, short = [(50.0, 100.0), (450.0, 100.0)], [(200.0, 100.0), (210.0, 100.0)]
    many = 20_000
    found = replace(
        lines(*[long, short] * many),
        color=np.tile(np.array([RED, BLUE], np.uint32), many),
    )
    row = drawn(found, zoom=0.1)[10]

    assert row[5:46].tolist() == [RED] * 15 + [BLUE] * 2 + [RED] * 24


def test_lines_of_two_pictures_with_the_same_points_share_their_segments() -> None:
    one = lines([(5.0, 10.0), (45.0, 10.0)])
    again = replace(one, color=np.array([BLUE], np.uint32))

    assert drawn(one)[9, 20] == RED
    assert LinePainter(one)._segments is LinePainter(again)._segments
    assert drawn(again)[9, 20] == BLUE
