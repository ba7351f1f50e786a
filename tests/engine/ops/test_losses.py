"""Losses: by hand, reductions, labels of every kind, extremes, formulas, and the spellings of Keras."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import gradstudio as gs

Z = np.array([0.5, -1.25, 2.0])
L = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
P = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]])


def gradient(function: Any, *values: Any) -> list[Any]:
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return [None if g is None else np.asarray(g) for g in tape.gradient(y, sources)]


REDUCED = [
    (gs.mse, (L, Z), (L - Z) ** 2, "mean"),
    (gs.mae, (L, 0.9 * Z + 1.0), np.abs(L - 0.9 * Z - 1.0), "mean"),
    (gs.huber, (L, 0.0), np.where(np.abs(L) <= 1.0, 0.5 * L**2, np.abs(L) - 0.5), "mean"),
    (gs.hinge, (np.sign(Z), L), np.maximum(1.0 - np.sign(Z) * L, 0.0), "mean"),
    (
        gs.binary_cross_entropy,
        (np.array([1.0, 0.0, 0.5]), np.array([0.8, 0.1, 0.5])),
        -np.log([0.8, 0.9, 0.5]),
        "mean",
    ),
    (gs.kl_divergence, (P[0], np.array([0.4, 0.4, 0.2])), P[0] * np.log(P[0] / [0.4, 0.4, 0.2]), "sum"),
    (gs.nll, (L, np.array([2, 0])), np.array([-2.0, -1.5]), "mean"),
]


@pytest.mark.parametrize(("loss", "inputs", "each", "default"), REDUCED)
def test_every_reduction_is_the_mean_the_sum_or_the_losses_themselves(
    loss: Any, inputs: Any, each: np.ndarray, default: str
) -> None:
    results = {"none": each, "sum": each.sum(), "mean": each.mean()}
    for reduction, want in results.items():
        np.testing.assert_allclose(loss(*inputs, reduction=reduction), want, rtol=1e-14)
    np.testing.assert_allclose(loss(*inputs), results[default], rtol=1e-14)
    with pytest.raises(ValueError, match="reduction='max' is not known"):
        loss(*inputs, reduction="max")


@pytest.mark.parametrize(("loss", "inputs", "each", "default"), REDUCED)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_a_reduction_scales_the_gradient_and_nothing_else(
    loss: Any, inputs: Any, each: np.ndarray, default: str, reduction: str
) -> None:
    floating = [i for i, x in enumerate(inputs) if np.asarray(x).dtype.kind == "f"]

    def slopes(how: str) -> list[Any]:
        sources = {i: gs.constant(inputs[i]) for i in floating}
        with gs.GradientTape() as tape:
            tape.watch(list(sources.values()))
            y = loss(*[sources.get(i, x) for i, x in enumerate(inputs)], reduction=how)
        return [np.asarray(g) for g in tape.gradient(y, list(sources.values()))]

    factor = 1.0 / each.size if reduction == "mean" else 1.0
    for got, whole in zip(slopes(reduction), slopes("none"), strict=True):
        np.testing.assert_allclose(got, factor * whole, rtol=1e-14)


@pytest.mark.parametrize(("loss", "inputs", "each", "default"), REDUCED)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_a_batch_of_losses_is_each_of_them(
    loss: Any, inputs: Any, each: np.ndarray, default: str, reduction: str
) -> None:
    scales = (1.0, 0.9, 0.8)
    stacked = [np.stack([x * s if np.asarray(x).dtype.kind == "f" else x for s in scales]) for x in inputs]
    got = gs.vmap(lambda *v: loss(*v, reduction=reduction))(*[gs.constant(x) for x in stacked])
    want = [np.asarray(loss(*[x[k] for x in stacked], reduction=reduction)) for k in range(3)]
    np.testing.assert_allclose(got, want, rtol=1e-13)
    got = gs.vmap(lambda first: loss(first, *inputs[1:], reduction=reduction))(gs.constant(stacked[0]))
    want = [np.asarray(loss(stacked[0][k], *inputs[1:], reduction=reduction)) for k in range(3)]
    np.testing.assert_allclose(got, want, rtol=1e-13)


@pytest.mark.parametrize(
    ("function", "values", "slopes"),
    [
        (lambda x: gs.mae(x, 2.0, reduction="none"), [2.0, 1.0, 5.0], [0.0, -1.0, 1.0]),
        (lambda x: gs.huber(x, 0.0, delta=0.5, reduction="sum"), [0.0, 0.5, -0.5, 9.0], [0.0, 0.5, -0.5, 0.5]),
        (lambda y: gs.hinge([1.0, -1.0, 1.0], y, reduction="sum"), [1.0, -1.0, 0.9], [0.0, 0.0, -1.0]),
        (lambda p: gs.binary_cross_entropy([1.0, 0.0], p), [1.0, 0.0], [-0.5, 0.5]),
        (lambda q: gs.kl_divergence([0.0, 1.0], q), [0.0, 1.0], [0.0, -1.0]),
        (lambda p: gs.kl_divergence(p, [0.0, 1.0]), [0.0, 1.0], [0.0, 1.0]),
    ],
)
def test_slopes_at_corners_and_zeros(function: Any, values: Any, slopes: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (got,) = gradient(function, values)
    np.testing.assert_array_equal(got, slopes)


def test_a_certain_answer_that_is_right_costs_nothing_and_a_wrong_one_infinitely_much() -> None:
    assert float(gs.binary_cross_entropy([1.0, 0.0], [1.0, 0.0])) == 0.0
    assert float(gs.kl_divergence([0.0, 1.0], [0.0, 1.0])) == 0.0
    with np.errstate(divide="ignore"):
        assert float(gs.binary_cross_entropy(1.0, 0.0)) == math.inf
        assert float(gs.kl_divergence([0.5, 0.5], [1.0, 0.0])) == math.inf


@pytest.mark.parametrize(
    ("function", "logits", "cost", "slopes"),
    [
        (lambda x: gs.sigmoid_cross_entropy([1.0, 0.0], x), [-1000.0, 1000.0], [1000.0, 1000.0], [-1.0, 1.0]),
        (
            lambda x: gs.nn.weighted_cross_entropy_with_logits([1.0, 0.0], x, 3.0),
            [-1000.0, 1000.0],
            [3000.0, 1000.0],
            [-3.0, 1.0],
        ),
        (lambda x: gs.softmax_cross_entropy([1.0, 0.0], x), [-1000.0, 0.0], 1000.0, [-1.0, 1.0]),
        (lambda x: gs.softmax_cross_entropy([0.0, 1.0], x), [-np.inf, 3.0], 0.0, [0.0, 0.0]),
        (lambda x: gs.sparse_softmax_cross_entropy(0, x), [-1000.0, 0.0], 1000.0, [-1.0, 1.0]),
        (lambda x: gs.sparse_softmax_cross_entropy(1, x), [-np.inf, 3.0], 0.0, [0.0, 0.0]),
    ],
)
def test_extreme_logits_cost_what_they_should(function: Any, logits: Any, cost: Any, slopes: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = function(gs.constant(logits))
        (got,) = gradient(function, logits)
    np.testing.assert_allclose(y, cost, atol=1e-300)
    np.testing.assert_allclose(got, slopes, atol=1e-300)


def test_the_fused_cross_entropies_agree_with_their_formulas_to_second_order() -> None:
    labels = np.array([0.3, 0.0, 1.0])
    pairs = [
        (
            lambda x: gs.sigmoid_cross_entropy(labels, x),
            lambda x: -(labels * gs.log(gs.sigmoid(x)) + (1.0 - labels) * gs.log(1.0 - gs.sigmoid(x))),
        ),
        (
            lambda x: gs.nn.weighted_cross_entropy_with_logits(labels, x, 2.5),
            lambda x: -(2.5 * labels * gs.log(gs.sigmoid(x)) + (1.0 - labels) * gs.log(1.0 - gs.sigmoid(x))),
        ),
        (lambda x: gs.softmax_cross_entropy(P, x), lambda x: -gs.sum(P * gs.log(gs.softmax(x)), axis=-1)),
        (
            lambda x: gs.softmax_cross_entropy(P, x, axis=0),
            lambda x: -gs.sum(P * gs.log(gs.softmax(x, axis=0)), axis=0),
        ),
        (
            lambda x: gs.sparse_softmax_cross_entropy([2, 0], x),
            lambda x: -gs.sum(np.array([[0, 0, 1.0], [1.0, 0, 0]]) * gs.log(gs.softmax(x)), axis=-1),
        ),
        (
            lambda x: gs.nn.log_poisson_loss(np.array([0.5, 2.0, 4.0]), x),
            lambda x: gs.exp(x) - x * np.array([0.5, 2.0, 4.0]),
        ),
        (gs.l2_loss, lambda x: gs.sum(gs.square(x)) / 2.0),
    ]
    for fused, formula in pairs:
        np.testing.assert_allclose(fused(gs.constant(L)), formula(gs.constant(L)), rtol=1e-13)
        slope = [gs.grad(lambda x, f=f: gs.sum(gs.sin(f(x)))) for f in (fused, formula)]
        np.testing.assert_allclose(slope[0](L), np.asarray(slope[1](L)), rtol=1e-11, atol=1e-13)
        second = [np.asarray(gs.jacrev(s)(gs.constant(L))) for s in slope]
        np.testing.assert_allclose(second[0], second[1], rtol=1e-9, atol=1e-11)


def test_labels_that_do_not_sum_to_one_keep_the_gradient_right() -> None:
    # TensorFlow's own rule takes their sum for 1; the derivative of -sum(2 log softmax) is 2 softmax - label.
    (got,) = gradient(lambda x: gs.softmax_cross_entropy([2.0, 0.0], x), [0.0, 0.0])
    np.testing.assert_allclose(got, [-1.0, 1.0])


def test_labels_broadcast_and_an_axis_without_classes_costs_nothing() -> None:
    np.testing.assert_allclose(
        gs.nn.softmax_cross_entropy_with_logits([0.0, 1.0], [[1.0, 1.0], [2.0, 3.0]]),
        [math.log(2.0), 0.3132616875182228],
    )
    np.testing.assert_array_equal(gs.softmax_cross_entropy(np.zeros((2, 0)), np.zeros((2, 0))), [0.0, 0.0])
    assert gs.softmax_cross_entropy(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0,)
    assert gs.sparse_softmax_cross_entropy(np.zeros(0, np.int64), np.zeros((0, 3))).shape == (0,)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64, np.uint64])
def test_labels_may_be_of_any_integer_dtype(dtype: Any) -> None:
    labels = np.array([[2, 0], [1, 1]], dtype)
    logits = np.cos(np.arange(12.0)).reshape(2, 2, 3)
    want = -np.log(
        np.take_along_axis(np.exp(logits), labels[..., None].astype(int), -1)[..., 0] / np.exp(logits).sum(-1)
    )
    np.testing.assert_allclose(gs.sparse_softmax_cross_entropy(labels, logits), want, rtol=1e-13)
    np.testing.assert_allclose(gs.nll(gs.log_softmax(logits), labels), want.mean(), rtol=1e-13)
    moved = gs.sparse_softmax_cross_entropy(labels, np.moveaxis(logits, -1, 1), axis=1)
    np.testing.assert_allclose(moved, want, rtol=1e-13)


@pytest.mark.parametrize(
    ("labels", "kind", "message"),
    [
        ([3, 0], ValueError, r"a label lies outside 0\.\.2"),
        ([-1, 0], ValueError, r"a label lies outside 0\.\.2"),
        ([0, 1, 2], ValueError, r"labels of shape \[3\] do not fit"),
        ([1.0, 0.0], TypeError, "labels are numbers of classes, not float64: cast them to int64"),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        gs.sparse_softmax_cross_entropy(labels, L)
    with pytest.raises(kind, match=message):
        gs.nll(L, labels)


def test_logits_without_an_axis_for_the_classes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"logits of shape \[2,3\] have no axis 2 for the classes"):
        gs.softmax_cross_entropy(P, L, axis=2)


def test_float32_logits_with_integer_labels_stay_float32_with_their_gradient() -> None:
    x = gs.constant(L.astype(np.float32))
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = gs.sparse_softmax_cross_entropy(np.array([2, 0]), x)
    assert y.dtype == np.float32
    assert tape.gradient(y, x).dtype == np.float32


def test_the_full_poisson_loss_adds_stirlings_formula_only_above_one() -> None:
    got = np.asarray(gs.nn.log_poisson_loss([0.0, 0.5, 1.0, 2.0], [0.1, 0.2, 0.3, 0.4], compute_full_loss=True))
    np.testing.assert_allclose(got, [1.1051709, 1.1214027, 1.0498588, 1.3436313], rtol=1e-7)


def test_cosine_similarity_is_one_minus_one_or_zero_where_it_should_be() -> None:
    x = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [0.0, 0.0]])
    y = np.array([[2.0, 4.0], [-1.0, -2.0], [2.0, -1.0], [1.0, 1.0]])
    np.testing.assert_allclose(gs.cosine_similarity(x, y), [1.0, -1.0, 0.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(gs.cosine_similarity(x.T, y.T, dim=0), [1.0, -1.0, 0.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(gs.cosine_similarity(x[0], y), gs.cosine_similarity(y, x[0]), atol=1e-15)


def test_keras_takes_the_mean_over_the_last_axis_only() -> None:
    true = np.array([[0.0, 1.0], [0.0, 0.0]])
    predicted = np.array([[1.0, 1.0], [1.0, 0.0]])
    for name in ("mse", "MSE", "mean_squared_error"):
        np.testing.assert_array_equal(getattr(gs.keras.losses, name)(true, predicted), [0.5, 0.5])
        np.testing.assert_array_equal(getattr(gs.losses, name)(y_true=true, y_pred=predicted), [0.5, 0.5])
    np.testing.assert_array_equal(gs.keras.losses.mae(true, 3.0 * predicted), [2.5, 1.5])
    np.testing.assert_allclose(gs.keras.losses.huber(true, 3.0 * predicted, delta=1.0), [2.0, 1.25])
    np.testing.assert_allclose(gs.keras.losses.huber([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]), [0.18, 0.13])
    assert float(gs.mse(true, predicted)) == 0.5


def test_keras_levels_a_last_axis_of_one() -> None:
    np.testing.assert_array_equal(gs.keras.losses.mse([1.0, 2.0], [[1.0], [4.0]]), [0.0, 4.0])
    np.testing.assert_array_equal(gs.keras.losses.mse([[[1.0], [2.0]]], [[1.0, 4.0]]), [2.0])


def test_keras_cross_entropies_from_probabilities_and_from_logits() -> None:
    keras = gs.keras.losses
    np.testing.assert_allclose(
        keras.binary_crossentropy([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]),
        [-np.log(0.4), -np.log([0.6, 0.4]).mean()],
    )
    np.testing.assert_allclose(
        keras.binary_crossentropy([[0.0, 1.0]], [[-1.0, 2.0]], from_logits=True),
        np.mean([np.log1p(np.exp(-1.0)), np.log1p(np.exp(-2.0))], keepdims=True),
    )
    true, predicted = [[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]
    np.testing.assert_allclose(keras.categorical_crossentropy(true, predicted), -np.log([0.95, 0.1]), rtol=1e-12)
    np.testing.assert_allclose(
        keras.sparse_categorical_crossentropy([1, 2], predicted), -np.log([0.95, 0.1]), rtol=1e-5
    )
    np.testing.assert_allclose(
        keras.categorical_crossentropy(P, L, from_logits=True), gs.softmax_cross_entropy(P, L), rtol=1e-15
    )
    np.testing.assert_allclose(
        keras.sparse_categorical_crossentropy([[2], [9]], L, from_logits=True, ignore_class=9),
        [float(gs.sparse_softmax_cross_entropy(2, L[0])), 0.0],
    )
    smooth = keras.categorical_crossentropy([[1.0, 0.0]], [[0.5, 0.5]], label_smoothing=0.1)
    np.testing.assert_allclose(smooth, [math.log(2.0)])


def test_keras_divergence_hinge_and_similarity() -> None:
    keras = gs.keras.losses
    want = np.sum(P[0] * np.log(P[0] / [0.4, 0.4, 0.2]))
    for name in ("kl_divergence", "kld", "KLD", "kullback_leibler_divergence"):
        np.testing.assert_allclose(getattr(keras, name)(P[:1], [[0.4, 0.4, 0.2]]), [want], rtol=1e-12)
    np.testing.assert_allclose(keras.hinge([[0.0, 1.0]], [[0.3, 0.2]]), [1.05])
    np.testing.assert_allclose(keras.hinge([[-1.0, 1.0]], [[0.3, 0.2]]), [1.05])
    np.testing.assert_allclose(keras.cosine_similarity([[0.0, 1.0]], [[0.3, 0.2]]), [-0.5547001962252291])


def test_the_losses_of_keras_have_gradients_on_a_tape() -> None:
    (got,) = gradient(lambda y: gs.keras.losses.mse([[0.0, 1.0]], y), [[1.0, 3.0]])
    np.testing.assert_array_equal(got, [[1.0, 2.0]])
    (got,) = gradient(lambda y: gs.losses.binary_crossentropy([[0.0, 1.0]], y, from_logits=True), [[0.0, 0.0]])
    np.testing.assert_array_equal(got, [[0.25, -0.25]])


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("nn.softmax_cross_entropy_with_logits", "softmax_cross_entropy"),
        ("nn.sparse_softmax_cross_entropy_with_logits", "sparse_softmax_cross_entropy"),
        ("nn.sigmoid_cross_entropy_with_logits", "sigmoid_cross_entropy"),
        ("nn.weighted_cross_entropy_with_logits", "weighted_cross_entropy"),
        ("mse_loss", "mse"),
        ("l1_loss", "mae"),
        ("nll_loss", "nll"),
        ("nn.l2_loss", "l2_loss"),
    ],
)
def test_the_names_of_the_peers_are_the_same_loss(name: str, same: str) -> None:
    found: Any = gs
    for part in name.split("."):
        found = getattr(found, part)
    assert found is getattr(gs, same)
