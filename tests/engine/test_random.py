"""Seeded random tensors: repeatable, of the right distribution, with gradients to their parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as tf

MANY = (20_000,)


def test_the_same_seed_gives_the_same_numbers_and_the_stream_goes_on() -> None:
    tf.random.set_seed(7)
    first, second = tf.random.normal((3,)), tf.random.normal((3,))
    tf.random.set_seed(7)
    np.testing.assert_array_equal(tf.random.normal((3,)), first)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(tf.random.normal((3,), seed=1), tf.random.normal((3,), seed=1))
    np.testing.assert_array_equal(
        tf.random.stateless_uniform((2,), seed=[1, 2]), tf.random.stateless_uniform((2,), seed=(1, 2))
    )


@pytest.mark.parametrize(
    ("draw", "mean", "spread"),
    [
        (lambda: tf.random.normal(MANY, 2.0, 3.0, seed=0), 2.0, 3.0),
        (lambda: tf.random.uniform(MANY, -1.0, 3.0, seed=0), 1.0, 4.0 / np.sqrt(12.0)),
        (lambda: tf.random.truncated_normal(MANY, 1.0, 2.0, seed=0), 1.0, 2.0 * 0.8796),
        (lambda: tf.random.gamma(MANY, 4.0, 2.0, seed=0), 2.0, 1.0),
        (lambda: tf.random.poisson(MANY, 9.0, seed=0), 9.0, 3.0),
    ],
)
def test_mean_and_spread(draw: Any, mean: float, spread: float) -> None:
    numbers = np.asarray(draw())
    assert numbers.shape == MANY
    assert numbers.mean() == pytest.approx(mean, abs=4.0 * spread / np.sqrt(MANY[0]) + 1e-9)
    assert numbers.std() == pytest.approx(spread, rel=0.03)


def test_truncated_stays_within_two_deviations_and_integers_are_whole() -> None:
    assert np.abs(np.asarray(tf.random.truncated_normal((1000,), seed=3))).max() <= 2.0
    whole = tf.random.uniform((100,), 0, 5, dtype=tf.int64, seed=0)
    assert whole.dtype == np.int64
    assert set(whole.tolist()) <= set(range(5))
    with pytest.raises(ValueError, match="needs maxval"):
        tf.random.uniform((3,), dtype=tf.int32)


def test_classes_are_drawn_by_their_probabilities() -> None:
    drawn = tf.random.categorical(np.log([[0.2, 0.8]]), 20_000, seed=0)
    assert drawn.shape == (1, 20_000)
    assert np.mean(np.asarray(drawn)) == pytest.approx(0.8, abs=0.02)


def test_mean_and_deviation_have_gradients() -> None:
    mean, deviation = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        x = tf.random.normal((50,), mean, deviation, seed=5)
        total = tf.reduce_sum(x)
    noise = np.asarray(tf.random.normal((50,), seed=5))
    found = tape.gradient(total, [mean, deviation])
    assert float(found[0]) == 50.0
    assert float(found[1]) == pytest.approx(noise.sum(), rel=1e-12)


def test_a_shuffle_sends_gradients_back_to_their_rows() -> None:
    x = tf.constant([1.0, 2.0, 3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        mixed = tf.random.shuffle(x, seed=2)
        y = tf.reduce_sum(mixed * [1.0, 10.0, 100.0, 1000.0])
    order = np.asarray(mixed).astype(int) - 1
    want = np.zeros(4)
    want[order] = [1.0, 10.0, 100.0, 1000.0]
    np.testing.assert_array_equal(tape.gradient(y, x), want)


def test_recomputed_dropout_has_the_mask_of_the_first_time() -> None:
    x = tf.constant(np.ones(200))
    forget = tf.recompute_grad(lambda v: tf.nn.dropout(v, 0.5))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = forget(x)
    np.testing.assert_array_equal(tape.gradient(y, x), y)
