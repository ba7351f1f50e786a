"""Numbers in a text: which can be turned, how another one is written, and that nothing beside them changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradstudio.studio.document import Document
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.literals import (
    MOST_ELEMENTS,
    ArrayLiteral,
    Literal,
    Written,
    literals,
    shifted,
    with_number,
    with_values,
)
from gradstudio.studio.edits.number_text import array_text, number_text

PROGRAM = """\
import gradstudio as gs

X, y = gs.load("points.npz")
w = gs.Variable([[0.0, -1.0],  # größer
\t[2.0, 3]])
größe = gs.Variable( 0.5 )   # übrig
rate = 0.8
steps = 40
names = ["a"]
ok = True

def f(x, scale=2.0):
\treturn scale * x ** 0.5

for step in range(steps):
\twith gs.GradientTape() as t:
\t\tdécay = 0.02 * gs.sum(w * w) - - 1e-3 + X[0] + f"{0.5}"
"""


def found(text: str) -> tuple[Written, ...]:
    given = literals(text)
    assert given is not None
    return given


def one(text: str, name: str) -> Literal:
    literal = next(w for w in found(text) if w.name == name)
    assert isinstance(literal, Literal)
    return literal


def the_array(text: str) -> ArrayLiteral:
    array = next(w for w in found(text) if isinstance(w, ArrayLiteral))
    return array


def test_every_number_that_can_be_turned_is_found_with_its_place() -> None:
    rows = [(w.name, w.line, w.kind, PROGRAM[w.start : w.end]) for w in found(PROGRAM)]
    assert rows == [
        ("w", 4, "leaf", "[[0.0, -1.0],  # größer\n\t[2.0, 3]]"),
        ("größe", 6, "leaf", "0.5"),
        ("rate", 7, "number", "0.8"),
        ("steps", 8, "number", "40"),
        ("", 13, "inside", "0.5"),
        ("", 17, "inside", "0.02"),
        ("", 17, "inside", "- 1e-3"),
    ]


def test_a_formula_takes_plain_numbers_and_lists_as_leaves() -> None:
    kinds = [(w.name, w.kind) for w in found("x = 0.5\nv = [1.0, 2.0]\nn = 3\ny = x * sum(v)\n")]
    assert kinds == [("x", "leaf"), ("v", "leaf"), ("n", "leaf")]


def test_an_array_has_its_shape_and_its_numbers_in_order() -> None:
    array = the_array(PROGRAM)
    assert array.shape == (2, 2)
    assert array.values.tolist() == [[0.0, -1.0], [2.0, 3.0]]
    assert not array.is_whole


@pytest.mark.parametrize("text", ["x = [[1.0], [1.0, 2.0]]\n", "x = [1.0, y]\n", "x = []\n", "x = 0x10\n", "x = 2j\n"])
def test_what_is_no_plain_number_is_left_alone(text: str) -> None:
    assert found(text) == ()


def test_a_text_that_does_not_parse_has_no_literals_to_tell() -> None:
    assert literals("x = (\n") is None


@pytest.mark.parametrize(
    ("value", "like", "written"),
    [
        (0.35, "0.8", "0.35"),
        (1.0, "0.8", "1.0"),
        (-0.25, "0.8", "-0.25"),
        (2e-3, "1e-3", "2e-3"),
        (2.5e-3, "1e-3", "2.5e-3"),
        (0.02, "1.0E-03", "2.0E-02"),
        (3e5, "1e+4", "3e+5"),
        (0.00001, "0.00002", "0.00001"),
        (0.00002, "0.5", "0.00002"),
        (41, "40", "41"),
        (-7.0, "3", "-7"),
        (2_000_000, "1_000_000", "2_000_000"),
        (12345.5, "1_000.0", "12_345.5"),
        (0.35, ".5", ".35"),
        (3.0, "2.", "3."),
        (0.0, "1e-3", "0.0"),
        (-0.0, "1.0", "0.0"),
        (1e-30, "0.5", "1e-30"),
        (0.1 + 0.2, "0.5", "0.30000000000000004"),
    ],
)
def test_a_number_is_written_in_the_style_of_the_one_before(value: float, like: str, written: str) -> None:
    assert number_text(value, like) == written


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["0.8", "1e-3", ".5", "2.", "1_0.0", "1.0E+05"])
)
def test_whatever_is_written_is_exactly_the_number(value: float, like: str) -> None:
    assert float(number_text(value, like)) == value


def test_a_new_number_changes_only_its_own_characters() -> None:
    edit = with_number(PROGRAM, one(PROGRAM, "größe"), -12.5)
    assert edit.text == PROGRAM.replace("( 0.5 )   # übrig", "( -12.5 )   # übrig")
    assert (edit.name, edit.line, edit.variable) == ("Set größe to -12.5", 6, "größe")


def test_windows_line_ends_survive_a_turned_number() -> None:
    document = Document("x = 0.5\r\ny = x * 2.0  # ü\r\n")
    document.text = with_number(document.text, one(document.text, "x"), 0.75).text
    assert document.text == "x = 0.75\ny = x * 2.0  # ü\n"


def test_a_number_that_turns_negative_before_a_power_is_put_into_brackets() -> None:
    text = "y = 0.5 ** 2\n"
    (literal,) = found(text)
    assert isinstance(literal, Literal)
    assert with_number(text, literal, -0.5).text == "y = (-0.5) ** 2\n"


def test_a_number_that_is_not_there_any_more_is_refused() -> None:
    literal = one(PROGRAM, "rate")
    with pytest.raises(Refused, match="rate in line 7 has changed meanwhile"):
        with_number("# new\n" + PROGRAM, literal, 1.0)
    with pytest.raises(Refused, match="finite"):
        with_number(PROGRAM, literal, float("nan"))


@given(st.sampled_from(range(7)), st.floats(-1e6, 1e6, allow_nan=False))
def test_following_a_turned_number_finds_what_a_fresh_look_finds(which: int, value: float) -> None:
    before = found(PROGRAM)
    numbers = [n for w in before for n in (w.numbers if isinstance(w, ArrayLiteral) else (w,))]
    literal = numbers[which]
    edit = with_number(PROGRAM, literal, value)
    new = edit.text[literal.start : len(edit.text) - (len(PROGRAM) - literal.end)]
    written = float(new)
    places = [(w.start, w.end, w.name) for w in found(edit.text)]
    followed = shifted(before, literal, written, new)
    assert [(w.start, w.end, w.name) for w in followed] == places
    assert all(edit.text[w.start : w.end] == w.text for w in followed if isinstance(w, Literal))


# arrays


def test_one_element_is_changed_in_place_and_comments_stay() -> None:
    edit = with_values(PROGRAM, the_array(PROGRAM), np.array([[0.0, -1.0], [2.5, 3.0]]))
    assert edit.text == PROGRAM.replace("[2.0, 3]", "[2.5, 3]")
    assert edit.line == 5


def test_another_shape_is_written_anew_but_not_over_comments() -> None:
    text = "w = Variable([[1.0, 2.0], [3.0, 4.0]])  # kept\ny = w\n"
    edit = with_values(text, the_array(text), np.array([[1.0, 2.0, 9.5]]))
    assert edit.text == "w = Variable([[1.0, 2.0, 9.5]])  # kept\ny = w\n"
    with pytest.raises(Refused, match="comments between its numbers"):
        with_values(PROGRAM, the_array(PROGRAM), np.zeros((3, 2)))


def test_whole_numbers_stay_whole_until_one_has_a_fraction() -> None:
    text = "n = [1, 2, 3]\n"
    assert with_values(text, the_array(text), np.array([1.0, 5.0, 3.0])).text == "n = [1, 5, 3]\n"
    assert with_values(text, the_array(text), np.array([1.0, 2.5, 3.0])).text == "n = [1, 2.5, 3]\n"
    assert with_values(text, the_array(text), np.array([1.0, 2.0])).text == "n = [1, 2]\n"


def test_too_many_elements_are_refused_with_a_way_out() -> None:
    text = "w = [1.0, 2.0]\n"
    with pytest.raises(Refused, match=r"10,001 numbers are too many .* \.npy or \.csv"):
        with_values(text, the_array(text), np.zeros(MOST_ELEMENTS + 1))


def test_a_long_array_is_written_in_lines_that_can_be_read() -> None:
    text = array_text(np.arange(60.0).reshape(3, 20), False)
    assert max(map(len, text.split("\n"))) <= 100
    assert np.array_equal(the_array(f"w = {text}\n").values, np.arange(60.0).reshape(3, 20))


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40), st.integers(1, 4))
def test_an_array_that_is_written_is_read_back_exactly(values: list[float], rows: int) -> None:
    array = np.array([values] * rows)
    assert np.array_equal(the_array(f"w = {array_text(array, False)}\n").values, array)
