"""The display list: every state has its mark, nothing is wider than its place, edges carry their share."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from gradstudio.picture.edges import backward_width, forward_width
from gradstudio.picture.fonts import width
from gradstudio.picture.model import Align, Layer, Level
from gradstudio.picture.states import State, states
from gradstudio.picture.tokens import load_theme

Show = Callable[[str], Any]


def texts_of(shown: Any, node: int, **options: object) -> list[str]:
    picture = shown.picture(**options)
    return [t for t, n in zip(picture.texts.text, picture.texts.node, strict=True) if n == node]


def test_a_node_says_op_line_name_shape_value_and_gradient(show: Show) -> None:
    shown = show("x = 3.0\ny = x * x\n")

    assert texts_of(shown, shown.node("y")) == ["multiply", "L2", "y", "9.000", "∂ +1.000"]
    assert texts_of(shown, shown.node("x")) == ["input", "L1", "x", "3.000", "∂ +6.000"]


def test_every_state_is_told_apart_in_words_or_marks(show: Show, states_program: str) -> None:
    shown = show(states_program)
    found = {shown.graph.title[i]: State(int(s)) for i, s in enumerate(states(shown.graph, shown.trace))}

    assert found["aside"] == State.NONE
    assert found["stopped"] == State.BLOCKED
    assert found["w"] == State.NONE
    assert found["x"] == State.INFINITE or found["x"] == State.NAN
    assert found["tiny"] == State.TINY
    assert found["huge"] == State.HUGE
    assert found["total"] == State.NORMAL
    picture = shown.picture()
    icons = {
        (shown.graph.title[n], name) for n, name in zip(picture.icons.node.tolist(), picture.icons.name, strict=True)
    }
    assert {("aside", "none"), ("stopped", "lock"), ("tiny", "tiny"), ("huge", "huge")} <= icons
    assert "None: no path" in texts_of(shown, shown.node("aside"))
    assert "stopped here" in texts_of(shown, shown.node("stopped"))


def test_exact_zero_is_not_none(show: Show) -> None:
    shown = show(
        "import gradstudio as gs\nx = gs.constant(-1.0)\n"
        "with gs.GradientTape() as t:\n    t.watch(x)\n    y = gs.relu(x)\ng = t.gradient(y, x)\n"
    )

    assert "∂ 0" in texts_of(shown, shown.node("x"))


def test_nan_is_hatched_and_named(show: Show) -> None:
    shown = show("x = 0.0\ny = sqrt(x - 1.0) * 2.0\n")
    picture = shown.picture()

    assert len(picture.hatches.rect) >= 1
    assert "NaN" in texts_of(shown, shown.node("x"))


def test_the_output_has_a_double_border_and_a_parameter_round_corners(show: Show) -> None:
    shown = show("x = 3.0\ny = x * x\n")
    boxes = shown.picture().boxes
    strokes = [
        (int(n), float(w)) for n, w, s in zip(boxes.node, boxes.stroke_width, boxes.stroke, strict=True) if s >> 24
    ]

    assert [w for n, w in strokes if n == shown.node("y")] == [2.0, 1.0]
    assert 12.0 in boxes.radius[boxes.node == shown.node("x")]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("level", [Level.FULL, Level.COMPACT])
def test_no_text_leaves_its_node_and_no_two_in_a_row_touch(
    show: Show, states_program: str, theme: str, level: Level
) -> None:
    shown = show(
        states_program
        + "a_very_long_variable_name_indeed = gs.reshape(gs.zeros((2, 3, 4, 5, 6)), (1, 2, 3, 4, 5, 6))\n"
        "q = a_very_long_variable_name_indeed * 2.0\n"
    )
    picture = shown.picture(theme, level)
    t = picture.texts
    rows: dict[tuple[int, float], list[tuple[float, float]]] = {}
    for i, text in enumerate(t.text):
        node = int(t.node[i])
        if node < 0 or level == Level.COMPACT:
            continue
        wide = width(text, picture.fonts[t.font[i]])
        left = t.position[i, 0] - (0.0, wide / 2, wide)[t.align[i]]
        x, y, w, h = shown.layout.boxes[node]
        if t.align[i] == Align.CENTER:
            continue  # a chip or a badge, on a plate of its own
        assert x <= left, text
        assert left + wide <= x + w + 0.5, text
        assert y <= t.position[i, 1] <= y + h
        rows.setdefault((node, float(t.position[i, 1])), []).append((left, left + wide))
    for spans in rows.values():
        assert all(a[1] + 3.0 <= b[0] for a, b in pairwise(sorted(spans)))


def test_numbers_do_not_touch_their_thumbnails(show: Show) -> None:
    shown = show("import numpy as np\nx = np.linspace(-0.0222222, -0.011111, 50)\ny = sum(x * x)\n")
    picture = shown.picture()
    strips = {
        (int(n), round(float(r[1]))): float(r[0])
        for n, r, v in zip(picture.strips.node, picture.strips.rect, picture.strips.vertical, strict=True)
        if not v
    }
    t = picture.texts
    for i, text in enumerate(t.text):
        for (node, top), left in strips.items():
            if node == t.node[i] and top - 3 <= t.position[i, 1] <= top + 21 and t.align[i] == Align.LEFT:
                assert t.position[i, 0] + width(text, picture.fonts[t.font[i]]) <= left, text


def test_layers_show_or_mute_gradients(show: Show) -> None:
    shown = show("x = 3.0\ny = x * x\n")

    assert not shown.picture(layer=Layer.VALUES).lines.backward.any()
    assert shown.picture(layer=Layer.BOTH).lines.backward.sum() == 2
    theme = load_theme("light")
    muted = shown.picture(layer=Layer.GRADIENTS).lines
    assert set(muted.color[~muted.backward].tolist()) == {theme.edge_dimmed}


def test_a_stale_picture_is_grey_and_wears_a_clock(show: Show) -> None:
    shown = show("x = 3.0\ny = x * x\n")
    fresh, stale = shown.picture(), shown.picture(stale=True)

    assert "clock" in stale.icons.name
    assert "clock" not in fresh.icons.name
    assert load_theme("light").stale_header in stale.boxes.fill
    assert set(stale.lines.color.tolist()) == {load_theme("light").edge_dimmed}


def test_less_is_said_further_away(show: Show) -> None:
    shown = show("x = 3.0\ny = x * x\n")
    counts = [len(shown.picture(level=level).texts.text) for level in Level]

    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0
    assert all((shown.picture(level=level).boxes.node >= 0).any() for level in Level)


def test_edge_widths_follow_data_and_share() -> None:
    assert forward_width(np.array([1, 64, 10**9])) == pytest.approx([1.0, 2.0, 4.0])
    assert backward_width(np.array([1.0, 0.1, 0.001, 0.0])) == pytest.approx([3.2, 1 + 2.2 * 2 / 3, 1.0, 1.0])


def test_negative_products_are_dash_dotted(show: Show) -> None:
    shown = show("x = 3.0\ny = 5.0 - x * 2.0\n")
    lines = shown.picture().lines
    dashes = {
        int(e): int(lines.dash_start[i + 1] - lines.dash_start[i])
        for i, e in enumerate(lines.edge)
        if lines.backward[i]
    }

    assert set(dashes.values()) == {4}
    assert load_theme("light").signed_line[0] in lines.color


def test_the_empty_graph_is_a_picture(show: Show) -> None:
    shown = show("n = 1\n")

    assert shown.picture().bounds == (0.0, 0.0, 0.0, 0.0)
    assert len(shown.picture().texts.text) == 0


def test_hostile_names_are_shortened_and_written_out(show: Show) -> None:
    shown = show("x" * 190 + " = 3.0\ny = " + "x" * 190 + " * 2.0\n")

    assert max(len(t) for t in shown.picture().texts.text) <= 80
