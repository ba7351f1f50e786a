"""Workload: what one benchmark declares, and how the gradients of its contenders are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Arrays = tuple[Any, ...]
Run = Callable[[], Any]
"""One turn of a contender: computes and gives the gradients, one for each parameter."""
Recorder = Callable[[], Run]
"""Computes forward and gives what walks back: between the two calls everything that was recorded is alive."""


@dataclass(frozen=True, slots=True)
class Data:
    """What all contenders of a workload start from.

    params: arrays to differentiate with respect to. constants: arrays, and plain values such as a number of steps.
    fresh: tensors of the parameters are made anew in every turn instead of once.
    """

    params: Arrays
    constants: Arrays = ()
    fresh: bool = False


Builder = Callable[[Data], Run]


@dataclass(frozen=True, slots=True)
class Workload:
    """One benchmark: its data, in full and in small, and its contenders by name.

    "floor" is hand-written NumPy, "ours" the eager tape, "replay" a replayed plan; the others belong to the libraries
    of contenders.LIBRARY. A contender that does not exist is not listed.
    """

    name: str
    title: str
    data: Callable[[], Data]
    small: Callable[[], Data]
    contenders: Mapping[str, Builder]
    ops: int = 0  # operations in the forward pass, where time or bytes per op are told
    is_large: bool = False  # page faults count: measured with both allocators
    is_timed: bool = True
    recorders: Mapping[str, Callable[[Data], Recorder]] = field(default_factory=dict)  # for bytes per op
    layouts: Mapping[str, Callable[[list[np.ndarray]], list[np.ndarray]]] = field(default_factory=dict)
    """For a contender that keeps its arrays in another order of axes: its gradients as the floor has them."""

    def gradients(self, name: str, result: Any) -> list[np.ndarray]:
        """What a contender's turn gave, as float64 arrays of their own in the floor's order of axes."""
        parts = result if isinstance(result, list | tuple) else [result]
        arrays = [np.array(part, np.float64) for part in parts]
        return self.layouts[name](arrays) if name in self.layouts else arrays


class Disagreement(ValueError):
    """A contender's gradients are not the floor's."""


def compare(found: list[np.ndarray], expected: list[np.ndarray], tolerance: float) -> None:
    """Raise Disagreement unless each array lies within tolerance, relative to the largest expected element."""
    if len(found) != len(expected):
        raise Disagreement(f"{len(found)} gradients instead of {len(expected)}")
    for number, (mine, theirs) in enumerate(zip(found, expected, strict=True)):
        if mine.size != theirs.size:
            raise Disagreement(f"gradient {number} has shape {mine.shape} instead of {theirs.shape}")
        error = float(np.max(np.abs(mine.reshape(-1) - theirs.reshape(-1)))) / (float(np.max(np.abs(theirs))) + 1e-300)
        if not error <= tolerance:
            raise Disagreement(f"gradient {number} is off by {error:.1e} of its largest element")


def tolerance_of(data: Data) -> float:
    """How far gradients may lie apart: single precision sums in another order differ in the third or fourth digit."""
    return 5e-3 if any(np.asarray(p).dtype == np.float32 for p in data.params) else 1e-8
