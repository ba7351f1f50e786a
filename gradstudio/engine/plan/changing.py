"""Where the engine changes what outlives a run, which a recording has to know: variables and random streams."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import custom
from gradstudio.engine.operators import Operators
from gradstudio.engine.plan.listener import Hook, Listener, elsewhere
from gradstudio.engine.primitive import TABLE, op
from gradstudio.engine.random import Random
from gradstudio.engine.tensor import Tensor, raw
from gradstudio.engine.variable import Variable


def _current(before: Any, listener: Listener) -> Any:
    """The slot of a variable that holds its value: all reading and writing goes through it."""

    def get(self: Variable) -> Tensor:
        found: Tensor = before.__get__(self, Variable)
        if not elsewhere(listener):
            listener.fetched(self, found)
        return found

    def put(self: Variable, t: Tensor) -> None:
        was: Tensor | None = None
        if not elsewhere(listener):
            try:
                was = before.__get__(self, Variable)
            except AttributeError:
                was = None
        before.__set__(self, t)
        if not elsewhere(listener):
            listener.replaced(self, was)

    return property(get, put)


def _assign(before: Any, listener: Listener) -> Any:
    def assign(self: Variable, value: Any, *args: Any, **kwargs: Any) -> Variable:
        if elsewhere(listener) or not isinstance(value, Tensor | Variable):
            found: Variable = before(self, value, *args, **kwargs)
            return found
        t = value.read() if isinstance(value, Variable) else value
        found = before(self, raw(t), *args, **kwargs)
        if type(t) is Tensor:
            listener.same(self._current, t)
        return found

    return assign


def _change(before: Any, listener: Listener) -> Any:
    """assign_add and assign_sub: the sum is an op like any other."""

    def change(self: Variable, combine: Any, delta: Any) -> Variable:
        if elsewhere(listener):
            found: Variable = before(self, combine, delta)
            return found
        row = TABLE["add" if combine is op.add else "subtract"]
        return self.assign(row(self, delta.dense() if hasattr(delta, "dense") else delta))

    return change


def _variable(before: Any, listener: Listener) -> Any:
    def init(self: Variable, initial_value: Any, *args: Any, **kwargs: Any) -> None:
        if elsewhere(listener):
            before(self, initial_value, *args, **kwargs)
            return
        if callable(initial_value) and not isinstance(initial_value, Operators):
            initial_value = initial_value()
        t = initial_value.read() if isinstance(initial_value, Variable) else initial_value
        before(self, raw(t), *args, **kwargs)
        if type(t) is Tensor:
            listener.same(self._current, t)

    return init


def _scattered(before: Any, listener: Listener) -> Any:
    def scattered(self: Variable, key: Any, values: Any, combine: Any) -> Variable:
        if not elsewhere(listener):
            listener.escaped("it assigns to some places of a variable", None)
        found: Variable = before(self, key, values, combine)
        return found

    return scattered


def _source(before: Any, listener: Listener) -> Any:
    def source(self: Random, seed: Any) -> Any:
        if seed is None and not elsewhere(listener):
            listener.drew(self)
        return before(self, seed)

    return source


def _own_gradient(before: Any, listener: Listener) -> Any:
    def record(name: str, args: list[Any], variables: list[Variable], outputs: list[Any], pull: Any) -> Any:
        if not elsewhere(listener):
            listener.defined(outputs)
        return before(name, args, variables, outputs, pull)

    return record


CHANGING: tuple[Hook, ...] = (
    (Variable, "_current", _current),
    (Variable, "__init__", _variable),
    (Variable, "assign", _assign),
    (Variable, "_change", _change),
    (Variable, "_scattered", _scattered),
    (Random, "_source", _source),
    (custom, "_record", _own_gradient),
)
