"""Formulas say what the ops compute: evaluated, they give the same numbers; all of them can be typeset."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
from latex_numbers import number

import gradstudio as gs
from gradstudio.engine.primitive import TABLE
from gradstudio.studio.palette import formulas as module
from gradstudio.studio.palette.formulas import formulas
from gradstudio.studio.palette.typeset import LONGEST, typeset

_PLACES = (0.31, 0.77, -0.43, 1.6, -2.2, 2.9)
_NO_NUMBERS = re.compile(r"\\int|\\begin|\\mathrm\{(low|high)\}|\\lambda")
ONE_NUMBER = sorted(module._SLOPES)


def test_formulas_are_of_ops_that_there_are_each_in_one_place() -> None:
    assert {*module._SLOPES, *module._LINES} <= set(TABLE)
    assert set(module._SLOPES) & set(module._LINES) == set()


def test_the_evaluator_of_these_tests_knows_maths() -> None:
    assert number(r"\frac{1}{1 + e^{-x}}", x=0.0) == 0.5
    assert number(r"2 x \ln 2 - y", x=3.0, y=1.0) == pytest.approx(6 * np.log(2) - 1)
    assert number(r"\sqrt[3]{x} \tanh^2 y", x=-8.0, y=0.5) == pytest.approx(-2 * np.tanh(0.5) ** 2)
    assert number(r"\min(\max(x, -1), 1)\,[-3 < x < 3]", x=2.0) == 1.0
    assert number(r"(-\sin \pi x)", x=0.5) == pytest.approx(-1.0)


@pytest.mark.parametrize("name", ONE_NUMBER)
def test_the_value_is_what_the_op_gives(name: str) -> None:
    value = formulas(TABLE[name]).value
    if _NO_NUMBERS.search(value):
        pytest.skip("an integral, a case or a free letter")
    tried = 0
    for x in _PLACES:
        with np.errstate(all="ignore"):
            wanted = float(np.asarray(TABLE[name](x)))
        if not np.isfinite(wanted):
            continue
        tried += 1
        for part in value.split("=")[1:2]:
            assert number(part, x=x) == pytest.approx(wanted, rel=1e-9, abs=1e-12), f"{value} at {x}"
    assert tried >= 2


@pytest.mark.parametrize("name", [name for name in ONE_NUMBER if module._SLOPES[name][1]])
def test_the_gradient_is_what_comes_back(name: str) -> None:
    (line,) = formulas(TABLE[name]).gradients
    if _NO_NUMBERS.search(line):
        pytest.skip("a case or a free letter")
    slope = line.removeprefix(r"\bar{x} = \bar{y}\;")
    tried = 0
    for x in _PLACES:
        held = gs.Variable(x)
        with np.errstate(all="ignore"), gs.GradientTape() as tape:
            y = TABLE[name](held)
        with np.errstate(all="ignore"):
            back = tape.gradient(y, held)
        wanted = 0.0 if back is None else float(np.asarray(back))
        if not (np.isfinite(wanted) and np.isfinite(float(np.asarray(y)))):
            continue
        tried += 1
        found = number(slope, x=x, y=float(np.asarray(y)))
        assert found == pytest.approx(wanted, rel=1e-8, abs=1e-12), f"{line} at {x}"
    assert tried >= 2


def test_gradients_of_two_inputs_are_what_comes_back() -> None:
    tried = 0
    for name in ("multiply", "divide", "power", "squared_difference", "hypot", "logaddexp", "xlogy", "xlog1py"):
        x, y = gs.Variable(1.3), gs.Variable(0.6)
        with gs.GradientTape() as tape:
            z = TABLE[name](x, y)
        wanted = tape.gradient(z, [x, y])
        said = formulas(TABLE[name])
        letters = {"x": 1.3, "y": 0.6, "z": float(z)}
        assert number(said.value.removeprefix("z = "), **letters) == pytest.approx(float(z))
        for line, back in zip(said.gradients, wanted, strict=True):
            found = number(line.split("=")[1].replace(r"\bar{z}", "1"), **letters)
            assert found == pytest.approx(float(back)), line
            tried += 1
    assert tried == 16


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_formula_of_the_table_can_be_typeset(name: str) -> None:
    row = TABLE[name]
    said = formulas(row)
    assert bool(said.value) >= bool(row.latex), "what the row says is shown"
    for line in (said.value, *said.gradients):
        if not line:
            continue
        drawn = typeset(line)
        assert drawn is not None, line
        assert drawn.width > 10
        assert 0 < drawn.rise <= drawn.height < 100, "a card is no higher"
        assert "currentColor" in drawn.svg
        assert "<symbol" not in drawn.svg


def test_fractions_stand_higher_than_letters_and_indices_lower_than_their_letter() -> None:
    letter, fraction, index = typeset("x"), typeset(r"\frac{x}{y}"), typeset("x_i")
    assert letter is not None
    assert fraction is not None
    assert index is not None
    assert fraction.height > 1.8 * letter.height
    assert index.height - index.rise > letter.height - letter.rise


def test_the_library_that_typesets_is_loaded_with_the_first_formula_only() -> None:
    code = "import sys, gradstudio.studio.palette.card as c; print('ziamath' in sys.modules, end=' '); " + (
        "c.card('exp'); print('ziamath' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("latex", ["", "  ", r"\frac{1", "x" * (LONGEST + 1)])
def test_what_is_no_formula_gives_none(latex: str) -> None:
    assert typeset(latex) is None


def test_formulas_of_one_number_speak_of_the_value_they_take() -> None:
    def said(op: str, name: str) -> tuple[str, ...]:
        found = formulas(TABLE[op], name)
        return found.value, *found.gradients

    assert said("relu", "z") == (r"y = \max(z, 0)", r"\bar{z} = \bar{y}\;[z > 0]")
    assert said("exp", "y") == ("z = e^{y}", r"\bar{y} = \bar{z}\;z"), "y is taken, so the answer is z"
    assert said("log", "z_1") == (r"y = \ln z_{1}", r"\bar{z_{1}} = \bar{y}\;\frac{1}{z_{1}}")
    assert said("tanh", "hidden_layer") == said("tanh", ""), "too long for a formula"
    assert said("add", "z") == said("add", ""), "several letters would meet"
    for name in ("_", "__", "é", "z__", "_z", "a_b_"):
        assert typeset(said("exp", name)[0]) is not None
