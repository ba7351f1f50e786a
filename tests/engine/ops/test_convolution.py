"""Convolutions: TensorFlow's values and gradients by hand, sums written out, transposes, layouts, groups, errors."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.ops import blocks


def whole(*dims: int, step: int = 7) -> np.ndarray:
    """Whole numbers between -5 and 5."""
    return (np.arange(np.prod(dims)) * step % 11 - 5.0).reshape(dims)


def numbers(*dims: int, start: float = 0.3) -> np.ndarray:
    k = np.arange(float(np.prod(dims)))
    return np.cos(1.7 * k + 0.37 * k * k + start).reshape(dims)


def slopes(function: Any, *values: np.ndarray, g: Any = None) -> tuple[np.ndarray, list[np.ndarray]]:
    """The result and the gradients of all values."""
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    cotangent = whole(*y.shape, step=3) if g is None else g
    return y.numpy(), [d.numpy() for d in tape.gradient(y, sources, output_gradients=gs.constant(cotangent))]


def written_out(
    x: np.ndarray, w: np.ndarray, strides: Any, borders: Any, dilations: Any
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Convolution of images [n, h, w, c], a cotangent, and the gradients of x and w: one product after the other."""
    per, wide = w.shape[2], w.shape[2] * w.shape[3] // x.shape[-1]
    padded = np.pad(x, ((0, 0), *borders, (0, 0)))
    reach = [(w.shape[a] - 1) * dilations[a] + 1 for a in range(2)]
    y = np.zeros((len(x), *[(padded.shape[1 + a] - reach[a]) // strides[a] + 1 for a in range(2)], w.shape[3]))
    u = numbers(*y.shape, start=2.0)
    gx, gw = np.zeros_like(padded), np.zeros_like(w)
    for i, j, a, b, o, c in itertools.product(*map(range, (*y.shape[1:3], *w.shape[:2], w.shape[3], per))):
        place = (slice(None), i * strides[0] + a * dilations[0], j * strides[1] + b * dilations[1], o // wide * per + c)
        y[:, i, j, o] += padded[place] * w[a, b, c, o]
        gx[place] += u[:, i, j, o] * w[a, b, c, o]
        gw[a, b, c, o] += padded[place] @ u[:, i, j, o]
    (top, bottom), (left, right) = borders
    return y, u, [gx[:, top : gx.shape[1] - bottom, left : gx.shape[2] - right], gw]


# The numbers below were recorded from TensorFlow 2.21; the cotangent is whole(..., step=3).
RECORDED = {
    "conv1d": (
        lambda x, w: gs.nn.conv1d(x, w, 2, "VALID"),
        ((1, 5, 2), (3, 2, 1)),
        [20, -7],
        [25, 0, -25, 5, -10, 10, -10, 2, -8, 4],
        [23, -4, 2, -25, 3, 9],
    ),
    "conv2d with strides": (
        lambda x, w: gs.nn.conv2d(x, w, [1, 2, 1, 1], "SAME"),
        ((1, 3, 3, 2), (2, 2, 2, 1)),
        [5, 8, 1, 14, -44, 15],
        [25, 0, -15, 5, -15, 2, -20, 10, -23, 19, -2, 4, -20, 0, 40, -4, -15, 4],
        [21, -39, 40, -31, -13, -11, 22, -5],
    ),
    "conv2d with a border": (
        lambda x, w: gs.nn.conv2d(x, w, 1, [[0, 0], [1, 0], [0, 1], [0, 0]]),
        ((1, 2, 2, 1), (2, 2, 1, 2)),
        [-14, 4, 8, -4, 42, -13, 10, -10],
        [4, -42, -14, -11],
        [24, 15, -8, -2, 45, 45, -30, -9],
    ),
    "conv3d": (
        lambda x, w: gs.nn.conv3d(x, w, [1, 1, 1, 1, 1], "SAME"),
        ((1, 2, 2, 1, 1), (2, 2, 1, 1, 1)),
        [10, 15, 10, -25],
        [25, 10, -30, -25],
        [39, -5, 0, -25],
    ),
    "conv2d_transpose": (
        lambda x, w: gs.nn.conv2d_transpose(x, w, [1, 3, 4, 1], [1, 2, 2, 1], "SAME"),
        ((1, 2, 2, 1), (2, 2, 1, 1)),
        [25, 0, -10, 0, -25, 5, 10, -2, 10, 0, -25, 0],
        [6, 0, 15, -15],
        [48, -7, 24, 15],
    ),
    "depthwise_conv2d": (
        lambda x, w: gs.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "VALID"),
        ((1, 3, 2, 2), (2, 2, 2, 2)),
        [19, 20, 22, -2, 3, 3, -7, -32],
        [25, 1, -16, -9, 18, -14, -24, 6, -4, -23, -5, 18],
        [21, 9, -4, -7, -6, 0, 5, 20, 11, 2, 3, 3, -16, -7, -10, -25],
    ),
}


@pytest.mark.parametrize("name", RECORDED)
def test_values_and_gradients_are_tensorflows(name: str) -> None:
    function, (x, w), y, gx, gw = RECORDED[name]
    found, (dx, dw) = slopes(function, whole(*x), whole(*w, step=5))
    for got, want in ((found, y), (dx, gx), (dw, gw)):
        np.testing.assert_allclose(got.ravel(), want, rtol=1e-13, atol=1e-13)


def test_dilated_filters_are_tensorflows() -> None:
    y = gs.nn.conv2d(whole(1, 5, 5, 1), whole(2, 2, 1, 1, step=5), 1, "VALID", dilations=[2, 3])
    np.testing.assert_array_equal(y.numpy().ravel(), [22, -40, 20, -31, 18, 22])


@pytest.mark.parametrize("channels_first", [False, True])
@pytest.mark.parametrize("shared", [1, 2, 6])
@pytest.mark.parametrize(
    ("strides", "borders", "dilations"),
    [
        ((1, 1), ((0, 0), (0, 0)), (1, 1)),
        ((2, 3), ((1, 2), (0, 1)), (1, 1)),
        ((1, 1), ((3, 4), (5, 0)), (1, 2)),  # borders wider than a window
        ((2, 1), ((1, 1), (2, 2)), (2, 3)),
    ],
)
def test_convolution_and_its_gradients_are_the_sums_written_out(
    channels_first: bool, shared: int, strides: Any, borders: Any, dilations: Any, monkeypatch: Any
) -> None:
    x, w = numbers(3, 7, 6, 6), numbers(3, 2, shared, 12, start=1.0)
    y, u, (dx, dw) = written_out(x, w, strides, borders, dilations)
    turn = (lambda v: np.moveaxis(v, -1, 1)) if channels_first else (lambda v: v)
    layout = "NCHW" if channels_first else "NHWC"
    for size in (1 << 21, 1000, 1):  # whole batches, parts of images, single rows
        monkeypatch.setattr(blocks, "_BLOCK", size)
        found, (gx, gw) = slopes(
            lambda a, b: gs.conv2d(a, b, strides, borders, layout, dilations), turn(x), w, g=turn(u)
        )
        for got, want in ((found, turn(y)), (gx, turn(dx)), (gw, dw)):
            np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("channels", [1, 2, 5])
@pytest.mark.parametrize("padding", ["SAME", "VALID", ((1, 2),)])
@pytest.mark.parametrize("stride", [1, 3])
def test_the_transpose_has_the_same_inner_products(stride: int, padding: Any, channels: int) -> None:
    x, w = numbers(2, 10, channels), numbers(4, channels, 3, start=1.0)
    y = gs.conv1d(x, w, stride, padding)
    u = numbers(*y.shape, start=2.0)
    back = gs.nn.conv1d_transpose(u, w, [2, 10, channels], stride, padding)
    assert np.sum(y.numpy() * u) == pytest.approx(np.sum(x * back.numpy()), rel=1e-12)


@pytest.mark.parametrize(("padding", "want"), [("SAME", (8, 6)), ("VALID", (9, 6)), (((1, 1), (0, 1)), (7, 5))])
def test_a_transpose_without_a_shape_gives_what_strides_and_padding_suggest(padding: Any, want: Any) -> None:
    y = gs.conv2d_transpose(numbers(1, 4, 3, 2), numbers(3, 2, 5, 2), None, 2, padding)
    assert y.shape == (1, *want, 5)


def test_depthwise_filters_are_convolutions_of_single_channels() -> None:
    x, w = numbers(2, 5, 4, 3), numbers(2, 3, 3, 2, start=1.0)
    y = gs.nn.depthwise_conv2d(x, w, [1, 2, 2, 1], "SAME").numpy()
    for c, m in itertools.product(range(3), range(2)):
        one = gs.conv2d(x[..., c : c + 1], w[:, :, c : c + 1, m : m + 1], 2, "SAME").numpy()
        np.testing.assert_allclose(y[..., 2 * c + m], one[..., 0], rtol=1e-13)
    mixed = gs.nn.separable_conv2d(x, w, numbers(1, 1, 6, 4), [1, 2, 2, 1], "SAME").numpy()
    np.testing.assert_allclose(mixed, y @ numbers(6, 4), rtol=1e-12, atol=1e-13)


def test_more_batch_axes_in_front_are_kept() -> None:
    x, w = numbers(2, 3, 5, 4, 2), numbers(2, 2, 2, 3)
    y, (gx, gw) = slopes(lambda a, b: gs.conv2d(a, b, 1, "SAME"), x, w)
    flat, (fx, fw) = slopes(
        lambda a, b: gs.conv2d(a, b, 1, "SAME"), x.reshape(6, 5, 4, 2), w, g=whole(6, 5, 4, 3, step=3)
    )
    np.testing.assert_array_equal(y.reshape(flat.shape), flat)
    np.testing.assert_array_equal(gx.reshape(fx.shape), fx)
    np.testing.assert_array_equal(gw, fw)


def test_names_and_keywords_of_tensorflow_work() -> None:
    x, w = numbers(1, 6, 5, 2), numbers(3, 2, 2, 4)
    want = gs.conv2d(x, w, 2, "SAME").numpy()
    for found in (
        gs.nn.conv2d(input=x, filters=w, strides=[2, 2], padding="SAME", data_format="NHWC", dilations=None, name="c"),
        gs.nn.convolution(x, w, strides=2, padding="SAME"),
        gs.nn.conv2d(x, w, strides=(1, 2, 2, 1), padding="same"),
    ):
        np.testing.assert_array_equal(found, want)
    np.testing.assert_array_equal(
        gs.nn.conv1d(input=x[0], filters=w[0], stride=1, padding="VALID"), gs.conv1d(x[0], w[0])
    )
    y = numbers(1, 3, 3, 4)
    np.testing.assert_array_equal(
        gs.nn.conv_transpose(y, w, output_shape=[1, 6, 5, 2], strides=2), gs.conv2d_transpose(y, w, (6, 5), 2)
    )


def test_third_derivatives_are_right() -> None:
    f = lambda x, w: gs.sum(gs.tanh(gs.conv2d(x, w, 2, "SAME", dilations=(1, 2))))  # noqa: E731
    gs.check_grads(f, (numbers(1, 3, 3, 2), numbers(2, 2, 1, 2)), order=3)


def test_jacobians_and_vmap_of_images_filters_and_both_need_one_convolution(monkeypatch: Any) -> None:
    x, w = numbers(4, 1, 5, 2), numbers(4, 3, 1, 6)
    calls = []
    row = gs.engine.primitive.TABLE["conv1d"]
    counted = row.forward
    object.__setattr__(row, "forward", lambda *a, **k: calls.append(1) or counted(*a, **k))
    try:
        for axes in ((0, None), (None, 0), (0, 0)):
            calls.clear()
            found = gs.vmap(lambda a, b: gs.conv1d(a, b, 2, "SAME"), in_axes=axes)(
                x if axes[0] == 0 else x[0], w if axes[1] == 0 else w[0]
            )
            assert len(calls) == 1
            for k in range(4):
                one = counted(np, x[k if axes[0] == 0 else 0], w[k if axes[1] == 0 else 0], strides=2, padding="SAME")
                np.testing.assert_allclose(found[k], one, rtol=1e-12, atol=1e-13)
    finally:
        object.__setattr__(row, "forward", counted)


def test_empty_batches_and_images_give_empty_results_and_zero_gradients() -> None:
    y, (gx, gw) = slopes(lambda a, b: gs.conv2d(a, b, 1, "SAME"), np.zeros((0, 4, 3, 2)), numbers(2, 2, 2, 3))
    assert y.shape == (0, 4, 3, 3)
    assert gx.shape == (0, 4, 3, 2)
    np.testing.assert_array_equal(gw, np.zeros((2, 2, 2, 3)))
    y, (gx, gw) = slopes(lambda a, b: gs.conv1d(a, b, 1, "SAME"), np.zeros((2, 0, 2)), numbers(2, 2, 3))
    assert y.shape == (2, 0, 3)
    assert gx.shape == (2, 0, 2)
    np.testing.assert_array_equal(gw, np.zeros((2, 2, 3)))


def test_whole_numbers_and_mixed_precision_follow_numpys_promotion() -> None:
    x, w = np.arange(6).reshape(1, 6, 1), np.array([1, -1]).reshape(2, 1, 1)
    y = gs.conv1d(x, w)
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y.numpy().ravel(), [-1] * 5)
    _, (gx, gw) = slopes(gs.conv1d, numbers(1, 6, 1).astype(np.float32), numbers(2, 1, 1))
    assert (gx.dtype, gw.dtype) == (np.float32, np.float64)


Z = np.zeros


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((2, 2, 2, 5))), "conv2d: 3 channels do not fit filters for 2"),
        (lambda: gs.conv2d(Z((1, 4, 4, 4)), Z((2, 2, 2, 5))), "5 filters cannot be shared among 2 groups"),
        (lambda: gs.conv2d(Z((4, 4, 3)), Z((2, 2, 3, 5))), "images have a batch axis, 2 spatial axes and channels"),
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((2, 3, 5))), "filters have 2 spatial axes"),
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((2, 2, 3, 5)), 1, "FULL"), 'padding is "SAME", "VALID" or 2 pairs'),
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((2, 2, 3, 5)), 1, [(1, 1)]), "2 pairs"),
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((2, 2, 3, 5)), (2, 2, 2, 1)), "strides is 1 along batch and channels"),
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((2, 2, 3, 5)), (1, 2, 2)), "one number or 2"),
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((2, 2, 3, 5)), 0), "strides must be whole numbers above 0"),
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((5, 2, 3, 5))), "a window of 5 does not fit 4 elements"),
        (lambda: gs.conv2d(Z((1, 4, 4, 3)), Z((2, 2, 3, 5)), 1, "VALID", "NWC"), '"NHWC" or "NCHW"'),
        (lambda: gs.conv2d_transpose(Z((1, 4, 4, 3)), Z((2, 2, 3, 5)), None, 2), "x has 3 channels"),
        (lambda: gs.conv2d_transpose(Z((1, 4, 4, 3)), Z((2, 2, 5, 3)), (1, 9, 9, 5), 2), "5,5. windows, not .4,4."),
        (
            lambda: gs.conv2d_transpose(Z((1, 4, 4, 3)), Z((2, 2, 5, 3)), (2, 8, 8, 5), 2),
            "does not begin with the batch",
        ),
        (lambda: gs.depthwise_conv2d(Z((1, 4, 4, 3)), Z((2, 2, 2, 5))), "depthwise_conv2d: 3 channels"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
