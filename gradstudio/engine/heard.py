"""The less frequent short ways of ops while a recorder listens: whose time is taken, or that meet something new.

They serve floats, and NumPy's arrays that are all tensors, of which the recording tapes follow one; anything else goes
through dispatch.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import numpy as np

from gradstudio.engine.dispatch import apply
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.state import ACTIVE, Joint, Token
from gradstudio.engine.tensor import ALONE, Tensor, blank
from gradstudio.engine.variable import Variable

if TYPE_CHECKING:
    from gradstudio.engine.recorder import Recorder

_ndarray = np.ndarray
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
    return _node(row, value, x, ALONE, token, None, taken)


def heard_two(row: Primitive, on_floats: _Compute, x: Any, y: Any) -> Any:
    """row(x, y)."""
    token = ACTIVE.inspected
    if token is None:
        return apply(row, (x, y), {})
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
    return _node(row, value, x, y, token, met, taken)


def _node(row: Primitive, value: Any, x: Any, y: Any, token: Token | Joint, met: Any, taken: int) -> Tensor:
    """The node of an op. met: an input that is used for the first time, perhaps; taken: nanoseconds, -1 if unknown."""
    recorder: Recorder = ACTIVE.recorder  # type: ignore[assignment]
    t = blank()
    t.value = value
    t.op = row
    t.first = x
    t.second = y
    t.token = token
    t.g = None
    recorder.count()
    if type(met) is Tensor:
        recorder.meet(met)
    if taken >= 0:
        recorder.time(taken)
    token.note(t)
    return t
