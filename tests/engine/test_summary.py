"""Summaries of values: statistics, counts and thumbnails by hand."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from gradstudio.engine.moments import BINS, TOGETHER
from gradstudio.engine.summary import summarise


def test_scalars_hold_their_value_and_have_no_bins() -> None:
    s = summarise([2.5, -1.0, 0.0, float("nan"), float("-inf"), np.float32(0.5), np.int64(7)], signed=False)
    np.testing.assert_array_equal(s.mean, [2.5, -1.0, 0.0, np.nan, -np.inf, 0.5, 7.0])
    np.testing.assert_array_equal(s.minimum, [2.5, -1.0, 0.0, np.nan, np.nan, 0.5, 7.0])
    np.testing.assert_array_equal(s.rms, [2.5, 1.0, 0.0, np.nan, np.inf, 0.5, 7.0])
    np.testing.assert_array_equal(s.negative, [0, 1, 0, 0, 0, 0, 0])
    np.testing.assert_array_equal(s.zero, [0, 0, 1, 0, 0, 0, 0])
    np.testing.assert_array_equal(s.positive, [1, 0, 0, 0, 0, 1, 1])
    np.testing.assert_array_equal(s.nan, [0, 0, 0, 1, 0, 0, 0])
    np.testing.assert_array_equal(s.infinite, [0, 0, 0, 0, 1, 0, 0])
    assert [s.dtypes[i] for i in s.dtype] == ["float64"] * 5 + ["float32", "int64"]
    assert s.shapes == ((),)
    assert list(s.thumbnail_start) == [0] * 8


def test_statistics_of_arrays_cover_the_finite_elements() -> None:
    s = summarise([np.array([[3.0, -4.0], [0.0, np.nan]]), np.zeros((0, 2))], signed=False)
    assert s.shapes == ((2, 2), (0, 2))
    assert list(s.size) == [4, 0]
    assert (s.minimum[0], s.maximum[0]) == (-4.0, 3.0)
    assert s.mean[0] == pytest.approx(-1 / 3)
    assert s.rms[0] == pytest.approx(np.sqrt(25 / 3))
    assert (s.negative[0], s.zero[0], s.positive[0], s.nan[0]) == (1, 1, 1, 1)
    assert np.isnan(s.minimum[1])


def test_squares_of_huge_numbers_do_not_overflow() -> None:
    s = summarise([np.array([1e300, -1e300])], signed=False)
    assert s.rms[0] == pytest.approx(1e300)


def test_thumbnails_average_values_and_keep_the_largest_of_cotangents() -> None:
    x = np.zeros(400)
    x[0:10] = np.arange(10)
    x[15] = -7.0
    x[16] = 3.0
    value, cotangent = summarise([x], signed=False), summarise([x], signed=True)
    assert len(value.thumbnail) == len(cotangent.thumbnail) == BINS
    assert value.thumbnail[0] == pytest.approx(4.5)
    assert value.thumbnail[1] == pytest.approx(-0.4)
    assert cotangent.thumbnail[0] == 9.0
    assert cotangent.thumbnail[1] == -7.0


def test_a_nan_wins_in_its_bin() -> None:
    x = np.ones(80)
    x[3] = np.nan
    for signed in (False, True):
        bins = summarise([x], signed=signed).thumbnail
        assert np.isnan(bins[1])
        assert np.all(np.isfinite(np.delete(bins, 1)))


def test_small_arrays_are_their_own_thumbnail_and_rows_find_their_bins() -> None:
    s = summarise([1.0, np.array([1.0, 2.0]), np.array([[3.0]])], signed=False)
    assert list(s.thumbnail_start) == [0, 0, 2, 3]
    assert list(s.thumbnail) == [1.0, 2.0, 3.0]
    assert s.mean[2] == 3.0


def test_integers_booleans_and_complex_numbers_are_summarised() -> None:
    s = summarise([np.array([True, False]), np.array([1, -2]), np.array([3 + 4j, 0j]), 3 + 4j], signed=False)
    assert s.mean[0] == 0.5
    assert s.negative[1] == 1
    assert s.maximum[2] == 5.0
    assert s.mean[3] == 5.0


@pytest.mark.parametrize("size", [0, 1, 2, BINS, BINS + 1, 999, TOGETHER // 3])
@pytest.mark.parametrize("signed", [False, True])
def test_many_arrays_at_once_are_described_as_each_alone(size: int, signed: bool) -> None:
    random = np.random.default_rng(size)
    arrays = [random.normal(size=size) * 10.0 ** random.integers(-200, 200) for _ in range(7)]
    arrays += [np.zeros(size), random.normal(size=size).astype(np.float32), random.integers(0, 2, size) > 0]
    if size:
        arrays[1][0] = np.nan
        arrays[3][-1] = -np.inf
        arrays[4][:] = np.inf
    together = summarise([3.0, *arrays], signed)
    for i, array in enumerate(arrays, 1):
        alone = summarise([array], signed)
        bins = slice(together.thumbnail_start[i], together.thumbnail_start[i + 1])
        assert together.thumbnail[bins].tobytes() == alone.thumbnail.tobytes()
        for column in fields(alone):
            if column.name not in ("shapes", "dtypes", "shape", "dtype", "thumbnail", "thumbnail_start"):
                one, all_ = getattr(alone, column.name), getattr(together, column.name)
                assert one.tobytes() == all_[i : i + 1].tobytes(), column.name
