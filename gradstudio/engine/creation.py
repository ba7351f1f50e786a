"""Making tensors from numbers: creators under NumPy's and TensorFlow's names."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.operators import OTHERS
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor, clean, leaf
from gradstudio.engine.variable import Variable


def _made(value: Any, dtype: Any = None) -> Tensor:
    t = leaf(clean(value, dtype))
    if ACTIVE.recorder is not None:
        ACTIVE.recorder.leaf(t)
    return t


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor from a number, nested list or array; Python floats give float64 unless dtype says otherwise.

    shape: fill this shape with the value. Raises TypeError for what is not numeric, ValueError for ragged lists.
    """
    if shape is not None:
        array = np.asarray(clean(value, dtype))
        return _made(np.broadcast_to(array, shape) if array.size == 1 else array.reshape(shape))
    return _made(value, dtype)


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """A tensor from anything numeric; a tensor of the right dtype is returned as it is."""
    if isinstance(value, Variable):
        value = value.read()
    if isinstance(value, Tensor) and (dtype is None or value.dtype == np.dtype(dtype)):
        return value
    return _made(value, dtype)


def ones(shape: Any, dtype: Any = np.float64) -> Tensor:
    """Ones of a shape."""
    return _made(np.ones(shape, dtype))


def zeros(shape: Any, dtype: Any = np.float64) -> Tensor:
    """Zeros of a shape."""
    return _made(np.zeros(shape, dtype))


def fill(dims: Any, value: Any) -> Tensor:
    """A value repeated to a shape."""
    return _made(np.full(dims, np.asarray(value)))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A value repeated to a shape."""
    return _made(np.full(shape, np.asarray(fill_value), dtype))


def ones_like(x: Any, dtype: Any = None) -> Tensor:
    """Ones of the shape and dtype of x."""
    return _made(np.ones_like(np.asarray(x), dtype))


def zeros_like(x: Any, dtype: Any = None) -> Tensor:
    """Zeros of the shape and dtype of x."""
    return _made(np.zeros_like(np.asarray(x), dtype))


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A value repeated to the shape of x, in its dtype unless dtype says otherwise."""
    return _made(np.full_like(np.asarray(x), np.asarray(fill_value), dtype))


OTHERS.update(ones_like=ones_like, zeros_like=zeros_like, full_like=full_like)


def eye(n: int, m: int | None = None, dtype: Any = np.float64) -> Tensor:
    """The identity matrix of n rows and m (n) columns."""
    return _made(np.eye(n, m, dtype=dtype))


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Tensor:
    """Evenly stepped numbers from start (0) up to but without stop."""
    first, last = (0, start) if stop is None else (start, stop)
    return _made(np.arange(_number(first), _number(last), _number(step), dtype=dtype))


def linspace(start: Any, stop: Any, num: int = 50) -> Tensor:
    """num evenly spaced numbers from start to stop, both included."""
    return _made(np.linspace(_number(start), _number(stop), int(num)))


def shape(input: Any) -> Tensor:
    """The shape of a value as an integer tensor."""
    return _made(np.array(np.shape(np.asarray(input)), dtype=np.int64))


def size(input: Any) -> Tensor:
    """How many elements a value has, as an integer tensor."""
    return _made(np.int64(np.asarray(input).size))


def rank(input: Any) -> Tensor:
    """How many axes a value has, as an integer tensor."""
    return _made(np.int64(np.asarray(input).ndim))


def is_tensor(x: Any) -> bool:
    """Whether x is a Tensor or Variable."""
    return isinstance(x, Tensor | Variable)


def _number(x: Any) -> Any:
    return x.item() if isinstance(x, Tensor | Variable) else x


class Random:
    """Seeded random tensors: the same seed gives the same numbers on every machine (NumPy's PCG64)."""

    def __init__(self, seed: int = 0) -> None:
        self._generator = np.random.default_rng(seed)

    def set_seed(self, seed: int) -> None:
        """Start the sequence again from a seed."""
        self._generator = np.random.default_rng(seed)

    def _source(self, seed: int | None) -> np.random.Generator:
        return self._generator if seed is None else np.random.default_rng(seed)

    def normal(
        self, shape: Any = (), mean: float = 0.0, stddev: float = 1.0, dtype: Any = np.float64, seed: int | None = None
    ) -> Tensor:
        """Normally distributed numbers."""
        return _made(self._source(seed).normal(mean, stddev, shape), dtype)

    def uniform(
        self,
        shape: Any = (),
        minval: float = 0.0,
        maxval: float = 1.0,
        dtype: Any = np.float64,
        seed: int | None = None,
    ) -> Tensor:
        """Numbers spread evenly over minval..maxval."""
        return _made(self._source(seed).uniform(minval, maxval, shape), dtype)


random = Random()
