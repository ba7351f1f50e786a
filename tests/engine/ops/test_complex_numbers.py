"""Complex numbers: gradients in TensorFlow's convention, dL/dRe + i dL/dIm, and what is not holomorphic."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradstudio as gs

Z = 3.0 + 4.0j
W = 1.0 - 2.0j


def gradient(function: Callable[..., Any], *values: Any) -> list[Any]:
    """Gradients of the real part of the result, summed."""
    sources = [gs.constant(v) for v in values]
    with np.errstate(all="ignore"):
        with gs.GradientTape() as tape:
            tape.watch(sources)
            y = gs.reduce_sum(gs.math.real(function(*sources)))
        return [None if g is None else np.asarray(g).tolist() for g in tape.gradient(y, sources)]


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        # What is holomorphic has the gradient conj(f'(z)).
        (lambda z: z * z, (Z,), [2.0 * Z.conjugate()]),
        (gs.square, ([Z],), [[2.0 * Z.conjugate()]]),
        (lambda z: z**3, (Z,), [(3.0 * Z * Z).conjugate()]),
        (gs.exp, (W,), [cmath.exp(W).conjugate()]),
        (gs.sqrt, (Z,), [(0.5 / cmath.sqrt(Z)).conjugate()]),
        (gs.math.log, (Z,), [(1.0 / Z).conjugate()]),
        (gs.multiply, (Z, W), [W.conjugate(), Z.conjugate()]),
        (gs.divide, (Z, W), [(1.0 / W).conjugate(), (-Z / W**2).conjugate()]),
        (gs.pow, (Z, W), [(W * Z ** (W - 1.0)).conjugate(), (Z**W * cmath.log(Z)).conjugate()]),
        (gs.pow, (0.0j, 2.0 + 0.0j), [0.0, 0.0]),
        (gs.pow, (0.0j, 0.0j), [0.0, 0.0]),
        (gs.sin, (W,), [cmath.cos(W).conjugate()]),
        (gs.tanh, (W,), [(1.0 - cmath.tanh(W) ** 2).conjugate()]),
        (gs.acosh, (-Z,), [(1.0 / (cmath.sqrt(-Z - 1.0) * cmath.sqrt(-Z + 1.0))).conjugate()]),
        (gs.asinh, (-Z,), [(1.0 / cmath.sqrt(Z * Z + 1.0)).conjugate()]),
        (gs.reciprocal, (Z,), [(-1.0 / Z**2).conjugate()]),
        (gs.math.rsqrt, (Z,), [(-0.5 * Z**-1.5).conjugate()]),
        # What is not.
        (gs.abs, (Z,), [0.6 + 0.8j]),
        (gs.abs, ([0.0j, -2.0j],), [[0.0, -1.0j]]),
        (gs.math.real, (Z,), [1.0]),
        (gs.math.imag, (Z,), [1.0j]),
        (gs.math.conj, (Z,), [1.0]),
        (lambda z: 1j * gs.math.conj(z), (Z,), [1.0j]),
        (lambda z: z * gs.math.conj(z), (Z,), [2.0 * Z]),
        (gs.math.angle, (1.0 + 1.0j,), [-0.5 + 0.5j]),
        (gs.math.angle, ([0.0j, 2.0j],), [[0.0, -0.5]]),
        (gs.sign, (3.0 + 4.0j,), [0.128 - 0.096j]),
        (gs.sign, (0.0j,), [0.0]),
        (gs.math.squared_difference, (Z, W), [2.0 * (Z - W), -2.0 * (Z - W)]),
        # Real numbers stay real.
        (lambda x, z: x * z, (2.0, Z), [3.0, 2.0]),
        (lambda x, z: x * z, ([2.0, 1.0], Z), [[3.0, 3.0], 3.0]),
        (lambda x: x * 1j * 1j, (2.0,), [-1.0]),
        (gs.complex, (3.0, 4.0), [1.0, 0.0]),
        (lambda a, b: gs.complex(a, b) ** 2, (3.0, 4.0), [6.0, -8.0]),
        (lambda a, b: gs.abs(gs.complex(a, b)), (3.0, 4.0), [0.6, 0.8]),
        (lambda x: gs.exp(1j * x) * 1j, (0.5,), [-math.cos(0.5)]),
        (lambda y: gs.pow(-2.0, gs.complex(y, 0.0)), (0.5,), [((-2.0 + 0j) ** 0.5 * cmath.log(-2.0)).real]),
        (lambda z: gs.cast(z, gs.float64) * 3.0, (Z,), [3.0]),
        (lambda x: gs.cast(x, gs.complex128) * Z, (2.0,), [3.0]),
        (gs.math.imag, (2.0,), [None]),
        (gs.math.angle, ([2.0],), [None]),
    ],
)
def test_gradients_of_complex_numbers(function: Any, values: Any, expected: list[Any]) -> None:
    for got, want in zip(gradient(function, *values), expected, strict=True):
        if want is None:
            assert got is None
        else:
            np.testing.assert_allclose(got, want, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: gs.complex([1.0, math.inf], [math.inf, 2.0]), [complex(1.0, math.inf), complex(math.inf, 2.0)]),
        (lambda: gs.complex(1, 2), 1.0 + 2.0j),
        (lambda: gs.math.angle([1j, -1.0, 2.0]), [math.pi / 2, math.pi, 0.0]),
        (lambda: np.angle(gs.constant([1j]), deg=True), [90.0]),
        (lambda: gs.sign([3.0 + 4.0j, 0.0j]), [0.6 + 0.8j, 0.0]),
        (lambda: gs.math.imag([1.0, 2.0]), [0.0, 0.0]),
        (lambda: gs.math.conj([1.0 + 2.0j]), [1.0 - 2.0j]),
        (lambda: np.conjugate(gs.constant(1j)), -1j),
        (lambda: gs.math.squared_difference(Z, W), 40.0 + 0.0j),
        (lambda: gs.cast([1.5 + 2.0j], gs.float32), [1.5]),
        (lambda: gs.isreal([1.0 + 0.0j, 1j]), [True, False]),
        (lambda: gs.iscomplex([1.0 + 0.0j, 1j]), [False, True]),
        (lambda: gs.nan_to_num(complex(math.nan, 2.0)), 2.0j),
    ],
)
def test_values_of_complex_numbers(call: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(call()), expected, rtol=1e-15)


def test_replacing_a_part_that_is_not_finite_keeps_the_gradient_of_the_other() -> None:
    z = gs.constant([complex(math.nan, 2.0), complex(1.0, math.inf), 1.0 + 2.0j])
    with gs.GradientTape() as tape:
        tape.watch(z)
        y = gs.nan_to_num(z)
    g = tape.gradient(y, z, output_gradients=gs.constant([3.0 + 5.0j] * 3))
    assert g.tolist() == [5.0j, 3.0, 3.0 + 5.0j]


def test_complex64_comes_from_float32_and_stays() -> None:
    z = gs.complex(np.array([1.0, 2.0], np.float32), np.array([0.5, -1.0], np.float32))
    assert z.dtype == gs.complex64
    assert gs.complex(np.float32(1.0), 2.0).dtype == gs.complex64
    assert gs.complex(1.0, 2.0).dtype == gs.complex128
    with gs.GradientTape() as tape:
        tape.watch(z)
        y = gs.abs(gs.sqrt(z) ** 3 * gs.exp(z)) + gs.math.angle(z) + gs.math.real(gs.sign(z))
    assert y.dtype == gs.float32
    assert tape.gradient(y, z).dtype == gs.complex64
    with pytest.raises(TypeError, match="parts are real"):
        gs.complex(1j, 2.0)


def test_the_hessian_of_a_modulus_is_that_of_the_length_of_its_parts() -> None:
    def modulus(v: Any) -> Any:
        return gs.abs(gs.complex(v[0], v[1]))

    def length(v: Any) -> Any:
        return gs.sqrt(v[0] * v[0] + v[1] * v[1])

    point = gs.constant([0.75, -1.5])
    np.testing.assert_allclose(gs.hessian(modulus)(point), gs.hessian(length)(point), rtol=1e-14, atol=1e-16)


def test_forward_mode_through_what_is_not_holomorphic_follows_the_parts() -> None:
    z, v = 0.75 - 1.5j, 0.3 + 0.2j

    def moved(t: float) -> list[complex]:
        w = z + t * v
        return [complex(abs(w)), complex(cmath.phase(w)), w.conjugate(), w / abs(w), complex(w.imag)]

    h = 1e-5
    want = [(a - b) / (2 * h) for a, b in zip(moved(h), moved(-h), strict=True)]
    x = gs.constant(z)
    with gs.autodiff.ForwardAccumulator(x, gs.constant(v)) as accumulator:
        results = [gs.abs(x), gs.math.angle(x), gs.math.conj(x), gs.sign(x), gs.math.imag(x)]
    got = [complex(accumulator.jvp(y)) for y in results]
    np.testing.assert_allclose(got, want, rtol=1e-8)


def test_a_power_of_a_complex_number_is_exact_for_squares() -> None:
    z = np.array([1.5 - 0.25j, -3.0 + 2.0j])
    np.testing.assert_array_equal(gs.power(z, 2), z * z)
