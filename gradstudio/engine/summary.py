"""Summaries of many values at once: scalars in one vectorised pass, arrays of equal shape together."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.trace import Summaries

BINS = 40
"""The most cells a thumbnail has."""
TOGETHER = 1 << 16
"""Elements of equal arrays that are described in one go."""


def summarise(values: list[Any] | np.ndarray, signed: bool) -> Summaries:
    """Columns for a list of raw values (numbers or arrays; None for an op that waits), or for float64 numbers (n,).

    signed: thumbnails keep the element of largest magnitude of each bin (cotangents) instead of the mean (values).
    """
    if isinstance(values, np.ndarray):
        return _numbers(values)
    n = len(values)
    shapes: dict[tuple[int, ...], int] = {}
    dtypes: dict[np.dtype[Any] | str, int] = {}
    groups: dict[tuple[int, int], list[int]] = {}  # shape and dtype -> the arrays that have them
    shape = np.zeros(n, np.int32)
    dtype = np.zeros(n, np.int32)
    size = np.ones(n, np.int64)
    stats = np.full((4, n), np.nan)  # minimum, maximum, mean, rms
    counts = np.zeros((5, n), np.int64)  # negative, zero, positive, infinite, NaN
    scalars = np.zeros(n)
    single: Any = slice(None)  # the rows of single numbers
    # Most records of most programs are floats, so all of them are done at once.
    others = [i for i, value in enumerate(values) if type(value) is not float]
    if len(others) < n:
        shapes[()], dtypes[np.dtype(np.float64)] = 0, 0
        scalars = np.array([v if type(v) is float else 0.0 for v in values])
    values = values.copy()
    before: Any = None  # an array often has the form of the one before it
    for i in others:
        value = values[i]
        if value is None:
            shape[i], dtype[i], size[i] = shapes.setdefault((), len(shapes)), dtypes.setdefault("", len(dtypes)), 0
            scalars[i] = np.nan
            continue
        array = value if type(value) is np.ndarray else np.asarray(value)
        if array.ndim == 0:
            shape[i] = shapes.setdefault((), len(shapes))
            dtype[i] = dtypes.setdefault(array.dtype, len(dtypes))
            scalars[i] = np.abs(array) if array.dtype.kind == "c" else array
            continue
        if before is None or array.dtype is not before.dtype or array.shape != before.shape:
            kind = shapes.setdefault(array.shape, len(shapes)), dtypes.setdefault(array.dtype, len(dtypes))
            alike = groups.setdefault(kind, [])
            before = array
        values[i] = array
        alike.append(i)
    lengths = np.zeros(n, np.int64)
    if groups:
        single = np.ones(n, bool)
    for kind, members in groups.items():
        rows = np.array(members)
        single[rows] = False
        shape[rows], dtype[rows] = kind
        size[rows] = values[members[0]].size
        lengths[rows] = min(values[members[0]].size, BINS)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    thumbnail = np.zeros(int(start[-1]), np.float32)
    for members in groups.values():
        length = int(lengths[members[0]])
        step = max(1, TOGETHER // max(int(size[members[0]]), 1))
        for first in range(0, len(members), step):
            part = np.array(members[first : first + step])
            elements = _rows([values[i] for i in members[first : first + step]])
            stats[:, part], counts[:, part] = _describe(elements)
            with np.errstate(over="ignore"):  # a thumbnail may show a huge number as infinite
                thumbnail[start[part][:, None] + np.arange(length)] = _thumbnails(elements, signed)
    s = scalars[single]
    fine = np.isfinite(s)
    with np.errstate(over="ignore"):
        stats[0, single] = stats[1, single] = np.where(fine, s, np.nan)
        stats[2, single] = s
        stats[3, single] = np.abs(s)
    counts[0, single] = fine & (s < 0)
    counts[1, single] = s == 0
    counts[2, single] = fine & (s > 0)
    counts[3, single] = np.isinf(s)
    counts[4, single] = np.isnan(s) & (size[single] > 0)
    return Summaries(
        shapes=tuple(shapes),
        dtypes=tuple(map(_name, dtypes)),
        shape=shape,
        dtype=dtype,
        size=size,
        minimum=stats[0],
        maximum=stats[1],
        mean=stats[2],
        rms=stats[3],
        negative=counts[0],
        zero=counts[1],
        positive=counts[2],
        infinite=counts[3],
        nan=counts[4],
        thumbnail_start=start,
        thumbnail=thumbnail,
    )


def _numbers(s: np.ndarray) -> Summaries:
    """The same for single numbers, which is what most records of most programs are."""
    n = len(s)
    magnitude = np.abs(s)
    fine = magnitude < np.inf
    is_fine = bool(fine.all())
    bounds = s if is_fine else np.where(fine, s, np.nan)
    nothing = np.zeros(n, np.int64)
    infinite = nothing if is_fine else np.isinf(s).astype(np.int64)
    return Summaries(
        shapes=((),) if n else (),
        dtypes=("float64",) if n else (),
        shape=np.zeros(n, np.int32),
        dtype=np.zeros(n, np.int32),
        size=np.ones(n, np.int64),
        minimum=bounds,
        maximum=bounds,
        mean=s,
        rms=magnitude,
        negative=(bounds < 0).astype(np.int64),
        zero=(s == 0).astype(np.int64),
        positive=(bounds > 0).astype(np.int64),
        infinite=infinite,
        nan=nothing if is_fine else np.isnan(s).astype(np.int64),
        thumbnail_start=np.zeros(n + 1, np.int64),
        thumbnail=np.zeros(0, np.float32),
    )


_LONG = {"g": "float64", "G": "complex128"}
"""What long doubles are described as: their statistics are, and a tensor makes that of them."""


def _name(dtype: np.dtype[Any] | str) -> str:
    """Of a dtype, in whatever byte order; "" for none."""
    return dtype if isinstance(dtype, str) else _LONG.get(dtype.char, dtype.name)


def _rows(arrays: list[np.ndarray]) -> np.ndarray:
    """Arrays of one shape and dtype as the rows of a matrix (float64); magnitudes where they are complex."""
    rows = rows_of(arrays)
    return (np.abs(rows) if rows.dtype.kind == "c" else rows).astype(np.float64, copy=False)


def rows_of(arrays: list[np.ndarray]) -> np.ndarray:
    """Arrays of one size, and with axes, as the rows of a matrix."""
    if len(arrays) == 1:
        return arrays[0].reshape(1, -1)
    if not arrays[0].size:
        return np.zeros((len(arrays), 0), arrays[0].dtype)
    try:
        return np.concatenate(arrays).reshape(len(arrays), -1)
    except ValueError:  # their shapes differ
        return np.concatenate([a.reshape(-1) for a in arrays]).reshape(len(arrays), -1)


def _describe(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each row the statistics over its finite elements (4, k) and the counts (5, k)."""
    size = rows.shape[1]
    stats = np.full((4, len(rows)), np.nan)
    counts = np.zeros((5, len(rows)), np.int64)
    if not size:
        return stats, counts
    with np.errstate(all="ignore"):
        total: np.ndarray = rows.sum(axis=1)
    counts[0], counts[1] = (rows < 0).sum(axis=1), (rows == 0).sum(axis=1)
    if np.isfinite(total).all():  # then so are all elements; most arrays take this way
        counts[2] = size - counts[0] - counts[1]
        return _statistics(rows, total), counts
    finite = np.isfinite(rows)
    counts[0] = ((rows < 0) & finite).sum(axis=1)
    counts[2] = ((rows > 0) & finite).sum(axis=1)
    counts[4] = np.isnan(rows).sum(axis=1)
    counts[3] = size - counts[0] - counts[1] - counts[2] - counts[4]
    whole = finite.all(axis=1)
    stats[:, whole] = _statistics(rows[whole], total[whole])
    for i in np.flatnonzero(~whole).tolist():
        good = rows[i][finite[i]]
        if good.size:
            stats[:, i] = _statistics(good[None], good.sum(keepdims=True))[:, 0]
        elif size == 1:
            stats[2, i], stats[3, i] = rows[i, 0], abs(rows[i, 0])
    return stats, counts


def _statistics(rows: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Minimum, maximum, mean and root mean square of each row, all of whose elements are finite; total: its sum."""
    size = rows.shape[1]
    low, high = rows.min(axis=1), rows.max(axis=1)
    top = np.maximum(np.abs(low), np.abs(high))
    with np.errstate(all="ignore"):
        mean = low if size == 1 else total / size
    return np.array([low, high, mean, root_mean_square(rows, top)])


def root_mean_square(rows: np.ndarray, top: np.ndarray) -> np.ndarray:
    """Of each row (float, at least one element); top: its largest magnitude, finite."""
    if rows.shape[1] == 1:
        return top
    with np.errstate(all="ignore"):
        rms: np.ndarray = np.sqrt((rows * rows).mean(axis=1))
        least, most = (1e-150, 1e150) if rows.dtype == np.float64 else (1e-18, 1e18) if rows.itemsize == 4 else (1, 1)
        odd = ((top > most) | (top < least)) & (top > 0)  # squares of these overflow, or vanish
        if odd.any():
            scaled = rows[odd] / top[odd, None]
            rms[odd] = top[odd] * np.sqrt((scaled * scaled).mean(axis=1))
    return rms


def _thumbnails(rows: np.ndarray, signed: bool) -> np.ndarray:
    size = rows.shape[1]
    if size <= BINS:
        return rows
    edges = np.linspace(0, size, BINS + 1).astype(np.int64)[:-1]
    with np.errstate(all="ignore"):
        if not signed:
            widths = np.diff(np.append(edges, size))
            return np.asarray(np.add.reduceat(rows, edges, axis=1) / widths)
        high, low = np.maximum.reduceat(rows, edges, axis=1), np.minimum.reduceat(rows, edges, axis=1)
        return np.asarray(np.where(np.abs(low) > np.abs(high), low, high))  # both are NaN where the bin has one
