"""The node sheet: every state at every level has its mark, its contrast and its room."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from sheet import CELLS, EXTREMES

from gradstudio.engine.summary import summarise
from gradstudio.picture import anatomy as a
from gradstudio.picture.build import build_picture
from gradstudio.picture.color import luminance
from gradstudio.picture.fonts import elide, fitted, width, widths
from gradstudio.picture.health import health
from gradstudio.picture.model import Align, Layer, Level, Look, Picture
from gradstudio.picture.specimens import BLOCKED, Cell, Specimens, specimens
from gradstudio.picture.states import State, states
from gradstudio.picture.tokens import load_theme

THEMES = ("light", "dark")
SHEETS = {"states": specimens(CELLS), "extremes": specimens(EXTREMES), "no sweep": specimens(CELLS, with_sweep=False)}
LEAST_ZOOM = {Level.FULL: 0.8, Level.COMPACT: 0.45}


def picture(sheet: Specimens, theme: str = "light", level: Level = Level.FULL, **options: Any) -> Picture:
    return build_picture(sheet.graph, sheet.layout, sheet.trace, load_theme(theme), level, Look(**options))


def ground_under(shown: Picture, x: float, y: float) -> int:
    """The colour of the last filled box at a point."""
    r = shown.boxes.rect
    hit = (r[:, 0] <= x) & (x < r[:, 0] + r[:, 2]) & (r[:, 1] <= y) & (y < r[:, 1] + r[:, 3])
    hit &= shown.boxes.fill >> 24 > 0
    return int(shown.boxes.fill[np.nonzero(hit)[0][-1]]) if hit.any() else shown.background


def contrast(a: int, b: int) -> float:
    light, dark = sorted((float(luminance(np.uint32(a))), float(luminance(np.uint32(b)))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def left_of(shown: Picture, i: int) -> float:
    wide = width(shown.texts.text[i], shown.fonts[shown.texts.font[i]])
    return float(shown.texts.position[i, 0] - (0.0, wide / 2, wide)[shown.texts.align[i]])


def test_the_sheet_has_every_state() -> None:
    sheet = SHEETS["states"]
    found = set(states(sheet.graph, sheet.trace).tolist())

    assert found == set(State) - {State.NO_SWEEP, State.NOT_RUN}
    none = SHEETS["no sweep"]
    assert set(states(none.graph, none.trace).tolist()) == {State.NO_SWEEP}


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("level", [Level.FULL, Level.COMPACT, Level.NAME])
@pytest.mark.parametrize("options", [{}, {"stale": True}, {"layer": Layer.VALUES}, {"layer": Layer.GRADIENTS}])
def test_every_text_contrasts_with_what_lies_under_it(
    name: str, theme: str, level: Level, options: dict[str, Any]
) -> None:
    shown = picture(SHEETS[name], theme, level, **options)
    for i, text in enumerate(shown.texts.text):
        ground = ground_under(shown, float(shown.texts.position[i, 0]), float(shown.texts.position[i, 1]))
        assert contrast(int(shown.texts.color[i]), ground) >= 4.5, (text, hex(ground))


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("level", [Level.FULL, Level.COMPACT, Level.NAME])
def test_no_text_stands_on_stripes(name: str, level: Level) -> None:
    shown = picture(SHEETS[name], level=level)
    for i, text in enumerate(shown.texts.text):
        x, y = left_of(shown, i), float(shown.texts.position[i, 1])
        for hx, hy, hw, hh in shown.hatches.rect.tolist():
            across = x < hx + hw and hx < x + width(text, shown.fonts[shown.texts.font[i]])
            assert not (across and hy < y + 4.0 and y - 4.0 < hy + hh) or (level == Level.NAME and hy + hh < y), text


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("level", list(LEAST_ZOOM))
def test_a_number_is_written_shorter_but_never_cut(name: str, level: Level) -> None:
    shown, zoom = picture(SHEETS[name], level=level), LEAST_ZOOM[level]
    size = zoom if level == Level.FULL else 1.0  # near by, text grows with its node
    seen = 0
    for i, text in enumerate(shown.texts.text):
        font = shown.fonts[shown.texts.font[i]]
        if font.family != "JetBrains Mono" or shown.texts.align[i] != Align.LEFT:
            continue
        seen += 1
        room = float(shown.texts.room[i]) * zoom / size + 1.5  # as painters allow
        assert "…" not in text
        assert min(width(text, font), width(shown.texts.short[i], font)) <= room, (text, shown.texts.short[i])
    assert seen > 5


@pytest.mark.parametrize("name", SHEETS)
def test_no_text_touches_another_a_strip_or_an_edge(name: str) -> None:
    sheet = SHEETS[name]
    shown = picture(sheet)
    strips = [
        (int(shown.strips.node[i]), *shown.strips.rect[i].tolist())
        for i in np.nonzero(~shown.strips.vertical)[0]
    ]  # fmt: skip
    for i, text in enumerate(shown.texts.text):
        if shown.texts.align[i] == Align.CENTER:
            continue  # a chip beside the node
        node, y = int(shown.texts.node[i]), float(shown.texts.position[i, 1])
        left = left_of(shown, i)
        right = left + width(text, shown.fonts[shown.texts.font[i]])
        x, top, w, h = sheet.layout.boxes[node]
        assert x + 6 <= left, text
        assert right <= x + w - 2, text
        assert top < y < top + h
        for other, sx, sy, _, sh in strips:
            assert not (other == node and sy <= y <= sy + sh and right > sx), text


GRADIENTS = {
    "normal": 0.5, "None": None, "zero": 0.0, "NaN": np.nan, "infinite": np.inf, "blocked": BLOCKED,
    "tiny": 1e-9, "huge": 5e4,
}  # fmt: skip


def mark_of(level: Level, gradient: Any, theme: str) -> tuple[Any, ...]:
    """All that a node shows besides hue: shapes, marks and words, colours as greys in 64 steps."""
    cells = (Cell("n", "add", "arithmetic", 1.0, gradient), Cell("m", "add", "arithmetic", 1.0, 1.0))
    shown = picture(specimens(cells), theme, level)
    mine = shown.boxes.node == 0

    def grey(colors: np.ndarray) -> tuple[int, ...]:
        return tuple((np.sqrt(luminance(colors)) * 64).round().astype(int).tolist())

    numbers = [t for t, n in zip(shown.texts.text, shown.texts.node, strict=True) if n == 0]
    return (
        tuple(map(tuple, shown.boxes.rect[mine].tolist())), tuple(shown.boxes.dash[mine].tolist()),
        grey(shown.boxes.fill[mine]), tuple(np.ceil(shown.boxes.stroke_width[mine]).tolist()),
        int((shown.hatches.node == 0).sum()),
        tuple(n for n, k in zip(shown.icons.name, shown.icons.node, strict=True) if k == 0), tuple(numbers),
    )  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("level", list(Level))
def test_states_differ_without_colour_at_every_level(level: Level, theme: str) -> None:
    names = [n for n in GRADIENTS if level < Level.BLOCK or n not in ("blocked", "tiny", "huge")]
    marks = {n: mark_of(level, GRADIENTS[n], theme) for n in names}
    for one, other in combinations(names, 2):
        assert marks[one] != marks[other], (one, other)


@pytest.mark.parametrize("level", [Level.FULL, Level.COMPACT])
def test_health_bars_stay_inside_round_corners_and_double_borders(level: Level) -> None:
    sheet = SHEETS["states"]
    shown = picture(sheet, level=level)
    bars = np.nonzero(shown.strips.vertical)[0]
    assert len(bars) > 30
    for i in bars.tolist():
        node = int(shown.strips.node[i])
        x, y, w, h = shown.strips.rect[i]
        bx, by, bw, bh = sheet.layout.boxes[node]
        radius = float(shown.boxes.radius[shown.boxes.node == node].max())
        assert bx < x < x + w < bx + bw
        assert by < y < y + h < by + bh
        if y + h > by + bh - radius:  # the lower left corner is a circle about (bx + radius, by + bh - radius)
            away = np.hypot(bx + radius - x, y + h - (by + bh - radius))
            assert away <= radius + 0.5, sheet.graph.title[node]


def test_infinite_elements_are_not_drawn_as_nan() -> None:
    found = summarise([np.where(np.arange(100) == 50, np.inf, 1.0), np.where(np.arange(100) == 50, np.nan, 1.0)], True)
    first, second = found.thumbnail[:40], found.thumbnail[40:]

    assert np.isinf(first).sum() == 1
    assert not np.isnan(first).any()
    assert np.isnan(second).sum() == 1


def test_shares_are_never_rounded_to_none_or_all() -> None:
    texts = picture(SHEETS["extremes"]).texts
    sheet = SHEETS["extremes"]
    of = {t for t, n in zip(texts.text, texts.node, strict=True) if n == sheet.node("one_nan")}

    assert "1% NaN" in of


def test_a_hostile_title_shows_its_hidden_characters() -> None:
    sheet = specimens((replace(CELLS[1], title="a\u202eb\x07c", label="\u200bop\n"),))
    texts = picture(sheet).texts.text

    assert "a\\u202eb\\u0007c" in texts
    assert "\\u200bop⏎" in texts


def test_of_a_great_many_blocks_only_outlines_that_say_something_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = SHEETS["states"]
    every = picture(sheet, level=Level.BLOCK).boxes
    monkeypatch.setattr("gradstudio.picture.small._MANY", 1)
    few = picture(sheet, level=Level.BLOCK).boxes
    state = states(sheet.graph, sheet.trace)

    def outlined(boxes: Any) -> set[int]:
        return set(boxes.node[boxes.stroke >> 24 > 0].tolist())

    assert outlined(every) == set(range(len(state)))
    telling = {State.NONE, State.NAN, State.INFINITE}
    assert outlined(few) == {i for i, s in enumerate(state.tolist()) if s in telling or sheet.graph.is_target[i]}


def test_widths_and_cuts_of_many_texts_are_those_of_each() -> None:
    texts = ["", "gradient", "x" * 40, "∂ −0.01", "naïve façade", "\U0001f600", "W @ h + U * x"]
    for font in a.FONTS:
        assert widths(texts, font).tolist() == pytest.approx([width(t, font) for t in texts])
        rooms = np.linspace(0.0, 120.0, len(texts))
        assert fitted(texts, font, rooms) == [elide(t, font, float(r)) for t, r in zip(texts, rooms, strict=True)]


def test_bars_show_what_an_array_is_made_of() -> None:
    values = [np.array([1.0, 2.0, 0.0, -1.0]), np.array([np.nan, np.inf, 3.0, 4.0]), np.array([-1.0, -2.0])]
    s, theme = summarise(values, signed=True), load_theme("light")
    count, sizes, colors = health(theme, s, np.arange(3), 20.0, gradient=True)
    ends = np.cumsum(count)
    parts = [(sizes[e - c : e], colors[e - c : e]) for c, e in zip(count, ends, strict=True)]

    assert [share.sum() for share, _ in parts] == pytest.approx([1.0, 1.0, 1.0])
    assert parts[0][0][:2] == pytest.approx([0.5, 0.25])  # positive, zero
    assert parts[0][1].tolist()[:3] == [theme.signed_line[2], theme.zero_fill, theme.signed_line[0]]
    assert parts[1][1].tolist() == [theme.nan_hatch, theme.infinite_outline, theme.signed_line[2]]
    assert parts[2][1].tolist() == [theme.signed_line[0], 0xFFFFFFFF] * 4  # a stripe every 5 of 20 pixels
    plain, _, tints = health(theme, s, np.arange(3), 20.0, gradient=False)
    assert plain.tolist() == [3, 3, 1]
    assert 0xFFFFFFFF not in tints[:1]


def test_every_stale_node_wears_one_clock_in_its_place_among_the_badges() -> None:
    sheet = SHEETS["states"]
    for level in (Level.FULL, Level.COMPACT):
        shown = picture(sheet, level=level, stale=True)
        clocks = [n for n, name in zip(shown.icons.node.tolist(), shown.icons.name, strict=True) if name == "clock"]
        assert sorted(clocks) == list(range(len(CELLS)))
    busy = replace(sheet, graph=replace(sheet.graph, edge_count=np.full(len(sheet.graph.edge_source), 3, np.int32)))
    shown = picture(busy, stale=True)
    plate = shown.boxes.rect[(shown.boxes.node == 0) & (shown.boxes.radius == 4.0) & (shown.boxes.rect[:, 2] == 16.0)]
    right = float(sheet.layout.boxes[0, 0] + sheet.layout.boxes[0, 2])
    assert plate[0, 0] + 16.0 < right - 16.0  # left of the ×3
