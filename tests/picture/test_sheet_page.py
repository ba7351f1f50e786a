"""The node sheet as a page: every item is there, in both themes, legible, and none on another."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from gradstudio.picture.color import luminance
from gradstudio.picture.compose import Part, page
from gradstudio.picture.fonts import width
from gradstudio.picture.model import Picture
from gradstudio.picture.sheet import PLATES, RINGS, STATES, WIDTH, node_sheet
from gradstudio.picture.tokens import load_theme

THEMES = ("light", "dark")
PAGES = {name: node_sheet(load_theme(name)) for name in THEMES}


def ground_under(shown: Picture, x: float, y: float) -> int:
    """The colour of the last filled box at a point, or of the frame or canvas below."""
    for boxes in (shown.boxes, shown.under):
        r = boxes.rect
        hit = (r[:, 0] <= x) & (x < r[:, 0] + r[:, 2]) & (r[:, 1] <= y) & (y < r[:, 1] + r[:, 3])
        hit &= boxes.fill >> 24 > 0
        if hit.any():
            return int(boxes.fill[np.flatnonzero(hit)[-1]])
    return shown.background


def spans(shown: Picture) -> list[tuple[float, float, float, str]]:
    """Left, right, middle height and words of each text."""
    out = []
    for i, text in enumerate(shown.texts.text):
        font = shown.fonts[shown.texts.font[i]]
        wide = min(width(text, font), float(shown.texts.room[i]) + 1.5)
        left = float(shown.texts.position[i, 0]) - (0.0, wide / 2, wide)[shown.texts.align[i]]
        out.append((left, left + wide, float(shown.texts.position[i, 1]), text))
    return out


def test_every_item_of_the_design_is_on_the_page() -> None:
    texts = PAGES["light"].texts.text
    items = [words for words, _ in (*STATES, *RINGS, *PLATES)]
    items += ["above 80 %", "45 to 80 %", "18 to 45 %", "below 18 %"]
    items += ["parameter", "data, cut corner", "constant, inlined", "output, double border", "dimmed, outside the cone"]
    items += ["Arithmetic", "Elementary", "Network", "Linear algebra", "Reduction", "Shape, index", "Loss", "Control"]
    items += ["folded loop, 176×120", "group, closed", "group, open: same place, members at their own level"]
    items += ["×60", "pass 35 of 60", "5 ops, 2 parameters", "Backspace closes", "0.02", "None: no path", "NaN"]
    items += ["1 number", "200", "262 k", "100 %", "10 %", "1 %", "0.1 %"]

    assert [item for item in items if item not in texts] == []
    assert {"layers", "group", "lock", "none", "tiny", "huge", "clock", "problem", "tick", "kept", "breakpoint"} <= set(
        PAGES["light"].icons.name
    )


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_but_the_dimmed_ones_contrasts_with_its_ground(theme: str) -> None:
    shown = PAGES[theme]
    poor = []
    for i, text in enumerate(shown.texts.text):
        ground = ground_under(shown, *shown.texts.position[i].tolist())
        light, dark = np.sort(luminance(np.array([shown.texts.color[i], ground], np.uint32)))[::-1]
        if (light + 0.05) / (dark + 0.05) < 4.5:
            poor.append(text)

    assert poor == ["parameter", "L5", "b", "0.3160", "∂ −0.01420"]  # outside the cone


@pytest.mark.parametrize("theme", THEMES)
def test_no_two_texts_of_the_page_touch_and_none_leaves_it(theme: str) -> None:
    found = spans(PAGES[theme])
    for left, right, y, text in found:
        assert 0 < left < right < WIDTH, text
        assert 0 < y < PAGES[theme].bounds[3]
    for (l1, r1, y1, one), (l2, r2, y2, other) in combinations(found, 2):
        assert abs(y1 - y2) >= 9.0 or r1 < l2 or r2 < l1, (one, other)


def test_both_themes_show_the_same() -> None:
    light, dark = PAGES["light"], PAGES["dark"]

    assert light.texts.text == dark.texts.text
    assert light.icons.name == dark.icons.name
    assert light.boxes.rect.tolist() == dark.boxes.rect.tolist()
    assert light.boxes.fill.tolist() != dark.boxes.fill.tolist()


def test_a_part_is_placed_as_a_canvas_would_show_it_at_its_zoom() -> None:
    whole = PAGES["light"]
    half = page([Part(whole, 100.0, 50.0, 0.5), Part(whole, 0.0, 0.0)], whole.bounds)
    n = len(whole.boxes.rect)

    assert half.boxes.rect[0].tolist() == (whole.boxes.rect[0] * 0.5 + [100.0, 50.0, 0.0, 0.0]).tolist()
    assert half.boxes.rect[n:].tolist() == whole.boxes.rect.tolist()
    assert half.lines.points[0].tolist() == (whole.lines.points[0] * 0.5 + [100.0, 50.0]).tolist()
    assert half.texts.room[0] == pytest.approx(whole.texts.room[0] * 0.5)
    assert half.lines.start[-1] == 2 * whole.lines.start[-1]
    assert half.boxes.node[n:].max() == half.boxes.node[:n].max() + max(
        int(c.max()) + 1 for c in (whole.boxes.node, whole.texts.node, whole.icons.node, whole.lines.net)
    )
