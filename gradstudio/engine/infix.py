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

from gradstudio.engine.operators import Operators
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.shedding import LARGE, shed
from gradstudio.engine.state import ACTIVE, Token
from gradstudio.engine.tensor import Tensor, blank

DOUBT = (ArithmeticError, ValueError, TypeError)
"""Raised by a computation that dispatch knows how to do, or to explain."""

SIGNS: dict[Any, str] = {operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/"}
"""How Python writes what these functions compute, on floats and arrays alike."""

_NODE = """
t = blank()
t.value = value
t.op = row
t.first = x
t.second = y
t.token = single
t.g = None
note = single.note
note(t)
"""
_PLAIN = """
def plain(x, y):
    single = ACTIVE.single
    if x.token is single:
        a = x.value
        kind = type(y)
        try:
            if kind is float or kind is int:
                if type(a) is float:
                    value = {on_floats_y}
                    {node}
                    return t
                if type(a) is ndarray and not single.is_heard:
                    value = {on_arrays_y}
                else:
                    return short(x, y)
            elif kind is Tensor:
                b = y.value
                if type(a) is float and type(b) is float:
                    value = {on_floats_b}
                    {node}
                    return t
                if type(a) is ndarray and type(b) is ndarray and not single.is_heard:
                    value = {on_arrays_b}
                else:
                    return short(x, y)
            else:
                return short(x, y)
        except DOUBT:
            return short(x, y)
        if type(value) is ndarray:
            {node}
            if value.size >= LARGE and type(single) is Token:
                shed(t)
            return t
    return short(x, y)
"""
_REFLECTED = """
def reflected(y, x):
    single = ACTIVE.single
    if y.token is single and (type(x) is float or type(x) is int):
        a = x
        b = y.value
        try:
            if type(b) is float:
                value = {on_floats_b}
                {node}
                return t
            if type(b) is ndarray and not single.is_heard:
                value = {on_arrays_b}
                {node}
                return t
        except DOUBT:
            pass
    return short(x, y)
"""


def give(name: str, way: Callable[..., Any]) -> None:
    """Tensors get a method; not those by rows, whose value is not there yet."""
    setattr(Tensor, name, way)
    for other in Tensor.__subclasses__():
        setattr(other, name, getattr(Operators, name))


def give_operators(row: Primitive, word: str, on_arrays: Callable[..., Any]) -> None:
    """Tensors get __word__ and __rword__ for a row of two inputs, written out when one of them is used first."""

    def write(template: str, name: str) -> Callable[[Any, Any], Any]:
        found = _written_out(row, template, on_arrays)
        found.__name__ = found.__qualname__ = name
        setattr(Tensor, name, found)
        return found

    plain, reflected = f"__{word}__", f"__r{word}__"
    give(plain, lambda x, y: write(_PLAIN, plain)(x, y))
    give(reflected, lambda y, x: write(_REFLECTED, reflected)(y, x))


def _written_out(row: Primitive, template: str, on_arrays: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    names = {
        "ACTIVE": ACTIVE,
        "DOUBT": DOUBT,
        "LARGE": LARGE,
        "Tensor": Tensor,
        "Token": Token,
        "blank": blank,
        "ndarray": np.ndarray,
        "on_arrays": on_arrays,
        "on_floats": row.scalar,
        "row": row,
        "shed": shed,
        "short": row.short,
    }
    sign = SIGNS.get(row.scalar)
    fields = {
        f"{kind}_{second}": f"a {sign} {second}" if sign else f"{kind}(a, {second})"
        for kind in ("on_floats", "on_arrays")
        for second in ("y", "b")
    }
    lines = template.splitlines()
    node = _NODE.strip().splitlines()
    source = "\n".join(
        [
            "\n".join([line.replace("{node}", part) for part in node])
            if line.strip() == "{node}"
            else line.format(**fields)
            for line in lines
        ]
    )
    # The name of a file of the library, so that nobody takes its frames for the program's.
    module = compile(source, f"{__file__} ({row.name})", "exec", dont_inherit=True)
    return FunctionType(next(code for code in module.co_consts if isinstance(code, CodeType)), names)
