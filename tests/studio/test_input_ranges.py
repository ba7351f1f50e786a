"""Ranges of sliders: sensible without a word, kept in the header, and never moving under the hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradstudio.studio.arrangement import is_same_program
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.input_ranges import Range, check_range, default_range, read_ranges, with_range
from gradstudio.studio.inputs import Inputs

TEXT = "rate = 0.8\nx = 2.0\ny = rate * x\n"


@pytest.mark.parametrize(
    ("value", "is_whole", "low", "high", "step"),
    [
        (0.8, False, 0.0, 1.6, 0.01),
        (-3.0, False, -6.0, 0.0, 0.01),
        (0.0, False, -1.0, 1.0, 0.01),
        (1e-3, False, 0.0, 2e-3, 1e-5),
        (0.123, False, 0.0, 0.25, 0.001),
        (40, True, 0.0, 80.0, 1.0),
        (3, True, 0.0, 10.0, 1.0),
        (-3, True, -10.0, 0.0, 1.0),
    ],
)
def test_a_slider_without_a_range_goes_to_twice_its_value(
    value: float, is_whole: bool, low: float, high: float, step: float
) -> None:
    assert default_range(value, is_whole) == Range(low, high, step)


def test_a_logarithmic_slider_goes_two_decades_either_way() -> None:
    made = default_range(1e-3, False, "log")
    assert (made.low, made.high, made.scale) == (pytest.approx(1e-5), pytest.approx(0.1), "log")
    assert made.value(0.5) == 1e-3
    assert made.value(0.75) == 1e-2


def test_values_stand_on_steps_and_are_written_short() -> None:
    made = Range(0.0, 1.6, 0.01)
    assert [made.value(p) for p in (0.0, 0.2187, 0.5, 1.0)] == [0.0, 0.35, 0.8, 1.6]
    assert made.stepped(0.8, 1) == 0.81
    assert made.stepped(0.8, -10) == 0.7
    assert made.stepped(1.595, 10) == 1.6
    assert Range(0.1, 0.9, 0.2).value(0.99) == pytest.approx(0.8)


@given(st.floats(-1e6, 1e6), st.booleans())
def test_a_value_is_inside_the_range_made_for_it(value: float, is_whole: bool) -> None:
    value = float(round(value)) if is_whole else value
    made = default_range(value, is_whole)
    check_range(made)
    assert made.holds(value)
    assert 0.0 <= made.position(value) <= 1.0


def test_a_range_is_kept_in_the_header_and_read_back() -> None:
    wanted = Range(0.001, 2.0, 0.001, "log")
    edit = with_range(TEXT, "rate", wanted)
    assert edit.text == TEXT + (
        '\n# /// script\n# [tool.gradstudio.inputs.rate]\n# low = 0.001\n# high = 2\n# step = 0.001\n# scale = "log"\n'
        "# ///\n"
    )
    assert read_ranges(edit.text) == {"rate": wanted}
    assert is_same_program(TEXT, edit.text)
    assert with_range(edit.text, "rate", None).text == TEXT


def test_other_entries_of_an_input_stay_in_the_header() -> None:
    text = "# /// script\n# [tool.gradstudio.inputs.x]\n# unit = 'm'  # kept\n# low=0\n# ///\nx = 1.0\n"
    edit = with_range(text, "x", Range(0.0, 5.0, 0.5))
    assert "# unit = 'm'  # kept\n# low=0\n# high = 5\n# step = 0.5\n# ///" in edit.text
    assert with_range(edit.text, "x", None).text == text.replace("# low=0\n", "")


@pytest.mark.parametrize(
    "table",
    ["low = 1", "low = 2\n# high = 1", "low = 'a'\n# high = 2", "low = -1\n# high = 1\n# scale = 'log'", "low = nan"],
)
def test_a_range_that_is_none_is_passed_over(table: str) -> None:
    text = f"# /// script\n# [tool.gradstudio.inputs.x]\n# {table}\n# ///\nx = 1.0\n"
    assert read_ranges(text) == {}


def test_what_cannot_be_a_range_is_refused_in_one_line() -> None:
    for wanted, why in (
        (Range(1.0, 1.0, 0.1), "not above its beginning"),
        (Range(0.0, 1.0, 0.1, "log"), "begins above 0"),
        (Range(0.0, 1.0, 2.0), "does not fit"),
        (Range(0.0, float("inf"), 1.0), "finite"),
    ):
        with pytest.raises(Refused, match=why):
            with_range(TEXT, "x", wanted)
    with pytest.raises(Refused, match="has no name"):
        with_range(TEXT, "", Range(0.0, 1.0, 0.1))
    with pytest.raises(Refused, match=r"line 1 is to keep the range of x, but .* Mend it first"):
        with_range("# /// script\n# [tool\n# ///\nx = 1.0\n", "x", Range(0.0, 1.0, 0.1))


# the rows


def rows(text: str) -> Inputs:
    inputs = Inputs()
    inputs.set_text(text)
    return inputs


def test_a_range_stays_while_its_number_is_inside_and_follows_it_when_it_leaves() -> None:
    inputs = rows(TEXT)
    first = inputs.entries[0].range
    for value in (0.1, 1.6, 0.0):
        assert inputs.turned(0, value) is not None
        assert inputs.entries[0].range == first
    inputs.set_text(inputs.text.replace("rate = 0.0", "rate = 5.0"))
    assert inputs.entries[0].range == Range(0.0, 10.0, 0.1)


def test_turning_one_number_after_the_other_is_what_the_text_says() -> None:
    inputs = rows(TEXT)
    for row, value in ((0, 0.123), (1, -4.0), (0, 10.0), (1, 7.5)):
        inputs.turned(row, value)
    assert inputs.text == "rate = 10.0\nx = 7.5\ny = rate * x\n"
    assert inputs.turned(0, 10.0) is None
    edit = inputs.reset(0)
    assert edit is not None
    assert edit.text == "rate = 0.8\nx = 7.5\ny = rate * x\n"


def test_a_whole_number_is_what_the_text_says_whatever_the_step_of_its_range() -> None:
    header = "# /// script\n# [tool.gradstudio.inputs.n]\n# low = 0\n# high = 10\n# step = 0.25\n# ///\n"
    inputs = rows(header + "n = 3\nx = 2.0\n")
    assert inputs.turned(0, 3.25) is None
    inputs.turned(0, 4.75)
    assert inputs.literal(0).value == 5
    assert inputs.text == header + "n = 5\nx = 2.0\n"


def test_a_number_before_a_power_can_be_turned_below_zero_and_back() -> None:
    inputs = rows("x = 2.0\ny = x + 0.5 ** 2\n")
    for value, text in ((-0.5, "(-0.5) ** 2"), (-0.25, "(-0.25) ** 2"), (0.75, "(0.75) ** 2")):
        inputs.turned(1, value)
        assert inputs.text == f"x = 2.0\ny = x + {text}\n"
        assert inputs.literal(1).value == value


def test_a_typed_number_keeps_how_it_was_typed() -> None:
    inputs = rows("x = 0.5\nn = 3\n")
    for typed, line in (("0,25", "x = 0.25"), ("−3", "x = -3.0"), ("1e-4", "x = 1e-4")):
        inputs.typed(0, typed)
        assert inputs.text.split("\n")[0] == line
    inputs.typed(1, "12")
    assert inputs.text.split("\n")[1] == "n = 12"
    with pytest.raises(Refused, match="n in line 2 is a whole number"):
        inputs.typed(1, "1.5")
    with pytest.raises(Refused, match="'abc' is not a number"):
        inputs.typed(0, "abc")


def test_a_text_with_an_error_keeps_its_rows_but_cannot_be_turned() -> None:
    inputs = rows(TEXT)
    inputs.set_text(TEXT + "z = (\n")
    assert len(inputs.entries) == 2
    with pytest.raises(Refused, match="Mend it first"):
        inputs.turned(0, 1.0)


def test_a_slider_becomes_logarithmic_and_linear_again() -> None:
    inputs = rows(TEXT)
    inputs.set_text(inputs.scaled(0, "log").text)
    assert inputs.entries[0].range is not None
    assert inputs.entries[0].range.scale == "log"
    inputs.set_text(inputs.scaled(0, "linear").text)
    assert inputs.entries[0].range.scale == "linear"
    inputs.set_text(inputs.ranged(0, None).text)
    assert inputs.text == TEXT
    inputs.set_text("x = -1.0\n")
    with pytest.raises(Refused, match="above 0"):
        inputs.scaled(0, "log")


def test_an_array_is_changed_where_its_numbers_differ() -> None:
    inputs = rows("w = [1.0, 2.0]  # two\ny = w\n")
    edit = inputs.changed(0, np.array([1.0, 3.0]))
    assert edit is not None
    assert edit.text == "w = [1.0, 3.0]  # two\ny = w\n"
    assert inputs.changed(0, np.array([1.0, 2.0])) is None
