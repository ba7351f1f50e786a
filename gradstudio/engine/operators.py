"""Python's operators and NumPy's protocols, shared by Tensor and Variable: each is one op of the table."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import numpy_functions  # noqa: F401  (fills a table of the protocol)
from gradstudio.engine.methods import Methods
from gradstudio.engine.numpy_protocol import OTHERS, call, call_ufunc
from gradstudio.engine.primitive import TABLE


class Operators(Methods):
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
            "a tensor cannot be changed in place: build a new one with gs.tensor_scatter_nd_update(x, indices, "
            "updates) or gs.where(condition, new, old), or use a Variable with assign(...)"
        )

    def __round__(self, digits: int = 0) -> Any:
        return TABLE["round"](self, decimals=digits)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return call(function, args, kwargs, _plain)


def _plain(x: Any) -> Any:
    return np.asarray(x) if isinstance(x, Operators) else x


__all__ = ["OTHERS", "Operators"]
