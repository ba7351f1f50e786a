"""Python's operators on tensors, each written out as one function: one frame for an op, and no calls in it.

A program is made of operators more than of anything else, and on floats and small arrays a call costs as much as the
arithmetic. These functions serve what is most frequent (the tape follows x; y is a number or a tensor of the same
kind) and hand everything else to the row's own way, quick.py. What is computed stands in the row: where its function on
floats is one of Python's operators, that operator is written, else the function is called.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Primitive
from gradstudio.engine.shedding import LARGE, shed
from gradstudio.engine.state import ACTIVE, Token
from gradstudio.engine.tensor import Tensor

DOUBT = (ArithmeticError, ValueError, TypeError)
"""Raised by a computation that dispatch knows how to do, or to explain."""

SIGNS: dict[Any, str] = {operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/"}
"""How Python writes what these functions compute, on floats and arrays alike."""

_NODE = """
        t = new(Tensor)
        t.value = value
        t.op = row
        t.first = {first}
        t.second = {second}
        t.token = single
        t.g = None
        append = single.append
        append(t)
"""
_SHED = """
        if type(a) is ndarray and value.size >= LARGE and type(single) is Token:
            shed(t)
        return t
"""
_PLAIN = (
    """
def plain(x, y):
    single = ACTIVE.single
    if x.token is single and type(x) is Tensor:
        a = x.value
        b = y.value if type(y) is Tensor else y
        try:
            if type(a) is float:
                if type(b) is not float and type(y) is not int:
                    return short(x, y)
                value = {on_floats}
            elif type(a) is ndarray:
                if type(b) is ndarray:
                    if b is y:
                        return short(x, y)
                elif type(y) is not float and type(y) is not int:
                    return short(x, y)
                value = {on_arrays}
                if type(value) is not ndarray:
                    return short(x, y)
            else:
                return short(x, y)
        except DOUBT:
            return short(x, y)"""
    + _NODE.format(first="x", second="y")
    + _SHED
    + """
    return short(x, y)
"""
)
_REFLECTED = (
    """
def reflected(y, x):
    single = ACTIVE.single
    if y.token is single and type(y) is Tensor and (type(x) is float or type(x) is int):
        a = x
        b = y.value
        try:
            if type(b) is float:
                value = {on_floats}
            elif type(b) is ndarray:
                value = {on_arrays}
            else:
                return short(x, y)
        except DOUBT:
            return short(x, y)"""
    + _NODE.format(first="x", second="y")
    + """
        return t
    return short(x, y)
"""
)


def give_operators(row: Primitive, word: str, on_arrays: Callable[..., Any]) -> None:
    """Tensors get __word__ and __rword__ for a row of two inputs, written out when one of them is used first."""

    def write() -> dict[str, Any]:
        functions = _written_out(row, on_arrays)
        for name in ("plain", "reflected"):
            functions[name].__name__ = functions[name].__qualname__ = names[name]
            setattr(Tensor, names[name], functions[name])
        return functions

    names = {"plain": f"__{word}__", "reflected": f"__r{word}__"}
    setattr(Tensor, names["plain"], lambda x, y: write()["plain"](x, y))
    setattr(Tensor, names["reflected"], lambda y, x: write()["reflected"](y, x))


def _written_out(row: Primitive, on_arrays: Callable[..., Any]) -> dict[str, Any]:
    names = {
        "ACTIVE": ACTIVE,
        "DOUBT": DOUBT,
        "LARGE": LARGE,
        "Tensor": Tensor,
        "Token": Token,
        "ndarray": np.ndarray,
        "new": object.__new__,
        "on_arrays": on_arrays,
        "on_floats": row.scalar,
        "row": row,
        "shed": shed,
        "short": row.short,
    }
    sign = SIGNS.get(row.scalar)
    source = (_PLAIN + _REFLECTED).format(
        on_floats=f"a {sign} b" if sign else "on_floats(a, b)",
        on_arrays=f"a {sign} b" if sign else "on_arrays(a, b)",
    )
    # The name of a file of the library, so that nobody takes its frames for the program's.
    module = compile(source, f"{__file__} ({row.name})", "exec", dont_inherit=True)
    codes = [code for code in module.co_consts if isinstance(code, CodeType)]
    return {code.co_name: FunctionType(code, names) for code in codes}
