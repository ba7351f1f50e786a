"""New inputs as lines of a program: the right place, a free name, and numbers that plain Python gets too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradstudio.language.check import check
from gradstudio.studio.edits.data_lines import (
    add_array,
    add_file,
    add_number,
    add_random,
    add_range,
    add_steps,
    proposed_name,
)
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.input_place import valid_name
from gradstudio.studio.edits.make_input import make_input
from gradstudio.studio.input_ranges import Range, read_ranges

TAPE = """\
# Descent
import gradstudio as tf

x = tf.Variable(3.0)  # start
rate = 0.1

for step in range(3):
\twith tf.GradientTape() as t:
\t\ty = x * x + 0.02 * x  # é
\tx.assign_sub(rate * t.gradient(y, x))
"""
FORMULA = "x = 0.5\ny = sin(x)"


def new_lines(before: str, edit: Edit) -> list[str]:
    """The lines that were added; everything else stands as it was, in order."""
    old = before.split("\n")
    added = []
    for line in edit.text.split("\n"):
        if old and line == old[0]:
            old.pop(0)
        else:
            added.append(line)
    assert old == [], f"lost: {old}"
    assert check(edit.text)[0] is not None
    assert edit.variable in edit.text.split("\n")[edit.line - 1]
    return added


def test_a_number_goes_behind_the_inputs_a_program_begins_with() -> None:
    edit = add_number(TAPE, "b", 0.0)
    assert new_lines(TAPE, edit) == ["b = tf.Variable(0.0)"]
    assert (edit.line, edit.name) == (6, "Add number b")
    assert new_lines(TAPE, add_number(TAPE, "b", 2.0, False)) == ["b = 2.0"]


def test_a_formula_takes_a_plain_number_even_without_a_last_line_end() -> None:
    edit = add_number(FORMULA, "x", 2.0)
    assert edit.text == "x = 0.5\nx2 = 2.0\ny = sin(x)"
    assert add_number("x = 0.5", "k", 1.0).text == "x = 0.5\nk = 1.0\n"


def test_an_empty_text_gets_the_import_that_its_line_takes() -> None:
    assert add_number("", "x", 1.0).text == "x = 1.0\n"
    assert add_file("", "photo.npy").text == 'import gradstudio as gs\n\nphoto = gs.load("photo.npy")\n'
    edit = add_range("# About it\n\n", "t", 0.0, 1.0, 5)
    assert edit.text == "# About it\n\nimport gradstudio as gs\n\nt = gs.linspace(0.0, 1.0, 5)\n"
    assert edit.line == 5


def test_a_program_that_imports_other_things_gets_the_library_beside_them() -> None:
    text = "import math\n\nk = 2.0\ny = math.sin(k)\n"
    assert add_steps(text, "t", 0.0, 1.0, 0.25).text == (
        "import gradstudio as gs\nimport math\n\nk = 2.0\nt = gs.arange(0.0, 1.0, 0.25)\ny = math.sin(k)\n"
    )


def test_a_formula_without_imports_goes_on_without() -> None:
    assert new_lines(FORMULA, add_range(FORMULA, "t", 0.0, 1.0, 50)) == ["t = linspace(0.0, 1.0, 50)"]
    assert new_lines(FORMULA, add_array(FORMULA, "v", [[1, 2], [3, 4]])) == ["v = [[1.0, 2.0], [3.0, 4.0]]"]
    assert new_lines(FORMULA, add_file(FORMULA, "points.csv")) == ['points = load("points.csv")']


def test_a_text_that_plain_python_runs_goes_on_to_run_there() -> None:
    text = add_array("x = 1.0\n", "A", [1.0, 2.0]).text
    assert text == "import gradstudio as gs\n\nx = 1.0\nA = gs.constant([1.0, 2.0])\n"
    assert add_array("v = [1.0]\n", "A", [1.0, 2.0]).text == "v = [1.0]\nA = [1.0, 2.0]\n"


def test_arrays_and_random_numbers_are_variables_where_a_tape_follows_them() -> None:
    assert new_lines(TAPE, add_array(TAPE, "v", [1.0, 2.5])) == ["v = tf.Variable([1.0, 2.5])"]
    assert new_lines(TAPE, add_array(TAPE, "v", [1.0, 2.5], False)) == ["v = tf.constant([1.0, 2.5])"]
    line = "w = tf.Variable(tf.random.normal((3, 2), stddev=0.1, seed=7))"
    assert new_lines(TAPE, add_random(TAPE, "w", (3, 2), "normal", 0.0, 0.1, 7)) == [line]
    line = "w = tf.random.uniform((4,), minval=-1.0, seed=0)"
    assert new_lines(TAPE, add_random(TAPE, "w", (4,), "uniform", -1.0, 1.0, 0, False)) == [line]


def test_a_tape_that_watches_nothing_by_itself_is_told() -> None:
    text = (
        "import gradstudio as gs\nx = gs.constant(1.0)\n"
        "with gs.GradientTape(watch_accessed_variables=False) as t:\n\tt.watch(x)\n\ty = x\n"
    )
    assert new_lines(text, add_number(text, "k", 1.0)) == ["k = gs.Variable(1.0)", "\tt.watch(k)"]


def test_a_comment_stays_above_what_it_is_about() -> None:
    text = "# Title\n\n# three times\nfor k in range(3):\n    print(k)\n"
    assert add_number(text, "x", 1.0).text == text.replace("# three", "x = 1.0\n# three")
    text = "def f(x):\n    return x\n"
    assert add_number(text, "x", 1.0).text == text + "\nx2 = 1.0\n"


def test_the_arrays_of_a_file_get_names_in_its_order() -> None:
    edit = add_file(TAPE, "data/points.npz", ("X", "rate", "class", "layer/0", "X"))
    assert new_lines(TAPE, edit) == ['X, rate2, class_, layer_0, X2 = tf.load("data/points.npz")']
    assert new_lines(TAPE, add_file(TAPE, "one.npz", ("X",))) == ['(X,) = tf.load("one.npz")']


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("learning rate", "learning_rate"), ("3d", "x_3d"), ("7", "x7"), ("for", "for_"), ("größe", "größe"), ("?!", "x")],
)
def test_names_are_made_valid(wanted: str, name: str) -> None:
    assert valid_name(wanted) == name


def test_a_proposed_name_is_free() -> None:
    assert proposed_name(TAPE, "x") == "x2"
    assert proposed_name("x = (", "x") == "x"
    assert proposed_name("", "sum") == "sum2"


def test_what_cannot_be_a_line_is_refused_in_words() -> None:
    for act, why in (
        (lambda: add_number("x = (\n", "y", 1.0), "Line 1 has an error"),
        (lambda: add_number("", "y", float("inf")), "finite"),
        (lambda: add_array("", "v", [[1.0], [1.0, 2.0]]), "same length"),
        (lambda: add_array("", "v", []), "at least one"),
        (lambda: add_array("", "v", np.zeros(10_001)), r"10,001 numbers are too many"),
        (lambda: add_array("", "v", [float("nan")]), "finite"),
        (lambda: add_range("", "t", 0.0, 1.0, 0), "one number at least"),
        (lambda: add_steps("", "t", 0.0, 1.0, -0.1), "nobody gets from 0 to 1"),
        (lambda: add_random("", "w", (2, 0)), "1 or more"),
        (lambda: add_random("", "w", (2,), "normal", 0.0, -1.0), "standard deviation"),
        (lambda: add_random("", "w", (100_000, 1000)), "too many"),
        (lambda: add_file("", "../points.npz"), "cannot be named"),
        (lambda: add_file("", 'a".npy'), "cannot be named"),
        (lambda: add_file("", "a.npz", ()), "no array"),
    ):
        with pytest.raises(Refused, match=why):
            act()


def test_random_lines_give_the_same_numbers_under_plain_python(tmp_path: Path) -> None:
    text = add_random("", "w", (2, 2), seed=7).text
    text = add_array(text, "v", [[1.5, 2.0]]).text
    text = add_steps(text, "t", 0.0, 1.0, 0.25).text
    (tmp_path / "program.py").write_text(text + "print(w.tolist(), v.tolist(), t.tolist())\n")
    runs = [
        subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        for _ in range(2)
    ]
    wanted = np.random.default_rng(7).standard_normal((2, 2)).tolist()
    assert runs[0].stdout == runs[1].stdout == f"{wanted} [[1.5, 2.0]] [0.0, 0.25, 0.5, 0.75]\n"


# an input of a number in an expression


def test_a_number_in_an_expression_becomes_a_named_line_that_is_used() -> None:
    line = TAPE.split("\n")[8]
    edit = make_input(TAPE, 9, line.index("0.02"), "rate")
    assert edit.text == TAPE.replace("rate = 0.1\n", "rate = 0.1\nrate2 = 0.02\n").replace("0.02 * x ", "rate2 * x ")
    assert (edit.line, edit.variable, edit.name) == (6, "rate2", "Make 0.02 the input rate2")


def test_its_range_goes_into_the_header_in_the_same_step() -> None:
    line = TAPE.split("\n")[8]
    edit = make_input(TAPE, 9, line.index("0.02") + 4, "decay", 0.0, 0.1)
    assert read_ranges(edit.text) == {"decay": Range(0.0, 0.1, 0.0001)}


def test_only_a_number_in_an_expression_can_become_one() -> None:
    for line, column, why in ((5, 8, "is the value of rate"), (1, 3, "No number"), (99, 0, "No number")):
        with pytest.raises(Refused, match=why):
            make_input(TAPE, line, column, "k")


def test_a_number_before_all_inputs_gets_its_line_before_it() -> None:
    text = "def f(x):\n    return 2.5 * x\ny = f(3.0)\n"
    assert make_input(text, 2, 11, "k").text == "k = 2.5\ndef f(x):\n    return k * x\ny = f(3.0)\n"
