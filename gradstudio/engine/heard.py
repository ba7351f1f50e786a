"""The short way of ops while a recorder listens: the node that tapes record without it, and what the recorder needs.

It serves floats, and NumPy's arrays that are all tensors, of which the recording tapes follow one; anything else goes
through dispatch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import numpy as np

from gradstudio.engine.dispatch import apply
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.state import ACTIVE, Joint, Token
from gradstudio.engine.tensor import ALONE, Tensor
from gradstudio.engine.variable import Variable

if TYPE_CHECKING:
    from gradstudio.engine.recorder import Recorder

_new = object.__new__
_ndarray = np.ndarray
_frame = sys._getframe
_Compute = Callable[..., Any]


def heard_one(row: Primitive, on_floats: _Compute, x: Any) -> Any:
    """row(x)."""
    token = ACTIVE.inspected
    if token is None:
        return apply(row, (x,), {})
    if type(x) is Variable:
        x = x.read()
    if type(x) is not Tensor:
        return apply(row, (x,), {})
    held = x.token
    if held is not token and (held is None or token not in held.covers):
        return apply(row, (x,), {})
    value = x.value
    taken = -1
    try:
        if type(value) is float:
            value = on_floats(value)
            if type(value) is not float:
                return apply(row, (x,), {})
        elif type(value) is _ndarray:
            begun = perf_counter_ns()
            value = row.forward(np, value)
            taken = perf_counter_ns() - begun
            if type(value) is np.float64:
                value = float(value)
            elif type(value) is not _ndarray or not value.ndim or value.dtype.kind not in "fc":
                return apply(row, (x,), {})
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
    recorder: Recorder = ACTIVE.recorder  # type: ignore[assignment]
    tensors = recorder.tensors
    if len(tensors) >= recorder.limit_ops:
        recorder.count()
    if recorder.has_moved:
        recorder.settle()
    if taken >= 0:
        recorder.time(taken)
    # Above this is the short way that the program called, or what called it for the program.
    frame = _frame(2)
    if frame is not recorder.frame and frame.f_code is _CALL:
        frame = _frame(3)
    if frame is recorder.frame or frame.f_code is recorder.code:
        recorder.instructions.append(frame.f_lasti)
    else:
        recorder.instructions.append(recorder.instruction(frame))
    tensors.append(t)
    token.append(t)
    return t


def heard_two(row: Primitive, on_floats: _Compute, x: Any, y: Any) -> Any:
    """row(x, y)."""
    token = ACTIVE.inspected
    if token is None:
        return apply(row, (x, y), {})
    # Floats that the tapes follow are the most frequent, so they are looked for first.
    if type(x) is not Tensor or x.token is not token or type(x.value) is not float:
        return _heard_two(row, on_floats, x, y, token)
    try:
        if type(y) is float:
            value = on_floats(x.value, y)
        elif type(y) is Tensor and y.token is token and type(y.value) is float:
            value = on_floats(x.value, y.value)
        else:
            return _heard_two(row, on_floats, x, y, token)
    except (ArithmeticError, ValueError, TypeError):
        return apply(row, (x, y), {})
    if type(value) is not float:
        return apply(row, (x, y), {})
    t: Tensor = _new(Tensor)
    t.value = value
    t.op = row
    t.first = x
    t.second = y
    t.token = token
    t.g = None
    recorder: Recorder = ACTIVE.recorder  # type: ignore[assignment]
    tensors = recorder.tensors
    if len(tensors) >= recorder.limit_ops:
        recorder.count()
    if recorder.has_moved:
        recorder.settle()
    frame = _frame(2)
    if frame is recorder.frame or frame.f_code is recorder.code:
        recorder.instructions.append(frame.f_lasti)
    else:
        recorder.instructions.append(recorder.instruction(frame))
    tensors.append(t)
    token.append(t)
    return t


def _heard_two(row: Primitive, on_floats: _Compute, x: Any, y: Any, token: Token | Joint) -> Any:
    """The same for everything that has a short way."""
    if type(x) is Variable:
        x = x.read()
    if type(y) is Variable:
        y = y.read()
    follows = False
    if type(x) is Tensor:
        a = x.value
        held = x.token
        follows = held is token or (held is not None and token in held.covers)
    elif type(x) is float:  # a whole number as first input goes through NumPy there
        a = x
    else:
        return apply(row, (x, y), {})
    met: Any = None if follows else x  # a tensor that the tapes do not follow
    if type(y) is Tensor:
        b = y.value
        held = y.token
        if held is token or (held is not None and token in held.covers):
            follows = True
        else:
            met = y
    elif type(y) is float or type(y) is int:
        b = y
    else:
        return apply(row, (x, y), {})
    if not follows:
        return apply(row, (x, y), {})
    kind = type(a) if type(x) is Tensor else type(b)
    if (type(x) is Tensor and type(a) is not kind) or (type(y) is Tensor and type(b) is not kind):
        return apply(row, (x, y), {})
    recorder: Recorder = ACTIVE.recorder  # type: ignore[assignment]
    taken = -1
    try:
        if kind is float:
            value = on_floats(a, b)
            if type(value) is not float:
                return apply(row, (x, y), {})
        elif kind is _ndarray:
            begun = perf_counter_ns()
            value = row.forward(np, a, b)
            taken = perf_counter_ns() - begun
            if type(value) is np.float64:
                value = float(value)
            elif type(value) is not _ndarray or not value.ndim or value.dtype.kind not in "fc":
                return apply(row, (x, y), {})
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
    recorder.count()
    if type(met) is Tensor:
        recorder.meet(met)
    if recorder.has_moved:
        recorder.settle()
    if taken >= 0:
        recorder.time(taken)
    recorder.instructions.append(recorder.instruction(_frame(3)))
    recorder.tensors.append(t)
    token.append(t)
    return t


_CALL = Primitive.__call__.__code__
