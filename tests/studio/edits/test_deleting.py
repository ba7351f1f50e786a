"""Values taken out of a text, with what makes no sense without them."""

from __future__ import annotations

import pytest
from pictures import changed, nodes, picture

from gradstudio.studio.edits.deleting import consequences, delete
from gradstudio.studio.edits.edit import Refused

TEXT = """import gradstudio as gs

X = gs.constant([[1.0, 2.0], [3.0, 4.0]])
y = gs.constant([0.0, 1.0])
w = gs.Variable([0.5, -1.0])
b = gs.Variable(0.0)

with gs.GradientTape() as t:
    # the scores
    z = X @ w + b  # affine
    p = gs.sigmoid(z)
    loss = gs.mean((p - y) ** 2)
    first = z[0] * 2.0
dw, db = t.gradient(loss, [w, b])
w.assign_sub(0.1 * dw)
print(f"loss {loss}")
"""


@pytest.mark.parametrize(
    ("titles", "wanted", "told"),
    [
        (
            ["p"],
            "-    p = gs.sigmoid(z)\n-    loss = gs.mean((p - y) ** 2)\n+    loss = gs.mean((... - y) ** 2)",
            ["line 12: the first input of p - y is open then"],
        ),
        (
            ["z"],
            "-    z = X @ w + b  # affine\n-    p = gs.sigmoid(z)\n+    p = gs.sigmoid(...)\n"
            "-    first = z[0] * 2.0\n+    first = gs.multiply(..., 2.0)",
            ["line 11: the first input of sigmoid is open then", "line 13: the first input of z[0] * 2.0 is open then"],
        ),
        (
            ["X @ w"],
            "-    z = X @ w + b  # affine\n+    z = ... + b  # affine",
            ["line 10: the first input of X @ w + b is open then"],
        ),
        (
            ["b"],
            "-b = gs.Variable(0.0)\n-    z = X @ w + b  # affine\n+    z = X @ w + ...  # affine\n"
            "-dw, db = t.gradient(loss, [w, b])\n+dw = t.gradient(loss, w)",
            ["line 10: the second input of X @ w + b is open then", "line 14: no gradient of b any more"],
        ),
        (
            ["w"],
            "-w = gs.Variable([0.5, -1.0])\n-    z = X @ w + b  # affine\n+    z = X @ ... + b  # affine\n"
            "-dw, db = t.gradient(loss, [w, b])\n-w.assign_sub(0.1 * dw)\n+db = t.gradient(loss, b)",
            [
                "line 10: the second input of X @ w is open then",
                "line 14: no gradient of w any more",
                "line 15 goes: it uses w",
            ],
        ),
        (
            ["loss"],
            "-    loss = gs.mean((p - y) ** 2)\n-dw, db = t.gradient(loss, [w, b])\n-w.assign_sub(0.1 * dw)\n"
            '-print(f"loss {loss}")',
            [
                "line 14 goes: what it differentiates is gone",
                "line 15 goes: it uses dw",
                "line 16 goes: it uses loss",
            ],
        ),
    ],
)
def test_a_line_goes_and_its_readers_are_open(titles: list[str], wanted: str, told: list[str]) -> None:
    subject = picture(TEXT)
    chosen = nodes(subject, *titles)
    assert changed(subject, delete(subject, chosen)) == wanted
    assert list(consequences(subject, chosen)) == told


def test_a_block_in_which_nothing_is_left_goes_unless_a_comment_stands_in_it() -> None:
    text = TEXT.replace("    # the scores\n", "")
    subject = picture(text)
    chosen = nodes(subject, "z", "p", "loss", "first")
    edit = delete(subject, chosen)
    assert edit.text == text[: text.index("with ")]
    assert edit.name == "Delete 4 nodes"
    subject = picture(TEXT)
    chosen = nodes(subject, "z", "p", "loss", "first")
    assert delete(subject, chosen).text == (
        TEXT[: text.index("with ")] + "with gs.GradientTape() as t:\n    # the scores\n    pass\n"
    )


ODD = """import gradstudio as gs

x = gs.Variable([1.0, 2.0, 3.0]); n = 2.0
a, b = x * 2.0, x * 3.0
q, r = gs.split(x * 1.0, [1, 2])
(k := x + 1.0)
if n > 1.0: c = x * 4.0
def f(v, w=1.0):
    d = v * w; e = d + 1.0; return e
g = [a, b, c, k]
s = gs.sum(gs.stack([a, b, c]))
m = float(s) * 2.0
h = f(b, w=2.0)
"""


@pytest.mark.parametrize(
    ("titles", "wanted"),
    [
        (["a"], "-a, b = x * 2.0, x * 3.0\n+a, b = ..., x * 3.0\n-g = [a, b, c, k]\n-s = gs.sum(gs.stack([a, b, c]))\n"
         "+g = [..., b, c, k]\n+s = gs.sum(gs.stack([..., b, c]))"),
        (["q"], "-q, r = gs.split(x * 1.0, [1, 2])\n+_, r = gs.split(x * 1.0, [1, 2])"),
        (["q", "r"], "-q, r = gs.split(x * 1.0, [1, 2])"),
        (["c"], "-if n > 1.0: c = x * 4.0\n+if n > 1.0: pass\n-g = [a, b, c, k]\n-s = gs.sum(gs.stack([a, b, c]))\n"
         "+g = [a, b, ..., k]\n+s = gs.sum(gs.stack([a, b, ...]))"),
        (["s"], "-s = gs.sum(gs.stack([a, b, c]))\n-m = float(s) * 2.0\n+m = gs.multiply(..., 2.0)"),
        (["d"], "-    d = v * w; e = d + 1.0; return e\n+    e = gs.add(..., 1.0); return e"),
        (["d", "e"], "-    d = v * w; e = d + 1.0; return e\n+    return ..."),
    ],
)  # fmt: skip
def test_odd_places_stay_a_program(titles: list[str], wanted: str) -> None:
    subject = picture(ODD)
    assert changed(subject, delete(subject, nodes(subject, *titles))) == wanted


def test_what_decides_what_is_done_is_refused() -> None:
    text = "import gradstudio as gs\n\nx = gs.Variable(1.0)\ny = x * 2.0\nif y > 1.0:\n    z = y + 1.0\n"
    subject = picture(text)
    with pytest.raises(Refused, match="Line 5 decides by this what is done"):
        delete(subject, nodes(subject, "y"))
    assert consequences


def test_a_pass_of_a_loop_takes_the_line_out_of_all() -> None:
    text = (
        "import gradstudio as gs\n\nw = gs.Variable(0.9)\nh = 0.5\n"
        "with gs.GradientTape() as t:\n    for k in range(3):\n        z = w * h\n        h = gs.tanh(z)\n"
        "    loss = h * 2.0\ndw = t.gradient(loss, w)\n"
    )
    subject = picture(text)
    assert changed(subject, delete(subject, nodes(subject, "z"))) == (
        "-        z = w * h\n-        h = gs.tanh(z)\n+        h = gs.tanh(...)"
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [("1.0", "..."), ("x * 2.0", "y")],
)
def test_what_is_changed_in_some_cases_is_what_it_was_before_unless_that_is_a_number(first: str, last: str) -> None:
    text = (
        "import gradstudio as gs\n\nx = gs.Variable(1.0)\n\n\ndef f(n):\n"
        f"    y = {first}\n    if n > 1:\n        y = x * 3.0\n    return y\n\n\nz = f(2)\n"
    )
    subject = picture(text)
    edit = delete(subject, [max(k for k, line in enumerate(subject.graph.line) if line == 9)])
    assert edit.text == text.replace("y = x * 3.0", "pass").replace("return y", f"return {last}")
