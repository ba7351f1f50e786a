"""Programs as notebooks write them: only the import line says gradstudio."""

from __future__ import annotations

import numpy as np

import gradstudio as tf


def test_sum_squared() -> None:
    x = tf.ones((2, 2))
    with tf.GradientTape() as t:
        t.watch(x)
        y = tf.reduce_sum(x)
        z = tf.multiply(y, y)
    dz_dx = t.gradient(z, x)
    for i in [0, 1]:
        for j in [0, 1]:
            assert dz_dx[i][j].numpy() == 8.0


def test_gradient_of_an_intermediate_value() -> None:
    x = tf.ones((2, 2))
    with tf.GradientTape() as t:
        t.watch(x)
        y = tf.reduce_sum(x)
        z = tf.multiply(y, y)
    dz_dy = t.gradient(z, y)
    assert dz_dy.numpy() == 8.0


def test_persistent_tape() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as t:
        t.watch(x)
        y = x * x
        z = y * y
    dz_dx = t.gradient(z, x)  # 4 * x ** 3 at x = 3
    dy_dx = t.gradient(y, x)
    del t
    assert dz_dx.numpy() == 108.0
    assert dy_dx.numpy() == 6.0


def test_control_flow() -> None:
    def f(x, y):  # type: ignore[no-untyped-def]
        output = 1.0
        for i in range(y):
            if i > 1 and i < 5:
                output = tf.multiply(output, x)
        return output

    def grad(x, y):  # type: ignore[no-untyped-def]
        with tf.GradientTape() as t:
            t.watch(x)
            out = f(x, y)
        return t.gradient(out, x)

    x = tf.convert_to_tensor(2.0)
    assert grad(x, 6).numpy() == 12.0
    assert grad(x, 5).numpy() == 12.0
    assert grad(x, 4).numpy() == 4.0


def test_higher_order() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as t:
        with tf.GradientTape() as t2:
            y = x * x * x
        dy_dx = t2.gradient(y, x)
    d2y_dx2 = t.gradient(dy_dx, x)
    assert dy_dx.numpy() == 3.0
    assert d2y_dx2.numpy() == 6.0


def test_a_small_network_learns_a_line_with_plain_assignments() -> None:
    tf.random.set_seed(7)
    w, b = tf.Variable(tf.random.normal((1, 1))), tf.Variable(tf.zeros((1,)))
    x = tf.reshape(tf.linspace(-1.0, 1.0, 21), (-1, 1))
    y = 3.0 * x + 2.0
    for _ in range(200):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y))
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(0.3 * dw)
        b.assign_sub(0.3 * db)
    np.testing.assert_allclose(w.numpy(), [[3.0]], atol=1e-6)
    np.testing.assert_allclose(b.numpy(), [2.0], atol=1e-6)


def test_tensorflow_spelling_and_argument_names() -> None:
    a = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    np.testing.assert_array_equal(tf.reduce_sum(input_tensor=a, axis=0), [5.0, 7.0, 9.0])
    np.testing.assert_array_equal(tf.reduce_mean(a, 1, True), [[2.0], [5.0]])
    np.testing.assert_array_equal(tf.math.reduce_max(a, axis=1, keepdims=True), [[3.0], [6.0]])
    np.testing.assert_array_equal(tf.matmul(a=a, b=a, transpose_b=True), [[14.0, 32.0], [32.0, 77.0]])
    np.testing.assert_array_equal(tf.transpose(a, perm=[1, 0]), np.asarray(a).T)
    np.testing.assert_array_equal(tf.clip_by_value(a, clip_value_min=2.0, clip_value_max=4.0)[0], [2.0, 2.0, 3.0])
    np.testing.assert_array_equal(tf.concat([a, a], axis=0)[2:], a)
    np.testing.assert_array_equal(tf.concat(values=[a, a], axis=1)[0], [1.0, 2.0, 3.0, 1.0, 2.0, 3.0])
    np.testing.assert_array_equal(tf.gather(params=a, indices=[1, 0], axis=0)[0], [4.0, 5.0, 6.0])
    np.testing.assert_array_equal(tf.where(condition=a > 2.0, x=a, y=0.0)[0], [0.0, 0.0, 3.0])
    np.testing.assert_array_equal(tf.tile(a, multiples=[1, 2])[0], [1.0, 2.0, 3.0, 1.0, 2.0, 3.0])
    np.testing.assert_array_equal(tf.shape(input=a), [2, 3])
    np.testing.assert_array_equal(tf.one_hot([0, 2], depth=3), [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert float(tf.reduce_sum(a, axis=[0, 1])) == 21.0
    np.testing.assert_array_equal(tf.reverse(a, axis=[1])[0], [3.0, 2.0, 1.0])
    np.testing.assert_array_equal(tf.linalg.diag(tf.constant([1.0, 2.0])), [[1.0, 0.0], [0.0, 2.0]])
    np.testing.assert_array_equal(tf.linalg.diag_part(a), [1.0, 5.0])
    assert tf.cast(a, tf.bool).dtype == np.bool_
    assert tf.cast(a, dtype=tf.int32).dtype == tf.int32
    assert float(tf.math.reduce_prod(tf.constant([2.0, 3.0]))) == 6.0
    assert float(tf.norm(tf.constant([3.0, 4.0]), ord="euclidean")) == 5.0
    assert float(tf.nn.relu(features=-1.0)) == 0.0
    assert float(tf.pow(2.0, 3.0)) == 8.0
    assert float(tf.tensordot(tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0]), axes=1)) == 11.0
    assert tf.unstack(tf.constant([1.0, 2.0]))[1].numpy() == 2.0
    assert [p.shape for p in tf.split(tf.ones((4, 2)), num_or_size_splits=2, axis=0)] == [(2, 2), (2, 2)]
