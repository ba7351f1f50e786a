"""Losses between distributions: probabilities, rates and directions."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops import keras_losses as keras
from gradstudio.engine.ops.batch_rules import reduced_losses
from gradstudio.engine.ops.loss import each, pushed, reduced, spelled

primitive = category("loss", batch=reduced_losses)
composite = composites("loss")
Z = np.array([0.5, -1.25, 2.0])
L = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])


def _bce_target(g: Any, _ans: Any, targets: Any, probabilities: Any, reduction: str = "mean") -> Any:
    return each(g, targets, probabilities, reduction) * (op.log(1.0 - probabilities) - op.log(probabilities))


def _bce_probability(g: Any, _ans: Any, targets: Any, probabilities: Any, reduction: str = "mean") -> Any:
    # Only 0 / 0 is kept out: a class that cannot be has no say where its probability is 0.
    no = op.logical_and(op.equal(targets, 0), op.equal(probabilities, 0))
    yes = op.logical_and(op.equal(targets, 1), op.equal(probabilities, 1))
    wrong = (1.0 - targets) / op.where(yes, 1.0, 1.0 - probabilities)
    return each(g, targets, probabilities, reduction) * (wrong - targets / op.where(no, 1.0, probabilities))


T, P = np.array([1.0, 0.0, 0.3]), np.array([0.8, 0.1, 0.4])
_BCE = (_bce_target, _bce_probability)


@primitive(
    _BCE,
    spellings=spelled("binary_crossentropy", by=keras.binary_crossentropy),
    samples=(Sample((T, P)), Sample((T, P), {"reduction": "sum"}), Sample((T, P), {"reduction": "none"})),
    jvp=pushed(_BCE, "mean"),
)
def binary_cross_entropy(xp: Any, targets: Any, probabilities: Any, *, reduction: str = "mean") -> Any:
    """Cross entropy of targets in 0..1 against probabilities; the mean unless reduction says otherwise.

    A target of 0 or 1 that is met exactly costs 0, one that is missed entirely costs infinity. From logits,
    sigmoid_cross_entropy is safer.
    """
    yes = xp.log(xp.where(xp.equal(targets, 0), 1, probabilities))
    no = xp.log(xp.where(xp.equal(targets, 1), 1, xp.subtract(1, probabilities)))
    return reduced(xp, -(targets * yes + (1 - targets) * no), reduction)


def _kl_true(g: Any, _ans: Any, true: Any, predicted: Any, reduction: str = "sum") -> Any:
    # Along the line on which both are 0 the loss stays 0; at any other 0 of true it falls infinitely fast.
    none = op.logical_and(op.equal(true, 0), op.equal(predicted, 0))
    slope = op.log(op.where(none, 1.0, true) / op.where(none, 1.0, predicted)) + 1.0
    return each(g, true, predicted, reduction) * op.where(none, 0.0, slope)


def _kl_predicted(g: Any, _ans: Any, true: Any, predicted: Any, reduction: str = "sum") -> Any:
    none = op.equal(true, 0)
    return op.negative(each(g, true, predicted, reduction) * (true / op.where(none, 1.0, predicted)))


D, E = np.array([0.2, 0.5, 0.3]), np.array([0.4, 0.4, 0.2])
_KL = (_kl_true, _kl_predicted)


@primitive(
    _KL,
    spellings=spelled("kl_divergence", "kullback_leibler_divergence", "kld", "KLD", by=keras.kl_divergence),
    samples=(Sample((D, E)), Sample((D, E), {"reduction": "mean"}), Sample((D, E), {"reduction": "none"})),
    jvp=pushed(_KL, "sum"),
)
def kl_divergence(xp: Any, true: Any, predicted: Any, *, reduction: str = "sum") -> Any:
    """true log(true / predicted): how far the distribution `predicted` is from `true`; the sum unless told otherwise.

    Where true is 0 the loss is 0, whatever is predicted. Source: Kullback & Leibler (1951).
    """
    none = xp.equal(true, 0)
    ratio = xp.where(none, 1, true) / xp.where(none, 1, predicted)
    return reduced(xp, true * xp.log(ratio), reduction)


def _poisson_targets(g: Any, _ans: Any, targets: Any, log_input: Any, compute_full_loss: bool = False) -> Any:
    slope = op.negative(g * log_input)
    if not compute_full_loss:
        return slope
    many = op.greater(targets, 1)
    safe = op.where(many, targets, 1.0)
    return slope + g * op.where(many, op.log(safe) + 0.5 / safe, 0.0)


@primitive(
    (_poisson_targets, lambda g, _ans, targets, log_input, compute_full_loss=False: g * (op.exp(log_input) - targets)),
    aliases=("nn.log_poisson_loss",),
    samples=(
        Sample((np.array([0.5, 2.0, 3.5]), Z)),
        Sample((np.array([0.5, 2.0, 3.5]), Z), {"compute_full_loss": True}),
    ),
    batch="elementwise",
    jvp="same",
)
def log_poisson_loss(xp: Any, targets: Any, log_input: Any, *, compute_full_loss: bool = False) -> Any:
    """exp(log_input) - targets log_input, element by element: the Poisson loss of rates given as logarithms.

    compute_full_loss adds Stirling's approximation of log(targets!), which is 0 for targets of at most 1.
    """
    loss = xp.exp(log_input) - xp.multiply(targets, log_input)
    if not compute_full_loss:
        return loss
    many = xp.greater(targets, 1)
    safe = xp.where(many, targets, 1)
    stirling = safe * xp.log(safe) - safe + 0.5 * xp.log(2.0 * np.pi * safe)
    return loss + xp.where(many, stirling, 0)


@composite(
    aliases=("nn.cosine_similarity",),
    spellings=spelled("cosine_similarity", by=keras.cosine_similarity),
    renamed={"dim": "axis", "eps": "epsilon"},
    samples=(Sample((L, Z)), Sample((L, L[::-1]), {"axis": 0})),
)
def cosine_similarity(x: Any, y: Any, *, axis: int = -1, epsilon: float = 1e-12) -> Any:
    """Cosine of the angle between x and y along axis; 0 where one of them is 0.

    epsilon: the least square of a length, as in l2_normalize.
    """
    one = op.l2_normalize(x, axis=axis, epsilon=epsilon)
    return op.sum(op.multiply(one, op.l2_normalize(y, axis=axis, epsilon=epsilon)), axis=axis)
