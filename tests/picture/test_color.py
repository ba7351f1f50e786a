"""Colours: the tokens' own stops, and contrast of every text on every fill."""

from __future__ import annotations

import numpy as np
import pytest

from gradstudio.picture.color import Scale, luminance, magnitude, magnitude_position, ramp, signed, text_on
from gradstudio.picture.legend import legend
from gradstudio.picture.tokens import argb, load_theme, tokens

THEMES = ("light", "dark")


def near(a: int, b: int) -> bool:
    return all(abs(((a >> s) & 255) - ((b >> s) & 255)) <= 2 for s in (0, 8, 16))


@pytest.mark.parametrize("theme", THEMES)
def test_the_signed_scale_passes_through_the_tokens_stops(theme: str) -> None:
    table = ramp(load_theme(theme).signed)
    for stop in tokens()["themes"][theme]["gradient_signed"]["stops"]:
        if abs(stop["at"]) in (0.0, 0.5, 1.0):  # the others are written rounded
            assert near(int(table[round((stop["at"] + 1) * 128)]), argb(stop["hex"])), stop


@pytest.mark.parametrize("theme", THEMES)
def test_the_size_scale_passes_through_the_tokens_stops(theme: str) -> None:
    table = ramp(load_theme(theme).rms)
    for stop in tokens()["themes"][theme]["gradient_rms"]["stops"]:
        assert near(int(table[round(stop["at"] * 256)]), argb(stop["hex"])), stop


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_on_every_fill(theme: str) -> None:
    t = load_theme(theme)
    fills = np.concatenate([ramp(t.signed), ramp(t.rms)])
    text = luminance(text_on(fills))
    back = luminance(fills)
    contrast = (np.maximum(text, back) + 0.05) / (np.minimum(text, back) + 0.05)

    assert contrast.min() >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_words_stand_out_on_their_surfaces(theme: str) -> None:
    t = load_theme(theme)
    pairs = [(ink, surface) for ink in ("ink", "ink2", "muted") for surface in ("panel", "canvas", "node", "window")]
    pairs_of_colors = [(t.ink[a], t.surface[b]) for a, b in pairs] + [
        (t.ink["ink2"], header) for header in t.family_header
    ]
    for a, b in pairs_of_colors:
        x, y = sorted(luminance(np.array([a, b])).tolist())
        assert (y + 0.05) / (x + 0.05) >= 4.5


def test_the_signed_position_counts_decades() -> None:
    scale = Scale(top=1.0, decades=6)
    found = scale.position(np.array([1.0, 1e-3, 1e-6, 1e-9, 0.0, -1e-3, -50.0, np.nan]))

    assert found == pytest.approx([1.0, 0.5, 0.0, 0.0, 0.0, -0.5, -1.0, 0.0])


def test_sizes_run_from_1e_minus_8_to_100() -> None:
    assert magnitude_position(np.array([0.0, 1e-8, 1e-3, 1e2, 1e9])) == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])


def test_signs_and_sizes_have_different_colours() -> None:
    t = load_theme("light")
    plus, minus = signed(t, Scale(), np.array([0.5, -0.5])).tolist()

    assert plus != minus
    assert magnitude(t, np.array([0.5])).tolist() != [plus]


def test_the_legend_names_its_ends() -> None:
    gradient, sizes = legend(load_theme("light"), Scale(top=10.0))

    assert [label for _, label in gradient.ticks] == ["−10", "−1e−1", "−1e−3", "0", "+1e−3", "+1e−1", "+10"]
    assert [label for _, label in sizes.ticks] == ["1e−8", "1e−4", "1", "1e2"]
    assert gradient.ticks[0][0] == 0.0
    assert gradient.ticks[-1][0] == 1.0


def test_an_unknown_theme_is_one_line() -> None:
    with pytest.raises(ValueError, match="there is no theme 'pink': use light or dark"):
        load_theme("pink")
