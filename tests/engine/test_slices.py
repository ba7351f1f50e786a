"""Gradients by rows: what gather gives, how they add up, and that they are tensors all the same."""

from __future__ import annotations

import numpy as np
import pytest

import gradstudio as tf

TABLE = np.arange(8.0).reshape(4, 2)


def lookup(*indices: list[int]) -> tuple[tf.Variable, tf.Tensor]:
    table = tf.Variable(TABLE)
    with tf.GradientTape() as tape:
        total = sum(tf.reduce_sum(tf.gather(table, i) ** 2) for i in indices)
    return table, tape.gradient(total, table)


def test_gather_gives_the_rows_it_touched_with_repeats_kept() -> None:
    _, g = lookup([2, 0, 2])
    assert isinstance(g, tf.IndexedSlices)
    np.testing.assert_array_equal(g.indices, [2, 0, 2])
    np.testing.assert_array_equal(g.values, 2.0 * TABLE[[2, 0, 2]])
    np.testing.assert_array_equal(g.dense_shape, [4, 2])


def test_it_is_a_tensor_and_sums_repeats_when_it_is_used_as_one() -> None:
    _, g = lookup([2, 0, 2])
    want = np.zeros((4, 2))
    np.add.at(want, [2, 0, 2], 2.0 * TABLE[[2, 0, 2]])
    assert isinstance(g, tf.Tensor)
    assert g.shape == (4, 2)
    assert g.dtype == np.float64
    for dense in (g, tf.convert_to_tensor(g), g + 0.0, 1.0 * g, tf.add(g, 0.0), np.asarray(g), g.numpy()):
        np.testing.assert_array_equal(dense, want)
    assert not isinstance(tf.convert_to_tensor(g), tf.IndexedSlices)
    np.testing.assert_array_equal(tf.reduce_sum(g, axis=0), want.sum(0))


def test_two_gathers_stay_rows_and_one_dense_use_makes_it_dense() -> None:
    _, joined = lookup([0], [3, 0])
    assert isinstance(joined, tf.IndexedSlices)
    assert sorted(joined.indices.tolist()) == [0, 0, 3]
    table = tf.Variable(TABLE)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.gather(table, [1])) + tf.reduce_sum(table)
    g = tape.gradient(y, table)
    assert not isinstance(g, tf.IndexedSlices)
    np.testing.assert_array_equal(g, [[1.0, 1.0], [2.0, 2.0], [1.0, 1.0], [1.0, 1.0]])


def test_a_gather_of_a_computed_table_passes_on_through_the_table() -> None:
    x = tf.constant(TABLE)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.gather(x * 3.0, [[1, 1], [0, 2]]))
    np.testing.assert_array_equal(tape.gradient(y, x), [[3.0, 3.0], [6.0, 6.0], [3.0, 3.0], [0.0, 0.0]])


def test_other_axes_functions_and_higher_orders_are_dense() -> None:
    x = tf.constant(TABLE)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.gather(x, [1], axis=1))
    assert not isinstance(tape.gradient(y, x), tf.IndexedSlices)
    assert not isinstance(tf.grad(lambda t: tf.reduce_sum(tf.gather(t, [1])))(TABLE), tf.IndexedSlices)
    h = tf.hessian(lambda t: tf.reduce_sum(tf.gather(t, [1, 1]) ** 3))(TABLE)
    want = np.zeros((4, 2, 4, 2))
    want[1, 0, 1, 0], want[1, 1, 1, 1] = 12.0 * TABLE[1]
    np.testing.assert_allclose(h, want)


def test_variables_take_rows() -> None:
    v = tf.Variable(np.zeros((3, 1)))
    v.scatter_add(tf.IndexedSlices(values=[[1.0], [2.0]], indices=[0, 0], dense_shape=[3, 1]))
    v.scatter_sub(tf.IndexedSlices([[0.5]], [2]))
    v.scatter_update(tf.IndexedSlices([[9.0]], [1]))
    np.testing.assert_array_equal(v, [[3.0], [9.0], [-0.5]])
    v.assign_sub(tf.IndexedSlices([[1.0]], [1], [3, 1]))
    np.testing.assert_array_equal(v, [[3.0], [8.0], [-0.5]])


def test_a_float32_table_has_float32_rows() -> None:
    table = tf.Variable(TABLE, dtype=tf.float32)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.cast(tf.nn.embedding_lookup(table, [1]), tf.float64) * 2.0)
    g = tape.gradient(y, table)
    assert isinstance(g, tf.IndexedSlices)
    assert g.values.dtype == g.dtype == np.float32


@pytest.mark.parametrize("order", [[1, 3], []])
def test_an_empty_or_short_list_of_rows(order: list[int]) -> None:
    table = tf.Variable(TABLE)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.gather(table, np.array(order, int)))
    g = tape.gradient(y, table)
    want = np.zeros((4, 2))
    want[order] = 1.0
    np.testing.assert_array_equal(g.numpy(), want)
