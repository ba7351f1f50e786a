"""Ops that wait for an open input, in the picture: not run, dotted, a dashed ring where the input is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradstudio.picture.model import Layer, Level
from gradstudio.picture.numbers import value_text
from gradstudio.picture.states import State, states

OPEN = """\
import gradstudio as gs
x = gs.Variable([1.0, 2.0])
with gs.GradientTape() as t:
    y = gs.sum(x * x)
g = t.gradient(y, x)
err = gs.mse(..., x)
low = gs.clip(err, ..., 1.0)
"""


def texts_of(shown: Any, title: str, level: Level = Level.FULL) -> list[str]:
    picture, node = shown.picture(level=level), shown.node(title)
    return [text for text, owner in zip(picture.texts.text, picture.texts.node.tolist(), strict=True) if owner == node]


def test_a_waiting_node_is_not_run_with_and_without_a_sweep(show: Callable[[str], Any]) -> None:
    shown = show(OPEN)
    state = states(shown.graph, shown.trace)
    assert [State(state[shown.node(title)]) for title in ("err", "low", "y", "x")] == [
        State.NOT_RUN,
        State.NOT_RUN,
        State.NORMAL,
        State.NORMAL,
    ]
    without = show("x = 2.0\ny = x * ...\n")
    assert State(states(without.graph, without.trace)[without.node("y")]) == State.NOT_RUN
    assert State(states(without.graph, without.trace)[without.node("x")]) == State.NO_SWEEP


def test_its_rows_say_so_in_words(show: Callable[[str], Any]) -> None:
    shown = show(OPEN)
    assert {"not run", "no gradient yet", "err", "mse", "L6"} <= set(texts_of(shown, "err"))
    assert "not run" in texts_of(shown, "err", Level.COMPACT)
    assert "NaN" not in texts_of(shown, "err")
    assert value_text(shown.trace.records.values, int(shown.graph.record[shown.node("err")])) == "waits"


def test_an_open_input_is_a_ring_and_a_constant_a_chip(show: Callable[[str], Any]) -> None:
    shown = show(OPEN)
    assert "…" in texts_of(shown, "err")
    assert {"…", "1"} <= set(texts_of(shown, "low"))
    boxes = shown.picture().boxes
    x, y, _, _ = shown.layout.boxes[shown.node("err")].tolist()
    mine = np.flatnonzero((boxes.node == shown.node("err")) & (boxes.rect[:, 2] == 12.0))
    (ring,) = mine.tolist()
    assert boxes.rect[ring].tolist() == [x - 6.0, y + 40.0, 12.0, 12.0]  # the upper of two ports of the value row
    assert (boxes.radius[ring], boxes.dash[ring]) == (6.0, 2)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("layer", list(Layer))
def test_every_level_and_layer_can_show_it(show: Callable[[str], Any], level: Level, layer: Layer) -> None:
    shown = show(OPEN)
    with np.errstate(all="raise"):
        for theme in ("light", "dark"):
            assert len(shown.picture(theme, level, layer).boxes.rect)
