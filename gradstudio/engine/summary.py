"""Summaries of many values at once: scalars in one vectorised pass, arrays one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.trace import Summaries

BINS = 40
"""The most cells a thumbnail has."""


def summarise(values: list[Any], signed: bool) -> Summaries:
    """Columns for a list of raw values (numbers or arrays).

    signed: thumbnails keep the element of largest magnitude of each bin (cotangents) instead of the mean (values).
    """
    n = len(values)
    shapes: dict[tuple[int, ...], int] = {}
    dtypes: dict[str, int] = {}
    shape = np.zeros(n, np.int32)
    dtype = np.zeros(n, np.int32)
    size = np.ones(n, np.int64)
    stats = np.full((4, n), np.nan)  # minimum, maximum, mean, rms
    counts = np.zeros((5, n), np.int64)  # negative, zero, positive, infinite, NaN
    scalars = np.zeros(n)
    single = np.ones(n, bool)
    thumbs: list[np.ndarray] = []
    lengths = np.zeros(n, np.int64)
    # Most records of most programs are floats, so all of them are done at once.
    others = [i for i, value in enumerate(values) if type(value) is not float]
    if len(others) < n:
        shapes[()], dtypes["float64"] = 0, 0
        scalars = np.array(values if not others else [v if type(v) is float else 0.0 for v in values])
    for i in others:
        value = values[i]
        array = np.asarray(value)
        shape[i] = shapes.setdefault(array.shape, len(shapes))
        dtype[i] = dtypes.setdefault(str(array.dtype), len(dtypes))
        size[i] = array.size
        flat = np.abs(array).ravel() if array.dtype.kind == "c" else array.ravel()
        if array.size == 1 and array.ndim == 0:
            scalars[i] = flat[0]
            continue
        single[i] = False
        stats[:, i], counts[:, i], bins = _describe(flat.astype(np.float64, copy=False), signed)
        thumbs.append(bins)
        lengths[i] = len(bins)
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
    counts[4, single] = np.isnan(s)
    with np.errstate(over="ignore"):  # a thumbnail may show a huge number as infinite
        thumbnail = np.concatenate(thumbs).astype(np.float32) if thumbs else np.zeros(0, np.float32)
    return Summaries(
        shapes=tuple(shapes),
        dtypes=tuple(dtypes),
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
        thumbnail_start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        thumbnail=thumbnail,
    )


def _describe(flat: np.ndarray, signed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Statistics over the finite elements, counts, and the thumbnail of one array (float64, one axis)."""
    finite = np.isfinite(flat)
    good = flat if finite.all() else flat[finite]
    with np.errstate(all="ignore"):
        if good.size:
            top = np.abs(good).max()
            # Scaled by the largest magnitude, so that squares of huge numbers do not overflow.
            rms = float(top * np.sqrt(np.mean((good / top) ** 2))) if top > 0 else 0.0
            stats = np.array([good.min(), good.max(), good.mean(), rms])
        else:
            stats = np.full(4, np.nan)
        if flat.size == 1:
            stats[2], stats[3] = flat[0], abs(flat[0])
        nan = int(np.isnan(flat).sum()) if good.size < flat.size else 0
        counts = np.array(
            [(good < 0).sum(), (good == 0).sum(), (good > 0).sum(), flat.size - good.size - nan, nan], np.int64
        )
        return stats, counts, _thumbnail(flat, signed)


def _thumbnail(flat: np.ndarray, signed: bool) -> np.ndarray:
    if flat.size <= BINS:
        return flat
    edges = np.linspace(0, flat.size, BINS + 1).astype(np.int64)[:-1]
    if not signed:
        widths = np.diff(np.append(edges, flat.size))
        return np.asarray(np.add.reduceat(flat, edges) / widths)
    high, low = np.maximum.reduceat(flat, edges), np.minimum.reduceat(flat, edges)
    return np.asarray(np.where(np.abs(low) > np.abs(high), low, high))  # both are NaN where the bin has one
