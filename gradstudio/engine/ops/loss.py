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
    (lambda g, ans, labels, logits: op.negative(g * logits), lambda g, ans, labels, logits: g * (op.sigmoid(logits) - labels)),
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
    (_to_labels, _to_logits), aliases=("nn.softmax_cross_entropy_with_logits",), samples=(Sample((P, L)), Sample((P[0], L[0])))
)
def softmax_cross_entropy(xp: Any, labels: Any, logits: Any) -> Any:
    """Cross entropy of probabilities against softmax(logits) over the last axis, safe for large logits."""
    shifted = logits - xp.max(logits, axis=-1, keepdims=True)
    return -xp.sum(labels * (shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))), axis=-1)
