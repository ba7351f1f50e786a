"""A run's values as plain numbers and nested lists, for machines; what would be too much is left out and named."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradstudio.engine.batching import Batched
from gradstudio.engine.problem import Problem
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable

NUMBERS = 500_000
"""The most that a run gives away in all, so that no file makes a flood of them."""

_DEPTH = 6


class PlainValues:
    """Turns values into plain ones while there is room."""

    def __init__(self, room: int = NUMBERS) -> None:
        self._room = room
        self._left_out: dict[str, None] = {}

    def of(self, named: Mapping[str, Any]) -> dict[str, object]:
        """Those of the values that are numbers, tensors or lists of them; complex numbers become pairs."""
        found: dict[str, object] = {}
        for name, value in named.items():
            plain = self._named(name, value)
            if plain is not None:
                found[name] = plain
        return found

    def gradients(self, row: Mapping[str, Any]) -> dict[str, object]:
        """The same for the gradients of a sweep, where None stays None."""
        found: dict[str, object] = {}
        for name, value in row.items():
            plain = None if value is None else self._named(name, value)
            if value is None or plain is not None:
                found[name] = plain
        return found

    def note(self) -> tuple[Problem, ...]:
        """What was left out, as a note."""
        if not self._left_out:
            return ()
        names = ", ".join(list(self._left_out)[:6]) + (", ..." if len(self._left_out) > 6 else "")
        return (Problem("info", "output", f"left out, as all values may have {NUMBERS:,} numbers together: {names}"),)

    def _named(self, name: str, value: Any) -> object:
        room = self._room
        try:
            return self._plain(value, 0)
        except _Full:
            self._room = room
            self._left_out[name[:60]] = None
            return None

    def _plain(self, value: Any, depth: int) -> object:
        if isinstance(value, bool | int):
            self._take(1)
            return value if value.bit_length() < 63 else float(value) if value.bit_length() < 1000 else math.inf
        if isinstance(value, float):
            self._take(1)
            return float(value)
        if isinstance(value, Tensor) and type(value.value) is Batched:
            return None  # it stands for a whole batch, and the vmap that it belongs to is over
        if isinstance(value, Tensor | Variable | np.ndarray | np.generic):
            array = np.asarray(value)
            if array.dtype.kind not in "biufc":
                return None
            self._take(max(1, array.size))
            return (np.stack([array.real, array.imag], -1) if array.dtype.kind == "c" else array).tolist()
        if isinstance(value, list | tuple) and depth < _DEPTH:
            self._take(1)
            parts = []
            for part in value:
                plain = self._plain(part, depth + 1)
                if plain is None:
                    return None
                parts.append(plain)
            return parts
        return None

    def _take(self, count: int) -> None:
        self._room -= count
        if self._room < 0:
            raise _Full


class _Full(Exception):
    """There is no room left."""
