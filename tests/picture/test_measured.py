"""Colouring nodes by any number: range, unit, legend, and which statistic stands for arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradstudio.picture.build import build_picture
from gradstudio.picture.color import luminance, magnitude, text_on
from gradstudio.picture.legend import legends, measure_legend
from gradstudio.picture.measured import Measured, measured, shades
from gradstudio.picture.model import Level, Look
from gradstudio.picture.specimens import Cell, specimens
from gradstudio.picture.tokens import load_theme

PROGRAM = """\
import gradstudio as gs
x = gs.Variable(gs.ones((100, 10)))
with gs.GradientTape() as t:
    y = gs.sum(x * x, axis=1)
    z = gs.mean(y)
g = t.gradient(z, x)
"""


def test_numbers_far_apart_are_shown_by_their_logarithm_and_near_ones_by_their_size(
    show: Callable[[str], Any],
) -> None:
    view = show(PROGRAM)
    elements = measured(view.graph, view.trace, "elements")
    uses = measured(view.graph, view.trace, "uses")
    assert elements is not None
    assert uses is not None

    assert elements.is_log
    assert (elements.low, elements.high) == (1.0, 1000.0)
    assert elements.position(np.array([1.0, 10.0, 1000.0, 1e9])) == pytest.approx([0.0, 1 / 3, 1.0, 1.0])
    assert not uses.is_log
    assert (uses.low, uses.high) == (0.0, 2.0)
    assert uses.position(np.array([0.0, 1.0])) == pytest.approx([0.0, 0.5])


def test_a_node_writes_the_number_with_its_unit_on_its_colour(show: Callable[[str], Any]) -> None:
    view, theme = show(PROGRAM), load_theme("light")
    shown = build_picture(view.graph, view.layout, view.trace, theme, Level.FULL, Look(measure="bytes"))
    x, z = view.node("x"), view.node("z")
    words = {n: [t for t, k in zip(shown.texts.text, shown.texts.node, strict=True) if k == n] for n in (x, z)}
    fills = {n: set(shown.boxes.fill[shown.boxes.node == n].tolist()) for n in (x, z)}

    assert "8 kB" in words[x]
    assert "8 B" in words[z]
    assert int(shades(theme)[256]) in fills[x]
    assert int(shades(theme)[0]) in fills[z]


def test_far_away_the_whole_node_has_that_colour(show: Callable[[str], Any]) -> None:
    view, theme = show(PROGRAM), load_theme("dark")
    for level in (Level.NAME, Level.BLOCK):
        shown = build_picture(view.graph, view.layout, view.trace, theme, level, Look(measure="bytes"))
        first = {int(n): int(f) for n, f in reversed(list(zip(shown.boxes.node, shown.boxes.fill, strict=True)))}
        assert first[view.node("x")] == int(shades(theme)[256])


def test_units_have_prefixes() -> None:
    time = Measured("time", "s", np.zeros(0), 0.0, 1.0, False)
    size = Measured("bytes", "B", np.zeros(0), 0.0, 1.0, False)

    assert [time.text(v, 2) for v in (1.5, 2.5e-3, 1.26e-5, 3e-9, 0.0)] == [
        "1.5 s",
        "2.5 ms",
        "13 µs",
        "3 ns",
        "0 s",
    ]
    assert [size.text(v, 2) for v in (0.0, 8.0, 8192.0, 5e6, 2e9)] == ["0 B", "8 B", "8.2 kB", "5 MB", "2 GB"]
    assert Measured("uses", "", np.zeros(0), 0.0, 1.0, False).text(-3.0) == "−3"
    assert time.text(np.nan) == "–"


def test_the_legend_of_a_measure_names_its_ends_in_its_unit() -> None:
    shown = Measured("time", "s", np.array([1e-6, 1e-2]), 1e-6, 1e-2, True)
    found = measure_legend(load_theme("light"), shown)

    assert found.title == "Time"
    assert found.ticks == ((0.0, "1 µs"), (0.5, "100 µs"), (1.0, "10 ms"))
    assert len(measure_legend(load_theme("light"), Measured("uses", "", np.ones(2), 1.0, 1.0, False)).ticks) == 1


def test_the_scales_of_a_look_are_those_its_picture_uses(show: Callable[[str], Any]) -> None:
    view, theme = show(PROGRAM), load_theme("light")

    assert [s.title for s in legends(theme, Look(), view.graph, view.trace)] == ["Gradient", "Arrays, RMS"]
    by_time = legends(theme, Look(measure="time", array="max"), view.graph, view.trace)
    assert [s.title for s in by_time] == ["Time", "Gradient", "Arrays, largest |∂|"]


def test_an_unknown_measure_is_an_error_and_none_is_none(show: Callable[[str], Any]) -> None:
    view = show(PROGRAM)

    assert measured(view.graph, view.trace, "") is None
    with pytest.raises(KeyError):
        measured(view.graph, view.trace, "beauty")


def test_the_scale_of_measures_is_grey_grows_one_way_and_carries_text() -> None:
    for name in ("light", "dark"):
        scale = shades(load_theme(name))
        channels = np.stack([scale >> 16 & 255, scale >> 8 & 255, scale & 255]).astype(int)
        assert (channels.max(axis=0) - channels.min(axis=0)).max() <= 16
        steps = np.diff(luminance(scale))
        assert (steps <= 0).all() or (steps >= 0).all()
        light, dark = np.sort(np.stack([luminance(scale), luminance(text_on(scale))]), axis=0)[::-1]
        assert ((light + 0.05) / (dark + 0.05)).min() >= 4.5


@pytest.mark.parametrize(("array", "number", "words"), [
    ("rms", np.sqrt((9 + 1 + 1 + 1) / 4), "∂ 1.73"), ("max", 3.0, "∂ 3.00"), ("mean", 0.0, "∂ 0"),
])  # fmt: skip
def test_arrays_are_coloured_by_the_statistic_that_is_asked_for(array: str, number: float, words: str) -> None:
    view, theme = (
        specimens((Cell("v", "add", "arithmetic", np.ones(4), np.array([-3.0, 1.0, 1.0, 1.0])),)),
        load_theme("light"),
    )
    shown = build_picture(view.graph, view.layout, view.trace, theme, look=Look(array=array))

    assert words in shown.texts.text
    assert int(magnitude(theme, np.array([number]))[0]) in shown.boxes.fill


def test_a_negative_mean_keeps_its_sign() -> None:
    view = specimens((Cell("v", "add", "arithmetic", np.ones(2), np.array([-3.0, 1.0])),))
    shown = build_picture(view.graph, view.layout, view.trace, load_theme("light"), look=Look(array="mean"))

    assert "∂ −1.00" in shown.texts.text
