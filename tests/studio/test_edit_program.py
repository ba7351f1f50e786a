"""The text as edits see it: places, brackets, lines, and which expression made a record."""

from __future__ import annotations

import ast

import pytest

from gradstudio.language.program import run_program
from gradstudio.studio.edits.edit import Refused, Splice, spliced
from gradstudio.studio.edits.made import Made, made, ports
from gradstudio.studio.edits.program import Program, in_place_of


@pytest.mark.parametrize(
    ("text", "name", "new", "wanted"),
    [
        ("y = a * b", "b", "c + d", "y = a * (c + d)"),
        ("y = a + b", "a", "c - d", "y = c - d + b"),
        ("y = a - b", "b", "c - d", "y = a - (c - d)"),
        ("y = a ** b", "a", "-c", "y = (-c) ** b"),
        ("y = a ** b", "b", "-c", "y = a ** -c"),
        ("y = f(b)", "b", "c + d", "y = f(c + d)"),
        ("y = f(b, 1)", "b", "1, 2", "y = f((1, 2), 1)"),
        ("y = (a) * 2", "a", "c + d", "y = (c + d) * 2"),
        ("y = -a", "a", "c + d", "y = -(c + d)"),
        ("y = a.T", "a", "c + d", "y = (c + d).T"),
        ("y = a[0]", "a", "-c", "y = (-c)[0]"),
        ("y = 1 if a else b", "b", "c + d", "y = 1 if a else c + d"),
    ],
)
def test_an_expression_gets_brackets_only_where_it_would_fall_apart(
    text: str, name: str, new: str, wanted: str
) -> None:
    program = Program(text)
    old = next(
        n for n in ast.walk(program.tree) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
    )
    splice = Splice(program.start(old), program.end(old), in_place_of(program, old, new))
    assert spliced(text, [splice]) == wanted


def test_places_count_characters() -> None:
    program = Program("größe = 1.0  # ä\ny = größe * größe\n")
    product = program.expression((2, 4, 2, 17))
    assert product is not None
    assert program.source(product) == "größe * größe"


def test_a_text_with_an_error_is_refused_with_its_line() -> None:
    with pytest.raises(Refused, match="Line 2 has an error"):
        Program("x = 1.0\ny = (\n")


def test_lines_go_after_a_statement_with_its_indent_and_its_comment() -> None:
    text = "with gs.GradientTape() as t:\n\ta = x * 2  # twice\n\tb = a\n"
    program = Program(text)
    inner = program.tree.body[0].body[0]  # type: ignore[attr-defined]
    assert spliced(text, [program.after(inner, ["c = 1"])]) == text.replace("twice\n", "twice\n\tc = 1\n")


def test_lines_go_after_a_last_line_without_an_end() -> None:
    program = Program("x = 1.0")
    assert spliced("x = 1.0", [program.after(program.tree.body[0], ["y = 2.0"])]) == "x = 1.0\ny = 2.0"


def test_a_block_on_one_line_is_refused() -> None:
    program = Program("if True: x = 1.0\n")
    with pytest.raises(Refused, match="Line 1 holds a whole block"):
        program.after(program.tree.body[0].body[0], ["y = 1"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "library"),
    [
        ("import gradstudio as tf\n", "tf"),
        ("import gradstudio as gs\nx = 1.0\n", "gs"),
        ("x = 1.0\ny = tanh(x)\n", ""),
        ("x = 1.0\ny = gs.tanh(x)\n", "gs"),
        ("", "gs"),
    ],
)
def test_ops_are_called_as_the_text_calls_them(text: str, library: str) -> None:
    assert Program(text).library == library


def test_splices_that_overlap_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="overlap"):
        spliced("abcd", [Splice(0, 3, ""), Splice(2, 4, "")])


PROGRAM = """import gradstudio as gs
X = gs.constant([[1.0, 2.0], [3.0, 4.0]])
w = gs.Variable([0.5, -1.0])
def layer(x, k):
    return gs.tanh(x @ k) * 2.0
with gs.GradientTape() as t:
    a = layer(X, w)
    f = gs.maximum(a, y=0.1)
    e = gs.concatenate([a, f])
    e += 1.0
    total = gs.sum(e)
    for i in range(3):
        total = total * 0.5
    m = gs.softmax(a).max()
dw = t.gradient(total, w)
"""


def made_by(source: str) -> tuple[Made, list[tuple[str, str]]]:
    """What the text has for the first record of an expression, and name and text of its inputs."""
    run = run_program(PROGRAM, {}, lambda _: None)
    assert run.status == "ok"
    assert run.recorder is not None
    trace, program = run.recorder.trace(), Program(PROGRAM)
    for record in range(len(trace.records.op)):
        try:
            found = made(program, trace, record)
        except Refused:
            continue
        if program.source(found.expr) == source:
            return found, [(p.name, p.text) for p in ports(program, trace, found)]
    raise AssertionError(source)


@pytest.mark.parametrize(
    ("source", "name", "inputs"),
    [
        ("x @ k", "", ["x", "k"]),
        ("gs.tanh(x @ k)", "", ["x @ k"]),
        ("gs.tanh(x @ k) * 2.0", "", ["gs.tanh(x @ k)", "2.0"]),
        ("gs.maximum(a, y=0.1)", "f", ["a", "0.1"]),
        ("gs.concatenate([a, f])", "e", ["a", "f"]),
        ("gs.softmax(a).max()", "m", ["gs.softmax(a)"]),
        ("gs.Variable([0.5, -1.0])", "w", []),
    ],
)
def test_an_op_is_found_in_the_text_with_its_arguments(source: str, name: str, inputs: list[str]) -> None:
    found, given = made_by(source)
    assert found.name == name
    assert [text for _, text in given] == inputs


def test_a_place_in_a_loop_says_how_often_it_ran() -> None:
    assert made_by("total * 0.5")[0].where == "line 13, runs 3 times"
    assert made_by("gs.sum(e)")[0].where == "line 11"


def test_a_variable_that_is_changed_in_place_cannot_be_wired_to_another() -> None:
    run = run_program(PROGRAM, {}, lambda _: None)
    assert run.recorder is not None
    trace, program = run.recorder.trace(), Program(PROGRAM)
    for record in range(len(trace.records.op)):
        found = made(program, trace, record)
        if isinstance(found.expr, ast.AugAssign):
            before, by = ports(program, trace, found)
            assert before.expr is None
            assert "changes the variable itself" in before.why
            assert by.text == "1.0"
            return
    raise AssertionError("no += in the trace")
