"""Summaries of many values at once: scalars in one vectorised pass, arrays of equal shape together."""

from __future__ import annotations

from itertools import compress
from typing import Any, TypeVar

import numpy as np

from gradstudio.engine.moments import BINS, TOGETHER, described, rows_of
from gradstudio.engine.trace import Summaries

_T = TypeVar("_T")


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
    first_of: dict[int, int] = {}  # id of an array -> the first row that has it
    same: dict[int, int] = {}  # rows with an array that another row has -> that
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
        if (first := first_of.setdefault(id(array), i)) != i:
            same[i] = first
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
    later, earlier = list(same), list(same.values())
    for column in (shape, dtype, size, lengths, single) if same else ():
        column[later] = column[earlier]
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    thumbnail = np.zeros(int(start[-1]), np.float32)
    for members in groups.values():
        length = int(lengths[members[0]])
        step = max(1, TOGETHER // max(int(size[members[0]]), 1))
        for begin in range(0, len(members), step):
            part = np.array(members[begin : begin + step])
            elements = rows_of([_magnitudes(values[i]) for i in members[begin : begin + step]])
            stats[:, part], counts[:, part], bins = described(elements, signed)
            with np.errstate(over="ignore"):  # a thumbnail may show a huge number as infinite
                thumbnail[start[part][:, None] + np.arange(length)] = bins
    stats[:, later], counts[:, later] = stats[:, earlier], counts[:, earlier]
    for i, first in same.items():
        thumbnail[start[i] : start[i + 1]] = thumbnail[start[first] : start[first + 1]]
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


def rows_from(all_rows: Summaries, first: int, end: int) -> Summaries:
    """The rows from one up to another, with the shapes and dtypes that they have."""
    start = all_rows.thumbnail_start[first : end + 1]
    shapes, shape = _used(all_rows.shapes, all_rows.shape[first:end])
    dtypes, dtype = _used(all_rows.dtypes, all_rows.dtype[first:end])
    rest = ("size", "minimum", "maximum", "mean", "rms", "negative", "zero", "positive", "infinite", "nan")
    return Summaries(
        shapes=shapes,
        dtypes=dtypes,
        shape=shape,
        dtype=dtype,
        **{name: getattr(all_rows, name)[first:end] for name in rest},
        thumbnail_start=start - start[0],
        thumbnail=all_rows.thumbnail[start[0] : start[-1]],
    )


def _used(table: tuple[_T, ...], column: np.ndarray) -> tuple[tuple[_T, ...], np.ndarray]:
    """What of a table a column refers to, and the column for that."""
    if len(table) == 1 and len(column):
        return table, column
    is_used = np.zeros(len(table), bool)
    is_used[column] = True
    return tuple(compress(table, is_used)), (np.cumsum(is_used, dtype=np.int32) - 1)[column]


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


def _magnitudes(array: np.ndarray) -> np.ndarray:
    """Of complex numbers; real ones as they are."""
    return np.abs(array) if array.dtype.kind == "c" else array
