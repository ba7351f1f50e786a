"""What a program finds in scope: frozen facades of gradstudio, numpy and math."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from operator import index
from types import FunctionType, MappingProxyType
from typing import Any

import numpy as np

import gradstudio as gs
from gradstudio.engine import namespaces
from gradstudio.engine.operators import Operators
from gradstudio.engine.primitive import NAMES, Primitive, Spelling
from gradstudio.engine.random import random
from gradstudio.language import rules
from gradstudio.language.frozen import Facade
from gradstudio.language.guarded_errors import TooManyBitsError
from gradstudio.language.limits import INT_BITS
from gradstudio.language.numpy_facade import numpy_facade
from gradstudio.language.plain_numbers import check_dtype, check_input
from gradstudio.language.rules import Rule, ask
from gradstudio.language.sizes import Room, shape_from

_INNER = frozenset(["custom_call"])
"""Rows of the table that only the library itself applies."""
_NAMESPACES = ("autodiff", "config", "debugging", "errors", "nest")
_WITHHELD = {
    **dict.fromkeys(
        "py_function numpy_function load_library load_op_library io saved_model train data summary profiler".split(),
        "computation files cannot read or write files or run other code",
    ),
    **dict.fromkeys(
        "engine language worker studio app cli export".split(),
        "only the library itself is there, not its inner modules",
    ),
}


def gradstudio_facade(load: Callable[[str], Any], room: Room | None = None) -> Facade:
    """gradstudio: the library itself, with load() answered from what the studio read.

    room: what one call may use; without it nothing is asked (completion only looks).
    """
    members = dict(_names_and_ops(room))
    members["bool"] = np.dtype(bool)
    members["random"] = Facade("gs.random", _random(room))
    for name in _NAMESPACES:
        members[name] = Facade(f"gs.{name}", _public(members[name]))
    members["UnconnectedGradients"] = Facade(
        "gs.UnconnectedGradients", {choice.name: choice for choice in gs.UnconnectedGradients}
    )
    members["CHOICES"] = MappingProxyType(dict(gs.CHOICES))
    members["load"] = load
    return Facade("gs", members, _withheld())


@cache
def _withheld() -> Mapping[str, str]:
    return MappingProxyType({**dict.fromkeys(dir(gs), "it is the library's own"), **_WITHHELD})


@cache
def _names_and_ops(room: Room | None) -> Mapping[str, Any]:
    own = {name: _asked(name, getattr(gs, name), room) for name in gs.__all__ if name not in _INNER}
    return MappingProxyType({**own, **_ops_below("", room)})


def _asked(name: str, found: Any, room: Room | None) -> Any:
    """A member of the library that first asks whether there is room, if a rule says how much it needs."""
    if room is None:
        return found
    if isinstance(found, Primitive):
        rule = rules.LIBRARY.get(found.name)
        has_dtype = not _DTYPES.isdisjoint(found.params)
        return Asking(found, rule, room, has_dtype) if rule is not None or has_dtype else found
    if isinstance(found, Spelling):
        rule = rules.LIBRARY.get(found.name, rules.LIBRARY.get(found.row.name))
        return found if rule is None else Spelling(found.name, found.row, _before(found.call, found.name, rule, room))
    if isinstance(found, FunctionType) and (name in rules.LIBRARY or name in _MAKING):
        return _before(found, name, rules.LIBRARY.get(name), room)
    return found


_MAKING = frozenset("constant convert_to_tensor full_like".split())
"""What makes tensors of whatever a program writes."""


def _before(found: Callable[..., Any], name: str, rule: Rule | None, room: Room) -> Callable[..., Any]:
    title = f"gs.{name}"

    def call(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            check_dtype(kwargs.get("dtype"), title)
        if args and type(args[0]) is list:
            check_input(args[0], title)
        if rule is not None:
            ask(rule, room, title, args, kwargs)
        return found(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = found.__doc__
    call.__wrapped__ = found  # type: ignore[attr-defined]
    return call


class Asking(Primitive):
    """An op that asks whether there is room, and looks at the dtype, before it is applied."""

    __slots__ = ("_has_dtype", "_is_quick", "_room", "_row", "_rule")
    _row: Primitive
    _rule: Rule | None
    _room: Room
    _has_dtype: bool
    _is_quick: bool

    def __init__(self, row: Primitive, rule: Rule | None, room: Room, has_dtype: bool) -> None:
        for name in Primitive.__slots__:
            object.__setattr__(self, name, getattr(row, name))
        own = {"_row": row, "_rule": rule, "_room": room, "_has_dtype": has_dtype, "_is_quick": rule in rules.QUICK}
        for name, value in own.items():
            object.__setattr__(self, name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the op."""
        if self._has_dtype:
            if kwargs and not _DTYPES.isdisjoint(kwargs):
                for name in _DTYPES.intersection(kwargs):
                    check_dtype(kwargs[name], f"gs.{self.name}")
            for value in args[1:] if len(args) > 1 else ():
                if isinstance(value, str | type | np.dtype):
                    check_dtype(value, f"gs.{self.name}")
        if self._rule is not None and (kwargs or not self._is_quick or not rules.is_small(args)):
            ask(self._rule, self._room, f"gs.{self.name}", args, kwargs)
        return self._row(*args, **kwargs)


_DTYPES = frozenset("dtype output_type out_type index_type".split())
"""Parameters of ops that are dtypes."""


def _random(room: Room | None) -> dict[str, Any]:
    found = _public(random)
    if room is None:
        return found
    return {name: _drawn(name, function, room) for name, function in found.items()}


_OF_DATA = ("categorical", "shuffle")
"""What draws from the data it is given, and so makes no more than there is."""


def _drawn(name: str, function: Callable[..., Any], room: Room) -> Callable[..., Any]:
    """A function that makes as many random numbers as its shape says."""

    def call(*args: Any, **kwargs: Any) -> Any:
        given = kwargs.get("shape", args[0] if args else ())
        if isinstance(given, int | list | tuple) and name not in _OF_DATA:
            room.hold(shape_from(given))
        return function(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = function.__doc__
    call.__wrapped__ = function  # type: ignore[attr-defined]
    return call


def _public(owner: Any) -> dict[str, Any]:
    return {name: getattr(owner, name) for name in dir(owner) if not name.startswith("_")}


@cache
def _ops_below(prefix: str, room: Room | None) -> dict[str, Any]:
    """The ops and namespaces of ops below a namespace; in each, an op's plain name works too."""
    start = f"{prefix}." if prefix else ""
    own = {}
    for name in namespaces.members(prefix):
        if name in _INNER:
            continue
        full = f"{start}{name}"
        row = NAMES.get(full)
        own[name] = _asked(full, row, room) if row is not None else Facade(f"gs.{full}", _ops_below(full, room))
    return {**_plain_names(room), **own}


@cache
def _plain_names(room: Room | None) -> dict[str, Any]:
    """Every op that has a name without a dot."""
    return {name: _asked(name, row, room) for name, row in NAMES.items() if "." not in name and name not in _INNER}


@cache
def math_facade(recorded: bool) -> Facade:
    """math: on tensors its functions leave the tape, as in plain Python; in a formula they are recorded."""
    members: dict[str, Any] = {}
    for name in dir(math):
        found = getattr(math, name)
        if name.startswith("_"):
            continue
        if name in _BITS:
            found = _counted(found, _BITS[name])
        row = NAMES.get(f"math.{name}") or NAMES.get(name)
        members[name] = _either(found, row) if recorded and callable(found) and row is not None else found
    return Facade("math", members)


def _either(plain: Callable[..., Any], row: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        return row(*args) if any(isinstance(a, Operators) for a in args) else plain(*args)

    call.__name__ = call.__qualname__ = plain.__name__
    call.__doc__ = plain.__doc__
    return call


def _of_factorial(n: int) -> float:
    return n * n.bit_length()


def _of_choice(n: int, k: int | None = None) -> float:
    return (n if k is None else min(k, n)) * n.bit_length()


def _of_combinations(n: int, k: int) -> float:
    return min(k, abs(n - k)) * n.bit_length()


def _of_product(items: Any, start: Any = 1) -> float:
    return sum([x.bit_length() if isinstance(x, int) else 0 for x in (*items, start)])


def _of_multiple(*numbers: Any) -> float:
    return _of_product(numbers)


_BITS: dict[str, Callable[..., float]] = {
    "factorial": _of_factorial,
    "perm": _of_choice,
    "comb": _of_combinations,
    "prod": _of_product,
    "lcm": _of_multiple,
}
"""About how many bits the result of a function of whole numbers has, which could be any number of them."""


def _counted(function: Callable[..., Any], bits: Callable[..., float]) -> Callable[..., Any]:
    """A function of math, for numbers whose result is not astronomic."""

    def call(*args: Any, **words: Any) -> Any:
        if function is math.prod and args:
            args = (list(args[0]), *args[1:])  # what can be gone through only once
        else:
            args = tuple([index(x) if isinstance(x, np.integer) else x for x in args])
        try:
            found = bits(*args, **words)
        except (TypeError, AttributeError):
            found = 0  # no whole numbers: the function itself says what it thinks of them
        if found > INT_BITS:
            raise TooManyBitsError(
                f"math.{function.__name__}: the result would be too long, about {found:,.0f} bits; use floats"
            )
        return function(*args, **words)

    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = function.__doc__
    return call


__all__ = ["Facade", "gradstudio_facade", "math_facade", "numpy_facade"]
