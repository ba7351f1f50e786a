"""Cross entropies of classes, from logits or from log-probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.batching import from_the_end
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops import keras_losses as keras
from gradstudio.engine.ops.batch_rules import aligned, together
from gradstudio.engine.ops.large_arrays import are_large
from gradstudio.engine.ops.loss import reduced, spelled
from gradstudio.engine.ops.softmax import along, exponentials, scores, shares

primitive = category("loss", batch="elementwise")
Y = np.array([1.0, 0.0, 0.3])
Z = np.array([0.5, -1.25, 2.0])
P = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]])
L = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.cos(np.arange(12.0)).reshape(2, 3, 2)


@primitive(
    (
        lambda g, _ans, _labels, logits: op.negative(g * logits),
        lambda g, _ans, labels, logits: g * (op.sigmoid(logits) - labels),
    ),
    aliases=("nn.sigmoid_cross_entropy_with_logits", "sigmoid_cross_entropy_with_logits"),
    samples=(Sample((Y, Z)), Sample((Y, L))),
)
def sigmoid_cross_entropy(xp: Any, labels: Any, logits: Any) -> Any:
    """Cross entropy of labels in 0..1 against sigmoid(logits), element by element, safe for large logits."""
    return xp.maximum(logits, 0) - xp.multiply(logits, labels) + xp.log1p(xp.exp(-xp.abs(logits)))


def _weighted_labels(g: Any, _ans: Any, _labels: Any, logits: Any, pos_weight: Any) -> Any:
    return g * (op.softplus(op.negative(logits)) * (pos_weight - 1.0) - logits)


def _weighted_logits(g: Any, _ans: Any, labels: Any, logits: Any, pos_weight: Any) -> Any:
    weight = labels * (pos_weight - 1.0) + 1.0
    return g * (1.0 - labels - weight * op.sigmoid(op.negative(logits)))


@primitive(
    (
        _weighted_labels,
        _weighted_logits,
        lambda g, _ans, labels, logits, _pos_weight: g * labels * op.softplus(op.negative(logits)),
    ),
    aliases=("weighted_cross_entropy_with_logits", "nn.weighted_cross_entropy_with_logits"),
    samples=(Sample((Y, Z, 2.5)), Sample((Y, L, np.array([0.5, 1.0, 2.0])))),
)
def weighted_cross_entropy(xp: Any, labels: Any, logits: Any, pos_weight: Any) -> Any:
    """sigmoid_cross_entropy in which positive labels count pos_weight times, element by element."""
    weight = xp.multiply(labels, pos_weight - 1) + 1
    falling = xp.log1p(xp.exp(-xp.abs(logits))) + xp.maximum(xp.negative(logits), 0)
    return (1 - labels) * logits + weight * falling


def _checked(logits: Any, axis: int) -> int:
    """The axis of the classes, counted from the end. Raises ValueError where logits have no such axis."""
    rank = shapes.rank(logits)
    if not -rank <= axis < rank:
        raise ValueError(f"logits of shape {shapes.text(shapes.shape(logits))} have no axis {axis} for the classes")
    found: int = from_the_end(axis, rank)
    return found


def _to_labels(g: Any, _ans: Any, _labels: Any, logits: Any, axis: int = -1) -> Any:
    axis = _checked(logits, axis)
    return op.negative(op.expand_dims(g, axis=axis) * op.log_softmax(logits, axis=axis))


def _to_logits(g: Any, _ans: Any, labels: Any, logits: Any, axis: int = -1) -> Any:
    axis = _checked(logits, axis)
    if type(g) is ndarray is type(logits) and are_large(logits, labels) and g.dtype == logits.dtype:
        back = shares(np, logits, axis)
        back *= labels.sum(axis=axis, keepdims=True)
        back -= labels
        back *= np.expand_dims(g, axis)
        return back
    total = op.sum(labels, axis=axis, keepdims=True)
    return op.expand_dims(g, axis=axis) * (op.softmax(logits, axis=axis) * total - labels)


def _soft_forward(slot: int, v: Any, ans: Any, labels: Any, logits: Any, axis: int = -1) -> Any:
    axis = _checked(logits, axis)
    if slot == 0:
        return op.negative(op.sum(v * op.log_softmax(logits, axis=axis), axis=axis))
    total = op.sum(labels, axis=axis, keepdims=True)
    return op.sum(v * (op.softmax(logits, axis=axis) * total - labels), axis=axis)


@primitive(
    (_to_labels, _to_logits),
    aliases=("nn.softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_logits"),
    spellings=spelled("categorical_crossentropy", by=keras.categorical_crossentropy),
    renamed={"dim": "axis"},
    samples=(Sample((P, L)), Sample((P[0], L[0])), Sample((P[0], L)), Sample((C * C, C), {"axis": 1})),
    batch=aligned,
    jvp=_soft_forward,
)
def softmax_cross_entropy(xp: Any, labels: Any, logits: Any, *, axis: int = -1) -> Any:
    """Cross entropy of probabilities against softmax(logits) over axis, safe for large logits; the shape loses axis.

    A label of 0 costs 0, also where its logit is -inf. Labels need not sum to 1.
    """
    axis = _checked(logits, axis)
    logits = xp.asarray(logits)
    found = xp.exp(logits) if 0 in logits.shape else scores(xp, logits, axis)
    return -xp.sum(labels * xp.where(xp.equal(labels, 0), 0, found), axis=axis)


def _picked(xp: Any, scores: Any, labels: Any, axis: int) -> Any:
    """scores at the class of each label.

    Raises TypeError for labels that are no whole numbers, ValueError for a label or shape that does not fit.
    """
    labels = xp.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels are numbers of classes, not {labels.dtype}: cast them to int64")
    dims = shapes.shape(scores)
    place = len(dims) + axis
    if shapes.shape(labels) != dims[:place] + dims[place + 1 :]:
        raise ValueError(
            f"labels of shape {shapes.text(labels.shape)} do not fit: one is needed for each row of scores"
        )
    if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) < dims[axis]:
        raise ValueError(f"a label lies outside 0..{dims[axis] - 1}, the numbers of the classes")
    if len(dims) == 2 and axis == -1:
        return scores[xp.arange(dims[0]), labels]
    return xp.squeeze(xp.take_along_axis(scores, xp.expand_dims(labels, axis), axis=axis), axis)


def _hot(labels: Any, scores: Any, axis: int) -> Any:
    """Ones at the classes of the labels, in the shape and dtype of scores."""
    count = shapes.shape(scores)[axis]
    classes = namespace(scores).arange(count).reshape((count, *(1,) * (-axis - 1)))
    wide = op.expand_dims(labels, axis=axis) if shapes.rank(labels) else labels
    return op.cast(op.equal(wide, classes), dtype=scores.dtype)


def _sparse(g: Any, _ans: Any, labels: Any, logits: Any, axis: int = -1) -> Any:
    axis = _checked(logits, axis)
    is_plain = type(g) is np.ndarray is type(logits) and type(labels) is np.ndarray
    if is_plain and logits.ndim == 2 and axis == -1 and logits.size and g.dtype == logits.dtype:
        back = shares(np, logits, axis)
        back[np.arange(len(back)), labels] -= 1
        back *= g[:, None]
        return back
    return op.expand_dims(g, axis=axis) * (op.softmax(logits, axis=axis) - _hot(labels, logits, axis))


def _sparse_forward(slot: int, v: Any, ans: Any, labels: Any, logits: Any, axis: int = -1) -> Any:
    axis = _checked(logits, axis)
    return op.sum(v * (op.softmax(logits, axis=axis) - _hot(labels, logits, axis)), axis=axis)


@primitive(
    (None, _sparse),
    aliases=("nn.sparse_softmax_cross_entropy_with_logits", "sparse_softmax_cross_entropy_with_logits"),
    spellings=spelled("sparse_categorical_crossentropy", by=keras.sparse_categorical_crossentropy),
    samples=(
        Sample((np.array([2, 0]), L)),
        Sample((1, L[0])),
        Sample((np.array([[2, 0], [1, 1]], np.uint8), C), {"axis": 1}),
    ),
    batch=together,
    jvp=_sparse_forward,
)
def sparse_softmax_cross_entropy(xp: Any, labels: Any, logits: Any, *, axis: int = -1) -> Any:
    """Cross entropy of classes against softmax(logits) over axis, safe for large logits.

    labels: whole numbers of any integer dtype, of the shape of logits without axis. Raises TypeError for other labels,
    ValueError for one that is no class.
    """
    axis, logits = _checked(logits, axis), xp.asarray(logits)
    if 0 in logits.shape:
        return -_picked(xp, logits, labels, axis)
    e, top = exponentials(xp, logits, axis)
    total = xp.log(along(e, axis)) + top
    return xp.squeeze(total, axis) - _picked(xp, logits, labels, axis)


def _nll(g: Any, _ans: Any, log_probs: Any, targets: Any, axis: int = -1, reduction: str = "mean") -> Any:
    axis = _checked(log_probs, axis)
    if reduction == "mean":
        g = g * (1.0 / max(int(np.prod(shapes.shape(targets))), 1))
    wide = op.expand_dims(g, axis=axis) if reduction == "none" else g
    return op.negative(wide * _hot(targets, log_probs, axis))


@primitive(
    (_nll, None),
    aliases=("nll_loss", "nn.nll_loss"),
    renamed={"input": "log_probs", "target": "targets", "dim": "axis"},
    samples=(
        Sample((L, np.array([2, 0]))),
        Sample((L, np.array([2, 0])), {"reduction": "none"}),
        Sample((L[0], 1), {"reduction": "sum"}),
        Sample((C, np.array([[2, 0], [1, 1]], np.int32)), {"axis": 1}),
    ),
    batch=together,
    jvp="multilinear",
)
def nll(xp: Any, log_probs: Any, targets: Any, *, axis: int = -1, reduction: str = "mean") -> Any:
    """The negative log-probability of each target class along axis; the mean unless reduction says otherwise.

    targets: whole numbers of any integer dtype, of the shape of log_probs without axis. Raises TypeError for other
    targets, ValueError for one that is no class.
    """
    return reduced(xp, -_picked(xp, log_probs, targets, _checked(log_probs, axis)), reduction)
