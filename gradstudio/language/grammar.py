"""What a computation file may contain: everything not listed here is refused."""

from __future__ import annotations
import __future__

import ast

STATEMENTS: tuple[type[ast.AST], ...] = (
    ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.While, ast.If, ast.Break, ast.Continue, ast.Pass,
    ast.FunctionDef, ast.Return, ast.With, ast.Assert, ast.Raise, ast.Try, ast.Nonlocal, ast.Global, ast.Import,
    ast.ImportFrom, ast.Delete, ast.Match,
)  # fmt: skip
EXPRESSIONS: tuple[type[ast.AST], ...] = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.IfExp, ast.Subscript, ast.Slice, ast.Starred,
    ast.Tuple, ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Constant,
    ast.JoinedStr, ast.FormattedValue, ast.NamedExpr, ast.Name, ast.Attribute, ast.Lambda,
)  # fmt: skip
PARTS: tuple[type[ast.AST], ...] = (
    ast.Module, ast.arguments, ast.arg, ast.keyword, ast.alias, ast.comprehension, ast.withitem, ast.ExceptHandler,
    ast.Load, ast.Store, ast.Del, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.match_case, ast.MatchValue,
    ast.MatchSingleton, ast.MatchAs, ast.MatchOr, ast.MatchSequence, ast.MatchStar,
)  # fmt: skip
ALLOWED = STATEMENTS + EXPRESSIONS + PARTS

MODULES = {"gradstudio": "gs", "numpy": "np", "math": "math"}
"""Modules a file may import -> the facade it receives."""

FUTURE = "__future__"
SWITCHES = frozenset(__future__.all_feature_names) - {"barry_as_FLUFL"}
"""Python's own switches: `from __future__ import annotations` is accepted, and does nothing here."""

WHY: dict[type[ast.AST], str] = {
    ast.ClassDef: "classes are not part of a computation file: use functions and dictionaries",
    ast.AsyncFunctionDef: "async functions are not part of a computation file: use an ordinary function",
    ast.AsyncFor: "async loops are not part of a computation file: use an ordinary loop",
    ast.AsyncWith: "async blocks are not part of a computation file: use an ordinary `with`",
    ast.Await: "await is not part of a computation file",
    ast.Yield: "generators are not part of a computation file: build a list",
    ast.YieldFrom: "generators are not part of a computation file: build a list",
    ast.TryStar: "except* is not part of a computation file: use except",
    ast.MatchClass: "a pattern that reads attributes is not available: use if and isinstance",
    ast.MatchMapping: "a pattern of a dictionary is not available: use if",
}

DECORATORS = frozenset(["custom_gradient", "recompute_grad", "function"])
"""Functions of the library that may stand before a function as @name, @gs.name or @gs.name(...)."""

WITHHELD: dict[str, str] = {
    **dict.fromkeys(("open", "input"), 'computation files cannot read or write files; gs.load("name.npz") reads data'),
    **dict.fromkeys(("eval", "exec", "compile"), "computation files cannot run text as code"),
    **dict.fromkeys(
        "getattr setattr delattr hasattr vars dir globals locals type object super id hash help issubclass".split(),
        "computation files cannot look into Python's own objects",
    ),
    **dict.fromkeys(("classmethod", "staticmethod", "property"), "classes are not part of a computation file"),
    **dict.fromkeys(("memoryview", "bytearray", "bytes"), "use numbers, strings or arrays"),
    **dict.fromkeys(("breakpoint", "exit", "quit"), "a run ends with its last line"),
    **dict.fromkeys(("copyright", "credits", "license"), "it is there for the prompt of Python only"),
    **dict.fromkeys(("aiter", "anext"), "async functions are not part of a computation file"),
    **dict.fromkeys(("format", "ascii"), 'write an f-string, e.g. f"{x:.3f}"'),
    **dict.fromkeys(
        ("BaseException", "SystemExit", "KeyboardInterrupt", "GeneratorExit"),
        "name an ordinary error, e.g. ValueError or Exception",
    ),
}
"""Functions of Python that a program cannot have, and why; a program's own variable of the same name is fine."""

EXCEPTIONS = (
    ArithmeticError, AssertionError, AttributeError, Exception, FileNotFoundError, FloatingPointError, ImportError,
    IndexError, KeyError, LookupError, MemoryError, NameError, NotImplementedError, OSError, OverflowError,
    RecursionError, RuntimeError, StopIteration, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip
"""What a program may raise and catch."""
