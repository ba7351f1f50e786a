"""The allow-list: what is refused, where, and in which words; and what must not be refused."""

from __future__ import annotations

import ast

import pytest

from gradstudio.language.check import check
from gradstudio.language.grammar import ALLOWED

REFUSED = [
    ("import os", 1, "`import os` is not allowed"),
    ("x = 1.0\nimport subprocess", 2, "`import subprocess` is not allowed"),
    ("from os import path", 1, "`import os` is not allowed"),
    ("import numpy.ctypeslib", 1, "`import numpy.ctypeslib` is not allowed"),
    ("from numpy import *", 1, "import *"),
    ("from . import x", 1, "is not allowed"),
    ("x = ().__class__", 1, "__class__"),
    ("x = (1).__class__.__bases__", 1, "__bases__"),
    ("x = np._core", 1, "`_core` is private"),
    ("x = __builtins__", 1, "__builtins__"),
    ("x = __import__('os')", 1, "__import__"),
    ("def f(__class__): pass", 1, "__class__"),
    ("def f(a, /, *, __x__=1): pass", 1, "__x__"),
    ("f = lambda __x__: 1", 1, "__x__"),
    ("f(__x__=1)", 1, "__x__"),
    ("try:\n    pass\nexcept ValueError as __x__:\n    pass", 3, "__x__"),
    ("import numpy as __np__", 1, "__np__"),
    ("def f():\n    global __x__", 2, "__x__"),
    ("_gs = 1", 1, "_gs"),
    ("x = ｇ.__ｃlass__", 1, "__"),
    ("np.pi = 3", 1, "cannot be changed"),
    ("for np.pi in [1]: pass", 1, "cannot be changed"),
    ("with gs.GradientTape() as np.pi: pass", 1, "cannot be changed"),
    ("(y, *np.pi) = [1, 2]", 1, "cannot be changed"),
    ("[0 for np.pi in [1]]", 1, "cannot be changed"),
    ("del np.sin", 1, "cannot be changed"),
    ("class A: pass", 1, "classes are not part"),
    ("async def f(): pass", 1, "async"),
    ("def f():\n    yield 1", 2, "generators"),
    ("match 1:\n    case object(save=f): pass", 2, "pattern that reads attributes"),
    ("match 1:\n    case {'a': x}: pass", 2, "pattern of a dictionary"),
    ("match 1:\n    case np.pi: pass", 2, "written-out"),
    ("match 1:\n    case __x__: pass", 2, "__x__"),
    ("match [1]:\n    case [*__x__]: pass", 2, "__x__"),
    ("x = open('f')", 1, "`open` is not available"),
    ("x = 1\ny = eval('1')", 2, "`eval` is not available"),
    ("f = getattr", 1, "`getattr` is not available"),
    ("x = type(1)", 1, "`type` is not available"),
    ("@print\ndef g(): pass", 1, "of decorators only"),
    ("@gs.sin\ndef g(): pass", 1, "of decorators only"),
    ("__name__ = 3", 1, "__name__"),
    ("@f\ndef g(): pass", 1, "decorators"),
    ("@(lambda f: f)\ndef g(): pass", 1, "decorators"),
    ("try:\n    pass\nexcept:\n    pass", 3, "bare `except:`"),
    ("try:\n    pass\nexcept* ValueError:\n    pass", 1, "except*"),
    ("x = f'{1:{2}}'", 1, "written out"),
    ("x = f'{1:2000000000d}'", 1, "at most 200"),
    ("x = b'abc'", 1, "bytes"),
    ("x = 1 # ok\rimport os", 1, "hidden character"),
    ("x = 1 \u202e# evil", 1, "hidden character"),
    ("x\u200b = 1", 1, "hidden character"),
    ("x = 1\x0cimport os", 1, "hidden character"),
    ("x." + "a" * 300 + " = 1", 1, "too long"),
    ("y = 1\nimport os, sys", 2, "only gradstudio, numpy and math can be imported"),
    ("from numpy import _core", 1, "`_core` is private"),
    ("from __future__ import braces_", 1, "is not allowed"),
    ("import __future__", 1, "is not allowed"),
    ("f(_x=1)", 1, "`_x` is private"),
    ("_gs_attr", 1, "GradStudio's own"),
    ("x = [y async for y in z]", 1, "async"),
    ("lambda: (yield)", 1, "generators"),
    ("x = 1\n@gs.nn.function\ndef g(): pass", 2, "of decorators only"),
    ("def f():\n    try:\n        pass\n    finally:\n        if x: return 1", 2, "would swallow an error"),
    ("for i in x:\n    try:\n        pass\n    finally:\n        with a: continue", 2, "would swallow an error"),
    ("while x:\n    try: pass\n    finally:\n        while 1: pass\n        else: break", 2, "would swallow an error"),
    ("try:\n    pass\nexcept BaseException:\n    pass", 3, "name an ordinary error"),
    ("x = hasattr(1, 'y')", 1, "`hasattr` is not available"),
    ("# -*- coding: utf-7 -*-\nx = 1", 1, "written in utf-7"),
    ("\n# vim: fileencoding=latin-1\nx = 1", 2, "written in latin-1"),
    ("x = 1\n\ufeffy = 2", 2, "hidden character"),
    ("x = '\u2066'", 1, "hidden character"),
    ("x = 1  # \x1b[2J", 1, "hidden character"),
    ("x\u00ad = 1", 1, "hidden character"),
    ("\u3164 = 1", 1, "hidden character"),
    ("x = 1\x00", 1, "hidden character"),
    ("x = 1 \u2028import os", 1, "hidden character"),
    ("x = 1\x85import os", 1, "hidden character"),
    ("f'{1:²}{2:9999}'", 1, "at most 200"),
    ("x = __debug__", 1, "__debug__"),
]


DUNDER = "double underscores"
SITES = """
def f(a, ☠, /): pass
def f(*☠): pass
def f(**☠): pass
def f(*, ☠=1): pass
lambda *☠: 1
lambda **☠: 1
import numpy as ☠
from math import pi as ☠
from math import ☠
def ☠(): pass
f(☠=1)
(☠ := 1)
[0 for ☠ in [1]]
{☠: 1 for ☠ in [1]}
for ☠ in [1]: pass
for x, (*☠,) in [1]: pass
with f() as ☠: pass
x: ☠('os') = 1
x: y[☠]
def f(x: ☠): pass
def f() -> ☠: pass
def f(x=☠): pass
def f(*, x=☠): pass
@☠
@gs.function(☠)
x.☠
del ☠
☠ += 1
f"{☠}"
f"{x.☠}"
x[☠]
x[1:☠]
raise ValueError from ☠
assert ☠
global ☠
""".split("\n")[1:-1]
"""Every place where a name is read or bound."""


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("name", ["__class__", "__ｃlass__"])
def test_a_name_of_pythons_own_is_refused_wherever_it_stands(site: str, name: str) -> None:
    line = site.replace("☠", name)
    text = f"x = 1\n{line}\ndef g(): pass\n"

    tree, problems = check(text)

    assert tree is None
    assert any("__class__" in p.message or name in p.message for p in problems)
    assert {p.span[0] for p in problems} == {2}
    assert all(p.span[1] < p.span[3] <= len(line) for p in problems)


STORES = """
x.y = 1
(x.y, z) = 1, 2
[*x.y] = [1]
x.y += 1
x.y: int = 1
for x.y in z: pass
for a, x[0].y in z: pass
[0 for x.y in z]
with f() as x.y: pass
with f() as (a, x.y): pass
del x.y
del (x, y)
del x.y[0].z
""".split("\n")[1:-1]


@pytest.mark.parametrize("line", STORES)
def test_an_attribute_is_never_changed(line: str) -> None:
    tree, problems = check(f"z = 1\n{line}\n")

    assert tree is None
    assert any("cannot be changed" in p.message or "can be deleted" in p.message for p in problems)
    assert {p.span[0] for p in problems} == {2}


@pytest.mark.parametrize(("text", "line", "words"), REFUSED)
def test_a_forbidden_program_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    tree, problems = check(text)

    assert tree is None
    assert any(words in p.message and p.span[0] == line for p in problems), problems
    assert all("\n" not in p.message for p in problems)


@pytest.mark.parametrize(
    "text",
    [
        "s = 'import os'  # import os",
        "def f(a, *rest, b=2, **more):\n    return a + b\ny = f(1.0)",
        "y = [i * 2 for i in range(3) if i]",
        "x = 1.0\nwhile x < 3:\n    x += 1\nelse:\n    x = 0.0",
        "for _ in range(3):\n    pass",
        "try:\n    x = 1\nexcept (ValueError, ZeroDivisionError) as e:\n    raise ValueError('no')",
        "x: float = 1.0",
        "if __name__ == '__main__':\n    x = 1.0",
        "y = (z := 3.0) + z",
        "print(f'{1.5:.3f} {2!r}')",
        "import numpy as np, math\nfrom math import pi",
        "π = 3.14",
        "match 3:\n    case 1 | -2:\n        pass\n    case None | True:\n        pass",
        "match [3]:\n    case [a, *b]:\n        x = 2.0\n    case None | _:\n        pass",
        "@gs.custom_gradient\ndef f(x):\n    return x, lambda g: g",
        "open = 3.0\ny = open + 1",
        "def f(type, id=1):\n    return type + id",
        "lambda_ = 0.5\ndef f(x, lambda_=1.0):\n    return x * lambda_\ny = f(2.0, lambda_=lambda_)",
        "for _, __ in [(1, 2)]:\n    pass",
        "_private = 1.0\ndef _helper(x):\n    return x + _private\ny = _helper(1.0)",
        "data, open_price, class_, import_ = 1, 2, 3, 4",
        "from __future__ import annotations\ndef f(x: list[float] | None = None) -> 'Tensor':\n    return x",
        "s = '__class__ ().__class__ import os eval(1)'  # __import__('os')",
        '"""import os\n\nopen("/etc/passwd").read()\n"""\nx = 1.0',
        "s = f'{1!r} __class__ {2}' f'{3:>10}' '{x.__class__}'",
        "def f():\n    try:\n        return 1\n    finally:\n        for i in [1]:\n            break",
        "try:\n    pass\nfinally:\n    def f():\n        return 1",
        "try:\n    raise NotImplementedError\nexcept (AttributeError, OSError, StopIteration):\n    pass",
        "x = 1\r\nif x:\r\n\ty = 2\r\n",
        "x = [1, 2]\ndel x[0], x",
        "x = 1_000_000 + 0xFF + 1e-3 + 2j",
        "def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n    inner()\n    return n",
        "x = '\\u202e \\x1b'  # written as escapes, they are seen",
    ],
)
def test_an_honest_program_is_accepted(text: str) -> None:
    tree, problems = check(text)

    assert problems == ()
    assert isinstance(tree, ast.Module)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("x = (1 +", 1, 4),
        ("x = 1\ny = = 2", 2, 4),
        ("def f(:\n  pass", 1, 6),
        ("x = 'abc", 1, 4),
        ("if x = 1:\n  pass", 1, 3),
    ],
)
def test_a_syntax_error_says_where(text: str, line: int, column: int) -> None:
    tree, problems = check(text)

    assert tree is None
    assert problems[0].kind == "syntax"
    assert problems[0].span[:2] == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 250 + ")" * 250,
        "x = " + "-" * 100_000 + "1",
        "x = " + "+1" * 90_000,
        "x = 1" + "0" * 200_000,
        "x" + ".a" * 100_000,
    ],
)
def test_text_made_to_break_the_parser_is_one_problem(text: str) -> None:
    tree, problems = check(text)

    assert tree is None
    assert len(problems) == 1
    assert len(problems[0].message) < 200


def test_columns_count_characters_not_bytes() -> None:
    _, problems = check("é = ü.__class__")

    assert problems[0].span == (1, 4, 1, 15)


def test_every_node_of_this_python_is_known() -> None:
    """A new Python brings new syntax: it must be looked at before it is allowed or refused."""
    known_refused = {
        "ClassDef", "AsyncFunctionDef", "AsyncFor", "AsyncWith", "Await", "Yield", "YieldFrom", "TryStar",
        "MatchClass", "MatchMapping", "Expression", "FunctionType", "Interactive", "TypeIgnore",
        "AugLoad", "AugStore", "Param", "Suite",
        "Index", "ExtSlice", "Bytes", "Ellipsis", "NameConstant", "Num", "Str", "TypeAlias", "ParamSpec", "TypeVar",
        "TypeVarTuple", "type_param", "slice", "AST", "TemplateStr", "Interpolation",
        "mod", "stmt", "expr", "expr_context", "excepthandler", "pattern", "type_ignore",
    }  # fmt: skip
    nodes = {name for name, kind in vars(ast).items() if isinstance(kind, type) and issubclass(kind, ast.AST)}
    allowed = {name for name in nodes if issubclass(getattr(ast, name), ALLOWED)}

    assert nodes - allowed - known_refused == set()
