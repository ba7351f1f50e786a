"""Which texts need full Python, and what is left of a program that is rewritten for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gradstudio.language.full import full_syntax
from gradstudio.language.full_rewrite import rewrite_full
from gradstudio.language.needs import needs
from gradstudio.resources import resource
from gradstudio.studio.examples import examples

NEEDING = {
    "import os\n": [1],
    "x = 1.0\nfrom dataclasses import dataclass\n\nclass A:\n    pass\n": [2, 4],
    "def f():\n    yield 1\n": [2],
    "data = open('points.csv').read()\n": [1],
    "import json, os\nx = 1.0\nprint(type(x))\n": [1, 3],
    "from math import *\nx = sin(1.0)\n": [1],
    "@print\ndef f():\n    pass\n": [1],
    "class A:\n    def __init__(self):\n        super().__init__()\n        self.x = 1\n": [1, 2, 3, 4],
}
HELPS_NOT = {
    "safe": "x = 2.0\ny = x * x\n",
    "syntax": "import os\nx = (\n",
    "hidden": "import os\nx = 1.0 # \u202e\n",
    "carriage return": "import os\ny = 1 # ok\rz = 2\n",
    "not installed": "import os\nimport surely_not_installed_here\n",
    "a submodule of nothing": "from surely_not_installed_here.deep import x\n",
    "relative": "from . import helper\n",
    "our own names": "import os\n_gs_name = 1\n",
    "too long": "import os\nx = '" + "a" * 200_000 + "'\n",
    "too nested": "import os\nx = " + "(" * 400 + ")" * 400 + "\n",
    "data": 'x = load("gone.npz")\n',
    "undefined": "y = undefined\n",
    "dunder": "import os\nx = 1.0\nprint(x.__class__)\n",
    "dunder name": "f = __import__\nf('os')\n",
    "private module": "import _ctypes\n",
    "private member": "from os import _exit\n",
    "dunder in a class": "class A:\n    x = ().__class__\n",
    "module changed": "import numpy as np\nnp.pi = 3.0\n",
    "bare except": "import os\ntry:\n    x = 1\nexcept:\n    pass\n",
    "format": "import os\nx = f'{1:{9}}'\n",
    "other letters": "import os\nx = np.\uff4cib\nx.__\uff43lass__\n",
    "guard at run time": "np.load('a.npy')\n",
}


@pytest.mark.parametrize(("text", "lines"), NEEDING.items())
def test_a_text_that_full_python_would_run_says_for_which_lines(text: str, lines: list[int]) -> None:
    found = needs(text)
    assert [need.line for need in found] == lines
    assert all(need.text == text.split("\n")[need.line - 1] and need.why for need in found)


@pytest.mark.parametrize("text", HELPS_NOT.values(), ids=HELPS_NOT)
def test_a_text_that_it_would_not_help_never_offers_it(text: str) -> None:
    assert needs(text) == ()


def test_no_shipped_program_needs_it() -> None:
    files = [*(example.path for example in examples()), *Path(resource("templates")).rglob("*.grad")]
    assert files
    assert [path.name for path in files if needs(path.read_text(encoding="utf-8"))] == []


PLAIN = """import os
from typing import Any
__all__ = ["f"]

class A:
    "doc"
    x: int
    y: list[int] = [1]
    for k in range(3):
        y.append(k)
    def __init__(self, **kw: Any) -> None:
        self.__dict__.update(kw)

def f(a: int, /, *args: str, b: float = 1.0) -> str:
    "doc of f"
    global seen
    seen = a
    a *= 2
    return f"{a:>{b}}" % ()

async def g():
    async for x in h():
        await x
    async with h() as y:
        yield y

def h():
    while True:
        got = yield from (i for i in range(3))

total: float = 1.0
items = [...]
match total:
    case A(x=1) | {"k": 2}:
        pass
os.environ["A"] = "b"
del items[0]
"""


def test_what_is_full_pythons_own_is_left_as_it_is() -> None:
    tree = ast.parse(PLAIN)
    code = ast.unparse(rewrite_full(tree, PLAIN, formula=False, kept=frozenset()))
    compile(code, "<program>", "exec")
    for kept in (
        "x: int",
        "def f(a: int, /, *args: str, b: float=1.0) -> str:",
        "f'{a:>{b}}' % ()",
        "a *= 2",
        "self.__dict__.update(kw)",
        "async for x in h():",
        "yield from (i for i in range(3))",
        "items = [...]",
        "case A(x=1) | {'k': 2}:",
        "os.environ['A'] = 'b'",
    ):
        assert kept in code
    in_class = code[code.index("class A") : code.index("def __init__")]
    assert "_gs_open" not in in_class, "a loop in a class leaves no name in it"
    assert "_gs_open" not in code[code.index("async def g") : code.index("total: float")]
    names: dict[str, object] = {"_gs_open": lambda *_: 0, "_gs_close": lambda *_: None, "_gs_type": type}
    exec(compile(code, "<program>", "exec", dont_inherit=True), scope := names | {"_gs_kinds": ()})
    assert scope["f"].__doc__ == "doc of f"  # type: ignore[attr-defined]
    assert scope["f"].__annotations__["b"] is float  # type: ignore[attr-defined]
    assert scope["A"].__doc__ == "doc"  # type: ignore[attr-defined]


def test_only_the_grammar_of_a_trusted_text_is_checked() -> None:
    assert full_syntax("import os\nos.remove('x')\n")[0] is not None
    tree, (problem,) = full_syntax("import os\nreturn 1\n")
    assert tree is None
    assert (problem.kind, problem.span[0]) == ("syntax", 2)
