"""Patches, resizing and the small ops of images: TensorFlow's numbers by hand, transposes, edges, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs


def whole(*dims: int, step: int = 7) -> np.ndarray:
    """Whole numbers between -5 and 5."""
    return (np.arange(np.prod(dims)) * step % 11 - 5.0).reshape(dims)


def slope(function: Any, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x = gs.constant(value)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    g = whole(*y.shape, step=3).astype(value.dtype)
    return y.numpy(), tape.gradient(y, x, output_gradients=gs.constant(g)).numpy()


SQUARE = np.array([[1.0, 2, 4], [8, 16, 32], [0, 1, 0]]).reshape(3, 3, 1)
WIDE = np.array([[1.0, 2, 4, 8], [8, 16, 32, 0], [0, 1, 0, 1]]).reshape(3, 4, 1)

# The numbers below were recorded from TensorFlow 2.21 (float32); the cotangent is whole(..., step=3).
RESIZED = {
    "bilinear": (
        lambda x: gs.image.resize(x, [2, 5]),
        SQUARE,
        [2.75, 3.85, 5.5, 8.8, 11.0, 2.0, 3.1, 4.75, 6.7, 8.0],
        [-4.65, 1.35, -1.2, -1.5, 1.6, -0.85, 0.15, 3.45, -1.35],
    ),
    "nearest": (
        lambda x: gs.image.resize(x, [2, 5], "nearest"),
        SQUARE,
        [1, 1, 2, 4, 4, 0, 0, 1, 0, 0],
        [-7, 1, 0, 0, 0, 0, 1, 5, -3],
    ),
    "bicubic": (
        lambda x: gs.image.resize(x, [1, 6], "bicubic"),
        SQUARE[:1],
        [0.9117648, 1.14598536, 1.6412214, 2.51145029, 3.64233589, 4.17647076],
        [-7.02745914, 3.49597979, -3.46852183],
    ),
    "lanczos3": (
        lambda x: gs.image.resize(x, [2, 2], "lanczos3", antialias=True),
        WIDE,
        [7.4354434, 10.66318321, 6.70434189, 6.90389347],
        [
            *[-1.44042611, -1.77602422, -1.21193206, -0.50954592, -0.83479613, -0.65890861],
            *[0.1525965, 0.50437146, 0.27986157, 0.85998499, 1.42407715, 1.21074164],
        ],
    ),
}


@pytest.mark.parametrize("name", RESIZED)
def test_resized_images_and_their_gradients_are_tensorflows(name: str) -> None:
    function, x, y, g = RESIZED[name]
    found, back = slope(function, x)
    np.testing.assert_allclose(found.ravel(), y, rtol=2e-6, atol=2e-6)
    np.testing.assert_allclose(back.ravel(), g, rtol=2e-6, atol=2e-6)


def test_area_averages_the_pixels_under_each_new_one() -> None:
    found = gs.image.resize(SQUARE, [2, 2], "area").numpy().ravel()
    np.testing.assert_allclose(found, [40 / 9, 100 / 9, 34 / 9, 82 / 9])  # recorded: 4.4444, 11.1111, 3.7778, 9.1111
    np.testing.assert_allclose(
        gs.image.resize(WIDE, [1, 2], "area").numpy().ravel(), WIDE.reshape(3, 2, 2).mean((0, 2))
    )


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(
    "method", ["bilinear", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic", "nearest"]
)
def test_a_constant_image_stays_constant_in_any_size(method: str, antialias: bool) -> None:
    for size in ((1, 1), (3, 7), (9, 2), (20, 20)):
        found = gs.image.resize(np.full((2, 5, 4, 3), 1.5), size, method, antialias=antialias)
        np.testing.assert_allclose(found, np.full((2, *size, 3), 1.5), rtol=1e-13)


def test_resizing_keeps_the_dtype_and_the_batch() -> None:
    x = whole(2, 4, 3, 2)
    found = gs.image.resize(images=gs.constant(x.astype(np.float32)), size=(8, 5), method="bicubic", name="r")
    assert found.dtype == np.float32
    one = gs.image.resize(x[1], (8, 5), "bicubic").numpy()
    np.testing.assert_allclose(found.numpy()[1], one, rtol=1e-4, atol=1e-5)
    assert gs.image.resize(x.astype(np.uint8), (2, 2), "nearest").dtype == np.uint8
    assert gs.image.resize(x.astype(np.uint8), (2, 2)).dtype == np.float64
    np.testing.assert_array_equal(gs.resize(x, (4, 3)), x)
    assert gs.image.resize(x, (8, 4), preserve_aspect_ratio=True).shape == (2, 5, 4, 2)


def test_patches_are_tensorflows_with_zeros_outside() -> None:
    found = gs.image.extract_patches(whole(1, 3, 3, 2), [1, 2, 2, 1], [1, 1, 2, 1], [1, 1, 1, 1], "SAME")
    want = [  # recorded from TensorFlow 2.21
        [[-5, 2, -2, 5, 4, 0, -4, 3], [1, -3, 0, 0, -1, -5, 0, 0]],
        [[4, 0, -4, 3, 2, -2, 5, 1], [-1, -5, 0, 0, -3, 4, 0, 0]],
        [[2, -2, 5, 1, 0, 0, 0, 0], [-3, 4, 0, 0, 0, 0, 0, 0]],
    ]
    np.testing.assert_array_equal(found, [want])


def test_a_convolution_is_a_matrix_product_with_patches() -> None:
    x, w = whole(2, 6, 5, 3), whole(3, 2, 3, 4, step=5)
    y = gs.conv2d(x, w, 2, "SAME", dilations=(1, 2)).numpy()
    patches = gs.extract_patches(x, (3, 2), 2, (1, 2), "SAME")
    np.testing.assert_array_equal(patches.numpy() @ w.reshape(-1, 4), y)


def test_each_element_gets_the_gradients_of_all_patches_it_is_in() -> None:
    _, g = slope(lambda v: 0.0 * gs.extract_patches(v, 2, 1) + gs.sum(gs.extract_patches(v, 2, 1)), whole(1, 3, 3, 1))
    total = whole(1, 2, 2, 4, step=3).sum()
    np.testing.assert_allclose(g[0, ..., 0], total * np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]))
    gs.check_grads(lambda v: gs.extract_patches(v, (2, 2), 2, 1, "SAME") ** 2, (whole(1, 3, 3, 2),), order=2)
    assert gs.extract_patches(np.zeros((0, 3, 3, 2)), 2).shape == (0, 2, 2, 8)


def test_images_are_turned_cut_and_framed_like_arrays() -> None:
    x = whole(2, 3, 4, 2)
    for single, f in ((x, lambda v: v), (x[0], lambda v: v[None])):
        found = {
            "flip_left_right": f(single)[:, :, ::-1],
            "flip_up_down": f(single)[:, ::-1],
            "rot90": np.rot90(f(single), axes=(1, 2)),
            "transpose": f(single).swapaxes(1, 2),
        }
        for name, want in found.items():
            np.testing.assert_array_equal(f(getattr(gs.image, name)(single).numpy()), want)
        np.testing.assert_array_equal(
            f(gs.image.crop_to_bounding_box(single, 1, 2, 2, 1).numpy()), f(single)[:, 1:, 2:3]
        )
        framed = f(gs.image.pad_to_bounding_box(single, 1, 2, 5, 7).numpy())
        np.testing.assert_array_equal(framed, np.pad(f(single), ((0, 0), (1, 1), (2, 1), (0, 0))))
        np.testing.assert_array_equal(f(gs.image.central_crop(single, 0.5).numpy()), f(single)[:, :3, 1:3])


def test_brightness_contrast_and_grey_are_weighted_sums() -> None:
    x = whole(2, 3, 4, 3)
    np.testing.assert_allclose(
        gs.image.rgb_to_grayscale(x).numpy()[..., 0], x @ np.array([0.2989, 0.587, 0.114]), rtol=1e-13, atol=1e-13
    )
    mean = x.mean((1, 2), keepdims=True)
    np.testing.assert_allclose(gs.image.adjust_contrast(images=x, contrast_factor=2.0), 2 * x - mean)
    np.testing.assert_allclose(gs.image.adjust_brightness(image=x, delta=0.5), x + 0.5)


def test_standardised_images_have_mean_0_and_variance_1_and_constant_ones_a_gradient() -> None:
    y = gs.image.per_image_standardization(whole(2, 3, 4, 3)).numpy()
    np.testing.assert_allclose(y.mean((1, 2, 3)), 0.0, atol=1e-14)
    np.testing.assert_allclose(y.std((1, 2, 3)), 1.0)
    value, g = slope(gs.image.per_image_standardization, np.full((2, 2, 1), 3.0))
    np.testing.assert_array_equal(value, np.zeros((2, 2, 1)))
    u = whole(2, 2, 1, step=3)
    np.testing.assert_allclose(g, 2.0 * (u - u.mean()))  # 1 / deviation is sqrt(4), and the mean takes its part


def test_variation_sums_steps_and_gradients_of_images_are_those_steps() -> None:
    dy, dx = gs.image.image_gradients(SQUARE[None])
    np.testing.assert_array_equal(dy.numpy()[0, ..., 0], [[7, 14, 28], [-8, -15, -32], [0, 0, 0]])
    np.testing.assert_array_equal(dx.numpy()[0, ..., 0], [[1, 2, 0], [8, 16, 0], [1, -1, 0]])
    assert gs.image.total_variation(SQUARE).numpy() == 49 + 55 + 3 + 24 + 2
    _, g = slope(gs.image.total_variation, np.ones((2, 2, 2, 1)))
    np.testing.assert_array_equal(g, np.zeros((2, 2, 2, 1)))


Z = np.zeros


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gs.image.resize(Z((4, 4)), (2, 2)), "an image is .height, width, channels."),
        (lambda: gs.image.resize(Z((4, 4, 1)), (2, 2), "cubic"), "method is one of bilinear"),
        (lambda: gs.image.resize(Z((4, 4, 1)), (2,)), "size is .height, width., both above 0"),
        (lambda: gs.image.resize(Z((0, 4, 1)), (2, 2)), "and so is the image's"),
        (lambda: gs.image.extract_patches(Z((4, 4)), 2), "extract_patches: images have a batch axis"),
        (lambda: gs.image.extract_patches(Z((1, 4, 4, 2)), [1, 2, 2, 2]), "sizes is 1 along batch and channels"),
        (lambda: gs.image.flip_left_right(Z((4, 4))), "flip_left_right: an image is"),
        (lambda: gs.image.crop_to_bounding_box(Z((4, 4, 1)), 2, 0, 3, 1), "rows 2 to 5"),
        (lambda: gs.image.pad_to_bounding_box(Z((4, 4, 1)), 2, 0, 5, 4), "does not fit into 5 x 4"),
        (lambda: gs.image.central_crop(Z((4, 4, 1)), 0.0), "above 0 and at most 1"),
        (lambda: gs.image.rgb_to_grayscale(Z((4, 4, 1))), "the last axis has 3 channels"),
        (lambda: gs.image.image_gradients(Z((4, 4, 1))), "images are .batch, height, width, channels."),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
