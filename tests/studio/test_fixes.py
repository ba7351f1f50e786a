"""Fixes: each does what the problem's hint says, and the program then runs without that problem."""

from __future__ import annotations

from functools import cache

import pytest

from gradstudio.diagnosis import diagnose
from gradstudio.engine.problem import Problem
from gradstudio.language.program import run_program
from gradstudio.studio.fixes import ChangedLine, changed_lines, fix_of
from gradstudio.studio.syntax_fixes import syntax_fix

GS = "import gradstudio as gs\n"
TAPE = GS + (
    "x = gs.Variable(1.0)\nwith gs.GradientTape({}) as t:\n    y = x * x\na = t.gradient(y, x)\nb = t.gradient(y, x)\n"
)

RUN = [
    (
        GS + "x = gs.Variable(3)\nwith gs.GradientTape() as t:\n    y = x * x\ng = t.gradient(y, x)\n",
        "write 3.0",
        "-x = gs.Variable(3)\n+x = gs.Variable(3.0)",
    ),
    (
        GS + "x = gs.Variable([[1, -2]])\nwith gs.GradientTape() as t:\n    y = gs.sum(x * x)\ng = t.gradient(y, x)\n",
        "write the numbers with a point",
        "-x = gs.Variable([[1, -2]])\n+x = gs.Variable([[1.0, -2.0]])",
    ),
    ("x = 3\ny = x * x\n", "write x = 3.0", "-x = 3\n+x = 3.0"),
    (
        "import tensorflow as tf\nx = tf.Variable(1.0)\n",
        "write import gradstudio as tf",
        "-import tensorflow as tf\n+import gradstudio as tf",
    ),
    (
        "from tensorflow import Variable, exp as e\nx = Variable(1.0)\n",
        "write from gradstudio import Variable, exp as e",
        "-from tensorflow import Variable, exp as e\n+from gradstudio import Variable, exp as e",
    ),
    ("from gradstudio import *\nx = exp(1.0)\n", "leave the line out", "-from gradstudio import *"),
    (
        GS + "weights = gs.Variable(1.0)\ny = wieghts * 2\n",
        "write weights",
        "-y = wieghts * 2\n+y = weights * 2",
    ),
    (GS + "y = gs.sigmod(1.0)\n", "write sigmoid", "-y = gs.sigmod(1.0)\n+y = gs.sigmoid(1.0)"),
    (GS + "w = gs.Variable(1.0)\nw.asign(2.0)\n", "write assign", "-w.asign(2.0)\n+w.assign(2.0)"),
    ("x = true\n", "write True", "-x = true\n+x = True"),
    (GS + "y = gs.sum([1.0], axes=0)\n", "write axis=", "-y = gs.sum([1.0], axes=0)\n+y = gs.sum([1.0], axis=0)"),
    ("def f(rate):\n    return rate\nf(rte=1.0)\n", "write rate=", "-f(rte=1.0)\n+f(rate=1.0)"),
    (
        TAPE.format(""),
        "write persistent=True",
        "-with gs.GradientTape() as t:\n+with gs.GradientTape(persistent=True) as t:",
    ),
    (
        TAPE.format("persistent=False"),
        "write persistent=True",
        "-with gs.GradientTape(persistent=False) as t:\n+with gs.GradientTape(persistent=True) as t:",
    ),
    (
        TAPE.format("watch_accessed_variables=True"),
        "write persistent=True",
        "-with gs.GradientTape(watch_accessed_variables=True) as t:\n"
        "+with gs.GradientTape(watch_accessed_variables=True, persistent=True) as t:",
    ),
    (
        GS + "x = gs.constant(1.0)\nwith gs.GradientTape() as t:\n    y = x * x\na = t.gradient(y, x)\n",
        "write t.watch(x)",
        "+    t.watch(x)",
    ),
    ("try:\n    x = 1.0\nexcept:\n    pass\n", "write except Exception:", "-except:\n+except Exception:"),
    ("x = 2.0 ^ 3.0\n", "write ** for a power", "-x = 2.0 ^ 3.0\n+x = 2.0 ** 3.0"),
    ("x = 1.0\u200b\n", "delete the character", "-x = 1.0\u200b\n+x = 1.0"),
    ("x = 1.0\nif x = 2:\n    y = 1\n", "write ==", "-if x = 2:\n+if x == 2:"),
    ("x = 1.0\nif x == 2  # why\n    y = 1\n", "write a colon", "-if x == 2  # why\n+if x == 2:  # why"),
    ("x = 1.0\nif x == 1:\n    y = 1\nelse if x == 2:\n    y = 2\n", "write elif", "-else if x == 2:\n+elif x == 2:"),
    ("x = (1.0\ny = 2.0\n", "close the bracket with )", "-x = (1.0\n+x = (1.0)"),
    ("x = 1.0)\n", "delete the bracket", "-x = 1.0)\n+x = 1.0"),
    ("x = 'abc\n", "close the text with '", "-x = 'abc\n+x = 'abc'"),
    ("print('abc)\n", "close the text with '", "-print('abc)\n+print('abc')"),
    ("x = “a”\n", 'write "', '-x = “a”\n+x = "a"'),
    ("x = 3.0 − 2 × 1\n", "write -, *", "-x = 3.0 − 2 × 1\n+x = 3.0 - 2 * 1"),
    ("print 'x'  # say\n", "write print('x')", "-print 'x'  # say\n+print('x')  # say"),
    ("x = 2.0\ny = 3x\n", "write 3 * x", "-y = 3x\n+y = 3 * x"),
    ("x = 1.0 && 2.0\n", "write and", "-x = 1.0 && 2.0\n+x = 1.0 and 2.0"),
    ("x = 1.0\nx++\n", "write += 1", "-x++\n+x += 1"),
]


@cache
def problems(text: str) -> tuple[Problem, ...]:
    run = run_program(text, {}, lambda printed: None)
    found = diagnose(run.recorder.trace(), text) if run.status == "ok" and run.recorder is not None else ()
    return (*run.problems, *found)


@pytest.mark.parametrize(("text", "words", "changes"), RUN, ids=[words for _, words, _ in RUN])
def test_a_fix_does_what_it_says_and_the_problem_is_gone(text: str, words: str, changes: str) -> None:
    problem = problems(text)[-1]
    fix = fix_of(problem, text)

    assert fix is not None
    assert fix.words == words
    assert fix.edit.name == f"Fix: {words}"
    assert "\n".join(line.sign + line.text for line in changed_lines(text, fix.edit.text)) == changes
    assert (problem.message, problem.severity) not in [(p.message, p.severity) for p in problems(fix.edit.text)]
    assert not any(p.severity == "error" for p in problems(fix.edit.text))


@pytest.mark.parametrize(
    "text",
    [
        "import torch\n",
        "import os\n",
        "f = open('a')\n",
        "x = 1 / 0\n",
        "x = nq.exp(1.0)\n",
        GS + "a = gs.ones((2, 3)) @ gs.ones((4, 3))\n",
        GS + "x = gs.Variable(0.0)\nwith gs.GradientTape() as t:\n    y = gs.log(x)\na = t.gradient(y, x)\n",
        GS + "n = 2\nx = gs.Variable(n)\nwith gs.GradientTape() as t:\n    y = x * x\ng = t.gradient(y, x)\n",
        "from tensorflow import feature_column\n",
        "else:\n    x = 1\n",
        "class A:\n    pass\n",
    ],
)
def test_where_nothing_is_certain_nothing_is_offered(text: str) -> None:
    found = problems(text)

    assert found
    assert [fix_of(problem, text) for problem in found] == [None] * len(found)


def test_a_source_that_the_tape_makes_itself_is_not_watched_before_it_exists() -> None:
    text = GS + "with gs.GradientTape() as t:\n    x = gs.constant(1.0)\n    y = x * x\na = t.gradient(y, x)\n"

    assert all(fix_of(problem, text) is None for problem in problems(text))


def test_a_name_that_is_given_twice_is_left_to_the_person() -> None:
    text = (
        GS
        + "x = gs.Variable(3)\nx = gs.Variable(4)\nwith gs.GradientTape() as t:\n    y = x * x\na = t.gradient(y, x)\n"
    )

    assert all(fix_of(problem, text) is None for problem in problems(text))


def test_a_fix_of_syntax_that_helps_the_parser_nowhere_is_not_offered() -> None:
    assert syntax_fix("'(' was never closed", (1, 4, 1, 5), "x = (1 2\n") is None


def test_columns_count_characters() -> None:
    text = "é = '日本'; y = wieghts\n"
    problem = Problem("error", "error", "`wieghts` is not defined", (1, 14, 1, 21), "did you mean `weights`?")
    fix = fix_of(problem, text)

    assert fix is not None
    assert fix.edit.text == "é = '日本'; y = weights\n"


def test_changed_lines_know_their_numbers() -> None:
    assert changed_lines("a\nb\nc", "a\nx\ny\nc") == (
        ChangedLine("-", 2, "b"), ChangedLine("+", 2, "x"), ChangedLine("+", 3, "y"),
    )  # fmt: skip
