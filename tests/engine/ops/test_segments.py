"""Segments by hand: ties, zeros, gaps, rows that belong to none, and batches of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs

D = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def gradient(function: Any, x: Any, g: Any = None) -> Any:
    t = gs.constant(x)
    with gs.GradientTape() as tape:
        tape.watch(t)
        y = function(t)
    return np.asarray(tape.gradient(y, t, output_gradients=g)).tolist()


def test_segments_count_up_to_the_largest_number_and_gaps_are_zero() -> None:
    ids = [0, 0, 2]
    assert gs.math.segment_sum(D, ids).tolist() == [[4.0, 6.0], [0.0, 0.0], [5.0, 6.0]]
    assert gs.math.segment_mean(D, ids).tolist() == [[2.0, 3.0], [0.0, 0.0], [5.0, 6.0]]
    assert gs.math.segment_max(D, ids).tolist() == [[3.0, 4.0], [0.0, 0.0], [5.0, 6.0]]
    assert gs.math.segment_min(D, ids).tolist() == [[1.0, 2.0], [0.0, 0.0], [5.0, 6.0]]
    assert gs.math.segment_prod(D, ids).tolist() == [[3.0, 8.0], [1.0, 1.0], [5.0, 6.0]]


def test_rows_with_a_negative_number_take_no_part() -> None:
    for name in ("sum", "mean", "max", "min", "prod", "sqrt_n"):
        op = getattr(gs.math, f"unsorted_segment_{name}")
        assert gradient(lambda t, op=op: op(t, [1, -1, 1], 2)[1], D)[1] == [0.0, 0.0]
    assert gs.math.unsorted_segment_sum(D, [1, -1, 1], 2).tolist() == [[0.0, 0.0], [6.0, 8.0]]


def test_segments_without_rows_hold_the_neutral_number() -> None:
    def empty(name: str, dtype: Any = np.float64) -> Any:
        return getattr(gs.math, f"unsorted_segment_{name}")(np.ones(1, dtype), [1], 2)[0].item()

    assert [empty(name) for name in ("sum", "mean", "sqrt_n", "prod")] == [0.0, 0.0, 0.0, 1.0]
    assert empty("max") == np.finfo(np.float64).min
    assert empty("min", np.float32) == np.finfo(np.float32).max
    assert empty("max", np.int32) == np.iinfo(np.int32).min


def test_segment_numbers_may_have_several_axes() -> None:
    found = gs.unsorted_segment_sum(D, [[0, 1], [1, 0], [-1, 1]], 2)
    assert found.tolist() == [5.0, 11.0]
    assert gradient(lambda t: gs.unsorted_segment_sum(t, [[0, 1], [1, 0], [-1, 1]], 2) * [10.0, 1.0], D) == [
        [10.0, 1.0],
        [1.0, 10.0],
        [0.0, 1.0],
    ]


def test_equal_extremes_of_a_segment_share_the_gradient() -> None:
    ids = [0, 0, 0, 1]
    assert gradient(lambda t: gs.math.segment_max(t, ids), [2.0, 1.0, 2.0, 2.0]) == [0.5, 0.0, 0.5, 1.0]
    assert gradient(lambda t: gs.math.segment_min(t, ids), [2.0, 2.0, 2.0, 2.0]) == [1 / 3, 1 / 3, 1 / 3, 1.0]


def test_the_mean_and_the_root_divide_by_the_number_of_rows() -> None:
    assert gradient(lambda t: gs.unsorted_segment_mean(t, [0, 0, 1], 2), D) == [[0.5, 0.5], [0.5, 0.5], [1.0, 1.0]]
    found = gs.math.unsorted_segment_sqrt_n([1.0, 2.0, 3.0], [0, 0, 0], 1)
    assert found[0].item() == pytest.approx(6.0 / np.sqrt(3.0), rel=1e-15)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([2.0, 0.0, 3.0, 5.0], [0.0, 6.0, 0.0, 1.0]),
        ([0.0, 0.0, 3.0, 5.0], [0.0, 0.0, 0.0, 1.0]),
        ([2.0, 4.0, 3.0, 0.0], [12.0, 6.0, 8.0, 1.0]),
    ],
)
def test_the_gradient_of_a_product_is_right_where_factors_are_zero(x: list[float], expected: list[float]) -> None:
    assert gradient(lambda t: gs.unsorted_segment_prod(t, [1, 1, 1, 0], 2), x) == expected


def test_the_hessian_of_a_product_with_two_zeros_is_right() -> None:
    x = gs.constant([0.0, 7.0, 0.0, 3.0])
    hessian = gs.hessian(lambda t: gs.sum(gs.unsorted_segment_prod(t, [0, 1, 0, 0], 2)))(x)
    want = np.zeros((4, 4))
    want[0, 2] = want[2, 0] = 3.0
    np.testing.assert_array_equal(hessian, want)


def test_a_batch_of_segment_numbers_gives_what_its_items_give() -> None:
    data = np.arange(12.0).reshape(2, 3, 2)
    ids = np.array([[0, 1, 0], [2, -1, 2]])
    for name in ("sum", "max", "prod", "mean"):
        op = getattr(gs, f"unsorted_segment_{name}")
        found = gs.vmap(lambda x, i, op=op: op(x, i, 3))(data, ids)
        np.testing.assert_array_equal(
            found, np.stack([np.asarray(op(x, i, 3)) for x, i in zip(data, ids, strict=True)])
        )
    with pytest.raises(ValueError, match=r"segment_sum: inside vmap.*unsorted_segment_sum with num_segments"):
        gs.vmap(gs.segment_sum)(data, np.abs(ids))


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="unsorted_segment_sum: segment_ids go up to 5, but num_segments is 2"):
        gs.unsorted_segment_sum(D, [0, 5, 0], 2)
    with pytest.raises(ValueError, match="data must begin with their shape"):
        gs.segment_sum(D, [0, 1])
    with pytest.raises(ValueError, match="whole numbers"):
        gs.unsorted_segment_max(D, [0.0, 1.0, 2.0], 3)


def test_no_rows_and_no_segments_are_no_error() -> None:
    none = np.zeros((0, 2))
    for name in ("sum", "mean", "max", "min", "prod"):
        assert getattr(gs.math, f"segment_{name}")(none, np.zeros(0, np.int64)).shape == (0, 2)
        op = getattr(gs.math, f"unsorted_segment_{name}")
        assert gradient(lambda t, op=op: op(t, np.zeros(0, np.int64), 3), none) == []
        assert gradient(lambda t, op=op: op(t, [-1, -1, -1], 0), D) == [[0.0, 0.0]] * 3
