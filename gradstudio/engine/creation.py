"""Making tensors from numbers: creators under NumPy's and TensorFlow's names."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.operators import OTHERS
from gradstudio.engine.primitive import op
from gradstudio.engine.tensor import Tensor, clean, made
from gradstudio.engine.variable import Variable


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor from a number, nested list or array; Python floats give float64 unless dtype says otherwise.

    Whole numbers give int64; an array keeps its dtype and is copied. shape: repeat one number to this shape, or lay
    out as many as it holds. Raises TypeError for what is not numeric, ValueError for ragged lists and for a shape that
    does not fit.

    Example:
        >>> gs.constant([[1, 2], [3, 4]], dtype=gs.float32).tolist()
        [[1.0, 2.0], [3.0, 4.0]]
        >>> gs.constant(7, shape=(2, 2)).tolist()
        [[7, 7], [7, 7]]
    """
    if shape is not None:
        array = np.asarray(clean(value, dtype))
        return made(np.broadcast_to(array, shape) if array.size == 1 else array.reshape(shape))
    return made(value, dtype)


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """A tensor from anything numeric; a tensor of the right dtype is returned as it is.

    A Variable is read (and watched), an IndexedSlices becomes the whole array, and a tensor of another dtype is cast,
    through which gradients pass. Raises what constant raises.

    Example:
        >>> x = gs.convert_to_tensor(np.array([1.0, 2.0]))
        >>> x.tolist(), gs.convert_to_tensor(x) is x
        ([1.0, 2.0], True)
    """
    if isinstance(value, Variable):
        value = value.read_value()
    if hasattr(value, "dense"):  # IndexedSlices
        value = value.dense()
    if isinstance(value, Tensor):
        return value if dtype is None or value.dtype == np.dtype(dtype) else op.cast(value, dtype=np.dtype(dtype))
    return made(value, dtype)


def ones(shape: Any, dtype: Any = np.float64) -> Tensor:
    """Ones of a shape: a number, list, tuple or integer tensor. Raises ValueError for a negative length.

    Example:
        >>> gs.ones((2, 3)).tolist()
        [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    return made(np.ones(shape, dtype))


def zeros(shape: Any, dtype: Any = np.float64) -> Tensor:
    """Zeros of a shape: a number, list, tuple or integer tensor. Raises ValueError for a negative length.

    Example:
        >>> gs.zeros(3, dtype=gs.int64).tolist()
        [0, 0, 0]
    """
    return made(np.zeros(shape, dtype))


def fill(dims: Any, value: Any) -> Tensor:
    """A value repeated to the shape dims, in its own dtype: TensorFlow's order of arguments, see full.

    Raises ValueError for a value that does not broadcast to dims.

    Example:
        >>> gs.fill((2, 2), 9).tolist()
        [[9, 9], [9, 9]]
    """
    return made(np.full(dims, np.asarray(value)))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A value repeated to a shape, in its own dtype unless dtype says otherwise; a constant without gradient.

    Raises ValueError for a value that does not broadcast to the shape.

    Example:
        >>> gs.full(3, 0.5).tolist()
        [0.5, 0.5, 0.5]
    """
    return made(np.full(shape, np.asarray(fill_value), dtype))


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A value repeated to the shape of x, in its dtype unless dtype says otherwise; a constant without gradient.

    As in NumPy 3.7 becomes 3 where x holds whole numbers. Raises what full and convert_to_tensor raise.

    Example:
        >>> gs.full_like([[1.0, 2.0]], 5.0).tolist()
        [[5.0, 5.0]]
    """
    t = convert_to_tensor(x)
    return made(np.full(t.shape, np.asarray(fill_value), dtype or t.dtype))


OTHERS.update(full_like=full_like)


def eye(n: int, m: int | None = None, dtype: Any = np.float64) -> Tensor:
    """The identity matrix of n rows and m (n) columns. Raises ValueError for a negative number.

    Example:
        >>> gs.eye(2, 3).tolist()
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    return made(np.eye(n, m, dtype=dtype))


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Tensor:
    """Evenly stepped numbers from start (0) up to but without stop, shape (n,): int64 if all three are whole numbers.

    `range` is TensorFlow's name of it. Raises ValueError for a step of 0.

    Example:
        >>> gs.arange(4).tolist(), gs.arange(0.0, 1.0, 0.25).tolist()
        ([0, 1, 2, 3], [0.0, 0.25, 0.5, 0.75])
    """
    first, last = (0, start) if stop is None else (start, stop)
    if not _number(step):
        raise ValueError("arange: a step of 0 never gets to the end")
    return made(np.arange(_number(first), _number(last), _number(step), dtype=dtype))


def linspace(start: Any, stop: Any, num: int = 50) -> Tensor:
    """num evenly spaced numbers from start to stop, both included."""
    return made(np.linspace(_number(start), _number(stop), int(num)))


def shape(input: Any) -> Tensor:
    """The shape of a value as an int64 tensor, (number of axes,); x.shape gives it as a tuple.

    Example:
        >>> gs.shape(gs.zeros((2, 3))).tolist()
        [2, 3]
    """
    return made(np.array(_dims(input), dtype=np.int64))


def size(input: Any) -> Tensor:
    """How many elements a value has, as an int64 scalar; x.size gives it as an int.

    Example:
        >>> gs.size(gs.zeros((2, 3))).item()
        6
    """
    return made(np.int64(np.prod(_dims(input), dtype=np.int64)))


def rank(input: Any) -> Tensor:
    """How many axes a value has, as an int64 scalar; x.ndim gives it as an int.

    Example:
        >>> gs.rank(gs.zeros((2, 3))).item()
        2
    """
    return made(np.int64(len(_dims(input))))


def is_tensor(x: Any) -> bool:
    """Whether x is a Tensor or Variable.

    Example:
        >>> gs.is_tensor(gs.constant(1.0)), gs.is_tensor(np.ones(2)), gs.is_tensor(1.0)
        (True, False, False)
    """
    return isinstance(x, Tensor | Variable)


def _number(x: Any) -> Any:
    return x.item() if isinstance(x, Tensor | Variable) else x


def _dims(x: Any) -> tuple[int, ...]:
    """The shape of a value; a tensor is only looked at, so it does not leave its tape."""
    found: tuple[int, ...] = tuple(x.shape if isinstance(x, Tensor | Variable) else np.shape(x))
    return found
