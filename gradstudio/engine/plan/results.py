"""What a call gives back: the nesting of the results, with a place for each tensor."""

from __future__ import annotations

import copy
import enum
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import numpy as np

from gradstudio.engine.plan.recording import Recording
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tensor import Tensor, leaf
from gradstudio.engine.variable import Variable

_LASTING = (str, bytes, int, float, bool, complex, type(None), np.generic, np.dtype, type, enum.Enum, slice)
"""Kinds of leaves that are the same in every call (what Python read of a tensor is guarded)."""


Maker = Callable[[list[Tensor]], Any]
"""The tensors of a call -> its results, or a part of them."""


class Results:
    """Makes the results of a call out of the raw outputs of a plan."""

    def __init__(self, result: Any, recording: Recording) -> None:
        self._outputs: dict[int, int] = {}  # number of a value -> which output
        makers = iter([self._maker(x, recording) for x in flatten(result)])
        self._make = _nested(rebuild(result, lambda: next(makers)))
        self.numbers = list(self._outputs)

    def _maker(self, x: Any, recording: Recording) -> _Leaf:
        if type(x) is Tensor:
            return _Leaf(itemgetter(self._outputs.setdefault(recording.number(x), len(self._outputs))))
        if isinstance(x, np.ndarray):
            kept = x.copy()
            return _Leaf(lambda tensors: kept.copy())
        if not isinstance(x, _LASTING) and not (isinstance(x, Variable) and id(x) not in recording.effects.created):
            recording.give_up(f"it gives back a {type(x).__name__}")
        return _Leaf(lambda tensors: x)

    def rebuild(self, outputs: tuple[Any, ...]) -> Any:
        """The results with these raw values: Python floats, NumPy scalars, arrays."""
        return self._make([leaf(value) for value in outputs])


class _Leaf:
    """What makes a leaf of the results; no list, tuple or dict."""

    __slots__ = ("make",)

    def __init__(self, make: Maker) -> None:
        self.make = make


def _nested(tree: Any) -> Maker:
    """One function for a nesting of leaves, so that a call does not look at the nesting again."""
    if type(tree) is _Leaf:
        return tree.make
    if isinstance(tree, dict):
        keys, parts = list(tree), [_nested(tree[key]) for key in tree]
        if type(tree) is dict:
            return lambda tensors: {key: part(tensors) for key, part in zip(keys, parts, strict=True)}
        return lambda tensors: _updated(tree, {k: part(tensors) for k, part in zip(keys, parts, strict=True)})
    parts = [_nested(x) for x in tree]
    if type(tree) is list:
        return lambda tensors: [part(tensors) for part in parts]
    if type(tree) is tuple:
        return lambda tensors: tuple([part(tensors) for part in parts])
    kind = type(tree)
    if hasattr(kind, "_fields"):
        return lambda tensors: kind(*[part(tensors) for part in parts])
    return lambda tensors: kind([part(tensors) for part in parts])


def _updated(tree: dict[Any, Any], found: dict[Any, Any]) -> dict[Any, Any]:
    """A dictionary of another kind, as structure.rebuild makes it."""
    same = copy.copy(tree)
    same.update(found)
    return same
