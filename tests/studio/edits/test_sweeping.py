"""Target and sources of a gradient, chosen: the call that is there changes, or a tape and a call are added."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from before_after import assert_same, made_by, named, trace_of, values

from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.made import made
from gradstudio.studio.edits.sweeping import gradient


def chosen(text: str, target: str, *sources: str, shown: bool = False) -> Edit:
    """The edit that takes the gradient of one variable on others. shown: change the first sweep of the text."""
    program, found = named(text, target, *sources)
    sweeps = trace_of(text).sweeps
    return gradient(program, found[0], found[1:], sweeps[0].span if shown else None)


def test_a_formula_gets_a_tape_around_the_lines_between() -> None:
    text = """# a note
import gradstudio as gs

x = 0.5
k = 3.0
# what it makes
y = gs.sin(x) * k  # wave

# squared
z = y * y
after = z + 1.0
"""
    edit = chosen(text, "z", "x")
    assert (
        edit.text
        == """# a note
import gradstudio as gs

x = gs.constant(0.5)
k = 3.0
# what it makes
with gs.GradientTape() as tape:
    tape.watch(x)
    y = gs.sin(x) * k  # wave

    # squared
    z = y * y
dx = tape.gradient(z, x)
after = z + 1.0
"""
    )
    assert (edit.name, edit.line, edit.variable) == ("Gradient of z on x", 13, "dx")
    assert_same(text, edit.text)
    # z = 9 sin(x)**2, so dz/dx = 9 sin(2x)
    assert values(edit.text)["dx"] == pytest.approx(9 * 0.8414709848078965, rel=1e-14)


def test_variables_need_no_watch_and_several_gradients_are_unpacked() -> None:
    text = "import gradstudio as gs\nw = gs.Variable(2.0)\nb = gs.Variable(1.0)\nx = 3\ny = w * x + b\nloss = y * y"
    edit = chosen(text, "loss", "w", "b")
    assert edit.text == (
        "import gradstudio as gs\nw = gs.Variable(2.0)\nb = gs.Variable(1.0)\nx = 3\n"
        "with gs.GradientTape() as tape:\n    y = w * x + b\n    loss = y * y\ndw, db = tape.gradient(loss, [w, b])"
    )
    assert [values(edit.text)[name] for name in ("dw", "db")] == [42.0, 14.0]


def test_an_import_is_added_where_the_text_has_none() -> None:
    text = "x = [1, 2.5]\ny = gs.sum(gs.square(x))\n"
    assert chosen(text, "y", "x").text == (
        "import gradstudio as gs\n\nx = gs.constant([1.0, 2.5])\nwith gs.GradientTape() as tape:\n"
        "    tape.watch(x)\n    y = gs.sum(gs.square(x))\ndx = tape.gradient(y, x)\n"
    )


def test_a_text_of_bare_ops_stays_one_and_its_lists_stay_vectors() -> None:
    text = "x = 0.5\nv = [1.0, 2.0]\ny = sum(tanh(x * v))\n"
    edit = chosen(text, "y", "x")
    assert edit.text == (
        "x = constant(0.5)\nv = constant([1.0, 2.0])\nwith GradientTape() as tape:\n    tape.watch(x)\n"
        "    y = sum(tanh(x * v))\ndx = tape.gradient(y, x)\n"
    )
    assert_same(text, edit.text)


def test_functions_of_math_become_ops_that_the_tape_can_follow() -> None:
    text = (
        "import math\n\nx = 0.5\nk = math.pi\n\n\ndef f(a):\n    return math.exp(a)\n\n\n"
        "y = math.sin(x) * math.cos(k)\nz = f(y)\n"
    )
    program, (y, x) = named(text, "y", "x")
    z = replace(y, name="z", statement=program.tree.body[-1])  # a call of f, whose line the picture knows
    after = gradient(program, z, [x], None).text
    assert "    return exp(a)\n" in after
    assert "    y = sin(x) * math.cos(k)\n    z = f(y)\n" in after
    assert_same(text, after)
    # z = exp(sin(x) cos(pi)), so dz/dx = -z cos(x)
    found = values(after)
    assert found["dx"] == pytest.approx(-found["z"] * math.cos(0.5), rel=1e-14)


@pytest.mark.parametrize("body", ["    return x * w\n", "    h = x * w\n    return h\n"])
def test_what_a_function_gives_back_is_the_variable_of_its_call(body: str) -> None:
    head = f"import gradstudio as gs\nw = gs.Variable(2.0)\ndef f(x):\n{body}"
    text = f"{head}z = f(3.0)\n"
    program, (source,) = named(text, "w")
    trace = trace_of(text)
    target = made(program, trace, len(trace.records.op) - 1)
    edit = gradient(program, target, [source], None)
    assert edit.text == f"{head}with gs.GradientTape() as tape:\n    z = f(3.0)\ndw = tape.gradient(z, w)\n"
    assert values(edit.text)["dw"] == 3.0


def test_an_intermediate_of_the_lines_is_watched_only_where_it_hangs_on_nothing() -> None:
    text = "import gradstudio as gs\nx = gs.constant(2.0)\ny = x * 3.0\nc = gs.constant(4.0)\nz = y * c\n"
    edit = chosen(text, "z", "x", "y", "c")
    assert edit.text == (
        "import gradstudio as gs\nx = gs.constant(2.0)\nwith gs.GradientTape() as tape:\n    tape.watch(x)\n"
        "    y = x * 3.0\n    c = gs.constant(4.0)\n    tape.watch(c)\n    z = y * c\n"
        "dx, dy, dc = tape.gradient(z, [x, y, c])\n"
    )
    assert [values(edit.text)[name] for name in ("dx", "dy", "dc")] == [12.0, 4.0, 6.0]


def test_a_loop_goes_into_the_tape_as_a_whole() -> None:
    text = "import gradstudio as gs\nw = gs.Variable(0.5)\nh = 1.0\nfor k in range(3):\n\th = h * w\nend = h * 2.0\n"
    edit = chosen(text, "end", "w")
    assert edit.text == (
        "import gradstudio as gs\nw = gs.Variable(0.5)\nh = 1.0\nwith gs.GradientTape() as tape:\n"
        "\tfor k in range(3):\n\t\th = h * w\n\tend = h * 2.0\ndw = tape.gradient(end, w)\n"
    )
    assert values(edit.text)["dw"] == 1.5


def test_what_stands_on_the_same_line_goes_into_the_tape_too() -> None:
    text = "k = 2.0; x = 0.5\na = x * 3.0; y = a * k; z = k * 2.0  # all\n"
    program, (y, x) = named(text, "y", "x")
    after = gradient(program, y, [x], None).text
    assert after == (
        "k = 2.0; x = constant(0.5)\nwith GradientTape() as tape:\n    tape.watch(x)\n"
        "    a = x * 3.0; y = a * k; z = k * 2.0  # all\ndx = tape.gradient(y, x)\n"
    )
    assert_same(text, after)


TAPED = """import gradstudio as gs
w = gs.Variable(2.0)
x = gs.constant(3.0)
with gs.GradientTape() as t:
    # products
    y = w * x
    c = gs.constant(4.0)
    z = y * c
"""


def test_a_tape_without_a_call_gets_one_behind_its_block() -> None:
    edit = chosen(TAPED, "z", "w")
    assert edit.text == TAPED + "dw = t.gradient(z, w)\n"
    assert values(edit.text)["dw"] == 12.0


def test_a_tape_is_told_of_sources_that_it_does_not_follow() -> None:
    edit = chosen(TAPED, "z", "x", "y", "c")
    assert edit.text == TAPED.replace("    y =", "    t.watch(x)\n    y =").replace(
        "constant(4.0)\n", "constant(4.0)\n    t.watch(c)\n"
    ) + ("dx, dy, dc = t.gradient(z, [x, y, c])\n")
    assert [values(edit.text)[name] for name in ("dx", "dy", "dc")] == [8.0, 4.0, 6.0]


def test_a_tape_without_a_name_gets_one_and_a_used_one_becomes_persistent() -> None:
    text = TAPED.replace(" as t:", ":")
    assert chosen(text, "z", "w").text == text.replace("Tape():", "Tape() as tape:") + "dw = tape.gradient(z, w)\n"
    text = TAPED + "dw = t.gradient(z, w)\n"
    edit = chosen(text, "y", "w")
    assert edit.text == TAPED.replace("Tape()", "Tape(persistent=True)") + (
        "dw2 = t.gradient(y, w)\ndw = t.gradient(z, w)\n"
    )
    assert [values(edit.text)[name] for name in ("dw", "dw2")] == [12.0, 3.0]


def test_lines_behind_a_tape_go_into_it_where_they_make_the_target() -> None:
    text = f"{TAPED}\n# behind it\nu = z * 2.0  # twice\nout = u * w\nend = out"
    edit = chosen(text, "out", "w", "x")
    assert edit.text == TAPED.replace("    y =", "    t.watch(x)\n    y =") + (
        "\n    # behind it\n    u = z * 2.0  # twice\n    out = u * w\ndw, dx = t.gradient(out, [w, x])\nend = out"
    )
    assert_same(text, edit.text)
    # out = 8 w**2 x
    assert [values(edit.text)[name] for name in ("dw", "dx")] == [96.0, 32.0]
    edit = chosen(f"{TAPED}out = z * w", "out", "w")
    assert edit.text == f"{TAPED}    out = z * w\ndw = t.gradient(out, w)"


def test_the_call_that_is_shown_gets_another_target() -> None:
    text = TAPED + "dz_dw = t.gradient(z, w)  # slope\n"
    edit = chosen(text, "y", "w", shown=True)
    assert edit.text == TAPED + "dy_dw = t.gradient(y, w)  # slope\n"
    read = text + "twice = dz_dw * 2.0\n"
    assert chosen(read, "y", "w", shown=True).text == read.replace("gradient(z", "gradient(y")


@pytest.mark.parametrize(
    ("call", "sources", "after"),
    [
        ("dw = t.gradient(z, w)", ("w", "y"), "dw, dy = t.gradient(z, [w, y])"),
        ("dw, dy = t.gradient(z, [w, y])", ("y",), "dy = t.gradient(z, y)"),
        ("dw, g = t.gradient(z, [w, y])", ("y", "w"), "g, dw = t.gradient(z, [y, w])"),
        ("dz_dw = t.gradient(z, w)", ("y",), "dz_dy = t.gradient(z, y)"),
        ("g = t.gradient(z, [w])", ("w", "y"), "g = t.gradient(z, [w, y])"),
        ("g = t.gradient(z, [w])\nprint(g)", ("w", "y"), "g = t.gradient(z, [w, y])\nprint(g)"),
        ("dw = t.gradient(sources=w, target=z)", ("y",), "dy = t.gradient(sources=y, target=z)"),
    ],
)
def test_the_call_that_is_shown_gets_other_sources(call: str, sources: tuple[str, ...], after: str) -> None:
    edit = chosen(f"{TAPED}{call}\n", "z", *sources, shown=True)
    assert edit.text == f"{TAPED}{after}\n"
    values(edit.text)


def test_new_sources_of_the_call_are_watched() -> None:
    text = f"{TAPED}dw = t.gradient(z, w)\n"
    after = TAPED.replace("    y =", "    t.watch(x)\n    y =") + "dw, dx = t.gradient(z, [w, x])\n"
    assert chosen(text, "z", "w", "x", shown=True).text == after


def test_a_target_of_another_tape_gets_a_call_there() -> None:
    other = "with gs.GradientTape() as other:\n    u = w * w\n"
    text = f"{TAPED}dw = t.gradient(z, w)\n{other}"
    edit = chosen(text, "u", "w", shown=True)
    assert edit.text == f"{text}dw2 = other.gradient(u, w)\n"
    assert values(edit.text)["dw2"] == 4.0


def test_a_target_of_an_inner_tape_may_be_one_of_the_outer_tape() -> None:
    text = (
        "import gradstudio as gs\nx = gs.Variable(2.0)\nwith gs.GradientTape() as t:\n"
        "    with gs.GradientTape() as t2:\n        y = x * x * x\n    dy = t2.gradient(y, x)\nd2 = t.gradient(dy, x)\n"
    )
    program, (y, x) = named(text, "y", "x")
    edit = gradient(program, y, [x], (7, 5, 7, 22))
    assert edit.text == text.replace("gradient(dy, x)", "gradient(y, x)")
    assert values(edit.text)["d2"] == 12.0


@pytest.mark.parametrize(
    ("rest", "target", "sources", "why"),
    [
        ("dw, dy = t.gradient(z, [w, y])\nu = dy * 2.0\n", "z", ("w",), "Line 10 reads `dy`, the gradient of y"),
        ("g = t.gradient(z, [w, y])\nu = g[1] * g[0]\n", "z", ("y",), "Line 10 reads `g`"),
        ("u = t.gradient(z, w) * 2.0\n", "z", ("y",), "Line 9 uses the gradient at once"),
        ("dw = t.gradient(z, w)\nout = z * 2.0\n", "out", ("w",), "`out` is made in line 10, outside of the tape"),
        ("dw, dy = t.gradient(z, [w,  # w\n    y])\n", "z", ("w",), "Line 9 has comments between its sources"),
    ],
)
def test_a_call_that_cannot_change_says_why(rest: str, target: str, sources: tuple[str, ...], why: str) -> None:
    with pytest.raises(Refused, match=why):
        chosen(TAPED + rest, target, *sources, shown=True)


@pytest.mark.parametrize(
    ("text", "target", "sources", "why"),
    [
        ("x = 0.5\nk = 2.0\ny = x * 2.0\nz = k * 3.0\n", "z", ("x",), "`z` in line 4 is not computed from x"),
        ("x = 0.5\ny = x * 2.0\nx = 3.0\nz = y * x\n", "z", ("x",), "`x` gets another value in line 3"),
        ("x = 0.5\ny = x * 2.0\n", "y", ("y",), "`y` is the target itself"),
        (
            f"{TAPED}dw = t.gradient(z, w)\nout = z * 2.0\n",
            "out",
            ("w",),
            "`out` in line 10 is made outside of the tape of line 4",
        ),
        ("x = 0.5\ny = x * len('''a\nb''')\n", "y", ("x",), "The text in quotes in line 2"),
    ],
)
def test_a_gradient_that_cannot_be_asked_says_why(text: str, target: str, sources: tuple[str, ...], why: str) -> None:
    with pytest.raises(Refused, match=why):
        chosen(text, target, *sources)


def test_a_part_without_a_name_is_refused() -> None:
    program, target = made_by("x = 0.5\ny = x * 2.0 + 1.0\n", "x * 2.0")
    source = made_by("x = 0.5\ny = x * 2.0 + 1.0\n", "0.5")[1]
    with pytest.raises(Refused, match="A part of line 2 has no name"):
        gradient(program, target, [source], None)
    with pytest.raises(Refused, match="Choose one or more sources"):
        gradient(program, source, [], None)


def test_a_gradient_that_is_taken_in_another_way_stays() -> None:
    text = f"{TAPED}dw = t.jacobian(z, w)\n"
    program, (z, w) = named(text, "z", "w")
    with pytest.raises(Refused, match="Line 9 takes this gradient without tape"):
        gradient(program, z, [w], (9, 5, 9, 21))
