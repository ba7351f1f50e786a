"""Losses of regression and of yes-or-no answers, with their reductions.

reduction: "mean" over all elements, "sum" of them, or "none" for the loss of each element; the default is named in
each row. The two inputs broadcast against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops import keras_losses as keras
from gradstudio.engine.ops.batch_rules import reduced_losses

primitive = category("loss", batch=reduced_losses)
Y = np.array([1.0, 0.0, 1.0])
Z = np.array([0.5, -1.25, 2.0])
L = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
RENAMED = {"target": "y", "input": "x"}


def reduced(xp: Any, losses: Any, reduction: str) -> Any:
    """The losses of the elements as the reduction wants them. Raises ValueError for a reduction that is not known."""
    if reduction == "none":
        return losses
    if reduction == "sum":
        return xp.sum(losses)
    if reduction == "mean":
        return xp.mean(losses)
    raise ValueError(f'reduction={reduction!r} is not known: use "mean", "sum" or "none"')


def each(g: Any, x: Any, y: Any, reduction: str) -> Any:
    """The cotangent of the loss of each element."""
    if reduction != "mean":
        return g
    dims = np.broadcast_shapes(shapes.shape(x), shapes.shape(y))
    return g * (1.0 / max(int(np.prod(dims)), 1))


def pushed(rules: tuple[Any, Any], default: str) -> Callable[..., Any]:
    """How tangents pass: element by element as cotangents do, then the reduction."""

    def push(slot: int, v: Any, ans: Any, *inputs: Any, **params: Any) -> Any:
        moved = rules[slot](v, ans, *inputs, **{**params, "reduction": "none"})
        reduction = params.get("reduction", default)
        if reduction == "none":
            return moved
        return op.mean(moved) if reduction == "mean" else op.sum(moved)

    return push


def spelled(*names: str, by: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """Names below tf.keras.losses and tf.losses."""
    return {f"{space}.{name}": by for space in ("keras.losses", "losses") for name in names}


def _of_difference(slope: Callable[..., Any]) -> tuple[Any, Any]:
    """The rules of a loss of x - y that is even; slope(x - y, **params) is its derivative."""

    def to_x(g: Any, _ans: Any, x: Any, y: Any, reduction: str = "mean", **params: Any) -> Any:
        return each(g, x, y, reduction) * slope(x - y, **params)

    def to_y(g: Any, _ans: Any, x: Any, y: Any, reduction: str = "mean", **params: Any) -> Any:
        return each(g, x, y, reduction) * slope(y - x, **params)

    return to_x, to_y


_MSE = _of_difference(lambda error: 2.0 * error)


@primitive(
    _MSE,
    aliases=("mean_squared_error", "mse_loss"),
    spellings=spelled("mse", "MSE", "mean_squared_error", by=keras.mean_squared_error),
    renamed=RENAMED,
    samples=(
        Sample((Z, Y)),
        Sample((L, 0.5)),
        Sample((L, Y), {"reduction": "sum"}),
        Sample((L, Y), {"reduction": "none"}),
    ),
    jvp=pushed(_MSE, "mean"),
)
def mse(xp: Any, x: Any, y: Any, *, reduction: str = "mean") -> Any:
    """Squared differences of x and y; their mean unless reduction says otherwise."""
    difference = xp.subtract(x, y)
    return reduced(xp, difference * difference, reduction)


_MAE = _of_difference(lambda error: op.sign(error))


@primitive(
    _MAE,
    aliases=("mean_absolute_error", "l1_loss"),
    spellings=spelled("mae", "MAE", "mean_absolute_error", by=keras.mean_absolute_error),
    renamed=RENAMED,
    samples=(
        Sample((Z, 0.9 * Y)),
        Sample((L, 0.75)),
        Sample((L, 0.9 * Y), {"reduction": "sum"}),
        Sample((L, 0.9 * Y), {"reduction": "none"}),
    ),
    jvp=pushed(_MAE, "mean"),
)
def mae(xp: Any, x: Any, y: Any, *, reduction: str = "mean") -> Any:
    """Absolute differences of x and y; their mean unless reduction says otherwise. At 0 the gradient is 0."""
    return reduced(xp, xp.abs(xp.subtract(x, y)), reduction)


def _clipped(error: Any, delta: float = 1.0) -> Any:
    return op.minimum(op.maximum(error, -float(delta)), float(delta))


_HUBER = _of_difference(_clipped)


@primitive(
    _HUBER,
    aliases=("huber_loss",),
    spellings=spelled("huber", by=keras.huber),
    renamed=RENAMED,
    samples=(
        Sample((Z, 0.9 * Y)),
        Sample((L, 0.75), {"delta": 0.4}),
        Sample((L, 0.9 * Y), {"delta": 0.7, "reduction": "sum"}),
        Sample((L, 0.9 * Y), {"reduction": "none"}),
    ),
    jvp=pushed(_HUBER, "mean"),
)
def huber(xp: Any, x: Any, y: Any, *, delta: float = 1.0, reduction: str = "mean") -> Any:
    """Half the square of differences up to delta, straight beyond; the mean unless reduction says otherwise.

    Source: Huber, Robust Estimation of a Location Parameter (1964).
    """
    size, delta = xp.abs(xp.subtract(x, y)), float(delta)
    return reduced(xp, xp.where(size <= delta, 0.5 * size * size, delta * (size - 0.5 * delta)), reduction)


def _active(labels: Any, scores: Any, g: Any, reduction: str) -> Any:
    return op.where(op.less(labels * scores, 1.0), op.negative(each(g, labels, scores, reduction)), 0.0)


_HINGE = (
    lambda g, _ans, labels, scores, reduction="mean": _active(labels, scores, g, reduction) * scores,
    lambda g, _ans, labels, scores, reduction="mean": _active(labels, scores, g, reduction) * labels,
)


@primitive(
    _HINGE,
    aliases=("hinge_loss",),
    spellings=spelled("hinge", by=keras.hinge),
    samples=(
        Sample((np.array([1.0, -1.0, 1.0]), Z)),
        Sample((np.array([1.0, -1.0, 1.0]), L), {"reduction": "sum"}),
        Sample((np.array([1.0, -1.0, 1.0]), L), {"reduction": "none"}),
    ),
    jvp=pushed(_HINGE, "mean"),
)
def hinge(xp: Any, labels: Any, scores: Any, *, reduction: str = "mean") -> Any:
    """max(0, 1 - labels scores) for labels of -1 or 1; the mean unless reduction says otherwise.

    At the corner the gradient is 0.
    """
    return reduced(xp, xp.maximum(1 - xp.multiply(labels, scores), 0), reduction)


def _l2(g: Any, _ans: Any, x: Any, axis: Any = None) -> Any:
    return op.reshape(g, shape=shapes.kept(x, axis)) * x


@primitive(
    (_l2,), aliases=("nn.l2_loss",), samples=(Sample((Z,)), Sample((L,)), Sample((L,), {"axis": 1})), batch="along axis"
)
def l2_loss(xp: Any, x: Any, *, axis: Any = None) -> Any:
    """Half the sum of the squares over axis, which None makes all axes."""
    return 0.5 * xp.sum(xp.multiply(x, x), axis=axis)
