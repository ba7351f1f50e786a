"""Chips of constants: where they are said to lie, there they are painted, with the input they go into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.picture.constants import constant_chips

PROGRAM = """\
import gradstudio as gs
x = gs.Variable([1.0, 2.0])
with gs.GradientTape() as t:
    low = gs.clip(x, 0.25, 1.5)
    err = gs.mse(low, 0.125)
    far = gs.mse(x, 1234567.0625)
g = t.gradient(err, x)
"""


def test_every_chip_is_painted_where_it_is_said_to_lie(show: Callable[[str], Any]) -> None:
    shown = show(PROGRAM)
    chips = constant_chips(shown.graph, shown.layout)
    picture = shown.picture()
    assert len(chips) == 4
    for chip in chips:
        rects = picture.boxes.rect[picture.boxes.node == chip.node]
        assert np.isclose(rects, chip.rect).all(1).any(), chip
        x, y, wide, high = chip.rect
        there = np.isclose(picture.texts.position, (x + wide / 2, y + high / 2)).all(1)
        assert [picture.texts.text[k] for k in np.flatnonzero(there)] == [chip.text]


def test_a_chip_knows_its_input_and_chips_of_one_node_do_not_touch(show: Callable[[str], Any]) -> None:
    shown = show(PROGRAM)
    low = [chip for chip in constant_chips(shown.graph, shown.layout) if chip.node == shown.node("low")]
    assert [(chip.slot, chip.text) for chip in low] == [(1, "0.25"), (2, "1.5")]
    assert low[0].rect[1] + low[0].rect[3] <= low[1].rect[1]


def test_of_some_nodes_only_their_chips_are_found(show: Callable[[str], Any]) -> None:
    shown = show(PROGRAM)
    nodes = np.array([shown.node("err")])
    (chip,) = constant_chips(shown.graph, shown.layout, nodes)
    assert (chip.slot, chip.text) == (1, "0.125")
