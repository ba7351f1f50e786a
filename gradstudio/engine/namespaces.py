"""tf.math, tf.nn, tf.linalg, tf.math.special ...: the ops under their dotted names; made from the table itself."""

from __future__ import annotations

from functools import cache
from typing import Any

from gradstudio.engine.primitive import NAMES, Primitive


@cache
def prefixes() -> frozenset[str]:
    """Every namespace there is: "math", "math.special", "nn" ..."""
    found: set[str] = set()
    for name in NAMES:
        parts = name.split(".")
        found.update(".".join(parts[:n]) for n in range(1, len(parts)))
    return frozenset(found)


class Namespace:
    """The ops under TensorFlow's dotted names, and under their own."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        found = lookup(f"{self._prefix}.{name}") or lookup(name)
        if found is None:
            raise AttributeError(f"gradstudio.{self._prefix} has no {name!r}; {suggestion(name)}")
        return found

    def __dir__(self) -> list[str]:
        return sorted({*members(self._prefix), *(name for name in NAMES if "." not in name)})

    def __repr__(self) -> str:
        return f"<ops of gradstudio.{self._prefix}>"


def members(prefix: str) -> list[str]:
    """The names of ops and namespaces directly below a namespace; "" is the package itself."""
    start = f"{prefix}." if prefix else ""
    below = [name.removeprefix(start) for name in (*NAMES, *prefixes()) if name.startswith(start)]
    return sorted({name for name in below if "." not in name})


@cache
def _namespace(prefix: str) -> Namespace:
    return Namespace(prefix)


def lookup(name: str) -> Any:
    """The op or namespace of a full dotted name; None if there is none.

    An op without parameters is given as its short way, a function, because calling a row costs a fifth of an op.
    """
    found = NAMES.get(name)
    if found is None:
        return _namespace(name) if name in prefixes() else None
    return (isinstance(found, Primitive) and not found.params and found.short) or found


def suggestion(name: str) -> str:
    """What a person may have meant."""
    import difflib

    near = difflib.get_close_matches(name, NAMES, 1)
    return f"did you mean {near[0]!r}?" if near else "`gradstudio ops` lists what there is"
