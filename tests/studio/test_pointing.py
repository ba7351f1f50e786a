"""Pointing: which value an expression or a name in the text stands for, in the passes that are shown."""

from __future__ import annotations

import pytest
from viewed import viewed

from gradstudio.graph.fold_state import FoldState, choose
from gradstudio.studio.outcome import View
from gradstudio.studio.pointing import pass_words, pointed_at

TEXT = """\
import gradstudio as gs
def twice(v):
    u = v * 2.0
    return u
w = gs.Variable(3.0)
with gs.GradientTape() as t:
    a = w * w
    a = a + 1.0
    b = twice(a) + gs.exp(w - 3.0)
    a, c = b, b * b
    d = (a *
         c)
g = t.gradient(d, w)
"""
LOOP = """\
import gradstudio as gs
w = gs.Variable(2.0)
with gs.GradientTape() as t:
    h = gs.constant(1.0)
    for k in range(12):
        h = h * w + h
    y = h * 1.0
g = t.gradient(y, w)
"""


def at(view: View, line: int, column: int) -> tuple[str, float] | None:
    found = pointed_at(view, line, column)
    return None if found is None else (found.source, float(view.trace.records.values.mean[found.record]))


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        (7, 4, ("a", 9.0)),  # what this line made of it
        (7, 8, ("w", 3.0)),
        (7, 10, ("w * w", 9.0)),
        (8, 8, ("a", 9.0)),  # before the line
        (8, 4, ("a", 10.0)),
        (9, 14, ("a", 10.0)),
        (9, 22, ("gs.exp(w - 3.0)", 1.0)),
        (9, 28, ("w - 3.0", 0.0)),
        (9, 17, ("twice(a) + gs.exp(w - 3.0)", 21.0)),
        (9, 4, ("b", 21.0)),
        (3, 4, ("u", 20.0)),
        (3, 8, ("v", 10.0)),  # the argument, which has another name outside
        (4, 11, ("u", 20.0)),
        (10, 14, ("b", 21.0)),
        (11, 11, ("a * c", 21.0**3)),
        (12, 9, ("c", 441.0)),
        (13, 9, ("t.gradient(d, w)", 17199.0)),
        (5, 0, ("w", 3.0)),
        (5, 7, ("gs.Variable(3.0)", 3.0)),
    ],
)
def test_names_and_expressions_have_the_value_they_had_there(
    line: int, column: int, expected: tuple[str, float]
) -> None:
    assert at(viewed(TEXT), line, column) == expected


@pytest.mark.parametrize(("line", "column"), [(1, 3), (2, 5), (6, 30), (9, 9)])
def test_what_was_not_computed_says_nothing(line: int, column: int) -> None:
    assert at(viewed(TEXT), line, column) is None


def test_in_a_loop_the_pass_shown_counts_and_what_came_in_from_the_one_before() -> None:
    name = viewed(LOOP).passages[5].stacks[0]
    view = viewed(LOOP, None, choose(FoldState(), name, 4))

    assert at(view, 6, 8) == ("h", 3.0**4)
    assert at(view, 6, 12) == ("h", 3.0**3)
    assert at(view, 6, 14) == ("h * w", 2 * 3.0**3)
    assert at(view, 7, 8) == ("h", 3.0**12)
    found = pointed_at(view, 6, 8)
    assert found is not None
    assert pass_words(view.trace, found.record) == "4 of 12"


def test_columns_are_characters() -> None:
    view = viewed("é = 2.0; größe = é * 3.0\n")

    assert at(view, 1, 9) == ("größe", 6.0)
    assert at(view, 1, 17) == ("é", 2.0)
    assert at(view, 1, 19) == ("é * 3.0", 6.0)
