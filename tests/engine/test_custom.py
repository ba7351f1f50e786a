"""custom_gradient and recompute_grad: what is recorded, what the gradient function gets, variables, higher orders."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as tf


def gradient(f: Any, *values: Any) -> Any:
    sources = [tf.constant(v) for v in values]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = f(*sources)
    return tape.gradient(y, sources)


@tf.custom_gradient
def log1pexp(x: Any) -> Any:
    e = tf.exp(x)

    def grad(upstream: Any) -> Any:
        return upstream * (1 - 1 / (1 + e))

    return tf.math.log(1 + e), grad


def test_the_gradient_functions_answer_is_used() -> None:
    with np.errstate(over="ignore"):
        (g,) = gradient(log1pexp, 100.0)
    assert float(g) == 1.0


def test_upstream_is_multiplied_in_and_the_body_is_not_recorded() -> None:
    @tf.custom_gradient
    def odd(x: Any) -> Any:
        return x * x, lambda upstream: upstream * 7.0

    (g,) = gradient(lambda x: 3.0 * odd(x), 2.0)
    assert float(g) == 21.0


def test_every_output_gets_its_upstream_and_zeros_where_it_is_not_used() -> None:
    seen: list[Any] = []

    @tf.custom_gradient
    def both(x: Any, y: Any) -> Any:
        def grad(da: Any, db: Any) -> Any:
            seen.append((np.asarray(da).tolist(), np.asarray(db).tolist()))
            return da * 2.0, tf.sum(db)

        return (x * 2.0, [y + tf.ones(2)]), grad

    def use(x: Any, y: Any) -> Any:
        a, (b,) = both(x, y)
        assert b.shape == (2,)
        return a * 5.0

    dx, dy = gradient(use, 1.0, 1.0)
    assert (float(dx), float(dy)) == (10.0, 0.0)
    assert seen == [(5.0, [0.0, 0.0])]


def test_none_means_no_gradient() -> None:
    @tf.custom_gradient
    def f(x: Any, y: Any) -> Any:
        return x * y, lambda upstream: (upstream, None)

    dx, dy = gradient(f, 2.0, 3.0)
    assert float(dx) == 1.0
    assert dy is None


def test_a_wrong_number_or_shape_of_gradients_is_a_value_error() -> None:
    @tf.custom_gradient
    def many(x: Any) -> Any:
        return x * 1.0, lambda upstream: (upstream, upstream)

    @tf.custom_gradient
    def wide(x: Any) -> Any:
        return x * 1.0, lambda upstream: tf.ones(3)

    with pytest.raises(ValueError, match="many gave 2 gradients for 1 arguments"):
        gradient(many, 1.0)
    with pytest.raises(ValueError, match=r"wide gave shape \[3\]"):
        gradient(wide, [1.0, 2.0])


def test_a_function_that_returns_no_pair_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="must return"):
        tf.custom_gradient(lambda x: x * 2.0)(tf.constant(1.0))


def test_second_order_goes_through_the_gradient_functions_ops() -> None:
    @tf.custom_gradient
    def cube(x: Any) -> Any:
        return x * x * x, lambda upstream: upstream * 3.0 * x * x

    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = cube(x)
        dy = inner.gradient(y, x)
    assert float(dy) == 12.0
    assert float(outer.gradient(dy, x)) == 12.0


def test_variables_read_inside_need_variables_and_get_their_gradients() -> None:
    w = tf.Variable(3.0)

    @tf.custom_gradient
    def scaled(x: Any) -> Any:
        def grad(upstream: Any, variables: Any = None) -> Any:
            assert [v is w for v in variables] == [True]
            return upstream * w.read_value(), [upstream * x * 100.0]

        return x * w, grad

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = scaled(x)
    dx, dw = tape.gradient(y, [x, w])
    assert (float(dx), float(dw)) == (3.0, 200.0)

    @tf.custom_gradient
    def careless(x: Any) -> Any:
        return x * w, lambda upstream: upstream

    with pytest.raises(TypeError, match="variables=None"):
        careless(x)


def test_an_exception_in_the_body_leaves_the_tapes_recording() -> None:
    @tf.custom_gradient
    def broken(x: Any) -> Any:
        raise KeyError("no")

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with pytest.raises(KeyError):
            broken(x)
        y = x * x
    assert float(tape.gradient(y, x)) == 6.0


def test_recompute_grad_runs_the_function_again_and_gives_the_same_gradient() -> None:
    runs: list[int] = []
    w = tf.Variable([1.0, 2.0])

    def body(x: Any, y: Any) -> Any:
        runs.append(1)
        return tf.sum(tf.sin(x * w) * y), x * y

    def gradients(f: Any) -> list[Any]:
        x, y = tf.constant([0.5, 1.5]), tf.constant([2.0, 3.0])
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            a, b = f(x, y)
            z = a * a + tf.sum(b)
        return [np.asarray(g) for g in tape.gradient(z, [x, y, w])]

    plain = gradients(body)
    runs.clear()
    again = gradients(tf.recompute_grad(body))
    assert len(runs) == 2
    for g, h in zip(plain, again, strict=True):
        np.testing.assert_allclose(g, h, rtol=1e-15)


def test_recompute_grad_of_the_same_tensor_twice_gives_both_shares() -> None:
    product = tf.recompute_grad(lambda a, b: a * b * b)
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = product(x, x)
    assert float(tape.gradient(y, x)) == 12.0


def test_recompute_grad_has_higher_orders() -> None:
    cube = tf.recompute_grad(lambda a: a * a * a)
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = cube(x)
        dy = inner.gradient(y, x)
    assert (float(dy), float(outer.gradient(dy, x))) == (12.0, 12.0)


def test_function_is_an_identity_in_each_of_its_forms() -> None:
    @tf.function
    def a(x: Any) -> Any:
        return x * 2.0

    @tf.function(jit_compile=True)
    def b(x: Any) -> Any:
        return x * 3.0

    assert (a(1.0), b(1.0)) == (2.0, 3.0)
