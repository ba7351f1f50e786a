"""Softmax and its logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, op

primitive = category("network", batch="along one axis")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
ROWS = (Sample((M,)), Sample((M,), {"axis": 0}), Sample((M,), {"axis": (0, 1)}), Sample((M[0],), {"axis": None}))


def _last(axis: Any) -> Any:
    return -1 if axis is None else axis


def _softmax(g: Any, ans: Any, _x: Any, axis: Any = -1) -> Any:
    return ans * (g - op.sum(g * ans, axis=_last(axis), keepdims=True))


@primitive((_softmax,), aliases=("nn.softmax", "math.softmax"), renamed={"dim": "axis"}, samples=ROWS, jvp="same")
def softmax(xp: Any, x: Any, *, axis: Any = -1) -> Any:
    """Exponentials divided by their sum along axis, safe for large inputs.

    axis: one axis or several taken together; None is the last one, as in TensorFlow. Where all elements are -inf the
    result is NaN; an axis of length 0 gives an empty result.
    """
    if 0 in shapes.shape(x):
        return xp.exp(x)
    e = xp.exp(x - xp.max(x, axis=_last(axis), keepdims=True))
    return e / xp.sum(e, axis=_last(axis), keepdims=True)


def _log_softmax(g: Any, ans: Any, _x: Any, axis: Any = -1) -> Any:
    return g - op.exp(ans) * op.sum(g, axis=_last(axis), keepdims=True)


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
    if 0 in shapes.shape(x):
        return xp.exp(x)
    shifted = x - xp.max(x, axis=_last(axis), keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=_last(axis), keepdims=True))
