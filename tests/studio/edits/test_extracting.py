"""Lines and expressions that become functions: the same numbers, and no other byte changed."""

from __future__ import annotations

import ast

import pytest
from before_after import EXAMPLES, assert_same, lines, values

from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.extracting import extract
from gradstudio.studio.edits.program import Program

NETWORK = """# Two layers
import gradstudio as gs

X = gs.constant([[0.0, 1.0], [1.0, 0.5]])
größe = gs.Variable([0.5, -1.0])
b = gs.Variable(0.25)

with gs.GradientTape() as t:
    # the scores
    z = X @ größe
    z = z + b  # moved

    h = gs.tanh(z)
    loss = gs.sum(h * h) + gs.mean(z)
dw, db = t.gradient(loss, [größe, b])
"""


def edited(text: str, first: int, last: int, name: str = "layer") -> str:
    """The text after lines were extracted; both compute the same."""
    program = Program(text)
    after = extract(program, lines(program, first, last), name).text
    Program(after)
    assert_same(text, after)
    return after


def test_lines_become_a_function_with_what_they_read_and_what_is_read_of_them() -> None:
    assert edited(NETWORK, 10, 13) == (
        """# Two layers
import gradstudio as gs


def layer(X, größe, b):
    z = X @ größe
    z = z + b  # moved

    h = gs.tanh(z)
    return z, h


X = gs.constant([[0.0, 1.0], [1.0, 0.5]])
größe = gs.Variable([0.5, -1.0])
b = gs.Variable(0.25)

with gs.GradientTape() as t:
    # the scores
    z, h = layer(X, größe, b)
    loss = gs.sum(h * h) + gs.mean(z)
dw, db = t.gradient(loss, [größe, b])
"""
    )


def test_a_single_result_is_returned_as_it_is_computed() -> None:
    after = edited(NETWORK, 10, 11, "scores")
    assert "def scores(X, größe, b):\n    z = X @ größe\n    return z + b  # moved\n\n\n" in after
    assert "    # the scores\n    z = scores(X, größe, b)\n\n    h = gs.tanh(z)\n" in after


def test_the_edit_says_where_the_call_stands() -> None:
    program = Program(NETWORK)
    edit = extract(program, lines(program, 10, 11), "scores")
    assert edit.text.split("\n")[edit.line - 1] == "    z = scores(X, größe, b)"
    assert (edit.name, edit.variable) == ("Extract scores()", "z")


def test_values_before_the_lines_stay_where_they_are() -> None:
    assert edited(NETWORK, 4, 14).index("X = gs.constant") > edited(NETWORK, 4, 14).index("def layer(X, größe, b):")


def test_a_function_goes_behind_the_functions_there_are_and_keeps_tabs() -> None:
    head = "def half(x):\n\treturn x / 2.0\n\n"
    text = f"{head}x = 3.0\nfor i in range(2):\n\ty = half(x)\n\tif i:\n\t\tx = y * y\nz = x\n"
    assert edited(text, 6, 8, "step") == (
        f"{head}\ndef step(x, i):\n\ty = half(x)\n\tif i:\n\t\tx = y * y\n\treturn x\n\n\n"
        "x = 3.0\nfor i in range(2):\n\tx = step(x, i)\nz = x\n"
    )


def test_lines_of_a_function_go_before_it_with_its_comment() -> None:
    text = (
        "x = 2.0\nk = 3.0\n\n\n# twice and more\ndef f(a):\n    b = a * 2.0\n    c = b + k\n    return c * b\n\n\n"
        "y = f(x)\n"
    )
    assert edited(text, 7, 8, "middle") == (
        "x = 2.0\nk = 3.0\n\n\ndef middle(a, k):\n    b = a * 2.0\n    c = b + k\n    return b, c\n\n\n"
        "# twice and more\ndef f(a):\n    b, c = middle(a, k)\n    return c * b\n\n\ny = f(x)\n"
    )


def test_without_imports_a_function_stands_at_the_beginning() -> None:
    text = "# a note\nx = 2.0\ny = x * x"
    assert (
        edited(text, 3, 3, "twofold") == "# a note\n\n\ndef twofold(x):\n    return x * x\n\n\nx = 2.0\ny = twofold(x)"
    )


def test_a_variable_that_is_bound_on_one_way_only_goes_in_and_comes_out() -> None:
    text = "x = 2.0\ny = x\nif x > 1.0:\n    y = x * 3.0\nz = y * y\n"
    after = edited(text, 3, 4, "pick")
    assert "def pick(x, y):\n    if x > 1.0:\n        y = x * 3.0\n    return y\n" in after
    assert "y = pick(x, y)\nz = y * y\n" in after


def test_a_sum_that_goes_on_is_given_and_returned() -> None:
    text = "x = 2.0\ntotal = x\nfor k in range(3):\n    total += x * k\n    part = total\nend = total * 1.0\n"
    after = edited(text, 4, 5, "more")
    assert "    total, part = more(total, x, k)\n" in after


def test_what_a_later_pass_reads_is_returned() -> None:
    text = "x = 0.5\nh = x * 0.0\nfor k in range(3):\n    g = h * x\n    h = g + x\nend = x * 1.0\n"
    assert "    return g + x\n" in edited(text, 4, 5, "step")


def test_steps_without_a_result_are_called() -> None:
    text = (EXAMPLES / "logistic.grad").read_text(encoding="utf-8")
    program = Program(text)
    last = next(s for s in lines(program, 8, 40) if isinstance(s, ast.For)).body[-2:]
    after = extract(program, last, "descend").text
    assert "def descend(w, rate, dw, b, db):\n    w.assign_sub(rate * dw)\n    b.assign_sub(rate * db)\n" in after
    assert "\n    descend(w, rate, dw, b, db)\n" in after
    assert_same(text, after)


def test_a_value_that_every_way_gives_comes_out_without_going_in() -> None:
    text = (
        "import gradstudio as gs\nx = gs.constant(3.0)\nfor n in range(3):\n    try:\n        y = x * n\n"
        "        if n > 1:\n            raise ValueError(n)\n    except ValueError:\n        y = x\n"
        "    match n:\n        case 1:\n            z = y\n        case k:\n            z = y * k\nend = z + y\n"
    )
    after = edited(text, 4, 14, "tried")
    assert "    y, z = tried(x, n)\n" in after


def test_a_value_that_only_some_ways_give_is_refused() -> None:
    text = "x = 2.0\nfor n in range(3):\n    if n:\n        y = x * n\n    k = x\nend = y * 2.0\n"
    program = Program(text)
    with pytest.raises(Refused, match="`y` may or may not get a value in the lines from line 3 on"):
        extract(program, lines(program, 3, 5), "part")


def test_lines_that_give_nothing_for_sure_are_refused() -> None:
    program = Program("x = 2.0\nif x > 3.0:\n    y = x * 2.0\n")
    with pytest.raises(Refused, match="What line 2 computes is there on some ways only"):
        extract(program, lines(program, 2, 3), "part")


def test_what_a_loop_gives_comes_out() -> None:
    text = "x = 2.0\nfor n in range(3):\n    y = x * n\n"
    assert edited(text, 2, 3, "part").endswith("\ny = part(x)\n")
    text = "x = 2.0\nfor n in range(3):\n    y = x * n\nend = y * 2.0\n"
    assert "\ny = part(x)\nend" in edited(text, 2, 3, "part")


def test_an_expression_becomes_a_function_where_it_stands() -> None:
    program = Program(NETWORK)
    expr = next(n for n in ast.walk(program.tree) if isinstance(n, ast.BinOp) and program.source(n) == "h * h")
    edit = extract(program, expr, "square")
    assert "def square(h):\n    return h * h\n" in edit.text
    assert "loss = gs.sum(square(h)) + gs.mean(z)" in edit.text
    assert_same(NETWORK, edit.text)


def test_an_expression_over_several_lines_keeps_its_comments() -> None:
    text = "a = 2.0\nb = (\n    a * 3.0  # thrice\n    + a\n)\n"
    program = Program(text)
    edit = extract(program, program.tree.body[1].value, "more")  # type: ignore[attr-defined]
    assert edit.text.startswith(
        "def more(a):\n    return (a * 3.0  # thrice\n    + a)\n\n\na = 2.0\nb = (\n    more(a)\n)"
    )
    assert_same(text, edit.text)


def test_an_expression_in_a_comprehension_takes_its_variable() -> None:
    text = "x = 2.0\ny = sum([x * k + 1.0 for k in range(3)])\n"
    program = Program(text)
    expr = next(n for n in ast.walk(program.tree) if isinstance(n, ast.BinOp))
    edit = extract(program, expr, "term")
    assert "[term(x, k) for k in range(3)]" in edit.text
    assert_same(text, edit.text)


@pytest.mark.parametrize(
    ("text", "first", "last", "why"),
    [
        ("def f(x):\n    y = x * 2.0\n    return y\nz = f(1.0)\n", 2, 3, "Line 3 returns"),
        ("for i in range(3):\n    x = i * 2.0\n    if x > 1:\n        break\n", 2, 4, "Line 4 has a `break`"),
        ("x = 1.0\ny = x * 2.0\ndel x\n", 2, 3, "Line 3 deletes a variable"),
        ("n = 1.0\ndef f(x):\n    global n\n    n = x * 2.0\nf(n)\n", 3, 4, "Line 3 has a `global`"),
        ("n = 1.0\ndef f(x):\n    global n\n    n = x * 2.0\nf(n)\n", 4, 4, "change `n`, which belongs to another"),
        ("x = 1.0\ny = x * 2.0\nz = 3.0\n", 2, 3, "Line 3 makes an input"),
        ("def f(x):\n    return x * k\nk = abs(2)\ny = f(1.0)\n", 3, 4, "A function reads `k` by itself in line 2"),
        ("import math\nx = math.sin(1.0)\nimport gradstudio\n", 2, 3, "Line 3 is an import"),
    ],
)
def test_what_cannot_be_extracted_says_why(text: str, first: int, last: int, why: str) -> None:
    program = Program(text)
    with pytest.raises(Refused, match=why):
        extract(program, lines(program, first, last), "layer")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("2x", "cannot be the name"),
        ("for", "cannot be the name"),
        ("__f__", "cannot be the name"),
        ("loss", "is something else in the text already"),
        ("gs", "is something else in the text already"),
    ],
)
def test_a_name_that_is_none_or_taken_is_refused(name: str, why: str) -> None:
    program = Program(NETWORK)
    with pytest.raises(Refused, match=why):
        extract(program, lines(program, 10, 11), name)


def test_ops_of_a_text_without_module_are_taken_names() -> None:
    program = Program("x = 0.5\ny = tanh(x)\n")
    with pytest.raises(Refused, match="`relu` is something else"):
        extract(program, lines(program, 2, 2), "relu")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.grad")), ids=lambda p: p.stem)
def test_any_lines_of_the_examples_can_move_or_say_why(path) -> None:
    text = path.read_text(encoding="utf-8").replace("range(40)", "range(2)").replace("range(60)", "range(3)")
    program, moved = Program(text), 0
    blocks = [n.body for n in ast.walk(program.tree) if isinstance(n, ast.Module | ast.stmt) and hasattr(n, "body")]
    for body in blocks:
        for first in range(len(body)):
            for last in range(first, min(first + 2, len(body))):
                try:
                    after = extract(program, body[first : last + 1], "part").text
                except Refused:
                    continue
                moved += 1
                assert_same(text, after)
                kept = {line.strip() for line in text.split("\n") if line.strip().startswith("#")}
                assert kept <= {line.strip() for line in after.split("\n")}
    assert moved
    assert values(text)
