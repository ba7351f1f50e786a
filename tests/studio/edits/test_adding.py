"""Ops added to a text."""

from __future__ import annotations

import pytest
from pictures import changed, node, nodes, picture

from gradstudio.studio.edits.adding import add, add_between
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.leaves import KINDS, add_leaf

TEXT = """import gradstudio as gs

X = gs.constant([[1.0, 2.0], [3.0, 4.0]])
labels = gs.constant([0.0, 1.0])
w = gs.Variable([0.5, -1.0])
b = gs.Variable(0.0)

with gs.GradientTape() as t:
\tz = X @ w + b  # affine
\tp = gs.sigmoid(z)
\tloss = gs.mean((p - labels) ** 2)
dw = t.gradient(loss, w)
"""


@pytest.mark.parametrize(
    ("op", "sources", "wanted"),
    [
        ("tanh", ["z"], "+\ta = gs.tanh(z)"),
        ("multiply", ["z", "p"], "+\th = z * p"),
        ("multiply", ["z", "z"], "+\th = z * z"),
        ("matmul", ["z"], "+\th = z @ ..."),
        ("negative", ["z"], "+\tnegative = -z"),
        ("greater", ["z", "p"], "+\tmask = z > p"),
        ("sum", ["z"], "+\ttotal = gs.sum(z)"),
        ("mean", ["z"], "+\taverage = gs.mean(z)"),
        ("mse", ["p", "labels"], "+\tloss2 = gs.mse(p, labels)"),
        ("clip", ["z"], "+\tclip = gs.clip(z)"),
        ("concatenate", ["z", "p"], "+\tjoined = gs.concatenate([z, p])"),
        ("concatenate", ["z"], "+\tjoined = gs.concatenate([z, ...])"),
        ("reshape", ["z"], "+\treshaped = gs.reshape(z, shape=-1)"),
        ("sigmoid_cross_entropy", ["z"], "+\tloss2 = gs.sigmoid_cross_entropy(..., z)"),
    ],
)
def test_an_op_is_written_after_what_it_reads_as_a_person_would(op: str, sources: list[str], wanted: str) -> None:
    subject = picture(TEXT)
    assert changed(subject, add(subject, op, nodes(subject, *sources))) == wanted


def test_what_is_made_says_its_name_and_line() -> None:
    subject = picture(TEXT)
    edit = add(subject, "relu", nodes(subject, "z"))
    assert (edit.name, edit.line, edit.variable) == ("Add relu", 10, "a")
    assert edit.text.split("\n")[9] == "\ta = gs.relu(z)"


def test_a_part_of_an_expression_gets_a_name_first() -> None:
    subject = picture(TEXT)
    edit = add(subject, "tanh", nodes(subject, "X @ w"))
    assert (
        changed(subject, edit) == "-\tz = X @ w + b  # affine\n+\th = X @ w\n+\ta = gs.tanh(h)\n+\tz = h + b  # affine"
    )
    assert edit.variable == "a"


def test_leaves_are_read_inside_the_tape_which_would_not_see_it_else() -> None:
    subject = picture(TEXT)
    edit = add(subject, "multiply", nodes(subject, "w", "b"))
    assert changed(subject, edit) == "+\th = w * b"
    assert edit.line == 12


def test_without_inputs_it_goes_to_the_end_of_the_tape() -> None:
    subject = picture(TEXT)
    edit = add(subject, "matmul", ())
    assert edit.text == TEXT.replace("** 2)\n", "** 2)\n\th = gs.matmul(..., ...)\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "import gradstudio as gs\n\np = gs.sigmoid(...)\n"),
        ("# notes\n", "# notes\n\nimport gradstudio as gs\n\np = gs.sigmoid(...)\n"),
        ("x = 0.5\ny = tanh(x)", "x = 0.5\ny = tanh(x)\np = sigmoid(...)"),
        ("import gradstudio as tf\n", "import gradstudio as tf\n\np = tf.sigmoid(...)\n"),
        ("def f(x):\n    return x\n", "def f(x):\n    return x\n\n\np = sigmoid(...)\n"),
    ],
)
def test_it_is_written_in_the_way_of_the_text(text: str, wanted: str) -> None:
    assert add(picture(text), "sigmoid", ()).text == wanted


def test_a_text_that_names_what_it_imports_imports_one_more() -> None:
    text = "from gradstudio import Variable, tanh  # ours\n\nx = Variable(0.5)\ny = tanh(x)\n"
    subject = picture(text)
    assert add(subject, "exp", nodes(subject, "y")).text == (
        "from gradstudio import Variable, tanh, exp  # ours\n\nx = Variable(0.5)\ny = tanh(x)\nexp_x = exp(y)\n"
    )


def test_the_name_that_a_person_gives_is_taken() -> None:
    subject = picture(TEXT)
    assert changed(subject, add(subject, "relu", nodes(subject, "z"), "größe")) == "+\tgröße = gs.relu(z)"
    for name, why in (("p", "has a `p` already"), ("2x", "not a name"), ("lambda", "not a name"), ("gs", "already")):
        with pytest.raises(Refused, match=why):
            add(subject, "relu", nodes(subject, "z"), name)


def test_too_many_inputs_and_unknown_ops_are_refused() -> None:
    subject = picture(TEXT)
    with pytest.raises(Refused, match="sigmoid takes 1 input, not 2"):
        add(subject, "sigmoid", nodes(subject, "z", "p"))
    with pytest.raises(Refused, match="no op called nothing"):
        add(subject, "nothing", ())


NESTED = """import gradstudio as gs

w = gs.Variable(0.5)
x = gs.constant([1.0, 2.0])


def layer(x):
    return gs.tanh(x * 2.0)


with gs.GradientTape() as t:
    h = layer(x)
    for step in range(3):
        h = h * w
    if True:
        g = h + 1.0
    loss = gs.sum(h) + gs.sum(g)
dw = t.gradient(loss, w)
"""


def test_what_a_function_makes_is_used_in_it() -> None:
    subject = picture(NESTED)
    edit = add(subject, "exp", nodes(subject, "x * 2.0"))
    assert changed(subject, edit) == (
        "-    return gs.tanh(x * 2.0)\n+    z = x * 2.0\n+    exp = gs.exp(z)\n+    return gs.tanh(z)"
    )


def test_a_pass_of_a_loop_is_used_in_the_loop() -> None:
    text = NESTED.replace("h = h * w", "h = gs.tanh(h * w)")
    subject = picture(text)
    edit = add(subject, "exp", nodes(subject, "h * w"))
    assert changed(subject, edit) == (
        "-        h = gs.tanh(h * w)\n+        z = h * w\n+        exp = gs.exp(z)\n+        h = gs.tanh(z)"
    )


def test_what_exists_only_in_a_loop_cannot_be_read_together_with_what_comes_after() -> None:
    subject = picture(NESTED.replace("h = h * w", "k = h * w"))
    with pytest.raises(Refused, match="`k` is made in the loop of line 13"):
        add(subject, "add", nodes(subject, "k", "loss"))


@pytest.mark.parametrize(
    ("line", "title", "why"),
    [
        ("loss = (lambda v: gs.exp(v * 2.0) + v)(h)", "v * 2.0", "inside a lambda"),
        ("loss = gs.sum(gs.stack([gs.exp(v * 2.0) for v in h]))", "v * 2.0", "inside a comprehension"),
        ("loss = gs.sum(h) if w > 5.0 else gs.sum(h * 3.0)", "h * 3.0", "inside a choice"),
        ("loss = gs.sum(h); ok = w > 5.0 or w > gs.sum(h * 3.0)", "h * 3.0", "inside an `and` or `or`"),
        ("while gs.sum(h * 3.0) < 1.0: pass\n    loss = gs.sum(h)", "h * 3.0", "condition of a loop"),
    ],
)
def test_what_is_not_always_computed_gets_no_line_of_its_own(line: str, title: str, why: str) -> None:
    text = (
        "import gradstudio as gs\n\nw = gs.Variable(0.5)\nwith gs.GradientTape() as t:\n"
        f"    h = w * gs.constant([1.0, 2.0])\n    {line}\n"
    )
    subject = picture(text)
    with pytest.raises(Refused, match=why):
        add(subject, "tanh", nodes(subject, title))


@pytest.mark.parametrize(
    ("op", "source", "target", "slot", "wanted"),
    [
        ("relu", "z", "p", 0, "-\tp = gs.sigmoid(z)\n+\ta = gs.relu(z)\n+\tp = gs.sigmoid(a)"),
        ("relu", "X @ w", "z", 0, "-\tz = X @ w + b  # affine\n+\tz = gs.relu(X @ w) + b  # affine"),
        ("negative", "X @ w", "z", 0, "-\tz = X @ w + b  # affine\n+\tz = -(X @ w) + b  # affine"),
        ("multiply", "b", "z", 1, "-\tz = X @ w + b  # affine\n+\th = b * ...\n+\tz = X @ w + h  # affine"),
    ],
)
def test_an_op_goes_between(op: str, source: str, target: str, slot: int, wanted: str) -> None:
    subject = picture(TEXT)
    assert changed(subject, add_between(subject, op, node(subject, source), node(subject, target), slot)) == wanted


def test_an_op_that_would_make_a_line_too_long_gets_a_line() -> None:
    long = "the_first_of_many_long_names_of_variables"
    text = f"import gradstudio as gs\n\n{long} = gs.Variable(0.5)\nz = gs.tanh({long} * 2.0) + gs.exp({long})\n"
    subject = picture(text)
    edit = add_between(
        subject, "softplus", node(subject, f"{long} * 2.0"[:23] + "…"), node(subject, f"tanh({long}"[:23] + "…"), 0
    )
    assert changed(subject, edit) == (
        f"-z = gs.tanh({long} * 2.0) + gs.exp({long})\n+a = gs.softplus({long} * 2.0)\n+z = gs.tanh(a) + gs.exp({long})"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_leaves_go_to_the_leaves_and_begin_a_text(kind: str) -> None:
    edit = add_leaf(TEXT, kind)
    subject = picture(TEXT)
    assert changed(subject, edit).startswith(f"+{edit.variable} = ")
    assert edit.text.index(f"\n{edit.variable} =") < edit.text.index("\nwith ")
    begun = add_leaf("", kind)
    assert begun.text.startswith("import gradstudio as gs\n\n")
    assert begun.line == 3


def test_an_op_goes_between_a_variable_that_was_changed_in_place_and_its_reader() -> None:
    text = """import gradstudio as gs
x = gs.Variable(2.0)
with gs.GradientTape() as t:
    y = x * x
    y += 3.0
    y *= x
    z = y + 1.0
g = t.gradient(z, x)
"""
    subject = picture(text)
    edit = add_between(subject, "tanh", node(subject, "y"), node(subject, "z"), 0)
    assert changed(subject, edit) == "-    z = y + 1.0\n+    a = gs.tanh(y)\n+    z = a + 1.0"
