"""What a computation file may contain: everything not listed here is refused."""

from __future__ import annotations

import ast

STATEMENTS: tuple[type[ast.AST], ...] = (
    ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.While, ast.If, ast.Break, ast.Continue, ast.Pass,
    ast.FunctionDef, ast.Return, ast.With, ast.Assert, ast.Raise, ast.Try, ast.Nonlocal, ast.Global, ast.Import,
    ast.ImportFrom, ast.Delete,
)  # fmt: skip
EXPRESSIONS: tuple[type[ast.AST], ...] = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.IfExp, ast.Subscript, ast.Slice, ast.Starred,
    ast.Tuple, ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Constant,
    ast.JoinedStr, ast.FormattedValue, ast.NamedExpr, ast.Name, ast.Attribute, ast.Lambda,
)  # fmt: skip
PARTS: tuple[type[ast.AST], ...] = (
    ast.Module, ast.arguments, ast.arg, ast.keyword, ast.alias, ast.comprehension, ast.withitem, ast.ExceptHandler,
    ast.Load, ast.Store, ast.Del, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
ALLOWED = STATEMENTS + EXPRESSIONS + PARTS

MODULES = {"gradstudio": "gs", "numpy": "np", "math": "math"}
"""Modules a file may import -> the facade it receives."""

WHY: dict[type[ast.AST], str] = {
    ast.ClassDef: "classes are not part of a computation file: use functions and dictionaries",
    ast.AsyncFunctionDef: "async functions are not part of a computation file: use an ordinary function",
    ast.AsyncFor: "async loops are not part of a computation file: use an ordinary loop",
    ast.AsyncWith: "async blocks are not part of a computation file: use an ordinary `with`",
    ast.Await: "await is not part of a computation file",
    ast.Yield: "generators are not part of a computation file: build a list",
    ast.YieldFrom: "generators are not part of a computation file: build a list",
    ast.Match: "match is not part of a computation file: use if and elif",
}

EXCEPTIONS = (
    ArithmeticError, AssertionError, Exception, FloatingPointError, IndexError, KeyError, LookupError, NameError,
    OverflowError, RuntimeError, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip
"""What a program may raise and catch."""
