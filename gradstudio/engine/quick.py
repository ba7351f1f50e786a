"""The short way of + - * / on tensors: one look at what is active, one computation, one node.

It serves Python floats and arrays when at most one tape records and nobody inspects; everything else (promotion,
several tapes, errors to explain) goes through dispatch, with the same result.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.dispatch import unrecorded
from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import NO_PARAMS, Tensor

_new = object.__new__
_Method = Callable[[Tensor, Any], Any]


def _methods(row: Primitive, compute: Callable[[Any, Any], Any]) -> tuple[_Method, _Method]:
    """The operator and its reflected form."""
    ndarray = np.ndarray

    def straight(self: Tensor, other: Any) -> Any:
        token = ACTIVE.single
        if token is not None:
            x = self.value
            if type(other) is Tensor:
                y, theirs = other.value, other.token
                fits = type(y) is float if type(x) is float else type(x) is ndarray is type(y)
            else:
                y, theirs = other, None
                fits = (type(y) is float or type(y) is int) and (type(x) is float or type(x) is ndarray)
            mine = self.token
            if fits and type(mine) is not tuple and type(theirs) is not tuple:
                try:
                    value = compute(x, y)
                except (ArithmeticError, ValueError, TypeError):
                    return row(self, other)
                t: Tensor = _new(Tensor)
                t.value = value
                t.op = row
                t.params = NO_PARAMS
                t.g = None
                t.record = -1
                if (mine is token or theirs is token) and (type(value) is float or value.dtype.kind in "fc"):
                    t.first = self
                    t.second = other
                    t.token = token
                    token.append(t)
                else:
                    unrecorded(t, (self, other))
                return t
        return row(self, other)

    def reflected(self: Tensor, other: Any) -> Any:
        token = ACTIVE.single
        if token is not None and (type(other) is float or type(other) is int) and type(self.token) is not tuple:
            x = self.value
            if type(x) is float or type(x) is ndarray:
                try:
                    value = compute(other, x)
                except (ArithmeticError, ValueError, TypeError):
                    return row(other, self)
                t: Tensor = _new(Tensor)
                t.value = value
                t.op = row
                t.params = NO_PARAMS
                t.g = None
                t.record = -1
                if self.token is token and (type(value) is float or value.dtype.kind in "fc"):
                    t.first = other
                    t.second = self
                    t.token = token
                    token.append(t)
                else:
                    unrecorded(t, (other, self))
                return t
        return row(other, self)

    return straight, reflected


_OPERATORS = (
    ("add", "add", operator.add),
    ("sub", "subtract", operator.sub),
    ("mul", "multiply", operator.mul),
    ("truediv", "divide", operator.truediv),
)


def install() -> None:
    """Give Tensor the short operators; called once the table is filled."""
    for name, row, compute in _OPERATORS:
        straight, reflected = _methods(TABLE[row], compute)
        setattr(Tensor, f"__{name}__", straight)
        setattr(Tensor, f"__r{name}__", reflected)
