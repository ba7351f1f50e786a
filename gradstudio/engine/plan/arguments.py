"""The arguments of a call: which of their leaves a plan takes as inputs, and the key that says which plan fits."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstudio.engine.structure import _SEQUENCES, _keys, flatten, rebuild
from gradstudio.engine.tensor import FLOAT64, Tensor, clean, leaf
from gradstudio.engine.variable import Variable

_WIDEST = {"b": 1, "i": 8, "u": 8, "f": 8, "c": 16}
"""Kind of dtype -> bytes of the widest number that a tensor holds."""


class UnplannableError(Exception):
    """An argument that no plan takes: arrays of another library, batches, gradients by rows."""


@dataclass(slots=True)
class Arguments:
    """The leaves of a call that plans take as inputs, and the key of the plans that fit it."""

    floats: bool  # whether Python's own floats are inputs
    parts: list[Any] = field(default_factory=list)  # of the key, hashable ones if there is a plan for it
    values: list[Any] = field(default_factory=list)  # raw: Python floats, NumPy scalars, arrays
    given: list[Any] = field(default_factory=list)  # the same as they were given: tensors, arrays, numbers

    @property
    def key(self) -> Hashable:
        """Equal for calls that the same plans fit. The same tensor in two places counts: gradients see it."""
        held = [id(x) for x in self.given if type(x) is Tensor]
        if len(set(held)) < len(held):
            return (*self.parts, *[held.index(n) for n in held])
        return tuple(self.parts)

    def fresh(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any, list[Tensor]]:
        """args and kwargs with a new tensor for each input, and those tensors; one given twice stays one."""
        made: dict[int, Tensor] = {}
        tensors: list[Tensor] = []
        for value, x in zip(self.values, self.given, strict=True):
            tensors.append(made.setdefault(id(x), leaf(value)) if type(x) is Tensor else leaf(clean(value)))
        ready = iter(tensors)
        every = iter([next(ready) if is_input(x, self.floats) else x for x in flatten((args, kwargs))])
        found = rebuild((args, kwargs), lambda: next(every))
        return found[0], found[1], tensors


def read(args: tuple[Any, ...], kwargs: dict[str, Any], floats: bool) -> Arguments:
    """Look at the arguments of a call.

    Tensors, arrays and floating NumPy scalars are inputs, and Python's floats with floats=True. Everything else, whole
    numbers included, belongs to the key by its value (objects by their identity). Raises UnplannableError.
    """
    found = Arguments(floats)
    _read_list(args, found)
    if kwargs:
        _read_dict(kwargs, found)
    return found


def is_input(x: Any, floats: bool) -> bool:
    """Whether read() takes a leaf as an input."""
    return type(x) in _INPUTS and (floats or type(x) is not float)


def _read(x: Any, found: Arguments) -> None:
    kind = type(x)
    reader = _READERS.get(kind)
    if reader is not None:
        reader(x, found)
    elif isinstance(x, _SEQUENCES):
        _read_list(x, found)
    elif isinstance(x, dict):
        _read_dict(x, found)
    elif isinstance(x, Tensor | np.ndarray):
        raise UnplannableError(f"an argument is of the kind {kind.__name__}")
    else:
        found.parts += (kind, x.ref() if isinstance(x, Variable) else repr(x) if kind is complex else x)


def _read_list(x: Any, found: Arguments) -> None:
    found.parts += (type(x), len(x))
    for item in x:
        _read(item, found)


def _read_dict(x: dict[Any, Any], found: Arguments) -> None:
    keys = _keys(x)
    found.parts += (type(x), tuple(keys))
    for key in keys:
        _read(x[key], found)


def _read_tensor(x: Tensor, found: Arguments) -> None:
    value = x.value
    if type(value) is float:
        found.parts.append(Tensor)
    elif type(value) is np.ndarray or isinstance(value, np.generic):
        found.parts += (Tensor, value.shape, value.dtype)
    else:
        raise UnplannableError("a tensor holds a batch, or lives on another device")
    found.values.append(value)
    found.given.append(x)


def _read_array(x: np.ndarray, found: Arguments) -> None:
    if x.dtype.itemsize > _WIDEST.get(x.dtype.kind, 0):
        raise UnplannableError(f"an argument is an array of {x.dtype}")
    found.parts += (np.ndarray, x.shape, x.dtype)
    found.values.append(x if x.ndim else float(x[()]) if x.dtype == FLOAT64 else x[()])
    found.given.append(x)


def _read_number(x: Any, found: Arguments) -> None:
    found.parts.append(type(x))
    if type(x) is float and not found.floats:
        found.parts.append(x.hex())  # 0.0 and -0.0 are equal
        return
    found.values.append(float(x) if type(x) is np.float64 else x)
    found.given.append(x)


_INPUTS: dict[type, Callable[[Any, Arguments], None]] = {
    Tensor: _read_tensor,
    np.ndarray: _read_array,
    **dict.fromkeys([float, np.float64, np.float32, np.float16, np.complex64, np.complex128], _read_number),
}
_READERS = {**_INPUTS, list: _read_list, tuple: _read_list, dict: _read_dict}
