"""Variables renamed, lines copied, arguments and values typed."""

from __future__ import annotations

import pytest
from pictures import changed, node, nodes, picture

from gradstudio.studio.edits.arguments import set_argument, set_value, value_text
from gradstudio.studio.edits.duplicating import duplicate
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.renaming import name_of, rename

TEXT = """import gradstudio as gs

X = gs.constant([[1.0, 2.0], [3.0, 4.0]])
w = gs.Variable([0.5, -1.0])  # weights
rate = 0.5


def layer(v):
    s = v * rate
    return gs.tanh(s)


with gs.GradientTape() as t:
    z = X @ w + 1.0
    p = layer(z)
    loss = gs.mean(
        p ** 2,  # squared
    )
dw = t.gradient(loss, w)
print(f"{loss}")
"""


@pytest.mark.parametrize(
    ("title", "name", "wanted"),
    [
        ("z", "größe", "-    z = X @ w + 1.0\n-    p = layer(z)\n+    größe = X @ w + 1.0\n+    p = layer(größe)"),
        ("X @ w", "u", "-    z = X @ w + 1.0\n+    u = X @ w\n+    z = u + 1.0"),
        ("s", "k", "-    s = v * rate\n-    return gs.tanh(s)\n+    k = v * rate\n+    return gs.tanh(k)"),
        ("p", "a", "-    p = layer(z)\n+    a = layer(z)\n-        p ** 2,  # squared\n+        a ** 2,  # squared"),
    ],
)
def test_a_variable_gets_another_name_and_a_part_its_first(title: str, name: str, wanted: str) -> None:
    subject = picture(TEXT)
    edit = rename(subject, node(subject, title), name)
    assert changed(subject, edit) == wanted
    assert edit.variable == name


def test_a_name_that_is_taken_is_refused() -> None:
    subject = picture(TEXT)
    for title, name, why in (("z", "p", "`p` is taken"), ("z", "1z", "not a name"), ("X @ w", "z", "has a `z`")):
        with pytest.raises(Refused, match=why):
            rename(subject, node(subject, title), name)
    assert (name_of(subject, node(subject, "z")), name_of(subject, node(subject, "X @ w"))) == ("z", "")
    assert rename(subject, node(subject, "z"), "z").text == TEXT


@pytest.mark.parametrize(
    ("titles", "wanted"),
    [
        (["w"], "+w2 = gs.Variable([0.5, -1.0])"),
        (["z"], "+    z2 = X @ w + 1.0"),
        (["w", "z"], "+w2 = gs.Variable([0.5, -1.0])\n+    z2 = X @ w2 + 1.0"),
        (["X @ w"], "+    h = X @ w"),
        (["s"], "+    s2 = v * rate"),
        (
            ["X", "w", "z"],
            "+X2 = gs.constant([[1.0, 2.0], [3.0, 4.0]])\n+w2 = gs.Variable([0.5, -1.0])\n+    z2 = X2 @ w2 + 1.0",
        ),
    ],
)
def test_copies_read_one_another(titles: list[str], wanted: str) -> None:
    subject = picture(TEXT)
    edit = duplicate(subject, nodes(subject, *titles))
    assert changed(subject, edit) == wanted


def test_each_copy_stands_after_its_lines() -> None:
    subject = picture(TEXT)
    loss = "    loss = gs.mean(\n        p ** 2,  # squared\n    )\n"
    wanted = TEXT.replace("    z = X @ w + 1.0\n", "    z = X @ w + 1.0\n    z2 = X @ w + 1.0\n")
    wanted = wanted.replace(loss, loss + loss.replace("loss", "loss2"))
    assert duplicate(subject, nodes(subject, "z", "loss")).text == wanted


def test_a_copy_of_what_reads_itself_reads_the_original() -> None:
    subject = picture("import gradstudio as gs\n\nh = gs.Variable(0.5)\ny = h * 1.0\ny = gs.tanh(y)\n")
    assert changed(subject, duplicate(subject, [max(nodes(subject, "y"))])) == "+y2 = gs.tanh(y)"


@pytest.mark.parametrize(
    ("title", "slot", "text", "wanted"),
    [
        ("z", 1, "2.5", "-    z = X @ w + 1.0\n+    z = X @ w + 2.5"),
        ("z", 1, "rate - 1", "-    z = X @ w + 1.0\n+    z = X @ w + (rate - 1)"),
        ("X @ w", 1, "w * 2", "-    z = X @ w + 1.0\n+    z = X @ (w * 2) + 1.0"),
        ("X @ w", 1, "", "-    z = X @ w + 1.0\n+    z = X @ ... + 1.0"),
        ("s", 1, "gs.exp(v)", "-    s = v * rate\n+    s = v * gs.exp(v)"),
    ],
)
def test_what_is_typed_stands_as_the_argument(title: str, slot: int, text: str, wanted: str) -> None:
    subject = picture(TEXT)
    assert changed(subject, set_argument(subject, node(subject, title), slot, text)) == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2 +", "is no expression"),
        ("nothing", "There is no `nothing` in the text"),
        ("loss", "`loss` is made later, in line 16"),
        ("a = 3", "is no expression"),
        ("(u := 3)", "is no expression"),
        ("open('x')", "is no expression: `open` is not available"),
        ("1 # one", "without comments"),
        (")(", "is no expression"),
    ],
)
def test_what_cannot_be_an_argument_is_refused(text: str, why: str) -> None:
    subject = picture(TEXT)
    with pytest.raises(Refused, match=why.replace("(", r"\(")):
        set_argument(subject, node(subject, "z"), 1, text)


def test_an_array_in_rows_is_typed_on_one_line_and_stays_in_rows() -> None:
    rows = "[\n    [1.50, 2.0],\n    [3.0, 1e-3],\n]"
    subject = picture(f"import gradstudio as gs\n\nX = gs.constant({rows})\n")
    assert value_text(subject, node(subject, "X")) == "[[1.50, 2.0], [3.0, 1e-3]]"
    edit = set_value(subject, node(subject, "X"), "[[1.50, 2.0], [3.0, 1e-3], [5, 6]]")
    assert edit.text.endswith("X = gs.constant([\n    [1.50, 2.0],\n    [3.0, 1e-3],\n    [5, 6],\n])\n")


def test_an_array_that_is_too_long_for_a_line_gets_a_line_for_each_row() -> None:
    subject = picture("import gradstudio as gs\n\nX = gs.constant([[1.0, 2.0]])\n")
    short, long = f"[{', '.join(['[1.0, 2.0]'] * 8)}]", f"[{', '.join(['[1.0, 2.0]'] * 9)}]"
    assert set_value(subject, node(subject, "X"), short).text.endswith(f"X = gs.constant({short})\n")
    rows = "    [1.0, 2.0],\n" * 9
    assert set_value(subject, node(subject, "X"), long).text.endswith(f"X = gs.constant([\n{rows}])\n")


def test_a_leaf_gets_another_value() -> None:
    subject = picture(TEXT)
    assert value_text(subject, node(subject, "w")) == "[0.5, -1.0]"
    edit = set_value(subject, node(subject, "w"), "[1.0, 2.0]")
    assert changed(subject, edit) == (
        "-w = gs.Variable([0.5, -1.0])  # weights\n+w = gs.Variable([1.0, 2.0])  # weights"
    )
    assert (edit.name, edit.line, edit.variable) == ("Set w to [1.0, 2.0]", 4, "w")
    formula = picture("x = 0.5\ny = tanh(x)\n")
    assert changed(formula, set_value(formula, node(formula, "x"), "-2.0")) == "-x = 0.5\n+x = -2.0"
    with pytest.raises(Refused, match="add has no value of its own"):
        set_value(subject, node(subject, "z"), "1.0")
