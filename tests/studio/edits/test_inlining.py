"""Variables put into their uses, and calls that give way to the lines of their function."""

from __future__ import annotations

import ast

import pytest
from before_after import EXAMPLES, assert_same, lines, made_by, named

from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.expanding import inline_call
from gradstudio.studio.edits.extracting import extract
from gradstudio.studio.edits.inlining import inline
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.program import Program


def inlined(text: str, name: str, close: bool = False) -> tuple[str, str]:
    """The text with a variable put into its uses, and what the edit is called; both texts compute the same."""
    program, (made,) = named(text, name)
    edit = inline(program, made)
    assert_same(text, edit.text, close)
    return edit.text, edit.name


def variable(text: str, name: str) -> tuple[Program, Made]:
    """A variable that no op makes."""
    program = Program(text)
    statement = next(
        n
        for n in ast.walk(program.tree)
        if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in n.targets)
    )
    return program, Made(0, "", statement.value, statement, name, 1)


NETWORK = """import gradstudio as gs

x = gs.constant([1.0, 2.0])
w = gs.Variable([0.5, -1.0])
with gs.GradientTape() as t:
\tt.watch(x)
\ts = x + w  # shifted
\tz = s * 3.0; größe = gs.tanh(z)
\t# the end
\tloss = gs.sum(
\t\tgröße * w,
\t\taxis=0,
\t)
dw = t.gradient(loss, w)
"""


def test_a_variable_goes_into_its_only_use_with_brackets_and_its_comment() -> None:
    text = NETWORK.replace("; größe", "\n\tgröße")
    after, name = inlined(text, "s")
    assert after == text.replace("\ts = x + w  # shifted\n\tz = s * 3.0\n", "\tz = (x + w) * 3.0  # shifted\n")
    assert name == "Inline s"


def test_a_comment_that_has_no_place_stays_as_a_line() -> None:
    after, _ = inlined(NETWORK.replace("; größe", "  # scaled\n\tgröße"), "s")
    assert "\t# shifted\n\tz = (x + w) * 3.0  # scaled\n" in after
    after, _ = inlined(NETWORK.replace("; größe = gs.tanh(z)", "\n\tgröße = gs.tanh(z)  # bent"), "größe")
    assert "\t# bent\n\t# the end\n\tloss = gs.sum(\n\t\tgs.tanh(z) * w,\n" in after


def test_several_uses_are_said_in_the_name() -> None:
    text = "x = 0.5\ny = x * 2.0\nz = y * y\n"
    assert inlined(text, "y", close=True) == ("x = 0.5\nz = x * 2.0 * (x * 2.0)\n", "Inline y (computed 2 times)")


def test_a_use_in_a_loop_is_said_in_the_name() -> None:
    text = "x = 0.5\ny = x * 2.0\nz = x\nfor k in range(3):\n    z = z + y\n"
    after, name = inlined(text, "y", close=True)
    assert after == "x = 0.5\nz = x\nfor k in range(3):\n    z = z + x * 2.0\n"
    assert name == "Inline y (computed in each pass)"


def test_a_value_over_several_lines_keeps_its_lines() -> None:
    text = "x = 0.5\ny = (\n    x * 2.0  # twice\n    + x\n)\nz = y\n"
    program, (made,) = named(text, "y")
    edit = inline(program, made)
    assert edit.text == "x = 0.5\nz = (x * 2.0  # twice\n    + x)\n"
    assert_same(text, edit.text)


def test_a_comment_before_the_value_is_not_lost() -> None:
    program, (made,) = named("x = 0.5\ny = (  # note\n    x * 2.0\n)\nz = y\n", "y")
    with pytest.raises(Refused, match="Line 2 has a comment before its value"):
        inline(program, made)


def test_a_number_goes_anywhere() -> None:
    head = "import gradstudio as gs\nn = 3\nw = gs.Variable(2.0)\ndef f(x):\n    return x * n\n"
    text = f"{head}with gs.GradientTape() as t:\n    y = f(w) ** n\n"
    program, made = variable(text, "n")
    after = inline(program, made).text
    assert "    return x * 3\n" in after
    assert "f(w) ** 3\n" in after
    assert_same(text, after)


TAPED = "import gradstudio as gs\nw = gs.Variable(2.0)\n"


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("x = 0.5\ny = x * 2.0\n", "y", "`y` is used nowhere; delete line 2"),
        ("x = 0.5\ny = x * 2.0\ny = y + 1.0\nz = y\n", "y", "`y` gets another value in line 3"),
        ("x = 0.5\ny = x * 2.0\nx = 3.0\nz = y\n", "y", "Line 3 gives `x` another value before line 4 uses `y`"),
        ("x = 0.5\ny = x * 2.0\n", "x", "`x` in line 1 is a leaf"),
        (f"{TAPED}y = w * w\n", "w", "`w` in line 2 is a leaf"),
        (f"{TAPED}y = w * 2.0\nw.assign(3.0)\nz = y + 1.0\n", "y", "Line 4 may change what line 3 reads"),
        (
            f"{TAPED}with gs.GradientTape() as t:\n    y = w * w\nd = t.gradient(y, w)\n",
            "y",
            "Line 5 uses `y` outside of the block",
        ),
        (
            f"{TAPED}with gs.GradientTape(persistent=True) as t:\n    y = w * w\n    d = t.gradient(y, w)\n",
            "y",
            r"Line 5 calls gradient\(\) with `y`",
        ),
        (f"{TAPED}y = w * 2.0\nwith gs.GradientTape() as t:\n    z = y * w\n", "y", "Line 5 uses `y` in another tape"),
        ("x = 0.5\ny = x * 2.0\nprint(f'{y}')\n", "y", "Line 3 uses `y` inside a text in quotes"),
        ("x = 0.5\ny = x * 2.0\ndef f():\n    return y\nz = f()\n", "y", "Line 4 uses `y` in another function"),
        ("x = 0.5\nif x > 0.0:\n    y = x * 2.0\nz = y\n", "y", "Line 4 uses `y` outside of the block"),
        ("x = gs.random.normal([2])\ny = gs.random.normal([2])\nz = gs.exp(x + y)\n", "x", "is a leaf|draws random"),
        (f"{TAPED}x = w + gs.random.normal([2])\ny = x * x\n", "x", "Line 3 draws random numbers"),
        ("x = 0.5\ny = x * 2.0; u = x\nz = y\n", "y", "Line 2 holds more than one statement"),
        ("x = 0.5\na, b = x * 2.0, x * 3.0\nz = a\n", "a", "Line 2 gives values to several names at once"),
        ("x = 0.5\ny = x * 2.0\nz = [y * x for x in range(2)]\n", "y", "`x` in line 3 is something else"),
    ],
)
def test_a_variable_that_has_to_stay_says_why(text: str, name: str, why: str) -> None:
    program, (made,) = named(text, name)
    with pytest.raises(Refused, match=why):
        inline(program, made)


FUNCTION = """import gradstudio as gs


def layer(x, w, scale=2.0):
    # the scores
    z = x @ w  # product
    z = z * scale

    return gs.tanh(z)  # bent


X = gs.constant([[0.0, 1.0], [1.0, 0.5]])
w = gs.Variable([0.5, -1.0])
with gs.GradientTape() as t:
    h = layer(X, w)
    loss = gs.sum(h)
dw = t.gradient(loss, w)
"""


def call_of(program: Program, name: str) -> ast.Call:
    """The first call of a function."""
    calls = [n for n in ast.walk(program.tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == name]
    return min(calls, key=program.start)


def expanded(text: str, name: str) -> str:
    """The text with the first call of a function expanded; both texts compute the same."""
    program = Program(text)
    after = inline_call(program, call_of(program, name)).text
    assert_same(text, after)
    return after


def test_a_call_gives_way_to_the_lines_of_its_function() -> None:
    assert (
        expanded(FUNCTION, "layer")
        == """import gradstudio as gs

X = gs.constant([[0.0, 1.0], [1.0, 0.5]])
w = gs.Variable([0.5, -1.0])
with gs.GradientTape() as t:
    # the scores
    z = X @ w  # product
    z = z * 2.0

    h = gs.tanh(z)  # bent
    loss = gs.sum(h)
dw = t.gradient(loss, w)
"""
    )


def test_a_node_of_the_function_stands_for_its_only_call() -> None:
    program, made = made_by(FUNCTION, "gs.tanh(z)")
    edit = inline(program, made)
    assert edit.text == expanded(FUNCTION, "layer")
    assert edit.name == "Inline layer()"
    assert edit.text.split("\n")[edit.line - 1] == "    # the scores"


def test_what_is_taken_gets_another_name_and_the_function_stays_for_others() -> None:
    text = FUNCTION.replace("    loss", "    z = h * 2.0\n    g = layer(h * 0.0 + X, w, scale=z[0])\n    loss")
    program = Program(text)
    call = [n for n in ast.walk(program.tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "layer"][-1]
    after = inline_call(program, call).text
    assert_same(text, after)
    assert "def layer(x, w, scale=2.0):" in after
    assert "    x = h * 0.0 + X\n    scale = z[0]\n" in after
    assert "    z2 = x @ w  # product\n    z2 = z2 * scale\n\n    g = gs.tanh(z2)  # bent\n" in after


def test_a_result_is_not_called_after_what_the_lines_still_read() -> None:
    text = (
        "k = 3.0\nx = 0.5\n\n\ndef f(a, b):\n    g = a * b\n    g = g + k\n    return g\n\n\ny = k * 1.0\n"
        "k = f(x, -2.0)\n"
    )
    after = expanded(text, "f")
    assert after == "k = 3.0\nx = 0.5\n\ny = k * 1.0\ng = x * -2.0\ng = g + k\nk = g\n"


def test_a_list_that_a_formula_hands_over_stays_a_list() -> None:
    program = Program("def f(a):\n    a = a + a\n    return len(a)\n\n\nx = f([1.0, 2.0])\n")
    with pytest.raises(Refused, match=r"`a` of f\(\) would be an input here"):
        inline_call(program, call_of(program, "f"))


def test_a_single_expression_goes_where_the_call_stands() -> None:
    text = "def f(a, b):\n    return a - b\n\n\nx = 0.5\ny = 2.0 * f(x, 1.0) - f(b=x, a=x * 2.0)\n"
    after = expanded(text, "f")
    assert after.endswith("y = 2.0 * (x - 1.0) - f(b=x, a=x * 2.0)\n")
    assert expanded(after, "f") == "x = 0.5\ny = 2.0 * (x - 1.0) - (x * 2.0 - x)\n"


def test_steps_without_a_result_stand_in_the_place_of_their_call() -> None:
    head = "import gradstudio as gs\nw = gs.Variable(1.0)\n\n"
    text = f"{head}\ndef step(v, by):\n\tv.assign_sub(by)\n\n\nfor k in range(3):\n\tstep(w, 0.5)"
    assert expanded(text, "step") == f"{head}for k in range(3):\n\tw.assign_sub(0.5)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def f(x):\n    if x > 0:\n        return x\n    return -x\ny = f(1.0)\n", r"f\(\) returns in line 3 already"),
        ("def f(*x):\n    return x[0]\ny = f(1.0)\n", "hands on a list of arguments"),
        ("def f(x):\n    return f(x - 1) if x else x\ny = f(1)\n", r"f\(\) calls itself"),
        ("def f(x):\n    y = x\n    return y\nz = [f(k) for k in range(2)]\n", "inside a comprehension"),
        ("def f(x): y = x; return y\nz = f(2.0)\n", "on one line"),
        ("def f(x):\n    k = 0.5\n    return k * x\nz = f(2.0)\n", "Line 2 of f.. writes a number down"),
        ("def f(x):\n    y = x\n    return y\nif f(2.0) > 1.0:\n    z = 1.0\n", "no lines can stand before it"),
        ("import gradstudio as gs\n@gs.function\ndef f(x):\n    return x\nz = f(2.0)\n", "has a decorator"),
        ("k = 1.0\ndef f(x):\n    return x * k\ndef g(k):\n    return f(k)\nz = g(2.0)\n", "`k` is something else"),
    ],
)
def test_a_call_that_has_to_stay_says_why(text: str, why: str) -> None:
    program = Program(text)
    with pytest.raises(Refused, match=why):
        inline_call(program, call_of(program, "f"))


def test_what_was_extracted_comes_back_as_it_was() -> None:
    text = NETWORK.replace("; größe", "\n\tgröße")
    program = Program(text)
    for first, last in ((7, 8), (7, 9), (8, 14), (7, 14)):
        there = extract(program, lines(program, first, last), "part").text
        assert expanded(there, "part") == text


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.grad")), ids=lambda p: p.stem)
def test_any_variable_of_the_examples_goes_or_says_why(path) -> None:
    text = path.read_text(encoding="utf-8").replace("range(40)", "range(2)").replace("range(60)", "range(3)")
    program, gone = Program(text), 0
    for node in ast.walk(program.tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        try:
            after = inline(program, Made(0, "", node.value, node, node.targets[0].id, 1)).text
        except Refused:
            continue
        gone += 1
        assert_same(text, after, close=True)
    assert gone or path.stem != "logistic"
