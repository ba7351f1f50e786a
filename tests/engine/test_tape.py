"""What the tape means: watching, targets and sources, None and zero, re-entry, nesting, assignment."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest

import gradstudio as tf


def number(x: Any) -> float:
    assert isinstance(x, tf.Tensor)
    return float(x)


# watching


def test_gradient_of_a_square() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    assert number(tape.gradient(y, x)) == 6.0


def test_ops_before_watch_are_not_recorded_for_that_tensor() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.watch(x)
        z = x * y
    assert number(tape.gradient(z, x)) == 9.0  # y counts as the constant 9


def test_a_tensor_that_nothing_watches_has_gradient_none() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    assert tape.gradient(y, x) is None


def test_watch_accepts_nested_lists_tuples_and_dicts_and_returns_none() -> None:
    a, b, c, v = tf.constant(1.0), tf.constant(2.0), tf.constant(3.0), tf.Variable(4.0, trainable=False)
    with tf.GradientTape() as tape:
        assert tape.watch([a, {"b": b, "rest": (c, [v])}]) is None
        y = a * b * c * v
    assert [number(g) for g in tape.gradient(y, [a, b, c, v])] == [24.0, 12.0, 8.0, 6.0]


@pytest.mark.parametrize(("value", "name"), [(np.ones(2), "ndarray"), (1.5, "float"), (None, "NoneType")])
def test_watching_what_is_no_tensor_names_its_type(value: Any, name: str) -> None:
    with tf.GradientTape() as tape, pytest.raises(ValueError, match=name):
        tape.watch(value)


def test_an_outer_tape_that_did_not_watch_sees_nothing() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        inner.watch(x)
        y = x * x
    assert outer.gradient(y, x) is None
    assert number(inner.gradient(y, x)) == 6.0


def test_trainable_variables_are_watched_when_read_and_others_are_not() -> None:
    v, fixed = tf.Variable(2.0), tf.Variable(3.0, trainable=False)
    with tf.GradientTape() as tape:
        y = v * fixed
    assert tape.watched_variables() == (v,)
    dv, dfixed = tape.gradient(y, [v, fixed])
    assert number(dv) == 3.0
    assert dfixed is None


def test_watch_accessed_variables_false_leaves_the_choice_to_watch() -> None:
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(w)
        y = v * w
    dv, dw = tape.gradient(y, [v, w])
    assert dv is None
    assert number(dw) == 2.0


def test_watched_variables_come_in_the_order_they_were_made_in_without_repeats_and_survive_gradient() -> None:
    a, b, whole = tf.Variable(1.0), tf.Variable(2.0), tf.Variable(3)
    with tf.GradientTape() as tape:
        y = b * a * b * tf.cast(whole, tf.float64)
    found = tape.gradient(y, [a, b, whole])
    assert [id(v) for v in tape.watched_variables()] == [id(a), id(b), id(whole)]
    assert found[2] is None  # listed, though a whole number has no gradient


# targets, sources, structure


def test_the_result_has_the_structure_of_the_sources() -> None:
    x, y = tf.constant(2.0), tf.constant(5.0)
    pair = namedtuple("pair", "first second")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        z = x * y
    assert number(tape.gradient(z, x)) == 5.0
    assert tape.gradient(z, []) == []
    found = tape.gradient(z, {"p": x, "q": (y, [x])})
    assert number(found["p"]) == 5.0
    assert number(found["q"][0]) == 2.0
    assert number(found["q"][1][0]) == 5.0
    named = tape.gradient(z, pair(x, y))
    assert type(named) is pair
    assert number(named.second) == 2.0


def test_the_same_source_twice_gets_the_whole_gradient_in_every_place() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    assert [number(g) for g in tape.gradient(y, [x, x])] == [6.0, 6.0]


def test_targets_in_any_nesting_are_summed() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = {"square": x * x, "rest": [x, tf.stack([x, 2.0 * x])]}
    assert number(tape.gradient(y, x)) == 6.0 + 1.0 + 3.0


def test_a_target_that_is_a_source_counts_itself_and_the_way_through_other_targets() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
    assert number(tape.gradient(x, x)) == 1.0
    assert number(tape.gradient([x, x], x)) == 2.0
    assert number(tape.gradient([y, x], x)) == 7.0
    assert number(tape.gradient([y, x], y)) == 1.0
    assert number(tape.gradient(x, x, output_gradients=4.0)) == 4.0


def test_an_intermediate_can_be_a_source_and_one_after_the_target_has_none() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    assert number(tape.gradient(z, x)) == 108.0
    assert number(tape.gradient(y, x)) == 6.0
    assert number(tape.gradient(z, y)) == 18.0
    assert tape.gradient(y, z) is None


def test_the_elements_of_a_target_that_is_no_scalar_are_summed() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    np.testing.assert_array_equal(tape.gradient(y, x), [2.0, 4.0, 6.0])


@pytest.mark.parametrize("source", [None, 3.0, np.ones(2)])
def test_a_source_that_is_no_tensor_is_a_type_error_that_says_what_to_do(source: Any) -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    with pytest.raises(TypeError, match=r"source.*gs\.constant"):
        tape.gradient(y, source)


@pytest.mark.parametrize("target", [None, 3.0])
def test_a_target_that_is_no_tensor_is_a_type_error(target: Any) -> None:
    with pytest.raises(TypeError, match="target"):
        tf.GradientTape().gradient(target, tf.constant(1.0))


# output_gradients


def test_output_gradients_weigh_the_targets_and_none_means_ones() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
    np.testing.assert_array_equal(tape.gradient(y, x, output_gradients=np.array([10.0, -1.0])), [20.0, -4.0])
    np.testing.assert_array_equal(tape.gradient(y, x, output_gradients=3.0), [6.0, 12.0])
    np.testing.assert_array_equal(tape.gradient([y, y], x, output_gradients=[None, 2.0]), [6.0, 12.0])


def test_output_gradients_of_the_wrong_shape_dtype_or_number_are_refused() -> None:
    x = tf.constant([[1.0, 2.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
    with pytest.raises(ValueError, match=r"\[3\].*\[1,2\]"):
        tape.gradient(y, x, output_gradients=np.ones(3))
    with pytest.raises(ValueError, match=r"float32.*float64"):
        tape.gradient(y, x, output_gradients=tf.ones((1, 2), tf.float32))
    with pytest.raises(ValueError, match="2 parts"):
        tape.gradient(y, x, output_gradients=[y, y])


def test_a_gradient_can_be_differentiated_with_respect_to_its_cotangent() -> None:
    x, u = tf.constant(3.0), tf.constant(1.0)
    with tf.GradientTape() as outer:
        outer.watch(u)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x
        dy = inner.gradient(y, x, output_gradients=u)
    assert number(outer.gradient(dy, u)) == 6.0


# None and zero


@pytest.mark.parametrize("zero", ["zero", tf.UnconnectedGradients.ZERO])
def test_zero_for_unconnected_sources_takes_their_shape_and_dtype(zero: Any) -> None:
    x, other = tf.constant(3.0), tf.ones((2, 3), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch([x, other])
        y = x * x
    dx, zeros = tape.gradient(y, [x, other], unconnected_gradients=zero)
    assert number(dx) == 6.0
    assert zeros.shape == (2, 3)
    assert zeros.dtype == np.float32
    np.testing.assert_array_equal(zeros, np.zeros((2, 3)))


def test_any_other_value_for_unconnected_gradients_is_unknown() -> None:
    x = tf.constant(3.0)
    with pytest.raises(ValueError, match=r"Unknown value.*'nothing'"):
        tf.GradientTape().gradient(x, x, unconnected_gradients="nothing")


def test_watching_a_whole_number_warns_and_its_gradient_is_none() -> None:
    whole = tf.constant(3)
    with tf.GradientTape() as tape:
        with pytest.warns(UserWarning, match="int64"):
            tape.watch(whole)
        y = whole * 2.0
    assert tape.gradient(y, whole) is None


def test_the_way_through_a_whole_number_is_none_and_not_zero() -> None:
    x = tf.constant(3.7)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = 2.0 * tf.cast(tf.cast(x, tf.int32), tf.float64)
    assert tape.gradient(y, x) is None


def test_a_gradient_has_the_dtype_of_its_source_across_casts() -> None:
    x = tf.constant(3.0)
    narrow = tf.constant([1.0, 2.0], dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch([x, narrow])
        y = tf.cast(x, tf.float32) * narrow + tf.cast(narrow, tf.float64)
    dx, dnarrow = tape.gradient(y, [x, narrow])
    assert dx.dtype == np.float64
    assert dnarrow.dtype == np.float32
    assert number(dx) == 3.0
    np.testing.assert_array_equal(dnarrow, [4.0, 4.0])


@pytest.mark.parametrize("op", [tf.floor, tf.ceil, tf.round, tf.stop_gradient])
def test_rounding_and_stop_gradient_give_none(op: Any) -> None:
    x = tf.constant(3.7)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = op(x) * 2.0
    assert tape.gradient(y, x) is None


def test_the_gradient_of_sign_is_zero_and_not_none() -> None:
    x = tf.constant(3.7)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sign(x)
    assert number(tape.gradient(y, x)) == 0.0


def test_stop_gradient_beside_another_path_leaves_the_other_path() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.stop_gradient(x) * x
    assert number(tape.gradient(y, x)) == 3.0


def test_a_comparison_is_no_path() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.cast(x > 1.0, tf.float64) * 5.0
    assert tape.gradient(y, x) is None


# once, often, again


def test_a_second_gradient_on_a_tape_that_is_not_persistent_is_a_runtime_error_naming_the_first() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match=r"non-persistent.*one set of gradients.*line \d+.*persistent=True"):
        tape.gradient(y, x)


def test_gradient_inside_the_block_pauses_and_spends_a_tape_that_is_not_persistent() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        dy = tape.gradient(y, x)
        with pytest.raises(RuntimeError, match="non-persistent"):
            tape.gradient(dy, x)
    assert number(dy) == 6.0


def test_a_persistent_tape_records_its_own_backward_pass() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x * x
        dy = tape.gradient(y, x)
        d2y = tape.gradient(dy, x)
    assert number(dy) == 27.0
    assert number(d2y) == 18.0
    assert number(tape.gradient(d2y, x)) == 6.0


def test_entering_again_goes_on_and_what_ran_between_is_lost() -> None:
    x = tf.constant(3.0)
    tape = tf.GradientTape()
    with tape:
        tape.watch(x)
        y = x * x
    between = x * y
    with tape:
        z = between + x * y
    assert number(tape.gradient(z, x)) == 27.0


def test_entering_a_tape_that_records_is_a_value_error() -> None:
    with tf.GradientTape() as tape, pytest.raises(ValueError, match="already recording"):
        tape.__enter__()


def test_an_exception_in_the_block_ends_recording_and_keeps_what_was_recorded() -> None:
    x = tf.constant(3.0)
    tape = tf.GradientTape()

    def body() -> Any:
        with tape:
            tape.watch(x)
            made.append(x * x)
            raise KeyError("stop here")

    made: list[Any] = []
    with pytest.raises(KeyError):
        body()
    with tf.GradientTape() as other:
        other.watch(x)
        z = x * 2.0
    assert number(tape.gradient(made[0], x)) == 6.0
    assert number(other.gradient(z, x)) == 2.0


def test_an_error_inside_gradient_leaves_no_tape_paused() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x
            with pytest.raises(ValueError, match="shape"):
                inner.gradient(y, x, output_gradients=np.ones(3))
        z = x * x * x
    assert number(outer.gradient(z, x)) == 27.0


def test_stop_recording_pauses_this_tape_only() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        outer.watch(x)
        inner.watch(x)
        with inner.stop_recording():
            y = x * x
        z = x * y
    assert number(inner.gradient(z, x)) == 9.0
    assert number(outer.gradient(z, x)) == 27.0


def test_gradient_inside_stop_recording_is_a_constant() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            dy = tape.gradient(y, x)
        z = dy * x
    assert number(tape.gradient(z, x)) == 6.0


def test_stop_recording_and_reset_need_an_open_tape() -> None:
    tape = tf.GradientTape()
    with pytest.raises(RuntimeError, match="stop_recording"), tape.stop_recording():
        pass
    with pytest.raises(ValueError, match="reset"):
        tape.reset()


def test_reset_forgets_watched_tensors_ops_and_variables() -> None:
    x, v = tf.constant(3.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * v
        tape.reset()
        assert tape.watched_variables() == ()
        z = x * x
    dy, dz = tape.gradient([y, z], [x, v])
    assert dy is None
    assert dz is None


# several tapes


def test_two_tapes_side_by_side_each_follow_what_they_watch() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as a, tf.GradientTape() as b:
        a.watch(x)
        y = x * x
        b.watch(x)
        z = x * y
    assert number(a.gradient(z, x)) == 27.0
    assert number(b.gradient(z, x)) == 9.0


def test_nested_tapes_give_higher_derivatives() -> None:
    x = tf.Variable(1.5)
    with tf.GradientTape() as third:
        with tf.GradientTape() as second:
            with tf.GradientTape() as first:
                y = tf.sin(x) * tf.exp(x)
            d1 = first.gradient(y, x)
        d2 = second.gradient(d1, x)
    d3 = third.gradient(d2, x)
    s, c, e = np.sin(1.5), np.cos(1.5), np.exp(1.5)
    assert number(d1) == pytest.approx(e * (s + c), rel=1e-14)
    assert number(d2) == pytest.approx(2 * e * c, rel=1e-14)
    assert number(d3) == pytest.approx(2 * e * (c - s), rel=1e-14)


def test_the_inner_gradient_must_be_taken_inside_the_outer_block() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        y = x * x
    dy = inner.gradient(y, x)
    assert number(dy) == 6.0
    assert outer.gradient(dy, x) is None


def test_a_hessian_row_by_row_is_symmetric_and_right() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.sum(x * x * x) + x[0] * x[1] * x[2]
        dy = inner.gradient(y, x)
        rows = [dy[i] for i in range(3)]
    hessian = np.stack([np.asarray(outer.gradient(row, x)) for row in rows])
    np.testing.assert_allclose(hessian, [[6, 3, 2], [3, 12, 1], [2, 1, 18]], rtol=1e-14)


# variables and values


def test_each_read_of_a_variable_is_its_own_value_and_every_read_counts() -> None:
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = v * v
        v.assign(5.0)
        z = v * y
    assert number(z) == 20.0
    assert number(tape.gradient(z, v)) == 5.0 * 4.0 + 4.0


def test_assigning_after_the_block_does_not_change_what_was_recorded() -> None:
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = v * v
    v.assign(7.0)
    assert number(tape.gradient(y, v)) == 4.0


def test_an_array_that_changes_after_it_became_a_tensor_changes_nothing() -> None:
    data = np.array([1.0, 2.0])
    x = tf.constant(data)
    v = tf.Variable(data)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x * v
    data[:] = 100.0
    dx, dv = tape.gradient(y, [x, v])
    np.testing.assert_array_equal(dx, [2.0, 8.0])
    np.testing.assert_array_equal(dv, [1.0, 4.0])


def test_no_gradient_flows_through_an_assignment() -> None:
    v, w = tf.Variable(2.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        w.assign(v * 3.0)
        y = w * w
    dv, dw = tape.gradient(y, [v, w])
    assert dv is None
    assert number(dw) == 12.0


def test_doubling_sixty_times_takes_linear_time_and_is_exact() -> None:
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in range(60):
            y = y + y
    assert number(tape.gradient(y, x)) == 2.0**60


def test_python_control_flow_is_followed_as_it_ran() -> None:
    def power(x: Any, n: int) -> Any:
        output = 1.0
        for i in range(n):
            if 1 < i < 5:
                output = output * x
        return output

    found = []
    for n in (6, 5, 4):
        x = tf.constant(2.0)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = power(x, n)
        found.append(number(tape.gradient(y, x)))
    assert found == [12.0, 12.0, 4.0]


def test_python_max_of_a_list_gives_all_to_the_winner() -> None:
    a, b = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        y = max([a * 2.0, b * 3.0])
    da, db = tape.gradient(y, [a, b])
    assert da is None
    assert number(db) == 3.0


def test_numpy_functions_on_tensors_are_recorded_and_asarray_leaves_the_tape() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = np.sum(np.exp(x) * np.array([1.0, 3.0]))
        left = tf.sum(tf.constant(np.asarray(x)) * 2.0)
    np.testing.assert_allclose(tape.gradient(y, x), [np.e, 3 * np.e**2], rtol=1e-14)
    assert tape.gradient(left, x) is None


def test_broadcasting_is_undone_in_the_gradient() -> None:
    a, b, c = tf.ones((2, 1)), tf.ones((3,)), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([a, b, c])
        y = a * b * c
    da, db, dc = tape.gradient(y, [a, b, c])
    np.testing.assert_array_equal(da, [[6.0], [6.0]])
    np.testing.assert_array_equal(db, [4.0, 4.0, 4.0])
    assert number(dc) == 6.0


def test_a_returned_gradient_is_not_changed_by_later_passes() -> None:
    x = tf.ones((3,))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x + x + x
    first = tape.gradient(y, x)
    kept = np.array(first)
    tape.gradient(y, x)
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_array_equal(first, [3.0, 3.0, 3.0])


def test_division_by_zero_in_a_rule_is_infinite_and_no_exception() -> None:
    x = tf.constant(1.0)
    with np.errstate(all="ignore"), tf.GradientTape() as tape:
        tape.watch(x)
        y = x / 0
    assert number(y) == np.inf
    assert number(tape.gradient(y, x)) == np.inf


def test_a_gradient_through_complex_values_is_that_of_the_real_parts() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        z = tf.cast(x, np.complex128) * (2.0 + 1j)
        y = tf.real(z * z)
    assert number(tape.gradient(y, x)) == 2.0 * 3.0 * ((2.0 + 1j) ** 2).real
    assert number(tape.gradient(z, x)) == 2.0  # a complex target counts its real part


def test_the_gradient_of_a_complex_source_has_the_slopes_of_its_two_parts() -> None:
    z = tf.constant(1.0 - 2.0j)
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = tf.real(z * tf.math.conj(z))  # x² + y²
    assert complex(tape.gradient(y, z)) == 2.0 - 4.0j


def test_a_tensor_computed_before_can_be_watched_and_its_gradient_is_fresh_each_time() -> None:
    x = tf.constant(3.0)
    y = x * x
    for _ in range(2):
        with tf.GradientTape() as tape:
            tape.watch(y)
            z = y * y
        assert number(tape.gradient(z, y)) == 18.0


def test_a_plain_array_that_changes_before_the_backward_pass_does_not_change_it() -> None:
    x, data = tf.constant([1.0, 2.0]), np.array([3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * data
    data[:] = 100.0
    np.testing.assert_array_equal(tape.gradient(y, x), [3.0, 4.0])


def test_an_exception_in_a_backward_pass_leaves_a_persistent_tape_usable() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        w = x * x
        y = tf.custom_gradient(lambda v: (v * 1.0, lambda g: [g, g]))(w) + w
        z = w * 2.0
    with pytest.raises(ValueError, match="2 gradients for 1 arguments"):
        tape.gradient(y, x)
    assert number(tape.gradient(z, x)) == 12.0


def test_the_gradient_of_a_view_is_not_tied_to_its_array() -> None:
    x = tf.ones((2, 3))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sum(x * 2.0)
    dx = tape.gradient(y, x)
    assert dx.shape == (2, 3)
    assert dx.numpy().flags.writeable


def test_lists_in_the_middle_of_a_formula_are_constants_of_its_gradient() -> None:
    x = tf.constant([1.0, 2.0])
    weights = [3.0, 4.0]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = weights * x + (1.0, 1.0) / x
    weights[0] = 100.0
    np.testing.assert_array_equal(tape.gradient(y, x), [3.0 - 1.0, 4.0 - 0.25])


def test_the_error_of_a_spent_tape_names_the_line_that_used_it() -> None:
    import inspect

    x = tf.constant(3.0)
    for use in ("gradient", "jacobian"):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        frame = inspect.currentframe()
        assert frame is not None
        getattr(tape, use)(y, x)
        line = frame.f_lineno - 1
        with pytest.raises(RuntimeError, match=rf"line {line} used it"):
            tape.gradient(y, x)


def test_a_call_with_wrong_arguments_does_not_use_the_tape_up() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    with pytest.raises(TypeError, match="source"):
        tape.gradient(y, 3.0)
    with pytest.raises(ValueError, match="shape"):
        tape.gradient(y, x, output_gradients=np.ones(2))
    assert number(tape.gradient(y, x)) == 6.0


def test_tapes_that_are_gone_leave_nothing_behind_on_what_they_watched() -> None:
    x, v = tf.constant(2.0), tf.Variable(3.0)
    for _ in range(50):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * v
        assert [number(g) for g in tape.gradient(y, [x, v])] == [3.0, 2.0]
    assert not isinstance(x.token, tuple) or len(x.token) <= 2
    assert not isinstance(v._current.token, tuple) or len(v._current.token) <= 2
    tapes = [tf.GradientTape() for _ in range(3)]
    for tape in tapes:
        with tape:
            tape.watch(x)
            y = x * x
    assert [number(tape.gradient(y, x)) for tape in tapes[2:]] == [4.0]
