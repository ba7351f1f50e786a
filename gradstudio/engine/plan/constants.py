"""The constants of a recording: each value once, and none that somebody else can change."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.plan.program import Program
from gradstudio.engine.tensor import Tensor, clean


class Constants:
    """Numbers for what a run uses besides its inputs."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._floats: dict[float, int] = {}  # Python's floats, of which there are most; those that are no zero
        self._numbers: dict[tuple[type, str], int] = {}  # Python's other numbers
        self._tensors: dict[int, tuple[Tensor, int]] = {}  # by id; the tensor is held so that the id stays its own
        self._arrays: dict[int, tuple[Any, Any, int]] = {}  # by id: the caller's array, our copy, its number

    def any(self, x: Any) -> int:
        """The number of an input of an op that depends on no input of the plan."""
        if type(x) is float and x:
            number = self._floats.get(x)
            if number is None:
                number = self._floats[x] = self._program.constant(x)
            return number
        if isinstance(x, Tensor):
            return self.tensor(x)
        if type(x) in (float, int, bool, complex):
            key = (type(x), repr(x))
            if key not in self._numbers:
                self._numbers[key] = self._program.constant(x)
            return self._numbers[key]
        if isinstance(x, np.ndarray):
            return self._array(x)
        return self._program.constant(clean(x) if isinstance(x, list | tuple) else x)

    def tensor(self, t: Tensor) -> int:
        """The number of a tensor's value."""
        known = self._tensors.get(id(t))
        if known is None:
            held = t.value
            number = self._program.constant(np.float64(held) if type(held) is float else read_only(held))
            known = self._tensors[id(t)] = (t, number)
        return known[1]

    def _array(self, x: np.ndarray) -> int:
        known = self._arrays.get(id(x))
        if known is None or not same_value(known[1], x):
            copy = x if x.flags.owndata and not x.flags.writeable else read_only(x.copy())
            known = self._arrays[id(x)] = (x, copy, self._program.constant(copy))
        return known[2]


def read_only(x: Any) -> Any:
    """An array that cannot be written through this reference; anything else as it is."""
    if type(x) is not np.ndarray or not x.flags.writeable:
        return x
    view = x.view()
    view.flags.writeable = False
    return view


def copied(x: Any) -> Any:
    """A raw value that nobody else can change."""
    return x.copy() if isinstance(x, np.ndarray) else x


def same_value(x: Any, y: Any) -> bool:
    """Whether two raw values are the same, NaN included: a guard that saw x would see y as well."""
    if type(x) is float and type(y) is float:
        return x == y if x == x else y != y
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape or x.dtype != y.dtype:
        return False
    return bool(np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"))
