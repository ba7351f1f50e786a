"""Python's operators and NumPy's protocols, shared by Tensor and Variable: each is one op of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.primitive import NAMES, TABLE

_PLAIN = frozenset(
    "allclose array_equal array_repr array_str array2string isclose shape ndim size result_type may_share_memory "
    "shares_memory copyto iscomplexobj isrealobj save savez".split()
)
"""NumPy functions that look at values without computing anything a gradient could pass: they take plain arrays."""

_SPELLED = {
    "true_divide": "divide",
    "absolute": "abs",
    "float_power": "power",
    "fabs": "abs",
    "amax": "max",
    "amin": "min",
}
_REDUCED = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}


OTHERS: dict[str, Callable[..., Any]] = {}
"""NumPy functions that are no ops but have a form for tensors (ones_like, hstack); filled where they are defined."""


class Operators:
    """Arithmetic, comparison, indexing and NumPy functions on anything that holds a value."""

    __slots__ = ()
    __array_priority__ = 1000.0

    def __add__(self, other: Any) -> Any:
        return TABLE["add"](self, other)

    def __radd__(self, other: Any) -> Any:
        return TABLE["add"](other, self)

    def __sub__(self, other: Any) -> Any:
        return TABLE["subtract"](self, other)

    def __rsub__(self, other: Any) -> Any:
        return TABLE["subtract"](other, self)

    def __mul__(self, other: Any) -> Any:
        return TABLE["multiply"](self, other)

    def __rmul__(self, other: Any) -> Any:
        return TABLE["multiply"](other, self)

    def __truediv__(self, other: Any) -> Any:
        return TABLE["divide"](self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return TABLE["divide"](other, self)

    def __floordiv__(self, other: Any) -> Any:
        return TABLE["floor_divide"](self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return TABLE["floor_divide"](other, self)

    def __mod__(self, other: Any) -> Any:
        return TABLE["mod"](self, other)

    def __rmod__(self, other: Any) -> Any:
        return TABLE["mod"](other, self)

    def __pow__(self, other: Any) -> Any:
        return TABLE["power"](self, other)

    def __rpow__(self, other: Any) -> Any:
        return TABLE["power"](other, self)

    def __matmul__(self, other: Any) -> Any:
        return TABLE["matmul"](self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return TABLE["matmul"](other, self)

    def __neg__(self) -> Any:
        return TABLE["negative"](self)

    def __pos__(self) -> Any:
        return TABLE["identity"](self)

    def __abs__(self) -> Any:
        return TABLE["abs"](self)

    def __eq__(self, other: Any) -> Any:
        return False if other is None or isinstance(other, str) else TABLE["equal"](self, other)

    def __ne__(self, other: Any) -> Any:
        return True if other is None or isinstance(other, str) else TABLE["not_equal"](self, other)

    def __lt__(self, other: Any) -> Any:
        return TABLE["less"](self, other)

    def __le__(self, other: Any) -> Any:
        return TABLE["less_equal"](self, other)

    def __gt__(self, other: Any) -> Any:
        return TABLE["greater"](self, other)

    def __ge__(self, other: Any) -> Any:
        return TABLE["greater_equal"](self, other)

    def __and__(self, other: Any) -> Any:
        return TABLE["logical_and"](self, other)

    def __or__(self, other: Any) -> Any:
        return TABLE["logical_or"](self, other)

    def __rand__(self, other: Any) -> Any:
        return TABLE["logical_and"](other, self)

    def __ror__(self, other: Any) -> Any:
        return TABLE["logical_or"](other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __contains__(self, value: Any) -> bool:
        return bool(np.any(np.equal(np.asarray(self), np.asarray(value))))

    def __invert__(self) -> Any:
        return TABLE["logical_not"](self)

    __hash__ = object.__hash__

    def __getitem__(self, key: Any) -> Any:
        return TABLE["getitem"](self, key=key)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            "a tensor cannot be changed in place: build a new one with gs.where(condition, new, old), "
            "or use a Variable with assign(...)"
        )

    def __round__(self, digits: int = 0) -> Any:
        return TABLE["round"](self, decimals=digits)

    @property
    def T(self) -> Any:
        """Transpose: the axes in reverse order."""
        return TABLE["transpose"](self)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Sum over axis."""
        return TABLE["sum"](self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Mean over axis."""
        return TABLE["mean"](self, axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Largest element over axis."""
        return TABLE["max"](self, axis=axis, keepdims=keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Smallest element over axis."""
        return TABLE["min"](self, axis=axis, keepdims=keepdims)

    def std(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Standard deviation over axis."""
        return TABLE["std"](self, axis=axis, keepdims=keepdims)

    def var(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Variance over axis."""
        return TABLE["var"](self, axis=axis, keepdims=keepdims)

    def prod(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Product over axis."""
        return TABLE["prod"](self, axis=axis, keepdims=keepdims)

    def any(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Whether any element over axis is true."""
        return TABLE["any"](self, axis=axis, keepdims=keepdims)

    def all(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Whether all elements over axis are true."""
        return TABLE["all"](self, axis=axis, keepdims=keepdims)

    def argmax(self, axis: Any = None) -> Any:
        """Position of the largest element over axis."""
        return TABLE["argmax"](self, axis=axis)

    def argmin(self, axis: Any = None) -> Any:
        """Position of the smallest element over axis."""
        return TABLE["argmin"](self, axis=axis)

    def cumsum(self, axis: Any = None) -> Any:
        """Running sum along axis."""
        return TABLE["cumsum"](self, axis=axis)

    def dot(self, other: Any) -> Any:
        """Dot product as NumPy defines it."""
        return TABLE["dot"](self, other)

    def reshape(self, *dims: Any) -> Any:
        """The same elements in another shape; one axis may be -1."""
        return TABLE["reshape"](self, shape=dims[0] if len(dims) == 1 else dims)

    def ravel(self) -> Any:
        """All elements along one axis."""
        return TABLE["reshape"](self, shape=-1)

    flatten = ravel

    def transpose(self, *order: Any) -> Any:
        """Axes in another order; reversed if none is given."""
        chosen = order[0] if len(order) == 1 and not isinstance(order[0], int) else (order or None)
        return TABLE["transpose"](self, axes=chosen)

    def squeeze(self, axis: Any = None) -> Any:
        """Without axes of length 1."""
        return TABLE["squeeze"](self, axis=axis)

    def astype(self, dtype: Any) -> Any:
        """The same numbers in another dtype."""
        return TABLE["cast"](self, dtype=dtype)

    def clip(self, low: Any, high: Any) -> Any:
        """Elements limited to low..high."""
        return TABLE["clip"](self, low, high)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name = ufunc.__name__
        if kwargs.get("out") is not None:
            raise TypeError(
                f"np.{name} cannot write in place where a tensor takes part: leave out= away, "
                "or write a = a + t for a += t"
            )
        if method == "reduce" and name in _REDUCED:
            axis = kwargs.get("axis", 0)
            return TABLE[_REDUCED[name]](inputs[0], axis=axis, keepdims=bool(kwargs.get("keepdims", False)))
        found = NAMES.get(_SPELLED.get(name, name))
        if method != "__call__" or found is None:
            raise TypeError(
                f"np.{name}{'' if method == '__call__' else '.' + method} is not available on tensors: "
                "use t.numpy() to leave the tape, or an op that `gradstudio ops` lists"
            )
        return found(*inputs, **kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = function.__name__
        if name in _PLAIN:
            plain = [np.asarray(a) if isinstance(a, Operators) else a for a in args]
            return function(*plain, **kwargs)
        found = NAMES.get(_SPELLED.get(name, name)) or OTHERS.get(name)
        if found is None:
            raise TypeError(
                f"np.{name} is not available on tensors: use t.numpy() to leave the tape, "
                "or an op that `gradstudio ops` lists"
            )
        return found(*args, **{k: v for k, v in kwargs.items() if v is not np._NoValue})
