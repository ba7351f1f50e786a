"""Changing the shape, never the numbers."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.primitive import Sample, category, op

primitive = category("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])


@primitive(
    (lambda g, ans, x, shape: op.reshape(g, shape=shapes.shape(x)),),
    samples=(Sample((M,), {"shape": (3, 2)}), Sample((M,), {"shape": -1})),
    renamed={"newshape": "shape"},
    batch="to shape",
)
def reshape(xp: Any, x: Any, *, shape: Any) -> Any:
    """The same elements in another shape; one axis may be -1."""
    return xp.reshape(x, shape if isinstance(shape, int | np.integer) else tuple(int(n) for n in shape))


def _transposed(g: Any, ans: Any, x: Any, axes: Any = None) -> Any:
    if axes is None:
        return op.transpose(g)
    rank = len(shapes.shape(x))
    return op.transpose(g, axes=tuple(int(i) for i in np.argsort([a % rank for a in axes])))


@primitive(
    (_transposed,),
    symbol="T",
    latex="{x}^T",
    samples=(Sample((M,)), Sample((np.arange(6.0).reshape(1, 2, 3),), {"axes": (2, 0, 1)})),
    renamed={"perm": "axes"},
    batch="transposed",
)
def transpose(xp: Any, x: Any, *, axes: Any = None) -> Any:
    """Axes in another order; reversed if none is given."""
    return xp.transpose(x, axes)


@primitive(
    (lambda g, ans, x, axis1, axis2: op.swapaxes(g, axis1=axis1, axis2=axis2),),
    samples=(Sample((M,), {"axis1": 0, "axis2": 1}),),
    batch="swapped",
)
def swapaxes(xp: Any, x: Any, *, axis1: int, axis2: int) -> Any:
    """Two axes exchanged."""
    return xp.swapaxes(x, axis1, axis2)


@primitive(
    (lambda g, ans, x, axis: op.reshape(g, shape=shapes.shape(x)),),
    samples=(Sample((M,), {"axis": 1}), Sample((M,), {"axis": -1})),
    batch="along one axis",
)
def expand_dims(xp: Any, x: Any, *, axis: int) -> Any:
    """A new axis of length 1."""
    return xp.expand_dims(x, axis)


@primitive(
    (lambda g, ans, x, axis=None: op.reshape(g, shape=shapes.shape(x)),),
    samples=(Sample((M[None],)), Sample((M[:, None],), {"axis": 1})),
    batch="along one axis",
)
def squeeze(xp: Any, x: Any, *, axis: Any = None) -> Any:
    """Without axes of length 1."""
    return xp.squeeze(x, axis)


@primitive(
    (lambda g, ans, x, shape: g,),
    samples=(Sample((M,), {"shape": (2, 2, 3)}), Sample((1.5,), {"shape": (3,)})),
    batch="to shape",
)
def broadcast_to(xp: Any, x: Any, *, shape: Any) -> Any:
    """x repeated along axes of length 1, and new ones on the left, to a shape."""
    return xp.broadcast_to(x, shape)


def _piece(slot: int, g: Any, ans: Any, *values: Any, axis: int = 0) -> Any:
    rank = len(shapes.shape(ans))
    axis %= rank
    lengths = [shapes.shape(v)[axis] for v in values]
    start = builtins.sum(lengths[:slot])
    key = (slice(None),) * axis + (slice(start, start + lengths[slot]),)
    return op.getitem(g, key=key)


@primitive(
    _piece,
    variadic=True,
    aliases=("concat",),
    samples=(Sample(([M, M + 1],)), Sample(([M, M[:, :1]],), {"axis": 1})),
    renamed={"arrays": "values"},
    batch="joined",
)
def concatenate(xp: Any, *values: Any, axis: int = 0) -> Any:
    """Arrays joined along an axis they have."""
    return xp.concatenate(values, axis=axis)


def _layer(slot: int, g: Any, ans: Any, *values: Any, axis: int = 0) -> Any:
    return op.getitem(g, key=(slice(None),) * (axis % len(shapes.shape(ans))) + (slot,))


@primitive(
    _layer,
    variadic=True,
    samples=(Sample(([M, M + 1],)), Sample(([M, M],), {"axis": -1}), Sample(([1.0, 2.0],))),
    renamed={"arrays": "values"},
    batch="joined",
)
def stack(xp: Any, *values: Any, axis: int = 0) -> Any:
    """Arrays joined along a new axis."""
    return xp.stack(values, axis=axis)


@primitive(
    (lambda g, ans, x, axis=None: op.flip(g, axis=axis),),
    aliases=("reverse",),
    samples=(Sample((M,)), Sample((M,), {"axis": 1})),
    batch="along axis",
)
def flip(xp: Any, x: Any, *, axis: Any = None) -> Any:
    """Elements in reverse order along axis."""
    return xp.flip(x, axis)


def _untile(g: Any, ans: Any, x: Any, reps: Any) -> Any:
    counts = (reps,) if isinstance(reps, int | np.integer) else tuple(reps)
    dims = shapes.shape(x)
    rank = builtins.max(len(counts), len(dims))
    counts = (1,) * (rank - len(counts)) + counts
    dims = (1,) * (rank - len(dims)) + dims
    split = tuple(n for pair in zip(counts, dims, strict=True) for n in pair)
    return op.reshape(op.sum(op.reshape(g, shape=split), axis=tuple(range(0, 2 * rank, 2))), shape=shapes.shape(x))


@primitive(
    (_untile,), samples=(Sample((M,), {"reps": (2, 1)}), Sample((M,), {"reps": 2})), renamed={"multiples": "reps"}
)
def tile(xp: Any, x: Any, *, reps: Any) -> Any:
    """x repeated reps times along each axis."""
    return xp.tile(x, reps)


@primitive(
    (lambda g, ans, x, shift, axis=None: op.roll(g, shift=_opposite(shift), axis=axis),),
    samples=(Sample((M,), {"shift": 2}), Sample((M,), {"shift": (1, -1), "axis": (0, 1)})),
)
def roll(xp: Any, x: Any, *, shift: Any, axis: Any = None) -> Any:
    """Elements moved on by shift along axis; those that fall off come back at the other end."""
    return xp.roll(x, shift, axis)


def _opposite(shift: Any) -> Any:
    return -shift if isinstance(shift, int | np.integer) else tuple(-n for n in shift)


@primitive(
    (lambda g, ans, x, source, destination: op.moveaxis(g, source=destination, destination=source),),
    samples=(Sample((np.arange(6.0).reshape(1, 2, 3),), {"source": 0, "destination": -1}),),
)
def moveaxis(xp: Any, x: Any, *, source: Any, destination: Any) -> Any:
    """Axes moved to other places; the rest keep their order."""
    return xp.moveaxis(x, source, destination)


def _triangle(name: str) -> Any:
    return lambda g, ans, x, k=0: getattr(op, name)(g, k=k)


@primitive((_triangle("tril"),), samples=(Sample((M,)), Sample((M,), {"k": 1})), batch="last axes")
def tril(xp: Any, x: Any, *, k: int = 0) -> Any:
    """The lower triangle: zeros above diagonal number k."""
    return xp.tril(x, k)


@primitive((_triangle("triu"),), samples=(Sample((M,)), Sample((M,), {"k": 1})), batch="last axes")
def triu(xp: Any, x: Any, *, k: int = 0) -> Any:
    """The upper triangle: zeros below diagonal number k."""
    return xp.triu(x, k)


def _unrepeat(g: Any, ans: Any, x: Any, repeats: int, axis: Any = None) -> Any:
    dims = shapes.shape(x)
    if axis is None:
        dims, place = (builtins.max(int(np.prod(dims)), 0),), 0
    else:
        place = axis % len(dims)
    split = (*dims[: place + 1], repeats, *dims[place + 1 :])
    return op.reshape(op.sum(op.reshape(g, shape=split), axis=place + 1), shape=shapes.shape(x))


@primitive((_unrepeat,), samples=(Sample((M,), {"repeats": 2}), Sample((M,), {"repeats": 3, "axis": -1})))
def repeat(xp: Any, x: Any, *, repeats: int, axis: Any = None) -> Any:
    """Each element repeated in its place, a whole number of times."""
    return xp.repeat(x, int(repeats), axis)


def _unpad(g: Any, ans: Any, x: Any, pad_width: Any, constant_values: float = 0.0) -> Any:
    widths = _widths(x, pad_width)
    return op.getitem(
        g, key=tuple(slice(before, before + n) for (before, _), n in zip(widths, shapes.shape(x), strict=True))
    )


def _widths(x: Any, pad_width: Any) -> list[tuple[int, int]]:
    plain = np.broadcast_to(np.asarray(pad_width), (len(shapes.shape(x)), 2))
    return [(int(a), int(b)) for a, b in plain]


@primitive(
    (_unpad,),
    renamed={"paddings": "pad_width"},
    samples=(Sample((M,), {"pad_width": 1}), Sample((M,), {"pad_width": ((0, 2), (1, 0)), "constant_values": 3.0})),
    batch="padded",
)
def pad(xp: Any, x: Any, *, pad_width: Any, constant_values: float = 0.0) -> Any:
    """x with a border of a constant: (before, after) for each axis."""
    return xp.pad(x, _widths(x, pad_width), constant_values=constant_values)
