"""Jacobians: a backward pass with a cotangent for each element of the target, put together along new axes.

While no tape records, one pass carries many cotangents at once (batching.py), as many as fit a bound on memory. Under
an outer tape there is one recorded pass for each, so that the Jacobian can be differentiated in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.batching import Batched
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor, clean, leaf

CHUNK_ELEMENTS = 1 << 22
"""The most elements that one value of the tape takes with all cotangents of a pass: 32 MiB of float64."""

Sweep = Callable[[list[tuple[Tensor, Any]], list[Any], bool], list[Any]]
"""(seeds, sources, release) -> the gradient of each source, or None."""
Cotangents = Callable[[int, int], np.ndarray]
"""(start, stop) -> cotangents number start to stop, along a first axis."""


def jacobian_rows(sweep: Sweep, target: Tensor, sources: list[Any], release: bool, largest: int) -> list[Tensor | None]:
    """The Jacobian of target with respect to each source: shape target.shape + source.shape, None if unconnected.

    largest: how many elements the largest value on the tape has; it bounds how many cotangents go in one pass.
    """
    count = target.size

    def ones(start: int, stop: int) -> np.ndarray:
        g = np.zeros((stop - start, count), target.dtype)
        g[np.arange(stop - start), np.arange(start, stop)] = 1.0
        return g.reshape(stop - start, *target.shape)

    found = _passes(sweep, target, sources, release, largest, count, ones)
    return [_shaped(rows, target.shape + x.shape) for rows, x in zip(found, sources, strict=True)]


def batch_jacobian_rows(sweep: Sweep, target: Tensor, source: Any, release: bool, largest: int) -> Tensor | None:
    """The Jacobian of each item of a batch; one cotangent serves all items, since they do not depend on each other."""
    batch, rest = target.shape[0], target.shape[1:]
    count = int(np.prod(rest))

    def ones(start: int, stop: int) -> np.ndarray:
        g = np.zeros((stop - start, batch, count), target.dtype)
        g[np.arange(stop - start), :, np.arange(start, stop)] = 1.0
        return g.reshape(stop - start, *target.shape)

    (rows,) = _passes(sweep, target, [source], release, largest, count, ones)
    shape = (batch, *rest, *source.shape[1:])
    if isinstance(rows, np.ndarray):
        return _shaped(np.swapaxes(rows, 0, 1), shape)
    return rows if rows is None else _shaped(TABLE["swapaxes"](rows, axis1=0, axis2=1), shape)


def _passes(
    sweep: Sweep, target: Tensor, sources: list[Any], release: bool, largest: int, count: int, ones: Cotangents
) -> list[Any]:
    """For each source its gradient for every cotangent, (count, *source.shape), as an array or a recorded tensor."""
    if not count:
        (found,) = [sweep([(target, np.zeros(target.shape, target.dtype))], sources, release)]
        return [None if g is None else np.zeros((0, *x.shape), x.dtype) for g, x in zip(found, sources, strict=True)]
    if ACTIVE.tapes:
        rows = [sweep([(target, clean(ones(i, i + 1)[0]))], sources, release and i == count - 1) for i in range(count)]
        return [None if column[0] is None else TABLE["stack"](list(column)) for column in zip(*rows, strict=True)]
    chunk = max(1, min(count, CHUNK_ELEMENTS // max([largest, target.size, *[x.size for x in sources], 1])))
    parts: list[list[Any]] = []
    for start in range(0, count, chunk):
        stop = min(count, start + chunk)
        found = sweep([(target, Batched(ones(start, stop)))], sources, release and stop == count)
        parts.append([_rows_of(g, (stop - start, *x.shape)) for g, x in zip(found, sources, strict=True)])
    return [None if column[0] is None else np.concatenate(column) for column in zip(*parts, strict=True)]


def _rows_of(g: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """A batched gradient as an array; a plain one is the same for every cotangent."""
    if g is None:
        return None
    return g.value if isinstance(g, Batched) else np.broadcast_to(np.asarray(g), shape)


def _shaped(rows: Any, shape: tuple[int, ...]) -> Tensor | None:
    """The rows in their final shape: a tensor that an outer tape follows, or one of its own."""
    if rows is None:
        return None
    if isinstance(rows, Tensor):
        return TABLE["reshape"](rows, shape=shape)  # type: ignore[no-any-return]
    t = leaf(clean(rows.reshape(shape)))
    if ACTIVE.recorder is not None:
        ACTIVE.recorder.derived(t)
    return t
