"""Running programs: numbers, names, spans, scopes, and the line an error names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradstudio.language.plain_values import PlainValues
from gradstudio.language.program import Run, run_program


def run(text: str, data: Any = None, **limits: Any) -> Run:
    return run_program(text, data or {}, lambda printed: None, **limits)


def gradients(text: str) -> list[dict[str, Any]]:
    done = run(text)
    assert done.status == "ok", done.problems
    assert done.recorder is not None
    return done.recorder.gradients()


def test_a_formula_is_differentiated_by_itself() -> None:
    found = gradients("x = 3.0\ny = sin(x)**2 + x\n")

    assert float(found[0]["x"]) == pytest.approx(2 * np.sin(3.0) * np.cos(3.0) + 1)


def test_a_formula_of_several_inputs_uses_the_last_result() -> None:
    found = gradients("a = 2.0\nb = 5.0\nu = a * b\nv = u + a ** 3\n")

    assert (float(found[0]["a"]), float(found[0]["b"])) == (17.0, 2.0)


def test_a_formula_that_ends_in_an_array_uses_its_sum() -> None:
    found = gradients("import numpy as np\nx = np.array([1.0, 2.0, 3.0])\ny = x * x\n")

    assert found[0]["x"].tolist() == [2.0, 4.0, 6.0]


def test_python_functions_of_ops_names_work_on_tensors_and_on_lists() -> None:
    done = run("x = np.array([3.0, -4.0])\ny = sum(abs(x)) + max(x) + sum([1, 2])\n")

    assert PlainValues().of(done.variables)["y"] == 13.0


def test_math_functions_are_recorded_in_a_formula() -> None:
    assert float(gradients("import math\nx = 0.5\ny = math.sin(x)\n")[0]["x"]) == pytest.approx(np.cos(0.5))


def test_a_list_of_floats_is_an_input_vector() -> None:
    assert gradients("x = [1.0, 2, 3]\ny = sum(x * x)\n")[0]["x"].tolist() == [2.0, 4.0, 6.0]
    assert gradients("A = [[1.0, 2.0], [3.0, 4.0]]\nb = [1.0, 1.0]\ny = A @ b\n")[0]["A"].tolist() == [[1.0, 1.0]] * 2


def test_what_depends_on_no_input_is_an_input() -> None:
    assert gradients("w = ones((2, 2)) * 3.0\ny = reduce_sum(w * w)\n")[0]["w"].tolist() == [[6.0, 6.0]] * 2


def test_lists_that_are_no_vectors_stay_lists() -> None:
    done = run("a = []\nb = [1, 2]\nc = ['x', 1.0]\nx = 1.5\na.append(x)\nn = len(b) + len(c)\ny = a[0] * n\n")

    assert done.status == "ok"
    assert PlainValues().of(done.variables)["y"] == 6.0


def test_an_integer_input_is_explained() -> None:
    done = run("x = 3\ny = x * x\n")

    assert done.status == "ok"
    assert [(p.severity, p.message, p.hint) for p in done.problems] == [
        ("info", "`x` is an integer, which has no gradient", "write x = 3.0 to get its gradient")
    ]


TAPE_PROGRAMS = [
    """import gradstudio as tf
x = tf.ones((2, 2))
with tf.GradientTape() as t:
    t.watch(x)
    y = tf.reduce_sum(x)
    z = tf.multiply(y, y)
g = t.gradient(z, x)
""",
    """import gradstudio as gs
import numpy as np
def f(x, n):
    out = 1.0
    for i in range(n):
        if 1 < i < 5:
            out = gs.multiply(out, x)
    return out
x = gs.convert_to_tensor(2.0)
results = []
for n in (6, 5, 4):
    with gs.GradientTape() as t:
        t.watch(x)
        y = f(x, n)
    results.append(float(t.gradient(y, x)))
total = np.sum(np.array(results)) ** 2 % 7
""",
    """import math
import gradstudio as gs
w = gs.Variable([0.5, -0.25])
step = 0
while step < 5:
    with gs.GradientTape() as t:
        loss = gs.sum((w - gs.constant([1.0, math.pi])) ** 2)
    w.assign_sub(0.1 * t.gradient(loss, w))
    step += 1
values = [float(v) for v in w]
text = f"{values[0]:.3f}"
pairs = {k: v for k, v in zip(["a", "b"], values)}
""",
    """import gradstudio as gs
def outer(n):
    total = 0
    def inner():
        nonlocal total
        total += n
    for k in range(3):
        inner()
    return total
a, (b, *c) = 1.5, [outer(2), 4, 5]
try:
    d = 1 / 0
except ZeroDivisionError:
    d = -1.0
e = [x * y for x in range(3) for y in range(2) if x != y]
f = (lambda u, v=3: u ** v)(2)
""",
]


@pytest.mark.parametrize("text", TAPE_PROGRAMS)
def test_plain_python_gives_the_same_numbers(text: str) -> None:
    scope: dict[str, Any] = {}
    exec(compile(text, "plain", "exec"), scope)
    done = run(text)

    assert done.status == "ok", done.problems
    expected = PlainValues().of({k: v for k, v in scope.items() if not k.startswith("_")})
    found = PlainValues().of(done.variables)
    assert {k: v for k, v in found.items() if k in expected} == expected


def test_a_record_knows_its_exact_source_its_name_and_its_pass() -> None:
    text = "x = 2.0\ny = x\nfor i in range(3):\n    y = sin(y) * x\n"
    done = run(text)
    assert done.recorder is not None
    trace = done.recorder.trace()
    r = trace.records
    line = "    y = sin(y) * x"
    found = [
        (
            r.ops[r.op[i]],
            line[r.span[i][1] : r.span[i][3]],
            r.strings[r.name[i]] if r.name[i] >= 0 else "",
            trace.scopes[r.scope[i]].index,
        )
        for i in range(len(r.op))
        if r.span[i][0] == 4
    ]

    assert found == [
        (op, source, name, index)
        for index in range(3)
        for op, source, name in (("sin", "sin(y)", ""), ("multiply", "sin(y) * x", "y"))
    ]
    assert {trace.scopes[r.scope[i]].kind for i in range(1, len(r.op))} == {"pass"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "x = 2.0\nwhile x < 30.0:\n    x = x * x\n",
            [("less", 0), ("multiply", 0), ("less", 1), ("multiply", 1), ("less", 2), ("multiply", 2), ("less", 3)],
        ),
        (
            "x = 2.0\ni = 0\nwhile i < 4:\n    i += 1\n    if i > 2:\n        x = x * x\n",
            [("multiply", 2), ("multiply", 3)],
        ),
        (
            "x = ones(2)\ny = 0.0\nfor v in x:\n    y = y + v\n",
            [("getitem", 0), ("add", 0), ("getitem", 1), ("add", 1)],
        ),
        (
            "x = 1.5\nfor i in range(2):\n    for j in range(2):\n        x = x * 2.0\n    x = x + 1.0\n",
            [("multiply", 0), ("multiply", 1), ("add", 0), ("multiply", 0), ("multiply", 1), ("add", 1)],
        ),
    ],
)
def test_every_operation_belongs_to_its_own_pass(text: str, expected: list[tuple[str, int]]) -> None:
    done = run(text)
    assert done.recorder is not None
    trace = done.recorder.trace()
    r = trace.records

    ops = [i for i in range(len(r.op)) if r.ops[r.op[i]]]
    assert {trace.scopes[r.scope[i]].kind for i in ops} == {"pass"}
    assert [(r.ops[r.op[i]], trace.scopes[r.scope[i]].index) for i in ops] == expected


def test_what_a_loop_runs_over_is_computed_before_its_first_pass() -> None:
    done = run("x = ones(2)\ny = 0.0\nfor v in exp(x):\n    y = y + v\n")
    assert done.recorder is not None
    trace = done.recorder.trace()
    r = trace.records
    (place,) = [r.scope[i] for i in range(len(r.op)) if r.ops[r.op[i]] == "exp"]

    assert trace.scopes[place].kind == "loop"


def test_passes_without_operations_leave_no_scopes() -> None:
    done = run("x = 2.0\nfor i in range(10000):\n    pass\ny = x * x\n")
    assert done.recorder is not None

    assert len(done.recorder.trace().scopes) == 1


def test_calls_are_scopes_with_the_name_of_the_function() -> None:
    done = run("def double(v):\n    return v * 2.0\nx = 1.5\ny = double(double(x))\n")
    assert done.recorder is not None
    trace = done.recorder.trace()

    assert [trace.scopes[s].name for s in trace.records.scope[1:]] == ["double", "double"]
    assert trace.records.scope[1] != trace.records.scope[2]


ERRORS = [
    ("x = 1.0\ny = 1/0\n", 2, "division by zero", "error"),
    ("y = sni(2.0)\n", 1, "`sni` is not defined", "error"),
    ("x = ones((2, 3))\nw = ones(4)\ny = x @ w\n", 3, "the last axis of the first (3)", "error"),
    ("x = [1, 2][5]\n", 1, "index", "error"),
    ("def f(n):\n    return f(n + 1)\nf(0)\n", 2, "too deeply", "limited"),
    ("x = 10 ** 10 ** 8\n", 1, "bits", "limited"),
    ("x = 'a' * 10 ** 9\n", 1, "items", "limited"),
    ("x = '%999999999d' % 1\n", 1, "width", "limited"),
    ("x = ones(3)\nx[0] = 5.0\n", 2, "in place", "error"),
    ("assert 1 > 2, 'too small'\n", 1, "too small", "error"),
    ("raise ValueError('my own words')\n", 1, "my own words", "error"),
    ("x = np.array([1.0]).tofile\n", 1, "cannot write files", "refused"),
    ("x = np.load('a.npy')\n", 1, "`np.load` is not available", "refused"),
    ("x = np.lib\n", 1, "`np.lib` is not available", "refused"),
    ("x = 'a'.format\n", 1, "attribute `format` is not available", "refused"),
    ("x = print.self\n", 1, "not available", "refused"),
    ("x = np.ones(3, dtype='O')\n", 1, "dtype must be", "refused"),
    ("x = np.array([10 ** 30])\n", 1, "at most 64", "limited"),
    ("x = gs.load('other.npy')\n", 1, "was not read", "refused"),
    ("x = open('f')\n", 1, "`open` is not available", "refused"),
    ("x = eval('1')\n", 1, "`eval` is not available", "refused"),
    ("x = getattr(1, 'real')\n", 1, "`getattr` is not available", "refused"),
    ("x = type(1)\n", 1, "`type` is not available", "refused"),
    (
        "with gs.GradientTape() as t:\n    y = gs.constant(1.0)\nt.gradient(y, [1.0])\n",
        3,
        "a source of gradient() is a float",
        "error",
    ),
]


@pytest.mark.parametrize(("text", "line", "words", "status"), ERRORS)
def test_an_error_is_one_line_with_its_place(text: str, line: int, words: str, status: str) -> None:
    done = run(text)
    problem = done.problems[0]

    assert done.status == status
    assert words in problem.message
    assert problem.span[0] == line
    assert "\n" not in problem.message


def test_a_near_name_is_suggested() -> None:
    assert run("y = sni(2.0)\n").problems[0].hint == "did you mean `sin`?"


def test_what_ran_before_an_error_is_kept() -> None:
    done = run("x = 2.0\ny = x * x\nz = 1 / 0\n")
    assert done.recorder is not None

    assert len(done.recorder.trace().records.op) == 2
    assert PlainValues().of(done.variables) == {"x": 2.0, "y": 4.0}


def test_limits_name_the_count() -> None:
    assert "1,000 recorded operations" in run("x = 1.0\nwhile True:\n    x = x * 1.0\n", ops=1000).problems[0].message
    assert "500 loop passes" in run("while True:\n    pass\n", steps=500).problems[0].message


def test_a_limit_cannot_be_caught_by_the_program() -> None:
    done = run(
        "while True:\n    try:\n        while True:\n            pass\n    except Exception:\n        pass\n",
        steps=1000,
    )

    assert done.status == "limited"


def test_state_does_not_leak_into_the_next_run() -> None:
    run("sin = 5.0\nnp.random.seed(3)\nx = np.random.normal()\n")
    first = run("x = float(np.random.normal())\ny = sin(1.0)\n")
    second = run("x = float(np.random.normal())\ny = sin(1.0)\n")

    assert first.variables["x"] == second.variables["x"]
    assert float(second.variables["y"]) == pytest.approx(np.sin(1.0))


def test_an_interrupted_tape_does_not_record_the_next_run() -> None:
    run("with gs.GradientTape() as t:\n    y = 1 / 0\n")
    done = run(
        "import gradstudio as gs\nx = gs.constant(2.0)\n"
        "with gs.GradientTape() as t:\n    t.watch(x)\n    y = x * x\ng = t.gradient(y, x)\n"
    )

    assert float(done.variables["g"]) == 4.0


def test_data_files_reach_the_program() -> None:
    done = run("X, y = gs.load('d.npz')\nz = gs.sum(X) + y\n", {"d.npz": {"X": np.ones((2, 3)), "y": np.float64(1.5)}})

    assert PlainValues().of(done.variables)["z"] == 7.5


def test_printing_of_endless_or_nested_values_is_bounded() -> None:
    printed: list[str] = []
    run_program("a = []\nfor i in range(60):\n    a = [a, a]\nprint(a)\nprint(10 ** 20000)\n", {}, printed.append)

    assert len("".join(printed)) < 50_000


def test_precision_in_the_header_chooses_the_dtype_of_inputs() -> None:
    text = '# /// script\n# [tool.gradstudio]\n# precision = "float32"\n# ///\nx = 3.0\ny = x * x\n'
    done = run(text)

    assert done.variables["y"].dtype == np.float32


def test_elements_of_lists_and_dicts_are_called_after_them() -> None:
    text = (
        "import gradstudio as gs\nW = [gs.Variable(1.0), gs.Variable(2.0)]\np = {'b': gs.Variable(3.0)}\n"
        "with gs.GradientTape() as t:\n    y = W[0] * W[1] + p['b']\ng = t.gradient(y, [*W, p['b']])\n"
    )
    done = run_program(text, {}, lambda printed: None)
    assert done.recorder is not None
    assert done.recorder.trace().sweeps[0].source_names == ("W[0]", "W[1]", "p['b']")
