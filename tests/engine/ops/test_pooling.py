"""Pooling: TensorFlow's values and gradients by hand, ties, borders, layouts, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs


def whole(*dims: int, step: int = 7) -> np.ndarray:
    """Whole numbers between -5 and 5."""
    return (np.arange(np.prod(dims)) * step % 11 - 5.0).reshape(dims)


def slope(function: Any, value: np.ndarray, g: Any = None) -> tuple[np.ndarray, np.ndarray]:
    x = gs.constant(value)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    cotangent = whole(*y.shape, step=3) if g is None else g
    return y.numpy(), tape.gradient(y, x, output_gradients=gs.constant(cotangent)).numpy()


def test_the_first_of_equal_elements_gets_the_gradient_as_in_tensorflow() -> None:
    x = np.array([[1.0, 2, 2], [2, 2, 0], [0, 2, 2]]).reshape(1, 3, 3, 1)
    y, g = slope(lambda v: gs.nn.max_pool2d(v, 2, 1, "SAME"), x)
    np.testing.assert_array_equal(y.ravel(), [2] * 9)
    np.testing.assert_array_equal(g.ravel(), [0, -7, 1, 4, -4, 0, 0, 7, -4])  # recorded from TensorFlow 2.21


def test_an_average_at_the_border_counts_elements_of_the_image_only() -> None:
    y, g = slope(lambda v: gs.nn.avg_pool2d(v, [2, 2], [1, 2], "SAME"), whole(1, 3, 3, 1))
    np.testing.assert_allclose(y.ravel(), [0.75, -2.5, 2.5, -3.5, 2.0, -4.0])  # recorded from TensorFlow 2.21
    np.testing.assert_allclose(g.ravel(), [-1.25, -1.25, -1.0, -1.0, -1.0, 1.0, -1.75, -1.75, 1.0])


def test_windows_that_overlap_add_their_gradients_up() -> None:
    y, g = slope(lambda v: gs.max_pool1d(v, 3, 1), np.array([1.0, 0, 5, 2, 3]).reshape(1, 5, 1), np.ones((1, 3, 1)))
    np.testing.assert_array_equal(y.ravel(), [5, 5, 5])
    np.testing.assert_array_equal(g.ravel(), [0, 0, 3, 0, 0])
    y, g = slope(lambda v: gs.avg_pool1d(v, 2, 1), np.array([1.0, 3, 5]).reshape(1, 3, 1), np.ones((1, 2, 1)))
    np.testing.assert_array_equal(y.ravel(), [2, 4])
    np.testing.assert_array_equal(g.ravel(), [0.5, 1.0, 0.5])


def test_a_border_never_wins_even_among_the_lowest_numbers() -> None:
    y, g = slope(lambda v: gs.max_pool1d(v, 2, 2, ((1, 1),)), np.full((1, 2, 1), -np.inf), np.ones((1, 2, 1)))
    np.testing.assert_array_equal(y.ravel(), [-np.inf, -np.inf])
    np.testing.assert_array_equal(g.ravel(), [1, 1])
    low = np.full((1, 2, 1), np.iinfo(np.int32).min, np.int32)
    found = gs.max_pool1d(low, 2, 2, ((1, 1),))
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found.numpy().ravel(), low.ravel())


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_channels_first_and_all_ranks_agree(kind: str, padding: str) -> None:
    x = np.cos(np.arange(2 * 5 * 6 * 4 * 3) ** 2 * 0.31).reshape(2, 5, 6, 4, 3)
    ops = [getattr(gs, f"{kind}_pool{n}d") for n in (1, 2, 3)]
    y = ops[2](x, (2, 3, 2), (1, 2, 2), padding).numpy()
    first = ops[2](np.moveaxis(x, -1, 1), (2, 3, 2), (1, 1, 1, 2, 2), padding, "NCDHW").numpy()
    np.testing.assert_allclose(np.moveaxis(first, 1, -1), y, rtol=1e-13)
    apart = ops[1](x[:, 0], [1, 3, 2, 1], [1, 2, 2, 1], padding).numpy()
    np.testing.assert_allclose(ops[2](x[:, :1], (1, 3, 2), (1, 2, 2), padding).numpy()[:, 0], apart, rtol=1e-13)
    line = ops[0](x[:, 0, 0], 3, 2, padding).numpy()
    np.testing.assert_allclose(ops[1](x[:, 0, :1], (1, 3), (1, 2), padding).numpy()[:, 0], line, rtol=1e-13)
    np.testing.assert_array_equal(getattr(gs.nn, f"{kind}_pool")(x[:, 0], [3, 2], [2, 2], padding), apart)


def test_names_and_keywords_of_tensorflow_work() -> None:
    x = whole(1, 4, 6, 2)
    want = gs.max_pool2d(x, 2, 2, "VALID").numpy()
    named = gs.nn.max_pool2d(input=x, ksize=2, strides=2, padding="VALID", data_format="NHWC", name="p")
    for found in (named, gs.max_pool2d(x, 2), gs.nn.pool(x, [2, 2], "MAX", [2, 2]), gs.nn.max_pool(x, 2, 2, "VALID")):
        np.testing.assert_array_equal(found, want)
    spread = gs.nn.pool(x, window_shape=[2], pooling_type="AVG", dilations=[2, 3]).numpy()
    np.testing.assert_allclose(spread[0, 0, 0], (x[0, 0, 0] + x[0, 2, 0] + x[0, 0, 3] + x[0, 2, 3]) / 4)


def test_second_derivatives_pass_through_the_place_of_the_largest() -> None:
    x = np.array([0.5, 2.0, 1.0, 3.0, -1.0, 0.0]).reshape(1, 6, 1)
    f = lambda v: gs.sum(gs.max_pool1d(v, 2, 2) ** 3)  # noqa: E731
    hessian = gs.jacrev(gs.jacrev(f))(x).numpy().reshape(6, 6)
    np.testing.assert_allclose(hessian, np.diag([0, 12.0, 0, 18.0, 0, 0]))
    gs.check_grads(lambda v: gs.avg_pool1d(gs.max_pool1d(v, 3, 1, "SAME") ** 2, 2, 1, "SAME"), (x,), order=3)


def test_one_window_for_the_whole_image_and_windows_of_one_element() -> None:
    x = whole(2, 3, 4, 2)
    np.testing.assert_allclose(gs.avg_pool2d(x, (3, 4)).numpy()[:, 0, 0], x.mean((1, 2)))
    np.testing.assert_array_equal(gs.max_pool2d(x, (3, 4)).numpy()[:, 0, 0], x.max((1, 2)))
    np.testing.assert_array_equal(gs.max_pool2d(x, 1), x)
    np.testing.assert_array_equal(gs.avg_pool2d(x, 1), x)


def test_empty_batches_give_empty_results() -> None:
    for op in (gs.max_pool2d, gs.avg_pool2d):
        y, g = slope(lambda v, op=op: op(v, 2, 1, "SAME"), np.zeros((0, 4, 3, 2)))
        assert y.shape == g.shape == (0, 4, 3, 2)


def test_whole_numbers_average_to_fractions() -> None:
    y = gs.avg_pool1d(np.array([1, 2, 4]).reshape(1, 3, 1), 2, 1)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y.numpy().ravel(), [1.5, 3.0])


Z = np.zeros


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gs.max_pool2d(Z((4, 4, 3)), 2), "max_pool2d: images have a batch axis, 2 spatial axes and channels"),
        (lambda: gs.max_pool(Z((3, 4)), 2), "images have a batch axis, spatial axes and channels"),
        (lambda: gs.max_pool2d(Z((1, 4, 4, 3)), 2, 2, "SAMEE"), 'padding is "SAME", "VALID" or 2 pairs'),
        (lambda: gs.max_pool2d(Z((1, 4, 4, 3)), 5), "a window of 5 does not fit 4 elements"),
        (lambda: gs.max_pool2d(Z((1, 4, 4, 3)), (2, 2, 2, 2)), "ksize is 1 along batch and channels"),
        (lambda: gs.avg_pool2d(Z((1, 4, 4, 3)), 2, 1, ((2, 2), (0, 0))), "wholly outside the image"),
        (lambda: gs.nn.pool(Z((1, 4, 4, 3)), 2, "SUM"), 'pooling_type is "MAX" or "AVG"'),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)


def test_complex_numbers_have_averages_but_no_largest() -> None:
    z = whole(1, 4, 1) + 1j * whole(1, 4, 1, step=3)
    np.testing.assert_allclose(gs.avg_pool1d(z, 2).numpy().ravel(), z.reshape(2, 2).mean(1))
    with pytest.raises(TypeError, match="real numbers"):
        gs.max_pool1d(z, 2)
