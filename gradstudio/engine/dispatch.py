"""Applying an op: compute the value, and let every tape that follows an input record the result."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import primitive, shapes
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor, clean, leaf, raw
from gradstudio.engine.variable import Variable

_new = object.__new__


def apply(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Tensor:
    """Compute row(*inputs, **params) as a Tensor and record it.

    Raises ValueError (shapes that do not fit) or TypeError, naming the op and what it was given.
    """
    nodes = tuple([x.read() if type(x) is Variable else x for x in inputs])
    values = []
    for x in nodes:
        if type(x) is Tensor:
            value = x.value
            values.append(np.float64(value) if type(value) is float else value)
        elif type(x) in (list, tuple):
            values.append(clean(x))
        else:
            values.append(x)
    try:
        out = row.forward(np, *values, **params)
    except (ValueError, TypeError, IndexError, np.linalg.LinAlgError) as error:
        raise _explain(row, values, params, error) from None
    if type(out) is np.float64:
        out = float(out)
    elif not isinstance(out, np.ndarray | np.generic | float):
        out = clean(out)
    elif type(out) is np.ndarray and out.ndim == 0:
        out = clean(out)
    t: Tensor = _new(Tensor)
    t.value = out
    t.op = row
    t.inputs = nodes
    t.params = params
    t.g = None
    t.record = -1
    t.token = None
    tapes = ACTIVE.tapes
    if tapes and (type(out) is float or out.dtype.kind in "fc") and row.differentiable:
        if len(tapes) == 1:
            tape = tapes[0]
            token = tape._token
            for x in nodes:
                if type(x) is Tensor and x.token is not None and follows(x.token, token):
                    t.token = token
                    tape._nodes.append(t)
                    break
        else:
            _record(tapes, t)
    recorder = ACTIVE.recorder
    if recorder is not None:
        recorder.op(t)
    if t.token is None:
        t.inputs = ()  # nothing will ever ask where it came from
    return t


def _record(tapes: list[Any], t: Tensor) -> None:
    """Several tapes are active: each that follows an input gets the node."""
    tokens = []
    for tape in tapes:
        token = tape._token
        if any(type(x) is Tensor and x.token is not None and follows(x.token, token) for x in t.inputs):
            tokens.append(token)
            tape._nodes.append(t)
    t.token = None if not tokens else tokens[0] if len(tokens) == 1 else tuple(tokens)


def follows(held: Any, token: object) -> bool:
    """Whether the tape with this token follows a tensor that holds `held` (a token, or a tuple of them)."""
    return held is token or (type(held) is tuple and any(h is token for h in held))


def from_rule(row: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """An op called inside a gradient rule: raw on raw values, recorded where any input is a tensor."""
    inputs = tuple(args[0]) if row.variadic else args
    for x in inputs:
        if type(x) is Tensor:
            return apply(row, inputs, params)
    return row.forward(np, *inputs, **params)


def _explain(row: Primitive, values: list[Any], params: dict[str, Any], error: Exception) -> Exception:
    """One line that names the op, the shapes and the way out, in the class the caller may catch."""
    dims = [shapes.shape(v) for v in values]
    given = " and ".join(shapes.text(d) for d in dims)
    kind = type(error) if isinstance(error, ValueError | TypeError | IndexError) else ValueError
    first = str(error).split("\n")[0]
    if any(isinstance(v, np.ndarray | np.generic) and v.dtype.kind not in "biufc" for v in values) or any(
        v is None or isinstance(v, str) for v in values
    ):
        bad = next((v for v in values if v is None or isinstance(v, str)), None)
        what = "None" if bad is None else repr(bad)[:40]
        return TypeError(f"{row.name}: {what} is not a number or tensor")
    if row.name == "matmul" and len(dims) == 2 and all(dims):
        inner, outer = dims[0][-1], dims[1][-2 if len(dims[1]) > 1 else 0]
        if inner != outer:
            return ValueError(
                f"matmul: shapes {given} do not fit: the last axis of the first ({inner}) must equal "
                f"the {'second last' if len(dims[1]) > 1 else 'only'} axis of the second ({outer})"
            )
    if len(dims) > 1 and "broadcast" in first:
        return ValueError(
            f"{row.name}: shapes {given} do not fit: axes are matched from the right and must be equal or 1; "
            "reshape or expand_dims one of them"
        )
    shown = f", {', '.join(f'{k}={v!r}' for k, v in params.items())}" if params else ""
    return kind(f"{row.name}: {first} (inputs {given}{shown[:80]})")


primitive._dispatch[:] = [apply, from_rule]

__all__ = ["apply", "follows", "leaf", "raw"]
