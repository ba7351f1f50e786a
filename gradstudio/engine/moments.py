"""What is said of the elements of many arrays of one size at once: extremes, sums, counts and bins.

Arrays are the rows of a matrix. What is said of one does not depend on the others, to the last bit: its sums add in an
order that only its size decides. Short rows are turned into columns, so that one call of NumPy goes through all arrays
side by side; in long ones it goes through each, without a copy. Sums are products with ones, in parts small enough that
no BLAS wakes other threads.
"""

from __future__ import annotations

import math
import threading
from functools import lru_cache

import numpy as np

from gradstudio.engine.sums import ones

BINS = 40
"""The most bins of a row."""
TOGETHER = 1 << 17
"""Elements of equal arrays that are described in one go, or one array that has more."""
_COLUMNS = 1 << 9
"""Rows up to this length are described as columns."""
_COLUMNS_OF_EXTREMES = 1 << 7
"""Rows up to this length are turned into columns for their extremes alone."""
_PART = 1 << 13
"""Elements of a row that are multiplied and added in one go."""
_LEAST, _MOST = 1e-280, 1e280
"""A sum of squares between these has lost nothing by underflow or overflow."""

_minima, _maxima, _sums = np.minimum.reduce, np.maximum.reduce, np.add.reduce


def described(rows: np.ndarray, signed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each row (float64, in C order): statistics (4, k), counts (5, k) and bins (k, at most BINS).

    The statistics are minimum, maximum, mean and root mean square of the finite elements, NaN where there are none; of
    a single element, mean and root mean square are itself and its magnitude, whatever it is. The counts say how many
    elements are negative and finite, zero, positive and finite, infinite, NaN. A bin is the mean of its elements, or,
    signed, the one of largest magnitude; NaN wins in it.
    """
    k, size = rows.shape
    counts = np.zeros((5, k), np.int64)
    if not size:
        return np.full((4, k), np.nan), counts, rows
    columns = _turned(rows) if size <= _COLUMNS else None
    with np.errstate(all="ignore"):
        if size <= BINS:
            low, high = _extremes(rows, columns)
            total, bins = _dots(rows), rows
        else:
            low, high, total, bins = _binned(rows, columns, signed)
        squares = _dots(rows, rows)
        stats = np.empty((4, k))
        stats[0], stats[1], stats[2], stats[3] = low, high, total, squares
        stats[2:] /= size
        if size == 1:
            stats[2] = low
        np.sqrt(stats[3], out=stats[3])
        if not (_minima(squares) > _LEAST and _maxima(squares) < _MOST):
            top = np.maximum(high, -low)
            odd = _is_inexact(squares, top)
            units = rows[odd] / top[odd, None]
            stats[2, odd] = top[odd] * (_dots(units) / size)
            stats[3, odd] = top[odd] * np.sqrt(_dots(units, units) / size)
        least, most = _minima(low), _maxima(high)
        if not (least > 0 or most < 0):
            counts[1] = _count(np.equal, rows, columns)
        if not least >= 0:
            counts[0] = _count(np.less, rows, columns)
        counts[2] = size - counts[0] - counts[1]
        if not (least > -np.inf and most < np.inf):
            odd = ~(np.isfinite(low) & np.isfinite(high))
            stats[:, odd], counts[:, odd] = _of_finite(rows[odd])
    return stats, counts, bins


def measured(arrays: list[np.ndarray]) -> np.ndarray:
    """Of each array, all of one size and dtype: the sum of magnitudes, the sign that all share, else 0, the rms (3, k).

    The sign of a complex number is that of its real part.
    """
    k, size = len(arrays), arrays[0].size
    if not size:
        return np.zeros((3, k))
    with np.errstate(all="ignore"):
        if arrays[0].dtype.kind == "c":
            values = np.concatenate([a.reshape(-1) for a in arrays]).reshape(k, size)
            real, magnitudes = values.real, np.abs(values).astype(np.float64, copy=False)
        else:
            real = rows_of(arrays)
            magnitudes = np.abs(real, out=_held.array("magnitudes", real.shape))
        low, high = _extremes(real, _turned(real) if size <= _COLUMNS_OF_EXTREMES else None)
        total, squares = _dots(magnitudes), _dots(magnitudes, magnitudes)
        rms: np.ndarray = np.sqrt(squares / size)
        if not (_minima(squares) > _LEAST and _maxima(squares) < _MOST):
            odd = _is_inexact(squares, total)
            top = _maxima(magnitudes[odd], axis=1)
            units = magnitudes[odd] / top[:, None]
            rms[odd] = np.where(top < np.inf, top * np.sqrt(_dots(units, units) / size), top)
        return np.array([total, np.subtract(high > 0, low < 0, dtype=np.int8), rms])


def measured_alone(values: np.ndarray) -> tuple[float, float, float]:
    """The same of one array with axes, of which only a part at a time is held as magnitudes."""
    size = values.size
    if values.dtype == np.float64:
        values = values.reshape(-1)
        magnitudes = np.empty(min(size, _PART))
        total = squares = 0.0
        with np.errstate(all="ignore"):
            some = values[:8].tolist()
            is_mixed = min(some) < 0 < max(some)  # most often the first few elements tell
            sign = 0 if is_mixed else int(_maxima(values) > 0) - int(_minima(values) < 0)
            for first in range(0, size, _PART):
                part = values[first : first + _PART]
                part = np.abs(part, out=magnitudes[: len(part)])
                total += float(np.dot(part, ones(len(part), "d")))
                squares += float(np.dot(part, part))
        if _LEAST < squares < _MOST:
            return total, sign, math.sqrt(squares / size)
    whole: tuple[float, float, float] = tuple(measured([values])[:, 0].tolist())
    return whole


class _Held(threading.local):
    """Memory of a thread that is used again for the next arrays: a fresh array pays for each page that it touches."""

    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray] = {}

    def array(self, purpose: str, shape: tuple[int, ...], dtype: type = np.float64) -> np.ndarray:
        """An array with any content, until the next is asked for with the same purpose."""
        size = math.prod(shape)
        if size > 2 * TOGETHER:
            return np.empty(shape, dtype)
        held = self.arrays.get(purpose)
        if held is None or len(held) < size:
            held = self.arrays[purpose] = np.empty(size, dtype)
        return held[:size].reshape(shape)


_held = _Held()


def rows_of(arrays: list[np.ndarray]) -> np.ndarray:
    """Real arrays of one size, and with axes, as the rows of a matrix (float64), until the next are asked for."""
    first = arrays[0]
    if len(arrays) == 1:
        return first.reshape(1, -1).astype(np.float64, copy=False)
    rows = _held.array("rows", (len(arrays), first.size))
    try:
        np.concatenate(arrays, out=rows.reshape(len(arrays) * first.shape[0], *first.shape[1:]))
    except ValueError:  # their shapes differ
        np.concatenate([a.reshape(-1) for a in arrays], out=rows.reshape(-1))
    return rows


def _turned(rows: np.ndarray) -> np.ndarray:
    """Columns in place of rows."""
    k, size = rows.shape
    if k == 1:
        return rows.reshape(size, 1)
    if size % 128 == 0:  # steps that long meet the same few lines of a cache again and again
        wider = _held.array("wider rows", (k, size + 8))
        wider[:, :size] = rows
        rows = wider[:, :size]
    columns = _held.array("columns", (size, k))
    columns[...] = rows.T
    return columns


def _dots(rows: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
    """Of each row its product with that of others (k,); without others, its sum."""
    k, size = rows.shape
    if size <= _PART:
        return np.asarray(np.vecdot(rows, ones(size, "d") if others is None else others))
    whole = size - size % _PART
    form = k, whole // _PART, _PART
    parts = rows[:, :whole].reshape(form)
    found = np.vecdot(parts, ones(_PART, "d") if others is None else others[:, :whole].reshape(form))
    total: np.ndarray = _sums(found, axis=1)
    if whole < size:
        total += _dots(rows[:, whole:], None if others is None else others[:, whole:])
    return total


def _is_inexact(squares: np.ndarray, magnitude: np.ndarray) -> np.ndarray:
    """Where sums of squares overflowed or vanished. magnitude: above 0 where an element is not 0."""
    return (magnitude > 0) & ~((squares > _LEAST) & (squares < _MOST))


def _extremes(rows: np.ndarray, columns: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest element of each row. columns: the same turned, where that is quicker."""
    if columns is None:
        return _minima(rows, axis=1), _maxima(rows, axis=1)
    return _minima(columns, axis=0), _maxima(columns, axis=0)


def _count(compare: np.ufunc, rows: np.ndarray, columns: np.ndarray | None) -> np.ndarray:
    """How many elements of each row are equal to 0, or less."""
    values = rows if columns is None else columns
    found = compare(values, 0, out=_held.array("found", values.shape, np.bool_))
    if columns is None:
        return np.array(list(map(np.count_nonzero, found)))
    found = found.view(np.uint8)
    # So few at a time that a byte holds their number.
    parts = [_sums(found[first : first + 255], axis=0, dtype=np.uint8) for first in range(0, len(found), 255)]
    return np.asarray(parts[0] if len(parts) == 1 else _sums(parts, axis=0, dtype=np.int64))


def _of_finite(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Statistics and counts of rows, each of which has an element that is infinite or NaN."""
    size = rows.shape[1]
    finite = np.isfinite(rows)
    number = np.count_nonzero(finite, axis=1)
    filled = np.where(finite, rows, 0)
    stats, counts, _ = described(filled, signed=True)
    counts[4] = np.count_nonzero(np.isnan(rows), axis=1)
    counts[3] = size - number - counts[4]
    counts[1] -= size - number
    if size == 1:
        stats[:2], stats[2], stats[3] = np.nan, rows[:, 0], np.abs(rows[:, 0])
        return stats, counts
    stats[0] = np.where(finite, rows, np.inf).min(axis=1)
    stats[1] = np.where(finite, rows, -np.inf).max(axis=1)
    squares = _dots(filled, filled)
    is_exact = (squares > _LEAST) & (squares < _MOST)
    stats[2] = np.where(is_exact, _dots(filled) / number, stats[2] * (size / number))
    stats[3] = np.sqrt(np.where(is_exact, squares / number, 1)) * np.where(
        is_exact, 1, stats[3] * np.sqrt(size / number)
    )
    stats[:, number == 0] = np.nan
    return stats, counts


class _Bins:
    """The bins of rows of a size, which differ in width by 1 at most."""

    def __init__(self, size: int) -> None:
        edges = np.arange(BINS + 1) * size // BINS
        self.starts, self.widths = edges[:-1], np.diff(edges)
        self.narrow = size // BINS
        self.wide = np.flatnonzero(self.widths > self.narrow)

    def layers(self, columns: np.ndarray) -> np.ndarray:
        """First elements of all bins, second ones, and so on (narrow + 1, BINS, k); narrow bins repeat their last."""
        at = self.starts + np.minimum(np.arange(self.narrow + 1)[:, None], self.widths - 1)
        layers = _held.array("layers", (*at.shape, columns.shape[1]))
        columns.take(at, axis=0, out=layers, mode="clip")  # any other mode would make a copy first
        return layers


_bins = lru_cache(maxsize=64)(_Bins)


def _binned(
    rows: np.ndarray, columns: np.ndarray | None, signed: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Minimum, maximum and sum of each row, and its bins."""
    bins = _bins(rows.shape[1])
    if columns is not None:
        layers = bins.layers(columns)
        lows, highs = _minima(layers, axis=0), _maxima(layers, axis=0)
        low, high = _minima(lows, axis=0), _maxima(highs, axis=0)
        if signed:
            largest = np.asarray(np.where(-lows > highs, lows, highs))
            return low, high, _dots(rows), largest.T
        sums = _sums(layers[: bins.narrow], axis=0)
        sums[bins.wide] += layers[bins.narrow, bins.wide]
        sums = np.ascontiguousarray(sums.T)
    elif signed:
        lows, highs = np.minimum.reduceat(rows, bins.starts, axis=1), np.maximum.reduceat(rows, bins.starts, axis=1)
        low, high = _minima(lows, axis=1), _maxima(highs, axis=1)
        return low, high, _dots(rows), np.where(-lows > highs, lows, highs)
    else:
        low, high = _extremes(rows, None)
        sums = np.add.reduceat(rows, bins.starts, axis=1)
    return low, high, _sums(sums, axis=1), sums / bins.widths
