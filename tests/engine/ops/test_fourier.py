"""Fourier and cosine transforms: the numbers of NumPy and SciPy, TensorFlow's gradients by hand, edges, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.fft

import gradstudio as gs


def numbers(*shape: int, start: float = 0.3) -> np.ndarray:
    k = np.arange(float(np.prod(shape)))
    return np.cos(1.7 * k + 0.37 * k * k + start).reshape(shape)


def gradient(function: Any, value: Any, g: Any = None) -> Any:
    x = gs.constant(value)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x, output_gradients=g).numpy()


NORMS = [None, "backward", "ortho", "forward"]
Z = numbers(3, 5) + 1j * numbers(3, 5, start=2.0)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [None, 1, 2, 3, 4, 7, 8])
@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft"])
def test_a_transform_is_numpys_and_its_gradient_the_transpose(name: str, axis: int, n: Any, norm: Any) -> None:
    x = Z.real if name == "rfft" else Z
    ours, theirs = getattr(gs, name), getattr(np.fft, name)
    want = theirs(x, n, axis, norm)
    np.testing.assert_allclose(ours(x, n, axis, norm), want, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(theirs(gs.constant(x), n, axis, norm), want, rtol=1e-13, atol=1e-14)
    g = numbers(*want.shape, start=1.0) + (0.5j if np.iscomplexobj(want) else 0.0)
    found = gradient(lambda v: ours(v, n=n, axis=axis, norm=norm), x, g)
    # Real-linear: the cotangent paired with the result is the gradient paired with the input.
    assert np.sum((np.conj(found) * x).real) == pytest.approx(np.sum((np.conj(g) * want).real))


@pytest.mark.parametrize("name", ["fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"])
@pytest.mark.parametrize(
    "options", [{}, {"norm": "ortho"}, {"s": (2, 6)}, {"axes": (2, 0)}, {"s": (4, 3), "axes": (1, 0)}]
)
def test_transforms_along_several_axes_are_numpys(name: str, options: Any) -> None:
    x = numbers(2, 3, 4) + (0.0 if name.startswith("r") else 1j * numbers(2, 3, 4, start=1.0))
    if "s" in options and "axes" not in options:
        options = {**options, "axes": (-2, -1)}  # NumPy warns otherwise
    np.testing.assert_allclose(getattr(gs, name)(x, **options), getattr(np.fft, name)(x, **options), atol=1e-14)


def test_tensorflows_names_take_its_arguments() -> None:
    x = numbers(2, 3, 4)
    z = x + 1j
    np.testing.assert_allclose(gs.signal.fft(z), np.fft.fft(z))
    np.testing.assert_allclose(gs.signal.fft2d(z), np.fft.fft2(z))
    np.testing.assert_allclose(gs.signal.ifft2d(z), np.fft.ifft2(z))
    np.testing.assert_allclose(gs.signal.fft3d(z), np.fft.fftn(z), atol=1e-14)
    np.testing.assert_allclose(gs.signal.rfft(x, [6]), np.fft.rfft(x, 6), atol=1e-14)
    np.testing.assert_allclose(gs.signal.rfft(input_tensor=x, fft_length=gs.constant([3])), np.fft.rfft(x, 3))
    np.testing.assert_allclose(gs.signal.irfft(z, [5]), np.fft.irfft(z, 5))
    np.testing.assert_allclose(gs.signal.rfft2d(x, [2, 6]), np.fft.rfft2(x, (2, 6)), atol=1e-14)
    np.testing.assert_allclose(gs.signal.irfft2d(z, fft_length=[3, 6]), np.fft.irfft2(z, (3, 6)))
    np.testing.assert_allclose(gs.signal.rfft3d(x, [2, 3, 4]), np.fft.rfftn(x), atol=1e-14)
    np.testing.assert_allclose(gs.signal.irfft3d(z), np.fft.irfftn(z, axes=(-3, -2, -1)))
    np.testing.assert_array_equal(gs.signal.fftshift(x, axes=[1]), np.fft.fftshift(x, 1))
    np.testing.assert_array_equal(gs.ifftshift(x), np.fft.ifftshift(x))
    np.testing.assert_array_equal(gs.ifftshift(gs.fftshift(x)), x)


def test_gradients_of_complex_transforms_follow_tensorflow() -> None:
    x, g = np.array([1.0 + 2.0j, -1.0j, 0.5]), np.array([0.5, 1.0 - 1.0j, 2.0j])
    np.testing.assert_allclose(gradient(gs.signal.fft, x, g), 3 * np.fft.ifft(g))
    np.testing.assert_allclose(gradient(gs.signal.ifft, x, g), np.fft.fft(g) / 3)
    real, half = np.array([1.0, 2.0, -1.0, 0.5]), np.array([1.0, 1.0j, 2.0])
    # y0 = sum, y1 = x0 - x2 - i (x1 - x3), y2 = x0 - x1 + x2 - x3.
    np.testing.assert_allclose(gradient(gs.signal.rfft, real, half), [3.0, -2.0, 3.0, 0.0], atol=1e-15)
    # 4 x0 = a + 2 Re b + c; 4 x1 = a - 2 Im b - c; 4 x2 = a - 2 Re b + c; 4 x3 = a + 2 Im b - c: no Im a, no Im c.
    np.testing.assert_allclose(
        gradient(gs.signal.irfft, np.array([1.0 + 1.0j, 2.0 - 1.0j, 3.0 + 5.0j]), np.array([4.0, 8.0, 0.0, 0.0])),
        [3.0, 2.0 - 4.0j, -1.0],
        atol=1e-15,
    )


def test_the_power_of_a_signal_has_parsevals_gradient() -> None:
    x = numbers(6)
    np.testing.assert_allclose(gradient(lambda v: gs.sum(gs.abs(gs.fft(v)) ** 2), x), 2 * 6 * x)
    np.testing.assert_allclose(gradient(lambda v: gs.sum(gs.abs(gs.fft(v, norm="ortho")) ** 2), x), 2 * x)
    many = gs.vmap(gs.fft2)(numbers(3, 2, 4))
    np.testing.assert_allclose(many, np.fft.fft2(numbers(3, 2, 4)), atol=1e-14)
    assert gs.fft(np.ones(4, np.float32)).dtype == np.complex64


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
@pytest.mark.parametrize("norm", [None, "ortho"])
@pytest.mark.parametrize("n", [None, 1, 2, 3, 8])
def test_cosine_transforms_are_scipys_and_undo_each_other(kind: int, norm: Any, n: Any) -> None:
    if kind == 1 and n == 1:
        return  # it needs two points
    x = numbers(2, 5)
    np.testing.assert_allclose(gs.signal.dct(x, kind, n, -1, norm), scipy.fft.dct(x, kind, n, -1, norm), atol=1e-13)
    factor = 1.0 if norm == "ortho" else 2.0 * ((5 if n is None else n) - (kind == 1))
    back = factor * scipy.fft.idct(x, kind, n, -1, norm)
    np.testing.assert_allclose(gs.signal.idct(x, type=kind, n=n, norm=norm), back, atol=1e-13)


def test_the_gradient_of_an_orthogonal_cosine_transform_is_its_inverse() -> None:
    x, g = numbers(4, 3), numbers(4, 3, start=1.0)
    for kind in (1, 2, 3, 4):
        for axis in (0, -1):
            got = gradient(lambda v, k=kind, a=axis: gs.dct(v, type=k, axis=a, norm="ortho"), x, g)
            np.testing.assert_allclose(got, scipy.fft.idct(g, kind, axis=axis, norm="ortho"), atol=1e-14)
    assert gs.dct(np.ones(4, np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: gs.fft(np.ones(3), 0), ValueError, "fft: a transform needs one point at least, not 0"),
        (lambda: gs.fft(np.ones((2, 0))), ValueError, "fft: a transform needs one point at least, not 0"),
        (lambda: gs.irfft(np.ones(1)), ValueError, "irfft: a transform needs one point at least, not 0"),
        (lambda: gs.fft(1.0), ValueError, "fft: axis -1 is not among the 0 axes"),
        (lambda: gs.fft(np.ones(3), axis=1), ValueError, "fft: axis 1 is not among the 1 axes"),
        (lambda: gs.fft(np.ones(3), norm="half"), ValueError, "fft: norm must be"),
        (lambda: gs.rfft(1j * np.ones(3)), TypeError, "rfft: it takes real numbers; fft takes complex ones"),
        (lambda: gs.fftn(np.ones((2, 2)), s=(2, 2), axes=(0,)), ValueError, "fftn: s names 2 lengths for 1 axes"),
        (lambda: gs.rfftn(np.ones(2), axes=()), ValueError, "rfftn: it needs one axis at least"),
        (lambda: gs.dct(np.ones(3), type=5), ValueError, "dct: type must be 1, 2, 3 or 4, not 5"),
        (lambda: gs.dct(np.ones(3), norm="forward"), ValueError, 'dct: norm must be None or "ortho"'),
        (lambda: gs.dct(np.ones(1), type=1), ValueError, "dct: type 1 needs 2 points at least, not 1"),
        (lambda: gs.dct(1j * np.ones(3)), TypeError, "dct: it takes real numbers"),
        (lambda: gs.idct(np.ones(3), n=0), ValueError, "idct: n must be 1 at least"),
        (lambda: gs.dct(np.ones(3), axis=1), ValueError, "dct: axis 1 is not among the 1 axes"),
    ],
)
def test_transforms_that_cannot_be_say_why_in_one_line(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text) as raised:
        call()
    assert "\n" not in str(raised.value)
