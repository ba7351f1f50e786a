"""Softmax and its logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.large_arrays import FEW, are_large, by_rows, lie_in_rows
from gradstudio.engine.sums import along_rows

primitive = category("network", batch="along one axis")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
ROWS = (Sample((M,)), Sample((M,), {"axis": 0}), Sample((M,), {"axis": (0, 1)}), Sample((M[0],), {"axis": None}))


def _last(axis: Any) -> Any:
    return -1 if axis is None else axis


def exponentials(xp: Any, x: Any, axis: Any, out: Any = None) -> tuple[Any, Any]:
    """exp(x - top) in an array of its own (or in out), and the top: the largest element along axis, kept."""
    top = x.max(axis=axis, keepdims=True)
    e = xp.subtract(x, top, out=out)
    return (xp.exp(e, out=e) if e.ndim and e.dtype.kind in "fc" else xp.exp(e)), top


def shares(xp: Any, x: Any, axis: Any, out: Any = None) -> Any:
    """softmax(x) along axis; x must have elements."""
    e, _ = exponentials(xp, x, axis, out)
    e /= along(e, axis)
    return e


def along(e: Any, axis: Any) -> Any:
    """The sum of e along axis, kept."""
    return along_rows(e) if axis == -1 and type(e) is ndarray else e.sum(axis=axis, keepdims=True)


def scores(xp: Any, x: Any, axis: Any) -> Any:
    """log_softmax(x) along axis; x must have elements."""
    shifted = x - x.max(axis=axis, keepdims=True)
    shifted -= xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))
    return shifted


def _shares_of_rows(x: Any, out: Any) -> None:
    shares(np, x, -1, out)


def _back_through_rows(ans: Any, g: Any, out: Any) -> None:
    if g.dtype.char in "fd":
        total = np.vecdot(g, ans)[..., None]
    else:
        total = np.multiply(g, ans, out=out).sum(axis=-1, keepdims=True)
    np.subtract(g, total, out=out)
    out *= ans


def _softmax(g: Any, ans: Any, _x: Any, axis: Any = -1) -> Any:
    axis = _last(axis)
    if type(g) is ndarray is type(ans):
        if lie_in_rows(ans, axis) and are_large(g, ans):
            return by_rows(_back_through_rows, ans, g)
        return ans * (g - (g * ans).sum(axis=axis, keepdims=True))
    return ans * (g - op.sum(g * ans, axis=axis, keepdims=True))


@primitive((_softmax,), aliases=("nn.softmax", "math.softmax"), renamed={"dim": "axis"}, samples=ROWS, jvp="same")
def softmax(xp: Any, x: Any, *, axis: Any = -1) -> Any:
    """Exponentials divided by their sum along axis, safe for large inputs.

    axis: one axis or several taken together; None is the last one, as in TensorFlow. Where all elements are -inf the
    result is NaN; an axis of length 0 gives an empty result.
    """
    x, axis = xp.asarray(x), _last(axis)
    if 0 in x.shape:
        return xp.exp(x)
    return by_rows(_shares_of_rows, x) if lie_in_rows(x, axis) else shares(xp, x, axis)


def _log_softmax(g: Any, ans: Any, _x: Any, axis: Any = -1) -> Any:
    axis = _last(axis)
    if type(g) is ndarray and g.size > FEW and are_large(g, ans):
        back = np.exp(ans)
        back *= g.sum(axis=axis, keepdims=True)
        return np.subtract(g, back, out=back)
    return g - op.exp(ans) * op.sum(g, axis=axis, keepdims=True)


def _log_softmax_forward(slot: int, v: Any, ans: Any, x: Any, axis: Any = -1) -> Any:
    return v - op.sum(op.exp(ans) * v, axis=_last(axis), keepdims=True)


@primitive(
    (_log_softmax,),
    aliases=("nn.log_softmax", "math.log_softmax"),
    renamed={"dim": "axis"},
    samples=ROWS,
    jvp=_log_softmax_forward,
)
def log_softmax(xp: Any, x: Any, *, axis: Any = -1) -> Any:
    """Logarithm of softmax along axis, safe for large inputs.

    axis: one axis or several taken together; None is the last one, as in TensorFlow. An axis of length 0 gives an
    empty result.
    """
    x = xp.asarray(x)
    return xp.exp(x) if 0 in x.shape else scores(xp, x, _last(axis))
