"""What is written on edges, and chips in place of edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradstudio.graph.build import build
from gradstudio.language.program import run_program
from gradstudio.layout import layout
from gradstudio.layout.model import Options
from gradstudio.picture import anatomy as a
from gradstudio.picture.anatomy import sizes
from gradstudio.picture.build import build_picture
from gradstudio.picture.edges import backward_colors
from gradstudio.picture.model import Align, Layer, Level, Look, Picture
from gradstudio.picture.scene import Scene
from gradstudio.picture.specimens import Cell, specimens
from gradstudio.picture.tokens import load_theme

Show = Callable[[str], Any]
CELL = Cell("x", "add", "arithmetic", 2.0, 1.0)


def labels(shown: Picture) -> list[str]:
    """Texts that belong to no node and stand in the middle of a line."""
    t = shown.texts
    return [
        s
        for s, n, side in zip(t.text, t.node.tolist(), t.align.tolist(), strict=True)
        if n < 0 and side == Align.CENTER
    ]


def test_bundled_edges_say_how_many_they_stand_for() -> None:
    cells = (replace(CELL, uses=3), CELL, replace(CELL, uses=2), CELL)
    view = specimens(cells)
    g = replace(view.graph, edge_count=np.array([3, 1, 2], np.int32), edge_source=np.array([0, 0, 2], np.int32))
    shown = build_picture(g, view.layout, view.trace, load_theme("light"))

    assert labels(shown) == ["×3", "×2"]
    assert labels(build_picture(g, view.layout, view.trace, load_theme("light"), Level.NAME)) == []


def test_an_edge_does_not_repeat_what_the_badge_of_its_source_says() -> None:
    view = specimens((replace(CELL, uses=3), CELL))
    shown = build_picture(view.graph, view.layout, view.trace, load_theme("light"))

    assert labels(shown) == []
    assert "×3" in [t for t, n in zip(shown.texts.text, shown.texts.node, strict=True) if n == 0]


BROADCAST = """\
import gradstudio as gs
b = gs.Variable([1.0, 2.0, 3.0])
M = gs.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
s = gs.Variable(2.0)
with gs.GradientTape() as t:
    r = M + b
    u = r * s
    v = gs.sum(u, axis=0)
    w = gs.sum(v * v)
g = t.gradient(w, [b, M, s])
"""


def wide(text: str, layer: Layer = Layer.BOTH, gap: float = 200.0) -> Picture:
    """A program with so much between its columns that every label has room."""
    done = run_program(text, {}, lambda printed: None)
    assert done.recorder is not None, done.problems
    trace = done.recorder.trace()
    graph = build(trace, text, len(trace.sweeps) - 1)
    place = layout(graph, sizes(graph), Options(column_gap=gap, columns=9))
    return build_picture(graph, place, trace, load_theme("light"), Level.FULL, Look(layer))


def test_broadcasting_is_written_with_the_shapes_and_the_sum_that_undoes_it() -> None:
    found = labels(wide(BROADCAST))

    assert sorted(found) == ["[ ] to [2,3]", "[3] to [2,3]", "sum axis 0", "sum of all"]


def test_a_reduction_is_not_called_broadcasting_and_no_label_stands_without_room() -> None:
    assert not any("[2,3] to" in t for t in labels(wide(BROADCAST)))
    assert "[3] to [2,3]" not in labels(wide(BROADCAST, gap=36.0))


LOCAL = """\
import gradstudio as gs
x = gs.Variable(0.5)
with gs.GradientTape() as t:
    y = gs.sin(x)
    z = 3.0 - y * 2.0
    q = gs.exp(z)
g = t.gradient(q, x)
"""


def test_local_derivatives_stand_on_the_backward_edges() -> None:
    shown = wide(LOCAL, Layer.LOCAL)
    e = np.exp(3.0 - 2.0 * np.sin(0.5))

    assert sorted(labels(shown)) == sorted([f"×{np.cos(0.5):.4f}", "×2", "×−1", f"×{e:.3f}"])
    assert labels(wide(LOCAL)) == []


def test_local_derivatives_of_arrays_are_ratios_of_sizes() -> None:
    text = LOCAL.replace("gs.Variable(0.5)", "gs.Variable([0.5, 0.5])").replace("gs.exp(z)", "gs.sum(z)")
    found = labels(wide(text, Layer.LOCAL))

    assert f"≈{np.cos(0.5):.3f}" in found
    assert "≈2" in found
    assert "≈1" in found


def test_values_and_gradients_are_muted_where_local_derivatives_count() -> None:
    shown, theme = wide(LOCAL, Layer.LOCAL), load_theme("light")
    numbers = [
        c for t, c in zip(shown.texts.text, shown.texts.color.tolist(), strict=True) if t.startswith(("0.", "∂"))
    ]

    assert len(numbers) > 4
    assert set(numbers) == {theme.ink["muted"]}
    assert theme.ink["ink"] in [
        c for t, c in zip(shown.texts.text, shown.texts.color.tolist(), strict=True) if t == "×2"
    ]


def test_labels_lie_on_their_ground_and_never_on_one_another(show: Show) -> None:
    text = "import gradstudio as gs\nx = gs.Variable(0.5)\nwith gs.GradientTape() as t:\n    y = x\n"
    text += "".join(f"    y = gs.sin(y) * x + {i}.0 * y\n" for i in range(12)) + "g = t.gradient(y, x)\n"
    shown = wide(text, Layer.LOCAL, 36.0)
    ground = shown.background
    plates = shown.boxes.rect[(shown.boxes.node < 0) & (shown.boxes.fill == ground)]
    assert len(plates) == len(labels(shown)) > 20
    for i, (x, y, w, h) in enumerate(plates.tolist()):
        others = plates[i + 1 :]
        apart = (others[:, 0] >= x + w) | (others[:, 0] + others[:, 2] <= x)
        apart |= (others[:, 1] >= y + h) | (others[:, 1] + others[:, 3] <= y)
        assert apart.all()


def test_labels_of_what_is_dimmed_are_left_out() -> None:
    view = specimens((replace(CELL, gradient=2.0), CELL, CELL))
    theme = load_theme("light")
    lit = np.array([True, True, False])
    every = build_picture(view.graph, view.layout, view.trace, theme, look=Look(Layer.LOCAL))
    some = build_picture(view.graph, view.layout, view.trace, theme, look=Look(Layer.LOCAL, lit=lit))

    assert len(labels(every)) == 2
    assert len(labels(some)) == 1


# reference chips


def chipped(level: Level = Level.FULL, layer: Layer = Layer.BOTH) -> tuple[Any, Picture]:
    """The last of three edges as a chip above its consumer."""
    view = specimens((replace(CELL, title="a_long_name_of_a_value"), CELL, CELL, CELL))
    x, y, _, _ = view.layout.boxes[3]
    place = replace(view.layout, chips=np.array([2], np.int32), chip_boxes=np.array([[x, y - 20.0, 56.0, 16.0]]))
    graph = replace(view.graph, edge_source=np.array([0, 1, 0], np.int32))
    view = replace(view, graph=graph, layout=place)
    return view, build_picture(graph, place, view.trace, load_theme("light"), level, Look(layer))


def test_a_chip_names_its_source_with_an_arrow_into_the_consumer() -> None:
    view, shown = chipped()
    inside = [
        (t, p)
        for t, p in zip(shown.texts.text, shown.texts.position.tolist(), strict=True)
        if p[1] == view.layout.boxes[3, 1] - 12.0
    ]
    x = view.layout.chip_boxes[0, 0]

    assert [t for t, _ in inside] == ["a_lo…", "↓"]
    assert all(x < at < x + 56.0 for _, (at, _) in inside)


@pytest.mark.parametrize("level", [Level.FULL, Level.COMPACT, Level.NAME])
def test_a_chip_has_the_colour_of_what_flows_back_through_it(level: Level) -> None:
    view, shown = chipped(level)
    scene = Scene(view.graph, view.layout, view.trace, load_theme("light"), level, Look())
    swatch = int(backward_colors(scene, np.array([2]))[0])
    within = shown.boxes.rect[shown.boxes.fill == swatch]
    x, y, w, h = view.layout.chip_boxes[0]

    assert any(x <= r[0] and r[0] + r[2] <= x + w and y <= r[1] and r[1] + r[3] <= y + h for r in within.tolist())


def test_chips_lose_their_border_become_ticks_and_then_vanish() -> None:
    def of_chip(level: Level) -> int:
        view, shown = chipped(level)
        y = view.layout.chip_boxes[0, 1]
        return int(((shown.boxes.rect[:, 1] >= y) & (shown.boxes.rect[:, 1] < y + 16.0)).sum())

    assert [of_chip(level) for level in Level] == [2, 1, 1, 0]


def test_chips_outside_an_area_are_not_drawn() -> None:
    view, _ = chipped()
    x, y, w, h = view.layout.chip_boxes[0].tolist()
    for area, count in (((x, y, w, h), 1), ((x - 300.0, y, 200.0, h), 0)):
        shown = build_picture(view.graph, view.layout, view.trace, load_theme("light"), area=area)
        assert [t for t in shown.texts.text if t == "↓"] == ["↓"] * count


def test_small_type_is_no_smaller_than_ten_pixels() -> None:
    assert min(font.size for font in a.FONTS) >= 10.0
