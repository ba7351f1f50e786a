"""The short way of ops while a recorder listens: the node that tapes record without it, and what the recorder needs.

It serves floats, and NumPy's arrays that are all tensors, of which the recording tapes follow one; anything else goes
through dispatch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

import numpy as np

from gradstudio.engine.dispatch import apply
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import ALONE, Tensor

_new = object.__new__
_ndarray = np.ndarray
_frame = sys._getframe
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
    begun = 0
    try:
        if type(value) is float:
            value = on_floats(value)
            if type(value) is not float:
                return apply(row, (x,), {})
        elif type(value) is _ndarray:
            begun = perf_counter_ns()
            value = row.forward(np, value)
            if type(value) is np.float64:
                value = float(value)
            elif type(value) is not _ndarray or not value.ndim or value.dtype.kind not in "fc":
                return apply(row, (x,), {})
            begun -= perf_counter_ns()
        else:
            return apply(row, (x,), {})
    except (ArithmeticError, ValueError, TypeError):
        return apply(row, (x,), {})
    t: Tensor = _new(Tensor)
    t.value = value
    t.op = row
    t.first = x
    t.second = ALONE
    t.token = token
    t.g = None
    recorder = ACTIVE.recorder
    tensors = recorder.tensors  # type: ignore[union-attr]
    if len(tensors) >= recorder.limit_ops:  # type: ignore[union-attr]
        recorder.count()  # type: ignore[union-attr]
    if recorder.has_moved:  # type: ignore[union-attr]
        recorder.settle()  # type: ignore[union-attr]
    if begun:
        recorder.timed.append(len(tensors))  # type: ignore[union-attr]
        recorder.nanoseconds.append(-begun)  # type: ignore[union-attr]
    # Above this is the short way that the program called, or what called it for the program.
    frame = _frame(2)
    if frame.f_code is _CALL:
        frame = _frame(3)
    if frame.f_code is recorder.code:  # type: ignore[union-attr]
        recorder.instructions.append(frame.f_lasti)  # type: ignore[union-attr]
    else:
        recorder.instructions.append(recorder.instruction(frame))  # type: ignore[union-attr]
    tensors.append(t)
    token.append(t)
    return t


def heard_two(row: Primitive, on_floats: _Compute, x: Any, y: Any) -> Any:
    """row(x, y)."""
    token = ACTIVE.inspected
    if token is None:
        return apply(row, (x, y), {})
    follows = False
    met: Any = None  # a tensor that the tapes do not follow
    if type(x) is Tensor:
        a = x.value
        kind = type(a)
        held = x.token
        follows = held is token or (held is not None and token in held.covers)
        if type(y) is Tensor:
            b = y.value
            if type(b) is not kind:
                return apply(row, (x, y), {})
            held = y.token
            if held is not token and (held is None or token not in held.covers):
                met = y
            elif not follows:
                met = x
                follows = True
        elif type(y) is float or type(y) is int:
            b = y
        else:
            return apply(row, (x, y), {})
    elif type(x) is float and type(y) is Tensor:  # a whole number as first input goes through NumPy there
        a = x
        b = y.value
        kind = type(b)
        held = y.token
        follows = held is token or (held is not None and token in held.covers)
    else:
        return apply(row, (x, y), {})
    if not follows:
        return apply(row, (x, y), {})
    begun = 0
    try:
        if kind is float:
            value = on_floats(a, b)
            if type(value) is not float:
                return apply(row, (x, y), {})
        elif kind is _ndarray:
            begun = perf_counter_ns()
            value = row.forward(np, a, b)
            if type(value) is np.float64:
                value = float(value)
            elif type(value) is not _ndarray or not value.ndim or value.dtype.kind not in "fc":
                return apply(row, (x, y), {})
            begun -= perf_counter_ns()
        else:
            return apply(row, (x, y), {})
    except (ArithmeticError, ValueError, TypeError):
        return apply(row, (x, y), {})
    t: Tensor = _new(Tensor)
    t.value = value
    t.op = row
    t.first = x
    t.second = y
    t.token = token
    t.g = None
    recorder = ACTIVE.recorder
    tensors = recorder.tensors  # type: ignore[union-attr]
    if len(tensors) >= recorder.limit_ops:  # type: ignore[union-attr]
        recorder.count()  # type: ignore[union-attr]
    if met is not None:
        recorder.meet(met)  # type: ignore[union-attr]
    if recorder.has_moved:  # type: ignore[union-attr]
        recorder.settle()  # type: ignore[union-attr]
    if begun:
        recorder.timed.append(len(tensors))  # type: ignore[union-attr]
        recorder.nanoseconds.append(-begun)  # type: ignore[union-attr]
    frame = _frame(2)
    if frame.f_code is _CALL:
        frame = _frame(3)
    if frame.f_code is recorder.code:  # type: ignore[union-attr]
        recorder.instructions.append(frame.f_lasti)  # type: ignore[union-attr]
    else:
        recorder.instructions.append(recorder.instruction(frame))  # type: ignore[union-attr]
    tensors.append(t)
    token.append(t)
    return t


_CALL = Primitive.__call__.__code__
