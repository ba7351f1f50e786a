"""What a rule gives is brought to the form of the input it belongs to: shape, dtype and batches.

Rules return a cotangent in whatever shape broadcasting gave it; here, once, that is undone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import host
from gradstudio.engine.batching import MADE, Batched
from gradstudio.engine.primitive import op
from gradstudio.engine.slices import Slices
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.sums import over_first
from gradstudio.engine.tensor import Tensor, raw


def fit(g: Any, x: Tensor) -> Any:
    """Undo broadcasting and promotion: shape and dtype of the cotangent become those of x."""
    value = x.value
    if type(g) is np.ndarray is type(value):
        return _fit_array(g, value)
    if type(g) is Batched and type(value) is np.ndarray:
        base = g.base
        if (
            type(base) in MADE
            and base.dtype == value.dtype
            and base.shape[1:] == value.shape
            and g.level in ACTIVE.levels
        ):
            return g
    if type(g) is Tensor:
        found = g.value
        if type(found) is type(value) and (
            type(value) is float
            or (type(value) is np.ndarray and found.dtype == value.dtype and found.shape == value.shape)
        ):
            return g
    if type(g) is Slices:
        if type(value) is not Batched and type(g.values) is not Batched:
            return g.cast(value.dtype)
        g = g.dense()
    if type(g) is Batched or type(value) is Batched or (type(g) is Tensor and type(g.value) is Batched):
        g = _out_of_closed_batches(g, value)
    if type(value) is float:
        if type(g) is float:
            return g
        if isinstance(g, Tensor | Batched):
            if g.dtype.kind == "c":
                g = op.real(g)
            if g.shape:
                g = op.sum(g)
            return g if g.dtype == np.float64 else op.cast(g, dtype=np.float64)
        total = np.real(host(g))
        return float(total if np.ndim(total) == 0 else np.sum(total))
    want, have = x.value.shape, shapes.shape(g)
    if have != want:
        extra = len(have) - len(want)
        if extra > 0:
            g = op.sum(g, axis=tuple(range(extra)))
        thin = tuple(i for i, n in enumerate(want) if n == 1 and shapes.shape(g)[i] != 1) if extra >= 0 else ()
        if thin:
            g = op.sum(g, axis=thin, keepdims=True)
        if shapes.shape(g) != want:
            g = op.broadcast_to(g, shape=want)
    dtype = x.value.dtype
    if getattr(g, "dtype", None) != dtype:
        if dtype.kind == "f" and getattr(g, "dtype", dtype).kind == "c":
            g = op.real(g)  # a real number moves along the real axis only
        g = op.cast(g, dtype=dtype)
    return g


def _fit_array(g: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The same where both are NumPy's."""
    want, have = value.shape, g.shape
    if have != want:
        extra = len(have) - len(want)
        if extra > 0:
            g = over_first(g, extra)
            have = g.shape
        if have != want:
            thin = tuple([i for i, n in enumerate(want) if n == 1 and have[i] != 1]) if extra >= 0 else ()
            if thin:
                g = np.add.reduce(g, axis=thin, keepdims=True)
            if g.shape != want:
                g = np.broadcast_to(g, want)
    if g.dtype is not value.dtype and g.dtype != value.dtype:
        if g.dtype.kind == "c" and value.dtype.kind == "f":
            g = g.real  # a real number moves along the real axis only
        g = g.astype(value.dtype)
    return g


def _out_of_closed_batches(g: Any, value: Any) -> Any:
    """Sum a cotangent over batches (of a vmap that is over) which the value that it belongs to was no part of."""
    own = set(_levels(value))
    for level in _levels(raw(g)):
        if level not in own and level not in ACTIVE.levels:
            size = _batch_size(raw(g), level)
            g = op.sum(op.unbatch(g, level=level, size=size), axis=0)
    return g


def _levels(value: Any) -> list[int]:
    found = []
    while type(value) is Batched:
        found.append(value.level)
        value = value.value
    return found


def _batch_size(value: Any, level: int) -> int:
    depth = 0
    while value.level != level:
        value, depth = value.value, depth + 1
    size: int = value.value.shape[depth]
    return size
