"""Programs that pass every look at their text and still mean harm: each ends with one line that says where."""

from __future__ import annotations

from typing import Any

import pytest

from gradstudio.engine.creation import constant
from gradstudio.engine.mending import mend
from gradstudio.engine.recorder import Recorder
from gradstudio.language.guards import Guards, busiest
from gradstudio.language.plain_values import PlainValues
from gradstudio.language.program import Run, run_program
from gradstudio.language.shown import visible
from gradstudio.worker.client import run_once

SHARED = "a = [1]\nfor i in range(60):\n    a = [a, a]\n"  # 61 objects that would print as 2^60
DEEP = "a = []\nfor i in range(50_000):\n    a = [a]\n"


def run(text: str, **limits: Any) -> tuple[Run, str]:
    printed: list[str] = []
    done = run_program(text, {}, printed.append, **limits)
    return done, "".join(printed)


ENDED = [
    ("x = [1]\nwhile True:\n    x = map(abs, x)", 3, "map is applied to its own result"),
    ("x = [1]\nwhile True:\n    x = zip(x)", 3, "zip is applied to its own result"),
    ("x = [1]\nwhile True:\n    x = enumerate(x)", 3, "enumerate is applied to its own result"),
    ("x = [1]\nf = filter\nwhile True:\n    x = f(None, x)", 4, "filter is applied to its own result"),
    ("x = [1]\nfor i in range(3000):\n    x = (v for v in x)\ny = list(x)", 3, "nested too deeply"),
    ("f = abs\ndef g(f):\n    return lambda v: f(v)\nfor i in range(3000):\n    f = g(f)\nf(1)", 3, "a lambda calls"),
    ("def f(n):\n    return f(n + 1)\nf(0)", 2, "f() calls itself too deeply"),
    ("def f(n):\n    return (lambda m: f(m))(n)\nf(0)", 2, "() calls itself too deeply"),
    ("def f(n):\n    return sorted([1, 2], key=f)\nf(0)", 2, "f() calls itself too deeply"),
    ("def f(n):\n    return list(map(f, [1]))\nf(0)", 2, "f() calls itself too deeply"),
    (DEEP + "b = []\nfor i in range(50_000):\n    b = [b]\na == b", 7, "nested too deeply"),
    ("a = [1]\na.append(a)\nb = [1]\nb.append(b)\na == b", 5, "nested too deeply"),
    ("a = (int,)\nfor i in range(50_000):\n    a = (a,)\nisinstance('a', a)", 4, "nested too deeply"),
    ("x = 1\nwhile True:\n    x <<= 1000", 3, "100,000 bits"),
    ("x = 3\nwhile True:\n    x = x * x", 3, "100,000 bits"),
    ("x = 3\nwhile True:\n    x **= 3", 3, "100,000 bits"),
    ("v = [1]\nwhile True:\n    v *= 3", 3, "the limit is 10,000,000"),
    ("s = 'a'\nwhile True:\n    s = s.join([s, s, s])", 3, "the limit is 10,000,000"),
    ("x = 1\ny = int('9' * 10**6)", 2, "too many digits"),
    ("x = 1\ny = iter(lambda: 1, 2)", 2, "iter() with two arguments"),
    ("x = 1\ny = ('%' + '9' * 10 + 'd') % 3", 2, "the width in a format"),
    ("x = 1\ny = '%.*f' % (10**9, 3)", 2, "the width in a format"),
    ("x = np.ones(3)\ny = (lambda w=x.tofile: w)()", 2, "cannot write files"),
    ("x = 1\ny = (lambda *, w=gs.member: w)()", 2, "`gs.member` is not available"),
    ("x = 1\ndef f(a, b=np.f2py):\n    pass", 2, "not available"),
    ("x = 1\ny = lambda n=10**10**8: n", 2, "100,000 bits"),
    ("x = [[0]]\nx[0] *= 10**9", 2, "the limit is 10,000,000"),
    ("x = ['%999d']\nx[0] %= 1", 2, "the width in a format"),
    ("x = [3]\nwhile True:\n    x[0] **= 9", 3, "100,000 bits"),
    ("x = 1\nprint(1, sep=[2])", 2, "sep"),
    ("x = [1]\ny = x[10**30]", 2, "too large"),
    ("x = 1\ny = len(range(10**30))", 2, "outside the head of a loop"),
    ("x = 1\nwith 3 as y:\n    pass", 2, "context manager"),
    ("x = 1\nraise 3", 2, "only an error can be raised"),
    ("x = 1\ntry:\n    1 / 0\nexcept (3,):\n    pass", 4, "not allowed"),
    ("x = 1\nraise OSError(1, 2)", 2, "[Errno 1] 2"),
    (SHARED + "raise OSError(a, a)", 4, "…"),
    (SHARED + "raise NameError(name=a)", 4, ""),
    (SHARED + "raise ValueError(a) from TypeError(a)", 4, "…"),
    ("e = ValueError('a')\nfor i in range(20_000):\n    e = ValueError(e)\nraise e", 4, "…"),
    ("x = 1\nraise StopIteration(3)", 2, "next()"),
    ("x = 1\nraise MemoryError", 2, "memory"),
    ("x = 1\nraise RecursionError('mine')", 2, "mine"),
    ("x = 1\ndel print\nprint(1)", 2, "`print` is not defined"),
    ("try:\n    1 / 0\nexcept Exception as e:\n    x = e.args", 4, "args"),
    ("x = LimitReached", 1, "`LimitReached` is not defined"),
    ("d = {1: 1}\nfor k in d:\n    d[k + 1] = 1", 2, "changed size"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), ENDED)
def test_a_program_made_to_break_out_ends_with_one_line(text: str, line: int, words: str) -> None:
    done, _ = run(text, steps=5_000_000)

    problem = done.problems[0]
    assert done.status in ("error", "limited", "refused")
    assert problem.span[0] == line
    assert words in problem.message
    assert len(problem.message) <= 350
    assert "\n" not in problem.message
    assert done.recorder is None or done.recorder.trace() is not None


LIMITED = [
    ("x = 1\nfor i in range(10**15):\n    pass", "line 2 had run 20,000 times"),
    ("x = 1\nwhile True:\n    x = 2", "line 2 had run 20,000 times"),
    ("x = 1\ny = [i for i in range(10**15)]", "line 2 had run 20,000 times"),
    ("x = 1\ny = sum(i for i in range(10**15))", "line 2 had run 20,000 times"),
    ("x = 1\nwhile True:\n    for i in range(9):\n        for j in range(9):\n            x = i", "line 4 had run 1"),
    ("while True:\n    try:\n        x = 1 / 0\n    except Exception:\n        pass", "line 1 had run 20,000 times"),
    (
        "for i in range(9):\n    try:\n        while True:\n            pass\n    finally:\n        x = 1",
        "line 3 had run 20",
    ),
    ("v = [1]\nfor a in v:\n    v.append(a)", "line 2 had run 20,000 times"),
]


@pytest.mark.parametrize(("text", "words"), LIMITED)
def test_a_run_that_does_not_end_says_which_line_ran_how_often(text: str, words: str) -> None:
    done, _ = run(text, steps=20_000)

    assert done.status == "limited"
    assert done.problems[0].message.startswith("stopped after 20,000 loop passes and calls: ")
    assert words in done.problems[0].message


def test_short_loops_and_calls_count_as_well() -> None:
    text = "def f(n):\n    for i in (1, 2):\n        if n:\n            f(n - 1)\nwhile True:\n    f(6)\n"

    done, _ = run(text, steps=5000)

    assert done.status == "limited"
    assert done.problems[0].message.startswith("stopped after 5,000")


def test_too_many_recorded_operations_are_one_line_with_its_loop() -> None:
    done, _ = run("x = constant(1.0)\nfor i in range(10**9):\n    x = gs.sin(x)\n", ops=500)

    assert done.status == "limited"
    assert done.problems[0].span[0] == 3
    assert done.problems[0].message == "stopped after 500 recorded operations: line 2 had run 500 times"


def test_another_thread_can_read_how_often_a_line_has_run() -> None:
    seen: list[tuple[int, int]] = []

    run_program(
        "x = 1\nfor i in range(5000):\n    if i == 4500:\n        print(i)\n", {}, lambda said: seen.append(busiest())
    )

    assert [line for line, _ in seen] == [2]
    assert 4500 < seen[0][1] <= 5500
    assert busiest() == (0, 0)
    assert Guards.present is None


UNTOLD = (
    "map(abs, [1])", "zip()", "iter([])", "(i for i in [])", "reversed([])", "lambda: 0", "[].append", "sorted",
    "print", "np.sin", "gs.Variable", "gs.GradientTape()", "[map(abs, [1])]",
)  # fmt: skip


@pytest.mark.parametrize("value", UNTOLD)
def test_no_text_tells_where_an_object_lies(value: str) -> None:
    done, printed = run(f"v = {value}\nprint(v, f'{{v}}', '%s %r' % (v, v), str(v), repr(v))\nraise ValueError(v)\n")

    assert "0x" not in printed + done.problems[0].message
    assert printed
    assert done.problems[0].span[0] == 3


HOLDERS = ["{1: a}.items()", "{1: a}.values()", "slice(a)", "frozenset([1])", "(a, a)", "{1: a}", "range(10**6)"]


@pytest.mark.parametrize("made", HOLDERS)
def test_whatever_holds_a_huge_value_is_written_short(made: str) -> None:
    done, printed = run(f"{SHARED}x = {made}\nprint(x, f'{{x}}', '%s' % [x], str(x))\n")

    assert done.status == "ok", done.problems
    assert 0 < len(printed) < 500_000


def test_hidden_signs_in_a_message_are_written_out() -> None:
    done, _ = run("raise ValueError('a\u005cu202eb\u005cx1b[31m\u005cx00 at 0x7fe12345 \u005cud800' + 'c' * 9999)\n")

    assert done.problems[0].message.startswith("a\\u202eb\\u001b[31m\\u0000 \\ud800ccc")
    assert len(done.problems[0].message) <= 300
    assert visible("no such file: /usr/lib/python3/site-packages/numpy/core.py") == "no such file: …"


def test_half_a_character_never_reaches_the_channel() -> None:
    half = "\\ud800"
    text = f"x = Variable(2.0, name='{half}')\nwith gs.name_scope('{half}'):\n    y = x * 3.0\nprint('{half}')\n"

    done, printed = run(text)

    assert done.status == "ok"
    assert printed == "\\ud800\n"
    assert done.recorder is not None
    trace = done.recorder.trace()
    for said in (*trace.records.strings, *[scope.name for scope in trace.scopes]):
        said.encode()


def test_what_an_error_cut_short_is_taken_back() -> None:
    """An error can rise inside the recorder; what is recorded afterwards still fits together."""
    x = "x = constant(1.0)\n"
    whole, _ = run(f"{x}y = sin(x)\nz = y * 2.0\n")
    recorder = whole.recorder
    assert isinstance(recorder, Recorder)
    before = len(recorder.tensors)
    half = constant(2.0)
    recorder.tensors.append(half)
    recorder._names[half] = "half"

    mend(recorder)

    assert len(recorder.tensors) == before
    assert len(recorder.trace().records.op) == before
    caught, _ = run(f"{x}def f(y):\n    return f(sin(y))\ntry:\n    f(x)\nexcept RecursionError:\n    z = x * 2.0\n")
    assert caught.status == "ok"
    assert caught.recorder is not None
    records = caught.recorder.trace().records
    assert records.input_start[-1] == len(records.input_record)


HONEST = [
    ("v = w = [1]\nv *= 2\nv *= 2\nx = str(w)", "[1, 1, 1, 1]"),
    ("v = [[1], 2, 'a%d']\nw = v[0]\nv[0] *= 2\nv[1] **= 3\nv[2] %= 5\nv[1] <<= 1\nx = f'{v}{w}'",
     "[[1, 1], 16, 'a5'][1, 1]"),
    ("def f(v):\n    for i in range(2):\n        v[i] *= 2.5\n        v[-1] *= i\n    return v\nx = str(f([1, 2, 3]))",
     "[2.5, 5.0, 0]"),
    ("v = [1, 2, 3, 4]\nv[1:3] *= 2\nx = str(v)", "[1, 2, 3, 2, 3, 4]"),
    ("t = gs.GradientTape()\na = b = np.ones(2)\na *= 2.0\na *= b\na **= 2\na %= 5\nx = str(b)", "[1. 1.]"),
    ("t = gs.GradientTape()\na = np.ones((2, 2))\nb = a\na[0, :] *= 3\na[1:, 0] *= 2.0\na[..., 1] **= 2\nx = str(b)",
     "[[3. 9.]\n [2. 1.]]"),
    ("t = gs.GradientTape()\ndef f(a):\n    a *= 2.0\nb = np.ones(2)\nf(b)\nx = str(b)", "[2. 2.]"),
    ("n = 3\nn *= 4\nn %= 5\nn <<= 2\nx = str(n)", "8"),
    ("f = lambda a, k=[1, 2].count, *, m=len([1]) * 3: f'{k(a)}{m}'\nx = f(2)", "13"),
    ("x = 'of 1000 values: %d * %5.2f%%' % (3, 4.0)", "of 1000 values: 3 *  4.00%"),
    ("x = f'{[1, 2]!s:>8}|{np.float64(1.5):.2f}|{True}|{None}|{3:,}'", "  [1, 2]|1.50|True|None|3"),
    ("x = '-'.join(f'{k}{v}' for k, v in enumerate(zip('ab', [1, 2])))", "0('a', 1)-1('b', 2)"),
    ("def zip(*a):\n    return [('own', 1)]\nx = ''.join(a for a, b in zip([1], [2]))", "own"),
    ("x = ','.join(map(str, filter(None, map(abs, [0, -1, 2]))))", "1,2"),
    ("x = str(list(map(lambda v: v * 2, list(zip([1], [2]))[0])))", "[2, 4]"),
    ("i = iter(enumerate(['a', 'b']))\nnext(i)\nx = str(next(i))", "(1, 'b')"),
    ("from __future__ import annotations\ndef f(x: list[float]) -> float:\n    return x[0]\nx = str(f([2]))", "2"),
    ("n = 10**20000 // 3\nx = str(n > 5)", "True"),
    ("total = 0\nfor a, b in zip(range(3), range(3)):\n    total += a * b\nx = str(total)", "5"),
    ("n = 0\nwhile n < 5:\n    n += 1\n    if n == 3:\n        break\nelse:\n    n = 9\nx = str(n)", "3"),
    ("try:\n    raise NotImplementedError('soon')\nexcept NotImplementedError as e:\n    x = f'{e}'", "soon"),
    ("def f():\n    try:\n        return 'a'\n    finally:\n        for i in [1]:\n            break\nx = f()", "a"),
    ("x = str({'a': 1}.items()) + str(slice(1, 2))", "dict_items([('a', 1)])slice(1, 2, None)"),
    ("x = f'{range(3)} {range(1, 9, 2)}'", "range(0, 3) range(1, 9, 2)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), HONEST)
def test_what_looks_like_it_but_is_honest_gives_pythons_own_answer(text: str, expected: str) -> None:
    done, printed = run(f"{text}\nprint(x, end='')\n")

    assert done.status == "ok", done.problems
    assert printed == expected
    if "gs." not in text and "np." not in text and "10**20000" not in text:
        own: dict[str, Any] = {}
        exec(text, own)
        assert own["x"] == expected


def test_nothing_of_a_run_is_left_for_the_next() -> None:
    look = "x = np.random.normal()\ny = random.normal(())\nz = len([0])\n"
    first = PlainValues().of(run(look)[0].variables)
    run(
        "import gradstudio as gs\ngs.random.set_seed(9)\nnp.random.seed(9)\nnp.random.normal()\n"
        "def len(x):\n    return 7\nnp = sin = print = None\ndel print\n"
        "try:\n    1 / 0\nexcept Exception as e:\n    raise\n"
    )

    assert PlainValues().of(run(look)[0].variables) == first


GROWING = (
    "[*range(10**11)]",
    "max(*range(10**11))",
    "list(range(10**11))",
    "tuple(range(10**11))",
    "[0].extend(range(10**11))",
)


def test_in_a_worker_too_much_memory_is_one_line_too() -> None:
    ends = "except (MemoryError, ValueError):"
    lines = "\n".join(f"try:\n    {made}\n{ends}\n    print('{k}')" for k, made in enumerate(GROWING))

    finished, printed = run_once(f"{lines}\nx = 1\na, *b = range(10**11)\n", want_values=False)

    assert printed.split() == [str(k) for k in range(len(GROWING))]
    assert finished.status == "limited"
    assert [(p.kind, p.span[0]) for p in finished.problems] == [("limit", 4 * len(GROWING) + 2)]
