"""The short way of ops while a recorder listens and one tape records: the same record and node that dispatch makes.

It serves floats, and NumPy's arrays that are all tensors, of which the tape follows one; anything else goes through
dispatch.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

import numpy as np

from gradstudio.engine.dispatch import apply
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import NO_PARAMS, Details, Tensor

_new = object.__new__
_ndarray = np.ndarray
_Compute = Callable[..., Any]


def heard_one(row: Primitive, on_floats: _Compute, x: Any) -> Any:
    """row(x)."""
    token = ACTIVE.inspected
    if type(x) is not Tensor or token is None:
        return apply(row, (x,), {})
    held = x.token
    if held is not token and (held is None or token not in held.covers):
        return apply(row, (x,), {})
    value = x.value
    kind = type(value)
    if kind is not float and kind is not _ndarray:
        return apply(row, (x,), {})
    begun = perf_counter_ns()
    try:
        value = on_floats(value) if kind is float else row.forward(np, value)
    except (ArithmeticError, ValueError, TypeError):
        return apply(row, (x,), {})
    if type(value) is np.float64:
        value = float(value)
    if type(value) is not kind and type(value) is not float:
        return apply(row, (x,), {})
    if type(value) is _ndarray and (value.dtype.kind not in "fc" or not value.ndim):
        return apply(row, (x,), {})
    return _node(row, value, (x,), token, perf_counter_ns() - begun)


def heard_two(row: Primitive, on_floats: _Compute, x: Any, y: Any) -> Any:
    """row(x, y)."""
    token = ACTIVE.inspected
    if token is None:
        return apply(row, (x, y), {})
    follows = False
    if type(x) is Tensor:
        a = x.value
        held = x.token
        follows = held is token or (held is not None and token in held.covers)
    elif type(x) is float:  # a whole number as first input goes through NumPy there
        a = x
    else:
        return apply(row, (x, y), {})
    if type(y) is Tensor:
        b = y.value
        if not follows:
            held = y.token
            follows = held is token or (held is not None and token in held.covers)
    elif type(y) is float or type(y) is int:
        b = y
    else:
        return apply(row, (x, y), {})
    if not follows:
        return apply(row, (x, y), {})
    begun = perf_counter_ns()
    try:
        kind = type(a) if type(x) is Tensor else type(b)
        if (type(x) is Tensor and type(a) is not kind) or (type(y) is Tensor and type(b) is not kind):
            return apply(row, (x, y), {})
        if kind is float:
            value = on_floats(a, b)
            if type(value) is not float:
                return apply(row, (x, y), {})
        elif kind is _ndarray:
            value = row.forward(np, a, b)
            if type(value) is np.float64:
                value = float(value)
            elif type(value) is not _ndarray or not value.ndim or value.dtype.kind not in "fc":
                return apply(row, (x, y), {})
        else:
            return apply(row, (x, y), {})
    except (ArithmeticError, ValueError, TypeError):
        return apply(row, (x, y), {})
    return _node(row, value, (x, y), token, perf_counter_ns() - begun)


def _node(row: Primitive, value: Any, inputs: tuple[Any, ...], token: Any, nanoseconds: int) -> Tensor:
    """A node on the tape, and its record."""
    t: Tensor = _new(Tensor)
    t.value = value
    t.op = row
    t.g = None
    t.token = token
    t.first = inputs
    t.second = Details(NO_PARAMS)
    ACTIVE.recorder.heard(t, inputs, nanoseconds)  # type: ignore[union-attr]
    token.append(t)
    return t
