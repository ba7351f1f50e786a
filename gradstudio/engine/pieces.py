"""Functions that give several tensors, or take a formula: each is made of ops of the table."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.operators import OTHERS
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable


def _tensor(value: Any) -> Any:
    return value if isinstance(value, Tensor | Variable) else TABLE["identity"](value)


def split(value: Any, num_or_size_splits: Any, axis: int = 0) -> list[Tensor]:
    """Parts along axis: equal ones if num_or_size_splits is a number, else of the lengths it lists.

    Raises ValueError where the lengths do not add up to the axis.
    """
    x = _tensor(value)
    length = x.shape[axis]
    if isinstance(num_or_size_splits, int | np.integer):
        count = int(num_or_size_splits)
        if count < 1 or length % count:
            raise ValueError(f"split: an axis of length {length} cannot be cut into {count} equal parts")
        lengths = [length // count] * count
    else:
        lengths = [int(n) for n in num_or_size_splits]
        if sum(lengths) != length:
            raise ValueError(f"split: the parts {lengths} do not add up to the length of the axis, {length}")
    before = (slice(None),) * (axis % x.ndim)
    parts, start = [], 0
    for n in lengths:
        parts.append(x[(*before, slice(start, start + n))])
        start += n
    return parts


def unstack(value: Any, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """The layers along axis, each without it."""
    x = _tensor(value)
    if num is not None and num != x.shape[axis]:
        raise ValueError(f"unstack: num is {num}, the axis has length {x.shape[axis]}")
    before = (slice(None),) * (axis % x.ndim)
    return [x[(*before, i)] for i in range(x.shape[axis])]


def hstack(values: Any) -> Tensor:
    """Arrays joined side by side: along axis 1, or axis 0 for arrays of one axis."""
    parts = [_tensor(v) for v in values]
    return TABLE["concatenate"](parts, axis=0 if parts[0].ndim < 2 else 1)  # type: ignore[no-any-return]


def vstack(values: Any) -> Tensor:
    """Arrays joined one below the other; arrays of one axis count as rows."""
    parts = [_tensor(v) for v in values]
    rows = [TABLE["expand_dims"](p, axis=0) if p.ndim < 2 else p for p in parts]
    return TABLE["concatenate"](rows, axis=0)  # type: ignore[no-any-return]


OTHERS.update(hstack=hstack, vstack=vstack)
