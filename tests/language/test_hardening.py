"""Programs made to leave the language or to stop it, and honest ones that look alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradstudio.language.plain_values import PlainValues
from gradstudio.language.program import Run, run_program

SHARED = "a = [1]\nfor i in range(60):\n    a = [a, a]\n"  # 61 objects that would print as 2^60


def run(text: str, **limits: Any) -> tuple[Run, str]:
    printed: list[str] = []
    done = run_program(text, {}, printed.append, **limits)
    return done, "".join(printed)


@pytest.mark.parametrize(
    "line",
    ["assert False, a", "raise ValueError(a)", "raise ValueError(a, a)", "x = [1][a]", "raise KeyError(a)"],
)
def test_an_error_that_carries_a_huge_value_is_one_short_line(line: str) -> None:
    done, _ = run(SHARED + line + "\n")

    assert done.status == "error"
    assert done.problems[0].span[0] == 4
    assert len(done.problems[0].message) < 350


@pytest.mark.parametrize("expression", ['f"{a}"', 'f"{a!r}"', "str(a)", "repr(a)", '"%s" % a', '"%s" % (a,)'])
def test_the_text_of_a_huge_value_is_bounded(expression: str) -> None:
    done, printed = run(f"{SHARED}x = {expression}\nprint(len(x) < 100_000)\n")

    assert done.status == "ok", done.problems
    assert printed == "True\n"


def test_texts_of_ordinary_values_are_pythons_own() -> None:
    text = """
values = [[1, 2.5], (1,), (), {"a": None}, {3}, set(), True, "t", 1j, [[[[["deep"]]]]], list(range(300))]
for v in values:
    print(v, [v], str(v), repr(v), f"{v}|{v!r}|{v!s}|{v!a}", "%s %r" % (v, v))
print(f"{1.5:8.3f}|{3:>4}|{values[0]=}", ValueError("why"), f"{ZeroDivisionError('no')}")
print("é", f"{'é'!a}", end="!\\n", flush=True)
"""
    expected: list[str] = []

    def note(*parts: Any, end: str = "\n", flush: bool = False) -> None:
        expected.append(" ".join(map(str, parts)) + end)

    exec(text, {"print": note})

    assert run(text)[1] == "".join(expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"a".ljust(10**9)', "characters; the limit"),
        ('"a".zfill(10**9)', "characters; the limit"),
        ('"ab".join(["c" * 10**6] * 100)', "characters; the limit"),
        ('"aa".replace("a", "b" * 10**7)', "characters; the limit"),
        ('"{0.os.environ}".format(np)', "write an f-string"),
        ('"%999999999d" % 3', "width"),
        ('"%*d" % (10**9, 3)', "width"),
        ("np.ones(3).astype('O')", "dtype must be"),
        ("np.ones(3, dtype=object_)", "is not defined"),
        ("np.zeros(3, **{'dt' + 'ype': 'O'})", "dtype must be"),
        ("np.array(['a'])", "plain numbers"),
        ("np.array([10**30])", "at most 64"),
        ("np.add(1, 2, out=np.ones(1))", "out="),
        ("np.ones(3).tofile('x')", "cannot write files"),
        ("np.ones(3).data", "is not available"),
        ("np.ones(3).ctypes", "is not available"),
        ("np.load", "not available"),
        ("np.lib", "not available"),
        ("np.f2py", "not available"),
        ("np.vectorize", "not available"),
        ("gs.GradientTape.gradient", "is not available"),
        ("gs.sin.op", "is not available"),
        ("(lambda: 0).func_globals", "is not available"),
        ("(i for i in [1]).gi_frame", "is not available"),
        ("np.random.default_rng(0).bit_generator", "not available"),
        ("math.factorial(10**9)", "too long"),
        ("10**10**8", "100,000 bits"),
        ("pow(10, 10**8)", "100,000 bits"),
        ("1 << 10**9", "100,000 bits"),
        ("[0] * 10**9", "the limit is 10,000,000"),
        ("'a' * 10**9", "the limit is 10,000,000"),
        ("2.0 ** 10**6", "too large for a floating number"),
        ("next(iter([]))", "no item is left"),
    ],
)
def test_what_grows_or_reaches_out_is_one_clear_line(text: str, words: str) -> None:
    done, _ = run(f"import gradstudio as gs, math\nimport numpy as np\nx = {text}\n")

    assert done.status in ("refused", "limited", "error")
    assert words in done.problems[0].message
    assert done.problems[0].span[0] == 3


def test_a_program_cannot_catch_the_end_of_its_run() -> None:
    done, _ = run("while True:\n    try:\n        x = 1 / 0\n    except Exception:\n        pass\n", steps=1000)

    assert done.status == "limited"
    assert "1,000" in done.problems[0].message


@pytest.mark.parametrize(
    ("text", "words"),
    [("return 3\n", "outside function"), ("def f():\n    pass\nbreak\n", "outside loop"), ("nonlocal x\n", "nonlocal")],
)
def test_what_only_the_compiler_finds_has_its_line_too(text: str, words: str) -> None:
    done, _ = run(text)

    assert done.status == "error"
    assert words in done.problems[0].message
    assert "<program>" not in done.problems[0].message
    assert done.problems[0].span[0] == text.count("\n")


HONEST = [
    ("x = ', '.join(['a', 'b']).replace('a', 'c').ljust(5)\nn = len(x)\n", "n", 5),
    ("a = np.zeros(4)\nfor i in range(4):\n    a[i] = i * 0.5\ns = sum(a)\n", "s", 3.0),
    ("xs = [1.0, 2.0]\nxs.append(3.0)\nn = len(xs)\n", "n", 3),
    ("import numpy as np\nxs = [1.0, 2.0] \nys = xs + [3.0]\nn = len(ys)\n", "n", 3),
    ("x = 3.0\nn = 1 if isinstance(x, float) else 0\n", "n", 1),
    ("x = constant([1.0], dtype=gs.float32)\nn = len(x.dtype.name)\n", "n", 7),
    ("n = np.finfo(np.float64).eps > 0 and math.factorial(5) == 120\n", "n", True),
    (
        "x = -2\nmatch x:\n    case 1 | 2:\n        n = 1\n    case -2:\n        n = 2\n    case _:\n        n = 3\n",
        "n",
        2,
    ),
    ("i = iter([4, 5])\nn = next(i) + next(i) + next(i, 1)\n", "n", 10),
    ("open = 2\nn = open + 1\n", "n", 3),
    ("n = float(np.convolve([1.0, 2.0], [1.0, 1.0])[1])\n", "n", 3.0),
    ("n = 0\nfor v in np.random.randint(0, 3, size=4):\n    n += 1\n", "n", 4),
]


@pytest.mark.parametrize(("text", "name", "value"), HONEST)
def test_an_honest_program_runs(text: str, name: str, value: object) -> None:
    done, _ = run(text)

    assert done.status == "ok", done.problems
    assert PlainValues().of(done.variables)[name] == value


def test_tensorflows_own_spelling_of_unconnected_gradients_works() -> None:
    done, _ = run(
        "import gradstudio as tf\nx, y = tf.Variable(1.0), tf.Variable(2.0)\n"
        "with tf.GradientTape() as t:\n    z = x * x\n"
        "g = t.gradient(z, [x, y], unconnected_gradients=tf.UnconnectedGradients.ZERO)\n"
    )

    assert PlainValues().of(done.variables)["g"] == [2.0, 0.0]


def test_forward_mode_and_custom_gradients_work_as_in_tensorflow() -> None:
    done, _ = run(
        "import gradstudio as tf\n@tf.custom_gradient\ndef double(x):\n    return x, lambda g: 2.0 * g\n"
        "x = tf.constant(3.0)\nwith tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as acc:\n    y = x * x\n"
        "j = acc.jvp(y)\nwith tf.GradientTape() as t:\n    t.watch(x)\n    z = double(x)\ng = t.gradient(z, x)\n"
    )

    assert done.status == "ok", done.problems
    found = PlainValues().of(done.variables)
    assert (found["j"], found["g"]) == (6.0, 2.0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x = constant(2.0)\nwith GradientTape() as t:\n    t.watch(x)\n    y = x * x * x\n", "x"),
        ("import gradstudio as tf\nw = tf.Variable(2.0)\nwith tf.GradientTape() as t:\n    y = w * w * w\n", "w"),
    ],
)
def test_a_tape_that_was_asked_for_nothing_gives_its_last_result_against_what_it_watches(text: str, name: str) -> None:
    done, _ = run(text)

    assert done.status == "ok", done.problems
    assert done.recorder is not None
    assert [{k: float(v) for k, v in row.items()} for row in done.recorder.gradients()] == [{name: 12.0}]


def test_a_tape_that_was_asked_gets_no_further_sweep() -> None:
    done, _ = run("x = constant(2.0)\nwith GradientTape() as t:\n    t.watch(x)\n    y = x * x\ng = t.gradient(y, x)\n")

    assert done.recorder is not None
    assert len(done.recorder.gradients()) == 1


def test_a_warning_of_the_library_is_a_problem_with_its_line() -> None:
    text = "x = constant(3)\nfor i in range(3):\n    with GradientTape() as t:\n        t.watch(x)\n"
    done, _ = run(text)

    assert done.status == "ok"
    assert [(p.severity, p.span) for p in done.problems] == [("warn", (4, 8, 4, 18))]
    assert "no effect" in done.problems[0].message


def test_numbers_do_not_change_from_run_to_run() -> None:
    text = "a = np.random.normal(size=3)\nb = random.normal((2,))\nnp.random.seed(5)\nc = np.random.rand()\n"
    first, second = (PlainValues().of(run(text)[0].variables) for _ in range(2))

    assert first == second
    assert np.isfinite(np.array(first["a"])).all()


def test_an_automatic_gradient_that_fails_does_not_fail_the_run() -> None:
    done, _ = run("x = 1.0\ny = custom_gradient(lambda v: (v * 2.0, lambda g: [g, g]))(x)\n")

    assert done.status == "ok"
    assert [p.severity for p in done.problems] == ["warn"]
    assert "no automatic gradient" in done.problems[0].message
