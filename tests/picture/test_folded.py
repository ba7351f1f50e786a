"""Boxes that hide nodes, and frames around open ones: what they say at each level, and where their parts lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradstudio.graph.model import Group
from gradstudio.picture import anatomy as a
from gradstudio.picture.build import build_picture
from gradstudio.picture.model import Level, Look, Picture
from gradstudio.picture.specimens import Cell, Specimens, specimens
from gradstudio.picture.tokens import load_theme

PASSES = (1e-6, 1e-5, 1e-4, 1e-3)
STACK = Cell("for t in range(4)", "tanh", "elementary", 0.5, 1e-4, folds="stack", passes=PASSES, line=4)
LOUD = Cell("for k in range(2)", "tanh", "elementary", 0.5, 1.0, folds="stack", passes=(0.1, 1.0), line=9)
GROUP = Cell("linear()", "add", "arithmetic", 0.25, -0.5, folds="group", line=4)
PLAIN = Cell("y", "add", "arithmetic", 1.0, 1.0)


def picture(view: Specimens, level: Level = Level.FULL, **look: object) -> Picture:
    return build_picture(view.graph, view.layout, view.trace, load_theme("light"), level, Look(**look))  # type: ignore[arg-type]


def texts(shown: Picture, node: int = 0) -> list[str]:
    return [t for t, n in zip(shown.texts.text, shown.texts.node.tolist(), strict=True) if n == node]


def test_a_stack_says_what_it_hides_the_pass_it_shows_and_the_range_of_its_gradients() -> None:
    shown = picture(specimens((STACK,)))

    assert texts(shown) == ["for t in range(4)", "×4", "pass 3 of 4", "1e−6 to 0.0010", "∂ +0.0001000"]
    assert "layers" in shown.icons.name


def test_the_number_of_a_stack_of_arrays_says_which_statistic_it_is() -> None:
    cell = replace(STACK, value=np.ones(3), gradient=np.full(3, 1e-4))

    assert texts(picture(specimens((cell,))))[-1] == "∂ rms 0.000100"
    assert texts(picture(specimens((cell,)), array="max"))[-1] == "∂ max 0.000100"


def test_passes_stand_on_one_range_that_all_stacks_share() -> None:
    view = specimens((STACK, LOUD), wired=False)
    paths = picture(view).paths
    lines = [
        paths.points[paths.start[i] : paths.start[i + 1]]
        for i in range(len(paths.fill))
        if not paths.fill[i] >> 24 and paths.start[i + 1] - paths.start[i] in (2, 4)
    ]
    quiet, loud = lines[0], next(line for line in lines[1:] if line[0, 0] > 200 and line[0, 0] != line[1, 0])
    _, top, _, high = a.stack_plot(tuple(view.layout.boxes[0].tolist()))
    share = 1.0 - (quiet[:, 1] - top) / high

    assert share == pytest.approx([0.0, 1 / 6, 2 / 6, 3 / 6])  # 1e-6 to 1: six decades
    assert 1.0 - (loud[:, 1] - top) / high == pytest.approx([5 / 6, 1.0])


def test_a_place_on_the_slider_means_the_pass_whose_mark_is_nearest() -> None:
    view = specimens((STACK,))
    fold, box = view.graph.folds[0], tuple(view.layout.boxes[0].tolist())
    left, y, wide, _ = a.stack_slider(box)

    assert [a.pass_at(fold, box, a.pass_x(fold, box, k)) for k in range(4)] == [0, 1, 2, 3]
    assert a.pass_at(fold, box, left - 100.0) == 0
    assert a.pass_at(fold, box, left + wide + 100.0) == 3
    assert a.pass_at(fold, box, left + wide * 0.17) == 1
    assert box[1] < y < box[1] + box[3]


def test_the_knob_and_the_dot_stand_over_the_chosen_pass() -> None:
    view = specimens((STACK,))
    shown, theme = picture(view), load_theme("light")
    at = a.pass_x(view.graph.folds[0], tuple(view.layout.boxes[0].tolist()), 2)
    knob = shown.boxes.rect[(shown.boxes.stroke == theme.accent) & (shown.boxes.stroke_width == 2.0)]
    dot = np.flatnonzero(shown.paths.fill == theme.accent)[0]
    ring = shown.paths.points[shown.paths.start[dot] : shown.paths.start[dot + 1]]

    assert knob[0, 0] + knob[0, 2] / 2 == pytest.approx(at)
    assert ring[:, 0].mean() == pytest.approx(at)


def test_a_closed_group_says_what_is_in_it_and_what_it_hands_on() -> None:
    view = specimens((GROUP,))
    shown = picture(view)
    outlines = (shown.boxes.stroke >> 24 > 0) & (shown.boxes.rect[:, 2] > 160)

    assert texts(shown) == ["linear()", "L4–6", "5 ops, 2 parameters", "0.2500", "∂ −0.5000"]
    assert outlines.sum() == 2
    assert texts(picture(specimens((replace(GROUP, ops=1),))))[2].startswith("1 op, ")


def test_further_away_boxes_keep_title_count_and_gradient_then_the_count_then_a_double_edge() -> None:
    stack, group = specimens((STACK,)), specimens((GROUP,))

    assert texts(picture(stack, Level.COMPACT)) == ["for t in range(4)", "×4", "+0.0001000"]
    assert texts(picture(group, Level.COMPACT)) == ["linear()", "5 ops, 2 parameters", "−0.5000"]
    for view, words in ((stack, ("for t in range(4) ×4", "×4")), (group, ("linear() 5 ops", "5 ops"))):
        named = picture(view, Level.NAME).texts
        assert (named.text[0], named.short[0]) == words
        blocks = picture(view, Level.BLOCK).boxes
        assert (blocks.stroke >> 24 > 0).sum() == 2


def test_the_sheets_of_a_stack_lie_inside_its_place_and_behind_it() -> None:
    view = specimens((STACK,))
    for level in (Level.FULL, Level.COMPACT, Level.NAME):
        shown = picture(view, level)
        x, y, w, h = view.layout.boxes[0]
        rect = shown.boxes.rect[shown.boxes.node == 0]
        wide = rect[rect[:, 2] >= w - 8.5]
        assert wide[0].tolist() == [x + 8.0, y, w - 8.0, h - 8.0]
        assert wide[1].tolist() == [x + 4.0, y + 4.0, w - 8.0, h - 8.0]
        assert (rect[:, 0] >= x).all()
        assert (rect[:, :2] + rect[:, 2:] <= (x + w, y + h)).all()


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("hidden", [np.nan, np.inf])
def test_a_box_that_hides_a_broken_gradient_carries_a_mark(level: Level, hidden: float) -> None:
    broken = specimens((replace(STACK, passes=(1e-6, hidden, 1e-4)), PLAIN))

    assert [
        n for n, k in zip(picture(broken, level).icons.name, picture(broken, level).icons.node, strict=True) if k == 0
    ].count("problem") == 1
    assert "problem" not in picture(broken, level, stale=True).icons.name
    assert "problem" not in picture(specimens((STACK, PLAIN)), level).icons.name


def test_far_away_only_the_node_where_a_nan_begins_is_marked() -> None:
    nan = replace(PLAIN, gradient=np.nan)
    view = specimens((nan, nan, nan, PLAIN))  # backward: from the last to the first
    shown = picture(view, Level.BLOCK)
    marked = [n for n, name in zip(shown.icons.node.tolist(), shown.icons.name, strict=True) if name == "problem"]

    assert marked == [2]


def framed(stack: str, number: int = 37) -> Specimens:
    view = specimens((PLAIN, replace(PLAIN, title="z")), frame=("pass 37", stack))
    frame = replace(view.graph.frames[0], number=number if stack else 0)
    return replace(view, graph=replace(view.graph, frames=(frame,)))


def test_a_frame_lies_under_the_edges_with_its_title_and_a_border_that_tells_a_pass() -> None:
    theme = load_theme("light")
    for stack, border in (("", theme.control), ("loop", theme.accent)):
        view = framed(stack)
        shown = picture(view)
        assert shown.under.rect[0].tolist() == view.layout.frames[0].tolist()
        assert shown.under.stroke[0] == border
        assert shown.under.fill[0] != theme.surface["canvas"]
        assert "pass 37" in shown.texts.text
        assert "Backspace closes" in shown.texts.text


def test_the_buttons_of_a_frame_are_where_the_canvas_looks_for_them() -> None:
    view = framed("loop")
    shown = picture(view)
    places = a.frame_buttons(tuple(view.layout.frames[0].tolist()), True)
    icons = dict(zip(shown.icons.name, shown.icons.rect[:, :2].tolist(), strict=True))

    assert set(places) == {"close", "previous", "next"}
    for name, icon in (("close", "close"), ("previous", "chevron-left"), ("next", "chevron-right")):
        x, y, w, h = places[name]
        assert icons[icon] == [x + w / 2, y + h / 2]
    assert "chevron-left" not in picture(framed("")).icons.name


def test_there_is_no_pass_before_the_first_and_none_after_the_last() -> None:
    theme = load_theme("light")
    for number, icon in ((1, "chevron-left"), (60, "chevron-right")):
        shown = picture(framed("loop", number))
        colors = dict(zip(shown.icons.name, shown.icons.color.tolist(), strict=True))
        assert colors[icon] == theme.ink["faint"]
        assert colors["close"] == theme.ink["ink2"]


def test_a_narrow_frame_has_no_room_for_the_hint() -> None:
    view = framed("loop")
    narrow = view.layout.frames.copy()
    narrow[0, 2] = 200.0
    shown = picture(replace(view, layout=replace(view.layout, frames=narrow)))

    assert "Backspace closes" not in shown.texts.text
    assert "pass 37" in shown.texts.text


def test_where_it_does_not_fit_at_a_zoom_the_hint_is_left_out_and_never_cut() -> None:
    view = framed("loop")
    wide = replace(view, layout=replace(view.layout, frames=view.layout.frames * (1.0, 1.0, 2.0, 1.0)))
    for level in (Level.FULL, Level.COMPACT):
        shown = picture(wide, level)
        assert shown.texts.short[shown.texts.text.index("Backspace closes")] == ""


def test_lines_within_a_frame_leave_gaps_in_its_colour() -> None:
    view = framed("loop")
    shown = picture(view)

    assert set(shown.lines.halo.tolist()) == {int(shown.under.fill[0])}


def test_a_frame_in_a_frame_is_another_step_off_the_canvas() -> None:
    view = framed("")
    g, outer = view.graph, view.layout.frames[0]
    groups = (*g.groups, Group("inner", 0, "pass", "inner", 1))
    frames = (g.frames[0], replace(g.frames[0], id="inner", group=1))
    nested = replace(
        view,
        graph=replace(g, groups=groups, frames=frames),
        layout=replace(view.layout, frames=np.stack([outer, outer + np.array([4.0, 30.0, -8.0, -34.0])])),
    )
    shown = picture(nested)
    fills = [int(shown.under.fill[k]) for k in range(len(shown.under.fill)) if shown.under.rect[k, 2] > 100]

    assert len(set(fills)) == 2
    assert (fills[0] & 255) > (fills[1] & 255)


@pytest.mark.parametrize(("below", "is_written"), [(30.0, False), (90.0, True)])
def test_far_away_the_title_of_a_frame_does_not_lie_on_that_of_the_frame_around_it(
    below: float, is_written: bool
) -> None:
    view = framed("")
    g, outer = view.graph, view.layout.frames[0]
    groups = (*g.groups, Group("inner", 0, "pass", "inner", 1))
    frames = (g.frames[0], replace(g.frames[0], id="inner", group=1, title="inner"))
    nested = replace(
        view,
        graph=replace(g, groups=groups, frames=frames),
        layout=replace(view.layout, frames=np.stack([outer, outer + np.array([4.0, below, -8.0, -below - 4.0])])),
    )
    assert ("inner" in picture(nested, Level.NAME).texts.text) == is_written
    assert "inner" in picture(nested, Level.COMPACT).texts.text
    assert g.frames[0].title in picture(nested, Level.NAME).texts.text


def test_the_ground_of_an_edge_is_that_of_the_innermost_frame_around_both_its_ends() -> None:
    cells = tuple(replace(PLAIN, title=name) for name in "abcdef")
    view = specimens(cells, frame=("outer", ""))
    g = view.graph
    groups = (*g.groups, *(Group(name, 0, "pass", name, 1) for name in ("left", "right")))
    frames = (g.frames[0], *(replace(g.frames[0], id=name, group=k) for k, name in ((1, "left"), (2, "right"))))
    group = np.array([0, 1, 1, 2, 2, -1], np.int32)  # a in the outer frame, b c in one, d e in another, f in none
    graph = replace(g, groups=groups, frames=frames, group=group)
    rects = np.tile(view.layout.frames, (3, 1))
    shown = picture(replace(view, graph=graph, layout=replace(view.layout, frames=rects)))
    outer, inner = int(shown.under.fill[0]), int(shown.under.fill[np.flatnonzero(shown.under.rect[:, 2] > 100)[1]])
    ground = dict(zip(shown.lines.edge.tolist(), shown.lines.halo.tolist(), strict=True))

    assert outer != inner != load_theme("light").surface["canvas"]
    assert [ground[k] for k in range(5)] == [outer, inner, outer, inner, load_theme("light").surface["canvas"]]


def test_frames_outside_an_area_are_not_drawn() -> None:
    view = framed("loop")
    x, y, w, _ = view.layout.frames[0].tolist()
    for area, count in (((x, y, 10.0, 10.0), 1), ((x + w + 50.0, y, 10.0, 10.0), 0)):
        shown = build_picture(view.graph, view.layout, view.trace, load_theme("light"), area=area)
        assert shown.texts.text.count("pass 37") == count
