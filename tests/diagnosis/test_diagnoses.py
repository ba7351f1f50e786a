"""Why a gradient is None, and where infinity and NaN are born: small programs with known causes."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

import gradstudio
from gradstudio.diagnosis import diagnose
from gradstudio.engine.problem import Problem
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.trace import Trace


def run(program: str) -> tuple[Trace, str]:
    """The trace of a program run as a plain script; names as the language would report them."""
    text = textwrap.dedent(program).strip()
    recorder = Recorder("program", text)
    scope: dict[str, object] = {"gs": gradstudio, "np": np}
    with recorder, np.errstate(all="ignore"):
        for statement in compile_statements(text):
            exec(statement, scope)
            for name, value in list(scope.items()):
                if isinstance(value, gradstudio.Tensor | gradstudio.Variable):
                    recorder.assigned(name, value)
    return recorder.trace(), text


def compile_statements(text: str) -> list[object]:
    import ast

    return [compile(ast.Module([node], []), "program", "exec") for node in ast.parse(text).body]


def problems(program: str) -> tuple[Problem, ...]:
    return diagnose(*run(program))


CUTS = {
    "not watched": (
        """
        x = gs.constant(3.0)
        with gs.GradientTape() as t:
            y = x * x
        g = t.gradient(y, x)
        """,
        "no tape watches it",
        4,
    ),
    "no path": (
        """
        x = gs.Variable(3.0)
        v = gs.Variable(1.0)
        with gs.GradientTape() as t:
            y = v * v
            unused = x * x
        g = t.gradient(y, x)
        """,
        "y does not depend on it",
        6,
    ),
    "made after the target": (
        """
        x = gs.Variable(3.0)
        with gs.GradientTape() as t:
            y = x * x
        late = gs.constant(1.0)
        g = t.gradient(y, late)
        """,
        "it was made on line 4, after y was computed",
        5,
    ),
    "stop_gradient": (
        """
        x = gs.Variable(3.0)
        with gs.GradientTape() as t:
            y = gs.stop_gradient(x) * 2.0
        g = t.gradient(y, x)
        """,
        "stop_gradient on line 3 holds it back",
        4,
    ),
    "integer source": (
        """
        x = gs.constant(3)
        with gs.GradientTape() as t:
            y = x * 2.0
        g = t.gradient(y, x)
        """,
        "it is int64, and only floating numbers have one",
        4,
    ),
    "through an integer": (
        """
        x = gs.Variable(3.5)
        with gs.GradientTape() as t:
            n = gs.cast(x, gs.int64)
            y = gs.cast(n, gs.float64) * 2.0
        g = t.gradient(y, x)
        """,
        "cast on line 3 gives int64 numbers",
        5,
    ),
    "computed outside the tape": (
        """
        x = gs.Variable(3.0)
        y = x * x
        with gs.GradientTape() as t:
            z = y * 2.0
        g = t.gradient(z, x)
        """,
        "",
        5,
    ),
    "stop_recording": (
        """
        x = gs.Variable(3.0)
        with gs.GradientTape() as t:
            a = x * 1.0
            with t.stop_recording():
                y = a * 2.0
        g = t.gradient(y, x)
        """,
        "multiply on line 5 ran while no tape recorded it",
        6,
    ),
    "a variable that the tape leaves out": (
        """
        x = gs.Variable(3.0, trainable=False)
        with gs.GradientTape() as t:
            y = x * x
        g = t.gradient(y, x)
        """,
        "the tape does not follow this variable",
        4,
    ),
}


@pytest.mark.parametrize("case", CUTS)
def test_a_missing_gradient_is_explained_at_the_line_that_asked_for_it(case: str) -> None:
    program, why, line = CUTS[case]
    found = [p for p in problems(program) if p.kind == "none"]
    assert len(found) == 1
    assert why in found[0].message
    assert " gets no gradient: " in found[0].message
    assert (found[0].severity, found[0].span[0]) == ("warn", line)
    assert found[0].hint


def test_a_call_that_runs_often_is_named_once() -> None:
    found = problems("""
        x = gs.Variable(3.0)
        v = gs.Variable(1.0)
        for i in range(5):
            with gs.GradientTape() as t:
                y = v * v
            g = t.gradient(y, [v, x])
    """)
    assert len([p for p in found if p.kind == "none"]) == 1


def test_a_connected_file_has_no_problems() -> None:
    assert (
        problems("""
            x = gs.Variable([1.0, 2.0])
            with gs.GradientTape() as t:
                y = gs.sum(gs.exp(x) * x)
            g = t.gradient(y, x)
        """)
        == ()
    )


def test_nan_is_reported_where_it_is_born_and_not_where_it_spreads() -> None:
    found = problems("""
        x = gs.constant([4.0, -1.0, 9.0])
        r = gs.sqrt(x)
        s = r + 1.0
        total = gs.sum(s)
    """)
    [nan] = [p for p in found if p.kind == "nan"]
    assert nan.span[0] == 2
    assert "sqrt of 1 negative element (the smallest is -1)" in nan.message
    assert "in 1 of 3 elements" in nan.message


def test_infinity_by_division_names_the_zero() -> None:
    found = problems("""
        x = gs.constant([1.0, 2.0])
        d = gs.constant([0.0, 1.0])
        y = x / d
    """)
    [infinity] = [p for p in found if p.kind == "infinity"]
    assert infinity.span[0] == 3
    assert "divide by 1 element that is exactly 0" in infinity.message


def test_overflow_of_exp_names_the_size_of_its_input() -> None:
    [infinity] = problems("x = gs.constant(1000.0)\ny = gs.exp(x)")
    assert "exp overflows: its input reaches 1000" in infinity.message
    assert infinity.record >= 0


def test_infinity_minus_infinity_is_called_that() -> None:
    found = problems("x = gs.constant(1000.0)\ny = gs.exp(x)\nz = y - y")
    assert [(p.kind, p.span[0]) for p in found] == [("infinity", 2), ("nan", 3)]
    assert "infinite inputs" in found[1].message


def test_data_that_hold_nan_from_the_start_are_named() -> None:
    [nan] = problems('X = gs.constant([1.0, float("nan")])')
    assert nan.message.startswith("X holds NaN in 1 of 2 elements from the start")


def test_nan_born_in_the_backward_pass_names_the_rule_that_made_it() -> None:
    found = problems("""
        s = gs.Variable([4.0, 0.0])
        with gs.GradientTape() as t:
            q = 1.0 / s
            m = gs.where(s > 0.0, q, gs.zeros_like(s))
            loss = gs.sum(m)
        g = t.gradient(loss, s)
    """)
    backward = [p for p in found if p.kind == "nan"]
    assert len(backward) == 1
    assert backward[0].span[0] == 3
    assert "in the backward rule of divide on line 3: 0 times infinity" in backward[0].message
    assert "the gradient of loss first becomes NaN at s in 1 of 2 elements" in backward[0].message


def test_infinite_slope_at_zero_is_explained() -> None:
    found = problems("""
        x = gs.Variable(0.0)
        with gs.GradientTape() as t:
            y = gs.sqrt(x)
        g = t.gradient(y, x)
    """)
    [infinity] = [p for p in found if p.kind == "infinity"]
    assert "no finite slope" in infinity.message
    assert infinity.span[0] == 3


def test_an_empty_run_has_no_problems() -> None:
    assert problems("a = 1") == ()
