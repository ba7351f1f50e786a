"""Activations: corners and extremes by hand, options and names of the peers, fused forms against their formulas."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import gradstudio as gs

X = np.array([-3.5, -1.0, -0.2, 0.0, 0.3, 2.0, 7.0])


def gradient(function: Any, *values: Any) -> list[Any]:
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return [None if g is None else np.asarray(g) for g in tape.gradient(y, sources)]


@pytest.mark.parametrize(
    ("function", "corners", "slopes"),
    [
        (gs.relu, [0.0], [0.0]),
        (gs.relu6, [0.0, 6.0], [0.0, 0.0]),
        (gs.leaky_relu, [0.0], [0.2]),
        (lambda x: gs.leaky_relu(x, 0.05), [0.0, -1.0], [0.05, 0.05]),
        (gs.elu, [0.0], [1.0]),
        (lambda x: gs.elu(x, alpha=0.4), [0.0], [0.4]),
        (gs.selu, [0.0], [1.0507009873554805]),
        (gs.hardtanh, [-1.0, 1.0], [0.0, 0.0]),
        (lambda x: gs.hardtanh(x, min_val=-0.5, max_val=2.0), [-0.5, 1.9, 2.0], [0.0, 1.0, 0.0]),
        (gs.hardsigmoid, [-3.0, 0.0, 3.0], [0.0, 1.0 / 6.0, 0.0]),
        (gs.hardswish, [-3.0, 0.0, 3.0], [0.0, 0.5, 1.0]),
        (gs.hardshrink, [-0.5, 0.5, 0.6], [0.0, 0.0, 1.0]),
        (lambda x: gs.softshrink(x, lambd=0.25), [-0.25, 0.25, 0.3], [0.0, 0.0, 1.0]),
        (gs.softsign, [0.0], [1.0]),
        (gs.tanhshrink, [0.0], [0.0]),
    ],
)
def test_slopes_at_the_corners(function: Any, corners: list[float], slopes: list[float]) -> None:
    np.testing.assert_allclose(gradient(function, corners)[0], slopes, rtol=1e-15)


def test_the_corner_of_prelu_takes_alpha_and_gives_it_nothing() -> None:
    dx, dalpha = gradient(gs.prelu, [[-2.0, 0.0, 3.0], [1.0, -4.0, -5.0]], [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(dx, [[0.1, 0.2, 1.0], [1.0, 0.2, 0.3]])
    np.testing.assert_array_equal(dalpha, [-2.0, -4.0, -5.0])


@pytest.mark.parametrize(
    ("function", "values", "expected", "slopes"),
    [
        (gs.sigmoid, [-1000.0, 1000.0], [0.0, 1.0], [0.0, 0.0]),
        (gs.log_sigmoid, [-1000.0, 1000.0], [-1000.0, 0.0], [1.0, 0.0]),
        (gs.softplus, [-1000.0, 1000.0], [0.0, 1000.0], [0.0, 1.0]),
        (gs.silu, [-1000.0, 1000.0], [0.0, 1000.0], [0.0, 1.0]),
        (gs.mish, [-1000.0, 1000.0], [0.0, 1000.0], [0.0, 1.0]),
        (gs.gelu, [-1000.0, 1000.0], [0.0, 1000.0], [0.0, 1.0]),
        (lambda x: gs.gelu(x, approximate=True), [-1000.0, 1000.0], [0.0, 1000.0], [0.0, 1.0]),
        (gs.elu, [-1000.0, 1000.0], [-1.0, 1000.0], [0.0, 1.0]),
        (gs.softsign, [-1e300, 1e300], [-1.0, 1.0], [0.0, 0.0]),
        (gs.softmax, [1000.0, 0.0, -np.inf], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        (lambda x: gs.log_softmax(x)[:2], [1000.0, 0.0, -np.inf], [0.0, -1000.0], [-1.0, 1.0, 0.0]),
    ],
)
def test_extreme_inputs_give_finite_values_and_slopes(function: Any, values: Any, expected: Any, slopes: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = function(gs.constant(values))
        got = gradient(function, values)[0]
    np.testing.assert_allclose(y, expected, atol=1e-300)
    np.testing.assert_allclose(got, slopes, atol=1e-300)


def test_gelu_keeps_its_digits_for_negative_inputs() -> None:
    # -8 times the normal distribution function of -8, which is 6.2209605742717841e-16 (1 + erf would give half of it).
    assert float(gs.gelu(-8.0)) == pytest.approx(-8.0 * 6.2209605742717841e-16, rel=1e-13)
    assert float(gs.gelu(1.0)) == pytest.approx(0.8413447460685429, rel=1e-15)


def test_gelu_by_tanh_is_the_formula_under_both_names() -> None:
    inner = math.sqrt(2.0 / math.pi) * (X + 0.044715 * X**3)
    np.testing.assert_allclose(gs.nn.gelu(X, approximate=True), 0.5 * X * (1.0 + np.tanh(inner)), rtol=1e-15)
    np.testing.assert_array_equal(gs.gelu(X, approximate="tanh"), gs.gelu(X, True))
    np.testing.assert_array_equal(gs.gelu(X, approximate="none"), gs.gelu(X))
    with pytest.raises(ValueError, match="approximate='erf' is not known"):
        gs.gelu(X, approximate="erf")


COMPOSED = [
    ("sigmoid", gs.sigmoid, lambda x: 1.0 / (1.0 + gs.exp(-x))),
    ("log_sigmoid", gs.log_sigmoid, lambda x: gs.log(1.0 / (1.0 + gs.exp(-x)))),
    ("softplus", gs.softplus, lambda x: gs.log(1.0 + gs.exp(x))),
    ("softsign", gs.softsign, lambda x: x / (1.0 + gs.abs(x))),
    ("silu", gs.silu, lambda x: x * gs.sigmoid(x)),
    ("silu beta", lambda x: gs.nn.silu(x, beta=1.7), lambda x: x * gs.sigmoid(1.7 * x)),
    ("mish", gs.mish, lambda x: x * gs.tanh(gs.log(1.0 + gs.exp(x)))),
    ("gelu", gs.gelu, lambda x: 0.5 * x * (1.0 + gs.erf(x / math.sqrt(2.0)))),
    ("tanhshrink", gs.tanhshrink, lambda x: x - gs.tanh(x)),
    ("hardswish", gs.hardswish, lambda x: x * gs.relu6(x + 3.0) / 6.0),
    ("hardsigmoid", gs.hardsigmoid, lambda x: gs.relu6(x + 3.0) / 6.0),
    ("elu", lambda x: gs.elu(x, 0.6), lambda x: gs.where(x > 0.0, x, 0.6 * (gs.exp(x) - 1.0))),
    ("selu", gs.selu, lambda x: 1.0507009873554805 * gs.elu(x, 1.6732632423543772)),
    ("softmax", gs.softmax, lambda x: gs.exp(x) / gs.sum(gs.exp(x))),
    ("log_softmax", gs.log_softmax, lambda x: x - gs.log(gs.sum(gs.exp(x)))),
]


@pytest.mark.parametrize(("fused", "formula"), [pytest.param(f, g, id=name) for name, f, g in COMPOSED])
def test_every_fused_activation_agrees_with_its_formula_to_second_order(fused: Any, formula: Any) -> None:
    x = X[X != 0.0]
    u = np.cos(np.arange(x.size))

    def slope(function: Any) -> Any:
        return lambda v: gs.grad(lambda w: gs.sum(function(w) * u))(v)

    np.testing.assert_allclose(fused(gs.constant(x)), formula(gs.constant(x)), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(slope(fused)(x), slope(formula)(x), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(
        gs.jacrev(slope(fused))(x), np.asarray(gs.jacrev(slope(formula))(x)), rtol=1e-9, atol=1e-12
    )


def test_silu_passes_a_gradient_to_its_beta() -> None:
    s = 1.0 / (1.0 + math.exp(-3.0))
    dx, dbeta = gradient(gs.silu, 2.0, 1.5)
    assert float(dx) == pytest.approx(s + 1.5 * 2.0 * s * (1.0 - s))
    assert float(dbeta) == pytest.approx(4.0 * s * (1.0 - s))


def test_softmax_reads_axis_none_as_the_last_one_and_takes_several_axes() -> None:
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(gs.nn.softmax(x, axis=None), gs.nn.softmax(x, axis=-1))
    np.testing.assert_array_equal(gs.nn.log_softmax(x, None), gs.nn.log_softmax(x))
    np.testing.assert_allclose(np.sum(np.asarray(gs.softmax(x, axis=(0, 1)))), 1.0)
    np.testing.assert_array_equal(gs.softmax(x, dim=0), gs.nn.softmax(logits=x, axis=0))
    got = gs.vmap(lambda row: gs.nn.softmax(row, axis=None))(gs.constant(x))
    np.testing.assert_allclose(got, gs.softmax(x), rtol=1e-15)


@pytest.mark.parametrize("shape", [(2, 0), (0, 3), (0,)])
def test_softmax_of_nothing_is_nothing(shape: tuple[int, ...]) -> None:
    for function in (gs.softmax, gs.log_softmax):
        assert function(np.zeros(shape)).shape == shape
        assert gradient(function, np.zeros(shape))[0].shape == shape


def test_softmax_of_nothing_but_minus_infinity_is_nan_as_in_tensorflow() -> None:
    with np.errstate(all="ignore"):
        assert np.all(np.isnan(np.asarray(gs.softmax([-np.inf, -np.inf]))))


def test_the_derivative_of_a_softmax_with_minus_infinity_is_finite() -> None:
    x = np.array([[0.5, -np.inf, 1.0]])
    got = gs.jacrev(gs.softmax)(gs.constant(x[0]))
    p = np.exp([0.5, 1.0]) / np.sum(np.exp([0.5, 1.0]))
    np.testing.assert_allclose(
        got, [[p[0] * p[1], 0, -p[0] * p[1]], [0, 0, 0], [-p[0] * p[1], 0, p[0] * p[1]]], atol=1e-16
    )


def test_sigmoid_of_complex_numbers_is_the_analytic_one() -> None:
    z = np.array([0.3 + 0.8j, -1.5 - 2.0j])
    np.testing.assert_allclose(gs.sigmoid(z), 1.0 / (1.0 + np.exp(-z)), rtol=1e-14)
    np.testing.assert_array_equal(gs.sigmoid(np.array([-900.0 + 1j, 900.0 + 1j])), [0.0, 1.0])


def test_glu_gates_the_first_half_with_the_second() -> None:
    x = np.array([[1.0, -2.0, 0.0, 3.0]])
    np.testing.assert_allclose(gs.glu(x), [[0.5, -2.0 / (1.0 + np.exp(-3.0))]], rtol=1e-15)
    np.testing.assert_allclose(gs.nn.glu(x.T, dim=0), np.asarray(gs.glu(x)).T, rtol=1e-15)
    with pytest.raises(ValueError, match="axis -1 has 3 elements, which cannot be halved"):
        gs.glu(np.ones((2, 3)))


def test_crelu_keeps_both_signs() -> None:
    x = [[1.0, -2.0], [0.0, 3.0]]
    np.testing.assert_array_equal(gs.nn.crelu(x), [[1.0, 0.0, 0.0, 2.0], [0.0, 3.0, 0.0, 0.0]])
    np.testing.assert_array_equal(gs.nn.crelu(x, axis=0), [[1.0, 0.0], [0.0, 3.0], [0.0, 2.0], [0.0, 0.0]])


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("nn.swish", "silu"),
        ("hard_silu", "hardswish"),
        ("hard_swish", "hardswish"),
        ("hard_sigmoid", "hardsigmoid"),
        ("hard_tanh", "hardtanh"),
        ("logsigmoid", "log_sigmoid"),
        ("nn.leaky_relu", "leaky_relu"),
        ("math.softplus", "softplus"),
        ("math.sigmoid", "sigmoid"),
    ],
)
def test_the_names_of_the_peers_are_the_same_op(name: str, same: str) -> None:
    found: Any = gs
    for part in name.split("."):
        found = getattr(found, part)
    assert found is getattr(gs, same)


def test_numbers_of_numpy_as_options_leave_float32_alone() -> None:
    x = X.astype(np.float32)
    assert gs.leaky_relu(x, alpha=np.float64(0.1)).dtype == np.float32
    assert gs.elu(x, alpha=np.float64(0.1)).dtype == np.float32
    assert gs.hardtanh(x, np.float64(-0.5), np.float64(0.5)).dtype == np.float32
    assert gs.softshrink(x, np.float64(0.5)).dtype == np.float32


def test_nan_goes_through_relu() -> None:
    assert math.isnan(float(gs.relu(math.nan)))
    assert np.isnan(np.asarray(gs.relu([math.nan, 1.0]))[0])
