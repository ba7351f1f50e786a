"""Where the engine gives values to Python, which a recording has to know: a plan must see the same again."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import compatible, creation
from gradstudio.engine.ops import segments
from gradstudio.engine.plan.listener import Hook, Listener, elsewhere
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.tensor import Tensor, raw
from gradstudio.engine.variable import Variable


def _plain(before: Any, listener: Listener) -> Any:
    """float(), int(), numpy(), item() and the like."""

    def plain(self: Tensor, how: str) -> Any:
        found = before(self, how)
        if not elsewhere(listener):
            listener.looked(self, "int" if how == "int()" else "value")
        return found

    return plain


def _condition(before: Any, listener: Listener) -> Any:
    def condition(self: Tensor) -> bool:
        found: bool = before(self)
        if not elsewhere(listener):
            listener.looked(self, "bool")
        return found

    return condition


def _text(before: Any, listener: Listener) -> Any:
    """str(), repr() and format(): the text may go anywhere."""

    def text(self: Tensor, *spec: Any) -> str:
        found: str = before(self, *spec)
        if not elsewhere(listener):
            listener.looked(self, "value")
        return found

    return text


def _first(before: Any, listener: Listener) -> Any:
    """A function of the library that looks at its first argument without leaving the tape."""

    def look(x: Any) -> Any:
        if not elsewhere(listener):
            listener.looked(x.read() if isinstance(x, Variable) else x, "value")
        return before(x)

    return look


def _second(before: Any, listener: Listener) -> Any:
    def look(name: Any, x: Any) -> Any:
        if not elsewhere(listener):
            listener.looked(x, "value")
        return before(name, x)

    return look


def _made(before: Any, listener: Listener) -> Any:
    """A constant made of tensors: for tapes it has no past, but its value is theirs."""

    def made(value: Any, dtype: Any = None) -> Tensor:
        if elsewhere(listener) or not listener.depends(value):
            found: Tensor = before(value, dtype)
            return found
        t = value if type(value) is Tensor else TABLE["stack"](value)
        found = before(raw(t), dtype)
        listener.same(found, t)
        return found

    return made


def _by_rows(before: Any, listener: Listener) -> Any:
    def init(self: IndexedSlices, values: Any, indices: Any, dense_shape: Any = None) -> None:
        if not elsewhere(listener):
            listener.escaped("it makes an IndexedSlices", (values, indices))
        before(self, values, indices, dense_shape)

    return init


READING: tuple[Hook, ...] = (
    (Tensor, "_plain", _plain),
    (Tensor, "__bool__", _condition),
    (Tensor, "__str__", _text),
    (Tensor, "__repr__", _text),
    (Tensor, "__format__", _text),
    (creation, "made", _made),
    (compatible, "_look", _first),
    (segments, "_numbers", _second),
    (IndexedSlices, "__init__", _by_rows),
)
