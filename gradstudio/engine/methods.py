"""NumPy's methods of arrays, for anything that holds a value: each is one op of the table, with NumPy's defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.primitive import TABLE


class Methods:
    """t.sum(), t.reshape(...) and the like."""

    __slots__ = ()

    shape: Any
    ndim: Any

    def _ready(self, name: str, dtype: Any, out: Any) -> Any:
        if out is not None:
            raise TypeError(f"{name}() cannot write in place: leave out= away and assign the result")
        return self if dtype is None else TABLE["cast"](self, dtype=dtype)

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Sum over axis."""
        return TABLE["sum"](self._ready("sum", dtype, out), axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Mean over axis."""
        return TABLE["mean"](self._ready("mean", dtype, out), axis=axis, keepdims=keepdims)

    def prod(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Product over axis."""
        return TABLE["prod"](self._ready("prod", dtype, out), axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Largest element over axis."""
        return TABLE["max"](self._ready("max", None, out), axis=axis, keepdims=keepdims)

    def min(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Smallest element over axis."""
        return TABLE["min"](self._ready("min", None, out), axis=axis, keepdims=keepdims)

    def std(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        """Standard deviation over axis, dividing by n - ddof."""
        return TABLE["std"](self._ready("std", dtype, out), axis=axis, keepdims=keepdims, ddof=ddof)

    def var(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        """Variance over axis, dividing by n - ddof."""
        return TABLE["var"](self._ready("var", dtype, out), axis=axis, keepdims=keepdims, ddof=ddof)

    def any(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Whether any element over axis is true."""
        return TABLE["any"](self._ready("any", None, out), axis=axis, keepdims=keepdims)

    def all(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Whether all elements over axis are true."""
        return TABLE["all"](self._ready("all", None, out), axis=axis, keepdims=keepdims)

    def argmax(self, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """Position of the largest element along axis, of all elements in a line by default."""
        found = TABLE["argmax"](self._ready("argmax", None, out), axis=axis)
        return self._kept(found, axis) if keepdims else found

    def argmin(self, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """Position of the smallest element along axis, of all elements in a line by default."""
        found = TABLE["argmin"](self._ready("argmin", None, out), axis=axis)
        return self._kept(found, axis) if keepdims else found

    def _kept(self, found: Any, axis: Any) -> Any:
        if axis is None:
            return TABLE["reshape"](found, shape=(1,) * self.ndim)
        return TABLE["expand_dims"](found, axis=axis)

    def argsort(self, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
        """Positions that would sort along axis."""
        return TABLE["argsort"](self, axis=axis)

    def cumsum(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Running sum along axis, of all elements in a line by default."""
        return TABLE["cumsum"](self._ready("cumsum", dtype, out), axis=axis)

    def cumprod(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Running product along axis, of all elements in a line by default."""
        return TABLE["cumprod"](self._ready("cumprod", dtype, out), axis=axis)

    def dot(self, b: Any, out: Any = None) -> Any:
        """Dot product as NumPy defines it."""
        return TABLE["dot"](self._ready("dot", None, out), b)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Any:
        """Sum of the diagonal of the matrices that two axes make."""
        return np.trace(self._ready("trace", dtype, out), offset, axis1, axis2)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """Diagonal of the matrices that two axes make, along a new last axis."""
        return TABLE["diagonal"](self, offset=offset, axis1=axis1, axis2=axis2)

    def reshape(self, *dims: Any, order: str = "C") -> Any:
        """The same elements in another shape; one axis may be -1."""
        if order != "C":
            raise TypeError('reshape: only order="C" is available: transpose first for another order')
        return TABLE["reshape"](self, shape=dims[0] if len(dims) == 1 else dims)

    def ravel(self, order: str = "C") -> Any:
        """All elements along one axis."""
        return Methods.reshape(self, -1, order=order)

    flatten = ravel

    def transpose(self, *order: Any) -> Any:
        """Axes in another order; reversed if none is given."""
        chosen = order[0] if len(order) == 1 and not isinstance(order[0], int) else (order or None)
        return TABLE["transpose"](self, axes=chosen)

    @property
    def T(self) -> Any:
        """Transpose: the axes in reverse order."""
        return TABLE["transpose"](self)

    @property
    def mT(self) -> Any:
        """Transpose of each matrix: the last two axes exchanged."""
        return TABLE["swapaxes"](self, axis1=-1, axis2=-2)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """Two axes exchanged."""
        return TABLE["swapaxes"](self, axis1=axis1, axis2=axis2)

    def squeeze(self, axis: Any = None) -> Any:
        """Without axes of length 1."""
        return TABLE["squeeze"](self, axis=axis)

    def repeat(self, repeats: Any, axis: Any = None) -> Any:
        """Each element repeated in its place; without axis all of them, in a line."""
        return TABLE["repeat"](self, repeats=repeats, axis=axis)

    def take(self, indices: Any, axis: Any = None, out: Any = None, mode: str = "raise") -> Any:
        """Elements at whole-number positions along axis, of all elements in a line by default."""
        return TABLE["take"](self._ready("take", None, out), indices, axis=axis, mode=mode)

    def nonzero(self) -> tuple[Any, ...]:
        """Where the elements are that are not zero: an array of positions for each axis, a tuple."""
        places = TABLE["argwhere"](self)
        return tuple([places[:, i] for i in range(places.shape[1])])

    def astype(
        self, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        """The same numbers in another dtype."""
        return TABLE["cast"](self, dtype=dtype)

    def copy(self, order: str = "C") -> Any:
        """The same value; a tensor never changes, so nothing is copied."""
        return TABLE["identity"](self)

    def clip(self, min: Any = None, max: Any = None, out: Any = None) -> Any:
        """Elements limited to min..max; None: no limit on that side."""
        return TABLE["clip"](self._ready("clip", None, out), min, max)

    def round(self, decimals: int = 0, out: Any = None) -> Any:
        """Elements rounded to so many decimals; no gradient passes."""
        return TABLE["round"](self._ready("round", None, out), decimals=decimals)

    def conj(self) -> Any:
        """Complex conjugate."""
        return TABLE["conj"](self)

    conjugate = conj

    @property
    def real(self) -> Any:
        """Real part."""
        return TABLE["real"](self)

    @property
    def imag(self) -> Any:
        """Imaginary part."""
        return TABLE["imag"](self)

    def get_shape(self) -> tuple[int, ...]:
        """Shape as a tuple of int."""
        found: tuple[int, ...] = self.shape
        return found
