"""Jacobians: one backward pass for each element of the target, put together along new axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor, leaf

Sweep = Callable[[list[tuple[Tensor, Any]], list[Any], bool], list[Any]]
"""(seeds, sources, release) -> the gradient of each source, or None."""


def jacobian_rows(sweep: Sweep, target: Tensor, sources: list[Any], release: bool) -> list[Tensor | None]:
    """The Jacobian of target with respect to each source: shape target.shape + source.shape, None if unconnected."""
    count = target.size
    rows: list[list[Any]] = []
    for i in range(max(count, 1)):
        g = np.zeros(target.shape, target.dtype)
        if count:
            g.flat[i] = 1.0
        rows.append(sweep([(target, _seed(g))], sources, release and i >= count - 1))
    return [_joined([row[k] for row in rows], count, target.shape + x.shape, x.dtype) for k, x in enumerate(sources)]


def batch_jacobian_rows(sweep: Sweep, target: Tensor, source: Any, release: bool) -> Tensor | None:
    """The Jacobian of each item of a batch; one pass serves all items, since they do not depend on each other."""
    batch, rest = target.shape[0], target.shape[1:]
    count = int(np.prod(rest))
    columns: list[Any] = []
    for j in range(max(count, 1)):
        g = np.zeros((batch, count), target.dtype)
        if count:
            g[:, j] = 1.0
        columns += sweep([(target, g.reshape(target.shape))], [source], release and j >= count - 1)
    swapped = _joined(columns, count, (count, *source.shape), source.dtype)
    if swapped is None:
        return None
    shape = (batch, *rest, *source.shape[1:])
    if not ACTIVE.tapes:
        return _result(np.swapaxes(np.asarray(swapped), 0, 1).reshape(shape))
    return TABLE["reshape"](TABLE["swapaxes"](swapped, axis1=0, axis2=1), shape=shape)  # type: ignore[no-any-return]


def _seed(g: np.ndarray) -> Any:
    return float(g) if g.ndim == 0 and g.dtype == np.float64 else g[()] if g.ndim == 0 else g


def _joined(rows: list[Any], count: int, shape: tuple[int, ...], dtype: Any) -> Tensor | None:
    """Rows stacked to a shape; recorded if a tape is recording."""
    if rows[0] is None:
        return None
    if not count:
        return _result(np.zeros(shape, dtype))
    if shape == rows[0].shape and count == 1:
        return rows[0]  # type: ignore[no-any-return]
    if not ACTIVE.tapes:
        return _result(np.stack([np.asarray(row) for row in rows]).reshape(shape))
    return TABLE["reshape"](TABLE["stack"](rows), shape=shape)  # type: ignore[no-any-return]


def _result(array: np.ndarray) -> Tensor:
    t = leaf(array)
    if ACTIVE.recorder is not None:
        ACTIVE.recorder.derived(t)
    return t
