"""Jacobians of any shapes, of batches, of unconnected and empty tensors, and Hessians from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as tf


def test_shape_is_target_shape_plus_source_shape_and_numbers_are_right() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    m = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.matmul(m, x * x)
    j = tape.jacobian(y, x)
    np.testing.assert_allclose(j, m * 2.0 * np.array([1.0, 2.0, 3.0]))


def test_jacobian_of_a_matrix_with_respect_to_a_matrix_and_a_scalar() -> None:
    a, s = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([a, s])
        y = tf.transpose(a) * s
    ja, js = tape.jacobian(y, [a, s])
    assert ja.shape == (2, 2, 2, 2)
    for i, j, k, m in np.ndindex(2, 2, 2, 2):
        assert float(ja[i, j, k, m]) == (2.0 if (i, j) == (m, k) else 0.0)
    np.testing.assert_array_equal(js, [[1.0, 3.0], [2.0, 4.0]])


def test_a_scalar_target_gives_the_gradient() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.sum(x * x)
    np.testing.assert_array_equal(tape.jacobian(y, x), tape.gradient(y, x))


def test_results_mirror_nested_sources_and_unconnected_ones_are_none_or_zeros() -> None:
    x, w = tf.constant([1.0, 2.0]), tf.constant(np.ones((3,), np.float32))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, w])
        y = x * 3.0
    found = tape.jacobian(y, {"x": x, "rest": [w]})
    np.testing.assert_array_equal(found["x"], 3.0 * np.eye(2))
    assert found["rest"] == [None]
    zeros = tape.jacobian(y, w, unconnected_gradients="zero")
    assert zeros.shape == (2, 3)
    assert zeros.dtype == np.float32


@pytest.mark.parametrize("pfor", [True, False])
def test_tensorflows_other_arguments_are_accepted_and_change_nothing(pfor: bool) -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    j = tape.jacobian(y, x, parallel_iterations=4, experimental_use_pfor=pfor)
    np.testing.assert_array_equal(j, np.diag([2.0, 4.0]))


def test_a_jacobian_uses_a_tape_up() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.jacobian(y, x)
    with pytest.raises(RuntimeError, match="non-persistent"):
        tape.gradient(y, x)


def test_the_hessian_is_the_jacobian_of_the_gradient() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x[0] ** 3 * x[1] ** 2
        dy = inner.gradient(y, x)
    np.testing.assert_allclose(outer.jacobian(dy, x), [[24.0, 12.0], [12.0, 2.0]])


def test_a_jacobian_under_an_outer_tape_is_recorded() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x * x
        j = inner.jacobian(y, x)
    np.testing.assert_allclose(outer.gradient(j, x), [6.0, 12.0])


def test_a_variable_that_was_assigned_between_reads_counts_each() -> None:
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = v * 2.0
        v.assign([5.0, 5.0])
        z = y + v * 3.0
    np.testing.assert_array_equal(tape.jacobian(z, v), 5.0 * np.eye(2))


def test_an_empty_target_has_an_empty_jacobian() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x[:0] * 2.0
    assert tape.jacobian(y, x).shape == (0, 2)


@pytest.mark.parametrize("target", [[tf.constant(1.0)], 3.0, None])
def test_a_target_that_is_no_single_tensor_is_a_type_error(target: Any) -> None:
    with pytest.raises(TypeError, match="one tensor"):
        tf.GradientTape().jacobian(target, tf.constant(1.0))


def test_batch_jacobian_has_one_jacobian_for_each_item() -> None:
    x = tf.constant(np.arange(6.0).reshape(3, 2))
    m = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.matmul(x * x, m)
    j = tape.batch_jacobian(y, x)
    assert j.shape == (3, 4, 2)
    np.testing.assert_allclose(j, m.T[None] * 2.0 * np.asarray(x)[:, None, :])


def test_batch_jacobian_agrees_with_the_diagonal_of_the_jacobian() -> None:
    x = tf.constant(np.linspace(-1.0, 1.0, 12).reshape(2, 3, 2))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.cumsum(tf.sin(x), axis=1) * x
    full, batch = np.asarray(tape.jacobian(y, x)), np.asarray(tape.batch_jacobian(y, x))
    for b in range(2):
        np.testing.assert_allclose(batch[b], full[b, :, :, b])


def test_batch_jacobian_of_unconnected_and_empty_items() -> None:
    x, w = tf.ones((2, 3)), tf.ones((2, 4))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, w])
        y = x * 2.0
        none = x[:, :0]
    np.testing.assert_array_equal(tape.batch_jacobian(y, w), np.zeros((2, 3, 4)))
    assert tape.batch_jacobian(none, x).shape == (2, 0, 3)


def test_batch_jacobian_needs_a_common_batch() -> None:
    x = tf.ones((2, 3))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, flat = tf.transpose(x) * 1.0, tf.sum(x, axis=1)
    for target in (y, flat):
        with pytest.raises(ValueError, match="two axes"):
            tape.batch_jacobian(target, x)


def test_a_batch_jacobian_can_be_differentiated() -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x * x
        j = inner.batch_jacobian(y, x)
    np.testing.assert_allclose(outer.gradient(j, x), 6.0 * np.asarray(x))


@pytest.mark.parametrize("elements", [1, 20, 50])
def test_passes_in_pieces_give_the_same_jacobians(elements: int, monkeypatch: pytest.MonkeyPatch) -> None:
    x = tf.constant(np.linspace(-1.0, 1.0, 12).reshape(3, 4))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.softmax(tf.matmul(x, np.arange(8.0).reshape(4, 2) / 8.0)) * x[:, :2]
    whole, batch = np.asarray(tape.jacobian(y, x)), np.asarray(tape.batch_jacobian(y, x))
    monkeypatch.setattr("gradstudio.engine.jacobian.CHUNK_ELEMENTS", elements)
    np.testing.assert_array_equal(tape.jacobian(y, x), whole)
    np.testing.assert_array_equal(tape.batch_jacobian(y, x), batch)


def test_a_jacobian_through_a_custom_gradient_and_a_recomputed_function() -> None:
    @tf.custom_gradient
    def doubled(v: Any) -> Any:
        return v * 2.0, lambda upstream: upstream * 5.0

    again = tf.recompute_grad(lambda v: v * v)
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = doubled(x) * again(x)
    # d(2x * x^2) with the factor 5 in place of 2 on the first way
    np.testing.assert_allclose(tape.jacobian(y, x), np.diag([5.0 + 4.0, 20.0 + 16.0, 45.0 + 36.0]))


def test_a_jacobian_of_float32_scalars_mixed_with_arrays() -> None:
    s, x = tf.constant(2.0, dtype=tf.float32), tf.constant([1.0, 3.0], dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch([s, x])
        y = s * x / (s + x)
    js, jx = tape.jacobian(y, [s, x])
    assert (js.dtype, jx.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(js, [1.0 / 9.0, 9.0 / 25.0], rtol=1e-6)
    np.testing.assert_allclose(jx, np.diag([4.0 / 9.0, 4.0 / 25.0]), rtol=1e-6)


M = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, 1.0]])
WAYS: dict[str, Any] = {
    "element by element": lambda x: tf.exp(-tf.sin(x) * 2.0) / (x + 2.0),
    "factors that meet": lambda x: x * tf.sin(x) - x * x + 3.0 * x,
    "nothing but a number": lambda x: 1.0 - 2.0 * x,
    "one less": lambda x: M[0] - x,
    "the source itself": lambda x: tf.identity(x),
    "a matrix times x": lambda x: tf.linalg.matvec(M, x),
    "x times a matrix": lambda x: tf.matmul(x, M.T),
    "scaled, then a matrix": lambda x: tf.tanh(tf.matmul(M, x)) * 2.0,
    "two layers": lambda x: tf.tanh(tf.matmul(M.T, tf.tanh(tf.matmul(M, x)))),
    "a factor of another shape": lambda x: tf.reshape(x, (3, 1)) * M.T,
    "a matrix of targets": lambda x: tf.tanh(x[:, None] * x),
    "a slope that is infinite": lambda x: tf.sqrt(tf.nn.relu(x)),
    "an infinite slope before a matrix": lambda x: tf.matmul(M, tf.sqrt(tf.nn.relu(x))) + tf.sqrt(tf.nn.relu(x))[:2],
    "an infinite slope after a matrix": lambda x: tf.sqrt(tf.matmul(M - M, x)),
    "a matrix that is infinite": lambda x: tf.matmul(np.where(M == 0.5, np.inf, M), x),
    "single precision": lambda x: tf.cast(x, tf.float32) * tf.cast(x, tf.float32),
    "mixed precision": lambda x: tf.cast(x, tf.float32) * tf.constant(M[0]),
    "complex": lambda x: tf.cast(x, tf.complex128) * (1.0 + 2.0j) * tf.exp(tf.cast(x, tf.complex128) * 1.0j),
    "used twice": lambda x: tf.concat([tf.sin(x), tf.sin(x) * x], axis=0),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_jacobian_is_made_of_the_gradients_of_each_element(way: str) -> None:
    x = tf.constant([0.5, -1.25, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = WAYS[way](x)
    rows = []
    for place in np.ndindex(*y.shape):
        one = np.zeros(y.shape, y.dtype)
        one[place] = 1.0
        rows.append(tape.gradient(y, x, output_gradients=tf.constant(one)).numpy())
    np.testing.assert_allclose(tape.jacobian(y, x), np.reshape(rows, (*y.shape, 3)), rtol=1e-6)


def test_a_jacobian_that_is_a_constant_matrix_is_a_copy_of_it() -> None:
    x, w = tf.constant([0.5, -1.25, 2.0]), tf.Variable(M)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.matmul(w, x)
    found = tape.jacobian(y, x)
    w.assign_add(tf.ones_like(w))
    np.testing.assert_array_equal(found, M)


def test_a_hessian_through_sums_means_and_changes_of_shape() -> None:
    x = tf.constant([[0.5, -1.25], [2.0, 1.5]])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.mean(tf.transpose(tf.sum(tf.reshape(x**3, (4, 1)), axis=1)))
        slope = inner.gradient(y, x)
    np.testing.assert_allclose(outer.jacobian(slope, x).numpy().reshape(4, 4), np.diag([0.75, -1.875, 3.0, 2.25]))
