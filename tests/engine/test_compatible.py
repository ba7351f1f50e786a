"""What TensorFlow programs use besides ops: functions, arrays of tensors, checks, modules, references, shapes."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from typing import Any

import numpy as np
import pytest

import gradstudio as tf


def test_function_is_a_decorator_in_each_of_its_forms() -> None:
    @tf.function
    def plain(x: Any) -> Any:
        return x * 2.0

    @tf.function(input_signature=[tf.TensorSpec(shape=[None], dtype=tf.float64)])
    def signed(x: Any) -> Any:
        return x * 3.0

    x = tf.constant([1.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = plain(x) + signed(x) + tf.function(lambda v: v)(x)
    assert tape.gradient(y, x).tolist() == [6.0]
    assert plain.python_function(x).tolist() == [2.0]
    assert plain.get_concrete_function(x)(x).tolist() == [2.0]
    assert tf.executing_eagerly()


def test_functions_are_replayed_unless_they_are_to_run_eagerly() -> None:
    calls = []

    @tf.function
    def cube(x: Any) -> Any:
        """Three times itself."""
        calls.append(x)
        return x * x * x

    assert cube.__doc__ == "Three times itself."
    assert [cube(tf.constant(x)).item() for x in (2.0, 3.0)] == [8.0, 27.0]
    assert (len(calls), cube.replays, tf.config.functions_run_eagerly()) == (1, 1, False)
    tf.config.run_functions_eagerly(True)
    try:
        assert (cube(tf.constant(2.0)).item(), len(calls), tf.config.functions_run_eagerly()) == (8.0, 2, True)
    finally:
        tf.config.run_functions_eagerly(False)
    assert (cube(tf.constant(4.0)).item(), len(calls)) == (64.0, 2)


def test_a_function_of_a_module_reads_its_variables() -> None:
    class Line(tf.Module):
        def __init__(self) -> None:
            self.slope = tf.Variable(2.0)

        @tf.function
        def __call__(self, x: Any) -> Any:
            return self.slope * x

    line = Line()
    assert line(tf.constant(3.0)).item() == 6.0
    line.slope.assign(5.0)
    assert (line(tf.constant(3.0)).item(), Line.__call__.replays) == (15.0, 1)
    assert Line()(tf.constant(3.0)).item() == 6.0


def test_a_tensor_array_is_written_read_and_stacked_with_gradients() -> None:
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        array = tf.TensorArray(tf.float64, size=2)
        for i in range(3):
            array = array.write(i, x ** float(i))
        y = tf.reduce_sum(array.stack() * [1.0, 10.0, 100.0])
    assert float(tape.gradient(y, x)) == 10.0 + 400.0
    assert tf.TensorArray(tf.float64).unstack([[1.0], [2.0]]).concat().tolist() == [1.0, 2.0]
    for wrong, message in (
        (lambda: array.read(7), "nothing was written at place 7"),
        (lambda: array.write(9, 1.0), "place 9, but the array has 3"),
    ):
        with pytest.raises(IndexError, match=message):
            wrong()


def test_checks_pass_values_on_and_name_what_is_wrong() -> None:
    x = tf.constant([1.0, 2.0])
    assert tf.debugging.check_numerics(x, "fine") is x
    assert tf.ensure_shape(x, [None]) is x
    tf.debugging.assert_equal(x, [1.0, 2.0])
    tf.debugging.assert_near(x, x + 1e-9)
    tf.debugging.assert_shapes([(x, ("N",)), (tf.ones((2, 3)), ("N", 3))])
    for call, message in (
        (lambda: tf.debugging.check_numerics(tf.constant([np.nan]), "loss"), "loss: .* holds NaN"),
        (lambda: tf.debugging.assert_equal(x, [1.0, 3.0]), "is not"),
        (lambda: tf.debugging.assert_shapes([(x, ("N",)), (tf.ones((3, 3)), ("N", 3))]), r"\[3, 3\] is not"),
        (lambda: tf.ensure_shape(x, [3]), r"shape \[2\], not \[3\]"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            call()


def test_a_module_finds_its_variables_in_lists_dicts_and_other_modules() -> None:
    class Layer(tf.Module):
        def __init__(self, size: int) -> None:
            super().__init__()
            self.w = tf.Variable(np.ones((size, size)))
            self.fixed = tf.Variable(1.0, trainable=False)

        def __call__(self, x: Any) -> Any:
            return tf.matmul(x, self.w) * self.fixed

    class Model(tf.Module):
        def __init__(self) -> None:
            super().__init__("model")
            self.layers = [Layer(2), Layer(2)]
            self.extra = {"scale": tf.Variable(3.0)}

    model = Model()
    assert len(model.variables) == 5
    assert len(model.trainable_variables) == 3
    assert len(model.submodules) == 2
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(model.layers[1](model.layers[0](tf.ones((1, 2)))) * model.extra["scale"])
    assert all(g is not None for g in tape.gradient(y, model.trainable_variables))


def test_shapes_are_tuples_that_answer_as_tensorflows_do() -> None:
    x = tf.ones((2, 3))
    assert x.shape == (2, 3)
    assert x.shape.as_list() == [2, 3]
    assert (x.shape.rank, x.shape.ndims, x.shape.num_elements()) == (2, 2, 6)
    assert x.get_shape()[0] == 2


def test_references_are_keys_and_nesting_is_kept() -> None:
    v, t = tf.Variable(1.0), tf.constant(2.0)
    slots = {v.ref(): "v", t.ref(): "t"}
    assert slots[v.ref()] == "v"
    assert t.ref().deref() is t
    doubled = tf.nest.map_structure(lambda a, b: a + b, {"x": (1, [2])}, {"x": (3, [4])})
    assert doubled == {"x": (4, [6])}
    assert tf.nest.pack_sequence_as({"b": 0, "a": 0}, [1, 2]) == {"b": 2, "a": 1}
    for mapping in (OrderedDict(b=v, a=t), defaultdict(list, b=v, a=t)):
        with tf.GradientTape() as tape:
            tape.watch(t)
            y = v * t
        found = tape.gradient(y, mapping)
        assert type(found) is type(mapping)
        assert (float(found["b"]), float(found["a"])) == (2.0, 1.0)
    with tf.GradientTape() as tape:
        y = v * 3.0
    assert [float(g) for g in tape.gradient(y, {"v": v}.values())] == [3.0]


def test_flow_takes_tensorflows_arguments() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        total = tf.foldl(lambda a, b: a * b, x)
        back = tf.foldr(lambda a, b: a - b, x, initializer=tf.constant(0.0))
        mapped = tf.map_fn(lambda v: v * v, x, fn_output_signature=tf.float64)
        chosen = tf.case([(total > 100.0, lambda: total), (total > 1.0, lambda: total * 2.0)], default=lambda: x[0])
    np.testing.assert_array_equal(tape.gradient(total, x), [6.0, 3.0, 2.0])
    np.testing.assert_array_equal(tape.gradient(back, x), [-1.0, -1.0, -1.0])
    np.testing.assert_array_equal(tape.gradient(mapped, x), [2.0, 4.0, 6.0])
    np.testing.assert_array_equal(tape.gradient(chosen, x), [12.0, 6.0, 4.0])
    with pytest.raises(ValueError, match="no condition holds"):
        tf.case([(False, lambda: x)])


def test_no_gradient_silences_an_op_until_it_is_restored() -> None:
    from gradstudio.engine.primitive import restore

    x = tf.constant(3.0)
    try:
        tf.no_gradient("SquaredDifference")
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.math.squared_difference(x, 1.0)
        assert tape.gradient(y, x) is None
    finally:
        restore()
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.math.squared_difference(x, 1.0)
    assert float(tape.gradient(y, x)) == 4.0
    with pytest.warns(UserWarning, match="no op called 'Nothing'"):
        tf.no_gradient("Nothing")


def test_no_gradient_silences_products_in_derivatives_of_derivatives() -> None:
    from gradstudio.engine.primitive import restore

    x = tf.constant(2.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.exp(x * 3.0) + tf.exp(x)
        try:
            tf.no_gradient("multiply")
            slope = inner.gradient(y, x)
        finally:
            restore()
    np.testing.assert_allclose(slope, np.exp(2.0))
    np.testing.assert_allclose(outer.gradient(slope, x), np.exp(2.0))


def test_tapes_of_threads_are_independent_and_sweeps_do_not_mix() -> None:
    shared = tf.Variable(np.arange(1.0, 4.0))
    found: dict[int, np.ndarray] = {}
    ready = threading.Barrier(4)

    def work(n: int) -> None:
        ready.wait()
        for _ in range(30):
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(shared ** float(n))
            found[n] = np.asarray(tape.gradient(y, shared))
            assert tape.watched_variables() == (shared,)
            np.testing.assert_allclose(found[n], n * np.arange(1.0, 4.0) ** (n - 1))

    failures: list[BaseException] = []

    def guarded(n: int) -> None:
        try:
            work(n)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(found) == 4
