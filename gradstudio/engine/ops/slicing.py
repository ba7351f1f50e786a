"""Cutting boxes, steps and masked parts out, under TensorFlow's names; x[...] does all of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.keys import INDEX

composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.arange(24.0).reshape(2, 3, 4) / 7.0 - 1.3


@composite(
    samples=(
        Sample((M, M > 0)),
        Sample((M, np.array([True, False, True])), {"axis": 1}),
        Sample((C, M > 0)),
    ),
)
def boolean_mask(x: Any, mask: Any, *, axis: Any = None) -> Any:
    """The slices of x where mask is true: it covers as many axes as it has, from axis (0) on, which become one.

    Raises ValueError where the mask has no axes, IndexError where its shape is not that of x there.
    """
    if not shapes.shape(mask):
        raise ValueError("boolean_mask: a mask has at least one axis; for one value use where")
    if mask.dtype.kind != "b":
        mask = op.cast(mask, dtype=np.bool_)
    return op.getitem(x, mask, key=(*(slice(None),) * ((axis or 0) % len(shapes.shape(x))), INDEX))


def _ends(value: Any) -> list[int]:
    return [int(value)] if isinstance(value, int | np.integer) else [int(n) for n in value]


@composite(
    samples=(
        Sample((M,), {"begin": (0, 1), "size": (2, 2)}),
        Sample((M,), {"begin": (1, 0), "size": (-1, -1)}),
    ),
    renamed={"input_": "x"},
)
def slice_(x: Any, *, begin: Any, size: Any) -> Any:
    """A box of x from begin on, size elements along each axis; -1: all that are left.

    Raises ValueError where it is not inside x.
    """
    starts, sizes, dims = _ends(begin), _ends(size), shapes.shape(x)
    if len(starts) != len(dims) or len(sizes) != len(dims):
        raise ValueError(f"slice: begin and size need one number for each of the {len(dims)} axes")
    stops = [n if count == -1 else start + count for start, count, n in zip(starts, sizes, dims, strict=True)]
    if any(not 0 <= a <= b <= n for a, b, n in zip(starts, stops, dims, strict=True)):
        raise ValueError(f"slice: begin {starts} with size {sizes} leaves a value of shape {shapes.text(dims)}")
    return op.getitem(x, key=tuple([slice(a, b) for a, b in zip(starts, stops, strict=True)]))


@composite(
    samples=(
        Sample((M,), {"begin": (0, 2), "end": (2, 0), "strides": (1, -1)}),
        Sample((C,), {"begin": (0, 1), "end": (9, 2), "begin_mask": 1, "ellipsis_mask": 0, "shrink_axis_mask": 2}),
        Sample((C,), {"begin": (0, 0, 1), "end": (0, 0, 3), "ellipsis_mask": 1, "new_axis_mask": 2}),
    ),
    renamed={"input_": "x"},
)
def strided_slice(
    x: Any,
    *,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
) -> Any:
    """x[begin:end:strides] along the first axes; bit i of a mask says what part i is instead.

    begin_mask, end_mask: that end is left out; ellipsis_mask: `...`; new_axis_mask: a new axis of length 1;
    shrink_axis_mask: the one element at begin, without the axis. Raises ValueError where the parts differ in number.
    """
    starts, stops = _ends(begin), _ends(end)
    steps = [1] * len(starts) if strides is None else _ends(strides)
    if not len(starts) == len(stops) == len(steps):
        raise ValueError(f"strided_slice: begin, end and strides have {len(starts)}, {len(stops)}, {len(steps)} parts")
    parts: list[Any] = []
    for i, (start, stop, step) in enumerate(zip(starts, stops, steps, strict=True)):
        bit = 1 << i
        if ellipsis_mask & bit:
            parts.append(Ellipsis)
        elif new_axis_mask & bit:
            parts.append(None)
        elif shrink_axis_mask & bit:
            parts.append(start)
        else:
            parts.append(slice(None if begin_mask & bit else start, None if end_mask & bit else stop, step))
    return op.getitem(x, key=tuple(parts))
