"""IndexedSlices: the gradient of gather, which touches few rows of a large array and is kept as those rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.backends import host
from gradstudio.engine.primitive import op
from gradstudio.engine.shapes import TensorShape
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import ALONE, Tensor, clean, leaf, raw


class Slices:
    """Rows that belong to the places `indices`, which may repeat, along the first axis of an array of a shape."""

    __slots__ = ("indices", "shape", "values")
    __array_ufunc__ = None  # so that array + slices asks us

    def __init__(self, values: Any, indices: Any, shape: tuple[int, ...]) -> None:
        self.values = values
        self.indices = indices
        self.shape = shape

    @property
    def dtype(self) -> Any:
        """NumPy dtype."""
        return self.values.dtype

    def cast(self, dtype: Any) -> Slices:
        """The same rows in another dtype."""
        return self if self.dtype == dtype else Slices(op.cast(self.values, dtype=dtype), self.indices, self.shape)

    def dense(self) -> Any:
        """The whole array: zeros, with the rows added in their places. Raises ValueError where its shape is unknown."""
        if not self.shape:
            raise ValueError("IndexedSlices: the whole array needs its shape: give dense_shape=")
        return op.put_at(self.values, key=self.indices, shape=self.shape)

    def __add__(self, other: Any) -> Any:
        if type(other) is Slices:
            values = op.concatenate([self.values, other.values], axis=0)
            return Slices(values, np.concatenate([host(self.indices), host(other.indices)]), self.shape)
        return op.add(self.dense(), other)

    def __radd__(self, other: Any) -> Any:
        return op.add(other, self.dense())


class IndexedSlices(Tensor):
    """A gradient by rows: `values` belong to the places `indices` of an array of shape `dense_shape`.

    values: (n, *rest), indices: (n,) integers, dense_shape: the shape of the whole, integers. Repeated indices add up.
    It is a tensor: whatever uses it as one gets the whole array, made at first use. That use raises IndexError for an
    index outside the shape, ValueError where values and indices differ in number. The gradient of gather is one.

    Example:
        >>> table = gs.Variable([[1.0], [2.0], [3.0]])
        >>> with gs.GradientTape() as tape:
        ...     y = gs.sum(gs.gather(table, [0, 2, 0]))
        >>> g = tape.gradient(y, table)
        >>> g.indices.tolist(), g.values.tolist(), g.dense().tolist()
        ([0, 2, 0], [[1.0], [1.0], [1.0]], [[2.0], [0.0], [1.0]])
    """

    __slots__ = ("_slices", "_whole", "dense_shape", "indices", "values")

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        if ACTIVE.listener is not None:
            ACTIVE.listener.escaped("it makes an IndexedSlices", (values, indices))
        self.op = None
        self.first = None
        self.second = ALONE
        self.token = None
        self.g = None
        self.values = values if isinstance(values, Tensor) else leaf(clean(values))
        self.indices = indices if isinstance(indices, Tensor) else leaf(clean(indices))
        dims = () if dense_shape is None else tuple(np.asarray(dense_shape).tolist())
        self.dense_shape: Tensor | None = None if dense_shape is None else leaf(clean(np.array(dims, np.int64)))
        self._slices = Slices(raw(self.values), raw(self.indices), dims)
        self._whole: Any = None

    @property
    def value(self) -> Any:
        """The whole array."""
        if self._whole is None:
            self._whole = clean(self._slices.dense(), copy=False)
        return self._whole

    @property
    def shape(self) -> TensorShape:
        """Shape of the whole array."""
        return TensorShape(self._slices.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy dtype."""
        found: np.dtype[Any] = self._slices.dtype
        return found

    def dense(self) -> Tensor:
        """The whole array as a plain tensor."""
        return leaf(self.value)

    def __repr__(self) -> str:
        return f"IndexedSlices(values={self.values!r}, indices={self.indices!r}, dense_shape={self._slices.shape})"

    __hash__ = object.__hash__
