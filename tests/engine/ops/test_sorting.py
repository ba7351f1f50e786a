"""Order by hand: ties, falling order, the largest elements and positions in sorted sequences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs


def gradient(function: Any, x: Any) -> Any:
    t = gs.constant(x)
    with gs.GradientTape() as tape:
        tape.watch(t)
        y = function(t)
    return np.asarray(tape.gradient(y, t)).tolist()


def test_sorting_goes_both_ways_along_any_axis() -> None:
    x = [[3.0, 1.0], [2.0, 5.0]]
    assert gs.sort(x).tolist() == [[1.0, 3.0], [2.0, 5.0]]
    assert gs.sort(x, 0, "DESCENDING").tolist() == [[3.0, 5.0], [2.0, 1.0]]
    assert gs.sort(x, axis=None).tolist() == [1.0, 2.0, 3.0, 5.0]
    with pytest.raises(ValueError, match='sort: direction is "ASCENDING" or "DESCENDING"'):
        gs.sort(x, direction="UP")


def test_the_gradient_goes_where_the_elements_came_from() -> None:
    weights = np.array([1.0, 10.0, 100.0])
    assert gradient(lambda t: gs.sort(t) * weights, [3.0, 1.0, 2.0]) == [100.0, 1.0, 10.0]
    assert gradient(lambda t: gs.sort(t, direction="DESCENDING") * weights, [3.0, 1.0, 2.0]) == [1.0, 100.0, 10.0]


def test_of_equal_elements_the_first_stays_the_first_in_both_directions() -> None:
    weights = np.array([1.0, 10.0, 100.0])
    for direction in ("ASCENDING", "DESCENDING"):
        assert gs.argsort([2.0, 2.0, 2.0], direction=direction).tolist() == [0, 1, 2]
        assert gradient(lambda t, d=direction: gs.sort(t, direction=d) * weights, [2.0, 2.0, 2.0]) == weights.tolist()
    assert gs.argsort([1, 3, 1, 3], direction="DESCENDING").tolist() == [1, 3, 0, 2]


def test_the_positions_of_a_sort_are_whole_numbers_without_a_gradient() -> None:
    x = gs.constant([2.0, 1.0])
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = gs.cast(gs.argsort(x), gs.float64)
    assert gs.argsort(x).dtype == np.int64
    assert tape.gradient(y, x) is None


def test_the_largest_elements_come_first_and_the_first_of_equal_ones() -> None:
    values, indices = gs.math.top_k([1.0, 3.0, 3.0, 2.0], k=3)
    assert (values.tolist(), indices.tolist()) == ([3.0, 3.0, 2.0], [1, 2, 3])
    found = gs.nn.top_k([[1, 4], [6, 2]])
    assert (found.values.tolist(), found.indices.tolist()) == ([[4], [6]], [[1], [0]])
    assert gs.math.top_k([1.0, 2.0], 1, True, gs.int32).indices.dtype == np.int32
    assert gradient(lambda t: gs.math.top_k(t, 2).values * [1.0, 5.0], [1.0, 3.0, 2.0]) == [0.0, 1.0, 5.0]
    with pytest.raises(ValueError, match=r"top_k: k is 3, but the last axis of shape \[2\]"):
        gs.math.top_k([1.0, 2.0], 3)


def test_a_partition_puts_one_element_in_its_place_and_keeps_track_of_all() -> None:
    x = np.array([4.0, 9.0, 1.0, 7.0, 3.0])
    found = np.asarray(gs.partition(x, kth=2))
    assert found[2] == 4.0
    assert set(found[:2].tolist()) == {1.0, 3.0}
    assert gradient(lambda t: gs.partition(t, 2)[2], x) == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert gradient(lambda t: gs.partition(t, (1, -1))[-1], x) == [0.0, 1.0, 0.0, 0.0, 0.0]


def test_positions_in_a_sorted_sequence() -> None:
    assert gs.searchsorted([1.0, 2.0, 2.0, 5.0], [2.0, 9.0]).tolist() == [1, 4]
    assert gs.searchsorted([1.0, 2.0, 2.0, 5.0], [2.0, 9.0], "right", gs.int32).tolist() == [3, 4]
    assert gs.searchsorted([[1, 3], [2, 4]], [[2], [2]]).tolist() == [[1], [0]]
    assert gs.searchsorted([[1, 3]], np.zeros((1, 0))).shape == (1, 0)
    with pytest.raises(ValueError, match="agree in all axes but the last"):
        gs.searchsorted([[1, 3], [2, 4]], [[2]])


def test_a_permutation_is_inverted_and_anything_else_refused() -> None:
    assert gs.math.invert_permutation([2, 0, 1]).tolist() == [1, 2, 0]
    for wrong in ([0, 2], [0, 0], [0.0, 1.0], [[0, 1]]):
        with pytest.raises(ValueError, match="invert_permutation: it takes the whole numbers from 0 on"):
            gs.math.invert_permutation(wrong)


def test_a_sequence_mask_is_as_long_as_asked_or_needed() -> None:
    assert gs.sequence_mask([1, 3]).tolist() == [[True, False, False], [True, True, True]]
    assert gs.sequence_mask(2, 4, gs.float64).tolist() == [1.0, 1.0, 0.0, 0.0]


def test_sorting_nothing_gives_a_gradient_of_nothing() -> None:
    none = np.zeros((0, 3))
    for call in (gs.sort, lambda t: gs.sort(t, axis=0), lambda t: gs.top_k(t, 2).values, lambda t: gs.partition(t, 1)):
        assert gradient(call, none) == []
