"""Tensor: an immutable value that is at the same time the node of the tape that recorded it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.operators import Operators
from gradstudio.engine.primitive import Primitive

FLOAT64 = np.dtype(np.float64)
INT64 = np.dtype(np.int64)
BOOL = np.dtype(np.bool_)
_KINDS = "biufc"


class _Mark:
    """A value that no program can hold."""


ALONE, SEVERAL = _Mark(), _Mark()
NO_PARAMS: dict[str, Any] = {}
"""The parameters of every node that has none; never written to."""


class Tensor(Operators):
    """A value on its way through a computation.

    A float64 scalar is kept as a Python float (three times as fast as a 0-d array); everything else is a NumPy array
    or scalar. `token` says which tapes follow this tensor: None, the token of one, or a tuple of tokens.
    """

    __slots__ = ("first", "g", "op", "params", "record", "second", "token", "value")

    value: Any
    op: Primitive | None  # None: a leaf
    first: Any  # the first input; None for a leaf and where no tape will ask
    second: Any  # the second input, ALONE if there is none, SEVERAL if `first` is a tuple of all inputs
    params: dict[str, Any]
    token: Any
    g: Any  # cotangent while a sweep is under way, else None
    record: int  # number in the active recorder, -1 if none

    @property
    def inputs(self) -> tuple[Any, ...]:
        """What the op was applied to: tensors, arrays and numbers; () for a leaf."""
        second = self.second
        if second is SEVERAL:
            several: tuple[Any, ...] = self.first
            return several
        if second is ALONE:
            return () if self.first is None else (self.first,)
        return (self.first, second)

    def forget(self) -> None:
        """Drop the inputs: nothing will ask for them again."""
        self.first = None
        self.second = ALONE

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape as a tuple of int; () for a scalar."""
        return self.value.shape if type(self.value) is not float else ()

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy dtype; float64 for Python floats."""
        return FLOAT64 if type(self.value) is float else self.value.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return 1 if type(self.value) is float else int(self.value.size)

    def numpy(self) -> Any:
        """A copy as a NumPy array, or a NumPy scalar where there is one element and no axis. Leaves the tape."""
        if type(self.value) is float:
            return np.float64(self.value)
        return self.value.copy() if isinstance(self.value, np.ndarray) else self.value

    def item(self) -> Any:
        """The single element as a Python number. Raises ValueError if there are several."""
        return self.value if type(self.value) is float else self.value.item()

    def tolist(self) -> Any:
        """Nested lists of Python numbers."""
        return self.value if type(self.value) is float else self.value.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = np.asarray(self.value, dtype=dtype)
        return array.copy() if copy or array is self.value else array

    def __float__(self) -> float:
        return float(self._single("float"))

    def __int__(self) -> int:
        return int(self._single("int"))

    def __index__(self) -> int:
        if self.dtype.kind not in "iu" or self.shape:
            raise TypeError(f"only an integer scalar can be an index, not {self._brief()}; convert it with int(...)")
        return int(self.value)

    def __trunc__(self) -> int:
        return int(self)

    def __complex__(self) -> complex:
        return complex(self._single("complex"))

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {shapes.text(self.shape)} is ambiguous: use gs.all(...) or gs.any(...)"
            )
        return bool(self.value) if type(self.value) is float else bool(self.value.item())

    def _single(self, name: str) -> Any:
        if self.size != 1:
            raise TypeError(f"{name}() needs one element, not {self._brief()}; reduce it first, e.g. with gs.sum(...)")
        return self.item()

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar tensor has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("a scalar tensor cannot be iterated over")
        return (self[i] for i in range(self.shape[0]))

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec and self.size == 1 else str(self) if not spec else format(self, "")

    def _brief(self) -> str:
        return f"a {self.dtype} tensor of shape {shapes.text(self.shape)}"

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        body = np.array2string(np.asarray(self.value), separator=", ", threshold=60, precision=6)
        return f"Tensor({body}, shape={self.shape}, dtype={self.dtype})"

    __hash__ = object.__hash__


def leaf(value: Any) -> Tensor:
    """Wrap a clean value (see `clean`) as a tensor that no tape follows."""
    t: Tensor = object.__new__(Tensor)
    t.value = value
    t.op = None
    t.first = None
    t.second = ALONE
    t.params = NO_PARAMS
    t.token = None
    t.g = None
    t.record = -1
    return t


def clean(value: Any, dtype: Any = None, copy: bool = True) -> Any:
    """Bring a number, sequence, array or tensor to the form a Tensor keeps.

    Raises TypeError for anything that is not numeric, ValueError for ragged sequences.
    """
    if type(value) is float and dtype is None:
        return value
    if isinstance(value, list | tuple):
        value = _plain(value)
    elif hasattr(value, "numpy") and not isinstance(value, np.ndarray):
        value = value.numpy()
    try:
        array = np.array(value, dtype=dtype) if copy else np.asarray(value, dtype=dtype)
    except ValueError:
        raise ValueError("cannot make one array of this: its rows differ in length or depth") from None
    if array.dtype.kind not in _KINDS:
        raise TypeError(f"only numbers can be a tensor, not {type(value).__name__} values ({str(value)[:40]!r})")
    if array.dtype == np.longdouble or array.dtype.itemsize == 32:
        array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    if array.ndim:
        array.flags.writeable = False if copy else array.flags.writeable
        return array
    scalar = array[()]
    return float(scalar) if array.dtype == FLOAT64 else scalar


def _plain(items: Any) -> Any:
    """Nested lists with tensors replaced by their values, without recursion limits in practice (nesting is shallow)."""
    return [_plain(x) if isinstance(x, list | tuple) else x.numpy() if hasattr(x, "numpy") else x for x in items]


def raw(x: Any) -> Any:
    """The value of a tensor as NumPy sees it: float64 scalars as np.float64, so that promotion is NumPy's."""
    if isinstance(x, Tensor):
        value = x.value
        return np.float64(value) if type(value) is float else value
    return x
