"""Many cotangents at once: a value with a leading batch axis that rules do not see, and how ops treat it.

A Jacobian needs one cotangent for each element of its target. Instead of as many walks, one walk carries all of
them: `Batched` looks to a rule like a cotangent of the usual shape. An op with a batch rule of its own works on all
at once; any other op is applied to one after the other, which is always right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Primitive, op

Rule = Callable[[Primitive, list[Any], dict[str, Any]], Any]
"""(row, inputs, params) -> the raw result with its batch axis first, or None to have it done one by one."""


class Batched:
    """K values of one shape in an array (K, *shape); shape, dtype and operators are those of a single one."""

    __slots__ = ("value",)
    __array_ufunc__ = None  # so that array * batched asks us

    def __init__(self, value: np.ndarray) -> None:
        self.value = value

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape without the batch axis."""
        return self.value.shape[1:]

    @property
    def dtype(self) -> Any:
        """NumPy dtype."""
        return self.value.dtype

    def __add__(self, other: Any) -> Any:
        return op.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return op.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return op.subtract(self, other)

    def __rsub__(self, other: Any) -> Any:
        return op.subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return op.multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return op.multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return op.divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return op.divide(other, self)

    def __getitem__(self, key: Any) -> Any:
        return op.getitem(self, key=key)


def apply_batched(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Batched:
    """row(*inputs, **params) for every value of the batch."""
    if row.batch:
        out = RULES[row.batch](row, list(inputs), params)
        if out is not None:
            return Batched(np.asarray(out))
    count = next(len(x.value) for x in inputs if type(x) is Batched)
    rows = [
        row.forward(np, *[x.value[k][()] if type(x) is Batched else x for x in inputs], **params) for k in range(count)
    ]
    return Batched(np.stack([np.asarray(r) for r in rows]))


def _rank(x: Any) -> int:
    return len(x.shape) if hasattr(x, "shape") else np.ndim(x)


def _widened(x: Any, rank: int) -> Any:
    """The raw value, with axes of length 1 after the batch axis up to a rank."""
    if type(x) is not Batched:
        return x
    shape = x.value.shape
    return x.value.reshape(shape[0], *(1,) * (rank - len(shape) + 1), *shape[1:])


def elementwise(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """Element by element, with broadcasting."""
    rank = max(_rank(x) for x in inputs)
    return row.forward(np, *[_widened(x, rank) for x in inputs], **params)


def _later(axis: Any) -> Any:
    """Axis numbers counted from the left move on by one."""
    if isinstance(axis, tuple | list):
        return tuple(_later(a) for a in axis)
    return axis + 1 if axis is not None and axis >= 0 else axis


def along_axis(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """One input and `axis`, which for None means all axes: reductions, flip, squeeze."""
    x = inputs[0]
    axis = params.get("axis")
    chosen = tuple(range(1, x.value.ndim)) if axis is None else _later(axis)
    return row.forward(np, x.value, **{**params, "axis": chosen})


def along_one_axis(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """One input and an `axis` that names one axis: scans, softmax, expand_dims."""
    if "axis" not in params and row.params["axis"] is None:
        return None
    axis = params.get("axis", row.params["axis"])
    if axis is None:
        return None
    return row.forward(np, inputs[0].value, **{**params, "axis": _later(axis)})


def to_shape(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """reshape and broadcast_to."""
    x, shape = inputs[0], params["shape"]
    shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    value = x.value if row.name == "reshape" else _widened(x, len(shape))
    count = len(value)
    if row.name == "reshape" and -1 in shape and not value.size:
        return None
    return row.forward(np, value, shape=(count, *shape))


def transposed(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """transpose."""
    value = inputs[0].value
    axes = params.get("axes")
    rank = value.ndim - 1
    order = range(rank - 1, -1, -1) if axes is None else [int(a) % rank for a in axes]
    return np.transpose(value, (0, *[a + 1 for a in order]))


def swapped(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """swapaxes."""
    return np.swapaxes(inputs[0].value, _later(params["axis1"]), _later(params["axis2"]))


def last_axes(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """One input, of which the op treats the last axes and takes any before them."""
    return row.forward(np, inputs[0].value, **params)


def matrix_product(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """matmul and solve of matrices."""
    rank = max(_rank(x) for x in inputs)
    if min(_rank(x) for x in inputs) < 2:
        return None
    return row.forward(np, *[_widened(x, rank) for x in inputs], **params)


def joined(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """concatenate and stack."""
    count = next(len(x.value) for x in inputs if type(x) is Batched)
    values = [x.value if type(x) is Batched else np.broadcast_to(np.asarray(x), (count, *np.shape(x))) for x in inputs]
    return row.forward(np, *values, axis=_later(params.get("axis", 0)))


def _plain_key(key: Any) -> tuple[Any, ...] | None:
    """The key as a tuple, where putting the batch axis in front of it changes nothing else."""
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(p.numpy() if hasattr(p, "numpy") else p for p in parts)
    fancy = [not (p is None or p is Ellipsis or isinstance(p, slice | int | np.integer)) for p in parts]
    if any(fancy) and not all(fancy):
        return None  # NumPy moves the axes of such an index about
    return parts


def indexed(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """getitem and put_at."""
    key = _plain_key(params["key"])
    if key is None:
        return None
    value, key = inputs[0].value, (slice(None), *key)
    if row.name == "getitem":
        return value[key]
    out = np.zeros((len(value), *params["shape"]), value.dtype)
    np.add.at(out, key, value)
    return out


def padded(row: Primitive, inputs: list[Any], params: dict[str, Any]) -> Any:
    """pad with a width for each axis."""
    widths = np.asarray(params["pad_width"])
    if widths.ndim != 2 or len(widths) != inputs[0].value.ndim - 1:
        return None
    return row.forward(np, inputs[0].value, **{**params, "pad_width": [(0, 0), *widths.tolist()]})


RULES: dict[str, Rule] = {
    "elementwise": elementwise,
    "along axis": along_axis,
    "along one axis": along_one_axis,
    "to shape": to_shape,
    "transposed": transposed,
    "swapped": swapped,
    "last axes": last_axes,
    "matrix product": matrix_product,
    "joined": joined,
    "indexed": indexed,
    "padded": padded,
}
"""The batch rules by the name that an op's declaration gives."""
