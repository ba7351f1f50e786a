"""Control flow under TensorFlow's names: numbers and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as tf


def test_cond_and_switch_case_follow_one_branch_only() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.cond(x > 2.0, lambda: x * x, lambda: x * 0.0)
        z = tf.switch_case(tf.constant(1), [lambda: x, lambda: x * 5.0])
        last = tf.switch_case(7, {0: lambda: x, 1: lambda: x * 2.0})
        other = tf.switch_case(7, [(0, lambda: x)], default=lambda: x * 9.0)
    assert [float(tape.gradient(t, x)) for t in (y, z, last, other)] == [6.0, 5.0, 2.0, 9.0]


def test_while_loop_keeps_the_form_of_its_variables_and_passes_gradients() -> None:
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        count, power = tf.while_loop(lambda i, p: i < 3, lambda i, p: (i + 1, p * x), [0, x])
    assert count == 3
    assert float(tape.gradient(power, x)) == 32.0
    assert tf.while_loop(lambda i: True, lambda i: i + 1, (0,), maximum_iterations=5) == (5,)


def test_map_fn_and_scan_stack_their_results() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        squares = tf.map_fn(lambda v: v * v, x)
        products = tf.scan(lambda a, v: a * v, x)
        folded = tf.foldl(lambda a, v: a + 2.0 * v, x, initializer=0.0)
    np.testing.assert_array_equal(squares, [1.0, 4.0, 9.0])
    np.testing.assert_array_equal(tape.gradient(squares, x), [2.0, 4.0, 6.0])
    np.testing.assert_array_equal(products, [1.0, 2.0, 6.0])
    np.testing.assert_array_equal(tape.gradient(products, x), [9.0, 4.0, 2.0])
    np.testing.assert_array_equal(tape.gradient(folded, x), [2.0, 2.0, 2.0])
    np.testing.assert_array_equal(tf.scan(lambda a, v: a + v, x, reverse=True), [6.0, 5.0, 3.0])


def test_map_fn_takes_and_gives_nested_items() -> None:
    a, b = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    found: Any = tf.map_fn(lambda pair: {"sum": pair[0] + pair[1], "product": pair[0] * pair[1]}, (a, b))
    np.testing.assert_array_equal(found["sum"], [4.0, 6.0])
    np.testing.assert_array_equal(found["product"], [3.0, 8.0])
    with pytest.raises(ValueError, match="differ in length"):
        tf.map_fn(lambda pair: pair[0], (a, tf.ones(3)))
    with pytest.raises(ValueError, match="no items"):
        tf.map_fn(lambda v: v, tf.zeros((0,)))


def test_einsum_is_called_as_in_numpy_and_tensorflow() -> None:
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(tf.einsum("ij,jk->ik", a, b), a @ b)
    np.testing.assert_array_equal(tf.einsum("ij,jk", a, b), a @ b)
    np.testing.assert_array_equal(np.einsum("ij,jk->ik", tf.constant(a), b), a @ b)
    np.testing.assert_array_equal(tf.einsum(" i j -> j i ", a), a.T)
    x = tf.constant(a)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.einsum("ij,ij->", x, x)
    np.testing.assert_array_equal(tape.gradient(y, x), 2 * a)


@pytest.mark.parametrize(
    ("equation", "count", "text"),
    [
        ("ij,jk->ik", 1, "names 2 inputs, but there are 1"),
        ("ijk->i", 1, "names 3 axes for an input that has 2"),
        ("abc...->a", 1, "more letters"),
    ],
)
def test_an_equation_that_does_not_fit_says_how(equation: str, count: int, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        tf.einsum(equation, *[tf.ones((2, 2))] * count)
