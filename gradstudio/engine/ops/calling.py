"""Ops that are called in a way of their own: with a key, with arrays one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import FOREIGN, backend_of
from gradstudio.engine.ops.keys import split
from gradstudio.engine.primitive import Primitive, op, raw_call


class Keyed(Primitive):
    """An op that takes any key and makes inputs of the index arrays in it: getitem(x, key)."""

    __slots__ = ()

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """(x, key), or x and index arrays for a key that has their places already."""
        if len(args) == 1 and len(kwargs) == 1 and "key" in kwargs:
            x, params = args[0], {**kwargs}
        else:
            named = {**kwargs}
            if "key" not in named and len(args) > 1:
                args, named["key"] = args[:1] + args[2:], args[1]
            (x,), params = Primitive.bind(self, args[:1], named)
        try:
            params["key"], arrays = split(params["key"])
        except IndexError as error:
            raise IndexError(f"{self.name}: {error}") from None
        if FOREIGN and arrays:
            home = backend_of(x)
            arrays = tuple([home.from_host(a) if type(a) is np.ndarray else a for a in arrays])
        return (x, *args[1:], *arrays), params


def keyed(row: Primitive) -> Primitive:
    """Let a declared op be called with keys, by programs and by rules."""

    def in_rules(x: Any, *arrays: Any, key: Any, **params: Any) -> Any:
        pattern, found = split(key)
        return raw_call(row, (x, *arrays, *found), {"key": pattern, **params})

    object.__setattr__(row, "__class__", Keyed)
    object.__setattr__(row, "inputs", row.inputs[:1])
    object.__setattr__(row, "arity", -1)
    setattr(op, row.name, in_rules)
    return row


class Starred(Primitive):
    """An op that takes its arrays one by one: meshgrid(x, y). A list of arrays counts as all of them."""

    __slots__ = ()

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """All positional arguments are inputs."""
        if len(args) == 1 and isinstance(args[0], list | tuple) and any(shapes.shape(v) for v in args[0] if _has(v)):
            return Primitive.bind(self, args, kwargs)
        return Primitive.bind(self, (list(args),), kwargs)

    @property
    def signature(self) -> str:
        """E.g. "meshgrid(*values, indexing='xy', sparse=False)"."""
        return Primitive.signature.fget(self).replace("(", "(*", 1)  # type: ignore[attr-defined, no-any-return]


def _has(x: Any) -> bool:
    return hasattr(x, "shape")


def starred(row: Primitive) -> Primitive:
    """Let a declared op of several arrays be called with them one by one."""
    object.__setattr__(row, "__class__", Starred)
    return row
