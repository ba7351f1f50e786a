"""Jacobians: a backward pass with a cotangent for each element of the target, put together along new axes.

One pass carries many cotangents at once (batching.py), as many as fit a bound on memory; under an outer tape that
pass is recorded like any other, so that the Jacobian can be differentiated in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.backends import namespace
from gradstudio.engine.backward import as_tensor
from gradstudio.engine.batching import Batched, late
from gradstudio.engine.primitive import op
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.unit_vectors import Units

CHUNK_ELEMENTS = 1 << 22
"""The most elements that one value of the tape takes with all cotangents of a pass: 32 MiB of float64."""

Sweep = Callable[[list[tuple[Tensor, Any]], list[Any], bool], list[Any]]
"""(seeds, sources, release) -> the gradient of each source, or None."""
Cotangents = Callable[[int, int], Any]
"""(start, stop) -> cotangents number start to stop, along a first axis: an array, or Units if those are all."""


def jacobian_rows(sweep: Sweep, target: Tensor, sources: list[Any], release: bool, largest: int) -> list[Tensor | None]:
    """The Jacobian of target with respect to each source: shape target.shape + source.shape, None if unconnected.

    largest: how many elements the largest value on the tape has; it bounds how many cotangents go in one pass.
    """
    count = target.size
    xp = namespace(target)

    def ones(start: int, stop: int) -> Any:
        if stop - start == count and type(target.value) is np.ndarray and not ACTIVE.here:
            return Units(target.value.shape, target.value.dtype)
        g = xp.zeros((stop - start, count), target.dtype)
        g[xp.arange(stop - start), xp.arange(start, stop)] = 1.0
        return g.reshape(stop - start, *target.shape)

    found = _passes(sweep, target, sources, release, largest, count, ones)
    return [_shaped(rows, target.shape + x.shape) for rows, x in zip(found, sources, strict=True)]


def batch_jacobian_rows(sweep: Sweep, target: Tensor, source: Any, release: bool, largest: int) -> Tensor | None:
    """The Jacobian of each item of a batch; one cotangent serves all items, since they do not depend on each other."""
    batch, rest = target.shape[0], target.shape[1:]
    count = int(np.prod(rest))
    xp = namespace(target)

    def ones(start: int, stop: int) -> Any:
        g = xp.zeros((stop - start, batch, count), target.dtype)
        g[xp.arange(stop - start), :, xp.arange(start, stop)] = 1.0
        return g.reshape(stop - start, *target.shape)

    (rows,) = _passes(sweep, target, [source], release, largest, count, ones)
    shape = (batch, *rest, *source.shape[1:])
    return rows if rows is None else _shaped(op.swapaxes(rows, axis1=0, axis2=1), shape)


def _passes(
    sweep: Sweep, target: Tensor, sources: list[Any], release: bool, largest: int, count: int, ones: Cotangents
) -> list[Any]:
    """For each source its gradient for every cotangent, (count, *source.shape), raw or as a recorded tensor."""
    if not count:
        found = sweep([(target, namespace(target).zeros(target.shape, target.dtype))], sources, release)
        return [
            None if g is None else namespace(target).zeros((0, *x.shape), x.dtype)
            for g, x in zip(found, sources, strict=True)
        ]
    chunk = max(1, min(count, CHUNK_ELEMENTS // max([largest, target.size, *[x.size for x in sources], 1])))
    if chunk < count:  # it takes a while to fill: say now if there is no room for it
        for x in sources:
            namespace(target).empty((count, *x.shape), x.dtype)
    parts: list[list[Any]] = []
    with ACTIVE.level() as level:
        for start in range(0, count, chunk):
            stop = min(count, start + chunk)
            g = ones(start, stop)
            g = late(g, None, level) if type(g) is Units else Batched(g, level)
            found = sweep([(target, g)], sources, release and stop == count)
            parts.append([None if g is None else _rows(g, level, stop - start) for g in found])
    if len(parts) == 1:
        return parts[0]
    columns = zip(*parts, strict=True)
    return [None if column[0] is None else op.concatenate(list(column), axis=0) for column in columns]


def _rows(g: Any, level: int, size: int) -> Any:
    """A batched gradient as an array with the batch in front; a plain one is the same for every cotangent."""
    if type(g) is Tensor and type(g.value) is Batched and g.value.level == level and not ACTIVE.tapes:
        return g.value.value
    if isinstance(g, Tensor) and not ACTIVE.here:
        g = g.value if type(g.value) is not float else namespace(g).asarray(g.value)
    return op.unbatch(g, level=level, size=size)


def _shaped(rows: Any, shape: tuple[int, ...]) -> Tensor | None:
    """The rows in their final shape: a tensor that an outer tape follows, or one of its own."""
    if rows is None:
        return None
    if type(rows) is np.ndarray and rows.shape == shape:
        t = as_tensor(rows)
    else:
        t = as_tensor(op.reshape(rows, shape=shape))
    if not isinstance(rows, Tensor) and ACTIVE.recorder is not None:
        ACTIVE.recorder.derived(t)
    return t
