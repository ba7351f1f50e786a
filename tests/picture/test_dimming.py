"""Dimming what is outside a cone: mixed with the canvas, never away, and never what carries an error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradstudio.picture.build import build_picture
from gradstudio.picture.color import blends
from gradstudio.picture.dimming import KEPT
from gradstudio.picture.model import Level, Look, Picture
from gradstudio.picture.specimens import Cell, specimens
from gradstudio.picture.tokens import load_theme

CELLS = (
    Cell("a", "add", "arithmetic", np.ones(4), np.full(4, 0.5)),
    Cell("b", "log", "elementary", 2.0, -1.0),
    Cell("bad", "sqrt", "elementary", 0.0, np.nan),
    Cell("inf", "log", "elementary", 0.0, np.inf),
    Cell("c", "add", "arithmetic", 2.0, 1.0, target=True),
)
VIEW = specimens(CELLS)
LIT = np.array([False, True, False, False, True])


def shown(theme: str, level: Level, lit: np.ndarray | None) -> Picture:
    return build_picture(VIEW.graph, VIEW.layout, VIEW.trace, load_theme(theme), level, Look(lit=lit))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("level", list(Level))
def test_exactly_what_is_not_lit_is_mixed_with_the_canvas(theme: str, level: Level) -> None:
    plain, dim = shown(theme, level, None), shown(theme, level, LIT)
    ground = load_theme(theme).surface["canvas"]
    pairs = [
        (plain.boxes.fill, dim.boxes.fill, plain.boxes.node),
        (plain.boxes.stroke, dim.boxes.stroke, plain.boxes.node),
        (plain.texts.color, dim.texts.color, plain.texts.node),
        (plain.icons.color, dim.icons.color, plain.icons.node),
        (plain.strips.color, dim.strips.color, np.repeat(plain.strips.node, np.diff(plain.strips.start))),
        (plain.hatches.color, dim.hatches.color, plain.hatches.node),
    ]
    for before, after, node in pairs:
        expected = np.where(node == 0, blends(before, ground, 1.0 - KEPT), before)  # only "a" is dark and healthy
        assert after.tolist() == expected.tolist()


def test_an_edge_is_lit_when_both_its_ends_are_and_the_way_of_a_nan_always() -> None:
    plain, dim = shown("light", Level.FULL, None).lines, shown("light", Level.FULL, LIT).lines
    g, nan = VIEW.graph, load_theme("light").nan_hatch
    both = LIT[g.edge_source[plain.edge]] & LIT[g.edge_target[plain.edge]]
    kept = plain.color == dim.color

    assert (kept == (both | (plain.color == nan))).all()
    assert (plain.color == nan).any()
    assert not both.any()


def test_what_hides_an_error_is_not_dimmed() -> None:
    stack = Cell("for", "tanh", "elementary", 0.5, 1e-4, folds="stack", passes=(1e-4, np.nan))
    for cell, stays in ((stack, True), (replace(stack, passes=(1e-4, 1e-3)), False)):
        view = specimens((cell,))
        pictures = [
            build_picture(view.graph, view.layout, view.trace, load_theme("light"), look=Look(lit=lit))
            for lit in (None, np.array([False]))
        ]
        assert (pictures[0].texts.color.tolist() == pictures[1].texts.color.tolist()) == stays


def test_dimmed_is_at_least_a_quarter_of_what_it_was() -> None:
    assert 0.25 <= KEPT <= 0.3


def test_mixing_keeps_what_is_not_there() -> None:
    found = blends(np.array([0, 0xFFFF0000, 0xFF000000], np.uint32), 0xFFFFFFFF, 0.5)

    assert [hex(c) for c in found.tolist()] == ["0x0", "0xffff8080", "0xff808080"]
