"""Where the engine tells a recording of what is no op: values that Python reads, variables, random streams.

The places are few methods, which are replaced while a recording is open and hand on to it. They are the hooks that the
engine itself would call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import get_ident
from typing import Any, Protocol

from gradstudio.engine import compatible, creation, custom
from gradstudio.engine.operators import Operators
from gradstudio.engine.ops import segments
from gradstudio.engine.primitive import TABLE, op
from gradstudio.engine.random import Random
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.tensor import Tensor, raw
from gradstudio.engine.variable import Variable


class Listener(Protocol):
    """What a recording is told."""

    thread: int

    def looked(self, t: Any, kind: str) -> None:
        """Python saw a value: "bool", "int" or "value", as a Guard says."""

    def fetched(self, variable: Variable, current: Tensor) -> None:
        """Something used the value of a variable."""

    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """A variable has got another value; before is None where it was just made."""

    def same(self, t: Tensor, value: Tensor) -> None:
        """A new tensor holds the value of another one, perhaps in another dtype."""

    def depends(self, x: Any) -> bool:
        """Whether a value, or one in a nesting, depends on what a plan takes as input."""

    def drew(self, stream: Random) -> None:
        """Random numbers are about to come from a stream, so that every call gets others."""

    def defined(self, outputs: list[Any]) -> None:
        """A function with its own gradient has computed its outputs, which are about to be laid out in one vector."""

    def escaped(self, why: str, values: Any) -> None:
        """The library reads values in a way that no plan can repeat; it matters where they depend on the arguments."""


@contextmanager
def watched(listener: Listener) -> Iterator[None]:
    """Inside the block the listener is told what its own thread does."""
    with ExitStack() as stack:
        for owner, name, make in _PLACES:
            stack.enter_context(_replaced(owner, name, make, listener))
        yield


@contextmanager
def _replaced(owner: Any, name: str, make: Callable[[Any, Listener], Any], listener: Listener) -> Iterator[None]:
    before = owner.__dict__[name]
    setattr(owner, name, make(before, listener))
    try:
        yield
    finally:
        setattr(owner, name, before)


def _elsewhere(listener: Listener) -> bool:
    return get_ident() != listener.thread


def _plain(before: Any, listener: Listener) -> Any:
    """float(), int(), numpy(), item() and the like."""

    def plain(self: Tensor, how: str) -> Any:
        found = before(self, how)
        if not _elsewhere(listener):
            listener.looked(self, "int" if how == "int()" else "value")
        return found

    return plain


def _condition(before: Any, listener: Listener) -> Any:
    def condition(self: Tensor) -> bool:
        found: bool = before(self)
        if not _elsewhere(listener):
            listener.looked(self, "bool")
        return found

    return condition


def _text(before: Any, listener: Listener) -> Any:
    """str(), repr() and format(): the text may go anywhere."""

    def text(self: Tensor, *spec: Any) -> str:
        found: str = before(self, *spec)
        if not _elsewhere(listener):
            listener.looked(self, "value")
        return found

    return text


def _first(before: Any, listener: Listener) -> Any:
    """A function of the library that looks at its first argument without leaving the tape."""

    def look(x: Any) -> Any:
        if not _elsewhere(listener):
            listener.looked(x.read() if isinstance(x, Variable) else x, "value")
        return before(x)

    return look


def _second(before: Any, listener: Listener) -> Any:
    def look(name: Any, x: Any) -> Any:
        if not _elsewhere(listener):
            listener.looked(x, "value")
        return before(name, x)

    return look


def _current(before: Any, listener: Listener) -> Any:
    """The slot of a variable that holds its value: all reading and writing goes through it."""

    def get(self: Variable) -> Tensor:
        found: Tensor = before.__get__(self, Variable)
        if not _elsewhere(listener):
            listener.fetched(self, found)
        return found

    def put(self: Variable, t: Tensor) -> None:
        was: Tensor | None = None
        if not _elsewhere(listener):
            try:
                was = before.__get__(self, Variable)
            except AttributeError:
                was = None
        before.__set__(self, t)
        if not _elsewhere(listener):
            listener.replaced(self, was)

    return property(get, put)


def _assign(before: Any, listener: Listener) -> Any:
    def assign(self: Variable, value: Any, *args: Any, **kwargs: Any) -> Variable:
        if _elsewhere(listener) or not isinstance(value, Tensor | Variable):
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
        if _elsewhere(listener):
            found: Variable = before(self, combine, delta)
            return found
        row = TABLE["add" if combine is op.add else "subtract"]
        return self.assign(row(self, delta.dense() if hasattr(delta, "dense") else delta))

    return change


def _variable(before: Any, listener: Listener) -> Any:
    def init(self: Variable, initial_value: Any, *args: Any, **kwargs: Any) -> None:
        if _elsewhere(listener):
            before(self, initial_value, *args, **kwargs)
            return
        if callable(initial_value) and not isinstance(initial_value, Operators):
            initial_value = initial_value()
        t = initial_value.read() if isinstance(initial_value, Variable) else initial_value
        before(self, raw(t), *args, **kwargs)
        if type(t) is Tensor:
            listener.same(self._current, t)

    return init


def _made(before: Any, listener: Listener) -> Any:
    """A constant made of tensors: for tapes it has no past, but its value is theirs."""

    def made(value: Any, dtype: Any = None) -> Tensor:
        if _elsewhere(listener) or not listener.depends(value):
            found: Tensor = before(value, dtype)
            return found
        t = value if type(value) is Tensor else TABLE["stack"](value)
        found = before(raw(t), dtype)
        listener.same(found, t)
        return found

    return made


def _scattered(before: Any, listener: Listener) -> Any:
    def scattered(self: Variable, key: Any, values: Any, combine: Any) -> Variable:
        if not _elsewhere(listener):
            listener.escaped("it assigns to some places of a variable", None)
        found: Variable = before(self, key, values, combine)
        return found

    return scattered


def _source(before: Any, listener: Listener) -> Any:
    def source(self: Random, seed: Any) -> Any:
        if seed is None and not _elsewhere(listener):
            listener.drew(self)
        return before(self, seed)

    return source


def _own_gradient(before: Any, listener: Listener) -> Any:
    def record(name: str, args: list[Any], variables: list[Variable], outputs: list[Any], pull: Any) -> Any:
        if not _elsewhere(listener):
            listener.defined(outputs)
        return before(name, args, variables, outputs, pull)

    return record


def _by_rows(before: Any, listener: Listener) -> Any:
    def init(self: IndexedSlices, values: Any, indices: Any, dense_shape: Any = None) -> None:
        if not _elsewhere(listener):
            listener.escaped("it makes an IndexedSlices", (values, indices))
        before(self, values, indices, dense_shape)

    return init


_PLACES: tuple[tuple[Any, str, Callable[[Any, Listener], Any]], ...] = (
    (Tensor, "_plain", _plain),
    (Tensor, "__bool__", _condition),
    (Tensor, "__str__", _text),
    (Tensor, "__repr__", _text),
    (Tensor, "__format__", _text),
    (Variable, "_current", _current),
    (Variable, "__init__", _variable),
    (Variable, "assign", _assign),
    (Variable, "_change", _change),
    (Variable, "_scattered", _scattered),
    (Random, "_source", _source),
    (creation, "made", _made),
    (custom, "_record", _own_gradient),
    (compatible, "_look", _first),
    (segments, "_numbers", _second),
    (IndexedSlices, "__init__", _by_rows),
)
"""(owner, name, what to put there) of every place."""
