"""A repeated run says, to the last bit, what a run of the same text says; where it could not, it refuses."""

from __future__ import annotations

import dataclasses
import math
import random
import re
from typing import Any

import numpy as np
import pytest
from data_beside import read_data

from gradstudio.engine.trace import Summaries, Trace, is_renewal, renewed
from gradstudio.graph.build import build
from gradstudio.language.inputs import Change, change, inputs_of
from gradstudio.language.program import Data, run_program
from gradstudio.language.repeat import Repeat
from gradstudio.picture.anatomy import sizes
from gradstudio.resources import resource

TAPE = """import gradstudio as gs
x = gs.constant(0.5)
with gs.GradientTape() as tape:
    tape.watch(x)
    y = x
    for i in range(5):
        y = gs.sin(y) * 1.5 + x / (y + 2.0)
g = tape.gradient(y, x)
h = g * 2.0
"""


class Bench:
    """A program that is run once, and then repeated."""

    def __init__(self, text: str, data: Data | None = None) -> None:
        self.text, self.data = text, data or {}
        self.printed: list[str] = []
        run = run_program(text, self.data, self.printed.append)
        assert run.status == "ok", run.problems
        assert run.recorder is not None
        self.trace = run.recorder.trace()
        self.repeat = Repeat(text, run.recorder, run.witness, self.trace)

    def again(self, text: str) -> Trace | None:
        """The trace of the repeated run, None where it refuses."""
        found = self.repeat.again(text)
        if found is None:
            return None
        self.trace = renewed(self.trace, found.span, found.values, found.flows)
        return self.trace

    def check(self, text: str) -> bool:
        """Whether it was repeated; if so, everything must be as in a run."""
        before = self.trace
        trace = self.again(text)
        if trace is None:
            return False
        printed: list[str] = []
        run = run_program(text, self.data, printed.append)
        assert run.status == "ok"
        assert run.recorder is not None
        assert not run.problems
        assert printed == self.printed
        wanted = run.recorder.trace()
        same(trace, wanted)
        assert is_renewal(trace, before)
        assert trace.records.seconds is before.records.seconds
        assert not is_renewal(wanted, before)
        for sweep in range(-1, len(trace.sweeps)):
            old, new = build(before, self.text, sweep), build(wanted, text, sweep)
            same(old, new)  # so the graph and layout that are shown may stay
            assert sizes(old).tolist() == sizes(new).tolist()
        self.text = text
        return True


def same(a: Any, b: Any) -> None:
    """Whether two pieces of a trace say the same, NaN included, bit by bit."""
    if isinstance(a, Summaries):
        assert [a.shapes[i] for i in a.shape] == [b.shapes[i] for i in b.shape]
        assert [a.dtypes[i] for i in a.dtype] == [b.dtypes[i] for i in b.dtype]
        skipped = ("shape", "shapes", "dtype", "dtypes")
    else:
        skipped = ("seconds",)  # no two runs take the same time
    if isinstance(a, np.ndarray):
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        assert a.tobytes() == b.tobytes() or np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    elif isinstance(a, tuple):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif dataclasses.is_dataclass(a):
        for field in dataclasses.fields(a):
            if field.name not in skipped:
                same(getattr(a, field.name), getattr(b, field.name))
    else:
        assert a == b


def with_number(text: str, number: int, new: str) -> str:
    """The text with its input of that number written anew."""
    given = inputs_of(text)[number]
    return text[: given.start] + new + text[given.end :]


def test_every_input_of_every_example_repeats() -> None:
    repeated = tried = 0
    for path in sorted(resource("examples").glob("*.grad")):
        text = path.read_text(encoding="utf-8")
        data, _ = read_data(text, path.parent)
        for number, given in enumerate(inputs_of(text)[:6]):
            for new in (repr(given.value * 1.01 + 0.001), repr(-given.value - 0.25)):
                bench = Bench(text, data)
                tried += 1
                repeated += bench.check(with_number(text, number, new))
    assert repeated == tried >= 10


@pytest.mark.parametrize("new", ["0.75", "-0.5", "12.125e-1", "0.", "1e9", ".25", "1e999", "-2.0"])
def test_a_tape_with_its_gradient_in_use_repeats(new: str) -> None:
    assert Bench(TAPE).check(TAPE.replace("0.5)", f"{new})"))


def test_one_repeat_after_the_other_keeps_its_places() -> None:
    text = "a = 1.5; b = [1.0, -2.5, 3.0]; c = tanh(a) * sum(b * a)\nw = 0.25\nd = c / w\n"
    bench = Bench(text)
    draw = random.Random(3)
    for _ in range(30):
        number = draw.randrange(len(inputs_of(bench.text)))
        new = draw.choice(["1.0", "-1.25", "0.333333333", "1e-3", "-7.5e2", "3.", "0.1"])
        assert bench.check(with_number(bench.text, number, new))


def test_variables_lists_and_precisions_repeat() -> None:
    text = (
        '# /// script\n# [tool.gradstudio]\n# precision = "float32"\n# ///\n'
        "x = 1.5\nv = [[1.0, 2.0], [3.0, 4.5]]\ny = sum(v @ v) * x\n"
    )
    bench = Bench(text)
    for number in range(5):
        assert bench.check(with_number(bench.text, number, f"{number + 0.1}"))
    text = (
        "import gradstudio as gs\nw = gs.Variable([1.0, 2.0], name='w')\nb = gs.Variable(0.5, dtype=gs.float32)\n"
        "k = gs.Variable(3.0, trainable=False)\nX = gs.constant([[1.0, 2.0], [3.0, 4.0]])\n"
        "with gs.GradientTape(persistent=True) as tape:\n    y = gs.sum(gs.relu(X @ w[:, None]) * k)\n"
        "    z = gs.cast(b, gs.float64) * y\n"
        "gw, gb, gk = tape.gradient(z, [w, b, k])\nonly = tape.gradient(y, w)\n"
    )
    bench = Bench(text)
    for number in range(8):
        assert bench.check(with_number(bench.text, number, f"{number - 0.75}"))


def test_a_gradient_that_is_none_stays_none() -> None:
    text = TAPE + "lost = gs.constant(4.0)\nwith gs.GradientTape() as other:\n    other.watch(lost)\n    k = x * 2.0\n"
    text += "n = other.gradient(k, [x, lost])\n"
    bench = Bench(text)
    assert bench.check(text.replace("4.0", "5.5"))
    assert bench.trace.sweeps[1].connected == (False, False)


def test_nan_and_infinity_come_and_go() -> None:
    text = "x = 2.0\ny = log(x) / x + sqrt(x)\nz = y * exp(x)\n"
    bench = Bench(text)
    for new in ("-1.0", "0.0", "-0.0", "800.0", "1e308", "2.5"):
        assert bench.check(with_number(bench.text, 0, new))


@pytest.mark.parametrize(
    ("text", "new", "is_same"),
    [
        ("x = 2.0\nif x > 1.0:\n    y = x * x\nelse:\n    y = -x\nz = y + 1.0\n", "3.0", True),
        ("x = 2.0\nif x > 1.0:\n    y = x * x\nelse:\n    y = -x\nz = y + 1.0\n", "0.5", False),
        ("x = 2.0\ny = x * 1.0\nwhile y < 50.0:\n    y = y * y\n", "2.1", True),
        ("x = 2.0\ny = x * 1.0\nwhile y < 50.0:\n    y = y * y\n", "9.0", False),
        ("x = 2.0\ny = x\nfor k in range(int(x)):\n    y = sin(y)\n", "2.5", True),
        ("x = 2.0\ny = x\nfor k in range(int(x)):\n    y = sin(y)\n", "4.5", False),
        ("x = 2.0\nprint(x * 2.0)\ny = x * x\n", "2.5", False),
        ("x = 2.0\ny = x * float(x)\n", "2.5", False),
        ("x = 2.0\nname = f'{x:.1f}'\ny = x * len(name)\n", "2.5", False),
        ("x = 2.0\ny = x * np.sqrt(x.numpy())\n", "2.5", False),
        ("x = 2.0\nc = constant([x, 1.0])\ny = x * sum(c)\n", "2.5", False),
        ("v = [1.0, -2.0]\ny = sum(v[v > 0.0])\n", "1.5", True),
        ("v = [1.0, -2.0]\ny = sum(v[v > 0.0])\n", "-1.5", False),
        ("x = 2.0\ny = 0.0\ntry:\n    y = x / float(x - 2.0)\nexcept ZeroDivisionError:\n    y = x\n", "2.5", False),
        ("x = 2.0\ny = sum(x for k in range(3)) * 2.0\n", "2.5", True),
        ("def f(x):\n    return x * x\nx = 2.0\ny = f(f(x))\n", "2.5", True),
        ("def constant(x):\n    return x * x\ny = constant(2.0)\nz = 1.0 * y\n", "2.5", False),
        ("x = 2\ny = x * 1.0\nz = tanh(y)\n", "3", False),
        ("x = 2.0\ny = 3.0 * x\n", "4.0", True),
    ],
)
def test_only_what_python_would_do_again_is_repeated(text: str, new: str, is_same: bool) -> None:
    place = re.search(r"-?\d+\.?\d*", text)
    assert place is not None
    changed = text[: place.start()] + new + text[place.end() :]
    assert Bench(text).check(changed) is is_same


@pytest.mark.parametrize(
    "step",
    [
        "w.assign_sub(0.1 * t.gradient(y, w))",
        "w.assign_add(-0.1 * t.gradient(y, w)); b.assign(w)",
        "w.assign(w - 0.1 * t.gradient(y, w)); b.assign_sub(w * 0.01)",
        "g = t.gradient(y, [w, b]); w.assign(g[0] * 0.01); w.assign_add(b); b.assign(2.5); b.assign_sub(1)",
        "w.assign(t.gradient(y, w).numpy() * 0.0 + 1.0)",
        "b.scatter_nd_add([[]], 0.5 + w.numpy() * 0.0)",
    ],
)
def test_loops_that_train_repeat(step: str) -> None:
    text = (
        "import gradstudio as gs\nw = gs.Variable(1.0)\nb = gs.Variable(0.25)\nc = gs.constant(3.0)\n"
        "for k in range(4):\n"
        f"    with gs.GradientTape() as t:\n        y = w * w + gs.sin(b * c)\n    {step}\nlast = w * b\n"
    )
    bench = Bench(text)
    is_read = "numpy" in step
    for number, new in ((0, "2.0"), (1, "-0.75"), (2, "0.5"), (0, "1e-3")):
        assert bench.check(with_number(bench.text, number, new)) is not is_read
        if is_read:
            return


def test_what_a_program_looks_at_without_end_is_not_kept() -> None:
    text = "x = 2.0\nv = ones(100000) * x\nfor k in range(40):\n    s = v.numpy()\ny = x * 1.0\n"
    run = run_program(text, {}, lambda said: None)
    assert run.status == "ok"
    assert run.witness.obstacle == "it looked at too many values"
    assert run.witness.seen == []
    assert not Bench(text).check(text.replace("2.0", "3.0"))


def test_a_gradient_over_several_values_of_a_variable_is_run() -> None:
    text = "import gradstudio as gs\nw = gs.Variable(1.0)\nwith gs.GradientTape() as t:\n    y = w * w\n"
    text += "    w.assign(3.0)\n    z = y * w\ng = t.gradient(z, w)\nh = g + 1.0\n"
    assert not Bench(text).check(text.replace("1.0)", "2.0)"))


@pytest.mark.parametrize("body", ["x ** 3", "gs.sin(x) / x", "gs.relu(x) * gs.exp(x)", "gs.sum(gs.softplus(v * x))"])
def test_higher_derivatives_repeat(body: str) -> None:
    text = (
        "import gradstudio as gs\nx = gs.Variable(1.5)\nv = gs.constant([0.5, -1.0])\n"
        "with gs.GradientTape(persistent=True) as a:\n    with gs.GradientTape() as b:\n"
        "        with gs.GradientTape() as c:\n"
        f"            y = {body}\n        one = c.gradient(y, x)\n    two = b.gradient(one, x)\n"
        "three = a.gradient(two, x)\nmixed = a.gradient(one, v)\nlast = three * two\n"
    )
    bench = Bench(text)
    for number, new in ((0, "2.25"), (2, "0.125"), (0, "1e-2"), (1, "-3.0")):
        assert bench.check(with_number(bench.text, number, new))


def test_cotangents_of_the_program_and_jacobians_are_run() -> None:
    for given in ("x * 2.0", "[1.0, 2.0]"):
        text = "import gradstudio as gs\nx = gs.Variable([1.0, 2.5])\nwith gs.GradientTape() as t:\n    y = x * x\n"
        text += f"g = t.gradient(y, x, output_gradients={given})\n"
        assert not Bench(text).check(text.replace("2.5", "3.5"))
    jacobian = "import gradstudio as gs\nx = gs.Variable([1.0, 2.0])\nwith gs.GradientTape() as t:\n    y = x * x\n"
    jacobian += "j = t.jacobian(y, x)\n"
    assert not Bench(jacobian).check(jacobian.replace("1.0", "2.5"))


def test_a_text_that_writes_the_number_into_the_picture_is_run() -> None:
    text = "import gradstudio as gs\nwith gs.GradientTape() as tape:\n    y = gs.Variable(2.0) * gs.constant(3.0)\n"
    assert not Bench(text).check(text.replace("3.0", "4.0"))


_UNARY = ("sin", "cos", "tanh", "exp", "log", "sqrt", "abs", "square", "sigmoid", "relu", "softplus", "-", "atan")
_BINARY = (" + ", " - ", " * ", " / ", " ** ", " % ")


def random_program(draw: random.Random, size: int) -> str:
    """A formula over three numbers."""
    lines = [f"a = {draw.uniform(-2, 2)!r}", f"b = {draw.uniform(0, 3)!r}", f"c = {draw.uniform(-1, 1)!r}"]
    names = ["a", "b", "c"]
    for k in range(size):
        x, y = draw.choice(names), draw.choice([*names, "2.0", "3", "0.5"])
        kind = draw.random()
        if kind < 0.4:
            lines.append(f"t{k} = {draw.choice(_UNARY)}({x})")
        elif kind < 0.85:
            lines.append(f"t{k} = {x}{draw.choice(_BINARY)}{y}")
        elif kind < 0.95:
            lines.append(f"t{k} = maximum({x}, {y}) * where({x} > 0.1, {x}, {y})")
        else:
            lines.append(f"t{k} = {x} if {x} > {draw.uniform(-1, 1)!r} else {x} * {x}")
        names.append(f"t{k}")
    return "\n".join([*lines, f"last = {' + '.join(names[-4:])}", ""])


@pytest.mark.parametrize("seed", range(40))
def test_random_programs_repeat_exactly(seed: int) -> None:
    draw = random.Random(seed)
    bench = Bench(random_program(draw, 25))
    for _ in range(6):
        new = repr(draw.choice([draw.uniform(-3, 3), 0.0, -1.0, 1.0, 1e200, draw.gauss(0, 1e-3)]))
        if not bench.check(with_number(bench.text, draw.randrange(3), new)):
            break


def test_most_random_programs_repeat() -> None:
    repeated = 0
    for seed in range(30):
        draw = random.Random(seed)
        text = random_program(draw, 25)
        given = inputs_of(text)[0]
        repeated += Bench(text).check(with_number(text, 0, repr(given.value * (1 + 1e-9))))
    assert repeated > 25


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("x = 0.5\n", "x = 0.55\n", Change(4, 7, "0.55")),
        ("x = 0.5\n", "x = 10.5\n", Change(4, 7, "10.5")),
        ("x = -0.5\n", "x = 0.5\n", Change(4, 8, "0.5")),
        ("x = 0.5\n", "x = 5\n", None),
        ("x = 0.5\n", "x = 0.5 + 1.0\n", None),
        ("x = 0.5\ny = 1.5\n", "x = 0.6\ny = 1.6\n", None),
        ("x = 1e5\n", "x = 1e-5\n", Change(4, 7, "1e-5")),
        ("x = 1.5e5\n", "x = 1.5e\n", None),
        ("x = 0.5\n", "y = 0.5\n", None),
        ("", "1.0", None),
    ],
)
def test_how_two_texts_differ(old: str, new: str, found: Change | None) -> None:
    assert change(old, new) == found


def test_inputs_of_a_text_stand_where_it_says() -> None:
    text = "ä = 'ü'; x = -1.5\ny = [1.0, 2, -3.5]  # 4.0\nz = tf.constant([[0.5], [1e3]], dtype=tf.float32) * 2.0\n"
    found = inputs_of(text)
    assert [text[i.start : i.end] for i in found] == ["-1.5", "1.0", "-3.5", "0.5", "1e3"]
    assert [(i.element, i.elements) for i in found] == [(0, 1), (0, 3), (2, 3), (0, 2), (1, 2)]
    assert math.isclose(sum(i.value for i in found), 995.5 + 1.0)
