"""Programs with open inputs: they run as far as they can, and say what is missing."""

from __future__ import annotations

import textwrap

import pytest

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace, is_missing
from gradstudio.language.program import Run, run_program

LOGISTIC = """
    import gradstudio as gs

    X, y = gs.ones((200, 3)), gs.zeros(200)
    w = gs.Variable([0.8, -1.0, 0.3])
    b = gs.Variable(0.3)

    with gs.GradientTape() as t:
        z = X @ w + b
        err = gs.mse(..., y)
"""


def run(program: str) -> Run:
    done = run_program(textwrap.dedent(program).strip() + "\n", {}, lambda printed: None)
    assert done.status == "ok", done.problems
    return done


def problems(program: str) -> list[Problem]:
    found = run(program).problems
    assert all((p.severity, p.kind) == ("warn", "open") for p in found)
    return found


def ops(program: str) -> list[tuple[str, str, bool]]:
    """(op, name, whether it waits) of each record that an op made."""
    recorder = run(program).recorder
    assert recorder is not None
    trace: Trace = recorder.trace()
    r = trace.records
    waits = is_missing(r.values)
    return [
        (r.ops[r.op[i]], r.strings[r.name[i]] if r.name[i] >= 0 else "", bool(waits[i]))
        for i in range(len(r.op))
        if r.ops[r.op[i]]
    ]


def test_a_program_runs_up_to_its_open_input_and_says_what_fits_there() -> None:
    assert ops(LOGISTIC) == [("matmul", "", False), ("add", "z", False), ("mse", "err", True)]
    (problem,) = problems(LOGISTIC)
    assert problem.message == "First input of mse is open, so err was not run; X, y and z were"
    assert problem.hint == "wire a value of shape [200] to it, or write it in the text"
    assert problem.span == (9, 17, 9, 20)
    assert problem.record == 6


def test_nothing_is_differentiated_by_itself_while_something_is_open() -> None:
    recorder = run("x = 2.0\ny = x * x\nz = y * ...").recorder
    assert recorder is not None
    assert recorder.trace().sweeps == ()


def test_a_gradient_asked_for_before_the_open_line_is_there() -> None:
    program = """
        import gradstudio as gs
        x = gs.Variable(3.0)
        with gs.GradientTape() as t:
            y = x * x
        g = t.gradient(y, x)
        p = gs.sigmoid(...)
    """
    done = run(program)
    assert done.recorder is not None
    (sweep,) = done.recorder.trace().sweeps
    assert sweep.cotangents.mean.tolist()[0] == 6.0
    assert [p.message for p in done.problems] == [
        "The input of sigmoid is open, so p was not run; y and g were",
    ]


def test_a_chain_of_waiting_ops_is_one_problem() -> None:
    program = "a = [1.0, 2.0]\nb = a * ...\nc = sin(b)\nd = sum(c) + 1.0"
    assert ops(program) == [
        ("multiply", "b", True),
        ("sin", "c", True),
        ("sum", "", True),
        ("add", "d", True),
    ]
    (problem,) = problems(program)
    assert problem.message == "Second input of multiply is open, so b, c and d were not run; a was"


def test_each_open_input_is_a_problem_of_its_own() -> None:
    found = problems("a = [1.0, 2.0]\nu = mse(..., a)\nv = huber(..., ...)")
    assert [p.message for p in found] == [
        "First input of mse is open, so u was not run; a was",
        "First input of huber is open, so v was not run; a was",
        "Second input of huber is open, so v was not run; a was",
    ]
    assert [p.span for p in found] == [(2, 8, 2, 11), (3, 10, 3, 13), (3, 15, 3, 18)]
    assert found[1].hint == "wire a value to it, or write it in the text"


def test_a_name_can_be_open() -> None:
    program = "x = ...\nz = 2.0 * x\nu = x + z"
    assert ops(program) == [("multiply", "z", True), ("add", "u", True)]
    (problem,) = problems(program)
    assert problem.message == "`x` is open, so z and u were not run"
    assert problem.hint == "write a value in its place, or wire one to it"
    assert problem.span == (1, 4, 1, 7)


def test_an_open_name_that_nothing_uses_is_told_too() -> None:
    (problem,) = problems("x = ...")
    assert (problem.message, problem.hint) == ("`x` is open (...)", "write a value in its place")


def test_a_parameter_can_be_open() -> None:
    program = "m = [[1.0, 2.0], [3.0, 4.0]]\nu = sum(m, axis=...)"
    assert ops(program) == [("sum", "u", True)]
    (problem,) = problems(program)
    assert problem.message == "axis of sum is open, so u was not run; m was"
    assert problem.span == (2, 16, 2, 19)


def test_an_open_input_in_a_loop_is_one_problem() -> None:
    program = "a = 1.5\nfor i in range(3):\n    a = sin(a) * ..."
    assert [waits for _, _, waits in ops(program)] == [False, True, True, True, True, True]
    (problem,) = problems(program)
    assert problem.message == "Second input of multiply is open, so a was not run"
    assert problem.hint == "wire a number to it, or write it in the text"


def test_an_open_input_in_a_function_or_handed_to_one_waits() -> None:
    assert ops("def f(u):\n    return u * 2.0 + ...\nq = f(1.0)\nr = f(q)") == [
        ("add", "q", True),
        ("multiply", "", True),
        ("add", "r", True),
    ]
    assert ops("def f(u):\n    return u * 2.0\nq = f(...)") == [("multiply", "q", True)]


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ("print(p)", True),
        ("print(f'{p:.2f}')", True),
        ("q = float(p)", True),
        ("if p > 0.5:\n    q = 1.0", True),
        ("while p < 1.0:\n    break", True),
        ("for v in p:\n    pass", True),
        ("for i in range(p):\n    pass", True),
        ("n = p.shape", True),
        ("n = p.numpy()", True),
        ("w = Variable(p)", True),
        ("w = Variable(0.0)\nw.assign(p)", True),
        ("q = p.astype(float32)", False),
        ("q = [p, p]", False),
        ("q = p if True else p", False),
    ],
)
def test_where_python_needs_the_value_the_run_ends_quietly(line: str, needs: bool) -> None:
    done = run(f"p = sigmoid(...)\n{line}\nafter = 1.0")
    assert ("after" in done.variables) is not needs
    where = line.count("\n") + 2 if "assign" in line else 2
    ending = f"; the run ended in line {where}, which needs its value"
    assert all(p.message.endswith(ending) is needs for p in done.problems if p.message.startswith("The input"))
    assert len(done.problems) == 1


def test_the_gradient_of_what_waits_ends_the_run() -> None:
    program = LOGISTIC + "    g = t.gradient(err, w)\n    after = 1.0\n"
    done = run(program)
    assert "after" not in done.variables
    assert [p.message for p in done.problems] == [
        "First input of mse is open, so err was not run; X, y and z were; "
        "the run ended in line 10, which needs its value"
    ]


def test_an_except_does_not_swallow_the_end() -> None:
    done = run("p = sigmoid(...)\ntry:\n    q = float(p)\nexcept Exception:\n    q = 0.0")
    assert "q" not in done.variables


@pytest.mark.parametrize(
    "program",
    [
        "m = [[1.0, 2.0], [3.0, 4.0]]\nv = m[..., 0]",
        "m = ones((2, 2))\nv = m[...]",
        "m = ones((2, 2))\nv = gs.getitem(m, key=(..., 0))",
        "m = ones((2, 2))\nv = einsum('...i->...', m)",
        "x = 1.0\n...\ny = x * x",
        "def f(x):\n    ...\ny = f(1.0)",
        "def f(x, axis=...):\n    if axis is ...:\n        return sum(x)\n    return x\ny = f([1.0, 2.0])",
        "a = np.zeros((2, 2))\na[..., 0] = 1.0",
    ],
)
def test_where_the_ellipsis_means_something_it_still_does(program: str) -> None:
    assert problems(program) == []


@pytest.mark.parametrize(
    "program",
    [
        "@function\ndef f(x):\n    return tanh(x) * 2.0\ny = f(...)",
        "g = vmap(gs.sum)(...)",
        "g = grad(lambda x: x * x)(...)",
        "g = grad(lambda x: x * ...)(2.0)",
        "g = value_and_grad(gs.sum)(sigmoid(...))",
        "@custom_gradient\ndef f(x):\n    return x * 2.0, lambda g: g\ny = f(...)",
        "u, s, v = svd(...)",
        "m = np.array([1.0, ...])",
        "m = np.linalg.norm(...)",
        "m = np.ones(3) * ...",
        "m = constant([1.0, ...])",
        "m = zeros(...)",
        "w = Variable(...)",
        "d = {'a': ...}\nm = d['a'] * 2.0",
        "x, y = ..., 1.0\nz = x * y",
        "x = ...\nx += 1.0\ny = abs(x)",
        "x = meshgrid(..., ones(3))",
        "x = np.where(... > 0, 1.0, 2.0)",
        "x = cond(..., lambda: 1.0, lambda: 2.0)",
        "assert ...",
        "x = 1.0 if ... else 2.0",
    ],
)
def test_wherever_it_stands_an_open_value_is_one_warning_and_no_error(program: str) -> None:
    assert len(problems(program)) == 1


def test_columns_count_characters() -> None:
    (problem,) = problems("é = [1.0, 2.0]\nβ = é + ...")
    assert problem.span == (2, 8, 2, 11)
    assert problem.message == "Second input of add is open, so β was not run; é was"


def test_a_real_error_is_still_one() -> None:
    done = run_program("p = sigmoid(...)\nq = nonsense", {}, lambda printed: None)
    assert done.status == "error"
    assert done.problems[0].message == "`nonsense` is not defined"
