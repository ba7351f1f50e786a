"""Making tensors from numbers: creators under NumPy's and TensorFlow's names."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.operators import OTHERS
from gradstudio.engine.tensor import Tensor, clean, made
from gradstudio.engine.variable import Variable


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor from a number, nested list or array; Python floats give float64 unless dtype says otherwise.

    shape: fill this shape with the value. Raises TypeError for what is not numeric, ValueError for ragged lists.
    """
    if shape is not None:
        array = np.asarray(clean(value, dtype))
        return made(np.broadcast_to(array, shape) if array.size == 1 else array.reshape(shape))
    return made(value, dtype)


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """A tensor from anything numeric; a tensor of the right dtype is returned as it is."""
    if isinstance(value, Variable):
        value = value.read_value()
    if hasattr(value, "dense"):  # IndexedSlices
        value = value.dense()
    if isinstance(value, Tensor) and (dtype is None or value.dtype == np.dtype(dtype)):
        return value
    return made(value, dtype)


def ones(shape: Any, dtype: Any = np.float64) -> Tensor:
    """Ones of a shape."""
    return made(np.ones(shape, dtype))


def zeros(shape: Any, dtype: Any = np.float64) -> Tensor:
    """Zeros of a shape."""
    return made(np.zeros(shape, dtype))


def fill(dims: Any, value: Any) -> Tensor:
    """A value repeated to a shape."""
    return made(np.full(dims, np.asarray(value)))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A value repeated to a shape."""
    return made(np.full(shape, np.asarray(fill_value), dtype))


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A value repeated to the shape of x, in its dtype unless dtype says otherwise."""
    t = convert_to_tensor(x)
    return made(np.full(t.shape, np.asarray(fill_value), dtype or t.dtype))


OTHERS.update(full_like=full_like)


def eye(n: int, m: int | None = None, dtype: Any = np.float64) -> Tensor:
    """The identity matrix of n rows and m (n) columns."""
    return made(np.eye(n, m, dtype=dtype))


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Tensor:
    """Evenly stepped numbers from start (0) up to but without stop."""
    first, last = (0, start) if stop is None else (start, stop)
    return made(np.arange(_number(first), _number(last), _number(step), dtype=dtype))


def linspace(start: Any, stop: Any, num: int = 50) -> Tensor:
    """num evenly spaced numbers from start to stop, both included."""
    return made(np.linspace(_number(start), _number(stop), int(num)))


def shape(input: Any) -> Tensor:
    """The shape of a value as an integer tensor."""
    return made(np.array(_dims(input), dtype=np.int64))


def size(input: Any) -> Tensor:
    """How many elements a value has, as an integer tensor."""
    return made(np.int64(np.prod(_dims(input), dtype=np.int64)))


def rank(input: Any) -> Tensor:
    """How many axes a value has, as an integer tensor."""
    return made(np.int64(len(_dims(input))))


def is_tensor(x: Any) -> bool:
    """Whether x is a Tensor or Variable."""
    return isinstance(x, Tensor | Variable)


def _number(x: Any) -> Any:
    return x.item() if isinstance(x, Tensor | Variable) else x


def _dims(x: Any) -> tuple[int, ...]:
    """The shape of a value; a tensor is only looked at, so it does not leave its tape."""
    found: tuple[int, ...] = tuple(x.shape if isinstance(x, Tensor | Variable) else np.shape(x))
    return found
