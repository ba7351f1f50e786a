"""How a run ends: refused where a guard keeps something back, limited where it is too much, else in error."""

from __future__ import annotations

import pytest

from gradstudio.language.program import run_program

REFUSED = (
    "np.load", "np.load('a.npy')", "np.lib", "np.core", "np.testing", "np.random.PCG64(0)", "np.linalg.lapack_lite",
    "np.add.reduce", "np.ones(3).tofile('a')", "np.ones(3).ctypes", "'{0}'.format(1)", "(1.5).hex()", "math.os",
    "gs.engine", "gs.GradientTape.mro()", "np.zeros(3, 'O')", "np.zeros(3, **{'dt' + 'ype': 'O'})", "np.array(['a'])",
    "np.array([print])", "np.add(1, 2, out=np.ones(1))", "gs.load('a' + '.npy')", "copyright",
    "np.errstate(call=print)",    "gs.zeros(3, dtype='O')", "np.mgrid['a']",
)  # fmt: skip
LIMITED = (
    "10**10**8", "pow(10, 10**8)", "1 << 10**9", "'a' * 10**10", "[0] * 10**9", "'%999999999d' % 3", "'a'.ljust(10**9)",
    "'a'.join(['b' * 10**7] * 2)", "np.zeros(10**12)", "np.array([10**30])", "math.factorial(10**9)", "range(10**30)",
    "sum(range(10**14))", "0.5 in range(10**15)", "[*range(10**11)]",
    "[i for i in list(range(10**11))]", "list(zip(range(10**10), [1]))",
    "math.fsum(range(10**12))", "sum([[1]] * 10**5, [])", "sum([[1]] * 10**5, start=[])", "int('f' * 10**6, 16)",
    "int('9' * 10**5)", "round(5, -10**9)", "math.prod([1 << 99999] * 10**4)", "math.lcm(*range(1, 10**4))",
    "math.comb(np.int64(10**8), np.int64(5 * 10**7))", "np.diff([1.0], n=10**9)",
    "np.ones((10**6, 0)) @ np.ones((0, 10**6))", "gs.matmul(np.ones((10**6, 0)), np.ones((0, 10**6)))",
    "np.matmul(np.ones((10**6, 0)), np.ones((0, 10**6)))", "(lambda v=sum(range(10**14)): v)",
)  # fmt: skip
ERROR = (
    "np.lod", "np.linalg.invers", "x.men()", "np.ones(3).men()", "'a'.uper()", "gs.mattmul", "np.ones(3) + np.ones(4)",
    "{}['a']", "[1][5]", "nothing", "1 / 0", "np.zeros(3, 'flaot')", "float('a')", "[1].push(2)",
)  # fmt: skip
OK = (
    "5 in range(10**15)", "5 not in range(3)", "sum([[1], [2]], [])", "sum([1, 2], 3)", "int('ff', base=16)",
    "round(2.56, 1)", "[i for i in range(10) if i in range(5)]", "list(zip([1, 2], range(10**7)))",
    "next(i for i in range(10**15))", "next(i for i in reversed(range(10**15)))",
    "[a for a, b in zip([1], range(10**15))]",
)  # fmt: skip
CASES = [(e, end) for end, found in
         {"refused": REFUSED, "limited": LIMITED, "error": ERROR, "ok": OK}.items() for e in found]  # fmt: skip


@pytest.mark.parametrize(("expression", "status"), CASES)
def test_a_run_ends_by_the_kind_of_its_problem(expression: str, status: str) -> None:
    done = run_program(f"import gradstudio as gs, numpy as np, math\nx = gs.ones(2)\ny = {expression}\n", {}, len)

    assert (done.status, done.problems[0].span[0] if status != "ok" else 3) == (status, 3)


def test_a_program_may_catch_what_a_guard_says_and_go_on() -> None:
    text = """
for n in range(3):
    try:
        np.load("a.npy") if n == 0 else 10**10**8 if n == 1 else np.zeros(3, "O")
    except (AttributeError, OverflowError, TypeError) as error:
        print(error)
x = 3.0
"""
    said: list[str] = []

    assert run_program(text, {}, said.append).status == "ok"
    assert said[0] == '`np.load` is not available: gs.load("name.npy") reads data beside the program\n'
    assert "bits" in said[1]
    assert "dtype must be" in said[2]


def test_a_name_declared_global_after_its_use_is_what_python_says_it_is() -> None:
    done = run_program("n = 1\ndef f():\n    n = 2\n    global n\n", {}, len)

    assert (done.status, done.problems[0].kind, done.problems[0].span[0]) == ("error", "syntax", 4)
    assert run_program("n = 1\ndef f():\n    global n\n    n = 2\nf()\nassert n == 2\n", {}, len).status == "ok"
