"""Gradient rules as they run where all values are Python floats, or all are NumPy's arrays.

A rule is written over `op`, which at every call looks at what it is given. Where a sweep knows already, that look costs
more than the arithmetic. So each rule is there a second and a third time: the same code, with an `op` whose functions
are those that compute on floats, or on arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from gradstudio.engine.primitive import Primitive, op

Rules = tuple[Callable[..., Any] | None, ...]


class RawRules:
    """Gives rows their rules for values of one kind. Each function is what computes its op on them."""

    def __init__(self, kind: str, functions: dict[str, Callable[..., Any]]) -> None:
        # A module, because that is what Python calls functions of without delay.
        self._op = ModuleType(f"op on {kind}")
        self._op.__dict__.update(vars(op))
        self._op.__dict__.update(functions)
        self._names: dict[int, dict[str, Any]] = {}  # id of the names of a module -> the same with that `op`

    def of(self, row: Primitive) -> Rules:
        """The rules of a row that has one for each input."""
        return tuple([rule and self._like(rule) for rule in row.vjps])  # type: ignore[union-attr]

    def _like(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        if not isinstance(rule, FunctionType) or "op" not in rule.__code__.co_names:
            return rule
        names = self._names.get(id(rule.__globals__))
        if names is None:
            names = self._names[id(rule.__globals__)] = {**rule.__globals__, "op": self._op}
        return FunctionType(rule.__code__, names, rule.__name__, rule.__defaults__, rule.__closure__)
