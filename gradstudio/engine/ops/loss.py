"""Losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.primitive import Sample, category, op

primitive = category("loss")
Y = np.array([1.0, 0.0, 1.0])
Z = np.array([0.5, -1.25, 2.0])
P = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]])
L = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])


def _share(x: Any, y: Any) -> float:
    dims = np.broadcast_shapes(shapes.shape(x), shapes.shape(y))
    return 2.0 / max(int(np.prod(dims)), 1)


@primitive(
    (lambda g, ans, x, y: g * _share(x, y) * (x - y), lambda g, ans, x, y: g * _share(x, y) * (y - x)),
    aliases=("mean_squared_error",),
    samples=(Sample((Z, Y)), Sample((L, 0.5))),
)
def mse(xp: Any, x: Any, y: Any) -> Any:
    """Mean of the squared differences of x and y."""
    difference = xp.subtract(x, y)
    return xp.mean(difference * difference)


@primitive(
    (
        lambda g, ans, labels, logits: op.negative(g * logits),
        lambda g, ans, labels, logits: g * (op.sigmoid(logits) - labels),
    ),
    aliases=("nn.sigmoid_cross_entropy_with_logits",),
    samples=(Sample((Y, Z)),),
)
def sigmoid_cross_entropy(xp: Any, labels: Any, logits: Any) -> Any:
    """Cross entropy of labels in 0..1 against sigmoid(logits), element by element, safe for large logits."""
    return xp.maximum(logits, 0) - logits * labels + xp.log1p(xp.exp(-xp.abs(logits)))


def _to_labels(g: Any, ans: Any, labels: Any, logits: Any) -> Any:
    return op.negative(op.expand_dims(g, axis=-1) * op.log_softmax(logits))


def _to_logits(g: Any, ans: Any, labels: Any, logits: Any) -> Any:
    total = op.sum(labels, axis=-1, keepdims=True)
    return op.expand_dims(g, axis=-1) * (op.softmax(logits) * total - labels)


@primitive(
    (_to_labels, _to_logits),
    aliases=("nn.softmax_cross_entropy_with_logits",),
    samples=(Sample((P, L)), Sample((P[0], L[0]))),
)
def softmax_cross_entropy(xp: Any, labels: Any, logits: Any) -> Any:
    """Cross entropy of probabilities against softmax(logits) over the last axis, safe for large logits."""
    shifted = logits - xp.max(logits, axis=-1, keepdims=True)
    return -xp.sum(labels * (shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))), axis=-1)


def _mae(g: Any, x: Any, y: Any) -> Any:
    return g * (0.5 * _share(x, y)) * op.sign(x - y)


@primitive(
    (lambda g, ans, x, y: _mae(g, x, y), lambda g, ans, x, y: _mae(g, y, x)),
    aliases=("mean_absolute_error",),
    samples=(Sample((Z, Y)), Sample((L, 0.75))),
)
def mae(xp: Any, x: Any, y: Any) -> Any:
    """Mean of the absolute differences of x and y; the gradient of a difference of 0 is 0."""
    return xp.mean(xp.abs(xp.subtract(x, y)))


def _huber(g: Any, x: Any, y: Any, delta: float) -> Any:
    error = x - y
    return g * (0.5 * _share(x, y)) * op.minimum(op.maximum(error, -delta), delta)


@primitive(
    (
        lambda g, ans, x, y, delta=1.0: _huber(g, x, y, delta),
        lambda g, ans, x, y, delta=1.0: _huber(g, y, x, delta),
    ),
    samples=(Sample((Z, 0.9 * Y)), Sample((L, 0.75), {"delta": 0.4})),
)
def huber(xp: Any, x: Any, y: Any, *, delta: float = 1.0) -> Any:
    """Mean of the Huber loss: half the square of differences up to delta, straight beyond."""
    size = xp.abs(xp.subtract(x, y))
    return xp.mean(xp.where(size <= delta, 0.5 * size * size, delta * (size - 0.5 * delta)))


def _bce_target(g: Any, ans: Any, x: Any, y: Any) -> Any:
    return g * (0.5 * _share(x, y)) * (op.log(1.0 - y) - op.log(y))


def _bce_probability(g: Any, ans: Any, x: Any, y: Any) -> Any:
    # Only 0 / 0 is kept out: a class that cannot be has no say where its probability is 0.
    no = op.logical_and(op.equal(x, 0), op.equal(y, 0))
    yes = op.logical_and(op.equal(x, 1), op.equal(y, 1))
    return g * (0.5 * _share(x, y)) * ((1.0 - x) / op.where(yes, 1.0, 1.0 - y) - x / op.where(no, 1.0, y))


@primitive((_bce_target, _bce_probability), samples=(Sample((np.array([1.0, 0.0, 0.3]), np.array([0.8, 0.1, 0.4]))),))
def binary_cross_entropy(xp: Any, x: Any, y: Any) -> Any:
    """Mean cross entropy of targets x in 0..1 against probabilities y; from logits, sigmoid_cross_entropy is safer."""
    no, yes = xp.equal(x, 0), xp.equal(x, 1)
    return -xp.mean(
        x * xp.log(xp.where(no, xp.ones_like(y), y)) + (1 - x) * xp.log(xp.where(yes, xp.ones_like(y), 1 - y))
    )


@primitive(
    (
        lambda g, ans, x, y: g * (op.log(x / y) + 1.0),
        lambda g, ans, x, y: op.negative(g * x / y),
    ),
    samples=(Sample((np.array([0.2, 0.5, 0.3]), np.array([0.4, 0.4, 0.2]))),),
)
def kl_divergence(xp: Any, x: Any, y: Any) -> Any:
    """Sum of x log(x / y): how far distribution y is from x."""
    ratio = xp.where(xp.equal(x, 0), 1, x / y)
    return xp.sum(x * xp.log(ratio))


@primitive((lambda g, ans, x: g * x,), aliases=("nn.l2_loss",), samples=(Sample((Z,)), Sample((L,))))
def l2_loss(xp: Any, x: Any) -> Any:
    """Half the sum of the squares."""
    return 0.5 * xp.sum(xp.multiply(x, x))


def _picked(g: Any, ans: Any, labels: Any, logits: Any) -> Any:
    hot = op.one_hot(labels, depth=shapes.shape(logits)[-1])
    return op.expand_dims(g, axis=-1) * (op.softmax(logits) - hot)


@primitive(
    (None, _picked),
    aliases=("nn.sparse_softmax_cross_entropy_with_logits",),
    samples=(Sample((np.array([2, 0]), L)), Sample((1, L[0]))),
)
def sparse_softmax_cross_entropy(xp: Any, labels: Any, logits: Any) -> Any:
    """Cross entropy of whole-number classes against softmax(logits) over the last axis, safe for large logits."""
    shifted = logits - xp.max(logits, axis=-1, keepdims=True)
    chosen = xp.take_along_axis(shifted, xp.expand_dims(xp.asarray(labels), -1), axis=-1)[..., 0]
    return xp.log(xp.sum(xp.exp(shifted), axis=-1)) - chosen


@primitive(
    (
        lambda g, ans, x, y: g * (0.5 * _share(x, y)) * op.where(op.less(x * y, 1.0), op.negative(y), 0.0),
        lambda g, ans, x, y: g * (0.5 * _share(x, y)) * op.where(op.less(x * y, 1.0), op.negative(x), 0.0),
    ),
    samples=(Sample((np.array([1.0, -1.0, 1.0]), Z)),),
)
def hinge(xp: Any, x: Any, y: Any) -> Any:
    """Mean of max(0, 1 - x y) for labels x of -1 or 1 and scores y."""
    return xp.mean(xp.maximum(1 - xp.multiply(x, y), 0))
