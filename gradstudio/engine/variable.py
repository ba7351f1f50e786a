"""Variable: the only thing that is assigned to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.operators import Operators
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor, clean, leaf


class Variable(Operators):
    """A value that can be replaced; tapes watch it by themselves when it is read.

    initial_value: number, nested list, array or tensor; floats give float64 unless dtype says otherwise.
    trainable: False keeps tapes from watching it by themselves.
    Every value it takes is a leaf of its own, so a gradient uses the value that was read.
    """

    __slots__ = ("_current", "name", "trainable")

    def __init__(self, initial_value: Any, trainable: bool = True, name: str | None = None, dtype: Any = None) -> None:
        self.trainable = trainable
        self.name = name or ""
        self._current = leaf(clean(initial_value, dtype))
        if ACTIVE.recorder is not None:
            ACTIVE.recorder.variable(self, self._current)

    def read(self) -> Tensor:
        """The current value as a tensor; active tapes that watch variables start to follow it."""
        current = self._current
        for tape in ACTIVE.tapes:
            tape._accessed(self, current)
        return current

    value = read
    read_value = read

    def assign(self, value: Any) -> Variable:
        """Replace the value; shape must match, the dtype stays. No gradient flows through an assignment."""
        if isinstance(value, Tensor) and value.token is not None:
            for tape in ACTIVE.tapes:
                tape.lost(value, "assign", "assign()")
            value = value.value
        fresh = clean(value, self.dtype)
        if shapes.shape(fresh) != self.shape:
            raise ValueError(
                f"assign: the variable has shape {shapes.text(self.shape)}, "
                f"the new value {shapes.text(shapes.shape(fresh))}"
            )
        self._current = leaf(fresh)
        if ACTIVE.recorder is not None:
            ACTIVE.recorder.variable(self, self._current)
        return self

    def assign_add(self, delta: Any) -> Variable:
        """Add to the value."""
        return self.assign(self._plain() + _value(delta))

    def assign_sub(self, delta: Any) -> Variable:
        """Subtract from the value."""
        return self.assign(self._plain() - _value(delta))

    def _plain(self) -> Any:
        return np.asarray(self._current.value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape as a tuple of int."""
        return self._current.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy dtype."""
        return self._current.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self._current.ndim

    @property
    def size(self) -> int:
        """Number of elements."""
        return self._current.size

    def numpy(self) -> Any:
        """A copy of the current value as a NumPy array or scalar."""
        return self._current.numpy()

    def item(self) -> Any:
        """The single element as a Python number."""
        return self._current.item()

    def tolist(self) -> Any:
        """Nested lists of Python numbers."""
        return self._current.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self._current.__array__(dtype, copy)

    def __float__(self) -> float:
        return float(self._current)

    def __int__(self) -> int:
        return int(self._current)

    def __bool__(self) -> bool:
        return bool(self._current)

    def __len__(self) -> int:
        return len(self._current)

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("a scalar variable cannot be iterated over")
        return (self[i] for i in range(self.shape[0]))

    def __format__(self, spec: str) -> str:
        return format(self._current, spec)

    def __str__(self) -> str:
        return str(self._current)

    def __repr__(self) -> str:
        return repr(self._current).replace("Tensor(", "Variable(", 1)

    __hash__ = object.__hash__


def _value(x: Any) -> Any:
    return x.numpy() if hasattr(x, "numpy") else x
