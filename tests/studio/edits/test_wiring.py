"""Inputs given another value, or none."""

from __future__ import annotations

import pytest
from pictures import changed, node, picture

from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.fitting import connect, fit
from gradstudio.studio.edits.wiring import disconnect

TEXT = """import gradstudio as gs

X = gs.constant([[1.0, 2.0], [3.0, 4.0]])
y = gs.constant([0.0, 1.0])
w = gs.Variable([0.5, -1.0])
b = gs.Variable(0.0)

with gs.GradientTape() as t:
    z = X @ w + b  # affine
    p = gs.sigmoid(z)
    loss = gs.mean((p - y) ** 2)
    q = gs.clip(z, 0.0, high=2.0)
    j = gs.concatenate([z, p, q])
    s = z.sum(axis=0)
dw, db = t.gradient(loss, [w, b])
"""


@pytest.mark.parametrize(
    ("source", "target", "slot", "wanted"),
    [
        ("y", "p", 0, "-    p = gs.sigmoid(z)\n+    p = gs.sigmoid(y)"),
        ("p", "(p - y) ** 2", 0, "-    loss = gs.mean((p - y) ** 2)\n+    loss = gs.mean(p ** 2)"),
        ("p", "q", 2, "-    q = gs.clip(z, 0.0, high=2.0)\n+    q = gs.clip(z, 0.0, high=p)"),
        ("w", "j", 1, "-    j = gs.concatenate([z, p, q])\n+    j = gs.concatenate([z, w, q])"),
        (
            "X @ w",
            "p",
            0,
            "-    z = X @ w + b  # affine\n-    p = gs.sigmoid(z)\n"
            "+    h = X @ w\n+    z = h + b  # affine\n+    p = gs.sigmoid(h)",
        ),
        ("X @ w", "z", 1, "-    z = X @ w + b  # affine\n+    h = X @ w\n+    z = h + h  # affine"),
        ("p", "s", 0, "-    s = z.sum(axis=0)\n+    s = p.sum(axis=0)"),
    ],
)
def test_an_input_reads_another_value(source: str, target: str, slot: int, wanted: str) -> None:
    subject = picture(TEXT)
    edit = connect(subject, node(subject, source), node(subject, target), slot)
    assert changed(subject, edit) == wanted


def test_a_line_that_stands_too_early_moves_down_with_what_reads_it() -> None:
    text = TEXT.replace("    p = gs.sigmoid(z)\n", "    # probability\n    p = gs.sigmoid(z)  # 0 to 1\n")
    subject = picture(text)
    edit = connect(subject, node(subject, "s"), node(subject, "p"), 0)
    assert edit.text == text.replace("    p = gs.sigmoid(z)  # 0 to 1\n", "").replace(
        "    loss = gs.mean((p - y) ** 2)\n", ""
    ).replace("    j = gs.concatenate([z, p, q])\n", "").replace(
        "    s = z.sum(axis=0)\n",
        "    s = z.sum(axis=0)\n    p = gs.sigmoid(s)  # 0 to 1\n    loss = gs.mean((p - y) ** 2)\n"
        "    j = gs.concatenate([z, p, q])\n",
    )
    assert (edit.variable, edit.line) == ("p", 13)


@pytest.mark.parametrize(
    ("source", "target", "slot", "why"),
    [
        ("p", "X @ w", 0, "matmul would make a loop: p depends on it"),
        ("z", "X @ w", 0, "matmul would make a loop: z depends on it"),
        ("z", "z", 0, "add would make a loop: it cannot read its own result"),
        ("z", "p", 0, "reads z already"),
        ("z", "w", 0, "has no input"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(source: str, target: str, slot: int, why: str) -> None:
    subject = picture(TEXT)
    with pytest.raises(Refused, match=why):
        connect(subject, node(subject, source), node(subject, target), slot)


def test_the_last_open_input_makes_an_operator_of_a_call() -> None:
    text = (
        "import gradstudio as gs\n\nw = gs.Variable([1.0, 2.0])\nX = gs.constant([[1.0, 2.0]])\n"
        "z = gs.matmul(..., ...)\ny = 2.0 * gs.add(w, ...)\n"
    )
    subject = picture(text)
    half = connect(subject, node(subject, "X"), node(subject, "z"), 0)
    assert changed(subject, half) == "-z = gs.matmul(..., ...)\n+z = gs.matmul(X, ...)"
    subject = picture(half.text)
    whole = connect(subject, node(subject, "w"), node(subject, "z"), 1)
    assert changed(subject, whole) == "-z = gs.matmul(X, ...)\n+z = X @ w"
    subject = picture(whole.text)
    nested = connect(subject, node(subject, "w"), node(subject, "add(w, ...)"), 1)
    assert changed(subject, nested) == "-y = 2.0 * gs.add(w, ...)\n+y = 2.0 * (w + w)"


@pytest.mark.parametrize(
    ("target", "slot", "wanted"),
    [
        ("p", 0, "-    p = gs.sigmoid(z)\n+    p = gs.sigmoid(...)"),
        ("X @ w", 0, "-    z = X @ w + b  # affine\n+    z = ... @ w + b  # affine"),
        ("X @ w", 1, "-    z = X @ w + b  # affine\n+    z = X @ ... + b  # affine"),
        ("(p - y) ** 2", 0, "-    loss = gs.mean((p - y) ** 2)\n+    loss = gs.mean(gs.power(..., 2))"),
        ("q", 2, "-    q = gs.clip(z, 0.0, high=2.0)\n+    q = gs.clip(z, 0.0)"),
        ("q", 1, "-    q = gs.clip(z, 0.0, high=2.0)\n+    q = gs.clip(z, ..., high=2.0)"),
        ("j", 1, "-    j = gs.concatenate([z, p, q])\n+    j = gs.concatenate([z, q])"),
        ("j", 0, "-    j = gs.concatenate([z, p, q])\n+    j = gs.concatenate([p, q])"),
        ("s", 0, "-    s = z.sum(axis=0)\n+    s = gs.sum(..., axis=0)"),
    ],
)
def test_an_input_is_left_open(target: str, slot: int, wanted: str) -> None:
    subject = picture(TEXT)
    assert changed(subject, disconnect(subject, node(subject, target), slot)) == wanted


def test_two_open_inputs_make_a_call_of_an_operator() -> None:
    text = "import gradstudio as gs\n\nx = gs.Variable(1.0)\ny = x + ...\nz = -x\n"
    subject = picture(text)
    assert changed(subject, disconnect(subject, node(subject, "y"), 0)) == "-y = x + ...\n+y = gs.add(..., ...)"
    assert changed(subject, disconnect(subject, node(subject, "z"), 0)) == "-z = -x\n+z = gs.negative(...)"
    with pytest.raises(Refused, match="open already"):
        disconnect(subject, node(subject, "y"), 1)


BLOCKS = """import gradstudio as gs

x = gs.constant([1.0, 2.0])
w = gs.Variable(0.5)
u = gs.Variable(0.25)


def layer(v):
    a = v * w
    return gs.tanh(a)


with gs.GradientTape() as t:
    h = layer(x)
    for step in range(3):
        g = h * u
        h = gs.tanh(g)
    if step > 1:
        k = h + 1.0
    loss = gs.sum(h * x)
    late = w * 3.0
dw = t.gradient(loss, w)
"""


@pytest.mark.parametrize(
    ("source", "target", "slot", "wanted"),
    [
        ("w", "g", 1, "-        g = h * u\n+        g = h * w"),
        ("u", "a", 1, "-    a = v * w\n+    a = v * u"),
        ("g", "h", 0, None),
        ("x", "h * x", 0, "-    loss = gs.sum(h * x)\n+    loss = gs.sum(x * x)"),
    ],
)
def test_one_line_stands_behind_its_passes_and_calls(source: str, target: str, slot: int, wanted: str | None) -> None:
    subject = picture(BLOCKS)
    arguments = (node(subject, source), node(subject, target), slot)
    if wanted is None:
        with pytest.raises(Refused, match="reads g already"):
            connect(subject, *arguments)
    else:
        assert changed(subject, connect(subject, *arguments)) == wanted


@pytest.mark.parametrize(
    ("source", "target", "slot", "why"),
    [
        ("g", "h * x", 0, "`g` is made in the loop of line 15, anew in each pass"),
        ("a", "h * x", 0, r"`a` is made in the function layer\(\)"),
        ("k", "h * x", 0, "`k` is made only in some cases"),
        ("late", "a", 1, "`late` is made in line 21, after the function is used"),
        ("late", "g", 1, "`late` is made later, in line 21"),
    ],
)
def test_what_is_out_of_reach_is_refused_with_the_reason(source: str, target: str, slot: int, why: str) -> None:
    subject = picture(BLOCKS)
    with pytest.raises(Refused, match=why):
        connect(subject, node(subject, source), node(subject, target), slot)


def test_a_name_that_means_something_else_by_then_is_refused() -> None:
    text = "import gradstudio as gs\n\nx = gs.Variable(1.0)\na = x * 2.0\ny = gs.exp(a)\na = x * 3.0\nz = gs.tanh(a)\n"
    subject = picture(text)
    first = next(k for k, title in enumerate(subject.graph.title) if title == "a")
    with pytest.raises(Refused, match="`a` is something else by then: line 6 changes it"):
        connect(subject, first, node(subject, "z"), 0)


def test_what_a_function_returns_is_read_under_the_name_outside() -> None:
    text = BLOCKS.replace("h = layer(x)\n", "e = layer(x)\n    h = e\n")
    subject = picture(text)
    edit = connect(subject, node(subject, "e"), node(subject, "h * x"), 1)
    assert changed(subject, edit) == "-    loss = gs.sum(h * x)\n+    loss = gs.sum(h * e)"


def test_a_fit_says_what_comes_of_it() -> None:
    subject = picture(TEXT)
    found = fit(subject, node(subject, "X"), node(subject, "p"), 0)
    assert (found.ok, found.words) == (True, "gives [2,2]")
    found = fit(subject, node(subject, "w"), node(subject, "X @ w"), 0)
    assert (found.ok, found.words) == (True, "[2] @ [2] gives [ ]")
    assert fit(subject, node(subject, "q"), node(subject, "X @ w"), 0).loops == (
        "matmul would make a loop: q depends on it."
    )
    assert fit(subject, node(subject, "q"), node(subject, "w"), 0).why == "w has no input number 1."


def test_a_misfit_says_the_shapes_and_is_cured() -> None:
    text = (
        "import gradstudio as gs\n\nA = gs.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])\n"
        "B = gs.constant([[1.0, 2.0, 3.0]])\nC = A @ ...\n"
    )
    subject = picture(text)
    found = fit(subject, node(subject, "B"), node(subject, "C"), 1)
    assert not found.ok
    assert "[2,3] and [1,3]: 3 and 1 do not match" in found.words
    cure = next(c for c in found.cures if c.words == "transpose B")
    assert cure.text == "A @ gs.transpose(B)"
    edit = connect(subject, node(subject, "B"), node(subject, "C"), 1, cure)
    assert changed(subject, edit) == "-C = A @ ...\n+C = A @ gs.transpose(B)"


def test_a_wire_moves_from_one_input_to_another() -> None:
    subject = picture(TEXT)
    edit = connect(subject, node(subject, "w"), node(subject, "p"), 0, None, (node(subject, "X @ w"), 1))
    assert changed(subject, edit) == (
        "-    z = X @ w + b  # affine\n-    p = gs.sigmoid(z)\n+    z = X @ ... + b  # affine\n+    p = gs.sigmoid(w)"
    )
    edit = connect(subject, node(subject, "w"), node(subject, "X @ w"), 0, None, (node(subject, "X @ w"), 1))
    assert changed(subject, edit) == "-    z = X @ w + b  # affine\n+    z = w @ ... + b  # affine"


@pytest.mark.parametrize(
    ("line", "slot", "wanted"),
    [
        ("c = gs.clip(x)", 1, "c = gs.clip(x, y)"),
        ("c = gs.clip(x)", 2, "c = gs.clip(x, high=y)"),
        ("c = gs.clip( (x) , high = 2.0 )", 1, "c = gs.clip( (x) , high = 2.0, low=y )"),
        ("c = x.clip()", 1, "c = x.clip(y)"),
        ("c = gs.concatenate([x, x,])", 2, "c = gs.concatenate([x, x, y,])"),
        ("c = gs.stack([x], axis=0)", 1, "c = gs.stack([x, y], axis=0)"),
    ],
)
def test_an_input_that_a_call_leaves_out_can_be_given(line: str, slot: int, wanted: str) -> None:
    text = f"import gradstudio as gs\n\nx = gs.Variable([1.0, 2.0])\ny = gs.constant([0.0, 3.0])\n{line}\n"
    subject = picture(text)
    target, source = node(subject, "c"), node(subject, "y")
    port = subject.port(target, slot)
    assert (port.is_open, port.text, port.why) == (True, "", "")
    assert fit(subject, source, target, slot).ok
    assert changed(subject, connect(subject, source, target, slot)) == f"-{line}\n+{wanted}"
