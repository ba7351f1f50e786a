"""Taking the inputs out of the arguments of a call that is like an earlier one, in a function written for that kind.

It does what `arguments.py` does, for the common kinds of arguments, without making a key: what it takes fits the plans
of the call that it was written for. Where it is not sure it gives None, and the arguments are read in full.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.plan.backends.source import Source
from gradstudio.engine.structure import _SEQUENCES
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable

Bind = Callable[[tuple[Any, ...], dict[str, Any]], "list[Any] | None"]
"""(args, kwargs) -> the raw values of the inputs, in order; None where the call may be of another kind."""

_LITERALS = frozenset([int, bool, str, bytes, type(None)])
"""Kinds of leaves that fit if they are equal."""


_READ = (Tensor, np.ndarray, np.generic, *_SEQUENCES)
"""Kinds that are read, not compared."""


class _UnboundError(Exception):
    """A kind of argument that has to be read in full."""


def binder(args: tuple[Any, ...], kwargs: dict[str, Any], floats: bool) -> Bind | None:
    """A function for calls of this kind, None where there is an argument that it does not know.

    floats: whether Python's own floats are inputs.
    """
    writer = _Writer(floats)
    try:
        writer.all(args, kwargs)
    except _UnboundError:
        return None
    return writer.source.function()


class _Writer:
    """Writes the function, argument by argument."""

    def __init__(self, floats: bool) -> None:
        self.source = Source("bind", ["args", "kwargs"])
        self._floats = floats
        self._count = 0
        self._values: list[str] = []
        self._tensors: dict[str, Any] = {}

    def all(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """The whole function."""
        self._sequence("args", args)
        if kwargs:
            self._dict("kwargs", kwargs)
        else:
            self._unless("not kwargs")
        several = len(self._tensors)
        if len({id(t) for t in self._tensors.values()}) < several:
            raise _UnboundError
        if several == 2:
            self._unless(" is not ".join(self._tensors))
        elif several > 2:  # one that is given twice makes another kind
            ids = ", ".join([f"{self.source.bind('id', id)}({name})" for name in self._tensors])
            self._unless(f"{self.source.bind('len', len)}({{{ids}}}) == {several}")
        self.source.say(f"return [{', '.join(self._values)}]")

    def _unless(self, condition: str) -> None:
        self.source.say(f"if not ({condition}): return None")

    def _is(self, name: str, kind: type) -> str:
        return f"{self.source.bind('type', type)}({name}) is {self.source.bind(kind.__name__, kind)}"

    def _named(self) -> str:
        self._count += 1
        return f"a{self._count}"

    def _item(self, name: str, x: Any) -> None:
        kind = type(x)
        if kind is Tensor:
            self._tensors[name] = x
            value = f"{name}_value"
            self._unless(self._is(name, kind))
            self.source.say(f"{value} = {name}.value")
            self._raw(value, x.value)
        elif kind is np.ndarray and x.ndim:
            self._raw(name, x)
        elif kind is np.float64 or (kind is float and self._floats):
            self._unless(self._is(name, kind))
            self._values.append(f"{self.source.bind('float_of', float)}({name})" if kind is np.float64 else name)
        elif kind in (list, tuple):
            self._unless(f"{self._is(name, kind)} and {self.source.bind('len', len)}({name}) == {len(x)}")
            self._sequence(name, x, is_known=True)
        elif kind is dict:
            self._unless(self._is(name, kind))
            self._dict(name, x)
        elif kind in _LITERALS:
            self._unless(f"{self._is(name, kind)} and {name} == {self.source.bind('k', x)}")
        elif isinstance(x, np.inexact):
            self._unless(self._is(name, kind))
            self._values.append(name)
        elif kind is Variable or (getattr(kind, "__hash__", None) is object.__hash__ and not isinstance(x, _READ)):
            self._unless(f"{name} is {self.source.bind('k', x)}")
        else:
            raise _UnboundError

    def _raw(self, name: str, x: Any) -> None:
        """What a tensor holds, or an array."""
        self._unless(self._is(name, type(x)))
        if type(x) is np.ndarray:
            shape, dtype = self.source.bind("shape", x.shape), self.source.bind("dtype", x.dtype)
            self._unless(f"{name}.shape == {shape} and {name}.dtype == {dtype}")
        self._values.append(name)

    def _sequence(self, name: str, x: Any, is_known: bool = False) -> None:
        if not is_known:
            self._unless(f"{self.source.bind('len', len)}({name}) == {len(x)}")
        names = [self._named() for _ in x]
        if names:
            self.source.say(f"{', '.join(names)}, = {name}")
        for part, item in zip(names, x, strict=True):
            self._item(part, item)

    def _dict(self, name: str, x: dict[Any, Any]) -> None:
        if not all(type(key) is str for key in x):
            raise _UnboundError
        self._unless(f"{self.source.bind('tuple', tuple)}({name}) == {self.source.bind('keys', tuple(x))}")
        for key in sorted(x):
            part = self._named()
            self.source.say(f"{part} = {name}[{self.source.bind('k', key)}]")
            self._item(part, x[key])
