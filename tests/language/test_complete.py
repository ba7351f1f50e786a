"""Completion: what is proposed, in which order, and what is said of it; and the call that the cursor stands in."""

from __future__ import annotations

import pytest

from gradstudio.language.calls import Call, standing
from gradstudio.language.complete import Completion, completions, help_at
from gradstudio.language.signatures import first_paragraph, kinds_of, own_functions, signature_for, split

PROGRAM = '''\
import numpy as np
import gradstudio as G
def model(x, w, *, rate=0.1,
          scale=(1.0, 2.0)):
    """Says what it is.

    And more.
    """
    return x
twice = lambda value, by=2: value * by
v = gs.Variable(1.0)
with gs.GradientTape() as tape:
    y = v
items = [1]
total = 1
'''


def words(before: str, text: str = PROGRAM) -> list[str]:
    return [item.word for item in completions(before, text)]


def item(before: str, word: str) -> Completion:
    return next(found for found in completions(before, PROGRAM) if found.word == word)


@pytest.mark.parametrize(
    ("before", "is_code"),
    [
        ("x = 1", True),
        ("x = 'a", False),
        ("x = 'a'", True),
        ("x = 'it\\'s", False),
        ("# x", False),
        ("x = '#'", True),
        ('"""a\nb', False),
        ('"""a\n"""\nb', True),
        ("x = 'never closed\ny", True),
        ('x = "a\'b"', True),
    ],
)
def test_strings_and_comments_are_no_code(before: str, is_code: bool) -> None:
    assert standing(before).is_code == is_code


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("f(", ("f", 0, "", ())),
        ("y = gs.sum(x, ", ("gs.sum", 1, "", ())),
        ("f(a, (b, c), [d, e], ", ("f", 3, "", ())),
        ("f(g(a, b), axis=", ("f", 1, "axis", ())),
        ("f(a, axis=0, keepdims=", ("f", 2, "keepdims", ("axis",))),
        ("f(a == b", ("f", 0, "", ())),
        ("f('a, b', ", ("f", 1, "", ())),
        ("f(\n    a,\n    ", ("f", 1, "", ())),
        ("f(a # (\n  , ", ("f", 1, "", ())),
    ],
)
def test_the_call_at_the_end_of_a_text(before: str, expected: tuple[str, int, str, tuple[str, ...]]) -> None:
    call = standing(before).call
    assert call is not None
    assert (call.callee, call.argument, call.keyword, call.given) == expected


@pytest.mark.parametrize(
    "before", ["f(a)", "x = (a, ", "def f(a, ", "[f(a), ", "if (a, ", "x = (\nfor k in a: ", "a b"]
)
def test_there_is_no_call_elsewhere(before: str) -> None:
    assert standing(before).call is None


def test_a_bracket_far_above_that_was_never_closed_is_no_call() -> None:
    assert standing("x = f(1\n" + "y = 2\n" * 5 + "def g(): pass\nz = ").call is None
    assert standing("f(" + "1, " * 5000).call is None  # further back than anybody reads
    assert isinstance(standing("\n" * 5000 + "f(1, ").call, Call)


def test_parameters_of_the_call_come_first_and_only_once() -> None:
    assert words("gs.sum(x, ax")[0] == "axis="
    assert words("gs.sum(x, ") == ["x=", "axis=", "keepdims=", "dtype="]
    assert words("gs.sum(x, axis=0, ") == ["x=", "keepdims=", "dtype="]
    assert words("y = model(1, ra")[0] == "rate="
    assert "axis=" not in words("gs.sum(x, axis=a"), "that is the value of one already"


def test_what_is_positional_only_is_no_keyword() -> None:
    assert "x=" not in words("np.exp(")


def test_the_programs_own_names_come_before_ops() -> None:
    assert words("y = to")[:1] == ["total"]
    assert words("y = mod")[0] == "model"


def test_own_functions_say_their_parameters_and_first_paragraph() -> None:
    found = item("y = mod", "model")

    assert found.signature == "model(x, w, *, rate=0.1, scale=(1.0, 2.0))"
    assert found.doc == "Says what it is."
    assert found.kind == "function"
    assert item("y = twi", "twice").signature == "twice(value, by=2)"


def test_ops_say_family_parameters_and_the_whole_first_paragraph() -> None:
    found = item("gs.softm", "softmax")

    assert found.kind == "op:network"
    assert found.signature == "softmax(x, axis=-1)"
    assert found.doc == "Exponentials divided by their sum along axis, safe for large inputs."
    assert item("gs.reduce_s", "reduce_sum").doc.startswith("Another name of sum.")


def test_members_depend_on_what_a_name_holds() -> None:
    assert words("tape.gr") == ["gradient"]
    assert words("v.ass") == ["assign", "assign_add", "assign_sub"]
    assert "append" in words("items.")
    assert "append" not in words("y.")
    assert item("y.sha", "shape").kind == "attribute"
    assert item("y.resh", "reshape").signature == "reshape(*dims, order='C')"
    assert "reshape" in words("(a + b).resh")
    assert "linspace" in words("np.lin")
    assert "exp" in words("G.ex"), "the library under a name of one's own"


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ("x = gs.Variable(1.0)", "Variable"),
        ("x = np.zeros(3)", "ndarray"),
        ("x = [1]", "list"),
        ("x = {}", "dict"),
        ("x = {1: 2}", "dict"),
        ("x = {1}", "set"),
        ("x = f'a'", "str"),
        ("x = a + b", "Tensor"),
        ("x = [1]\nx = gs.exp(1.0)", "Tensor"),
        ("with tf.GradientTape() as x:", "GradientTape"),
        ("x: float = [1]", "list"),
    ],
)
def test_the_kind_of_a_name_is_read_off_its_last_assignment(made: str, kind: str) -> None:
    assert kinds_of("x", made)[0].__name__ == kind


def test_nothing_is_proposed_in_strings_comments_and_numbers() -> None:
    assert words("x = 'so") == []
    assert words("# so") == []
    assert words("x = 12") == []
    assert words('f"""\nso') == []


def test_names_with_other_letters_are_proposed() -> None:
    assert "größe" in words("y = gr", "größe = 1.0\ny = gr")


def test_the_word_being_typed_is_not_proposed_to_itself() -> None:
    assert "sofx" not in words("y = sofx", "y = sofx")
    assert "sofx" in words("y = sofx", "sofx = 1\ny = sofx")


@pytest.mark.parametrize(
    ("before", "text", "present"),
    [
        ("gs.sum(", "sum(x, axis=None, keepdims=False, dtype=None)", 0),
        ("gs.sum(x, ", "sum(x, axis=None, keepdims=False, dtype=None)", 1),
        ("gs.sum(x, dtype=", "sum(x, axis=None, keepdims=False, dtype=None)", 3),
        ("exp(", "exp(x)", 0),
        ("model(1, ", "model(x, w, *, rate=0.1, scale=(1.0, 2.0))", 1),
        ("model(1, 2, 3", "model(x, w, *, rate=0.1, scale=(1.0, 2.0))", -1),
        ("model(1, rate=", "model(x, w, *, rate=0.1, scale=(1.0, 2.0))", 3),
        ("y.reshape(1, 2, ", "reshape(*dims, order='C')", 0),
        ("twice(1, ", "twice(value, by=2)", 1),
    ],
)
def test_help_names_the_parameter_that_is_being_given(before: str, text: str, present: int) -> None:
    found = help_at(before, PROGRAM)

    assert found is not None
    assert (found.signature.text, found.present) == (text, present)


def test_there_is_no_help_for_what_is_not_known() -> None:
    assert help_at("foo(", PROGRAM) is None
    assert help_at("x = (", PROGRAM) is None


def test_the_signature_of_numpys_functions_is_read_where_it_is_written() -> None:
    linspace, exp = signature_for("np.linspace", ""), signature_for("np.exp", "")

    assert linspace is not None
    assert linspace.parameters[:3] == ("start", "stop", "num=50")
    assert linspace.doc == "Return evenly spaced numbers over a specified interval."
    assert exp is not None
    assert exp.parameters[:3] == ("x", "/", "out=None")


def test_every_member_of_the_libraries_can_be_described() -> None:
    for owner in ("gs.", "np.", "math.", "gs.nn.", "gs.linalg.", "gs.random.", "np.linalg.", "y.", "tape.", "v."):
        for found in completions(owner, PROGRAM, 10_000):
            assert found.word
            assert "\n" not in found.doc


def test_a_function_is_found_while_the_text_around_it_is_broken() -> None:
    found = own_functions("x = (\ndef f(a, b=(1, 2), *c):\n    '''Does it.'''\n    return (\n")

    assert found["f"].parameters == ("a", "b=(1, 2)", "*c")
    assert found["f"].doc == "Does it."


def test_parameters_are_split_at_their_own_commas_only() -> None:
    assert split("a, b=(1, 2), c='x, y', d=[3,\n 4]") == ["a", "b=(1, 2)", "c='x, y'", "d=[3, 4]"]


def test_a_signature_before_the_description_is_left_out() -> None:
    assert first_paragraph("exp(x, /)\n\nCalculate it\nof all.\n\nMore.") == "Calculate it of all."


def test_pythons_own_functions_are_described_without_their_forms_of_call() -> None:
    found = help_at("sorted(", "")

    assert found is not None
    assert found.signature.text == "sorted(iterable, /, *, key=None, reverse=False)"
    assert item("y = froze", "frozenset").doc == "Build an immutable unordered collection of unique elements."
