"""Passes: the one shown of each loop, how another comes to be shown, and what the lines then say."""

from __future__ import annotations

import pytest
from viewed import viewed

from gradstudio.graph.fold_state import FoldState, choose, open_pass
from gradstudio.graph.stacks import stacks_of
from gradstudio.studio.outcome import View
from gradstudio.studio.passes import Choice, loop_around

RNN = """\
import gradstudio as gs
w = gs.Variable(2.0)
with gs.GradientTape() as t:
    h = gs.constant(1.0)
    for k in range(12):
        h = h * w
    loss = h + 1.0
g = t.gradient(loss, w)
"""
TRAINING = """\
import gradstudio as gs
w = gs.Variable(1.0)
for epoch in range(2):
    for k in range(3):
        with gs.GradientTape() as t:
            y = w * w
        g = t.gradient(y, w)
        w.assign_add(1.0)
"""
NESTED = """\
import gradstudio as gs
w = gs.Variable(1.0)
with gs.GradientTape() as t:
    y = w * 1.0
    for i in range(4):
        for j in range(3):
            y = y + w
        y = y * 2.0
g = t.gradient(y, w)
"""


def stack(view: View) -> str:
    return next(found.id for found in stacks_of(view.whole.groups) if found.is_loop)


def value(view: View, line: int) -> float:
    return float(view.trace.records.values.mean[view.notes[line].record])


def test_the_last_pass_is_shown_unless_another_is_chosen() -> None:
    view = viewed(RNN)
    passage = view.passages[5]

    assert (passage.shown, passage.of, len(passage.numbers)) == (12, 12, 12)
    assert value(view, 6) == 2.0**12


def test_lines_inside_a_loop_show_the_pass_that_its_box_shows() -> None:
    view = viewed(RNN, None, choose(FoldState(), stack(viewed(RNN)), 5))
    (fold,) = view.graph.folds

    assert view.passages[5].shown == fold.first + fold.chosen == 5
    assert value(view, 6) == 2.0**5
    assert value(view, 7) == 2.0**12 + 1.0, "outside the loop nothing changes"


def test_an_open_pass_is_the_one_shown_and_gives_way_to_the_next() -> None:
    name = stack(viewed(RNN))
    view = viewed(RNN, None, open_pass(choose(FoldState(), name, 5), name, 7))

    assert view.passages[5].shown == 7
    assert value(view, 6) == 2.0**7
    assert view.passages[5].step(1) == Choice(8, name, instead=7)


def test_a_step_stays_within_the_loop() -> None:
    passage = viewed(RNN).passages[5]

    assert passage.step(1) is None
    assert passage.step(-100) == Choice(1, stack(viewed(RNN)))
    assert passage.step(-3) == Choice(9, stack(viewed(RNN)))


def test_a_line_of_a_loop_has_the_gradients_of_all_its_passes() -> None:
    view = viewed(RNN, None, choose(FoldState(), stack(viewed(RNN)), 5))

    assert view.notes[6].history == tuple(2.0 ** (12 - k) for k in range(1, 13))
    assert view.notes[6].shown == 4
    assert view.notes[7].history == ()


def test_where_each_pass_makes_a_sweep_a_step_goes_to_another_sweep() -> None:
    view = viewed(TRAINING, 4)  # the second pass of the second epoch

    assert (view.passages[3].shown, view.passages[3].of) == (2, 2)
    assert (view.passages[4].shown, view.passages[4].of) == (2, 3)
    assert view.passages[4].step(1) == Choice(3, sweep=5)
    assert view.passages[4].step(-1) == Choice(1, sweep=3)
    assert view.passages[3].step(-1) == Choice(1, sweep=1), "the same pass of the epoch before"
    assert value(view, 6) == 25.0


def test_of_a_loop_in_a_loop_the_passes_belong_to_the_pass_shown_around_it() -> None:
    whole = viewed(NESTED)
    names = set(whole.passages[5].stacks)
    first = viewed(NESTED, None, choose(FoldState(), next(iter(names)), 1))

    assert names
    assert (whole.passages[5].shown, whole.passages[6].shown) == (4, 3)
    assert value(whole, 7) == (((4.0 * 2 + 3) * 2 + 3) * 2) + 3
    assert (first.passages[5].shown, first.passages[6].shown) == (1, 3)
    assert value(first, 7) == 4.0
    assert value(first, 8) == 8.0


def test_a_branch_that_the_pass_shown_did_not_take_has_no_value() -> None:
    text = RNN.replace("        h = h * w\n", "        h = h * w\n        if k == 2:\n            h = h + 1.0\n")
    last = viewed(text)
    inner = last.passages[5]
    thirds = [(stack, 3) for number, stack in zip(inner.numbers, inner.stacks, strict=True) if number == 3]
    third = viewed(text, None, FoldState(chosen=tuple(thirds)))

    assert 8 not in last.notes
    assert value(third, 8) == 9.0


def test_a_program_without_loops_has_no_passages() -> None:
    assert viewed("x = 2.0\ny = x * x\n").passages == {}
    assert viewed(RNN.replace("range(12)", "range(1)")).passages == {}


@pytest.mark.parametrize(("line", "loop"), [(5, 5), (6, 6), (7, 6), (8, 5), (4, 0), (9, 0)])
def test_the_loop_around_a_line_is_the_innermost(line: int, loop: int) -> None:
    assert loop_around(NESTED, line, viewed(NESTED).passages) == loop


def test_from_outside_the_only_loop_is_meant() -> None:
    assert loop_around(RNN, 1, viewed(RNN).passages) == 5
    assert loop_around(RNN, 1, {}) == 0


CALLS = """\
import gradstudio as gs
w = gs.Variable(2.0)
def layer(x):
    y = x * w
    return y + 1.0
with gs.GradientTape() as t:
    a = layer(1.0)
    for k in range(3):
        a = layer(a)
        a = layer(a)
        a = layer(a)
g = t.gradient(a, w)
"""


def test_calls_in_a_row_can_be_gone_through_at_the_function() -> None:
    view = viewed(CALLS)
    passage = view.passages[3]

    assert (passage.unit, passage.shown, passage.of) == ("call", 3, 3)
    first = viewed(CALLS, None, choose(FoldState(), passage.stacks[0], 1))
    second = viewed(CALLS, None, choose(FoldState(), passage.stacks[0], 2))
    assert first.passages[3].shown == 1
    assert value(second, 4) == 2 * (value(first, 4) + 1.0)
    assert value(view, 4) == 2 * (value(second, 4) + 1.0)


def test_a_box_of_calls_and_the_lines_of_the_function_show_the_same_call() -> None:
    text = CALLS.replace(
        "    for k in range(3):\n        a = layer(a)\n        a = layer(a)\n        a = layer(a)\n",
        "    a = layer(a)\n" * 9,
    )
    stack_id = viewed(text).passages[3].stacks[0]
    view = viewed(text, None, choose(FoldState(), stack_id, 4))
    (fold,) = [fold for fold in view.graph.folds if fold.unit == "call"]

    assert fold.first + fold.chosen == view.passages[3].shown == 4
