"""Losses as tf.keras.losses spells them: one number for each row, taken over the last axis.

y_true comes first and takes the dtype of y_pred; where one of the two has a last axis of length 1 more, it is left
out. Probabilities are kept epsilon away from 0 and 1, as Keras does.
"""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.primitive import op

EPSILON = 1e-7


def _pair(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Both as tensors of one dtype and, if an axis of length 1 is all that parts them, of one rank."""
    true, predicted = convert_to_tensor(y_true), convert_to_tensor(y_pred)
    if predicted.dtype.kind == "f" and true.dtype != predicted.dtype:
        true = op.cast(true, dtype=predicted.dtype)
    if true.ndim == predicted.ndim + 1 and true.shape[-1] == 1:
        return _level(true, predicted)
    if predicted.ndim == true.ndim + 1 and predicted.shape[-1] == 1:
        predicted, true = _level(predicted, true)
    return true, predicted


def _level(longer: Any, shorter: Any) -> tuple[Any, Any]:
    if shorter.ndim == 1:
        return longer, op.expand_dims(shorter, axis=-1)
    return op.squeeze(longer, axis=-1), shorter


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of the squared differences."""
    return op.mean(op.squared_difference(*_pair(y_true, y_pred)), axis=-1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of the absolute differences."""
    true, predicted = _pair(y_true, y_pred)
    return op.mean(op.mae(true, predicted, reduction="none"), axis=-1)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Mean over the last axis of the Huber loss: half the square of differences up to delta, straight beyond."""
    true, predicted = _pair(y_true, y_pred)
    return op.mean(op.huber(true, predicted, delta=delta, reduction="none"), axis=-1)


def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1
) -> Any:
    """Mean over axis of the cross entropy of labels in 0..1 against probabilities or, from_logits, their logits."""
    true, predicted = _pair(y_true, y_pred)
    if label_smoothing:
        true = op.add(op.multiply(true, 1.0 - label_smoothing), 0.5 * label_smoothing)
    if from_logits:
        return op.mean(op.sigmoid_cross_entropy(true, predicted), axis=axis)
    inside = op.clip(predicted, EPSILON, 1.0 - EPSILON)
    return op.mean(op.binary_cross_entropy(true, inside, reduction="none"), axis=axis)


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """Cross entropy over axis of probabilities against probabilities (brought to sum 1) or, from_logits, logits."""
    true, predicted = _pair(y_true, y_pred)
    if label_smoothing:
        true = op.add(op.multiply(true, 1.0 - label_smoothing), label_smoothing / shapes.shape(true)[-1])
    if from_logits:
        return op.softmax_cross_entropy(true, predicted, axis=axis)
    share = op.divide(predicted, op.sum(predicted, axis=axis, keepdims=True))
    inside = op.clip(share, EPSILON, 1.0 - EPSILON)
    return op.negative(op.sum(op.multiply(true, op.log(inside)), axis=axis))


def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Any:
    """Cross entropy over axis of whole-number classes against probabilities or, from_logits, logits.

    ignore_class: labels of this number cost 0.
    """
    labels, predicted = convert_to_tensor(y_true), convert_to_tensor(y_pred)
    if labels.ndim == predicted.ndim and labels.shape[axis] == 1:
        labels = op.squeeze(labels, axis=axis)
    labels = op.cast(labels, dtype="int64")
    counted = None
    if ignore_class is not None:
        counted = op.not_equal(labels, ignore_class)
        labels = op.where(counted, labels, 0)
    if not from_logits:
        predicted = op.log(op.clip(predicted, EPSILON, 1.0 - EPSILON))
    losses = op.sparse_softmax_cross_entropy(labels, predicted, axis=axis)
    return losses if counted is None else op.where(counted, losses, 0.0)


def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """Sum over the last axis of y_true log(y_true / y_pred)."""
    true, predicted = (op.clip(x, EPSILON, 1.0) for x in _pair(y_true, y_pred))
    return op.sum(op.kl_divergence(true, predicted, reduction="none"), axis=-1)


def hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of max(0, 1 - y_true y_pred) for labels of -1 or 1; labels all 0 or 1 are told apart."""
    true, predicted = _pair(y_true, y_pred)
    binary = op.all(op.logical_or(op.equal(true, 0), op.equal(true, 1)))
    signed = op.where(binary, op.subtract(op.multiply(true, 2.0), 1.0), true)
    return op.mean(op.hinge(signed, predicted, reduction="none"), axis=-1)


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """The cosine of the angle along axis with its sign changed, so that less is closer."""
    true, predicted = _pair(y_true, y_pred)
    epsilon = EPSILON * EPSILON
    product = op.multiply(
        op.l2_normalize(true, axis=axis, epsilon=epsilon), op.l2_normalize(predicted, axis=axis, epsilon=epsilon)
    )
    return op.negative(op.sum(product, axis=axis))
