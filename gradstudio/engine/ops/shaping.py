"""Changing the shape and the order of the axes, never the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine import shapes
from gradstudio.engine.backends import NUMPY, backend_of
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.calling import STARRED
from gradstudio.engine.ops.shape_batches import permuted, squeezed
from gradstudio.engine.tensor import Tensor, clean, leaf

primitive = category("shape", jvp="linear")
composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.arange(6.0).reshape(1, 2, 3)


def _dims(shape: Any) -> Any:
    """A shape given as a number, or as numbers and integer tensors."""
    return int(shape) if isinstance(shape, int | np.integer) else tuple([int(n) for n in shape])


@primitive(
    (lambda g, _ans, _x, shape: op.reshape(g, shape=shapes.shape(_x)),),
    samples=(Sample((M,), {"shape": (3, 2)}), Sample((M,), {"shape": -1}), Sample((1.5,), {"shape": (1, 1)})),
    renamed={"newshape": "shape"},
    batch="to shape",
)
def reshape(xp: Any, x: Any, *, shape: Any) -> Any:
    """The same elements in another shape, in C order; one axis may be -1. Raises ValueError for another size."""
    return xp.reshape(x, _dims(shape))


@composite(samples=(Sample((M,)),))
def ravel(x: Any) -> Any:
    """All elements along one axis, in C order."""
    return op.reshape(x, shape=-1)


def _transposed(g: Any, _ans: Any, _x: Any, axes: Any = None, conjugate: bool = False) -> Any:
    if axes is None and not conjugate and type(g) is ndarray:
        return g.T
    rank = len(shapes.shape(_x))
    back = None if axes is None else tuple(int(i) for i in np.argsort([int(a) % rank for a in axes]))
    return op.transpose(g, axes=back, conjugate=conjugate)


@primitive(
    (_transposed,),
    symbol="T",
    latex="{x}^T",
    aliases=("permute_dims",),
    samples=(
        Sample((M,)),
        Sample((C,), {"axes": (2, 0, 1)}),
        Sample((C,), {"axes": (-1, 0, 1)}),
        Sample((M,), {"conjugate": True}),
    ),
    renamed={"perm": "axes"},
    batch=permuted,
)
def transpose(xp: Any, x: Any, *, axes: Any = None, conjugate: bool = False) -> Any:
    """Axes in another order, reversed if none is given; conjugate: complex numbers conjugated too."""
    out = xp.transpose(x, axes)
    return xp.conj(out) if conjugate else out


@primitive(
    (lambda g, _ans, _x, axis1, axis2: op.swapaxes(g, axis1=axis1, axis2=axis2),),
    samples=(Sample((M,), {"axis1": 0, "axis2": 1}), Sample((C,), {"axis1": -1, "axis2": 0})),
    batch="swapped",
)
def swapaxes(xp: Any, x: Any, *, axis1: int, axis2: int) -> Any:
    """Two axes exchanged."""
    return xp.swapaxes(x, axis1, axis2)


@primitive(
    (lambda g, _ans, _x, source, destination: op.moveaxis(g, source=destination, destination=source),),
    samples=(
        Sample((C,), {"source": 0, "destination": -1}),
        Sample((C,), {"source": (0, -1), "destination": (1, 0)}),
    ),
    batch="swapped",
)
def moveaxis(xp: Any, x: Any, *, source: Any, destination: Any) -> Any:
    """Axes moved to other places; the rest keep their order."""
    return xp.moveaxis(x, source, destination)


@primitive(
    (lambda g, _ans, _x, axis: op.reshape(g, shape=shapes.shape(_x)),),
    samples=(Sample((M,), {"axis": 1}), Sample((M,), {"axis": -1}), Sample((M,), {"axis": (0, -1)})),
    batch="along one axis",
)
def expand_dims(xp: Any, x: Any, *, axis: Any) -> Any:
    """A new axis of length 1 at each place that axis (a number or several) names in the result."""
    return xp.expand_dims(x, axis)


@primitive(
    (lambda g, _ans, _x, axis=None: op.reshape(g, shape=shapes.shape(_x)),),
    samples=(Sample((M[None],)), Sample((M[:, None],), {"axis": 1}), Sample((M[None, :, None],), {"axis": (0, -2)})),
    renamed={"squeeze_dims": "axis"},
    batch=squeezed,
)
def squeeze(xp: Any, x: Any, *, axis: Any = None) -> Any:
    """Without axes of length 1: those named, or all. Raises ValueError where a named one is longer."""
    return xp.squeeze(x, tuple(axis) if isinstance(axis, list | tuple) else axis)


@primitive(
    (lambda g, _ans, _x, shape: g,),
    samples=(
        Sample((M,), {"shape": (2, 2, 3)}),
        Sample((1.5,), {"shape": (3,)}),
        Sample((M[:, :1],), {"shape": (2, 4)}),
    ),
    batch="to shape",
)
def broadcast_to(xp: Any, x: Any, *, shape: Any) -> Any:
    """x repeated along axes of length 1, and new ones on the left, to a shape."""
    return xp.broadcast_to(x, _dims(shape))


def alike(values: Any) -> list[Any]:
    """Several values of which each is a result: all tensors if one of them is, and all on one device."""
    if any(type(v) is Tensor for v in values):
        values = [v if type(v) is Tensor else leaf(clean(v)) for v in values]
    home = next((b for b in map(backend_of, values) if b is not NUMPY), NUMPY)
    return [v if backend_of(v) is home else op.to_device(v, device=home.device) for v in values]


@composite(variadic=True, calling=STARRED, samples=(Sample(([M, M[0], 2.0],)), Sample(([M[:, :1], M[0]],))))
def broadcast_arrays(*values: Any) -> tuple[Any, ...]:
    """The arrays, each repeated to the shape they have together: a tuple."""
    together = np.broadcast_shapes(*[shapes.shape(v) for v in values])
    return tuple([op.broadcast_to(v, shape=together) for v in alike(values)])


def _at_least(values: Any, widen: Any) -> Any:
    found = tuple([op.reshape(v, shape=widen(shapes.shape(v))) for v in alike(values)])
    return found[0] if len(found) == 1 else found


@composite(variadic=True, calling=STARRED, samples=(Sample(([M],)), Sample(([np.array(2.0), M[0]],))))
def atleast_1d(*values: Any) -> Any:
    """Each value with at least one axis: one result for one value, else a tuple."""
    return _at_least(values, lambda dims: dims or (1,))


@composite(variadic=True, calling=STARRED, samples=(Sample(([M],)), Sample(([M[0], M],))))
def atleast_2d(*values: Any) -> Any:
    """Each value with at least two axes, new ones on the left: one result for one value, else a tuple."""
    return _at_least(values, lambda dims: (1,) * (2 - len(dims)) + dims)


@composite(variadic=True, calling=STARRED, samples=(Sample(([M],)), Sample(([M[0], M],))))
def atleast_3d(*values: Any) -> Any:
    """Each value with at least three axes, new ones at the end, and in front of a vector: one result or a tuple."""
    return _at_least(values, lambda dims: dims if len(dims) > 2 else (*((1,) * (len(dims) < 2)), *(dims or (1,)), 1))


def _image(name: str, x: Any, block: int, data_format: str) -> tuple[int, int, int, int]:
    """Images, height, width and channels. Raises ValueError for what is no image."""
    dims = shapes.shape(x)
    if len(dims) != 4 or data_format not in ("NHWC", "NCHW"):
        raise ValueError(f"{name} takes images [n, height, width, channels], or NCHW, not {data_format} of {dims}")
    if block < 1:
        raise ValueError(f"{name}: block_size must be at least 1")
    n, *rest = dims
    h, w, c = rest if data_format == "NHWC" else (rest[1], rest[2], rest[0])
    return n, h, w, c


@composite(
    aliases=("nn.space_to_depth",),
    samples=(
        Sample((np.arange(32.0).reshape(1, 4, 4, 2),), {"block_size": 2}),
        Sample((np.arange(32.0).reshape(1, 2, 4, 4),), {"block_size": 2, "data_format": "NCHW"}),
    ),
)
def space_to_depth(x: Any, *, block_size: int, data_format: str = "NHWC") -> Any:
    """Blocks of block_size x block_size pixels as channels of one pixel: [n, h, w, c] to [n, h/b, w/b, b b c].

    Raises ValueError where the block does not divide height and width.
    """
    b = block_size
    n, h, w, c = _image("space_to_depth", x, b, data_format)
    if h % b or w % b:
        raise ValueError(f"space_to_depth: blocks of {b} x {b} do not divide an image of {h} x {w}")
    if data_format == "NHWC":
        out = op.transpose(op.reshape(x, shape=(n, h // b, b, w // b, b, c)), axes=(0, 1, 3, 2, 4, 5))
        return op.reshape(out, shape=(n, h // b, w // b, b * b * c))
    out = op.transpose(op.reshape(x, shape=(n, c, h // b, b, w // b, b)), axes=(0, 3, 5, 1, 2, 4))
    return op.reshape(out, shape=(n, b * b * c, h // b, w // b))


@composite(
    aliases=("nn.depth_to_space",),
    samples=(
        Sample((np.arange(16.0).reshape(1, 1, 2, 8),), {"block_size": 2}),
        Sample((np.arange(16.0).reshape(1, 8, 1, 2),), {"block_size": 2, "data_format": "NCHW"}),
    ),
)
def depth_to_space(x: Any, *, block_size: int, data_format: str = "NHWC") -> Any:
    """Channels as blocks of block_size x block_size pixels: the inverse of space_to_depth.

    Raises ValueError where the block's pixels do not divide the channels.
    """
    b = block_size
    n, h, w, c = _image("depth_to_space", x, b, data_format)
    if c % (b * b):
        raise ValueError(f"depth_to_space: blocks of {b} x {b} pixels do not divide {c} channels")
    c //= b * b
    if data_format == "NHWC":
        out = op.transpose(op.reshape(x, shape=(n, h, w, b, b, c)), axes=(0, 1, 3, 2, 4, 5))
        return op.reshape(out, shape=(n, h * b, w * b, c))
    out = op.transpose(op.reshape(x, shape=(n, b, b, c, h, w)), axes=(0, 3, 4, 1, 5, 2))
    return op.reshape(out, shape=(n, c, h * b, w * b))
