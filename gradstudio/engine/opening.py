"""Open inputs: `...` in the place of a value, and ops that wait for it.

Under a recorder an op with an open input is recorded as one that waits, without a value, and so is every op that uses
it; where Python needs the value itself, the run ends. Without a recorder an open input is a TypeError.
"""

from __future__ import annotations

from types import EllipsisType
from typing import Any, NamedTuple, NoReturn

from gradstudio.engine.operators import Operators
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Details, Tensor, leaf
from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.engine.written import ordinal


class Waiting(BaseException):
    """A program needs a value that is open. Not an Exception, so that its own `except` cannot swallow it."""

    def __init__(self, what: Open) -> None:
        super().__init__("a value is open (...)")
        self.what = what


class Open(Operators):
    """A value that is not there: a blank (`...` in the text), or the result of an op that waits for one.

    Ops, operators and methods on it give another one; whatever needs the value raises Waiting.
    """

    __slots__ = ("name", "result", "span", "waits_for")
    is_open = True

    def __init__(self, span: Span = NO_SPAN, result: Tensor | None = None) -> None:
        self.span = span  # of a blank; columns in UTF-8 bytes
        self.name = ""  # that a blank was assigned to
        self.result = result  # what stands for the op's result; None for a blank
        self.waits_for: frozenset[Open] = frozenset() if result is not None else frozenset([self])  # blanks

    def _needed(self, *_args: Any, **_words: Any) -> NoReturn:
        raise Waiting(self)

    numpy = item = tolist = get_shape = ref = read_value = assign = assign_add = assign_sub = _needed
    scatter_add = scatter_sub = scatter_update = scatter_nd_add = scatter_nd_sub = scatter_nd_update = _needed
    __array__ = __float__ = __int__ = __index__ = __complex__ = __trunc__ = __bool__ = __len__ = __iter__ = _needed
    __str__ = __format__ = _needed
    shape = ndim = dtype = size = device = value = trainable = property(_needed)

    def __repr__(self) -> str:
        return "..." if self.result is None else "a value that waits"

    __hash__ = object.__hash__


BLANK = (EllipsisType, Open)
"""Kinds of values that are open."""


class OpenInputError(Exception):
    """An input of an op is open; dispatch makes an op that waits of it."""


class Waits(NamedTuple):
    """What a recorder keeps of an op that waits: its record, all blanks it waits for, and those among its inputs."""

    record: int
    waits_for: frozenset[Open]
    blanks: dict[int | str, Open]  # slot of an input or name of a parameter -> blank


def check_there(x: Any) -> None:
    """Raise Waiting where something needs the value of what is open."""
    if type(x) is Open:
        raise Waiting(x)


def wait(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Open:
    """The result of an op with an open input or parameter. Raises TypeError where nobody records."""
    recorder = ACTIVE.recorder
    if recorder is None:
        raise TypeError(f"{row.name}(): {which(row, inputs, params)} is open (...); give it a value")
    t = leaf(None)
    t.op = row
    t.first = tuple([_stands_for(x) for x in inputs])
    t.second = Details({name: ... if type(value) in BLANK else value for name, value in params.items()})
    result = Open(result=t)
    given: dict[int | str, Any] = dict(enumerate(inputs))
    given.update(params)
    blanks: dict[int | str, Open] = {}  # where they are open
    for slot, x in given.items():
        if type(x) is EllipsisType and slot != "key":
            blanks[slot] = Open()
        elif type(x) is Open and x.result is None:
            blanks[slot] = x
    upstream = [x.waits_for for x in given.values() if type(x) is Open]
    result.waits_for = frozenset(blanks.values()).union(*upstream)
    recorder.waiting.append(Waits(recorder.op(t), result.waits_for, blanks))
    recorder.obstacle = "an op waits for an open input"
    return result


def which(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> str:
    """Which input or parameter of a call is open: "its first input", "axis"."""
    for slot, x in enumerate(inputs):
        if type(x) in BLANK:
            return f"its {ordinal(slot)} input"
    return next((name for name, value in params.items() if type(value) in BLANK), "an input")


def _stands_for(x: Any) -> Any:
    if type(x) is not Open:
        return x
    return ... if x.result is None else x.result
