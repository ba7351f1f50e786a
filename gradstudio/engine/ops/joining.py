"""Putting arrays together and cutting them up."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.shape_batches import concatenated

primitive = category("shape", jvp="linear")
composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.arange(12.0).reshape(3, 4, 1) / 5.0


def _piece(slot: int, g: Any, _ans: Any, *_values: Any, axis: Any = 0) -> Any:
    if axis is None:
        start = sum(shapes.count(v, None) for v in _values[:slot])
        line = op.getitem(g, key=slice(start, start + shapes.count(_values[slot], None)))
        return op.reshape(line, shape=shapes.shape(_values[slot]))
    axis %= len(shapes.shape(_ans))
    start = sum(shapes.shape(v)[axis] for v in _values[:slot])
    return op.getitem(g, key=(slice(None),) * axis + (slice(start, start + shapes.shape(_values[slot])[axis]),))


@primitive(
    _piece,
    variadic=True,
    aliases=("concat",),
    samples=(
        Sample(([M, M + 1],)),
        Sample(([M, M[:, :1]],), {"axis": 1}),
        Sample(([M, M[0]],), {"axis": None}),
    ),
    batch=concatenated,
)
def concatenate(xp: Any, *values: Any, axis: Any = 0) -> Any:
    """Arrays joined along an axis they have; axis None: all their elements in one line.

    Raises ValueError where the other axes differ.
    """
    return xp.concatenate([xp.asarray(v) for v in values], axis=axis)


def _layer(slot: int, g: Any, _ans: Any, *_values: Any, axis: int = 0) -> Any:
    return op.getitem(g, key=(slice(None),) * (axis % len(shapes.shape(_ans))) + (slot,))


@primitive(
    _layer,
    variadic=True,
    samples=(Sample(([M, M + 1],)), Sample(([M, M],), {"axis": -1}), Sample(([1.0, 2.0],))),
    batch="joined",
)
def stack(xp: Any, *values: Any, axis: int = 0) -> Any:
    """Arrays of one shape joined along a new axis."""
    return xp.stack([xp.asarray(v) for v in values], axis=axis)


def _raised(value: Any, rank: int) -> Any:
    """With axes of length 1 in front, up to a rank."""
    dims = shapes.shape(value)
    return value if len(dims) >= rank else op.reshape(value, shape=(1,) * (rank - len(dims)) + dims)


@composite(
    variadic=True,
    samples=(Sample(([M, M[:, :1]],)), Sample(([M[0], M[1]],))),
    renamed={"tup": "values"},
)
def hstack(*values: Any) -> Any:
    """Arrays joined side by side: along axis 1, or axis 0 for arrays of one axis."""
    parts = [_raised(v, 1) for v in values]
    return op.concatenate(parts, axis=0 if len(shapes.shape(parts[0])) < 2 else 1)


@composite(
    variadic=True,
    samples=(Sample(([M, M[0]],)), Sample(([M[0], M[1]],))),
    renamed={"tup": "values"},
)
def vstack(*values: Any) -> Any:
    """Arrays joined one below the other; arrays of one axis count as rows."""
    return op.concatenate([_raised(v, 2) for v in values], axis=0)


@composite(
    variadic=True,
    samples=(Sample(([M[0], M[1]],)), Sample(([C, C[:, :, [0, 0]]],))),
    renamed={"tup": "values"},
)
def dstack(*values: Any) -> Any:
    """Arrays joined one behind the other, along axis 2; those of fewer axes get new ones as in atleast_3d."""
    deep = []
    for v in values:
        dims = shapes.shape(v)
        deep.append(op.reshape(_raised(v, 2), shape=(*shapes.shape(_raised(v, 2)), 1)) if len(dims) < 3 else v)
    return op.concatenate(deep, axis=2)


@composite(
    variadic=True,
    samples=(Sample(([M[0], M.T],)), Sample(([M[0], M[1]],))),
    renamed={"tup": "values"},
)
def column_stack(*values: Any) -> Any:
    """Arrays joined side by side as columns; arrays of one axis count as one column."""
    columns = [v if len(shapes.shape(v)) > 1 else op.reshape(v, shape=(-1, 1)) for v in values]
    return op.concatenate(columns, axis=1)


def _cut(x: Any, ends: list[int], axis: int) -> list[Any]:
    """The parts of x along axis that end at these positions."""
    before = (slice(None),) * (axis % len(shapes.shape(x)))
    starts = [0, *ends[:-1]]
    return [op.getitem(x, key=(*before, slice(a, b))) for a, b in zip(starts, ends, strict=True)]


def _length(name: str, x: Any, axis: int) -> int:
    dims = shapes.shape(x)
    if not -len(dims) <= axis < len(dims):
        raise ValueError(f"{name}: there is no axis {axis} in a value of shape {shapes.text(dims)}")
    return dims[axis]


@composite(
    samples=(
        Sample((M,), {"num_or_size_splits": 3, "axis": 1}),
        Sample((M,), {"num_or_size_splits": (2, 1), "axis": -1}),
        Sample((M,), {"num_or_size_splits": (-1, 1)}),
    ),
    renamed={"ary": "value", "size_splits": "num_or_size_splits"},
)
def split(value: Any, *, num_or_size_splits: Any, axis: int = 0, num: int | None = None) -> list[Any]:
    """Parts along axis, a list: equal ones if num_or_size_splits is a number, else of the lengths it lists.

    One of the lengths may be -1: what the others leave. Raises ValueError where they do not add up to the axis.
    NumPy's split, which takes the positions to cut at, is array_split here, and np.split of a tensor.
    """
    length = _length("split", value, axis)
    if isinstance(num_or_size_splits, int | np.integer):
        count = int(num_or_size_splits)
        if count < 1 or length % count:
            raise ValueError(f"split: an axis of length {length} cannot be cut into {count} equal parts")
        lengths = [length // count] * count
    else:
        lengths = [int(n) for n in num_or_size_splits]
        if lengths.count(-1) == 1:
            lengths[lengths.index(-1)] = length - sum(lengths) - 1
        if sum(lengths) != length or min(lengths, default=0) < 0:
            raise ValueError(f"split: the parts {lengths} do not add up to the length of the axis, {length}")
    if num is not None and num != len(lengths):
        raise ValueError(f"split: num is {num}, but there are {len(lengths)} parts")
    return _cut(value, [int(n) for n in np.cumsum(lengths)], axis)


@composite(samples=(Sample((M,)), Sample((M,), {"axis": -1})))
def unstack(value: Any, *, num: int | None = None, axis: int = 0) -> list[Any]:
    """The layers along axis, each without it: a list. Raises ValueError where num says another length."""
    length = _length("unstack", value, axis)
    if num is not None and num != length:
        raise ValueError(f"unstack: num is {num}, the axis has length {length}")
    before = (slice(None),) * (axis % len(shapes.shape(value)))
    return [op.getitem(value, key=(*before, i)) for i in range(length)]


@composite(
    samples=(
        Sample((M,), {"indices_or_sections": 2, "axis": 1}),
        Sample((M,), {"indices_or_sections": (1,), "axis": 1}),
    ),
    renamed={"ary": "value"},
)
def array_split(value: Any, *, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """NumPy's parts along axis, a list: so many, or cut at the positions listed.

    Where so many parts cannot be equal, the first ones are longer by 1.
    """
    length = _length("array_split", value, axis)
    if isinstance(indices_or_sections, int | np.integer):
        count = int(indices_or_sections)
        if count < 1:
            raise ValueError("array_split: the number of parts must be at least 1")
        sizes = [length // count + (i < length % count) for i in range(count)]
        return _cut(value, [int(n) for n in np.cumsum(sizes)], axis)
    ends = [slice(int(i)).indices(length)[1] for i in indices_or_sections]
    return _cut(value, [*ends, length], axis)


def _sections(name: str, value: Any, indices_or_sections: Any, axis: int) -> list[Any]:
    length = _length(name, value, axis)
    if isinstance(indices_or_sections, int | np.integer) and length % int(indices_or_sections):
        raise ValueError(f"{name}: an axis of length {length} cannot be cut into {indices_or_sections} equal parts")
    parts: list[Any] = op.array_split(value, indices_or_sections=indices_or_sections, axis=axis)
    return parts


@composite(
    samples=(Sample((M,), {"indices_or_sections": 3}), Sample((M[0],), {"indices_or_sections": (1, 2)})),
    renamed={"ary": "value"},
)
def hsplit(value: Any, *, indices_or_sections: Any) -> list[Any]:
    """Parts side by side: cut along axis 1, or axis 0 of one axis, as np.split cuts."""
    return _sections("hsplit", value, indices_or_sections, 1 if len(shapes.shape(value)) > 1 else 0)


@composite(
    samples=(Sample((M,), {"indices_or_sections": 2}),),
    renamed={"ary": "value"},
)
def vsplit(value: Any, *, indices_or_sections: Any) -> list[Any]:
    """Parts one below the other: cut along axis 0, as np.split cuts."""
    return _sections("vsplit", value, indices_or_sections, 0)


@composite(
    samples=(Sample((C,), {"indices_or_sections": 1}),),
    renamed={"ary": "value"},
)
def dsplit(value: Any, *, indices_or_sections: Any) -> list[Any]:
    """Parts one behind the other: cut along axis 2, as np.split cuts."""
    return _sections("dsplit", value, indices_or_sections, 2)
