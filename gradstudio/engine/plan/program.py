"""The intermediate representation: what a recording leaves of a run, as numbered values and the steps between them.

A step applies one row of the table of ops. Passes rewrite a Program, back-ends turn it into something to call.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from gradstudio.engine.batching import Batched
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.tensor import FLOAT64
from gradstudio.engine.variable import Variable

NONE = -1
"""Stands in the inputs of a step for one that was left out."""


class Form(enum.Enum):
    """How a value is held while a plan runs."""

    NUMBER = "number"  # a Python number of the program, whose dtype gives way to that of what it meets
    FLOAT = "float"  # a float64 scalar, which tensors keep as a Python float
    SCALAR = "scalar"  # a scalar of another dtype: a NumPy scalar, or a Python bool
    ARRAY = "array"
    BATCH = "batch"  # a Batched value: inside vmap and Jacobians


@dataclass(slots=True, eq=False)
class Argument:
    """A value that comes with each call: leaf number `place` of its arguments."""

    place: int
    is_tensor: bool  # an array is the caller's, who may change it; a tensor's value never changes


@dataclass(slots=True, eq=False)
class Held:
    """The value that a variable has when the call begins."""

    variable: Variable


@dataclass(slots=True, eq=False)
class Constant:
    """A value that is the same in every call: a Python number, np.float64, NumPy scalar, read-only array or batch."""

    value: Any


@dataclass(slots=True, eq=False)
class Step:
    """value number `out` = row(*inputs, **params)."""

    row: Primitive
    inputs: tuple[int, ...]
    params: Mapping[str, Any]
    out: int


@dataclass(slots=True, eq=False)
class Guard:
    """Python looked at a value while the run was recorded; the plan holds only while it would see the same again.

    kind: what it saw, "bool" (whether it is true), "int" (its whole part) or "value" (all of it).
    """

    value: int
    kind: str
    expected: Any
    number: int  # how many guards were recorded before it


@dataclass(slots=True, eq=False)
class Stretch:
    """Steps on long arrays that run over one block of their first axis after the other.

    Its values are parts of arrays, except those named in `whole`: they come from outside and fit every part.
    """

    steps: list[Step]
    length: int  # of the first axis; of all axes in one line if is_flat
    is_flat: bool  # all arrays have one shape
    width: int  # the most elements that one place of the first axis has
    sliced: list[int]  # arrays from outside that are taken part by part
    whole: list[int]
    outs: list[int]  # results of steps that are used outside
    totals: list[Step]  # sums over the first axis, added up over the blocks
    products: int  # how many products of numbers its matrices and convolutions add up

    @property
    def inputs(self) -> list[int]:
        """Everything from outside."""
        return [*self.sliced, *self.whole]


Origin = Argument | Held | Constant | Step
Item = Step | Guard | Stretch


@dataclass(slots=True, eq=False)
class Value:
    """A numbered value: where it comes from, and what is known of it before any call."""

    origin: Origin
    form: Form
    shape: tuple[int, ...]  # without the batch axis, for a batch
    dtype: np.dtype[Any]

    @property
    def size(self) -> int:
        """Number of elements."""
        size = 1
        for n in self.shape:
            size *= n
        return size

    @property
    def nbytes(self) -> int:
        """How much memory its elements take."""
        return self.size * self.dtype.itemsize


@dataclass(slots=True, eq=False)
class Program:
    """Values by number, the steps and guards in the order in which they ran, and which values come out.

    outputs: the results of the call, then the new values of the variables it assigns to.
    """

    values: list[Value] = field(default_factory=list)
    body: list[Item] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)

    def add(self, value: Value) -> int:
        """The number of a new value."""
        self.values.append(value)
        return len(self.values) - 1

    def constant(self, held: Any) -> int:
        """The number of a new constant."""
        return self.add(value_of(held, Constant(held)))

    def rows(self) -> set[str]:
        """The names of the rows that its steps apply."""
        return {item.row.name for item in self.body if type(item) is Step}

    def longest(self) -> int:
        """Elements of the largest array; 0 if there is none."""
        shapes = {value.shape for value in self.values if value.form is Form.ARRAY}
        return max([prod(shape) for shape in shapes], default=0)

    def __str__(self) -> str:
        results = ", ".join([self._name(n) for n in self.outputs])
        return "\n".join([*[self._line(item) for item in self.body], f"give {results}"])

    def _line(self, item: Item) -> str:
        if type(item) is Guard:
            return f"guard {item.kind} {self._name(item.value)} is {item.expected!r:.60}"
        if type(item) is Stretch:
            return "\n".join(["block by block:", *[f"    {self._line(step)}" for step in (*item.steps, *item.totals)]])
        assert type(item) is Step
        value = self.values[item.out]
        words = [self._name(n) for n in item.inputs] + [f"{key}={v!r:.60}" for key, v in item.params.items()]
        dims = ",".join(map(str, value.shape))
        return f"%{item.out} = {item.row.name}({', '.join(words)})  {value.form.value} {value.dtype}[{dims}]"

    def _name(self, number: int) -> str:
        if number == NONE:
            return "None"
        origin = self.values[number].origin
        if type(origin) is Argument:
            return f"argument{origin.place}"
        if type(origin) is Held:
            return f"variable{origin.variable.number}"
        if type(origin) is Constant and self.values[number].form is not Form.ARRAY:
            return repr(origin.value)
        return f"constant{number}" if type(origin) is Constant else f"%{number}"


def reads(item: Item) -> tuple[int, ...] | list[int]:
    """The numbers of the values that an item uses; NONE may be among them."""
    return (item.value,) if type(item) is Guard else item.inputs  # type: ignore[union-attr]


_FORMS: dict[type, Form] = {float: Form.FLOAT, np.ndarray: Form.ARRAY, Batched: Form.BATCH, np.float64: Form.FLOAT}
_NUMBERS = frozenset([float, int, bool, complex])


def value_of(held: Any, origin: Origin) -> Value:
    """A numbered value for what a tensor holds, or for a constant: there, Python numbers are the program's own."""
    kind = type(held)
    if type(origin) is Constant and kind in _NUMBERS:
        return Value(origin, Form.NUMBER, (), np.dtype(kind))
    form = _FORMS.get(kind, Form.SCALAR)
    if form is Form.FLOAT:
        return Value(origin, form, (), FLOAT64)
    return Value(origin, form, held.shape, held.dtype)
