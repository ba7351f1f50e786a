"""Normalisation, moments, dropout and attention: by hand, against their formulas, and in a batch."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import gradstudio as gs

M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.cos(np.arange(24.0) * 1.3).reshape(2, 3, 4)
S, B = np.array([1.5, 0.5, -0.75]), np.array([0.1, -0.2, 0.3])


def gradient(function: Any, *values: Any) -> list[Any]:
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return [None if g is None else np.asarray(g) for g in tape.gradient(y, sources)]


def by_formula(x: Any, scale: Any, offset: Any, axis: Any, epsilon: float) -> Any:
    mean = gs.mean(x, axis=axis, keepdims=True)
    variance = gs.mean(gs.square(x - mean), axis=axis, keepdims=True)
    return (x - mean) / gs.sqrt(variance + epsilon) * scale + offset


def assert_same(fused: Any, formula: Any, *values: Any) -> None:
    """Values, gradients and the Jacobian of the gradient with respect to the first input."""
    xs = [gs.constant(v) for v in values]
    np.testing.assert_allclose(fused(*xs), np.asarray(formula(*xs)), rtol=1e-12, atol=1e-13)
    u = np.cos(np.arange(fused(*xs).size)).reshape(fused(*xs).shape)

    def slopes(function: Any) -> Any:
        return gs.grad(lambda *v: gs.sum(gs.sin(function(*v)) * u), argnums=tuple(range(len(xs))))

    for got, want in zip(slopes(fused)(*xs), slopes(formula)(*xs), strict=True):
        np.testing.assert_allclose(got, np.asarray(want), rtol=1e-10, atol=1e-12)
    second = [gs.jacrev(lambda x, f=f: slopes(f)(x, *xs[1:])[0])(xs[0]) for f in (fused, formula)]
    np.testing.assert_allclose(second[0], np.asarray(second[1]), rtol=1e-8, atol=1e-10)


def test_layer_norm_agrees_with_its_formula() -> None:
    assert_same(gs.layer_norm, lambda x, s, b: by_formula(x, s, b, -1, 1e-5), M, S, B)
    assert_same(
        lambda x, s, b: gs.layer_norm(x, s, b, axis=(1, 2), epsilon=0.1),
        lambda x, s, b: by_formula(x, s, b, (1, 2), 0.1),
        C,
        C[0] + 2.0,
        C[1],
    )


def test_a_scale_of_layer_norm_lies_on_the_axis_that_is_averaged() -> None:
    assert_same(
        lambda x, s, b: gs.layer_norm(x, s, b, axis=1),
        lambda x, s, b: by_formula(x, gs.reshape(s, (3, 1)), gs.reshape(b, (3, 1)), 1, 1e-5),
        C,
        S,
        B,
    )


def test_batch_norm_agrees_with_its_formula_with_channels_last_and_second() -> None:
    assert_same(gs.batch_norm, lambda x, s, b: by_formula(x, s, b, 0, 1e-5), M, S, B)
    four = np.array([1.0, -0.5, 2.0, 0.25])
    assert_same(gs.batch_norm, lambda x, s, b: by_formula(x, s, b, (0, 1), 1e-5), C, four, four[::-1])
    assert_same(
        lambda x, s, b: gs.batch_norm(x, s, b, axis=(0, 2)),
        lambda x, s, b: by_formula(x, gs.reshape(s, (3, 1)), gs.reshape(b, (3, 1)), (0, 2), 1e-5),
        C,
        S,
        B,
    )


def test_rms_norm_agrees_with_its_formula() -> None:
    def formula(x: Any, s: Any) -> Any:
        return x / gs.sqrt(gs.mean(x * x, axis=-1, keepdims=True) + 1e-6) * s

    assert_same(gs.rms_norm, formula, M, S)


def test_group_norm_is_a_layer_norm_of_each_group() -> None:
    x = np.cos(np.arange(2 * 3 * 5 * 6.0)).reshape(2, 3, 5, 6)
    got = np.asarray(gs.group_norm(x, groups=2, epsilon=1e-3))
    for n in range(2):
        for channels in (slice(0, 3), slice(3, 6)):
            part = x[n, ..., channels]
            want = (part - part.mean()) / np.sqrt(part.var() + 1e-3)
            np.testing.assert_allclose(got[n, ..., channels], want, rtol=1e-12)
    assert_same(
        lambda v, s, b: gs.group_norm(v, s, b, num_groups=1),
        lambda v, s, b: by_formula(v, s, b, (1, 2), 1e-5),
        C,
        C[0, 0],
        C[1, 0],
    )
    with pytest.raises(ValueError, match=r"x of shape \[2,3\] needs a batch axis and a last axis that 2 groups divide"):
        gs.group_norm(M, groups=2)


def test_batch_normalization_agrees_with_its_formula_for_all_five_inputs() -> None:
    v = np.array([0.5, 2.0, 1.25])
    assert_same(
        lambda x, m, w, o, s: gs.nn.batch_normalization(x, m, w, o, s, 1e-3),
        lambda x, m, w, o, s: (x - m) / gs.sqrt(w + 1e-3) * s + o,
        M,
        B,
        v,
        S,
        S,
    )
    plain = gs.nn.batch_normalization(M, B, v, None, None, variance_epsilon=1e-3)
    np.testing.assert_allclose(plain, (M - B) / np.sqrt(v + 1e-3), rtol=1e-15)


def test_values_that_are_all_equal_are_normalized_to_zero_with_a_finite_gradient() -> None:
    x = np.full((2, 3), 4.0)
    for function in (gs.layer_norm, gs.batch_norm, gs.standardize):
        np.testing.assert_array_equal(function(x), np.zeros((2, 3)))
        (got,) = gradient(lambda v, f=function: gs.sum(f(v) * M), x)
        assert np.all(np.isfinite(got))


def test_normalizing_nothing_gives_nothing_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for function in (gs.layer_norm, gs.rms_norm, gs.batch_norm, gs.l2_normalize):
            for shape in ((0, 3), (2, 0)):
                assert gradient(function, np.zeros(shape))[0].shape == shape


@pytest.mark.parametrize("function", [gs.layer_norm, gs.batch_norm])
@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 1), (5, 3), (5, 2, 3)])
def test_a_batch_of_normalizations_is_each_of_them(function: Any, axis: Any, shape: tuple[int, ...]) -> None:
    x = np.cos(np.arange(30.0)).reshape(5, 2, 3)
    scale = np.sin(np.arange(float(np.prod(shape)))).reshape(shape) + 2.0
    mapped = shape[:1] == (5,)
    options = {} if axis is None else {"axis": axis}

    def one(k: int) -> Any:
        return np.asarray(function(x[k], scale[k] if mapped else scale, **options))

    try:
        want = [one(k) for k in range(5)]
    except (ValueError, TypeError):
        return  # a scale that does not fit this axis
    got = gs.vmap(lambda v, s: function(v, s, **options), in_axes=(0, 0 if mapped else None))(x, scale)
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)


def test_l2_normalize_takes_all_axes_unless_told_and_holds_short_values() -> None:
    np.testing.assert_allclose(gs.nn.l2_normalize(M), M / np.linalg.norm(M), rtol=1e-15)
    np.testing.assert_allclose(gs.math.l2_normalize([[3.0, 4.0], [0.0, 0.0]], 1), [[0.6, 0.8], [0.0, 0.0]])
    (got,) = gradient(lambda x: gs.l2_normalize(x, axis=0), [0.0, 0.0])
    np.testing.assert_allclose(got, [1e6, 1e6])
    assert float(gs.l2_normalize(gs.constant(-2.0))) == -1.0
    assert gradient(gs.l2_normalize, -2.0)[0] == 0.0


def test_l2_normalize_of_complex_numbers_divides_by_the_modulus_and_follows_it() -> None:
    z = np.array([3.0 + 4.0j, 0.0])
    np.testing.assert_allclose(gs.l2_normalize(z), [0.6 + 0.8j, 0.0])
    z = np.array([0.3 - 0.5j, 1.2 + 0.7j])
    w = np.array([0.4 + 0.1j, -0.6 + 0.9j])

    def loss(v: np.ndarray) -> float:
        return float(np.sum(np.real(w * v / np.linalg.norm(v))))

    (got,) = gradient(lambda v: gs.sum(gs.real(gs.constant(w) * gs.l2_normalize(v))), z)
    for k in range(2):
        h = 1e-6 * np.eye(2)[k]
        along = (loss(z + h) - loss(z - h)) / 2e-6 + 1j * (loss(z + 1j * h) - loss(z - 1j * h)) / 2e-6
        assert complex(got[k]) == pytest.approx(along, abs=1e-8)


def test_moments_are_mean_and_variance_in_tensorflows_order_of_arguments() -> None:
    mean, variance = gs.nn.moments(M, [0], keepdims=True)
    np.testing.assert_allclose(mean, M.mean(0, keepdims=True))
    np.testing.assert_allclose(variance, M.var(0, keepdims=True))
    weights = np.array([1.0, 3.0, 0.0])
    mean, variance = gs.nn.weighted_moments(M, 1, weights)
    np.testing.assert_allclose(mean, np.average(M, axis=1, weights=weights))
    np.testing.assert_allclose(
        variance, np.average((M - np.asarray(mean)[:, None]) ** 2, axis=1, weights=weights), rtol=1e-14
    )


def test_bias_add_finds_the_channels_by_the_data_format() -> None:
    three, four = np.arange(3.0), np.arange(4.0)
    np.testing.assert_array_equal(gs.nn.bias_add(C, four), C + four)
    np.testing.assert_array_equal(gs.nn.bias_add(C, four, data_format="NWC"), C + four)
    np.testing.assert_array_equal(gs.nn.bias_add(C, three, data_format="NC..."), C + three[:, None])
    got = gradient(lambda x, b: gs.nn.bias_add(x, b, "NCW"), C, three)
    np.testing.assert_array_equal(got[1], [8.0, 8.0, 8.0])
    with pytest.raises(ValueError, match=r"a bias of shape \[3\] does not fit axis 2"):
        gs.nn.bias_add(C, three)
    with pytest.raises(ValueError, match='data_format=\'foo\' is not known: use "NHWC" or "NCHW"'):
        gs.nn.bias_add(C, three, "foo")


def test_local_response_normalization_sums_over_its_neighbours() -> None:
    got = np.asarray(gs.nn.lrn(M, depth_radius=1, bias=2.0, alpha=0.5, beta=0.75))
    around = np.array([[M[i, max(j - 1, 0) : j + 2] @ M[i, max(j - 1, 0) : j + 2] for j in range(3)] for i in range(2)])
    np.testing.assert_allclose(got, M / (2.0 + 0.5 * around) ** 0.75, rtol=1e-14)


def test_dropout_passes_the_gradient_through_the_mask_that_was_drawn() -> None:
    x = gs.constant(np.ones((50, 40)))
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = gs.nn.dropout(x, 0.3)
    mask = np.asarray(tape.gradient(y, x))
    np.testing.assert_array_equal(mask, np.asarray(y))
    assert set(np.unique(mask)) == {0.0, 1.0 / 0.7}
    assert np.mean(mask > 0) == pytest.approx(0.7, abs=0.05)


def test_dropout_is_the_same_for_the_same_seed_and_for_the_same_stream() -> None:
    x = np.ones((8, 9))
    np.testing.assert_array_equal(gs.nn.dropout(x, 0.5, seed=4), gs.nn.dropout(x, 0.5, seed=4))
    gs.random.set_seed(11)
    first, second = np.asarray(gs.nn.dropout(x, 0.5)), np.asarray(gs.nn.dropout(x, 0.5))
    assert (first != second).any()
    gs.random.set_seed(11)
    np.testing.assert_array_equal(gs.nn.dropout(x, 0.5), first)


def test_dropout_draws_in_the_noise_shape_and_keeps_float32() -> None:
    y = np.asarray(gs.nn.dropout(np.ones((6, 5), np.float32), 0.5, noise_shape=[None, 1], seed=2))
    assert y.dtype == np.float32
    assert (y == y[:, :1]).all()
    assert (y != y[:1]).any()


def test_dropout_of_an_infinity_is_zero_and_rate_zero_changes_nothing() -> None:
    assert set(np.asarray(gs.nn.dropout(np.full(20, np.inf), 0.5, seed=0)).tolist()) == {0.0, np.inf}
    np.testing.assert_array_equal(gs.nn.dropout(M, 0.0), M)
    np.testing.assert_array_equal(gradient(lambda x: gs.nn.dropout(x, rate=0), M)[0], np.ones((2, 3)))


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5])
def test_dropout_refuses_a_rate_that_is_no_probability_below_one(rate: float) -> None:
    with pytest.raises(ValueError, match="is not the probability to be dropped"):
        gs.nn.dropout(M, rate)


def test_dropout_refuses_whole_numbers() -> None:
    with pytest.raises(TypeError, match="x is int64, which cannot be scaled: cast it"):
        gs.nn.dropout([1, 2], 0.5)


Q = np.cos(np.arange(12.0)).reshape(2, 2, 3)
K = np.sin(np.arange(24.0) * 0.7).reshape(2, 4, 3)
V = np.cos(np.arange(16.0) * 0.3 + 1.0).reshape(2, 4, 2)


def attended(q: np.ndarray, k: np.ndarray, v: np.ndarray, added: Any = 0.0, scale: float = 3.0**-0.5) -> np.ndarray:
    scores = np.einsum("...qd,...kd->...qk", q, k) * scale + added
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return np.einsum("...qk,...kv->...qv", e / e.sum(-1, keepdims=True), v)


def test_attention_is_the_weighted_mean_of_the_values() -> None:
    np.testing.assert_allclose(gs.attention(Q, K, V), attended(Q, K, V), rtol=1e-13)
    np.testing.assert_allclose(gs.attention(Q, K[0], V[0], scale=2.0), attended(Q, K[0], V[0], scale=2.0), rtol=1e-13)
    np.testing.assert_allclose(gs.scaled_dot_product_attention(query=Q, key=K, value=V), attended(Q, K, V), rtol=1e-13)


def test_attention_hides_what_a_mask_of_booleans_or_whole_numbers_hides() -> None:
    mask = np.array([[True, False, True, True], [False, True, False, False]])
    want = attended(Q, K, V, np.where(mask, 0.0, -np.inf))
    np.testing.assert_allclose(gs.attention(Q, K, V, mask), want, rtol=1e-13)
    np.testing.assert_allclose(gs.attention(Q, K, V, mask.astype(np.int32)), want, rtol=1e-13)
    np.testing.assert_allclose(gs.attention(Q, K, V, np.where(mask, 0.0, -np.inf)), want, rtol=1e-13)


def test_causal_attention_sees_no_later_key() -> None:
    want = attended(K, K, V, np.where(np.tri(4, dtype=bool), 0.0, -np.inf))
    np.testing.assert_allclose(gs.attention(K, K, V, causal=True), want, rtol=1e-13)
    (got,) = gradient(lambda v: gs.attention(K, K, v, causal=True)[:, 0], V)
    np.testing.assert_array_equal(got[:, 1:], np.zeros((2, 3, 2)))


def test_a_query_that_sees_no_key_gets_zero_and_passes_a_finite_gradient() -> None:
    mask = np.array([[False, False, False, False], [True, True, False, True]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = np.asarray(gs.attention(Q, K, V, mask))
        grads = gradient(lambda q, k, v: gs.attention(q, k, v, mask), Q, K, V)
    np.testing.assert_array_equal(y[:, 0], np.zeros((2, 2)))
    assert all(np.all(np.isfinite(g)) for g in grads)
    np.testing.assert_array_equal(grads[0][:, 0], np.zeros((2, 3)))


def test_an_added_mask_and_a_scale_that_are_tensors_have_a_gradient() -> None:
    added, scale = gs.constant(K[:, :2, :1]), gs.constant(0.7)
    gs.check_grads(lambda m, s: gs.attention(Q, K, V, m, scale=s), [added, scale], order=2)


def test_attention_in_a_batch_is_each_attention() -> None:
    got = gs.vmap(gs.attention)(gs.constant(Q), gs.constant(K), gs.constant(V))
    np.testing.assert_allclose(got, attended(Q, K, V), rtol=1e-13)


def test_pytorchs_arguments_are_understood() -> None:
    x = np.arange(24.0).reshape(2, 3, 4) ** 1.5 % 7.0
    weight, bias = np.array([1.0, -0.5, 2.0, 0.25]), np.array([0.1, 0.0, -0.2, 0.3])
    np.testing.assert_array_equal(
        gs.layer_norm(x, (4,), weight, bias, eps=1e-3), gs.layer_norm(x, weight, bias, epsilon=1e-3)
    )
    np.testing.assert_array_equal(gs.layer_norm(x, [3, 4]), gs.layer_norm(x, axis=(1, 2)))
    np.testing.assert_array_equal(gs.rms_norm(x, normalized_shape=4, weight=weight), gs.rms_norm(x, weight))
    first = np.moveaxis(x, -1, 1)
    np.testing.assert_allclose(
        gs.group_norm(first, 2, weight, bias), np.moveaxis(gs.group_norm(x, weight, bias, groups=2).numpy(), -1, 1)
    )
    with pytest.raises(ValueError, match=r"layer_norm: x of shape \[2,3,4\] does not end in \[3\]"):
        gs.layer_norm(x, (3,))
