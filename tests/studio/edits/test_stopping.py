"""stop_gradient put around an expression and taken off again."""

from __future__ import annotations

import numpy as np
import pytest
from before_after import made_by, values

from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.stopping import stop_gradient

TEXT = """import gradstudio as gs

X = gs.constant([[1.0, 2.0], [3.0, 4.0]])
w = gs.Variable([0.5, -1.0])
größe = gs.Variable(2.0)
with gs.GradientTape() as t:
    z = X @ w  # scores
    p = (z + größe) * 2.0
    q = gs.sum(
        p * z,  # each
        axis=0,
    )
    q += größe
    loss = gs.stop_gradient(q) + (
        z[0]
    )
dw, dg = t.gradient(loss, [w, größe])
"""


@pytest.mark.parametrize(
    ("source", "old", "new", "name"),
    [
        ("X @ w", "z = X @ w  #", "z = gs.stop_gradient(X @ w)  #", "Stop the gradient at z"),
        ("z + größe", "(z + größe) * 2.0", "gs.stop_gradient(z + größe) * 2.0", "Stop the gradient at line 8"),
        ("p * z", "p * z,  #", "gs.stop_gradient(p * z),  #", "Stop the gradient at line 10"),
        ("z[0]", "(\n        z[0]\n    )", "gs.stop_gradient(z[0])", "Stop the gradient at line 15"),
        ("gs.stop_gradient(q)", "gs.stop_gradient(q) +", "q +", "Let the gradient through at line 14"),
    ],
)
def test_only_the_expression_changes(source: str, old: str, new: str, name: str) -> None:
    program, made = made_by(TEXT, source)
    edit = stop_gradient(program, made)
    assert edit.text == TEXT.replace(old, new)
    assert edit.name == name
    Program(edit.text)


def test_no_gradient_comes_through_and_the_values_stay() -> None:
    program, made = made_by(TEXT, "z[0]")
    before, after = values(TEXT), values(stop_gradient(program, made).text)
    assert after["loss"] == before["loss"]
    assert np.any(before["dw"])
    assert "dw" not in after  # it is None, as there is no way to w any more


def test_wrapping_twice_gives_the_text_back() -> None:
    program, made = made_by(TEXT, "X @ w")
    text = stop_gradient(program, made).text
    for source in ("gs.stop_gradient(X @ w)", "X @ w"):
        program, made = made_by(text, source)
        assert stop_gradient(program, made).text == TEXT


def test_what_is_let_through_gets_the_brackets_it_needs() -> None:
    text = "x = 0.5\ny = stop_gradient(x + 1.0) * x\n"
    program, made = made_by(text, "stop_gradient(x + 1.0)")
    assert stop_gradient(program, made).text == "x = 0.5\ny = (x + 1.0) * x\n"


def test_a_text_without_a_module_in_front_gets_none() -> None:
    program, made = made_by("x = 0.5\ny = tanh(x)\nz = y * y\n", "tanh(x)")
    assert stop_gradient(program, made).text == "x = 0.5\ny = stop_gradient(tanh(x))\nz = y * y\n"


@pytest.mark.parametrize(
    ("text", "source", "why"),
    [
        (TEXT, "gs.Variable(2.0)", "Line 5 makes a leaf"),
        (TEXT, "q += größe", r"Line 13 changes `q` itself; write it as `q = q \+ ...` first"),
        (
            "x = 0.5\ny = stop_gradient(  # held\n    x * 2.0\n)\nz = x * y\n",
            "stop_gradient(  # held\n    x * 2.0\n)",
            "Line 2 has a comment inside the call",
        ),
    ],
)
def test_what_cannot_be_stopped_says_why(text: str, source: str, why: str) -> None:
    program, made = made_by(text, source)
    with pytest.raises(Refused, match=why):
        stop_gradient(program, made)
